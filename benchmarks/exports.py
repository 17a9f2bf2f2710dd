"""A year of a team as CSV, streamed to a file: the bot and csv.writer on raw SQL, each in a process of its own.

`python -m benchmarks.exports bot|raw FILE` does it once and says in JSON how long that took and how much memory.
"""

import csv
import json
import os
import sqlite3
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import make_url

from benchmarks.history import IN_THE_MONTH, PEOPLE, ZONE
from benchmarks.processes import KEY, as_settings
from bot.assembly import assemble
from bot.people import callers as people
from bot.reports import exports
from bot.reports.rules.csv import CsvForm
from bot.tracking.rules.filters import Filter
from storage import people as people_rows

ENTRIES = 100_000
BESIDE_THE_MONTH = ENTRIES - PEOPLE * IN_THE_MONTH
YEAR = timedelta(days=365)
_TIMES = 3
_RAW = (
    "SELECT day, started_at, ended_at, time_entry.zone, timed, seconds, customer.name, customer.number, project.name, "
    "service.name, person.name, time_entry.note, private, tags, time_entry.billable, on_draft, "
    "invoice_draft.number, end_guessed FROM time_entry JOIN customer ON customer.id = time_entry.customer_id "
    "JOIN person ON person.id = time_entry.person_id LEFT JOIN project ON project.id = time_entry.project_id "
    "LEFT JOIN service ON service.id = time_entry.service_id "
    "LEFT JOIN draft_entry ON time_entry.on_draft AND draft_entry.entry_id = time_entry.id "
    "LEFT JOIN invoice_draft ON invoice_draft.id = draft_entry.draft_id "
    "WHERE time_entry.workspace_id = 1 AND day BETWEEN ? AND ? ORDER BY day, started_at, time_entry.id"
)


@dataclass(frozen=True)
class Export:
    """What one way takes: seconds, and MB of memory at most."""

    seconds: float
    megabytes: float
    """Of the whole process."""
    more: float
    """Than it had once everything was imported."""


def measure(database_url: str, folder: Path) -> dict[str, Export]:
    """The bot and raw SQL, taking turns; the middle one of three. Raises AssertionError if one has not all entries."""
    taken: dict[str, list[Export]] = {"bot": [], "raw": []}
    for _ in range(_TIMES):
        for way, found in taken.items():
            found.append(_once(way, database_url, folder / f"{way}.csv"))
    return {way: sorted(found, key=lambda export: export.seconds)[_TIMES // 2] for way, found in taken.items()}


def _once(way: str, database_url: str, file: Path) -> Export:
    command = [sys.executable, "-m", "benchmarks.exports", way, str(file)]
    answer = subprocess.run(command, env=os.environ | {"DATABASE_URL": database_url}, capture_output=True, check=True)
    with file.open(encoding="utf-8", newline="") as written:
        assert sum(1 for _ in csv.reader(written)) == ENTRIES + 1
    return Export(**json.loads(answer.stdout))


def _days() -> tuple[date, date]:
    today = datetime.now(ZONE).date()
    return today - YEAR, today


def _as_the_bot_does(url: str, file: Path) -> None:
    bot = assemble(as_settings({"DATABASE_URL": url, "TRACKOMAT_KEY": KEY}))
    with bot.database.read() as db:
        admin = people.acting(people_rows.get_person(db, 1), now=datetime.now(UTC))
    with file.open("wb") as to:
        exports.write(bot, admin, Filter(*_days()), CsvForm.FIXED, to)
    bot.close()


def _raw(url: str, file: Path) -> None:
    db = sqlite3.connect(make_url(url).database or "")
    rows = db.execute(_RAW, [day.isoformat() for day in _days()])
    with file.open("w", encoding="utf-8", newline="") as to:
        writer = csv.writer(to)
        writer.writerow(column[0] for column in rows.description)
        writer.writerows(rows)
    db.close()


def main(way: str, file: str) -> None:
    """Do it once, and tell what it took."""
    before, began = _peak(), time.perf_counter()
    {"bot": _as_the_bot_does, "raw": _raw}[way](os.environ["DATABASE_URL"], Path(file))
    seconds, peak = time.perf_counter() - began, _peak()
    sys.stdout.write(json.dumps({"seconds": seconds, "megabytes": peak, "more": peak - before}))


def _peak() -> float:
    """The most that the process had so far; what getrusage tells may be its parent's."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 / 1e6 for line in lines if line.startswith("VmHWM:"))


if __name__ == "__main__":
    main(*sys.argv[1:])
