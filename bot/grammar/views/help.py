"""Help, and what is asked back about a text. The commands are described once, in the grammar."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.core.texts import Reader
from bot.grammar.refusals import LONGEST_PIECE, NotUnderstood
from bot.grammar.values import Help, Unknown
from bot.grammar.wording import SUBCOMMANDS, Wording
from bot.slack.blocks import (
    BUTTON_VALUE,
    Message,
    actions,
    button,
    context,
    cut,
    escaped,
    header,
    message,
    mrkdwn,
)
from bot.slack.notices import refused
from bot.slack.untrusted import read_moment, reading

WHICH_HOUR = "which_hour"
"""Two buttons; the action_ids end in the reading of a time that came twice."""
FIRST = "first"
SECOND = "second"
FILL_IN = "log_fill_in"
"""Opens the form for what was typed without a length."""

_NAMED = {known.name: known for known in SUBCOMMANDS}


@dataclass(frozen=True, slots=True)
class Typed:
    """What a button keeps of a command, with the moment and the zone that its times are meant in."""

    text: str
    at: datetime
    zone: str


def helped(to: Reader, asked: Help) -> Message:
    """Short help on everything, or all about one subcommand."""
    if asked.topic:
        wording = _NAMED[asked.topic].wording(to.language)
        lines = "\n".join(f"`/track {example}`" for example in wording.examples)
        return message(wording.summary, [header(f"/track {wording.words[0]}"), _usage(wording), mrkdwn(escaped(lines))])
    title = to.t("Trackomat: your time, ready to bill")
    wordings = [known.wording(to.language) for known in SUBCOMMANDS]
    lines = "\n".join(f"`/track {wording.examples[0]}`  {wording.summary}" for wording in wordings)
    more = to.t(
        "/track alone opens a form. Names may be shortened. A note begins after a colon. More with /track help log."
    )
    return message(title, [header(title), mrkdwn(escaped(lines)), context(more)])


def unknown(to: Reader, typed: Unknown) -> Message:
    """No such subcommand."""
    word = cut(typed.word, LONGEST_PIECE)
    if typed.nearest:
        nearest = _NAMED[typed.nearest].wording(to.language).words[0]
        return message(to.t("I do not know “{word}”. Do you mean /track {nearest}?", word=word, nearest=nearest))
    return message(to.t("I do not know “{word}”. /track help shows what I understand.", word=word))


def which_hour(to: Reader, error: NotUnderstood, text: str, *, now: datetime) -> Message:
    """A time came twice: the two as buttons."""
    first, second = f"{WHICH_HOUR}:{FIRST}", f"{WHICH_HOUR}:{SECOND}"
    buttons = {
        first: to.t("The first time, before the clocks went back"),
        second: to.t("The second time, after the clocks went back"),
    }
    return _asked_back(to, error, text, buttons, now=now)


def how_long(to: Reader, error: NotUnderstood, text: str, *, now: datetime) -> Message:
    """The length of what was done is missing: the form, in which all the rest is filled in, as a button."""
    return _asked_back(to, error, text, {FILL_IN: to.t("Fill in the form")}, now=now)


def _asked_back(to: Reader, error: NotUnderstood, text: str, buttons: dict[str, str], *, now: datetime) -> Message:
    """Refused, with buttons (action_id: label) that carry what was typed, as far as it fits into them."""
    return with_buttons(to, refused(to, error.sentence(to), text), text, buttons, now=now)


def with_buttons(to: Reader, answer: Message, text: str, buttons: dict[str, str], *, now: datetime) -> Message:
    """An answer with buttons (action_id: label) that carry what was typed, where it fits into them."""
    typed = f"{int(now.timestamp())}@{to.zone.key}:{text}"
    if len(typed) <= BUTTON_VALUE:
        answer["blocks"].append(actions(*(button(label, action_id, typed) for action_id, label in buttons.items())))
    return answer


@reading()
def read_typed(value: str) -> Typed:
    """What was typed, out of a button's value. Raises UserError."""
    moment, _, rest = value.partition("@")
    zone, _, text = rest.partition(":")
    return Typed(text, read_moment(moment), ZoneInfo(zone).key)


def _usage(wording: Wording) -> dict[str, object]:
    return mrkdwn(escaped(f"{wording.summary}\n`/track {wording.usage}`"))
