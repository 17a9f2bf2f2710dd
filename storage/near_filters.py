"""Whether anything fits filters that are like one that nothing fits."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Connection, exists, select

from bot.tracking.rules.filters import Filter
from storage.filters import matching
from storage.tables import entries


def newest_day(db: Connection, workspace_id: int, chosen: Filter) -> date | None:
    """The last day with an entry that fits, whatever days the filter asks for."""
    fits = matching(workspace_id, chosen.between(None, None))
    # One person's entries are read from their newest on, until one fits; there are indexes by day for customers alone.
    newest_first = entries.c.started_at if len(chosen.people) == 1 else entries.c.day
    newest: date | None = db.execute(select(entries.c.day).where(fits).order_by(newest_first.desc()).limit(1)).scalar()
    return newest


def which_fit(db: Connection, workspace_id: int, filters: Sequence[Filter]) -> list[Filter]:
    """Those of the filters that anything fits; asked with one query."""
    if not filters:
        return []
    found = db.execute(select(*(exists().where(matching(workspace_id, chosen)) for chosen in filters))).one()
    return [chosen for chosen, fits in zip(filters, found, strict=True) if fits]
