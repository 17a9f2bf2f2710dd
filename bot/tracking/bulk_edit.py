"""Several entries of a day corrected at once: all of them or none, and undone together."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.catalog import finding
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.core.errors import FieldErrors, UserError
from bot.tracking import budgets, entries, own_entries, worked_days
from bot.tracking.corrections import ChangedEntries
from storage import tracking as tracking_rows
from storage.change import Change
from storage.tracking import Entry, SavedEntry

MOST = 200
"""Entries that one form offers; their ids have to fit into what Slack keeps with it."""


@dataclass(frozen=True, slots=True)
class BulkChange:
    """What is to become of the entries; None and () change nothing."""

    target: tuple[int, int | None] | None
    """Customer and project."""
    service_id: int | None
    billable: bool | None
    tags: tuple[str, ...]
    delete: bool


def offered(bot: Bot, caller: Caller, day: date) -> tuple[Entry, ...]:
    """The entries that touch a day and can be changed, the newest MOST of them. Raises UserError for none."""
    with bot.database.read() as db:
        days = worked_days.list_days(db, caller, day, day)
    unbilled = [entry for found in days for entry in found.entries if not entry.is_held]
    if not unbilled:
        raise UserError(
            "On {day} there is no entry that can be changed.", day=caller.reader.dated(day, today=caller.today)
        )
    return tuple(unbilled[-MOST:])


def change(
    bot: Bot, caller: Caller, entry_ids: Sequence[int], wanted: BulkChange, wrong: FieldErrors
) -> ChangedEntries:
    """Change or delete own entries, all of them or none; what was deleted is answered as it was.

    Raises UserError, also with what was `wrong` where the form was read.
    """
    if wanted == BulkChange(None, None, None, (), delete=False) and not wrong:
        wrong.add(UserError("Fill in what you want to change.", field="target"))
    if not entry_ids:
        wrong.add(UserError("Tick the entries that you want to change.", field="several"))
    wrong.raise_any()
    with bot.change_time(caller) as change:
        done = [change_one(change, own_entries.changeable(change, each), wanted) for each in entry_ids]
    return ChangedEntries(tuple(saved.entry for saved in done), done[-1].change_id)


def change_one(change: Change[Caller], entry: Entry, wanted: BulkChange) -> SavedEntry:
    """Change one of them, as a part of something else."""
    if wanted.delete:
        return tracking_rows.delete_entry(change, entry, "delete")
    after = entry
    if wanted.target or wanted.service_id:
        customer_id, project_id = wanted.target or (entry.customer_id, entry.project_id)
        service_id = wanted.service_id or entry.service_id
        choice = finding.choice_of_ids(change, customer_id=customer_id, project_id=project_id, service_id=service_id)
        after = entries.booked_on(after, choice)
    if wanted.billable is not None:
        after = after._replace(billable=wanted.billable)
    if wanted.tags:
        after = after._replace(tags=entries.tagged(entry.tags, wanted.tags))
    saved = tracking_rows.save_entry(change, entry, after, "edit")
    budgets.recorded(change, after)
    return saved
