"""From what was typed to a command: characters, words, what was said, and what the subcommand makes of it."""

import difflib
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from dateutil import tz

from bot.core.languages import languages
from bot.grammar import values as grammar
from bot.grammar.phrases import (
    FIELD,
    FLAG,
    Ago,
    At,
    Between,
    Billable,
    Clock,
    Days,
    Length,
    Meaning,
    PhraseMatch,
    Phrases,
    Private,
    Since,
    Until,
    When,
    key,
)
from bot.grammar.refusals import NotUnderstood, Reason
from bot.grammar.values import Command
from bot.grammar.wording import SUBCOMMANDS, words_of

LONGEST_NIGHT = timedelta(hours=12)  # 22:00-1:00 crosses midnight; 10:30-9 is taken for a slip


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What is understood, in all languages there are texts in."""

    names: dict[str, str]  # each word that begins a command, and the command's canonical name
    phrases: Phrases


@cache
def vocabulary() -> Vocabulary:
    """Built once; where two commands share a word, the language that comes first keeps it."""
    names: dict[str, str] = {}
    for language in languages():
        for known in SUBCOMMANDS:
            for word in (known.name, *words_of(known.words, language)):
                names.setdefault(key(word), known.name)
    return Vocabulary(names, Phrases(languages()))


# From characters to words.

_HASHTAG = re.compile(r"(?P<remove>-)?#(?P<tag>[\w-]+),?")
_TAG = re.compile(r"(?=[\w-]{2,40}\Z)[\w-]*[^\W\d_][\w-]*")  # #12 is a number
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
    if len(text) > grammar.LONGEST_TEXT:
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
            words.append(_Word(" ".join(typed[1:-1].strip("\u200c\u200d").split()), '"', token.end()))
        else:
            words.append(_Word(typed, key(typed), token.end()))
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
    """What a subcommand was given, with times, days and tags taken out of the words."""

    name: str  # of the subcommand
    subcommand: str  # as typed
    words: list[_Word]
    note: str | None
    behind: str  # everything after the subcommand
    now: datetime  # UTC, in whole seconds
    zone: ZoneInfo
    week_start: int
    is_summer: bool | None
    times: list[tuple[When, str]] = field(default_factory=list)
    days: list[tuple[Days, str]] = field(default_factory=list)
    range: type[Until | Since] | None = None  # how the days make a range
    billable: bool | None = None
    private: bool = False
    tags: dict[str, None] = field(default_factory=dict)  # in order, each once
    removed_tags: dict[str, None] = field(default_factory=dict)

    def today(self) -> date:
        return self.now.astimezone(self.zone).date()

    def nothing_else(self) -> None:
        """Refuse words where none belong."""
        if self.words:
            raise NotUnderstood(Reason.UNEXPECTED, self.words[0].text)

    def no_note(self) -> None:
        """Refuse a note where none belongs."""
        if self.note:
            raise NotUnderstood(Reason.UNEXPECTED, self.note)

    def day(self) -> Days | None:
        if len(self.days) > 1:
            raise NotUnderstood(Reason.TWO_DAYS, self.days[1][1])
        return self.days[0][0] if self.days else None

    def range_of_days(self) -> Days:
        """The days that were named, for `list`; without any it is today."""
        today = Days(self.today(), self.today())
        if self.range is not Until:
            days = self.day() or today
            return Days(days.first, today.last) if self.range is Since else days
        if len(self.days) > 2:
            raise NotUnderstood(Reason.TWO_DAYS, self.days[2][1])
        (first, _), (last, piece) = self.days
        if first.first > last.last:
            raise NotUnderstood(Reason.ENDS_BEFORE_START, piece)
        return Days(first.first, last.last)

    def instant(self, *, reach: timedelta = timedelta(days=1)) -> datetime | None:
        """The one past instant that was named; a bare clock time may `reach` so far back, into yesterday."""
        day = self.day()
        match self.times:
            case [] if day:
                raise NotUnderstood(Reason.NO_CLOCK, self.days[0][1])
            case []:
                return None
            case [(At(clock), piece)]:
                return self.past(clock, piece, reach=reach)
            case [(Ago(seconds), _)] if not day:
                return self.now - timedelta(seconds=seconds)
            case _:
                raise NotUnderstood(Reason.TWO_TIMES, self.times[-1][1])

    def start(self) -> datetime | None:
        """When a timer started. "Since 23:00" means yesterday if typed at night; at noon it is a slip for 11:00."""
        return self.instant(reach=LONGEST_NIGHT)

    def which(self) -> grammar.Which:
        """The entry that was meant by a day or a moment."""
        if self.times:
            return grammar.Which(at=self.instant())
        day = self.day()
        return grammar.Which(day.first if day else None)

    def year_typed(self) -> bool:
        day = self.day()
        return day is None or day.year_typed

    def worked(self) -> tuple[grammar.Duration | grammar.Span, ...]:
        """The stretches of work that were named, for `log`."""
        return (self.stretch(),)

    def stretch(self) -> grammar.Duration | grammar.Span:
        day = self.day()
        match self.times:
            case [(Length(seconds), _)]:
                return grammar.Duration(seconds, day.first if day else self.today())
            case [(Between(start, end), piece)]:
                return self.between(start, end, piece)
            case [(At(clock, until_now=True), piece)]:
                return self.span(self.past(clock, piece), self.now, piece)
            case [(Length(seconds), _), (At(clock), piece)] | [(At(clock), piece), (Length(seconds), _)]:
                start_at = self.past(clock, piece)
                return self.span(start_at, start_at + timedelta(seconds=seconds), piece)
            case []:
                on = day.first if day else self.today()
                rest = grammar.Untimed(
                    _names(self.words), self.note or "", on, tuple(self.tags), self.billable, self.private
                )
                raise NotUnderstood(Reason.NO_DURATION, self.subcommand, rest)
            case [(At() | Ago(), _)]:
                raise NotUnderstood(Reason.NO_DURATION, self.subcommand)
            case _:
                raise NotUnderstood(Reason.TWO_TIMES, self.times[1][1])

    def between(self, start: Clock, end: Clock, piece: str) -> grammar.Span:
        """The last time the clock showed `start`, until it next showed `end`, which may be after midnight."""
        start_at = self.past(start, piece)
        day = start_at.astimezone(self.zone).date()
        if end.time > start.time:
            return self.span(start_at, self.resolve(day, end, piece), piece)
        end_at = self.resolve(day + timedelta(days=1), end, piece)
        if end_at - start_at > LONGEST_NIGHT:
            raise NotUnderstood(Reason.ENDS_BEFORE_START, piece)
        return self.span(start_at, end_at, piece)

    def span(self, start: datetime, end: datetime, piece: str) -> grammar.Span:
        if end > self.now:
            raise NotUnderstood(Reason.FUTURE, piece)
        if end <= start:
            raise NotUnderstood(Reason.ZERO, piece)
        if end - start > timedelta(seconds=grammar.LONGEST_WORK):
            raise NotUnderstood(Reason.TOO_LONG, piece)
        return grammar.Span(start, end)

    def past(self, clock: Clock, piece: str, *, reach: timedelta = timedelta(days=1)) -> datetime:
        """That clock time on the day that was named, or else today, or else yesterday if that is near."""
        named = self.day()
        is_yesterday = not named and not self.reached(clock)
        day = named.first if named else self.today() - timedelta(days=is_yesterday)
        found = self.resolve(day, clock, piece)
        if found > self.now or (is_yesterday and self.now - found > reach):
            raise NotUnderstood(Reason.FUTURE, piece)
        return found

    def reached(self, clock: Clock) -> bool:
        """Whether the clock has shown this today: also later than now, in the hour that comes twice."""
        local = self.now.astimezone(self.zone)
        return clock.time <= local.time() or datetime.combine(local, clock.time, self.zone).astimezone(UTC) <= self.now

    def resolve(self, day: date, clock: Clock, piece: str) -> datetime:
        """A local time as UTC."""
        is_summer = self.is_summer if clock.is_summer is None else clock.is_summer
        return local_moment(day, clock.time, zone=self.zone, now=self.now, piece=piece, is_summer=is_summer)


def is_tag(text: str) -> bool:
    """Whether this, in small letters and without its #, can be a tag: 2 to 40 letters, digits, - or _."""
    return _TAG.fullmatch(text) is not None


def _take_tag(said: _Said, word: _Word) -> bool:
    """Keep the word if it is a tag to add, or one to take away."""
    if said.name not in _TAGGED or not (found := _HASHTAG.fullmatch(word.key)) or not is_tag(found["tag"]):
        return False
    if found["remove"] and said.name != "tag":
        return False
    tags = said.removed_tags if found["remove"] else said.tags
    tags[found["tag"]] = None
    if len(said.tags) + len(said.removed_tags) > grammar.MOST_TAGS:
        raise NotUnderstood(Reason.TOO_MANY_TAGS, word.text)
    return True


def _take_flag(said: _Said, phrases: Phrases, text: str) -> None:
    """Take away what stands before the text of a note and says that it is kept from the customer."""
    if said.words and phrases.find(FLAG, said.words[0].key, 0, said.words[0].key):
        said.private = True
        said.behind = text[said.words.pop(0).end :].strip()


def _listen(said: _Said, phrases: Phrases) -> None:
    """Take times, days and tags out of the words."""
    typed, said.words = said.words, []
    text = " ".join(word.key for word in typed)
    today = said.today()
    at = position = 0
    while position < len(typed):
        word = typed[position]
        found = phrases.find(said.name, text, at, word.key)
        if found is None:
            if not _take_tag(said, word):
                said.words.append(word)
            at += len(word.key) + 1
            position += 1
            continue
        phrase, match = found
        count = match[0].count(" ") + 1
        piece = " ".join(word.text for word in typed[position : position + count])
        _keep(said, phrase.read(PhraseMatch(match, piece, today, said.week_start)), piece)
        at = match.end() + 1
        position += count


def _keep(said: _Said, meaning: Meaning, piece: str) -> None:
    match meaning:
        case Days() as days:
            said.days.append((days, piece))
        case Length() | At() | Ago() | Between() as when:
            said.times.append((when, piece))
        case Billable(billable):
            if said.billable not in (None, billable):
                raise NotUnderstood(Reason.UNEXPECTED, piece)
            said.billable = billable
        case Private():
            said.private = True
        case Until() | Since():
            if said.range or isinstance(meaning, Until) is not bool(said.days):
                raise NotUnderstood(Reason.UNEXPECTED, piece)
            said.range = type(meaning)


# From what was said to commands.


def _start(said: _Said) -> Command:
    at = said.start()
    return grammar.Start(_names(said.words), said.note or "", at, tuple(said.tags), said.billable, said.private)


def _stop(said: _Said) -> Command:
    said.nothing_else()
    return grammar.Stop(said.instant(), said.note, tuple(said.tags), said.billable, said.private)


def _pause(said: _Said) -> Command:
    said.no_note()
    said.nothing_else()
    return grammar.Pause(said.instant())


def _switch(said: _Said) -> Command:
    at = said.start()
    return grammar.Switch(_names(said.words), said.note or "", at, tuple(said.tags), said.billable, said.private)


def _continue(said: _Said) -> Command:
    said.no_note()
    return grammar.Continue(_names(said.words), said.start())


def _log(said: _Said) -> Command:
    return grammar.Log(
        _names(said.words),
        said.note or "",
        said.worked(),
        tuple(said.tags),
        said.billable,
        said.private,
        said.year_typed(),
    )


def _which(said: _Said) -> grammar.Which:
    said.no_note()
    said.nothing_else()
    return said.which()


def _edit(said: _Said) -> Command:
    return grammar.Edit(_which(said))


def _delete(said: _Said) -> Command:
    return grammar.Delete(_which(said))


def _split_entry(said: _Said) -> Command:
    which = _which(said)
    return grammar.Split(which.at, which)


def _tag(said: _Said) -> Command:
    which = _which(said)
    if not said.tags and not said.removed_tags:
        raise NotUnderstood(Reason.NO_TAG, said.subcommand)
    return grammar.Tag(tuple(said.tags), tuple(said.removed_tags), which)


def _note(said: _Said) -> Command:
    # Only a time and a colon say which entry; any other text is the note, as it was typed.
    if said.note is not None and not said.words:
        return grammar.Note(said.note, said.which(), said.private)
    if not said.behind:
        raise NotUnderstood(Reason.NO_NOTE, said.subcommand)
    return grammar.Note(said.behind, grammar.Which(), said.private)


def _undo(said: _Said) -> Command:
    said.no_note()
    said.nothing_else()
    return grammar.Undo()


def _status(said: _Said) -> Command:
    said.no_note()
    said.nothing_else()
    return grammar.Status()


def _list(said: _Said) -> Command:
    said.no_note()
    said.nothing_else()
    days = said.range_of_days()
    return grammar.List(days.first, days.last)


def _gaps(said: _Said) -> Command:
    said.no_note()
    said.nothing_else()
    day = said.day()
    return grammar.Gaps(day.first if day else said.today())


def _link(said: _Said) -> Command:
    said.no_note()
    return grammar.Link(_names(said.words))


def _form(name: grammar.FormName) -> Callable[[_Said], Command]:
    def form(said: _Said) -> Command:
        behind_colon = said.note.split() if said.note else []  # new customer: Acme
        return grammar.Form(name, (*_names(said.words), *behind_colon))

    return form


def _help(said: _Said) -> Command:
    if not said.words:
        return grammar.Help(None)
    topic = vocabulary().names.get(said.words[0].key)
    return grammar.Help(topic) if topic else _unknown(said.words[0].text)


def _unknown(word: str) -> grammar.Unknown:
    names = vocabulary().names
    near = difflib.get_close_matches(key(word), names, n=1, cutoff=0.7)
    return grammar.Unknown(word, names[near[0]] if near else None)


_COMMANDS: dict[str, Callable[[_Said], Command]] = {
    "start": _start,
    "stop": _stop,
    "pause": _pause,
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
    "catalog": _form("catalog"),
    "help": _help,
}


def parse(
    text: str,
    *,
    now: datetime,
    zone: ZoneInfo,
    week_start: int = 0,
    day_seconds: int = grammar.USUAL_DAY,
    is_summer: bool | None = None,
) -> Command:
    """Read what was typed after `/track`. `now` is aware; days and clock times are those of `zone`.

    `week_start` is the first day of a week, 0 for Monday to 6 for Sunday. Instants are whole seconds.
    `is_summer` says how a time is meant that came twice, where the text says nothing.
    Raises NotUnderstood, and nothing else, for whatever has no reading or more than one.
    """
    text = _visible(text)
    words, note = _split(text)
    if not words:
        return grammar.Form("track", ()) if note is None else grammar.Unknown(":", None)
    first, *rest = words
    known = vocabulary()
    name = known.names.get(first.key)
    if name is None:
        return _unknown(first.text)
    moment = now.astimezone(UTC).replace(microsecond=0)
    said = _Said(name, first.text, rest, note, text[first.end :].strip(), moment, zone, week_start, is_summer)
    if name == "note":
        _take_flag(said, known.phrases, text)
    if name != "note" or note is not None:  # without a colon all of it is text
        _listen(said, known.phrases)
    return _COMMANDS[name](said)


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


def begins_with(text: str, subcommand: str) -> bool:
    """Whether a text begins with a word for this subcommand, in any language."""
    first = text.split(maxsplit=1)[:1]
    return bool(first) and vocabulary().names.get(key(first[0])) == subcommand


def parse_duration(text: str) -> int:
    """Seconds of what stands in a duration field: 1:30, 1,5, 1.5h, 90m, 1h30, 2 std; a bare 2 is hours.

    Raises NotUnderstood, also for nothing, for less than a second and for more than 24 hours.
    """
    typed = " ".join(_visible(text).split())
    read = key(typed)
    if read and (found := vocabulary().phrases.find(FIELD, read, 0, read)) and found[1].end() == len(read):
        phrase, match = found
        meaning = phrase.read(PhraseMatch(match, typed, date.min))
        if isinstance(meaning, Length):
            return meaning.seconds
    raise NotUnderstood(Reason.NO_DURATION, typed)
