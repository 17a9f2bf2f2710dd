"""Sums of time counted by hand: from the rows in the database, with nothing of what makes lists and reports.

Each question of a filter is answered here a second time, in Python and entry by entry.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, text

from bot.tracking.rules.filters import Filter, Grouping

Fits = Callable[["Counted"], bool]
RowKey = tuple[Any, ...]


@dataclass(frozen=True)
class Counted:
    """A row of time_entry."""

    id: int
    workspace_id: int
    person_id: int
    customer_id: int
    project_id: int | None
    service_id: int | None
    note: str
    day: date
    started_at: datetime
    seconds: int | None
    tags: frozenset[str]
    billable: bool
    end_guessed: bool
    on_draft: bool

    @property
    def can_be_billed(self) -> bool:
        """Whether an invoice would take it now."""
        return self.seconds is not None and self.billable and not self.end_guessed and not self.on_draft

    def worked(self, now: datetime) -> int:
        """Its length; a timer that runs counts until the last full minute of the clock."""
        if self.seconds is not None:
            return self.seconds
        return max(int((now.replace(second=0, microsecond=0) - self.started_at).total_seconds()), 0)


class Sums(NamedTuple):
    """Seconds, and how many entries there are."""

    seconds: int
    billable: int
    open: int
    entries: int


def everything(db: Connection) -> list[Counted]:
    """All entries there are, of all workspaces."""
    rows = db.execute(
        text(
            "SELECT id, workspace_id, person_id, customer_id, project_id, service_id, note, day, started_at, seconds, "
            "tags, billable, end_guessed, on_draft FROM time_entry ORDER BY id"
        )
    )
    return [
        Counted(
            *row[:7],
            day=_day(row.day),
            started_at=_moment(row.started_at),
            seconds=row.seconds,
            tags=frozenset(row.tags.split()),
            billable=bool(row.billable),
            end_guessed=bool(row.end_guessed),
            on_draft=bool(row.on_draft),
        )
        for row in rows
    ]


def fits(chosen: Filter, workspace_id: int = 1) -> Fits:
    """Whether an entry is one of those that a filter asks for."""
    asked: list[Fits] = [lambda entry: entry.workspace_id == workspace_id]
    if chosen.first:
        asked.append(lambda entry: chosen.first is not None and entry.day >= chosen.first)
    if chosen.last:
        asked.append(lambda entry: chosen.last is not None and entry.day <= chosen.last)
    if chosen.people:
        asked.append(lambda entry: entry.person_id in chosen.people)
    if chosen.customers or chosen.projects:
        asked.append(lambda entry: entry.customer_id in chosen.customers or entry.project_id in chosen.projects)
    if chosen.services:
        asked.append(lambda entry: entry.service_id in chosen.services)
    if chosen.tags:
        asked.append(lambda entry: not entry.tags.isdisjoint(chosen.tags))
    if chosen.billable is not None:
        asked.append(lambda entry: entry.billable == chosen.billable)
    if chosen.billed is not None:
        asked.append(lambda entry: entry.on_draft == chosen.billed)
    if chosen.text:
        asked.append(lambda entry: chosen.text.casefold() in entry.note.casefold())
    return lambda entry: all(question(entry) for question in asked)


def added_up(entries: Iterable[Counted], now: datetime) -> Sums:
    """What they are together."""
    found = [(entry, entry.worked(now)) for entry in entries]
    return Sums(
        seconds=sum(seconds for _, seconds in found),
        billable=sum(seconds for entry, seconds in found if entry.billable),
        open=sum(seconds for entry, seconds in found if entry.can_be_billed),
        entries=len(found),
    )


def grouped(
    entries: Iterable[Counted], by: Sequence[Grouping], now: datetime, *, week_start: int
) -> dict[RowKey, Sums]:
    """The same by one or two things; an entry counts for each of its tags."""
    rows: defaultdict[RowKey, list[Counted]] = defaultdict(list)
    for entry in entries:
        for key in _keys(entry, by, week_start):
            rows[key].append(entry)
    return {key: added_up(found, now) for key, found in rows.items()}


def _keys(entry: Counted, by: Sequence[Grouping], week_start: int) -> list[RowKey]:
    keys: list[RowKey] = [()]
    for each in by:
        keys = [(*key, value) for key in keys for value in _values(entry, each, week_start)]
    return keys


def _values(entry: Counted, by: Grouping, week_start: int) -> Sequence[Any]:
    match by:
        case Grouping.CUSTOMER:
            return [entry.customer_id]
        case Grouping.PROJECT:
            return [(entry.customer_id, entry.project_id)]
        case Grouping.SERVICE:
            return [entry.service_id]
        case Grouping.PERSON:
            return [entry.person_id]
        case Grouping.TAG:
            return sorted(entry.tags) or [None]
        case Grouping.DAY:
            return [entry.day]
        case Grouping.WEEK:
            return [_week(entry.day, week_start)]
        case Grouping.MONTH:
            return [entry.day.replace(day=1)]


def _week(day: date, week_start: int) -> date:
    while day.weekday() != week_start:
        day -= timedelta(days=1)
    return day


def _day(value: date | str) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value


def _moment(value: datetime | str) -> datetime:
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
