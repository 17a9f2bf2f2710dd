"""Lines made of entries: what each group of them is billed as, and what is left out."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from operator import attrgetter
from typing import NamedTuple

from bot.billing.rules.billable import billable, reason_not
from bot.billing.rules.entries import Entries, UnbilledEntry
from bot.billing.rules.grouping import Grouping, GroupKey, Shared, of_article, of_rate, of_service, of_total
from bot.billing.rules.lines import AS_IT_COMES, LeftOut, Line, LineEdit, PartOfTotal
from bot.billing.rules.rate_list import Work
from bot.billing.rules.rates import CENT, PricedArticle
from bot.billing.rules.rounding import hours
from bot.billing.rules.tax import Vat
from bot.billing.rules.worth import Pricing, vat_of_article, worth


def make_lines(
    entries: Iterable[UnbilledEntry],
    grouping: Grouping,
    *,
    pricing: Pricing,
    edits: Mapping[GroupKey, LineEdit],
) -> tuple[list[Line], LeftOut]:
    """A line for each group of entries, or for each article in it, in no order of meaning, and what is left out."""
    worked, rest = billable(Entries.of(entries))
    facts = map(rest.column, ("seconds", "billable", "end_guessed"))
    left_out = Counter(filter(None, map(reason_not, *facts)))
    made = []
    for line in all_lines(worked, grouping, pricing=pricing, edits=edits):
        if line.hours:
            made.append(line)
        else:
            left_out["too_short"] += len(line.entries)
    return made, LeftOut(**left_out)


def all_lines(
    entries: Iterable[UnbilledEntry],
    grouping: Grouping,
    *,
    pricing: Pricing,
    edits: Mapping[GroupKey, LineEdit],
) -> list[Line]:
    """As `make_lines`, of entries that can be billed; with the lines that are too short to be one.

    Where that would be a part of an entry, it is not parted: all of an entry is billed, or nothing.
    """
    found, whole = Entries.of(entries), set[int]()
    while True:
        parts = _in_parts(found, grouping, whole)
        if grouping.has_days and not pricing.roundings.are_exact:
            pricing = replace(pricing, roundings=pricing.roundings.with_parts(parts))
        made = [line for group in _groups(parts, grouping, pricing, edits) for line in _lines(group, pricing, edits)]
        lost = {part.entry_id for line in made if not line.hours for part in line.entries if part.of_day}
        if not lost:
            return sorted(made, key=attrgetter("key"))
        whole |= lost


def _in_parts(entries: Entries, grouping: Grouping, whole: Collection[int]) -> Entries:
    """The entries as they stand on lines, but for those that stay whole."""
    if not grouping.has_days:
        return entries
    return Entries.of(
        part for entry in entries for part in ([entry] if entry.entry_id in whole else grouping.parts(entry))
    )


class _Part(NamedTuple):
    """Entries of one price, with the article that they are billed as."""

    article: PricedArticle | None
    price: int | None
    entries: Entries


class _Group(NamedTuple):
    """What stands on one line; of several parts, as 1 × their total."""

    key: GroupKey
    edit: LineEdit
    parts: Sequence[_Part]


def _groups(
    entries: Entries, grouping: Grouping, pricing: Pricing, edits: Mapping[GroupKey, LineEdit]
) -> Iterator[_Group]:
    """The groups, parted by articles and rates; where a total may stand for several, these are together."""
    services = {*entries.service_ids}
    kept = {} if Shared.SERVICE in grouping.shared else edits
    articles = {each: article_of(each, pricing, kept) for each in services}
    article_ids = {each: article.id if article else None for each, article in articles.items()}
    for key, group in grouping.groups(entries).items():
        if grouping.has_one_service:
            yield from _by_rate(key, articles[group.first.service_id], group, pricing, edits)
            continue
        by_article = group.together_by(map(article_ids.__getitem__, group.service_ids))
        parts = [(articles[each.first.service_id], each) for each in by_article.values()]
        yield from _parted(key, parts, pricing, edits, as_total=grouping.as_total)


def _by_rate(
    key: GroupKey,
    usual: PricedArticle | None,
    entries: Entries,
    pricing: Pricing,
    edits: Mapping[GroupKey, LineEdit],
) -> Iterator[_Group]:
    """What is billed as one article: a line for each of its rates. What was typed for all of it holds for each."""
    edit = edits.get(key, AS_IT_COMES)
    parts = _parts(edit.chosen_article(usual), entries, pricing, edit)
    if len(parts) == 1:
        yield _Group(key, edit, parts)
        return
    dearest = max(parts, key=lambda part: (part.price is not None, part.price or 0))
    for part in parts:
        of_part = of_rate(key, part.price)
        if of_part in edits:  # with another article it may have several rates again
            yield from _by_rate(of_part, usual, part.entries, pricing, edits)
        else:
            yield _Group(of_part, edit if part is dearest else edit.of_other_parts, [part])


def _parts(article: PricedArticle | None, entries: Entries, pricing: Pricing, edit: LineEdit) -> list[_Part]:
    """Entries by their rates; with one that a person typed for all of them they have no other."""
    if edit.rate_cents is not None or not pricing.rates.by_work:
        return [_Part(article, pricing.price(work_of(entries.first, pricing), article), entries)]
    columns = (entries.person_ids, entries.service_ids, entries.project_ids, entries.counted_days)
    facts = list(zip(*columns, strict=True))
    prices = {
        (who, service_id, project_id, day): pricing.price(
            Work(who, service_id, project_id, pricing.customer_id, day), article
        )
        for who, service_id, project_id, day in {*facts}  # few, also of 100,000 entries
    }
    by_price = entries.together_by(map(prices.__getitem__, facts))
    return [_Part(article, price, those) for price, those in by_price.items()]


def work_of(entry: UnbilledEntry, pricing: Pricing) -> Work:
    """Of a night all is worth what it is on the day on which it began, however lines are made."""
    day = entry.of_day or entry.day
    return Work(entry.person_id, entry.service_id, entry.project_id, pricing.customer_id, day)


def _parted(
    key: GroupKey,
    by_article: Iterable[tuple[PricedArticle | None, Entries]],
    pricing: Pricing,
    edits: Mapping[GroupKey, LineEdit],
    *,
    as_total: bool,
) -> Iterator[_Group]:
    """A group by article; or by VAT, where the total of several may stand on one line.

    Where Billomat decides the VAT, a line without an article may get the account's, so only that one is put together.
    """
    totals: dict[Vat | None, list[tuple[PricedArticle | None, Entries]]] = {}
    for article, entries in by_article:
        vat = vat_of_article(article, pricing)
        if as_total and (pricing.taxed or vat == pricing.vat):
            totals.setdefault(vat, []).append((article, entries))
        else:
            yield from _by_rate(of_article(key, article.id if article else None), article, entries, pricing, edits)
    for vat, together in totals.items():
        of_vat = of_total(key, f"{vat.name} {vat.rate}" if vat else "")
        edit = edits.get(of_vat, AS_IT_COMES)
        if len(together) == 1:
            article, entries = together[0]
            parts = _parts(edit.chosen_article(article), entries, pricing, edit)
        else:
            parts = [part for each in together for part in _parts(*each, pricing, AS_IT_COMES)]
        yield _Group(of_vat, edit, parts)


def article_of(service_id: int | None, pricing: Pricing, edits: Mapping[GroupKey, LineEdit]) -> PricedArticle | None:
    """The article of a service, or the one that this draft keeps for it."""
    if service_id is None:
        return None
    kept = edits.get(of_service(service_id), AS_IT_COMES)
    return kept.article if kept.article_kept else pricing.articles.get(service_id)


def _lines(group: _Group, pricing: Pricing, edits: Mapping[GroupKey, LineEdit]) -> list[Line]:
    """The line of a group, and beside it what of several parts is too short to be on it.

    With a rate that a person typed for all of it, or one that all has as an article they chose, its line is of hours.
    """
    key, edit, parts = group
    first = parts[0]
    if len(parts) == 1:
        return [_line(key, first, pricing, edit)]
    if edit.article or edit.rate_cents is not None:
        pricing = replace(pricing, vat=vat_of_article(first.article, pricing))
        entries = Entries.together([part.entries for part in parts]).by_days()
        parts = _parts(edit.article, entries, pricing, edit)
        if len(parts) == 1:
            return [_line(key, parts[0], pricing, edit)]
    of_part = [of_article(key, each.article.id if each.article else None) for each in parts]
    made = [_line(each, part, pricing, AS_IT_COMES) for each, part in zip(of_part, parts, strict=True)]
    long = [line for line in made if line.hours]
    # Above a budget, such a line stands on the draft all the same, with what was typed for it.
    short = [replace(line, edit=edits.get(line.key, AS_IT_COMES)) for line in made if not line.hours]
    if len(long) < 2:
        return [*(_reduced(replace(line, key=key), edit) for line in long), *short]
    return [_total(key, long, edit), *short]


def _reduced(line: Line, edit: LineEdit) -> Line:
    """A line with what a person wants different on it, of which only what is taken off changes its amount."""
    cents = line.amount_cents
    return replace(line, edit=edit, amount_cents=None if cents is None else edit.reduction.less(cents, line.smallest))


def _total(key: GroupKey, lines: Sequence[Line], edit: LineEdit) -> Line:
    """1 × what several lines come to; each of them is rounded, as if it stood alone."""
    entries = Entries.together([line.entries for line in lines]).by_days()
    amounts = [line.amount_cents for line in lines if line.amount_cents is not None]
    cents = sum(amounts) if len(amounts) == len(lines) else None
    first = entries.first
    has_project, has_service = _have_in_common(entries, "project_id"), _have_in_common(entries, "service_id")
    return Line(
        key=key,
        project_id=first.project_id if has_project else None,
        project=first.project if has_project else None,
        service_id=first.service_id if has_service else None,
        service=first.service if has_service else None,
        entries=entries,
        seconds=sum(line.seconds for line in lines),
        hours=sum(line.hours for line in lines),
        article=None,
        unit_price=None if cents is None else cents * CENT,
        amount_cents=None if cents is None else edit.reduction.less(cents, lines[0].smallest),
        vat=lines[0].vat,
        edit=edit,
        smallest=lines[0].smallest,
        parts=tuple(PartOfTotal(line.article, line.hours, line.unit_price, line.entries) for line in lines),
    )


def _line(key: GroupKey, part: _Part, pricing: Pricing, edit: LineEdit) -> Line:
    article, price, entries = part
    first = entries.first
    has_project, has_service = _have_in_common(entries, "project_id"), _have_in_common(entries, "service_id")
    seconds = sum(entries.seconds)
    billed = hours(seconds if pricing.roundings.are_exact else pricing.roundings.billed(entries))
    priced = worth(article, billed, price, pricing, edit=edit)
    cents = priced.amount_cents
    return Line(
        key=key,
        project_id=first.project_id if has_project else None,
        project=first.project if has_project else None,
        service_id=first.service_id if has_service else None,
        service=first.service if has_service else None,
        entries=entries,
        seconds=seconds,
        hours=billed,
        article=article,
        unit_price=priced.unit_price,
        amount_cents=None if cents is None else edit.reduction.less(cents, pricing.smallest),
        vat=priced.vat,
        edit=edit,
        smallest=pricing.smallest,
    )


def _have_in_common(entries: Entries, name: str) -> bool:
    """Whether this field is the same of all."""
    return len({*entries.column(name)}) == 1
