"""People who write for the first time, rename themselves or move: they are remembered, and their summaries planned."""

from datetime import datetime

from sqlalchemy import Connection

from bot.billing.asking import tell_where_nobody_approves
from bot.core.caller import Caller
from bot.core.context import Bot, Itself
from bot.core.roles import Role
from bot.people.callers import Profile
from bot.routine.first_steps import GREET, STEPS
from bot.routine.summaries import SUMMARY, plan_summary
from bot.slack.blocks import Message
from bot.slack.messages import post_later
from storage import jobs as job_rows
from storage import people as people_rows
from storage.change import Change
from storage.people import KnownPerson


def first_contact(bot: Bot, *, team: str, slack_id: str, profile: Profile) -> None:
    """Remember a person; the workspace's owner is its first admin. Their daily summaries begin."""
    now = bot.now()
    with bot.database.write() as db:
        workspace_id = people_rows.ensure_workspace(db, team, at=now)
        is_new = people_rows.add_person(
            db,
            workspace_id,
            slack_id=slack_id,
            at=now,
            name=profile.name,
            zone=profile.zone or "UTC",
            locale=profile.locale or "en-US",
            role=Role.MEMBER,
            is_guest=profile.is_guest,
        )
        person = people_rows.find_person(db, team=team, slack_id=slack_id)
        if person:
            _appoint_owner(Change(db, Itself(workspace_id, now)), person, profile)
            plan_summary(db, person, now=now)
            if is_new:
                _greet(db, person.person_id, is_owner=profile.is_owner, now=now)


def _greet(db: Connection, person_id: int, *, is_owner: bool, now: datetime) -> None:
    """Once: the first steps for the owner, a line for everybody else."""
    if is_owner:
        people_rows.change_person(db, person_id, steps_open=True)
        STEPS.put(db, due=now, person_id=person_id)
    else:
        GREET.put(db, due=now, person_id=person_id)


def tell_unread(bot: Bot, caller: Caller, said: Message) -> None:
    """Tell a person once that what they write here is not read, where Slack was not asked for it."""
    with bot.database.write() as db:
        if people_rows.tell_once_unread(db, caller.person_id):
            post_later(db, caller.person_id, f"unread:{caller.person_id}", said, at=bot.now())


def profile_changed(bot: Bot, *, team: str, slack_id: str, profile: Profile, request: str) -> None:
    """Follow a person who renamed themselves or moved; the days of the past stay where they were."""
    with bot.database.write() as db:
        person = people_rows.find_person(db, team=team, slack_id=slack_id)
        if person is None or not people_rows.record_delivery(db, request, at=bot.now()):
            return
        people_rows.change_person(
            db,
            person.person_id,
            name=profile.name,
            zone=profile.zone or person.zone,
            locale=profile.locale or person.locale,
            is_guest=profile.is_guest,
            has_left=profile.has_left,
        )
        if profile.has_left:
            tell_where_nobody_approves(db, person, now=bot.now())
            return
        _appoint_owner(Change(db, Itself(person.workspace_id, bot.now())), person, profile)
        changed = people_rows.get_person(db, person.person_id)
        # Somebody who comes back has no summaries planned any more. Whoever did not move keeps the one that is due.
        if changed.zone != person.zone or not job_rows.job_exists(db, SUMMARY.key(person_id=person.person_id)):
            plan_summary(db, changed, now=bot.now())


def _appoint_owner(change: Change[Itself], person: KnownPerson, profile: Profile) -> None:
    if profile.is_owner:
        people_rows.appoint_person(change, person.person_id, Role.ADMIN)
