"""What was written down on some days, and what it adds up to by project."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection

from bot.catalog import finding
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.tracking import entries, parts
from bot.tracking.entries import WorkedDay
from bot.tracking.parts import Edges


@dataclass(frozen=True, slots=True)
class ListedPeriod:
    """Some days of a person, both ends included."""

    first: date
    last: date
    days: tuple[WorkedDay, ...]
    """Those that hold anything, the first first."""
    projects: tuple[tuple[str, int], ...]
    """Customer › project with its seconds in these days, the most first."""

    edges: Edges
    """What of its entries lies before and after it."""

    @property
    def seconds(self) -> int:
        """What these days add up to."""
        return sum(day.seconds for day in self.days)


def read_period(bot: Bot, caller: Caller, first: date, last: date) -> ListedPeriod:
    """What the caller did on some of their days; read with one query."""
    with bot.database.read() as db:
        return period_of(db, caller, first, last)


def period_of(db: Connection, caller: Caller, first: date, last: date) -> ListedPeriod:
    """The same with a connection that is open already."""
    days = entries.list_days(db, caller, first, last)
    edges = parts.edges(days, first, last, caller.now)
    return ListedPeriod(first, last, tuple(days), by_project(days, caller.now), edges)


def by_project(days: Sequence[WorkedDay], now: datetime) -> tuple[tuple[str, int], ...]:
    """Customer › project with its seconds on these days, the most first."""
    seconds: Counter[str] = Counter()
    for day in days:
        for entry in day.entries:
            seconds[entries.project_label(entry)] += entries.seconds_on(entry, day.day, now=now)
    return tuple(seconds.most_common())


def are_names(bot: Bot, caller: Caller, words: tuple[str, ...]) -> bool:
    """Whether these words may mean a customer, a project or a service."""
    found = finding.find_choices(bot, caller, words, most=1)
    return bool(found.choices or found.services or found.nearest)
