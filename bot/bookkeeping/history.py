"""Who changed what when: of an entry for whoever may see it, of an invoice for those who bill."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from bot.billing.rules.states import DraftState
from bot.bookkeeping.rules.differences import ids_in
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.core.errors import UserError
from bot.people.callers import require_biller
from bot.tracking.rules.drafts import DraftName
from storage import drafts as draft_rows
from storage import history as history_rows
from storage import payers as payer_rows
from storage.expenses import Expense, expense_of_workspace
from storage.history import Recorded, Told
from storage.tracking import Entry

CHANGES_AT_ONCE = 10
ENTRIES_AT_ONCE = 20


@dataclass(frozen=True, slots=True)
class Changes:
    """One page of what was done, the newest first, with the names that stand behind ids in it."""

    page: int
    """From 1."""
    count: int
    """Of all changes."""
    shown: Sequence[Recorded]
    names: Mapping[tuple[str, int], str]

    @property
    def is_last(self) -> bool:
        """Whether nothing is on a further page."""
        return self.page * CHANGES_AT_ONCE >= self.count


@dataclass(frozen=True, slots=True)
class EntryHistory:
    """An entry and its changes."""

    entry: Entry
    person: str
    changes: Changes


@dataclass(frozen=True, slots=True)
class ExpenseHistory:
    """An expense and its changes."""

    expense: Expense
    changes: Changes


@dataclass(frozen=True, slots=True)
class InvoiceHistory:
    """A draft or an invoice, and its changes."""

    draft_id: int
    name: DraftName
    link: str
    currency: str
    is_sent: bool
    """Whether it stands in Billomat."""
    entries: int
    """How many stand on it."""
    changes: Changes


@dataclass(frozen=True, slots=True)
class InvoiceEntries:
    """One page of the entries of a draft or an invoice."""

    draft_id: int
    name: DraftName
    page: int
    count: int
    shown: Sequence[Entry]
    people: Mapping[tuple[str, int], str]

    @property
    def is_last(self) -> bool:
        """Whether nothing is on a further page."""
        return self.page * ENTRIES_AT_ONCE >= self.count


def of_entry(bot: Bot, caller: Caller, entry_id: int, page: int = 1) -> EntryHistory:
    """The history of an entry: of one's own, or for those who bill of anybody's. Raises UserError."""
    with bot.database.read() as db:
        entry = history_rows.entry_of_workspace(db, caller.workspace_id, entry_id)
        if entry is None or not (caller.bills or entry.person_id == caller.person_id):
            raise UserError("This entry no longer exists.")
        whose = ("person_id", entry.person_id)
        person = history_rows.names_behind(db, caller.workspace_id, {whose})[whose]
        return EntryHistory(entry, person, _changes(db, caller, "entry", entry_id, page))


def of_expense(bot: Bot, caller: Caller, expense_id: int, page: int = 1) -> ExpenseHistory:
    """The history of an expense: of one's own, or for those who bill of anybody's. Raises UserError."""
    with bot.database.read() as db:
        expense = expense_of_workspace(db, caller.workspace_id, expense_id)
        if expense is None or not (caller.bills or expense.person_id == caller.person_id):
            raise UserError("This expense is no longer there. /track list shows what is.")
        return ExpenseHistory(expense, _changes(db, caller, "expense", expense_id, page))


def of_invoice(bot: Bot, caller: Caller, draft_id: int, page: int = 1) -> InvoiceHistory:
    """The history of a draft or an invoice, for those who bill. Raises UserError."""
    require_biller(caller)
    with bot.database.read() as db:
        draft, name = _named(db, caller, draft_id)
        count = history_rows.count_entries_of_draft(db, caller.workspace_id, draft_id)
        changes = _changes(db, caller, "draft", draft_id, page)
        is_sent = draft.state == DraftState.SENT
        return InvoiceHistory(draft_id, name, draft.link, draft.currency, is_sent, count, changes)


def entries_of_invoice(bot: Bot, caller: Caller, draft_id: int, page: int = 1) -> InvoiceEntries:
    """The entries that stand on a draft or an invoice, for those who bill. Raises UserError."""
    require_biller(caller)
    with bot.database.read() as db:
        _, name = _named(db, caller, draft_id)
        count = history_rows.count_entries_of_draft(db, caller.workspace_id, draft_id)
        skip = (page - 1) * ENTRIES_AT_ONCE
        shown = history_rows.entries_of_draft(db, caller.workspace_id, draft_id, skip=skip, most=ENTRIES_AT_ONCE)
        people = history_rows.names_behind(db, caller.workspace_id, {("person_id", each.person_id) for each in shown})
        return InvoiceEntries(draft_id, name, page, count, shown, people)


def _named(db: Connection, caller: Caller, draft_id: int) -> tuple[draft_rows.Draft, DraftName]:
    draft = draft_rows.draft_of_workspace(db, caller.workspace_id, draft_id)
    if draft is None:
        raise UserError("This invoice is no longer there.")
    return draft, payer_rows.draft_name(db, draft)


def _changes(db: Connection, caller: Caller, subject: Told, row_id: int, page: int) -> Changes:
    skip = (page - 1) * CHANGES_AT_ONCE
    shown = history_rows.changes_of(db, caller.workspace_id, subject, row_id, skip=skip, most=CHANGES_AT_ONCE)
    ids = {found for each in shown for found in ids_in(each.before, each.after)}
    count = history_rows.count_of(db, caller.workspace_id, subject, row_id)
    return Changes(page, count, shown, history_rows.names_behind(db, caller.workspace_id, ids))
