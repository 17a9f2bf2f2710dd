"""The one way from a filter into SQL."""

from sqlalchemy import ColumnElement, and_, or_

from bot.tracking.rules.filters import Filter
from storage.tables import entries


def matching(workspace_id: int, chosen: Filter) -> ColumnElement[bool]:
    """Which entries of a workspace fit; each clause only where something was chosen, so that indexes are used."""
    clauses: list[ColumnElement[bool]] = [entries.c.workspace_id == workspace_id]
    if chosen.first is not None:
        clauses.append(entries.c.day >= chosen.first)
    if chosen.last is not None:
        clauses.append(entries.c.day <= chosen.last)
    if chosen.people:
        clauses.append(entries.c.person_id.in_(chosen.people))
    if chosen.customers or chosen.projects:
        booked_on = (entries.c.customer_id.in_(chosen.customers), entries.c.project_id.in_(chosen.projects))
        clauses.append(or_(*booked_on))
    if chosen.services:
        clauses.append(entries.c.service_id.in_(chosen.services))
    if chosen.tags:
        clauses.append(
            or_(*((" " + entries.c.tags + " ").contains(f" {tag} ", autoescape=True) for tag in chosen.tags))
        )
    if chosen.billable is not None:
        clauses.append(entries.c.billable.is_(chosen.billable))
    if chosen.billed is not None:
        clauses.append(entries.c.on_draft.is_(chosen.billed))
    if chosen.text:
        clauses.append(entries.c.note.icontains(chosen.text, autoescape=True))
    return and_(*clauses)
