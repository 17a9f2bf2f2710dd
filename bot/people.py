"""Who is calling, what they may do, and how they want to be written to."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import Connection

from bot.context import Bot
from bot.errors import UserError
from bot.texts import Reader, Words
from storage import jobs, people
from storage.people import KnownPerson

SUMMARY = "summary"
HOME_WATCHED = timedelta(hours=1)
"""So long after somebody looked at their App Home it is kept up to date."""


@dataclass(frozen=True, slots=True)
class Caller:
    """A person in one request."""

    workspace_id: int
    person_id: int
    slack_id: str
    role: str
    reader: Reader
    now: datetime
    request: str
    channel_id: str
    """Slack's id of the channel it came from; empty where it came from none."""
    catalog_version: int
    service_id: int | None
    """What the person usually does: the service of an entry that names none. It may have been archived since."""
    working_days: int
    """A bit for each day of the week, Monday the lowest."""
    work_starts: int
    work_ends: int
    """Minutes after local midnight."""
    week_start: int
    """0 is Monday."""
    overlaps_allowed: bool
    reminders: bool
    home_seen_at: datetime | None

    @property
    def bills(self) -> bool:
        """Whether the person sees rates and invoices."""
        return self.role in ("biller", "admin")

    @property
    def is_admin(self) -> bool:
        """Whether the person connects Billomat and appoints others."""
        return self.role == "admin"

    @property
    def watches_home(self) -> bool:
        """Whether the person looked at their App Home lately and may still see it."""
        return self.home_seen_at is not None and self.now - self.home_seen_at <= HOME_WATCHED

    @property
    def today(self) -> date:
        """The person's day."""
        return self.reader.local(self.now).date()

    def in_zone(self, zone: str) -> "Caller":
        """The same person by the clock of a zone: the one of an entry or form that they filled in elsewhere."""
        return replace(self, reader=replace(self.reader, zone=ZoneInfo(zone)))


@dataclass(frozen=True, slots=True)
class Profile:
    """What Slack says about a person; an empty zone or locale: nothing that we know."""

    name: str
    zone: str
    locale: str
    is_owner: bool
    is_guest: bool


def reader_of(person: KnownPerson) -> Reader:
    """How to write to a person outside a request of theirs."""
    return Reader.of(
        locale=person.locale,
        language=person.language,
        zone=person.zone,
        hours=person.clock,
        unit=person.shown_unit,
        words=Words(person.customer_word, person.project_word, person.service_word),
    )


def acting(person: KnownPerson, *, now: datetime, request: str = "", channel_id: str = "") -> Caller:
    """The person as the one who acts in a request, or for whom a job acts; in whole seconds, as time is kept."""
    return Caller(
        workspace_id=person.workspace_id,
        person_id=person.person_id,
        slack_id=person.slack_id,
        role=person.role,
        reader=reader_of(person),
        now=now.replace(microsecond=0),
        request=request,
        channel_id=channel_id,
        catalog_version=person.catalog_version,
        service_id=person.service_id,
        working_days=person.working_days,
        work_starts=person.work_starts,
        work_ends=person.work_ends,
        week_start=person.week_start,
        overlaps_allowed=person.overlaps_allowed,
        reminders=person.reminders,
        home_seen_at=person.home_seen_at,
    )


def profile(user: dict[str, object]) -> Profile:
    """Read Slack's user object, as `users.info` and `user_change` give it."""
    zone = str(user.get("tz") or "")
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):
        zone = ""
    return Profile(
        name=str(user.get("real_name") or user.get("name") or user["id"]),
        zone=zone,
        locale=str(user.get("locale") or ""),
        is_owner=bool(user.get("is_owner") or user.get("is_primary_owner")),
        is_guest=bool(user.get("is_restricted") or user.get("is_ultra_restricted")),
    )


def first_contact(bot: Bot, *, team: str, slack_id: str, profile: Profile) -> None:
    """Remember a person; the workspace's owner is its first admin. Their daily summaries begin."""
    now = bot.now()
    with bot.database.write() as db:
        workspace_id = people.workspace(db, team, at=now)
        people.add(
            db,
            workspace_id,
            slack_id=slack_id,
            at=now,
            name=profile.name,
            zone=profile.zone or "UTC",
            locale=profile.locale or "en-US",
            role="admin" if profile.is_owner else "member",
            is_guest=profile.is_guest,
        )
        person = people.find(db, team=team, slack_id=slack_id)
        if person:
            plan_summary(db, person, now=now)


def profile_changed(bot: Bot, *, team: str, slack_id: str, profile: Profile, request: str) -> None:
    """Follow a person who renamed themselves or moved; the days of the past stay where they were."""
    with bot.database.write() as db:
        person = people.find(db, team=team, slack_id=slack_id)
        if person is None or not people.record_delivery(db, request, at=bot.now()):
            return
        people.change(
            db,
            person.person_id,
            name=profile.name,
            zone=profile.zone or person.zone,
            locale=profile.locale or person.locale,
            is_guest=profile.is_guest,
            role="admin" if profile.is_owner else person.role,
        )
        changed = people.get(db, person.person_id)
        # Somebody who comes back has no summaries planned any more. Whoever did not move keeps the one that is due.
        if changed.zone != person.zone or not jobs.waiting(db, summary_key(person.person_id)):
            plan_summary(db, changed, now=bot.now())


def next_summary(person: KnownPerson, *, after: datetime) -> datetime | None:
    """When the person's next summary is due; once a day, also across DST. None when they want none."""
    today = after.astimezone(ZoneInfo(person.zone)).date()
    moments = (summary_moment(person, today + timedelta(days=days)) for days in range(8))
    return next((moment for moment in moments if moment and moment > after), None)


def summary_moment(person: KnownPerson, day: date) -> datetime | None:
    """When the summary of a local day is due; None on days on which the person does not work, or wants none."""
    minute = person.summary_minute
    if minute is None or not person.working_days >> day.weekday() & 1:
        return None
    return datetime.combine(day, time(minute // 60, minute % 60), ZoneInfo(person.zone)).astimezone(UTC)


def plan_summary(db: Connection, person: KnownPerson, *, now: datetime) -> None:
    """Have the daily summary sent at the time the person chose, or never."""
    key = summary_key(person.person_id)
    due = next_summary(person, after=now)
    if due is None:
        jobs.drop(db, key)
    else:
        jobs.put(db, SUMMARY, key, due=due, person_id=person.person_id)


def summary_key(person_id: int) -> str:
    """Under which a person's next summary is planned."""
    return f"{SUMMARY}:{person_id}"


def require_biller(caller: Caller) -> None:
    """Only those who bill see rates and invoices. Raises UserError."""
    if not caller.bills:
        raise UserError(
            "Only people who bill can do this. An admin can appoint you with /track settings. Nothing was changed."
        )


def require_admin(caller: Caller) -> None:
    """Only admins connect Billomat and appoint others. Raises UserError."""
    if not caller.is_admin:
        raise UserError("Only an admin of Trackomat can do this. Ask an admin. Nothing was changed.")
