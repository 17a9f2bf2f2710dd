"""Kinds of jobs. A subject names each kind where it puts such jobs, and marks the function that does them."""

from collections.abc import Callable
from datetime import datetime
from enum import Enum
from typing import Any, TypeVar

from sqlalchemy import Connection

from storage import jobs as job_rows

Handler = Callable[..., datetime | None]
"""Takes the bot and the job's arguments. Returns None (finished) or the moment at which it wants to run again.

It may run twice: whoever has its lease may die at any moment.
"""
H = TypeVar("H", bound=Handler)


class Lane(Enum):
    """What a kind's jobs wait for. A lane that is full of jobs that hang holds up no other lane."""

    DATABASE = "database"
    SLACK = "slack"
    BILLING = "billing"
    """Billomat, for what people wait for."""
    IMPORT = "import"
    """Billomat, for long."""


class JobKind:
    """A kind of work outside a request: what its jobs are called, who does them, and how often they are tried."""

    def __init__(self, name: str, *, key: str, lane: Lane = Lane.DATABASE, untiring: bool = False) -> None:
        """`key` names a job by its arguments, say "deliver:{draft_id}"; a second put of the same key renews the first.

        `untiring` jobs are tried for ever, because nobody would put them again after a long outage.
        """
        self.name = name
        self.lane = lane
        self.untiring = untiring
        self._key = key
        self._handler: Handler | None = None

    def handler(self, function: H) -> H:
        """Decorates the function that does these jobs."""
        self._handler = function
        return function

    @property
    def do(self) -> Handler:
        """The function that does these jobs. Raises LookupError if no imported module has one."""
        if self._handler is None:
            raise LookupError(self.name)
        return self._handler

    def key(self, **args: Any) -> str:
        """The key of a job with these arguments."""
        return self._key.format(**args)

    def put(self, db: Connection, *, due: datetime, called: str | None = None, **args: Any) -> None:
        """Have it done at `due`; the job exists exactly when the caller's transaction commits.

        `called` completes the key of kinds whose arguments do not tell one job from another.
        """
        key = self.key(**args) if called is None else self.key(called=called)
        job_rows.put_job(db, self.name, key, due=due, **args)
