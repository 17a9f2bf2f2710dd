"""The lines of an invoice: what stands on them, and which days they are for."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import NamedTuple

from bot.billing.rules import periods
from bot.billing.rules.agreements import last_of_month
from bot.billing.rules.entries import NO_ENTRIES, Entries, UnbilledEntry
from bot.billing.rules.expenses import UnbilledExpense
from bot.billing.rules.grouping import Grouping, GroupKey, is_within
from bot.billing.rules.rates import PricedArticle
from bot.billing.rules.reductions import NO_REDUCTION, Reduction
from bot.billing.rules.rounding import HUNDREDTH, amount
from bot.billing.rules.seen import EntryChanges, SeenEntries, SeenEntry, entry_changes, seen_entries, seen_expense
from bot.billing.rules.tax import Vat
from bot.billing.rules.taxation import TaxCase, TaxReason, tax_reason
from bot.tracking.rules.spent import SpentKind


@dataclass(frozen=True, slots=True)
class LineEdit:
    """What a person wants different on a line; None: as it comes."""

    title: str | None = None
    description: str | None = None
    article: PricedArticle | None = None
    rate_cents: int | None = None
    rate_gross: bool | None = None
    """Whether that rate is with VAT; None: as the prices of the invoice are."""
    article_kept: bool = False
    """The article, or that there is none, is what the line had before that of its service was changed elsewhere."""
    written_for: tuple[SeenEntry, ...] | None = None
    """The entries, or the expense, that the person saw on the line; None: not known."""
    private_notes: Mapping[int, str] = field(default_factory=dict)
    """The notes of those of them, by their ids, that are kept from the customer by now."""
    reduction: Reduction = NO_REDUCTION
    """What is taken off of the line alone."""

    @property
    def is_typed(self) -> bool:
        """Whether a person chose any of it for this line."""
        typed = (self.title, self.description, self.rate_cents, None if self.article_kept else self.article)
        return bool(self.reduction) or any(each is not None for each in typed)

    @property
    def of_other_parts(self) -> "LineEdit":
        """The same for the cheaper of the lines that it is for: an amount is taken off once, a percentage of each."""
        return replace(self, reduction=NO_REDUCTION) if self.reduction.cents else self

    def chosen_article(self, usual: PricedArticle | None) -> PricedArticle | None:
        """The article that a person chose, or kept, for a line, else the one that its work has anyway."""
        return self.article if self.article or self.article_kept else usual


AS_IT_COMES = LineEdit()
ONE = 100
"""Of anything, in hundredths."""
SMALLEST = 1
"""Hundredths of an hour that a line above a budget has at least: an entry that is cut stands on the draft with all of
its seconds, and there none of them costs anything."""


class PartOfTotal(NamedTuple):
    """What one article adds to a line that is 1 × its total."""

    article: PricedArticle | None
    hours: int
    unit_price: int | None
    entries: Entries = NO_ENTRIES


class Included(NamedTuple):
    """Of a line that a retainer includes: which one, and the seconds that it uses, by the first day of their month."""

    agreement_id: int
    used: tuple[tuple[date, int], ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an invoice. Without a rate there is no amount, and it cannot be sent.

    Project and service are None where its entries have none, or not the same.
    """

    key: GroupKey
    project_id: int | None
    project: str | None
    service_id: int | None
    service: str | None
    entries: Entries
    seconds: int
    """What was worked; its hours are what is billed of it."""
    hours: int
    article: PricedArticle | None
    unit_price: int | None
    """Of an hour, in ten-thousandths; with VAT where the invoice's prices are."""
    amount_cents: int | None
    """After what is taken off of this line; `listed_cents` is before."""
    vat: Vat | None
    edit: LineEdit
    parts: tuple[PartOfTotal, ...] = ()
    """Of a line that is 1 × its total; its hours are then those of all its parts, and its price is that total."""
    expense: UnbilledExpense | None = None
    """What it is where it is no time: then it has no hours, and only the entries that a fixed price covers."""
    smallest: int = 1
    """Of what its amounts are multiples, in cents."""
    above_budget: int | None = None
    """The hard budget that its time is above, by its id: it costs nothing."""
    included: Included | None = None
    """Where the fee of a retainer pays for it: then its price is 0."""

    @property
    def is_total(self) -> bool:
        """Whether it is 1 × its total."""
        return bool(self.parts)

    @property
    def is_agreed(self) -> bool:
        """Whether it is part of what is agreed with the customer, and costs what it says there."""
        return self.included is not None or (self.expense is not None and self.expense.agreement_id is not None)

    @property
    def costs_nothing(self) -> bool:
        """Whether it says what is not paid for: what is above a budget, or included in a retainer."""
        return self.above_budget is not None or self.included is not None

    @property
    def is_given_away(self) -> bool:
        """Whether what a person typed for it leaves nothing to pay: a rate of 0, or as much taken off as it costs."""
        return self.amount_cents == 0 and (self.edit.rate_cents == 0 or bool(self.edit.reduction))

    @property
    def quantity(self) -> int:
        """Hundredths of what its price is for."""
        return ONE if self.is_total or self.expense else self.hours

    @property
    def listed_cents(self) -> int | None:
        """What it costs before its own reduction: quantity × price."""
        return None if self.unit_price is None else amount(self.quantity, self.unit_price, self.smallest)

    @property
    def is_over_reduced(self) -> bool:
        """Whether a larger amount is taken off of it than it costs."""
        listed = self.listed_cents
        return listed is not None and self.edit.reduction.cents > max(listed, 0)

    @property
    def rounded(self) -> int:
        """Seconds by which more is billed than was worked, or less; what a lump sum covers is not billed by time, and
        what is above a budget not at all.
        """
        return 0 if self.expense or self.above_budget else self.hours * HUNDREDTH - self.seconds

    @property
    def is_rounded(self) -> bool:
        """Whether more than the rounding to hundredths of an hour makes a difference."""
        return abs(self.rounded) * 2 > HUNDREDTH

    @property
    def articles(self) -> list[PricedArticle]:
        """All that its price comes from."""
        found = [part.article for part in self.parts] if self.is_total else [self.article]
        return [article for article in found if article]

    def tax_reason(self, case: TaxCase) -> TaxReason:
        """Why it bears the VAT that it does, on an invoice of this case."""
        expense = self.expense
        return tax_reason(
            case,
            has_rate=self.vat is not None,
            of_article=any(each.vat for each in self.articles),
            is_typed=expense is not None and not expense.gross and expense.vat_rate is not None,
            passes_through=expense is not None and expense.pass_through,
        )

    @property
    def changed_since_edit(self) -> EntryChanges:
        """What is different about its entries since a person changed the line."""
        written_for = self.edit.written_for
        if written_for is None or (self.expense and not written_for):
            return EntryChanges()
        return entry_changes(written_for, self.seen)

    @property
    def seen(self) -> SeenEntries:
        """What is on it, as somebody sees it now."""
        return seen_expense(self.expense) if self.expense else seen_entries(self.entries)

    @property
    def price(self) -> int | None:
        """Of what a person sees as its price: a total is none."""
        return None if self.is_total else self.unit_price


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """A line with the words that the customer reads; the default ones beside what a person wrote.

    They have to name the kind and the amount of the work (§ 14 (4) UStG), never only "services".
    """

    line: Line
    title: str
    description: str
    unit: str
    default_title: str
    default_description: str
    shortened: tuple[date, ...] = ()
    """The days whose notes the description does not have in full."""
    lacks_emoji: bool = False
    """Whether notes lost emoji there."""

    @property
    def name(self) -> str:
        """Project and service, as people here know the line and the customer will read it."""
        return self.default_title


@dataclass(frozen=True, slots=True)
class LeftOut:
    """How many entries are not billed now, and why; `too_short` ones stay until they add up to 0.01 h."""

    running: int = 0
    end_guessed: int = 0
    not_billable: int = 0
    too_short: int = 0


@dataclass(frozen=True, slots=True)
class LeftByHand:
    """What people left out of a draft, as the lines, or the parts of lines, that it would be. None of it is billed."""

    lines: tuple[InvoiceLine, ...] = ()

    @property
    def count(self) -> int:
        """How many entries and expenses these are."""
        return len(self.entry_ids) + sum(1 for each in self.lines if each.line.expense)

    @property
    def entry_ids(self) -> set[int]:
        """The entries, by their ids."""
        return {entry_id for each in self.lines for entry_id in each.line.entries.ids}

    @property
    def seconds(self) -> int:
        """How much time."""
        return sum(each.line.seconds for each in self.lines)

    def within(self, group: GroupKey) -> "LeftByHand":
        """That of one line, or of a group of lines; see `is_within`."""
        return LeftByHand(tuple(each for each in self.lines if is_within(each.line.key, group)))


def spent_on(lines: Iterable[Line]) -> SpentKind:
    """What of lines is no time."""
    return SpentKind.together(line.expense.kind for line in lines if line.expense)


def edits_without_line(edits: Mapping[GroupKey, LineEdit], lines: Iterable[Line], grouping: Grouping) -> int:
    """How many changed lines there are none of because lines are made otherwise, or billed as another article."""
    there = {line.key for line in lines}
    kept = (key for key, edit in edits.items() if edit.is_typed and key not in there)
    return sum(1 for key in kept if not (grouping.makes(key) and grouping.has_one_service))


def days_of(lines: Iterable[Line]) -> Iterator[date]:
    """The days on which the entries of lines began, and those of expenses; those of a line each once.

    The fee of a retainer is for all of its month.
    """
    for line in lines:
        yield from {*line.entries.counted_days}
        if line.expense:
            yield line.expense.day
            if line.expense.month:
                yield last_of_month(line.expense.month)


def last_entries(lines: Iterable[Line]) -> list[Entries]:
    """The entries of the last two days, latest first: what began before goes on into the last one at most."""
    worked = [line.entries for line in lines if line.entries]
    since = max((entries.days[-1] for entries in worked), default=date.max) - timedelta(days=1)
    return [each.picked(range(len(each) - 1, bisect_left(each.days, since) - 1, -1)) for each in worked]


def service_period(
    days: Iterable[date], last: Iterable[Entries], late: Iterable[UnbilledEntry]
) -> tuple[date, date] | None:
    """The first and the last day of what is on lines, also of work that went on past midnight.

    Of days as `days_of` has them, of the `last_entries`, and of those of these that went on past midnight.
    """
    worked = {day for entries in last for day in entries.days}
    return periods.service_period({*days} | worked | {entry.last_day for entry in late})


@dataclass(frozen=True, slots=True)
class AfterMidnight:
    """Work of the last day that went on past midnight: so many seconds, on a day that no entry began on."""

    seconds: int
    began: date
    ended: date


def after_midnight(last: Iterable[Entries], late: Iterable[UnbilledEntry]) -> AfterMidnight | None:
    """What makes the service period end later than the last of the `last_entries` began: some that went on so late."""
    latest = max((day for entries in last for day in entries.days), default=date.max)
    over = [entry for entry in late if entry.last_day > latest]
    if not over:
        return None
    ended = max(entry.last_day for entry in over)
    return AfterMidnight(sum(entry.after_midnight for entry in over), over[0].day, ended)
