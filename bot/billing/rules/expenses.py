"""What expenses and lump sums are billed as: one piece each, at the amount that was typed."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple
from urllib.parse import urlencode

from bot.billing.rules.grouping import GroupKey
from bot.billing.rules.rates import CENT, PricedArticle, PriceTerms, as_invoiced
from bot.billing.rules.tax import Vat

_EXPENSE = "expense"


class UnbilledExpense(NamedTuple):
    """An expense that stands on no draft, as far as billing looks at it."""

    expense_id: int
    project_id: int | None
    project: str | None
    person_id: int
    person: str
    day: date
    note: str
    """Empty where it is kept from the customer."""
    amount_cents: int
    gross: bool
    vat_rate: int | None
    article_id: int | None
    receipt: str


def key_of(expense: UnbilledExpense) -> GroupKey:
    """The line of an expense: each has its own, however time is put together."""
    return GroupKey(urlencode([(_EXPENSE, expense.expense_id)]))


def is_expense(key: GroupKey) -> bool:
    """Whether a line is that of an expense."""
    return key.startswith(f"{_EXPENSE}=")


def vat_of(
    expense: UnbilledExpense, article: PricedArticle | None, default: Vat | None, known: Iterable[Vat]
) -> Vat | None:
    """The VAT that was typed, by the name that the account has for it, else the article's, else the default."""
    rate = expense.vat_rate
    usual = (article.vat if article else None) or default
    if rate is None or (usual and usual.rate == rate):
        return usual
    named = next((each for each in known if each.rate == rate), None)
    return named or Vat(usual.name if usual else "", rate)


def price_of_expense(expense: UnbilledExpense, vat: Vat | None, terms: PriceTerms) -> int:
    """What it costs, in ten-thousandths, but in full cents: with VAT or without, as the prices of the invoice are."""
    return as_invoiced(expense.amount_cents, vat, is_gross=expense.gross, invoice_gross=terms.invoice_gross) * CENT
