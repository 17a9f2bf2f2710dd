"""`trackomat jobs`: what is due, running or failed, why, and how to have it tried again."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.__main__ import main
from bot.core.context import Bot
from bot.core.settings import Settings
from storage import jobs as job_rows
from tests.conftest import T0

Command = Callable[..., Result]


@pytest.fixture
def trackomat(settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Command:
    """The command line at T0, in a folder without .env."""
    monkeypatch.setattr("bot.core.clock.system_clock", lambda: T0)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("TRACKOMAT_CLOCK", raising=False)
    monkeypatch.setenv("DATABASE_URL", settings.database_url)
    return lambda *arguments: CliRunner().invoke(main, ["jobs", *arguments])


@pytest.fixture
def queue(bot: Bot) -> None:
    """One job of each kind: planned, due, running, failed for good, and failed but tried again by itself."""
    put(bot, "summary:1", due=T0 + timedelta(hours=5))
    put(bot, "deliver:1", due=T0 - timedelta(hours=3))
    put(bot, "import:1", due=T0 - timedelta(hours=4))
    claim(bot, "import:1")
    fail(bot, "post:1", at=T0 - timedelta(days=2), again=None)
    fail(bot, "post:2", at=T0 - timedelta(minutes=10), again=T0 + timedelta(hours=1))


def put(bot: Bot, key: str, *, due: datetime) -> None:
    with bot.database.write() as db:
        job_rows.put_job(db, key.partition(":")[0], key, due=due, secret="xoxb-secret")


def claim(bot: Bot, key: str) -> job_rows.Claimed:
    """The job that is due the longest, which has to be this one."""
    with bot.database.write() as db:
        job = job_rows.claim_job(db, now=T0, clock=int(time.time()), lease=3600)
    assert job
    assert job.key == key
    return job


def fail(bot: Bot, key: str, *, at: datetime, again: datetime | None) -> None:
    put(bot, key, due=T0 - timedelta(days=3))
    job = claim(bot, key)
    with bot.database.write() as db:
        job_rows.fail_job(db, job, at=at, again=again, error="SlackApiError (E-ABC123)")


def test_everything_but_the_planned_is_listed_with_age_tries_and_reason(queue: None, trackomat: Command) -> None:
    listed = trackomat()
    assert listed.exit_code == 0
    assert [line.split(maxsplit=5) for line in listed.output.splitlines()] == [
        ["STATE", "JOB", "AGE", "TRIES", "REASON"],
        ["failed", "post:1", "2", "d", "1", "SlackApiError (E-ABC123)"],
        ["running", "import:1", "4", "h", "1"],
        ["due", "deliver:1", "3", "h", "0"],
        ["waiting", "post:2", "10", "min", "1", "SlackApiError (E-ABC123)"],
    ]


def test_what_a_job_was_given_is_not_shown(queue: None, trackomat: Command) -> None:
    assert "secret" not in trackomat().output


def test_an_empty_queue_is_said_in_words(bot: Bot, trackomat: Command) -> None:
    put(bot, "summary:1", due=T0 + timedelta(hours=5))
    assert trackomat().output == "Nothing is due, running or failed.\n"


def test_one_failed_job_is_tried_again_at_once_with_all_its_tries(queue: None, bot: Bot, trackomat: Command) -> None:
    renewed = trackomat("retry", "post:1")
    assert (renewed.exit_code, renewed.output) == (0, "post:1 is due again.\n")
    with bot.database.read() as db:
        listed = {job.key: job for job in job_rows.list_jobs(db, now=T0, clock=int(time.time()))}
    renewed_job = listed["post:1"]
    assert (renewed_job.state, renewed_job.tries, renewed_job.error) == ("due", 0, None)
    assert listed["post:2"].state == "waiting"


def test_all_failed_jobs_are_tried_again_and_no_other(queue: None, trackomat: Command) -> None:
    renewed = trackomat("retry", "--all")
    assert (renewed.exit_code, renewed.output) == (0, "post:1 is due again.\npost:2 is due again.\n")
    assert trackomat("retry", "--all").exit_code == 1


@pytest.mark.parametrize("key", ["import:1", "deliver:1", "summary:1", "no such job"])
def test_a_job_that_did_not_fail_is_left_alone_and_said_with_exit_code_1(
    queue: None, trackomat: Command, key: str
) -> None:
    before = trackomat().output
    refused = trackomat("retry", key)
    assert (refused.exit_code, refused.stderr) == (1, f"No failed job is called {key}.\n")
    assert trackomat().output == before


@pytest.mark.parametrize("arguments", [(), ("post:1", "--all")])
def test_which_job_is_meant_has_to_be_said(arguments: tuple[str, ...], queue: None, trackomat: Command) -> None:
    refused = trackomat("retry", *arguments)
    assert (refused.exit_code, "or --all" in refused.stderr) == (2, True)


def test_help_shows_examples(trackomat: Command) -> None:
    assert "Example: trackomat jobs" in trackomat("--help").output
    assert "trackomat jobs retry deliver:42" in trackomat("retry", "--help").output


def test_a_database_of_another_version_is_named_with_the_remedy(
    trackomat: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/new.db")
    refused = trackomat()
    assert (refused.exit_code, "run `trackomat migrate`" in refused.stderr) == (2, True)


def test_before_the_first_start_it_says_where_it_looked_and_makes_nothing(
    trackomat: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for folder in ("here", "not/here"):
        monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/{folder}/trackomat.db")
        refused = trackomat()
        assert refused.exit_code == 2
        assert f"there is no database yet at {tmp_path}/{folder}/trackomat.db" in refused.stderr
    assert not (tmp_path / "not").exists()
