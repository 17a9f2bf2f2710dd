"""Who waits to see something anew: a waiting line between requests, which never wait for it, and one thread."""

import threading


class Outdated:
    """People by id, each of them once however often they are added, in the order in which they came."""

    def __init__(self) -> None:
        self._people: dict[int, None] = {}
        self._changed = threading.Condition()
        self._closed = threading.Event()

    def add(self, person_id: int) -> None:
        """Something of this person's changed."""
        with self._changed:
            if not self._people:  # else nobody waits for somebody, and waking threads holds the request up
                self._changed.notify_all()
            self._people[person_id] = None

    def drop(self, person_id: int) -> None:
        """What this person is about to see is new."""
        with self._changed:
            self._people.pop(person_id, None)

    def take(self) -> int | None:
        """Whoever has waited the longest, and they wait no more; None: nobody does."""
        with self._changed:
            if not self._people:
                return None
            person_id = next(iter(self._people))
            del self._people[person_id]
            return person_id

    def wait(self) -> bool:
        """Until somebody is there. False: it was closed meanwhile."""
        with self._changed:
            self._changed.wait_for(lambda: self._people or self._closed.is_set())
            return not self._closed.is_set()

    def pause(self, seconds: float) -> None:
        """Let others come, unless it is closed."""
        self._closed.wait(seconds)

    def close(self) -> None:
        """Nobody is to wait any more."""
        self._closed.set()
        with self._changed:
            self._changed.notify_all()
