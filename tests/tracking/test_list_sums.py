"""Lists with filters: days, sums by project and pages are what anybody gets who goes through the entries one by one."""

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, select

from bot.catalog.rules.spelling import name_key
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.people.callers import acting
from bot.tracking import entries, lists, parts, worked_days
from bot.tracking.listed import Amounts, Listed
from bot.tracking.rules.filters import Filter
from playground.person import Person
from storage import creation as creation_rows
from storage import people as people_rows
from storage import tracking as tracking_rows
from storage.rows import insert_row
from storage.tables import TimeEntry
from storage.tables import entries as entry_table
from storage.tracking import Entry
from tests.tracking.test_day_total import worked

NOW = datetime(2026, 10, 27, 12, 0, 30, tzinfo=UTC)
"""The clocks went back two days before."""
ZONES = ("Europe/Berlin", "America/New_York", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kolkata")
PROJECTS = ((1, 1), (1, 2), (1, None), (2, 3))
TAGS = ("", "call", "call review", "recall")
FOREIGN = 3
"""A person of another workspace, where the ids of customers are others."""

Made = tuple[str, datetime, int, bool, bool, int, tuple[int, int | None], int | None, str, bool]
MADE: st.SearchStrategy[Made] = st.tuples(
    st.sampled_from(ZONES),
    st.integers(0, 6 * 24 * 3600).map(lambda second: NOW - timedelta(days=6) + timedelta(seconds=second)),
    st.sampled_from([0, 1, 59, 90, 3600, 3 * 3600 + 31, 11 * 3600, 25 * 3600]),
    st.booleans(),
    st.booleans(),
    st.sampled_from([1, 1, 2, FOREIGN]),
    st.sampled_from(PROJECTS),
    st.sampled_from([None, 1, 2]),
    st.sampled_from(TAGS),
    st.booleans(),
)
SPANS = st.sampled_from(
    [(None, None), (21, 27), (24, 26), (25, 25), (None, 25), (25, None), (26, 26)],
).map(lambda days: [None if day is None else date(2026, 10, day) for day in days])
PARTS: dict[str, st.SearchStrategy[Any]] = {
    "customers": st.sampled_from([(1,), (1, 2)]),
    "projects": st.sampled_from([(2,), (1, 3)]),
    "services": st.just((1,)),
    "tags": st.sampled_from([("call",), ("review", "recall")]),
    "billable": st.booleans(),
    "text": st.just("odd"),
}
SOME: st.SearchStrategy[Filter] = st.builds(
    lambda span, people, parts: Filter(*span, people=people, **parts),
    SPANS,
    st.sampled_from([(), (), (1,), (1,), (2,), (1, 2)]),
    st.just({}) | st.just({}) | st.fixed_dictionaries({}, optional=PARTS),
)


class _SeenEnough(Exception):
    """Takes back what was written."""


@given(
    made=st.lists(MADE, min_size=6, max_size=20),
    runs_for=st.lists(st.none() | st.integers(0, 24 * 3600), min_size=2, max_size=2),
    chosen=SOME,
    room=st.sampled_from([2, 3, 5, 43]),
    unit=st.sampled_from([60, 900]),
)
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_days_projects_and_pages_of_a_list_are_a_recount(
    projects: None,
    anna: Person,
    finn: Person,
    bot: Bot,
    made: list[Made],
    runs_for: list[int | None],
    chosen: Filter,
    room: int,
    unit: int,
) -> None:
    finn.types("/track help")
    with suppress(_SeenEnough), bot.database.write() as db:
        caller = acting(people_rows.get_person(db, 1)._replace(shown_unit=unit), now=NOW)
        _write(db, made, runs_for)
        everything = _everything(db)
        fitting = [entry for entry in everything if entry.workspace_id == 1 and _fits(entry, chosen)]
        expected = [
            (entry, day, seconds)
            for entry in fitting
            for day in worked_days.days_touched(entry, NOW)
            if ((seconds := worked_days.seconds_on(entry, day, now=NOW)) or day == entry.day) and _within(chosen, day)
        ]
        pages = list(_pages(db, caller, chosen, room))
        for page in pages:
            _assert_counted(caller, page, expected)
        shown = [(part.day, part.entry.id) for page in pages for part in page.page]
        assert len(shown) == len(set(shown))
        assert set(shown) == {(day, entry.id) for entry, day, _ in expected}
        assert [day for day, _ in shown] == sorted(day for day, _ in shown)
        raise _SeenEnough  # each example begins with an empty calendar


def _assert_counted(caller: Caller, page: Listed, expected: list[tuple[Entry, date, int]]) -> None:
    days: dict[date, Amounts] = {}
    by_project: Counter[str] = Counter()
    for entry, day, seconds in expected:
        runs = entry.ended_at is None
        can_be_billed = entry.billable and not entry.end_guessed and not runs and entry.draft_id is None
        shown = caller.reader.full_units(parts.part_on(entry, day, NOW).seconds)
        amounts = Amounts(
            seconds,
            seconds * entry.billable,
            seconds * can_be_billed,
            seconds * entry.end_guessed,
            seconds * runs,
            shown,
        )
        days[day] = days.get(day, Amounts()).plus(amounts)
        by_project[entries.project_label(entry)] += seconds
    assert {day.day: day.amounts for day in page.days} == days
    assert Counter(day.day for day in page.days for _ in range(day.count)) == Counter(day for _, day, _ in expected)
    if not page.is_one_day:
        assert {name: seconds for name, seconds in page.projects if seconds} == {
            name: seconds for name, seconds in by_project.items() if seconds
        }
    assert page.timers == len({entry.id for entry, _, _ in expected if entry.ended_at is None})
    begun_whole = {
        entry.id: sum(parts.days_of(entry, NOW).values()) if entry.timed else entry.seconds or 0
        for entry, day, _ in expected
        if day == entry.day
    }
    assert page.amounts.seconds == sum(begun_whole.values()) + page.edges.begun_before - page.edges.after


def _pages(db: Connection, caller: Caller, chosen: Filter, room: int) -> Iterator[Listed]:
    page = lists.read_within(db, caller, chosen, begins=0, room=room)
    yield page
    while page.ends < page.count:
        page = lists.read_within(db, caller, chosen, begins=page.ends, room=room)
        assert page.page
        yield page


def _write(db: Connection, made: list[Made], runs_for: list[int | None]) -> None:
    workspace_id = people_rows.ensure_workspace(db, "T0OTHER", at=NOW)
    facts: dict[str, Any] = {"name": "X", "zone": "UTC", "locale": "en", "role": "admin", "is_guest": False}
    people_rows.add_person(db, workspace_id, slack_id="U0", at=NOW, **facts)
    foreign = people_rows.find_member(db, workspace_id, "U0")
    assert foreign is not None
    customer = creation_rows.add_customer(db, workspace_id, name="Acme GmbH", key=name_key("Acme GmbH"))
    elsewhere = {
        "workspace_id": workspace_id,
        "person_id": foreign.person_id,
        "customer_id": customer,
        "project_id": None,
        "service_id": None,
    }
    for number, one in enumerate(made):
        zone, start, seconds, timed, flag, person, (customer_id, project_id), service_id, tags, odd = one
        row = worked(zone, start, seconds, timed=timed) | {"person_id": person, "customer_id": customer_id}
        row |= {"project_id": project_id, "service_id": service_id, "tags": tags, "note": "an ODD one" if odd else "x"}
        row |= {"billable": flag, "end_guessed": number % 3 == 0}
        if person == FOREIGN:
            row |= elsewhere
        insert_row(db, TimeEntry, **row)
    for person, running in enumerate(runs_for, start=1):
        if running is not None:
            row = worked(ZONES[person], NOW - timedelta(seconds=running), None, timed=True)
            insert_row(db, TimeEntry, **row | {"person_id": person})


def _everything(db: Connection) -> list[Entry]:
    keys = db.execute(select(entry_table.c.workspace_id, entry_table.c.person_id, entry_table.c.id)).all()
    found = (
        tracking_rows.entry_of_person(db, workspace_id=workspace, person_id=person, entry_id=key)
        for workspace, person, key in keys
    )
    return [entry for entry in found if entry]


def _fits(entry: Entry, chosen: Filter) -> bool:
    booked = entry.customer_id in chosen.customers or entry.project_id in chosen.projects
    return (
        (booked or not (chosen.customers or chosen.projects))
        and (not chosen.services or entry.service_id in chosen.services)
        and (not chosen.people or entry.person_id in chosen.people)
        and (not chosen.tags or bool({*entry.tags.split()} & {*chosen.tags}))
        and chosen.billable in (None, entry.billable)
        and chosen.text in entry.note.casefold()
    )


def _within(chosen: Filter, day: date) -> bool:
    return (chosen.first or day) <= day <= (chosen.last or day)
