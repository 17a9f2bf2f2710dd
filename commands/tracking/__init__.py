"""What people do with their time: one file of listeners for each part of bot/tracking, and named like it."""

from bot.slack.listeners import Listeners
from commands.tracking import bulk_edit, corrections, expenses, filter_form, form, gaps, lists, timers


def register(listeners: Listeners) -> None:
    """Listen to all of it."""
    for part in (timers, form, corrections, expenses, bulk_edit, gaps, lists, filter_form):
        part.register(listeners)
