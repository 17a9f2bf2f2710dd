"""What somebody saw of an invoice, and what is different by now: entries, prices, texts."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import NamedTuple

from bot.billing.rules.entries import Entries
from bot.billing.rules.expenses import UnbilledExpense, is_expense
from bot.billing.rules.grouping import GroupKey
from bot.core.money import half_up


class SeenEntry(NamedTuple):
    """An entry as it was when somebody looked at it; or an expense, with its id and the amount that was typed."""

    entry_id: int
    day: date
    seconds: int
    note: str
    cents: int = 0
    """Of an expense; see `is_expense` of the line that it is on."""


@dataclass(frozen=True, slots=True)
class SeenEntries:
    """The entries of a line as somebody saw them, in columns: a year has 100,000, and rows of them are rarely read."""

    ids: Sequence[int]
    days: Sequence[date]
    seconds: Sequence[int]
    notes: Sequence[str]
    cents: Sequence[int]

    def __iter__(self) -> Iterator[SeenEntry]:
        """Each of them."""
        return map(SeenEntry, self.ids, self.days, self.seconds, self.notes, self.cents)


class SeenLine(NamedTuple):
    """A line as it was shown. `price` is in ten-thousandths, None without one.

    The rest are digests: of both texts, of what a person changed on the line, and of its unit, article and tax.
    """

    key: GroupKey
    name: str
    price: int | None
    title: str
    description: str
    edit: str
    terms: str
    amount: int | None
    """In cents; None without a price, and where it was shown before this was kept."""
    hourly: bool
    """That is its price for the exact time, but for two decimals: not rounded otherwise, and no total."""
    entries: SeenEntries


@dataclass(frozen=True, slots=True)
class EntryChanges:
    """What is different about the entries of a line since somebody saw them."""

    new: tuple[SeenEntry, ...] = ()
    gone: tuple[SeenEntry, ...] = ()
    changed: tuple[tuple[SeenEntry, SeenEntry], ...] = ()
    """As it was, and as it is."""
    cents: Mapping[int, int] = field(default_factory=dict)
    """By how much each makes the line more, by its id; of a rounded line only where it is one entry."""

    @property
    def count(self) -> int:
        """How many."""
        return len(self.new) + len(self.gone) + len(self.changed)

    def __bool__(self) -> bool:
        """Whether anything is."""
        return bool(self.new or self.gone or self.changed)


@dataclass(frozen=True, slots=True)
class LineChange:
    """What is different about a line since somebody saw it; `prices` are those before and now, if they differ."""

    name: str
    is_new: bool = False
    is_gone: bool = False
    prices: tuple[int | None, int | None] | None = None
    amounts: tuple[int, int] | None = None
    """In cents, before and now, if they differ; nothing is 0."""
    has_other_texts: bool = False
    """Or another article or tax; not said where the text only follows the entries."""
    entries: EntryChanges = EntryChanges()
    is_time: bool = True
    """False: it is an expense."""


def seen_entries(entries: Entries) -> SeenEntries:
    """Entries as somebody sees them now."""
    return SeenEntries(entries.ids, entries.days, entries.seconds, entries.notes, [0] * len(entries))


def seen_expense(expense: UnbilledExpense) -> SeenEntries:
    """An expense as somebody sees it now."""
    return SeenEntries([expense.expense_id], [expense.day], [0], [expense.note], [expense.amount_cents])


def entry_changes(before: Iterable[SeenEntry], now: Iterable[SeenEntry]) -> EntryChanges:
    """What is different now, each in the order of its days."""
    known, there = ({entry.entry_id: entry for entry in entries} for entries in (before, now))
    return EntryChanges(
        new=_by_day(entry for key, entry in there.items() if key not in known),
        gone=_by_day(entry for key, entry in known.items() if key not in there),
        changed=tuple((known[key], entry) for key, entry in there.items() if key in known and known[key] != entry),
    )


def line_changes(before: Sequence[SeenLine], now: Sequence[SeenLine], *, smallest: int = 1) -> list[LineChange]:
    """What is different now, line by line: those that are there in their order, then those that are gone.

    `smallest` is of what all amounts are multiples; see `core.money.smallest`.
    """
    known, there = ({line.key: line for line in lines} for lines in (before, now))
    compared = [
        _compared(known[key], line, smallest) if key in known else _added(line, smallest) for key, line in there.items()
    ]
    gone = [_gone(line) for key, line in known.items() if key not in there]
    return [change for change in (*compared, *gone) if change != LineChange(change.name, is_time=change.is_time)]


def is_reordered(before: Sequence[SeenLine], now: Sequence[SeenLine]) -> bool:
    """Whether lines that were there and still are stand in another order."""
    both = {line.key for line in before} & {line.key for line in now}
    were, are = ([line.key for line in lines if line.key in both] for lines in (before, now))
    return were != are


def price_changes(
    before: Mapping[GroupKey, int | None], now: Mapping[GroupKey, int | None]
) -> dict[GroupKey, int | None]:
    """The prices that were, of the lines that have another one now."""
    return {key: before[key] for key, price in now.items() if key in before and before[key] != price}


def _added(line: SeenLine, smallest: int) -> LineChange:
    is_time = not is_expense(line.key)
    changes = EntryChanges(new=tuple(line.entries) if is_time else ())
    nothing = line._replace(amount=None if line.amount is None else 0)
    return LineChange(
        line.name,
        is_new=True,
        amounts=_amounts(nothing, line),
        entries=replace(changes, cents=_cents(nothing, line, changes, smallest)),
        is_time=is_time,
    )


def _gone(line: SeenLine) -> LineChange:
    return LineChange(line.name, is_gone=True, amounts=_amounts(line, line._replace(amount=0)))


def _amounts(before: SeenLine, now: SeenLine) -> tuple[int, int] | None:
    if before.amount is None or now.amount is None or before.amount == now.amount:
        return None
    return before.amount, now.amount


def _cents(before: SeenLine, now: SeenLine, changes: EntryChanges, smallest: int) -> dict[int, int]:
    """What each entry makes more. One alone makes all of the difference; of several each counts at the hour's price."""
    if before.amount is None or now.amount is None or not changes:
        return {}
    changed = {entry.entry_id: (was, entry) for was, entry in changes.changed}
    all_ids = [*changed, *(each.entry_id for each in (*changes.new, *changes.gone))]
    if changes.count == 1 and before.price == now.price:
        return {all_ids[0]: now.amount - before.amount}
    if not (before.hourly and now.hourly) or before.price is None or now.price is None:
        return {}

    def worth(entry: SeenEntry, line: SeenLine) -> int:
        """Of its exact time at the line's price of an hour, in ten-thousandths."""
        return half_up(entry.seconds * (line.price or 0), 3600 * 100, to=smallest)

    return {
        **{key: worth(entry, now) - worth(was, before) for key, (was, entry) in changed.items()},
        **{each.entry_id: worth(each, now) for each in changes.new},
        **{each.entry_id: -worth(each, before) for each in changes.gone},
    }


def _compared(before: SeenLine, now: SeenLine, smallest: int) -> LineChange:
    is_time = not is_expense(now.key)
    is_same = not is_time or before.entries == now.entries  # as nearly always, which is soon known
    entries = EntryChanges() if is_same else entry_changes(before.entries, now.entries)
    if entries:
        entries = replace(entries, cents=_cents(before, now, entries, smallest))
    return LineChange(
        now.name,
        prices=(before.price, now.price) if before.price != now.price else None,
        amounts=_amounts(before, now),
        has_other_texts=_worded(before) != _worded(now) and not entries,
        entries=entries,
        is_time=is_time,
    )


def _worded(line: SeenLine) -> tuple[str, str, str]:
    return line.title, line.description, line.terms


def _by_day(entries: Iterable[SeenEntry]) -> tuple[SeenEntry, ...]:
    return tuple(sorted(entries, key=lambda entry: (entry.day, entry.entry_id)))
