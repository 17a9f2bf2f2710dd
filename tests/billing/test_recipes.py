"""What of an invoice can be kept for its customer, and which of it looks like a habit."""

from datetime import date, timedelta

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.billing.rules.periods import EVERYTHING, Period, days_between
from bot.billing.rules.recipes import Part, Recipe, kept, offers
from bot.billing.rules.rhythms import around, rhythm_of
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
        ("2026-08-01/2026-10-31", False),
        ("2026-05-01/2026-10-31", False),
        ("2025-11-01/2026-10-31", False),
        ("2026-07-16/2026-10-15", False),
        ("all", False),
        ("2026-10-01/2026-11-15", None),
        ("2026-11-03/2026-11-03", None),
    ],
)
def test_days_that_come_again_can_be_kept_and_the_last_of_usual_ones_are_a_habit(
    period: str, habit: bool | None
) -> None:
    assert offered(period).get(Part.DAYS) is habit


@given(st.sampled_from([3, 6, 12]), st.dates(date(2020, 1, 1), date(2090, 1, 1)), st.booleans())
def test_quarters_half_years_and_years_are_a_habit_only_as_the_calendar_has_them(
    months: int, today: date, is_older: bool
) -> None:
    for ago in range(1, 2 * months + 1):
        first = today.replace(day=1) - relativedelta(months=ago)
        period = days_between(first, first + relativedelta(months=months, days=-1))
        [offer] = offers(USUAL, Scope(period), today=today, is_split=False, is_older=is_older)
        is_last = first + relativedelta(months=2 * months) > today
        assert offer.is_habit == (not is_older and is_last and first.month % months == 1)


def test_days_of_older_open_time_are_no_habit_though_they_are_a_quarter() -> None:
    scope = Scope(Period.read("2026-07-01/2026-09-30"), DESIGN)
    found = offers(USUAL, scope, today=FRIDAY, is_split=False, is_older=True)
    assert {each.part: each.is_habit for each in found} == {Part.DAYS: False, Part.WORK: False}


@given(
    st.one_of(
        st.tuples(st.integers(1, 24), st.integers(1, 28)).map(
            lambda kind: relativedelta(months=kind[0]) + relativedelta(day=kind[1])
        ),
        st.integers(1, 8).map(lambda weeks: relativedelta(weeks=weeks)),
    ),
    st.dates(date(2020, 1, 1), date(2090, 1, 1)),
    st.dates(date(2020, 1, 1), date(2090, 1, 1)),
)
def test_of_whatever_days_are_kept_the_next_invoice_has_today_among_them_or_those_right_before(
    length: relativedelta, start: date, today: date
) -> None:
    first = start.replace(day=length.day) if length.day else start
    period = days_between(first, first + length - timedelta(days=1))
    rhythm = rhythm_of(period)
    assume(rhythm and bool(rhythm.months) == bool(length.months or length.years))  # 28 days of February are a month
    these_days, days_before = kept(USUAL, Scope(period), frozenset({Part.DAYS})).periods(today)
    assert these_days.first
    assert these_days.last
    assert days_before.first
    assert days_before.last
    assert these_days.first <= today <= these_days.last
    assert days_before.last + timedelta(days=1) == these_days.first
    assert days_before.first + length == these_days.first
    assert these_days.first + length == these_days.last + timedelta(days=1)
    assert around(period, first)[0] == period


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
