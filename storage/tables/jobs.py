"""Work outside a request."""

from typing import Any

from sqlalchemy import JSON, BigInteger, Column, Index
from sqlmodel import Field, SQLModel


class Job(SQLModel, table=True):
    """Work outside a request. `due` is the product's time, the lease is real time: the demo moves only the first."""

    key: str = Field(primary_key=True)
    """What, and for whom, say deliver:42; a second put renews the first."""
    kind: str
    args: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    due: int | None = None
    """Epoch seconds; None: it failed too often and waits for a person."""
    placed: int = Field(default=0, sa_column=Column(BigInteger, nullable=False, server_default="0"))
    """Nanoseconds of real time: of what is due at one moment, what was put first is done first."""
    leased_until: int | None = None
    token: str | None = None
    """Drawn by whoever claimed it last; only that one may close the row."""
    version: int = 0
    """Counts the puts: a job that was put again while it ran is not finished by its end."""
    tries: int = 0
    error: str | None = None
    """What the last try failed with, and when (epoch seconds of the product's time); a new put forgets both."""
    failed_at: int | None = None

    __table_args__ = (Index("ix_job_due", "due", "placed"),)
