"""What the demo's bot remembers from the weeks before: people who have tracked their time, and nothing billed yet."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.catalog.rules.spelling import name_key
from bot.routine.first_steps import STEPS
from bot.routine.summaries import plan_summary
from bot.tracking.rules.spans import whole_seconds
from playground.slack.workspace import Workspace
from storage import catalog as catalog_rows
from storage import creation as creation_rows
from storage import people as people_rows
from storage.database import Database
from storage.people import KnownPerson
from storage.rows import insert_row
from storage.tables import TimeEntry

DAYS = 35
HOURLY_RATE = 95_00
"""Net cents."""
_BEGINS = time(9)

_PROJECTS = {
    "Acme GmbH": ("Website", "App"),
    "Bäckerei Söhne & Co.": ("Online-Shop",),
    "Hansen & Söhne GmbH": ("Hafenfest",),
}
_SERVICES = ("Beratung", "Design", "Entwicklung")
_HABITS = {
    "Anna Admin": (
        ("Acme GmbH", "Website", "Beratung", ("Call with Ms Weber", "Concept of the start page", "Weekly planning")),
        ("Bäckerei Söhne & Co.", "Online-Shop", "Beratung", ("Requirements", "Walk through the offer")),
        ("Hansen & Söhne GmbH", "Hafenfest", "Design", ("Poster", "Flyer, second round")),
    ),
    "Finn Freelancer": (
        ("Acme GmbH", "Website", "Entwicklung", ("Navigation", "Kontaktformular", "Ladezeiten", "Code-Review")),
        ("Acme GmbH", "App", "Entwicklung", ("Push-Nachrichten", "Anmeldung", "Version 1.4")),
        ("Bäckerei Söhne & Co.", "Online-Shop", "Entwicklung", ("Kasse", "Produktsuche")),
    ),
    "Aylin Approver": (("Acme GmbH", "Website", "Design", ("Wireframes", "Icons", "Style guide")),),
}


def seed_history(database_url: str, workspace: Workspace, now: datetime) -> None:
    """Fill a migrated database with the last five weeks' work of the workspace's people, the same at each start."""
    database = Database(database_url)
    with database.write() as db:
        workspace_id = people_rows.ensure_workspace(db, workspace.team.id, at=now)
        people_rows.change_workspace_terms(db, workspace_id, rate_cents=HOURLY_RATE)
        projects, services = _catalogue(db, workspace_id)
        for person in _people(db, workspace, workspace_id, now):
            _month(db, person, projects, services, now)
        catalog_rows.names_changed(db, workspace_id)
    database.close()


def _catalogue(db: Connection, workspace_id: int) -> tuple[dict[tuple[str, str], tuple[int, int]], dict[str, int]]:
    projects = {}
    for customer, names in _PROJECTS.items():
        customer_id = creation_rows.add_customer(db, workspace_id, name=customer, key=name_key(customer))
        for name in names:
            project_id = creation_rows.add_project(db, workspace_id, customer_id, name=name, key=name_key(name))
            projects[customer, name] = (customer_id, project_id)
    services = {name: creation_rows.add_service(db, workspace_id, name=name, key=name_key(name)) for name in _SERVICES}
    return projects, services


def _people(db: Connection, workspace: Workspace, workspace_id: int, now: datetime) -> list[KnownPerson]:
    known = []
    for member in workspace.people():
        people_rows.add_person(
            db,
            workspace_id,
            slack_id=member.id,
            at=now,
            name=member.name,
            zone=member.zone,
            locale=member.locale,
            role="admin" if member.is_owner else "member",
            is_guest=False,
        )
        person = people_rows.find_person(db, team=workspace.team.id, slack_id=member.id)
        assert person is not None
        plan_summary(db, person, now=now)
        if member.is_owner:  # who has not connected Billomat yet, and is shown how
            people_rows.change_person(db, person.person_id, steps_open=True)
            STEPS.put(db, due=now, person_id=person.person_id)
        known.append(person)
    return known


def _month(
    db: Connection,
    person: KnownPerson,
    projects: dict[tuple[str, str], tuple[int, int]],
    services: dict[str, int],
    now: datetime,
) -> None:
    chance = Random(person.name)
    zone = ZoneInfo(person.zone)
    today = now.astimezone(zone).date()
    for back in range(DAYS, 0, -1):
        day = today - timedelta(days=back)
        if day.weekday() < 5:
            _day(db, person, day, zone, projects, services, chance)


def _day(
    db: Connection,
    person: KnownPerson,
    day: date,
    zone: ZoneInfo,
    projects: dict[tuple[str, str], tuple[int, int]],
    services: dict[str, int],
    chance: Random,
) -> None:
    start = datetime.combine(day, _BEGINS, zone).astimezone(UTC) + timedelta(minutes=chance.randrange(0, 40))
    habits = _HABITS[person.name]
    for customer, project, service, notes in chance.sample(habits, min(2, len(habits))):
        end = start + timedelta(minutes=chance.randrange(50, 200))
        customer_id, project_id = projects[customer, project]
        insert_row(
            db,
            TimeEntry,
            workspace_id=person.workspace_id,
            person_id=person.person_id,
            customer_id=customer_id,
            project_id=project_id,
            service_id=services[service],
            note=chance.choice(notes),
            started_at=start,
            ended_at=end,
            seconds=whole_seconds(start, end),
            day=day,
            zone=person.zone,
            timed=True,
            end_guessed=False,
            billable=True,
            created_at=end,
        )
        start = end + timedelta(minutes=chance.randrange(5, 60))
