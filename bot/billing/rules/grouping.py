"""Which entries stand together on one line of an invoice."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from operator import attrgetter
from typing import NamedTuple, NewType
from urllib.parse import parse_qsl, urlencode
from zoneinfo import ZoneInfo

GroupKey = NewType("GroupKey", str)
"""What the entries of one group share, as text: project=3&service=7.

It is the same for the same group at any time: what people changed on a line is stored under it, and the line's form
holds it. Nobody else takes it apart; it is only compared.
"""


class UnbilledEntry(NamedTuple):
    """An entry that stands on no draft, as far as billing looks at it. `seconds` is None while its timer runs."""

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
    ended_at: datetime | None = None
    zone: str = "UTC"
    timed: bool = False
    """Whether it was worked at that time; else only how long, on this day."""

    @property
    def after_midnight(self) -> int:
        """Seconds of it on the next day, where it was made: it belongs to the day on which it began."""
        if self.ended_at is None or not self.timed:
            return 0
        midnight = datetime.combine(self.day + timedelta(days=1), time(), ZoneInfo(self.zone))
        return max(0, int((self.ended_at - midnight.astimezone(UTC)).total_seconds()))

    @property
    def last_day(self) -> date:
        """The last day on which it was worked."""
        return self.day + timedelta(days=1) if self.after_midnight else self.day


class Shared(StrEnum):
    """What entries can have in common."""

    PROJECT = "project"
    SERVICE = "service"


_VALUES = {Shared.PROJECT: attrgetter("project_id"), Shared.SERVICE: attrgetter("service_id")}


@dataclass(frozen=True, slots=True)
class Grouping:
    """How entries are put together: those that share all of this make one line."""

    shared: tuple[Shared, ...]

    def groups(self, entries: Iterable[UnbilledEntry]) -> dict[GroupKey, list[UnbilledEntry]]:
        """The entries by group; within each by day, so that the order in which they were found changes nothing."""
        together: dict[tuple[int | None, ...], list[UnbilledEntry]] = {}
        for entry in sorted(entries, key=attrgetter("day", "entry_id")):
            together.setdefault(self._values(entry), []).append(entry)
        return {self._key(values): group for values, group in together.items()}

    def moved(self, key: GroupKey, shared: Shared, ours: int, theirs: int) -> GroupKey | None:
        """The group in which entries of this one are when what they shared became another; None: it is no other."""
        named = [(each, str(theirs) if (each, value) == (shared, str(ours)) else value) for each, value in _named(key)]
        return GroupKey(urlencode(named)) if named != _named(key) else None

    def _values(self, entry: UnbilledEntry) -> tuple[int | None, ...]:
        return tuple(_VALUES[each](entry) for each in self.shared)

    def _key(self, values: tuple[int | None, ...]) -> GroupKey:
        named = zip(self.shared, values, strict=True)
        return GroupKey(urlencode([(each, "" if value is None else value) for each, value in named]))


def _named(key: GroupKey) -> list[tuple[str, str]]:
    return parse_qsl(key, keep_blank_values=True)


BY_PROJECT_AND_SERVICE = Grouping((Shared.PROJECT, Shared.SERVICE))
