"""What retainers include of open time, and their fees, which stand on the invoices of their months by themselves."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Connection

from bot.billing.rules.agreements import Agreement, first_of_month
from bot.billing.rules.retainers import Allotted, Fee, OpenTime, Retainer, allot, due_fees
from bot.billing.rules.scope import ALL_WORK
from bot.core.context import Itself
from bot.people import callers as people
from bot.tracking.rules.filters import Filter
from storage import agreements as agreement_rows
from storage import draft_states as draft_state_rows
from storage import people as people_rows
from storage import retainers as retainer_rows
from storage.change import Author, Change
from storage.expenses import NOT_SAVED, Expense
from storage.retainers import OpenWork


@dataclass(frozen=True, slots=True)
class Retained:
    """Which open entries of a customer are included, and the retainers as they are after that."""

    allotted: Mapping[int, Allotted] = field(default_factory=dict)
    retainers: tuple[Retainer, ...] = ()

    def of(self, agreement_id: int | None) -> Retainer | None:
        """One of the retainers."""
        return next((each for each in self.retainers if each.agreement.id == agreement_id), None)


def read_retained(db: Connection, workspace_id: int, customer_id: int, agreements: Sequence[Agreement]) -> Retained:
    """What a customer's retainers include now; `agreements` are all of theirs. Nothing is read without a retainer."""
    retainers = retainer_rows.retainers_of(db, workspace_id, agreements, customer_id)
    if not retainers:
        return Retained()
    first = min(each.agreement.first_day for each in retainers)
    worked = retainer_rows.open_time(db, workspace_id, customer_id, first)
    return Retained(*allot(retainers, agreements, worked))


class IncludedWork(NamedTuple):
    """An open entry of which so many seconds are included."""

    work: OpenWork
    seconds: int


def read_included(
    db: Connection, workspace_id: int, chosen: Filter, agreements: Sequence[Agreement]
) -> list[IncludedWork]:
    """What of everybody's open time that fits a filter is included; `agreements` are all of the workspace.

    It follows from all that is open, whatever is asked about. Nothing is read without a retainer.
    """
    retainers = retainer_rows.retainers_of_workspace(db, workspace_id, agreements)
    if not retainers:
        return []
    every, allotted = retainer_rows.open_work(db, workspace_id, ALL_WORK), dict[int, Allotted]()
    worked: dict[int, list[OpenTime]] = {}
    for each in every:
        worked.setdefault(each.customer_id, []).append(each.time)
    for customer_id, theirs in worked.items():
        agreed = [each for each in agreements if each.customer_id == customer_id]
        allotted |= allot([each for each in retainers if each.agreement in agreed], agreed, theirs)[0]
    fitting = every if chosen == ALL_WORK else retainer_rows.open_work(db, workspace_id, chosen)
    return [IncludedWork(each, allotted[each.entry_id].seconds) for each in fitting if each.entry_id in allotted]


def put_fees(change: Change[Author], agreements: Iterable[Agreement], until: date) -> bool:
    """Put the fees of all months up to that of a day among what is to be billed; whether any came.

    The caller holds the customer's lock. Nobody asked for it: it is Trackomat's own change, which no undo takes back.
    """
    itself, due = Change(change.db, Itself(change.by.workspace_id, change.by.now)), due_fees(agreements, until)
    for fee in due:
        put_fee(itself, fee)
        retainer_rows.note_fees(itself, fee.agreement.id, fee.month)
    return bool(due)


def put_fee(change: Change[Author], fee: Fee) -> None:
    """Put the fee of one month among what is to be billed; the caller holds the customer's lock.

    Raises IntegrityError where the month has one.
    """
    retainer_rows.put_fee(change, fee, _expense(change.db, fee, change.by))


def put_all_due(db: Connection, now: datetime) -> None:
    """Put everybody's fees of months that began, each as the calendar says where its person is."""
    for workspace_id, customer_id in retainer_rows.customers_with_due_fees(db, first_of_month(now.date())):
        draft_state_rows.lock_customer(db, customer_id)
        change = Change(db, Itself(workspace_id, now))
        for agreement in agreement_rows.agreements_of(db, workspace_id, customer_id):
            if agreement.person_id is not None:
                person = people_rows.get_person(db, agreement.person_id)
                put_fees(change, [agreement], people.acting(person, now=now).today)


def _expense(db: Connection, fee: Fee, by: Author) -> Expense:
    """The fee as an expense of the first day of its month."""
    agreement, person = fee.agreement, people_rows.get_person(db, fee.agreement.person_id or 0)
    return Expense(
        id=NOT_SAVED,
        workspace_id=by.workspace_id,
        person_id=person.person_id,
        customer_id=agreement.customer_id,
        project_id=agreement.project_id,
        person=person.name,
        customer="",
        project=None,
        day=fee.month,
        note="",
        amount_cents=agreement.cents,
        currency=agreement.currency,
        gross=False,
        vat_rate=None,
        article_id=None,
        article=None,
        receipt="",
        billable=True,
        private=False,
        pass_through=False,
        created_at=by.now,
        updated_at=by.now,
    )
