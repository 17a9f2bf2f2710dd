"""A date of the calendar; without its year the last one, unless one is so near ahead that it may be meant."""

from dataclasses import replace
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from bot.grammar.meanings import Days
from bot.grammar.patterns import PhraseMatch
from bot.grammar.refusals import Means, NotUnderstood, Reason

EARLIEST_YEAR = 1970
SOON = timedelta(days=31)
"""A date without a year that is so near ahead was hardly meant to be last year's."""
SOON_IN_MONTH = timedelta(days=7)
"""The same for the number of a day without its month."""


def one_day(matched: PhraseMatch, day: date) -> Days:
    """A day that was. Raises NotUnderstood for one to come, unless a range has begun."""
    if day > matched.today and not matched.setting.begun:
        raise matched.refuse(Reason.FUTURE)
    if day.year < EARLIEST_YEAR:
        raise matched.refuse(Reason.NO_SUCH_DATE)
    return Days(day, day)


def calendar_day(matched: PhraseMatch, year: int, month: int, day: int) -> date:
    """A day of the calendar. Raises NotUnderstood."""
    try:
        found = date(year, month, day)
    except ValueError:
        raise matched.refuse(Reason.NO_SUCH_DATE) from None
    if year < EARLIEST_YEAR:
        raise matched.refuse(Reason.NO_SUCH_DATE)
    return found


def dated(matched: PhraseMatch, month: int, *, day: str = "day", year: str = "year") -> Days:
    """A day with its year (two digits are of this century), or else the last such day within a year.

    Of a range that has begun it is the first such day since then.
    """
    day_of_month = matched.number(day)
    if typed := matched[year]:
        century = 2_000 if len(typed) == 2 else 0
        return one_day(matched, calendar_day(matched, century + int(typed), month, day_of_month))
    today, begun = matched.today, matched.setting.begun
    if begun:
        ahead = (month, day_of_month) < (begun.month, begun.day)
        return without_year(one_day(matched, calendar_day(matched, begun.year + ahead, month, day_of_month)))
    if (month, day_of_month) <= (today.month, today.day):
        return without_year(one_day(matched, calendar_day(matched, today.year, month, day_of_month)))
    last = _last_years(matched, month, day_of_month)
    # Seen from the end of December, what is ahead may be of the next year's January.
    if last + relativedelta(years=1) - today <= SOON:
        raise still_to_come(matched, last)
    return without_year(one_day(matched, last))


def _last_years(matched: PhraseMatch, month: int, day: int) -> date:
    return calendar_day(matched, matched.today.year - 1, month, day)


def without_year(days: Days) -> Days:
    """The day as it was typed: without its year."""
    return replace(days, year_typed=False)


def still_to_come(matched: PhraseMatch, before: date) -> NotUnderstood:
    """What to raise for a day that may be one to come: the one before is offered."""
    return matched.ask(Reason.STILL_TO_COME, [(before.isoformat(), Means(day=before))])


def read_numeric_date(matched: PhraseMatch) -> Days:
    """10.03., 2026-03-10."""
    return dated(matched, matched.number("month"))


def read_slashed(matched: PhraseMatch) -> Days:
    """10/3: the month is first as the person's country has it; where nobody knows, and both fit, they are asked."""
    one, two = matched.number("one"), matched.number("two")
    month_first = matched.setting.customs.month_first
    orders = [order for order in (True, False) if (one if order else two) <= 12]
    if month_first in orders:
        orders = [bool(month_first)]
    if len(orders) < 2 or one == two:
        is_month_first = orders[0] if orders else False
        return _ordered(matched, month_first=is_month_first)
    possible = [day for order in orders for day in _possible(matched, month_first=order)]
    readings = list(dict.fromkeys(possible))
    if not readings:
        return _ordered(matched, month_first=False)
    if len(readings) == 1:
        return replace(one_day(matched, readings[0]), year_typed=matched["year"] is not None)
    raise matched.ask(Reason.TWO_DATES, [(day.isoformat(), Means(day=day)) for day in readings])


def _ordered(matched: PhraseMatch, *, month_first: bool) -> Days:
    month, day = ("one", "two") if month_first else ("two", "one")
    return dated(matched, matched.number(month), day=day)


def _possible(matched: PhraseMatch, *, month_first: bool) -> list[date]:
    """The day, if it is one that was, or would be asked about."""
    try:
        return [_ordered(matched, month_first=month_first).first]
    except NotUnderstood as error:
        return [each.means.day for each in error.readings if each.means.day]


def read_day_of_month(matched: PhraseMatch, *, group: str = "day") -> Days:
    """The last 10th; one of a few days ahead was hardly meant to be last month's."""
    day, today, begun = matched.number(group), matched.today, matched.setting.begun
    if begun:
        month = begun + relativedelta(months=int(day < begun.day))
        return one_day(matched, calendar_day(matched, month.year, month.month, day))
    if day <= today.day:
        return one_day(matched, calendar_day(matched, today.year, today.month, day))
    month_before = today + relativedelta(months=-1, day=1)
    last = calendar_day(matched, month_before.year, month_before.month, day)
    if day - today.day <= SOON_IN_MONTH.days:
        raise still_to_come(matched, last)
    return one_day(matched, last)
