"""What a day adds up to and what is still open: the figures of the daily summary and of the App Home."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from bot import entries, invoices
from bot.context import Bot
from bot.people import Caller
from storage import entries as rows
from storage import people
from storage.entries import Entry

MOST_GUESSED = 3


@dataclass(frozen=True, slots=True)
class Unbilled:
    """What the workspace has earned and not put on a draft yet."""

    cents: int
    currency: str


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


def of_day(bot: Bot, caller: Caller, day: date) -> Overview:
    """What the caller did on one of their days, and what is still open."""
    days = entries.list_days(bot, caller, day, day)
    worked = days[0] if days else entries.Day(day, (), 0)
    with bot.database.read() as db:
        unbilled = None
        if caller.bills:
            cents = invoices.unbilled_cents(db, caller.workspace_id)
            unbilled = Unbilled(cents, people.terms(db, caller.workspace_id).currency)
        return Overview(
            day=day,
            entries=worked.entries,
            seconds=worked.seconds,
            projects=_by_project(caller, worked),
            running=rows.running(db, caller.person_id),
            guessed=tuple(rows.guessed(db, caller.person_id, most=MOST_GUESSED)),
            unbilled=unbilled,
        )


def _by_project(caller: Caller, worked: entries.Day) -> tuple[tuple[str, int], ...]:
    seconds: Counter[str] = Counter()
    for entry in worked.entries:
        project = entries.label(entry._replace(service=None))
        seconds[project] += entries.seconds_on(entry, worked.day, now=caller.now)
    return tuple(seconds.most_common())
