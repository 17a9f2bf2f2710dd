"""Which entries stand together on one line of an invoice."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import groupby, repeat
from typing import NewType
from urllib.parse import parse_qsl, urlencode

from bot.billing.rules.entries import Entries, UnbilledEntry, by_day, joined
from bot.core.digests import digest

GroupKey = NewType("GroupKey", str)
"""What the entries of one group share, as text: project=3&service=7.

It is the same for the same group at any time: what people changed on a line is stored under it, and the line's form
holds it. Nobody else takes it apart; it is only compared.
"""


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
_BUDGET = "budget"
_ABOVE = "above"
_INCLUDED = "included"
_COLUMNS = {
    Shared.PROJECT: "project_id",
    Shared.SERVICE: "service_id",
    Shared.PERSON: "person_id",
    Shared.ENTRY: "entry_id",
}
"""The fields that say it by themselves."""


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

    def groups(self, entries: Iterable[UnbilledEntry]) -> dict[GroupKey, Entries]:
        """The entries by group; within each by day, so that the order in which they were found changes nothing."""
        by_days = Entries.of(entries).by_days()
        values = [self._values(each, by_days) for each in self.shared]
        together = by_days.together_by(zip(*values, strict=True) if values else repeat((), len(by_days)))
        return {self._key(shared): group for shared, group in together.items()}

    def _values(self, shared: Shared, entries: Entries) -> Iterable[_Value]:
        """What of each entry decides with which others it stands."""
        match shared:
            case Shared.DAY:
                return map(date.isoformat, entries.days)
            case Shared.WEEK:
                weeks = {day: self.week_of(day).isoformat() for day in {*entries.days}}
                return map(weeks.__getitem__, entries.days)
            case Shared.TAG:
                return (" ".join(sorted(set(entry.known.tags.casefold().split()))) for entry in entries)
            case Shared.NOTE:
                same = {note: " ".join(note.casefold().split()) for note in {*entries.notes}}
                digests = {note: digest(folded) if folded else "" for note, folded in same.items()}
                return map(digests.__getitem__, entries.notes)
            case _:
                return entries.column(_COLUMNS[shared])

    def parts(self, entry: UnbilledEntry) -> list[UnbilledEntry]:
        """The entry as it stands on lines: where they are by day or week, a night is parted where the next one begins.

        Together the parts have exactly its seconds.
        """
        if not self.has_days or not entry.after_midnight:
            return [entry]
        days = by_day(entry)
        if Shared.DAY in self.shared:
            return days
        return [joined(list(of_week)) for _, of_week in groupby(days, self._begun_week)]

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


def line_digest(key: GroupKey) -> str:
    """A short name of a line, for a menu that takes no long ones."""
    return digest(key)


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


def of_budget(key: GroupKey, budget_id: int, *, is_above: bool = False) -> GroupKey:
    """The part of a group that a hard budget pays for, or that is above it."""
    return GroupKey(urlencode([*_named(key), (_ABOVE if is_above else _BUDGET, budget_id)]))


def without_budget(key: GroupKey, budget_id: int, *, is_above: bool) -> GroupKey | None:
    """The group of which this key is that part; None where it is another one."""
    *named, last = _named(key) or [("", "")]
    return GroupKey(urlencode(named)) if last == (_ABOVE if is_above else _BUDGET, str(budget_id)) else None


def of_included(key: GroupKey, agreement_id: int) -> GroupKey:
    """The part of a group that a retainer includes."""
    return GroupKey(urlencode([*_named(key), (_INCLUDED, agreement_id)]))


def included_in(key: GroupKey, agreement_id: int) -> GroupKey | None:
    """The group of which a line is the part that this retainer includes; None where it is no such part."""
    *group, last = _named(key) or [("", "")]
    return GroupKey(urlencode(group)) if last == (_INCLUDED, str(agreement_id)) else None


def of_service(service_id: int) -> GroupKey:
    """All entries of a service, under which a draft keeps the article that they had."""
    return GroupKey(urlencode([(Shared.SERVICE, service_id)]))


def _named(key: GroupKey) -> list[tuple[str, str]]:
    return parse_qsl(key, keep_blank_values=True)


BY_PROJECT_AND_SERVICE = Grouping((Shared.PROJECT, Shared.SERVICE))
