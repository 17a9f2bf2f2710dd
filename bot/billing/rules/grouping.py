"""Which entries stand together on one line of an invoice."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import groupby, repeat
from operator import attrgetter
from typing import NamedTuple, NewType
from urllib.parse import parse_qsl, urlencode
from zoneinfo import ZoneInfo

from bot.core.digests import digest

_INSTANT = timedelta(microseconds=1)
GroupKey = NewType("GroupKey", str)
"""What the entries of one group share, as text: project=3&service=7.

It is the same for the same group at any time: what people changed on a line is stored under it, and the line's form
holds it. Nobody else takes it apart; it is only compared.
"""


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
        return datetime.combine(self.day + timedelta(days=1), time(), ZoneInfo(self.known.zone)).astimezone(UTC)

    @property
    def last_day(self) -> date:
        """The last day on which it was worked; a day's work may end two later where one of them has 23 hours."""
        over, ended = self.after_midnight, self.known.ended_at
        return (ended - _INSTANT).astimezone(ZoneInfo(self.known.zone)).date() if over and ended else self.day


class Shared(StrEnum):
    """What entries can have in common. What each of them has alone is that it is this entry."""

    PROJECT = "project"
    SERVICE = "service"
    PERSON = "person"
    DAY = "day"
    WEEK = "week"
    TAG = "tag"
    NOTE = "note"
    ENTRY = "entry"


_Value = int | str | None
_ARTICLE = "article"
_RATE = "rate"
_TOTAL = "total"
_VALUES: dict[Shared, Callable[[UnbilledEntry], _Value]] = {
    Shared.PROJECT: attrgetter("project_id"),
    Shared.SERVICE: attrgetter("service_id"),
    Shared.PERSON: attrgetter("person_id"),
    Shared.DAY: lambda entry: entry.day.isoformat(),
    Shared.TAG: lambda entry: " ".join(sorted(set(entry.known.tags.casefold().split()))),
    Shared.NOTE: lambda entry: digest(same) if (same := " ".join(entry.note.casefold().split())) else "",
    Shared.ENTRY: attrgetter("entry_id"),
}


@dataclass(frozen=True, slots=True)
class Grouping:
    """How entries are put together: those that share all of this make one line."""

    shared: tuple[Shared, ...]
    week_start: int = 0
    """The first day of a week, 0 for Monday."""
    as_total: bool = False
    """Whether a group that mixes articles is one line of 1 × its total, as far as it has one VAT rate."""

    @property
    def has_one_service(self) -> bool:
        """Whether all entries of a group have the same service, and so the same article."""
        return bool({Shared.SERVICE, Shared.ENTRY} & set(self.shared))

    @property
    def has_days(self) -> bool:
        """Whether lines are by day or week, and so a night may stand on two of them."""
        return bool({Shared.DAY, Shared.WEEK} & set(self.shared))

    @property
    def has_details(self) -> bool:
        """Whether lines cannot be made without the details of entries."""
        return self.has_days or bool({Shared.TAG, Shared.ENTRY} & set(self.shared))

    def groups(self, entries: Iterable[UnbilledEntry]) -> dict[GroupKey, list[UnbilledEntry]]:
        """The entries by group; within each by day, so that the order in which they were found changes nothing."""
        together: dict[tuple[_Value, ...], list[UnbilledEntry]] = {}
        entries = by_days(entries)
        values = [map(self._begun_week if each is Shared.WEEK else _VALUES[each], entries) for each in self.shared]
        for entry, shared in zip(entries, zip(*values, strict=True) if values else repeat(()), strict=False):
            together.setdefault(shared, []).append(entry)
        return {self._key(values): group for values, group in together.items()}

    def parts(self, entry: UnbilledEntry) -> list[UnbilledEntry]:
        """The entry as it stands on lines: where they are by day or week, a night is parted where the next one begins.

        Together the parts have exactly its seconds.
        """
        if not self.has_days or not entry.after_midnight:
            return [entry]
        days = by_day(entry)
        if Shared.DAY in self.shared:
            return days
        return [_joined(list(of_week)) for _, of_week in groupby(days, self._begun_week)]

    def makes(self, key: GroupKey) -> bool:
        """Whether a key is one of this grouping's; else it was made by another one."""
        names = [each for each, _ in _named(key)]
        part = _TOTAL if self.as_total else _ARTICLE
        return names == [*self.shared, *(() if self.has_one_service else (part,))]

    def first_of(self, key: GroupKey) -> GroupKey:
        """The most important of what its entries share: the same for all lines that stand below each other for it."""
        return GroupKey(urlencode(_named(key)[:1])) if self.shared else GroupKey("")

    def moved(self, key: GroupKey, shared: Shared, ours: int, theirs: int) -> GroupKey | None:
        """The group in which entries of this one are when what they shared became another; None: it is no other."""
        named = [(each, str(theirs) if (each, value) == (shared, str(ours)) else value) for each, value in _named(key)]
        return GroupKey(urlencode(named)) if named != _named(key) else None

    def week_of(self, day: date) -> date:
        """The day on which the week of this one begins."""
        return day - timedelta(days=(day.weekday() - self.week_start) % 7)

    def _begun_week(self, entry: UnbilledEntry) -> str:
        return self.week_of(entry.day).isoformat()

    def _key(self, values: tuple[_Value, ...]) -> GroupKey:
        named = zip(self.shared, values, strict=True)
        return GroupKey(urlencode([(each, "" if value is None else value) for each, value in named]))


def by_days(entries: Iterable[UnbilledEntry]) -> list[UnbilledEntry]:
    """In the order of their days, and of one day in that in which they were written."""
    return sorted(sorted(entries, key=attrgetter("entry_id")), key=attrgetter("day"))


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


def _joined(parts: Sequence[UnbilledEntry]) -> UnbilledEntry:
    """Parts of an entry that follow each other, as one."""
    details = parts[0].known._replace(ended_at=parts[-1].known.ended_at)
    return parts[0]._replace(seconds=sum(part.seconds or 0 for part in parts), details=details)


def is_within(key: GroupKey, group: GroupKey) -> bool:
    """Whether a line is this one, or one of a group that shares less: a project's lines are within the project."""
    return not group or key == group or key.startswith(f"{group}&")


def comes_again(key: GroupKey) -> bool:
    """Whether another month can have the same group: none has the same days, weeks or entries."""
    return not {Shared.DAY, Shared.WEEK, Shared.ENTRY} & {name for name, _ in _named(key)}


def of_article(key: GroupKey, article_id: int | None) -> GroupKey:
    """The part of a group that is billed as one article, or as none: a line has one rate, one unit and one tax."""
    return GroupKey(urlencode([*_named(key), (_ARTICLE, "" if article_id is None else article_id)]))


def of_rate(key: GroupKey, price: int | None) -> GroupKey:
    """The part of a group that has one of several rates: a line has one."""
    return GroupKey(urlencode([*_named(key), (_RATE, "" if price is None else price)]))


def of_total(key: GroupKey, vat: str) -> GroupKey:
    """The part of a group that is billed as 1 × its total: what has one VAT rate."""
    return GroupKey(urlencode([*_named(key), (_TOTAL, vat)]))


def of_service(service_id: int) -> GroupKey:
    """All entries of a service, under which a draft keeps the article that they had."""
    return GroupKey(urlencode([(Shared.SERVICE, service_id)]))


def _named(key: GroupKey) -> list[tuple[str, str]]:
    return parse_qsl(key, keep_blank_values=True)


BY_PROJECT_AND_SERVICE = Grouping((Shared.PROJECT, Shared.SERVICE))
