"""The fast form as it opens and changes: all that can be said about time, picked instead of typed."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum, auto
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime

from bot.catalog import channels, creation, finding
from bot.catalog.rules.names import Found, Target
from bot.core.caller import NO_SOURCE, Caller, Source, quoted
from bot.core.context import Bot
from bot.grammar.values import Expense, Log, Span, Start, Untimed
from bot.slack.metadata import Day, RowId, Zone
from bot.slack.written import permalink
from bot.tracking import questions
from bot.tracking.doubts import Doubt, Doubtful
from bot.tracking.entries import Overlap
from bot.tracking.questions import Booked
from bot.tracking.rules.spans import local_day
from storage import catalog as catalog_rows
from storage import channels as channel_rows
from storage import tracking as tracking_rows
from storage.catalog import Named
from storage.change import Change
from storage.tracking import Entry


class Mode(StrEnum):
    """How time is said."""

    TIMER = auto()
    LENGTH = auto()
    SPAN = auto()


@dataclass(frozen=True, slots=True)
class FormState:
    """What travels with an open form."""

    mode: Mode
    day: Day
    """The one that the form offers."""
    customer_id: RowId | None
    """Whose projects the form offers; None: everybody's."""
    source: Source
    answer_at: str
    """Slack's response_url of where the form was opened; empty where it has none."""
    opened_at: AwareDatetime
    span: tuple[AwareDatetime, AwareDatetime] | None
    """From when until when, where that was known before; what a person leaves alone of it keeps its seconds."""
    zone: Zone
    """In which the form shows its times, also when its person moves while it is open."""
    seen: str = ""
    """Which entries the person saw to be in the way; see `Overlap.seen`."""
    channel_id: str = ""
    """Slack's id of where the form was opened: it says what a guest may choose."""
    sure: str = ""
    """What the person was asked to confirm; see `Doubtful.seen`."""
    question_id: RowId | None = None
    """The question that this answers."""


@dataclass(frozen=True, slots=True)
class TimeForm:
    """The form as it is to be shown; what was filled in already stays in Slack."""

    kept: FormState
    running: Entry | None
    customer: Named | None = None
    target: Target | None = None
    service: Named | None = None
    note: str = ""
    tags: tuple[str, ...] = ()
    billable: bool | None = None
    """None: as project and service say."""
    private: bool = False
    since: datetime | None = None
    duration: str = ""
    overlap: Overlap | None = None
    """Who has the time already: the form asks whether they give way."""
    twice: tuple[str, ...] = ()
    """Fields of which the form asks which of two hours is meant."""
    doubts: tuple[Doubt, ...] = ()
    """Why what was filled in may not be meant."""
    not_understood: tuple[str, ...] = ()
    """What of the typed words was not understood; the note holds them all."""


def begin(
    bot: Bot,
    caller: Caller,
    *,
    source: Source,
    answer_at: str,
    span: tuple[datetime, datetime] | None = None,
    day: date | None = None,
) -> TimeForm:
    """The form as it opens: with the project of the channel and the person's usual service.

    Without a `source` of its own it keeps the thread in which it is opened.

    `span` is the time that is to be written down, if it is known, or at least its `day`; otherwise a timer is about to
    be started.
    """
    source = caller.source if source == NO_SOURCE else source
    with bot.database.read() as db:
        link = channel_rows.linked_channel(db, caller.workspace_id, caller.channel_id) if caller.channel_id else None
        usual = (
            catalog_rows.live_service(db, caller.workspace_id, caller.person.service_id)
            if caller.person.service_id
            else None
        )
        running = tracking_rows.running_timer(db, caller.person_id)
    mode = Mode.SPAN if span else Mode.LENGTH if day else Mode.TIMER
    offered = local_day(span[0], caller.reader.zone) if span else day or caller.today
    kept = FormState(
        mode,
        offered,
        link.customer_id if link else None,
        source,
        answer_at,
        caller.now,
        span,
        caller.reader.zone.key,
        channel_id=caller.channel_id,
    )
    service = Named(usual.id, usual.name) if usual else None
    form = TimeForm(kept, running, service=service)
    if link is None:
        return form
    return replace(form, customer=Named(link.customer_id, link.customer), target=link.target)


def complete(bot: Bot, caller: Caller, typed: Untimed, *, answer_at: str) -> TimeForm:
    """The form as it opens for work of which only the length was not typed, as far as its words are clear."""
    form = begin(bot, caller, source=NO_SOURCE, answer_at=answer_at, day=typed.day)
    form = replace(form, note=typed.note, tags=typed.tags, billable=typed.billable, private=typed.private)
    if not typed.words:
        return form
    found = channels.find_choices_here(bot, caller, typed.words)
    target = found.clear.target if found.clear else None
    if not found.choices and len(found.nearest) == 1:
        offer = questions.Offer(found.nearest[0].choice, found.nearest[0].left)
        target = offer.choice.target
        text = ": ".join(filter(None, (" ".join(offer.left), typed.note)))
        form = replace(form, note=text, not_understood=offer.not_understood)
    named = Named(target.customer_id, target.customer) if target else None
    customer = named or creation.guess_names(bot, caller, typed.words).customer
    kept = replace(form.kept, customer_id=customer.id if customer else None)
    return replace(form, kept=kept, customer=customer, target=target, service=_service(found, form.service))


def answering(bot: Bot, caller: Caller, question_id: int, booked_on: Booked, *, answer_at: str) -> TimeForm:
    """The form as it opens in answer to a question: with all that was typed. Raises UserError when that is settled."""
    customer_id, project_id, service_id = booked_on
    with bot.database.read() as db:
        kept = questions.look_at(db, caller, question_id)
        if kept is None or isinstance(kept.typed, Expense):
            raise questions.old_question()
        choice = finding.choice_of_ids(
            Change(db, caller), customer_id=customer_id, project_id=project_id, service_id=service_id
        )
    left = (kept.offered or {}).get(booked_on) or kept.left or finding.left_over(kept.typed.words, choice)
    typed = questions.with_note(kept.typed, " ".join(left))
    target, service = choice.target, choice.service
    form = _with_time(begin(bot, caller, source=kept.source, answer_at=answer_at), typed)
    return replace(
        form,
        kept=replace(form.kept, customer_id=target.customer_id, question_id=question_id),
        customer=Named(target.customer_id, target.customer),
        target=target,
        service=Named(service.id, service.name) if service else form.service,
        note=typed.note,
        tags=typed.tags,
        billable=typed.billable,
        private=typed.private,
        not_understood=questions.Offer(choice, left).not_understood,
    )


def _with_time(form: TimeForm, typed: Start | Log) -> TimeForm:
    """The form with the time that was typed; of several stretches the first."""
    if isinstance(typed, Start):
        return replace(form, kept=replace(form.kept, mode=Mode.TIMER), since=typed.at)
    worked = typed.worked[0]
    if isinstance(worked, Span):
        span = (worked.start, worked.end)
        day = local_day(worked.start, ZoneInfo(form.kept.zone))
        return replace(form, kept=replace(form.kept, mode=Mode.SPAN, day=day, span=span))
    length = f"{worked.seconds // 3600}:{worked.seconds // 60 % 60:02}"
    return replace(form, kept=replace(form.kept, mode=Mode.LENGTH, day=worked.day), duration=length)


def _service(found: Found, usual: Named | None) -> Named | None:
    """The service that the words name, none if they may name several, and the usual one if they name none."""
    named = {choice.service for choice in found.choices if choice.service} | {*found.services}
    if not named:
        return usual
    service = named.pop()
    return None if named else Named(service.id, service.name)


def change_mode(bot: Bot, caller: Caller, kept: FormState, mode: Mode) -> TimeForm:
    """An open form when another way to say the time was chosen."""
    return again(bot, caller, replace(kept, mode=mode))


def again(bot: Bot, caller: Caller, kept: FormState) -> TimeForm:
    """An open form, when what it shows has changed."""
    with bot.database.read() as db:
        return TimeForm(kept, tracking_rows.running_timer(db, caller.person_id))


def ask_who_gives_way(bot: Bot, caller: Caller, kept: FormState, overlap: Overlap) -> TimeForm:
    """An open form when others have the time."""
    return replace(again(bot, caller, replace(kept, seen=overlap.seen)), overlap=overlap)


def ask_if_sure(bot: Bot, caller: Caller, kept: FormState, doubtful: Doubtful) -> TimeForm:
    """An open form when what was filled in may not be meant: sent once more it is written."""
    return replace(again(bot, caller, replace(kept, sure=doubtful.seen)), doubts=doubtful.doubts)


def narrow(bot: Bot, caller: Caller, kept: FormState, customer_id: int | None) -> TimeForm:
    """An open form when its customer was chosen: their only project is chosen with them."""
    form = again(bot, caller, replace(kept, customer_id=customer_id))
    if customer_id is None:
        return form
    targets = finding.offered_targets(bot, caller, "", customer_id=customer_id)
    return replace(form, target=targets[0]) if len(targets) == 1 else form


def message_source(text: str, *, domain: str, channel_id: str, ts: str, thread_ts: str) -> Source:
    """What is kept of a message in Slack; without the workspace's `domain` it has no permalink."""
    return quoted(text, permalink(domain, channel_id, ts, thread_ts))
