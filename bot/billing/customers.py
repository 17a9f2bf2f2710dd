"""The customer of a form or a button, which may have become part of another one while somebody looked at it."""

from sqlalchemy import Connection

from bot.core.caller import Caller
from bot.core.errors import UserError
from bot.tracking.rules.filters import Filter
from storage import billing as billing_rows
from storage import unbilled as unbilled_rows
from storage.change import Change
from storage.filter_names import read_merged
from storage.unbilled import Payer


def find_customer(db: Connection, caller: Caller, customer_id: int) -> Payer:
    """A customer whose invoices are looked at or changed; nothing is kept for one that was merged. Raises UserError."""
    found = unbilled_rows.payers(db, caller.workspace_id, [customer_id])
    if not found:
        raise UserError("This customer is no longer there.")
    (customer,) = found
    merged = read_merged(db, caller.workspace_id, Filter(customers=(customer_id,))).customers
    into = customer_id
    while into in merged:
        into = merged[into]
    if into != customer_id:
        (survivor,) = unbilled_rows.payers(db, caller.workspace_id, [into])
        raise UserError(
            "{name} became part of {into} meanwhile, and nothing is kept for it. Look at {into} instead.",
            name=customer.name,
            into=survivor.name,
        )
    return customer


def lock_customer(change: Change[Caller], customer_id: int) -> Payer:
    """The same, while something is kept for it: nobody merges it meanwhile. Raises UserError."""
    customer = find_customer(change.db, change.by, customer_id)
    billing_rows.lock_customer(change.db, customer.id)
    return find_customer(change.db, change.by, customer.id)
