"""An invoice as a person sees it, for the page: small frozen values, nothing left to look up."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal

from playground.billomat.records import Client, Invoice, Item, Status
from playground.billomat.totals import NetGross, TaxSum


@dataclass(frozen=True, slots=True)
class Document:
    """One invoice. `number` is a preview while it is a draft; placeholders in the texts are filled in.

    The prices of `lines` are net or gross as `net_gross` says; `supply_period` is the text that was sent.
    """

    id: int
    status: Status
    number: str
    created: datetime.datetime
    client_name: str
    client_number: str
    address: tuple[str, ...]
    date: datetime.date | None
    due_date: datetime.date | None
    supply_period: str
    label: str
    title: str
    intro: str
    note: str
    currency: str
    net_gross: NetGross
    reduction: str
    total_reduction: Decimal
    lines: tuple[Item, ...]
    taxes: tuple[TaxSum, ...]
    total_net: Decimal
    total_gross: Decimal


def document(invoice: Invoice, client: Client | None, *, number: str, status: Status) -> Document:
    """The invoice with its client, ready to be shown."""
    totals = invoice.totals

    due = invoice.due_date or _due(invoice)

    def filled(text: str) -> str:
        due_date = due.strftime("%d.%m.%Y") if due else "–"
        return text.replace("[Invoice.invoice_number]", number).replace("[Invoice.due_date]", due_date)

    return Document(
        id=invoice.id,
        status=status,
        number=number,
        created=invoice.created,
        client_name=(client.name or client.person) if client else "",
        client_number=client.client_number if client else "",
        address=tuple(invoice.address.splitlines()),
        date=invoice.date,
        due_date=invoice.due_date,
        supply_period=invoice.supply_date,
        label=invoice.label,
        title=filled(invoice.title),
        intro=filled(invoice.intro),
        note=filled(invoice.note),
        currency=invoice.currency_code,
        net_gross=invoice.net_gross,
        reduction=invoice.reduction,
        total_reduction=invoice.unreduced.net - totals.net,
        lines=invoice.items,
        taxes=totals.taxes,
        total_net=totals.net,
        total_gross=totals.gross,
    )


def _due(invoice: Invoice) -> datetime.date | None:
    """When a draft would have to be paid if it were completed as it is."""
    if invoice.date is None or invoice.due_days is None:
        return None
    return invoice.date + datetime.timedelta(days=invoice.due_days)
