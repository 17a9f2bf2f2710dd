"""Sums of open time with a retainer are to the cent what the invoice of the same days comes to."""

from contextlib import suppress
from dataclasses import replace
from random import Random

import pytest
from sqlalchemy import Connection

from bot.billing import opening, unbilled
from bot.billing.rules.layout import Layout
from bot.billing.rules.periods import days_between
from bot.billing.rules.scope import Scope
from bot.core.context import Bot
from tests.billing.random_months import Month, as_dated, random_month
from tests.billing.test_random_months import two_work
from tests.billing.written_months import ACME_ID, anna_in, looking, set_up, write_entry, write_expense

__all__ = ["two_work"]


class _SeenEnough(Exception):
    """Takes back what was written."""


@pytest.mark.parametrize("seed", range(0, 120, 30))
def test_open_sums_are_what_invoices_come_to(seed: int, two_work: None, bot: Bot) -> None:
    found = 0
    for each in range(seed, seed + 30):
        month = random_month(Random(each))
        if month.retainer is None:
            continue
        with suppress(_SeenEnough), bot.database.write() as db:
            found += _check(replace(bot, database=bot.database.within(db)), db, replace(month, layout=Layout()), each)
            raise _SeenEnough
    assert found, "no month of these had included hours"


def _check(bot: Bot, db: Connection, month: Month, seed: int) -> int:
    """Whether the month has included hours."""
    dated = as_dated(month)
    set_up(bot, db, month, dated)
    for worked in dated.worked:
        write_entry(db, worked)
    for spent in dated.spent:
        write_expense(db, spent, month.payer.currency)
    days = days_between(*dated.days)
    with looking(bot, db) as change:
        shown = opening.show(change, opening.begin_draft(change, ACME_ID, Scope(days)))
    caller = anna_in(db)
    open_work = unbilled.unbilled_work(db, caller.workspace_id, days)
    cents = sum(each.cents for each in open_work.customers if each.id == ACME_ID)
    assert cents == shown.net_cents, seed
    return any(each.line.included for each in shown.lines)
