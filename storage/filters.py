"""The one way from a filter into SQL."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Select, and_, or_, select, union

from bot.tracking.rules.filters import Filter
from storage.tables import customers, entries, projects

_DAY = timedelta(days=1)


def matching(workspace_id: int, chosen: Filter) -> ColumnElement[bool]:
    """Which entries of a workspace fit; each clause only where something was chosen, so that indexes are used."""
    clauses: list[ColumnElement[bool]] = [entries.c.workspace_id == workspace_id, _found_by(workspace_id, chosen)]
    if chosen.first is not None:
        clauses.append(entries.c.day >= chosen.first)
    if chosen.last is not None:
        clauses.append(entries.c.day <= chosen.last)
    if chosen.customers or chosen.projects:
        chosen_of = ((entries.c.customer_id, chosen.customers), (entries.c.project_id, chosen.projects))
        clauses.append(or_(*(column.in_(ids) for column, ids in chosen_of if ids)))
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


def _found_by(workspace_id: int, chosen: Filter) -> ColumnElement[bool]:
    """What an index is looked into for, so that what lies outside of the span is never read.

    There is one by person and moment, and one by customer and day. One by day alone would be a third of a team's month
    faster, but each start of a timer would write a page more.
    """
    if chosen.people:
        since, until = _moments(chosen.first, chosen.last)
        return and_(entries.c.person_id.in_(chosen.people), entries.c.started_at.between(since, until))
    return entries.c.customer_id.in_(_customers(workspace_id, chosen))


def _customers(workspace_id: int, chosen: Filter) -> Select[Any] | CompoundSelect[Any]:
    """The ids of all customers who can have entries that fit."""
    everybody = select(customers.c.id).where(customers.c.workspace_id == workspace_id)
    theirs = everybody.where(customers.c.id.in_(chosen.customers))
    of_projects = select(projects.c.customer_id).where(
        and_(projects.c.workspace_id == workspace_id, projects.c.id.in_(chosen.projects))
    )
    if chosen.projects:
        return union(theirs, of_projects) if chosen.customers else of_projects
    return theirs if chosen.customers else everybody


def _moments(first: date | None, last: date | None) -> tuple[datetime, datetime]:
    """Between which moments an entry of these days begins, wherever it was made: no zone is a day from UTC."""
    since = max(first or date.min, date.min + _DAY) - _DAY
    until = min(last or date.max, date.max - 2 * _DAY) + 2 * _DAY
    return datetime.combine(since, time(), UTC), datetime.combine(until, time(), UTC)
