"""What the database says meanwhile of a customer's drafts, so that people know whether to press once more."""

from datetime import date

from sqlalchemy import Select, func, or_, select

from bot.billing.rules.states import BEING_MADE, DraftState
from storage.catalog import customers
from storage.database import Database
from storage.jobs import jobs
from storage.tables import drafts, freed_shares, sent_invoices, settlements, workspaces
from storage.unbilled import HAS_OPEN_EXPENSES, HAS_OPEN_TIME

_OF_CUSTOMER = select(customers.c.name, drafts.c.id, drafts.c.state, drafts.c.billomat_id).join(
    customers, customers.c.id == drafts.c.customer_id
)


class Reading:
    """Asks the database; each question is a transaction of its own."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def state(self, name: str) -> DraftState | None:
        """Of the draft that is being made for a customer, else of the newest one."""
        with self._database.read() as db:
            rows = db.execute(_OF_CUSTOMER.where(customers.c.name == name).order_by(drafts.c.id.desc())).all()
        being_made = [row.state for row in rows if row.state in BEING_MADE]
        return next((DraftState(state) for state in being_made or [row.state for row in rows]), None)

    def stands_on(self, name: str) -> int:
        """Billomat's id of the newest invoice of a customer's draft that stands there."""
        sent = _OF_CUSTOMER.where(customers.c.name == name, drafts.c.state == DraftState.SENT)
        with self._database.read() as db:
            found: list[int] = [row.billomat_id for row in db.execute(sent)]
        return max(found)

    def is_free(self, name: str) -> bool:
        """Whether a customer has something that can be billed."""
        return bool(self._count(select(func.count()).where(customers.c.name == name, _IS_OPEN)))

    def on_the_way(self) -> dict[str, str]:
        """The customers of drafts that were approved and do not stand in Billomat yet, and their states."""
        there = [*BEING_MADE, DraftState.SENT, DraftState.DISCARDED]
        with self._database.read() as db:
            return {row.name: row.state for row in db.execute(_OF_CUSTOMER.where(drafts.c.state.not_in(there)))}

    def is_decided(self, name: str) -> bool:
        """Whether somebody said what becomes of a cancelled invoice."""
        decided = select(func.count()).where(sent_invoices.c.draft_id.in_(_ids(name)), sent_invoices.c.decision != "")
        return bool(self._count(decided))

    def is_settled(self, name: str) -> bool:
        """Whether something of a sent draft was freed or written off."""
        freed = select(func.count()).where(freed_shares.c.draft_id.in_(_ids(name)))
        written_off = select(func.count()).where(settlements.c.draft_id.in_(_ids(name)))
        return self._count(freed) + self._count(written_off) > 0

    def locked_until(self) -> date | None:
        """Up to which day nothing changes."""
        with self._database.read() as db:
            return db.execute(select(workspaces.c.locked_until)).scalar_one()

    def is_planned(self, kind: str) -> bool:
        """Whether a job of this kind has still to be done."""
        return bool(self._count(select(func.count()).where(jobs.c.kind == kind, jobs.c.due.is_not(None))))

    def _count(self, query: Select[int]) -> int:
        with self._database.read() as db:
            found: int = db.execute(query).scalar_one()
        return found


_IS_OPEN = or_(HAS_OPEN_TIME, HAS_OPEN_EXPENSES)


def _ids(name: str) -> Select[int]:
    return select(drafts.c.id).join(customers, customers.c.id == drafts.c.customer_id).where(customers.c.name == name)
