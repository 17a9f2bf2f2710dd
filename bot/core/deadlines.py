"""An end for each call to another machine, and for all calls of one piece of work together.

The time-outs of httpx and of urllib begin anew with every byte, so an answer that trickles never ends. A deadline cuts
the connection instead: whoever waits for it wakes up, wherever the answer is by then. One thread looks after all
calls of a process: a thread for each would cost more than many an answer does.
"""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from math import inf
from threading import Condition, Lock, Thread
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


class _Watch:
    """Ends the calls whose time is over. Its thread starts with the first call of the process."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._running: set[Deadline] = set()
        self._thread: Thread | None = None
        self._wakes_at = inf

    def begin(self, call: "Deadline") -> None:
        with self._changed:
            self._running.add(call)
            if self._thread is None:
                self._thread = Thread(target=self._look, name="deadlines", daemon=True)
                self._thread.start()
            if call.moment < self._wakes_at:
                self._changed.notify()

    def forget(self, call: "Deadline") -> None:
        with self._changed:
            self._running.discard(call)

    def running(self) -> "list[Deadline]":
        with self._changed:
            return list(self._running)

    def _look(self) -> None:
        while True:
            for call in self._over():
                call.end()

    def _over(self) -> "list[Deadline]":
        """Calls whose time is over, each once; it waits for the first of them."""
        with self._changed:
            now = monotonic()
            self._wakes_at = min((call.moment for call in self._running), default=inf)
            if self._wakes_at > now:
                self._changed.wait(None if self._wakes_at == inf else self._wakes_at - now)
                now = monotonic()
            over = [call for call in self._running if call.moment <= now]
            self._running.difference_update(over)
            return over


_watch = _Watch()


def _renew() -> None:
    """A process that was forked has neither the thread nor the calls of the other one."""
    global _watch
    _watch = _Watch()


os.register_at_fork(after_in_child=_renew)


def end_all() -> None:
    """Whoever waits for another machine waits no longer: this process ends."""
    for deadline in _watch.running():
        deadline.end()


class Deadline:
    """The end of one call. After it `is_over`, and what the connection gave is not the whole answer."""

    def __init__(self, seconds: float) -> None:
        """Earlier than in `seconds` where the work that this call belongs to ends before. TimeoutError: it has."""
        end = _until.get()
        self.seconds = seconds if end is None else min(seconds, end - monotonic())
        if self.seconds <= 0:
            raise TimeoutError
        self.moment = inf
        """When it ends, by the clock of `after`; it begins to run when it is entered."""
        self.is_over = False
        self._connection: socket.socket | None = None
        self._lock = Lock()

    def __enter__(self) -> Self:
        self.moment = after(self.seconds)
        _watch.begin(self)
        return self

    def __exit__(self, *_error: object) -> None:
        _watch.forget(self)

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
