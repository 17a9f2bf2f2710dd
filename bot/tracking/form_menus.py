"""What the menus of the fast form offer: what was worked on lately, and then all the others."""

from collections.abc import Sequence
from datetime import timedelta
from typing import TypeVar

from bot.catalog import finding
from bot.catalog.rules.names import Target
from bot.core.caller import Caller
from bot.core.context import Bot
from storage import recent_work as recent_rows
from storage.catalog import Named

LATELY = timedelta(days=30)
MOST_RECENT = 5
Offer = TypeVar("Offer")


def offered_customers(bot: Bot, caller: Caller, text: str) -> tuple[list[Named], list[Named]]:
    """Customers for the menu: the recent ones while nothing is typed, and the others."""
    found = finding.offered_customers(bot, caller, text)
    if text:
        return [], found
    with bot.database.read() as db:
        recent = recent_rows.recent_targets(db, caller.person_id, since=caller.now - LATELY, most=MOST_RECENT)
    return _recent_first([Named(target.customer_id, target.customer, target.number) for target in recent], found)


def offered_targets(
    bot: Bot, caller: Caller, text: str, *, customer_id: int | None
) -> tuple[list[Target], list[Target]]:
    """Projects for the menu, all or one customer's: the recent ones while nothing is typed, and the others."""
    found = finding.offered_targets(bot, caller, text, customer_id=customer_id)
    if text or customer_id is not None:
        return [], found
    with bot.database.read() as db:
        recent = recent_rows.recent_targets(db, caller.person_id, since=caller.now - LATELY, most=MOST_RECENT)
    return _recent_first(recent, found)


def offered_services(bot: Bot, caller: Caller, text: str) -> tuple[list[Named], list[Named]]:
    """Kinds of work for the menu: the recent ones while nothing is typed, and the others."""
    found = finding.offered_services(bot, caller, text)
    if text:
        return [], found
    with bot.database.read() as db:
        recent = recent_rows.recent_services(db, caller.person_id, since=caller.now - LATELY, most=MOST_RECENT)
    return _recent_first(recent, found)


def _recent_first(recent: Sequence[Offer], found: Sequence[Offer]) -> tuple[list[Offer], list[Offer]]:
    return [*dict.fromkeys(recent)], [offer for offer in found if offer not in recent]
