"""The form in which is said what is taken off of one invoice."""

from dataclasses import dataclass
from decimal import Decimal

from bot.billing.collect import Preview
from bot.core.texts import Reader
from bot.slack.blocks import Element, View, button, context, field, modal, text_input
from bot.slack.metadata import Metadata, RowId

REDUCTION = "invoice_reduction"
REDUCED = "invoice_reduced"


@dataclass(frozen=True, slots=True)
class Reducing:
    """What the form keeps: the draft."""

    draft: RowId


REDUCING = Metadata(Reducing)


def reduction_button(to: Reader, preview: Preview) -> Element:
    """Opens the form."""
    return button(to.t("Reduction …"), REDUCTION, str(preview.draft_id))


def reduction_form(to: Reader, preview: Preview) -> View:
    """The percentage; empty where the customer's own holds."""
    initial = to.number(Decimal(preview.reduction).scaleb(-4)) if preview.is_reduced_by_hand else ""
    usual = to.percent(preview.customers_reduction, scale=4)
    blocks = [
        field(
            to.t("Reduction in percent"),
            text_input("reduction", initial=initial, most=12),
            block_id="reduction",
            optional=True,
            hint=to.t("Of the whole invoice. Empty: {reduction}, as the customer has it in Billomat.", reduction=usual),
        ),
        context(
            to.t(
                "It is taken off of each line, also of what is passed through. Why it is given can stand above the "
                "lines, with Intro and closing …."
            )
        ),
    ]
    kept = REDUCING.pack(Reducing(preview.draft_id))
    return modal(REDUCED, to.t("Reduction"), blocks, submit=to.t("Save"), close=to.t("Cancel"), metadata=kept)
