"""Weeks, months, quarters and years: which days they are, at the latest today."""

from dataclasses import replace
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from bot.grammar.dates import EARLIEST_YEAR, calendar_day
from bot.grammar.meanings import Days
from bot.grammar.numbers import count
from bot.grammar.patterns import PhraseMatch
from bot.grammar.refusals import Reason
from bot.grammar.values import UnitName

_SATURDAY = 5
_HALF = 6
_LENGTHS: dict[UnitName, relativedelta] = {
    "week": relativedelta(weeks=1),
    "month": relativedelta(months=1),
    "quarter": relativedelta(months=3),
    "year": relativedelta(years=1),
}
_DAY = timedelta(days=1)
YEARS_BACK = ("this_year", "last_year", "year_before_last")
"""The groups of a pattern in which a year stands in words, each one year before the other."""
_WEEK = timedelta(days=7)
_LONG_YEARS_WEEK = 53
_YEARS_WITHOUT = 8
"""Among so many years in a row one has such a week."""


def read_numbered_week(matched: PhraseMatch) -> Days:
    """A week by its number as ISO 8601 counts, the last one of that number."""
    week = matched.number("week")
    if begun := matched.setting.begun:
        usual = begun.isocalendar().year + (week < begun.isocalendar().week)
    else:
        usual = matched.today.isocalendar().year - (week > matched.today.isocalendar().week)
    if week == _LONG_YEARS_WEEK and not matched.setting.begun:
        usual = next(
            year for year in range(usual, usual - _YEARS_WITHOUT, -1) if date(year, 12, 28).isocalendar().week == week
        )
    year = matched.number("year", usual)
    try:
        first = date.fromisocalendar(year, week, 1)
    except ValueError:
        raise matched.refuse(Reason.NO_SUCH_DATE) from None
    return ending_today(matched, first, first + timedelta(days=6), "week", year_typed=matched["year"] is not None)


def ending_today(
    matched: PhraseMatch, first: date, last: date, unit: UnitName | None, *, year_typed: bool = True
) -> Days:
    """A span of which the rest may still be to come. Raises NotUnderstood where it has not begun."""
    if matched.setting.begun:
        return Days(first, last, year_typed, unit=unit)
    if first > matched.today:
        raise matched.refuse(Reason.FUTURE)
    if first.year < EARLIEST_YEAR:
        raise matched.refuse(Reason.NO_SUCH_DATE)
    return Days(first, min(last, matched.today), year_typed, unit=unit)


def this_week(matched: PhraseMatch) -> Days:
    """The week until today."""
    setting = matched.setting
    begins = setting.today - timedelta(days=(setting.today.weekday() - setting.week_start) % 7)
    return Days(begins, setting.today, unit="week")


def last_week(matched: PhraseMatch) -> Days:
    """The week before this one."""
    begins = this_week(matched).first
    return Days(begins - _WEEK, begins - timedelta(days=1), unit="week")


def this_month(matched: PhraseMatch) -> Days:
    """The month until today."""
    return Days(matched.today.replace(day=1), matched.today, unit="month")


def last_month(matched: PhraseMatch) -> Days:
    """The month before this one."""
    last = matched.today.replace(day=1) - timedelta(days=1)
    return Days(last.replace(day=1), last, unit="month")


def full_end(first: date, unit: UnitName) -> date:
    """The last day of what begins on a day."""
    return first if unit == "day" else first + _LENGTHS[unit] - _DAY


def unit_of(first: date, last: date, week_start: int) -> UnitName | None:
    """What some days are one of, as a whole."""
    if first == last:
        return "day"
    begins: dict[UnitName, bool] = {
        "week": first.weekday() == week_start,
        "month": first.day == 1,
        "quarter": first.day == 1 and first.month % 3 == 1,
        "year": first.day == first.month == 1,
    }
    return next((unit for unit, is_so in begins.items() if is_so and full_end(first, unit) == last), None)


def typed_year(matched: PhraseMatch) -> int | None:
    """The year that was typed: 2025, '25 or last year."""
    typed = matched["year"]
    if not typed:
        back = next((back for back, named in enumerate(YEARS_BACK) if matched[named]), None)
        return None if back is None else matched.today.year - back
    return int(typed) if typed.isdigit() else 2_000 + int(typed[1:])


def read_year(matched: PhraseMatch) -> Days:
    """2025; until today where it has not ended."""
    year = typed_year(matched) or matched.today.year
    return ending_today(matched, calendar_day(matched, year, 1, 1), date(year, 12, 31), "year")


def ago(unit: UnitName, back: int, matched: PhraseMatch) -> Days:
    """The quarter or year until today, or one before it."""
    today = matched.today
    month = {"quarter": (today.month - 1) // 3 * 3 + 1, "month": today.month}.get(unit, 1)
    first = date(today.year, month, 1) - _LENGTHS[unit] * back
    return Days(first, min(full_end(first, unit), today), unit=unit)


def half_year(back: int, matched: PhraseMatch) -> Days:
    """The half of the year until today, or one before it."""
    today = matched.today
    first = date(today.year, 1 if today.month <= _HALF else 1 + _HALF, 1) - relativedelta(months=_HALF * back)
    return Days(first, min(first + relativedelta(months=_HALF) - _DAY, today))


def half_of_month(month: Days, number: int, matched: PhraseMatch) -> Days:
    """The first 15 days of a month, or the rest of it."""
    middle = month.first.replace(day=15)
    if number == 1:
        return replace(month, last=min(middle, month.last), unit=None)
    if month.last <= middle:
        raise matched.refuse(Reason.FUTURE)
    return replace(month, first=middle + _DAY, unit=None)


def week_before_last(matched: PhraseMatch) -> Days:
    """The week before last week."""
    week = last_week(matched)
    return replace(week, first=week.first - _LENGTHS["week"], last=week.last - _LENGTHS["week"])


def read_recent(matched: PhraseMatch, *, since: bool = False) -> Days:
    """The last 7 days are today and the six before it; since 7 days ago is one day more."""
    days, weeks, months, quarters, years = (
        count(matched[unit] or "0") for unit in ("days", "weeks", "months", "quarters", "years")
    )
    try:
        begins = matched.today - relativedelta(days=days, weeks=weeks, months=months + 3 * quarters, years=years)
    except (ValueError, OverflowError):
        raise matched.refuse(Reason.NO_SUCH_DATE) from None
    if begins == matched.today or begins.year < EARLIEST_YEAR:
        raise matched.refuse(Reason.NO_SUCH_DATE)
    first = begins if since else begins + _DAY
    return Days(first, matched.today, unit="day" if first == matched.today else None)


def read_weekend(matched: PhraseMatch, *, over: bool = False) -> Days:
    """The last Saturday and Sunday that have begun, or are over."""
    back = (matched.today.weekday() - _SATURDAY) % 7
    saturday = matched.today - timedelta(days=back + 7 * (over and back < 2))
    return Days(saturday, min(saturday + _DAY, matched.today))
