"""A day of the week beside its date is that date; one that does not fit is asked about."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.context import Bot
from bot.grammar.refusals import Reason
from bot.grammar.values import Duration, Edit, Gaps, Invoice, Log, TypedFilter, Which
from playground.person import Person
from tests.conftest import FrozenClock
from tests.deeds import add_names, count, everything, only, said
from tests.grammar.kit import days_of, read, refusal

ENGLISH = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
GERMAN = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag")
MONDAY, FRIDAY = date(2026, 2, 9), date(2026, 2, 13)


@pytest.mark.parametrize(
    "typed",
    [
        "report monday 9.2. to friday 13.2.",
        "report mon 9.2. - fri 13.2.",
        "report Monday, Feb 9 to Friday, Feb 13",
        "report Monday 9 February until Friday 13 February 2026",
        "report between monday 9.2. and friday 13.2.",
        "report from mon 9.2.2026 until fri 13.2.2026",
        "report monday 9.2. - 13.2.",
        "report 9.2. monday to 13.2. friday",
        "report 9.2. - 13.2. friday",
        "report 9.-13.2. friday",
        "report 2026-02-09..2026-02-13 friday",
        "report monday 9.2. - 13.2. friday",
        "report monday 9.-13. feb friday",
        "bericht 9.2. bis 13.2., Freitag",
        "bericht Montag 9.2. bis 13.2. Freitag",
        "bericht Montag 9.2. bis Freitag 13.2.",
        "bericht von Mo, 9.2. bis Fr, 13.2.",
        "bericht Montag, den 9. Februar bis Freitag, den 13. Februar",
        "liste Mo 9.2. – Fr 13.2.",
    ],
)
def test_a_range_has_days_of_the_week_before_its_dates(typed: str) -> None:
    assert days_of(read(typed)) == (MONDAY, FRIDAY)


def test_it_stands_beside_a_date_wherever_a_date_does() -> None:
    assert read("log 1h acme monday 9.2.") == read("log 1h acme 9.2. monday") == read("log 1h acme 9.2.")
    assert read("buche 1h acme Montag, den 9. Februar") == read("log 1h acme 9.2.")
    assert read("buche 1h acme am Montag, dem 9.2.") == read("log 1h acme Monday the 9th of February")
    assert read("log 1h acme Monday the 9th of February") == read("log 1h acme 9.2.")
    assert read("log 1h mo 9.2.2026") == Log((), "", (Duration(3600, MONDAY),))
    assert read("log 9-10 monday morning 9.2. acme") == read("log 9-10 9.2. acme")
    assert read("edit monday 9.2.") == Edit(Which(MONDAY))
    assert read("lücken Mo 9.2.") == Gaps(MONDAY)
    assert read("start acme since monday 9.3. 9:00") == read("start acme since 9.3. 9:00")
    assert read("invoice acme mon 9.2. to fri 13.2.") == Invoice(TypedFilter(MONDAY, FRIDAY, words=("acme",)))


@given(st.dates(date(2024, 1, 1), date(2026, 3, 11)), st.integers(0, 20), st.sampled_from([ENGLISH, GERMAN]))
def test_any_two_days_may_be_said_so(first: date, more: int, names: tuple[str, ...]) -> None:
    last = min(first + timedelta(days=more), date(2026, 3, 11))
    one, two = (f"{names[each.weekday()]} {each.day}.{each.month}.{each.year}" for each in (first, last))
    assert days_of(read(f"report {one} - {two}")) == (first, last)
    assert read(f"log 1h {one}") == Log((), "", (Duration(3600, first),))


@given(st.dates(date(2024, 1, 1), date(2026, 3, 11)), st.integers(1, 6), st.sampled_from([ENGLISH, GERMAN]))
def test_any_other_day_of_the_week_is_refused_by_name(day: date, off: int, names: tuple[str, ...]) -> None:
    piece = f"{names[(day.weekday() + off) % 7]} {day.day}.{day.month}.{day.year}"
    for command in ("log 1h", "report", "edit", "list since", "report 1.1.2023 -"):
        assert refusal(f"{command} {piece}") == (Reason.OTHER_WEEKDAY, piece)


def test_the_day_of_the_week_behind_a_range_is_that_of_its_last_day() -> None:
    for piece in ("9.2. - 13.2. monday", "9.-13. feb monday", "monday 9.2. - 13.2. monday", "9.2. bis 13.2. Montag"):
        assert refusal(f"report {piece}") == (Reason.OTHER_WEEKDAY, piece)
    assert days_of(read("report 9.3. - 13.3. friday")) == (date(2026, 3, 9), date(2026, 3, 11))  # today is Wednesday
    assert refusal("report 9.3. - 13.3. wednesday") == (Reason.OTHER_WEEKDAY, "9.3. - 13.3. wednesday")


OFF = st.sampled_from((0, 0, 0, 1, 3, 6))


@given(st.dates(date(2024, 1, 1), date(2026, 2, 1)), st.integers(1, 30), OFF, OFF)
def test_a_range_that_is_taken_has_the_typed_dates_and_their_days(first: date, more: int, one: int, two: int) -> None:
    last = first + timedelta(days=more)
    begins, ends = (f"{each.day}.{each.month}.{each.year}" for each in (first, last))
    on, until = ENGLISH[(first.weekday() + one) % 7], GERMAN[(last.weekday() + two) % 7]
    spelled = (f"{on} {begins} - {until} {ends}", f"{on} {begins} - {ends} {until}", f"{begins} {on} to {ends} {until}")
    for days in spelled:
        if one or two:
            assert refusal(f"report {days}")[0] is Reason.OTHER_WEEKDAY
        else:
            assert days_of(read(f"report {days}")) == (first, last)


def test_two_days_in_a_row_with_a_comma_are_still_both() -> None:
    assert days_of(read("list tuesday, 9.3.")) == (date(2026, 3, 9), date(2026, 3, 10))
    for typed in ("log 1h tuesday, 9.3.", "edit tuesday, 9.3.", "gaps 9.3., tuesday"):  # of one day
        assert refusal(typed)[0] is Reason.OTHER_WEEKDAY


def test_two_days_of_the_week_are_still_two() -> None:
    assert refusal("log 1h yesterday monday")[0] is Reason.TWO_DAYS
    assert refusal("report monday 9.2. acme friday") == (Reason.TWO_DAYS, "friday")


@pytest.mark.parametrize(
    ("typed", "piece"),
    [
        ("report until end of month 2025", "end of month 2025"),
        ("report until the end of the quarter 2025", "the end of the quarter 2025"),
        ("report since beginning of month 2025", "beginning of month 2025"),
        ("bericht bis Monatsende 2025", "Monatsende 2025"),
        ("bericht bis Ende der Woche 2025", "Ende der Woche 2025"),
        ("rechnung acme bis Quartalsende 2025", "Quartalsende 2025"),
        ("report from 1.10.2025 until end of month 2025", "end of month 2025"),
    ],
)
def test_the_end_of_one_of_several_in_a_year_says_what_is_unclear(typed: str, piece: str) -> None:
    assert refusal(typed) == (Reason.WHICH_SPAN, piece)


@pytest.mark.parametrize("typed", ["until end of year 2025", "bis Ende des Jahres 2025", "bis Jahresende 2025"])
def test_the_end_of_a_year_is_one_day(typed: str) -> None:
    assert days_of(read(f"report {typed}")) == (None, date(2025, 12, 31))


# By the real door


@pytest.fixture
def wednesday(projects: None, bot: Bot, clock: FrozenClock) -> None:
    """11 March 2026; a customer is called like a day."""
    add_names(bot, {"Monday Media AG": ["Site"]})
    clock.forward_to(datetime(2026, 3, 11, 14, 0, tzinfo=UTC))


def test_what_does_not_fit_is_asked_and_either_is_one_click(wednesday: None, anna: Person, bot: Bot) -> None:
    assert "“tuesday 9.2.” does not fit: the date is another day" in said(
        anna, "/track log 1h acme website tuesday 9.2."
    )
    assert count(bot) == 0
    assert anna.last.buttons == ["Mon, 9 Feb 2026", "Tue, 10 Mar 2026"]
    anna.clicks("Mon, 9 Feb 2026")
    assert (only(bot).day, only(bot).project) == (MONDAY, "Website")


def test_in_german(wednesday: None, finn: Person, bot: Bot) -> None:
    assert "„Dienstag, den 9.2.“ passt nicht zusammen" in said(finn, "/track buche 1h acme website Dienstag, den 9.2.")
    finn.clicks("Di., 10. März 2026")
    assert only(bot).day == date(2026, 3, 10)


def test_a_customer_called_like_the_day_leaves_the_date_whole(wednesday: None, anna: Person, bot: Bot) -> None:
    anna.types("/track log 1h monday 9.2. acme website")
    anna.types("/track log 1h monday media site 9.2.")
    assert [(each.day, each.project) for each in everything(bot)] == [(MONDAY, "Website"), (MONDAY, "Site")]
