"""Entries that can be billed: each for itself, all of them in columns, and what of one was worked on which day."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property, lru_cache
from itertools import chain, compress
from operator import eq, itemgetter, not_
from typing import Any, NamedTuple, TypeVar, overload
from zoneinfo import ZoneInfo

Key = TypeVar("Key", bound=Hashable)
_INSTANT = timedelta(microseconds=1)


class Details(NamedTuple):
    """When and as what an entry was worked, which few lines say."""

    started_at: datetime | None = None
    ended_at: datetime | None = None
    zone: str = "UTC"
    timed: bool = False
    """Whether it was worked at that time; else only how long, on this day."""
    tags: str = ""
    """Joined by spaces; none where its note is kept from the customer."""


class UnbilledEntry(NamedTuple):
    """An entry that stands on no draft, as far as lines are made of it. `seconds` is None while its timer runs.

    A year has 100,000, so what few lines say is read where it is said: else `details` is None.
    """

    entry_id: int
    project_id: int | None
    project: str | None
    service_id: int | None
    service: str | None
    seconds: int | None
    day: date
    note: str
    end_guessed: bool
    billable: bool
    person_id: int = 0
    person: str = ""
    details: Details | None = Details()
    of_day: date | None = None
    """Of a part of an entry: the day that all of it counts on."""

    @property
    def known(self) -> Details:
        """Its details. Raises LookupError where they were not read."""
        if self.details is None:
            raise LookupError(f"the details of entry {self.entry_id} were not read")
        return self.details

    @property
    def after_midnight(self) -> int:
        """Seconds of it on the next day, where it was made: it belongs to the day on which it began."""
        known = self.known
        if known.ended_at is None or not known.timed:
            return 0
        return max(0, int((known.ended_at - self.midnight).total_seconds()))

    @property
    def midnight(self) -> datetime:
        """The end of its day, where it was made."""
        return midnight_after(self.day, self.known.zone)

    @property
    def last_day(self) -> date:
        """The last day on which it was worked; a day's work may end two later where one of them has 23 hours."""
        over, ended = self.after_midnight, self.known.ended_at
        return (ended - _INSTANT).astimezone(ZoneInfo(self.known.zone)).date() if over and ended else self.day


_PLACES = {name: place for place, name in enumerate(UnbilledEntry._fields)}


@lru_cache(4096)
def midnight_after(day: date, zone: str) -> datetime:
    """The end of a day there; many entries have the same."""
    return datetime.combine(day + timedelta(days=1), time(), ZoneInfo(zone)).astimezone(UTC)


class LookedUp:
    """A column that says what these keys stand for, such as names for ids: few ask, so it is looked up for them."""

    def __init__(self, keys: Sequence[Any], values: Mapping[Any, Any]) -> None:
        """`values` by keys; None for whatever is not among them."""
        self._keys, self._values = keys, values

    def __getitem__(self, row: int) -> Any:
        return self._values.get(self._keys[row])

    def picked(self, pick: Callable[[Sequence[Any]], Sequence[Any]]) -> list[Any]:
        """The values of those keys that are picked."""
        return list(map(self._values.get, pick(self._keys)))


class Entries(Sequence[UnbilledEntry]):
    """Entries that were read together, a column for each of their fields.

    An invoice may have 200,000, so an entry is made only for whoever looks at it. What goes through all of them asks
    for a column: a field of each, in the order of the entries.
    """

    def __init__(
        self, columns: Sequence["Sequence[Any] | LookedUp"], at: Sequence[int] | None = None, *, by_days: bool = False
    ) -> None:
        """The columns are in the order of the fields of `UnbilledEntry`; `at`: which rows of them, None: all.

        `by_days`: they are in the order of `by_days` already.
        """
        self._columns, self._at, self._is_by_days = columns, at, by_days
        self._picked: dict[str, Sequence[Any]] = {}

    @classmethod
    def of(cls, entries: Iterable[UnbilledEntry]) -> "Entries":
        """Entries that were made one by one; those in columns as they are."""
        if isinstance(entries, Entries):
            return entries
        return cls(list(zip(*entries, strict=True)) or [()] * len(UnbilledEntry._fields))

    @classmethod
    def of_columns(cls, *, by_days: bool, **columns: "Sequence[Any] | LookedUp") -> "Entries":
        """Entries of which these are all the fields, by their names; `by_days`: in that order already."""
        return cls([columns[name] for name in UnbilledEntry._fields], by_days=by_days)

    @classmethod
    def together(cls, parts: Sequence["Entries"]) -> "Entries":
        """All entries of these, one after the other."""
        return cls([list(chain.from_iterable(part.column(name) for part in parts)) for name in UnbilledEntry._fields])

    def column(self, name: str) -> Sequence[Any]:
        """The field of that name of each entry."""
        picked = self._picked.get(name)
        if picked is None:
            whole = self._columns[_PLACES[name]]
            picked = whole.picked(self._pick) if isinstance(whole, LookedUp) else self._pick(whole)
            self._picked[name] = picked
        return picked

    @cached_property
    def _pick(self) -> Callable[[Sequence[Any]], Sequence[Any]]:
        """Takes from a whole column what is here, in a fifth of the time that a loop takes."""
        if self._at is None:
            return _all_of
        if len(self._at) > 1:
            return itemgetter(*self._at)
        return lambda whole: [whole[row] for row in self._at or ()]  # itemgetter makes no row of a single one

    @property
    def _rows(self) -> Sequence[int]:
        """Which rows of the columns are here."""
        return range(len(self)) if self._at is None else self._at

    @property
    def ids(self) -> Sequence[int]:
        """Of a divided entry each part has its id."""
        return self.column("entry_id")

    @property
    def project_ids(self) -> Sequence[int | None]:
        """None for work without a project."""
        return self.column("project_id")

    @property
    def service_ids(self) -> Sequence[int | None]:
        """None for work without a service."""
        return self.column("service_id")

    @property
    def person_ids(self) -> Sequence[int]:
        """Who worked."""
        return self.column("person_id")

    @property
    def seconds(self) -> Sequence[int]:
        """How long; 0 for a timer that runs."""
        seconds = self.column("seconds")
        return seconds if all(seconds) else [each or 0 for each in seconds]

    @property
    def days(self) -> Sequence[date]:
        """On which each was worked."""
        return self.column("day")

    @property
    def counted_days(self) -> Sequence[date]:
        """On which each counts: of a part of an entry that is the day on which the entry began."""
        whole = self.column("of_day")
        return [of_day or day for of_day, day in zip(whole, self.days, strict=True)] if any(whole) else self.days

    @property
    def notes(self) -> Sequence[str]:
        """What the customer may read of each."""
        return self.column("note")

    @property
    def have_details(self) -> bool:
        """Whether they were read with their details."""
        return all(self.column("details"))

    def named(self, what: str) -> dict[Any, str | None]:
        """What the projects, services or people are called that are among them, by their ids."""
        return dict(zip(self.column(f"{what}_id"), self.column(what), strict=True))

    def picked(self, at: Sequence[int]) -> "Entries":
        """Those at these places, in that order."""
        return Entries(self._columns, at if self._at is None else [self._at[each] for each in at])

    def together_by(self, values: Iterable[Key]) -> "dict[Key, Entries]":
        """Those that have the same of these values, which are in the order of the entries; each keep that order."""
        rows = defaultdict[Key, list[int]](list)
        for row, value in zip(self._rows, values, strict=True):
            rows[value].append(row)
        return {value: Entries(self._columns, at) for value, at in rows.items()}

    def parted(self, flags: Sequence[bool]) -> tuple["Entries", "Entries"]:
        """Those whose flag is set, and the others."""
        if all(flags):  # as mostly: then nobody has to pick
            return self, NO_ENTRIES
        both = (list(compress(self._rows, flags)), list(compress(self._rows, map(not_, flags))))
        those, others = (Entries(self._columns, at, by_days=self._is_by_days) for at in both)
        return those, others

    @cached_property
    def as_billable(self) -> tuple["Entries", "Entries"]:
        """Those that can be billed, and those that run, are not billable or whose end is a guess."""
        seconds, can, guessed = map(self.column, ("seconds", "billable", "end_guessed"))
        if None not in seconds and not any(guessed):  # as mostly: nobody has to look at each
            return self.parted(can)
        return self.parted(
            [
                length is not None and flag and not guess
                for length, flag, guess in zip(seconds, can, guessed, strict=True)
            ]
        )

    @cached_property
    def first(self) -> UnbilledEntry:
        """What they have in common is read from it. Raises IndexError where there are none."""
        return self[0]

    def by_days(self) -> "Entries":
        """In the order of their days, and of one day in that in which they were written."""
        if self._is_by_days:
            return self
        written = sorted(range(len(self)), key=self.ids.__getitem__)
        return self.picked(sorted(written, key=self.days.__getitem__))

    def __len__(self) -> int:
        return len(self.ids if self._at is None else self._at)

    def __iter__(self) -> Iterator[UnbilledEntry]:
        return map(UnbilledEntry._make, zip(*map(self.column, UnbilledEntry._fields), strict=True))

    @overload
    def __getitem__(self, at: int) -> UnbilledEntry: ...
    @overload
    def __getitem__(self, at: slice) -> "Entries": ...
    def __getitem__(self, at: int | slice) -> "UnbilledEntry | Entries":
        if isinstance(at, slice):
            return self.picked(range(len(self))[at])
        row = at if self._at is None else self._at[at]
        return UnbilledEntry._make([column[row] for column in self._columns])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and len(self) == len(other) and all(map(eq, self, other))

    def __hash__(self) -> int:
        return hash(tuple(self.ids))


def _all_of(whole: Sequence[Any]) -> Sequence[Any]:
    return whole


NO_ENTRIES = Entries.of(())


def by_day(entry: UnbilledEntry) -> list[UnbilledEntry]:
    """An entry in parts, each with what of it was worked on one day where it was made."""
    parts, rest = list[UnbilledEntry](), entry
    while over := min(rest.after_midnight, rest.seconds or 0):
        midnight, worked = rest.midnight, (rest.seconds or 0) - over
        until, since = rest.known._replace(ended_at=midnight), rest.known._replace(started_at=midnight)
        parts.append(rest._replace(seconds=worked, details=until, of_day=entry.day))
        next_day = rest.day + timedelta(days=1)
        rest = rest._replace(day=next_day, seconds=over, details=since, of_day=entry.day)
    return [part for part in (*parts, rest) if part.seconds] or [entry]


def joined(parts: Sequence[UnbilledEntry]) -> UnbilledEntry:
    """Parts of an entry that follow each other, as one."""
    details = parts[0].known._replace(ended_at=parts[-1].known.ended_at)
    return parts[0]._replace(seconds=sum(part.seconds or 0 for part in parts), details=details)
