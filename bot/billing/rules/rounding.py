"""How time becomes hours, and hours become an amount.

What is billed of each entry, of each day or of a line may be rounded to full minutes; what was worked never changes.
The seconds of a line are then added and rounded to hundredths of an hour once, and the amount is made from those hours,
so that anybody who multiplies the printed figures gets the printed amount. Amounts are cents, prices ten-thousandths,
hours hundredths of an hour; all are integers, and rounded half up by one function.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from functools import cached_property
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from pydantic import TypeAdapter

from bot.billing.rules.entries import Entries, UnbilledEntry
from bot.core.money import half_up

STEPS = (1, 3, 5, 6, 10, 15, 30, 60)
"""Minutes that are rounded to."""
LONGEST_MINIMUM = 24 * 60
MINUTE = 60
HUNDREDTH = 36
"""Seconds of a hundredth of an hour."""
SHORTEST_LINE = 18
"""Seconds: less than half a hundredth of an hour is none, and so on no line."""


def hours(seconds: int) -> int:
    """Hundredths of an hour: 26,100 s are 725."""
    return half_up(seconds, HUNDREDTH)


def amount(hours: int, price: int, smallest: int = 1) -> int:
    """Cents for so many hundredths of an hour at a price in ten-thousandths: 100 h at 33.3333 are 3,333.33.

    `smallest`: of what they are a multiple; see `core.money.smallest`.
    """
    return half_up(hours * price, 10_000, to=smallest)


class Way(StrEnum):
    """To which side time is rounded."""

    NONE = "none"
    UP = "up"
    DOWN = "down"
    NEAREST = "nearest"


class Per(StrEnum):
    """What is rounded as one: each entry, each day of a person on a line, or all of a line."""

    ENTRY = "entry"
    DAY = "day"
    LINE = "line"


@dataclass(frozen=True, slots=True)
class Rounding:
    """How time is rounded that is billed: to so many minutes, and to at least so many."""

    way: Way = Way.NONE
    step: int = 15
    per: Per = Per.ENTRY
    minimum: int = 0

    @property
    def is_exact(self) -> bool:
        """Whether it leaves all time as it is."""
        return self.way is Way.NONE and not self.minimum

    def rounded(self, seconds: int) -> int:
        """What is billed of so many seconds that are rounded as one. No time stays none; a minimum is a full step too.

        "Up" never makes less of them, and leaves a full step as it is.
        """
        if seconds <= 0:
            return seconds
        least, step = self.minimum * MINUTE, self.step * MINUTE
        if self.way is Way.NONE:
            return max(seconds, least)
        least = -(-least // step) * step
        if self.way is Way.UP:
            billed = -(-seconds // step) * step
        else:
            billed = (seconds if self.way is Way.DOWN else seconds + step // 2) // step * step  # a step is even
        return billed if billed > least else least


EXACT = Rounding()
_ROUNDING: TypeAdapter[Rounding] = TypeAdapter(Rounding)


def dump_rounding(rounding: Rounding) -> str:
    """A rounding as the database keeps it; what makes no difference is left out."""
    if rounding.way is Way.NONE:
        rounding = replace(rounding, step=EXACT.step)
    if rounding.is_exact:
        rounding = EXACT
    return _ROUNDING.dump_json(rounding, exclude_defaults=True).decode()


def read_rounding(value: str) -> Rounding:
    """What `dump_rounding` made. Raises ValueError."""
    rounding = _ROUNDING.validate_json(value)
    if rounding.step not in STEPS or not 0 <= rounding.minimum <= LONGEST_MINIMUM:
        raise ValueError(value)
    return rounding


class OpenEntries(NamedTuple):
    """Entries of one person and day that are equally long, on what would be a line, and how many there are."""

    customer_id: int
    project_id: int | None
    service_id: int | None
    person_id: int
    day: date
    seconds: int
    entries: int


def billed_of(rounding: Rounding, line: Iterable[OpenEntries]) -> int:
    """The seconds that are billed of the entries of a line, none of which is divided."""
    if rounding.per is Per.ENTRY:
        return sum(rounding.rounded(each.seconds) * each.entries for each in line)
    together = defaultdict[object, int](int)
    for each in line:
        key = (each.person_id, each.day) if rounding.per is Per.DAY else None
        together[key] += each.seconds * each.entries
    return sum(map(rounding.rounded, together.values()))


def chosen_rounding(customer: str, workspace: str) -> Rounding:
    """The rounding that is kept for a customer, else for all; empty texts are none."""
    kept = customer or workspace
    return read_rounding(kept) if kept else EXACT


@dataclass(frozen=True, slots=True)
class Roundings:
    """The rounding of a customer's time, and those of projects that have one of their own."""

    usual: Rounding = EXACT
    of_projects: Mapping[int, Rounding] = field(default_factory=dict)
    of_parts: Mapping[tuple[int, date], int] = field(default_factory=dict)
    """What is billed of the parts of entries that are rounded as one, by the entry and the part's day."""

    @property
    def are_exact(self) -> bool:
        """Whether no time is rounded."""
        return self.usual.is_exact and all(each.is_exact for each in self.of_projects.values())

    def of(self, project_id: int | None) -> Rounding:
        """What holds for a project, or for time without one."""
        return self.usual if project_id is None else self.of_projects.get(project_id, self.usual)

    def billed(self, entries: Iterable[UnbilledEntry]) -> int:
        """The seconds that are billed of entries that stand on one line."""
        return LineTime(entries).billed(self)

    def with_parts(self, entries: Iterable[UnbilledEntry]) -> "Roundings":
        """The same where some entries stand on several lines: each of them is rounded once."""
        parts = (entry for entry in entries if entry.of_day is not None and self.of(entry.project_id).per is Per.ENTRY)
        of_parts: dict[tuple[int, date], int] = {}
        for entry_id, of_entry in groupby(sorted(parts, key=attrgetter("entry_id", "day")), attrgetter("entry_id")):
            for day, seconds in self._divided(list(of_entry)):
                of_parts[entry_id, day] = seconds
        return replace(self, of_parts=of_parts)

    def _divided(self, parts: list[UnbilledEntry]) -> Iterator[tuple[date, int]]:
        """What rounding adds belongs to the day on which an entry began; what it takes away is taken from there on."""
        worked = [part.seconds or 0 for part in parts]
        more = self.of(parts[0].project_id).rounded(sum(worked)) - sum(worked)
        for part, seconds in zip(parts, worked, strict=True):
            billed = max(0, seconds + more)
            more -= billed - seconds
            yield part.day, billed


class _ProjectTime:
    """The entries of one project on a line, added up once as any rounding needs it."""

    def __init__(self, entries: Entries) -> None:
        self._entries = entries

    @cached_property
    def seconds(self) -> int:
        """Of all."""
        return sum(self._entries.seconds)

    @cached_property
    def days(self) -> Mapping[tuple[int, date], int]:
        """By person and day."""
        found, theirs = defaultdict[tuple[int, date], int](int), self._entries
        for who, day, seconds in zip(theirs.person_ids, theirs.days, theirs.seconds, strict=True):
            found[who, day] += seconds
        return found

    @cached_property
    def day_lengths(self) -> Mapping[int, int]:
        """How many of these are so long."""
        return Counter(self.days.values())

    @cached_property
    def lengths(self) -> Mapping[int, int]:
        """How many entries, of which nothing is on another line, are so long."""
        _, whole = self._entries.parted(self._entries.column("of_day"))
        return Counter(whole.seconds)

    @cached_property
    def parts(self) -> Sequence[tuple[int, date]]:
        """Those of which something is."""
        parts, _ = self._entries.parted(self._entries.column("of_day"))
        return list(zip(parts.ids, parts.days, strict=True))


class LineTime:
    """The time on a line, of which can be said what any rounding makes of it."""

    def __init__(self, entries: Iterable[UnbilledEntry]) -> None:
        """Entries, and parts of some."""
        found = Entries.of(entries)
        of_projects = found.together_by(found.project_ids)
        self._of_projects = {project_id: _ProjectTime(theirs) for project_id, theirs in of_projects.items()}

    def billed(self, roundings: Roundings) -> int:
        """The seconds that are billed: what has the same rule is rounded together, also of several projects."""
        by_rule: dict[Rounding, list[_ProjectTime]] = {}
        for project_id, time in self._of_projects.items():
            by_rule.setdefault(roundings.of(project_id), []).append(time)
        return sum(_billed_by(rule, times, roundings) for rule, times in by_rule.items())


def _billed_by(rule: Rounding, times: Sequence[_ProjectTime], roundings: Roundings) -> int:
    if rule.is_exact:
        return sum(time.seconds for time in times)
    if rule.per is Per.LINE:
        return rule.rounded(sum(time.seconds for time in times))
    if rule.per is Per.ENTRY:
        parts = sum(roundings.of_parts[part] for time in times for part in time.parts)
        return parts + sum(_rounded(rule, time.lengths) for time in times)
    if len(times) == 1:
        return _rounded(rule, times[0].day_lengths)
    days = Counter[tuple[int, date]]()
    for time in times:
        days.update(time.days)
    return sum(map(rule.rounded, days.values()))


def _rounded(rule: Rounding, lengths: Mapping[int, int]) -> int:
    return sum(rule.rounded(length) * count for length, count in lengths.items())


ALL_EXACT = Roundings()
