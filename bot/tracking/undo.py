"""Undo: what one request of a person did to entries and breaks is taken back, all of it or nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection

from bot.core.caller import Caller
from bot.core.context import Bot
from bot.core.errors import UserError
from bot.tracking import corrections, entries
from storage import audit, breaks
from storage import catalog as catalog_rows
from storage import tracking as rows
from storage.audit import Recorded
from storage.breaks import Pause
from storage.tracking import Entry

UNDO_WITHIN = timedelta(minutes=15)
_FOR_EVERYBODY = "link customer"
"""Moves the entries of others too, together with their projects."""


@dataclass(frozen=True, slots=True)
class Step:
    """One change that was taken back."""

    action: str
    what: Entry | Pause | None
    is_back: bool
    """False: it was made by that change, so it is gone now."""


def undo(bot: Bot, caller: Caller, change_id: int) -> list[Step]:
    """Take back all that one request of this person did. Raises UserError."""
    with bot.change_time(caller) as changing:
        db = changing.db
        change = audit.get(db, caller.workspace_id, change_id)
        is_own = change is not None and change.person_id == caller.person_id
        if change is None or not is_own or change.subject == "draft" or not change.request:
            raise UserError("There is nothing to undo here.")
        if caller.now - change.at > UNDO_WITHIN:
            raise UserError("Only the last 15 minutes can be undone. Use Edit instead.")
        return _take_back(db, caller, change)


def undo_last(bot: Bot, caller: Caller) -> list[Step]:
    """Take back the newest own request that was not taken back yet, of the last 15 minutes. Raises UserError."""
    with bot.change_time(caller) as changing:
        db = changing.db
        change = _last(audit.since(db, caller.person_id, caller.now - UNDO_WITHIN))
        if change is None:
            raise UserError("You changed nothing in the last 15 minutes that could be undone. /track edit corrects it.")
        return _take_back(db, caller, change)


def _last(newest_first: Sequence[Recorded]) -> Recorded | None:
    undone = {change.undoes for change in newest_first}
    return next(
        (
            change
            for change in newest_first
            if not change.undoes and change.request not in undone and change.action != _FOR_EVERYBODY
        ),
        None,
    )


def _take_back(db: Connection, caller: Caller, last: Recorded) -> list[Step]:
    changes = audit.of_same_request(db, last)
    _lock_customers(db, caller, changes)
    steps = [_step_back(db, caller, change) for change in changes]
    for step in steps:
        if step.is_back and isinstance(step.what, Entry):
            _refuse_what_no_longer_fits(db, caller, step.what)
    return steps


def _lock_customers(db: Connection, caller: Caller, changes: Sequence[Recorded]) -> None:
    """All that entries go back to, in the order in which a link locks two, or each could wait for the other."""
    before = [change.before for change in changes if change.subject == "entry" and change.before]
    there = {(each["customer_id"], each["project_id"]) for each in before}
    for customer_id, project_id in sorted(there, key=lambda each: (each[0], each[1] or 0)):
        catalog_rows.target(db, caller.workspace_id, customer_id, project_id)


def _step_back(db: Connection, caller: Caller, change: Recorded) -> Step:
    take_back = _take_back_break if change.subject == "break" else _take_back_entry
    gone, back = take_back(db, caller, change)
    audit.record(
        db,
        caller.workspace_id,
        "break" if change.subject == "break" else "entry",
        change.subject_id,
        f"undo {change.action}",
        by=caller.person_id,
        at=caller.now,
        before=_columns(gone),
        after=_columns(back),
        request=caller.request,
        undoes=change.request,
    )
    return Step(change.action, back or gone, is_back=back is not None)


def _take_back_entry(db: Connection, caller: Caller, change: Recorded) -> tuple[Entry | None, Entry | None]:
    """The entry before and after the change was taken back. Raises UserError."""
    now = rows.get(db, workspace_id=caller.workspace_id, person_id=caller.person_id, entry_id=change.subject_id)
    _refuse_what_was_changed_since(now, change)
    if now is not None:
        corrections.unbilled(now)
    if change.before is None:
        rows.remove(db, change.subject_id)
        return now, None
    running = rows.running(db, caller.person_id)
    if change.before["ended_at"] is None and running and running.id != change.subject_id:
        raise UserError("Your timer for {what} is running. Stop it first, then undo this.", what=entries.label(running))
    there = (change.before["customer_id"], change.before["project_id"])
    is_moved = now is None or (now.customer_id, now.project_id) != there
    if is_moved and catalog_rows.target(db, caller.workspace_id, *there) is None:
        raise UserError("Its customer or project was archived or linked since then, so this cannot be undone.")
    rows.restore(db, change.before)
    return now, corrections.mine(db, caller, change.subject_id)


def _take_back_break(db: Connection, caller: Caller, change: Recorded) -> tuple[Pause | None, Pause | None]:
    """The break before and after the change was taken back; breaks come and go, but never change. Raises UserError."""
    now = breaks.get(db, person_id=caller.person_id, pause_id=change.subject_id)
    _refuse_what_was_changed_since(now, change)
    if change.before is None:
        breaks.remove(db, change.subject_id)
    else:
        breaks.restore(db, change.before)
    return now, breaks.get(db, person_id=caller.person_id, pause_id=change.subject_id)


def _refuse_what_was_changed_since(now: Entry | Pause | None, change: Recorded) -> None:
    if audit.snapshot(_columns(now)) != change.after:
        raise UserError(
            "This was changed since then, so it can no longer be undone alone. "
            "/track undo takes back the last change first."
        )


def _columns(row: Entry | Pause | None) -> dict[str, Any] | None:
    if row is None:
        return None
    return rows.columns(row) if isinstance(row, Entry) else breaks.columns(row)


def _refuse_what_no_longer_fits(db: Connection, caller: Caller, entry: Entry) -> None:
    """What an entry was is checked like a new one: its time may have been given to something else meanwhile."""
    if entry.timed and not caller.person.overlaps_allowed:
        entries.refuse_overlap(db, caller, entry.started_at, entry.ended_at or caller.now, besides=entry.id)
    entries.refuse_overfull_days(db, caller, entry)
