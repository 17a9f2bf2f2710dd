"""What days add up to and what is still open: the figures of lists, of the daily summary and of the App Home."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from bot import entries, invoices, timers
from bot.context import Bot
from bot.entries import Day
from bot.invoices import Unbilled
from bot.people import Caller
from storage import entries as rows
from storage.entries import Entry

MOST_GUESSED = 3


@dataclass(frozen=True, slots=True)
class Span:
    """Some days of a person, both ends included."""

    first: date
    last: date
    days: tuple[Day, ...]
    """Those that hold anything, the first first."""
    projects: tuple[tuple[str, int], ...]
    """Customer › project with its seconds in these days, the most first."""

    @property
    def seconds(self) -> int:
        """What these days add up to."""
        return sum(day.seconds for day in self.days)


@dataclass(frozen=True, slots=True)
class Overview:
    """One day of a person."""

    day: date
    entries: tuple[Entry, ...]
    seconds: int
    projects: tuple[tuple[str, int], ...]
    """Customer › project with its seconds on this day, the most first."""
    running: Entry | None
    guessed: tuple[Entry, ...]
    """Forgotten timers, of whichever day, whose end waits for the person's word; the newest few."""
    unbilled: Unbilled | None
    """None: not for this person's eyes."""


@dataclass(frozen=True, slots=True)
class AtHome:
    """What the App Home of a person shows."""

    today: Overview
    week: Span
    recent: tuple[Entry, ...]
    """What can be started again: the last entry of each work of the last days but the running one, the newest first."""


def of_span(bot: Bot, caller: Caller, first: date, last: date) -> Span:
    """What the caller did on some of their days; read with one query."""
    with bot.database.read() as db:
        return _span(db, caller, first, last)


def of_day(bot: Bot, caller: Caller, day: date) -> Overview:
    """What the caller did on one of their days, and what is still open."""
    waiting = _unbilled(bot, caller)
    with bot.database.read() as db:
        return _of_day(db, caller, day, _span(db, caller, day, day).days, waiting)


def at_home(bot: Bot, caller: Caller) -> AtHome:
    """The caller's day and week; however many entries there are, one query reads them."""
    begun = (caller.today.weekday() - caller.week_start) % 7
    first = caller.today - timedelta(days=begun)
    waiting = _unbilled(bot, caller)
    with bot.database.read() as db:
        week = _span(db, caller, first, first + timedelta(days=6))
        today = _of_day(db, caller, caller.today, week.days, waiting)
        return AtHome(today, week, timers.recent(db, caller, besides=today.running))


def _span(db: Connection, caller: Caller, first: date, last: date) -> Span:
    days = entries.list_days(db, caller, first, last)
    return Span(first, last, tuple(days), _by_project(days, caller.now))


def _unbilled(bot: Bot, caller: Caller) -> Unbilled | None:
    """Everybody's time of years, so nobody waits for it but who sees it."""
    if not caller.bills:
        return None
    with bot.database.read(in_turn=False) as db:
        return invoices.unbilled(db, caller.workspace_id)


def _of_day(db: Connection, caller: Caller, day: date, days: Sequence[Day], waiting: Unbilled | None) -> Overview:
    worked = next((one for one in days if one.day == day), Day(day, (), 0))
    return Overview(
        day=day,
        entries=worked.entries,
        seconds=worked.seconds,
        projects=_by_project([worked], caller.now),
        running=rows.running(db, caller.person_id),
        guessed=tuple(rows.guessed(db, caller.person_id, most=MOST_GUESSED)),
        unbilled=waiting,
    )


def _by_project(days: Sequence[Day], now: datetime) -> tuple[tuple[str, int], ...]:
    seconds: Counter[str] = Counter()
    for day in days:
        for entry in day.entries:
            seconds[entries.project_label(entry)] += entries.seconds_on(entry, day.day, now=now)
    return tuple(seconds.most_common())
