"""Waiting for Billomat inside an ack, where nothing else helps: by few at a time, for each holds a thread of all."""

from concurrent.futures import Future
from threading import Semaphore
from typing import TypeVar

T = TypeVar("T")

AT_ONCE = 2
"""Of the four threads that answer requests. Whoever comes while so many wait is answered as if the time were over."""
_places = Semaphore(AT_ONCE)


def result_within(coming: Future[T], seconds: float) -> T:
    """What comes within so many seconds. Raises TimeoutError, and whatever the future ends with."""
    has_place = _places.acquire(blocking=False)
    try:
        return coming.result(timeout=seconds if has_place else 0)
    finally:
        if has_place:
            _places.release()
