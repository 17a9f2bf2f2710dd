"""Questions back: what a person typed is kept until they said which project or entry they meant, or who gives way."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from bot.catalog.rules.names import Choice, Found
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.core.errors import UserError
from bot.grammar.values import Duration, Log, Note, Span, Start, Tag, Which
from bot.tracking.entries import AgreedResolution, Overlap
from bot.tracking.rules.spans import Resolution
from storage import tracking as tracking_rows
from storage.change import Change

RECENT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class ProjectQuestion:
    """What may be meant; what was typed is kept under `question_id` until the person chose."""

    question_id: int
    typed: tuple[str, ...]
    found: Found
    logging: bool = False
    """Whether the work is over; a timer is to be started otherwise."""


@dataclass(frozen=True, slots=True)
class OverlapQuestion:
    """Who has the time already, and how they could give way; what was typed is kept until the person chose."""

    question_id: int
    overlap: Overlap


@dataclass(frozen=True, slots=True)
class UnresolvedCommand:
    """A command of which only is open who gives way."""

    typed: Start | Log
    booked_on: tuple[int, int | None, int | None]
    """Customer, project and service."""
    seen: str
    """Which entries the person saw to be in the way; see `Overlap.seen`."""

    def agreed(self, resolution: Resolution) -> AgreedResolution:
        """How those entries, and no others, give way."""
        return AgreedResolution(resolution, self.seen)


def ask(change: Change[Caller], typed: Start | Log, found: Found) -> ProjectQuestion:
    """Keep what was typed and offer what it may mean; where no words name a project, what was worked on last."""
    if found.services or not typed.words:
        recent = tracking_rows.recent_targets(change.db, change.by.person_id, since=change.by.now - RECENT, most=5)
        choices = (Choice(target, service) for target in recent for service in found.services or (None,))
        found = replace(found, choices=tuple(choices))
    command = _packed(typed) | {"services": [service.id for service in found.services]}
    return ProjectQuestion(_keep(change, command), typed.words, found, logging=isinstance(typed, Log))


def ask_who_gives_way(change: Change[Caller], typed: Start | Log, choice: Choice, overlap: Overlap) -> OverlapQuestion:
    """Keep what was typed and meant, and offer how there could be room for it. Raises Overlap if there is no way."""
    if not overlap.resolutions:
        raise overlap
    booked_on = [choice.target.customer_id, choice.target.project_id, choice.service.id if choice.service else None]
    command = _packed(typed) | {"booked_on": booked_on, "seen": overlap.seen}
    return OverlapQuestion(_keep(change, command), overlap)


def ask_which_entry(change: Change[Caller], typed: Tag | Note) -> int:
    """Keep what is to be done to an entry until its person chose one; the question's id."""
    done_to_it = {"note": typed.text} if isinstance(typed, Note) else {"add": typed.add, "remove": typed.remove}
    return _keep(change, {"correct": done_to_it})


def typed_words(bot: Bot, caller: Caller, question_id: int) -> tuple[str, ...]:
    """The words of a question that is still open; none when it is not, or when they named a service."""
    with bot.database.read() as db:
        command = tracking_rows.question_of_person(db, person_id=caller.person_id, question_id=question_id)
    return tuple(command.get("words", ())) if command and not command.get("services") else ()


def settle(change: Change[Caller], question_id: int) -> tuple[Start | Log, tuple[int, ...]]:
    """What the person typed then, and the ids of the services that were named alone; it is settled by this.

    Raises UserError when it was before, or has expired.
    """
    command = _take(change, question_id, "words")
    return _unpacked(command), tuple(command.get("services", ()))


def settle_overlap(change: Change[Caller], question_id: int) -> UnresolvedCommand:
    """The same, with what was meant by it and who was in the way. Raises UserError."""
    command = _take(change, question_id, "booked_on")
    customer_id, project_id, service_id = command["booked_on"]
    return UnresolvedCommand(_unpacked(command), (customer_id, project_id, service_id), command["seen"])


def settle_correction(change: Change[Caller], question_id: int) -> Tag | Note:
    """What was to be done to the entry that the person chose now. Raises UserError."""
    done_to_it = _take(change, question_id, "correct")["correct"]
    if "note" in done_to_it:
        return Note(done_to_it["note"], Which())
    return Tag(tuple(done_to_it["add"]), tuple(done_to_it["remove"]), Which())


def _take(change: Change[Caller], question_id: int, holds: str) -> dict[str, Any]:
    command = tracking_rows.take_question(change.db, person_id=change.by.person_id, question_id=question_id)
    if command is None or holds not in command:
        raise UserError("This choice was made already or is too old. Please type the command again.")
    return command


def _keep(change: Change[Caller], command: dict[str, Any]) -> int:
    by = change.by
    return tracking_rows.keep_question(change.db, by.workspace_id, by.person_id, at=by.now, command=command)


def _packed(typed: Start | Log) -> dict[str, Any]:
    packed = {"words": typed.words, "note": typed.note, "tags": typed.tags, "billable": typed.billable}
    packed |= {"private": typed.private}
    if isinstance(typed, Start):
        return packed | {"start": typed.at.isoformat() if typed.at else None}
    return packed | {"worked": [_packed_stretch(stretch) for stretch in typed.worked], "year": typed.year_typed}


def _packed_stretch(worked: Duration | Span) -> dict[str, Any]:
    if isinstance(worked, Span):
        return {"span": [worked.start.isoformat(), worked.end.isoformat()]}
    return {"seconds": worked.seconds, "day": worked.day.isoformat()}


def _unpacked(packed: dict[str, Any]) -> Start | Log:
    words, tags = tuple(packed["words"]), tuple(packed["tags"])
    note, billable, private = packed["note"], packed["billable"], packed.get("private", False)
    if "start" in packed:
        at = datetime.fromisoformat(packed["start"]) if packed["start"] else None
        return Start(words, note, at, tags, billable, private)
    stretches = packed.get("worked", [packed])  # before there could be several, the one stood among the rest
    worked = tuple(_unpacked_stretch(stretch) for stretch in stretches)
    return Log(words, note, worked, tags, billable, private, packed.get("year", True))


def _unpacked_stretch(packed: dict[str, Any]) -> Duration | Span:
    if "span" in packed:
        return Span(*(datetime.fromisoformat(moment) for moment in packed["span"]))
    return Duration(packed["seconds"], date.fromisoformat(packed["day"]))
