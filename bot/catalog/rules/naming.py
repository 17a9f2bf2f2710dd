"""Which customers, projects, services and people a row of words names: several, each by the longest run of words."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from bot.catalog.rules.nouns import AMPERSAND, MOST_OFFERED, Fit, Kind, Noun, Nouns, same_name
from bot.catalog.rules.spelling import MARKED, Piece, distinct_words, name_key, words

MOST_WORDS = 40
"""What is longer is a pasted text."""
MENTIONED = ("@", "<@")
"""How a word begins that can only be a person."""
AND = ","
"""Stands between two names."""
_DIVIDING = frozenset({AND, "·", ";", "|"})
"""As above an answer."""
_MOST_OF_A_NAME = 10
"""Typed words that are one name."""
_BOOKED: tuple[Kind, ...] = ("customer", "project")
"""What time is booked on; the others are what was done, and who did it."""
_MENTION = re.compile(r"<@(\w+)(?:\|[^>]*)?>")
"""As Slack writes a person where it escapes what was typed."""


class Match(NamedTuple):
    """What a run of words fits best."""

    fit: Fit
    nouns: tuple[Noun, ...]
    in_order: bool


class Run(NamedTuple):
    """Words in a row that are one name."""

    typed: tuple[str, ...]
    match: Match
    otherwise: tuple[Match, Match] | None = None
    """Two names that fit the same words as well: "acme design" is the project Design, or what Acme was designed."""


class NoName(Exception):
    """A word that is no part of any name."""

    def __init__(self, typed: tuple[str, ...], position: int) -> None:
        super().__init__(typed[position])
        self.typed = typed
        """The word among those around it, up to the next comma."""
        self.position = position


_Place = tuple[int, int]
"""The first of some words and the one behind the last."""


@dataclass(slots=True)
class _Reading:
    """Reads one row of words. Which rows are names is cheap to know; how well they fit is asked where it decides."""

    among: Sequence[Nouns]
    pieces: list[Piece]
    _there: dict[_Place, list[set[int]]] = field(default_factory=dict)
    """By the place of words that are a name: which names of each kind they fit."""
    _matches: dict[_Place, Match] = field(default_factory=dict)
    _fits: dict[tuple[Kind, str], tuple[set[int], set[int]]] = field(default_factory=dict)

    def runs(self) -> tuple[Run, ...]:
        """The fewest names that have all the words, the best fitting of as many; the longest first. Raises NoName."""
        for start in range(len(self.pieces)):
            self._there.update(self._growing(start))
        fewest = self._fewest()
        best: dict[int, tuple[int, tuple[_Place, ...]]] = {len(self.pieces): (0, ())}
        for start in range(len(self.pieces) - 1, -1, -1):
            for end in range(len(self.pieces), start, -1):
                if (start, end) not in self._there or end not in best or fewest.get(start) != fewest[end] + 1:
                    continue
                match = self._match((start, end))
                cost = best[end][0] + 2 * match.fit + (not match.in_order)
                if start not in best or cost < best[start][0]:
                    best[start] = cost, ((start, end), *best[end][1])
        return tuple(Run(self._typed(place), self._match(place), self._otherwise(place)) for place in best[0][1])

    def _fewest(self) -> dict[int, int]:
        """Of how many names the words from each place on are, where they are. Raises NoName."""
        count = len(self.pieces)
        fewest = {count: 0}
        for start in range(count - 1, -1, -1):
            behind = [
                fewest[end] for end in range(start + 1, count + 1) if (start, end) in self._there and end in fewest
            ]
            if behind:
                fewest[start] = 1 + min(behind)
        if 0 not in fewest:
            raise NoName(self._typed((0, count)), self._first_unknown())
        return fewest

    def _first_unknown(self) -> int:
        """The word behind the most words that are names."""
        reached = {0}
        for start, end in sorted(self._there):
            if start in reached:
                reached.add(end)
        return max(reached)

    def _typed(self, place: _Place) -> tuple[str, ...]:
        return tuple(piece.typed for piece in self.pieces[slice(*place)])

    def _growing(self, start: int) -> Iterator[tuple[_Place, list[set[int]]]]:
        """The names of each kind that the words from `start` on fit, one more word each time, while there are any."""
        growing = [self._fitting(nouns, self.pieces[start]) for nouns in self.among]
        for end in range(start + 1, min(start + _MOST_OF_A_NAME, len(self.pieces)) + 1):
            if end > start + 1:
                more = [self._fitting(nouns, self.pieces[end - 1]) for nouns in self.among]
                both = zip(growing, more, strict=True)
                growing = [(all_of & whole, any_of | own) for (all_of, any_of), (whole, own) in both]
            if not any(all_of for all_of, _ in growing) or self._is_said_twice(start, end, growing):
                return
            there = [all_of & any_of for all_of, any_of in growing]
            if any(there):
                yield (start, end), there

    def _is_said_twice(self, start: int, end: int, growing: Sequence[tuple[set[int], set[int]]]) -> bool:
        """Whether the last word stands among those before it, and in no name twice, as in Baden-Baden."""
        last = self.pieces[end - 1].words
        if not {*last} <= {word for piece in self.pieces[start : end - 1] for word in piece.words}:
            return False
        there = zip(self.among, growing, strict=True)
        return not any(nouns.has_twice(all_of, last[0]) for nouns, (all_of, _) in there)

    def _fitting(self, nouns: Nouns, piece: Piece) -> tuple[set[int], set[int]]:
        key = (nouns.kind, piece.typed)
        if key not in self._fits:
            may_be = piece.may_be_word and (nouns.kind == "person" or not piece.typed.startswith(MENTIONED))
            self._fits[key] = nouns.begun_by(piece.words) if may_be else (set(), set())
        return self._fits[key]

    def _match(self, place: _Place) -> Match:
        if place not in self._matches:
            self._matches[place] = self._matching(place)
        return self._matches[place]

    def _matching(self, place: _Place) -> Match:
        typed = distinct_words(self.pieces[slice(*place)])
        there = zip(self.among, self._there[place], strict=True)
        tiers = [(*nouns.best(fitting, typed), nouns) for nouns, fitting in there if fitting]
        fit = min(tier[0] for tier in tiers)
        best = [(nouns, index) for each, indexes, nouns in tiers if each == fit for index in indexes]
        in_use = [(nouns, index) for nouns, index in best if nouns.nouns[index].in_use] or best
        in_order = any(nouns.is_in_order(index, typed) for nouns, index in in_use[:MOST_OFFERED])
        return Match(fit, tuple(dict.fromkeys(nouns.nouns[index] for nouns, index in in_use)), in_order)

    def _is_whole_name(self, place: _Place, nouns: Sequence[Noun]) -> bool:
        """Whether the words are just a name, without the customer in front of a project: nobody means two by it."""
        typed = {*distinct_words(self.pieces[slice(*place)])}
        return any(noun.kind == "customer" or typed == {*words(noun.name)} for noun in nouns)

    def _otherwise(self, place: _Place) -> tuple[Match, Match] | None:
        """What time is booked on, and beside it a service or person, where they fit the words of a name as well."""
        start, end = place
        fit, nouns, _ = self._match(place)
        kinds = {noun.kind for noun in nouns}
        if not kinds & {*_BOOKED} or (fit is Fit.IN_FULL and self._is_whole_name(place, nouns)):
            return None
        for middle in range(start + 1, end):
            if (start, middle) not in self._there or (middle, end) not in self._there:
                continue
            left, right = self._match((start, middle)), self._match((middle, end))
            for is_left in (True, False) if max(left.fit, right.fit) <= fit else ():
                parts = _of_kind(left, booked=is_left), _of_kind(right, booked=not is_left)
                if all(part.nouns for part in parts):
                    return parts
        return None


def _of_kind(match: Match, *, booked: bool) -> Match:
    """Of a match what time is booked on, or else what was done and who did it."""
    return match._replace(nouns=tuple(noun for noun in match.nouns if (noun.kind in _BOOKED) is booked))


def split_up(among: Sequence[Nouns], typed: Iterable[str]) -> list[tuple[str, ...]]:
    """The words between commas, without what only stands between names. "&" divides where no name has it there."""
    rows: list[list[str]] = [[]]
    before_and = ""
    for word in typed:
        if before_and and not _is_joined(among, before_and, word):
            rows.append([])
        before_and = rows[-1][-1] if word == AMPERSAND and rows[-1] else ""
        if word in _DIVIDING:
            rows.append([])
        elif not Piece(word, words(word), may_be_word=True).is_between:
            rows[-1].append(word)
    return [tuple(row) for row in rows if row]


def _is_joined(among: Sequence[Nouns], before: str, behind: str) -> bool:
    ends, begins = words(before)[-1:], words(behind)[:1]
    return any(nouns.has_joined(*ends, *begins) for nouns in among) if ends and begins else False


def read_names(among: Sequence[Nouns], typed: Sequence[str]) -> tuple[Run, ...]:
    """The names in a row of words. Raises NoName for a word that is part of none."""
    return _Reading(among, [_piece(among, word) for word in typed]).runs()


def _piece(among: Sequence[Nouns], typed: str) -> Piece:
    """A typed word; one that is a customer's number, KD-2, is one word."""
    mentioned = _MENTION.fullmatch(typed)
    parts = words(mentioned[1] if mentioned else typed)
    code = "".join(parts)
    is_code = any(code in nouns.codes for nouns in among)
    marks = {name_key(word) for word in MARKED.findall(typed)}
    is_name = not marks or any(marks <= nouns.marked for nouns in among)
    return Piece(typed, (code,) if is_code else parts, bool(parts) and is_name)


def meant(match: Match, *, before: Sequence[Noun] = (), payers: Collection[int] = ()) -> tuple[Noun, ...]:
    """What is left of a match once what says the same was taken out.

    A customer has all of its projects in it. Of projects those are meant that belong to the `payers`, if there are any:
    "customer acme project website". Of projects that are called alike, those of the customer whose project was named
    just `before` are meant: "acme website app".
    """
    customers = {noun.id for noun in match.nouns if noun.kind == "customer"}
    found = tuple(noun for noun in match.nouns if noun.kind != "project" or noun.customer_id not in customers)
    if any(noun.kind == "project" and noun.customer_id in payers for noun in found):
        found = tuple(noun for noun in found if noun.kind != "project" or noun.customer_id in payers)
    of_before = {noun.customer_id for noun in before if noun.kind == "project"}
    beside = tuple(noun for noun in found if noun.kind == "project" and noun.customer_id in of_before)
    return beside if beside and same_name(found) else found
