"""Customers, projects and services are renamed, archived, merged and deleted, each with its audit row.

What is merged gives its open time away. Entries on a draft stay with it, under the name that they were billed by.
"""

from collections.abc import Callable
from typing import Any, TypedDict, Unpack

from sqlalchemy import ColumnElement, Connection, and_, delete, exists, insert, or_, select, update

from bot.billing.rules.grouping import Shared
from storage import audit
from storage import expenses as expense_rows
from storage import line_edits as line_edit_rows
from storage import people as people_rows
from storage.agreements import move_agreements
from storage.budgets import move_budget
from storage.catalog import TABLES, Kind
from storage.change import Author, Change
from storage.customer_articles import move_articles, take_over_articles
from storage.draft_states import discard_open
from storage.layouts import move_order
from storage.rates import drop_rules, move_rules
from storage.recipes import take_over_kept
from storage.recorded import ChangedColumns, change_row
from storage.rows import row_values
from storage.tables import (
    Audit,
    agreements,
    audits,
    budgets,
    channel_links,
    customers,
    draft_lines,
    drafts,
    entries,
    expenses,
    people,
    projects,
    services,
)
from storage.tables.catalog import ServiceColumns
from storage.tracking import COLUMNS

MERGE = "merge"
Row = dict[str, Any]


class EntryPlace(TypedDict, total=False):
    """What entries are booked on."""

    customer_id: int
    project_id: int
    service_id: int


def set_columns(change: Change[Author], kind: Kind, row_id: int, action: str, values: ChangedColumns) -> None:
    """Rename or archive one, or take it back into use. Raises IntegrityError for a name that is taken."""
    change_row(change, kind, TABLES[kind], row_id, action, values)


def delete_unused(
    change: Change[Author],
    kind: Kind,
    row_id: int,
    *,
    undoes: str = "",
    action: str = "delete",
    alone: bool = False,
) -> bool:
    """Delete what nothing was ever booked on, a customer with its projects. False, and nothing is done: it is used.

    `alone`: a customer that has projects counts as used.
    """
    if kind == "customer" and not (alone and _has_projects(change.db, row_id)):
        return _delete_customer(change, row_id, undoes=undoes, action=action)
    return kind != "customer" and _delete(change, kind, row_id, undoes=undoes, action=action)


def _has_projects(db: Connection, customer_id: int) -> bool:
    return db.execute(select(projects.c.id).where(projects.c.customer_id == customer_id).limit(1)).first() is not None


def _delete_customer(change: Change[Author], customer_id: int, *, undoes: str, action: str) -> bool:
    db = change.db
    own = list(db.execute(select(projects.c.id).where(projects.c.customer_id == customer_id)).scalars())
    if _is_used(db, "customer", customer_id) or any(_is_used(db, "project", each) for each in own):
        return False
    return all(_delete(change, "project", each, undoes=undoes, action=action) for each in own) and _delete(
        change, "customer", customer_id, undoes=undoes, action=action
    )


def _delete(change: Change[Author], kind: Kind, row_id: int, *, undoes: str, action: str) -> bool:
    into, db = TABLES[kind], change.db
    the_row = and_(into.c.workspace_id == change.by.workspace_id, into.c.id == row_id)
    known = db.execute(select(into).where(the_row)).first()
    if known is None or _is_used(db, kind, row_id):
        return False
    drop_rules(change, kind, row_id)
    db.execute(delete(into).where(the_row))
    before = {name: known._mapping[name] for name in into.c.keys()}  # noqa: SIM118 (columns, not a dict)
    change.record(kind, row_id, action, before=before, undoes=undoes)
    return True


def _is_used(db: Connection, kind: Kind, row_id: int) -> bool:
    """Whether any row but a customer's projects speaks of it."""
    speaking: dict[Kind, list[ColumnElement[bool]]] = {
        "customer": [
            entries.c.customer_id == row_id,
            expenses.c.customer_id == row_id,
            drafts.c.customer_id == row_id,
            channel_links.c.customer_id == row_id,
            customers.c.merged_into == row_id,
            agreements.c.customer_id == row_id,
        ],
        "project": [
            entries.c.project_id == row_id,
            expenses.c.project_id == row_id,
            draft_lines.c.project_id == row_id,
            channel_links.c.project_id == row_id,
            projects.c.merged_into == row_id,
            agreements.c.project_id == row_id,
            budgets.c.project_id == row_id,
        ],
        "service": [
            entries.c.service_id == row_id,
            draft_lines.c.service_id == row_id,
            people.c.service_id == row_id,
            services.c.merged_into == row_id,
        ],
    }
    return bool(db.execute(select(or_(*(exists().where(each) for each in speaking[kind])))).scalar_one())


def is_billed(db: Connection, customer_id: int) -> bool:
    """Whether time or an expense of this customer stands on a draft."""
    worked = exists().where(and_(entries.c.customer_id == customer_id, entries.c.on_draft))
    spent = exists().where(and_(expenses.c.customer_id == customer_id, expense_rows.IS_BOUND))
    return bool(db.execute(select(or_(worked, spent))).scalar_one())


def is_agreed_and_billed(db: Connection, project_id: int) -> bool:
    """Whether a project has a fixed price, a retainer or a budget, and time or an expense of it stands on a draft.

    What is billed stays with the project, so whatever counts it has to stay there too.
    """
    worked = exists().where(and_(entries.c.project_id == project_id, entries.c.on_draft))
    spent = exists().where(and_(expenses.c.project_id == project_id, expense_rows.IS_BOUND))
    agreed = or_(*(exists().where(part.c.project_id == project_id) for part in (agreements, budgets)))
    return bool(db.execute(select(and_(agreed, or_(worked, spent)))).scalar_one())


def lock_workers(db: Connection, workspace_id: int, kind: Kind, row_id: int) -> None:
    """Lock the people whose open entries and expenses would move, before any customer: all lock in this order."""
    of = {"customer": entries.c.customer_id, "project": entries.c.project_id, "service": entries.c.service_id}[kind]
    theirs = select(entries.c.person_id).distinct().where(_open(workspace_id, of == row_id))
    people_ids = set(db.execute(theirs).scalars())
    if kind != "service":
        spent = {"customer": expenses.c.customer_id, "project": expenses.c.project_id}[kind] == row_id
        people_ids |= set(db.execute(select(expenses.c.person_id).distinct().where(spent)).scalars())
    for person_id in sorted(people_ids):
        people_rows.lock_person(db, person_id)


def merge_customers(change: Change[Author], *, ours: int, theirs: int, action: str = MERGE) -> int:
    """Move all that one customer has to another: projects, open entries, channels. Discard its drafts and archive it.

    Projects of the same name become one. Answers how many entries moved; each has its audit row. Raises IntegrityError
    if anything of it was billed.
    """
    db = change.db
    before = _rows(db, _open(change.by.workspace_id, entries.c.customer_id == ours))
    spent = expense_rows.open_rows(db, change.by.workspace_id, expenses.c.customer_id == ours)
    becomes = _move_projects(db, ours, theirs)
    for part in (entries, expenses, channel_links):
        db.execute(
            update(part).where(and_(part.c.customer_id == ours, part.c.project_id.is_(None))).values(customer_id=theirs)
        )

    def moved(entry: Row) -> Row:
        return {"customer_id": theirs, "project_id": becomes.get(entry["project_id"], entry["project_id"])}

    _record_moves(change, before, moved, action)
    expense_rows.record_moves(change, spent, action)
    take_over_kept(change, ours=ours, theirs=theirs)
    for project_id, became in becomes.items():
        move_order(change, Shared.PROJECT, project_id, became)
        move_rules(change, "project", ours=project_id, theirs=became)
        move_agreements(change, "project", ours=project_id, theirs=became, customer_id=theirs)
        move_budget(change, ours=project_id, theirs=became)
    move_rules(change, "customer", ours=ours, theirs=theirs)
    move_agreements(change, "customer", ours=ours, theirs=theirs, customer_id=theirs)
    take_over_articles(change, ours=ours, theirs=theirs)
    discard_open(change, ours)
    _end(change, "customer", ours, theirs, action)
    return len(before)


def _move_projects(db: Connection, ours: int, theirs: int) -> dict[int, int]:
    """The entries of a project follow it (ON UPDATE CASCADE). Answers which projects became which others."""
    named = select(projects.c.name_key, projects.c.id).where(projects.c.archived.is_(False))
    there = {row.name_key: row.id for row in db.execute(named.where(projects.c.customer_id == theirs))}
    becomes = {
        row.id: there[row.name_key]
        for row in db.execute(named.where(projects.c.customer_id == ours))
        if row.name_key in there
    }
    for ours_id, theirs_id in becomes.items():
        for part in (entries, expenses, channel_links):
            db.execute(
                update(part).where(part.c.project_id == ours_id).values(customer_id=theirs, project_id=theirs_id)
            )
        db.execute(update(projects).where(projects.c.id == ours_id).values(archived=True, merged_into=theirs_id))
    db.execute(update(projects).where(projects.c.customer_id == ours).values(customer_id=theirs))
    return becomes


def merge_projects(change: Change[Author], *, ours: int, theirs: int) -> int:
    """Move the open entries and channels of a project to another one, of whichever customer; how many entries moved."""
    db = change.db
    _end(change, "project", ours, theirs, MERGE)  # first: a trigger asks what is agreed before it moves
    customer_id: int = db.execute(select(projects.c.customer_id).where(projects.c.id == theirs)).scalar_one()
    moved = _move(change, entries.c.project_id == ours, customer_id=customer_id, project_id=theirs)
    spent = expense_rows.open_rows(db, change.by.workspace_id, expenses.c.project_id == ours)
    its_own = and_(expenses.c.project_id == ours, ~expense_rows.IS_BOUND)
    db.execute(update(expenses).where(its_own).values(customer_id=customer_id, project_id=theirs))
    expense_rows.record_moves(change, spent, MERGE)
    linked = update(channel_links).where(channel_links.c.project_id == ours)
    db.execute(linked.values(customer_id=customer_id, project_id=theirs))
    line_edit_rows.move_line_edits(change, Shared.PROJECT, ours, theirs)
    move_order(change, Shared.PROJECT, ours, theirs)
    move_rules(change, "project", ours=ours, theirs=theirs)
    move_agreements(change, "project", ours=ours, theirs=theirs, customer_id=customer_id)
    move_budget(change, ours=ours, theirs=theirs)
    return moved


def merge_services(change: Change[Author], *, ours: int, theirs: int) -> int:
    """Move the open entries of a service to another one, and whoever usually does it; how many entries moved.

    The article follows where the other one has none and nobody said that it is to have none.
    """
    db = change.db
    moved = _move(change, entries.c.service_id == ours, service_id=theirs)
    usual = and_(people.c.workspace_id == change.by.workspace_id, people.c.service_id == ours)
    for person_id in db.execute(select(people.c.id).where(usual).order_by(people.c.id)).scalars().all():
        change_row(change, "person", people, person_id, MERGE, {"service_id": theirs})
    articled = select(services.c.id, services.c.article_id, services.c.article_settled)
    known = {row.id: row for row in db.execute(articled.where(services.c.id.in_((ours, theirs))))}
    if known[ours].article_id and known[theirs].article_id is None and not known[theirs].article_settled:
        follows: ServiceColumns = {"article_id": known[ours].article_id}
        change_row(change, "service", services, theirs, "bill as", follows)
    move_articles(change, ours=ours, theirs=theirs)
    line_edit_rows.move_line_edits(change, Shared.SERVICE, ours, theirs)
    move_order(change, Shared.SERVICE, ours, theirs)
    move_rules(change, "service", ours=ours, theirs=theirs)
    _end(change, "service", ours, theirs, MERGE)
    return moved


def _move(change: Change[Author], of: ColumnElement[bool], **there: Unpack[EntryPlace]) -> int:
    db, is_open = change.db, _open(change.by.workspace_id, of)
    before = _rows(db, is_open)
    db.execute(update(entries).where(is_open).values(**there))
    _record_moves(change, before, lambda _entry: dict(there), MERGE)
    return len(before)


def _open(workspace_id: int, of: ColumnElement[bool]) -> ColumnElement[bool]:
    return and_(entries.c.workspace_id == workspace_id, of, ~entries.c.on_draft)


def _rows(db: Connection, of: ColumnElement[bool]) -> list[Row]:
    return [dict(row._mapping) for row in db.execute(select(*(entries.c[name] for name in COLUMNS)).where(of))]


def _record_moves(change: Change[Author], before: list[Row], moved: Callable[[Row], Row], action: str) -> None:
    by = change.by
    rows = [
        row_values(
            Audit,
            workspace_id=by.workspace_id,
            person_id=by.person_id,
            at=by.now,
            subject="entry",
            subject_id=entry["id"],
            action=action,
            before=audit.snapshot(entry),
            after=audit.snapshot(entry | moved(entry)),
            request=by.request,
        )
        for entry in before
    ]
    if rows:
        change.db.execute(insert(audits), rows)


def _end(change: Change[Author], kind: Kind, ours: int, theirs: int, action: str) -> None:
    """What gave everything away is out of use, and points to what it became part of."""
    change_row(change, kind, TABLES[kind], ours, action, {"archived": True, "merged_into": theirs})
