"""Renames, archives, merges and deletes customers, projects and services; what comes from Billomat is kept there."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.catalog import listing
from bot.catalog.creation import short_name
from bot.catalog.listing import CatalogItem
from bot.catalog.rules.spelling import name_key, words
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.core.errors import UserError
from bot.people.callers import require_biller
from storage import catalog as catalog_rows
from storage import creation as creation_rows
from storage import draft_states as draft_state_rows
from storage import listing as listing_rows
from storage import upkeep as upkeep_rows
from storage.audit import UNDO_CREATE, Recorded
from storage.catalog import MOST_OPTIONS, Kind
from storage.change import Change
from storage.listing import CatalogRecord
from storage.tables.catalog import CustomerColumns

_MERGE: dict[Kind, Callable[..., int]] = {
    "customer": upkeep_rows.merge_customers,
    "project": upkeep_rows.merge_projects,
    "service": upkeep_rows.merge_services,
}


@dataclass(frozen=True, slots=True)
class Renamed:
    """What it was called, and how it is now."""

    before: str
    now: CatalogItem


@dataclass(frozen=True, slots=True)
class Merged:
    """What became part of what, and how many entries moved."""

    ours: CatalogRecord
    theirs: CatalogRecord
    entries: int


def rename(bot: Bot, caller: Caller, kind: Kind, row_id: int, name: str, *, shown: str) -> Renamed:
    """Give it another name, unless somebody did since the form was `shown` with the old one. Raises UserError."""
    tidy = short_name(name, "name")
    with bot.change(caller) as change:
        before = _locked(change, kind, row_id, renaming=True)
        if before.record.name != shown:
            raise UserError(
                "Somebody renamed this meanwhile: it is called “{name}” now.", field="name", name=before.record.name
            )
        _refuse_namesake(change, before, tidy, field="name")
        values: CustomerColumns = {"name": tidy, "name_key": name_key(tidy)}
        upkeep_rows.set_columns(change, kind, row_id, "rename", values)
        return Renamed(before.record.name, _changed(change, kind, row_id))


def archive(bot: Bot, caller: Caller, kind: Kind, row_id: int) -> CatalogItem:
    """Offer it no more. What is open stays, and can be billed. Raises UserError."""
    return _put(bot, caller, kind, row_id, archived=True)


def take_back(bot: Bot, caller: Caller, kind: Kind, row_id: int) -> CatalogItem:
    """Offer it again. Raises UserError."""
    return _put(bot, caller, kind, row_id, archived=False)


def _put(bot: Bot, caller: Caller, kind: Kind, row_id: int, *, archived: bool) -> CatalogItem:
    require_biller(caller)
    with bot.change(caller) as change:
        return put_now(change, kind, row_id, archived=archived)


def put_now(change: Change[Caller], kind: Kind, row_id: int, *, archived: bool) -> CatalogItem:
    """Archive it or take it back, as a part of something else. Raises UserError."""
    before = _locked(change, kind, row_id)
    if before.record.into:
        raise UserError("{name} became part of {into} and stays so.", name=before.record.name, into=before.record.into)
    if before.record.by_customer:
        raise UserError("Its customer is archived. Take that back into use first.")
    if not archived and before.record.archived:
        _refuse_namesake(change, before, before.record.name)
    values: CustomerColumns = {"archived": archived}
    upkeep_rows.set_columns(change, kind, row_id, "archive" if archived else "take back", values)
    return _changed(change, kind, row_id)


def merge(bot: Bot, caller: Caller, kind: Kind, ours: int, theirs: int) -> Merged:
    """Make it part of another one: open time, articles and channels go there. It cannot be undone. Raises UserError."""
    require_biller(caller)
    with bot.change(caller) as change:
        db, workspace_id = change.db, caller.workspace_id
        catalog_rows.lock_workspace(db, workspace_id)
        upkeep_rows.lock_workers(db, workspace_id, kind, ours)  # they may just make two of one that moves
        from_here = listing.find(db, caller, kind, ours).record
        _refuse_of_billomat(from_here, field="into")
        into = listing_rows.find_record(db, workspace_id, kind, theirs)
        if into is None or into.archived or theirs == ours:
            raise UserError("This can no longer be chosen. Please choose another one.", field="into")
        if from_here.archived:
            raise UserError("This was archived or merged meanwhile. Nothing was changed.", field="into")
        customers = {ours, theirs} if kind == "customer" else {from_here.customer_id, into.customer_id} - {None}
        for each in sorted(customers, key=lambda row_id: row_id or 0):  # in one order: nobody waits for each other
            draft_state_rows.lock_customer(db, each or 0)
        if kind == "customer" and upkeep_rows.is_billed(db, ours):
            raise UserError("{name} was billed already. Archive it instead.", field="into", name=from_here.name)
        if kind == "project" and upkeep_rows.is_agreed_and_billed(db, ours):
            raise UserError(
                "{name} has a fixed price, a retainer or a budget, and some of it is billed already. Archive it "
                "instead.",
                field="into",
                name=from_here.label,
            )
        moved = _MERGE[kind](change, ours=ours, theirs=theirs)
        catalog_rows.names_changed(db, workspace_id)
        return Merged(from_here, into, moved)


def delete(bot: Bot, caller: Caller, kind: Kind, row_id: int) -> CatalogRecord:
    """Delete what nothing was ever booked on. Raises UserError."""
    with bot.change(caller) as change:
        before = _locked(change, kind, row_id, renaming=True)
        if not upkeep_rows.delete_unused(change, kind, row_id):
            raise UserError(
                "{name} is in use, so it stays. Archive it, or merge it into another one.", name=before.record.label
            )
        catalog_rows.names_changed(change.db, caller.workspace_id)
        return before.record


def offered(bot: Bot, caller: Caller, kind: Kind, row_id: int, text: str) -> list[CatalogRecord]:
    """What it can be merged into. Raises UserError."""
    require_biller(caller)
    with bot.database.read() as db:
        found = listing_rows.live_records(db, caller.workspace_id, kind, " ".join(words(text)), most=MOST_OPTIONS + 1)
    return [record for record in found if record.id != row_id][:MOST_OPTIONS]


def _locked(change: Change[Caller], kind: Kind, row_id: int, *, renaming: bool = False) -> CatalogItem:
    """It, while nobody else changes any name. Raises UserError if the caller may not, or it is kept in Billomat."""
    catalog_rows.lock_workspace(change.db, change.by.workspace_id)
    found = listing.find(change.db, change.by, kind, row_id)
    if renaming and not found.may_rename:
        raise UserError("Only people who bill, and whoever made it, can change this. Nothing was changed.")
    _refuse_of_billomat(found.record)
    return found


def _refuse_of_billomat(record: CatalogRecord, *, field: str | None = None) -> None:
    if record.from_billomat:
        raise UserError(
            "{name} comes from Billomat. Change it there, then import again with /track connect.",
            field=field,
            name=record.name,
        )


def _refuse_namesake(change: Change[Caller], before: CatalogItem, name: str, *, field: str | None = None) -> None:
    record, workspace_id = before.record, change.by.workspace_id
    there = creation_rows.namesake(change.db, workspace_id, before.kind, name_key(name), customer_id=record.customer_id)
    if there not in (None, record.id):
        raise UserError("There is another one called “{name}”. Merge this one into it instead.", field=field, name=name)


def _changed(change: Change[Caller], kind: Kind, row_id: int) -> CatalogItem:
    catalog_rows.names_changed(change.db, change.by.workspace_id)
    return listing.find(change.db, change.by, kind, row_id)


@dataclass(frozen=True, slots=True)
class Made:
    """What a person created, and took back."""

    kind: Kind
    name: str


def take_back_creation(change: Change[Caller], recorded: Recorded) -> Made | None:
    """Delete what the caller created, unless it is in use by now; None: it is gone already. Raises UserError."""
    kind: Kind = next(each for each in listing.KINDS if each == recorded.subject)
    there = listing_rows.find_record(change.db, change.by.workspace_id, kind, recorded.subject_id)
    if there is None:
        return None
    if not upkeep_rows.delete_unused(
        change, kind, recorded.subject_id, undoes=recorded.request, action=UNDO_CREATE, alone=True
    ):
        raise UserError("{name} is in use by now, so it stays. /track catalog shows it.", name=there.label)
    catalog_rows.names_changed(change.db, change.by.workspace_id)
    return Made(kind, there.label)
