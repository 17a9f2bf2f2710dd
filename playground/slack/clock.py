"""Domain time of the playground: real time plus an offset that only grows.

Everything people see (message times, days, summaries) follows this clock. Deadlines, signatures and triggers do not:
they stay on real time, so moving the clock never expires anything. Processes that must agree share the offset through
a small file that holds whole seconds and is replaced by rename.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path


def real_now() -> datetime:
    """The machine's time, aware, UTC."""
    return datetime.now(UTC)


class Clock:
    """Tells the playground's time; `real` is replaced in tests, `file` shares the offset with other processes."""

    def __init__(self, real: Callable[[], datetime] = real_now, *, file: Path | None = None) -> None:
        self._real = real
        self._file = file
        self._moving = threading.Lock()
        self._offset = timedelta()
        if file is not None and file.exists():
            self._offset = timedelta(seconds=int(file.read_text()))
        self._share()

    def now(self) -> datetime:
        """Aware UTC datetime of the playground."""
        return self._real() + self._offset

    def forward(self, by: timedelta) -> None:
        """Move on by whole seconds. ValueError for going back: Slack's message times must grow."""
        if by < timedelta():
            raise ValueError("the clock only moves forward: message times must grow")
        with self._moving:  # two threads move it in a crash test
            self._offset += timedelta(seconds=int(by.total_seconds()))
            self._share()

    def forward_to(self, moment: datetime) -> None:
        """Move on to an aware datetime, rounded up to the next full second of offset."""
        gap = (moment - self.now()) / timedelta(seconds=1)
        self.forward(timedelta(seconds=-(-gap // 1)))

    def _share(self) -> None:
        if self._file is not None:
            fresh = self._file.with_name(self._file.name + ".new")
            fresh.write_text(str(int(self._offset.total_seconds())))
            os.replace(fresh, self._file)
