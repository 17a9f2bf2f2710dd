"""Days that are billed are locked; whoever bills opens some for a person, with a reason and for a day."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from bot.billing.rules.locking import first_day_not_over
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.core.errors import FieldErrors, UserError
from bot.core.jobs import JobKind
from bot.people.callers import require_biller
from storage import locks as lock_rows
from storage import people as people_rows
from storage.locks import Opened

CLOSE = JobKind("close_days", key="close_days:{opened_id}")
"""Locks days again that were open for somebody, and tells those who bill what was written."""
TELL = JobKind("tell_of_opened_days", key="tell_of_opened_days:{opened_id}")
"""Tells the person for whom days were opened."""
OPEN_FOR = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class LockedDays:
    """Up to which day time is locked, and for whom some days are open."""

    until: date | None
    opened: tuple[Opened, ...]


def look(bot: Bot, caller: Caller) -> LockedDays:
    """What is locked. Raises UserError."""
    require_biller(caller)
    with bot.database.read() as db:
        until = lock_rows.locks_of(db, caller.workspace_id).until
        return LockedDays(until, tuple(lock_rows.opened(db, caller.workspace_id)))


def lock(bot: Bot, caller: Caller, until: date | None, reason: str) -> LockedDays:
    """Lock the days up to this one; days that were locked are open again only with a reason. Raises UserError."""
    require_biller(caller)
    with bot.change(caller) as change:
        if until is not None and until >= still_going(change.db, caller.workspace_id, caller.now):
            raise UserError("Only days that are over for everybody can be locked.", field="until")
        before = lock_rows.locks_of(change.db, caller.workspace_id).until
        is_less = before is not None and (until is None or until < before)
        if is_less and not reason:
            raise UserError("Say why days are open for all again: it is recorded.", field="reason")
        if until != before:
            lock_rows.lock(change, until, reason=reason)
    return look(bot, caller)


def still_going(db: Connection, workspace_id: int, now: datetime) -> date:
    """The first day that is not over for everybody: time is of the day that it was by the clock of its person."""
    return first_day_not_over(now, people_rows.zones_of_workspace(db, workspace_id))


def open_days(bot: Bot, caller: Caller, person_id: int | None, first: date, last: date, reason: str) -> LockedDays:
    """Open locked days for somebody, until tomorrow. Raises UserError."""
    require_biller(caller)
    if person_id is None:  # Slack sends no form without one
        raise UserError("Choose a person.", field="person")
    wrong = FieldErrors()
    if last < first:
        wrong.add(UserError("The last day is before the first one.", field="last"))
    if not reason:
        wrong.add(UserError("Say why: it is recorded.", field="reason"))
    wrong.raise_any()
    try:
        with bot.change(caller) as change:
            opened_id = lock_rows.open_days(change, person_id, first, last, reason=reason)
            CLOSE.put(change.db, due=caller.now + OPEN_FOR, opened_id=opened_id, workspace_id=caller.workspace_id)
            if person_id != caller.person_id:
                TELL.put(change.db, due=caller.now, opened_id=opened_id, workspace_id=caller.workspace_id)
    except IntegrityError:
        raise UserError("This person is no longer there.", field="person") from None
    return look(bot, caller)
