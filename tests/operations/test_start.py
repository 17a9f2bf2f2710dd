"""A bot does not begin anew where its data was."""

import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from storage.database import Database
from storage.files import alone_with
from tests.operations.conftest import Trackomat

TOKENS = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1", "SLACK_API_URL": "http://127.0.0.1:1/api/"}


def test_no_empty_database_is_made_in_the_place_of_one_that_is_gone(
    data: Path, trackomat: Trackomat, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in TOKENS.items():
        monkeypatch.setenv(name, value)
    data.mkdir()
    (data / "trackomat.key").write_text("k" * 40)
    for command in (["run"], ["run", "--only", "jobs"], ["migrate"], ["doctor"]):
        refused = trackomat(*command)
        assert refused.exit_code == (1 if command == ["doctor"] else 2)
        assert f"{data}/trackomat.db is gone, but its key {data}/trackomat.key is there." in refused.output
    assert [path.name for path in data.iterdir()] == ["trackomat.key"]


@pytest.mark.parametrize("called", ["trackomat.db", "zeiten.sqlite", "my data/t.db"])
def test_nor_where_the_key_is_kept_elsewhere(
    called: str, data: Path, trackomat: Trackomat, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = data / called
    for name, value in (TOKENS | {"TRACKOMAT_KEY": "k" * 40, "DATABASE_URL": f"sqlite:///{database}"}).items():
        monkeypatch.setenv(name, value)
    assert trackomat("migrate").exit_code == 0  # the first start of all
    assert trackomat("migrate").exit_code == 0
    database.unlink()
    for command in (["run"], ["run", "--only", "jobs"], ["migrate"], ["doctor"]):
        refused = trackomat(*command)
        assert refused.exit_code == (1 if command == ["doctor"] else 2)
        assert f"{database} is gone, but {database}-lock says that it was there." in refused.output
        assert f"To begin anew without it, delete {database.name}-lock." in refused.output
    assert not database.exists()
    Path(f"{database}-lock").unlink()
    assert trackomat("migrate").exit_code == 0


def test_a_first_start_that_failed_is_not_taken_for_a_lost_database(
    data: Path, trackomat: Trackomat, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (TOKENS | {"TRACKOMAT_KEY": "k" * 40}).items():
        monkeypatch.setenv(name, value)
    with alone_with_new(data / "trackomat.db"):
        assert trackomat("run").exit_code == 2
    assert trackomat("migrate").exit_code == 0


@contextmanager
def alone_with_new(database: Path) -> Iterator[None]:
    """Somebody restores a backup to where no database is yet."""
    database.parent.mkdir()
    with alone_with(database):
        yield


def test_while_a_backup_is_put_back_no_bot_starts(
    data: Path, trackomat: Trackomat, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in TOKENS.items():
        monkeypatch.setenv(name, value)
    database = Database(f"sqlite:///{data}/trackomat.db")
    database.migrate()
    database.close()
    with alone_with(data / "trackomat.db"):
        refused = trackomat("run")
    assert (refused.exit_code, "is just being replaced by `trackomat restore`" in refused.stderr) == (2, True)


def test_rights_that_are_too_wide_are_named_by_doctor(
    data: Path, trackomat: Trackomat, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in TOKENS.items():
        monkeypatch.setenv(name, value)
    database = Database(f"sqlite:///{data}/trackomat.db")
    database.migrate()
    assert "thers may" not in trackomat("doctor").stdout
    data.chmod(0o755)
    (data / "trackomat.key").chmod(0o644)
    examined = trackomat("doctor").stdout
    assert f"MEND Others may read {data}/trackomat.key: chmod 600 {data}/trackomat.key" in examined
    assert f"ok   Others may look into {data}" in examined
    data.chmod(0o777)
    assert f"MEND Others may write to {data}" in trackomat("doctor").stdout
    database.close()


def test_a_key_that_others_may_read_is_closed_to_them_at_the_start(
    data: Path, trackomat: Trackomat, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in TOKENS.items():
        monkeypatch.setenv(name, value)
    database = Database(f"sqlite:///{data}/trackomat.db")
    database.migrate()
    database.close()
    key = data / "trackomat.key"
    key.write_text("k" * 40)
    key.chmod(0o644)
    with alone_with(data / "trackomat.db"):  # so that it goes no further
        trackomat("run")
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
