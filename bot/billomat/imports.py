"""The job that imports from Billomat: which step is next, and what is told when it does not go on."""

import logging
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.billomat.access import note_trouble, open_client
from bot.billomat.client import AccessDenied, NotDone, Refused
from bot.billomat.connect import require_connected
from bot.billomat.import_account import import_account
from bot.billomat.import_lists import (
    ask_for_missed_articles,
    ask_for_missed_customers,
    import_articles,
    import_customers,
)
from bot.billomat.importing import IMPORT, Run, plan_step, show_state
from bot.billomat.progress import Progress
from bot.billomat.views import imports as views
from bot.billomat.views.connect import trouble_sentence
from bot.core.caller import Caller
from bot.core.context import Bot, Itself
from bot.people.callers import reader_of, require_admin
from storage import billomat as billomat_rows
from storage import people as people_rows
from storage.change import Change

log = logging.getLogger(__name__)


def start_import(bot: Bot, caller: Caller) -> None:
    """Have everything imported; a job does it and tells the caller. Raises UserError."""
    require_admin(caller)
    with bot.change(caller) as change:
        require_connected(change.db, caller.workspace_id)
        plan_step(change, caller.person_id, Progress())


def start_quiet_import(change: Change[Itself], person_id: int) -> None:
    """Have everything read anew that an import brings, for the person who connected the account."""
    plan_step(change, person_id, Progress(is_quiet=True))


@IMPORT.handler
def import_catalog(bot: Bot, workspace_id: int, person_id: int, **kept: Any) -> datetime | None:
    """Do one step of an import, at most one page, and put the next one. A page and the progress are one transaction.

    Raises NotDone when Billomat did not answer: the same step has to be repeated, as often as a job may be tried.
    """
    progress = Progress.of(kept)
    with bot.database.read() as db:
        account, person = billomat_rows.connected_account(db, workspace_id), people_rows.get_person(db, person_id)
    if account is None:
        return None
    to = reader_of(person)
    try:
        run = Run(bot, person, account, open_client(bot, account))
        _STEPS[progress.step](run, progress)
    except AccessDenied as denied:
        with bot.database.write() as db:
            now = billomat_rows.connected_account(db, workspace_id)
            if now and now.secret_key != account.secret_key:  # somebody connected anew meanwhile
                return bot.now()
            note_trouble(db, workspace_id, denied.trouble)
        if account.trouble is None:
            progress = replace(progress, is_quiet=False)
        show_state(bot, person, progress, views.import_stopped(to, trouble_sentence(to, denied.trouble)))
    except Refused as refused:
        log.warning("Billomat refused the import: HTTP %s", refused.status)
        show_state(bot, person, progress, views.import_stopped(to, views.refused(to, refused.text)))
    except NotDone as error:
        show_state(bot, person, progress, views.import_waits(to, error))
        if error.retry_after is None:
            raise
        return bot.now() + timedelta(seconds=error.retry_after)
    return None


def _begin(run: Run, progress: Progress) -> None:
    """Only say so: the message is in the progress before anything can go wrong, and is not posted twice."""
    shown = show_state(run.bot, run.person, progress, views.importing(run.to, 0, 0))
    with run.change() as change:
        began = int(change.by.now.timestamp())
        plan_step(change, run.person.person_id, replace(progress, step="account", shown=shown, began=began))


_STEPS = {
    "begin": _begin,
    "account": import_account,
    "customers": import_customers,
    "missed customers": ask_for_missed_customers,
    "articles": import_articles,
    "missed articles": ask_for_missed_articles,
}
JOBS = (IMPORT,)
