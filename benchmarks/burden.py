"""What the bot takes from its machine: memory, processor while nothing happens, and the time to start."""

import os
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass

from benchmarks import processes
from benchmarks.processes import Server

_STARTS = 7
_OF_OTHERS = (
    "import babel.dates, babel.messages.pofile, babel.numbers, click, cryptography.fernet, dateutil.rrule, "
    "dateutil.tz, httpcore, httpx, platformdirs, pydantic_settings, rapidfuzz.process, slack_bolt, "
    "slack_bolt.adapter.socket_mode, sqlmodel, sqlalchemy.dialects.postgresql, sqlalchemy.dialects.sqlite, "
    "waitress.server"
)
_SETTLE = 6
"""Seconds until what the requests have left behind is done and given back."""


@dataclass(frozen=True)
class Process:
    """One process of the bot. Memory in MB: resident, and its own share of what several use."""

    name: str
    resident: float
    share: float
    idle: float
    """Percent of a core."""


def seconds_to_import_and_start(environment: dict[str, str]) -> tuple[float, float]:
    """What every start takes at least, to import what it loads of the packages of others; and until the first /readyz.

    In turns, so that a machine that is slower for a while is so for both; of each the middle one.
    """
    port = int(environment["PORT"])
    importing, ready = [], []
    for _ in range(_STARTS):
        began = time.perf_counter_ns()
        subprocess.run([sys.executable, "-c", _OF_OTHERS], env=os.environ | processes.AS_INSTALLED, check=True)
        importing.append(time.perf_counter_ns() - began)
        with processes.server("bot", "run", ready="/readyz", port=port, environment=environment) as bot:
            ready.append(bot.started_in)
    return statistics.median(importing) / 1e9, statistics.median(ready) / 1e9


def at_rest(bot: Server, seconds: int) -> list[Process]:
    """Its processes, after they have worked, while nothing happens."""
    time.sleep(_SETTLE)
    family = processes.family(bot.pid)
    before = {pid: processes.processor_seconds(pid) for pid in family}
    time.sleep(seconds)
    found = []
    for pid in family:
        resident, share = processes.resident_bytes(pid)
        used = processes.processor_seconds(pid) - before[pid]
        found.append(
            Process(
                "answers Slack" if pid == bot.pid else "does the jobs",
                resident / 1e6,
                share / 1e6,
                used / seconds * 100,
            )
        )
    return found
