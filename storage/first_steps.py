"""How far a person is with the first steps: what has to be there before an invoice draft can be made."""

from typing import NamedTuple

from sqlalchemy import Connection, and_, exists, or_, select

from storage.people import KnownPerson
from storage.tables import billomat_accounts as accounts
from storage.tables import entries, people, services, workspaces


class StepsDone(NamedTuple):
    """Which steps are done."""

    connected: bool
    imported: bool
    priced: bool
    """The workspace has an hourly rate, or a service an article."""
    timed: bool
    """The person wrote down time."""


def steps_done(db: Connection, person: KnownPerson) -> StepsDone:
    """How far a person and their workspace are."""
    of_account = accounts.c.workspace_id == person.workspace_id
    has_rate = exists().where(and_(workspaces.c.id == person.workspace_id, workspaces.c.rate_cents.is_not(None)))
    of_services = and_(services.c.workspace_id == person.workspace_id, services.c.article_id.is_not(None))
    query = select(
        exists().where(of_account),
        exists().where(and_(of_account, accounts.c.imported_at.is_not(None))),
        or_(has_rate, exists().where(and_(of_services, services.c.archived.is_(False)))),
        exists().where(entries.c.person_id == person.person_id),
    )
    return StepsDone(*map(bool, db.execute(query).one()))


def people_at_first_steps(db: Connection, workspace_id: int) -> list[int]:
    """Who is shown how far they are."""
    shown = and_(people.c.workspace_id == workspace_id, people.c.steps_open.is_(True))
    return list(db.execute(select(people.c.id).where(shown).order_by(people.c.id)).scalars())
