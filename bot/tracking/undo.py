"""Undo: what one request of a person did to entries and breaks, or created, is taken back, all of it or nothing."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from bot.catalog import upkeep
from bot.catalog.upkeep import Made
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.core.errors import UserError, days_locked
from bot.tracking import budgets, entries
from bot.tracking.holding import require_unbilled
from bot.tracking.rules.settled import SETTLING
from storage import audit
from storage import breaks as break_rows
from storage import catalog as catalog_rows
from storage import expenses as expense_rows
from storage import locks as lock_rows
from storage import people as people_rows
from storage import tracking as tracking_rows
from storage.audit import CREATE, MADE, Recorded
from storage.breaks import BreakTime
from storage.change import Change
from storage.expenses import Expense
from storage.tracking import Entry

UNDO_WITHIN = timedelta(minutes=15)
_FOR_EVERYBODY = ("link customer", "merge")
"""Move the entries of others too, together with their projects."""


@dataclass(frozen=True, slots=True)
class Step:
    """One change that was taken back."""

    action: str
    what: Entry | Expense | BreakTime | Made | None
    is_back: bool
    """False: it was made by that change, so it is gone now."""


def undo(bot: Bot, caller: Caller, change_id: int) -> list[Step]:
    """Take back all that one request of this person did. Raises UserError."""
    with _taking_back(bot, caller) as change:
        recorded = audit.recorded_change(change.db, caller.workspace_id, change_id)
        is_own = recorded is not None and recorded.person_id == caller.person_id
        if recorded is None or not is_own or not _can_be_undone(recorded) or not recorded.request:
            raise UserError("There is nothing to undo here.")
        _refuse_unless_in_force(change, recorded)
        if caller.now - recorded.at > UNDO_WITHIN:
            raise UserError("Only the last 15 minutes can be undone. Use “Edit …” instead.")
        return _take_back(change, recorded)


def _can_be_undone(recorded: Recorded) -> bool:
    is_of_time = recorded.subject in ("entry", "break", "expense") and recorded.action not in SETTLING
    return is_of_time or (recorded.subject in MADE and recorded.action == CREATE)


def undo_last(bot: Bot, caller: Caller) -> list[Step]:
    """Take back the newest own request that was not taken back yet, of the last 15 minutes. Raises UserError."""
    with _taking_back(bot, caller) as change:
        recorded = last_standing(audit.recorded_since(change.db, caller.person_id, caller.now - UNDO_WITHIN))
        if recorded is None:
            raise UserError("You changed nothing in the last 15 minutes that could be undone. /track edit corrects it.")
        return _take_back(change, recorded)


@contextmanager
def _taking_back(bot: Bot, caller: Caller) -> Iterator[Change[Caller]]:
    """One change that may delete names too: it locks the workspace before the person, as everybody does."""
    with bot.change(caller) as change:
        catalog_rows.lock_workspace(change.db, caller.workspace_id)
        people_rows.lock_person(change.db, caller.person_id)
        yield change


def last_standing(newest_first: Sequence[Recorded]) -> Recorded | None:
    """The last change that was not taken back, and can be."""
    undone = {each.undoes for each in newest_first}
    return next(
        (
            each
            for each in newest_first
            if not each.undoes and each.request not in undone and each.action not in _FOR_EVERYBODY
        ),
        None,
    )


def _refuse_unless_in_force(change: Change[Caller], recorded: Recorded) -> None:
    """Refuse a step that was taken back, or is one itself, or on whose entries a later one stands. Raises UserError.

    Rows alone do not tell: what was logged, deleted and taken back twice looks as after the deletion.
    """
    later = audit.recorded_after(change.db, recorded, within=UNDO_WITHIN)
    undone = {each.undoes for each in later if each.undoes}
    if recorded.request in undone:
        raise UserError("This was already taken back.")
    if recorded.undoes:
        raise UserError("There is nothing to undo here.")
    touched = {(each.subject, each.subject_id) for each in audit.recorded_together(change.db, recorded)}
    standing = (each for each in later if not each.undoes and each.request not in undone | {recorded.request})
    if any((each.subject, each.subject_id) in touched for each in standing):
        raise _changed_since()


def _take_back(change: Change[Caller], last: Recorded) -> list[Step]:
    recorded = audit.recorded_together(change.db, last)
    _lock_customers(change, recorded)
    steps = [_step_back(change, each) for each in recorded]
    for step in steps:
        if step.is_back and isinstance(step.what, Entry):
            _refuse_what_no_longer_fits(change, step.what)
    return steps


def _lock_customers(change: Change[Caller], recorded: Sequence[Recorded]) -> None:
    """Lock the customers that entries go back to, in the order in which a link locks its two: no deadlock then."""
    before = [each.before for each in recorded if each.subject in ("entry", "expense") and each.before]
    there = {(each["customer_id"], each["project_id"]) for each in before}
    for customer_id, project_id in sorted(there, key=lambda each: (each[0], each[1] or 0)):
        catalog_rows.live_target(change.db, change.by.workspace_id, customer_id, project_id)


def _step_back(change: Change[Caller], recorded: Recorded) -> Step:
    if recorded.subject in MADE:
        return Step(recorded.action, upkeep.take_back_creation(change, recorded), is_back=False)
    take_back = {"break": _take_back_break, "expense": _take_back_expense}.get(recorded.subject, _take_back_entry)
    gone, back = take_back(change, recorded)
    return Step(recorded.action, back or gone, is_back=back is not None)


def _take_back_entry(change: Change[Caller], recorded: Recorded) -> tuple[Entry | None, Entry | None]:
    """The entry before and after the change was taken back. Raises UserError."""
    db, by = change.db, change.by
    now = tracking_rows.entry_of_person(
        db, workspace_id=by.workspace_id, person_id=by.person_id, entry_id=recorded.subject_id
    )
    _refuse_what_was_changed_since(now and tracking_rows.entry_columns(now), recorded)
    if now is not None:
        require_unbilled(change.by, now)
    action = f"undo {recorded.action}"
    if recorded.before is None:
        if now is not None:
            tracking_rows.delete_entry(change, now, action, undoes=recorded.request)
        return now, None
    running = tracking_rows.running_timer(db, by.person_id)
    if recorded.before["ended_at"] is None and running and running.id != recorded.subject_id:
        raise UserError("Your timer for {what} is running. Stop it first, then undo this.", what=entries.label(running))
    _refuse_what_is_out_of_use(change, now, recorded.before)
    back = tracking_rows.restore_entry(change, now, recorded.before, action, undoes=recorded.request)
    budgets.recorded(change, back)
    return now, back


def _take_back_expense(change: Change[Caller], recorded: Recorded) -> tuple[Expense | None, Expense | None]:
    """The expense before and after the change was taken back. Raises UserError."""
    now = expense_rows.expense_of_workspace(change.db, change.by.workspace_id, recorded.subject_id)
    _refuse_what_was_changed_since(now and expense_rows.expense_columns(now), recorded)
    if now is not None:
        require_unbilled(change.by, now)
    action = f"undo {recorded.action}"
    if recorded.before is not None:
        _refuse_what_is_out_of_use(change, now, recorded.before)
        if now is None:
            _refuse_locked_day(change, recorded.before)
        return now, expense_rows.restore_expense(change, now, recorded.before, action, undoes=recorded.request)
    if now is not None:
        expense_rows.delete_expense(change, now, action, undoes=recorded.request)
    return now, None


def _refuse_locked_day(change: Change[Caller], before: Mapping[str, Any]) -> None:
    """Raises UserError. Triggers let a new expense pass: what is agreed is put into locked days too, when it is due."""
    day, whose = date.fromisoformat(before["day"]), before["person_id"]
    if lock_rows.is_locked(change.db, change.by.workspace_id, whose, day):
        raise days_locked()


def _refuse_what_is_out_of_use(change: Change[Caller], now: Entry | Expense | None, before: Mapping[str, Any]) -> None:
    """Raises UserError where an entry would go back to what is no longer booked on, or no longer there at all."""
    db, workspace_id = change.db, change.by.workspace_id
    there = (before["customer_id"], before["project_id"])
    is_moved = now is None or (now.customer_id, now.project_id) != there
    if is_moved and catalog_rows.live_target(db, workspace_id, *there) is None:
        raise UserError("Its customer or project was archived or linked since then, so this cannot be undone.")
    service_id: Any = before.get("service_id")  # an expense has none
    is_as_before = service_id is None or (isinstance(now, Entry) and now.service_id == service_id)
    if not is_as_before and catalog_rows.live_service(db, workspace_id, service_id) is None:
        raise UserError("Its service was archived, merged or deleted since then, so this cannot be undone.")


def _take_back_break(change: Change[Caller], recorded: Recorded) -> tuple[BreakTime | None, BreakTime | None]:
    """The break before and after the change was taken back; breaks come and go, but never change. Raises UserError."""
    now = break_rows.break_of_person(change.db, person_id=change.by.person_id, break_id=recorded.subject_id)
    _refuse_what_was_changed_since(now and now._asdict(), recorded)
    action = f"undo {recorded.action}"
    if recorded.before is not None:
        return now, break_rows.restore_break(change, recorded.before, action, undoes=recorded.request)
    if now is not None:
        break_rows.delete_break(change, now, action, undoes=recorded.request)
    return now, None


def _refuse_what_was_changed_since(now: Mapping[str, Any] | None, recorded: Recorded) -> None:
    if audit.snapshot(now) != recorded.after:
        raise _changed_since()


def _changed_since() -> UserError:
    return UserError(
        "This was changed since then, so it can no longer be undone alone. "
        "If you changed it, /track undo takes that back first; else correct it with /track edit."
    )


def _refuse_what_no_longer_fits(change: Change[Caller], entry: Entry) -> None:
    """What an entry was is checked like a new one: its time may have been given to something else meanwhile."""
    if entry.timed and not change.by.person.overlaps_allowed:
        entries.refuse_overlap(change, entries.interval(entry), besides=entry.id)
    entries.refuse_overfull_days(change, entry)
