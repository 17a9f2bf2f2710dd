"""A change in progress: one transaction, who makes it and when, and the audit that it leaves."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar

from sqlalchemy import Connection

from storage import audit
from storage.audit import Subject


class Author(Protocol):
    """Whoever makes a change: a person in a request, or Trackomat itself."""

    @property
    def workspace_id(self) -> int:
        """Whose rows are changed; no change reaches into another workspace."""

    @property
    def person_id(self) -> int | None:
        """The person; None: Trackomat itself."""

    @property
    def now(self) -> datetime:
        """When."""

    @property
    def request(self) -> str:
        """The delivery that asked for it; what one request did is undone together. Empty in a job."""


By = TypeVar("By", bound=Author, covariant=True)


@dataclass(frozen=True, slots=True)
class Change(Generic[By]):
    """One transaction, and on whose behalf it writes. Functions that write take this instead of a connection."""

    db: Connection
    by: By

    def record(
        self,
        subject: Subject,
        subject_id: int,
        action: str,
        *,
        before: Mapping[str, Any] | None = None,
        after: Mapping[str, Any] | None = None,
        why: str = "",
        undoes: str = "",
    ) -> int:
        """Add the audit row of what was done to one thing; the id by which it can be undone.

        None before: it was created; None after: it was deleted. `undoes` names the request that this takes back.
        """
        return audit.add_audit_row(
            self.db,
            workspace_id=self.by.workspace_id,
            person_id=self.by.person_id,
            at=self.by.now,
            request=self.by.request,
            subject=subject,
            subject_id=subject_id,
            action=action,
            before=before,
            after=after,
            why=why,
            undoes=undoes,
        )
