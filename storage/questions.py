"""Questions back: what a person typed, until they said what they meant."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, delete, select

from storage.rows import insert_row
from storage.statements import Query, single_value
from storage.tables import Question, questions

_OF_QUESTION = and_(questions.c.id == bindparam("question"), questions.c.person_id == bindparam("person"))
_ASKED: Query[dict[str, Any]] = Query(select(questions.c.command).where(_OF_QUESTION), single_value)
_TAKE_QUESTION: Query[dict[str, Any]] = Query(
    delete(questions).where(_OF_QUESTION).returning(questions.c.command), single_value
)


def keep_question(db: Connection, workspace_id: int, person_id: int, *, at: datetime, command: dict[str, Any]) -> int:
    """Keep what a person typed until they said what they meant; the question's id."""
    return insert_row(db, Question, workspace_id=workspace_id, person_id=person_id, asked_at=at, command=command)


def question_of_person(db: Connection, *, person_id: int, question_id: int) -> dict[str, Any] | None:
    """What this person typed, if the question is still open."""
    return _ASKED.first(db, question=question_id, person=person_id)


def take_question(db: Connection, *, person_id: int, question_id: int) -> dict[str, Any] | None:
    """What this person typed, and the question is settled; to one caller only, however many ask at once."""
    return _TAKE_QUESTION.first(db, question=question_id, person=person_id)


def forget_questions(db: Connection, *, before: datetime) -> None:
    """Delete the questions that nobody answered in time."""
    db.execute(delete(questions).where(questions.c.asked_at < before))
