"""What people set for themselves, and admins for all: how Trackomat writes and reminds, what is billed, who may.

The form knows the values that it was opened with, and only what differs from those is stored: an untouched field must
not undo what somebody else saved meanwhile.
"""

from dataclasses import asdict, dataclass, fields
from functools import partial
from typing import Any, NamedTuple, cast

from sqlalchemy import Connection

from bot.billing import rating
from bot.billing.rates import Rates, rates_now
from bot.billing.rating import EnteredPrice, Holds
from bot.billing.rules.rates import CENT
from bot.catalog.rules.names import NamedService, Target
from bot.core import money
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.core.errors import FieldErrors, UserError
from bot.core.languages import SOURCE_LANGUAGE
from bot.core.roles import BILLING, Creators, Role
from bot.core.texts import Reader
from bot.grammar.reading import parse_duration
from bot.grammar.refusals import NotUnderstood
from bot.grammar.values import USUAL_DAY
from bot.people import callers as people
from bot.routine.first_steps import APPOINTED
from bot.routine.summaries import plan_summary
from bot.slack.metadata import RowId
from storage import billing_defaults as billing_default_rows
from storage import catalog as catalog_rows
from storage import channels as channel_rows
from storage import people as people_rows
from storage.billing_defaults import BilledService
from storage.change import Change
from storage.channels import LinkedChannel
from storage.people import KnownPerson
from storage.tables.people import PersonColumns, WorkspaceColumns

SHORTEST_DAY = 3_600
"""Seconds of a working day."""
HIGHEST_LIMIT = 100_000_000_000
"""Cents; above which no invoice would ever need a second person."""


@dataclass(frozen=True, slots=True)
class OwnPreferences:
    """What a person sets for themselves, as the columns of their row."""

    language: str | None
    clock: int | None
    working_days: int
    work_starts: int
    work_ends: int
    service_id: int | None
    summary_minute: int | None
    holiday_region: str | None
    reminders: bool
    invoice_news: bool


@dataclass(frozen=True, slots=True)
class SharedPreferences:
    """What admins set for everybody, as the columns of the workspace's row."""

    rate_cents: int | None
    """As it is today."""
    invoice_language: str
    shown_unit: int
    week_start: int
    day_seconds: int
    overlaps_allowed: bool
    customer_word: str
    project_word: str
    service_word: str
    creators: Creators
    second_from_cents: int | None


class Holder(NamedTuple):
    """Somebody with a role; who left Slack keeps it, and does nothing with it."""

    name: str
    role: Role
    has_left: bool


@dataclass(frozen=True, slots=True)
class WorkspacePreferences:
    """What holds for the whole workspace."""

    shared: SharedPreferences
    currency: str
    rates: Rates
    not_billable: tuple[Target, ...]
    """Projects; the first hundred by name."""
    services: tuple[BilledService, ...]
    holders: tuple[Holder, ...]
    """Who has a role, in the order in which they came."""

    def having(self, role: Role) -> tuple[Holder, ...]:
        """Who has that role."""
        return tuple(each for each in self.holders if each.role is role)


@dataclass(frozen=True, slots=True)
class Preferences:
    """What a person may see and set; `workspace` is for admins only, `links` for those who bill."""

    own: OwnPreferences
    service: NamedService | None
    """The usual one, while it is there."""
    links: tuple[LinkedChannel, ...]
    """Channels that know their project."""
    workspace: WorkspacePreferences | None
    bills: bool


@dataclass(frozen=True, slots=True)
class FilledForAll:
    """What stands in the part of the form that admins have."""

    shared: SharedPreferences
    not_billable: tuple[RowId, ...]
    """Ids of projects."""
    slack_id: str | None = None
    role: Role | None = None
    """Whom to appoint, and to what."""
    rate_holds: Holds = Holds.TODAY
    """From when on, if the rate is another one."""


@dataclass(frozen=True, slots=True)
class FilledPreferences:
    """What stands in the form. `for_all` is None where it has no such part."""

    own: OwnPreferences
    for_all: FilledForAll | None
    is_whole: bool = True
    """Whether the form shows all settings, or those that most people want."""


@dataclass(frozen=True, slots=True)
class Appointed:
    """Somebody's new role."""

    name: str
    role: Role


@dataclass(frozen=True, slots=True)
class Saved:
    """The settings as they were and are, and how to write to the person from now on."""

    reader: Reader
    before: Preferences
    after: Preferences
    appointed: Appointed | None


@dataclass(frozen=True, slots=True)
class Rebilled:
    """What a kind of work was billed as, and is, among everything else that may be set."""

    before: BilledService
    after: BilledService
    preferences: Preferences


def currency(bot: Bot, caller: Caller) -> str:
    """What the workspace's rate is in."""
    with bot.database.read() as db:
        return people_rows.workspace_terms(db, caller.workspace_id).currency


def read_preferences(bot: Bot, caller: Caller) -> Preferences:
    """What the caller may see and set."""
    with bot.database.read() as db:
        return _preferences(db, caller)


def save(bot: Bot, caller: Caller, filled: FilledPreferences, wrong: FieldErrors, *, shown: FilledPreferences) -> Saved:
    """Store what differs from what the form had `shown`. Raises UserError, also with what was `wrong` in reading it."""
    if not filled.own.working_days:
        wrong.add(UserError("Choose at least one day.", field="working_days"))
    if filled.own.work_starts >= filled.own.work_ends:
        wrong.add(UserError("Work has to end after it begins.", field="work_ends"))
    with bot.change(caller) as change:
        # First, because it locks: everybody who changes the workspace and its people begins with the workspace.
        admins = _lock_for_all(change) if filled.for_all else set()
        before = _preferences(change.db, caller)
        appointed = None
        if filled.for_all and shown.for_all:
            save_for_all = partial(_save_for_all, change, filled.for_all, shown.for_all, admins)
            appointed = wrong.read(save_for_all, None)
        own = cast("PersonColumns", _differing(filled.own, shown.own))
        wrong.read(partial(_require_service, change, own), None)
        wrong.raise_any()
        _save_own(change, own)
        person = people_rows.get_person(change.db, caller.person_id)
        return Saved(people.reader_of(person), before, _preferences(change.db, caller), appointed)


def bill_service_as(
    bot: Bot, caller: Caller, service_id: int, *, article_id: int | None = None, billable: bool = True
) -> Rebilled:
    """Say as which article a kind of work is billed from now on; None: at the workspace's rate. Raises UserError.

    What is not billable keeps its article, for entries of which a person says that they are to be billed.
    """
    people.require_admin(caller)
    with bot.change(caller) as change:
        before = billing_default_rows.billed_service(change.db, caller.workspace_id, service_id)
        if before is None:
            raise UserError("This service is no longer there. /track settings shows what is.")
        if article_id is not None and not catalog_rows.is_live_article(change.db, caller.workspace_id, article_id):
            raise UserError("This article is no longer there. Please choose another one.")
        if billable:
            billing_default_rows.change_service(change, service_id, billable=True, article_id=article_id)
        else:
            billing_default_rows.change_service(change, service_id, billable=False)
        after = billing_default_rows.billed_service(change.db, caller.workspace_id, service_id) or before
        return Rebilled(before, after, _preferences(change.db, caller))


def entered_day(typed: str) -> int:
    """Seconds out of the field for the hours of a working day; nothing is the usual. Raises UserError."""
    if not typed:
        return USUAL_DAY
    wrong = UserError("Type the hours like 8, 7.5 or 7:42: from 1 to 24.", field="day_seconds")
    try:
        seconds = parse_duration(typed)
    except NotUnderstood as error:
        raise wrong from error
    if not seconds >= SHORTEST_DAY:
        raise wrong
    return seconds


def entered_limit(typed: str, currency: str) -> int | None:
    """Cents from which on a second person approves; nothing in the field: nobody has to. Raises UserError."""
    try:
        return money.read_money(typed, currency, most=HIGHEST_LIMIT, are_thousands=True) if typed else None
    except money.AnotherCurrency as error:
        raise UserError("The sum is in {currency}. Type it in that.", field="second_from", currency=currency) from error
    except ValueError as error:
        raise UserError("Type a sum like 1000, or 0 for all invoices.", field="second_from") from error


def _preferences(db: Connection, caller: Caller) -> Preferences:
    person = people_rows.get_person(db, caller.person_id)
    service_id = person.service_id
    return Preferences(
        own=OwnPreferences(**_columns(person, OwnPreferences)),
        service=catalog_rows.live_service(db, caller.workspace_id, service_id) if service_id else None,
        links=tuple(channel_rows.linked_channels(db, caller.workspace_id)) if caller.bills else (),
        workspace=_workspace_preferences(db, caller, person) if caller.is_admin else None,
        bills=caller.bills,
    )


def _workspace_preferences(db: Connection, caller: Caller, person: KnownPerson) -> WorkspacePreferences:
    workspace_id = person.workspace_id
    rates = rates_now(db, caller)
    rate = rates.usual.price_on(rates.today)
    appointed = people_rows.people_with_role(db, workspace_id, *BILLING)
    appointed.sort(key=lambda each: each.person_id)
    terms = people_rows.workspace_terms(db, workspace_id)
    return WorkspacePreferences(
        shared=SharedPreferences(
            rate_cents=None if rate is None else rate // CENT,
            invoice_language=terms.invoice_language or SOURCE_LANGUAGE,
            **_columns(person, SharedPreferences),
        ),
        currency=terms.currency,
        rates=rates,
        not_billable=tuple(billing_default_rows.not_billable(db, workspace_id)),
        services=tuple(billing_default_rows.billed_services(db, workspace_id)),
        holders=tuple(Holder(each.name, Role(each.role), each.has_left) for each in appointed),
    )


def _columns(person: KnownPerson, part: type[OwnPreferences] | type[SharedPreferences]) -> dict[str, Any]:
    known = person._asdict()
    return {field.name: known[field.name] for field in fields(part) if field.name in known}


def _differing(filled: OwnPreferences | SharedPreferences, shown: OwnPreferences | SharedPreferences) -> dict[str, Any]:
    before = asdict(shown)
    return {name: value for name, value in asdict(filled).items() if value != before[name]}


def _require_service(change: Change[Caller], changed: PersonColumns) -> None:
    """Raises UserError where the service that was chosen is gone."""
    service_id = changed.get("service_id")
    if service_id and catalog_rows.live_service(change.db, change.by.workspace_id, service_id) is None:
        raise UserError("This service is no longer there. Please choose another one.", field="service")


def _save_own(change: Change[Caller], changed: PersonColumns) -> None:
    if not changed:
        return
    db, caller = change.db, change.by
    people_rows.set_preferences(change, caller.person_id, changed)
    if "summary_minute" in changed or "working_days" in changed:
        plan_summary(db, people_rows.get_person(db, caller.person_id), now=caller.now)


def _lock_for_all(change: Change[Caller]) -> set[int]:
    """The workspace's admins, of which the caller has to be one. Raises UserError."""
    catalog_rows.lock_workspace(change.db, change.by.workspace_id)
    admins = people_rows.lock_admins(change.db, change.by.workspace_id)
    if change.by.person_id not in admins:
        raise people.admins_only()
    return admins


def _save_for_all(
    change: Change[Caller], filled: FilledForAll, shown: FilledForAll, admins: set[int]
) -> Appointed | None:
    changed = _differing(filled.shared, shown.shared)
    if "rate_cents" in changed:
        first_day = rating.first_day_of(EnteredPrice("", filled.rate_holds, None), change.by.today)
        rating.change_workspace_rate(change, changed.pop("rate_cents"), first_day, change.by.today)
    people_rows.set_shared_preferences(change, cast("WorkspaceColumns", changed))
    was, is_now = set(shown.not_billable), set(filled.not_billable)
    for project_ids, billable in ((was - is_now, True), (is_now - was, False)):
        billing_default_rows.set_billable(change, project_ids, billable)
    if bool(filled.slack_id) != bool(filled.role):
        missing = "role" if filled.slack_id else "person"
        raise UserError("To appoint somebody, choose the person and the role.", field=missing)
    if not filled.slack_id or not filled.role:
        return None
    return _appoint(change, filled.slack_id, filled.role, admins)


def _appoint(change: Change[Caller], slack_id: str, role: Role, admins: set[int]) -> Appointed | None:
    person = people_rows.find_member(change.db, change.by.workspace_id, slack_id)
    if person is None:
        raise UserError("I do not know this person yet. Ask them to type /track once, then try again.", field="person")
    if role != Role.MEMBER and person.is_guest:
        raise UserError(
            "{name} is a guest of the workspace and sees only their own time.", field="person", name=person.name
        )
    if role != Role.ADMIN and admins == {person.person_id}:
        raise UserError("Somebody has to be admin: appoint another one first.", field="role")
    if person.role == role:
        return None
    people_rows.appoint_person(change, person.person_id, role)
    if person.person_id != change.by.person_id:
        APPOINTED.put(change.db, due=change.by.now, person_id=person.person_id, by=change.by.person.name)
    return Appointed(person.name, role)
