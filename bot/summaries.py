"""The daily summary: one direct message in the evening of a working day."""

from datetime import datetime, timedelta

from bot import overview, people, slack
from bot.context import Bot
from bot.people import SUMMARY as SUMMARY
from bot.people import Caller
from bot.views import summaries as views
from storage import entries as rows
from storage import people as people_rows
from storage.people import KnownPerson

ACTIVE_WITHIN = timedelta(days=14)


def send_summary(bot: Bot, person_id: int) -> datetime | None:
    """Job: tell a person what their day adds up to. The next time; None when they want none or have left Slack.

    Whenever it runs, at most the summary of the present day is sent, so a job process that was down for days catches
    up with one message or none. Raises SlackApiError when Slack is in trouble: the job is to be repeated.
    """
    now = bot.now()
    with bot.database.read() as db:
        person = people_rows.get(db, person_id)
        is_active = bool(rows.recent(db, person_id, since=now - ACTIVE_WITHIN, most=1))
    caller = people.acting(person, now=now)
    today = caller.today
    moment = people.summary_moment(person, today)
    was_sent = person.last_summary_day is not None and person.last_summary_day >= today
    is_due = moment is not None and moment <= now and is_active and not was_sent
    if is_due and not _posted(bot, person, caller):
        return None
    return people.next_summary(person, after=now)


def _posted(bot: Bot, person: KnownPerson, caller: Caller) -> bool:
    """Post today's summary and note it. False when nobody is left to read it."""
    day = overview.of_day(bot, caller, caller.today)
    if not (person.reminders or day.entries or day.running):
        return True  # an empty day would only be a reminder
    sent = slack.send(bot.slack, person, views.summary(caller.reader, day, reminders=person.reminders))
    if sent is None:
        return False
    with bot.database.write() as db:
        people_rows.change(db, person.person_id, dm_channel=sent[0], last_summary_day=caller.today)
    return True
