"""An invoice counted over by hand: from what was written down alone, second by second, and without the bot's rules."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.billing.rules.grouping import Shared
from bot.billing.rules.layout import Layout
from bot.billing.rules.rounding import Rounding
from bot.tracking.rules.filters import Filter
from tests.billing.counted_rates import CountedArticle, CountedRate, CountedVat, Facts, Speaks, speaking
from tests.billing.counted_tax import TaxFacts
from tests.billing.rounded import Group, shared_out


class Worked(NamedTuple):
    """What is random about an entry."""

    start: datetime
    seconds: int
    zone: str
    person_id: int
    project_id: int | None
    service_id: int | None
    note: str
    tags: str
    timed: bool
    billable: bool
    guessed: bool
    private: bool
    counts_on: date | None = None
    """Of a part of an entry: the day that all of it counts on."""

    @property
    def day(self) -> date:
        """Where it was made."""
        return self.counts_on or self.start.astimezone(ZoneInfo(self.zone)).date()

    @property
    def days(self) -> tuple[date, date]:
        """The first and the last on which it was worked."""
        last = self.start + timedelta(seconds=max(self.seconds - 1, 0))
        return self.day, last.astimezone(ZoneInfo(self.zone)).date() if self.timed else self.day


class Spent(NamedTuple):
    """What is random about an expense."""

    day: date
    amount: Decimal
    gross: bool
    percent: Decimal | None
    article_id: int | None
    person_id: int
    project_id: int | None
    note: str
    receipt: str
    billable: bool
    private: bool
    agreed: bool = False
    """Whether it is a part of the fixed price."""
    is_fee: bool = False
    """Whether it is the fee of a retainer, for all of the month that begins on its day."""

    @property
    def days(self) -> tuple[date, date]:
        """The first and the last that it is for."""
        after = (self.day + timedelta(days=31)).replace(day=1)
        return self.day, after - timedelta(days=1) if self.is_fee else self.day


class FixedPrice(NamedTuple):
    """A project that is paid as a whole: of these days no hour of it is billed."""

    project_id: int
    first: date
    last: date | None

    def covers(self, work: Worked) -> bool:
        """Whether it pays this work."""
        return work.project_id == self.project_id and self.first <= work.day <= (self.last or date.max)


@dataclass(frozen=True)
class Terms:
    """What an invoice is priced by: `articles` are those of the customer's services, `wants_gross` is of the invoice's
    prices.
    """

    articles: Mapping[int, CountedArticle]
    known: Mapping[int, CountedArticle]
    rates: Sequence[CountedRate]
    """The whole list, the workspace's own rate at its end."""
    customer: int
    currency: str
    listed: tuple[CountedVat, ...]
    """The first is the account's usual one, the last is 0 %."""
    tax: TaxFacts
    group: int
    states_gross: bool
    wants_gross: bool
    reduction: Decimal
    """Percent."""
    off: Decimal
    """An amount that is taken off in place of it."""
    roundings: Mapping[int | None, Rounding]
    """Of each project; None: of what is done for none."""

    @property
    def places(self) -> int:
        """Decimals of the currency."""
        return 0 if self.currency == "JPY" else 2

    @property
    def usual(self) -> CountedVat:
        """The VAT of what has no article that says one."""
        return self.listed[-1] if self.tax.case == "small business" else self.listed[0]

    @property
    def taxed(self) -> bool:
        """Whether lines say the VAT of the article or the usual one."""
        return self.tax.bears

    def article_of(self, service_id: int | None) -> CountedArticle | None:
        """What a kind of work is billed as."""
        return None if service_id is None else self.articles.get(service_id)

    def vat_of(self, article: CountedArticle | None) -> CountedVat:
        """What is in a price, whoever pays it."""
        return (article.vat if article else None) or self.usual

    def said_of(self, work: Worked, article: CountedArticle | None) -> list[Speaks]:
        """The lines of the list that say something of work, billed as an article; the first holds."""
        facts = Facts(work.person_id, work.service_id, work.project_id, self.customer, work.day)
        return speaking(self.rates, facts, article, group=self.group, currency=self.currency)

    def price_of(self, work: Worked, article: CountedArticle | None, usual: CountedVat) -> Decimal | None:
        """Of an hour, as the invoice states prices."""
        said = self.said_of(work, article)
        if not said or said[0].price is None:
            return None
        vat = (article.vat if article else None) or usual
        return self._converted(said[0].price, vat, is_gross=self.states_gross and said[0].is_articles, places=4)

    def vat_said(self, vat: CountedVat) -> CountedVat | None:
        """What a line says that has this VAT by its article or otherwise."""
        if self.taxed:
            return vat
        return self.listed[-1] if self.tax.says_none else None

    def price_of_expense(self, spent: Spent, vat: CountedVat) -> Decimal:
        """In full cents; a receipt without its own VAT, which nobody deducts who bills none."""
        if not spent.gross:
            return rounded(self._converted(spent.amount, vat, is_gross=False, places=self.places), self.places)
        on_receipt = vat.percent if spent.percent is None or not vat.percent else spent.percent
        net = Fraction(spent.amount) / (1 + Fraction(on_receipt) / 100)
        return rounded(net * (1 + Fraction(vat.percent) / 100) if self.wants_gross else net, self.places)

    def _converted(self, price: Decimal, vat: CountedVat, *, is_gross: bool, places: int) -> Decimal:
        if is_gross == self.wants_gross:
            return price
        factor = 1 + Fraction(vat.percent) / 100
        return rounded(Fraction(price) / factor if is_gross else Fraction(price) * factor, places)


class Edit(NamedTuple):
    """What a person wants different on a line."""

    price: Decimal | None = None
    article: CountedArticle | None = None
    percent: Decimal = Decimal(0)
    off: Decimal = Decimal(0)
    """What is taken off of it."""

    def less(self, amount: Decimal | None, places: int) -> Decimal | None:
        """What is left of an amount."""
        if amount is None:
            return None
        return rounded(Fraction(amount) * (1 - Fraction(self.percent) / 100), places) - self.off


_AS_IT_COMES = Edit()
Key = tuple[object, ...]


class CountedLine(NamedTuple):
    """A line: its seconds by entry, or its expense, and what it costs."""

    key: Key
    seconds: Mapping[int, int]
    hours: Decimal
    amount: Decimal | None
    vat: CountedVat | None
    edit: Edit
    expense: int | None = None
    is_total: bool = False
    """Whether it stands for several prices, as 1 × their total: on it no hours are said."""


class CountedTotals(NamedTuple):
    """The foot of an invoice."""

    listed: Decimal
    net: Decimal
    gross: Decimal


def counted_lines(
    worked: Mapping[int, Worked], layout: Layout, terms: Terms, edits: Mapping[Key, Edit], *, week_start: int
) -> list[CountedLine]:
    """The lines that these entries make, which can all be billed."""
    return [line for line in all_counted_lines(worked, layout, terms, edits, week_start=week_start) if line.hours]


def all_counted_lines(
    worked: Mapping[int, Worked], layout: Layout, terms: Terms, edits: Mapping[Key, Edit], *, week_start: int
) -> list[CountedLine]:
    """The same with the lines that have no hours."""
    whole = set[int]()
    while True:
        groups: dict[Key, dict[int, int]] = defaultdict(lambda: defaultdict(int))
        days: dict[Key, dict[int, date]] = defaultdict(dict)
        shares: dict[Key, dict[int, int]] = defaultdict(lambda: defaultdict(int))
        rules = {key: terms.roundings[entry.project_id] for key, entry in worked.items()}
        for key, entry in worked.items():
            parts = {entry.day: entry.seconds} if key in whole else _by_day(entry, layout)
            billed = shared_out(parts, rules[key])
            for day, seconds in parts.items():
                group = _shared(key, entry, day, layout.by, week_start)
                groups[group][key] += seconds
                shares[group][key] += billed[day]
                days[group].setdefault(key, day)
        people = {key: entry.person_id for key, entry in worked.items()}
        made = [
            line
            for key, together in groups.items()
            for line in _Lines(worked, terms, edits, Group(rules, people, days[key], shares[key])).of(
                key, together, layout
            )
        ]
        short = [line for line in made if not line.hours]
        lost = {key for line in short for key in line.seconds if line.seconds[key] != worked[key].seconds}
        if not lost:
            return made
        whole |= lost


def counted_expenses(spent: Mapping[int, Spent], terms: Terms, edits: Mapping[Key, Edit]) -> list[CountedLine]:
    """A line for each of these expenses."""
    made = []
    for number, each in spent.items():
        key, nothing = ("expense", number), Decimal(0)
        edit = edits.get(key, _AS_IT_COMES)
        article = edit.article or (terms.known[each.article_id] if each.article_id else None)
        vat = terms.vat_of(article)
        if not each.gross and each.percent is not None and each.percent != vat.percent:
            names = [known.name for known in terms.listed if known.percent == each.percent]
            vat = CountedVat(names[0] if names else vat.name, each.percent)
        price = terms.price_of_expense(each, vat) if edit.price is None else edit.price
        made.append(CountedLine(key, {}, nothing, edit.less(price, terms.places), terms.vat_said(vat), edit, number))
    return made


def chosen(worked: Mapping[int, Worked], first: date, last: date, selection: Filter) -> dict[int, Worked]:
    """What of it is about these days and in the selection, and can be billed."""
    return {key: entry for key, entry in worked.items() if first <= entry.day <= last and _fits(entry, selection)}


def chosen_expenses(spent: Mapping[int, Spent], first: date, last: date, selection: Filter) -> dict[int, Spent]:
    """The same of expenses, which have no service and no tags."""
    if selection.services or selection.tags:
        return {}
    return {key: each for key, each in spent.items() if first <= each.day <= last and _is_chosen(each, selection)}


def totals_of(lines: Iterable[CountedLine], terms: Terms) -> CountedTotals:
    """What they come to: VAT is of the sum of all lines that have the same, less what is taken off."""
    sums: dict[CountedVat | None, Decimal] = defaultdict(Decimal)
    for line in lines:
        sums[line.vat] += line.amount or 0
    net = gross = Decimal(0)
    parts, places = parts_of(terms.off, sums, terms.places), terms.places
    for vat, listed in sums.items():
        reduced = rounded(Fraction(listed) * (1 - Fraction(terms.reduction) / 100), places) - parts[vat]
        rate = Fraction(vat.percent if vat else 0) / 100
        net += rounded(Fraction(reduced) / (1 + rate), places) if terms.wants_gross else reduced
        gross += reduced if terms.wants_gross else reduced + rounded(Fraction(reduced) * rate, places)
    return CountedTotals(sum(sums.values(), Decimal(0)), net, gross)


def parts_of(off: Decimal, sums: Mapping[CountedVat | None, Decimal], places: int) -> dict[CountedVat | None, Decimal]:
    """An amount in parts by what each VAT comes to: full cents, of which the largest rests get those that are left."""
    if not off:
        return dict.fromkeys(sums, off)
    rates = sorted(sums, key=lambda vat: (vat.percent, vat.name) if vat else (Decimal(-1), ""))
    whole = sum(max(sums[vat], Decimal(0)) for vat in rates)
    exact = {vat: Fraction(off) * 10**places * Fraction(max(sums[vat], Decimal(0))) / Fraction(whole) for vat in rates}
    parts = {vat: Decimal(int(each)) for vat, each in exact.items()}
    left = int(off * 10**places - sum(parts.values()))
    for vat in sorted(rates, key=lambda vat: Fraction(parts[vat]) - exact[vat])[:left]:
        parts[vat] += 1
    return {vat: part.scaleb(-places) for vat, part in parts.items()}


def days_of(worked: Iterable[Worked], spent: Iterable[Spent]) -> tuple[date, date]:
    """The first and the last day of all that."""
    days = {day for each in worked for day in each.days} | {day for each in spent for day in each.days}
    return min(days), max(days)


def has_one_service(layout: Layout) -> bool:
    """Whether all on a line is the same kind of work."""
    return bool({Shared.SERVICE, Shared.ENTRY} & {*layout.by})


# One line


@dataclass(frozen=True)
class _Lines:
    """Makes the lines of what stands together."""

    worked: Mapping[int, Worked]
    terms: Terms
    edits: Mapping[Key, Edit]
    group: Group

    def of(self, key: Key, together: Mapping[int, int], layout: Layout) -> Iterator[CountedLine]:
        """A line for each article and rate, or one for all that has the same VAT."""
        terms, totals = self.terms, defaultdict[CountedVat, dict[int | None, Mapping[int, int]]](dict)
        for article_id, seconds in self._by_article(together).items():
            article = terms.known[article_id] if article_id else None
            vat = terms.vat_of(article)
            if has_one_service(layout):
                yield from self._by_rate(key, seconds, article)
            elif layout.as_total and (terms.taxed or vat == terms.usual):
                totals[vat][article_id] = seconds
            else:
                yield from self._by_rate((*key, "as", article_id), seconds, article)
        for vat, of_vat in totals.items():
            yield from self._total((*key, "at", vat), vat, of_vat)

    def _by_article(self, together: Mapping[int, int]) -> dict[int | None, dict[int, int]]:
        parts = defaultdict[int | None, dict[int, int]](dict)
        for number, seconds in together.items():
            article = self.terms.article_of(self.worked[number].service_id)
            parts[article.id if article else None][number] = seconds
        return parts

    def _by_rate(self, key: Key, seconds: Mapping[int, int], usual: CountedArticle | None) -> Iterator[CountedLine]:
        edit = self.edits.get(key, _AS_IT_COMES)
        parts = self._rates(seconds, edit.article or usual, edit)
        if len(parts) == 1:
            yield self._line(key, seconds, edit.article or usual, edit)
            return
        dearest = max(parts, key=lambda price: (price is not None, price or 0))
        for price, part in parts.items():
            of_part = (*key, "rate", price)
            if of_part not in self.edits:
                of_it = edit if price == dearest else edit._replace(off=Decimal(0))
                yield self._line(of_part, part, edit.article or usual, of_it)
                continue
            yield from self._by_rate(of_part, part, usual)

    def _rates(
        self, seconds: Mapping[int, int], article: CountedArticle | None, edit: Edit, vat: CountedVat | None = None
    ) -> dict[Decimal | None, dict[int, int]]:
        if edit.price is not None:
            return {edit.price: dict(seconds)}
        parts = defaultdict[Decimal | None, dict[int, int]](dict)
        for number, each in seconds.items():
            parts[self.terms.price_of(self.worked[number], article, vat or self.terms.usual)][number] = each
        return parts

    def _total(self, key: Key, vat: CountedVat, parts: Mapping[int | None, Mapping[int, int]]) -> Iterator[CountedLine]:
        edit = self.edits.get(key, _AS_IT_COMES)
        whole = {number: seconds for part in parts.values() for number, seconds in part.items()}
        one = edit.article or (self.terms.known.get(next(iter(parts)) or 0) if len(parts) == 1 else None)
        if len(parts) == 1:
            vat = self.terms.usual  # what has one article has the VAT that this, or another one chosen, says
        if (len(parts) == 1 or edit.article or edit.price is not None) and len(self._rates(whole, one, edit, vat)) == 1:
            yield self._line(key, whole, one, edit, vat)
            return
        if len(parts) > 1 and not edit.article:
            single = [(self.terms.known.get(article_id or 0), each) for article_id, each in parts.items()]
        else:
            single = [(one, whole)]
        made = [
            self._line((*key, article and article.id, price), part, article, _AS_IT_COMES, vat)
            for article, each in single
            for price, part in self._rates(each, article, _AS_IT_COMES, vat).items()
        ]
        yield from (line for line in made if not line.hours)
        if long := [line for line in made if line.hours]:
            amounts = [line.amount for line in long if line.amount is not None]
            yield CountedLine(
                key,
                {entry: seconds for line in long for entry, seconds in line.seconds.items()},
                sum((line.hours for line in long), Decimal(0)),
                edit.less(sum(amounts, Decimal(0)) if len(amounts) == len(long) else None, self.terms.places),
                long[0].vat,
                edit,
                is_total=len(long) > 1,
            )

    def _line(
        self,
        key: Key,
        seconds: Mapping[int, int],
        article: CountedArticle | None,
        edit: Edit,
        vat: CountedVat | None = None,
    ) -> CountedLine:
        vat = vat or self.terms.usual
        hours = rounded(Fraction(self.group.billed(seconds), 3600))
        price = edit.price
        if price is None:
            price = self.terms.price_of(self.worked[next(iter(seconds))], article, vat)
        amount = None if price is None else rounded(Fraction(hours) * Fraction(price), self.terms.places)
        said = (article.vat if article else None) or vat
        return CountedLine(
            key, dict(seconds), hours, edit.less(amount, self.terms.places), self.terms.vat_said(said), edit
        )


def part_of(work: Worked, begins: int, ends: int) -> Worked:
    """Some of its seconds, which count on the day of the whole."""
    start = work.start + timedelta(seconds=begins) if work.timed else work.start
    return work._replace(start=start, seconds=ends - begins, counts_on=work.day)


# What is on it


def _fits(entry: Worked, selection: Filter) -> bool:
    asked: list[tuple[Collection[object], bool]] = [
        (selection.services, entry.service_id in selection.services),
        (selection.tags, bool({*entry.tags.split()} & {*selection.tags})),
    ]
    return _is_chosen(entry, selection) and not entry.guessed and all(fits for wanted, fits in asked if wanted)


def _is_chosen(row: Worked | Spent, selection: Filter) -> bool:
    asked: list[tuple[Collection[object], bool]] = [
        (selection.projects, row.project_id in selection.projects),
        (selection.people, row.person_id in selection.people),
        (selection.text, selection.text.lower() in row.note.lower()),
    ]
    return row.billable and all(fits for wanted, fits in asked if wanted)


def _by_day(entry: Worked, layout: Layout) -> dict[date, int]:
    """How many of its seconds were worked on which day, where it was made."""
    seconds = entry.seconds
    if not entry.timed or not {Shared.DAY, Shared.WEEK} & {*layout.by} or not seconds:
        return {entry.day: seconds}
    there = ZoneInfo(entry.zone)

    def day_of(second: int) -> date:
        return (entry.start + timedelta(seconds=second)).astimezone(there).date()

    parts, begun = dict[date, int](), 0
    while begun < seconds:
        low, high = begun, seconds
        while high - low > 1:  # the last second of this day
            middle = (low + high) // 2
            low, high = (middle, high) if day_of(middle) == day_of(begun) else (low, middle)
        parts[day_of(begun)] = high - begun
        begun = high
    return parts


def _shared(key: int, entry: Worked, day: date, by: Iterable[Shared], week_start: int) -> Key:
    words = "" if entry.private else entry.note
    values = {
        Shared.PROJECT: entry.project_id,
        Shared.SERVICE: entry.service_id,
        Shared.PERSON: entry.person_id,
        Shared.DAY: day,
        Shared.WEEK: next(day - timedelta(n) for n in range(7) if (day - timedelta(n)).weekday() == week_start),
        Shared.TAG: frozenset() if entry.private else frozenset(entry.tags.lower().split()),
        Shared.NOTE: " ".join(words.lower().split()),
        Shared.ENTRY: key,
    }
    return tuple(values[each] for each in by)


def rounded(exact: Fraction | Decimal, places: int = 2) -> Decimal:
    """The nearest, halves away from zero."""
    nearest = floor(abs(Fraction(exact)) * 10**places + Fraction(1, 2))
    return Decimal(nearest if exact >= 0 else -nearest).scaleb(-places)
