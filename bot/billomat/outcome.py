"""What an import means here: open time of what was archived, and services that are called like articles."""

from dataclasses import dataclass

from bot.core.caller import Caller
from bot.core.context import Bot, Itself
from bot.core.errors import UserError
from bot.people.callers import require_admin
from storage import billing_defaults as billing_default_rows
from storage import catalog as catalog_rows
from storage import listing as listing_rows
from storage import service_articles as service_rows
from storage.billing_defaults import BilledService
from storage.change import Change
from storage.listing import OpenWork
from storage.service_articles import SameName


@dataclass(frozen=True, slots=True)
class ArchivedWork:
    """A customer that an import archived, with what is open on them."""

    name: str
    work: OpenWork


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a person has to know after an import."""

    archived: tuple[ArchivedWork, ...]
    articled: tuple[SameName, ...]
    """Services that are billed as the article of their name from now on."""
    asked: tuple[tuple[SameName, ...], ...]
    """Services with the articles of which it is not sure that they are meant."""

    @property
    def is_urgent(self) -> bool:
        """Whether somebody has to hear of it who did not ask for the import."""
        return bool(self.archived or self.articled)


def conclude(change: Change[Itself], archived: tuple[int, ...]) -> Outcome:
    """Link what is sure, and find what is to be said; `archived` are customers."""
    db, workspace_id = change.db, change.by.workspace_id
    articled = service_rows.link_certain(change)
    work = listing_rows.open_work(db, workspace_id, "customer", archived)
    names = {row_id: catalog_rows.customer_name(db, workspace_id, row_id) for row_id in work}
    return Outcome(
        archived=tuple(ArchivedWork(names[row_id], each) for row_id, each in work.items()),
        articled=tuple(articled),
        asked=tuple(map(tuple, service_rows.same_names(db, workspace_id))),
    )


def choose_article(bot: Bot, caller: Caller, service_id: int, article_id: int | None) -> BilledService:
    """Say as which article a service is billed; None: as none, at the hourly rate. Raises UserError."""
    require_admin(caller)
    with bot.change(caller) as change:
        if billing_default_rows.billed_service(change.db, caller.workspace_id, service_id) is None:
            raise UserError("This service is no longer there. /track settings shows what is.")
        if article_id is not None and not catalog_rows.is_live_article(change.db, caller.workspace_id, article_id):
            raise UserError("This article is no longer there. Please choose another one.")
        service_rows.settle(change, service_id, article_id)
        now = billing_default_rows.billed_service(change.db, caller.workspace_id, service_id)
    if now is None:
        raise UserError("This service is no longer there. /track settings shows what is.")
    return now
