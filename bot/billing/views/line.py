"""The form of one line of the invoice."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.billing.collect import Preview
from bot.billing.rules.grouping import GroupKey
from bot.billing.rules.lines import InvoiceLine
from bot.billing.rules.seen import SeenEntry
from bot.core.texts import Reader
from bot.slack.blocks import View, checkbox, context, cut, external_select, field, modal, option, text_input
from bot.slack.metadata import Metadata, RowId
from bot.slack.untrusted import reading

LINE_CHANGED = "invoice_line_changed"
ARTICLE = "invoice_article"
_ENTRIES_NAMED = 3
_LONGEST_NOTE = 60


@dataclass(frozen=True, slots=True)
class ChangingLine:
    """What the form keeps."""

    draft: RowId
    line: GroupKey
    shown: str = ""
    """The digest of the invoice that it was opened from."""


CHANGING_LINE = Metadata(ChangingLine)
_OLDER = re.compile("([0-9]*):([0-9]*)")
"""A line as version 0007 of the schema knew it: by the ids of project and service."""


def line_form(to: Reader, preview: Preview, item: InvoiceLine) -> View:
    """The form of one line."""
    line = item.line
    article = option(line.article.title, str(line.article.id)) if line.article else None
    rate = "" if line.unit_price is None else to.amount(line.unit_price)
    typed = line.edit.rate_cents is not None
    since = changed_since_edit(to, item)
    blocks = [
        context(line_name(item)),
        *([context("\n".join(since))] if since else ()),
        field(
            to.t("Article"),
            external_select(ARTICLE, to.t("Search"), initial=article),
            block_id="article",
            optional=True,
        ),
    ]
    if line.service:
        remember = option(to.t("Use this article for {service} from now on", service=line.service), "yes")
        blocks.append(
            field(
                to.t("Remember"),
                checkbox("remember", remember, on=True),
                block_id="remember",
                optional=True,
            )
        )
    blocks += [
        field(to.t("Text"), text_input("title", initial=item.title, most=200), block_id="title", optional=True),
        field(
            to.t("Description"),
            text_input("description", initial=item.description, multiline=True),
            block_id="description",
            optional=True,
        ),
        field(
            to.t("Hourly rate"),
            text_input("rate", initial=rate if typed else "", placeholder="" if typed else rate, most=20),
            block_id="rate",
            optional=True,
            hint=_rate_hint(to, preview),
        ),
    ]
    kept = CHANGING_LINE.pack(ChangingLine(preview.draft_id, line.key, preview.shown))
    return modal(LINE_CHANGED, to.t("Invoice line"), blocks, submit=to.t("Save"), close=to.t("Cancel"), metadata=kept)


@reading()
def read_key(value: Any) -> GroupKey:
    """The line that a button or a form is about. Raises UserError for what can be none.

    An invoice that is open while Trackomat is updated names its lines in the older way.
    """
    if older := _OLDER.fullmatch(value):
        return GroupKey(f"project={older[1]}&service={older[2]}")
    return GroupKey(value)


def _rate_hint(to: Reader, preview: Preview) -> str:
    if preview.gross_prices:
        return to.t(
            "With VAT, in {currency}, as this customer's prices are. Empty: the article's price, else the workspace's "
            "hourly rate.",
            currency=preview.currency,
        )
    return to.t(
        "Net, in {currency}. Empty: the article's price, else the workspace's hourly rate.", currency=preview.currency
    )


def changed_since_edit(to: Reader, item: InvoiceLine) -> list[str]:
    """What is different about the entries of a line since a person changed it: an own text may be wrong by now."""
    since = item.line.changed_since_edit
    is_own_text = item.line.edit.description is not None
    said = []
    if since.new and is_own_text:
        said.append(to.t("⚠️ New since this text was written, and not in it: {entries}", entries=_listed(to, since.new)))
    elif since.new:
        said.append(to.t("New since this line was changed: {entries}", entries=_listed(to, since.new)))
    if since.gone:
        said.append(to.t("⚠️ No longer there since this line was changed: {entries}", entries=_listed(to, since.gone)))
    if since.changed:
        now = [entry for _, entry in since.changed]
        said.append(to.t("⚠️ Different since this line was changed: {entries}", entries=_listed(to, now)))
    return said


def _listed(to: Reader, entries: Sequence[SeenEntry]) -> str:
    """Some entries by day, length and note, and how many more there are."""
    said = [entry_said(to, entry) for entry in entries[:_ENTRIES_NAMED]]
    if (hidden := len(entries) - _ENTRIES_NAMED) > 0:
        said.append(to.n("{count} more", "{count} more", hidden))
    return "; ".join(said)


def entry_said(to: Reader, entry: SeenEntry) -> str:
    """An entry by day, length and note."""
    said = (to.full_date(entry.day), f"{to.length(entry.seconds)} h", cut(" ".join(entry.note.split()), _LONGEST_NOTE))
    return " ".join(filter(None, said))


def line_name(item: InvoiceLine) -> str:
    """Project · service, and the text that a person put in their place."""
    return item.name if item.title == item.default_title else f"{item.name}: “{item.title}”"
