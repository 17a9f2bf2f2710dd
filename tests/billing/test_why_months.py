"""Whatever a month looks like: the explanation of each line recomputes to the invoice, and to what is sent."""

from contextlib import suppress
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from random import Random
from typing import Any

import pytest
from sqlalchemy import Connection

from bot.billing import delivery, opening, why
from bot.billing.approval import Approved, Shown, approve
from bot.billing.attempts import begin_attempt
from bot.billing.preview import Preview
from bot.billing.rules.lines import SMALLEST
from bot.billing.rules.periods import days_between
from bot.billing.rules.scope import Scope
from bot.billing.rules.why import Explanation
from bot.billing.views.why import line_window
from bot.billing.views.why_total import ALL_LINES, AskedTotal, total_window
from bot.billomat.client.requests import draft_body
from bot.core.context import Bot
from bot.slack.blocks import MOST_VIEW_BLOCKS
from tests.billing.random_months import Month, as_dated, random_month
from tests.billing.test_random_months import two_work
from tests.billing.test_why import counted_amount, counted_sums, in_cents
from tests.billing.written_months import ACME_ID, anna_in, looking, set_up, write_entry, write_expense

__all__ = ["two_work"]


class _SeenEnough(Exception):
    """Takes back what was written."""


@pytest.mark.parametrize("seed", range(0, 24, 4))
def test_what_is_explained_is_what_is_shown_and_sent(seed: int, two_work: None, bot: Bot) -> None:
    for each in range(seed, seed + 4):
        month = random_month(Random(each))
        with suppress(_SeenEnough), bot.database.write() as db:
            _check(replace(bot, database=bot.database.within(db)), db, month)
            raise _SeenEnough


def _check(bot: Bot, db: Connection, month: Month) -> None:
    dated = as_dated(month)
    set_up(bot, db, month, dated)
    for worked in dated.worked:
        write_entry(db, worked)
    for spent in dated.spent:
        write_expense(db, spent, month.payer.currency)
    with looking(bot, db) as change:
        draft = opening.begin_draft(change, ACME_ID, Scope(days_between(*dated.days), month.selection))
        shown = opening.show(change, draft)
    if not shown.lines:
        return
    explained = [_explained(bot, db, shown, place) for place in range(len(shown.lines))]
    _assert_sums(bot, db, shown)
    if not shown.obstacles:
        _assert_carries(_sent(bot, db, shown), explained)


def _explained(bot: Bot, db: Connection, shown: Preview, place: int) -> Explanation:
    item, caller = shown.lines[place], anna_in(db)
    found = why.explain_line(bot, caller, shown.draft_id, item.line.key, shown=shown.shown)
    hours, amount = counted_amount(found.why)
    assert in_cents(amount) == found.why.amount_cents == item.line.amount_cents
    least = SMALLEST if item.line.above_budget else 0  # some seconds above a budget
    assert max(in_cents(hours), least) == found.why.hours == item.line.hours
    assert len(line_window(caller.reader, found, shown.shown)["blocks"]) < MOST_VIEW_BLOCKS
    return found.why


def _assert_sums(bot: Bot, db: Connection, shown: Preview) -> None:
    caller = anna_in(db)
    read = why.explain_total(bot, caller, shown.draft_id, ALL_LINES, shown=shown.shown)
    net, gross = counted_sums(read.why)
    assert in_cents(net) == read.why.net == shown.net_cents
    assert read.why.gross == shown.totals.gross
    assert shown.totals.gross in (None, in_cents(gross))
    assert read.why.hours == sum(each.line.hours for each in shown.lines)
    asked = AskedTotal(shown.draft_id, shown.shown)
    assert len(total_window(caller.reader, read, asked)["blocks"]) < MOST_VIEW_BLOCKS


def _assert_carries(body: dict[str, Any], explained: list[Explanation]) -> None:
    """Each line of the request has the quantity and the price that the explanation leads to."""
    items = body["invoice"]["invoice-items"]["invoice-item"]
    assert [(Decimal(each["quantity"]), Decimal(each["unit_price"])) for each in items] == [
        (Decimal(each.quantity).scaleb(-2), Decimal(each.unit_price or 0).scaleb(-4)) for each in explained
    ]
    for item, each in zip(items, explained, strict=True):
        exact = Decimal(item["quantity"]) * Decimal(item["unit_price"])
        smallest = each.line.smallest
        assert int((exact * 100 / smallest).to_integral_value(ROUND_HALF_UP)) * smallest == each.amount_cents


def _sent(bot: Bot, db: Connection, shown: Preview) -> dict[str, Any]:
    caller = anna_in(db)
    approved = approve(bot, caller, ACME_ID, shown.scope, shown=Shown(shown.draft_id, shown.shown), view_id="")
    assert isinstance(approved, Approved)
    attempt = begin_attempt(bot, shown.draft_id)
    assert attempt
    return draft_body(delivery._request(bot, attempt))
