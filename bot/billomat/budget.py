"""How many calls Billomat still takes: one row for each account, which the jobs of all processes share.

Billomat allows some hundred calls in a quarter of an hour, counted for everything without an app of its own that uses
the account, and each answer says how many are left. A job asks here before each call; a person who connects does not.
"""

import time
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection

from bot.billomat.client import QUOTA_WINDOW, NotDone, Quota
from storage import billomat as billomat_rows
from storage.database import Database

KEPT = 10
"""Calls that jobs leave to people: connecting takes four."""
SKEW = 60
"""Seconds that Billomat's clock and ours may differ. A window that ends later than that is not believed."""
MOST = 1_000_000


@dataclass(frozen=True, slots=True)
class CallBudget:
    """The calls of one workspace's account; see `Budget` in bot/billomat/client/api.py."""

    database: Database
    workspace_id: int

    def take(self) -> None:
        """Count a call that is about to be made. Raises NotDone when it has to wait for the next window."""
        clock = real_seconds()
        with self.database.write() as db:
            until = billomat_rows.take_call(db, self.workspace_id, clock=clock, kept=KEPT)
        if until is not None:
            text = "The calls that Billomat allows at present are used up."
            raise NotDone(text, kind="quota", retry_after=min(until - clock, QUOTA_WINDOW))

    def heard(self, quota: Quota) -> None:
        """Note what an answer said is left."""
        if quota.remaining is None or quota.reset is None:
            return
        if 0 < quota.reset - real_seconds() <= QUOTA_WINDOW + SKEW:
            with self.database.write() as db:
                billomat_rows.hear_calls(db, self.workspace_id, left=min(quota.remaining, MOST), reset=quota.reset)


def calls_used_up_until(db: Connection, workspace_id: int) -> datetime | None:
    """When Billomat takes calls again; None: as far as we know it takes them now."""
    until = billomat_rows.calls_used_up_until(db, workspace_id, clock=real_seconds(), kept=KEPT)
    return None if until is None else datetime.fromtimestamp(until, UTC)


def real_seconds() -> int:
    """Billomat's windows follow the real clock, also where the demo moves the product's."""
    return int(time.time())
