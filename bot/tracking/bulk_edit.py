"""Several entries of a day corrected at once: all of them or none, and undone together."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection

from bot.catalog import lookup as catalog
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.core.errors import UserError
from bot.tracking import corrections, entries
from bot.tracking.corrections import Changed
from storage import tracking as rows
from storage.tracking import Entry

MOST = 200
"""Entries that one form offers; their ids have to fit into what Slack keeps with it."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to become of the entries; None and () leave things as they are."""

    target: tuple[int, int | None] | None
    """Customer and project."""
    service_id: int | None
    billable: bool | None
    tags: tuple[str, ...]
    delete: bool


def offered(bot: Bot, caller: Caller, day: date) -> tuple[Entry, ...]:
    """The entries that touch a day and can be changed, the newest MOST of them. Raises UserError for none."""
    with bot.database.read() as db:
        days = entries.list_days(db, caller, day, day)
    unbilled = [entry for found in days for entry in found.entries if entry.draft_id is None]
    if not unbilled:
        raise UserError(
            "On {day} there is no entry that can be changed.", day=caller.reader.dated(day, today=caller.today)
        )
    return tuple(unbilled[-MOST:])


def change(bot: Bot, caller: Caller, entry_ids: Sequence[int], wanted: Wanted) -> Changed:
    """Change or delete own entries, all of them or none; what was deleted is answered as it was. Raises UserError."""
    if not entry_ids:
        raise UserError("Tick the entries that you want to change.", field="several")
    if wanted == Wanted(None, None, None, (), delete=False):
        raise UserError("Fill in what you want to change.", field="target")
    with bot.change_time(caller) as change:
        db = change.db
        done = [_change_one(db, caller, corrections.changeable(db, caller, entry_id), wanted) for entry_id in entry_ids]
    return Changed(tuple(entry for entry, _ in done), done[-1][1])


def _change_one(db: Connection, caller: Caller, entry: Entry, wanted: Wanted) -> tuple[Entry, int]:
    if wanted.delete:
        rows.remove(db, entry.id)
        return entry, entries.record(db, caller, entry.id, "delete", before=entry)
    values: dict[str, Any] = {}
    if wanted.target or wanted.service_id:
        customer_id, project_id = wanted.target or (entry.customer_id, entry.project_id)
        service_id = wanted.service_id or entry.service_id
        catalog.chosen(db, caller, customer_id=customer_id, project_id=project_id, service_id=service_id)
        values = {"customer_id": customer_id, "project_id": project_id, "service_id": service_id}
    if wanted.billable is not None:
        values["billable"] = wanted.billable
    if wanted.tags:
        values["tags"] = entries.tagged(entry.tags, wanted.tags)
    rows.change(db, entry.id, **values)
    after = corrections.mine(db, caller, entry.id)
    return after, entries.record(db, caller, entry.id, "edit", before=entry, after=after)
