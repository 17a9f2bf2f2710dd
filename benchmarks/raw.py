"""As fast as it can be: a Bolt app that stores with statements of its own what the bot does for a start.

It parses nothing, knows one project, checks nothing, translates nothing and always says the same. For a report it adds
up with one statement and says the rows of it, without money.
"""

import json
import os
import sqlite3
import sys
import threading
from datetime import UTC, datetime
from typing import Any

from slack_bolt import Ack, App
from sqlalchemy import make_url

from benchmarks.bare import checking_signatures, serve
from benchmarks.history import last_month
from benchmarks.requests import REPORT_TEAM, START, STATUS, STOP, TEAM

_PERSON = (
    "SELECT person.id, person.name, person.zone, person.locale, person.role FROM person "
    "JOIN workspace ON workspace.id = person.workspace_id WHERE workspace.team_id = ? AND person.slack_id = ?"
)
_DELIVERY = "INSERT INTO delivery (key, at) VALUES (?, ?) ON CONFLICT DO NOTHING"
_RUNNING = "SELECT * FROM time_entry WHERE person_id = ? AND ended_at IS NULL"
_START = (
    "INSERT INTO time_entry (workspace_id, person_id, customer_id, project_id, note, started_at, day, zone, timed, "
    "end_guessed, billable, tags, source_text, source_link, on_draft, created_at) "
    "VALUES (1, ?, 1, 1, 'the note says what was done', ?, ?, 'Europe/Berlin', 1, 0, 1, '', '', '', 0, ?) RETURNING *"
)
_STOP = "UPDATE time_entry SET ended_at = ?, seconds = 60 WHERE id = ?"
_AUDIT = (
    "INSERT INTO audit (workspace_id, person_id, at, subject, subject_id, action, before, after, why, request, undoes) "
    "VALUES (1, ?, ?, 'entry', ?, ?, NULL, ?, '', ?, '')"
)
_SUMS = (
    "sum(seconds) AS worked, sum(seconds * billable) AS to_bill, "
    "sum(seconds * (billable AND NOT end_guessed AND NOT on_draft)) AS open FROM time_entry WHERE workspace_id = 1"
)
_NAMED = "customer.name || ' › ' || ifnull(project.name, '')"
_OF_PERSON = (
    f"SELECT worked, to_bill, open, {_NAMED} FROM (SELECT customer_id AS c, project_id AS p, {_SUMS} AND person_id = ? "
    "AND started_at >= date(?, '-1 day') AND started_at < date(?, '+2 days') AND day BETWEEN ? AND ? GROUP BY c, p) "
    "JOIN customer ON customer.id = c LEFT JOIN project ON project.id = p ORDER BY worked DESC"
)
_OF_TEAM = (
    f"SELECT worked, to_bill, open, {_NAMED} || ' · ' || service.name FROM (SELECT customer_id AS c, project_id AS p, "
    f"service_id AS s, {_SUMS} AND customer_id IN (SELECT id FROM customer WHERE workspace_id = 1) "
    "AND day BETWEEN ? AND ? GROUP BY c, p, s) JOIN customer ON customer.id = c "
    "LEFT JOIN project ON project.id = p LEFT JOIN service ON service.id = s ORDER BY worked DESC"
)
_SHOWN = 100
_ANSWERS = {
    kind.name: {"text": "What was done. " * 20, kind.answers.decode().strip('"'): "found"}
    for kind in (START, STATUS, STOP)
}
_OF_THREAD = threading.local()
_ONE_WRITER = threading.Lock()


def app() -> App:
    """Answers `/track start`, `status`, `stop` and two reports."""
    raw = checking_signatures()

    @raw.command("/track")
    def track(ack: Ack, body: dict[str, Any]) -> None:
        name = f"/track {body['text'].partition(' ')[0]}"
        db = _connection()
        person_id = db.execute(_PERSON, (TEAM, body["user_id"])).fetchone()[0]
        if name == "/track report":
            ack(_report(db, person_id, of_team=body["text"] == REPORT_TEAM.name.removeprefix("/track ")))
            return
        if name == STATUS.name:
            db.execute(_RUNNING, (person_id,)).fetchone()
        else:
            with _ONE_WRITER:
                _write(db, name, person_id, f"{TEAM}:{body['user_id']}:{body['trigger_id']}")
        ack(_ANSWERS[name])

    return raw


def _write(db: sqlite3.Connection, name: str, person_id: int, request: str) -> None:
    now = datetime.now(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
    db.execute("BEGIN IMMEDIATE")
    db.execute(_DELIVERY, (request, now))
    if name == START.name:
        entry = db.execute(_START, (person_id, now, now[:10], now)).fetchone()
    else:
        entry = db.execute(_RUNNING, (person_id,)).fetchone()
        db.execute(_STOP, (now, entry[0]))
    db.execute(_AUDIT, (person_id, now, entry[0], name, json.dumps(entry), request))
    db.execute("COMMIT")


def _report(db: sqlite3.Connection, person_id: int, *, of_team: bool) -> dict[str, str]:
    """What last month adds up to, with the biggest rows."""
    first, last = (day.isoformat() for day in last_month())
    if of_team:
        rows = db.execute(_OF_TEAM, (first, last)).fetchall()
    else:
        rows = db.execute(_OF_PERSON, (person_id, first, last, first, last)).fetchall()
    totals = (sum(row[column] for row in rows) for column in range(3))
    lines = [_line("Total", *totals), *(_line(name, *seconds) for *seconds, name in rows[:_SHOWN])]
    return {"text": "\n".join(lines)}


def _line(name: str, *seconds: int) -> str:
    return " | ".join((name, *(f"{each // 3600}:{each % 3600 // 60:02}" for each in seconds)))


def _connection() -> sqlite3.Connection:
    db: sqlite3.Connection | None = getattr(_OF_THREAD, "db", None)
    if db is None:
        db = _OF_THREAD.db = sqlite3.connect(make_url(os.environ["DATABASE_URL"]).database or "", isolation_level=None)
        for pragma in ("synchronous = FULL", "foreign_keys = ON", "wal_autocheckpoint = 4000"):
            db.execute(f"PRAGMA {pragma}")
    return db


if __name__ == "__main__":
    serve(int(sys.argv[1]), app())
