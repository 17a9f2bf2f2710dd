"""How names are spelled and compared, and which typed words are part of one."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter
from typing import NamedTuple

from rapidfuzz import fuzz

_LEGAL_FORMS = frozenset({"gmbh", "mbh", "ag", "ug", "kg", "gbr", "ohg", "se", "ltd", "inc", "llc", "co", "sarl", "bv"})
"""Nobody abbreviates these: Acme GmbH › Website is "aw"."""
_WORD = re.compile("\\w+|[\u2190-\u2bff\U0001f000-\U0001faff]")
"""Letters and digits, or one symbol: a project may be called 🚀."""
MARKED = re.compile(r"(?<!\S)[-‐-―+~=#]+\w\S*")
"""--nb, #x, ~2h: whoever types this says something else than a name, unless a name is spelled so."""
_INVISIBLE = "Cf"
A_SLIP = 75
"""Of 100: a word that is as much like one of a name is that word mistyped, and no other."""
_SHORTEST_SLIP = 4
"""Letters: of shorter words each is like many."""
_SHORTEST_BEGINNING = 2
"""Letters: each word of a note begins some name with no more."""
_MOST_MISSING = 2
"""Letters that are missing or too many: Söhnlein is no slip of Söhne."""
MOST_READ = 40
"""Words of a text that are looked for in names; the others are no part of one."""
_BETWEEN_NAMES = re.compile(r"[-‐-―/›>»|&,.;·…\s]*")
"""Acme – Website."""


def name_key(name: str) -> str:
    """The name as it is compared: no case, no accents (ü as u, ß as ss), nothing invisible, single spaces."""
    folded = name.casefold()
    if folded.isascii():  # most names are, and there are 20,000 of them
        return " ".join(folded.split())
    folded = unicodedata.normalize("NFKD", folded)
    seen = (char for char in folded if not unicodedata.combining(char) and unicodedata.category(char) != _INVISIBLE)
    return " ".join("".join(seen).split())


def words(text: str) -> tuple[str, ...]:
    """The comparable words of a name or of what was typed."""
    return tuple(_WORD.findall(name_key(text)))


class Piece(NamedTuple):
    """A typed word, and what of it is compared with names."""

    typed: str
    words: tuple[str, ...]
    may_be_word: bool
    """Whether it can be a word of a name."""

    @property
    def is_between(self) -> bool:
        """Whether it only stands between names, and says nothing."""
        return not self.words and _BETWEEN_NAMES.fullmatch(name_key(self.typed)) is not None

    @property
    def may_be_name(self) -> bool:
        """Whether it can be part of a name, or stands between two."""
        return self.may_be_word if self.words else self.is_between


class Spelled(NamedTuple):
    """The words by which one reading is named."""

    words: tuple[str, ...]
    code: str = ""
    service: tuple[str, ...] = ()

    def is_begun_by(self, typed: Sequence[str]) -> bool:
        """Whether each of these is or begins a word of the name, or abbreviates it."""
        return all(self._begun_by(word) for word in typed)

    def _begun_by(self, word: str) -> bool:
        if word in (self.code, *self.words, *self.service):
            return True
        if word.isnumeric():
            return False
        return word == initials_of(self.words) or any(name.startswith(word) for name in (*self.words, *self.service))

    def is_meant_by(self, typed: Sequence[str], taken: set[str]) -> bool:
        """Whether each of these is a word of the name that no other typed word has `taken`, rightly or mistyped."""
        free = [name for name in (self.code, *self.words, *self.service) if name and name not in taken]
        return all(any(word == name or _is_slip(word, name) for name in free) for word in typed)

    def is_told_by(self, typed: Sequence[str]) -> bool:
        """Whether these are more than the first letter or two of its words."""
        known = (self.code, *self.words, *self.service, initials_of(self.words))
        return bool(typed) and all(len(word) > _SHORTEST_BEGINNING or word in known for word in typed)

    def taken_by(self, typed: Iterable[str]) -> set[str]:
        """The words of the name that these mean."""
        return {
            name
            for word in typed
            for name in (self.code, *self.words, *self.service)
            if name and (name.startswith(word) or _is_slip(word, name))
        }


class LeftOver(NamedTuple):
    """The typed words that are no part of a name."""

    rank: tuple[int, bool]
    """How many of them there are, and whether all the others only begin a word of the name, with a letter or two."""
    words: tuple[str, ...]


def left_over(pieces: Sequence[Piece], name: Spelled, trimmed: Callable[[range], range]) -> LeftOver:
    """The typed words that are no part of the name, by the row of words that leaves the fewest."""
    found = [_left_beside(pieces, name, trimmed(run)) for run in _runs(pieces, name)]
    return min(found or [_left_beside(pieces, name, range(0))], key=attrgetter("rank"))


def _runs(pieces: Sequence[Piece], name: Spelled) -> list[range]:
    """The longest rows of typed words that are all part of the name."""
    runs, start, end = [], None, 0
    for position, piece in enumerate(pieces[:MOST_READ]):
        if piece.is_between and start is not None:
            continue
        if piece.words and piece.may_be_name and name.is_begun_by(piece.words):
            start, end = position if start is None else start, position + 1
        elif start is not None:
            runs.append(range(start, end))
            start = None
    return [*runs, range(start, end)] if start is not None else runs


def _left_beside(pieces: Sequence[Piece], name: Spelled, run: range) -> LeftOver:
    """What is left in front of these words and behind them; what stands in the midst of it belongs to it."""
    used = {*run}
    taken = name.taken_by(word for position in run for word in pieces[position].words)
    for position, piece in enumerate(pieces[:MOST_READ]):
        if position in used or not piece.words or not piece.may_be_name or not name.is_meant_by(piece.words, taken):
            continue
        used.add(position)
        taken |= name.taken_by(piece.words)
        run = run or range(position, position + 1)
    left: list[str] = []
    count = 0
    for side in (range(run.start), range(run.stop, len(pieces))):
        over = [position for position in side if position not in used and not pieces[position].is_between]
        count += len(over)
        if over:
            first, last = over[0], over[-1]
            while first > side.start and pieces[first - 1].is_between:  # website -- nb
                first -= 1
            left += [piece.typed for piece in pieces[first : last + 1]]
    is_weak = not any(name.is_told_by(pieces[position].words) for position in used)
    return LeftOver((count, is_weak), tuple(left))


def without_short_ends(pieces: Sequence[Piece], name: Spelled, run: range) -> range:
    """Words in a row, without those at its end that only begin a word of the name, with a letter or two."""
    while len(run) > 1 and not name.is_told_by(pieces[run[-1]].words):
        run = run[:-1]
    return run


def _is_slip(word: str, name: str) -> bool:
    if min(len(word), len(name)) < _SHORTEST_SLIP or abs(len(word) - len(name)) > _MOST_MISSING or has_number(word):
        return False
    return fuzz.ratio(word, name) >= A_SLIP


def has_number(text: str) -> bool:
    """Whether it has a digit, or a number of any other writing."""
    return any(map(str.isnumeric, text))


def code_of(number: str) -> str:
    """A customer's number as one word."""
    return "".join(words(number))


def initials_of(name: Sequence[str]) -> str:
    """Acme GmbH › Website is aw; one word has none."""
    initials = [word[0] for word in name if word not in _LEGAL_FORMS]
    return "".join(initials) if len(initials) > 1 else ""


def spoken(name: Sequence[str]) -> Sequence[str]:
    """The words of a name that people say: without its legal form, unless it has no others."""
    return [word for word in name if word not in _LEGAL_FORMS] or name


def distinct_words(pieces: Iterable[Piece]) -> list[str]:
    """Their words in their order, each once."""
    return list(dict.fromkeys(word for piece in pieces for word in piece.words))
