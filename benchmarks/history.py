"""A workspace with a past: people, customers, projects, and as many entries as are asked for, over three years.

Last month is the same in each: what everybody did in it comes on top, so that a report of it has the same to add up
however much lies outside of it.
"""

import itertools
import os
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, String, cast, insert, literal, select

from benchmarks.requests import TEAM, slack_id
from bot.catalog.rules.spelling import name_key
from storage import creation as creation_rows
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
SERVICES = ("Consulting", "Design", "Development", "Travel")
YEARS = timedelta(days=3 * 365)
IN_THE_MONTH = 40
"""Entries of each person in the last month, of 75 minutes each: on five projects, with all services."""
_PROJECTS_OF_EACH = 5
_PLAIN = timedelta(days=1)
"""For so long nothing follows the answers: a table in Slack's own blocks is made when nobody waits for it."""
ZONE = ZoneInfo("Europe/Berlin")
_LONG = timedelta(minutes=75)
_UNCHECKED = {
    "sqlite": ["PRAGMA foreign_keys = OFF", "BEGIN IMMEDIATE"],
    "postgresql": ["SET session_replication_role = replica"],
}
"""References are right here, and checking each would take a minute."""


def write(url: str, count: int, *, many_names: bool = False, over: timedelta = YEARS) -> None:
    """Fill an empty database with `count` entries, up to yesterday, and last month's; each has an audit row."""
    database = Database(url)
    database.migrate()
    now = datetime.now(UTC)
    with database.engine.begin() as db:
        for statement in _UNCHECKED[db.dialect.name]:
            db.exec_driver_sql(statement)
        workspace_id = people_rows.ensure_workspace(db, TEAM, at=now)
        people_rows.keep_plain(db, workspace_id, until=now + _PLAIN)
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
        services = [creation_rows.add_service(db, workspace_id, name=name, key=name_key(name)) for name in SERVICES]
        _write_entries(db, workspace_id, count // PEOPLE, over)
        _write_month(db, workspace_id, services)
        _write_audit(db)
    tidy = "ANALYZE" if database.is_sqlite else "VACUUM ANALYZE"  # which a server does by itself, but within minutes
    with database.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql(tidy)
    database.close()
    os.sync()  # or what was just written goes to the disk while requests are measured


def _write_catalogue(db: Connection, workspace_id: int, names: Iterable[str], projects: Iterable[str]) -> None:
    for name in names:
        customer_id = creation_rows.add_customer(db, workspace_id, name=name, key=name_key(name))
        for project in projects:
            creation_rows.add_project(db, workspace_id, customer_id, name=project, key=name_key(project))


def _many_names() -> Iterable[str]:
    """Names of German companies: Nordbau Wald."""
    parts = itertools.product(*(words.split() for words in _NAMES))
    return (f"{first}{trade} {place}" for first, trade, place in itertools.islice(parts, MORE_CUSTOMERS))


def _write_entries(db: Connection, workspace_id: int, each: int, over: timedelta) -> None:
    """The first person's years; then everybody else's like it on other projects, in the order in which they came."""
    for values in _years(workspace_id, each, over):
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


def _write_month(db: Connection, workspace_id: int, services: Sequence[int]) -> None:
    """What everybody did last month, in the order in which it came."""
    of_project = {row.id: row.customer_id for row in db.execute(select(projects.c.id, projects.c.customer_id))}
    made = []
    for number, person_id in itertools.product(range(IN_THE_MONTH), range(1, PEOPLE + 1)):
        first, last = last_month()
        day = first + number * (last - first) // IN_THE_MONTH
        project_id = (person_id * 7 + number % _PROJECTS_OF_EACH) % (CUSTOMERS * len(PROJECTS)) + 1
        made.append(
            _entry(workspace_id, day, number % 2)
            | {
                "person_id": person_id,
                "customer_id": of_project[project_id],
                "project_id": project_id,
                "service_id": services[number % len(services)],
                "billable": number % 8 != 0,
                "tags": "remote" if number % 4 == 0 else "",
            }
        )
    db.execute(insert(entries), made)


def last_month() -> tuple[date, date]:
    """The first and the last day of the month before the present one."""
    last = datetime.now(ZONE).date().replace(day=1) - timedelta(days=1)
    return last.replace(day=1), last


def _write_audit(db: Connection) -> None:
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


def _years(workspace_id: int, count: int, over: timedelta) -> list[dict[str, Any]]:
    """As many entries as a person makes on the working days of these years but last month's."""
    today, (first, last) = datetime.now(ZONE).date(), last_month()
    before = (today - timedelta(days=n) for n in range(over.days, 0, -1))
    days = [day for day in before if day.weekday() < 5 and not first <= day <= last]
    by_day = itertools.groupby(range(count), lambda number: days[number * len(days) // count])
    return [_entry(workspace_id, day, place) for day, numbers in by_day for place, _ in enumerate(numbers)]


def _entry(workspace_id: int, day: date, place: int) -> dict[str, Any]:
    start = datetime.combine(day, time(8), ZONE).astimezone(UTC) + place * (_LONG + timedelta(minutes=5))
    return {
        "workspace_id": workspace_id,
        "person_id": 1,
        "customer_id": 1,
        "project_id": 1,
        "note": "Some words about what was done",
        "started_at": start,
        "ended_at": start + _LONG,
        "seconds": int(_LONG.total_seconds()),
        "day": day,
        "zone": ZONE.key,
        "timed": True,
        "end_guessed": False,
        "billable": True,
        "created_at": start,
    }
