"""Everything that can happen to a request on its way: switched on for the next ones, or for a part of all.

A fault strikes before or after Billomat did the work (`worked`). A program cannot tell the two apart: that is the
point.
"""

from __future__ import annotations

import random
import threading
from dataclasses import dataclass
from typing import Literal

Kind = Literal["late", "trickle", "drop", "error", "maintenance", "cut", "empty", "refusal", "quota", "redirect"]


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens to one request.

    late: the right answer, after `seconds`; trickle: the right answer in small pieces, all of it within `seconds`;
    drop: the connection breaks; error: 500; maintenance: 503 with a web page; cut: half of the JSON; empty: a success
    without a body; refusal: 400; quota: 429; redirect: 302. Each may also wait `seconds`. That Billomat refuses after
    it did the work is not documented, but a proxy on the way may.
    """

    kind: Kind
    worked: bool = False
    seconds: float = 0
    on: str = ""
    """Among several by chance it strikes only requests whose "METHOD path" starts with this."""


class Trouble:
    """The switches of one account. Faults planned by `next` come first, then the share set by `often`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._planned: list[tuple[Fault, str]] = []
        self._share = 0.0
        self._faults: tuple[Fault, ...] = ()
        self._often_on = ""
        self._random = random.Random()

    def next(self, kind: Kind, *, times: int = 1, worked: bool = False, seconds: float = 0, on: str = "") -> None:
        """Strike the next `times` requests whose "METHOD path", as in "POST invoices", starts with `on`."""
        with self._lock:
            self._planned += [(Fault(kind, worked, seconds), on)] * times

    def often(self, share: float, *faults: Fault, seed: int, on: str = "") -> None:
        """Strike this share (0 to 1) of such requests with one of the faults; the same seed, the same sequence."""
        with self._lock:
            self._share, self._faults, self._often_on = share, faults, on
            self._random.seed(seed)

    def clear(self) -> None:
        """Everything works again."""
        with self._lock:
            self._planned.clear()
            self._share = 0

    def strikes(self, method: str, path: str) -> Fault | None:
        """The fault for this request, which is used up by asking; None when all goes well."""
        request = f"{method} {path}"
        with self._lock:
            for index, (fault, on) in enumerate(self._planned):
                if request.startswith(on):
                    del self._planned[index]
                    return fault
            if self._share and request.startswith(self._often_on) and self._random.random() < self._share:
                fitting = [fault for fault in self._faults if request.startswith(fault.on)]
                return self._random.choice(fitting) if fitting else None
        return None
