"""Whether anything fits filters that are like one that nothing fits."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Connection, select

from bot.tracking.rules.filters import Filter
from storage.filters import FilterQuery
from storage.statements import single_value
from storage.tables import entries

# One person's entries are read from their newest on, until one fits; there are indexes by day for customers alone.
_NEWEST_OF_ONE = FilterQuery[date](
    lambda fits: select(entries.c.day).where(fits).order_by(entries.c.started_at.desc()).limit(1), single_value
)
_NEWEST = FilterQuery[date](
    lambda fits: select(entries.c.day).where(fits).order_by(entries.c.day.desc()).limit(1), single_value
)
_ANY = FilterQuery[int](lambda fits: select(entries.c.id).where(fits).limit(1), single_value)


def newest_day(db: Connection, workspace_id: int, chosen: Filter) -> date | None:
    """The last day with an entry that fits, whatever days the filter asks for."""
    newest = _NEWEST_OF_ONE if len(chosen.people) == 1 else _NEWEST
    return next(iter(newest.all(db, workspace_id, chosen.between(None, None))), None)


def which_fit(db: Connection, workspace_id: int, filters: Sequence[Filter]) -> list[Filter]:
    """Those of the filters that anything fits."""
    return [chosen for chosen in filters if _ANY.all(db, workspace_id, chosen)]
