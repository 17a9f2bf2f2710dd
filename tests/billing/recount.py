"""An invoice counted over by hand: from what was written down alone, second by second, and without the bot's rules."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.billing.rules.grouping import Shared
from bot.billing.rules.layout import Layout
from bot.tracking.rules.filters import Filter

_CENT = Decimal("0.01")


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

    @property
    def day(self) -> date:
        """Where it was made."""
        return self.start.astimezone(ZoneInfo(self.zone)).date()


class CountedLine(NamedTuple):
    """A line: its seconds by entry, and what it costs."""

    seconds: Mapping[int, int]
    hours: Decimal
    amount: Decimal


def counted_lines(
    worked: Mapping[int, Worked], layout: Layout, prices: Mapping[int | None, Decimal], *, week_start: int
) -> list[CountedLine]:
    """The lines that these entries make, which can all be billed, at the price of an hour of each service."""
    whole = set[int]()
    while True:
        lines: dict[tuple[object, ...], dict[int, int]] = defaultdict(lambda: defaultdict(int))
        for key, entry in worked.items():
            for day, seconds in ({entry.day: entry.seconds} if key in whole else _by_day(entry, layout)).items():
                lines[(*_shared(key, entry, day, layout.by, week_start), _article(entry, layout))][key] += seconds
        short = [line for line in lines.values() if not _hours(line)]
        lost = {key for line in short for key in line if line[key] != worked[key].seconds}
        if not lost:
            break
        whole |= lost
    made: dict[object, list[CountedLine]] = defaultdict(list)
    for key, line in lines.items():
        price, hours = prices[worked[next(iter(line))].service_id], _hours(line)
        if hours:
            together = key[:-1] if layout.as_total else key
            made[together].append(CountedLine(dict(line), hours, _rounded(hours * price)))
    return [_total(parts) for parts in made.values()]


def chosen(worked: Mapping[int, Worked], first: date, last: date, selection: Filter) -> dict[int, Worked]:
    """What of it is about these days and in the selection, and can be billed."""
    return {key: entry for key, entry in worked.items() if first <= entry.day <= last and _fits(entry, selection)}


def net_of(lines: Iterable[CountedLine], reduction: Decimal) -> Decimal:
    """The sum of the lines, less what is taken off; all of them have the same VAT."""
    return _rounded(sum((line.amount for line in lines), Decimal(0)) * (1 - reduction))


def gross_of(net: Decimal, vat: Decimal) -> Decimal:
    """With VAT."""
    return net + _rounded(net * vat)


def _total(parts: Iterable[CountedLine]) -> CountedLine:
    seconds, hours, amounts = zip(*parts, strict=True)
    return CountedLine({key: each[key] for each in seconds for key in each}, sum(hours), sum(amounts))


def _fits(entry: Worked, selection: Filter) -> bool:
    can_be_billed = entry.billable and not entry.guessed
    asked: list[tuple[Collection[object], bool]] = [
        (selection.projects, entry.project_id in selection.projects),
        (selection.services, entry.service_id in selection.services),
        (selection.people, entry.person_id in selection.people),
        (selection.tags, bool({*entry.tags.split()} & {*selection.tags})),
        (selection.text, selection.text.lower() in entry.note.lower()),
    ]
    return can_be_billed and all(fits for wanted, fits in asked if wanted)


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


def _shared(key: int, entry: Worked, day: date, by: Iterable[Shared], week_start: int) -> tuple[object, ...]:
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


def _article(entry: Worked, layout: Layout) -> object:
    """What parts a line where the layout leaves it open: the first service alone has an article."""
    return None if {Shared.SERVICE, Shared.ENTRY} & {*layout.by} else entry.service_id == 1


def _hours(line: Mapping[int, int]) -> Decimal:
    return _rounded(Decimal(sum(line.values())) / 3600)


def _rounded(exact: Decimal) -> Decimal:
    return exact.quantize(_CENT, ROUND_HALF_UP)
