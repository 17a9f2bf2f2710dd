"""Drafts that a test wants in some state: begun as open, as each draft is, and led on by the table of transitions."""

from typing import Any

from sqlalchemy import Connection, insert, select, update

from bot.billing.rules.states import ALLOWED, BINDS_NOTHING, DraftState
from storage.tables import drafts

BEGUN_WITH = frozenset(
    {
        *("id", "workspace_id", "customer_id", "first_day", "last_day", "selection", "currency"),
        *("layout", "texts", "line_order", "own_reduction", "own_reduction_cents", "tax_case"),
        *("created_by", "created_at"),
    }
)
"""What a draft may have from its beginning; everything else comes with a later state."""


def add_draft(db: Connection, state: str = DraftState.OPEN, **columns: Any) -> int:
    """A draft of the first workspace, its first customer and person, unless `columns` say otherwise; its id."""
    given = {"workspace_id": 1, "customer_id": 1, "created_by": 1, "currency": "EUR", "attempts": 0} | columns
    begun = {column: value for column, value in given.items() if column in BEGUN_WITH}
    draft_id: int = db.execute(insert(drafts).values(attempts=0, **begun)).inserted_primary_key[0]
    later = {column: value for column, value in given.items() if column not in BEGUN_WITH}
    if later and DraftState(state) in BINDS_NOTHING:
        db.execute(update(drafts).where(drafts.c.id == draft_id).values(**later))
        later = {}
    lead_draft(db, draft_id, state, **later)
    return draft_id


def lead_draft(db: Connection, draft_id: int, state: str, **columns: Any) -> None:
    """Lead a draft on by the shortest way; `columns` come with its first step, Billomat's id with the last one."""
    now = db.execute(select(drafts.c.state).where(drafts.c.id == draft_id)).scalar_one()
    way = _way(now, DraftState(state))
    for n, step in enumerate(way):
        its = {} if n else {column: value for column, value in columns.items() if column != "billomat_id"}
        if step is DraftState.SENT:
            its["billomat_id"] = columns.get("billomat_id")
        db.execute(update(drafts).where(drafts.c.id == draft_id).values(state=step, **its))


def _way(source: DraftState, target: DraftState) -> list[DraftState]:
    """The states to go through, the last one included."""
    ways: list[list[DraftState]] = [[source]]
    for way in ways:
        if way[-1] is target:
            return way[1:]
        ways += [[*way, step] for step in DraftState if (way[-1], step) in ALLOWED and step not in way]
    raise ValueError(f"no draft that is {source} becomes {target}")
