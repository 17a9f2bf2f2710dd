"""What people type after `/track`, in German and English, read into plain commands.

The text passes three tables. `SUBCOMMANDS` says which words begin a command; help, hints and README are made from it.
`PHRASES` says how times and days are typed; each row is one rule, tried at the start of each word, first match wins.
What no phrase covers stays a word, in the typed order. `_COMMANDS` then says what a subcommand makes of all that.
Nothing is guessed: what has two readings is refused with a `Reason`, and quotes keep a word from being read as a time.
Every pattern is tried at word starts only and is free of nested repetition, so reading is linear in the text.
"""

import difflib
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum, auto
from fractions import Fraction
from typing import Literal
from zoneinfo import ZoneInfo

from dateutil import tz

LONGEST_TEXT = 3_000  # characters; Slack lets a person paste much more
LONGEST_WORK = 24 * 3_600  # seconds
LONGEST_NIGHT = timedelta(hours=12)  # 22:00-1:00 crosses midnight; 10:30-9 is taken for a slip
EARLIEST_YEAR = 1970
MOST_TAGS = 10


class Reason(StrEnum):
    """Why a text was not understood; the views have one sentence for each."""

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


class NotUnderstood(Exception):
    """The text has no reading, or more than one. `piece` is the part as typed; it can be long."""

    def __init__(self, reason: Reason, piece: str) -> None:
        super().__init__(reason, piece)
        self.reason = reason
        self.piece = piece


@dataclass(frozen=True, slots=True)
class Duration:
    """Work of so many seconds on a local day; where in the day was not said."""

    seconds: int
    day: date


@dataclass(frozen=True, slots=True)
class Span:
    """Work from `start` until before `end`, aware UTC, never in the future and at most 24 hours."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Which:
    """Which entry is meant: the one at `at` (aware UTC), one of the local `day`, or else the running or last one."""

    day: date | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Start:
    """Start a timer now, or at a past instant (aware UTC). A quoted phrase is one word.

    Tags are casefolded and without "#"; `billable` is None where project and service decide.
    """

    words: tuple[str, ...]
    note: str
    at: datetime | None
    tags: tuple[str, ...] = ()
    billable: bool | None = None


@dataclass(frozen=True, slots=True)
class Stop:
    """Stop the timer now, or at a past instant (aware UTC). No note typed is None, an emptied one is ""."""

    at: datetime | None
    note: str | None
    tags: tuple[str, ...] = ()
    billable: bool | None = None


@dataclass(frozen=True, slots=True)
class Switch:
    """Stop what runs and go on with something else in the same second; without words on the same project."""

    words: tuple[str, ...]
    note: str
    at: datetime | None
    tags: tuple[str, ...] = ()
    billable: bool | None = None


@dataclass(frozen=True, slots=True)
class Continue:
    """Start the last entry again, or the newest of the last seven days that fits the words."""

    words: tuple[str, ...]
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Log:
    """Record work that is done. A quoted phrase is one word."""

    words: tuple[str, ...]
    note: str
    worked: Duration | Span
    tags: tuple[str, ...] = ()
    billable: bool | None = None


@dataclass(frozen=True, slots=True)
class Edit:
    """Correct an entry."""

    which: Which


@dataclass(frozen=True, slots=True)
class Delete:
    """Delete an entry."""

    which: Which


@dataclass(frozen=True, slots=True)
class Split:
    """Make two entries of one. Where `at` is known, `which` is the entry that covers it."""

    at: datetime | None
    which: Which


@dataclass(frozen=True, slots=True)
class Tag:
    """Add tags to an entry and take others from it; at least one."""

    add: tuple[str, ...]
    remove: tuple[str, ...]
    which: Which


@dataclass(frozen=True, slots=True)
class Note:
    """Give an entry another note; an empty text takes it away."""

    text: str
    which: Which


@dataclass(frozen=True, slots=True)
class Undo:
    """Take back the last own change."""


@dataclass(frozen=True, slots=True)
class Status:
    """Tell what is running."""


@dataclass(frozen=True, slots=True)
class List:
    """Show the entries of whole local days, both inclusive, none in the future."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Gaps:
    """Show the untracked spans of a local day."""

    day: date


@dataclass(frozen=True, slots=True)
class Link:
    """Connect the channel to a project; without words show what it is connected to."""

    words: tuple[str, ...]


FormName = Literal["track", "connect", "invoice", "settings", "new"]


@dataclass(frozen=True, slots=True)
class Form:
    """Open a modal, prefilled with the words; "track", the form for time, is opened by an empty text."""

    name: FormName
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Help:
    """Explain one subcommand (its canonical name), or all of them."""

    topic: str | None


@dataclass(frozen=True, slots=True)
class Unknown:
    """No subcommand is spelled `word`; `nearest` is the canonical name of the one spelled most alike."""

    word: str
    nearest: str | None


Command = (
    Start
    | Stop
    | Switch
    | Continue
    | Log
    | Edit
    | Delete
    | Split
    | Tag
    | Note
    | Undo
    | Status
    | List
    | Gaps
    | Link
    | Form
    | Help
    | Unknown
)


@dataclass(frozen=True, slots=True)
class Wording:
    """A subcommand in one language. The first word is the one to show; every example parses."""

    words: tuple[str, ...]
    summary: str
    usage: str
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Subcommand:
    """A subcommand: its canonical name and its wording by language code. Words of all languages always count."""

    name: str
    wording: Mapping[str, Wording]

    @property
    def words(self) -> frozenset[str]:
        """Every spelling that begins this command, casefolded."""
        return frozenset({self.name}.union(*(wording.words for wording in self.wording.values())))


# fmt: off
SUBCOMMANDS: tuple[Subcommand, ...] = (
    Subcommand("start", {
        "en": Wording(("start",), "Start a timer, now or at a past time.",
                      "start [customer project service] [#tag] [since 9:15 | 20m ago] [--nb] [: note]",
                      ("start acme website", "start acme since 9:15 #call: kick-off", "start acme 20m ago --nb")),
        "de": Wording(("start", "starte", "los", "beginne"), "Startet eine Zeitmessung, jetzt oder rückwirkend.",
                      "start [Kunde Projekt Leistung] [#Wort] [seit 9:15 | vor 20m] [--nb] [: Notiz]",
                      ("start acme website", "start acme seit 9:15 #telefon: Kick-off",
                       "start acme vor 20m nicht abrechenbar")),
    }),
    Subcommand("stop", {
        "en": Wording(("stop",), "Stop the timer, now or at a past time.",
                      "stop [17:30 | 20m ago] [: note]",
                      ("stop", "stop 17:30", "stop 20m ago: draft sent")),
        "de": Wording(("stop", "stopp", "stoppe", "ende"), "Stoppt die Zeitmessung, jetzt oder rückwirkend.",
                      "stop [17:30 | vor 20m] [: Notiz]",
                      ("stop", "stop 17:30", "stop vor 20m: Entwurf verschickt")),
    }),
    Subcommand("switch", {
        "en": Wording(("switch",), "Stop what runs and go on with something else.",
                      "switch [customer project service] [#tag] [at 9:15 | 20m ago] [: note]",
                      ("switch acme website", "switch: review", "switch globex at 14:15")),
        "de": Wording(("wechsle", "wechsel", "wechseln"), "Stoppt, was läuft, und macht mit etwas anderem weiter.",
                      "wechsle [Kunde Projekt Leistung] [#Wort] [um 9:15 | vor 20m] [: Notiz]",
                      ("wechsle acme website", "wechsle: Review", "wechsle globex um 14:15")),
    }),
    Subcommand("continue", {
        "en": Wording(("continue", "resume"), "Go on with your last entry, or with the last one that fits.",
                      "continue [customer project service] [since 9:15 | 20m ago]",
                      ("continue", "continue acme", "continue 20m ago")),
        "de": Wording(("weiter", "fortsetzen"), "Macht mit dem letzten Eintrag weiter oder mit dem letzten passenden.",
                      "weiter [Kunde Projekt Leistung] [seit 9:15 | vor 20m]",
                      ("weiter", "weiter acme", "weiter vor 20m")),
    }),
    Subcommand("log", {
        "en": Wording(("log",), "Record work that is done.",
                      "log <1h30 | 9-10:30> <customer project service> [#tag] [yesterday | 2026-03-10] [: note]",
                      ("log 1h30 acme website", "log 9-10:30 acme yesterday: review", "log 1.5 acme mon")),
        "de": Wording(("buche", "log", "erfasse", "eintragen"), "Trägt erledigte Arbeit nach.",
                      "buche <1h30 | 9-10:30> <Kunde Projekt Leistung> [#Wort] [gestern | 10.03.] [: Notiz]",
                      ("buche 1h30 acme website", "buche 9-10:30 acme gestern: Review", "buche 1,5 acme mo")),
    }),
    Subcommand("status", {
        "en": Wording(("status",), "Show what is running.", "status", ("status",)),
        "de": Wording(("status",), "Zeigt, was gerade läuft.", "status", ("status",)),
    }),
    Subcommand("list", {
        "en": Wording(("list",), "Show your entries of a day, a week or a month.",
                      "list [yesterday | week | last month | march 2026]",
                      ("list", "list yesterday", "list last week", "list march")),
        "de": Wording(("liste",), "Zeigt deine Einträge eines Tages, einer Woche oder eines Monats.",
                      "liste [gestern | Woche | letzter Monat | März 2026]",
                      ("liste", "liste gestern", "liste letzte Woche", "liste März")),
    }),
    Subcommand("edit", {
        "en": Wording(("edit",), "Correct an entry: the running or last one, or the one of that time.",
                      "edit [yesterday] [9:15]", ("edit", "edit 9:15", "edit yesterday")),
        "de": Wording(("bearbeite", "bearbeiten", "ändere", "ändern"),
                      "Korrigiert einen Eintrag: den laufenden oder letzten oder den von dieser Zeit.",
                      "bearbeite [gestern] [9:15]", ("bearbeite", "bearbeite 9:15", "bearbeite gestern")),
    }),
    Subcommand("split", {
        "en": Wording(("split",), "Make two entries of one.", "split [yesterday] [10:30]",
                      ("split 10:30", "split yesterday")),
        "de": Wording(("teile", "teilen"), "Macht aus einem Eintrag zwei.", "teile [gestern] [10:30]",
                      ("teile 10:30", "teile gestern")),
    }),
    Subcommand("delete", {
        "en": Wording(("delete",), "Delete an entry: the running or last one, or the one of that time.",
                      "delete [yesterday] [9:15]", ("delete", "delete 9:15", "delete yesterday")),
        "de": Wording(("lösche", "löschen"),
                      "Löscht einen Eintrag: den laufenden oder letzten oder den von dieser Zeit.",
                      "lösche [gestern] [9:15]", ("lösche", "lösche 9:15", "lösche gestern")),
    }),
    Subcommand("undo", {
        "en": Wording(("undo",), "Take back your last change, for 15 minutes.", "undo", ("undo",)),
        "de": Wording(("rückgängig",), "Nimmt deine letzte Änderung zurück, 15 Minuten lang.", "rückgängig",
                      ("rückgängig",)),
    }),
    Subcommand("tag", {
        "en": Wording(("tag",), "Tag an entry, or take a tag away.", "tag #tag [-#tag] [yesterday] [9:15]",
                      ("tag #call", "tag #review -#call", "tag #call yesterday 9:15")),
        "de": Wording(("tagge", "schlagwort"), "Gibt einem Eintrag Schlagwörter oder nimmt sie ihm.",
                      "tagge #Wort [-#Wort] [gestern] [9:15]",
                      ("tagge #telefon", "tagge #review -#telefon", "tagge #telefon gestern 9:15")),
    }),
    Subcommand("note", {
        "en": Wording(("note",), "Write another note.", "note [[yesterday] 9:15:] text",
                      ("note kick-off with Ada", "note 9:15: kick-off", "note yesterday 9:15: kick-off")),
        "de": Wording(("notiz",), "Schreibt eine andere Notiz.", "notiz [[gestern] 9:15:] Text",
                      ("notiz Kick-off mit Ada", "notiz 9:15: Kick-off", "notiz gestern 9:15: Kick-off")),
    }),
    Subcommand("gaps", {
        "en": Wording(("gaps",), "Show the times of a day that nothing was tracked for.", "gaps [yesterday]",
                      ("gaps", "gaps yesterday")),
        "de": Wording(("lücken",), "Zeigt, für welche Zeiten eines Tages nichts erfasst ist.", "lücken [gestern]",
                      ("lücken", "lücken gestern")),
    }),
    Subcommand("link", {
        "en": Wording(("link",), "Link this channel to a project, so that start needs no name here.",
                      "link [customer/project]", ("link acme/website", "link")),
        "de": Wording(("verknüpfe", "verknüpfen"),
                      "Verknüpft diesen Channel mit einem Projekt, damit start hier keinen Namen braucht.",
                      "verknüpfe [Kunde/Projekt]", ("verknüpfe acme/website", "verknüpfe")),
    }),
    Subcommand("connect", {
        "en": Wording(("connect",), "Connect Billomat.", "connect [billomatID]", ("connect", "connect acme")),
        "de": Wording(("verbinden",), "Verbindet Billomat.", "verbinden [billomatID]",
                      ("verbinden", "verbinden acme")),
    }),
    Subcommand("invoice", {
        "en": Wording(("invoice",), "Put unbilled work together as an invoice draft.",
                      "invoice [customer]", ("invoice", "invoice acme")),
        "de": Wording(("rechnung",), "Stellt offene Zeiten als Rechnungsentwurf zusammen.",
                      "rechnung [Kunde]", ("rechnung", "rechnung acme")),
    }),
    Subcommand("settings", {
        "en": Wording(("settings",), "Change your settings.", "settings", ("settings",)),
        "de": Wording(("einstellungen",), "Ändert deine Einstellungen.", "einstellungen", ("einstellungen",)),
    }),
    Subcommand("new", {
        "en": Wording(("new",), "Create a customer, project or service.", "new [name]", ("new", "new relaunch")),
        "de": Wording(("neu", "anlegen"), "Legt Kunde, Projekt oder Leistung an.", "neu [Name]",
                      ("neu", "neu Relaunch")),
    }),
    Subcommand("help", {
        "en": Wording(("help", "?"), "Explain the commands.", "help [command]", ("help", "help log")),
        "de": Wording(("hilfe", "?"), "Erklärt die Befehle.", "hilfe [Befehl]", ("hilfe", "hilfe buche")),
    }),
)
# fmt: on

_NAMES = {word: subcommand.name for subcommand in SUBCOMMANDS for word in subcommand.words}


# What a phrase can mean.


@dataclass(frozen=True, slots=True)
class _Length:
    seconds: int


@dataclass(frozen=True, slots=True)
class _At:
    clock: time
    until_now: bool = False  # "since 9:15" has an end, "at 9:15" has not


@dataclass(frozen=True, slots=True)
class _Ago:
    seconds: int


@dataclass(frozen=True, slots=True)
class _Between:
    start: time
    end: time


@dataclass(frozen=True, slots=True)
class _Days:
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class _Billable:
    billable: bool


class _Filler:
    """A word that only leads to the next phrase, like "on" before "Monday"."""


_Time = _Length | _At | _Ago | _Between
_Meaning = _Time | _Days | _Billable | _Filler


@dataclass(frozen=True, slots=True)
class _Hit:
    """A phrase found in the text: the match on the casefolded words, and the piece as it was typed."""

    match: re.Match[str]
    piece: str
    today: date
    week_start: int = 0  # Monday

    def __getitem__(self, group: str) -> str | None:
        value: str | None = self.match[group]
        return value

    def number(self, group: str, default: int = 0) -> int:
        return int(self[group] or default)

    def refuse(self, reason: Reason) -> NotUnderstood:
        return NotUnderstood(reason, self.piece)


# Durations.

_HOUR = r"(?:hours?|hrs?|h|stunden?|std\.?)"
_MINUTE = r"(?:minutes?|minuten?|mins?\.?|m)"
_DECIMAL = r"[0-9]+(?:[.,][0-9]+)?"
_LENGTH = (
    rf"(?:(?P<hours>{_DECIMAL}) ?{_HOUR}(?:(?: and| und)? ?(?P<minutes>[0-9]+) ?{_MINUTE}|(?P<rest>[0-9]{{1,2}}))?"
    rf"|(?P<only>{_DECIMAL}) ?{_MINUTE})"
)


def _seconds(hit: _Hit, hours: str | None, minutes: str | None) -> int:
    """Exact seconds, half a second rounded up; minutes beside hours stay below 60."""
    parts = [Fraction((part or "0").replace(",", ".")) for part in (hours, minutes)]
    if hours and parts[1] >= 60:
        raise hit.refuse(Reason.NO_SUCH_TIME)
    seconds = parts[0] * 3_600 + parts[1] * 60
    if seconds > LONGEST_WORK:
        raise hit.refuse(Reason.TOO_LONG)
    whole = int(seconds + Fraction(1, 2))
    if whole == 0:
        raise hit.refuse(Reason.ZERO)
    return whole


def _unit_seconds(hit: _Hit) -> int:
    if hit["only"]:
        return _seconds(hit, None, hit["only"])
    return _seconds(hit, hit["hours"], hit["minutes"] or hit["rest"])


def _read_length(hit: _Hit) -> _Length:
    return _Length(_unit_seconds(hit))


def _read_hours(hit: _Hit) -> _Length:
    return _Length(_seconds(hit, hit["hours"], hit.match.groupdict().get("minutes")))


def _read_ago(hit: _Hit) -> _Ago:
    return _Ago(_unit_seconds(hit))


def _refuse_negative(hit: _Hit) -> _Meaning:
    raise hit.refuse(Reason.NEGATIVE)


# Days.


def _numbered(start: int, *rows: str) -> dict[str, int]:
    return {word: number for number, words in enumerate(rows, start) for word in words.split()}


def _any_of(words: Mapping[str, int]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_WEEKDAYS = _numbered(
    0,
    "monday mon montag mo",
    "tuesday tues tue dienstag di",
    "wednesday weds wed mittwoch mi",
    "thursday thurs thur thu donnerstag do",
    "friday fri freitag fr",
    "saturday sat samstag sonnabend sa",
    "sunday sun sonntag so",
)
_MONTHS = _numbered(
    1,
    "january januar jänner jan",
    "february februar feb",
    "march märz maerz mär mrz mar",
    "april apr",
    "may mai",
    "june juni jun",
    "july juli jul",
    "august aug",
    "september sept sep",
    "october oktober oct okt",
    "november nov",
    "december dezember dec dez",
)
_DAYS_BACK = _numbered(0, "today heute", "yesterday gestern", "vorgestern") | {
    "day before yesterday": 2,
    "tomorrow": -1,
    "morgen": -1,
}
_WEEKDAY = _any_of(_WEEKDAYS)
_MONTH = rf"(?P<month>{_any_of(_MONTHS)})\.?"
_BACK = _any_of(_DAYS_BACK)
_DAY_AHEAD = (
    rf" (?:(?:{_WEEKDAY}|{_BACK}|{_any_of(_MONTHS)})(?:[ .,]|\Z)"
    rf"|[0-9]{{1,2}}\. ?[0-9a-zä]|[0-9]{{1,2}}(?:st|nd|rd|th)? (?:{_any_of(_MONTHS)})|[0-9]{{4}}-)"
)


def _day(hit: _Hit, day: date) -> _Days:
    if day > hit.today:
        raise hit.refuse(Reason.FUTURE)
    return _Days(day, day)


def _calendar_day(hit: _Hit, year: int, month: int, day: int) -> date:
    try:
        found = date(year, month, day)
    except ValueError:
        raise hit.refuse(Reason.NO_SUCH_DATE) from None
    if year < EARLIEST_YEAR:
        raise hit.refuse(Reason.NO_SUCH_DATE)
    return found


def _dated(hit: _Hit, month: int) -> _Days:
    """A day with its year (two digits are of this century), or else the last such day within a year."""
    day = hit.number("day")
    if typed := hit["year"]:
        century = 2_000 if len(typed) == 2 else 0
        return _day(hit, _calendar_day(hit, century + int(typed), month, day))
    year = hit.today.year - ((month, day) > (hit.today.month, hit.today.day))
    return _day(hit, _calendar_day(hit, year, month, day))


def _read_back(hit: _Hit) -> _Days:
    return _day(hit, hit.today - timedelta(days=_DAYS_BACK[hit.match["word"]]))


def _read_weekday(hit: _Hit) -> _Days:
    back = (hit.today.weekday() - _WEEKDAYS[hit.match["word"]]) % 7
    return _day(hit, hit.today - timedelta(days=back))


def _read_days_ago(hit: _Hit) -> _Days:
    return _day(hit, hit.today - timedelta(days=hit.number("days"), weeks=hit.number("weeks")))


def _read_numeric_date(hit: _Hit) -> _Days:
    return _dated(hit, hit.number("month"))


def _read_named_date(hit: _Hit) -> _Days:
    return _dated(hit, _MONTHS[hit.match["month"]])


# Ranges of days, for `list`.


def _last_of_month(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def _read_week(hit: _Hit) -> _Days:
    first = hit.today - timedelta(days=(hit.today.weekday() - hit.week_start) % 7)
    if hit["last"]:
        return _Days(first - timedelta(days=7), first - timedelta(days=1))
    return _Days(first, hit.today)


def _read_month(hit: _Hit) -> _Days:
    first = hit.today.replace(day=1)
    if hit["last"]:
        last = first - timedelta(days=1)
        return _Days(last.replace(day=1), last)
    return _Days(first, hit.today)


def _read_named_month(hit: _Hit) -> _Days:
    month = _MONTHS[hit.match["month"]]
    year = hit.number("year", default=hit.today.year - (month > hit.today.month))
    first = _calendar_day(hit, year, month, 1)
    if first > hit.today:
        raise hit.refuse(Reason.FUTURE)
    return _Days(first, min(_last_of_month(first), hit.today))


# Clock times and spans.


def _clock(name: str) -> str:
    """Pattern of one clock time. The German "9 am Montag" is no morning."""
    half = rf" ?(?P<{name}_half>[ap])\.m\.?|(?P<{name}_pm> ?pm)|(?P<{name}_am>am| am(?!{_DAY_AHEAD}))"
    return rf"(?P<{name}_hour>[0-9]{{1,2}})(?:[:.](?P<{name}_minute>[0-9]{{2}}))?(?:{half})?(?: ?uhr)?"


def _half(hit: _Hit, name: str) -> str | None:
    """The letter a or p, or None where the day was not halved."""
    return hit[f"{name}_half"] or (hit[f"{name}_pm"] and "p") or (hit[f"{name}_am"] and "a")


def _time(hit: _Hit, name: str, half: str | None) -> time:
    hour, minute = hit.number(f"{name}_hour"), hit.number(f"{name}_minute")
    if half and not 1 <= hour <= 12:
        raise hit.refuse(Reason.NO_SUCH_TIME)
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    try:
        return time(hour, minute)
    except ValueError:
        raise hit.refuse(Reason.NO_SUCH_TIME) from None


def _read_at(hit: _Hit) -> _At:
    since = hit.match.groupdict().get("lead") in {"since", "seit"}
    return _At(_time(hit, "at", _half(hit, "at")), until_now=since)


def _read_between(hit: _Hit) -> _Between:
    midnight = (hit["end_hour"], hit.number("end_minute"), _half(hit, "end")) == ("24", 0, None)
    end = time(0) if midnight else _time(hit, "end", _half(hit, "end"))
    start = _time(hit, "start", _half(hit, "start"))
    if _half(hit, "end") and not _half(hit, "start") and 1 <= hit.number("start_hour") <= 12:
        same_half = _time(hit, "start", _half(hit, "end"))  # 1-2pm begins at 13:00, but 9-5pm at 9:00
        start = same_half if same_half < end else start
    return _Between(start, end)


# The phrases.


@dataclass(frozen=True, slots=True)
class Phrase:
    """One way to type a time or a day: where it counts, and examples in English and German."""

    pattern: re.Pattern[str]
    read: Callable[[_Hit], _Meaning]
    where: tuple[str, ...]
    examples: tuple[str, ...]


def _phrase(pattern: str, read: Callable[[_Hit], _Meaning], where: str, examples: str) -> Phrase:
    """A row of the table. Phrases cover whole words; a comma behind one is only punctuation."""
    whole = re.compile(rf"(?:{pattern}),?(?= |\Z)")
    return Phrase(whole, read, tuple(where.split()), tuple(examples.split(" | ")))


def _read_filler(_hit: _Hit) -> _Filler:
    return _Filler()


def _read_billable(hit: _Hit) -> _Billable:
    return _Billable(hit["no"] is None)


_DASH = "[-‐‑–—−]"
_FLAG = "(?:--|–|—)"  # keyboards make one dash of two
_DESCRIBED = "start switch stop log"
_MEANT = "edit split delete tag note"
_MOMENT = f"start switch continue stop {_MEANT}"
_TIMED = f"{_MOMENT} log"
_DATED = f"{_TIMED} list gaps"

# fmt: off
PHRASES: tuple[Phrase, ...] = (
    # Days
    _phrase(rf"(?:on|am)(?={_DAY_AHEAD})", _read_filler, _DATED, "on monday | am montag"),
    _phrase(rf"(?:since|seit)(?={_DAY_AHEAD})", _read_filler, _MOMENT, "since yesterday | seit gestern"),
    _phrase(rf"(?P<word>{_BACK})", _read_back, _DATED, "today | yesterday | day before yesterday | vorgestern"),
    _phrase(rf"(?P<word>{_WEEKDAY})\.?", _read_weekday, _DATED, "mon | friday | mo | mo. | sonntag"),
    _phrase(r"(?:(?P<days>[0-9]{1,3}) days?|(?P<weeks>[0-9]{1,2}) weeks?) ago",
            _read_days_ago, _DATED, "3 days ago | 2 weeks ago"),
    _phrase(r"vor (?:(?P<days>[0-9]{1,3}) tag(?:en)?|(?P<weeks>[0-9]{1,2}) wochen?)",
            _read_days_ago, _DATED, "vor 3 tagen | vor 1 woche"),
    _phrase(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})-(?P<day>[0-9]{1,2})",
            _read_numeric_date, _DATED, "2026-03-10"),
    _phrase(r"(?P<day>[0-9]{1,2})\. ?(?P<month>[0-9]{1,2})\.(?P<year> ?[0-9]{4}|[0-9]{2})?",
            _read_numeric_date, _DATED, "10.03. | 10.3. | 10.03.26 | 10.03.2026 | 10. 3. 2026"),
    _phrase(rf"(?P<day>[0-9]{{1,2}})(?:\.|st|nd|rd|th)? {_MONTH}(?: (?P<year>[0-9]{{4}}))?",
            _read_named_date, _DATED, "10 march | 10th march 2026 | 10. märz | 10. märz 2026"),
    _phrase(rf"{_MONTH} (?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?(?:,? (?P<year>[0-9]{{4}}))?",
            _read_named_date, _DATED, "march 10 | mar 10th | march 10, 2026"),
    # Ranges of days
    _phrase(r"(?:this |diese )?(?:week|woche)|(?P<last>last week|(?:letzte|vorige) woche)",
            _read_week, "list", "week | this week | last week | woche | diese woche | letzte woche"),
    _phrase(r"(?:this |diese[rn] )?(?:month|monat)|(?P<last>last month|(?:letzte|vorige)[rn] monat)",
            _read_month, "list", "month | last month | monat | dieser monat | letzter monat"),
    _phrase(rf"{_MONTH}(?: (?P<year>[0-9]{{4}}))?", _read_named_month, "list", "march | märz | märz 2026"),
    # Billable or not
    _phrase(rf"(?P<no>{_FLAG}(?:nb|non-?billable)|non[- ]?billable|not billable|nicht abrechenbar)"
            rf"|{_FLAG}billable|billable|abrechenbar",
            _read_billable, _DESCRIBED,
            "--nb | --non-billable | non-billable | not billable | --billable | billable"
            " | nicht abrechenbar | abrechenbar"),
    # Spans and clock times
    _phrase(rf"(?:(?:from|von) )?{_clock('start')}(?: ?{_DASH} ?| (?:to|until|till|bis) ){_clock('end')}",
            _read_between, _TIMED,
            "9-10:30 | 9:00–10:30 | 9 - 10:30 | 9am-10:30am | from 9 to 10:30 | 9-10:30 uhr | von 9 bis 10:30"),
    _phrase(rf"(?P<lead>since|seit|at|um|ab|from) {_clock('at')}",
            _read_at, _TIMED, "since 9:15 | at 9am | from 9 | seit 9:15 | um 9 uhr | ab 9.15"),
    _phrase(rf"(?=[0-9:.]+(?: ?(?:uhr|[ap]\.m|pm)|am)){_clock('at')}", _read_at, _TIMED, "9am | 17.30 uhr"),
    _phrase(rf"(?=[0-9]+:){_clock('at')}", _read_at, _MOMENT, "9:15 | 17:30"),
    _phrase(rf"(?=[0-9]+\.){_clock('at')}", _read_at, f"stop {_MEANT}", "17.30"),
    # Durations
    _phrase(rf"{_LENGTH} ago", _read_ago, _TIMED, "20m ago | 1h ago | 1h 30m ago"),
    _phrase(rf"vor {_LENGTH}", _read_ago, _TIMED, "vor 20m | vor 1h30 | vor 20 minuten"),
    _phrase(rf"{_DASH}(?:{_LENGTH}|{_DECIMAL}|[0-9]+:[0-9]{{2}})", _refuse_negative, _TIMED, "-1h | −1:30"),
    _phrase(_LENGTH, _read_length, "log",
            "2h | 1h30 | 1h30m | 1h 30m | 90m | 90 min | 1.5h | 1 hour and 30 minutes | 2 stunden | 2std | 1,5h"),
    _phrase(rf"(?P<hours>[0-9]+):(?P<minutes>[0-9]{{2}})(?: ?{_HOUR})?", _read_hours, "log", "1:30 | 1:30 std"),
    _phrase(r"(?P<hours>[0-9]+[.,][0-9]+)", _read_hours, "log", "1.5 | 1,5"),
    _phrase(r"^(?P<hours>[0-9]{1,2})", _read_hours, "log", "2"),  # only right behind the subcommand
)
# fmt: on

_PHRASES_FOR = {
    subcommand.name: tuple(phrase for phrase in PHRASES if subcommand.name in phrase.where)
    for subcommand in SUBCOMMANDS
}


# From characters to words.

_TAG = re.compile(r"(?P<remove>-)?#(?=[\w-]{2,40},?\Z)(?P<tag>[\w-]*[^\W\d_][\w-]*),?")  # #12 is a number
_TAGGED = frozenset({"start", "switch", "stop", "log", "tag"})
_NOT_ASCII = r"[^\x00-\x7f\s\u200c\u200d]"
_JOINER = re.compile(rf"(?<={_NOT_ASCII})([\u200c\u200d])(?={_NOT_ASCII})|[\u200c\u200d]")
_TOKEN = re.compile(
    r"""\s*(?:
      (?P<quoted> "[^"]*" | „[^„“”"]*[“”"] | “[^“”]*” | «[^«»]*» | »[^«»]*« )
    | (?P<note> :(?=\s|\Z) )
    | (?P<word> (?: (?<!\w):[\w+'-]+: | [^\s:] | :(?=\S) )+ )     # :tada: is an emoji and begins no note
    )""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class _Word:
    text: str  # as typed
    key: str  # casefolded, to recognise it by; quoted text has none
    end: int  # where it ends in the text


def _visible(text: str) -> str:
    """Without control and format characters; joiners stay where they shape an emoji or a letter beyond ASCII."""
    if len(text) > LONGEST_TEXT:
        raise NotUnderstood(Reason.TOO_MUCH_TEXT, text[:80])
    if text.isprintable():  # as nearly always; going through it took a third of the time of reading a command
        return text.strip()
    seen = (
        character
        for character in text
        if character.isspace()
        or character in "\u200c\u200d"
        or unicodedata.category(character) not in {"Cc", "Cf", "Cs"}
    )
    return _JOINER.sub(r"\1", "".join(seen)).strip()


def _split(text: str) -> tuple[list[_Word], str | None]:
    """The words before the note, and the note: what follows the first colon that a space or the end follows."""
    words: list[_Word] = []
    for token in _TOKEN.finditer(text):
        if token["note"]:
            return words, text[token.end() :].strip()
        typed = unicodedata.normalize("NFC", token["quoted"] or token["word"])
        if token["quoted"]:
            words.append(_Word(" ".join(typed[1:-1].split()), '"', token.end()))
        else:
            words.append(_Word(typed, typed.casefold(), token.end()))
    return words, None


def _names(words: list[_Word]) -> tuple[str, ...]:
    """Words as names are looked up: acme/website is acme website, a URL and a quoted phrase stay whole."""
    parts: list[str] = []
    for word in words:
        whole = word.key == '"' or "://" in word.text
        parts += [word.text] if whole else word.text.split("/")
    return tuple(part for part in parts if part)


# From words to what was said.


@dataclass(slots=True)
class _Said:
    """What a subcommand was given, with times and days taken out of the words."""

    name: str  # of the subcommand
    subcommand: str  # as typed
    words: list[_Word]
    note: str | None
    behind: str  # all that follows the subcommand
    now: datetime  # UTC
    zone: ZoneInfo
    week_start: int
    times: list[tuple[_Time, str]] = field(default_factory=list)
    days: list[tuple[_Days, str]] = field(default_factory=list)
    billable: bool | None = None
    tags: dict[str, None] = field(default_factory=dict)  # in order, each once
    removed_tags: dict[str, None] = field(default_factory=dict)

    def today(self) -> date:
        return self.now.astimezone(self.zone).date()

    def nothing_else(self) -> None:
        """Refuse words where none belong."""
        if self.words:
            raise NotUnderstood(Reason.UNEXPECTED, self.words[0].text)

    def day(self) -> _Days | None:
        if len(self.days) > 1:
            raise NotUnderstood(Reason.TWO_DAYS, self.days[1][1])
        return self.days[0][0] if self.days else None

    def instant(self, *, within: timedelta = timedelta(days=1)) -> datetime | None:
        """The one past instant that was named, for `start` and `stop`; a bare clock time lies `within` so long."""
        day = self.day()
        match self.times:
            case [] if day:
                raise NotUnderstood(Reason.NO_CLOCK, self.days[0][1])
            case []:
                return None
            case [(_At(clock), piece)]:
                return self.past(clock, piece, within=within)
            case [(_Ago(seconds), _)] if not day:
                return self.now - timedelta(seconds=seconds)
            case _:
                raise NotUnderstood(Reason.TWO_TIMES, self.times[-1][1])

    def which(self) -> Which:
        """The entry that was meant by a day or a moment."""
        if self.times:
            return Which(at=self.instant())
        day = self.day()
        return Which(day.first if day else None)

    def worked(self) -> Duration | Span:
        """The one stretch of work that was named, for `log`."""
        day = self.day()
        match self.times:
            case [(_Length(seconds), _)]:
                return Duration(seconds, day.first if day else self.today())
            case [(_Between(start, end), piece)]:
                return self.between(start, end, piece)
            case [(_At(clock, until_now=True), piece)]:
                return self.span(self.past(clock, piece), self.now, piece)
            case [(_Length(seconds), _), (_At(clock), piece)] | [(_At(clock), piece), (_Length(seconds), _)]:
                start_at = self.past(clock, piece)
                return self.span(start_at, start_at + timedelta(seconds=seconds), piece)
            case [] | [(_At() | _Ago(), _)]:
                raise NotUnderstood(Reason.NO_DURATION, self.subcommand)
            case _:
                raise NotUnderstood(Reason.TWO_TIMES, self.times[1][1])

    def between(self, start: time, end: time, piece: str) -> Span:
        """The last time the clock showed `start`, until it next showed `end`, which may be after midnight."""
        start_at = self.past(start, piece)
        day = start_at.astimezone(self.zone).date()
        if end > start:
            return self.span(start_at, self.resolve(day, end, piece), piece)
        end_at = self.resolve(day + timedelta(days=1), end, piece)
        if end_at - start_at > LONGEST_NIGHT:
            raise NotUnderstood(Reason.ENDS_BEFORE_START, piece)
        return self.span(start_at, end_at, piece)

    def span(self, start: datetime, end: datetime, piece: str) -> Span:
        if end > self.now:
            raise NotUnderstood(Reason.FUTURE, piece)
        if end <= start:
            raise NotUnderstood(Reason.ZERO, piece)
        if end - start > timedelta(seconds=LONGEST_WORK):
            raise NotUnderstood(Reason.TOO_LONG, piece)
        return Span(start, end)

    def past(self, clock: time, piece: str, *, within: timedelta = timedelta(days=1)) -> datetime:
        """That clock time on the day that was named, or else the last time the clock showed it, if that is near."""
        named = self.day()
        day = named.first if named else self.today()
        if not named and not self.reached(clock):
            day -= timedelta(days=1)
        found = self.resolve(day, clock, piece)
        if found > self.now or (not named and self.now - found > within):
            raise NotUnderstood(Reason.FUTURE, piece)
        return found

    def reached(self, clock: time) -> bool:
        """Has the clock shown this today? In the hour that comes twice it may have, though it is earlier again."""
        local = self.now.astimezone(self.zone)
        return clock <= local.time() or datetime.combine(local, clock, self.zone).astimezone(UTC) <= self.now

    def resolve(self, day: date, clock: time, piece: str) -> datetime:
        """A local time as UTC."""
        return local_moment(day, clock, zone=self.zone, now=self.now, piece=piece)


def _hit(phrases: tuple[Phrase, ...], text: str, at: int) -> tuple[Phrase, re.Match[str]] | None:
    """The first phrase that covers the words from `at` on."""
    for phrase in phrases:
        if match := phrase.pattern.match(text, at):
            return phrase, match
    return None


def _take_tag(said: _Said, word: _Word) -> bool:
    """Keep the word if it is a tag to add, or one to take away."""
    if said.name not in _TAGGED or not (found := _TAG.fullmatch(word.key)):
        return False
    if found["remove"] and said.name != "tag":
        return False
    tags = said.removed_tags if found["remove"] else said.tags
    tags[unicodedata.normalize("NFC", found["tag"])] = None
    if len(said.tags) + len(said.removed_tags) > MOST_TAGS:
        raise NotUnderstood(Reason.TOO_MANY_TAGS, word.text)
    return True


def _listen(said: _Said, phrases: tuple[Phrase, ...]) -> None:
    """Take times, days and tags out of the words."""
    typed, said.words = said.words, []
    text = " ".join(word.key for word in typed)
    today = said.today()
    at = position = 0
    while position < len(typed):
        found = _hit(phrases, text, at)
        if found is None:
            if not _take_tag(said, typed[position]):
                said.words.append(typed[position])
            at += len(typed[position].key) + 1
            position += 1
            continue
        phrase, match = found
        count = match[0].count(" ") + 1
        piece = " ".join(word.text for word in typed[position : position + count])
        match phrase.read(_Hit(match, piece, today, said.week_start)):
            case _Days() as days:
                said.days.append((days, piece))
            case _Length() | _At() | _Ago() | _Between() as when:
                said.times.append((when, piece))
            case _Billable(billable):
                if said.billable not in (None, billable):
                    raise NotUnderstood(Reason.UNEXPECTED, piece)
                said.billable = billable
        at = match.end() + 1
        position += count


# From what was said to commands.


def _past(said: _Said) -> datetime | None:
    # A start late yesterday is meant by "since 23:00" at night; at noon it is a slip for 11:00.
    return said.instant(within=LONGEST_NIGHT)


def _start(said: _Said) -> Command:
    return Start(_names(said.words), said.note or "", _past(said), tuple(said.tags), said.billable)


def _stop(said: _Said) -> Command:
    said.nothing_else()
    return Stop(said.instant(), said.note, tuple(said.tags), said.billable)


def _switch(said: _Said) -> Command:
    return Switch(_names(said.words), said.note or "", _past(said), tuple(said.tags), said.billable)


def _continue(said: _Said) -> Command:
    _no_note(said)
    return Continue(_names(said.words), _past(said))


def _log(said: _Said) -> Command:
    return Log(_names(said.words), said.note or "", said.worked(), tuple(said.tags), said.billable)


def _no_note(said: _Said) -> None:
    if said.note:
        raise NotUnderstood(Reason.UNEXPECTED, said.note)


def _which(said: _Said) -> Which:
    _no_note(said)
    said.nothing_else()
    return said.which()


def _edit(said: _Said) -> Command:
    return Edit(_which(said))


def _delete(said: _Said) -> Command:
    return Delete(_which(said))


def _split_entry(said: _Said) -> Command:
    which = _which(said)
    return Split(which.at, which)


def _tag(said: _Said) -> Command:
    which = _which(said)
    if not said.tags and not said.removed_tags:
        raise NotUnderstood(Reason.NO_TAG, said.subcommand)
    return Tag(tuple(said.tags), tuple(said.removed_tags), which)


def _note(said: _Said) -> Command:
    # Only a time and a colon say which entry; any other text is the note, as it was typed.
    if said.note is not None and not said.words:
        return Note(said.note, said.which())
    if not said.behind:
        raise NotUnderstood(Reason.NO_NOTE, said.subcommand)
    return Note(said.behind, Which())


def _undo(said: _Said) -> Command:
    _no_note(said)
    said.nothing_else()
    return Undo()


def _gaps(said: _Said) -> Command:
    _no_note(said)
    said.nothing_else()
    day = said.day()
    return Gaps(day.first if day else said.today())


def _link(said: _Said) -> Command:
    _no_note(said)
    return Link(_names(said.words))


def _status(said: _Said) -> Command:
    _no_note(said)
    said.nothing_else()
    return Status()


def _list(said: _Said) -> Command:
    _no_note(said)
    said.nothing_else()
    days = said.day()
    return List(days.first, days.last) if days else List(said.today(), said.today())


def _form(name: FormName) -> Callable[[_Said], Command]:
    def form(said: _Said) -> Command:
        behind_colon = said.note.split() if said.note else []  # new customer: Acme
        return Form(name, (*_names(said.words), *behind_colon))

    return form


def _help(said: _Said) -> Command:
    if not said.words:
        return Help(None)
    topic = _NAMES.get(said.words[0].key)
    return Help(topic) if topic else _unknown(said.words[0].text)


def _unknown(word: str) -> Unknown:
    near = difflib.get_close_matches(word.casefold(), _NAMES, n=1, cutoff=0.7)
    return Unknown(word, _NAMES[near[0]] if near else None)


_COMMANDS: dict[str, Callable[[_Said], Command]] = {
    "start": _start,
    "stop": _stop,
    "switch": _switch,
    "continue": _continue,
    "log": _log,
    "status": _status,
    "list": _list,
    "edit": _edit,
    "split": _split_entry,
    "delete": _delete,
    "undo": _undo,
    "tag": _tag,
    "note": _note,
    "gaps": _gaps,
    "link": _link,
    "connect": _form("connect"),
    "invoice": _form("invoice"),
    "settings": _form("settings"),
    "new": _form("new"),
    "help": _help,
}


def parse(text: str, *, now: datetime, zone: ZoneInfo, week_start: int = 0) -> Command:
    """Read what was typed after `/track`. `now` is aware; days and clock times are those of `zone`.

    `week_start` is the first day of a week, 0 for Monday to 6 for Sunday.
    Raises NotUnderstood, and nothing else, for whatever has no reading or more than one.
    """
    text = _visible(text)
    words, note = _split(text)
    if not words:
        return Form("track", ()) if note is None else Unknown(":", None)
    first, *rest = words
    name = _NAMES.get(first.key)
    if name is None:
        return _unknown(first.text)
    behind = text[first.end :].strip()
    said = _Said(name, first.text, rest, note, behind, now.astimezone(UTC), zone, week_start)
    if name != "note" or note is not None:  # without a colon all of it is text
        _listen(said, _PHRASES_FOR[name])
    return _COMMANDS[name](said)


_DURATIONS = tuple(phrase for phrase in PHRASES if phrase.read in {_read_length, _read_hours, _refuse_negative})


def local_moment(day: date, clock: time, *, zone: ZoneInfo, now: datetime, piece: str = "") -> datetime:
    """A local time as UTC. Of two readings the one that is past; both past is refused, as is none."""
    local = datetime.combine(day, clock, zone)
    if not tz.datetime_exists(local):
        raise NotUnderstood(Reason.SKIPPED_HOUR, piece)
    if tz.datetime_ambiguous(local) and local.replace(fold=1).astimezone(UTC) <= now:
        raise NotUnderstood(Reason.AMBIGUOUS_HOUR, piece)
    return local.astimezone(UTC)


def parse_duration(text: str) -> int:
    """Seconds of what stands in a duration field: 1:30, 1,5, 1.5h, 90m, 1h30, 2 std; a bare 2 is hours.

    Raises NotUnderstood, also for nothing, for less than a second and for more than 24 hours.
    """
    typed = " ".join(_visible(text).split())
    key = typed.casefold()
    if (found := _hit(_DURATIONS, key, 0)) and found[1].end() == len(key):
        phrase, match = found
        meaning = phrase.read(_Hit(match, typed, date.min))
        if isinstance(meaning, _Length):
            return meaning.seconds
    raise NotUnderstood(Reason.NO_DURATION, typed)
