"""In which currency expenses and lump sums are kept."""

from sqlalchemy import Connection

from bot.core.caller import Caller
from bot.core.errors import UserError
from storage import billomat as billomat_rows
from storage import expenses as expense_rows
from storage import people as people_rows
from storage.change import Change


def currency_for(db: Connection, workspace_id: int, customer_id: int | None) -> str:
    """In which a customer's invoices are, and so what is spent for them, where nobody says another one."""
    theirs = expense_rows.currency_of_customer(db, workspace_id, customer_id) if customer_id else ""
    return theirs or currency_of(db, workspace_id)


def accepted_currency(change: Change[Caller], named: str, customer_id: int, *, known: str = "") -> str:
    """The currency of an expense, which is the customer's, the account's, or the one that it has already.

    Raises UserError for any other: no invoice would take it.
    """
    workspace_id = change.by.workspace_id
    usual = currency_for(change.db, workspace_id, customer_id)
    possible = [*dict.fromkeys((usual, currency_of(change.db, workspace_id)))]
    if named and named not in (*possible, known):
        raise UserError(
            "Expenses are kept in {currency}, as your invoices are. Type what it comes to in {currency}.",
            currency=" / ".join(possible),
            field="amount",
        )
    return named or usual


def currency_of(db: Connection, workspace_id: int) -> str:
    """In which a workspace bills those who have no currency of their own: that of its account, else its own."""
    connected = billomat_rows.connected_account(db, workspace_id)
    return connected.currency if connected else people_rows.workspace_terms(db, workspace_id).currency
