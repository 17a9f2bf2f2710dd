"""The figures of the daily summary and of the App Home: what days add up to and what is still open."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from bot.billing import unbilled
from bot.billing.rules.budgets import BudgetUse
from bot.billing.unbilled import UnbilledWork
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.routine.first_steps import shown_steps
from bot.tracking import continuing, entries, worked_days
from bot.tracking.worked_days import WorkedDay
from storage import tracking as tracking_rows
from storage.drafts import DraftUnderWay
from storage.first_steps import StepsDone
from storage.tracking import Entry

MOST_GUESSED = 3


@dataclass(frozen=True, slots=True)
class Overview:
    """One day of a person."""

    day: date
    entries: tuple[Entry, ...]
    seconds: int
    projects: tuple[tuple[str, int], ...]
    """Customer › project with its seconds on this day, the longest first."""
    running: Entry | None
    guessed: tuple[Entry, ...]
    """The newest few forgotten timers of any day: the person has not confirmed yet when they ended."""
    unbilled: UnbilledWork | None
    """None where the person must not see it."""

    @property
    def runs_on(self) -> Entry | None:
        """The timer that runs, if any of its time is of this day."""
        return next((entry for entry in self.entries if entry.ended_at is None), None)


@dataclass(frozen=True, slots=True)
class Week:
    """A person's week so far."""

    first: date
    days: tuple[WorkedDay, ...]
    """Those that hold anything, the first first."""
    projects: tuple[tuple[str, int], ...]
    """Customer › project with its seconds in this week, the most first."""

    @property
    def seconds(self) -> int:
        """What its days add up to."""
        return sum(day.seconds for day in self.days)


@dataclass(frozen=True, slots=True)
class AtHome:
    """What the App Home of a person shows."""

    today: Overview
    week: Week
    recent: tuple[Entry, ...]
    """What can be started again: the last entry of each piece of recent work except the running one, newest first."""
    under_way: tuple[DraftUnderWay, ...]
    """The workspace's drafts on their way to Billomat, for those who bill."""
    steps: StepsDone | None
    """How far whoever sets Trackomat up is; None where nothing is left."""
    budgets: tuple[BudgetUse, ...] = ()
    """Of all projects that have one, for those who bill."""


def of_day(bot: Bot, caller: Caller, day: date) -> Overview:
    """What the caller did on one of their days, and what is still open."""
    waiting = _unbilled(bot, caller)
    with bot.database.read() as db:
        return _of_day(db, caller, day, worked_days.list_days(db, caller, day, day), waiting)


def at_home(bot: Bot, caller: Caller) -> AtHome:
    """The caller's day and week; however many entries there are, one query reads them."""
    begun = (caller.today.weekday() - caller.person.week_start) % 7
    first = caller.today - timedelta(days=begun)
    waiting, under_way = _unbilled(bot, caller, with_budgets=True), unbilled.under_way(bot, caller)
    with bot.database.read() as db:
        days = worked_days.list_days(db, caller, first, first + timedelta(days=6))
        today = _of_day(db, caller, caller.today, days, waiting)
        recent = continuing.recent(db, caller, besides=today.running)
        week = Week(first, tuple(days), _by_project(days, caller.now))
        budgets = waiting.budgets if waiting else ()
        return AtHome(today, week, recent, under_way, shown_steps(db, caller), budgets)


def _unbilled(bot: Bot, caller: Caller, *, with_budgets: bool = False) -> UnbilledWork | None:
    """Everybody's time of years, so nobody waits for it but who sees it."""
    if not caller.bills:
        return None
    with bot.database.read(in_turn=False) as db:
        return unbilled.unbilled_work(db, caller.workspace_id, with_budgets=with_budgets)


def _of_day(
    db: Connection, caller: Caller, day: date, days: Sequence[WorkedDay], waiting: UnbilledWork | None
) -> Overview:
    worked = next((one for one in days if one.day == day), WorkedDay(day, (), 0))
    return Overview(
        day=day,
        entries=worked.entries,
        seconds=worked.seconds,
        projects=_by_project([worked], caller.now),
        running=tracking_rows.running_timer(db, caller.person_id),
        guessed=tuple(tracking_rows.entries_with_guessed_end(db, caller.person_id, most=MOST_GUESSED)),
        unbilled=waiting,
    )


def _by_project(days: Sequence[WorkedDay], now: datetime) -> tuple[tuple[str, int], ...]:
    """Customer › project with its seconds on these days, the most first."""
    seconds: Counter[str] = Counter()
    for day in days:
        for entry in day.entries:
            seconds[entries.project_label(entry)] += worked_days.seconds_on(entry, day.day, now=now)
    return tuple(seconds.most_common())
