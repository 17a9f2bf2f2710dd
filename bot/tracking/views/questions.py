"""Questions back: which project was meant, what the other words are, and whether it is to be written at all."""

from collections.abc import Sequence
from datetime import date

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
from bot.tracking.questions import DoubtQuestion, LeftOverQuestion, Offer, ProjectQuestion
from bot.tracking.views import doubts, entries

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
MOST_BUTTONS = 5
LONGEST_TYPED = 200


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
