"""The daily summary: one direct message in the evening of a working day."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dateutil.rrule import DAILY, rrule
from sqlalchemy import Connection

from bot.core.caller import Caller
from bot.core.context import Bot
from bot.core.digests import digest
from bot.core.jobs import JobKind, Lane
from bot.people import callers as people
from bot.routine import overview, public_holidays
from bot.routine.views import summaries as views
from bot.slack import messages as slack
from storage import jobs as job_rows
from storage import people as people_rows
from storage import recent_work as recent_rows
from storage.people import KnownPerson

SUMMARY = JobKind("summary", key="summary:{person_id}", lane=Lane.SLACK, untiring=True)
ACTIVE_WITHIN = timedelta(days=14)
KEPT_TRUE = timedelta(days=4)
"""For how long the newest summary follows corrections: Friday's on Monday too."""


@SUMMARY.handler
def send_summary(bot: Bot, person_id: int) -> datetime | None:
    """Job: tell a person what their day adds up to. Returns when to run again; None if they want none or left Slack.

    Whenever it runs, at most the summary of the present day is sent, so a job process that was down for days catches
    up with one message or none. Raises SlackApiError when Slack is in trouble: the job is to be repeated.
    """
    now = bot.now()
    with bot.database.read() as db:
        person = people_rows.get_person(db, person_id)
        is_active = recent_rows.has_worked_since(db, person_id, since=now - ACTIVE_WITHIN)
    caller = people.acting(person, now=now)
    today = caller.today
    first_due = next(_due_from(person, today), None)
    is_time = first_due is not None and first_due <= now
    was_sent = person.last_summary_day is not None and person.last_summary_day >= today
    if is_time and is_active and not was_sent and not _is_free(person, today) and not _posted(bot, person, caller):
        return None
    return next_summary(person, after=now)


def _is_free(person: KnownPerson, day: date) -> bool:
    return public_holidays.is_holiday(day, zone=person.zone, region=person.holiday_region)


def _posted(bot: Bot, person: KnownPerson, caller: Caller) -> bool:
    """Post today's summary and note it. False when nobody is left to read it."""
    day = overview.of_day(bot, caller, caller.today)
    if not (person.reminders or day.entries or day.running):
        return True  # an empty day would only be a reminder
    is_first = person.last_summary_ts is None
    offered = regions_to_offer(person) if is_first else {}
    message = views.summary(caller.reader, day, reminders=person.reminders, regions=offered)
    sent = slack.send(bot.slack, person, message)
    if sent is None:
        return False
    with bot.database.write() as db:
        people_rows.change_person(
            db,
            person.person_id,
            dm_channel=sent[0],
            last_summary_day=caller.today,
            last_summary_ts=sent[1],
            last_summary_shown=digest(message),
            region_offered=person.region_offered or not is_first,
        )
    return True


def regions_to_offer(person: KnownPerson) -> Mapping[str, str]:
    """The states whose holidays a person may have, as long as their first summary is the newest and they chose none."""
    return {} if person.region_offered or person.holiday_region else public_holidays.regions(person.zone)


def choose_region(bot: Bot, caller: Caller, region: str | None) -> Caller:
    """From now on the holidays of this region count, or the nationwide ones alone; the caller as they are now."""
    with bot.change(caller) as change:
        people_rows.change_person(change.db, caller.person_id, holiday_region=region, region_offered=True)
    return replace(caller, person=caller.person._replace(holiday_region=region, region_offered=True))


def shows_lately(caller: Caller) -> bool:
    """Whether the newest summary is of these days, so that corrections are to be seen in it."""
    day = caller.person.last_summary_day
    is_late = day is None or caller.today - day > KEPT_TRUE
    return caller.person.last_summary_ts is not None and not is_late


def bring_up_to_date(bot: Bot, caller: Caller) -> None:
    """Show in the newest summary what its day adds up to now, unless it says that already. Raises SlackApiError."""
    person = caller.person
    if person.last_summary_day is None or not shows_lately(caller):
        return
    day = overview.of_day(bot, caller, person.last_summary_day)
    offered = regions_to_offer(person)
    message = views.summary(caller.reader, day, reminders=person.reminders, regions=offered)
    shown = digest(message)
    if shown == person.last_summary_shown:  # most changes are of another day
        return
    slack.update(bot.slack, str(person.dm_channel), str(person.last_summary_ts), message)
    with bot.database.write() as db:
        people_rows.change_person(db, person.person_id, last_summary_shown=shown)


def next_summary(person: KnownPerson, *, after: datetime) -> datetime | None:
    """When the person's next summary is due; once a day, also across DST. None when they want none."""
    today = after.astimezone(ZoneInfo(person.zone)).date()
    return next((due for due in _due_from(person, today) if due > after), None)


def _due_from(person: KnownPerson, first_day: date) -> Iterator[datetime]:
    """When summaries are due from a local day on: at the chosen minute of each day on which the person works."""
    minute = person.summary_minute
    works_on = [weekday for weekday in range(7) if person.working_days >> weekday & 1]
    if minute is None or not works_on:
        return
    zone = ZoneInfo(person.zone)
    first = datetime.combine(first_day, time(minute // 60, minute % 60))
    for shown in rrule(DAILY, dtstart=first, byweekday=works_on):  # what the clock shows; DST moves the moment
        yield shown.replace(tzinfo=zone).astimezone(UTC)


def plan_summary(db: Connection, person: KnownPerson, *, now: datetime) -> None:
    """Have the daily summary sent at the time the person chose, or never."""
    due = next_summary(person, after=now)
    if due is None:
        job_rows.drop_job(db, SUMMARY.key(person_id=person.person_id))
    else:
        SUMMARY.put(db, due=due, person_id=person.person_id)


JOBS = (SUMMARY,)
