"""The draft that holds an entry or an expense, or what was decided of it, in the columns in which both show it."""

from typing import Any

from sqlalchemy import ColumnElement, func

from storage.tables import drafts, settlements

FIRST_DAY = func.coalesce(drafts.c.first_day, drafts.c.service_first)
LAST_DAY = func.coalesce(drafts.c.last_day, drafts.c.service_last)
"""The days that a draft is about: the period that was chosen, else those of its work."""
DRAFT_COLUMNS: dict[str, ColumnElement[Any]] = {
    "draft_id": drafts.c.id,
    "draft_state": drafts.c.state,
    "draft_first": FIRST_DAY,
    "draft_last": LAST_DAY,
    "draft_number": drafts.c.number,
    "draft_part": drafts.c.part,
    "draft_link": drafts.c.link,
    "settled": settlements.c.kind,
}
