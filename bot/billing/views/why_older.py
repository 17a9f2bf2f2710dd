"""The window that says what the older open time beside an invoice adds up: month by month, and by kind of work."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import attrgetter

from bot.billing.older import OlderWork, OpenWork
from bot.billing.rules.expenses import UnbilledExpense
from bot.billing.views.calculations import exact, in_blocks
from bot.billing.views.scope import WHY_OLDER
from bot.core.texts import Reader
from bot.slack.blocks import Block, View, context, cut, header, modal, section
from bot.tracking.rules.spent import SpentKind

_MONTHS = 24
_ROWS = 30
"""Kinds of work, and expenses of each kind: of more their number is said, and all of it counts."""
_LONGEST_NAME = 80
_LONGEST_NOTE = 120


def older_window(to: Reader, found: OlderWork) -> View:
    """Each month with its work and its sum, and what they are together."""
    months = [(month, list(works)) for month, works in groupby(found.time, attrgetter("month"))]
    blocks: list[Block] = []
    if months:
        sums = [exact(sum(each.seconds for each in works)) for _, works in months]
        added = " + ".join(sums) if len(sums) <= _MONTHS else to.n("{count} month", "{count} months", len(sums))
        total = exact(found.seconds)
        blocks += [header(to.t("Hours")), section(f"{added} = {total}" if len(sums) > 1 else total)]
    for month, works in months[-_MONTHS:]:
        blocks += [header(to.month(month)), *in_blocks(list(_work(to, works)))]
    for kind, name in _kinds(to).items():
        if spent := [each for each in found.expenses if each.kind is kind]:
            blocks += [header(name), *in_blocks(list(_spent(to, spent)))]
    said = to.t("What is open before the days of the invoice. “Show” opens an invoice of it.")
    blocks.append(context(said))
    return modal(WHY_OLDER, to.t("Older open work"), blocks, close=to.t("Back to the invoice"))


def _work(to: Reader, works: list[OpenWork]) -> Iterator[str]:
    for each in works[:_ROWS]:
        name = " · ".join(cut(part, _LONGEST_NAME) for part in (each.project, each.service) if part) or to.t("Work")
        yield f"• {name}: {exact(each.seconds)}"
    if rest := works[_ROWS:]:
        time = exact(sum(each.seconds for each in rest))
        yield to.n("… and {count} more: {time}", "… and {count} more: {time}", len(rest), time=time)
    if len(works) > 1:
        yield f"= {exact(sum(each.seconds for each in works))}"


def _kinds(to: Reader) -> dict[SpentKind, str]:
    return {
        SpentKind.FEE: to.t("Retainers"),
        SpentKind.PART: to.t("Parts of fixed prices"),
        SpentKind.EXPENSE: to.t("Expenses"),
    }


def _spent(to: Reader, those: Sequence[UnbilledExpense]) -> Iterator[str]:
    for each in those[:_ROWS]:
        fee = to.t("Retainer for {month}", month=to.month(each.month)) if each.month else ""
        amount, note = to.money(each.amount_cents, each.currency), cut(each.note, _LONGEST_NOTE)
        said = (to.full_date(each.day), amount, cut(each.project or "", _LONGEST_NAME), fee, note)
        yield "• " + " · ".join(filter(None, said))
    if (hidden := len(those) - _ROWS) > 0:
        yield to.n("… and {count} more", "… and {count} more", hidden)
