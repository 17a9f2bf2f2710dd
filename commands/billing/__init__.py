"""From time to invoice: one file of listeners for each part of it."""

from bot.slack.listeners import Listeners
from commands.billing import (
    agreements,
    budgets,
    choices,
    elsewhere,
    finding,
    invoice,
    locking,
    rates,
    recipe,
    reduction,
    rounding,
    run,
    sent,
    solving,
    submitted,
    tax,
    why,
    words,
)


def register(listeners: Listeners) -> None:
    """Listen to all of it."""
    for part in (
        agreements,
        budgets,
        choices,
        elsewhere,
        finding,
        invoice,
        locking,
        rates,
        recipe,
        reduction,
        rounding,
        run,
        sent,
        solving,
        submitted,
        tax,
        why,
        words,
    ):
        part.register(listeners)
