"""Compare an invoice with the last one of its kind: a month with a month, the same selection with the same."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from bot.billing.rules.differences import ByHand, Difference, Worked, differences
from bot.billing.rules.grouping import Grouping
from bot.billing.rules.lines import InvoiceLine
from bot.billing.rules.periods import EVERYTHING, Period
from bot.billing.rules.rhythms import are_alike
from bot.billing.rules.scope import ALL_WORK, Scope
from bot.core.caller import Caller
from bot.tracking import filtering
from bot.tracking.rules.filters import Filter
from bot.tracking.rules.spent import SpentKind
from storage import filter_names as filter_name_rows
from storage import last_invoices as last_invoice_rows
from storage.drafts import Draft
from storage.last_invoices import LastInvoice

_What = tuple[int | None, str | None, int | None, str | None, int, str]
_WHAT = ("project_id", "project", "service_id", "service", "person_id", "person")
"""Of which work it is, with what that is called."""


@dataclass(frozen=True, slots=True)
class Compared:
    """The days of the last invoice of the same kind, and what is different since."""

    period: Period
    found: tuple[Difference, ...]
    is_over: bool = True
    """Whether the days of the new invoice are. Else it may still become as the last one, and less is no difference."""
    invoices: tuple[LastInvoice, ...] = ()
    """It, and those of the same days that were added to it later."""


def compare(
    db: Connection,
    caller: Caller,
    draft: Draft,
    lines: Sequence[InvoiceLine],
    by_hand: Sequence[InvoiceLine],
    grouping: Grouping,
    *,
    gross: bool,
) -> Compared | None:
    """What is different about the lines of a draft, whose prices are with VAT or not; None without a last invoice.

    What somebody left out `by_hand` is called so, and not gone.
    """
    last = _last(db, caller, draft) if lines else []
    if not last:
        return None
    before = last_invoice_rows.billed_work(db, [each.id for each in last])
    spent = last_invoice_rows.billed_expenses(db, [each.id for each in last]), _spent(lines)
    if any(each.currency != draft.currency or each.gross_prices != gross for each in last):
        before, spent = [each._replace(price=None) for each in before], ({}, {})
    is_over = draft.last_day is not None and draft.last_day < caller.today
    before = _up_to_date(db, draft.workspace_id, before)
    left_out = ByHand(_worked(by_hand), _spent(by_hand))
    found = differences(before, _worked(lines), grouping.shared, is_over=is_over, spent=spent, by_hand=left_out)
    return Compared(Period(last[0].first_day, last[0].last_day), found, is_over, tuple(last))


def _last(db: Connection, caller: Caller, draft: Draft) -> list[LastInvoice]:
    """The last invoice of the same kind, with those that were added to it later."""
    if draft.first_day is None:
        return []
    last: list[LastInvoice] = []
    for each in last_invoice_rows.last_invoices(db, draft.workspace_id, draft.customer_id, before=draft.first_day):
        scope = Scope.stored(each.first_day, each.last_day, each.selection)
        if last and (each.first_day, each.last_day) != (last[0].first_day, last[0].last_day):
            break
        if are_alike(scope.period, draft.scope.period) and _is_same(db, caller, scope.selection, draft.scope.selection):
            last.append(each)
    return last


def _is_same(db: Connection, caller: Caller, before: Filter, now: Filter) -> bool:
    """Whether the same work was selected, also if something in it was merged since."""
    if before == now or ALL_WORK in (before, now):
        return before == now
    return Scope(EVERYTHING, filtering.up_to_date(db, caller, before)).selection == now


def _worked(lines: Iterable[InvoiceLine]) -> list[Worked]:
    """The work on lines, added up: by ids, because an invoice may have 100,000 entries."""
    found: list[Worked] = []
    for each in lines:
        has_price = not (each.line.is_total or each.line.expense or each.line.costs_nothing)
        price = each.line.unit_price if has_price else None
        entries = each.line.entries
        seconds = Counter[_What]()
        what = zip(*map(entries.column, _WHAT), strict=True)
        for key, worked in zip(what, entries.seconds, strict=True):
            seconds[key] += worked
        found += [Worked(*key, price, worked) for key, worked in seconds.items()]
    return found


def _spent(lines: Iterable[InvoiceLine]) -> dict[SpentKind, int]:
    """What each kind of expenses comes to on lines."""
    found = Counter[SpentKind]()
    for each in lines:
        if each.line.expense:
            found[each.line.expense.kind] += each.line.amount_cents or 0
    return found


def _up_to_date(db: Connection, workspace_id: int, worked: Sequence[Worked]) -> list[Worked]:
    """With what became of projects and services that were merged since: time that was billed stayed with the old."""
    used = Filter(projects=_ids(each.project_id for each in worked), services=_ids(each.service_id for each in worked))
    merged = filter_name_rows.read_merged(db, workspace_id, used)
    return [
        each._replace(
            project_id=_became(merged.projects, each.project_id), service_id=_became(merged.services, each.service_id)
        )
        for each in worked
    ]


def _ids(row_ids: Iterable[int | None]) -> tuple[int, ...]:
    return tuple({row_id for row_id in row_ids if row_id is not None})


def _became(merged: Mapping[int, int], row_id: int | None) -> int | None:
    while row_id is not None and row_id in merged:
        row_id = merged[row_id]
    return row_id
