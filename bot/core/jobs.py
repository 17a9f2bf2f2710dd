"""Kinds of jobs. A subject names its kinds where it puts them, and says beside the handler that it does them."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Connection

from storage import jobs

Handler = Callable[..., datetime | None]
"""Takes the bot and the job's arguments. Returns None (finished) or the moment at which it wants to run again.

It may run twice: whoever has its lease may die at any moment.
"""
H = TypeVar("H", bound=Handler)


class JobKind:
    """One kind of work outside a request: how its jobs are called, who does them, how long they are tried."""

    def __init__(self, name: str, *, key: str, untiring: bool = False) -> None:
        """`key` names a job by its arguments, say "deliver:{draft_id}"; a second put of the same key renews the first.

        `untiring` ones are tried for ever: nobody would put them again after a long outage.
        """
        self.name = name
        self.untiring = untiring
        self._key = key
        self._handler: Handler | None = None

    def handler(self, function: H) -> H:
        """Decorates the function that does these jobs."""
        self._handler = function
        return function

    @property
    def do(self) -> Handler:
        """What does these jobs. Raises LookupError while no module that was imported says so."""
        if self._handler is None:
            raise LookupError(self.name)
        return self._handler

    def key(self, **args: Any) -> str:
        """What a job with these arguments is called."""
        return self._key.format(**args)

    def put(self, db: Connection, *, due: datetime, called: str | None = None, **args: Any) -> None:
        """Have it done at `due`; the job exists exactly when the caller's transaction commits.

        `called` is for kinds whose key is more than their arguments tell.
        """
        key = self.key(**args) if called is None else self.key(called=called)
        jobs.put(db, self.name, key, due=due, **args)
