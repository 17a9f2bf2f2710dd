"""Who changed what."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, Index, text
from sqlmodel import Field, SQLModel

from storage.tables.base import defaulting, one_of, within_workspace

CREATED = "action = 'create' AND subject IN ('customer', 'project', 'service')"


class Audit(SQLModel, table=True):
    """Who changed what, when and why. Rows are only ever added; triggers hold that."""

    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    person_id: int | None = None
    """None: Trackomat itself."""
    at: datetime
    subject: str
    subject_id: int
    action: str
    before: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))
    after: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))
    why: str = ""
    request: str = ""
    """The delivery that caused it; what one request did is undone together."""
    undoes: str = defaulting("")
    """The request that this row takes back."""

    __table_args__ = (
        within_workspace("person", "person_id"),
        one_of(
            "subject",
            "entry",
            "draft",
            "break",
            "person",
            "workspace",
            "account",
            "customer",
            "project",
            "service",
            "channel",
            "expense",
        ),
        Index("ix_audit_person", "person_id", "at"),
        # What was done to one entry or draft.
        Index("ix_audit_subject", "subject_id", "subject"),
        # Who made a customer, project or service.
        Index(
            "ix_audit_created",
            "workspace_id",
            "subject",
            "subject_id",
            sqlite_where=text(CREATED),
            postgresql_where=text(CREATED),
        ),
    )
