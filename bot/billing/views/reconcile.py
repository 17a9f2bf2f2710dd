"""What people decide about a draft that left: the buttons, and the question where a lost one is."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from bot.billing.reconcile import Candidate
from bot.core.texts import Reader
from bot.slack.blocks import (
    Block,
    Element,
    Message,
    View,
    actions,
    button,
    external_select,
    field,
    message,
    modal,
    option,
    text_input,
)
from bot.slack.metadata import Metadata, RowId
from bot.tracking.rules.drafts import DraftName
from storage.catalog import MOST_OPTIONS

SEND_AGAIN = "invoice_send_again"
BILL_AGAIN = "invoice_bill_again"
TAKE_BACK = "invoice_take_back"
LINES = "sent_lines"
INVOICE_HISTORY = "history_invoice"
"""Shows who changed what of a draft, which is the value, and its entries; bot/bookkeeping does."""
IS_THERE = "invoice_is_there"
FOUND = "invoice_found"
CANDIDATE = "invoice_candidate"
_TOKEN = re.compile(r"\b(?=[a-z]*[0-9])[a-z0-9]{12}$")
"""What an approval put into a label, also an earlier one: for finding it, and for nobody to read."""


@dataclass(frozen=True, slots=True)
class SearchedDraft:
    """What the question keeps where a lost draft is."""

    draft: RowId


SEARCHED_DRAFT = Metadata(SearchedDraft)


def decision(to: Reader, draft_id: int) -> Block:
    """The two buttons that settle what became of a lost draft."""
    return actions(
        button(to.t("It is there …"), IS_THERE, str(draft_id)),
        button(to.t("Send again"), SEND_AGAIN, str(draft_id)),
    )


def bill_again(to: Reader, draft_id: int) -> Element:
    """For a draft that was deleted in Billomat; whether it was is looked up first."""
    return button(to.t("Bill again"), BILL_AGAIN, str(draft_id))


def take_back(to: Reader, draft_id: int) -> Element:
    """For a draft that stands in Billomat as it was sent: opens what is confirmed before it is deleted there."""
    return button(to.t("Take back …"), TAKE_BACK, str(draft_id))


def history_button(to: Reader, draft_id: int) -> Element:
    """Shows who changed what of a draft, and the entries that stand on it."""
    return button(to.t("History …"), INVOICE_HISTORY, str(draft_id))


def lines_button(to: Reader, draft_id: int) -> Element:
    """Shows the lines of a sent draft, to free or write off what stands on one."""
    return button(to.t("Lines …"), LINES, str(draft_id))


def found_form(to: Reader, draft_id: int, draft: DraftName) -> View:
    """The question which invoice in Billomat the lost draft is."""
    invoice = field(
        to.t("Draft in Billomat"),
        external_select(CANDIDATE, to.t("Search")),
        block_id="invoice",
        optional=True,
    )
    address = field(
        to.t("Or its address in Billomat"),
        text_input("address", most=500, placeholder="https://…/invoices/123456"),
        block_id="address",
        optional=True,
        hint=to.t(
            "If the list does not show it: open the draft for {draft} in Billomat and copy the address of its page.",
            draft=draft.said(to),
        ),
    )
    kept = SEARCHED_DRAFT.pack(SearchedDraft(draft_id))
    return modal(
        FOUND, to.t("It is there"), [invoice, address], submit=to.t("Save"), close=to.t("Cancel"), metadata=kept
    )


def candidate_options(to: Reader, found: Iterable[Candidate], typed: str) -> list[dict[str, Any]]:
    """The invoices that hold what was typed, as lines of a menu."""
    named = ((_candidate(to, each), str(each.billomat_id)) for each in found)
    fitting = [option(text, value) for text, value in named if typed.casefold() in text.casefold()]
    return fitting[:MOST_OPTIONS]


def _candidate(to: Reader, found: Candidate) -> str:
    parts = (
        found.number or to.t("Draft"),
        to.money(found.net_cents, found.currency) if found.net_cents is not None else "",
        to.full_date(found.day) if found.day else "",
        _TOKEN.sub("", found.label).strip(),
    )
    return " · ".join(filter(None, parts))


def looking(to: Reader) -> Message:
    """A job looks in Billomat whether it is as a person says."""
    return message(to.t("I am looking in Billomat. You get a message in a moment."))


def sending_again(to: Reader) -> Message:
    """A person said that the lost draft is not in Billomat."""
    return message(to.t("📨 It is sent again. Before that I look once more whether it is there."), replace=True)
