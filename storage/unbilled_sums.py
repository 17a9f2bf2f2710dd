"""What can be billed of a whole workspace: seconds by future line, whose they are, and where a service has some."""

from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Connection, Date, Select, and_, bindparam, case, func, literal, select, text

from bot.billing.rules.grouping import BY_PROJECT_AND_SERVICE, Shared
from bot.billing.rules.periods import EVERYTHING, Period
from bot.billing.rules.rate_list import ALWAYS, RateList
from bot.billing.rules.worth import OpenLine
from bot.tracking.rules.filters import Filter
from storage import filters as filter_rows
from storage import unbilled_expenses as unbilled_expense_rows
from storage.catalog import MOST_OPTIONS
from storage.payers import Payer
from storage.rows import columns_of
from storage.tables import customers, entries, projects
from storage.unbilled import CAN_BE_BILLED


class ServiceUse(NamedTuple):
    """Where a service has unbilled time."""

    customer_id: int
    customer: str
    project_id: int | None
    project: str | None


class UnbilledSum(NamedTuple):
    """Seconds of one future line, with its customer and service."""

    payer: Payer
    seconds: int
    service_id: int | None
    project_id: int | None = None
    person_id: int = 0
    day: date = ALWAYS
    """Who worked and when, where rates ask for it; one day stands for all with the same prices."""

    @property
    def line(self) -> OpenLine:
        """The line, as it is priced."""
        return OpenLine(self.payer.id, self.project_id, self.service_id, self.person_id, self.day)


_GROUPED_BY = {Shared.PROJECT: entries.c.project_id, Shared.SERVICE: entries.c.service_id}
_BY_LINE = (
    select(
        entries.c.customer_id,
        entries.c.project_id,
        entries.c.service_id,
        func.sum(entries.c.seconds).label("seconds"),
    )
    .where(and_(entries.c.workspace_id == bindparam("workspace"), CAN_BE_BILLED))
    .group_by(entries.c.customer_id, *(_GROUPED_BY[shared] for shared in BY_PROJECT_AND_SERVICE.shared))
)


def _with_payers(by_line: Select[Any]) -> Select[Any]:
    sums = by_line.subquery()
    asked = [sums.c[name] for name in ("rated_person", "rated_day") if name in sums.c]
    columns = (sums.c.seconds, sums.c.service_id, sums.c.project_id, *asked, *columns_of(Payer, customers))
    return select(*columns).join_from(sums, customers, customers.c.id == sums.c.customer_id)


_OF_DAYS = entries.c.day.between(bindparam("first"), bindparam("last"))
_UNBILLED_SUMS = _with_payers(_BY_LINE)
_SUMS_OF_DAYS = _with_payers(_BY_LINE.where(_OF_DAYS))


def customers_to_bill(db: Connection, workspace_id: int, chosen: Filter) -> list[int]:
    """Whose time or expenses that can be billed fit a filter, the most time first."""
    query = (
        select(entries.c.customer_id)
        .where(and_(filter_rows.matching(workspace_id, chosen), CAN_BE_BILLED))
        .group_by(entries.c.customer_id)
        .order_by(func.sum(entries.c.seconds).desc(), entries.c.customer_id)
        .limit(MOST_OPTIONS)
    )
    found = [row.customer_id for row in db.execute(query)]
    spent = sorted(unbilled_expense_rows.open_by_customer(db, workspace_id, chosen))
    return list(dict.fromkeys([*found, *spent]))[:MOST_OPTIONS]


def unbilled_sums(db: Connection, workspace_id: int, rates: RateList, period: Period = EVERYTHING) -> list[UnbilledSum]:
    """Everybody's seconds of some days that can be billed, added up as the lines of invoices would be."""
    values: dict[str, Any] = {"workspace": workspace_id}
    if period != EVERYTHING:
        values |= {"first": period.first, "last": period.last}
    if rates.asks:
        by_line = _BY_LINE if period == EVERYTHING else _BY_LINE.where(_OF_DAYS)
        rows = db.execute(_with_payers(_as_asked(by_line, rates)), values)
        return [UnbilledSum(Payer._make(row[5:]), *row[:5]) for row in rows]
    rows = db.execute(_UNBILLED_SUMS if period == EVERYTHING else _SUMS_OF_DAYS, values)
    return [UnbilledSum(Payer._make(row[3:]), *row[:3]) for row in rows]


def _as_asked(by_line: Select[Any], rates: RateList) -> Select[Any]:
    """The sums parted by what rates ask for."""
    person = entries.c.person_id if rates.by_person else literal(0)
    since = [(entries.c.day >= day, literal(day, Date)) for day in reversed(rates.breaks)]
    rated_day = case(*since, else_=literal(ALWAYS, Date)) if since else literal(ALWAYS, Date)
    return by_line.add_columns(person.label("rated_person"), rated_day.label("rated_day")).group_by(
        text("rated_person"), text("rated_day")
    )


def uses_of_service(db: Connection, workspace_id: int, service_id: int) -> list[ServiceUse]:
    """The customers and projects that have unbilled time with a service, by their names."""
    query = (
        select(*columns_of(ServiceUse, entries, customer=customers.c.name, project=projects.c.name))
        .distinct()
        .join_from(entries, customers, customers.c.id == entries.c.customer_id)
        .outerjoin(projects, projects.c.id == entries.c.project_id)
        .where(and_(entries.c.workspace_id == workspace_id, entries.c.service_id == service_id, CAN_BE_BILLED))
        .order_by(customers.c.name, projects.c.name)
    )
    return [ServiceUse._make(row) for row in db.execute(query)]
