"""The books leave as one archive: every row twice, what each field means, and checksums by which a change shows."""

import csv
import hashlib
import io
import json
import tracemalloc
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from click.testing import CliRunner
from sqlalchemy import insert, select, update

from bot.__main__ import main
from bot.bookkeeping import books
from bot.bookkeeping.rules.retention import RECORDS, VOUCHERS, over_up_to
from bot.bookkeeping.views.fields import described
from bot.core.context import Bot
from bot.core.texts import Reader
from playground.person import Person
from playground.slack.workspace import FILES, SCOPES, Workspace
from storage.books import BOOKS
from storage.tables import audits, billomat_accounts, customers, entries
from tests.billing.conftest import connected, one_clock
from tests.billing.deeds import RunJobs, invoice, sends
from tests.conftest import T0, FrozenClock

__all__ = ["connected", "one_clock"]

ENGLISH = Reader.for_locale(locale="en-GB", language="en", zone="UTC")
NOT_EXPORTED = {
    "time_entry": {"workspace_id", "source_text", "source_link"},  # the message is for its person's eyes alone
    "expense": {"workspace_id"},
    "invoice_draft": {"workspace_id", "layout", "texts", "line_order", "token", "looked_at", "view_id"},
    "draft_line": {"workspace_id"},
    "draft_share": {"workspace_id"},
    "draft_expense": {"workspace_id"},
    "rate_rule": {"workspace_id"},
    "rate_price": {"workspace_id"},
    "audit": {"workspace_id"},
}


@pytest.fixture
def billed(one_clock: None, connected: None, anna: Person, run_jobs: RunJobs) -> None:
    """Two hours stand on a draft in Billomat, an hour is open, and an entry is deleted."""
    anna.types("/track log 2h acme website design yesterday: =SUM(A1)")
    anna.types("/track log 1h acme app")
    anna.types("/track delete")
    anna.types("/track log 1h acme app")
    invoice(anna)
    sends(anna)
    run_jobs()


def written(bot: Bot) -> tuple[books.Books, ZipFile]:
    into = io.BytesIO()
    done = books.write(bot, 1, described(ENGLISH), into)
    return done, ZipFile(into)


def objects(archive: ZipFile, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in archive.read(f"{name}.jsonl").decode().splitlines()]


def table_of(archive: ZipFile, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(archive.read(f"{name}.csv").decode(), newline="")))


def test_every_file_has_the_checksum_that_the_manifest_names(billed: None, bot: Bot) -> None:
    done, archive = written(bot)
    manifest = archive.read(books.MANIFEST)
    assert hashlib.sha256(manifest).hexdigest() == done.checksum
    named = {each["name"]: each for each in json.loads(manifest)["files"]}
    assert {*named} == {*archive.namelist()} - {books.MANIFEST}
    for name, each in named.items():
        content = archive.read(name)
        assert (each["sha256"], each["bytes"]) == (hashlib.sha256(content).hexdigest(), len(content))


def test_both_forms_have_all_rows_also_what_was_deleted(billed: None, bot: Bot) -> None:
    _, archive = written(bot)
    worked = objects(archive, "time_entry")
    assert [each["seconds"] for each in worked] == [7200, 3600]
    assert [each["seconds"] for each in table_of(archive, "time_entry")] == ["7200", "3600"]
    assert [(each["action"], each["after"]) for each in objects(archive, "audit") if each["action"] == "delete"] == [
        ("delete", None)
    ]
    (line, _) = objects(archive, "draft_line")
    assert (line["hours"], line["unit_price"], line["amount_cents"]) in ((200, 885_000, 17_700), (100, 950_000, 9_500))
    assert {each["seconds"] for each in objects(archive, "draft_share")} == {7200, 3600}


def test_no_cell_is_a_formula_and_json_has_the_text_as_it_was(billed: None, bot: Bot) -> None:
    _, archive = written(bot)
    assert table_of(archive, "time_entry")[0]["note"] == "'=SUM(A1)"
    assert objects(archive, "time_entry")[0]["note"] == "=SUM(A1)"


def test_the_message_that_time_was_tracked_on_is_nowhere_in_it(billed: None, bot: Bot) -> None:
    with bot.database.write() as db:
        after = {"source_text": "between us", "source_link": "https://acme.slack.com/x", "note": "seen"}
        row = {"workspace_id": 1, "person_id": 1, "at": T0, "subject": "entry", "subject_id": 1, "action": "edit"}
        db.execute(insert(audits).values(**row, after=after))
        db.execute(update(entries).where(entries.c.id == 1).values(source_text="between us"))
    _, archive = written(bot)
    for name in archive.namelist():
        assert b"between us" not in archive.read(name)
        assert b"acme.slack.com" not in archive.read(name)
    assert objects(archive, "audit")[-1]["after"] == {"note": "seen"}


def test_no_key_and_no_other_workspace_is_in_it(billed: None, bot: Bot) -> None:
    with bot.database.write() as db:
        other = db.execute(select(customers.c.name)).scalars().first()
    _, archive = written(bot)
    everything = b"".join(archive.read(name) for name in archive.namelist())
    assert b"secret" not in everything
    assert other is not None
    into = io.BytesIO()
    books.write(bot, 1, {"customer": described(ENGLISH)["customer"]}, into)
    assert len(objects(ZipFile(into), "customer")) == 2


@pytest.mark.parametrize("name", [*BOOKS])
def test_each_field_of_each_table_is_described_in_both_languages(name: str) -> None:
    german = Reader.for_locale(locale="de-DE", language="de", zone="UTC")
    fields = described(ENGLISH)[name]
    assert all(fields.values())
    assert all(described(german)[name].values())
    assert fields.keys() <= {*BOOKS[name].c.keys()}
    if name in NOT_EXPORTED:
        assert {*BOOKS[name].c.keys()} - fields.keys() == NOT_EXPORTED[name]


def test_the_description_is_a_table_in_the_archive(billed: None, bot: Bot) -> None:
    _, archive = written(bot)
    fields = table_of(archive, "fields")
    assert {"table": "draft_line", "field": "unit_price", "meaning": "Price of a unit, in ten-thousandths"} in fields
    assert {each["table"] for each in fields} == {*BOOKS}


def test_many_rows_take_no_more_memory_than_few(billed: None, bot: Bot, tmp_path: Path) -> None:
    row = {"workspace_id": 1, "person_id": 1, "at": T0, "subject": "entry", "action": "log", "why": "x" * 200}
    with bot.database.write() as db:
        db.execute(insert(audits), [row | {"subject_id": number} for number in range(20_000)])
    with (tmp_path / "books.zip").open("wb") as into:
        tracemalloc.start()
        done = books.write(bot, 1, described(ENGLISH), into)
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert done.rows > 20_000
    assert most < 10_000_000  # the rows are more than twice that as text alone


def test_an_admin_gets_them_as_a_file_and_the_audit_knows(
    billed: None, anna: Person, bot: Bot, workspace: Workspace, run_jobs: RunJobs
) -> None:
    anna.types("/track settings")
    anna.clicks("Books for an auditor")
    assert (anna.modal.view.title, anna.modal.view.close) == ("The books", "Close")
    run_jobs()
    seen = anna.dm[-1]
    assert seen.text.startswith("The books: ")
    assert list(seen.files) == ["trackomat-books-2026-03-10.zip"]
    archive = ZipFile(io.BytesIO(next(iter(seen.files.values()))))
    checksum = hashlib.sha256(archive.read(books.MANIFEST)).hexdigest()
    assert checksum in seen.text
    with bot.database.read() as db:
        kept = select(audits.c.person_id, audits.c.after).where(audits.c.action == books.EXPORTED)
        ((person_id, after),) = db.execute(kept).all()
    assert (person_id, after["sha256"]) == (1, checksum)


def test_nobody_else_is_offered_them_or_gets_them(billed: None, anna: Person, finn: Person, run_jobs: RunJobs) -> None:
    finn.types("/track settings")
    assert "Unterlagen für die Prüfung" not in finn.modal.buttons
    before = len(finn.dm)
    run_jobs()
    assert not any(seen.files for seen in finn.dm[before:])


@pytest.mark.parametrize(("day", "said"), [((2034, 12, 31), "No invoice"), ((2035, 1, 1), "1 invoice of up to 2026")])
def test_an_admin_reads_what_is_past_the_time_for_which_it_is_kept(
    billed: None, anna: Person, bot: Bot, clock: FrozenClock, day: tuple[int, int, int], said: str
) -> None:
    with bot.database.write() as db:
        db.execute(update(billomat_accounts).values(country="DE"))
    clock.forward_by(seconds=(datetime(*day, 12, tzinfo=UTC) - clock.now()).total_seconds())
    anna.types("/track settings")
    anna.clicks("Books for an auditor")
    assert "kept for 8 years from the end of their year, books and records for 10" in anna.modal.text
    assert said in anna.modal.text


def test_outside_germany_no_german_law_is_said(billed: None, anna: Person, bot: Bot) -> None:
    with bot.database.write() as db:
        db.execute(update(billomat_accounts).values(country="AT"))
    anna.types("/track settings")
    anna.clicks("Books for an auditor")
    assert "The books come as a message" in anna.modal.text
    assert "§ 147" not in anna.modal.text


@pytest.mark.parametrize(
    ("today", "years", "last"),
    [
        (date(2034, 12, 31), VOUCHERS, 2025),
        (date(2035, 1, 1), VOUCHERS, 2026),
        (date(2026, 11, 30), VOUCHERS, 2017),
        (date(2026, 11, 30), RECORDS, 2015),
        (date(2028, 2, 29), RECORDS, 2017),
    ],
)
def test_years_are_counted_from_the_end_of_the_year(today: date, years: int, last: int) -> None:
    assert over_up_to(today, years) == last


def test_where_slack_takes_no_file_it_says_how_to_get_them(
    billed: None, anna: Person, workspace: Workspace, run_jobs: RunJobs
) -> None:
    workspace.scopes = SCOPES - {FILES}
    anna.types("/track settings")
    anna.clicks("Books for an auditor")
    run_jobs()
    assert anna.dm[-1].text.endswith("writes them to a file with: trackomat books")


def test_the_command_writes_a_file_for_its_owner_alone(
    billed: None, bot: Bot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", bot.database.url.render_as_string(hide_password=False))
    monkeypatch.setenv("TRACKOMAT_KEY", "a key for tests that is long enough")
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
    file = tmp_path / "books.zip"
    done = CliRunner().invoke(main, ["books", str(file), "--lang", "de"])
    assert done.exit_code == 0, done.output
    assert "Prüfsumme" in done.output
    assert file.stat().st_mode & 0o077 == 0
    meanings = [each["meaning"] for each in table_of(ZipFile(file), "fields")]
    assert "Länge in Sekunden, wie gearbeitet wurde" in meanings
    assert [path.name for path in tmp_path.glob("books*")] == ["books.zip"]


def test_the_command_names_a_path_that_cannot_be_written(
    billed: None, bot: Bot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", bot.database.url.render_as_string(hide_password=False))
    monkeypatch.setenv("TRACKOMAT_KEY", "a key for tests that is long enough")
    done = CliRunner().invoke(main, ["books", str(tmp_path / "no" / "books.zip")])
    assert done.exit_code == 2
    assert "cannot be written" in done.output
