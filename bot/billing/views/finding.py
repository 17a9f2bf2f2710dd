"""A menu that finds a line which is not in sight, and what can be done with the line that was found."""

from collections.abc import Iterator, Sequence
from typing import Any

from bot.billing.line_edits import FoundLine
from bot.billing.preview import Preview
from bot.billing.rules.finding import Numbered
from bot.billing.rules.grouping import line_digest
from bot.billing.rules.lines import InvoiceLine
from bot.billing.rules.outline import Page
from bot.billing.views.line import line_form
from bot.core.texts import Reader
from bot.slack.blocks import Block, Element, View, actions, button, cut, external_select, fitted, modal, option, section

FIND = "invoice_find_line"
"""Its value is the short name of a line, as `line_digest` makes it."""
ENTRIES = "invoice_found_entries"
LEAVE_OUT = "invoice_found_leave_out"
"""Both are about the line of the form in which they stand."""
MOST_OFFERED = 100
"""Of as many lines Slack's menus hold."""
_LONGEST_TITLE = 30


def finding_blocks(to: Reader, preview: Preview, page: Page) -> list[Block]:
    """The menu, where the page does not show all lines."""
    if len(page.firsts) < 2 and all(row.is_open for row in page.rows):
        return []
    menu = external_select(FIND, to.t("Find a line …"))
    return [actions(menu, block_id=f"find:{preview.place.finds}")]  # or Slack would keep the line that was found


def line_options(to: Reader, lines: Sequence[Numbered], currency: str) -> list[dict[str, Any]]:
    """The lines that were found, as the menu offers them: number, title, where its text begins, and amount.

    All of it is one text: not everywhere does Slack show what stands below that of an option.
    """
    return [_option(to, number, item, currency) for number, item in lines]


def _option(to: Reader, number: int, item: InvoiceLine, currency: str) -> dict[str, Any]:
    cents, described = item.line.amount_cents, item.description.partition("\n")[0]
    amount = "" if cents is None else to.money(cents, currency)
    words = " · ".join(filter(None, (cut(item.title, _LONGEST_TITLE), described)))
    said = fitted(words, lambda short: " · ".join(filter(None, (f"{number}. {short}", amount))))
    return option(said, line_digest(item.line.key))


def found_form(to: Reader, found: FoundLine) -> View:
    """The form of the line, and the other deeds that stand below a line which is in sight."""
    form = line_form(to, found, place=found.preview.place)
    return form | {"blocks": [actions(*_deeds(to, found.item)), *form["blocks"]]}


def _deeds(to: Reader, item: InvoiceLine) -> Iterator[Element]:
    if not item.line.expense:
        yield button(to.t("Entries …"), ENTRIES, label=to.t("Entries of {line}", line=item.name))
    yield button(to.t("Leave out"), LEAVE_OUT, label=to.t("Leave out {line}", line=item.name))


def left_out(to: Reader) -> View:
    """That the line was left out; the invoice below has the way back."""
    said = to.t("✅ The line is left out of this invoice, and stays open for another one.")
    return modal("invoice_found_left_out", to.t("Invoice line"), [section(said)], close=to.t("Back to the invoice"))
