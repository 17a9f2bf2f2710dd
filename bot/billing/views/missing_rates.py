"""The form that asks for all rates that an invoice lacks."""

from dataclasses import dataclass

from bot.billing.missing_rates import EnteredRates
from bot.billing.preview import Preview
from bot.billing.rules.missing_rates import MissingRate, missing_rates
from bot.billing.rules.outline import TOP, Place
from bot.core.texts import Reader
from bot.slack.blocks import Block, View, context, cut, field, modal, text_input
from bot.slack.metadata import Metadata, RowId
from bot.slack.request import Request

MISSING_RATES = "invoice_missing_rates"
ENTERED = "invoice_missing_rates_entered"
MOST = 50
"""Rates that are asked at once: of more the invoice goes on lacking the rest, and asks for them then."""
_LONGEST = 150


@dataclass(frozen=True, slots=True)
class AskingRates:
    """What the form keeps: the draft, which of its lines were in sight, and in what rates are asked for."""

    draft: RowId
    currency: str
    gross: bool
    place: Place = TOP


ASKING_RATES = Metadata(AskingRates)


def rates_form(to: Reader, preview: Preview, place: Place) -> View:
    """A field for each kind of work that lacks a rate."""
    lacking = missing_rates(preview.lines, preview.grouping)
    blocks = [
        context(_intro(to, preview)),
        *(_rate_field(to, number, each) for number, each in enumerate(lacking[:MOST])),
    ]
    if (hidden := len(lacking) - MOST) > 0:
        blocks.append(context(to.n("{count} more is asked for next.", "{count} more are asked for next.", hidden)))
    kept = ASKING_RATES.pack(AskingRates(preview.draft_id, preview.currency, preview.gross_prices, place))
    return modal(ENTERED, to.t("Missing rates"), blocks, submit=to.t("Save"), close=to.t("Cancel"), metadata=kept)


def _intro(to: Reader, preview: Preview) -> str:
    if preview.gross_prices:
        return to.t(
            "What an hour costs on this invoice alone: with VAT, in {currency}, as this customer's prices are. What "
            "you leave empty is asked for again.",
            currency=preview.currency,
        )
    return to.t(
        "What an hour costs on this invoice alone: net, in {currency}. What you leave empty is asked for again.",
        currency=preview.currency,
    )


def _rate_field(to: Reader, number: int, rate: MissingRate) -> Block:
    """The key stands in its block_id, so that it is known what was typed for which work."""
    count, hours = len(rate.lines), to.decimal(rate.hours)
    return field(
        cut(_named(to, rate), _LONGEST),
        text_input("rate", most=30),
        block_id=f"rate{number}:{rate.key}",
        optional=True,
        hint=to.n("{hours} h on {count} line", "{hours} h on {count} lines", count, hours=hours),
    )


def _named(to: Reader, rate: MissingRate) -> str:
    """As the invoice calls it where it is one line; of several what they have in common."""
    names = {item.name for item in rate.lines}
    return names.pop() if len(names) == 1 else " · ".join(rate.names) or to.t("Work")


def entered_rates(request: Request) -> EnteredRates:
    """What was typed in its fields. Raises UserError."""
    kept, typed = request.kept(ASKING_RATES), dict[str, tuple[str, str]]()
    for number in range(MOST):
        name = f"rate{number}"
        if block_id := request.input_called(name):
            typed[name] = (block_id.partition(":")[2], request.entered_text(name))
    return EnteredRates(typed, kept.currency, kept.gross)
