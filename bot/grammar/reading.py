"""From what was typed to a command: which phrases stand in it, what they say, and which of them may be names."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import partial
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.grammar import asked, worked
from bot.grammar import values as grammar
from bot.grammar.amounts import NOTHING_SPENT
from bot.grammar.customs import USUAL, Customs
from bot.grammar.flags import read_note
from bot.grammar.found import Found, find
from bot.grammar.joined import spread
from bot.grammar.meanings import (
    Ago,
    At,
    Between,
    Billable,
    Days,
    Ends,
    Filler,
    Length,
    Less,
    Meaning,
    Private,
    Season,
    Setting,
    To,
    When,
)
from bot.grammar.patterns import PhraseMatch, is_number, key
from bot.grammar.refusals import NotUnderstood, Reading, Reason
from bot.grammar.said import Heard, Mark, Said
from bot.grammar.subcommands import COMMANDS, unknown_command
from bot.grammar.taken import MOST_TOGETHER, Taken, taken, taken_by_filter
from bot.grammar.tokens import HASHTAG, QUOTED, Word, is_tag, split, visible
from bot.grammar.values import Command
from bot.grammar.vocabulary import vocabulary
from bot.grammar.weekdays import join_weekday
from bot.grammar.where import EXPENSE, FIELD, FILTERED, LOG, NOTE, NOTED

_FLAG = re.compile(r"[-–—#]+\w")
_FILTERED = frozenset(FILTERED.split())
_TAGGED = frozenset({"start", "switch", "stop", "log", "tag", *_FILTERED})
_NOTED = frozenset(NOTED.split())
_NAMING = frozenset({"start", "switch", "continue", "log", EXPENSE, *_FILTERED})
"""Behind these, names are looked up."""


def _understand(said: Said, found: list[Found]) -> None:
    """Take times, days and tags out of the words."""
    position, setting = 0, said.setting
    for each in found:
        _take_words(said, position, each.position)
        piece = " ".join([word.text for word in said.typed[each.position : each.position + each.count]])
        try:
            meaning = each.phrase.read(PhraseMatch(each.match, piece, setting))
        except NotUnderstood as error:
            raise _placed(said, each, error) from None
        _keep(said, meaning, each, piece)
        if isinstance(meaning, To):
            setting = asked.setting_of_next(said)
        position = each.position + each.count
    _take_words(said, position, len(said.typed))


def _placed(said: Said, found: Found, error: NotUnderstood) -> NotUnderstood:
    """The readings of a piece as readings of the whole text."""
    readings = (Reading(said.rewritten(found.position, found.count, each.text), each.means) for each in error.readings)
    return NotUnderstood(error.reason, error.piece, error.rest, tuple(readings))


def _take_words(said: Said, start: int, end: int) -> None:
    """Keep what no phrase covers."""
    for word in said.typed[start:end]:
        if word.key[0].isalpha():  # as most are; the rest would take as long again
            said.words.append(word)
        elif not _take_tag(said, word):
            said.words.append(word)
            if word.key != QUOTED and (is_number(word.key) or _FLAG.match(word.key)):
                said.unexplained.append(word.text)


def _take_tag(said: Said, word: Word) -> bool:
    """Keep the word if it is a tag to add, or one to take away."""
    if said.name not in _TAGGED or not (found := HASHTAG.fullmatch(word.key)) or not is_tag(found["tag"]):
        return False
    if found["remove"] and said.name != "tag":
        return False
    tags = said.removed_tags if found["remove"] else said.tags
    tags[found["tag"]] = None
    if len(said.tags) + len(said.removed_tags) > grammar.MOST_TAGS:
        raise NotUnderstood(Reason.TOO_MANY_TAGS, word.text)
    return True


def _keep(said: Said, meaning: Meaning, found: Found, piece: str) -> None:
    match meaning:
        case Days() as days:
            again = partial(_read_again, found, piece)
            said.days.append(Heard(days, piece, found.position, found.count, again))
            join_weekday(said)
            said.asked.marks.append(Mark(found.position, found.count, days))
        case Length() | At() | Ends() | Ago() | Between() as when:
            said.times.append(Heard(when, piece, found.position, found.count))
        case Less() as less:
            if said.name != LOG:
                raise NotUnderstood(Reason.NEGATIVE, piece)
            said.breaks.append(Heard(less, piece, found.position, found.count))
        case Private():
            said.private = True
        case Season(is_summer):
            said.is_summer = is_summer
        case Billable(billable):
            _keep_billable(said, billable, piece)
            said.asked.marks.append(Mark(found.position, found.count, meaning))
        case Filler():
            pass
        case _:
            asked.keep(said, meaning, Mark(found.position, found.count, meaning), piece)


def _read_again(found: Found, piece: str, setting: Setting) -> Meaning:
    """A phrase in another setting."""
    return found.phrase.read(PhraseMatch(found.match, piece, setting))


def _keep_billable(said: Said, billable: bool, piece: str) -> None:
    """What is said at most once."""
    if said.billable not in (None, billable):
        raise NotUnderstood(Reason.CONTRADICTS, piece)
    said.billable = billable


def _take_flags(said: Said) -> None:
    """Take away what the ends of a note say about it."""
    if not said.note or said.name not in _NOTED:
        return
    noted = read_note(said.note)
    said.note = noted.text
    said.private |= noted.private
    if noted.billable is not None:
        _keep_billable(said, noted.billable, noted.piece)


class Understood(NamedTuple):
    """What came of a text: a command, or why there is none; and which of its phrases may belong to a name."""

    command: Command | None
    error: NotUnderstood | None
    said: Said | None = None
    found: tuple[Found, ...] = ()

    def required(self) -> Command:
        """The command. Raises NotUnderstood where there is none."""
        if self.command is None:
            raise self.error or LookupError("neither a command nor an error")
        return self.command

    @property
    def is_filtered(self) -> bool:
        """Whether it is a list or report, in which several names may stand."""
        return self.said is not None and self.said.name in _FILTERED

    def taken(self) -> Iterator[Taken]:
        """The phrases of a text in which names are looked up, from left to right."""
        if self.said is None or self.said.name not in _NAMING:
            return
        heard: dict[int, Heard[When | Days]] = {}
        for each in (*self.said.days, *self.said.times):
            heard[each.position] = each
        for number, found in enumerate(self.found):
            if self.is_filtered:
                yield from taken_by_filter(self.said, self.found[number : number + MOST_TOGETHER], heard)
            else:
                yield taken(self.said, found, heard.get(found.position))


def read(
    text: str,
    *,
    now: datetime,
    zone: ZoneInfo,
    week_start: int = 0,
    day_seconds: int = grammar.USUAL_DAY,
    customs: Customs = USUAL,
    own_words: tuple[tuple[str, grammar.NameKind], ...] = (),
) -> Understood:
    """Read what was typed after `/track`. `now` is aware; days and clock times are those of `zone`.

    `week_start` is the first day of a week, 0 for Monday to 6 for Sunday; `day_seconds` is how long a working day is;
    `own_words` are the casefolded ones by which a workspace calls its customers, projects and services.
    Instants are whole seconds. What has no reading or more than one is told as an error, and nothing is raised; what
    may belong to a name is left to whoever knows the names.
    """
    moment = now.astimezone(UTC).replace(microsecond=0)
    return _read(
        text, moment, zone, Setting(moment.astimezone(zone).date(), week_start, day_seconds, customs, own_words)
    )


def _read(text: str, moment: datetime, zone: ZoneInfo, setting: Setting) -> Understood:
    try:
        text = visible(text)
    except NotUnderstood as error:
        return Understood(None, error)
    words, note = split(text)
    if not words:
        return Understood(grammar.Form("track", ()) if note is None else grammar.Unknown(":", None), None)
    first, *rest = words
    known = vocabulary()
    name = known.names.get(first.key)
    if name is None:
        return _without_command(Said(LOG, first.text, text, words, note, text, moment, zone, setting))
    spent = NOTHING_SPENT
    if name in _FILTERED:
        rest = spread(rest, known.phrases.span_words)
    elif name == EXPENSE:
        try:
            spent, rest = known.amounts.take(text, rest)
        except NotUnderstood as error:
            return Understood(None, error.behind(name))
    behind = text[first.end :].strip()
    said = Said(name, first.text, text, rest, note, behind, moment, zone, setting, spent=spent)
    found = [] if name == NOTE and note is None else find(said, known.phrases)  # without a colon all of it is text
    understood = _understood(said, found)
    again = _meant_otherwise(said, understood.error) if understood.error and name == LOG else None
    if again is None:
        return understood
    other = _read(again, moment, zone, setting)
    is_asked = other.error is not None and bool(other.error.readings)
    return other if is_asked or isinstance(other.command, grammar.Log) else understood


_DOTTED = re.compile(r"[0-9]{1,2}\.[0-9]{1,2}")
_HALVES = frozenset({"1/2", "1/4", "3/4"})


def _meant_otherwise(said: Said, error: NotUnderstood) -> str | None:
    """The text with a full stop behind 10.03, which is a day beside a length; with an h behind 1/2, where none is."""
    if error.reason in (Reason.TWO_TIMES, Reason.TWO_LENGTHS, Reason.TOO_LONG) and _DOTTED.fullmatch(error.piece):
        piece, whole = error.piece, f"{error.piece}."
    elif error.reason is Reason.NO_DURATION and said.days and said.days[0].piece in _HALVES:
        piece, whole = said.days[0].piece, f"{said.days[0].piece} h"
    else:
        return None
    position = next((at for at, word in enumerate(said.typed) if word.text == piece), None)
    return None if position is None else said.rewritten(position, 1, whole)


def _understood(said: Said, found: list[Found]) -> Understood:
    try:
        _understand(said, found)
        _take_flags(said)
        return Understood(COMMANDS[said.name](said), None, said, tuple(found))
    except NotUnderstood as error:
        return Understood(None, error.behind(said.name), said, tuple(found))


def begins_with(text: str, subcommand: str) -> bool:
    """Whether a text begins with a word for this subcommand, in any language."""
    first = text.split(maxsplit=1)[:1]
    return bool(first) and vocabulary().names.get(key(first[0])) == subcommand


def _without_command(said: Said) -> Understood:
    """A text that begins with a length, clock times or a day and says how long: it means log."""
    unknown = Understood(unknown_command(said.typed[0].text), None)
    found = find(said, vocabulary().phrases, at=1)
    if not found or found[0].position != 0:
        return unknown
    understood = _understood(said, found)
    is_work = any(isinstance(heard.meaning, Length | Between) for heard in said.times)
    has_readings = understood.error is not None and bool(understood.error.readings)
    return understood if is_work or has_readings else unknown


def parse_duration(text: str, *, day_seconds: int = grammar.USUAL_DAY) -> int:
    """Seconds of what stands in a duration field: 1:30, 1,5, 1.5h, 90m, 1h30, 2 std, 9-10:30; a bare 2 is hours.

    Raises NotUnderstood, also for nothing, for less than a second and for more than 24 hours.
    """
    shown = visible(text)
    words, note = split(shown)
    now = datetime(2000, 1, 1, tzinfo=UTC)
    setting = Setting(date(2000, 1, 1), day_seconds=day_seconds)
    said = Said(FIELD, "", shown, words, note, shown, now, ZoneInfo("UTC"), setting)
    _understand(said, find(said, vocabulary().phrases))
    meant = [heard.meaning for heard in said.times]
    if not said.words and note is None:
        match meant:
            case [Between() as between]:
                return worked.clock_seconds(between)
            case [Length(seconds), *more] if all(isinstance(each, Length) and each.added for each in more):
                return seconds + sum(each.seconds for each in more if isinstance(each, Length))
    raise NotUnderstood(Reason.NO_DURATION, shown)
