"""What expenses and lump sums are billed as: one piece each, at the amount that was typed."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple
from urllib.parse import urlencode

from bot.billing.rules.grouping import GroupKey
from bot.billing.rules.rates import CENT, PricedArticle, PriceTerms
from bot.billing.rules.tax import Vat
from bot.core.money import Sums, half_up, smallest
from bot.tracking.rules.spent import SpentKind

Foreign = tuple[tuple[SpentKind, Sums], ...]
"""What each kind of what is billed beside time comes to in other currencies than a draft's: that is on no line."""
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
    agreement_id: int | None = None
    """What is agreed, where it bills that: then it is part of its price."""
    agreed_cents: int | None = None
    """The whole of that price; of a retainer its fee by now."""
    month: date | None = None
    """Where it is the fee of a retainer: the first day of the month that it is for."""
    currency: str = ""
    pass_through: bool = False
    """Paid in the customer's name and for their account (durchlaufender Posten, § 10 (1) UStG), so without VAT."""

    @property
    def kind(self) -> SpentKind:
        """Whether it is an expense, or bills what is agreed."""
        return SpentKind.of(self.agreement_id, self.month)


def key_of(expense: UnbilledExpense) -> GroupKey:
    """The line of an expense: each has its own, however time is put together."""
    return GroupKey(urlencode([(_EXPENSE, expense.expense_id)]))


def is_expense(key: GroupKey) -> bool:
    """Whether a line is that of an expense."""
    return key.startswith(f"{_EXPENSE}=")


def vat_of(
    expense: UnbilledExpense, article: PricedArticle | None, default: Vat | None, known: Iterable[Vat]
) -> Vat | None:
    """The VAT that it is billed with: of the work that it belongs to, the article's or the default.

    What is passed on shares the fate of the main service (ancillary supply, UStAE 3.10 (5)), so the rate of a receipt
    is not the one of the line. Typed with a net amount it is that of no receipt, and holds. A pass-through item bears
    none.
    """
    usual = (article.vat if article else None) or default
    if expense.pass_through:
        return next((each for each in known if each.rate == 0), None) or Vat(usual.name if usual else "", 0)
    rate = expense.vat_rate
    if rate is None or expense.gross or (usual and usual.rate == rate):
        return usual
    named = next((each for each in known if each.rate == rate), None)
    return named or Vat(usual.name if usual else "", rate)


class Conversion(NamedTuple):
    """How the amount of an expense becomes its price: a rate of VAT is taken out, and one is added.

    Both are in hundredths of a percent.
    """

    taken_out: int
    added: int

    def price(self, cents: int, currency: str) -> int:
        """The price of so many cents, in cents or, where the currency has none, in whole amounts: rounded once."""
        return half_up(cents * (10_000 + self.added), 10_000 + self.taken_out, to=smallest(currency))


def conversion(expense: UnbilledExpense, vat: Vat | None, terms: PriceTerms) -> Conversion:
    """What becomes of its VAT, where it is billed with this one.

    A receipt is billed without its own VAT, which is deducted; where the line bears none, it is not (§ 15 (2) UStG).
    A pass-through item goes out at its full amount: the VAT in it is the customer's to deduct.
    """
    if expense.pass_through:
        return Conversion(0, 0)
    rate = vat.rate if vat else 0
    added = rate if terms.invoice_gross else 0
    if not expense.gross:
        return Conversion(0, added)
    return Conversion(rate if expense.vat_rate is None or rate == 0 else expense.vat_rate, added)


def price_of_expense(expense: UnbilledExpense, vat: Vat | None, terms: PriceTerms) -> int:
    """What it costs, in ten-thousandths, but in full cents: with VAT or without, as the prices of the invoice are."""
    return conversion(expense, vat, terms).price(expense.amount_cents, expense.currency) * CENT
