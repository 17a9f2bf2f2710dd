"""Help, and what is asked back about a text. The commands are described once, in the grammar."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.core.texts import Reader
from bot.grammar.refusals import LONGEST_PIECE, Means, NotUnderstood
from bot.grammar.values import Help, NameKind, Unknown
from bot.grammar.wording import BY_NAME, GROUPS, CommandGroup, Wording
from bot.slack.blocks import (
    BUTTON_VALUE,
    Block,
    Element,
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

READING = "reading"
"""A button for each way to read what was typed; the action_ids end in their number, because they must differ."""
FILL_IN = "log_fill_in"
"""Opens the form for what was typed without a length."""


@dataclass(frozen=True, slots=True)
class Typed:
    """What a button keeps of a command, with the moment and the zone that its times are meant in."""

    text: str
    at: datetime
    zone: str


def helped(to: Reader, asked: Help, buttons: Sequence[Element]) -> Message:
    """Short help on everything, or all about one subcommand; `buttons` lead on from it."""
    onward = [actions(*buttons)] if buttons else []
    if asked.topic:
        wording = BY_NAME[asked.topic].wording(to.language)
        lines = "\n".join(f"`/track {example}`" for example in wording.examples)
        told = [header(f"/track {wording.words[0]}"), _usage(wording), mrkdwn(escaped(lines))]
        return message(wording.summary, [*told, *onward])
    title = to.t("Trackomat: your time, ready to bill")
    more = to.t(
        "/track alone opens a form, and /track 2h acme means log. Names may be shortened. A note begins after a colon. "
        "More with /track help log."
    )
    return message(title, [header(title), *(_grouped(to, group) for group in GROUPS), *onward, context(more)])


def _grouped(to: Reader, group: CommandGroup) -> Block:
    """What one wants to do, and a line for each way to do it."""
    wordings = [known.wording(to.language) for known in group.subcommands]
    lines = [f"`/track {wording.examples[0]}`  {wording.summary}" for wording in wordings]
    title = group.title.said(to.language)
    return mrkdwn("\n".join([f"*{escaped(title)}*", *map(escaped, lines)]))


def unknown(to: Reader, typed: Unknown, text: str) -> Message:
    """No such subcommand; all of the `text` stands below, for Slack keeps it nowhere."""
    why = to.t("I do not know “{word}”. /track help shows what I understand.", word=cut(typed.word, LONGEST_PIECE))
    return refused(to, why, text)


def with_nearest(to: Reader, typed: Unknown, nearest: str, text: str) -> str:
    """The text with the subcommand of this name for the word that is none, in the reader's language."""
    return text.replace(typed.word, _first_word(to, nearest), 1)


def mistyped(to: Reader, typed: Unknown, nearest: str, text: str, meant: Typed, *, opens_form: bool) -> Message:
    """As `unknown`, with a button for what may be meant."""
    word = _first_word(to, nearest)
    why = to.t(
        "I do not know “{word}”. Do you mean /track {nearest}?", word=cut(typed.word, LONGEST_PIECE), nearest=word
    )
    label = f"/track {word}" + (" …" if opens_form else "")
    return with_buttons(to, refused(to, why, text), meant.text, {f"{READING}:0": label}, now=meant.at)


def _first_word(to: Reader, subcommand: str) -> str:
    return BY_NAME[subcommand].wording(to.language).words[0]


def which_reading(to: Reader, error: NotUnderstood, text: str, *, now: datetime) -> Message:
    """What was typed can be read in several ways: each as a button, which keeps the text that has no other."""
    readings = enumerate(error.readings)
    buttons = [(f"{READING}:{n}", meaning(to, each.means), each.text) for n, each in readings]
    return _refused_with(to, error, text, buttons, now=now)


def meaning(to: Reader, means: Means) -> str:
    """What a piece means in one of its readings."""
    if figures := _in_figures(to, means):
        return figures
    if means.is_filter:
        return to.t("It says which time")
    if means.names:
        return " · ".join(_named(to, kind, label) for kind, label in means.names)
    if means.is_all:
        return to.t("All of them")
    if means.is_summer is None:
        return to.t("It belongs to the name")
    if means.is_summer:
        return to.t("The first time, before the clocks went back")
    return to.t("The second time, after the clocks went back")


def _in_figures(to: Reader, means: Means) -> str:
    if means.day is not None:
        return to.dated(means.day, today=date.min)  # with its year
    if means.days is not None:
        return to.span(*means.days)
    if means.seconds is not None:
        return f"{to.length(means.seconds)} h"
    if means.cents is not None:
        return to.amount(means.cents * 100)
    return "–".join(f"{each:%H:%M}" for each in means.times)


def _named(to: Reader, kind: NameKind, label: str) -> str:
    """What it is is said where its name does not show it."""
    return label if kind == "person" or (kind == "project" and "›" in label) else f"{to.thing(kind)} {label}"


def how_long(to: Reader, error: NotUnderstood, text: str, *, now: datetime) -> Message:
    """The length of what was done is missing: the form, in which all the rest is filled in, as a button."""
    return _refused_with(to, error, text, [(FILL_IN, to.t("Fill in the form …"), text)], now=now)


def _refused_with(
    to: Reader, error: NotUnderstood, text: str, buttons: Sequence[tuple[str, str, str]], *, now: datetime
) -> Message:
    return _with_texts(to, refused(to, error.sentence(to), text), buttons, now=now)


def with_buttons(to: Reader, answer: Message, text: str, buttons: dict[str, str], *, now: datetime) -> Message:
    """An answer with buttons (action_id: label) that carry what was typed, where it fits into them."""
    return _with_texts(to, answer, [(action_id, label, text) for action_id, label in buttons.items()], now=now)


def _with_texts(to: Reader, answer: Message, buttons: Sequence[tuple[str, str, str]], *, now: datetime) -> Message:
    """An answer with buttons (action_id, label, text) that carry a text each, where all fit into them."""
    kept = [(action_id, label, f"{int(now.timestamp())}@{to.zone.key}:{text}") for action_id, label, text in buttons]
    if all(len(value) <= BUTTON_VALUE for _, _, value in kept):
        answer["blocks"].append(actions(*(button(label, action_id, value) for action_id, label, value in kept)))
    return answer


@reading()
def read_typed(value: str) -> Typed:
    """What was typed, out of a button's value. Raises UserError."""
    moment, _, rest = value.partition("@")
    zone, _, text = rest.partition(":")
    return Typed(text, read_moment(moment), ZoneInfo(zone).key)


def _usage(wording: Wording) -> dict[str, object]:
    return mrkdwn(escaped(f"{wording.summary}\n`/track {wording.usage}`"))
