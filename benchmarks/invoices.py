"""The preview of an invoice beside raw SQL for the same sums and a page of its entries, in this process.

The raw SQL adds up the seconds of each line, rounds them to hundredths of an hour, prices them, adds the VAT to the
whole, and reads 40 entries of one line, as the form that lists them has on a page. It is measured once more with what
the lines of the invoice say: of up to 2,000 entries each day and note, of 100,000 the days, because there is no room
for a note. SQLite is measured in time of the processor, so that others on the machine count little; PostgreSQL, which
works elsewhere, by the clock.

`python -m benchmarks.invoices` measures it alone, on SQLite and up to 100,000 entries; `--full` adds a million,
`--postgresql` takes another database.
"""

import argparse
import gc
import itertools
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert, literal, select, update

from benchmarks.history import SERVICES, ZONE
from benchmarks.requests import TEAM, slack_id
from bot.billing import collect, opening
from bot.billing.descriptions import described
from bot.billing.rules.periods import days_between
from bot.billing.rules.scope import Scope
from bot.billing.rules.states import DraftState
from bot.catalog.rules.spelling import name_key
from bot.core.caller import Caller
from bot.people.callers import acting
from storage import creation as creation_rows
from storage import people as people_rows
from storage.change import Change
from storage.database import Database
from storage.rows import insert_row
from storage.tables import DraftLine, InvoiceDraft, draft_entries, draft_shares, drafts, entries
from tests.postgres import new_databases, postgresql

SIZES = ((1_000, 0), (2_000, 0), (2_000, 100_000), (2_000, 1_000_000), (100_000, 0), (collect.MOST_ENTRIES, 0))
"""Entries on the invoice, and entries of the customer that were billed before."""
QUICK_SIZES = ((1_000, 0), (2_000, 0), (2_000, 100_000), (100_000, 0))
_PEOPLE = 20
_PROJECTS = ("App", "Shop", "Website")
_YEAR = (date(2025, 1, 1), date(2025, 12, 31))
_MONTH = (date(2025, 12, 1), date(2025, 12, 31))
_BEFORE = (date(2022, 1, 1), date(2024, 12, 31))
_A_MONTH_AT_MOST = 2_000
_AT_ONCE = 5_000
_ROUNDS_OF_A_MONTH = 41
_ROUNDS_OF_A_YEAR = 5
_NOT_COUNTED = 6
_OPEN = (
    "workspace_id = 1 AND customer_id = 1 AND day BETWEEN ? AND ? AND seconds IS NOT NULL AND billable "
    "AND NOT end_guessed AND NOT on_draft"
)
_SUMS = (
    "WITH line AS (SELECT project_id, service_id, sum(seconds) AS seconds, count(*) AS entries, min(day) AS first, "
    f"max(day) AS last, (sum(seconds) + 18) / 36 AS hundredths FROM time_entry WHERE {_OPEN} GROUP BY 1, 2), "
    "priced AS (SELECT line.*, (hundredths * 9500 + 50) / 100 AS cents FROM line) "
    "SELECT priced.*, sum(cents) OVER () AS net, (sum(cents) OVER () * 119 + 50) / 100 AS gross FROM priced"
)
_PAGE = (
    "SELECT id, day, started_at, ended_at, seconds, note FROM time_entry "
    f"WHERE {_OPEN} AND project_id = 1 AND service_id = 1 ORDER BY day, id LIMIT 40"
)
_NOTES = f"SELECT project_id, service_id, day, note FROM time_entry WHERE {_OPEN} ORDER BY 1, 2, 3, id"
_DAYS = f"SELECT DISTINCT project_id, service_id, day FROM time_entry WHERE {_OPEN} ORDER BY 1, 2, 3"
"""What the lines of an invoice say, where notes have room and where not."""


@dataclass(frozen=True)
class Preview:
    """Milliseconds of the middle one of some rounds."""

    on_it: int
    """Entries on the invoice."""
    billed: int
    """Entries of the customer that were billed before."""
    raw: float
    said: float
    """The raw SQL that also reads what the lines say."""
    preview: float
    """Of somebody who looks at it for the first time."""
    again: float
    """The preview once more, of the same entries: some texts are known by then."""
    opening: float = 0
    """From the press to what is shown, which is kept."""

    @property
    def times(self) -> float:
        """How many times raw SQL."""
        return self.preview / self.raw

    @property
    def figures(self) -> tuple[float, ...]:
        """As a row of the table has them."""
        return self.raw, self.preview, self.times, self.said, self.times_said, self.again

    @property
    def times_said(self) -> float:
        """How many times raw SQL that also reads what the lines say."""
        return self.preview / self.said


def measure(new_database: Callable[[], str], sizes: tuple[tuple[int, int], ...]) -> list[Preview]:
    """Each size in a database of its own."""
    gc.set_threshold(50_000, 20, 100)  # as in the server
    return [_measured(new_database(), on_it, billed) for on_it, billed in sizes]


def _measured(url: str, on_it: int, billed: int) -> Preview:
    first, last = _MONTH if on_it <= _A_MONTH_AT_MOST else _YEAR
    database = Database(url)
    database.migrate()
    with database.write() as db:
        biller = _write(db, on_it, billed, first, last)
    is_here = database.engine.dialect.name == "sqlite"
    with database.engine.connect() as connection:  # as PostgreSQL does by itself after a while
        as_usual = connection.execution_options(isolation_level="AUTOCOMMIT")
        as_usual.exec_driver_sql("ANALYZE" if is_here else "VACUUM ANALYZE")
    with database.write() as db:
        draft = opening.begin_draft(Change(db, biller), 1, Scope(days_between(first, last)))
    driver = database.engine.raw_connection()
    mark, clock = ("?", time.process_time) if is_here else ("%s", time.perf_counter)
    says = _NOTES if on_it <= _A_MONTH_AT_MOST else _DAYS

    def raw(*statements: str) -> None:
        for sql in statements:
            cursor = driver.cursor()
            cursor.execute(sql.replace("?", mark), (first.isoformat(), last.isoformat()))
            cursor.fetchall()
            cursor.close()

    def again() -> None:
        with database.read() as db:
            collect.preview_of(db, biller, draft)

    def preview() -> None:
        described.cache_clear()
        again()

    def opened() -> None:
        with database.write() as db:
            opening.open_preview(Change(db, biller), 1, draft.scope)

    deeds = (partial(raw, _SUMS, _PAGE), partial(raw, _SUMS, _PAGE, says), preview, again, opened)
    rounds = _ROUNDS_OF_A_MONTH if on_it <= _A_MONTH_AT_MOST else _ROUNDS_OF_A_YEAR
    taken = Preview(on_it, billed, *_in_turns(deeds, clock, rounds))
    driver.close()
    database.close()
    return taken


def _in_turns(deeds: Sequence[Callable[[], None]], clock: Callable[[], float], rounds: int) -> Iterator[float]:
    """Milliseconds of the middle round of each, after six: psycopg prepares what it ran five times.

    In turns, so that whatever else the machine does meets all of them.
    """
    found: list[list[float]] = [[] for _ in deeds]
    for number in range(-_NOT_COUNTED, rounds):
        for deed, times in zip(deeds, found, strict=True):
            began = clock()
            deed()
            if number >= 0:
                times.append((clock() - began) * 1000)
    return map(statistics.median, found)


def _write(db: Connection, on_it: int, billed: int, first: date, last: date) -> Caller:
    """A customer with these entries; who bills them."""
    now = datetime.now(UTC).replace(microsecond=0)
    workspace_id = people_rows.ensure_workspace(db, TEAM, at=now)
    people_rows.change_workspace_terms(db, workspace_id, rate_cents=9500)
    for number in range(1, _PEOPLE + 1):
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
    customer_id = creation_rows.add_customer(db, workspace_id, name="Acme", key="acme")
    for name in _PROJECTS:
        creation_rows.add_project(db, workspace_id, customer_id, name=name, key=name_key(name))
    for name in SERVICES:
        creation_rows.add_service(db, workspace_id, name=name, key=name_key(name))
    _write_entries(db, billed, *_BEFORE)
    if billed:
        _bind_all(db, workspace_id, customer_id, now)
    _write_entries(db, on_it, first, last)
    return acting(people_rows.get_person(db, 1), now=now)


def _write_entries(db: Connection, count: int, first: date, last: date) -> None:
    made = (_entry(first + timedelta(days=number * ((last - first).days + 1) // count)) for number in range(count))
    while some := list(itertools.islice(made, _AT_ONCE)):
        db.execute(insert(entries), some)


_drawn = random.Random(8)


def _entry(day: date) -> dict[str, Any]:
    seconds = _drawn.randrange(300, 7_200)
    start = datetime(day.year, day.month, day.day, 7, tzinfo=UTC) + timedelta(minutes=_drawn.randrange(700))
    return {
        "workspace_id": 1,
        "person_id": _drawn.randint(1, _PEOPLE),
        "customer_id": 1,
        "project_id": _drawn.randint(1, len(_PROJECTS)),
        "service_id": _drawn.randint(1, len(SERVICES)),
        "note": f"Something about ticket {_drawn.randrange(5_000)}",
        "started_at": start,
        "ended_at": start + timedelta(seconds=seconds),
        "seconds": seconds,
        "day": day,
        "zone": ZONE.key,
        "timed": True,
        "end_guessed": False,
        "billable": _drawn.random() < 0.95,
        "created_at": start,
    }


def _bind_all(db: Connection, workspace_id: int, customer_id: int, now: datetime) -> None:
    """Have one draft that was sent hold all entries that are there."""
    draft_id = insert_row(
        db,
        InvoiceDraft,
        workspace_id=workspace_id,
        customer_id=customer_id,
        created_by=1,
        created_at=now,
    )
    approved = {"token": "token", "net_cents": 1, "service_first": _BEFORE[0], "service_last": _BEFORE[1]}
    approved |= {"state": DraftState.APPROVED, "approved_by": 1, "approved_at": now}
    db.execute(update(drafts).where(drafts.c.id == draft_id).values(approved))
    line_id = insert_row(db, DraftLine, workspace_id=workspace_id, draft_id=draft_id, position=1)
    of_entry = (entries.c.id, entries.c.workspace_id, literal(draft_id))
    on_line = select(*of_entry, literal(line_id), entries.c.seconds)
    db.execute(
        insert(draft_shares).from_select(["entry_id", "workspace_id", "draft_id", "line_id", "seconds"], on_line)
    )
    db.execute(insert(draft_entries).from_select(["entry_id", "workspace_id", "draft_id"], select(*of_entry)))
    db.execute(update(drafts).where(drafts.c.id == draft_id).values(state=DraftState.SENT, billomat_id=1))


def _new_sqlite(folder: Path, numbers: Iterator[int]) -> str:
    return f"sqlite:///{folder}/{next(numbers)}.db"


def main() -> None:
    """Measure, and print what it came to."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.invoices", description=__doc__)
    options.add_argument("--full", action="store_true", help="with a million entries")
    options.add_argument("--postgresql", action="store_true", help="on PostgreSQL, from a wheel")
    chosen = options.parse_args()
    with ExitStack() as until_the_end:
        folder = Path(until_the_end.enter_context(tempfile.TemporaryDirectory(prefix="trackomat-bench-")))
        new_database: Callable[[], str] = partial(_new_sqlite, folder, itertools.count())
        if chosen.postgresql:
            new_database = partial(new_databases(until_the_end.enter_context(postgresql(durable=True))), folder)
        for size in SIZES if chosen.full else QUICK_SIZES:
            [found] = measure(new_database, (size,))
            said = (
                f"{found.on_it:,}, billed {found.billed:,}: raw SQL {found.raw:.1f} ms, with what lines say "
                f"{found.said:.1f} ms, preview {found.preview:.1f} ms ({found.times:.1f} and {found.times_said:.1f} "
                f"times), again {found.again:.1f} ms, opening {found.opening:.1f} ms"
            )
            sys.stdout.write(f"{said}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
