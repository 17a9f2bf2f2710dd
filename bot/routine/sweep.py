"""Every few minutes: stop forgotten timers, delete deliveries, questions and links that nobody needs any more, and put
the fees of retainers that are due.
"""

from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.billing import asking, follow, retained
from bot.billomat import refresh
from bot.core.context import Bot
from bot.core.jobs import JobKind
from bot.people import callers as people
from bot.slack import messages as slack
from bot.tracking import timers
from bot.tracking.views.timers import forgotten
from storage import billomat as billomat_rows
from storage import channels as channel_rows
from storage import people as people_rows
from storage import questions as question_rows

SWEEP = JobKind("sweep", key="sweep", untiring=True)
EVERY = timedelta(minutes=10)
KEPT = timedelta(days=1)
"""How long we remember that a delivery was carried out, and how long a question can be answered."""


def plan(db: Connection, *, now: datetime) -> None:
    """Have the first sweep done; each one plans the next."""
    SWEEP.put(db, due=now)


@SWEEP.handler
def sweep(bot: Bot) -> datetime:
    """Job: stop everybody's forgotten timers and tell them, delete what is old, put the fees of months that began among
    what is to be billed, see to the looks at Billomat, and tell whose submitted invoices were given up.

    Returns when to run again.
    """
    now = bot.now()
    with bot.database.write() as db:
        for entry in timers.stop_forgotten(db, now):
            person = people_rows.get_person(db, entry.person_id)
            message = forgotten(people.reader_of(person), entry)
            slack.post_later(db, person.person_id, f"forgotten:{entry.id}", message, at=now)
        people_rows.forget_deliveries(db, before=now - KEPT)
        question_rows.forget_questions(db, before=now - KEPT)
        channel_rows.forget_archived_channels(db)
        for workspace_id in billomat_rows.connected_workspaces(db):
            refresh.plan(db, workspace_id, now=now)
            follow.plan(db, workspace_id, now=now)
        asking.tell_of_given_up(db, now)
    with bot.database.write() as db:
        retained.put_all_due(db, now)
    return now + EVERY


JOBS = (SWEEP,)
