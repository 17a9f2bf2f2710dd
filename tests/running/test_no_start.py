"""A start that cannot be: each ends at once, in words that name the setting and what to do, with no process left."""

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from bot.core.settings import Settings
from playground.slack.clock import Clock
from playground.slack.workspace import Workspace
from playground.slack_http import served
from storage.database import Database

ROOT = Path(__file__).parents[2]
PATIENCE = 60
"""Seconds after which it does not end any more, on a busy machine too."""
Ended = Callable[..., list[str]]


@pytest.fixture
def ended(tmp_path: Path) -> Ended:
    """What `python -m bot run` says at its end, with these settings; the log's lines are left out."""

    def run(*options: str, **settings: str) -> list[str]:
        left_out = {name.upper() for name in Settings.model_fields}
        environment = {name: value for name, value in os.environ.items() if name not in left_out}
        environment |= {"PYTHONPATH": str(ROOT), "DATABASE_URL": f"sqlite:///{tmp_path}/trackomat.db"}
        environment |= {"SLACK_BOT_TOKEN": "xoxb-1", "LOG_LEVEL": "ERROR"} | settings
        command = [sys.executable, "-m", "bot", "run", *options]
        process = subprocess.run(
            command, cwd=tmp_path, env=environment, stderr=subprocess.PIPE, text=True, timeout=PATIENCE, check=False
        )
        assert process.returncode == 2
        return [line for line in process.stderr.splitlines() if not line.startswith("time=")]

    return run


@pytest.fixture(scope="module")
def slack() -> Iterator[str]:
    """An address where each call is answered by what stands last in its path."""
    answers: dict[str, Response] = {
        "invalid_auth": JSONResponse({"ok": False, "error": "invalid_auth"}),
        "down": Response("gone", status_code=503),
        "page": HTMLResponse("<h1>Welcome to the proxy</h1>"),
    }

    async def answer(request: Request) -> Response:
        return answers[request.path_params["kind"]]

    with served() as attach:
        yield attach(Workspace(clock=Clock()), Route("/{kind}/{method}", answer, methods=["GET", "POST"]))


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (
            "invalid_auth",
            "Slack refuses (invalid_auth) SLACK_APP_TOKEN: on Slack's page of your app switch Socket Mode",
        ),
        ("down", "Slack answered HTTP 503. Try again later."),
        ("page", "What answers at SLACK_API_URL is not Slack: look at SLACK_API_URL and the proxy."),
    ],
)
def test_in_socket_mode_a_slack_that_does_not_let_it_in_is_named(
    kind: str, said: str, ended: Ended, slack: str
) -> None:
    (line,) = ended(SLACK_APP_TOKEN="xapp-1", SLACK_API_URL=f"{slack}/{kind}/")
    assert line.startswith(said)


def test_in_socket_mode_a_slack_out_of_reach_is_named(ended: Ended) -> None:
    (line,) = ended(SLACK_APP_TOKEN="xapp-1", SLACK_API_URL="http://127.0.0.1:1/api/")
    assert line == "Slack cannot be reached: look at the network, the proxy and SLACK_API_URL."


def test_a_port_that_somebody_has_is_named_with_what_to_do(ended: Ended) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        (line,) = ended(SLACK_SIGNING_SECRET="playground", PORT=port)
    assert line == (
        f"PORT: somebody listens at 127.0.0.1:{port} already: end that, or set another PORT, here and in the proxy."
    )


@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1"])
def test_an_address_of_another_machine_is_named_with_what_to_do(host: str, ended: Ended) -> None:
    (line,) = ended(SLACK_SIGNING_SECRET="playground", HOST=host, PORT="0")
    assert line.startswith(f"HOST: cannot listen at {host}:0 (")
    assert line.endswith("): set an address of this machine, such as 127.0.0.1.")


@pytest.mark.parametrize("options", [(), ("--only", "slack"), ("--only", "jobs")], ids=" ".join)
def test_neither_the_bot_nor_a_part_of_it_works_on_a_database_of_a_newer_version(
    options: tuple[str, ...], ended: Ended, tmp_path: Path
) -> None:
    database = Database(f"sqlite:///{tmp_path}/trackomat.db")
    database.migrate()
    with database.write() as db:
        db.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    database.close()
    (line,) = ended(*options, SLACK_SIGNING_SECRET="playground", PORT="0")
    assert line.startswith("DATABASE_URL: the database is of a newer version of Trackomat, or of another program.")
