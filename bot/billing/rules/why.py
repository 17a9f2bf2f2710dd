"""Why a line comes to its amount, and an invoice to its sums: steps with their operands and their results.

A step copies no result: it calculates it out of its operands, so that whoever reads both can do the same. Time is in
seconds, hours are hundredths, prices ten-thousandths, amounts cents, rates of VAT hundredths of a percent.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from bot.billing.rules.entries import UnbilledEntry
from bot.billing.rules.expenses import Conversion, UnbilledExpense
from bot.billing.rules.lines import ONE, SMALLEST, Line
from bot.billing.rules.rate_list import PriceFrom, RateRule
from bot.billing.rules.rates import CENT, PricedArticle, as_invoiced
from bot.billing.rules.reductions import Reduction
from bot.billing.rules.rounding import HUNDREDTH, Rounding, amount, hours
from bot.billing.rules.tax import Vat
from bot.billing.rules.totals import VatSum


@dataclass(frozen=True, slots=True)
class RoundedTime:
    """Time that is rounded as one: of an entry, of a person's day, or of a line."""

    rule: Rounding
    entries: tuple[UnbilledEntry, ...]
    of_night: tuple[int, ...] = ()
    """Of one part of an entry that stands on several lines: the seconds of all its parts, in time."""
    place: int = 0
    """Which of them it is."""

    @property
    def seconds(self) -> int:
        """What was worked of it here."""
        return sum(entry.seconds or 0 for entry in self.entries)

    @property
    def billed(self) -> int:
        """What is billed of it here. All of a night is rounded once, and its first parts have what that changes."""
        if not self.of_night:
            return self.seconds if self.rule.is_exact else self.rule.rounded(self.seconds)
        more = self.rule.rounded(sum(self.of_night)) - sum(self.of_night)
        for seconds in self.of_night[: self.place]:
            more -= max(-seconds, more)
        return max(0, self.seconds + more)


class PriceBy(StrEnum):
    """Who says what something costs."""

    RULES = "rules"
    """The list of rates, in which the articles stand too."""
    HAND = "hand"
    """A person, for this line."""


@dataclass(frozen=True, slots=True)
class Price:
    """What one hour, or piece, costs: as it is stated, and as the invoice states prices."""

    by: PriceBy
    stated: int
    is_gross: bool
    invoice_gross: bool
    vat_rate: int
    """What is in a price with VAT."""

    @property
    def unit_price(self) -> int:
        """As the invoice states it."""
        vat = Vat("", self.vat_rate)
        return as_invoiced(self.stated, vat, is_gross=self.is_gross, invoice_gross=self.invoice_gross)

    @property
    def is_converted(self) -> bool:
        """Whether VAT is added or taken out."""
        return self.is_gross != self.invoice_gross


class Won(NamedTuple):
    """A rule that won, for so much of the work, and those that it beat. None: no rule says anything."""

    rule: RateRule | None
    since: PriceFrom | None
    """Its price, and from when on it holds; an article's has no day."""
    until: date | None
    """The last day on which it holds; None: no end is known."""
    beaten: tuple[RateRule, ...]
    seconds: int


@dataclass(frozen=True, slots=True)
class Part:
    """Time of one price: a line, or what one price adds to a line that is 1 × its total."""

    article: PricedArticle | None
    times: tuple[RoundedTime, ...]
    price: Price | None
    won: tuple[Won, ...]
    smallest: int = 1

    @property
    def seconds(self) -> int:
        """What was worked."""
        return sum(each.seconds for each in self.times)

    @property
    def billed(self) -> int:
        """What is billed of it, before it becomes hundredths of an hour."""
        return sum(each.billed for each in self.times)

    @property
    def by_rule(self) -> int:
        """Seconds that the rounding of time adds, or takes away."""
        return self.billed - self.seconds

    @property
    def hours(self) -> int:
        """Hundredths of an hour."""
        return hours(self.billed)

    @property
    def by_hundredths(self) -> int:
        """Seconds that two decimals add, or take away."""
        return self.hours * HUNDREDTH - self.billed

    @property
    def amount_cents(self) -> int | None:
        """Hours × price; None without a price."""
        return None if self.price is None else amount(self.hours, self.price.unit_price, self.smallest)


@dataclass(frozen=True, slots=True)
class Spent:
    """An expense or a lump sum: its amount, and what becomes of the VAT in it."""

    expense: UnbilledExpense
    conversion: Conversion

    @property
    def unit_price(self) -> int:
        """In full cents."""
        return self.conversion.price(self.expense.amount_cents, self.expense.currency) * CENT


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why one line comes to its amount: the time of each price on it; or an expense; or a price typed for one."""

    line: Line
    parts: tuple[Part, ...] = ()
    spent: Spent | None = None
    price: Price | None = None
    """Of an expense, where a person typed one."""

    @property
    def hours(self) -> int:
        """All hours; a line above a budget has some, so that all of an entry is on the draft."""
        return max(sum(part.hours for part in self.parts), SMALLEST if self.line.above_budget else 0)

    @property
    def quantity(self) -> int:
        """Hundredths of what the price is for."""
        return self.hours if len(self.parts) == 1 else ONE

    @property
    def unit_price(self) -> int | None:
        """What one of it costs: an hour, an expense, or the total of several parts."""
        if self.spent:
            return self.spent.unit_price
        if self.price:
            return self.price.unit_price
        if len(self.parts) == 1:
            return self.parts[0].price.unit_price if self.parts[0].price else None
        amounts = [part.amount_cents for part in self.parts]
        return None if None in amounts else sum(each or 0 for each in amounts) * CENT

    @property
    def reduction(self) -> Reduction:
        """What a person takes off of the line."""
        return self.line.edit.reduction

    @property
    def listed_cents(self) -> int | None:
        """Quantity × price; None without a price."""
        return None if self.unit_price is None else amount(self.quantity, self.unit_price, self.line.smallest)

    @property
    def amount_cents(self) -> int | None:
        """What the line comes to; None without a price."""
        return None if self.listed_cents is None else self.reduction.less(self.listed_cents, self.line.smallest)


@dataclass(frozen=True, slots=True)
class SumExplained:
    """Why an invoice comes to its sums: its lines by VAT. `gross` is None while nobody knows the VAT of some line."""

    lines: tuple[Line, ...]
    of_vat: tuple[VatSum, ...]
    is_taxed: bool

    @property
    def hours(self) -> int:
        """Of all lines."""
        return sum(line.hours for line in self.lines)

    @property
    def seconds(self) -> int:
        """What was worked for these hours; not what a fixed price covers."""
        return sum(line.seconds for line in self.lines if not line.expense)

    @property
    def covered(self) -> int:
        """Seconds that go with the lump sums of fixed prices."""
        return sum(line.seconds for line in self.lines if line.expense)

    @property
    def rounded(self) -> int:
        """Seconds by which more is billed, or less."""
        return self.hours * HUNDREDTH - self.seconds

    @property
    def listed(self) -> int:
        """What the lines come to, in the prices of the invoice."""
        return sum(each.listed for each in self.of_vat)

    @property
    def net(self) -> int:
        """Without VAT."""
        return sum(each.net for each in self.of_vat)

    @property
    def tax(self) -> int:
        """All VAT."""
        return sum(each.tax for each in self.of_vat)

    @property
    def gross(self) -> int | None:
        """With VAT."""
        is_known = not self.is_taxed or all(each.vat for each in self.of_vat)
        return sum(each.gross for each in self.of_vat) if is_known else None

    def amounts(self, of: VatSum) -> Sequence[int]:
        """The amounts of the lines of one VAT."""
        return [line.amount_cents or 0 for line in self.lines if line.vat == of.vat]
