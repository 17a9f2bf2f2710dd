"""An end for each call to another machine, and for all calls of one piece of work together.

The time-outs of httpx and of urllib begin anew with every byte, so an answer that trickles never ends. A deadline cuts
the connection instead: whoever waits for it wakes up, wherever the answer is by then.
"""

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from threading import Lock, Timer
from time import monotonic
from typing import Self

_until: ContextVar[float | None] = ContextVar("until", default=None)
"""When the calls of this piece of work end, by the clock of `after`."""


def after(seconds: float) -> float:
    """The moment in so many seconds, for `until`; also in another thread."""
    return monotonic() + seconds


@contextmanager
def until(moment: float) -> Iterator[None]:
    """All calls in here end at this moment, and none begins after it. Of two moments the earlier one holds."""
    outer = _until.get()
    token = _until.set(moment if outer is None else min(outer, moment))
    try:
        yield
    finally:
        _until.reset(token)


_running: "set[Deadline]" = set()


def end_all() -> None:
    """Whoever waits for another machine waits no longer: this process ends."""
    for deadline in list(_running):
        deadline.end()


class Deadline:
    """The end of one call. After it `is_over`, and what the connection gave is not the whole answer."""

    def __init__(self, seconds: float) -> None:
        """Earlier than in `seconds` where the work that this call belongs to ends before. TimeoutError: it has."""
        end = _until.get()
        self.seconds = seconds if end is None else min(seconds, end - monotonic())
        if self.seconds <= 0:
            raise TimeoutError
        self.is_over = False
        self._connection: socket.socket | None = None
        self._lock = Lock()
        self._timer = Timer(self.seconds, self.end)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        _running.add(self)
        self._timer.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._timer.cancel()
        _running.discard(self)

    def watch(self, connection: socket.socket) -> None:
        """The connection to cut. TLS makes a new one of the first; the last one given counts."""
        with self._lock:
            self._connection = connection
            if self.is_over:
                _cut(connection)

    def end(self) -> None:
        """It is over."""
        with self._lock:
            self.is_over = True
            if self._connection:
                _cut(self._connection)


def _cut(connection: socket.socket) -> None:
    """Not closed, for that would not wake who waits. Not by TLS either: a write meanwhile would go out in the open."""
    with suppress(OSError):  # it has ended already
        socket.socket.shutdown(connection, socket.SHUT_RDWR)
