"""The phrases for times and days, in all languages at once: each row of the table is one rule.

A rule is a pattern made of the languages' words, and what it means. Every pattern begins at a word, covers whole words
and has no nested repetition, so the time to read a text grows only with its length. `Phrases` files the rules under the
words that can begin them: a name costs one look-up, however many languages there are.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from fractions import Fraction
from functools import partial

from dateutil.relativedelta import relativedelta

from bot.core.languages import Term
from bot.grammar import wording
from bot.grammar.refusals import NotUnderstood, Reason
from bot.grammar.values import LONGEST_WORK
from bot.grammar.wording import patterns_of, words_of

EARLIEST_YEAR = 1970
_DASHES = "-‐‑–—−"
DASH = f"[{_DASHES}]"
_FLAG = "(?:--|–|—)"  # keyboards make one dash of two
_DECIMAL = r"[0-9]+(?:[.,][0-9]+)?"

# Where a phrase counts.
DESCRIBED = "start switch stop log"
NOTED = f"{DESCRIBED} note"
MEANT = "edit split delete tag note"
MOMENT = f"start switch continue stop pause {MEANT}"
TIMED = f"{MOMENT} log"
DATED = f"{TIMED} list gaps"
FIELD = "duration"  # not a subcommand: the field of a form
FLAG = "flag"  # nor this: the first word of a note
WHERE = frozenset(f"{DATED} {FIELD} {FLAG}".split())


# What a phrase can mean.


@dataclass(frozen=True, slots=True)
class Length:
    """So many seconds."""

    seconds: int


@dataclass(frozen=True, slots=True)
class Clock:
    """What a clock shows; in the night when clocks go back, which of two readings."""

    time: time
    is_summer: bool | None = None


@dataclass(frozen=True, slots=True)
class At:
    """At a clock time; "since 9:15" lasts until now, "at 9:15" does not."""

    clock: Clock
    until_now: bool = False


@dataclass(frozen=True, slots=True)
class Ago:
    """So many seconds before now."""

    seconds: int


@dataclass(frozen=True, slots=True)
class Between:
    """From one clock time to another."""

    start: Clock
    end: Clock


@dataclass(frozen=True, slots=True)
class Days:
    """Whole days, both inclusive; `year_typed` is False for a date of which the year was not said."""

    first: date
    last: date
    year_typed: bool = True


@dataclass(frozen=True, slots=True)
class Billable:
    """Whether the work is billable."""

    billable: bool


@dataclass(frozen=True, slots=True)
class Private:
    """The note is kept from the customer."""


class Filler:
    """A word that only leads to the next phrase, like "on" before "Monday"."""


class Until:
    """Between the first and the last of several days."""


class Since:
    """Before the first of several days, of which today is the last."""


When = Length | At | Ago | Between
Meaning = When | Days | Billable | Private | Filler | Until | Since


@dataclass(frozen=True, slots=True)
class PhraseMatch:
    """A phrase that was found in the text: the match in the casefolded words, and the piece as it was typed."""

    match: re.Match[str]
    piece: str
    today: date
    week_start: int = 0  # Monday

    def __getitem__(self, group: str) -> str | None:
        if group not in self.match.re.groupindex:
            return None
        value: str | None = self.match[group]
        return value

    def number(self, group: str, default: int = 0) -> int:
        """The digits of a group, or the default where it has none."""
        return int(self[group] or default)

    def refuse(self, reason: Reason) -> NotUnderstood:
        """What to raise."""
        return NotUnderstood(reason, self.piece)


# Durations.


def _seconds(matched: PhraseMatch, hours: str | None, minutes: str | None, seconds: int = 0) -> int:
    """Exact seconds, half a second rounded up; minutes beside hours stay below 60."""
    parts = [Fraction((part or "0").replace(",", ".")) for part in (hours, minutes)]
    if (hours and parts[1] >= 60) or seconds >= 60:
        raise matched.refuse(Reason.NO_SUCH_TIME)
    total = parts[0] * 3_600 + parts[1] * 60 + seconds
    if total > LONGEST_WORK:
        raise matched.refuse(Reason.TOO_LONG)
    whole = int(total + Fraction(1, 2))
    if whole == 0:
        raise matched.refuse(Reason.ZERO)
    return whole


def _unit_seconds(matched: PhraseMatch) -> int:
    if matched["bare_minutes"]:
        return _seconds(matched, None, matched["bare_minutes"])
    return _seconds(matched, matched["hours"], matched["minutes"] or matched["rest"])


def _read_length(matched: PhraseMatch) -> Length:
    return Length(_unit_seconds(matched))


def _read_hours(matched: PhraseMatch) -> Length:
    return Length(_seconds(matched, matched["hours"], matched["minutes"], matched.number("seconds")))


def _read_ago(matched: PhraseMatch) -> Ago:
    return Ago(_unit_seconds(matched))


def _refuse_negative(matched: PhraseMatch) -> Meaning:
    raise matched.refuse(Reason.NEGATIVE)


# Days.


def _day(matched: PhraseMatch, day: date) -> Days:
    if day > matched.today:
        raise matched.refuse(Reason.FUTURE)
    return Days(day, day)


def _calendar_day(matched: PhraseMatch, year: int, month: int, day: int) -> date:
    try:
        found = date(year, month, day)
    except ValueError:
        raise matched.refuse(Reason.NO_SUCH_DATE) from None
    if year < EARLIEST_YEAR:
        raise matched.refuse(Reason.NO_SUCH_DATE)
    return found


def _dated(matched: PhraseMatch, month: int, *, day: str = "day", year: str = "year") -> Days:
    """A day with its year (two digits are of this century), or else the last such day within a year."""
    day_of_month = matched.number(day)
    if typed := matched[year]:
        century = 2_000 if len(typed) == 2 else 0
        return _day(matched, _calendar_day(matched, century + int(typed), month, day_of_month))
    this_or_last = matched.today.year - ((month, day_of_month) > (matched.today.month, matched.today.day))
    return replace(_day(matched, _calendar_day(matched, this_or_last, month, day_of_month)), year_typed=False)


def _read_days_ago(matched: PhraseMatch) -> Days:
    return _day(matched, matched.today - timedelta(days=matched.number("days"), weeks=matched.number("weeks")))


def _read_numeric_date(matched: PhraseMatch) -> Days:
    return _dated(matched, matched.number("month"))


def _read_numeric_dates(matched: PhraseMatch) -> Days:
    last = _dated(matched, matched.number("month"))
    first = _dated(matched, matched.number("first_month"), day="first_day", year="first_year")
    if first.first > last.last:
        raise matched.refuse(Reason.ENDS_BEFORE_START)
    return Days(first.first, last.last)


# Ranges of days, for `list`.


def _this_week(matched: PhraseMatch) -> Days:
    return Days(matched.today - timedelta(days=(matched.today.weekday() - matched.week_start) % 7), matched.today)


def _last_week(matched: PhraseMatch) -> Days:
    begins = _this_week(matched).first
    return Days(begins - timedelta(days=7), begins - timedelta(days=1))


def _this_month(matched: PhraseMatch) -> Days:
    return Days(matched.today.replace(day=1), matched.today)


def _last_month(matched: PhraseMatch) -> Days:
    return Days(matched.today + relativedelta(months=-1, day=1), matched.today + relativedelta(months=-1, day=31))


# Clock times and spans.


def _half(matched: PhraseMatch, name: str) -> str | None:
    """The letter a or p, or None where the day was not halved."""
    return matched[f"{name}_half"] or (matched[f"{name}_pm"] and "p") or (matched[f"{name}_am"] and "a")


def _clock(matched: PhraseMatch, name: str, half: str | None) -> Clock:
    hour = matched.number(f"{name}_hour")
    if half and not 1 <= hour <= 12:
        raise matched.refuse(Reason.NO_SUCH_TIME)
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    try:
        shown = time(hour, matched.number(f"{name}_minute"), matched.number(f"{name}_second"))
    except ValueError:
        raise matched.refuse(Reason.NO_SUCH_TIME) from None
    if matched[f"{name}_summer"]:
        return Clock(shown, is_summer=True)
    return Clock(shown, is_summer=False if matched[f"{name}_winter"] else None)


def _read_at(matched: PhraseMatch, *, until_now: bool = False) -> At:
    return At(_clock(matched, "at", _half(matched, "at")), until_now)


def _read_between(matched: PhraseMatch) -> Between:
    midnight = (matched["end_hour"], matched.number("end_minute"), _half(matched, "end")) == ("24", 0, None)
    end = Clock(time(0)) if midnight else _clock(matched, "end", _half(matched, "end"))
    start = _clock(matched, "start", _half(matched, "start"))
    if _half(matched, "end") and not _half(matched, "start") and 1 <= matched.number("start_hour") <= 12:
        same_half = _clock(matched, "start", _half(matched, "end"))  # 1-2pm begins at 13:00, but 9-5pm at 9:00
        start = same_half if same_half.time < end.time else start
    return Between(start, end)


# From the words of the languages to patterns.


def lead(key: str) -> str:
    """What a casefolded word is filed under: any number together, any dash together, a word without its full stop."""
    if "0" <= key[0] <= "9":
        return "0"
    return "-" if key[0] in _DASHES else key.rstrip(".,")


@dataclass(frozen=True, slots=True)
class _Piece:
    """Part of a pattern, and under which leads its text can begin."""

    pattern: str
    leads: frozenset[str]


_NUMBER = frozenset("0")
_PLACE = re.compile(r"\{(\w+)\}")


def _any_of(words: Iterable[str]) -> _Piece:
    """One of these words, the longest that fits."""
    longest_first = sorted(words, key=len, reverse=True)
    alternatives = "|".join(re.escape(word) for word in longest_first)
    return _Piece(f"(?:{alternatives})", frozenset(lead(word.split(" ")[0]) for word in longest_first))


def _filled(template: str, **places: _Piece) -> _Piece:
    """A template of a catalogue as a pattern: its places filled, its words as they stand."""
    parts = _PLACE.split(key(template))
    pattern = "".join(places[part].pattern if n % 2 else re.escape(part) for n, part in enumerate(parts))
    first_word = parts[0].split(" ")[0]
    return _Piece(pattern, frozenset({lead(first_word)}) if first_word else places[parts[1]].leads)


def key(typed: str) -> str:
    """A word as it is compared: composed and casefolded."""
    if typed.isascii():
        return typed.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", typed).casefold())


@dataclass(frozen=True, slots=True)
class Phrase:
    """One way to type a time or a day: where it counts, what can begin it, and what it means."""

    pattern: re.Pattern[str]
    read: Callable[[PhraseMatch], Meaning]
    where: tuple[str, ...]
    leads: frozenset[str]


class Phrases:
    """The table of all rules in some languages, filed so that a word finds those it can begin."""

    def __init__(self, languages: Sequence[str]) -> None:
        self._languages = languages
        self._weekdays = self._numbered(wording.WEEKDAYS, start=0)
        self._months = self._numbered(wording.MONTHS, start=1)
        back = (wording.TODAY, wording.YESTERDAY, wording.BEFORE_YESTERDAY)
        self._days_back = self._numbered(back, start=0) | self._numbered((wording.TOMORROW,), start=-1)
        self._filed: dict[str, dict[str, tuple[Phrase, ...]]] = {where: {} for where in WHERE}
        filed: dict[tuple[str, str], list[Phrase]] = defaultdict(list)
        self.table = self._rules()
        for phrase in self.table:
            for where in phrase.where:
                for word in phrase.leads:
                    filed[where, word].append(phrase)
        for (where, word), phrases in filed.items():
            self._filed[where][word] = tuple(phrases)

    def find(self, where: str, text: str, at: int, word: str) -> tuple[Phrase, re.Match[str]] | None:
        """The first phrase that covers the words from `at` on, where `word` stands."""
        for phrase in self._filed.get(where, {}).get(lead(word), ()):
            if match := phrase.pattern.match(text, at):
                return phrase, match
        return None

    # The words and patterns of all languages together

    def _words(self, *terms: Term) -> list[str]:
        return [key(word) for term in terms for language in self._languages for word in words_of(term, language)]

    def _numbered(self, terms: Sequence[Term], *, start: int) -> dict[str, int]:
        return {word: number for number, term in enumerate(terms, start) for word in self._words(term)}

    def _patterns(self, term: Term) -> list[str]:
        """Each pattern once; the languages may share some."""
        found = [pattern for language in self._languages for pattern in patterns_of(term, language)]
        return list(dict.fromkeys(found))

    # The rules

    def _rules(self) -> list[Phrase]:
        """First match wins; so the longer phrase stands before the one that is its beginning."""
        return [*self._days(), *self._ranges(), *self._billing(), *self._spans(), *self._lengths(), *self._clocks()]

    def _row(self, piece: _Piece, read: Callable[[PhraseMatch], Meaning], where: str) -> Phrase:
        """Phrases cover whole words; a comma behind one is only punctuation."""
        whole = re.compile(rf"(?:{piece.pattern}),?(?= |\Z)")
        return Phrase(whole, read, tuple(where.split()), piece.leads)

    def _days(self) -> list[Phrase]:
        ordinal = _any_of([".", *self._words(wording.ORDINAL)]).pattern
        month = rf"(?P<month>{_any_of(self._months).pattern})\.?"
        numeric = r"(?P<day>[0-9]{1,2})\. ?(?P<month>[0-9]{1,2})\.(?P<year> ?[0-9]{4}|[0-9]{2})?"
        first_numeric = re.sub(r"\?P<", "?P<first_", numeric)
        count = rf"(?:(?P<days>[0-9]{{1,3}}) {_any_of(self._words(wording.DAYS)).pattern}"
        count += rf"|(?P<weeks>[0-9]{{1,2}}) {_any_of(self._words(wording.WEEKS)).pattern})"
        ahead = rf"(?= {self._day_ahead()})"
        on, since, froms = self._words(wording.ON), self._before(wording.SINCE), self._before(wording.FROM_TO)
        back, weekday, named = _any_of(self._days_back), _any_of(self._weekdays), _any_of(self._months)
        until = _any_of(self._between(wording.FROM_TO))
        return [
            self._row(_Piece(_any_of(on).pattern + ahead, _any_of(on).leads), _filler, DATED),
            self._row(_Piece(_any_of(since).pattern + ahead, _any_of(since).leads), _filler, MOMENT),
            self._row(_Piece(_any_of(since).pattern + ahead, _any_of(since).leads), _since, "list"),
            self._row(_Piece(_any_of(froms).pattern + ahead, _any_of(froms).leads), _filler, "list"),
            self._row(_Piece(rf"(?:{until.pattern}|{DASH}){ahead}", until.leads | {"-"}), _until, "list"),
            self._row(_Piece(f"(?P<word>{back.pattern})", back.leads), self._read_back, DATED),
            self._row(_Piece(rf"(?P<word>{weekday.pattern})\.?", weekday.leads), self._read_weekday, DATED),
            *(
                self._row(_filled(pattern, days=_Piece(count, _NUMBER)), _read_days_ago, DATED)
                for pattern in self._patterns(wording.DAYS_AGO)
            ),
            self._row(
                _Piece(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})-(?P<day>[0-9]{1,2})", _NUMBER),
                _read_numeric_date,
                DATED,
            ),
            self._row(_Piece(numeric, _NUMBER), _read_numeric_date, DATED),
            self._row(_Piece(f"{first_numeric}{DASH}{numeric}", _NUMBER), _read_numeric_dates, "list"),
            self._row(
                _Piece(rf"(?P<day>[0-9]{{1,2}}){ordinal}? {month}(?: (?P<year>[0-9]{{4}}))?", _NUMBER),
                self._read_named_date,
                DATED,
            ),
            self._row(
                _Piece(rf"{month} (?P<day>[0-9]{{1,2}}){ordinal}?(?:,? (?P<year>[0-9]{{4}}))?", named.leads),
                self._read_named_date,
                DATED,
            ),
        ]

    def _ranges(self) -> list[Phrase]:
        named = _any_of(self._months)
        return [
            self._row(_any_of(self._words(wording.THIS_WEEK)), _this_week, "list"),
            self._row(_any_of(self._words(wording.LAST_WEEK)), _last_week, "list"),
            self._row(_any_of(self._words(wording.THIS_MONTH)), _this_month, "list"),
            self._row(_any_of(self._words(wording.LAST_MONTH)), _last_month, "list"),
            self._row(
                _Piece(rf"(?P<month>{named.pattern})\.?(?: (?P<year>[0-9]{{4}}))?", named.leads),
                self._read_named_month,
                "list",
            ),
        ]

    def _billing(self) -> list[Phrase]:
        yes, no = self._words(wording.BILLABLE), self._words(wording.NOT_BILLABLE)
        return [
            self._row(_flag(no, "nb"), lambda _: Billable(billable=False), DESCRIBED),
            self._row(_flag(yes), lambda _: Billable(billable=True), DESCRIBED),
            self._row(_only_flag(self._words(wording.PRIVATE)), lambda _: Private(), f"{NOTED} {FLAG}"),
        ]

    def _spans(self) -> list[Phrase]:
        start, end = self._clock("start"), self._clock("end")
        lead_in = _any_of(self._before(wording.FROM_TO, wording.AT, wording.SINCE))
        to = _any_of(self._between(wording.FROM_TO)).pattern
        return [
            self._row(_Piece(rf"{start.pattern} ?{DASH} ?{end.pattern}", _NUMBER), _read_between, TIMED),
            *(
                self._row(_filled(pattern, start=start, end=end), _read_between, TIMED)
                for pattern in self._patterns(wording.FROM_TO)
            ),
            # "from 9-10:30", and "at 9 to 10:30", of which otherwise only the 9 would be a time
            self._row(
                _Piece(
                    rf"{lead_in.pattern} {start.pattern}(?: ?{DASH} ?| {to} ){end.pattern}",
                    lead_in.leads,
                ),
                _read_between,
                TIMED,
            ),
        ]

    def _lengths(self) -> list[Phrase]:
        hour, minute = (_any_of(self._words(term)).pattern + r"\.?" for term in (wording.HOURS, wording.MINUTES))
        conjunction = _any_of(self._words(wording.AND)).pattern
        length = _Piece(
            rf"(?:(?P<hours>{_DECIMAL}) ?{hour}"
            rf"(?:(?: {conjunction})? ?(?P<minutes>[0-9]+) ?{minute}|(?P<rest>[0-9]{{1,2}}))?"
            rf"|(?P<bare_minutes>{_DECIMAL}) ?{minute})",
            _NUMBER,
        )
        clocked = r"(?P<hours>[0-9]+):(?P<minutes>[0-9]{2})(?::(?P<seconds>[0-9]{2}))?"
        logged = f"log {FIELD}"
        return [
            *(
                self._row(_filled(pattern, length=length), _read_ago, TIMED)
                for pattern in self._patterns(wording.LENGTH_AGO)
            ),
            self._row(
                _Piece(rf"{DASH}(?:{length.pattern}|{_DECIMAL}|[0-9]+:[0-9]{{2}})", frozenset("-")),
                _refuse_negative,
                f"{TIMED} {FIELD}",
            ),
            self._row(length, _read_length, logged),
            self._row(_Piece(rf"{clocked}(?: ?{hour})?", _NUMBER), _read_hours, logged),
            self._row(_Piece(r"(?P<hours>[0-9]+[.,][0-9]+)", _NUMBER), _read_hours, logged),
            self._row(_Piece(r"^(?P<hours>[0-9]{1,2})", _NUMBER), _read_hours, logged),  # only as the first word
        ]

    def _clocks(self) -> list[Phrase]:
        clock, separators = self._clock("at"), self._words(wording.BETWEEN_HOUR_AND_MINUTE)
        colon = _any_of(separators).pattern
        minutes = rf"(?:(?:\.|{colon})[0-9]{{2}})"
        named = rf"(?=[0-9]{{1,2}}{minutes}{{0,2}}(?: ?(?:{self._o_clock()}|[ap]\.m|pm)|am))"
        since, at = self._patterns(wording.SINCE), self._patterns(wording.AT)
        return [
            *(self._row(_filled(it, clock=clock), partial(_read_at, until_now=True), TIMED) for it in since),
            *(self._row(_filled(it, clock=clock), _read_at, TIMED) for it in at),
            self._row(_Piece(named + clock.pattern, _NUMBER), _read_at, TIMED),
            self._row(_Piece(rf"(?=[0-9]{{1,2}}{colon}){clock.pattern}", _NUMBER), _read_at, MOMENT),
            self._row(_Piece(rf"(?=[0-9]{{1,2}}\.){clock.pattern}", _NUMBER), _read_at, f"stop {MEANT}"),
        ]

    def _clock(self, name: str) -> _Piece:
        """Pattern of one clock time. The German "9 am Montag" is no morning."""
        half = rf" ?(?P<{name}_half>[ap])\.m\.?|(?P<{name}_pm> ?pm)|(?P<{name}_am>am| am(?! {self._day_ahead()}))"
        between = _any_of([".", *self._words(wording.BETWEEN_HOUR_AND_MINUTE)]).pattern
        summer, winter = (_any_of(self._words(term)).pattern for term in (wording.SUMMER_TIME, wording.WINTER_TIME))
        return _Piece(
            rf"(?P<{name}_hour>[0-9]{{1,2}})(?:{between}(?P<{name}_minute>[0-9]{{2}})(?::(?P<{name}_second>[0-9]{{2}}))?)?"
            rf"(?:{half})?(?: ?{self._o_clock()})?(?: (?:(?P<{name}_summer>{summer})|(?P<{name}_winter>{winter})))?",
            _NUMBER,
        )

    def _o_clock(self) -> str:
        return _any_of(self._words(wording.O_CLOCK)).pattern

    def _day_ahead(self) -> str:
        """Pattern of how a day begins."""
        month = _any_of(self._months).pattern
        ordinal = _any_of([".", *self._words(wording.ORDINAL)]).pattern
        named = _any_of([*self._weekdays, *self._days_back, *self._months]).pattern
        return rf"(?:{named}(?:[ .,]|\Z)|[0-9]{{1,2}}\. ?(?:[0-9]|{month})|[0-9]{{1,2}}{ordinal}? {month}|[0-9]{{4}}-)"

    def _before(self, *terms: Term) -> list[str]:
        """The words that stand before the first place of these patterns."""
        found = [_PLACE.split(key(pattern))[0].strip() for term in terms for pattern in self._patterns(term)]
        return list(filter(None, dict.fromkeys(found)))

    def _between(self, term: Term) -> list[str]:
        """The words that stand between the two places of these patterns."""
        found = [_PLACE.split(key(pattern))[2].strip() for pattern in self._patterns(term)]
        return list(filter(None, dict.fromkeys(found)))

    # What needs the words again to be read

    def _read_back(self, matched: PhraseMatch) -> Days:
        return _day(matched, matched.today - timedelta(days=self._days_back[matched.match["word"]]))

    def _read_weekday(self, matched: PhraseMatch) -> Days:
        back = (matched.today.weekday() - self._weekdays[matched.match["word"]]) % 7
        return _day(matched, matched.today - timedelta(days=back))

    def _read_named_date(self, matched: PhraseMatch) -> Days:
        return _dated(matched, self._months[matched.match["month"]])

    def _read_named_month(self, matched: PhraseMatch) -> Days:
        month = self._months[matched.match["month"]]
        year = matched.number("year", default=matched.today.year - (month > matched.today.month))
        first = _calendar_day(matched, year, month, 1)
        if first > matched.today:
            raise matched.refuse(Reason.FUTURE)
        return Days(first, min(first + relativedelta(day=31), matched.today))


def _filler(_matched: PhraseMatch) -> Filler:
    return Filler()


def _until(_matched: PhraseMatch) -> Until:
    return Until()


def _since(_matched: PhraseMatch) -> Since:
    return Since()


def _only_flag(words: Sequence[str]) -> _Piece:
    """One of the words behind two dashes; alone they may be part of a name."""
    return _Piece(_FLAG + _any_of(words).pattern, frozenset("-"))


def _flag(words: Sequence[str], *flags: str) -> _Piece:
    """One of the words, or a flag: such a word behind two dashes."""
    plain = _any_of(words)
    return _Piece(f"(?:{_FLAG}{_any_of([*flags, *words]).pattern}|{plain.pattern})", plain.leads | {"-"})
