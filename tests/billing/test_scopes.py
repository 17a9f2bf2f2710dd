"""What a draft is about: any days of a customer, and a part of the work in them."""

from datetime import date

import pytest

from bot.billing.rules.periods import EVERYTHING, Period, month_of
from bot.billing.rules.scope import Scope
from bot.tracking.rules.filters import Filter

OCTOBER = month_of(date(2026, 10, 1))
OWN_DAYS = Period(date(2026, 10, 1), date(2026, 11, 15))
DESIGN = Filter(services=(3,))


@pytest.mark.parametrize("period", [OCTOBER, OWN_DAYS, EVERYTHING])
@pytest.mark.parametrize(
    "selection", [Filter(), DESIGN, Filter(text="a / b  c"), Filter(tags=("call",), people=(2, 1))]
)
def test_a_scope_comes_back_from_a_button_and_from_the_database(period: Period, selection: Filter) -> None:
    scope = Scope(period, selection)
    assert Scope.read(scope.value) == scope
    assert Scope.stored(period.first, period.last, scope.kept) == scope


def test_the_same_work_is_one_scope_in_whatever_order_it_was_chosen() -> None:
    chosen = Filter(customers=(1,), projects=(2, 1, 2), tags=("b", "a"), billable=True, billed=False, text=" x ")
    assert Scope(OCTOBER, chosen) == Scope(OCTOBER, Filter(projects=(1, 2), tags=("a", "b"), text="x"))
    assert Scope(OCTOBER, Filter(customers=(1,), billed=False)) == Scope(OCTOBER)


def test_a_draft_without_a_selection_keeps_nothing_and_is_said_as_before() -> None:
    assert Scope(OCTOBER).kept == ""
    assert Scope(OCTOBER).value == "2026-10"
    assert Scope(EVERYTHING).value == "all"


@pytest.mark.parametrize("value", ["", "2026-13", "2026-10-02/2026-10-01", "2026-10 {", '2026-10 {"rows":[1]} x', "/"])
def test_what_no_scope_makes_is_refused(value: str) -> None:
    with pytest.raises(ValueError):
        Scope.read(value)
