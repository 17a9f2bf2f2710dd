"""Whoever writes twice in a moment is heard and answered in that order, whichever thread is faster."""

import threading
import time
from bisect import insort
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

PATIENCE = 1.0
"""Seconds that a message waits for the one before it. Slack waits three for its ack."""
BLINK = 0.04
"""Seconds in which one that was written before may still come: Slack delivers each on a connection of its own."""
Deed = Callable[[], None]


class Turns:
    """Lets in one message of a person's at a time, the oldest of those that are there."""

    def __init__(self) -> None:
        self._waiting: dict[str, list[tuple[int, int]]] = {}
        self._changed = threading.Condition()

    @contextmanager
    def of(self, person: str, ts: str) -> Iterator[None]:
        """Wait until what the person wrote before is answered; not for long, for Slack waits neither."""
        moment = read_ts(ts)
        with self._changed:
            waiting = self._waiting.setdefault(person, [])
            insort(waiting, moment)
        time.sleep(BLINK)
        with self._changed:
            self._changed.wait_for(lambda: waiting[0] >= moment, PATIENCE)
        try:
            yield
        finally:
            with self._changed:
                waiting.remove(moment)
                if not waiting:
                    self._waiting.pop(person, None)
                self._changed.notify_all()


class InOrder:
    """Does one thing after the other for each key, in the order in which they were put, and lets no thread wait."""

    def __init__(self) -> None:
        self._left: defaultdict[str, deque[Deed]] = defaultdict(deque)
        self._busy: set[str] = set()
        self._lock = threading.Lock()

    def put(self, key: str, deed: Deed) -> None:
        """Have this done after what was put before."""
        with self._lock:
            self._left[key].append(deed)

    def work(self, key: str) -> None:
        """Do what is left, unless somebody is at it, who then does this too. A deed reports its own trouble."""
        with self._lock:
            if key in self._busy:
                return
            self._busy.add(key)
        while deed := self._next(key):
            deed()

    def _next(self, key: str) -> Deed | None:
        with self._lock:
            if self._left[key]:
                return self._left[key].popleft()
            del self._left[key]
            self._busy.discard(key)
            return None


def read_ts(ts: str) -> tuple[int, int]:
    """What Slack calls a message, to be compared: it grows within a conversation, and mostly beyond it."""
    seconds, _, number = ts.partition(".")
    return int(seconds or 0), int(number or 0)
