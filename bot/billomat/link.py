"""Links customers that were created in Slack with those of Billomat."""

from dataclasses import dataclass

from bot.catalog.rules.spelling import name_key
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.core.errors import UserError
from bot.people.callers import require_biller
from storage import catalog as catalog_rows
from storage import draft_states as draft_state_rows
from storage import linking as linking_rows
from storage import unbilled as unbilled_rows
from storage import upkeep as upkeep_rows
from storage.catalog import Named
from storage.change import Change


@dataclass(frozen=True, slots=True)
class LinkedCustomers:
    """Two customers that became one, and how many entries moved."""

    ours: Named
    theirs: Named
    entries: int
    customer_id: int
    """Of the one that both are now."""


def offered_customers(bot: Bot, caller: Caller, text: str, *, linked: bool) -> list[Named]:
    """Customers for a menu: those of Billomat, or those created in Slack without a counterpart. Raises UserError."""
    require_biller(caller)
    with bot.database.read() as db:
        return linking_rows.search_linkable(db, caller.workspace_id, name_key(text), linked=linked)


def link_customer(bot: Bot, caller: Caller, ours: int, theirs: int) -> LinkedCustomers:
    """Make a customer created in Slack and one of Billomat the same; projects and time move. Raises UserError."""
    require_biller(caller)
    with bot.change(caller) as change:
        return link_now(change, ours, theirs)


def link_now(change: Change[Caller], ours: int, theirs: int) -> LinkedCustomers:
    """The same as a part of something else. Raises UserError."""
    db, workspace_id = change.db, change.by.workspace_id
    catalog_rows.lock_workspace(db, workspace_id)
    unbilled_rows.lock_workers(db, workspace_id, ours)  # they may just make two of one that moves
    for each in sorted((ours, theirs)):  # in one order, so that two people who link do not wait for each other
        draft_state_rows.lock_customer(db, each)
    from_slack = linking_rows.linkable_customer(db, workspace_id, ours, linked=False)
    from_billomat = linking_rows.linkable_customer(db, workspace_id, theirs, linked=True)
    if from_slack is None:
        raise UserError("This customer was linked already or is no longer there.", field="ours")
    if from_billomat is None:
        raise UserError("This customer is no longer in Billomat. Please choose another one.", field="theirs")
    moved, became = 0, ours
    if not upkeep_rows.is_billed(db, ours):
        moved = upkeep_rows.merge_customers(change, ours=ours, theirs=theirs, action=linking_rows.LINK)
        became = theirs
    elif not linking_rows.adopt_customer(change, ours=ours, theirs=theirs):
        raise UserError(
            "Some of the work for {name} is billed elsewhere, and {other} is in use too, so they cannot become one. "
            "Press “No longer billed elsewhere …” below a list of it, link them, and mark it again.",
            field="ours",
            name=from_slack.name,
            other=from_billomat.name,
        )
    catalog_rows.names_changed(db, workspace_id)
    return LinkedCustomers(from_slack, from_billomat, moved, became)
