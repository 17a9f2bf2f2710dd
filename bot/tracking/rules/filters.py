"""Which time is meant: the one filter that lists, reports, invoices and exports share, and how a report groups it."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from pydantic import TypeAdapter

from bot.grammar.values import MOST_GROUPS

MOST_OF_A_KIND = 20
"""Customers, projects, services, people or tags of one filter: a button's value holds no more."""
_DAY = timedelta(days=1)
_A_QUARTER = timedelta(days=92)


class Grouping(StrEnum):
    """By what the rows of a report are put together."""

    CUSTOMER = "customer"
    PROJECT = "project"
    SERVICE = "service"
    PERSON = "person"
    TAG = "tag"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


USUAL_GROUPING = (Grouping.CUSTOMER, Grouping.PROJECT)
"""Where nothing was said of it."""


class SpanUnit(StrEnum):
    """What a span of days is one of; the next and the previous one are of the same kind."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Filter:
    """Of several of one kind (customers, services, people, tags) any may be; different kinds have to hold together.

    Customers and projects are one kind: "acme, globex website" is all of Acme and the project Website of Globex.
    An entry belongs to the day on which it began, as on an invoice.
    """

    first: date | None = None
    last: date | None = None
    """Both days included; None where there is no bound."""
    unit: SpanUnit | None = None
    customers: tuple[int, ...] = ()
    projects: tuple[int, ...] = ()
    services: tuple[int, ...] = ()
    people: tuple[int, ...] = ()
    """Our ids; none means everybody, which only those may ask for who bill."""
    tags: tuple[str, ...] = ()
    """Casefolded and without "#"."""
    billable: bool | None = None
    billed: bool | None = None
    """Whether it stands on a draft or invoice."""
    text: str = ""
    """What the note contains, whatever its case."""

    def between(self, first: date | None, last: date | None, unit: SpanUnit | None = None) -> "Filter":
        """The same for other days; said field by field, which takes half as long as `replace`."""
        return Filter(
            first,
            last,
            unit,
            self.customers,
            self.projects,
            self.services,
            self.people,
            self.tags,
            self.billable,
            self.billed,
            self.text,
        )


def may_be_much(first: date | None, last: date | None) -> bool:
    """Whether so many days may hold so many entries that Slack's patience ends before they are added up."""
    return first is None or last is None or last - first > _A_QUARTER


@dataclass(frozen=True, slots=True)
class ReportQuery:
    """A filter and how what fits it is put together: by nothing, one or two things."""

    filter: Filter
    by: tuple[Grouping, ...] = ()


_DAYS = {SpanUnit.DAY: 1, SpanUnit.WEEK: 7}
_MONTHS = {SpanUnit.MONTH: 1, SpanUnit.QUARTER: 3, SpanUnit.YEAR: 12}


def begin_of(day: date, unit: SpanUnit, week_start: int) -> date:
    """The first day of the one in which a day lies; a week begins on `week_start`, 0 for Monday."""
    match unit:
        case SpanUnit.DAY:
            return day
        case SpanUnit.WEEK:
            return day - _DAY * ((day.weekday() - week_start) % 7)
        case SpanUnit.MONTH:
            return day.replace(day=1)
        case SpanUnit.QUARTER:
            return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
        case SpanUnit.YEAR:
            return day.replace(month=1, day=1)


def ends_of(first: date, unit: SpanUnit) -> tuple[date, date]:
    """The first and the last day of the one that begins on a day."""
    return first, _later(first, unit, 1) - _DAY


def _later(day: date, unit: SpanUnit, by: int) -> date:
    """The day so many of these later, or the last one of a month that is too short."""
    if unit in _DAYS:
        return day + by * _DAYS[unit] * _DAY
    year, month = divmod(day.year * 12 + day.month - 1 + by * _MONTHS[unit], 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def shifted(chosen: Filter, by: int) -> Filter | None:
    """The span of the same kind before (-1) or after (1); of no kind one equally long; None where it has no bounds.

    Whole months are as long as so many months: before July to December is January to June.
    """
    if chosen.first is None or chosen.last is None:
        return None
    if chosen.unit is None and (months := _whole_months(chosen.first, chosen.last)):
        first = _later(chosen.first, SpanUnit.MONTH, by * months)
        return chosen.between(first, _later(first, SpanUnit.MONTH, months) - _DAY)
    if chosen.unit is None:
        days = (chosen.last - chosen.first + _DAY) * by
        return chosen.between(chosen.first + days, chosen.last + days)
    first, last = ends_of(_later(chosen.first, chosen.unit, by), chosen.unit)
    return chosen.between(first, last, chosen.unit)


def _whole_months(first: date, last: date) -> int:
    """How many months these days are; 0 where one of them is not there as a whole."""
    end = last + _DAY
    return (end.year - first.year) * 12 + end.month - first.month if first.day == end.day == 1 else 0


_FILTER: TypeAdapter[Filter] = TypeAdapter(Filter)
_QUERY: TypeAdapter[ReportQuery] = TypeAdapter(ReportQuery)


def dump_query(query: ReportQuery) -> str:
    """A query as the value of a button or the metadata of a form."""
    return _QUERY.dump_json(query, exclude_defaults=True).decode()


def read_query(value: str) -> ReportQuery:
    """What `dump_query` made. Raises ValueError."""
    query = _QUERY.validate_json(value)
    if len(query.by) > MOST_GROUPS or len(set(query.by)) < len(query.by):
        raise ValueError(value)
    return query


def dump_filter(chosen: Filter) -> str:
    """A filter as the value of a button or the metadata of a form."""
    return _FILTER.dump_json(chosen, exclude_defaults=True).decode()


def read_filter(value: str) -> Filter:
    """What `dump_filter` made. Raises ValueError."""
    return _FILTER.validate_json(value)
