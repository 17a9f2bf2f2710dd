"""A workspace with a past: people, customers, projects, and as many entries as are asked for, over three years."""

import itertools
import os
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, String, cast, insert, literal, select

from benchmarks.requests import TEAM, slack_id
from bot.catalog.rules.spelling import name_key
from storage import catalog as catalog_rows
from storage import people as people_rows
from storage.catalog import projects
from storage.database import Database
from storage.rows import insert_row
from storage.tables import Person, TimeEntry, audits, entries, table

PEOPLE = 250
CUSTOMERS = 100
PROJECTS = ("App", "Shop", "Website")
MORE_CUSTOMERS = 4_900
MORE_PROJECTS = ("App", "Shop", "Wartung", "Website")
"""Where many names are known, beside the ones above."""
_NAMES = (
    "Alpen Blau Donau Eich Falken Gold Hafen Insel Jung Kern Licht Mond Nord Ost Quell Rhein Stern Tal Ufer West",
    "bau beratung druck energie garten handel holz kanzlei logistik media metall optik pharma reisen schule solar "
    "stein technik verlag versand",
    "Berg Feld Hof Kamp Linde Markt Park Ried See Tor Wald Wiese Zander",
)
YEARS = timedelta(days=3 * 365)
ZONE = ZoneInfo("Europe/Berlin")
_UNCHECKED = {
    "sqlite": ["PRAGMA foreign_keys = OFF", "BEGIN IMMEDIATE"],
    "postgresql": ["SET session_replication_role = replica"],
}
"""References are right here, and checking each would take a minute."""


def write(url: str, count: int, *, many_names: bool = False) -> None:
    """Fill an empty database with `count` entries, up to yesterday, and an audit row for each."""
    database = Database(url)
    database.migrate()
    now = datetime.now(UTC)
    with database.engine.begin() as db:
        for statement in _UNCHECKED[db.dialect.name]:
            db.exec_driver_sql(statement)
        workspace_id = people_rows.ensure_workspace(db, TEAM, at=now)
        for number in range(1, PEOPLE + 1):
            people_rows.add_person(
                db,
                workspace_id,
                slack_id=slack_id(number),
                at=now,
                name=f"Person {number}",
                zone=ZONE.key,
                locale="en-GB",
                role="admin" if number == 1 else "member",
                is_guest=False,
            )
        _write_catalogue(db, workspace_id, [f"Customer {number:03}" for number in range(1, CUSTOMERS + 1)], PROJECTS)
        if many_names:
            _write_catalogue(db, workspace_id, _many_names(), MORE_PROJECTS)
        _write_entries(db, workspace_id, count // PEOPLE)
    tidy = "ANALYZE" if database.is_sqlite else "VACUUM ANALYZE"  # which a server does by itself, but within minutes
    with database.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql(tidy)
    database.close()
    os.sync()  # or what was just written goes to the disk while requests are measured


def _write_catalogue(db: Connection, workspace_id: int, names: Iterable[str], projects: Iterable[str]) -> None:
    for name in names:
        customer_id = catalog_rows.add_customer(db, workspace_id, name=name, key=name_key(name))
        for project in projects:
            catalog_rows.add_project(db, workspace_id, customer_id, name=project, key=name_key(project))


def _many_names() -> Iterable[str]:
    """Names of German companies: Nordbau Wald."""
    parts = itertools.product(*(words.split() for words in _NAMES))
    return (f"{first}{trade} {place}" for first, trade, place in itertools.islice(parts, MORE_CUSTOMERS))


def _write_entries(db: Connection, workspace_id: int, each: int) -> None:
    """The first person's years; then everybody else's like it on other projects, in the order in which they came."""
    for values in _years(workspace_id, each):
        insert_row(db, TimeEntry, **values)
    person = table(Person)
    copied = {column.name: column for column in entries.c if column.name != "id"}
    copied |= {"person_id": person.c.id, "customer_id": projects.c.customer_id, "project_id": projects.c.id}
    everybody = (
        select(*copied.values())
        .join_from(entries, person, person.c.id > 1)
        .join(projects, projects.c.id == (entries.c.id + person.c.id) % (CUSTOMERS * len(PROJECTS)) + 1)
        .order_by(entries.c.started_at, person.c.id)
    )
    db.execute(insert(entries).from_select(list(copied), everybody))
    recorded = {
        "workspace_id": entries.c.workspace_id,
        "person_id": entries.c.person_id,
        "at": entries.c.created_at,
        "subject": literal("entry"),
        "subject_id": entries.c.id,
        "action": literal("log"),
        "why": literal(""),
        "request": literal(f"{TEAM}:") + cast(entries.c.person_id, String) + ":" + cast(entries.c.id, String),
    }
    db.execute(insert(audits).from_select(list(recorded), select(*recorded.values()).order_by(entries.c.id)))


def _years(workspace_id: int, count: int) -> list[dict[str, Any]]:
    """As many entries as a person makes on the working days of three years, one after the other."""
    today = datetime.now(ZONE).date()
    days = [day for n in range(YEARS.days, 0, -1) if (day := today - timedelta(days=n)).weekday() < 5]
    by_day = itertools.groupby(range(count), lambda number: days[number * len(days) // count])
    return [_entry(workspace_id, day, place) for day, numbers in by_day for place, _ in enumerate(numbers)]


def _entry(workspace_id: int, day: date, place: int) -> dict[str, Any]:
    start = datetime.combine(day, time(8), ZONE).astimezone(UTC) + place * timedelta(minutes=75)
    return {
        "workspace_id": workspace_id,
        "person_id": 1,
        "customer_id": 1,
        "project_id": 1,
        "note": "Some words about what was done",
        "started_at": start,
        "ended_at": start + timedelta(minutes=70),
        "seconds": 70 * 60,
        "day": day,
        "zone": ZONE.key,
        "timed": True,
        "end_guessed": False,
        "billable": True,
        "created_at": start,
    }
