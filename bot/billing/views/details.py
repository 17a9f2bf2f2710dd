"""What is known of a customer for their invoices: address, e-mail, VAT id, and the order number that is kept here."""

from dataclasses import dataclass

from bot.billing.details import order_number_digest
from bot.core.texts import Reader
from bot.slack.blocks import Block, View, context, field, modal, text_input
from bot.slack.metadata import Metadata, RowId
from storage.details import CustomerDetails

ORDER_NUMBER_SAVED = "order_number_saved"
LONGEST = 100
"""A Leitweg-ID has 46 signs at most; orders of large companies are called longer things."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What the form keeps: the customer, and the digest of their order number when it was opened."""

    customer: RowId
    shown: str


KEPT = Metadata(Kept)


def details_said(to: Reader, details: CustomerDetails) -> str:
    """All of it in a line for each thing; empty where nothing is known."""
    said = {
        to.t("Address"): details.address(", "),
        to.t("E-mail"): details.email,
        to.t("VAT id"): details.vat_id,
        to.t("Order number"): details.order_number,
    }
    return "\n".join(to.t("{what}: {value}", what=what, value=value) for what, value in said.items() if value)


def order_number_said(to: Reader, order_number: str) -> str:
    """What is kept, or that nothing is."""
    if order_number:
        return to.t("Order number or Leitweg-ID: {number}", number=order_number)
    return to.t("No order number and no Leitweg-ID is kept.")


def order_number_form(to: Reader, details: CustomerDetails) -> View:
    """The form, with what is kept."""
    blocks: list[Block] = [
        field(
            to.t("Order number or Leitweg-ID"),
            text_input("order_number", initial=details.order_number, most=LONGEST),
            block_id="order_number",
            optional=True,
            hint=to.t("Public customers in Germany have a Leitweg-ID, such as 04011000-12345-03."),
        ),
        context(
            to.t(
                "It goes where you write {variable} into the texts of an invoice: Billomat takes it nowhere else. "
                "Empty, the line with it is left out.",
                variable=f"{{{to.t('order number')}}}",
            )
        ),
    ]
    return modal(
        ORDER_NUMBER_SAVED,
        to.t("Order number"),
        blocks,
        submit=to.t("Save"),
        close=to.t("Cancel"),
        metadata=KEPT.pack(Kept(details.id, order_number_digest(details))),
    )
