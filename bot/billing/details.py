"""What is known of a customer for their invoices, and the order number that people keep for it."""

from bot.billing.customers import lock_customer, refuse_if_changed
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.core.digests import digest
from bot.core.errors import UserError
from bot.people.callers import require_biller
from storage import details as details_rows
from storage.details import CustomerDetails


def read_details(bot: Bot, caller: Caller, customer_id: int) -> CustomerDetails:
    """What is known of a customer. Raises UserError."""
    require_biller(caller)
    with bot.database.read() as db:
        found = details_rows.find_details(db, caller.workspace_id, customer_id)
    if found is None:
        raise UserError("This customer is no longer there.")
    return found


def order_number_digest(details: CustomerDetails) -> str:
    """By which a form knows whether another order number is kept by now."""
    return digest(details.order_number)


def change_order_number(bot: Bot, caller: Caller, customer_id: int, typed: str, *, shown: str) -> None:
    """Keep another order number for the next invoices of a customer; `shown` is the digest of the one before.

    Raises UserError, also where somebody kept another one meanwhile.
    """
    require_biller(caller)
    with bot.change(caller) as change:
        lock_customer(change, customer_id)
        now = details_rows.find_details(change.db, caller.workspace_id, customer_id)
        refuse_if_changed(shown, order_number_digest(now) if now else "")
        details_rows.keep_order_number(change, customer_id, " ".join(typed.split()))
