"""What people set for themselves (daily summary, language) and admins for all (rate, articles of services, roles)."""

from dataclasses import dataclass, replace

from sqlalchemy import Connection

from bot import people
from bot.context import Bot
from bot.errors import UserError
from bot.people import Caller
from bot.rules import billing
from bot.texts import Reader
from storage import catalog
from storage import people as people_rows
from storage import preferences as rows
from storage.people import Terms
from storage.preferences import BilledService


@dataclass(frozen=True, slots=True)
class WorkspacePreferences:
    """What holds for the whole workspace."""

    terms: Terms
    services: tuple[BilledService, ...]
    admins: tuple[str, ...]
    billers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Preferences:
    """What a person may see and set; `workspace` is for admins only."""

    summary_minute: int | None
    language: str | None
    workspace: WorkspacePreferences | None


@dataclass(frozen=True, slots=True)
class WantedForAll:
    """The part of the form that admins have, as they filled it in."""

    rate: str
    shown_rate: str
    slack_id: str | None
    role: str | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was filled in. `for_all` is None where the form had no such part."""

    summary_minute: int | None
    language: str | None
    for_all: WantedForAll | None


@dataclass(frozen=True, slots=True)
class Appointed:
    """Somebody's new role."""

    name: str
    role: str


@dataclass(frozen=True, slots=True)
class Saved:
    """The settings as they were and are, and how to write to the person from now on."""

    reader: Reader
    before: Preferences
    after: Preferences
    appointed: Appointed | None


def of(bot: Bot, caller: Caller) -> Preferences:
    """What the caller may see and set."""
    with bot.database.read() as db:
        return _of(db, caller)


def save(bot: Bot, caller: Caller, wanted: Wanted) -> Saved:
    """Change what differs from what is stored. Raises UserError."""
    with bot.change(caller) as db:
        before = _of(db, caller)
        # First, because it locks the admins' rows: two of them who save at once must not wait for each other.
        appointed = _save_for_all(db, caller, wanted.for_all) if wanted.for_all else None
        people_rows.change(db, caller.person_id, summary_minute=wanted.summary_minute, language=wanted.language)
        person = people_rows.get(db, caller.person_id)
        if before.summary_minute != wanted.summary_minute:
            people.plan_summary(db, person, now=caller.now)
        return Saved(people.reader_of(person), before, _of(db, caller), appointed)


def bill_service_as(bot: Bot, caller: Caller, service_id: int, article_id: int | None) -> Preferences:
    """Say as which article a kind of work is billed from now on; None: at the workspace's rate. Raises UserError."""
    people.require_admin(caller)
    with bot.change(caller) as db:
        if catalog.service(db, caller.workspace_id, service_id) is None:
            raise UserError("This service is no longer there. /track settings shows what is.")
        if article_id is not None and rows.live_article(db, caller.workspace_id, article_id) is None:
            raise UserError("This article is no longer there. Please choose another one.")
        catalog.set_article(db, caller.workspace_id, service_id, article_id)
        return _of(db, caller)


def _of(db: Connection, caller: Caller) -> Preferences:
    person = people_rows.get(db, caller.person_id)
    workspace = _of_workspace(db, caller) if caller.is_admin else None
    return Preferences(person.summary_minute, person.language, workspace)


def _of_workspace(db: Connection, caller: Caller) -> WorkspacePreferences:
    appointed = people_rows.with_role(db, caller.workspace_id, "admin", "biller")
    return WorkspacePreferences(
        terms=people_rows.terms(db, caller.workspace_id),
        services=tuple(rows.billed_services(db, caller.workspace_id)),
        admins=tuple(person.name for person in appointed if person.role == "admin"),
        billers=tuple(person.name for person in appointed if person.role == "biller"),
    )


def _save_for_all(db: Connection, caller: Caller, wanted: WantedForAll) -> Appointed | None:
    admins = people_rows.lock_admins(db, caller.workspace_id)
    people.require_admin(replace(caller, role="admin" if caller.person_id in admins else "member"))
    if wanted.rate != wanted.shown_rate:  # an untouched field must not undo what somebody else saved meanwhile
        people_rows.change_terms(db, caller.workspace_id, rate_cents=_rate(wanted.rate))
    if bool(wanted.slack_id) != bool(wanted.role):
        missing = "role" if wanted.slack_id else "person"
        raise UserError("To appoint somebody, choose the person and the role.", field=missing)
    if not wanted.slack_id or not wanted.role:
        return None
    return _appoint(db, caller, wanted.slack_id, wanted.role, admins)


def _rate(typed: str) -> int | None:
    try:
        return billing.read_rate(typed) if typed else None
    except ValueError as error:
        raise UserError("Type an amount like 95 or 95.50.", field="rate") from error


def _appoint(db: Connection, caller: Caller, slack_id: str, role: str, admins: set[int]) -> Appointed | None:
    person = people_rows.member(db, caller.workspace_id, slack_id)
    if person is None:
        raise UserError("I do not know this person yet. Ask them to type /track once, then try again.", field="person")
    if role != "admin" and admins == {person.person_id}:
        raise UserError("Somebody has to be admin: appoint another one first.", field="role")
    if person.role == role:
        return None
    people_rows.change(db, person.person_id, role=role)
    return Appointed(person.name, role)
