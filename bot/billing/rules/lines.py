"""The lines of an invoice: what each group of entries is billed as, and what is left out."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from operator import attrgetter
from typing import NamedTuple

from bot.billing.rules import periods
from bot.billing.rules.expenses import UnbilledExpense, key_of, price_of_expense, vat_of
from bot.billing.rules.grouping import (
    Grouping,
    GroupKey,
    Shared,
    UnbilledEntry,
    is_within,
    of_article,
    of_service,
    of_total,
)
from bot.billing.rules.rates import CENT, USUAL_TERMS, PricedArticle, PriceTerms, as_invoiced, price_of
from bot.billing.rules.rounding import amount, hours
from bot.billing.rules.seen import EntryChanges, SeenEntry, entry_changes, seen_entries, seen_expense
from bot.billing.rules.tax import Vat, tax_of
from bot.billing.rules.totals import Totals, add_up


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

    @property
    def is_typed(self) -> bool:
        """Whether a person chose any of it for this line."""
        typed = (self.title, self.description, self.rate_cents, None if self.article_kept else self.article)
        return any(each is not None for each in typed)


AS_IT_COMES = LineEdit()
ONE = 100
"""Of anything, in hundredths."""


@dataclass(frozen=True, slots=True)
class Pricing:
    """What lines are priced by. `articles` are by the service's id; rate and VAT hold where a service has none.

    Where `taxed` is False, Billomat decides the tax. `reduction` is the customer's, in ten-thousandths of a percent.
    """

    articles: Mapping[int, PricedArticle]
    rate_cents: int | None
    vat: Vat | None
    taxed: bool
    terms: PriceTerms = USUAL_TERMS
    reduction: int = 0


@dataclass(frozen=True, slots=True)
class Worth:
    """What the hours of a line cost, as `Line` has it."""

    unit_price: int | None
    amount_cents: int | None
    vat: Vat | None


class OpenLine(NamedTuple):
    """What the entries of a line have in common, before it is made."""

    customer_id: int
    project_id: int | None
    service_id: int | None


class LineWorth(NamedTuple):
    """Net cents of such a line; without a rate it has none."""

    cents: int
    is_priced: bool


class PartOfTotal(NamedTuple):
    """What one article adds to a line that is 1 × its total."""

    article: PricedArticle | None
    hours: int
    unit_price: int | None


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
    entries: tuple[UnbilledEntry, ...]
    seconds: int
    hours: int
    article: PricedArticle | None
    unit_price: int | None
    """Of an hour, in ten-thousandths; with VAT where the invoice's prices are."""
    amount_cents: int | None
    vat: Vat | None
    edit: LineEdit
    parts: tuple[PartOfTotal, ...] = ()
    """Of a line that is 1 × its total; its hours are then what was worked, and its price is that total."""
    expense: UnbilledExpense | None = None
    """What it is where it is no time: then it has no entries and no hours."""

    @property
    def is_total(self) -> bool:
        """Whether it is 1 × its total."""
        return bool(self.parts)

    @property
    def quantity(self) -> int:
        """Hundredths of what its price is for."""
        return ONE if self.is_total or self.expense else self.hours

    @property
    def articles(self) -> list[PricedArticle]:
        """All that its price comes from."""
        found = [part.article for part in self.parts] if self.is_total else [self.article]
        return [article for article in found if article]

    @property
    def changed_since_edit(self) -> EntryChanges:
        """What is different about its entries since a person changed the line."""
        written_for = self.edit.written_for
        if written_for is None or (self.expense and not written_for):
            return EntryChanges()
        return entry_changes(written_for, self.seen)

    @property
    def seen(self) -> tuple[SeenEntry, ...]:
        """What is on it, as somebody sees it now."""
        return (seen_expense(self.expense),) if self.expense else seen_entries(self.entries)


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
        return {entry.entry_id for each in self.lines for entry in each.line.entries}

    @property
    def seconds(self) -> int:
        """How much time."""
        return sum(each.line.seconds for each in self.lines)

    def within(self, group: GroupKey) -> "LeftByHand":
        """That of one line, or of a group of lines; see `is_within`."""
        return LeftByHand(tuple(each for each in self.lines if is_within(each.line.key, group)))


def parted(
    entries: Iterable[UnbilledEntry], left_out: Collection[int]
) -> tuple[list[UnbilledEntry], list[UnbilledEntry]]:
    """The entries of a draft, and those that could be billed and were left out by hand."""
    rest, by_hand = list[UnbilledEntry](), list[UnbilledEntry]()
    for entry in entries:
        (by_hand if entry.entry_id in left_out and _why_not(entry) is None else rest).append(entry)
    return rest, by_hand


def make_lines(
    entries: Iterable[UnbilledEntry],
    grouping: Grouping,
    *,
    pricing: Pricing,
    edits: Mapping[GroupKey, LineEdit],
) -> tuple[list[Line], LeftOut]:
    """A line for each group of entries, or for each article in it, in no order of meaning, and what is left out."""
    left_out = Counter[str]()
    billable = []
    for entry in entries:
        if reason := _why_not(entry):
            left_out[reason] += 1
        else:
            billable.append(entry)
    made = []
    for line in all_lines(billable, grouping, pricing=pricing, edits=edits):
        if line.hours:
            made.append(line)
        else:
            left_out["too_short"] += len(line.entries)
    return made, LeftOut(**left_out)


def all_lines(
    entries: Sequence[UnbilledEntry],
    grouping: Grouping,
    *,
    pricing: Pricing,
    edits: Mapping[GroupKey, LineEdit],
) -> list[Line]:
    """As `make_lines`, of entries that can be billed; with the lines that are too short to be one.

    Where that would be a part of an entry, it is not parted: all of an entry is billed, or nothing.
    """
    whole = set[int]()
    while True:
        parts = [part for entry in entries for part in ([entry] if entry.entry_id in whole else grouping.parts(entry))]
        groups = _groups(parts, grouping, pricing, edits)
        made = [line for key, group in groups for line in _lines(key, group, pricing, edits.get(key, AS_IT_COMES))]
        lost = {part.entry_id for line in made if not line.hours for part in line.entries if part.of_day}
        if not lost:
            return sorted(made, key=attrgetter("key"))
        whole |= lost


_Part = tuple[PricedArticle | None, list[UnbilledEntry]]
"""Entries, and the article that they are billed as."""


def expense_lines(
    expenses: Iterable[UnbilledExpense],
    *,
    pricing: Pricing,
    edits: Mapping[GroupKey, LineEdit],
    articles: Mapping[int, PricedArticle],
    rates: Collection[Vat],
) -> list[Line]:
    """A line for each expense; `articles` are by their ids, `rates` are the account's."""
    return [
        _expense_line(each, articles.get(each.article_id or 0), pricing, edits.get(key_of(each), AS_IT_COMES), rates)
        for each in expenses
    ]


def _expense_line(
    expense: UnbilledExpense,
    usual: PricedArticle | None,
    pricing: Pricing,
    edit: LineEdit,
    rates: Collection[Vat],
) -> Line:
    article = edit.article if edit.article or edit.article_kept else usual
    vat = vat_of(expense, article, pricing.vat, rates)
    if edit.rate_cents is None:
        price = price_of_expense(expense, vat, pricing.terms)
    else:
        price = _typed_price(edit.rate_cents, edit.rate_gross, vat, pricing.terms)
    return Line(
        key=key_of(expense),
        project_id=expense.project_id,
        project=expense.project,
        service_id=None,
        service=None,
        entries=(),
        seconds=0,
        hours=0,
        article=article,
        unit_price=price,
        amount_cents=amount(ONE, price),
        vat=tax_of(vat, None, taxed=pricing.taxed),
        edit=edit,
        expense=expense,
    )


def _typed_price(cents: int, is_gross: bool | None, vat: Vat | None, terms: PriceTerms) -> int:
    """A price that a person typed for a line, as the prices of the invoice are."""
    gross = terms.invoice_gross if is_gross is None else is_gross
    return as_invoiced(cents * CENT, vat, is_gross=gross, invoice_gross=terms.invoice_gross)


def _groups(
    entries: Sequence[UnbilledEntry], grouping: Grouping, pricing: Pricing, edits: Mapping[GroupKey, LineEdit]
) -> Iterator[tuple[GroupKey, list[_Part]]]:
    """The groups with the article that each is billed as: what several services could mix is parted by it.

    Where a total may stand for several, these are together.
    """
    services = {entry.service_id for entry in entries}
    kept = {} if Shared.SERVICE in grouping.shared else edits
    articles = {each: _article_of(each, pricing, kept) for each in services}
    for key, group in grouping.groups(entries).items():
        if grouping.has_one_service:
            yield key, [(articles[group[0].service_id], group)]
            continue
        parts: dict[int | None, _Part] = {}
        for entry in group:
            article = articles[entry.service_id]
            parts.setdefault(article.id if article else None, (article, []))[1].append(entry)
        yield from _parted(key, parts, pricing, as_total=grouping.as_total)


def _parted(
    key: GroupKey, parts: Mapping[int | None, _Part], pricing: Pricing, *, as_total: bool
) -> Iterator[tuple[GroupKey, list[_Part]]]:
    """A group by article; or by VAT, where the total of several may stand on one line.

    Where Billomat decides the VAT, a line without an article may get the account's, so only that one is put together.
    """
    totals: dict[Vat | None, list[_Part]] = {}
    for article_id, part in parts.items():
        vat = _vat_of(part[0], pricing)
        if as_total and (pricing.taxed or vat == pricing.vat):
            totals.setdefault(vat, []).append(part)
        else:
            yield of_article(key, article_id), [part]
    for vat, together in totals.items():
        yield of_total(key, f"{vat.name} {vat.rate}" if vat else ""), together


def _vat_of(article: PricedArticle | None, pricing: Pricing) -> Vat | None:
    return (article.vat if article else None) or pricing.vat


def _article_of(service_id: int | None, pricing: Pricing, edits: Mapping[GroupKey, LineEdit]) -> PricedArticle | None:
    """The article of a service, or the one that this draft keeps for it."""
    if service_id is None:
        return None
    kept = edits.get(of_service(service_id), AS_IT_COMES)
    return kept.article if kept.article_kept else pricing.articles.get(service_id)


def totals(amounts: Iterable[tuple[Vat | None, int]], pricing: Pricing) -> Totals:
    """What lines add up to, each with its VAT and its amount in cents."""
    return add_up(
        amounts,
        gross_prices=pricing.terms.invoice_gross,
        reduction=pricing.reduction,
        taxed=pricing.taxed,
    )


def edits_without_line(edits: Mapping[GroupKey, LineEdit], lines: Iterable[Line], grouping: Grouping) -> int:
    """How many changed lines there are none of because lines are made otherwise, or billed as another article."""
    there = {line.key for line in lines}
    kept = (key for key, edit in edits.items() if edit.is_typed and key not in there)
    return sum(1 for key in kept if not (grouping.makes(key) and grouping.has_one_service))


def days_of(lines: Iterable[Line]) -> Iterator[date]:
    """The days on which the entries of lines began, and those of expenses."""
    for line in lines:
        yield from (entry.began_on for entry in line.entries)
        if line.expense:
            yield line.expense.day


def service_period(lines: Iterable[Line]) -> tuple[date, date] | None:
    """The first and the last day of what is on the lines, also of work that went on past midnight."""
    lines = list(lines)
    entries = [entry for line in lines for entry in line.entries]
    days = {entry.day for entry in entries}
    latest = max(days, default=None)
    ends = {entry.last_day for entry in entries if entry.day == latest}  # what began before goes on into it at most
    return periods.service_period({*days_of(lines)} | days | ends)


@dataclass(frozen=True, slots=True)
class AfterMidnight:
    """Work of the last day that went on past midnight: so many seconds, on a day that no entry began on."""

    seconds: int
    began: date
    ended: date


def after_midnight(lines: Iterable[Line]) -> AfterMidnight | None:
    """What makes the service period end a day later than the last entry began."""
    entries = [entry for line in lines for entry in line.entries]
    last = max((entry.day for entry in entries), default=None)
    over = [entry for entry in entries if entry.day == last and entry.last_day > last]
    if not over or last is None:
        return None
    return AfterMidnight(sum(entry.after_midnight for entry in over), last, over[0].last_day)


def _why_not(entry: UnbilledEntry) -> str | None:
    if entry.seconds is None:
        return "running"
    if not entry.billable:
        return "not_billable"
    return "end_guessed" if entry.end_guessed else None


def worth(article: PricedArticle | None, hours: int, pricing: Pricing, *, edit: LineEdit = AS_IT_COMES) -> Worth:
    """What so many hundredths of an hour cost; a rate that a person typed for them stays what it was."""
    if edit.rate_cents is None:
        price = price_of(article, pricing.rate_cents, pricing.terms, pricing.vat)
    else:
        vat = (article.vat if article else None) or pricing.vat
        price = _typed_price(edit.rate_cents, edit.rate_gross, vat, pricing.terms)
    return Worth(
        unit_price=price,
        amount_cents=None if price is None else amount(hours, price),
        vat=tax_of(article.vat if article else None, pricing.vat, taxed=pricing.taxed),
    )


def _lines(key: GroupKey, parts: Sequence[_Part], pricing: Pricing, edit: LineEdit) -> list[Line]:
    """The line of a group, and beside it what of several articles is too short to be on it.

    With an article or a rate that a person chose for all of it, a group has one price, and its line is of hours.
    """
    entries = sorted((entry for _, part in parts for entry in part), key=attrgetter("day", "entry_id"))
    article = parts[0][0]
    if len(parts) == 1:
        return [_line(key, entries, article, pricing, edit)]
    if edit.article or edit.rate_cents is not None:
        return [_line(key, entries, None, replace(pricing, vat=_vat_of(article, pricing)), edit)]
    made = [_line(of_article(key, each.id if each else None), part, each, pricing, AS_IT_COMES) for each, part in parts]
    long, short = [line for line in made if line.hours], [line for line in made if not line.hours]
    if len(long) < 2:
        return [*(replace(line, key=key, edit=edit) for line in long), *short]
    return [_total(key, long, edit), *short]


def _total(key: GroupKey, lines: Sequence[Line], edit: LineEdit) -> Line:
    """1 × what several lines come to; each of them is rounded, as if it stood alone."""
    entries = sorted((entry for line in lines for entry in line.entries), key=attrgetter("day", "entry_id"))
    amounts = [line.amount_cents for line in lines if line.amount_cents is not None]
    cents = sum(amounts) if len(amounts) == len(lines) else None
    project_id, project = _in_common((entry.project_id, entry.project) for entry in entries)
    service_id, service = _in_common((entry.service_id, entry.service) for entry in entries)
    return Line(
        key=key,
        project_id=project_id,
        project=project,
        service_id=service_id,
        service=service,
        entries=tuple(entries),
        seconds=sum(line.seconds for line in lines),
        hours=sum(line.hours for line in lines),
        article=None,
        unit_price=None if cents is None else cents * CENT,
        amount_cents=cents,
        vat=lines[0].vat,
        edit=edit,
        parts=tuple(PartOfTotal(line.article, line.hours, line.unit_price) for line in lines),
    )


def _line(
    key: GroupKey, entries: Sequence[UnbilledEntry], usual: PricedArticle | None, pricing: Pricing, edit: LineEdit
) -> Line:
    project_id, project = _in_common((entry.project_id, entry.project) for entry in entries)
    service_id, service = _in_common((entry.service_id, entry.service) for entry in entries)
    article = edit.article if edit.article or edit.article_kept else usual
    seconds = sum(entry.seconds or 0 for entry in entries)
    worked = hours(seconds)
    priced = worth(article, worked, pricing, edit=edit)
    return Line(
        key=key,
        project_id=project_id,
        project=project,
        service_id=service_id,
        service=service,
        entries=tuple(entries),
        seconds=seconds,
        hours=worked,
        article=article,
        unit_price=priced.unit_price,
        amount_cents=priced.amount_cents,
        vat=priced.vat,
        edit=edit,
    )


def _in_common(named: Iterable[tuple[int | None, str | None]]) -> tuple[int | None, str | None]:
    """The id and name that all have; nothing where they differ."""
    different = set(named)
    return different.pop() if len(different) == 1 else (None, None)
