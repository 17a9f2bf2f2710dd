"""From the words of the languages to patterns, and what is read of a text that fits one.

Every pattern begins at a word, covers whole words and has no nested repetition, so the time to read a text grows only
with its length.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from bot.core.languages import Term
from bot.grammar import terms
from bot.grammar.meanings import Meaning, Setting
from bot.grammar.refusals import Means, NotUnderstood, Reading, Reason
from bot.grammar.wording import patterns_of, words_of

_DASHES = "-‐‑–—−"
DASH = f"[{_DASHES}]"
FULL_YEAR = "(?:19|20)[0-9]{2}"
DASHES = "(?:--|–|—) ?"
"""Before a flag; keyboards make one dash of two."""
FRACTIONS = "½¼¾⅓⅔⅛⅜⅝⅞"
_BEFORE_A_NUMBER = "~≈+.,:"
SPELLED = "\ue000"
"""Stands before the figures of a number that was spelled out, in the text in which phrases are looked for."""
ARTICLE = "\ue001"
"""Stands there for a and an, which may mean one."""
ON = "\ue002"
"""Stands there for "on" before a day: the German "am" is no morning."""
NUMBER = frozenset({"0", SPELLED})
_MARKS = SPELLED + ARTICLE + ON
_PLACE = re.compile(r"\{(\w+)\}")


def key(typed: str) -> str:
    """A word as it is compared: composed and casefolded."""
    if typed.isascii():
        return typed.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", typed).casefold())


def is_number(key: str) -> bool:
    """Whether a casefolded word is a number, or begins with one."""
    first = key[0]
    if first in _BEFORE_A_NUMBER and len(key) > 1:
        first = key[1]
    return "0" <= first <= "9" or first in FRACTIONS


def lead(key: str) -> str:
    """What a casefolded word is filed under: any number together, any dash together, a word without its full stop."""
    if not key[0].isalpha():
        if key[0] in _DASHES:
            return "-"
        if is_number(key):
            return "0"
        if key[0] in _MARKS:
            return key[0]
    return key.rstrip(".,")


@dataclass(frozen=True, slots=True)
class PhraseMatch:
    """A phrase that was found in the text: the match in the casefolded words, and the piece as it was typed."""

    match: re.Match[str]
    piece: str
    setting: Setting

    def __getitem__(self, group: str) -> str | None:
        if group not in self.match.re.groupindex:
            return None
        value: str | None = self.match[group]
        return value

    @property
    def today(self) -> date:
        """The person's day."""
        return self.setting.today

    def number(self, group: str, default: int = 0) -> int:
        """The digits of a group, or the default where it has none."""
        return int(self[group] or default)

    def refuse(self, reason: Reason) -> NotUnderstood:
        """What to raise."""
        return NotUnderstood(reason, self.piece)

    def ask(self, reason: Reason, readings: Iterable[tuple[str, Means]]) -> NotUnderstood:
        """What to raise where the piece has several readings: what could stand in its place, and what that means."""
        return NotUnderstood(reason, self.piece, readings=tuple(Reading(*each) for each in readings))


@dataclass(frozen=True, slots=True)
class Piece:
    """Part of a pattern, and under which leads its text can begin."""

    pattern: str
    leads: frozenset[str]


def any_of(words: Iterable[str]) -> Piece:
    """One of these words, the longest that fits."""
    longest_first = sorted(words, key=len, reverse=True)
    alternatives = "|".join(re.escape(word) for word in longest_first)
    return Piece(f"(?:{alternatives})", frozenset(lead(word.split(" ")[0]) for word in longest_first))


def flag(words: Sequence[str]) -> Piece:
    """One of the words behind two dashes."""
    return Piece(DASHES + any_of(words).pattern, frozenset("-"))


def or_plain(flagged: Piece, words: Sequence[str]) -> Piece:
    """A flag, or one of the words without its dashes."""
    plain = any_of(words)
    return Piece(f"(?:{flagged.pattern}|{plain.pattern})", plain.leads | flagged.leads)


def filled(template: str, **places: Piece) -> Piece:
    """A template of a catalogue as a pattern: its places filled, its words as they stand."""
    parts = _PLACE.split(template)
    pattern = "".join(places[part].pattern if n % 2 else re.escape(part) for n, part in enumerate(parts))
    first_word = parts[0].split(" ")[0]
    return Piece(pattern, frozenset({lead(first_word)}) if first_word else places[parts[1]].leads)


def around(template: str) -> tuple[str, str]:
    """What stands before the one place of a template, and behind it."""
    before, _, behind = _PLACE.split(template)
    return before.strip(), behind.strip()


def placed(templates: Iterable[str], piece: Piece) -> list[Piece]:
    """Templates of one place as few patterns: those that lead to it, those that stand behind it, and any others."""
    sides = [around(template) for template in templates]
    leading = any_of(before for before, behind in sides if not behind)
    behind_it = any_of(behind for before, behind in sides if not before)
    both = ((any_of([before]), behind) for before, behind in sides if before and behind)
    found = [Piece(f"{leading.pattern} {piece.pattern}", leading.leads)] if leading.leads else []
    if behind_it.leads:
        found.append(Piece(f"{piece.pattern} {behind_it.pattern}", piece.leads))
    found += [Piece(f"{before.pattern} {piece.pattern} {re.escape(behind)}", before.leads) for before, behind in both]
    return found


@dataclass(frozen=True)
class Phrase:
    """One way to type a time or a day: where it counts, what can begin it, and what it means.

    `names_from` is the first of its words that may as well belong to a name; None where all that can be is a time.
    """

    source: str
    read: Callable[[PhraseMatch], Meaning]
    where: tuple[str, ...]
    leads: frozenset[str]
    names_from: int | None

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Compiled when a text first needs it: all of them at once would take a fifth of a second of each start."""
        return re.compile(self.source)


def row(piece: Piece, read: Callable[[PhraseMatch], Meaning], where: str, *, names_from: int | None = None) -> Phrase:
    """A rule. Phrases cover whole words; a comma behind one is only punctuation."""
    return Phrase(rf"(?:{piece.pattern}),?(?= |\Z)", read, tuple(where.split()), piece.leads, names_from)


class Lexicon:
    """The words and patterns of all languages together, with marks for numbers that are spelled out."""

    def __init__(self, languages: Sequence[str]) -> None:
        self.languages = languages
        self.marks = self._marks()
        """What stands for a word in the text in which phrases are looked for."""

    def _raw(self, *said: Term) -> list[str]:
        found = (key(word) for term in said for language in self.languages for word in words_of(term, language))
        return list(dict.fromkeys(found))

    def _marks(self) -> dict[str, str]:
        marks = dict.fromkeys(self._raw(terms.ARTICLE), ARTICLE)
        numbers = {word: str(number) for number, term in terms.NUMBERS.items() for word in self._raw(term)}
        halves = [key(it) for language in self.languages for it in patterns_of(terms.NUMBER_AND_A_HALF, language)]
        for word, number in numbers.items():
            joined = (it.replace("{number}", word) for it in halves if " " not in it)
            marks |= dict.fromkeys(joined, f"{SPELLED}{number}½")
        marks |= dict.fromkeys((it for it in self._raw(terms.ONE_AND_A_HALF) if " " not in it), f"{SPELLED}1½")
        return marks | {word: SPELLED + number for word, number in numbers.items()}

    def marked(self, text: str) -> str:
        """A casefolded text with these marks."""
        return " ".join([self.marks.get(word, word) for word in text.split(" ")])

    def words(self, *said: Term) -> list[str]:
        """The words of terms, each once."""
        return [self.marked(word) for word in self._raw(*said)]

    def words_in(self, language: str, *said: Term) -> list[str]:
        """The words of terms in one language alone."""
        return [self.marked(key(word)) for term in said for word in words_of(term, language)]

    def any_of(self, *said: Term) -> Piece:
        """One of the words of terms."""
        return any_of(self.words(*said))

    def numbered(self, groups: Sequence[Term], *, start: int) -> dict[str, int]:
        """The number of the term to which each word belongs."""
        return {word: number for number, term in enumerate(groups, start) for word in self.words(term)}

    def patterns(self, *said: Term) -> list[str]:
        """Each pattern once; the languages may share some."""
        found = (it for term in said for language in self.languages for it in patterns_of(term, language))
        return [self.marked(key(pattern)) for pattern in dict.fromkeys(found)]

    def before(self, *said: Term) -> list[str]:
        """The words that stand before the first place of these patterns."""
        found = [_PLACE.split(pattern)[0].strip() for pattern in self.patterns(*said)]
        return list(filter(None, dict.fromkeys(found)))

    def between(self, *said: Term) -> list[str]:
        """The words that stand between the two places of these patterns."""
        found = [_PLACE.split(pattern)[2].strip() for pattern in self.patterns(*said)]
        return list(filter(None, dict.fromkeys(found)))
