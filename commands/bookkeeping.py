"""What is kept: who changed what when, of an entry and of an invoice, and the books for an auditor."""

import re

from bot.billing.views.reconcile import INVOICE_HISTORY
from bot.bookkeeping import history, retention, sending
from bot.bookkeeping.views import books as books_views
from bot.bookkeeping.views import history as views
from bot.core.context import Bot
from bot.core.errors import UserError
from bot.preferences.views.form import BOOKS
from bot.slack.answers import Answer, Answers, Show, Update, on_top
from bot.slack.blocks import View
from bot.slack.listeners import Listeners
from bot.slack.request import Request
from bot.slack.untrusted import old_message, read_number, read_one_of
from bot.tracking.views.entries import ENTRY_HISTORY
from bot.tracking.views.expenses import EXPENSE_HISTORY

PAGES = 10_000
"""More than any history has."""


def register(listeners: Listeners) -> None:
    """Listen to the buttons that open a history, and to those in its window."""
    listeners.action(ENTRY_HISTORY, open_entry)
    listeners.action(EXPENSE_HISTORY, open_expense)
    listeners.action(INVOICE_HISTORY, open_invoice)
    listeners.action(views.ENTRIES, open_entries)
    listeners.action(re.compile(f"^{views.PAGE}:"), turn)
    listeners.action(BOOKS, export)


def open_entry(bot: Bot, request: Request) -> Answers:
    """The history of an entry."""
    return _window(request, _entry(bot, request, request.clicked_id, 1))


def open_expense(bot: Bot, request: Request) -> Answers:
    """The history of an expense."""
    return _window(request, _expense(bot, request, request.clicked_id, 1))


def open_invoice(bot: Bot, request: Request) -> Answers:
    """The history of a draft or an invoice."""
    return _window(request, _invoice(bot, request, request.clicked_id, 1))


def open_entries(bot: Bot, request: Request) -> Answers:
    """The entries of a draft or an invoice."""
    return _window(request, _entries(bot, request, request.clicked_id, 1))


def turn(bot: Bot, request: Request) -> Answers:
    """Another page of the same."""
    kept, page = request.kept(views.LOOKING), read_number(request.clicked)
    if not 1 <= page <= PAGES:
        raise old_message()
    if kept.entry:
        return Update(_entry(bot, request, kept.entry, page))
    if kept.expense:
        return Update(_expense(bot, request, kept.expense, page))
    if kept.invoice:
        return Update(_invoice(bot, request, kept.invoice, page))
    if kept.entries_of:
        return Update(_entries(bot, request, kept.entries_of, page))
    raise UserError("This window is too old. Please open it again.")


def export(bot: Bot, request: Request) -> Answers:
    """Have the books sent to the admin as a message from the bot, and say how long they are kept."""
    read_one_of((BOOKS,), request.clicked)
    is_new = sending.begin(bot, request.caller)
    past = retention.look(bot, request.caller)
    return on_top(request, books_views.begun(request.caller.reader, past, is_new=is_new))


def _entry(bot: Bot, request: Request, entry_id: int, page: int) -> View:
    caller = request.caller
    found = history.of_entry(bot, caller, entry_id, page)
    return views.entry_history(caller.reader, found, now=caller.now, bills=caller.bills)


def _expense(bot: Bot, request: Request, expense_id: int, page: int) -> View:
    caller = request.caller
    found = history.of_expense(bot, caller, expense_id, page)
    return views.expense_history(caller.reader, found, today=caller.today, bills=caller.bills)


def _invoice(bot: Bot, request: Request, draft_id: int, page: int) -> View:
    found = history.of_invoice(bot, request.caller, draft_id, page)
    return views.invoice_history(request.caller.reader, found, today=request.caller.today)


def _entries(bot: Bot, request: Request, draft_id: int, page: int) -> View:
    found = history.entries_of_invoice(bot, request.caller, draft_id, page)
    return views.invoice_entries(request.caller.reader, found, now=request.caller.now)


def _window(request: Request, view: View) -> Answer:
    """On top of a form; in place of another window of history."""
    is_history = request.in_modal and request.view.get("callback_id") == view["callback_id"]
    return Update(view) if is_history else Show(view)
