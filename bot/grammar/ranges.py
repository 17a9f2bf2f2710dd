"""From one day to another: 3.3.-10.3., 10/1-11/15, KW 9-11, 2024-2025; at the latest until today."""

from dataclasses import replace
from datetime import date, timedelta

from bot.grammar.dates import EARLIEST_YEAR, calendar_day, dated, read_day_of_month
from bot.grammar.meanings import Days
from bot.grammar.patterns import PhraseMatch
from bot.grammar.periods import unit_of
from bot.grammar.refusals import Means, NotUnderstood, Reason

_LONGEST_AHEAD = timedelta(days=184)


def is_slip(first: date, last: date, today: date) -> bool:
    """Whether a range is so long because its days were typed the wrong way round: 10.3.-1.3. ends next year."""
    return first.year < last.year and last > today and last - first > _LONGEST_AHEAD


def read_years(matched: PhraseMatch) -> Days:
    """2024-2025."""
    return _until_today(matched, date(matched.number("first_year"), 1, 1), date(matched.number("year"), 12, 31))


def read_weeks(matched: PhraseMatch) -> Days:
    """Weeks by their numbers as ISO 8601 counts; the last ones that have begun. 45 and 46 have to be neighbours."""
    first_week, last_week_number = matched.number("first_week"), matched.number("week")
    if matched["both"] and last_week_number != first_week + 1:
        raise matched.refuse(Reason.TWO_DAYS)
    this = matched.today.isocalendar()
    year = matched.number("year") or this.year - (first_week > this.week)
    try:
        first = date.fromisocalendar(year, first_week, 1)
        last = date.fromisocalendar(year + (not matched["year"] and last_week_number < first_week), last_week_number, 7)
    except ValueError:
        raise matched.refuse(Reason.NO_SUCH_DATE) from None
    return _until_today(matched, first, last)


def read_iso_dates(matched: PhraseMatch) -> Days:
    """2026-03-01..2026-03-10."""
    try:
        first, last = (date.fromisoformat(matched[end] or "") for end in ("first", "last"))
    except ValueError:
        raise matched.refuse(Reason.NO_SUCH_DATE) from None
    return _until_today(matched, first, last)


def read_dates(matched: PhraseMatch) -> Days:
    """From one date in figures to another."""
    return between(matched, matched.number("month"))


def between(matched: PhraseMatch, month: int) -> Days:
    """From one date to another. A year behind the second is the first one's too."""
    first_month = matched.number("first_month", default=month)
    if matched["first_year"] or not matched["year"]:
        first = _begins(matched, first_month)
        last = dated(replace(matched, setting=matched.setting._replace(begun=first)), month).last
    else:
        last = _ends(matched, month)
        year = last.year - (first_month > month)
        first = calendar_day(matched, year, first_month, matched.number("first_day"))
    return _until_today(matched, first, last)


def read_days_of_month(matched: PhraseMatch) -> Days:
    """1.-15.: of this month or the last one."""
    try:
        first = read_day_of_month(matched, group="first_day").first
    except NotUnderstood as error:
        begins = (reading.means.day for reading in error.readings)
        raise matched.ask(error.reason, [_days_from(matched, first) for first in begins if first]) from None
    return _until_today(matched, first, _day_since(matched, first))


def _days_from(matched: PhraseMatch, first: date) -> tuple[str, Means]:
    last = _day_since(matched, first)
    return f"{first} - {last}", Means(days=(first, last))


def _day_since(matched: PhraseMatch, first: date) -> date:
    return read_day_of_month(replace(matched, setting=matched.setting._replace(begun=first))).last


def _begins(matched: PhraseMatch, month: int) -> date:
    try:
        return dated(matched, month, day="first_day", year="first_year").first
    except NotUnderstood as error:
        raise _as_ranges(matched, error) from None


def _as_ranges(matched: PhraseMatch, error: NotUnderstood) -> NotUnderstood:
    """A first day that is still to come, asked about: each reading takes the second one along, if it is not before."""
    readings = []
    for reading in error.readings:
        if (first := reading.means.day) is not None:
            month = matched.number("month") if (matched["month"] or "").isdigit() else first.month
            last = calendar_day(matched, first.year + (month < first.month), month, matched.number("day"))
            if first <= last:
                readings.append((f"{first} - {last}", Means(days=(first, last))))
    is_reversed = error.readings and not readings
    return matched.refuse(Reason.LAST_BEFORE_FIRST) if is_reversed else matched.ask(error.reason, readings)


def _ends(matched: PhraseMatch, month: int) -> date:
    typed = (matched["year"] or "").strip(" '’")
    year = int(typed) + (2_000 if len(typed) == 2 else 0)
    return calendar_day(matched, year, month, matched.number("day"))


def _until_today(matched: PhraseMatch, first: date, last: date) -> Days:
    """From one day to another, at the latest today. Raises NotUnderstood where all of it is still to come."""
    if first > last or (not matched["year"] and is_slip(first, last, matched.today)):
        raise matched.refuse(Reason.LAST_BEFORE_FIRST)
    if first > matched.today:
        raise matched.refuse(Reason.FUTURE)
    if first.year < EARLIEST_YEAR:
        raise matched.refuse(Reason.NO_SUCH_DATE)
    unit = unit_of(first, last, matched.setting.week_start)
    return Days(first, min(last, matched.today), unit=unit, ends=last)
