"""The processes of a run, and what /proc says about them."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from benchmarks.requests import SECRET
from bot.core.settings import Settings

START_WITHIN = 60
LOG = Path("build/benchmarks.log")
"""Where everything that runs says what it has to say: the bot logs each request, as in production."""
KEY = "a key that is used for benchmarks only"
AS_INSTALLED = {"PYTHONPATH": str(Path(__file__).parent / "absent")}
"""The environment in which nothing of developing is found that a bot would load."""


@dataclass(frozen=True)
class Server:
    """A process that listens, with those that it started; it answered after `started_in` nanoseconds."""

    pid: int
    port: int
    started_in: int

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def process(
    *arguments: str, python: str = sys.executable, environment: dict[str, str] | None = None
) -> Iterator["subprocess.Popen[bytes]"]:
    """Run `python -m …` meanwhile."""
    LOG.parent.mkdir(exist_ok=True)
    command, given = [python, "-m", *arguments], os.environ | (environment or {})
    with LOG.open("ab") as log, subprocess.Popen(command, env=given, stdout=log, stderr=log) as started:
        try:
            yield started
        finally:
            started.terminate()


@contextmanager
def server(
    *arguments: str, ready: str, port: int, python: str = sys.executable, environment: dict[str, str] | None = None
) -> Iterator[Server]:
    """Run `python -m …` meanwhile, from when the path `ready` answers. Raises TimeoutError."""
    began = time.perf_counter_ns()
    with process(*arguments, python=python, environment=environment) as started:
        _wait_for(f"http://127.0.0.1:{port}{ready}", started)
        yield Server(started.pid, port, time.perf_counter_ns() - began)


def _wait_for(address: str, started: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + START_WITHIN
    with httpx.Client(trust_env=False) as client:
        while time.monotonic() < until and started.poll() is None:
            try:
                if client.get(address).status_code < 500:
                    return
            except httpx.TransportError:
                time.sleep(0.005)
    raise TimeoutError(address)


def free_port() -> int:
    """A port that nobody uses."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port


def settings(database_url: str, world: Server, port: int) -> dict[str, str]:
    """The environment of a bot whose Slack and Billomat are `world`."""
    return {
        "SLACK_BOT_TOKEN": "xoxb-benchmark",
        "SLACK_APP_TOKEN": "",
        "SLACK_SIGNING_SECRET": SECRET,
        "SLACK_API_URL": f"{world.address}/slack/api/",
        "BILLOMAT_URL": f"{world.address}/billomat",
        "DATABASE_URL": database_url,
        "TRACKOMAT_KEY": KEY,
        "PORT": str(port),
    } | AS_INSTALLED


def as_settings(environment: dict[str, str]) -> Settings:
    """The same for a bot in this process."""
    values: dict[str, Any] = {name.lower(): value for name, value in environment.items()}
    return Settings(_env_file=None, **values)


def family(pid: int) -> dict[int, str]:
    """A process and all those below it, with what they were started as."""
    found = {pid: _command(pid)}
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            found |= family(int(child))
    return found


def processor_seconds(pid: int) -> float:
    """What it has used so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_bytes(pid: int) -> tuple[int, int]:
    """Resident memory, and the part of it that is this process's share (what several use is divided among them)."""
    sizes = {}
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]:
        name, size, *_ = line.split()
        sizes[name] = int(size) * 1024
    return sizes["Rss:"], sizes["Pss:"]


def _command(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ").strip()
