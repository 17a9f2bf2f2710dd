"""What is known of a customer beside their name: address, e-mail, VAT id, and the order number that is kept here."""

from typing import NamedTuple

from sqlalchemy import Connection, and_, select

from storage.change import Author, Change
from storage.recorded import change_row
from storage.rows import columns_of
from storage.tables import customers
from storage.tables.catalog import CustomerColumns


class CustomerDetails(NamedTuple):
    """As Billomat had it when it was read last, and what people keep here."""

    id: int
    name: str
    billomat_id: int | None
    country: str
    vat_id: str
    kind: str
    email: str
    street: str
    zip: str
    city: str
    order_number: str

    def address(self, between: str = "\n") -> str:
        """Street, postal code with city, and country."""
        parts = (self.street, f"{self.zip} {self.city}".strip(), self.country)
        return between.join(part for part in parts if part)


def find_details(db: Connection, workspace_id: int, customer_id: int) -> CustomerDetails | None:
    """What is known of a customer of this workspace."""
    query = select(*columns_of(CustomerDetails, customers)).where(
        and_(customers.c.workspace_id == workspace_id, customers.c.id == customer_id)
    )
    row = db.execute(query).first()
    return CustomerDetails._make(row) if row else None


def keep_tax(change: Change[Author], customer_id: int, case: str, *, writes_words: bool = True) -> None:
    """Keep which VAT holds for the customer, and whether its words are written here."""
    values: CustomerColumns = {"tax_case": case, "tax_words": writes_words}
    change_row(change, "customer", customers, customer_id, "change VAT", values)


def keep_order_number(change: Change[Author], customer_id: int, order_number: str) -> None:
    """Keep it for the customer, or forget it with an empty text."""
    change_row(change, "customer", customers, customer_id, "change order number", {"order_number": order_number})
