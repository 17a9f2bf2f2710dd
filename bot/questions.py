"""Questions back: what a person typed is kept until they said which project they meant, or who gives way."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from bot.entries import Overlap, Room
from bot.errors import UserError
from bot.people import Caller
from bot.rules.grammar import Duration, Log, Span, Start
from bot.rules.names import Choice, Found, Target
from bot.rules.tracking import Way
from storage import entries

RECENT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Asked:
    """What may be meant; what was typed is kept under `question_id` until the person chose."""

    question_id: int
    typed: tuple[str, ...]
    found: Found
    logging: bool = False
    """Whether the work is over; a timer is to be started otherwise."""


@dataclass(frozen=True, slots=True)
class Clash:
    """Who has the time already, and how they could give way; what was typed is kept until the person chose."""

    question_id: int
    overlap: Overlap


@dataclass(frozen=True, slots=True)
class Kept:
    """What a question kept: the command and, where only the overlap is open, what it is to be booked on."""

    typed: Start | Log
    booked_on: tuple[int, int | None, int | None] | None
    """Customer, project and service."""
    seen: str
    """Which entries the person saw to be in the way; see `Overlap.seen`."""

    def room(self, way: Way) -> Room:
        """How those entries, and no others, give way."""
        return Room(way, self.seen)


def ask(db: Connection, caller: Caller, typed: Start | Log, found: Found) -> Asked:
    """Keep what was typed and offer what it may mean; without any words, what was worked on last."""
    if not typed.words:
        recent = entries.recent_targets(db, caller.person_id, since=caller.now - RECENT, most=5)
        found = Found(choices=tuple(Choice(Target(*target)) for target in recent))
    return Asked(_keep(db, caller, _packed(typed)), typed.words, found, logging=isinstance(typed, Log))


def ask_who_gives_way(db: Connection, caller: Caller, typed: Start | Log, choice: Choice, overlap: Overlap) -> Clash:
    """Keep what was typed and meant, and offer how there could be room for it. Raises Overlap if there is no way."""
    if not overlap.ways:
        raise overlap
    booked_on = [choice.target.customer_id, choice.target.project_id, choice.service.id if choice.service else None]
    command = _packed(typed) | {"booked_on": booked_on, "seen": overlap.seen}
    return Clash(_keep(db, caller, command), overlap)


def settle(db: Connection, caller: Caller, question_id: int) -> Kept:
    """What the person typed then; it is settled by this. Raises UserError when it was before, or has expired."""
    command = entries.take_question(db, person_id=caller.person_id, question_id=question_id)
    if command is None:
        raise UserError("This choice was made already or is too old. Please type the command again.")
    booked_on = command.get("booked_on")
    return Kept(_unpacked(command), tuple(booked_on) if booked_on else None, command.get("seen", ""))


def _keep(db: Connection, caller: Caller, command: dict[str, Any]) -> int:
    return entries.ask(db, caller.workspace_id, caller.person_id, at=caller.now, command=command)


def _packed(typed: Start | Log) -> dict[str, Any]:
    packed = {"words": typed.words, "note": typed.note, "tags": typed.tags, "billable": typed.billable}
    if isinstance(typed, Start):
        return packed | {"start": typed.at.isoformat() if typed.at else None}
    if isinstance(typed.worked, Span):
        return packed | {"span": [typed.worked.start.isoformat(), typed.worked.end.isoformat()]}
    return packed | {"seconds": typed.worked.seconds, "day": typed.worked.day.isoformat()}


def _unpacked(packed: dict[str, Any]) -> Start | Log:
    words, tags = tuple(packed["words"]), tuple(packed["tags"])
    note, billable = packed["note"], packed["billable"]
    if "start" in packed:
        at = datetime.fromisoformat(packed["start"]) if packed["start"] else None
        return Start(words, note, at, tags, billable)
    worked: Duration | Span
    if "span" in packed:
        worked = Span(*(datetime.fromisoformat(moment) for moment in packed["span"]))
    else:
        worked = Duration(packed["seconds"], date.fromisoformat(packed["day"]))
    return Log(words, note, worked, tags, billable)
