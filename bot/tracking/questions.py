"""Questions back: what a person typed is kept until they said what they meant, or who gives way."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import Connection

from bot.catalog.rules.names import ArchivedName, Choice, Found, PartialReading
from bot.core.caller import NO_SOURCE, Caller, Source
from bot.core.context import Bot
from bot.core.errors import UserError
from bot.grammar.values import Duration, Expense, Log, Note, Span, Start, Tag, Which
from bot.tracking.doubts import Doubt, Doubtful
from bot.tracking.entries import AgreedResolution, Overlap
from bot.tracking.rules import left_over
from bot.tracking.rules.spans import Resolution
from storage import questions as question_rows
from storage import recent_work as recent_rows
from storage.change import Change

RECENT = timedelta(days=30)

Booking = Start | Log | Expense
"""What is booked on a project, which may have to be asked for."""
Noted = TypeVar("Noted", bound=Booking)

Booked = tuple[int, int | None, int | None]
"""Customer, project and service."""


@dataclass(frozen=True, slots=True)
class Offer:
    """One thing that may be meant, and the typed words that are no part of its name."""

    choice: Choice
    left: tuple[str, ...] = ()

    @property
    def note(self) -> str:
        """The text that is left over: it becomes the note."""
        return left_over.as_note(self.left)

    @property
    def not_understood(self) -> tuple[str, ...]:
        """What is left over and is no text: a number, a flag, words that speak of time. Nobody guesses then."""
        return left_over.not_understood(self.left)


@dataclass(frozen=True, slots=True)
class ProjectQuestion:
    """What may be meant; what was typed is kept under `question_id` until the person chose."""

    question_id: int
    typed: tuple[str, ...]
    offers: tuple[Offer, ...]
    is_exact: bool
    """Whether the offers fit what was typed; they only look like it otherwise."""
    names_service: bool
    logging: bool = False
    """Whether the work is over; a timer is to be started otherwise."""
    fits_form: bool = True
    """Whether the form can hold what was typed: it has one stretch."""
    archived: tuple[ArchivedName, ...] = ()
    """What is called so and was archived: nobody is to make a twin of it."""
    may_create: bool = True
    """Whether the person creates projects here."""
    spent: bool = False
    """Whether it is an expense that is to be recorded."""

    @property
    def not_understood(self) -> tuple[str, ...]:
        """The pieces that were not understood, whatever was meant."""
        return tuple(dict.fromkeys(piece for offer in self.offers for piece in offer.not_understood))


@dataclass(frozen=True, slots=True)
class LeftOverQuestion:
    """The project was chosen; what the words are that are no part of its name is open."""

    question_id: int
    offer: Offer
    fits_form: bool = True


@dataclass(frozen=True, slots=True)
class OverlapQuestion:
    """Who has the time already, and how they could give way; what was typed is kept until the person chose."""

    question_id: int
    overlap: Overlap


@dataclass(frozen=True, slots=True)
class DoubtQuestion:
    """What would be written, and why it may not be meant; it is kept until the person said so."""

    question_id: int
    typed: Start | Log
    choice: Choice
    doubts: tuple[Doubt, ...]
    fits_form: bool


@dataclass(frozen=True, slots=True)
class KeptCommand:
    """A command as it was kept, and what was clear of it."""

    typed: Booking
    services: tuple[int, ...] = ()
    """The kinds of work that were named alone."""
    offered: Mapping[Booked, tuple[str, ...]] | None = None
    """What was offered, with the words that each left over."""
    booked_on: Booked | None = None
    left: tuple[str, ...] = ()
    """The words that are no part of what it is booked on."""
    seen: str = ""
    """Which entries the person saw to be in the way; see `Overlap.seen`."""
    sure: str = ""
    """What the person was asked to confirm; see `Doubtful.seen`."""
    source: Source = NO_SOURCE
    """The message in a thread to which it was asked back."""

    def agreed(self, resolution: Resolution) -> AgreedResolution:
        """How those entries, and no others, give way."""
        return AgreedResolution(resolution, self.seen)


Question = ProjectQuestion | LeftOverQuestion | OverlapQuestion | DoubtQuestion


def ask(change: Change[Caller], typed: Booking, found: Found) -> ProjectQuestion:
    """Keep what was typed and offer what it may mean; where no words name a project, what was worked on last."""
    if found.services or not typed.words:
        recent = recent_rows.recent_targets(change.db, change.by.person_id, since=change.by.now - RECENT, most=5)
        choices = (Choice(target, service) for target in recent for service in found.services or (None,))
        found = replace(found, choices=tuple(choices), nearest=())
    offers = tuple(Offer(choice) for choice in found.choices) or tuple(map(_offer, found.nearest))
    command = _packed(typed) | {
        "services": [service.id for service in found.services],
        "offered": [[_booked(offer.choice), offer.left] for offer in offers if offer.left],
    }
    return ProjectQuestion(
        question_id=_keep(change, command),
        typed=typed.words,
        offers=offers,
        is_exact=bool(found.choices),
        names_service=bool(found.services),
        logging=isinstance(typed, Log),
        fits_form=_fits_form(typed),
        archived=found.archived,
        may_create=change.by.may_create,
        spent=isinstance(typed, Expense),
    )


def _offer(reading: PartialReading) -> Offer:
    return Offer(reading.choice, reading.left)


def ask_about_left_over(
    change: Change[Caller], typed: Booking, choice: Choice, left: tuple[str, ...]
) -> LeftOverQuestion:
    """Keep what was typed and chosen until the person said what the words are that are left over."""
    command = _packed(typed) | {"booked_on": _booked(choice), "left": left}
    return LeftOverQuestion(_keep(change, command), Offer(choice, left), fits_form=_fits_form(typed))


def ask_who_gives_way(
    change: Change[Caller], typed: Start | Log, choice: Choice, overlap: Overlap, sure: str = ""
) -> OverlapQuestion:
    """Keep what was typed and meant, and offer how there could be room for it. Raises Overlap if there is no way."""
    if not overlap.resolutions:
        raise overlap
    command = _packed(typed) | {"booked_on": _booked(choice), "seen": overlap.seen, "sure": sure}
    return OverlapQuestion(_keep(change, command), overlap)


def ask_if_sure(change: Change[Caller], typed: Start | Log, choice: Choice, doubtful: Doubtful) -> DoubtQuestion:
    """Keep what was typed and meant until the person said that it is right."""
    command = _packed(typed) | {"booked_on": _booked(choice), "sure": doubtful.seen, "doubted": True}
    return DoubtQuestion(_keep(change, command), typed, choice, doubtful.doubts, _fits_form(typed))


def ask_which_entry(change: Change[Caller], typed: Tag | Note) -> int:
    """Keep what is to be done to an entry until its person chose one; the question's id."""
    done_to_it = (
        {"note": typed.text, "private": typed.private, "billable": typed.billable}
        if isinstance(typed, Note)
        else {"add": typed.add, "remove": typed.remove}
    )
    return _keep(change, {"correct": done_to_it})


def with_note(typed: Noted, text: str) -> Noted:
    """The command with this text before its note."""
    return replace(typed, note=": ".join(filter(None, (text, typed.note)))) if text else typed


def typed_words(bot: Bot, caller: Caller, question_id: int) -> tuple[str, ...]:
    """The words of a question that is still open; none when it is not, or when they named a service."""
    with bot.database.read() as db:
        kept = look_at(db, caller, question_id)
    return kept.typed.words if kept and not kept.services else ()


def look_at(db: Connection, caller: Caller, question_id: int) -> KeptCommand | None:
    """What was typed, while the question is still open; it stays so."""
    command = question_rows.question_of_person(db, person_id=caller.person_id, question_id=question_id)
    return _kept(command) if command and "words" in command else None


def settle(change: Change[Caller], question_id: int, holds: str = "words") -> tuple[Change[Caller], KeptCommand]:
    """What the person typed then, and what was clear of it; it is settled by this.

    It is to be carried out in the change that is answered: with the message in a thread to which it was asked back.
    Raises UserError when it was settled before, or has expired, or was another kind of question, which does not hold
    that.
    """
    kept = _kept(_take(change, question_id, holds))
    as_asked = change if kept.source == NO_SOURCE else replace(change, by=replace(change.by, source=kept.source))
    return as_asked, kept


def settle_correction(change: Change[Caller], question_id: int) -> Tag | Note:
    """What was to be done to the entry that the person chose now. Raises UserError."""
    done_to_it = _take(change, question_id, "correct")["correct"]
    if "note" in done_to_it:
        return Note(done_to_it["note"], Which(), done_to_it.get("private", False), done_to_it.get("billable"))
    return Tag(tuple(done_to_it["add"]), tuple(done_to_it["remove"]), Which())


def _kept(command: Mapping[str, Any]) -> KeptCommand:
    booked_on = command.get("booked_on")
    return KeptCommand(
        _unpacked(command),
        tuple(command.get("services", ())),
        {_read_booked(booked): tuple(left) for booked, left in command.get("offered", ())},
        _read_booked(booked_on) if booked_on else None,
        tuple(command.get("left", ())),
        command.get("seen", ""),
        command.get("sure", ""),
        Source(*command.get("source", ())),
    )


def _booked(choice: Choice) -> Booked:
    return choice.target.customer_id, choice.target.project_id, choice.service.id if choice.service else None


def _read_booked(packed: Any) -> Booked:
    customer_id, project_id, service_id = packed
    return customer_id, project_id, service_id


def _fits_form(typed: Booking) -> bool:
    return not isinstance(typed, Log) or len(typed.worked) == 1


def old_question() -> UserError:
    """The question was settled before, or has expired."""
    return UserError(
        "This choice was made already or is too old. /track list shows what is written down. Only if it is not there, "
        "type the command again."
    )


def _take(change: Change[Caller], question_id: int, holds: str) -> dict[str, Any]:
    command = question_rows.take_question(change.db, person_id=change.by.person_id, question_id=question_id)
    if command is None or holds not in command:
        raise old_question()
    return command


def _keep(change: Change[Caller], command: dict[str, Any]) -> int:
    by = change.by
    if by.source != NO_SOURCE:
        command |= {"source": [by.source.text, by.source.link]}
    return question_rows.keep_question(change.db, by.workspace_id, by.person_id, at=by.now, command=command)


def _packed(typed: Booking) -> dict[str, Any]:
    packed = {"words": typed.words, "note": typed.note, "billable": typed.billable, "private": typed.private}
    if isinstance(typed, Expense):
        return packed | {"expense": _packed_expense(typed)}
    packed |= {"tags": typed.tags}
    if isinstance(typed, Start):
        return packed | {"start": typed.at.isoformat() if typed.at else None}
    return packed | {"worked": [_packed_stretch(stretch) for stretch in typed.worked], "year": typed.year_typed}


def _packed_expense(typed: Expense) -> dict[str, Any]:
    day = typed.day.isoformat()
    said = {"cents": typed.cents, "day": day, "gross": typed.gross, "vat": typed.vat}
    return said | {"currency": typed.currency, "receipt": typed.receipt, "pass_through": typed.pass_through}


def _packed_stretch(worked: Duration | Span) -> dict[str, Any]:
    if isinstance(worked, Span):
        return {"span": [worked.start.isoformat(), worked.end.isoformat()]}
    return {"seconds": worked.seconds, "day": worked.day.isoformat()}


def _unpacked(packed: Mapping[str, Any]) -> Booking:
    words, tags = tuple(packed["words"]), tuple(packed.get("tags", ()))
    note, billable, private = packed["note"], packed["billable"], packed.get("private", False)
    if "expense" in packed:
        said = packed["expense"] | {"day": date.fromisoformat(packed["expense"]["day"])}
        return Expense(words, note, billable=billable, private=private, **said)
    if "start" in packed:
        at = datetime.fromisoformat(packed["start"]) if packed["start"] else None
        return Start(words, note, at, tags, billable, private)
    stretches = packed.get("worked", [packed])  # before there could be several, the one stood among the rest
    worked = tuple(_unpacked_stretch(stretch) for stretch in stretches)
    return Log(words, note, worked, tags, billable, private, packed.get("year", True))


def _unpacked_stretch(packed: Mapping[str, Any]) -> Duration | Span:
    if "span" in packed:
        return Span(*(datetime.fromisoformat(moment) for moment in packed["span"]))
    return Duration(packed["seconds"], date.fromisoformat(packed["day"]))
