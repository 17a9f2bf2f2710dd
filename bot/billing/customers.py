"""The customer of a form or a button, which may have become part of another one while somebody looked at it."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from bot.core.caller import Caller
from bot.core.context import Bot
from bot.core.errors import UserError
from bot.tracking.rules.filters import Filter
from storage import draft_states as draft_state_rows
from storage import payers as payer_rows
from storage import people as people_rows
from storage.change import Change
from storage.filter_names import read_merged
from storage.payers import Payer


def find_customer(db: Connection, caller: Caller, customer_id: int) -> Payer:
    """A customer whose invoices are looked at or changed; nothing is kept for one that was merged. Raises UserError."""
    found = payer_rows.payers(db, caller.workspace_id, [customer_id])
    if not found:
        raise UserError("This customer is no longer there.")
    (customer,) = found
    merged = read_merged(db, caller.workspace_id, Filter(customers=(customer_id,))).customers
    into = customer_id
    while into in merged:
        into = merged[into]
    if into != customer_id:
        (survivor,) = payer_rows.payers(db, caller.workspace_id, [into])
        raise UserError(
            "{name} became part of {into} meanwhile, and nothing is kept for it. Look at {into} instead.",
            name=customer.name,
            into=survivor.name,
        )
    return customer


def lock_customer(change: Change[Caller], customer_id: int) -> Payer:
    """The same, while something is kept for it: nobody merges it meanwhile. Raises UserError."""
    customer = find_customer(change.db, change.by, customer_id)
    draft_state_rows.lock_customer(change.db, customer.id)
    return find_customer(change.db, change.by, customer.id)


def refuse_if_changed(shown: str, now: str, *, field: str | None = None) -> None:
    """Nobody undoes what others changed while a form stood open. `shown` is its digest of then; "": nobody knows.

    A form without “Back” names a field of it, where that is said. Raises UserError.
    """
    if shown in ("", now):
        return
    if field:
        raise UserError(
            "Somebody changed this meanwhile. Nothing was saved: close this window and open it again.", field=field
        )
    raise UserError("Somebody changed this meanwhile. Nothing was saved: press “Back” to see how it is now.")


@contextmanager
def changing_customer(bot: Bot, caller: Caller, customer_id: int, *, clash: UserError) -> Iterator[Change[Caller]]:
    """One change of what is kept for a customer. What the database refuses, somebody else did a moment before: `clash`.

    Raises UserError.
    """
    try:
        with bot.change(caller) as change:
            people_rows.lock_person(change.db, caller.person_id)  # before the customer: all lock in this order
            lock_customer(change, customer_id)
            yield change
    except IntegrityError:
        raise clash from None
