"""Other time trackers with as many entries doing the same, where they are installed.

Timewarrior is a program that runs once for each command; TimeTagger and aw-server are servers with an API of their own,
looked for in the Python that `RIVALS` names. Each is asked for what it has: none knows customers, rights or billing.
"""

import os
import shutil
import statistics
import subprocess
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from datetime import time as time_of_day
from itertools import count, groupby
from json import dumps
from pathlib import Path
from typing import Any

import httpx

from benchmarks.history import IN_THE_MONTH, last_month
from benchmarks.processes import free_port, server

DEEDS = ("start", "running", "today", "month", "stop")
"""`month` is last month added up by what was worked on, with as many entries in it as ours has."""
_TIMES = 50
_EACH = timedelta(minutes=15)
_LONG = timedelta(minutes=10)
_AT_ONCE = 10_000
_CLOCK = "%Y%m%dT%H%M%SZ"

Deeds = dict[str, Callable[[], object]]


@dataclass(frozen=True)
class Rival:
    """What it is called, and the median milliseconds of each deed; none where it is not installed."""

    name: str
    taken: dict[str, float]


def measure(entries: int, folder: Path) -> list[Rival]:
    """Each rival with so many entries of ten minutes, the last of them yesterday."""
    python = os.environ.get("RIVALS", "")
    midnight = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    begins = [*_begins(entries - IN_THE_MONTH), midnight - _EACH]
    found = (
        ("Timewarrior", _version("timew", "--version"), lambda: _timewarrior(begins, folder)),
        ("TimeTagger", _version_in(python, "timetagger"), lambda: _timetagger(begins, folder, python)),
        ("aw-server", _version_in(python, "aw-server"), lambda: _aw_server(begins, folder, python)),
    )
    return [
        Rival(f"{name} {version}", _medians(enter())) if version else Rival(name, {}) for name, version, enter in found
    ]


def _begins(before_the_month: int) -> list[datetime]:
    """When entries begin: one after the other until last month, and in it as many as there are of one person."""
    first, last = _month()
    earlier = [first - number * _EACH for number in range(before_the_month - 1, 0, -1)]
    return [*earlier, *(first + number * (last - first) / IN_THE_MONTH for number in range(IN_THE_MONTH))]


def _month() -> tuple[datetime, datetime]:
    """When last month began and ended."""
    first, last = last_month()
    begin, end = (datetime.combine(day, time_of_day(), UTC) for day in (first, last + timedelta(days=1)))
    return begin, end


def _medians(rival: AbstractContextManager[Deeds]) -> dict[str, float]:
    taken: dict[str, list[float]] = {deed: [] for deed in DEEDS}
    with rival as deeds:
        for _ in range(_TIMES):
            for deed in DEEDS:
                began = time.perf_counter()
                deeds[deed]()
                taken[deed].append((time.perf_counter() - began) * 1000)
    return {deed: statistics.median(times) for deed, times in taken.items()}


def _version(*command: str) -> str:
    if shutil.which(command[0]) is None:
        return ""
    return subprocess.run(command, capture_output=True, text=True).stdout.strip()


def _version_in(python: str, package: str) -> str:
    return _version(python, "-c", f"from importlib.metadata import version; print(version({package!r}))")


@contextmanager
def _timewarrior(begins: list[datetime], folder: Path) -> Iterator[Deeds]:
    data = folder / "timewarrior" / "data"
    data.mkdir(parents=True)
    (data.parent / "timewarrior.cfg").touch()
    for month, of_month in groupby(begins, lambda begin: f"{begin:%Y-%m}"):
        lines = (f"inc {begin:{_CLOCK}} - {begin + _LONG:{_CLOCK}} # website\n" for begin in of_month)
        (data / f"{month}.data").write_text("".join(lines))
    environment = os.environ | {"TIMEWARRIORDB": str(data.parent), "TZ": "UTC"}
    moments = (begins[-1] + _EACH + second * timedelta(seconds=1) for second in count())

    def run(*words: str) -> None:
        subprocess.run(["timew", *words], env=environment, capture_output=True, check=True)

    yield {  # it refuses to stop in the second in which it was started, so both say when
        "start": lambda: run("start", f"{next(moments):{_CLOCK}}", "website"),
        "running": run,
        "today": lambda: run("summary", "today"),
        "month": lambda: run("summary", *(f"{moment:{_CLOCK}}" for moment in _month())),
        "stop": lambda: run("stop", f"{next(moments):{_CLOCK}}"),
    }


@contextmanager
def _timetagger(begins: list[datetime], folder: Path, python: str) -> Iterator[Deeds]:
    port, keys = free_port(), count()
    environment = {"TIMETAGGER_BIND": f"127.0.0.1:{port}", "TIMETAGGER_DATADIR": str(folder / "timetagger")}
    with (
        server("timetagger", python=python, ready="/timetagger/status", port=port, environment=environment),
        httpx.Client(base_url=f"http://127.0.0.1:{port}/timetagger/api/v2/", trust_env=False, timeout=60) as api,
    ):
        trusted = b64encode(dumps({"method": "localhost"}).encode())
        api.headers["authtoken"] = _checked(api.post("bootstrap_authentication", content=trusted)).json()["token"]

        def put(*spans: tuple[str, float, float]) -> None:
            records = [{"key": key, "mt": start, "t1": start, "t2": end, "ds": "#website"} for key, start, end in spans]
            assert not _checked(api.put("records", json=records)).json()["failed"]

        for part in _parts(begins):
            put(*((f"r{next(keys)}", begin.timestamp(), (begin + _LONG).timestamp()) for begin in part))
        today, key, began = begins[-1] + _EACH, "", 0.0

        def start() -> None:
            nonlocal key, began
            key, began = f"r{next(keys)}", time.time()
            put((key, began, began))

        def seen(**query: int) -> None:
            span = f"{today.timestamp():.0f}-{time.time():.0f}"
            assert _checked(api.get("records", params={"timerange": span, **query})).json()["records"]

        def month() -> None:  # it hands out the records, and whoever asks adds them up
            begin, end = _month()
            span = f"{begin.timestamp():.0f}-{end.timestamp():.0f}"
            records = _checked(api.get("records", params={"timerange": span})).json()["records"]
            assert sum(record["t2"] - record["t1"] for record in records) >= IN_THE_MONTH * _LONG.total_seconds()

        def stop() -> None:
            put((key, began, began + 1))

        yield {"start": start, "running": lambda: seen(running=1), "today": seen, "month": month, "stop": stop}


@contextmanager
def _aw_server(begins: list[datetime], folder: Path, python: str) -> Iterator[Deeds]:
    port = free_port()
    homes = {f"XDG_{name}_HOME": str(folder / "aw" / name) for name in ("DATA", "CONFIG", "CACHE", "STATE")}
    arguments = ("aw_server", "--host", "127.0.0.1", "--port", str(port))
    with (
        server(*arguments, python=python, ready="/api/0/info", port=port, environment=homes),
        httpx.Client(base_url=f"http://127.0.0.1:{port}/api/0", trust_env=False, timeout=60) as api,
    ):
        bucket = "/buckets/bench"
        _checked(api.post(bucket, json={"client": "bench", "type": "bench", "hostname": "bench"}))

        for part in _parts(begins):
            events = [_event(begin, _LONG, number) for number, begin in enumerate(part)]
            _checked(api.post(f"{bucket}/events", json=events))
        today, number = begins[-1] + _EACH, 0

        def beat() -> None:  # the second one with the same data makes the event longer
            now = _event(datetime.now(UTC), timedelta(), number)
            _checked(api.post(f"{bucket}/heartbeat", params={"pulsetime": 60}, json=now))

        def start() -> None:
            nonlocal number
            number += 1
            beat()

        def seen(**query: str | int) -> None:
            assert _checked(api.get(f"{bucket}/events", params=query)).json()

        def month() -> None:
            span = "/".join(moment.isoformat() for moment in _month())
            added_up = 'RETURN = merge_events_by_keys(query_bucket("bench"), ["label"]);'
            (sums,) = _checked(api.post("/query/", json={"timeperiods": [span], "query": [added_up]})).json()
            assert sum(each["duration"] for each in sums) >= IN_THE_MONTH * _LONG.total_seconds()

        yield {
            "start": start,
            "running": lambda: seen(limit=1),
            "today": lambda: seen(start=today.isoformat(), end=datetime.now(UTC).isoformat()),
            "month": month,
            "stop": beat,
        }


def _event(begin: datetime, length: timedelta, number: int) -> dict[str, Any]:
    return {"timestamp": begin.isoformat(), "duration": length.total_seconds(), "data": {"label": f"website {number}"}}


def _parts(begins: list[datetime]) -> Iterator[list[datetime]]:
    """As much as the servers take in one request."""
    for first in range(0, len(begins), _AT_ONCE):
        yield begins[first : first + _AT_ONCE]


def _checked(answer: httpx.Response) -> httpx.Response:
    return answer.raise_for_status()
