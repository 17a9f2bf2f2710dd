"""The spans of days that a menu offers, and which of them a filter shows."""

from datetime import date, timedelta
from enum import StrEnum

from bot.tracking.rules.filters import Filter, SpanUnit, begin_of, shifted

_DAY = timedelta(days=1)


class OfferedSpan(StrEnum):
    """What the menu says, in its order."""

    TODAY = "today"
    YESTERDAY = "yesterday"
    THIS_WEEK = "this_week"
    LAST_WEEK = "last_week"
    THIS_MONTH = "this_month"
    LAST_MONTH = "last_month"
    THIS_QUARTER = "this_quarter"
    LAST_QUARTER = "last_quarter"
    THIS_YEAR = "this_year"
    LAST_YEAR = "last_year"
    LAST_7_DAYS = "last_7_days"
    LAST_30_DAYS = "last_30_days"
    ALL_TIME = "all_time"
    OWN_DAYS = "own_days"
    """Of which the form asks the first and the last."""


_UNITS = {
    OfferedSpan.TODAY: (SpanUnit.DAY, OfferedSpan.YESTERDAY),
    OfferedSpan.THIS_WEEK: (SpanUnit.WEEK, OfferedSpan.LAST_WEEK),
    OfferedSpan.THIS_MONTH: (SpanUnit.MONTH, OfferedSpan.LAST_MONTH),
    OfferedSpan.THIS_QUARTER: (SpanUnit.QUARTER, OfferedSpan.LAST_QUARTER),
    OfferedSpan.THIS_YEAR: (SpanUnit.YEAR, OfferedSpan.LAST_YEAR),
}
"""Of what the present one is, and how the one before it is called."""
_LAST_DAYS = {OfferedSpan.LAST_7_DAYS: 7, OfferedSpan.LAST_30_DAYS: 30}
"""Today is the last of them."""


def chosen_span(offered: OfferedSpan, today: date, week_start: int) -> Filter:
    """The days of what the menu says, as a filter of nothing else; the present ones end today."""
    for this, (unit, last) in _UNITS.items():
        now = Filter(begin_of(today, unit, week_start), today, unit)
        if offered is this:
            return now
        if offered is last:
            return shifted(now, -1) or now
    if offered in _LAST_DAYS:
        return Filter(today - _DAY * (_LAST_DAYS[offered] - 1), today)
    return Filter()


def own_days(first: date | None, last: date | None, today: date, week_start: int) -> Filter:
    """Days that a person picked, as a filter of nothing else: a whole month is a month. Nothing is ahead of today."""
    if first is None or last is None:
        return Filter(first, last and min(last, today))
    unit = next((unit for unit in SpanUnit if _is_whole(first, last, unit, week_start)), None)
    return Filter(first, min(last, today), unit)


def _is_whole(first: date, last: date, unit: SpanUnit, week_start: int) -> bool:
    if begin_of(first, unit, week_start) != first:
        return False
    following = shifted(Filter(first, first, unit), 1)
    return following is not None and following.first == last + _DAY


def offered_span(chosen: Filter, today: date, week_start: int) -> OfferedSpan:
    """What the menu calls the days of a filter."""
    if chosen.first is None and chosen.last is None:
        return OfferedSpan.ALL_TIME
    unit = chosen.unit or (SpanUnit.DAY if chosen.first == chosen.last else None)
    for offered in OfferedSpan:
        days = chosen_span(offered, today, week_start)
        if days.first is None or days.last is None or (days.unit, days.first) != (unit, chosen.first):
            continue
        if chosen.last == days.last or (unit and chosen.last and chosen.last > days.last):
            return offered
    return OfferedSpan.OWN_DAYS
