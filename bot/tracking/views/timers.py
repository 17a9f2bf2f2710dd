"""What is said about timers, and the question which project was meant."""

from collections.abc import Sequence
from datetime import date, datetime

from bot.catalog.rules.names import ArchivedName, Choice
from bot.catalog.views import pickers
from bot.core.texts import Reader
from bot.grammar.values import Span, Start
from bot.slack.blocks import (
    BUTTON_TEXT,
    Block,
    Element,
    Message,
    actions,
    button,
    context,
    cut,
    external_select,
    fitted,
    message,
    option,
    section,
    static_select,
)
from bot.tracking.entries import Written, label
from bot.tracking.expenses import Recorded
from bot.tracking.questions import DoubtQuestion, LeftOverQuestion, Offer, OverlapQuestion, ProjectQuestion
from bot.tracking.timers import Done, RunsAlready, Started, TimerStatus
from bot.tracking.views import doubts, entries, expenses, overlaps
from storage.tracking import Entry

STOP = "timer_stop"
ANSWER = "question_answer"
"""A button for each reading; the action_ids end in their number, because they must differ."""
FORM = "question_form"
"""Opens the form with what was understood; the action_ids end like those of ANSWER."""
LEFT_OVER = "question_left"
"""What the words are that are left over; the action_ids end in it."""
AS_NOTE, AS_NAME = "note", "name"
SURE = "question_sure"
PICK = "question_pick"
NEW = "question_new"
CONTINUE = "timer_continue"
MOST_BUTTONS = 5
MOST_OTHERS = 20
LONGEST_TYPED = 200


def answered(to: Reader, done: Done, *, today: date) -> Message:
    """What came of something that was typed, or the question back."""
    match done:
        case Started():
            return started(to, done, today=today)
        case RunsAlready():
            return runs_already(to, done, today=today)
        case Written():
            return entries.logged(to, done, today=today)
        case Recorded():
            return expenses.recorded(to, done, today=today)
        case ProjectQuestion():
            return asked(to, done)
        case LeftOverQuestion():
            return asked_about_left_over(to, done)
        case DoubtQuestion():
            return asked_if_sure(to, done, today=today)
        case OverlapQuestion():
            return overlaps.clashed(to, done)


def acted(to: Reader, done: Done, *, today: date) -> Message:
    """What came of an answered question; stands in place of the question."""
    return answered(to, done, today=today) | {"replace_original": True}


def started(to: Reader, done: Started, *, today: date) -> Message:
    """A timer runs."""
    text = _running(to, done.entry, done.day_seconds, today=today)
    blocks = [section(text), *entries.note(done.entry), *entries.who_reads(to, done)]
    if done.further:
        spans = ", ".join(entries.span(to, each) for each in done.further)
        blocks.append(context(to.t("Written down before it: {spans}", spans=spans)))
    if done.stopped:
        blocks += [context(_stopped_before(to, done.stopped)), *entries.budget_said(to, done)]
    buttons = (stop_button(to, done.entry), *entries.correcting(to, done.entry.id, done.change_id))
    return message(
        text, [*blocks, actions(*buttons, *_others(to, done.others), block_id=entries.of_one(done.entry.id))]
    )


def runs_already(to: Reader, done: RunsAlready, *, today: date) -> Message:
    """A timer for just this runs; nothing was changed."""
    text = to.t(
        "▶️ {what} is running already, since {start} · today {total}",
        what=entries.described(to, done.entry),
        start=to.moment(done.entry.started_at, today=today),
        total=to.total(done.day_seconds),
    )
    return message(text, [section(text), actions(stop_button(to, done.entry), *_others(to, done.others))])


def _running(to: Reader, entry: Entry, day_seconds: int, *, today: date) -> str:
    return to.t(
        "▶️ {what} has been running since {start} · today {total}",
        what=entries.described(to, entry),
        start=to.moment(entry.started_at, today=today),
        total=to.total(day_seconds),
    )


def _others(to: Reader, others: Sequence[Entry]) -> list[Element]:
    """A menu with what else can be continued."""
    if not others:
        return []
    options = [option(work(entry), str(entry.id)) for entry in others[:MOST_OTHERS]]
    return [static_select(CONTINUE, options, placeholder=to.t("Continue something else"))]


def work(entry: Entry) -> str:
    """What is continued with an entry."""
    return f"{label(entry)}: {entry.note}" if entry.note else label(entry)


def stopped(to: Reader, done: Written, *, today: date, replace: bool = False) -> Message:
    """A timer ended."""
    entry = done.entry
    if entry.end_guessed:
        return forgotten(to, entry, replace=replace)
    if entry.seconds == 0:
        text = to.t("⏹️ {what} ran for less than a second and is not kept.", what=entries.described(to, entry))
        return message(text, [section(text), actions(entries.undo_button(to, done.change_id))], replace=replace)
    text = to.t(
        "⏹️ {what} · {length} ({span}) · {day} {total}",
        what=entries.described(to, entry),
        length=to.duration(entries.length(entry)),
        span=entries.span(to, entry, inside=True),
        day=to.t("today") if entry.day == today else to.dated(entry.day, today=today),
        total=to.total(done.day_seconds),
    )
    return message(
        text,
        [
            section(text),
            *entries.note(entry),
            *entries.on_other_days(to, entry, entry.day, entry.ended_at),
            *entries.budget_said(to, done),
            *entries.who_reads(to, done),
            actions(*entries.correcting(to, entry.id, done.change_id), block_id=entries.of_one(entry.id)),
        ],
        replace=replace,
    )


def paused(to: Reader, done: Written, *, today: date) -> Message:
    """A timer was stopped for a break; a button goes on with it."""
    entry = done.entry
    if entry.end_guessed or not entry.seconds:
        return stopped(to, done, today=today)
    text = to.t(
        "☕ Break since {start} · {what} {length} ({span}) · {day} {total}",
        start=to.moment(entry.ended_at or entry.started_at, today=today),
        what=entries.described(to, entry),
        length=to.duration(entries.length(entry)),
        span=entries.span(to, entry),
        day=to.t("today") if entry.day == today else to.dated(entry.day, today=today),
        total=to.total(done.day_seconds),
    )
    buttons = (_go_on_button(to, entry), *entries.correcting(to, entry.id, done.change_id))
    said = [*entries.note(entry), *entries.budget_said(to, done)]
    return message(text, [section(text), *said, actions(*buttons, block_id=entries.of_one(entry.id))])


def _go_on_button(to: Reader, entry: Entry) -> Element:
    return button(to.t("Go on"), CONTINUE, str(entry.id), style="primary")


def forgotten(to: Reader, entry: Entry, *, replace: bool = False) -> Message:
    """A timer ran for more than a day; its end is a guess until its person says more."""
    text = to.t(
        "⚠️ Your timer for {what} ran for more than 24 hours, so it was stopped. I guessed that you worked on {day} "
        "until {end} ({length}). It is not billed until you confirm or correct that.",
        what=label(entry),
        day=to.weekday(entry.day),
        end=entries.ended(to, entry),
        length=to.duration(entries.length(entry)),
    )
    confirm = button(to.t("That is right"), entries.CONFIRM, entries.guess(entry), style="primary")
    buttons = actions(confirm, entries.edit_button(to, entry.id), block_id=entries.of_one(entry.id))
    return message(text, [section(text), buttons], replace=replace)


def status(to: Reader, now: TimerStatus, *, today: date, at: datetime) -> Message:
    """What runs, and today's total."""
    if now.running is None and now.paused:
        text = to.t(
            "☕ Break since {start}: {what} · today {total}",
            start=to.moment(now.paused.began_at, today=today),
            what=entries.described(to, now.paused.entry),
            total=to.total(now.day_seconds),
        )
        return message(text, [section(text), actions(_go_on_button(to, now.paused.entry))])
    if now.running is None:
        text = to.t("No timer is running · today {total}", total=to.total(now.day_seconds))
        hint = to.t("/track start starts one, /track continue goes on with the last one, /track alone opens a form.")
        return message(text, [section(text), context(hint)])
    text = _running(to, now.running, now.day_seconds, today=today)
    buttons = actions(
        stop_button(to, now.running),
        entries.edit_button(to, now.running.id),
        block_id=entries.of_one(now.running.id),
    )
    elsewhere = entries.on_other_days(to, now.running, today, at)
    return message(text, [section(text), *entries.note(now.running), *elsewhere, buttons])


def asked(to: Reader, question: ProjectQuestion) -> Message:
    """Which project was meant? What was typed is kept."""
    text = _which(to, question)
    block_id = f"question:{question.question_id}"
    search = external_select(PICK, to.t("Search all projects"))
    creates = question.may_create and not question.archived
    create = [button(to.t("Create project …"), NEW, str(question.question_id))] if creates else []
    gone = [section(_archived(to, each)) for each in question.archived]
    if gone and not question.offers:
        text = _archived(to, question.archived[0])
        gone = gone[1:]
    blocks = [*gone, section(text), *_offered(to, question), actions(search, *create, block_id=block_id)]
    return message(text, blocks)


def _archived(to: Reader, gone: ArchivedName) -> str:
    if gone.into:
        return to.t("{name} was merged into {into}. Type that name.", name=gone.name, into=gone.into)
    if gone.in_billomat:
        return to.t(
            "{name} is archived in Billomat. Whoever bills can take it back there and import again; "
            "or search for another project.",
            name=gone.name,
        )
    return to.t("{name} is archived. Search for another project, or have it taken back.", name=gone.name)


def _which(to: Reader, question: ProjectQuestion) -> str:
    typed = cut(" ".join(question.typed), LONGEST_TYPED)
    if not question.typed and question.spent:
        return to.t("Which project is the expense for?")
    if not question.typed:
        return to.t("What did you work on?") if question.logging else to.t("What are you working on?")
    if question.names_service:
        return to.t("Which project is “{typed}” for?", typed=typed)
    if question.is_exact:
        return to.t("Several fit “{typed}”. Which one do you mean?", typed=typed)
    if question.not_understood:
        return not_understood(to, question.not_understood)
    notes = {offer.note for offer in question.offers if offer.left}
    if notes:
        return to.n(
            "“{left}” is no part of a project’s name. Is it the note? Nothing is written down yet.",
            "Not all of “{typed}” is a project’s name. Is the rest the note? Nothing is written down yet.",
            len(notes),
            left=cut(max(notes), LONGEST_TYPED),
            typed=typed,
        )
    if question.offers:
        return to.t("Nothing is called “{typed}”. Do you mean one of these?", typed=typed)
    if question.may_create:
        return to.t("Nothing is called “{typed}” yet. Search for it or create it.", typed=typed)
    return to.t(
        "Nothing that you see is called “{typed}”. Search for it, or ask somebody who may create projects.", typed=typed
    )


def not_understood(to: Reader, pieces: Sequence[str]) -> str:
    """Names what was not understood; nothing was done."""
    return to.t(
        "I do not know what “{pieces}” means here, so nothing is written down yet. A note begins after a colon.",
        pieces=cut(" ".join(pieces), LONGEST_TYPED),
    )


def asked_about_left_over(to: Reader, question: LeftOverQuestion) -> Message:
    """The project is chosen; what the other words are is open."""
    offer, left = question.offer, cut(" ".join(question.offer.left), LONGEST_TYPED)
    what = _choice_label(offer.choice, BUTTON_TEXT)
    if offer.not_understood:
        text = to.t("{what}. And what does “{left}” mean? Nothing is written down yet.", what=what, left=left)
    else:
        text = to.t("{what}. Is “{left}” the note? Nothing is written down yet.", what=what, left=left)
    buttons = [button(to.t("It is the note"), f"{LEFT_OVER}:{AS_NOTE}")] if not offer.not_understood else []
    buttons.append(button(to.t("It meant the project"), f"{LEFT_OVER}:{AS_NAME}"))
    if question.fits_form:
        buttons.append(button(to.t("Fill in the form …"), f"{FORM}:0", pickers.choice_value(offer.choice)))
    return message(text, [section(text), actions(*buttons, block_id=f"question:{question.question_id}:left")])


def asked_if_sure(to: Reader, question: DoubtQuestion, *, today: date) -> Message:
    """What would be written, and why it may not be meant."""
    what = _choice_label(question.choice, BUTTON_TEXT)
    text = to.t(
        "Is that right? {what} · {worked}. Nothing is written down yet.", what=what, worked=_worked(to, question)
    )
    buttons = [button(to.t("Yes, write it"), SURE, str(question.question_id), style="primary")]
    if question.fits_form:
        buttons.append(button(to.t("Change it in the form …"), f"{FORM}:0", pickers.choice_value(question.choice)))
    why = context(doubts.sentences(to, question.doubts, today=today))
    return message(text, [section(text), why, actions(*buttons, block_id=f"question:{question.question_id}:sure")])


def _worked(to: Reader, question: DoubtQuestion) -> str:
    """13:00 h; 9:00–22:00."""
    if isinstance(question.typed, Start):
        return ""
    return ", ".join(
        entries.clocks(to, each.start, each.end) if isinstance(each, Span) else to.duration(each.seconds)
        for each in question.typed.worked
    )


def stop_button(to: Reader, entry: Entry) -> Element:
    """Stops this very timer."""
    return button(to.t("Stop"), STOP, str(entry.id), style="danger")


def _offered(to: Reader, question: ProjectQuestion) -> list[Block]:
    block_id = f"question:{question.question_id}:offered"
    offers = [offer for offer in question.offers if question.fits_form or not offer.not_understood]
    if not offers:
        return []
    if len(offers) <= MOST_BUTTONS:
        return [actions(*(_offer_button(to, offer, n) for n, offer in enumerate(offers)), block_id=block_id)]
    options = [option(_choice_label(offer.choice, 75), pickers.choice_value(offer.choice)) for offer in offers[:100]]
    return [actions(static_select(f"{ANSWER}:0", options, placeholder=to.t("Choose one")), block_id=block_id)]


def _offer_button(to: Reader, offer: Offer, number: int) -> Element:
    """Books on it at once, with the rest as the note; where the rest was not understood it opens the form."""
    what, value = _choice_label(offer.choice, BUTTON_TEXT), pickers.choice_value(offer.choice)
    if offer.not_understood:
        text = fitted(what, lambda name: to.t("{what}: fill in the form …", what=name))
        return button(text, f"{FORM}:{number}", value)
    label = to.t("{what} · note: {note}", what=what, note=offer.note) if offer.left else what
    return button(label, f"{ANSWER}:{number}", value)


def _choice_label(choice: Choice, most: int) -> str:
    number = f" ({choice.target.number})" if choice.target.number else ""
    service = f" · {choice.service.name}" if choice.service else ""
    return f"{choice.target.label}{number}{service}"[:most]


def _stopped_before(to: Reader, entry: Entry) -> str:
    if entry.end_guessed:
        return to.t(
            "{what} ran for more than 24 hours; I guessed its end ({end}). Please check it with /track list.",
            what=label(entry),
            end=entries.ended(to, entry),
        )
    if entry.seconds == 0:
        return to.t("{what} ran for less than a second and is not kept.", what=label(entry))
    return to.t("Stopped {what} after {length}.", what=label(entry), length=to.duration(entries.length(entry)))
