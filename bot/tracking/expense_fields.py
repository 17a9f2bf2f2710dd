"""What the fields of an expense's form say: amounts, rates of VAT, and the expense that they make together."""

from dataclasses import dataclass
from datetime import date

from bot.catalog import finding
from bot.core import money
from bot.core.caller import Caller
from bot.core.errors import FieldErrors, UserError, two_amounts, without_decimals
from bot.grammar.amounts import HIGHEST
from bot.grammar.flags import read_note
from bot.tracking.currencies import accepted_currency
from storage import priced_articles as article_rows
from storage.change import Change
from storage.expenses import Expense

_WHOLE_VAT = 10_000


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


def as_filled(change: Change[Caller], expense: Expense, filled: FilledExpense) -> Expense:
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
    currency = accepted_currency(change, named, expense.customer_id, known=expense.currency)
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
        raise two_amounts(typed, two.readings, field=field) from None
    except money.NoDecimals:
        raise without_decimals(currency, field=field) from None
    except ValueError:
        raise UserError("Type an amount like 49.90 or 1234.50, up to 100,000,000,000.", field=field) from None


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
