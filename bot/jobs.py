"""What is done outside a request, and the loop that does it. Every handler may run twice."""

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from time import monotonic_ns
from typing import Any

from bot import account, delivery, housekeeping, invoices, logs, outcomes, slack, summaries
from bot.clock import lease_clock
from bot.context import Bot
from bot.errors import error_number
from storage import jobs, people

log = logging.getLogger(__name__)

Handler = Callable[..., datetime | None]
LONGEST_BACKOFF = timedelta(hours=1)
IDS = ("workspace_id", "person_id", "draft_id")
"""The arguments that the log names; others hold messages."""


def post(bot: Bot, person_id: int, message: dict[str, Any]) -> None:
    """Send a direct message; nobody left to read it is no failure."""
    with bot.database.read() as db:
        person = people.get(db, person_id)
    sent = slack.send(bot.slack, person, message)
    if sent and person.dm_channel is None:
        with bot.database.write() as db:
            people.change(db, person_id, dm_channel=sent[0])


HANDLERS: dict[str, Handler] = {
    slack.POST: post,
    summaries.SUMMARY: summaries.send_summary,
    housekeeping.SWEEP: housekeeping.sweep,
    account.IMPORT: account.import_catalog,
    invoices.DELIVER: delivery.deliver,
    outcomes.ADOPT: delivery.adopt,
    outcomes.WITHDRAW: delivery.withdraw,
}
"""A handler returns None (finished) or the moment at which it wants to run again."""
UNTIRING = frozenset({summaries.SUMMARY, housekeeping.SWEEP, invoices.DELIVER, outcomes.ADOPT})
"""These are tried for ever: nobody would put them again after a long outage."""


class DiedOrTooSlow(Exception):
    """All tries are used up, and nothing was heard of the last one before its lease was over."""


def run_one(bot: Bot) -> bool:
    """Do the job that has been due the longest. False when there is none."""
    with bot.database.read() as db:
        if not jobs.is_due(db, now=bot.now(), clock=lease_clock()):
            return False
    with bot.database.write() as db:
        job = jobs.claim(db, now=bot.now(), clock=lease_clock(), lease=bot.settings.job_lease)
    if job is None:
        return False
    ids = {name: job.args[name] for name in IDS if name in job.args}
    with logs.about(job=job.key, token=job.token, attempt=job.tries, **ids):
        _do(bot, job)
    return True


def _do(bot: Bot, job: jobs.Claimed) -> None:
    began = monotonic_ns()
    try:
        again = _carry_out(bot, job)
    except Exception as error:
        logs.note(outcome="failed", ms=logs.milliseconds(began))
        _failed(bot, job, error, bot.now())
    else:
        with bot.database.write() as db:
            jobs.finish(db, job, again=again)
        logs.note(outcome="again" if again else "done", ms=logs.milliseconds(began))
        log.info("job")


def _carry_out(bot: Bot, job: jobs.Claimed) -> datetime | None:
    if job.error == jobs.UNHEARD and job.tries > bot.settings.job_tries:
        raise DiedOrTooSlow  # it may well be this job that ends its process, and all else that is done there
    return HANDLERS[job.kind](bot, **job.args)


def _failed(bot: Bot, job: jobs.Claimed, error: Exception, at: datetime) -> None:
    number = error_number()
    log.error("job %s failed, try %d (error %s)", job.key, job.tries, number, exc_info=error)
    wait = min(timedelta(seconds=bot.settings.job_backoff * 2 ** min(job.tries, 20)), LONGEST_BACKOFF)
    again = at + wait if job.tries < bot.settings.job_tries or job.kind in UNTIRING else None
    with bot.database.write() as db:
        jobs.fail(db, job, at=at, again=again, error=f"{type(error).__name__} ({number})")


def work(bot: Bot, stop: threading.Event) -> None:
    """Do jobs until told to stop; the job at hand is finished first."""
    is_planned = False
    while not stop.is_set():
        try:
            if not is_planned:
                with bot.database.write() as db:
                    housekeeping.plan(db, now=bot.now())
                is_planned = True
            idle = not run_one(bot)
        except Exception:
            # The database is gone for the moment; whatever was due stays due.
            log.exception("the job loop could not reach its database")
            idle = True
        if idle:
            stop.wait(bot.settings.job_poll)
