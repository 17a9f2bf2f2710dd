"""Reads the catalogue anew every night, so that nobody bills an old price or taxes a customer who became exempt."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.billomat.importing import IMPORT
from bot.billomat.imports import start_quiet_import
from bot.core.context import Bot
from bot.core.jobs import JobKind
from storage import billomat as billomat_rows
from storage import jobs as job_rows
from storage import people as people_rows

REFRESH = JobKind("refresh", key="refresh:{workspace_id}", untiring=True)
NIGHT_BEGINS = 1
NIGHT_MINUTES = 4 * 60
"""From one o'clock where the person is who connected the account."""
STEP = 37
"""Minutes from one account to the next; it has no divisor in common with the night, so all of it is used."""


def plan(db: Connection, workspace_id: int, *, now: datetime) -> None:
    """Have the workspace's catalogue read every night, unless that is planned."""
    account = billomat_rows.connected_account(db, workspace_id)
    if account and not job_rows.job_exists(db, REFRESH.key(workspace_id=workspace_id)):
        zone = ZoneInfo(people_rows.get_person(db, account.connected_by).zone)
        REFRESH.put(db, due=next_night(now, zone, workspace_id), workspace_id=workspace_id)


@REFRESH.handler
def refresh(bot: Bot, workspace_id: int) -> datetime | None:
    """Begin an import that tells nobody, unless one is under way. Its steps are jobs within the budget of calls."""
    with bot.change_itself(workspace_id) as change:
        account = billomat_rows.connected_account(change.db, workspace_id)
        if account is None:
            return None
        if account.imported_at and not job_rows.goes_on(change.db, IMPORT.key(workspace_id=workspace_id)):
            start_quiet_import(change, account.connected_by)
        zone = ZoneInfo(people_rows.get_person(change.db, account.connected_by).zone)
        return next_night(change.by.now, zone, workspace_id)


def next_night(now: datetime, zone: ZoneInfo, workspace_id: int) -> datetime:
    """The account's own minute of the coming night: not all accounts at once."""
    minute = workspace_id * STEP % NIGHT_MINUTES
    tonight = now.astimezone(zone).replace(
        hour=NIGHT_BEGINS + minute // 60, minute=minute % 60, second=0, microsecond=0
    )
    return tonight if tonight > now else tonight + timedelta(days=1)


JOBS = (REFRESH,)
