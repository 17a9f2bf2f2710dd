"""The messages that ask approvers for a submitted draft: where they stand, and what was decided since."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, delete, func, select

from bot.billing.rules.states import DraftState, Transition
from storage.rows import columns_of, insert_row
from storage.tables import ApprovalRequest, approval_requests, audits, people

_DECIDING = [
    step.audited_as for step in Transition if DraftState.SUBMITTED in step.sources and step is not Transition.SUBMIT
]


class Asked(NamedTuple):
    """A message whose buttons are there yet."""

    id: int
    draft_id: int
    person_id: int
    submission: int
    channel: str
    ts: str


class Decision(NamedTuple):
    """What became of a submission, as the audit has it."""

    action: str
    """As a `Transition` is called there."""
    person_id: int | None
    """None: Trackomat itself found that it changed."""
    who: str | None
    at: datetime
    why: str


class RecordedSubmission(NamedTuple):
    """What was asked for, whatever became of it."""

    who: str
    net_cents: int
    currency: str


_ASKED = select(*columns_of(Asked, approval_requests))


def newest_submission(db: Connection, draft_id: int) -> int:
    """What tells the submission of a submitted draft from those before."""
    submits = and_(_of_draft(draft_id), audits.c.action == Transition.SUBMIT.audited_as)
    return int(db.execute(select(func.max(audits.c.id)).where(submits)).scalar_one())


def get_submission(db: Connection, submission: int) -> RecordedSubmission:
    """Who submitted it, and what it came to then."""
    by_whom = and_(audits.c.id == submission, people.c.id == audits.c.person_id)
    row = db.execute(select(people.c.name, audits.c.after).where(by_whom)).one()
    return RecordedSubmission(row.name, row.after["net_cents"], row.after["currency"])


def find_decision(db: Connection, draft_id: int, submission: int) -> Decision | None:
    """What became of this submission; None while it waits."""
    later = and_(_of_draft(draft_id), audits.c.id > submission, audits.c.action.in_(_DECIDING))
    row = db.execute(
        select(*columns_of(Decision, audits, who=people.c.name))
        .join_from(audits, people, people.c.id == audits.c.person_id, isouter=True)
        .where(later)
        .order_by(audits.c.id)
        .limit(1)
    ).first()
    return Decision._make(row) if row else None


def _of_draft(draft_id: int) -> ColumnElement[bool]:
    return and_(audits.c.subject == "draft", audits.c.subject_id == draft_id)


def is_asked(db: Connection, draft_id: int, submission: int, person_id: int) -> bool:
    """Whether this person has the message already."""
    of_draft = and_(approval_requests.c.draft_id == draft_id, approval_requests.c.submission == submission)
    query = select(approval_requests.c.id).where(and_(of_draft, approval_requests.c.person_id == person_id))
    return db.execute(query).first() is not None


def note_asked(
    db: Connection, workspace_id: int, draft_id: int, submission: int, person_id: int, *, channel: str, ts: str
) -> int:
    """Keep where a message stands; the row's id. Raises IntegrityError for a second one of the same submission."""
    return insert_row(
        db,
        ApprovalRequest,
        workspace_id=workspace_id,
        draft_id=draft_id,
        person_id=person_id,
        submission=submission,
        channel=channel,
        ts=ts,
    )


def asked_for(db: Connection, draft_id: int) -> list[Asked]:
    """The messages about a draft whose buttons are there yet."""
    found = db.execute(_ASKED.where(approval_requests.c.draft_id == draft_id).order_by(approval_requests.c.id))
    return [Asked._make(row) for row in found]


def find_asked(db: Connection, request_id: int) -> Asked | None:
    """One of them; None: its buttons are gone."""
    row = db.execute(_ASKED.where(approval_requests.c.id == request_id)).first()
    return Asked._make(row) if row else None


def forget_asked(db: Connection, request_id: int) -> None:
    """The message says what was decided."""
    db.execute(delete(approval_requests).where(approval_requests.c.id == request_id))


def forget_newest(db: Connection, draft_id: int, person_id: int) -> None:
    """A person's message about the newest submission of a draft says what was decided; older ones may not yet."""
    theirs = and_(approval_requests.c.draft_id == draft_id, approval_requests.c.person_id == person_id)
    newest = approval_requests.c.submission == newest_submission(db, draft_id)
    db.execute(delete(approval_requests).where(and_(theirs, newest)))
