"""What a day adds up to: the database's sum is the one that anybody gets who goes through the entries one by one."""

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.core.context import Bot
from bot.people.callers import acting
from bot.tracking import worked_days
from bot.tracking.rules import spans
from playground.person import Person
from storage import people as people_rows
from storage import spans as span_rows
from storage.rows import insert_row
from storage.tables import TimeEntry

ZONES = ("Europe/Berlin", "America/New_York", "Pacific/Kiritimati", "Pacific/Pago_Pago", "America/Havana")
CLOCKS_GO_BACK = date(2026, 10, 25)
NOW = datetime(2026, 10, 27, 12, 0, tzinfo=UTC)
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)

Made = tuple[str, datetime, int, bool]
"""Where, when, how many seconds long, and whether with clock times."""
SOME = st.lists(
    st.tuples(
        st.sampled_from(ZONES),
        st.integers(min_value=0, max_value=120).map(lambda n: NOW - timedelta(hours=110, minutes=-37 * n)),
        st.sampled_from([0, 60, 3600, 4 * 3600, 13 * 3600, 24 * 3600]),
        st.booleans(),
    ),
    max_size=12,
)


@given(made=SOME, runs_since=st.none() | st.sampled_from([timedelta(), timedelta(hours=1), timedelta(hours=20)]))
@example(made=[(zone, NOW - timedelta(hours=44), 4 * 3600, True) for zone in ZONES], runs_since=timedelta(hours=20))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_day_adds_up_over_midnights_clock_changes_and_time_zones(
    projects: None, anna: Person, bot: Bot, made: list[Made], runs_since: timedelta | None
) -> None:
    with suppress(_SeenEnough), bot.database.write() as db:
        caller = acting(people_rows.get_person(db, 1), now=NOW)
        for zone, start, seconds, timed in made:
            insert_row(db, TimeEntry, **worked(zone, start, seconds, timed=timed))
        if runs_since is not None:
            insert_row(db, TimeEntry, **worked(ZONES[1], NOW - runs_since, None, timed=True))
        everything = span_rows.entries_within(db, 1, since=LONG_AGO, until=NOW)
        for day in (CLOCKS_GO_BACK + timedelta(days=n) for n in range(-3, 4)):
            one_by_one = sum(worked_days.seconds_on(entry, day, now=NOW) for entry in everything)
            assert worked_days.day_total(db, caller, day) == one_by_one
        raise _SeenEnough  # each example begins with an empty calendar


class _SeenEnough(Exception):
    """Takes back what was written."""


def worked(zone: str, start: datetime, seconds: int | None, *, timed: bool) -> dict[str, Any]:
    """The columns of an entry on the website of Acme."""
    where = ZoneInfo(zone)
    return {
        "workspace_id": 1,
        "person_id": 1,
        "customer_id": 1,
        "project_id": 1,
        "note": "",
        "started_at": start,
        "ended_at": None if seconds is None else start + timedelta(seconds=seconds),
        "seconds": seconds,
        "day": spans.local_day(start, where),
        "zone": zone,
        "timed": timed,
        "end_guessed": False,
        "billable": True,
        "created_at": NOW,
    }
