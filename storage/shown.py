"""What open drafts showed to whom, so that it can be said what is different since."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from bot.billing.rules.seen import SeenEntry, SeenLine
from storage.change import Author, Change
from storage.rows import row_values
from storage.tables import DraftShown, draft_shown, inserting

_KEY = ("draft_id", "person_id", "content")
KEPT = timedelta(days=30)
"""A form is not open for longer; and whoever looks again later hears nothing of what was different then."""


class ShownInvoice(NamedTuple):
    """What a person was shown, and when; `content` is its digest."""

    lines: tuple[SeenLine, ...]
    at: datetime
    content: str


def note_shown(change: Change[Author], draft_id: int, person_id: int, content: str, lines: Sequence[SeenLine]) -> None:
    """Keep what a person is shown now under the digest of it, and drop what was shown to anybody long ago."""
    db, now = change.db, change.by.now
    db.execute(delete(draft_shown).where(draft_shown.c.at < now - KEPT))
    newest = _newest(db, draft_id, person_id)
    at = max(now, newest + timedelta.resolution) if newest else now  # requests come in whole seconds
    new = _noted(change, draft_id, person_id, content, lines, at)
    again = {"at": new.excluded.at, "lines": new.excluded.lines}
    db.execute(new.on_conflict_do_update(index_elements=_KEY, set_=again))


def note_known(change: Change[Author], draft_id: int, person_id: int, content: str, lines: Sequence[SeenLine]) -> None:
    """Keep what a form was made from under the digest of it; what the person was shown last stays that."""
    newest = _newest(change.db, draft_id, person_id)
    at = newest - timedelta.resolution if newest else change.by.now
    new = _noted(change, draft_id, person_id, content, lines, at)
    change.db.execute(new.on_conflict_do_nothing(index_elements=_KEY))


def _newest(db: Connection, draft_id: int, person_id: int) -> datetime | None:
    newest: datetime | None = db.execute(
        select(func.max(draft_shown.c.at)).where(_to(draft_id, person_id))
    ).scalar_one()
    return newest


def _noted(
    change: Change[Author], draft_id: int, person_id: int, content: str, lines: Sequence[SeenLine], at: datetime
) -> postgresql.Insert | sqlite.Insert:
    row = row_values(
        DraftShown,
        draft_id=draft_id,
        person_id=person_id,
        content=content,
        workspace_id=change.by.workspace_id,
        lines=[[*line[:-1], entries_as_json(line.entries)] for line in lines],
        at=at,
    )
    return inserting(change.db, draft_shown).values(row)


def what_was_shown(db: Connection, draft_id: int, person_id: int, content: str) -> ShownInvoice | None:
    """What a person saw, by the digest that their form holds."""
    seen = and_(_to(draft_id, person_id), draft_shown.c.content == content)
    return _read(db, seen)


def last_shown(db: Connection, draft_id: int, person_id: int) -> ShownInvoice | None:
    """What a person saw when they looked the last time."""
    return _read(db, _to(draft_id, person_id))


def entries_as_json(entries: Iterable[SeenEntry]) -> list[list[Any]]:
    """Entries as they are kept."""
    return [[key, day.isoformat(), *rest] for key, day, *rest in entries]


def entries_of_json(kept: Iterable[Sequence[Any]]) -> tuple[SeenEntry, ...]:
    """What `entries_as_json` made."""
    return tuple(SeenEntry(key, date.fromisoformat(day), *rest) for key, day, *rest in kept)


def _to(draft_id: int, person_id: int) -> ColumnElement[bool]:
    return and_(draft_shown.c.draft_id == draft_id, draft_shown.c.person_id == person_id)


def _read(db: Connection, which: ColumnElement[bool]) -> ShownInvoice | None:
    query = (
        select(draft_shown.c.lines, draft_shown.c.at, draft_shown.c.content)
        .where(which)
        .order_by(draft_shown.c.at.desc())
        .limit(1)
    )
    row = db.execute(query).first()
    if row is None:
        return None
    lines = tuple(SeenLine._make([*line[:-1], entries_of_json(line[-1])]) for line in row.lines)
    return ShownInvoice(lines, row.at, row.content)
