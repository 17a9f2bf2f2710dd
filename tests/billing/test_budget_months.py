"""Random months with a hard budget, often with a retainer: each entry is sent with all of its seconds."""

from contextlib import suppress
from dataclasses import replace
from datetime import date
from random import Random

import pytest
from sqlalchemy import Connection, func, select

from bot.billing import opening
from bot.billing.approval import Approved, Shown, approve
from bot.billing.budget_uses import uses_of
from bot.billing.collect import Preview
from bot.billing.rules.periods import days_between
from bot.billing.rules.recipes import Part
from bot.billing.rules.scope import Scope
from bot.core.context import Bot
from storage.rows import insert_row
from storage.tables import Budget, draft_shares, entries
from tests.billing.random_months import Month, as_dated, random_month
from tests.billing.test_random_months import two_work
from tests.billing.written_months import ACME_ID, anna_in, looking, set_up, write_entry, write_expense

__all__ = ["two_work"]
FIRST = date(2025, 10, 1)


class _SeenEnough(Exception):
    """Takes back what was written."""


@pytest.mark.parametrize("seed", range(0, 160, 40))
def test_what_a_budget_cuts_is_sent_to_the_second_and_bills_no_more(seed: int, two_work: None, bot: Bot) -> None:
    cuts = 0
    for each in range(seed, seed + 40):
        month = random_month(Random(each))
        with suppress(_SeenEnough), bot.database.write() as db:
            cuts += _check(replace(bot, database=bot.database.within(db)), db, month, each)
            raise _SeenEnough
    assert cuts, "no budget of these was used up"


def _check(bot: Bot, db: Connection, month: Month, seed: int) -> int:
    """How many budgets cut something that was sent."""
    by, dated = Random(f"budget {seed}"), as_dated(month)
    set_up(bot, db, month, dated)
    worked = {write_entry(db, each): each for each in dated.worked}
    for spent in dated.spent:
        write_expense(db, spent, month.payer.currency)
    _set_budget(db, by, month.payer.currency)
    with looking(bot, db) as change:
        shown = opening.show(change, opening.begin_draft(change, ACME_ID, Scope(days_between(*dated.days))))
    assert all(line.line.hours or line.line.expense for line in shown.lines), seed
    assert sum(line.line.amount_cents or 0 for line in shown.lines) == shown.totals.listed, seed
    if shown.obstacles:
        return 0
    _approve(bot, db, shown, seed)
    on_lines = select(draft_shares.c.entry_id, func.sum(draft_shares.c.seconds)).group_by(draft_shares.c.entry_id)
    sent = dict(map(tuple, db.execute(on_lines)))
    assert sent == {key: worked[key].seconds for key in sent}, seed
    assert sorted(db.execute(select(entries.c.id).where(entries.c.on_draft)).scalars()) == sorted(sent), seed
    cut = [each for each in shown.budgets if each.above]
    billed = {each.budget.id: each.billed for each in uses_of(db, 1, ACME_ID)}
    for each in cut:  # what is not cut may stand on lines with other work, and counts by its share of them
        assert billed[each.use.budget.id] == each.billed, seed
        included = sum(line.line.seconds for line in shown.lines if line.line.included)
        assert each.billed <= each.use.budget.limit + (included if each.use.budget.seconds else 0), seed
    return len(cut)


def _set_budget(db: Connection, by: Random, currency: str) -> None:
    limits = {"seconds": by.choice([1, 18, 3600, by.randrange(1, 200_000)])}
    if by.random() < 0.5:
        limits = {"cents": by.choice([1, 50, 10_000, by.randrange(1, 500_000)]), "currency": currency}
    insert_row(db, Budget, workspace_id=1, project_id=by.choice([1, 2]), first_day=FIRST, is_hard=True, **limits)


def _approve(bot: Bot, db: Connection, shown: Preview, seed: int) -> None:
    pressed = Shown(shown.draft_id, shown.shown, keep=frozenset(Part))
    sent = approve(bot, anna_in(db), ACME_ID, shown.scope, shown=pressed, view_id="")
    assert isinstance(sent, Approved), seed
