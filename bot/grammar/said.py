"""What a subcommand was given, with times, days and tags taken out of its words, and the moments that are meant."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Generic, TypeVar
from zoneinfo import ZoneInfo

from dateutil import tz

from bot.grammar import values as grammar
from bot.grammar.amounts import NOTHING_SPENT, Spent
from bot.grammar.meanings import Ago, At, Between, Bound, Clock, Days, Ends, Less, Meaning, Part, Setting, When
from bot.grammar.refusals import Means, NotUnderstood, Reading, Reason
from bot.grammar.tokens import Word
from bot.grammar.values import GroupName

LONGEST_NIGHT = timedelta(hours=12)
"""22:00-1:00 crosses midnight; 10:30-9 is taken for a slip. And what ended so long ago can be yesterday's without
saying so."""
FORGOTTEN_STOP = timedelta(hours=16)
"""Who stops at 8:00 what ran until 17:30 means yesterday; at 14:00, 15:00 is a slip."""
WHOLE_DAY = timedelta(days=1)
DAYTIME = range(7, 19)
"""Hours in which work probably began, and a vague time of another day probably was."""
_HALF_A_DAY = timedelta(hours=12)
DEEP_NIGHT = 6
"""Before this hour work hardly began, and last night is the next morning."""


Meant = TypeVar("Meant", bound=When | Less | Days, covariant=True)


@dataclass(frozen=True, slots=True)
class Heard(Generic[Meant]):
    """A phrase for a time or a day, and where it stands."""

    meaning: Meant
    piece: str
    position: int
    count: int
    again: Callable[[Setting], Meaning] | None = None
    """Reads it once more in another setting."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A phrase that was found among names, and where it stands."""

    position: int
    count: int
    meaning: Meaning


@dataclass(slots=True)
class Asked:
    """Which time a list or report is about, as far as the days, names and tags do not say it."""

    billed: bool | None = None
    everybody: bool | None = None
    all_time: bool = False
    by: tuple[GroupName, ...] | None = None
    sought: str | None = None
    """In notes."""
    bound: Bound | None = None
    """How the days make a range."""
    bound_piece: str = ""
    is_range: bool = False
    """Whether there are a first and a last day."""
    marks: list[Mark] = field(default_factory=list)
    """All phrases but those that only lead to another, from left to right."""


@dataclass(slots=True)
class Said:
    """What a subcommand was given. Raises NotUnderstood wherever what was said does not fit together."""

    name: str  # of the subcommand
    subcommand: str  # as typed
    text: str  # all of it
    typed: list[Word]  # behind the subcommand
    note: str | None
    behind: str  # everything after the subcommand
    now: datetime  # UTC, in whole seconds
    zone: ZoneInfo
    setting: Setting
    words: list[Word] = field(default_factory=list)  # what is neither time nor day nor tag
    unexplained: list[str] = field(default_factory=list)  # those among them that look like a time
    is_summer: bool | None = None
    times: list[Heard[When]] = field(default_factory=list)
    breaks: list[Heard[Less]] = field(default_factory=list)
    days: list[Heard[Days]] = field(default_factory=list)
    billable: bool | None = None
    private: bool = False
    tags: dict[str, None] = field(default_factory=dict)  # in order, each once
    removed_tags: dict[str, None] = field(default_factory=dict)
    asked: Asked = field(default_factory=Asked)
    spent: Spent = NOTHING_SPENT

    def today(self) -> date:
        """The person's day."""
        return self.setting.today

    def rewritten(self, position: int, count: int, replacement: str) -> str:
        """The whole text with something else in the place of some words."""
        first, last = self.typed[position], self.typed[position + count - 1]
        return f"{self.text[: first.start]}{replacement}{self.text[last.end :]}"

    def quoted(self, where: range) -> str:
        """The whole text with some words in quotes, each for itself, which makes them part of a name."""
        text = self.text
        for word in reversed(self.typed[where.start : where.stop]):
            name = word.text.rstrip(",")  # a comma behind it is no part of it
            text = f'{text[: word.start]}"{name}"{word.text[len(name) :]}{text[word.end :]}'
        return text

    def ask(self, reason: Reason, heard: Heard[When | Less | Days], readings: list[tuple[str, Means]]) -> NotUnderstood:
        """What to raise where a piece may mean one of several."""
        return NotUnderstood(
            reason,
            heard.piece,
            readings=tuple(
                Reading(self.rewritten(heard.position, heard.count, text), means) for text, means in readings
            ),
        )

    def nothing_else(self) -> None:
        """Refuse words where none belong."""
        if self.words:
            raise NotUnderstood(Reason.UNEXPECTED, self.words[0].text)

    def no_note(self) -> None:
        """Refuse a note where none belongs."""
        if self.note:
            raise NotUnderstood(Reason.UNEXPECTED, self.note)

    # Days

    def _days(self) -> Days | None:
        """The days that were named, if they were."""
        if len(self.days) > 1:
            raise NotUnderstood(Reason.TWO_DAYS, self.days[1].piece)
        if not self.days:
            return None
        return self.days[0].meaning

    def day(self) -> Days | None:
        """The one day that was named, if one was."""
        days = self._days()
        if days and days.first != days.last:
            raise NotUnderstood(Reason.NOT_A_DAY, self.days[0].piece)
        return days

    def that_day(self) -> date:
        """The day that was named, or else today."""
        day = self.day()
        return day.first if day else self.today()

    # Moments

    def instant(self, *, reach: timedelta = WHOLE_DAY) -> datetime | None:
        """The one past instant that was named; a bare clock time may `reach` so far back, into yesterday."""
        day = self.day()
        if not self.times:
            if day:
                raise NotUnderstood(Reason.NO_CLOCK, self.days[0].piece)
            return None
        first, *others = self.times
        if others:
            raise NotUnderstood(Reason.TWO_TIMES, others[-1].piece)
        match first.meaning:
            case At(clock):
                return self.past(clock, first, reach=reach)
            case Ago(seconds) if not day:
                return self.now - timedelta(seconds=seconds)
            case _:
                raise NotUnderstood(Reason.TWO_TIMES, first.piece)

    def start(self) -> datetime | None:
        """When a timer started. "Since 23:00" means yesterday if typed at night; at noon it is a slip for 11:00."""
        ends = next((heard for heard in self.times if isinstance(heard.meaning, Between | Ends)), None)
        if ends:
            raise NotUnderstood(Reason.NO_END, ends.piece)
        return self.instant(reach=LONGEST_NIGHT)

    def which(self) -> grammar.Which:
        """The entry that was meant by a day or a moment."""
        if self.times:
            return grammar.Which(at=self.instant())
        day = self.day()
        return grammar.Which(day.first if day else None)

    def past(self, clock: Clock, heard: Heard[When | Less | Days], *, reach: timedelta = WHOLE_DAY) -> datetime:
        """That clock time on the day that was named, or else today, or else yesterday if that is near."""
        named = self.day()
        if named:
            found = self.on(named, clock, heard)
            if found > self.now:
                raise NotUnderstood(Reason.FUTURE, heard.piece)
            return found
        found, is_yesterday = max(self._last(each, heard) for each in variants(clock))
        if found > self.now or (is_yesterday and self.now - found > reach):
            raise NotUnderstood(Reason.FUTURE, heard.piece)
        return found

    def _last(self, clock: Clock, heard: Heard[When | Less | Days]) -> tuple[datetime, bool]:
        """When the clock last showed this, and whether that was yesterday."""
        is_yesterday = not self.reached(clock)
        return self.resolve(self.today() - timedelta(days=is_yesterday), clock, heard), is_yesterday

    def on(self, named: Days, clock: Clock, heard: Heard[When | Less | Days]) -> datetime:
        """That clock time of a named day, or of a part of it."""
        likely = [each for each in variants(clock) if each.time.hour in DAYTIME]
        shown = in_part(named.part, likely[0] if clock.vague and likely else clock)
        return self.resolve(night_day(named, shown), shown, heard)

    def reached(self, clock: Clock) -> bool:
        """Whether the clock has shown this today: also later than now, in the hour that comes twice."""
        if clock.ends_day:
            return False
        local = self.now.astimezone(self.zone)
        return clock.time <= local.time() or datetime.combine(local, clock.time, self.zone).astimezone(UTC) <= self.now

    def resolve(self, day: date, clock: Clock, heard: Heard[When | Less | Days]) -> datetime:
        """A local time as UTC."""
        is_summer = self.is_summer if clock.is_summer is None else clock.is_summer
        day = day + timedelta(days=1) if clock.ends_day else day
        try:
            return local_moment(day, clock.time, zone=self.zone, now=self.now, piece=heard.piece, is_summer=is_summer)
        except NotUnderstood as error:
            if error.reason is not Reason.AMBIGUOUS_HOUR:
                raise
            seasons = (("summer time", True), ("winter time", False))
            raise self.ask(
                Reason.AMBIGUOUS_HOUR,
                heard,
                [(f"{season} {heard.piece}", Means(is_summer=summer)) for season, summer in seasons],
            ) from None


def variants(clock: Clock) -> list[Clock]:
    """The times that a clock time may be: a vague one also twelve hours later."""
    if not clock.vague:
        return [clock]
    later = (datetime.combine(date.min, clock.time) + _HALF_A_DAY).time()
    return [Clock(clock.time, clock.is_summer), Clock(later, clock.is_summer)]


def in_part(part: Part | None, clock: Clock) -> Clock:
    """A clock time in a part of the day: 8 in the evening is 20:00."""
    if part in (None, Part.MORNING) or not (clock.plain or clock.vague):
        return Clock(clock.time, clock.is_summer, ends_day=clock.ends_day)
    hour = clock.time.hour
    is_later = hour < _HALF_A_DAY.seconds // 3600 and not (part is Part.NIGHT and hour < DEEP_NIGHT)
    return Clock(clock.time.replace(hour=hour + 12) if is_later else clock.time, clock.is_summer)


def night_day(named: Days, clock: Clock) -> date:
    """The day on which a clock time of a part of the named day is: last night at 1 is the day after."""
    is_after = named.part is Part.NIGHT and clock.time.hour < DEEP_NIGHT and not clock.ends_day
    return named.first + timedelta(days=is_after)


def local_moment(
    day: date, clock: time, *, zone: ZoneInfo, now: datetime, piece: str = "", is_summer: bool | None = None
) -> datetime:
    """A local time as UTC. Where the clock showed it twice: the reading that was named, or the only one that is past.

    Raises NotUnderstood, also for a time that the clock skipped.
    """
    local = datetime.combine(day, clock, zone)
    if not tz.datetime_exists(local):
        raise NotUnderstood(Reason.SKIPPED_HOUR, piece)
    if tz.datetime_ambiguous(local):
        if is_summer is False:
            return local.replace(fold=1).astimezone(UTC)
        if is_summer is None and local.replace(fold=1).astimezone(UTC) <= now:
            raise NotUnderstood(Reason.AMBIGUOUS_HOUR, piece)
    return local.astimezone(UTC)
