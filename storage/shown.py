"""What open drafts showed to whom, so that it can be said what is different since."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, delete, exists, func, select
from sqlalchemy.dialects import postgresql, sqlite

from bot.billing.rules.grouping import GroupKey
from bot.billing.rules.seen import SeenEntries, SeenEntry, SeenLine
from storage.change import Author, Change
from storage.rows import row_values
from storage.tables import DraftShown, draft_shown, drafts, inserting

_KEY = ("draft_id", "person_id", "content")
KEPT = timedelta(days=30)
"""A form is not open for longer; and whoever looks again later hears nothing of what was different then."""
_IS_SEALED = exists().where(and_(drafts.c.id == draft_shown.c.draft_id, drafts.c.sealed == draft_shown.c.content))
"""Somebody submitted just that: as long as it waits it is compared with what is there."""
_LINE_KEY, _LINE_PRICE = SeenLine._fields.index("key"), SeenLine._fields.index("price")


@dataclass(frozen=True)
class ShownInvoice:
    """What a person was shown, and when; `content` is its digest."""

    kept: Sequence[Sequence[Any]]
    """Its lines as they are kept: what is on them is read only where somebody asks what is different."""
    at: datetime
    content: str
    currency: str = ""
    """Of its prices; "": not known."""

    @cached_property
    def lines(self) -> tuple[SeenLine, ...]:
        """All that was shown."""
        return tuple(SeenLine._make([*_with_amount(line[:-1]), _seen_of_json(line[-1])]) for line in self.kept)

    @property
    def prices(self) -> dict[GroupKey, int | None]:
        """Of its lines."""
        return {line[_LINE_KEY]: line[_LINE_PRICE] for line in self.kept}


def note_shown(
    change: Change[Author], draft_id: int, person_id: int, content: str, lines: Sequence[SeenLine], *, currency: str
) -> None:
    """Keep what a person is shown now under the digest of it, and drop what was shown to anybody long ago."""
    db, now = change.db, change.by.now
    db.execute(delete(draft_shown).where(and_(draft_shown.c.at < now - KEPT, ~_IS_SEALED)))
    newest = _newest(db, draft_id, person_id)
    at = max(now, newest + timedelta.resolution) if newest else now  # requests come in whole seconds
    new = _noted(change, draft_id, person_id, content, lines, at, currency)
    again = {"at": new.excluded.at, "lines": new.excluded.lines}
    db.execute(new.on_conflict_do_update(index_elements=_KEY, set_=again))


def note_known(
    change: Change[Author], draft_id: int, person_id: int, content: str, lines: Sequence[SeenLine], *, currency: str
) -> None:
    """Keep what a form was made from under the digest of it; what the person was shown last stays that."""
    newest = _newest(change.db, draft_id, person_id)
    at = newest - timedelta.resolution if newest else change.by.now
    new = _noted(change, draft_id, person_id, content, lines, at, currency)
    change.db.execute(new.on_conflict_do_nothing(index_elements=_KEY))


def _newest(db: Connection, draft_id: int, person_id: int) -> datetime | None:
    newest: datetime | None = db.execute(
        select(func.max(draft_shown.c.at)).where(_to(draft_id, person_id))
    ).scalar_one()
    return newest


def _noted(
    change: Change[Author],
    draft_id: int,
    person_id: int,
    content: str,
    lines: Sequence[SeenLine],
    at: datetime,
    currency: str,
) -> postgresql.Insert | sqlite.Insert:
    row = row_values(
        DraftShown,
        draft_id=draft_id,
        person_id=person_id,
        content=content,
        workspace_id=change.by.workspace_id,
        lines=[[*line[:-1], _seen_as_json(line.entries)] for line in lines],
        at=at,
        currency=currency,
    )
    return inserting(change.db, draft_shown).values(row)


def what_was_shown(db: Connection, draft_id: int, person_id: int, content: str) -> ShownInvoice | None:
    """What a person saw, by the digest that their form holds."""
    seen = and_(_to(draft_id, person_id), draft_shown.c.content == content)
    return _read(db, seen)


def last_shown(db: Connection, draft_id: int, person_id: int) -> ShownInvoice | None:
    """What a person saw when they looked the last time."""
    return _read(db, _to(draft_id, person_id))


def before_others(db: Connection, draft_ids: Collection[int], person_id: int, *, since: datetime) -> set[int]:
    """Those of these drafts that anybody else was shown since then."""
    of_others = and_(draft_shown.c.draft_id.in_(draft_ids), draft_shown.c.person_id != person_id)
    seen = select(draft_shown.c.draft_id).distinct().where(and_(of_others, draft_shown.c.at >= since))
    return {*db.execute(seen).scalars()} if draft_ids else set()


def entries_as_json(entries: Iterable[SeenEntry]) -> list[list[Any]]:
    """Entries as they are kept."""
    return [[key, day.isoformat(), *rest] for key, day, *rest in entries]


def entries_of_json(kept: Iterable[Sequence[Any]]) -> tuple[SeenEntry, ...]:
    """What `entries_as_json` made."""
    return tuple(SeenEntry(key, date.fromisoformat(day), *rest) for key, day, *rest in kept)


def _seen_as_json(seen: SeenEntries) -> list[Sequence[Any]]:
    written = {day: day.isoformat() for day in {*seen.days}}
    return [seen.ids, [written[day] for day in seen.days], seen.seconds, seen.notes, seen.cents]


def _seen_of_json(kept: Sequence[Any]) -> SeenEntries:
    ids, days, *rest = kept
    return SeenEntries(ids, [date.fromisoformat(day) for day in days], *rest)


def _with_amount(columns: Sequence[Any]) -> Sequence[Any]:
    """All of a line but its entries; before amounts were kept it had two columns less."""
    return columns if len(columns) == len(SeenLine._fields) - 1 else [*columns, None, False]


def _to(draft_id: int, person_id: int) -> ColumnElement[bool]:
    return and_(draft_shown.c.draft_id == draft_id, draft_shown.c.person_id == person_id)


def _read(db: Connection, which: ColumnElement[bool]) -> ShownInvoice | None:
    query = (
        select(draft_shown.c.lines, draft_shown.c.at, draft_shown.c.content, draft_shown.c.currency)
        .where(which)
        .order_by(draft_shown.c.at.desc(), draft_shown.c.content)
        .limit(1)
    )
    row = db.execute(query).first()
    if row is None:
        return None
    return ShownInvoice(row.lines, row.at, row.content, row.currency)
