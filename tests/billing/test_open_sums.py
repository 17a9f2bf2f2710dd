"""Whatever a month looks like: sums of open time are to the cent what the invoice of the same work comes to."""

from contextlib import suppress
from dataclasses import replace
from random import Random

import pytest
from sqlalchemy import Connection

from bot.billing import opening, unbilled
from bot.billing.budget_uses import uses_of
from bot.billing.preview import Preview
from bot.billing.rules.layout import Layout
from bot.billing.rules.periods import days_between
from bot.billing.rules.scope import Scope
from bot.core.context import Bot
from bot.reports.report import ReportQuery, read_report
from bot.tracking.rules.filters import Grouping
from tests.billing.random_months import Month, as_dated, random_month
from tests.billing.test_random_months import two_work
from tests.billing.written_months import ACME_ID, anna_in, looking, set_up, write_entry, write_expense

__all__ = ["two_work"]
GROUPINGS = ((Grouping.DAY,), (Grouping.SERVICE, Grouping.PERSON), (Grouping.PROJECT,), ())


class _SeenEnough(Exception):
    """Takes back what was written."""


@pytest.mark.parametrize("seed", range(1000, 1240, 80))
def test_open_sums_are_what_invoices_come_to(seed: int, two_work: None, bot: Bot) -> None:
    found = set[str]()
    for each in range(seed, seed + 80):
        month = random_month(Random(each))
        with suppress(_SeenEnough), bot.database.write() as db:
            found |= _check(replace(bot, database=bot.database.within(db)), db, replace(month, layout=Layout()), each)
            raise _SeenEnough
    assert found == {"included", "cut"}, "no month of these had included hours, or none that a budget cut"


def _check(bot: Bot, db: Connection, month: Month, seed: int) -> set[str]:
    """Whether the month has included hours, and whether a budget cuts it."""
    dated = as_dated(month)
    set_up(bot, db, month, dated)
    for worked in dated.worked:
        write_entry(db, worked)
    days, by = days_between(*dated.days), GROUPINGS[seed % len(GROUPINGS)]
    part = _shown(bot, db, Scope(days, month.selection))
    chosen = replace(month.selection, first=dated.days[0], last=dated.days[1])
    report = read_report(bot, anna_in(db), ReportQuery(chosen, by))
    assert report.totals.cents == part.net_cents, seed
    assert sum(each.above for each in report.cut) == sum(each.above for each in part.budgets), seed
    for spent in dated.spent:
        write_expense(db, spent, month.payer.currency)
    shown = _shown(bot, db, Scope(days))
    open_work = unbilled.unbilled_work(db, 1, days)
    assert sum(each.cents for each in open_work.customers if each.id == ACME_ID) == shown.net_cents, seed
    assert [*unbilled.unbilled_work(db, 1, with_budgets=True).budgets] == uses_of(db, 1, ACME_ID)
    return {
        *(["included"] if any(each.line.included for each in shown.lines) else ()),
        *(["cut"] if any(each.above for each in shown.budgets) else ()),
    }


def _shown(bot: Bot, db: Connection, scope: Scope) -> Preview:
    with looking(bot, db) as change:
        return opening.show(change, opening.begin_draft(change, ACME_ID, scope))
