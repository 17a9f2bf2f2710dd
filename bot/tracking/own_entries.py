"""Which of a person's own entries is meant, and whether it can be corrected."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from bot.core.caller import Caller
from bot.core.context import Bot
from bot.core.errors import UserError
from bot.grammar.values import Which
from bot.tracking import worked_days
from bot.tracking.holding import require_unbilled
from storage import audit
from storage import recent_work as recent_rows
from storage import spans as span_rows
from storage import tracking as tracking_rows
from storage.change import Change
from storage.tracking import Entry

_MOMENT = timedelta(seconds=1)
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Meant:
    """The entries of a day that may have been meant; only those that can be changed."""

    day: date
    entries: tuple[Entry, ...]

    @property
    def clear(self) -> Entry | None:
        """The one that was meant; None where a person has to choose."""
        return self.entries[0] if len(self.entries) == 1 else None


def meant(bot: Bot, caller: Caller, which: Which, *, inside: bool = False) -> Meant:
    """The entry that was said, or those of the day or time to choose from. Raises UserError when there is none.

    A time is a whole minute, as lists show it: an entry from 9:04:30 on reads 09:04, and so does the end of the one
    before it. With `inside`, one that lies around the beginning of that minute goes first, to be split there.
    """
    reader = caller.reader
    if which.at:
        covering = (inside and _touching(bot, caller, which.at, _MOMENT)) or _touching(bot, caller, which.at, _MINUTE)
        if not covering:
            raise UserError(
                "Nothing is written down at {time} on {day}. /track list shows what is.",
                time=reader.clock(which.at),
                day=reader.weekday(reader.local(which.at).date()),
            )
        return Meant(covering[0].day, _unbilled_of(caller, covering))
    if which.day:
        with bot.database.read() as db:
            days = worked_days.list_days(db, caller, which.day, which.day)
        if not days:
            raise UserError("Nothing is written down for {span}.", span=reader.day(which.day, today=caller.today))
        return Meant(which.day, _unbilled_of(caller, days[0].entries))
    with bot.database.read() as db:
        running = tracking_rows.running_timer(db, caller.person_id)
        last = running or recent_rows.last_ended_entry(db, caller.person_id)
    if last is None:
        raise UserError("Nothing is written down yet. /track log writes down what you did.")
    return Meant(last.day, (require_unbilled(caller, last),))


def _unbilled_of(caller: Caller, found: Sequence[Entry]) -> tuple[Entry, ...]:
    """Those that can be changed. Raises UserError when there is none."""
    return tuple(entry for entry in found if not entry.is_held) or (require_unbilled(caller, found[0]),)


def _touching(bot: Bot, caller: Caller, since: datetime, length: timedelta) -> tuple[Entry, ...]:
    """The entries with clock times that have a part in so long a time."""
    with bot.database.read() as db:
        around = span_rows.entries_within(db, caller.person_id, since=since, until=since + length)
    return tuple(entry for entry in around if entry.timed)


def editable(bot: Bot, caller: Caller, entry_id: int) -> Entry:
    """One of the person's own entries, to be corrected. Raises UserError."""
    with bot.database.read() as db:
        return require_unbilled(caller, mine(db, caller, entry_id))


def mine(db: Connection, caller: Caller, entry_id: int) -> Entry:
    """One of the person's own entries. Raises UserError."""
    entry = tracking_rows.entry_of_person(
        db, workspace_id=caller.workspace_id, person_id=caller.person_id, entry_id=entry_id
    )
    if entry is None:
        raise _gone(db, caller, entry_id)
    return entry


def _gone(db: Connection, caller: Caller, entry_id: int) -> UserError:
    """Buttons outlive what they stand below; whoever presses one is told what became of it."""
    last = audit.last_recorded(db, caller.person_id, "entry", entry_id)
    if last is not None and last.undoes:
        return UserError("This was already taken back, so the entry is no longer there. /track list shows what is.")
    return UserError("This entry is no longer there. /track list shows what is.")


def changeable(change: Change[Caller], entry_id: int) -> Entry:
    """One of the person's own entries that stands on no draft, to be changed now. Raises UserError."""
    return require_unbilled(change.by, mine(change.db, change.by, entry_id))
