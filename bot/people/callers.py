"""Who is calling, what they may do, and how they want to be written to."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.core.caller import NO_SOURCE, Caller, Source
from bot.core.context import Bot
from bot.core.errors import Needs, UserError
from bot.core.roles import Creators
from bot.core.texts import Reader, Words
from bot.slack.delivery import Delivery
from storage import people as people_rows
from storage.people import KnownPerson


@dataclass(frozen=True, slots=True)
class Profile:
    """What Slack says about a person; an empty zone or locale: nothing that we know."""

    name: str
    zone: str
    locale: str
    is_owner: bool
    is_guest: bool
    has_left: bool = False
    """The account is deactivated."""


def reader_of(person: KnownPerson) -> Reader:
    """How to write to a person outside a request of theirs."""
    return Reader.for_locale(
        locale=person.locale,
        language=person.language,
        zone=person.zone,
        hours=person.clock,
        unit=person.shown_unit,
        words=Words(person.customer_word, person.project_word, person.service_word),
    )


def acting(
    person: KnownPerson, *, now: datetime, request: str = "", channel_id: str = "", source: Source = NO_SOURCE
) -> Caller:
    """The person as the one who acts in a request, or for whom a job acts; in whole seconds, as time is kept."""
    return Caller(
        person=person,
        reader=reader_of(person),
        now=now.replace(microsecond=0),
        request=request,
        channel_id=channel_id,
        source=source,
    )


def known_names(bot: Bot, came: Delivery, slack_ids: Collection[str]) -> dict[str, str]:
    """The names of those who ever used Trackomat in this workspace, by Slack's ids."""
    with bot.database.read() as db:
        return people_rows.names_of(db, team=came.team, slack_ids=slack_ids)


def calling(bot: Bot, came: Delivery, key: str) -> Caller | None:
    """Whoever sent this, if they ever did before; `key` is the same for each repetition of one delivery."""
    with bot.database.read() as db:
        person = people_rows.find_person(db, team=came.team, slack_id=came.user_id)
    if person is None:
        return None
    if person.has_left:  # Slack's word that they are back was lost
        with bot.database.write() as db:
            people_rows.change_person(db, person.person_id, has_left=False)
        person = person._replace(has_left=False)
    request = f"{came.team}:{came.user_id}:{key}"
    written = came.written
    # What was written counts from then, should Slack deliver it minutes later.
    now = written.at if written and written.is_old(bot.now()) else bot.now()
    return acting(person, now=now, request=request, channel_id=came.channel_id, source=came.source)


def profile(user: dict[str, object]) -> Profile:
    """Read Slack's user object, as `users.info` and `user_change` give it."""
    zone = str(user.get("tz") or "")
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # "Europe" is a folder of zones
        zone = ""
    return Profile(
        name=str(user.get("real_name") or user.get("name") or user["id"]),
        zone=zone,
        locale=str(user.get("locale") or ""),
        is_owner=bool(user.get("is_owner") or user.get("is_primary_owner")),
        is_guest=bool(user.get("is_restricted") or user.get("is_ultra_restricted")),
        has_left=bool(user.get("deleted")),
    )


def require_biller(caller: Caller) -> None:
    """Only those who bill see rates and invoices. Raises UserError."""
    if not caller.bills:
        raise UserError(
            "Only people who bill can do this. An admin can appoint you with /track settings. Nothing was changed.",
            needs=Needs.TO_BILL,
        )


def require_admin(caller: Caller) -> None:
    """Only admins connect Billomat and appoint others. Raises UserError."""
    if not caller.is_admin:
        raise admins_only()


def require_creator(caller: Caller) -> None:
    """Who creates customers, projects and services is a setting. Raises UserError."""
    if caller.may_create:
        return
    match caller.person.creators:
        case Creators.ADMINS:
            raise UserError(
                "Only admins of Trackomat create customers, projects and services here. Ask an admin.",
                needs=Needs.AN_ADMIN_TO_CREATE,
            )
        case Creators.BILLERS:
            raise UserError(
                "Only people who bill create customers, projects and services here. Ask one of them.",
                needs=Needs.A_BILLER_TO_CREATE,
            )
        case _:
            raise UserError("Guests of the workspace create no customers, projects and services here. Ask a member.")


def admins_only() -> UserError:
    """The answer to whoever is no admin."""
    return UserError(
        "Only an admin of Trackomat can do this. Ask an admin. Nothing was changed.", needs=Needs.TO_BE_ADMIN
    )
