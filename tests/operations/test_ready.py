"""`trackomat ready` asks the bot that runs here, and says why it is not ready."""

import socket
from pathlib import Path

import pytest

from storage.database import Database
from storage.files import in_use
from tests.operations.conftest import Trackomat


def test_in_socket_mode_somebody_has_to_work_with_the_database(
    data: Path, trackomat: Trackomat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACK_APP_TOKEN", "xapp-1")
    assert f"No bot runs with {data}/trackomat.db." in trackomat("ready").stderr
    database = Database(f"sqlite:///{data}/trackomat.db")
    database.migrate()
    database.close()
    assert (trackomat("ready").exit_code, f"No bot runs with {data}/trackomat.db.\n") == (1, trackomat("ready").stderr)
    with in_use(data / "trackomat.db"):
        assert (trackomat("ready").exit_code, trackomat("ready").output) == (0, "")


def test_a_bot_that_makes_its_database_works_with_it_too(
    data: Path, trackomat: Trackomat, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its folder may be new as well."""
    monkeypatch.setenv("SLACK_APP_TOKEN", "xapp-1")
    with in_use(data / "trackomat.db"):
        database = Database(f"sqlite:///{data}/trackomat.db")
        database.migrate()
        database.close()
        assert (trackomat("ready").exit_code, trackomat("ready").output) == (0, "")


def test_over_http_it_has_to_answer(data: Path, trackomat: Trackomat, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    monkeypatch.setenv("HOST", "0.0.0.0")
    monkeypatch.setenv("PORT", str(port))
    refused = trackomat("ready")
    assert (refused.exit_code, refused.stderr) == (1, f"Nobody answers at http://127.0.0.1:{port}/readyz.\n")
