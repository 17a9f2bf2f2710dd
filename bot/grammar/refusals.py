"""Why a text was not understood, and the sentence in which a person is told so."""

from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum, auto
from typing import Self

from bot.core.errors import UserError
from bot.core.texts import Reader
from bot.grammar.terms import SINCE, SUMMER_TIME, WINTER_TIME
from bot.grammar.values import NameKind, Untimed
from bot.grammar.where import FILTERED, INVOICE, MEANT, NOTED
from bot.grammar.wording import BY_NAME, patterns_of, words_of
from bot.slack.blocks import cut

LONGEST_PIECE = 60


class Reason(StrEnum):
    """Why a text was not understood; `NotUnderstood` has one sentence for each."""

    NO_SUCH_TIME = auto()  # 25:00, 13pm
    NO_SUCH_LENGTH = auto()  # 1h75, 1:75
    NO_SUCH_DATE = auto()  # 31.04., 29.02. of a common year
    SKIPPED_HOUR = auto()  # 02:30 in the night when clocks go forward
    AMBIGUOUS_HOUR = auto()  # 02:30 in the night when clocks go back, both already past
    TWO_DATES = auto()  # 3/10 where both orders fit
    TWO_LENGTHS = auto()  # 1.30 where people write 1,5
    TWO_TIMES_OF_DAY = auto()  # halb zehn, where morning and evening are past
    DAY_OR_NAME = auto()  # log 1h monday media, where a customer is called so
    FILTER_OR_NAME = auto()  # report q3 campaign, where a project is called so
    NO_UNIT = auto()  # log 90
    STILL_TO_COME = auto()  # a date without its year that is a few days ahead
    FUTURE = auto()  # tomorrow, a span that is not over yet
    NEGATIVE = auto()  # -1h
    ZERO = auto()  # 0h
    TOO_LONG = auto()  # more than 24 hours
    NO_DURATION = auto()  # log acme, or a form field that holds something else
    NO_CLOCK = auto()  # start acme yesterday
    NOT_A_DAY = auto()  # log 1h KW 50
    NO_END = auto()  # start acme 9-10
    TWO_TIMES = auto()  # log 1h acme 2h
    OVERLAP = auto()  # log 9-12 11-13
    NO_BREAK = auto()  # log 1h -2h
    TWO_DAYS = auto()  # log 1h yesterday monday
    OTHER_WEEKDAY = auto()  # report tuesday 9.2., which is a Monday
    ENDS_BEFORE_START = auto()  # 10:30-9, 9-5
    LAST_BEFORE_FIRST = auto()  # 10.3.-1.3.
    UNEXPECTED = auto()  # stop acme: words where none belong
    CONTRADICTS = auto()  # report open billed
    NO_NAME = auto()  # start acme 2h: a number that no name has
    NO_SUCH_NAME = auto()  # report acmee
    NO_SUCH_DAYS = auto()  # report until easter
    LEAVES_OUT = auto()  # invoice acme without app
    NO_DAY_OF_SPAN = auto()  # report end of october
    WHICH_SPAN = auto()  # report until end of month 2025
    NOT_OF_KIND = auto()  # report service acme
    NO_SUCH_PERSON = auto()  # report @bob, who never used Trackomat
    WHICH_NAME = auto()  # report design, where a service and a project are called so
    TOO_MANY_NAMES = auto()  # report a, where hundreds begin so
    NO_SUCH_AMOUNT = auto()  # expense 1234,567
    WHICH_AMOUNT = auto()  # expense 1.234, or acme 2025 50
    TWO_AMOUNTS = auto()  # expense 49,90 12,50
    NO_AMOUNT = auto()  # expense 0
    TOO_HIGH = auto()  # more than a million
    NO_SUCH_VAT = auto()  # expense 50 119%
    TWO_NETS = auto()  # expense 50 net gross
    NO_TAG = auto()  # tag
    NO_NOTE = auto()  # note
    TOO_MANY_TAGS = auto()  # more than MOST_TAGS
    NO_GROUP = auto()  # report by ben
    TOO_MANY_GROUPS = auto()  # report by customer, project and week
    TOO_LONG_SOUGHT = auto()  # more than LONGEST_SOUGHT characters to look for in notes
    TOO_MUCH_TEXT = auto()  # more than LONGEST_TEXT characters


_NOTED = frozenset(NOTED.split())
_LOOKING = frozenset(f"{FILTERED} {MEANT} gaps".split())
"""Behind these, nothing is written down for the days that are named."""
_ASKED_FOR = {Reason.NO_DURATION: "log", Reason.NO_TAG: "tag", Reason.NO_NOTE: "note", Reason.NO_END: "log"}
"""Of which subcommand an example is shown; of help otherwise."""


@dataclass(frozen=True, slots=True)
class Means:
    """What a piece means in one of its readings.

    A day, days, seconds, an amount, clock times, a season, part of a name, or what a list or report is about.
    """

    day: date | None = None
    days: tuple[date, date] | None = None
    seconds: int | None = None
    cents: int | None = None
    times: tuple[time, ...] = ()
    is_summer: bool | None = None
    is_name: bool = False
    names: tuple[tuple[NameKind, str], ...] = ()
    """A name and what it is, or two that hold together."""
    is_all: bool = False
    """All of several names."""
    is_filter: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """One of several ways to read a text: the text that has no other, and what its piece then means."""

    text: str
    means: Means


class NotUnderstood(UserError):
    """The text has no reading, or more than one. `piece` is the part as typed; it can be long.

    `rest` is what was understood where nothing but the length is missing, `readings` what the person may have meant.
    """

    def __init__(
        self, reason: Reason, piece: str, rest: Untimed | None = None, readings: tuple[Reading, ...] = ()
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.piece = piece
        self.rest = rest
        self.readings = readings
        self.subcommand = ""

    def behind(self, subcommand: str) -> Self:
        """The same, said of what was typed behind a subcommand: its help is the one that helps."""
        self.subcommand = subcommand
        return self

    def sentence(self, to: Reader) -> str:
        """What is wrong and what to type instead, in words that the grammar takes."""
        asked_for = _ASKED_FOR.get(self.reason, "help")
        return self._pattern(to).format(
            piece=cut(self.piece, LONGEST_PIECE),
            example=BY_NAME[asked_for].wording(to.language).examples[0],
            since=patterns_of(SINCE, to.language)[0].format(clock="9:15"),
            summer=words_of(SUMMER_TIME, to.language)[0],
            winter=words_of(WINTER_TIME, to.language)[0],
            help=self._help(to.language),
        )

    def _pattern(self, to: Reader) -> str:
        if self.reason is Reason.UNEXPECTED and self.subcommand and self.subcommand not in _NOTED:
            return to.t("I do not know what “{piece}” means here. /track {help} shows what fits where.")
        if self.subcommand == INVOICE and self.reason in (Reason.FUTURE, Reason.LEAVES_OUT):
            return _pattern_of_invoice(to, self.reason)
        if self.reason is Reason.FUTURE and self.subcommand in _LOOKING:
            return to.t("“{piece}” is in the future. Name days until today.")
        return _pattern(to, self.reason)

    def _help(self, language: str) -> str:
        """Which help shows what fits here, as it is typed."""
        wordings = [BY_NAME[name].wording(language) for name in ("help", self.subcommand) if name in BY_NAME]
        return " ".join(wording.words[0] for wording in wordings)


def _pattern_of_invoice(to: Reader, reason: Reason) -> str:
    if reason is Reason.FUTURE:
        return to.t("“{piece}” is in the future. Only work that is done can be billed: name days until today.")
    return to.t(
        "I cannot read “{piece}” here: what should not be on an invoice is left out on the invoice itself. Type the "
        "customer and the days alone, then press “Leave out” at the line."
    )


def _pattern(to: Reader, reason: Reason) -> str:
    return (_of_times(to) | _of_days(to) | _of_names(to) | _of_amounts(to) | _of_the_rest(to))[reason]


def _of_times(to: Reader) -> dict[Reason, str]:
    return {
        Reason.NO_SUCH_TIME: to.t("There is no such time: “{piece}”. Type it like 9:15 or 17:30."),
        Reason.NO_SUCH_LENGTH: to.t(
            "“{piece}” is no length: beside hours, minutes go up to 59. Type it like 1h30 or 90m."
        ),
        Reason.SKIPPED_HOUR: to.t("“{piece}” did not exist that night: the clocks went forward. Choose another time."),
        Reason.AMBIGUOUS_HOUR: to.t("“{piece}” came twice that night: the clocks went back. Add {summer} or {winter}."),
        Reason.TWO_LENGTHS: to.t("How long is “{piece}”? Choose one, or type it like 1:30 or 1,5."),
        Reason.TWO_TIMES_OF_DAY: to.t(
            "“{piece}” may be in the morning or in the evening. Choose one, or type it like 9:30 or 21:30."
        ),
        Reason.NO_UNIT: to.t("“{piece}” of what? Type it like 90m or 1:30."),
        Reason.NEGATIVE: to.t("“{piece}” is less than nothing. Type a duration like 1h30 or 90m."),
        Reason.ZERO: to.t("“{piece}” is no time at all. Type a duration like 1h30 or 90m."),
        Reason.TOO_LONG: to.t("“{piece}” is more than 24 hours. Split it into days."),
        Reason.NO_DURATION: to.t("How long was it? Type for example /track {example}."),
        Reason.NO_CLOCK: to.t("At what time (“{piece}”)? Type for example {since}."),
        Reason.NO_END: to.t(
            "“{piece}” says when it ended, and a timer runs until you stop it. "
            "What is over is written down like /track {example}."
        ),
        Reason.TWO_TIMES: to.t("“{piece}” is a second time. Say only one, or put the name into quotes."),
        Reason.OVERLAP: to.t("“{piece}” shares time with what stands before it. Check the times."),
        Reason.NO_BREAK: to.t("“{piece}” does not fit into the time that was worked. Check the break."),
        Reason.ENDS_BEFORE_START: to.t("“{piece}” ends before it starts. The afternoon is typed like 17:00 or 5pm."),
    }


def _of_days(to: Reader) -> dict[Reason, str]:
    return {
        Reason.NO_SUCH_DATE: to.t("There is no such day: “{piece}”. Type it like 10.03. or 2026-03-10."),
        Reason.TWO_DATES: to.t("“{piece}” may be one of two days. Choose one, or type it like 10.03. or 2026-03-10."),
        Reason.STILL_TO_COME: to.t(
            "“{piece}” is still to come. If you mean a day that was, choose it or type the whole date."
        ),
        Reason.FUTURE: to.t("“{piece}” is in the future. Only what is over can be written down."),
        Reason.NOT_A_DAY: to.t("“{piece}” is more than a day. Say which day, like mon or 10.03."),
        Reason.TWO_DAYS: to.t("“{piece}” is a second day. Say only one, or put the name into quotes."),
        Reason.OTHER_WEEKDAY: to.t(
            "“{piece}” does not fit: the date is another day of the week. Choose one, or leave one out."
        ),
        Reason.LAST_BEFORE_FIRST: to.t("“{piece}” ends before it starts. Check the two days."),
        Reason.NO_SUCH_DAYS: to.t(
            "I do not know which days “{piece}” are. Type them like 1.10.-15.10., october, last week or since monday."
        ),
        Reason.NO_DAY_OF_SPAN: to.t(
            "“{piece}” may be a day or many. Type the days like 20.10.-31.10., or “until” or “since” before it."
        ),
        Reason.WHICH_SPAN: to.t("“{piece}” may be any of several in that year. Type the day itself, like 31.10.2025."),
    }


def _of_names(to: Reader) -> dict[Reason, str]:
    return {
        Reason.DAY_OR_NAME: to.t("Is “{piece}” the day, or part of the name? Choose one, or put the name into quotes."),
        Reason.FILTER_OR_NAME: to.t(
            "Does “{piece}” say which time you mean, or is it part of a name? Choose one, or put the name into quotes."
        ),
        Reason.NO_NAME: to.t(
            "I do not know what “{piece}” means here, and no name has it. Nothing is written down. "
            "A note begins after a colon, and a name can stand in quotes."
        ),
        Reason.NO_SUCH_NAME: to.t(
            "Nothing is called “{piece}” here. To search in notes, type the text after a colon, like : review. "
            "/track {help} shows what fits where."
        ),
        Reason.NOT_OF_KIND: to.t(
            "Nothing of that kind is called “{piece}”. Check how it is spelled, or leave out what it is."
        ),
        Reason.NO_SUCH_PERSON: to.t("“{piece}” has not used Trackomat here. Check how the name is spelled."),
        Reason.WHICH_NAME: to.t("“{piece}” may be one of several. Choose one, or type more of its name."),
        Reason.TOO_MANY_NAMES: to.t("“{piece}” fits too many names. Type more of the one you mean."),
    }


def _of_amounts(to: Reader) -> dict[Reason, str]:
    return {
        Reason.NO_SUCH_AMOUNT: to.t("“{piece}” is no amount. Type it like 49.90 or 1234.50, with a point or a comma."),
        Reason.WHICH_AMOUNT: to.t("How much is “{piece}”? Choose one, or type it like 1234 or 1.23."),
        Reason.TWO_AMOUNTS: to.t(
            "“{piece}” is a second amount. Say only one; a day is typed like 10.03. and a name can stand in quotes."
        ),
        Reason.NO_AMOUNT: to.t("“{piece}” is no amount to bill: it has to be more than 0."),
        Reason.TOO_HIGH: to.t("“{piece}” is more than 100,000,000,000. Check the amount."),
        Reason.NO_SUCH_VAT: to.t("“{piece}” is no rate of VAT. Type it like 19%."),
        Reason.TWO_NETS: to.t("“{piece}” says the opposite of something before it. Say net or gross."),
    }


def _of_the_rest(to: Reader) -> dict[Reason, str]:
    return {
        Reason.UNEXPECTED: to.t(
            "I do not know what “{piece}” means here. A note begins after a colon, like : review. "
            "/track {help} shows what fits where."
        ),
        Reason.CONTRADICTS: to.t("“{piece}” says the opposite of something before it. Say only one of the two."),
        Reason.LEAVES_OUT: to.t(
            "I cannot read “{piece}” here: I only show what you name. Name what you want to see, with commas "
            "between the names."
        ),
        Reason.NO_TAG: to.t("Which tag? Type for example /track {example}."),
        Reason.NO_NOTE: to.t("What is the note? Type for example /track {example}."),
        Reason.TOO_MANY_TAGS: to.t("“{piece}” is one tag too many: an entry has ten at most."),
        Reason.NO_GROUP: to.t(
            "I cannot put time together by “{piece}”, only by customer, project, service, person, tag, day, week "
            "or month. A person is named without “by”."
        ),
        Reason.TOO_MANY_GROUPS: to.t(
            "“{piece}” is more than I can put time together by: say one thing or two, like by customer and week."
        ),
        Reason.TOO_LONG_SOUGHT: to.t("“{piece}” is too long to look for in notes: 100 characters at most."),
        Reason.TOO_MUCH_TEXT: to.t("That is more text than I can take: 3,000 characters at most."),
    }
