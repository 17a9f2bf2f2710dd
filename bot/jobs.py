"""What is done outside a request, and the loop that does it, in threads. Every handler may run twice."""

import logging
import threading
from collections import Counter
from collections.abc import Collection
from datetime import datetime, timedelta
from time import monotonic, monotonic_ns

from bot.billing import (
    approval_messages,
    asking,
    deletion,
    delivery,
    follow,
    freshen,
    late,
    late_entries,
    verification,
    warnings,
)
from bot.billomat import imports, refresh
from bot.bookkeeping import sending as books_sending
from bot.core import deadlines, logs
from bot.core.clock import lease_clock
from bot.core.context import Bot
from bot.core.errors import error_number
from bot.core.jobs import JobKind, Lane
from bot.reports import sending
from bot.routine import greetings, summaries, sweep
from bot.slack import conversation, messages
from storage import jobs as job_rows
from storage.diagnosis import Replaced

log = logging.getLogger(__name__)

LONGEST_BACKOFF = timedelta(hours=1)
CALLS_SHARE = 0.75
"""Of a lease, for all calls to Slack and Billomat of one job."""
AWAY = "the job loop could not reach its database"
IDS = ("workspace_id", "person_id", "draft_id")
"""The arguments that the log names; others hold messages."""


KINDS: dict[str, JobKind] = {
    kind.name: kind
    for jobs_of_subject in (
        messages.JOBS,
        conversation.JOBS,
        imports.JOBS,
        refresh.JOBS,
        asking.JOBS,
        approval_messages.JOBS,
        delivery.JOBS,
        deletion.JOBS,
        freshen.JOBS,
        verification.JOBS,
        late.JOBS,
        late_entries.JOBS,
        follow.JOBS,
        warnings.JOBS,
        greetings.JOBS,
        summaries.JOBS,
        sweep.JOBS,
        sending.JOBS,
        books_sending.JOBS,
    )
    for kind in jobs_of_subject
}


class DiedOrTooSlow(Exception):
    """All tries are used up, and nothing was heard of the last one before its lease was over."""


def run_one(bot: Bot) -> bool:
    """Do the job that has been due the longest. False when there is none."""
    job = _next(bot)
    if job is None:
        return False
    _do(bot, job)
    return True


def _next(bot: Bot, *, full: Collection[Lane] = ()) -> job_rows.Claimed | None:
    """The job that has been due the longest, now ours, but none of these lanes."""
    with bot.database.read() as db:
        if not job_rows.any_job_due(db, now=bot.now(), clock=lease_clock()):
            return None
    waiting = [kind.name for kind in KINDS.values() if kind.lane in full]
    with bot.database.write() as db:
        return job_rows.claim_job(db, now=bot.now(), clock=lease_clock(), lease=bot.settings.job_lease, not_of=waiting)


def _do(bot: Bot, job: job_rows.Claimed) -> None:
    ids = {name: job.args[name] for name in IDS if name in job.args}
    # What is left of the lease is for noting how it ended: nobody else may begin this job before.
    calls_end = deadlines.after(bot.settings.job_lease * CALLS_SHARE)
    with logs.about(job=job.key, token=job.token, attempt=job.tries, **ids), deadlines.until(calls_end):
        _try(bot, job)


def _try(bot: Bot, job: job_rows.Claimed) -> None:
    began = monotonic_ns()
    try:
        again = _carry_out(bot, job)
    except Exception as error:
        logs.note(outcome="failed", ms=logs.milliseconds(began))
        _failed(bot, job, error, bot.now())
    else:
        with bot.database.write() as db:
            job_rows.finish_job(db, job, again=again)
        logs.note(outcome="again" if again else "done", ms=logs.milliseconds(began))
        log.info("job")


def _carry_out(bot: Bot, job: job_rows.Claimed) -> datetime | None:
    if job.error == job_rows.UNHEARD and job.tries > bot.settings.job_tries:
        raise DiedOrTooSlow  # it may well be this job that ends its process, and all else that is done there
    return KINDS[job.kind].do(bot, **job.args)


def _failed(bot: Bot, job: job_rows.Claimed, error: Exception, at: datetime) -> None:
    number = error_number()
    log.error("job %s failed, try %d (error %s)", job.key, job.tries, number, exc_info=error)
    wait = min(timedelta(seconds=bot.settings.job_backoff * 2 ** min(job.tries, 20)), LONGEST_BACKOFF)
    again = at + wait if job.tries < bot.settings.job_tries or _is_untiring(job.kind) else None
    with bot.database.write() as db:
        job_rows.fail_job(db, job, at=at, again=again, error=f"{type(error).__name__} ({number})")


def _is_untiring(kind: str) -> bool:
    known = KINDS.get(kind)  # a job of a newer version may wait here
    return known is not None and known.untiring


def _lane(job: job_rows.Claimed) -> Lane:
    known = KINDS.get(job.kind)
    return known.lane if known else Lane.DATABASE


def _check_file(bot: Bot) -> None:
    try:
        bot.database.check_file()
    except Replaced as gone:
        log.critical("%s", str(gone))  # its words, for of an exception the log keeps only the kind
        raise


class _Crew:
    """The threads that do jobs: in each lane so many at once, so that a lane that hangs holds up no other."""

    def __init__(self, bot: Bot, stop: threading.Event) -> None:
        self._bot = bot
        self._stop = stop
        self._at_work: list[tuple[Lane, threading.Thread]] = []

    def full(self) -> list[Lane]:
        """The lanes in which no thread is free."""
        self._at_work = [(lane, thread) for lane, thread in self._at_work if thread.is_alive()]
        busy = Counter(lane for lane, _ in self._at_work)
        return [lane for lane, count in busy.items() if count >= self._bot.settings.jobs_at_once]

    def begin(self, job: job_rows.Claimed) -> None:
        """Have a thread do this job, and then whatever else its lane has to do."""
        lane = _lane(job)
        # A daemon: a job that hangs must not keep the process from ending. What becomes of it is as after a crash.
        thread = threading.Thread(target=self._work_off, args=(lane, job), name=f"jobs-{lane.value}", daemon=True)
        self._at_work.append((lane, thread))
        thread.start()

    def wait(self, seconds: float) -> None:
        """Until all have ended, at most so long."""
        end = monotonic() + seconds
        for _, thread in self._at_work:
            thread.join(max(0, end - monotonic()))

    def _work_off(self, lane: Lane, first: job_rows.Claimed) -> None:
        others = [other for other in Lane if other != lane]
        job: job_rows.Claimed | None = first
        try:
            while job:
                _do(self._bot, job)
                job = None if self._stop.is_set() else _next(self._bot, full=others)
        except Exception:
            log.exception(AWAY)


def work(bot: Bot, stop: threading.Event, *, stop_within: float = 10) -> None:
    """Do jobs until told to stop; those at hand get so many seconds more. Raises Replaced, which the log tells too."""
    crew = _Crew(bot, stop)
    is_planned = False
    while not stop.is_set():
        _check_file(bot)
        job = None
        try:
            if not is_planned:
                with bot.database.write() as db:
                    sweep.plan(db, now=bot.now())
                is_planned = True
            job = _next(bot, full=crew.full())
        except Exception:
            # The database is gone for the moment; whatever was due stays due.
            log.exception(AWAY)
        if job:
            crew.begin(job)
        else:
            stop.wait(bot.settings.job_poll)
    crew.wait(stop_within)
