"""What the phrases for times and days can mean: lengths, clock times, days, and words that lead to one of these."""

from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum, auto
from typing import NamedTuple

from bot.grammar.customs import USUAL, Customs
from bot.grammar.values import USUAL_DAY, GroupName, NameKind, UnitName


class Setting(NamedTuple):
    """What a text is read in: the person's day and customs, and what their workspace set."""

    today: date
    week_start: int = 0  # Monday
    day_seconds: int = USUAL_DAY
    customs: Customs = USUAL
    words: tuple[tuple[str, NameKind], ...] = ()  # casefolded: how the workspace calls customers, projects, services
    by_week: bool = False  # of such a range: its first day was said as one of a week, last week Monday
    begun: date | None = None  # the first day of a range of which the last one is read: it may lie ahead


@dataclass(frozen=True, slots=True)
class Length:
    """So many seconds. With a plus before it they are added to another length."""

    seconds: int
    added: bool = False


@dataclass(frozen=True, slots=True)
class Clock:
    """What a clock shows; in the night when clocks go back, which of two readings.

    A vague one may be twelve hours later as well: half past nine. `ends_day` is the midnight after the day, 24:00.
    """

    time: time
    is_summer: bool | None = None
    vague: bool = False
    ends_day: bool = False
    plain: bool = False
    """An hour up to 12 of which neither half of the day nor anything else was said: an evening makes 8 to 20:00."""


@dataclass(frozen=True, slots=True)
class At:
    """At a clock time. "Since 9:15" lasts until now, "at 9:15" does not; "from 9:15" does where no length is said."""

    clock: Clock
    until_now: bool = False


@dataclass(frozen=True, slots=True)
class Ends:
    """Until a clock time."""

    clock: Clock


@dataclass(frozen=True, slots=True)
class Ago:
    """So many seconds before now; what began then may last until now."""

    seconds: int
    until_now: bool = False


@dataclass(frozen=True, slots=True)
class Between:
    """From one clock time to another."""

    start: Clock
    end: Clock


@dataclass(frozen=True, slots=True)
class Less:
    """A break: so many seconds of work that were none, or the clock times between which there was none."""

    out: Length | Between


class Part(StrEnum):
    """Of a day."""

    MORNING = auto()
    EVENING = auto()
    NIGHT = auto()


@dataclass(frozen=True, slots=True)
class Days:
    """Whole days, both inclusive; `year_typed` is False for a date of which the year was not said.

    `unit` is what a span of several days is one of, also where it ends today because the rest is still to come.
    """

    first: date
    last: date
    year_typed: bool = True
    part: Part | None = None
    unit: UnitName | None = None
    of_week: bool = False
    """Whether it was said as a day of some week."""
    ends: date | None = None
    """The last day that was named of a range, also where it is still to come; a first one was named with it."""
    of_span: bool = False
    """Whether it is the beginning, middle or end of a month or year, which is a day only as the end of a range."""
    weekday: int | None = None
    """0 for Monday to 6 for Sunday, where only that was said of the day: a date may stand beside it."""

    @property
    def is_range(self) -> bool:
        """Whether a first and a last day were named: "since" before them says nothing more."""
        return self.ends is not None


@dataclass(frozen=True, slots=True)
class Billable:
    """Whether the work is billable."""

    billable: bool


@dataclass(frozen=True, slots=True)
class Private:
    """The note is kept from the customer."""


@dataclass(frozen=True, slots=True)
class Season:
    """Which is meant of the two readings of a clock time in the night when clocks go back."""

    is_summer: bool


class Filler:
    """A word that only leads to the next phrase, like "on" before "Monday"."""


class Bound(StrEnum):
    """Before days of a list or report: how they make a range."""

    SINCE = auto()
    AFTER = auto()
    BEFORE = auto()
    UNTIL = auto()
    BETWEEN = auto()


@dataclass(frozen=True, slots=True)
class To:
    """Between the first and the last of several days.

    Where nothing stands before it, it may also lead to the last one alone. "And" is such a word behind "between" only.
    """

    leads: bool = False
    is_and: bool = False


@dataclass(frozen=True, slots=True)
class Billed:
    """Whether the work is on a draft or invoice."""

    billed: bool


@dataclass(frozen=True, slots=True)
class Whose:
    """Everybody's time, or the own."""

    everybody: bool


class SoFar:
    """Until today."""


class AllTime:
    """Days without a bound."""


@dataclass(frozen=True, slots=True)
class AllCustomers:
    """All who can be billed, one after the other; before a name all of its time."""

    of_all_days: bool = False
    """All that is open of them, where no days are named."""


@dataclass(frozen=True, slots=True)
class Grouped:
    """How a report puts time together."""

    by: tuple[GroupName, ...]


@dataclass(frozen=True, slots=True)
class Contains:
    """What is looked for in notes: the last of the words, if it is there, or else what stands behind the colon."""

    is_there: bool


@dataclass(frozen=True, slots=True)
class Tagged:
    """A tag of which was said that it is one."""

    tag: str


@dataclass(frozen=True, slots=True)
class Kind:
    """Before a name: what it names."""

    kind: NameKind


class Joined:
    """Between two names, of which either may be meant."""


When = Length | At | Ends | Ago | Between
Of = Billed | Whose | SoFar | AllTime | AllCustomers | Grouped | Contains | Tagged
"""What says which time a list or report is about, beside days and names."""
Meaning = When | Less | Days | Billable | Private | Season | Filler | Bound | To | Of | Kind | Joined
