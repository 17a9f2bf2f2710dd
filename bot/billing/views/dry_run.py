"""The window that shows the request of a draft before it is sent, field by field."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.billing.dry_run import TOKEN, DryRun
from bot.core.texts import Reader
from bot.slack.blocks import Block, Element, View, button, context, cut, divider, header, modal, section
from bot.slack.metadata import Metadata, RowId
from bot.slack.pages import all_pages, pages_for

DRY_RUN = "invoice_dry_run"
PAGE = "invoice_dry_run_page"
"""Shows other lines; buttons have their direction behind a colon."""
_PER_PAGE = 15
_LONGEST = 2800
"""Characters of a text in one paragraph: Slack takes 3,000."""
_LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Tried:
    """What the window keeps."""

    draft: RowId


TRIED = Metadata(Tried)


def dry_run_button(to: Reader, draft_id: int) -> Element:
    """Opens the window."""
    return button(to.t("What Billomat gets …"), DRY_RUN, str(draft_id))


def dry_run_window(to: Reader, found: DryRun, page: int = 1) -> View:
    """All fields as they would be sent, some lines at once."""
    invoice = dict(found.body["invoice"])
    items = invoice.pop("invoice-items")["invoice-item"]
    pages = pages_for(len(items), _PER_PAGE)
    page = min(max(page, 1), pages)
    first = (page - 1) * _PER_PAGE
    blocks = [
        context(
            to.t(
                "Nothing is sent by looking at it. The approval draws other signs in place of {token}; the key of the "
                "account goes with each request and is shown nowhere.",
                token=TOKEN,
            )
        ),
        header("POST /api/invoices"),
        *_fields("invoice", invoice),
    ]
    for number, item in enumerate(items[first : first + _PER_PAGE], start=first + 1):
        blocks += [divider(), *_fields(f"invoice-item {number}", item)]
    blocks += all_pages(
        to, PAGE, page, pages, lambda number: cut(items[(number - 1) * _PER_PAGE]["title"], _LONGEST_NAME)
    )
    kept = TRIED.pack(Tried(found.preview.draft_id))
    return modal("dry_run", to.t("What Billomat gets"), blocks, close=to.t("Close"), metadata=kept)


def _fields(name: str, values: Mapping[str, Any]) -> Iterator[Block]:
    """A line for each field, as it is sent; a long one goes on in the next paragraph."""
    text = "\n".join((name, *(f"{field}: {value}" for field, value in values.items())))
    for begin in range(0, len(text), _LONGEST):
        yield section(text[begin : begin + _LONGEST])
