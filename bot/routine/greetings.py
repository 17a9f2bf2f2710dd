"""Messages to those who are new, or new in a role: the first steps, a greeting, what a biller or an admin can do."""

from collections.abc import Sequence
from datetime import timedelta

from bot.billomat.importing import IMPORTED
from bot.core.context import Bot
from bot.people.admins import admins
from bot.people.callers import reader_of
from bot.routine import home
from bot.routine.first_steps import APPOINTED, GREET, STEPS
from bot.routine.views import first_steps as views
from bot.slack import messages as slack
from storage import billomat as billomat_rows
from storage import first_steps as step_rows
from storage import jobs as job_rows
from storage import people as people_rows

LOOKED_AT_EVERY = timedelta(days=1)
"""What the person does is seen at once; this is for what others do."""


@STEPS.handler
def show_first_steps(bot: Bot, person_id: int, channel: str = "", ts: str = "", shown: Sequence[bool] = ()) -> None:
    """Post the first steps, or tick off in the message what is done by now. Raises SlackApiError."""
    with bot.database.read() as db:
        person = people_rows.get_person(db, person_id)
        done = step_rows.steps_done(db, person)
    message = views.first_steps(reader_of(person), done, is_open=person.steps_open)
    if not ts:
        posted = slack.send(bot.slack, person, message)
        if posted is None:
            return
        channel, ts = posted
    elif list(done) != list(shown) or not person.steps_open:
        slack.update(bot.slack, channel, ts, message)
    _note(bot, person_id, channel, ts, done)
    if list(done) != list(shown):
        home.publish(bot, person_id)


def _note(bot: Bot, person_id: int, channel: str, ts: str, shown: step_rows.StepsDone) -> None:
    """Remember the message, and look again: at once where something was done meanwhile, never where all is done."""
    with bot.database.write() as db:
        person = people_rows.get_person(db, person_id)
        people_rows.change_person(db, person_id, dm_channel=channel, steps_open=person.steps_open and not all(shown))
        if person.steps_open and not all(shown):
            is_news = step_rows.steps_done(db, person) != shown
            due = bot.now() if is_news else bot.now() + LOOKED_AT_EVERY
            STEPS.put(db, due=due, person_id=person_id, channel=channel, ts=ts, shown=list(shown))


@IMPORTED.handler
def tick_off_import(bot: Bot, workspace_id: int) -> None:
    """An import came to its end: those at their first steps see it."""
    with bot.database.write() as db:
        for person_id in step_rows.people_at_first_steps(db, workspace_id):
            key = STEPS.key(person_id=person_id)
            if job_rows.job_exists(db, key):
                job_rows.hasten_jobs(db, key, now=bot.now())
            else:
                STEPS.put(db, due=bot.now(), person_id=person_id)


@GREET.handler
def greet(bot: Bot, person_id: int) -> None:
    """Say in one line what this is. Raises SlackApiError."""
    with bot.database.read() as db:
        person = people_rows.get_person(db, person_id)
        is_set_up = bool(admins(db, person.workspace_id).named)
    slack.tell(bot, person, views.greeting(reader_of(person), may_connect=not is_set_up and not person.is_guest))


@APPOINTED.handler
def tell_appointed(bot: Bot, person_id: int, by: str) -> None:
    """Say what somebody can do now; `by` is who appointed them. Raises SlackApiError."""
    with bot.database.read() as db:
        person = people_rows.get_person(db, person_id)
        is_connected = billomat_rows.connected_account(db, person.workspace_id) is not None
        known = admins(db, person.workspace_id)
    to = reader_of(person)
    slack.tell(bot, person, views.appointed(to, person.role, by=by, whom=None if is_connected else known))
    home.publish(bot, person_id)


JOBS = (STEPS, IMPORTED, GREET, APPOINTED)
