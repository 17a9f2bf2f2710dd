"""What of an invoice can be kept for its customer, and which of it looks like a habit."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.billing.rules.periods import EVERYTHING, Period
from bot.billing.rules.recipes import Part, Recipe, kept, offers
from bot.billing.rules.scope import ALL_WORK, Scope
from bot.tracking.rules.filters import Filter

FRIDAY = date(2026, 11, 27)
USUAL = Recipe()
DESIGN = Filter(services=(3,))
QUARTER = Recipe(Period.read("2026-01-01/2026-03-31"))


def offered(
    period: str, selection: Filter = ALL_WORK, recipe: Recipe = USUAL, *, is_split: bool = False
) -> dict[Part, bool]:
    found = offers(recipe, Scope(Period.read(period), selection), today=FRIDAY, is_split=is_split)
    return {each.part: each.is_habit for each in found}


@pytest.mark.parametrize(
    ("period", "habit"),
    [
        ("2026-10", None),
        ("2026-03", None),
        ("2026-07-01/2026-09-30", True),
        ("2026-10-01/2026-12-31", True),
        ("2026-11-16/2026-11-22", True),
        ("2026-10-16/2026-11-15", True),
        ("2025-01-01/2025-12-31", True),
        ("2026-04-01/2026-06-30", False),
        ("2026-08-01/2026-09-30", False),
        ("all", False),
        ("2026-10-01/2026-11-15", None),
        ("2026-11-03/2026-11-03", None),
    ],
)
def test_days_that_come_again_can_be_kept_and_the_last_of_usual_ones_are_a_habit(
    period: str, habit: bool | None
) -> None:
    assert offered(period).get(Part.DAYS) is habit


def test_what_is_kept_already_is_not_offered() -> None:
    assert offered("2026-07-01/2026-09-30", recipe=QUARTER) == {}
    assert offered("2026-10", recipe=QUARTER) == {Part.DAYS: True}
    assert offered("2026-10", DESIGN, Recipe(selection=DESIGN)) == {}
    assert offered("2026-10", recipe=Recipe(selection=DESIGN)) == {Part.WORK: True}
    assert offered("all", recipe=Recipe(EVERYTHING)) == {}


@pytest.mark.parametrize(
    ("period", "selection", "is_split", "habit"),
    [
        ("2026-10", DESIGN, False, True),
        ("2026-10", Filter(tags=("call",)), False, True),
        ("2026-10", Filter(services=(3,), text="review"), False, False),
        ("2026-10", DESIGN, True, False),
        ("2026-10-01/2026-11-15", DESIGN, False, False),
        ("all", DESIGN, False, False),
    ],
)
def test_a_part_of_the_work_is_a_habit_unless_it_looks_like_a_choice_for_once(
    period: str, selection: Filter, is_split: bool, habit: bool
) -> None:
    assert offered(period, selection, is_split=is_split)[Part.WORK] is habit


periods = st.sampled_from(
    [
        "2026-10",
        "all",
        "2026-07-01/2026-09-30",
        "2026-10-12/2026-10-25",
        "2026-10-16/2026-11-15",
        "2020-02-03/2020-02-09",
    ]
)
selections = st.sampled_from([Filter(), DESIGN, Filter(projects=(2, 1), tags=("b", "a"), text="x y")])


@given(periods, selections, st.dates(date(2020, 1, 1), date(2090, 1, 1)))
def test_a_recipe_comes_back_from_the_database_and_is_the_same_the_next_time(
    period: str, selection: Filter, today: date
) -> None:
    scope = Scope(Period.read(period), selection)
    recipe = kept(Recipe(), scope, frozenset(Part))
    stored = Recipe.stored(recipe.kept_days, recipe.kept_selection)
    assert (stored.kept_days, stored.kept_selection) == (recipe.kept_days, recipe.kept_selection)
    these_days, days_before = stored.periods(today)
    for days in (these_days, days_before):
        assert offers(stored, Scope(days, stored.selection), today=today, is_split=False) == ()
        again = kept(stored, Scope(days, stored.selection), frozenset(Part))
        assert again.periods(today) == (these_days, days_before)
