"""What time it is.

Two kinds of time: the product's time (entries, days, due jobs) comes from here. Leases, signatures and time-outs
always use the system's. The demo moves the product's time forward through an offset in a small file that all
its processes share; without `TRACKOMAT_CLOCK` this is the system's clock.
"""

import os
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """The current moment, aware, in UTC."""
    return datetime.now(UTC)


def shifted_clock(offset_file: Path) -> Clock:
    """A clock ahead of the system's by the whole seconds that `offset_file` holds; the file is replaced by rename."""
    seen: tuple[int, timedelta] = (-1, timedelta())

    def now() -> datetime:
        nonlocal seen
        changed = os.stat(offset_file).st_mtime_ns
        if changed != seen[0]:
            seen = (changed, timedelta(seconds=int(offset_file.read_text())))
        return datetime.now(UTC) + seen[1]

    return now


def lease_clock() -> int:
    """Real time in epoch seconds, for leases, whatever the product's time is."""
    return int(time.time())


def configured_clock() -> Clock:
    """The clock that the environment asks for."""
    offset_file = os.environ.get("TRACKOMAT_CLOCK")
    return shifted_clock(Path(offset_file)) if offset_file else system_clock
