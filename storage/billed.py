"""What of a customer's time is on invoices already, by the days that those are for."""

from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Connection, and_, bindparam, select

from bot.billing.rules.states import BINDS_NOTHING
from storage.rows import columns_of
from storage.statements import Query
from storage.tables import customers, drafts


class BilledDays(NamedTuple):
    """A draft or an invoice with the days it is for: the period that was chosen, else those of its work."""

    id: int
    customer: str
    number: str
    part: str
    first_day: date | None
    last_day: date | None
    service_first: date | None
    service_last: date | None
    approved_at: datetime

    @property
    def first(self) -> date | None:
        """The first of its days."""
        return self.first_day or self.service_first

    @property
    def last(self) -> date | None:
        """The last of its days."""
        return self.last_day or self.service_last


_BILLED = Query(
    select(*columns_of(BilledDays, drafts, customer=customers.c.name))
    .join_from(drafts, customers, customers.c.id == drafts.c.customer_id)
    .where(
        and_(
            drafts.c.workspace_id == bindparam("workspace"),
            drafts.c.customer_id == bindparam("customer"),
            *(drafts.c.state != state for state in sorted(BINDS_NOTHING)),
            drafts.c.approved_at.is_not(None),
        )
    )
    .order_by(drafts.c.id.desc()),
    BilledDays._make,
)


def billed_days(db: Connection, workspace_id: int, customer_id: int) -> list[BilledDays]:
    """What was approved for a customer and not given up, the newest first."""
    return _BILLED.all(db, workspace=workspace_id, customer=customer_id)
