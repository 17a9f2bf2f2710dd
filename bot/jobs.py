"""What is done outside a request, and the loop that does it. Every handler may run twice."""

import logging
import threading
from datetime import datetime, timedelta
from time import monotonic_ns

from bot.billing import delivery, verification
from bot.billomat import imports
from bot.core import logs
from bot.core.clock import lease_clock
from bot.core.context import Bot
from bot.core.errors import error_number
from bot.core.jobs import JobKind
from bot.routine import summaries, sweep
from bot.slack import messages
from storage import jobs
from storage.diagnosis import Replaced

log = logging.getLogger(__name__)

LONGEST_BACKOFF = timedelta(hours=1)
IDS = ("workspace_id", "person_id", "draft_id")
"""The arguments that the log names; others hold messages."""


KINDS: dict[str, JobKind] = {
    kind.name: kind
    for jobs_of_subject in (messages.JOBS, imports.JOBS, delivery.JOBS, verification.JOBS, summaries.JOBS, sweep.JOBS)
    for kind in jobs_of_subject
}


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
    return KINDS[job.kind].do(bot, **job.args)


def _failed(bot: Bot, job: jobs.Claimed, error: Exception, at: datetime) -> None:
    number = error_number()
    log.error("job %s failed, try %d (error %s)", job.key, job.tries, number, exc_info=error)
    wait = min(timedelta(seconds=bot.settings.job_backoff * 2 ** min(job.tries, 20)), LONGEST_BACKOFF)
    again = at + wait if job.tries < bot.settings.job_tries or _is_untiring(job.kind) else None
    with bot.database.write() as db:
        jobs.fail(db, job, at=at, again=again, error=f"{type(error).__name__} ({number})")


def _is_untiring(kind: str) -> bool:
    known = KINDS.get(kind)  # a job of a newer version may wait here
    return known is not None and known.untiring


def _check_file(bot: Bot) -> None:
    try:
        bot.database.check_file()
    except Replaced as gone:
        log.critical("%s", str(gone))  # its words, for of an exception the log keeps only the kind
        raise


def work(bot: Bot, stop: threading.Event) -> None:
    """Do jobs until told to stop; the job at hand is finished first. Raises Replaced, which the log tells too."""
    is_planned = False
    while not stop.is_set():
        _check_file(bot)
        try:
            if not is_planned:
                with bot.database.write() as db:
                    sweep.plan(db, now=bot.now())
                is_planned = True
            idle = not run_one(bot)
        except Exception:
            # The database is gone for the moment; whatever was due stays due.
            log.exception("the job loop could not reach its database")
            idle = True
        if idle:
            stop.wait(bot.settings.job_poll)
