"""What stands in the way of an invoice solved in place; each time it is answered as it is then."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime

from bot.billing.collect import preview_of
from bot.billing.opening import find_open, open_preview, show_changed
from bot.billing.preview import Preview
from bot.billomat import link
from bot.catalog import upkeep
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.core.errors import UserError
from bot.people.callers import require_biller
from bot.tracking import bulk_edit, corrections, own_entries, timers
from bot.tracking.bulk_edit import BulkChange
from bot.tracking.form_fields import Hours
from storage import terms as terms_rows
from storage.change import Change
from storage.drafts import Draft


def find(bot: Bot, caller: Caller, draft_id: int) -> Preview:
    """The invoice of an open draft. Raises UserError."""
    require_biller(caller)
    with bot.database.read() as db:
        return preview_of(db, caller, find_open(db, caller, draft_id))


def stop_timer(bot: Bot, caller: Caller, draft_id: int, entry_id: int) -> Preview:
    """Stop an own timer that runs for the customer; one that ended meanwhile is as it is. Raises UserError."""

    def stop(change: Change[Caller], draft: Draft) -> None:
        if _waits(change, draft, entry_id):
            timers.stop_now(change, entry_id)

    return _solved(bot.change_time(caller), draft_id, stop)


def correct_end(
    bot: Bot, caller: Caller, draft_id: int, entry_id: int, seen: datetime | None, clock: str | None, hours: Hours
) -> Preview:
    """When an own entry ended whose end was guessed; one that is no guess any more is as it is. Raises UserError."""

    def correct(change: Change[Caller], draft: Draft) -> None:
        if _waits(change, draft, entry_id):
            corrections.correct_end_now(change, entry_id, seen, clock, hours)

    return _solved(bot.change_time(caller), draft_id, correct)


def take_back(bot: Bot, caller: Caller, draft_id: int) -> Preview:
    """Take the customer, who was archived here, back into use. Raises UserError."""

    def take(change: Change[Caller], draft: Draft) -> None:
        upkeep.put_now(change, "customer", draft.customer_id, archived=False)

    return _solved(bot.change(caller), draft_id, take)


def ask_again(bot: Bot, caller: Caller, draft_id: int) -> Preview:
    """Have the customer read from Billomat once more, where somebody took them out of the archive. Raises UserError."""

    def forget(change: Change[Caller], draft: Draft) -> None:
        terms_rows.forget_age(change.db, draft.workspace_id, draft.customer_id)

    return _solved(bot.change(caller), draft_id, forget)


def book_on(bot: Bot, caller: Caller, draft_id: int, project_id: int | None) -> Preview:
    """Give own entries of an invoice that have no project this one. Raises UserError."""
    if project_id is None:
        raise UserError("Choose a project.", field="project")

    def book(change: Change[Caller], draft: Draft) -> None:
        wanted = BulkChange((draft.customer_id, project_id), service_id=None, billable=None, tags=(), delete=False)
        for entry_id in preview_of(change.db, caller, draft).to_solve.without_project:
            bulk_edit.change_one(change, own_entries.changeable(change, entry_id), wanted)

    return _solved(bot.change_time(caller), draft_id, book)


def link_customer(bot: Bot, caller: Caller, draft_id: int, theirs: int | None) -> Preview:
    """The customer is this one of Billomat: time and projects move there, and so does the invoice. Raises UserError."""
    if theirs is None:
        raise UserError("Choose a customer.", field="theirs")
    require_biller(caller)
    with bot.change(caller) as change:
        draft = find_open(change.db, caller, draft_id)
        linked = link.link_now(change, draft.customer_id, theirs)
        return open_preview(change, linked.customer_id, draft.scope)


def _waits(change: Change[Caller], draft: Draft, entry_id: int) -> bool:
    """Whether it still has to be solved: a form stays open while people go on working."""
    waiting = preview_of(change.db, change.by, draft).to_solve.waiting
    return any(each.entry_id == entry_id for each in waiting)


def _solved(
    changing: AbstractContextManager[Change[Caller]], draft_id: int, deed: Callable[[Change[Caller], Draft], object]
) -> Preview:
    with changing as change:
        require_biller(change.by)
        draft = find_open(change.db, change.by, draft_id)
        before = preview_of(change.db, change.by, draft)
        deed(change, draft)
        return show_changed(change, draft_id, before)
