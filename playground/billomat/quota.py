"""How often an account may be asked: windows of 15 minutes, aligned to the clock; what is not used is lost."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

WINDOW = 15 * 60


@dataclass(frozen=True, slots=True)
class Left:
    """What is left of the current window: calls, the UTC epoch second of the next one, seconds until then."""

    limit: int
    remaining: int
    reset: int
    wait: int
    exceeded: bool

    @property
    def sentence(self) -> str:
        """What Billomat says to the one who asked too often."""
        return f"Maximum number of requests ({self.limit} per 15 minutes) reached. Try again in {self.wait} seconds."


class Quota:
    """Counts calls. All programs without a registered app share one count, each app has its own."""

    def __init__(
        self,
        wall_clock: Callable[[], datetime],
        *,
        unregistered: int = 300,
        registered: int = 1000,
        window: int = WINDOW,
    ) -> None:
        self.unregistered = unregistered
        self.registered = registered
        self.window = window
        self._wall_clock = wall_clock
        self._lock = threading.Lock()
        self._number = 0
        self._used: dict[str, int] = {}

    def take(self, app_id: str) -> Left:
        """Count one call of the app, "" for an unregistered program, and say what is left."""
        limit = self.registered if app_id else self.unregistered
        second = int(self._wall_clock().timestamp())
        with self._lock:
            if second // self.window != self._number:
                self._number = second // self.window
                self._used.clear()
            used = self._used.get(app_id, 0) + 1
            self._used[app_id] = used
        reset = (second // self.window + 1) * self.window
        return Left(limit, max(limit - used, 0), reset, reset - second, exceeded=used > limit)
