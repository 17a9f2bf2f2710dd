"""Where the time of a request goes in the bot's process: its stack is looked at every half millisecond."""

import signal
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from types import FrameType

from slack_bolt import App, BoltRequest

from benchmarks import bare
from benchmarks.history import PEOPLE
from benchmarks.processes import as_settings
from benchmarks.requests import START, STATUS, STOP, Kind, requests
from bot.app import build
from bot.context import assemble

_EVERY = 0.0005
_TIMES = 8
_WHERE = {
    "/slack_bolt/": "Bolt",
    "/slack_sdk/": "Bolt",
    "/sqlalchemy/": "SQLAlchemy",
    "/sqlmodel/": "SQLAlchemy",
    "/babel/": "Babel",
    "/bot/": "the bot",
    "/commands/": "the bot",
    "/storage/": "the bot",
}
_DRIVER = {"do_commit": "commit to the disk", "do_execute": "SQLite's statements"}


@dataclass(frozen=True)
class Share:
    """What one kind of request takes in process, in milliseconds: the whole, a bare app's, and the parts."""

    kind: str
    whole: float
    bare: float
    parts: dict[str, float]


def measure(environment: dict[str, str]) -> list[Share]:
    """Start, status and stop, without a server in front."""
    bot = assemble(as_settings(environment))
    nothing, app = bare.app(), build(bot)
    _dispatch(app, START)
    shares = [_share(kind, app, nothing) for kind in (START, STATUS, STOP)]
    bot.close()
    return shares


def _share(kind: Kind, app: App, nothing: App) -> Share:
    seen: Counter[str] = Counter()
    signal.signal(signal.SIGALRM, lambda _number, frame: seen.update([_place(frame)]))
    whole = other = 0.0
    for _ in range(_TIMES):
        if kind is STOP:
            _dispatch(app, START)
        other += _dispatch(nothing, kind)
        signal.setitimer(signal.ITIMER_REAL, _EVERY, _EVERY)
        whole += _dispatch(app, kind)
        signal.setitimer(signal.ITIMER_REAL, 0)
    each = 1000 / _TIMES / PEOPLE
    parts = {place: count / seen.total() * whole * each for place, count in seen.most_common()}
    return Share(kind.name, whole * each, other * each, parts)


def _dispatch(app: App, kind: Kind) -> float:
    """One request of each person; the seconds that it took."""
    prepared = [_as_bolt_has_it(raw) for raw in requests(kind, range(1, PEOPLE + 1))]
    began = time.perf_counter()
    for body, headers in prepared:
        app.dispatch(BoltRequest(body=body, headers=headers))
    return time.perf_counter() - began


def _as_bolt_has_it(raw: bytes) -> tuple[str, dict[str, str | Sequence[str]]]:
    head, _, body = raw.decode().partition("\r\n\r\n")
    fields = (line.lower().partition(": ") for line in head.split("\r\n")[1:])
    return body, {name: value for name, _, value in fields}


def _place(frame: FrameType | None) -> str:
    """Whose work it is: the standard library's is that of whoever called it."""
    while frame:
        if frame.f_code.co_name in _DRIVER:
            return _DRIVER[frame.f_code.co_name]
        for part, place in _WHERE.items():
            if part in frame.f_code.co_filename:
                return place
        frame = frame.f_back
    return "the rest"
