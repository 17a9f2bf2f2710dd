"""Why a text was not understood, and the sentence in which a person is told so."""

from enum import StrEnum, auto

from bot.core.errors import UserError
from bot.core.texts import Reader
from bot.grammar.values import Untimed
from bot.grammar.wording import SINCE, SUBCOMMANDS, SUMMER_TIME, WINTER_TIME, patterns_of, words_of
from bot.slack.blocks import cut

LONGEST_PIECE = 60
_NAMED = {known.name: known for known in SUBCOMMANDS}


class Reason(StrEnum):
    """Why a text was not understood; `NotUnderstood` has one sentence for each."""

    NO_SUCH_TIME = auto()  # 25:00, 13pm, 1:75
    NO_SUCH_DATE = auto()  # 31.04., 29.02. of a common year
    SKIPPED_HOUR = auto()  # 02:30 in the night when clocks go forward
    AMBIGUOUS_HOUR = auto()  # 02:30 in the night when clocks go back, both already past
    FUTURE = auto()  # tomorrow, a span that is not over yet
    NEGATIVE = auto()  # -1h
    ZERO = auto()  # 0h
    TOO_LONG = auto()  # more than 24 hours
    NO_DURATION = auto()  # log acme, or a form field that holds something else
    NO_CLOCK = auto()  # start acme yesterday
    TWO_TIMES = auto()  # log 1h acme 2h
    TWO_DAYS = auto()  # log 1h yesterday monday
    ENDS_BEFORE_START = auto()  # 10:30-9
    UNEXPECTED = auto()  # stop acme: words where none belong
    NO_TAG = auto()  # tag
    NO_NOTE = auto()  # note
    TOO_MANY_TAGS = auto()  # more than MOST_TAGS
    TOO_MUCH_TEXT = auto()  # more than LONGEST_TEXT characters


_ASKED_FOR = {Reason.NO_DURATION: "log", Reason.NO_TAG: "tag", Reason.NO_NOTE: "note"}
"""Of which subcommand an example is shown; of help otherwise."""


class NotUnderstood(UserError):
    """The text has no reading, or more than one. `piece` is the part as typed; it can be long.

    `rest` is what was understood where nothing but the length is missing.
    """

    def __init__(self, reason: Reason, piece: str, rest: Untimed | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.piece = piece
        self.rest = rest

    def sentence(self, to: Reader) -> str:
        """What is wrong and what to type instead, in words that the grammar takes."""
        asked_for = _ASKED_FOR.get(self.reason, "help")
        return _pattern(to, self.reason).format(
            piece=cut(self.piece, LONGEST_PIECE),
            example=_NAMED[asked_for].wording(to.language).examples[0],
            since=patterns_of(SINCE, to.language)[0].format(clock="9:15"),
            summer=words_of(SUMMER_TIME, to.language)[0],
            winter=words_of(WINTER_TIME, to.language)[0],
        )


def _pattern(to: Reader, reason: Reason) -> str:  # noqa: C901 (one line a reason)
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
