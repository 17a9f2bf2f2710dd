"""A database that cannot be worked with is named in words at the start; while the bot runs, nothing is half written."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import event, func, inspect, select

from bot import doctor, jobs
from bot.__main__ import main
from bot.app import build
from bot.command_line import database as command_line
from bot.core.context import Bot
from bot.core.settings import Settings
from bot.core.vault import Vault
from playground.billomat import seed
from playground.billomat.account import Account
from playground.person import Person, in_process
from playground.slack.workspace import Workspace
from storage import billomat as billomat_rows
from storage import database as storage
from storage import jobs as job_rows
from storage import people as people_rows
from storage.database import Database
from storage.diagnosis import Unreachable
from storage.tables import audits, entries
from tests.conftest import T0, FrozenClock, NewDatabase
from tests.deeds import said
from tests.disks import tiny_disk

ROOT = Path(__file__).parents[2]
RunJobs = Callable[[], int]
TRY_AGAIN = "Nothing was changed; please try again"


# At the start: SQLite


def migrate(url: str, *, before: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
    """`trackomat migrate` as a process of its own."""
    return called("migrate", url, before=before)


def called(
    command: str, url: str, *, before: tuple[str, ...] = (), **settings: str
) -> subprocess.CompletedProcess[str]:
    """A command of the program as a process of its own."""
    return subprocess.run(
        [*before, sys.executable, "-m", "bot", command],
        env=os.environ | {"DATABASE_URL": url, "PYTHONPATH": str(ROOT)} | settings,
        cwd="/",
        capture_output=True,
        text=True,
        timeout=60,
    )


def as_anybody() -> tuple[str, ...]:
    """What makes a command obey permissions, also when the tests run as root."""
    if os.geteuid() != 0:
        return ()
    if not shutil.which("setpriv"):
        pytest.skip("root needs setpriv to be refused anything")
    return ("setpriv", "--bounding-set=-dac_override,-dac_read_search,-fowner")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The path of a SQLite database in a folder of its own."""
    folder = tmp_path / "data"
    folder.mkdir()
    return folder / "trackomat.db"


@pytest.fixture
def present(file: Path) -> Iterator[Path]:
    """The same, with a database in it that can be made read-only."""
    database = Database(f"sqlite:///{file}")
    database.migrate()
    database.close()
    yield file
    file.parent.chmod(0o755)


def test_a_file_that_may_only_be_read_is_found_at_the_start(present: Path) -> None:
    present.chmod(0o444)
    ended = migrate(f"sqlite:///{present}", before=as_anybody())
    assert (ended.returncode, ended.stderr) == (
        2,
        f"DATABASE_URL: {present} is read-only: let this user write to it and to its folder.\n",
    )


def test_a_folder_that_may_not_be_written_is_found_at_the_start(present: Path) -> None:
    present.unlink()
    present.parent.chmod(0o555)
    ended = migrate(f"sqlite:///{present}", before=as_anybody())
    assert ended.returncode == 2
    assert ended.stderr.startswith(f"DATABASE_URL: {present} cannot be opened: its folder has to exist")


def test_a_folder_that_cannot_be_made_is_named() -> None:
    ended = migrate("sqlite:////proc/trackomat/trackomat.db", before=as_anybody())
    assert ended.returncode == 2
    assert ended.stderr.startswith("DATABASE_URL: the folder of /proc/trackomat/trackomat.db cannot be made (")


def test_on_a_full_disk_nothing_is_half_made_and_with_room_it_goes_on(tmp_path: Path) -> None:
    with tiny_disk(tmp_path / "disk") as disk:
        url = f"sqlite:///{disk}/trackomat.db"
        ended = migrate(url)
        assert ended.returncode == 2
        assert ended.stderr.startswith(f"DATABASE_URL: the disk that holds {disk}/trackomat.db is full: make room.")
        database = Database(url)
        assert inspect(database.engine).get_table_names() == []
        subprocess.run(["mount", "-o", "remount,size=4m", str(disk)], check=True)
        database.migrate()
        assert database.schema() == "current"
        database.close()


# At the start: the key beside the file


TOKENS = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "secret", "TRACKOMAT_KEY": ""}


def refusals(file: Path, *, before: tuple[str, ...] = ()) -> str:
    """What `run` ends with, in words alone; `doctor` finds the same."""
    url = f"sqlite:///{file}"
    ended = called("run", url, before=before, **TOKENS)
    assert (ended.returncode, ended.stdout, len(ended.stderr.splitlines())) == (2, "", 1)
    examined = called("doctor", url, before=before, TRACKOMAT_KEY="")
    assert (examined.returncode, examined.stderr) == (1, "")
    assert f"MEND {ended.stderr}" in examined.stdout
    return ended.stderr


def test_a_key_that_cannot_be_made_is_named_with_what_to_do(present: Path) -> None:
    present.parent.chmod(0o555)
    said = refusals(present, before=as_anybody())
    assert said.startswith(f"{present.with_name('trackomat.key')} cannot be made (Permission denied): ")
    assert "Let this user write to its folder, and see that the disk has room; or set TRACKOMAT_KEY" in said


def test_a_key_in_a_folder_that_cannot_be_made_is_named() -> None:
    ended = called("run", "sqlite:////proc/trackomat/trackomat.db", before=as_anybody(), **TOKENS)
    assert ended.returncode == 2
    assert ended.stderr.startswith("/proc/trackomat/trackomat.key cannot be made (")


def test_on_a_full_disk_no_half_key_is_left_and_with_room_one_is_made(tmp_path: Path) -> None:
    with tiny_disk(tmp_path / "disk") as disk:
        (disk / "filling").write_bytes(b"." * 128 * 1024)
        ended = called("run", f"sqlite:///{disk}/trackomat.db", **TOKENS)
        assert ended.returncode == 2
        assert ended.stderr.startswith(f"{disk}/trackomat.key cannot be made (No space left on device): ")
        assert [path.name for path in disk.iterdir()] == ["filling"]
        (disk / "filling").unlink()
        assert called("run", f"sqlite:///{disk}/trackomat.db", **TOKENS).returncode == 2  # too small for a database
        assert len((disk / "trackomat.key").read_text()) == 44


def test_a_key_that_may_not_be_read_is_named_and_left_alone(present: Path) -> None:
    key = present.with_name("trackomat.key")
    key.write_text("k" * 44)
    key.chmod(0)
    said = refusals(present, before=as_anybody())
    assert said.startswith(f"{key} cannot be read (Permission denied): ")
    assert "Let this user read it, or set TRACKOMAT_KEY to what it holds." in said
    key.chmod(0o600)
    assert key.read_text() == "k" * 44


@pytest.mark.parametrize("held", [b"", b"\n", b"half a key", b"\xff" * 44], ids=["empty", "blank", "half", "binary"])
def test_a_file_that_holds_no_whole_key_is_named_and_left_alone(present: Path, held: bytes) -> None:
    key = present.with_name("trackomat.key")
    key.write_bytes(held)
    said = refusals(present)
    assert said.startswith(f"{key} is empty or holds no whole key: put the one from your backup in its place.")
    assert key.read_bytes() == held


def test_a_folder_that_may_not_be_looked_into_is_named_by_doctor(present: Path) -> None:
    present.parent.chmod(0)
    examined = called("doctor", f"sqlite:///{present}", before=as_anybody(), TRACKOMAT_KEY="")
    assert (examined.returncode, examined.stderr) == (1, "")
    assert f"MEND DATABASE_URL: {present} cannot be looked at (Permission denied): " in examined.stdout
    listed = called("jobs", f"sqlite:///{present}", before=as_anybody())
    assert (listed.returncode, listed.stdout) == (2, "")
    assert listed.stderr.startswith(f"DATABASE_URL: {present} cannot be looked at (Permission denied): ")


# At the start: either database


@pytest.fixture
def trackomat(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Result]:
    """The command line, in a folder without .env."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str, **settings: str) -> Result:
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        return CliRunner().invoke(main, arguments)

    return run


def test_a_migration_that_breaks_says_so_and_leaves_the_schema_whole(
    settings: Settings, trackomat: Callable[..., Result], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder = tmp_path / "migrations"
    shutil.copytree(storage.MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    newest = max(path.name[:4] for path in (folder / "versions").glob("0*.py"))
    (folder / "versions" / "9999_breaks.py").write_text(
        "from alembic import op\n"
        f'revision, down_revision = "9999", "{newest}"\n'
        "def upgrade():\n"
        "    op.drop_table('draft_share')\n"
        "    op.execute('INSERT INTO nowhere VALUES (1)')\n"
    )
    monkeypatch.setattr(storage, "MIGRATIONS", folder)
    ended = trackomat("migrate", DATABASE_URL=settings.database_url)
    assert ended.exit_code == 2
    assert "nowhere" in ended.stderr
    assert "It is as it was before." in ended.stderr
    monkeypatch.undo()
    database = Database(settings.database_url)
    assert database.schema() == "current"
    assert inspect(database.engine).has_table("draft_share")
    database.close()


def test_two_that_start_at_once_on_an_empty_database_both_start(new_database: NewDatabase, tmp_path: Path) -> None:
    url = new_database(tmp_path)
    database = Database(url)
    with database.engine.connect() as connection:
        if database.is_sqlite:
            Path(str(database.url.database)).unlink()
        else:
            connection.exec_driver_sql("DROP SCHEMA public CASCADE")
            connection.exec_driver_sql("CREATE SCHEMA public")
            connection.commit()
    with ThreadPoolExecutor(2) as both:
        ended = [each.result() for each in [both.submit(migrate, url) for _ in range(2)]]
    assert [(each.returncode, each.stderr) for each in ended] == [(0, ""), (0, "")]
    database.close()
    assert database.schema() == "current"
    database.close()


def test_a_postgresql_that_is_not_there_is_named_without_the_password(trackomat: Callable[..., Result]) -> None:
    ended = trackomat("migrate", DATABASE_URL="postgresql://anna:secret@127.0.0.1:1/trackomat")
    assert (ended.exit_code, ended.stderr) == (
        2,
        "DATABASE_URL: PostgreSQL cannot be reached (Connection refused).\n",
    )


@pytest.mark.parametrize("patience", [30, 1])
def test_a_postgresql_that_is_not_there_yet_is_waited_for_a_while(
    patience: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    passed: list[float] = []
    monkeypatch.setattr(command_line.time, "sleep", passed.append)
    monkeypatch.setattr(command_line.time, "monotonic", lambda: sum(passed))

    def is_there_after_five_seconds(_database: Database) -> None:
        if sum(passed) < 5:
            raise Unreachable("DATABASE_URL: PostgreSQL cannot be reached (starting up).")

    monkeypatch.setattr(Database, "migrate", is_there_after_five_seconds)
    settings = Settings(_env_file=None, database_url="postgresql://127.0.0.1:1/trackomat")
    if patience > 5:
        command_line.bring_up_to_date(settings, patience=patience)
    else:
        with pytest.raises(SystemExit, match="2"):
            command_line.bring_up_to_date(settings, patience=patience)
    assert capsys.readouterr().err.count(f"Waiting for it for up to {patience} s.") == 1
    assert sum(passed) == min(patience, 5)


def test_without_the_driver_the_extra_is_named(
    trackomat: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    ended = trackomat("migrate", DATABASE_URL="postgresql+psycopg://127.0.0.1:1/trackomat")
    assert (ended.exit_code, ended.stderr) == (
        2,
        "DATABASE_URL: PostgreSQL needs the module psycopg: pip install 'trackomat[postgresql]'\n",
    )
    said = list(
        doctor.examine(Settings(_env_file=None, database_url="postgresql://h/t", trackomat_key="k" * 32), now=T0)
    )
    assert said[-1].text == ended.stderr.strip()


def test_a_postgresql_that_refuses_says_why(new_database: NewDatabase, tmp_path: Path) -> None:
    url = on_postgresql(new_database, tmp_path)
    for wrong in (url.replace("/test", "/nowhere"), url.replace("postgres:@", "nobody:secret@")):
        ended = migrate(wrong)
        assert ended.returncode == 2
        assert ended.stderr.startswith("DATABASE_URL: PostgreSQL refuses the connection (FATAL:  ")
        assert "does not exist" in ended.stderr
        assert "secret" not in ended.stderr


def on_postgresql(new_database: NewDatabase, folder: Path) -> str:
    url = new_database(folder)
    if url.startswith("sqlite"):
        pytest.skip("breaks PostgreSQL: pytest --postgresql")
    return url


# While it runs


def written(bot: Bot) -> tuple[int, int]:
    """How many entries and audit rows there are."""
    with bot.database.read() as db:
        rows = [db.execute(select(func.count()).select_from(table)).scalar_one() for table in (entries, audits)]
    return rows[0], rows[1]


@contextmanager
def pragma(bot: Bot, statement: str) -> Iterator[None]:
    """SQLite behaves so on every connection."""
    if not bot.database.is_sqlite:
        pytest.skip("breaks SQLite's file")

    def limit(connection: Any, _record: object) -> None:
        connection.execute(f"PRAGMA {statement}")

    bot.database.close()
    event.listen(bot.database.engine, "connect", limit)
    yield
    event.remove(bot.database.engine, "connect", limit)
    bot.database.close()


@pytest.mark.expects_errors
def test_when_the_disk_is_full_people_are_told_and_nothing_is_half_written(
    projects: None, anna: Person, bot: Bot
) -> None:
    said(anna, "/track start acme website since 9:30")
    with pragma(bot, "max_page_count = 1"):  # not one page more than there are
        for number in range(50):
            before = written(bot)
            answer = said(anna, f"/track log 1m acme website 2026-02-{number % 27 + 1:02}: {'long ' * 300}")
            if TRY_AGAIN in answer:
                break
        assert TRY_AGAIN in answer
        assert written(bot) == before
        assert "Acme GmbH › Website" in said(anna, "/track status")
    assert "(09:30–10:00)" in said(anna, "/track stop")


@pytest.mark.expects_errors
def test_when_the_file_turns_read_only_people_are_told_and_go_on_afterwards(
    projects: None, anna: Person, bot: Bot
) -> None:
    said(anna, "/track start acme website since 9:30")
    with pragma(bot, "query_only = ON"):
        assert TRY_AGAIN in said(anna, "/track stop")
        assert "Acme GmbH › Website" in said(anna, "/track status")
    assert "(09:30–10:00)" in said(anna, "/track stop")


# A key that is lost


@pytest.mark.expects_errors
def test_with_a_lost_key_tracking_goes_on_and_slack_the_log_and_doctor_say_what_is_lost(
    projects: None,
    anna: Person,
    bot: Bot,
    settings: Settings,
    account: Account,
    run_jobs: RunJobs,
    caplog: pytest.LogCaptureFixture,
) -> None:
    connects(anna)
    run_jobs()
    loses_its_key(bot)
    assert "2:00 h" in said(anna, "/track log 2h acme website yesterday")
    sends_an_invoice(anna)
    run_jobs()
    assert anna.dm[-1].plain() == (
        "⚠️ I can no longer read the stored API key: TRACKOMAT_KEY (or the file trackomat.key) was changed or lost. "
        "Put the old one back, or enter the API key again: /track connect. "
        "Approved drafts wait; they are sent by themselves then."
    )
    logged = [record.getMessage() for record in caplog.records if record.name == "bot.billomat.access"]
    assert logged == [
        "the stored Billomat key of workspace 1 cannot be decrypted: TRACKOMAT_KEY was changed or lost",
    ]
    assert account.drafts() == []
    findings = [finding.text for finding in doctor.examine(settings, now=T0) if not finding.ok]
    assert [text for text in findings if "cannot be decrypted. Add the TRACKOMAT_KEY it was stored" in text]
    connects(anna)
    run_jobs()
    assert len(account.drafts()) == 1


@pytest.mark.expects_errors
def test_once_the_old_key_is_back_drafts_go_out_within_the_hour(
    projects: None,
    anna: Person,
    bot: Bot,
    settings: Settings,
    account: Account,
    clock: FrozenClock,
    run_jobs: RunJobs,
) -> None:
    connects(anna)
    run_jobs()
    kept = loses_its_key(bot)
    said(anna, "/track log 2h acme website yesterday")
    sends_an_invoice(anna)
    run_jobs()
    with bot.database.write() as db:
        billomat_rows.change_account(db, 1, secret_key=kept)
    assert [finding.text for finding in doctor.examine(settings, now=T0) if "can be decrypted again" in finding.text]
    clock.forward_by(hours=1)
    run_jobs()
    assert len(account.drafts()) == 1
    with bot.database.read() as db:
        connected = billomat_rows.connected_account(db, 1)
    assert connected
    assert connected.trouble is None


def loses_its_key(bot: Bot) -> str:
    """What is stored was locked with a key that is no longer there; what was stored before."""
    with bot.database.write() as db:
        known = billomat_rows.connected_account(db, 1)
        people_rows.change_workspace_terms(db, 1, rate_cents=9500)
        billomat_rows.change_account(
            db, 1, secret_key=Vault(["the key that was lost, of 32 characters"]).lock(seed.ADMIN_KEY)
        )
    assert known
    return known.secret_key


def sends_an_invoice(who: Person) -> None:
    while who.sees_modal:
        who.modal.close()
    who.types("/track invoice website")
    who.modal.submit()


def connects(who: Person) -> None:
    """Enter the key and import."""
    while who.sees_modal:
        who.modal.close()
    who.types("/track connect")
    if "Use another key …" in who.modal.buttons:
        who.clicks("Use another key …")
    for label, text in {"billomatID": "acme", "API key": seed.ADMIN_KEY, "Default VAT rate": "19"}.items():
        who.modal.fill(label, text)
    connected = who.modal.submit()
    assert connected
    connected.submit()


# Two machines whose clocks are 2 s apart

APART = timedelta(seconds=2)
LEASE = 60


def test_a_lease_holds_until_the_faster_clock_says_that_it_is_over(bot: Bot) -> None:
    slow, fast = 1_000_000, 1_000_002
    with bot.database.write() as db:
        job_rows.put_job(db, "test", "job:1", due=T0)
        first = job_rows.claim_job(db, now=T0, clock=slow, lease=LEASE)
        assert first
        assert job_rows.claim_job(db, now=T0 + APART, clock=fast + LEASE - 3, lease=LEASE) is None
        second = job_rows.claim_job(db, now=T0 + APART, clock=fast + LEASE - 2, lease=LEASE)
        assert second
        job_rows.finish_job(db, first, again=None)  # comes late, and closes nothing
        assert job_rows.job_exists(db, "job:1")
        assert job_rows.claim_job(db, now=T0, clock=slow + LEASE, lease=LEASE) is None
        job_rows.finish_job(db, second, again=None)
        assert not job_rows.job_exists(db, "job:1")


def test_a_summary_that_the_faster_machine_sends_early_is_not_sent_again_by_the_slower(
    projects: None, anna: Person, bot: Bot, clock: FrozenClock, run_jobs: RunJobs
) -> None:
    said(anna, "/track log 1h acme website")
    faster = replace(bot, now=lambda: clock.now() + APART)
    clock.forward_by(hours=7, minutes=29, seconds=59)
    assert run_jobs() <= 1  # the first sweep
    assert jobs.run_one(faster)
    summaries = len(anna.dm)
    assert summaries == 1
    for _ in range(3):
        run_jobs()
        clock.forward_by(seconds=1)
        while jobs.run_one(faster):
            pass
    assert len(anna.dm) == summaries
    clock.forward_by(days=1)
    assert next_summary(bot) == datetime.fromisoformat("2026-03-11T16:30:00+00:00")


def next_summary(bot: Bot) -> datetime:
    with bot.database.read() as db:
        due: int = db.execute(select(job_rows.jobs.c.due).where(job_rows.jobs.c.kind == "summary")).scalar_one()
    return datetime.fromtimestamp(due, T0.tzinfo)


def test_a_timer_that_the_faster_machine_started_can_be_stopped_on_the_slower_one(
    projects: None, anna: Person, bot: Bot, workspace: Workspace
) -> None:
    slower = workspace.transport
    workspace.transport = in_process(build(replace(bot, now=lambda: T0 + APART)))
    assert "Acme GmbH › Website" in said(anna, "/track start acme website")
    workspace.transport = slower
    assert "ran for less than a second" in said(anna, "/track stop")
