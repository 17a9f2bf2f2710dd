"""How a workspace's account is reached: a client with its key and its budget of calls, or why there is none."""

import logging
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Connection

from bot.billomat import client as billomat
from bot.billomat.budget import CallBudget
from bot.billomat.client import AccessDenied, Billomat, Budget, Refused
from bot.billomat.rules.trouble import Trouble
from bot.core.context import Bot
from bot.core.vault import Unreadable
from storage import billomat as billomat_rows
from storage.billomat import ConnectedAccount

T = TypeVar("T")
log = logging.getLogger(__name__)


class KeyUnreadable(AccessDenied):
    """The stored key cannot be decrypted, so Billomat was not asked. Waits for a connection as its refusal would."""

    def __init__(self) -> None:
        super().__init__("The stored key cannot be decrypted.", trouble=Trouble.UNREADABLE)


def client_for(bot: Bot, billomat_id: str, key: str, budget: Budget | None = None) -> Billomat:
    """A client for one account; without a budget nothing holds it back."""
    secret = bot.settings.billomat_app_secret
    return Billomat(
        bot.http,
        base_url=billomat.base_url(bot.settings.billomat_url, billomat_id),
        key=key,
        app_id=bot.settings.billomat_app_id,
        app_secret=secret.get_secret_value() if secret else None,
        budget=budget,
    )


def open_client(bot: Bot, account: ConnectedAccount) -> Billomat:
    """A client for the workspace's account; it shares the calls that Billomat allows with all processes.

    Raises KeyUnreadable when the key can no longer be decrypted, and forgets that it could not once it can.
    """
    try:
        key = bot.vault.open(account.secret_key)
    except Unreadable:
        log.error(  # noqa: TRY400 (the places in the code would tell nothing)
            "the stored Billomat key of workspace %d cannot be decrypted: TRACKOMAT_KEY was changed or lost",
            account.workspace_id,
        )
        raise KeyUnreadable from None
    if account.trouble == Trouble.UNREADABLE:
        with bot.database.write() as db:
            billomat_rows.change_account(db, account.workspace_id, trouble=None)
    return client_for(bot, account.billomat_id, key, CallBudget(bot.database, account.workspace_id))


def note_trouble(db: Connection, workspace_id: int, trouble: Trouble) -> None:
    """Remember what keeps us from Billomat, until somebody connects anew or it works again."""
    billomat_rows.change_account(db, workspace_id, trouble=trouble)


def unless_missing(ask: Callable[[], T]) -> T | None:
    """What Billomat answers; None where it does not know the address at all, and we do without."""
    try:
        return ask()
    except Refused as error:
        if error.status != 404:
            raise
        return None


def unless_gone(client: Billomat, billomat_id: int, ask: Callable[[int], T | None]) -> T | None:
    """What Billomat answers about one thing; None: it is not there (any more)."""
    try:
        return ask(billomat_id)
    except AccessDenied as error:
        if error.trouble is not Trouble.KEY:  # other programs report that it also stands for what is not there
            raise
    client.clients(per_page=1)  # which raises, if it was the key that 401 stood for
    return None
