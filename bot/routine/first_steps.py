"""The first steps of whoever sets Trackomat up: four things that lead to the first invoice draft, each ticked off.

They stand in the Home and in one message until all are done, or the person hides them.
"""

import logging

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from bot.core.caller import Caller
from bot.core.context import Bot
from bot.core.jobs import JobKind, Lane
from storage import first_steps as step_rows
from storage import jobs as job_rows
from storage import people as people_rows
from storage.database import Busy
from storage.first_steps import StepsDone

log = logging.getLogger(__name__)
STEPS = JobKind("steps", key="steps:{person_id}:", lane=Lane.SLACK)
"""Posts the message, and brings it up to date. The colon at the end keeps person 1 apart from person 12."""
GREET = JobKind("greet", key="greet:{person_id}", lane=Lane.SLACK)
"""One line for everybody else, at their first contact."""
APPOINTED = JobKind("appointed", key="appointed:{person_id}", lane=Lane.SLACK)
"""Tells somebody what they can do in their new role."""


def shown_steps(db: Connection, caller: Caller) -> StepsDone | None:
    """How far the person is; None where nothing is left to be done, or they do not want to see it."""
    if not caller.person.steps_open or not caller.is_admin:
        return None
    done = step_rows.steps_done(db, caller.person)
    return None if all(done) else done


def wake(bot: Bot, caller: Caller) -> None:
    """A person changed something: tick off what that did. Costs nothing for those who are through."""
    if not caller.person.steps_open:
        return
    try:
        with bot.database.write() as db:
            job_rows.hasten_jobs(db, STEPS.key(person_id=caller.person_id), now=caller.now)
    except (SQLAlchemyError, Busy) as error:  # what was changed is done, and the job comes by itself
        log.warning("the first steps of person %d wait: %s", caller.person_id, type(error).__name__)


def hide(bot: Bot, caller: Caller) -> Caller:
    """The person wants to see no more of it; they, as they are from now on."""
    with bot.change(caller) as change:
        people_rows.change_person(change.db, caller.person_id, steps_open=False)
    return caller.with_steps_hidden()
