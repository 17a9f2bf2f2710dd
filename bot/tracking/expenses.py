"""Expenses and lump sums: record, correct, delete. What is said of one is asked back about as for time."""

from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Connection

from bot.catalog import finding
from bot.catalog.rules.names import Choice, Found
from bot.core import money
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.core.digests import digest
from bot.core.errors import FieldErrors, UserError, days_locked, without_decimals
from bot.core.texts import Reader
from bot.grammar.amounts import HIGHEST
from bot.grammar.flags import read_note
from bot.grammar.values import Expense as TypedExpense
from bot.grammar.vocabulary import vocabulary
from bot.tracking import entries
from bot.tracking.holding import require_unbilled
from bot.tracking.rules.filters import Filter
from bot.tracking.rules.settled import Settled
from storage import agreements as agreement_rows
from storage import audit
from storage import billomat as billomat_rows
from storage import expenses as expense_rows
from storage import locks as lock_rows
from storage import people as people_rows
from storage import priced_articles as article_rows
from storage.change import Change
from storage.expenses import NOT_SAVED, Expense, SavedExpense

LONGEST_RECEIPT = 60
MOST_LISTED = 15
"""Expenses that a list shows one by one, below its time."""
_WHOLE_VAT = 10_000


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
class FilledExpense:
    """An expense as its form says that it is to be; amounts and rates as typed."""

    target: tuple[int, int | None]
    """Customer and project."""
    day: date
    amount: str
    currency: str
    """In which the amount was asked for."""
    gross: bool
    vat: str
    article_id: int | None
    receipt: str
    note: str
    billable: bool
    private: bool
    pass_through: bool


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
    currency = _taken(change, typed.currency, target.customer_id)
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


def currency_for(db: Connection, workspace_id: int, customer_id: int | None) -> str:
    """In which a customer's invoices are, and so what is spent for them, where nobody says another one."""
    theirs = expense_rows.currency_of_customer(db, workspace_id, customer_id) if customer_id else ""
    return theirs or currency_of(db, workspace_id)


def _taken(change: Change[Caller], named: str, customer_id: int, *, known: str = "") -> str:
    """The currency of an expense, which is the customer's, the account's, or the one that it has already.

    Raises UserError for any other: no invoice would take it.
    """
    workspace_id = change.by.workspace_id
    usual = currency_for(change.db, workspace_id, customer_id)
    possible = [*dict.fromkeys((usual, currency_of(change.db, workspace_id)))]
    if named and named not in (*possible, known):
        raise UserError(
            "Expenses are kept in {currency}, as your invoices are. Type what it comes to in {currency}.",
            currency=" / ".join(possible),
            field="amount",
        )
    return named or usual


def _refuse_what_is_too_long(expense: Expense) -> None:
    entries.refuse_long_note(expense.note)
    if len(expense.receipt) > LONGEST_RECEIPT:
        raise UserError("A receipt's number has {most} characters at most.", field="receipt", most=LONGEST_RECEIPT)


def currency_of(db: Connection, workspace_id: int) -> str:
    """In which a workspace bills those who have no currency of their own: that of its account, else its own."""
    connected = billomat_rows.connected_account(db, workspace_id)
    return connected.currency if connected else people_rows.workspace_terms(db, workspace_id).currency


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
    return _added(change, _filled(change, new_expense(change.by, 0, None, filled.day), filled))


def edit(bot: Bot, caller: Caller, expense_id: int, filled: FilledExpense, *, opened: str) -> Recorded:
    """Correct an expense. Raises UserError, which names the field."""
    with bot.change(caller) as change:
        expense = changeable(change, expense_id)
        if opened != as_opened(expense):
            raise UserError("This expense was changed while the form was open. Close the form and open it again.")
        edited = _filled(change, expense, filled)
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


def _filled(change: Change[Caller], expense: Expense, filled: FilledExpense) -> Expense:
    """The expense as the form has it. Raises UserError."""
    caller, noted, wrong = change.by, read_note(filled.note), FieldErrors()
    if filled.day > caller.today:
        wrong.add(UserError("This day is still to come. An expense is written down once it was made.", field="day"))
    if filled.pass_through and not filled.gross:
        wrong.add(
            UserError("What is passed through goes out at its full amount: choose “With VAT (gross)”.", field="stated")
        )
    booked = wrong.read(lambda: _booked_on(change, expense, filled.target), expense)
    article_id = wrong.read(lambda: _article(change, expense, filled), None)
    cents, currency = wrong.read(lambda: _money(change, booked, filled), (0, ""))
    vat_rate = wrong.read(lambda: entered_vat(filled.vat), None)
    wrong.raise_any()
    return booked._replace(
        day=filled.day,
        note=noted.text,
        amount_cents=cents,
        currency=currency,
        gross=filled.gross,
        vat_rate=vat_rate,
        article_id=article_id,
        receipt=filled.receipt,
        billable=filled.billable if noted.billable is None else noted.billable,
        private=bool(noted.text) and (filled.private or noted.private),
        pass_through=filled.pass_through,
    )


def _article(change: Change[Caller], expense: Expense, filled: FilledExpense) -> int | None:
    """The article that was chosen, by those who see the field. Raises UserError."""
    article_id, known = filled.article_id, expense.article_id
    if not change.by.bills:
        return known
    if article_id in (None, known) or article_rows.articles_by_id(change.db, expense.workspace_id, [article_id]):
        return article_id
    raise UserError("This article is no longer there. Please choose another one.", field="article")


def _money(change: Change[Caller], expense: Expense, filled: FilledExpense) -> tuple[int, str]:
    """Cents and their currency. Raises UserError."""
    named = money.currency_named(filled.amount) or filled.currency
    currency = _taken(change, named, expense.customer_id, known=expense.currency)
    return entered_amount(filled.amount, currency), currency


def _booked_on(change: Change[Caller], expense: Expense, target: tuple[int, int | None]) -> Expense:
    """The expense on another project. Raises UserError unless that is still there."""
    customer_id, project_id = target
    if target == (expense.customer_id, expense.project_id):
        return expense
    try:
        choice = finding.choice_of_ids(change, customer_id=customer_id, project_id=project_id, service_id=None)
    except UserError as error:
        error.field = error.field or "target"
        raise
    return expense._replace(customer_id=choice.target.customer_id, project_id=choice.target.project_id)


def entered_amount(typed: str, currency: str, *, field: str = "amount") -> int:
    """Cents of an expense in its form. Raises UserError."""
    cents = read_amount(typed, currency, field=field)
    if cents == 0:
        raise UserError("The amount has to be more than 0.", field=field)
    return cents


def read_amount(typed: str, currency: str, *, field: str) -> int:
    """Cents of an amount in the field of a form, also of none. Raises UserError."""
    try:
        return money.read_money(typed, currency, most=HIGHEST)
    except money.AnotherCurrency:
        raise UserError("The amount is in {currency}. Type it in that.", currency=currency, field=field) from None
    except money.TwoAmounts as two:
        raise UserError(
            "“{typed}” can be read in two ways. Type {one} or {other}.",
            typed=typed,
            one=_digits(two.readings[0]),
            other=_digits(two.readings[1]),
            field=field,
        ) from None
    except money.NoDecimals:
        raise without_decimals(currency, field=field) from None
    except ValueError:
        raise UserError("Type an amount like 49.90 or 1234.50, up to 100,000,000,000.", field=field) from None


def _digits(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02}"


def entered_vat(typed: str) -> int | None:
    """Hundredths of a percent of a rate in a form; None where it is empty. Raises UserError."""
    number = typed.removesuffix("%").strip()
    if not number:
        return None
    try:
        rate = money.read_cents(number)
    except ValueError:
        rate = -1
    if not 0 <= rate <= _WHOLE_VAT:
        raise UserError("Type a rate of VAT like 19 or 7, or leave it empty for the usual one.", field="vat")
    return rate


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
