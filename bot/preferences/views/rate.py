"""The form for the hourly rate alone, for whoever has none yet."""

from dataclasses import dataclass

from bot.core.texts import Reader
from bot.preferences.form import WorkspacePreferences
from bot.preferences.views.shared import SHARED_FIELDS
from bot.slack.blocks import View, modal, section
from bot.slack.metadata import Metadata

RATE_ENTERED = "rate_entered"


@dataclass(frozen=True, slots=True)
class Rating:
    """What the form keeps: the currency in which the rate is asked for."""

    currency: str


RATING = Metadata(Rating)


def rate_form(to: Reader, now: WorkspacePreferences) -> View:
    """One field."""
    field = next(each for each in SHARED_FIELDS if each.column == "rate_cents").block(to, now)
    kept = RATING.pack(Rating(now.currency))
    return modal(RATE_ENTERED, to.t("Hourly rate"), [field], submit=to.t("Save"), close=to.t("Cancel"), metadata=kept)


def rated(to: Reader, cents: int, currency: str) -> View:
    """It is stored."""
    said = to.t("✅ An hour costs {rate} net from now on.", rate=to.money(cents, currency))
    return modal("rate_saved", to.t("Hourly rate"), [section(said)], close=to.t("Close"))
