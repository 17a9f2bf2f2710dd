"""The recount of the random months and the bot cut a budget at the same place, also where it is used up."""

from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from bot.billing.rules.budgeted import budgeted_lines
from bot.billing.rules.budgets import BudgetUse
from bot.billing.rules.entries import Entries
from bot.billing.rules.layout import Layout
from bot.billing.rules.rounding import Rounding, Roundings, Way
from tests.billing.counted_budgets import CountedBudget, Invoice
from tests.billing.counted_rates import CountedRate, CountedVat, PriceSince
from tests.billing.counted_tax import TaxFacts
from tests.billing.recount import Terms, Worked
from tests.billing.test_budget_cut import FIRST, WEBSITE, budget, entry, pricing

HOUR = 3_600
DOWN = Rounding(Way.DOWN, 15)
VAT = CountedVat("MwSt", Decimal(19))
DOMESTIC = TaxFacts("DE", "", False, "DE", "", "", "TAX", (), "")
TERMS = Terms(
    articles={},
    known={},
    rates=(CountedRate((PriceSince(None, Decimal(95)),)),),
    customer=1,
    currency="EUR",
    listed=(VAT,),
    tax=DOMESTIC,
    group=0,
    states_gross=False,
    wants_gross=False,
    reduction=Decimal(0),
    off=Decimal(0),
    roundings={WEBSITE: DOWN},
)


def worked(number: int, seconds: int) -> Worked:
    start = datetime.combine(FIRST + timedelta(days=number), time(9), UTC)
    return Worked(start, seconds, "UTC", 1, WEBSITE, 1, "", "", True, True, False, False)


@pytest.mark.parametrize("used", [HOUR, 2 * HOUR], ids=["used up", "more than used up"])
@pytest.mark.parametrize("lengths", [(36, HOUR), (899, HOUR), (1, 36, HOUR)])
def test_nothing_fits_into_a_used_up_budget_not_even_what_is_rounded_to_nothing(
    lengths: tuple[int, ...], used: int
) -> None:
    by_hand = Invoice(
        worked=dict(enumerate((worked(number, seconds) for number, seconds in enumerate(lengths)), start=1)),
        paid={},
        before={WEBSITE: Fraction(used)},
        budgets=[CountedBudget(WEBSITE, FIRST, is_hard=True, seconds=HOUR, amount=None, currency="")],
        layout=Layout(),
        terms=TERMS,
        edits={},
        week_start=0,
    ).held()
    month = Entries.of(entry(number + 1, seconds, number, WEBSITE, 1) for number, seconds in enumerate(lengths))
    made = budgeted_lines(
        month,
        [BudgetUse(budget(seconds=HOUR), used, used)],
        Layout().grouping(0),
        pricing=pricing(Roundings(DOWN), 95_0000),
        edits={},
    )
    [on_draft] = made.budgets
    assert (on_draft.billed, on_draft.above) == (0, sum(lengths))
    assert (by_hand.billed[WEBSITE], by_hand.above[WEBSITE]) == (0, sum(lengths))
