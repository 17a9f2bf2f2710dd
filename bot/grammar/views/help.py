"""Help, and why a text was not understood. The commands are described once, in the grammar."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.core.texts import Reader
from bot.grammar import SUBCOMMANDS, Help, NotUnderstood, Reason, Unknown, Wording
from bot.grammar.wording import SINCE, SUMMER_TIME, WINTER_TIME, patterns_of, words_of
from bot.slack.blocks import (
    BUTTON_VALUE,
    CONTEXT_TEXT,
    Message,
    actions,
    button,
    context,
    cut,
    escaped,
    header,
    message,
    mrkdwn,
    section,
)
from bot.slack.untrusted import read_moment, reading

WHICH_HOUR = "which_hour"
"""Two buttons; the action_ids end in the reading of a time that came twice."""
FIRST = "first"
SECOND = "second"
FILL_IN = "log_fill_in"
"""Opens the form for what was typed without a length."""

LONGEST_PIECE = 60
_NAMED = {known.name: known for known in SUBCOMMANDS}
_ASKED_FOR = {Reason.NO_DURATION: "log", Reason.NO_TAG: "tag", Reason.NO_NOTE: "note"}


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


def refused(to: Reader, why: str, typed: str) -> Message:
    """Nothing was done. What was typed stands below, to be copied, because Slack keeps it nowhere."""
    if len(typed.split(maxsplit=1)) < 2:
        return message(why)
    return message(why, [section(why), *repeated(to, typed)["blocks"]])


def repeated(to: Reader, typed: str) -> Message:
    """What was typed."""
    again = to.t("You typed: {command}", command=f"/track {typed}")
    return message(again, [context(again) if len(again) <= CONTEXT_TEXT else section(again)])


def not_understood(to: Reader, error: NotUnderstood) -> str:
    """One sentence for the person: what is wrong and what to type instead, in words that the grammar takes."""
    asked_for = _ASKED_FOR.get(error.reason, "help")
    return _sentence(to, error.reason).format(
        piece=cut(error.piece, LONGEST_PIECE),
        example=_NAMED[asked_for].wording(to.language).examples[0],
        since=patterns_of(SINCE, to.language)[0].format(clock="9:15"),
        summer=words_of(SUMMER_TIME, to.language)[0],
        winter=words_of(WINTER_TIME, to.language)[0],
    )


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
    answer = refused(to, not_understood(to, error), text)
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


def _sentence(to: Reader, reason: Reason) -> str:  # noqa: C901 (one line a reason)
    match reason:
        case Reason.NO_SUCH_TIME:
            return to.t("There is no such time: “{piece}”. Type it like 9:15 or 17:30.")
        case Reason.NO_SUCH_DATE:
            return to.t("There is no such day: “{piece}”. Type it like 10.03. or 2026-03-10.")
        case Reason.SKIPPED_HOUR:
            return to.t("“{piece}” did not exist that night: the clocks went forward. Choose another time.")
        case Reason.AMBIGUOUS_HOUR:
            return to.t("“{piece}” came twice that night: the clocks went back. Add {summer} or {winter}.")
        case Reason.FUTURE:
            return to.t("“{piece}” is in the future. Time can only be written down once it is over.")
        case Reason.NEGATIVE:
            return to.t("“{piece}” is less than nothing. Type a duration like 1h30 or 90m.")
        case Reason.ZERO:
            return to.t("“{piece}” is no time at all. Type a duration like 1h30 or 90m.")
        case Reason.TOO_LONG:
            return to.t("“{piece}” is more than 24 hours. Split it into days.")
        case Reason.NO_DURATION:
            return to.t("How long was it? Type for example /track {example}.")
        case Reason.NO_CLOCK:
            return to.t("At what time (“{piece}”)? Type for example {since}.")
        case Reason.TWO_TIMES:
            return to.t("“{piece}” is a second time. Say only one, or put the name into quotes.")
        case Reason.TWO_DAYS:
            return to.t("“{piece}” is a second day. Say only one, or put the name into quotes.")
        case Reason.ENDS_BEFORE_START:
            return to.t("“{piece}” ends before it starts. Check the two times.")
        case Reason.UNEXPECTED:
            return to.t(
                "I do not know what “{piece}” means here. A note begins after a colon, like : review. "
                "/track help shows what fits where."
            )
        case Reason.NO_TAG:
            return to.t("Which tag? Type for example /track {example}.")
        case Reason.NO_NOTE:
            return to.t("What is the note? Type for example /track {example}.")
        case Reason.TOO_MANY_TAGS:
            return to.t("“{piece}” is one tag too many: an entry has ten at most.")
        case Reason.TOO_MUCH_TEXT:
            return to.t("That is more text than I can take: 3,000 characters at most.")


def _usage(wording: Wording) -> dict[str, object]:
    return mrkdwn(escaped(f"{wording.summary}\n`/track {wording.usage}`"))
