"""The form in which is said what holds for one invoice alone: what is taken off of it, and which VAT it bears."""

from dataclasses import dataclass
from decimal import Decimal

from bot.billing.preview import Preview
from bot.billing.reducing import for_once_digest
from bot.billing.rules.rates import CENT
from bot.billing.rules.reductions import Reduction
from bot.billing.views.tax import tax_once_field
from bot.core.texts import Reader
from bot.slack.blocks import Block, Element, View, button, context, field, modal, text_input
from bot.slack.metadata import Metadata, RowId

REDUCTION = "invoice_reduction"
REDUCED = "invoice_reduced"


@dataclass(frozen=True, slots=True)
class Reducing:
    """What the form keeps: the draft, and the digest of what held for it when it was opened."""

    draft: RowId
    shown: str = ""


REDUCING = Metadata(Reducing)


def reduction_button(to: Reader, preview: Preview) -> Element:
    """Opens the form."""
    label = to.t("Reduction, VAT …") if preview.is_german else to.t("Reduction …")
    return button(label, REDUCTION, str(preview.draft_id))


def reduction_form(to: Reader, preview: Preview) -> View:
    """A percentage or an amount; empty where the customer's own holds."""
    own = preview.reduction if preview.is_reduced_by_hand else None
    usual = to.percent(preview.customers_reduction, scale=4)
    hint = to.t("Of the whole invoice. Empty: {reduction}, as the customer has it in Billomat.", reduction=usual)
    blocks = [
        *reduction_fields(to, preview, own, hint=hint),
        context(
            to.t(
                "It is taken off of each line, also of what is passed through. Why it is given can stand above the "
                "lines, with “Intro and closing …”."
            )
        ),
    ]
    title = to.t("Reduction")
    if preview.is_german:
        title = to.t("Reduction and VAT")
        blocks.append(tax_once_field(to, preview))
    kept = REDUCING.pack(Reducing(preview.draft_id, for_once_digest(preview)))
    return modal(REDUCED, title, blocks, submit=to.t("Save"), close=to.t("Cancel"), metadata=kept)


def reduction_fields(to: Reader, preview: Preview, typed: Reduction | None, *, hint: str = "") -> list[Block]:
    """A percentage, or an amount: with VAT where the invoice's prices are. Both empty where nobody typed any."""
    percent = amount = ""
    if typed and typed.cents:
        amount = to.amount(typed.cents * CENT, preview.currency)
    elif typed is not None:
        percent = to.number(Decimal(typed.percent).scaleb(-4))
    of_amount = to.t("With VAT, as the prices here are.") if preview.gross_prices else to.t("Without VAT.")
    return [
        field(
            to.t("Reduction in percent"),
            text_input("reduction", initial=percent, most=12),
            block_id="reduction",
            optional=True,
            hint=hint,
        ),
        field(
            to.t("Or reduction in {currency}", currency=preview.currency),
            text_input("reduction_amount", initial=amount, most=30),
            block_id="reduction_amount",
            optional=True,
            hint=of_amount,
        ),
    ]


def reduction_said(to: Reader, reduction: Reduction, currency: str) -> str:
    """10%, or €50.00."""
    return to.money(reduction.cents, currency) if reduction.cents else to.percent(reduction.percent, scale=4)
