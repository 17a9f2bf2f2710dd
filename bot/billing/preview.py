"""An invoice as it would be sent now: the value that people look at, and what keeps it from being sent."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from bot.billing.beside import Beside
from bot.billing.comparing import Compared
from bot.billing.expense_lines import ReductionLine
from bot.billing.language import InvoiceLanguage
from bot.billing.rules.agreements import Agreement
from bot.billing.rules.budgeted import OnDraft
from bot.billing.rules.einvoice import Missing
from bot.billing.rules.entries import UnbilledEntry
from bot.billing.rules.expenses import Foreign
from bot.billing.rules.fixed_prices import Covered
from bot.billing.rules.grouping import Grouping, GroupKey, is_within, line_digest
from bot.billing.rules.included import RetainedMonth
from bot.billing.rules.layout import ChosenLayout, Whose
from bot.billing.rules.lines import AfterMidnight, InvoiceLine, LeftByHand, LeftOut
from bot.billing.rules.missing_rates import TypedLate
from bot.billing.rules.outline import TOP, Place
from bot.billing.rules.periods import Period
from bot.billing.rules.reductions import Reduction
from bot.billing.rules.rounding import Roundings
from bot.billing.rules.scope import Scope
from bot.billing.rules.seen import LineChange
from bot.billing.rules.taxation import AS_BILLOMAT_HOLDS, Taxation, TaxCase
from bot.billing.rules.texts import ChosenTexts, InvoiceTexts
from bot.billing.rules.totals import Totals
from bot.billing.submission import ALONE, Submission
from bot.billomat.rules.trouble import Trouble
from bot.core.errors import UserError
from storage import sent_invoices as sent_rows
from storage.drafts import Draft


class Obstacle(StrEnum):
    """Why a draft can be looked at but not sent."""

    NOT_CONNECTED = "not connected"
    NOT_LINKED = "not linked"
    ARCHIVED = "archived"
    ARCHIVED_HERE = "archived here"
    NOTHING = "nothing"
    NO_RATE = "no rate"
    NEGATIVE = "negative"
    OVER_REDUCED = "over-reduced"
    """More is taken off of a line, or of the whole, than it comes to."""
    CURRENCY = "currency"
    """It has three decimals, and amounts are kept with two."""
    PRIVATE_NOTE = "private note"
    PRIVATE_IN_TEXTS = "private note in texts"
    PRIVATE_IN_WORDS = "private note in words"
    """Of all lines: their title or description."""
    SMALL_BUSINESS = "small business"


@dataclass(frozen=True, slots=True)
class ToSolve:
    """Entries that are not billed as they are, or not as they could be, with what somebody can do about it."""

    mine: int = 0
    """Whoever looks: only their own entries are theirs to change."""
    waiting: tuple[UnbilledEntry, ...] = ()
    """Timers that run, and entries whose end is a guess."""
    without_project: tuple[int, ...] = ()
    """Own entries on the lines, of a customer who has projects."""
    seconds: int = 0
    """Of all that have none, also of more than can be given one at once."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What somebody saw of an invoice, by its digest, and what its prices were compared with."""

    shown: str
    compared_with: str
    place: Place
    """Where they look now."""


class NetSum(NamedTuple):
    """What an invoice comes to without VAT."""

    cents: int
    currency: str


@dataclass(frozen=True, slots=True)
class Voided:
    """A submission that the look at it found void: by whom and when it was submitted, and what changed since."""

    by: str
    at: datetime | None
    net_before: NetSum
    """What it came to then."""
    changes: tuple[LineChange, ...]


AFRESH = Looked("", "", TOP)


@dataclass(frozen=True, slots=True)
class Preview:
    """All that an approval would send. `shown` stands for its whole content; amounts are in `currency`."""

    draft_id: int
    customer_id: int
    customer: str
    chosen: ChosenLayout
    chosen_texts: ChosenTexts
    texts: InvoiceTexts
    arranged: Whose
    """Who put its lines in an order of their own; nobody: they stand in that of the layout."""
    usual: tuple[GroupKey, ...]
    """The lines in that order."""
    grouping: Grouping
    scope: Scope
    currency: str
    lines: tuple[InvoiceLine, ...]
    totals: Totals
    gross_prices: bool
    """The prices and amounts of the lines are with VAT."""
    reduction: Reduction
    """What is taken off of the whole."""
    customers_reduction: int
    """What the customer's terms in Billomat take off."""
    is_reduced_by_hand: bool
    """A person chose the reduction for this draft."""
    reduction_line: ReductionLine
    roundings: Roundings
    rounded_by: Whose
    """For whom the usual one of them was chosen."""
    service_period: tuple[date, date] | None
    language: InvoiceLanguage
    service_text: str
    """The service period as the customer reads it; "" without one."""
    label: str
    """What Billomat calls the draft, beside its part and the token."""
    part: str
    """Which part of the work it is; "" for all of it."""
    after_midnight: AfterMidnight | None
    left_out: LeftOut
    beside: Beside
    taxed: bool
    obstacles: frozenset[Obstacle]
    trouble: Trouble | None
    """Why Billomat refuses our key at present."""
    reason: str | None
    """Why Billomat refused this draft the last time."""
    lost: tuple[Draft, ...]
    """Others of this customer of which nobody knows yet whether Billomat has them."""
    sent: tuple[Draft, ...]
    """The newest that stand in Billomat with work of this period."""
    shown: str
    sent_as: Mapping[int, sent_rows.SentAs] = field(default_factory=dict)
    """How far these were in Billomat when they were last seen."""
    by_hand: LeftByHand = field(default_factory=LeftByHand)
    """What people left out of this draft."""
    other_edits: int = 0
    """Lines that a person changed, of which there is none now; their changes are kept."""
    repriced: Mapping[GroupKey, int | None] = field(default_factory=dict)
    """The prices that lines had when the person looked the last time, if they are others now."""
    compared: Compared | None = None
    """With the last invoice of the same kind."""
    compared_with: str = ""
    """The digest of what they saw then."""
    changes: tuple[LineChange, ...] = ()
    """What is different since they saw the page before."""
    typed_late: tuple[TypedLate, ...] = ()
    """Rates that they typed when others had set them already."""
    foreign: Foreign = ()
    currency_before: str = ""
    """The currency that they saw, if it is another one now."""
    place: Place = TOP
    """Which of the lines are in sight."""
    to_solve: ToSolve = field(default_factory=lambda: ToSolve())
    tax: Taxation = AS_BILLOMAT_HOLDS
    customers_tax: TaxCase = TaxCase.BILLOMAT
    """What would hold if nothing was chosen for this invoice alone."""
    is_german: bool = False
    """The business is in Germany, so that it is decided here which VAT holds."""
    submission: Submission = ALONE
    """How it stands with a second person who has to approve it."""
    voided: Voided | None = None
    notice: str = ""
    """The words that the law wants for it, as they stand in the texts."""
    missing: tuple[Missing, ...] = ()
    """What an e-invoice would lack."""
    covered: tuple[Covered, ...] = ()
    """Time in its days that fixed prices cover."""
    budgets: tuple[OnDraft, ...] = ()
    """Those that it has work of."""
    retained: tuple[RetainedMonth, ...] = ()
    """What retainers include for the months that have a fee or included time on it."""
    agreements: tuple[Agreement, ...] = ()
    """All that is agreed with the customer."""

    @property
    def period(self) -> Period:
        """The days that it is about."""
        return self.scope.period

    @property
    def net_cents(self) -> int:
        """The sum without VAT, after the reduction."""
        return self.totals.net

    def within(self, group: GroupKey) -> tuple[InvoiceLine, ...]:
        """The lines of a group; see `is_within`."""
        return tuple(each for each in self.lines if is_within(each.line.key, group))

    def line(self, key: GroupKey) -> InvoiceLine:
        """The line of a group. Raises UserError."""
        return self._line(lambda each: each == key)

    def line_named(self, name: str) -> InvoiceLine:
        """The line with this short name, as `line_digest` makes it. Raises UserError."""
        return self._line(lambda each: line_digest(each) == name)

    def _line(self, is_meant: Callable[[GroupKey], bool]) -> InvoiceLine:
        for each in self.lines:
            if is_meant(each.line.key):
                return each
        raise UserError(
            "This line is no longer there: its entries were changed, or how lines are made. Please open the invoice "
            "again."
        )
