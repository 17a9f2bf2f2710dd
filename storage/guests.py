"""What a guest of the workspace may see: what they did or made themselves, and one customer. Nothing else."""

from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, Table, and_, or_, select

from bot.catalog.rules.names import NamedService, Target
from storage.catalog import BARE_TARGETS, PROJECT_TARGETS, SERVICES
from storage.tables import audits, customers, entries, people, projects, services


class Guest(NamedTuple):
    """Whoever sees only what is theirs, and the customer of the channel in which they are."""

    person_id: int
    customer_id: int | None


def visible_targets(db: Connection, workspace_id: int, guest: Guest) -> list[Target]:
    """The live projects of this customer, and those that the guest worked on or made; likewise bare customers."""
    person_id, customer_id = guest
    own = entries.c.person_id == person_id
    of_customer = customers.c.id == customer_id
    worked_on = projects.c.id.in_(select(entries.c.project_id).where(own))
    worked_for = customers.c.id.in_(select(entries.c.customer_id).where(and_(own, entries.c.project_id.is_(None))))
    found = [
        PROJECT_TARGETS.where(or_(of_customer, worked_on, _made(projects.c.id, "project", person_id))),
        BARE_TARGETS.where(or_(of_customer, worked_for, _made(customers.c.id, "customer", person_id))),
    ]
    return [Target._make(row) for query in found for row in db.execute(query, {"workspace": workspace_id})]


def visible_services(db: Connection, workspace_id: int, guest: Guest) -> list[NamedService]:
    """The live kinds of work that were done for this customer, and those that the guest did or made."""
    person_id, customer_id = guest
    done = select(entries.c.service_id).where(
        and_(
            entries.c.workspace_id == workspace_id,
            or_(entries.c.person_id == person_id, entries.c.customer_id == customer_id),
        )
    )
    query = SERVICES.where(or_(services.c.id.in_(done), _made(services.c.id, "service", person_id)))
    return [NamedService._make(row) for row in db.execute(query, {"workspace": workspace_id})]


def limited(query: Select[Any], table: Table, guest: Guest | None) -> Select[Any]:
    """Of customers, projects, services or people, in use or not, those that a guest may see; nobody else is limited."""
    return query if guest is None else query.where(_seen(table, guest))


def _seen(table: Table, guest: Guest) -> ColumnElement[bool]:
    person_id, customer_id = guest
    if table is people:
        return people.c.id == person_id
    own = entries.c.person_id == person_id
    if table is services:
        done = select(entries.c.service_id).where(
            and_(entries.c.workspace_id == services.c.workspace_id, or_(own, entries.c.customer_id == customer_id))
        )
        return or_(services.c.id.in_(done), _made(services.c.id, "service", person_id))
    if table is projects:
        worked_on = projects.c.id.in_(select(entries.c.project_id).where(own))
        return or_(projects.c.customer_id == customer_id, worked_on, _made(projects.c.id, "project", person_id))
    made = select(projects.c.customer_id).where(_made(projects.c.id, "project", person_id))
    worked_for = customers.c.id.in_(select(entries.c.customer_id).where(own))
    made_one = or_(_made(customers.c.id, "customer", person_id), customers.c.id.in_(made))
    return or_(customers.c.id == customer_id, worked_for, made_one)


def _made(row_id: ColumnElement[Any], subject: str, person_id: int) -> ColumnElement[bool]:
    made = and_(audits.c.person_id == person_id, audits.c.subject == subject, audits.c.action == "create")
    return row_id.in_(select(audits.c.subject_id).where(made))
