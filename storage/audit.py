"""The append-only record of who changed what, when and why."""

from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import Connection, insert

from storage.tables import Audit, table

audits = table(Audit)

_INSERT = insert(audits)
Subject = Literal["entry", "draft"]


def record(
    db: Connection,
    workspace_id: int,
    subject: Subject,
    subject_id: int,
    action: str,
    *,
    by: int | None,
    at: datetime,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    why: str = "",
) -> None:
    """Add one row, in the transaction of the change. `by` is the person, None is Trackomat itself."""
    db.execute(
        _INSERT,
        {
            "workspace_id": workspace_id,
            "person_id": by,
            "at": at,
            "subject": subject,
            "subject_id": subject_id,
            "action": action,
            "before": _plain(before),
            "after": _plain(after),
            "why": why,
        },
    )


def _plain(values: dict[str, Any] | None) -> dict[str, Any] | None:
    """Dates and moments as ISO text, for JSON."""
    if values is None:
        return None
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}
