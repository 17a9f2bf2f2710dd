"""The window with the history of an entry or an invoice, and the ways from one to the other."""

from dataclasses import dataclass
from datetime import date, datetime

from bot.billing.views.elsewhere import item_button
from bot.billing.views.reconcile import INVOICE_HISTORY, lines_button
from bot.bookkeeping.history import Changes, EntryHistory, ExpenseHistory, InvoiceEntries, InvoiceHistory
from bot.bookkeeping.views.changes import change_said
from bot.core.texts import Reader
from bot.slack.blocks import Block, View, actions, button, context, divider, linked, modal, section
from bot.slack.metadata import Metadata, RowId
from bot.slack.pages import turning
from bot.tracking.parts import part_on
from bot.tracking.rules.settled import Settled
from bot.tracking.views.entries import entry_line, held_by, history_button
from bot.tracking.views.expenses import line as expense_line
from storage.settlements import Item

ENTRIES = "history_entries"
"""From an invoice, whose id is the value, to its entries."""
PAGE = "history_page"
_CALLBACK = "history"


@dataclass(frozen=True, slots=True)
class Looking:
    """What a window of history shows; one of these is set."""

    entry: RowId | None = None
    expense: RowId | None = None
    invoice: RowId | None = None
    entries_of: RowId | None = None


LOOKING = Metadata(Looking)


def entry_history(to: Reader, found: EntryHistory, *, now: datetime, bills: bool) -> View:
    """An entry with its changes; those who bill go on to its invoice."""
    entry, today = found.entry, to.local(now).date()
    line = entry_line(to, entry, part_on(entry, entry.day, now), who=found.person)
    blocks = [linked(section(line), to.t("Open in Billomat"), entry.draft_link or "")]
    if entry.draft_id is not None and bills:
        blocks.append(actions(button(to.t("Invoice …"), INVOICE_HISTORY, str(entry.draft_id))))
    is_marked = entry.settled == Settled.ELSEWHERE
    if bills and (is_marked or (entry.billable and not entry.is_held and entry.ended_at and not entry.end_guessed)):
        blocks.append(actions(item_button(to, Item("entry", entry.id), is_marked=is_marked)))
    blocks += [divider(), *_changes(to, found.changes, currency="EUR", today=today)]
    return _window(to, blocks, Looking(entry=entry.id))


def expense_history(to: Reader, found: ExpenseHistory, *, today: date, bills: bool) -> View:
    """An expense with its changes; those who bill go on to its invoice."""
    expense = found.expense
    said = expense_line(to, expense, today=today, who=expense.person)
    blocks = [linked(section(said), to.t("Open in Billomat"), expense.draft_link or "")]
    if expense.draft_id is not None and bills:
        blocks.append(actions(button(to.t("Invoice …"), INVOICE_HISTORY, str(expense.draft_id))))
    is_marked = expense.settled == Settled.ELSEWHERE
    if bills and (is_marked or (expense.billable and not expense.is_held)):
        blocks.append(actions(item_button(to, Item("expense", expense.id), is_marked=is_marked)))
    blocks += [divider(), *_changes(to, found.changes, currency=expense.currency, today=today)]
    return _window(to, blocks, Looking(expense=expense.id))


def invoice_history(to: Reader, found: InvoiceHistory, *, today: date) -> View:
    """A draft or an invoice with its changes, and the way to its entries."""
    blocks = [linked(section(found.name.said(to)), to.t("Open in Billomat"), found.link)]
    text = to.n("{count} entry …", "{count} entries …", found.entries)
    ways = [button(text, ENTRIES, str(found.draft_id))] if found.entries else []
    ways += [lines_button(to, found.draft_id)] if found.is_sent else []
    blocks += [actions(*ways)] if ways else []
    blocks += [divider(), *_changes(to, found.changes, currency=found.currency, today=today)]
    return _window(to, blocks, Looking(invoice=found.draft_id))


def invoice_entries(to: Reader, found: InvoiceEntries, *, now: datetime) -> View:
    """The entries of an invoice, each with the way to its history."""
    blocks = [
        section(found.name.said(to)),
        actions(button(to.t("Invoice …"), INVOICE_HISTORY, str(found.draft_id))),
        divider(),
    ]
    for entry in found.shown:
        who = found.people.get(("person_id", entry.person_id), "")
        line = entry_line(to, entry, part_on(entry, entry.day, now), who=who).replace(f" · {held_by(to, entry)}", "")
        said = f"{to.dated(entry.day, today=to.local(now).date())} · {line}"
        blocks.append(section(said, history_button(to, entry.id)))
    blocks += _turning(to, found.page, is_last=found.is_last)
    return _window(to, blocks, Looking(entries_of=found.draft_id))


def _changes(to: Reader, changes: Changes, *, currency: str, today: date) -> list[Block]:
    if not changes.count:
        return [context(to.t("Nothing is recorded."))]
    said = [section(change_said(to, each, changes.names, currency=currency, today=today)) for each in changes.shown]
    return [*said, *_turning(to, changes.page, is_last=changes.is_last)]


def _turning(to: Reader, page: int, *, is_last: bool) -> list[Block]:
    buttons = turning(to, PAGE, page, is_first=page == 1, is_last=is_last)
    return [actions(*buttons)] if buttons else []


def _window(to: Reader, blocks: list[Block], looking: Looking) -> View:
    return modal(_CALLBACK, to.t("History"), blocks, close=to.t("Close"), metadata=LOOKING.pack(looking))
