"""`trackomat run` as real processes: it answers, does the jobs, and leaves nothing behind, however it ends."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from select import select as wait_for
from typing import Any
from urllib.parse import parse_qsl

import httpx
import pytest
from pydantic import SecretStr
from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection, serve

from bot import server
from bot.core.context import Bot
from bot.core.settings import Settings
from playground.billomat import http as billomat_http
from playground.billomat import seed
from playground.billomat.account import Account
from playground.person import Person, person
from playground.slack import web_api
from playground.slack.clock import Clock
from playground.slack.payloads import event
from playground.slack.state import Answer
from playground.slack.workspace import Workspace
from playground.slack_http import served
from storage import jobs as job_rows
from storage.database import Database
from tests.conftest import T0

ROOT = Path(__file__).parents[2]
PATIENCE = 60
"""Seconds after which something will not happen any more, on a busy machine too."""


@dataclass(frozen=True)
class Town:
    """Slack and Billomat for real processes, and the settings that lead there."""

    workspace: Workspace
    environment: dict[str, str]

    def at(self, folder: Path, **more: str) -> dict[str, str]:
        """The environment of a bot with its data in `folder`."""
        return self.environment | {"DATABASE_URL": f"sqlite:///{folder}/trackomat.db"} | more


@dataclass(frozen=True)
class Running:
    """A bot that was started."""

    process: subprocess.Popen[str]
    address: str

    def get(self, path: str) -> int:
        """The status of a GET, as soon as somebody listens."""
        return until(lambda: _status(self.address + path), self.process)

    def wait_until_ready(self) -> None:
        """Until it answers and the database is migrated."""
        until(lambda: _status(f"{self.address}/readyz") == httpx.codes.OK, self.process)

    def family(self) -> list[int]:
        """This process and all below it."""
        pids = [self.process.pid]
        for pid in pids:
            with contextlib.suppress(FileNotFoundError):
                pids += map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())
        return pids

    def wait_for_family(self) -> list[int]:
        """Until the processes are there that a whole bot consists of: itself and its child."""
        return until(lambda: family if len(family := self.family()) == 2 else None, self.process)


def _status(address: str) -> int | None:
    with contextlib.suppress(httpx.TransportError):
        return httpx.get(address, timeout=2, trust_env=False).status_code
    return None


def until(look: Callable[[], Any], process: subprocess.Popen[str]) -> Any:
    """What `look` finds, as soon as it finds something; at once an error when the process ended."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if found := look():
            return found
        if process.poll() is not None:
            pytest.fail(f"it ended with {process.returncode}: {process.communicate()[1]}")
        time.sleep(0.02)  # another process can only be looked at again and again
    return pytest.fail("it did not happen in time")


def all_end(pids: list[int]) -> bool:
    """Whether these processes end in time."""
    ends = []
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            ends.append(os.pidfd_open(pid))
    ended = [wait_for([end], [], [], PATIENCE)[0] for end in ends]
    for end in ends:
        os.close(end)
    return all(ended)


@pytest.fixture(scope="module")
def town() -> Iterator[Town]:
    workspace = Workspace(clock=Clock())
    workspace.add_channel("general")
    workspace.add_person("Anna Admin", zone="Europe/Berlin", locale="en-GB", is_owner=True)
    account = Account("acme", workspace.clock.now)
    seed.seed(account)
    # Nothing of a real bot's settings; and compiled modules are kept, because the same ones are loaded many times.
    left_out = {name.upper() for name in Settings.model_fields} | {"PYTHONDONTWRITEBYTECODE"}
    with served() as attach:
        address = attach(workspace, Mount("/billomat", routes=billomat_http.routes(account)))
        yield Town(
            workspace,
            {name: value for name, value in os.environ.items() if name not in left_out}
            | {
                "PYTHONPATH": str(ROOT),
                "SLACK_BOT_TOKEN": workspace.bot_token,
                "SLACK_SIGNING_SECRET": "playground",
                "SLACK_API_URL": f"{address}/slack/api/",
                "BILLOMAT_URL": f"{address}/billomat",
                "JOB_POLL": "0.05",
                "LOG_LEVEL": "WARNING",
            },
        )


@contextlib.contextmanager
def started(
    environment: dict[str, str], folder: Path, *options: str, inherit: tuple[int, ...] = ()
) -> Iterator[Running]:
    """`python -m bot run`, on a free port unless the environment says where."""
    port = environment.get("PORT") or str(_free_port())
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "run", *options],
        cwd=folder,
        env=environment | {"PORT": port},
        pass_fds=inherit,
        text=True,
        stderr=subprocess.PIPE,
    )
    bot = Running(process, f"http://127.0.0.1:{port}")
    try:
        yield bot
    finally:
        for pid in reversed(bot.family()):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        process.communicate()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
        return port


@pytest.fixture(scope="module")
def running(town: Town, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A whole bot that Slack reaches over HTTP."""
    folder = tmp_path_factory.mktemp("running")
    with started(town.at(folder), folder) as bot, httpx.Client(timeout=PATIENCE, trust_env=False) as http:

        def send(headers: dict[str, str], body: str) -> Answer:
            answer = http.post(f"{bot.address}/slack/events", content=body, headers=headers)
            return Answer(answer.status_code, answer.text)

        bot.wait_until_ready()
        town.workspace.transport = send
        yield bot


@pytest.fixture
def anna(town: Town, running: Running) -> Person:
    return person(town.workspace, "Anna Admin")


# While it runs


def test_a_signed_command_is_answered(anna: Person) -> None:
    answer = anna.types("/track status")
    assert answer
    assert "No timer is running" in answer.text


def test_a_message_is_answered(anna: Person, town: Town, running: Running) -> None:
    town.workspace.say(anna.id, town.workspace.dm(anna.id).id, "status")
    until(lambda: any("No timer is running" in message.text for message in anna.dm), running.process)


@pytest.mark.slow
def test_a_message_whose_answer_was_not_sent_before_a_crash_is_answered_once_after_it(
    town: Town, tmp_path: Path
) -> None:
    slack, environment = town.workspace, town.at(tmp_path)
    finn = slack.add_person("Finn Freelancer")
    room = slack.dm(finn.id).id
    before, answering = slack.transport, list[int]()

    def answers() -> list[str]:
        return [message.text for message in slack.messages(finn.id, room) if "No timer is running" in message.text]

    with started(environment, tmp_path) as bot, httpx.Client(timeout=PATIENCE, trust_env=False) as http:

        def send(headers: dict[str, str], body: str) -> Answer:
            answer = http.post(f"{bot.address}/slack/events", content=body, headers=headers)
            answering.append(answer.status_code)
            return Answer(answer.status_code, answer.text)

        bot.wait_until_ready()
        slack.transport = send
        slack.fail_next("chat.postMessage", times=10)
        slack.say(finn.id, room, "status")
        until(lambda: httpx.codes.OK in answering, bot.process)
        for pid in bot.family():
            os.kill(pid, signal.SIGKILL)
    slack.transport = before
    slack._troubles.clear()
    assert answers() == []
    with started(environment, tmp_path) as bot:
        until(lambda: bool(answers()), bot.process)
        assert len(answers()) == 1


def test_jobs_are_done_by_the_other_process(anna: Person, town: Town, running: Running) -> None:
    anna.types("/track connect")
    anna.modal.fill("billomatID", "acme")
    anna.modal.fill("API key", seed.ADMIN_KEY)
    anna.modal.fill("Default VAT rate", "19")
    connected = anna.modal.submit()
    assert connected
    connected.submit()
    until(lambda: any("customers" in message.text for message in anna.dm), running.process)


def test_it_takes_little_memory(anna: Person, running: Running) -> None:
    """Of memory that both processes use each counts its share. This bot has made its database just before."""
    anna.types("/track status")
    shares = [_share(pid) for pid in running.wait_for_family()]
    assert sum(shares) < 150_000_000, shares  # on a busy machine some MB more than alone


@pytest.mark.parametrize("package", ["alembic", "holidays", "jinja2", "ruamel", "starlette", "uvicorn"])
def test_it_does_not_load_what_it_needs_at_most_once(package: str) -> None:
    said = "import sys, bot.__main__, bot.server; print(sys.argv[1] in sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", said, package], capture_output=True, text=True, check=True)
    assert loaded.stdout == "False\n"


def _share(pid: int) -> int:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    raise LookupError(pid)


def test_it_says_that_it_lives_and_is_ready(running: Running) -> None:
    assert (running.get("/healthz"), running.get("/readyz"), running.get("/")) == (200, 200, 404)


def test_who_cannot_sign_is_refused(running: Running, town: Town) -> None:
    forged = {"X-Slack-Request-Timestamp": str(int(time.time())), "X-Slack-Signature": "v0=" + "0" * 64}
    for headers in ({}, forged):
        answer = httpx.post(f"{running.address}/slack/events", content="command=/track", headers=headers)
        assert answer.status_code == 401


# How it ends


def test_told_to_stop_it_ends_with_all_its_processes(town: Town, tmp_path: Path) -> None:
    with started(town.at(tmp_path), tmp_path) as bot:
        bot.wait_until_ready()
        family = bot.wait_for_family()
        bot.process.terminate()
        assert all_end(family)
        assert bot.process.wait(PATIENCE) == 0


def test_killed_it_leaves_no_process_behind(town: Town, tmp_path: Path) -> None:
    """Here on a socket that was opened for it, as the demo does; HOST and PORT do not count then."""
    with socket.create_server(("127.0.0.1", 0)) as opened:
        number = opened.fileno()
        environment = town.at(tmp_path, TRACKOMAT_SOCKET_FD=str(number), PORT=str(opened.getsockname()[1]))
        with started(environment, tmp_path, inherit=(number,)) as bot:
            bot.wait_until_ready()
            family = bot.wait_for_family()
            bot.process.kill()
            assert all_end(family)


def test_without_one_of_its_parts_it_ends_so_that_it_is_started_anew_as_a_whole(town: Town, tmp_path: Path) -> None:
    with started(town.at(tmp_path), tmp_path) as bot:
        bot.wait_until_ready()
        family = bot.wait_for_family()
        os.kill(family[1], signal.SIGKILL)
        assert all_end(family)
        assert bot.process.wait(PATIENCE) == 1


def test_when_its_database_was_deleted_it_says_so_and_ends_so_that_it_is_seen(town: Town, tmp_path: Path) -> None:
    with started(town.at(tmp_path), tmp_path) as bot:
        bot.wait_until_ready()
        family = bot.wait_for_family()
        (tmp_path / "trackomat.db").unlink()
        assert all_end(family)
        assert bot.process.wait(PATIENCE) == 1
        assert bot.process.stderr
        told = bot.process.stderr.read()
        assert "it was deleted or moved" in told
        assert "Traceback" not in told
    assert not (tmp_path / "trackomat.db").exists()


# In parts


def test_alone_the_part_for_slack_answers_and_says_that_the_database_is_not_there(town: Town, tmp_path: Path) -> None:
    with started(town.at(tmp_path), tmp_path, "--only", "slack") as bot:
        assert (bot.get("/healthz"), bot.get("/readyz")) == (200, 503)
        bot.process.terminate()
        assert bot.process.wait(PATIENCE) == 0


def test_alone_the_part_for_jobs_does_them_until_told_to_stop(town: Town, tmp_path: Path) -> None:
    environment = town.at(tmp_path)
    database = Database(environment["DATABASE_URL"])
    database.migrate()
    with database.write() as db:
        job_rows.put_job(db, "no such kind", "a job", due=datetime.now(UTC))
    with started(environment, tmp_path, "--only", "jobs") as bot:
        until(lambda: _tries(database), bot.process)
        bot.process.terminate()
        assert bot.process.wait(PATIENCE) == 0
    database.close()


def _tries(database: Database) -> int | None:
    with database.read() as db:
        tries: int | None = db.execute(select(job_rows.jobs.c.tries).where(job_rows.jobs.c.key == "a job")).scalar()
    return tries


# Socket Mode


@pytest.fixture
def attach(_server: Callable[..., str]) -> Callable[..., str]:
    return _server


Talk = Callable[[ServerConnection], None]
"""What Slack says over the WebSocket, and hears."""


@pytest.fixture
def over_socket(
    settings: Settings, workspace: Workspace, attach: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> Callable[[Talk], None]:
    """Have a bot connect in Socket Mode, and stop it when Slack has said everything."""
    stop = threading.Event()

    def stop_with(_parent_fd: int | None, *acts: Callable[[], object]) -> None:
        threading.Thread(target=lambda: (stop.wait(PATIENCE), [act() for act in acts])).start()

    monkeypatch.setattr(server, "_on_stop", stop_with)  # signals are the test runner's own

    def talk_over_it(talk: Talk) -> None:
        def slack(connection: ServerConnection) -> None:
            connection.send(json.dumps({"type": "hello", "num_connections": 1}))
            try:
                talk(connection)
            finally:
                stop.set()
            with contextlib.suppress(ConnectionClosed):
                connection.recv(PATIENCE)  # hung up on, the bot would connect anew

        async def api(request: Request) -> Response:
            method, token = request.path_params["method"], request.headers["Authorization"].removeprefix("Bearer ")
            if method == "apps.connections.open":
                return JSONResponse({"ok": token == "xapp-1", "url": f"ws://127.0.0.1:{port}/link"})
            body = (await request.body()).decode()
            arguments = json.loads(body) if body.startswith("{") else dict(parse_qsl(body))
            return Response(web_api.call(workspace, method, token, arguments).body, media_type="application/json")

        with serve(slack, "127.0.0.1", 0) as websocket:
            port = websocket.socket.getsockname()[1]
            listening = threading.Thread(target=websocket.serve_forever)
            listening.start()
            address = attach(workspace, Route("/socket/api/{method}", api, methods=["GET", "POST"]))
            found = settings.model_copy(
                update={"slack_app_token": SecretStr("xapp-1"), "slack_api_url": f"{address}/socket/api/"}
            )
            server.answer_slack(found)
            websocket.shutdown()
        listening.join()

    return talk_over_it


def test_in_socket_mode_it_opens_the_connection_with_the_app_token_and_answers_there(
    bot: Bot, workspace: Workspace, over_socket: Callable[[Talk], None]
) -> None:
    answers: list[Any] = []

    def talk(connection: ServerConnection) -> None:
        connection.send(json.dumps(_envelope(workspace)))
        answers.append(json.loads(connection.recv(PATIENCE)))

    over_socket(talk)
    assert answers[0]["envelope_id"] == "envelope-1"
    assert "No timer is running" in answers[0]["payload"]["text"]


@pytest.mark.parametrize("direct", ["127.0.0.1", "example.com,127.0.0.1", "*"])
def test_in_socket_mode_it_connects_directly_with_what_no_proxy_names(
    direct: str, bot: Bot, over_socket: Callable[[Talk], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of Slack's API the proxy is another one; see tests/operations/test_network.py."""
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("NO_PROXY", direct)
    connected: list[ServerConnection] = []
    over_socket(connected.append)
    assert connected


def test_in_socket_mode_a_message_that_is_delivered_again_is_acknowledged_and_answered_once(
    bot: Bot, workspace: Workspace, over_socket: Callable[[Talk], None]
) -> None:
    anna = workspace.person("Anna Admin")
    room = workspace.dm(anna.id).id
    workspace.transport = lambda _headers, _body: Answer(200)  # what the bot itself wrote
    acknowledged: list[str] = []

    def talk(connection: ServerConnection) -> None:
        for attempt in range(3):
            connection.send(json.dumps(_event(workspace, anna.id, room, attempt)))
            acknowledged.append(json.loads(connection.recv(PATIENCE))["envelope_id"])
        deadline = time.monotonic() + PATIENCE
        while not _heard(workspace, anna.id, room) and time.monotonic() < deadline:
            time.sleep(0.01)

    over_socket(talk)
    assert acknowledged == ["envelope-0", "envelope-1", "envelope-2"]
    assert len(_heard(workspace, anna.id, room)) == 1


def _heard(workspace: Workspace, person_id: str, room: str) -> list[str]:
    """What the bot answered to "status"."""
    return [message.text for message in workspace.messages(person_id, room) if "No timer is running" in message.text]


def _event(workspace: Workspace, person_id: str, room: str, attempt: int) -> dict[str, Any]:
    inner = {"type": "message", "channel": room, "channel_type": "im", "user": person_id, "text": "status"}
    whole = event(workspace.team, inner | {"ts": "1773133200.000100", "event_ts": "1773133200.000100"}, "Ev1", T0)
    retried = {"retry_attempt": attempt, "retry_reason": "timeout" if attempt else ""}
    envelope = {"envelope_id": f"envelope-{attempt}", "type": "events_api", "accepts_response_payload": False}
    return envelope | retried | {"payload": whole}


def _envelope(workspace: Workspace) -> dict[str, Any]:
    who = workspace.person("Anna Admin")
    command = {"command": "/track", "text": "status", "team_id": workspace.team.id, "user_id": who.id}
    more = {"channel_id": "C1", "response_url": "http://127.0.0.1/", "trigger_id": "1.2", "api_app_id": "A1"}
    return {
        "envelope_id": "envelope-1",
        "type": "slash_commands",
        "accepts_response_payload": True,
        "payload": command | more,
    }
