"""Expenses and lump sums: record, correct, delete. What is said of one is asked back about as for time."""

from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Connection

from bot.catalog.rules.names import Choice, Found
from bot.core import money
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.core.digests import digest
from bot.core.errors import UserError, days_locked, without_decimals
from bot.core.texts import Reader
from bot.grammar.values import Expense as TypedExpense
from bot.grammar.vocabulary import vocabulary
from bot.tracking import entries
from bot.tracking.currencies import accepted_currency, currency_for
from bot.tracking.expense_fields import FilledExpense, as_filled
from bot.tracking.holding import require_unbilled
from bot.tracking.rules.filters import Filter
from bot.tracking.rules.settled import Settled
from storage import agreements as agreement_rows
from storage import audit
from storage import expenses as expense_rows
from storage import locks as lock_rows
from storage import people as people_rows
from storage.change import Change
from storage.expenses import NOT_SAVED, Expense, SavedExpense

LONGEST_RECEIPT = 60
MOST_LISTED = 15
"""Expenses that a list shows one by one, below its time."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """An expense after one change, and the change by which that can be undone."""

    expense: Expense
    change_id: int
    billed_in: str
    """The currency of the customer's invoices: in another one they leave it out."""

    @property
    def may_pass_through(self) -> bool:
        """Whether its note says so, where that decides nothing."""
        return not self.expense.pass_through and vocabulary().amounts.speak_of_passing(self.expense.note)


@dataclass(frozen=True, slots=True)
class Spent:
    """The expenses that fit a filter, by day."""

    expenses: tuple[Expense, ...] = ()

    @property
    def shown(self) -> tuple[Expense, ...]:
        """Those that a list shows: the newest."""
        return self.expenses[-MOST_LISTED:]

    @property
    def has_elsewhere(self) -> bool:
        """Whether any is billed elsewhere."""
        return any(each.settled == Settled.ELSEWHERE for each in self.expenses)

    @property
    def lines(self) -> int:
        """How many lines a list needs for them, with their head."""
        return len(self.shown) + 1 if self.expenses else 0

    @property
    def can_be_billed(self) -> bool:
        """Whether any of them can."""
        return any(each.billable and not each.is_held for each in self.expenses)


NOTHING_SPENT = Spent()


def matching(db: Connection, caller: Caller, chosen: Filter) -> Spent:
    """What fits a filter that the caller may see: who does not bill sees own time alone, and so own expenses."""
    found = expense_rows.matching_expenses(db, caller.workspace_id, chosen)
    return Spent(tuple(found)) if found else NOTHING_SPENT


def without_services(found: Found) -> Found:
    """What words may mean that name no service: expenses have none. Raises UserError where they name one."""
    choices = tuple(each for each in found.choices if each.service is None)
    named = [*found.services, *(each.service for each in found.choices if each.service)]
    if named and not choices:
        raise UserError(
            "An expense belongs to a project, not to a service: leave out “{service}”, or say it after a colon.",
            service=named[0].name,
        )
    nearest = tuple(each for each in found.nearest if each.choice.service is None)
    return replace(found, choices=choices, nearest=nearest, services=())


def record(change: Change[Caller], typed: TypedExpense, choice: Choice) -> Recorded:
    """Write down what was typed. Raises UserError."""
    caller, target = change.by, choice.target
    currency = accepted_currency(change, typed.currency, target.customer_id)
    if typed.cents is None:
        raise UserError("How much was it? Type an amount like 49.90 or 1234.50.", field="amount")
    if typed.cents % money.smallest(currency):
        raise without_decimals(currency, field="amount")
    if typed.pass_through and typed.gross is False:
        raise UserError("What is passed through goes out at its full amount: leave out “net”.", field="stated")
    new = new_expense(caller, target.customer_id, target.project_id, typed.day)._replace(
        note=typed.note,
        amount_cents=typed.cents,
        currency=currency,
        gross=typed.gross is not False,  # what a receipt says is what was paid
        vat_rate=typed.vat,
        receipt=typed.receipt,
        pass_through=typed.pass_through,
        billable=target.billable if typed.billable is None else typed.billable,
        private=typed.private and bool(typed.note),
    )
    return _added(change, new)


def new_expense(caller: Caller, customer_id: int, project_id: int | None, day: date) -> Expense:
    """One of which nothing else is known; its names come from the database."""
    return Expense(
        id=NOT_SAVED,
        workspace_id=caller.workspace_id,
        person_id=caller.person_id,
        customer_id=customer_id,
        project_id=project_id,
        person=caller.person.name,
        customer="",
        project=None,
        day=day,
        note="",
        amount_cents=0,
        currency="",
        gross=True,
        vat_rate=None,
        article_id=None,
        article=None,
        receipt="",
        billable=True,
        private=False,
        pass_through=False,
        created_at=caller.now,
        updated_at=caller.now,
    )


def _added(change: Change[Caller], new: Expense) -> Recorded:
    _refuse_what_is_too_long(new)
    if lock_rows.is_locked(change.db, change.by.workspace_id, new.person_id, new.day):
        raise days_locked()
    return _recorded(change, expense_rows.add_expense(change, new, "record"))


def _recorded(change: Change[Caller], saved: SavedExpense) -> Recorded:
    expense = saved.expense
    return Recorded(expense, saved.change_id, currency_for(change.db, expense.workspace_id, expense.customer_id))


def _refuse_what_is_too_long(expense: Expense) -> None:
    entries.refuse_long_note(expense.note)
    if len(expense.receipt) > LONGEST_RECEIPT:
        raise UserError("A receipt's number has {most} characters at most.", field="receipt", most=LONGEST_RECEIPT)


def find(db: Connection, caller: Caller, expense_id: int) -> Expense:
    """An own expense, or any for those who bill. Raises UserError."""
    expense = expense_rows.expense_of_workspace(db, caller.workspace_id, expense_id)
    if expense is None or not (expense.person_id == caller.person_id or caller.bills):
        last = audit.last_recorded(db, caller.person_id, "expense", expense_id)
        if last is not None and last.undoes:
            raise UserError("This was already taken back, so the expense is no longer there.")
        raise UserError("This expense is no longer there. /track list shows what is.")
    return expense


def changeable(change: Change[Caller], expense_id: int) -> Expense:
    """The same, as it stands on no draft; nobody else changes it until the transaction ends. Raises UserError."""
    people_rows.lock_person(change.db, find(change.db, change.by, expense_id).person_id)
    if agreement_rows.charged(change.db, [expense_id]):
        raise UserError(
            "This is part of what is agreed with the customer. Change it there: “Agreements …” on the customer's page "
            "in /track catalog."
        )
    return require_unbilled(change.by, find(change.db, change.by, expense_id))


def as_opened(expense: Expense) -> str:
    """A digest of what a form shows of an expense."""
    return digest(expense_rows.expense_columns(expense))


def create(change: Change[Caller], filled: FilledExpense) -> Recorded:
    """Write down what was filled in. Raises UserError, which names the field."""
    # No customer has this id, so the one that was chosen is looked up.
    return _added(change, as_filled(change, new_expense(change.by, 0, None, filled.day), filled))


def edit(bot: Bot, caller: Caller, expense_id: int, filled: FilledExpense, *, opened: str) -> Recorded:
    """Correct an expense. Raises UserError, which names the field."""
    with bot.change(caller) as change:
        expense = changeable(change, expense_id)
        if opened != as_opened(expense):
            raise UserError("This expense was changed while the form was open. Close the form and open it again.")
        edited = as_filled(change, expense, filled)
        _refuse_what_is_too_long(edited)
        return _recorded(change, expense_rows.save_expense(change, expense, edited, "edit"))


def restate(bot: Bot, caller: Caller, expense_id: int, *, gross: bool) -> Recorded:
    """Say that the amount is with VAT, or without. Raises UserError."""
    with bot.change(caller) as change:
        expense = changeable(change, expense_id)
        if expense.gross == gross:
            raise UserError("It is like that already.")
        if expense.pass_through:
            raise UserError("A pass-through item goes out at its full amount. Press “Edit …” to change that.")
        return _recorded(change, expense_rows.save_expense(change, expense, expense._replace(gross=gross), "edit"))


def pass_through(bot: Bot, caller: Caller, expense_id: int) -> Recorded:
    """Say that it was paid in the customer's name and for their account: in full, without VAT. Raises UserError."""
    with bot.change(caller) as change:
        expense = changeable(change, expense_id)
        if expense.pass_through:
            raise UserError("It is like that already.")
        passed = expense._replace(pass_through=True, gross=True)
        return _recorded(change, expense_rows.save_expense(change, expense, passed, "edit"))


def delete(bot: Bot, caller: Caller, expense_id: int) -> Recorded:
    """Delete an expense; it is answered as it was. Raises UserError."""
    with bot.change(caller) as change:
        return _recorded(change, expense_rows.delete_expense(change, changeable(change, expense_id), "delete"))


def label(expense: Expense) -> str:
    """Customer › project."""
    return f"{expense.customer} › {expense.project}" if expense.project else expense.customer


def amount_said(to: Reader, expense: Expense) -> str:
    """49.90 € gross, 19 % VAT; of what is passed through the whole amount alone, for it bears none."""
    amount = to.money(expense.amount_cents, expense.currency)
    said = to.t("{amount} gross", amount=amount) if expense.gross else to.t("{amount} net", amount=amount)
    if expense.vat_rate is None or expense.pass_through:
        return said
    return to.t("{amount}, {rate} VAT", amount=said, rate=to.percent(expense.vat_rate))
