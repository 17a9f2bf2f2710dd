"""From time to invoice: one file of listeners for each part of it."""

from bot.slack.listeners import Listeners
from commands.billing import invoice, recipe, run, words


def register(listeners: Listeners) -> None:
    """Listen to all of it."""
    for part in (invoice, recipe, run, words):
        part.register(listeners)
