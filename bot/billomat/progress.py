"""How far an import is, and what comes next in it."""

from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from typing import Any, Literal

from bot.billomat.rules.paging import ListReading, PageRead, is_settled, read_on
from bot.billomat.rules.side_lists import SideList
from storage.imported import ImportChanges

ASKED_AT_ONCE = 10
"""How many of what a list did not name are asked for in one step."""
MOST_ASKED = 100
"""So many in one import: each takes one of the calls that Billomat allows."""
_UNCHANGED = ImportChanges()
_BEGINNING = ListReading()


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an import is. It is the job's arguments, so that whoever takes the job over goes on from here."""

    step: Literal["begin", "account", "customers", "missed customers", "articles", "missed articles"] = "begin"
    reading: ListReading = _BEGINNING
    is_sure: bool = True
    """Whether all lists came whole and unchanged."""
    asked: int = 0
    """How many were asked for by their ids, because a list that named them before did not."""
    asked_after: int = 0
    """The last one of them, of the list at hand."""
    lacking: tuple[SideList, ...] = ()
    """Lists that the account does not have."""
    began: int = 0
    """Epoch seconds; rows that are seen carry it."""
    is_quiet: bool = False
    """Nobody asked for it, and nobody is told how far it is."""
    shown: tuple[str, str] | None = None
    """Channel and time stamp of the message that tells how far it is."""
    customers: int = 0
    archived: tuple[int, ...] = ()
    """Our ids of customers that it archived, as many as can be named."""
    changes: ImportChanges = _UNCHANGED

    @classmethod
    def of(cls, kept: dict[str, Any]) -> "Progress":
        """From a job's arguments, also those of an older version. JSON knows neither tuples nor enums."""
        known = {each.name: kept[each.name] for each in fields(cls) if each.name in kept}
        known["changes"] = ImportChanges(*kept.get("changes", ()))
        known["archived"] = tuple(kept.get("archived", ()))
        known["reading"] = ListReading(**kept.get("reading", {}))
        known["lacking"] = tuple(SideList(name) for name in kept.get("lacking", ()))
        return cls(**known)

    def without(self, *lacking: SideList) -> "Progress":
        """The same, and the account has no such lists."""
        return replace(self, lacking=tuple(dict.fromkeys((*self.lacking, *lacking))))

    @property
    def since(self) -> datetime:
        """The moment at which the import began."""
        return datetime.fromtimestamp(self.began, UTC)


def page_after(progress: Progress, page: PageRead, *, then: Literal["missed customers", "missed articles"]) -> Progress:
    """The next page, this list from its beginning once more, or the next step."""
    if following := read_on(progress.reading, page):
        return replace(progress, reading=following)
    is_sure = progress.reading.is_sure and is_settled(progress.reading, page)
    return replace(progress, step=then, reading=_BEGINNING, asked_after=0, is_sure=progress.is_sure and is_sure)


def next_asked(progress: Progress) -> dict[str, Any]:
    """Which of what a list did not name are to be asked for now, as the queries for them take it."""
    most = min(ASKED_AT_ONCE, MOST_ASKED - progress.asked)
    return {"since": progress.since, "after": progress.asked_after, "most": most}


def asked(progress: Progress, missed: list[int], changes: ImportChanges, *, is_sure: bool) -> Progress:
    """The progress after these were asked for by their ids, and what that changed."""
    return replace(
        progress,
        asked=progress.asked + len(missed),
        asked_after=max(missed, default=0),
        changes=progress.changes.plus(changes),
        is_sure=progress.is_sure and is_sure,
    )
