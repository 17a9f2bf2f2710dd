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
from bot.assembly import assemble

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
_DRIVER = {"_commit": "commit to the disk", "_tried": "SQLite's statements"}


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
    kinds = (START, STATUS, STOP)
    whole, other = dict.fromkeys(kinds, 0.0), dict.fromkeys(kinds, 0.0)
    seen: dict[Kind, Counter[str]] = {kind: Counter() for kind in kinds}
    for kind in kinds * _TIMES:
        other[kind] += _dispatch(nothing, kind)
        whole[kind] += _watched(app, kind, seen[kind])
    bot.close()
    each = 1000 / _TIMES / PEOPLE
    return [
        Share(
            kind.name,
            whole[kind] * each,
            other[kind] * each,
            {place: count / seen[kind].total() * whole[kind] * each for place, count in seen[kind].most_common()},
        )
        for kind in kinds
    ]


def _watched(app: App, kind: Kind, seen: Counter[str]) -> float:
    signal.signal(signal.SIGALRM, lambda _number, frame: seen.update([_place(frame)]))
    signal.setitimer(signal.ITIMER_REAL, _EVERY, _EVERY)
    taken = _dispatch(app, kind)
    signal.setitimer(signal.ITIMER_REAL, 0)
    return taken


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
