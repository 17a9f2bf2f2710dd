"""Which project a person means: by words and abbreviations, never by a guess."""

import re
import unicodedata
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from heapq import nsmallest
from itertools import islice
from operator import attrgetter
from typing import NamedTuple

from rapidfuzz import fuzz, process

_LEGAL_FORMS = frozenset({"gmbh", "mbh", "ag", "ug", "kg", "gbr", "ohg", "se", "ltd", "inc", "llc", "co", "sarl", "bv"})
"""Nobody abbreviates these: Acme GmbH › Website is "aw"."""
_WORD = re.compile("\\w+|[\u2190-\u2bff\U0001f000-\U0001faff]")
"""Letters and digits, or one symbol: a project may be called 🚀."""
_INVISIBLE = "Cf"
_LONGEST_LOOKED_FOR = 200
_MOST_LOOKED_FOR = 6
"""Characters and words: what is longer is a pasted text."""
_ALIKE = 70
"""Of 100: wald and wlad are 75 alike, website and wbesite 86."""
_MOST_SPELLINGS = 20
_A_SLIP = 75
"""Of 100: a word that is as much like one of a name is that word mistyped, and no other."""
_SHORTEST_SLIP = 4
"""Letters: of shorter words each is like many."""
_SHORTEST_BEGINNING = 2
"""Letters: each word of a note begins some name with no more."""
_MOST_MISSING = 2
"""Letters that are missing or too many: Söhnlein is no slip of Söhne."""
_NEAR = 50
"""Of 100: names that look less alike as a whole look alike to nobody."""
_MOST_NEAR = 5
_MOST_OF_A_RUN = 50
_MOST_READ = 40
"""Words of a text that are looked for in names; the others are no part of one."""
_MARKED = re.compile(r"(?<!\S)[-‐-―+~=#]+\w\S*")
"""--nb, #x, ~2h: whoever types this says something else than a name, unless a name is spelled so."""
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


class Target(NamedTuple):
    """What time can be booked on: a project, or a customer that has none."""

    customer_id: int
    project_id: int | None
    customer: str
    project: str | None
    number: str = ""
    billable: bool = True
    """Whether time on it is billed where nothing else is said."""

    @property
    def label(self) -> str:
        """Customer › project."""
        return f"{self.customer} › {self.project}" if self.project else self.customer


class NamedService(NamedTuple):
    """A kind of work by its name."""

    id: int
    name: str
    billable: bool = True
    """As for a project."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One reading of what was typed."""

    target: Target
    service: NamedService | None = None

    @property
    def billable(self) -> bool:
        """Whether time on it is billed where nothing else is said: only where project and service both are."""
        return self.target.billable and (self.service is None or self.service.billable)


@dataclass(frozen=True, slots=True)
class PartialReading:
    """A reading that does not need every word."""

    choice: Choice
    left: tuple[str, ...] = ()
    """The typed words that are no part of its names, as typed."""


class ArchivedName(NamedTuple):
    """A customer, or a project of one, that is not offered any more: by itself, or because its customer is not."""

    name: str
    """What was archived, the customer or customer › project."""
    in_billomat: bool
    """Whether Billomat did, and can take it back; else it was done here."""
    into: str | None = None
    """What it was merged into."""


@dataclass(frozen=True, slots=True)
class Found:
    """All readings that need every word that was typed; without any, those that need most of them."""

    choices: tuple[Choice, ...] = ()
    nearest: tuple[PartialReading, ...] = ()
    services: tuple[NamedService, ...] = ()
    """The kinds of work that the words name where they name nothing else: which project it is for is open."""
    archived: tuple[ArchivedName, ...] = ()
    """What is called so and was archived."""

    @property
    def clear(self) -> Choice | None:
        """The reading, if there is exactly one."""
        return self.choices[0] if len(self.choices) == 1 else None


class Names:
    """The names of a workspace, prepared for looking up. 20,000 names take about 0.1 s and a few MB, once a change."""

    def __init__(self, targets: Sequence[Target], services: Sequence[NamedService]) -> None:
        self.targets = targets
        self.services = services
        self._customers = sorted({(target.customer_id, target.customer) for target in targets})
        numbers = {target.customer_id: _code(target.number) for target in targets}
        self._codes = {code for code in numbers.values() if code}
        self._of_customer: dict[int, list[int]] = defaultdict(list)
        for index, target in enumerate(targets):
            self._of_customer[target.customer_id].append(index)
        self._customer_words = _Index(
            [words(name) for _, name in self._customers], [numbers[customer_id] for customer_id, _ in self._customers]
        )
        self._projects = [words(target.project or "") for target in targets]
        self._spelled = [
            words(target.customer) + project for target, project in zip(targets, self._projects, strict=True)
        ]
        self._target_words = _Index(self._spelled, [numbers[target.customer_id] for target in targets])
        self._spelled_services = [words(service.name) for service in services]
        self._service_words = _Index(self._spelled_services)
        self._longest_service = max(map(len, self._spelled_services), default=0)
        self._marked = {name_key(word) for target in targets for word in _MARKED.findall(target.label)}
        self._labels = [" ".join(name) for name in self._spelled]
        self._searched = [
            f"{label} {name_key(target.number)}" for label, target in zip(self._labels, targets, strict=True)
        ]

    def find(self, typed: Iterable[str], *, most: int | None = None) -> Found:
        """What the typed words may mean, `most` readings or all. Each word begins a word of a name, or abbreviates it.

        Words that fit no project may name the service, in front of the project or behind it. Among several readings
        one whose names were typed in full wins: "acme web" means Acme Web although Acme Website begins with it too.
        """
        pieces = [self._piece(word) for word in typed]
        wanted = _distinct(pieces)
        if not wanted:
            return Found()
        readings = self._readings(wanted) if all(piece.may_be_name for piece in pieces) else []
        exact = [*islice((reading for reading in readings if self._in_full(*reading, set(wanted))), 2)]
        if len(exact) == 1:
            readings = exact
        if readings:
            return Found(choices=tuple(self._choice(*reading) for reading in readings[:most]))
        return Found(nearest=self._nearest(pieces))

    def read_as(self, typed: Iterable[str], choice: Choice) -> PartialReading:
        """What the words mean once it is said which project they are for: which of them name it, and which do not."""
        pieces = [self._piece(word) for word in typed]
        target, service = choice.target, choice.service
        name = _Spelled(
            words(target.customer) + words(target.project or ""),
            _code(target.number),
            words(service.name) if service else (),
        )
        whole = [piece for piece in pieces if piece.words]
        if all(piece.may_be_name and name.is_begun_by(piece.words) for piece in whole):
            return PartialReading(choice)
        return PartialReading(choice, _left(pieces, name, lambda run: _without_short_ends(pieces, name, run)).words)

    def _piece(self, typed: str) -> "_Piece":
        """A typed word; one that is a customer's number, KD-2, is one word."""
        parts = words(typed)
        code = "".join(parts)
        is_name = self._marked.issuperset(map(name_key, _MARKED.findall(typed)))
        return _Piece(typed, (code,) if code in self._codes else parts, is_name)

    def _wanted(self, typed: Iterable[str]) -> list[str]:
        return _distinct(self._piece(word) for word in typed)

    def has_word(self, typed: str) -> bool:
        """Whether all words of what was typed stand in names, in full."""
        wanted = words(typed)
        indexes = (self._target_words, self._service_words)
        return bool(wanted) and all(any(index.holds(word) for index in indexes) for word in wanted)

    def holding(self, text: str, *, most: int, customer_id: int | None = None) -> list[Target]:
        """The first targets, all or one customer's, whose names hold every typed word anywhere, for a menu."""
        fitting: Iterable[int] = range(len(self.targets))
        if customer_id is not None:
            fitting = self._of_customer.get(customer_id, ())
        for word in words(text):
            fitting = [index for index in fitting if word in self._searched[index]]
        return [self.targets[index] for index in islice(fitting, most)]

    def customers(self, typed: Iterable[str]) -> list[tuple[int, str]]:
        """The customers that the typed words may mean: id and name; only the one that was typed in full, if one was."""
        wanted = self._wanted(typed)
        fitting = [self._customers[index] for index in sorted(self._customer_words.matching(wanted))]
        in_full = [customer for customer in fitting if set(words(customer[1])) == set(wanted)]
        return in_full if len(in_full) == 1 else fitting

    def services_named(self, typed: Iterable[str]) -> list[NamedService]:
        """The services that the typed words may mean; only the one that was typed in full, if one was."""
        pieces = [self._piece(word) for word in typed]
        if not all(piece.may_be_name for piece in pieces):
            return []
        wanted = _distinct(pieces)
        fitting = [self.services[index] for index in sorted(self._service_words.matching(wanted))]
        in_full = [service for service in fitting if set(words(service.name)) == set(wanted)]
        return in_full if len(in_full) == 1 else fitting

    def _nearest(self, pieces: Sequence["_Piece"]) -> tuple[PartialReading, ...]:
        """The readings that leave the fewest words over: of names that words in a row mean, or that look alike."""
        likely = dict.fromkeys((*self._of_longest_run(pieces[:_MOST_READ]), *self._alike(pieces)))
        needed: dict[range, range] = {}
        readings = [self._reading(pieces, index, needed) for index in likely]
        most = sum(not piece.is_between for piece in pieces)
        best = min((left.rank for _, left in readings), default=(most, False))
        if best[0] == most:
            return self._alike_as_a_whole(pieces)
        alike = (PartialReading(choice, left.words) for choice, left in readings if left.rank == best)
        return tuple(islice(alike, _MOST_NEAR))

    def _of_longest_run(self, pieces: Sequence["_Piece"]) -> list[int]:
        """The targets that fit the most words in a row; of equally long rows all that they fit."""
        longest, found = 1, dict[int, None]()
        for start in range(len(pieces)):
            fitting: set[int] | None = None
            for length, piece in enumerate(pieces[start:], 1):
                if piece.is_between:
                    continue
                fits = self._target_words.matching(piece.words) if piece.may_be_name else set()
                fitting = fits if fitting is None else fitting & fits
                if not fitting:
                    break
                if length > longest:
                    longest, found = length, {}
                if length == longest:
                    found |= dict.fromkeys(sorted(fitting)[:_MOST_OF_A_RUN])
        return [*found]

    def _alike(self, pieces: Sequence["_Piece"]) -> list[int]:
        """The targets whose words are most like the typed ones."""
        likeness: dict[int, float] = defaultdict(float)
        typed = [word for word in _distinct(piece for piece in pieces if piece.may_be_name) if not word.isnumeric()]
        for word in typed[:_MOST_LOOKED_FOR]:
            for index, alike in self._target_words.alike(word).items():
                likeness[index] += alike
        return nsmallest(_MOST_NEAR, likeness, key=lambda index: (-likeness[index], index))

    def _alike_as_a_whole(self, pieces: Sequence["_Piece"]) -> tuple[PartialReading, ...]:
        """The targets whose name is like all that was typed: acmewebsite. A number is like no name."""
        if any(not piece.may_be_name or _has_number(piece.typed) for piece in pieces):
            return ()
        text = " ".join(_distinct(pieces))[:_LONGEST_LOOKED_FOR]
        cutoff = _NEAR if len(pieces) == 1 else _A_SLIP
        hits = process.extract(text, self._labels, scorer=fuzz.ratio, limit=_MOST_NEAR, score_cutoff=cutoff)
        return tuple(PartialReading(Choice(self.targets[index])) for _, _, index in hits)

    def _reading(
        self, pieces: Sequence["_Piece"], index: int, needed: dict[range, range]
    ) -> tuple[Choice, "_LeftOver"]:
        """What of the words is the name of a target, and of a service that is named in full beside it."""
        target = self.targets[index]
        name = _Spelled(self._spelled[index], _code(target.number))

        def trimmed(run: range) -> range:
            if run not in needed:
                needed[run] = self._without_what_tells_nothing(pieces, run)
            return needed[run]

        left = _left(pieces, name, trimmed)
        for service, spelled in self._services_beside(left.words):
            return Choice(target, service), _left(pieces, name._replace(service=spelled), trimmed)
        return Choice(target), left

    def _services_beside(self, left: Sequence[str]) -> Iterator[tuple[NamedService, tuple[str, ...]]]:
        """The services that are named in full at an end of what was left over, the longest first."""
        for count in range(min(len(left), self._longest_service), 0, -1):
            for beside in (left[:count], left[-count:]):
                for service, spelled in zip(self.services, self._spelled_services, strict=True):
                    if tuple(word for part in beside for word in words(part)) == spelled:
                        yield service, spelled

    def _without_what_tells_nothing(self, pieces: Sequence["_Piece"], run: range) -> range:
        """Words in a row, without those at its ends that are no whole word of a name and tell no targets apart."""
        while len(run) > 1:
            fitting = self._fitting(pieces, run)
            for end, shorter in ((run[-1], run[:-1]), (run[0], run[1:])):
                if not self._is_whole(pieces[end], fitting) and self._fitting(pieces, shorter) == fitting:
                    run = shorter
                    break
            else:
                return run
        return run

    def _fitting(self, pieces: Sequence["_Piece"], run: range) -> set[int]:
        return self._target_words.matching(_distinct(pieces[position] for position in run))

    def _is_whole(self, piece: "_Piece", fitting: set[int]) -> bool:
        return bool(piece.words) and any({*piece.words} <= {*self._spelled[index]} for index in fitting)

    def _readings(self, wanted: list[str]) -> list[tuple[int, int | None]]:
        """Places of targets and services."""
        whole = self._target_words.matching(wanted)
        if whole:
            return [(index, None) for index in sorted(whole)]
        for count in range(1, min(len(wanted), self._longest_service + 1)):
            for rest, service in ((wanted[:-count], wanted[-count:]), (wanted[count:], wanted[:count])):
                targets = self._target_words.matching(rest)
                kinds = self._service_words.matching(service) if targets else set()
                if kinds:
                    return [(index, kind) for index in sorted(targets) for kind in sorted(kinds)]
        return []

    def _choice(self, index: int, kind: int | None) -> Choice:
        return Choice(self.targets[index], None if kind is None else self.services[kind])

    def _in_full(self, index: int, kind: int | None, wanted: set[str]) -> bool:
        if not wanted.issuperset(self._projects[index]):  # thousands may begin with one letter
            return False
        service = () if kind is None else self._spelled_services[kind]
        return wanted == {*self._spelled[index], *service} or wanted == set(self._projects[index])


class _Index:
    """Which names hold a word that begins with the wanted one, or are abbreviated by it."""

    def __init__(self, names: Sequence[tuple[str, ...]], codes: Sequence[str] = ()) -> None:
        """`codes` are further words of these names, which count only where they are typed in full."""
        self._holders: dict[str, set[int]] = {}
        self._initials: dict[str, set[int]] = {}
        self._codes: dict[str, set[int]] = defaultdict(set)
        for index, code in enumerate(codes):
            self._codes[code].add(index)
        for index, name in enumerate(names):
            for word in name:
                self._holders.setdefault(word, set()).add(index)
            if initials := _initials(name):
                self._initials.setdefault(initials, set()).add(index)
        # New strings, side by side in memory: scattered ones take five times as long to look through.
        self._vocabulary = "\n".join(sorted(self._holders)).split("\n") if self._holders else []

    def matching(self, wanted: Sequence[str]) -> set[int]:
        """The names that fit every wanted word; initials only where nothing begins with the word."""
        found: set[int] | None = None
        for word in wanted:
            fitting = self._beginning_with(word) | self._codes.get(word, set()) or self._initials.get(word, set())
            found = set(fitting) if found is None else found & fitting
            if not found:
                return set()
        return found or set()

    def holds(self, word: str) -> bool:
        """Whether a name has this very word."""
        return word in self._holders

    def alike(self, word: str) -> dict[int, float]:
        """The names that hold a word like this one, and how much alike, of 100; what it begins is wholly like it."""
        hits = process.extract(word, self._vocabulary, scorer=fuzz.ratio, limit=_MOST_SPELLINGS, score_cutoff=_ALIKE)
        found = {index: alike for near, alike, _ in reversed(hits) for index in self._holders[near]}
        return found | dict.fromkeys(self._beginning_with(word), 100.0)

    def _beginning_with(self, word: str) -> set[int]:
        """A number begins nothing but itself: 20 is not 2026."""
        if word.isnumeric():
            return set(self._holders.get(word, ()))
        found: set[int] = set()
        at = bisect_left(self._vocabulary, word)
        while at < len(self._vocabulary) and self._vocabulary[at].startswith(word):
            found |= self._holders[self._vocabulary[at]]
            at += 1
        return found


class _Piece(NamedTuple):
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


class _Spelled(NamedTuple):
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
        return word == _initials(self.words) or any(name.startswith(word) for name in (*self.words, *self.service))

    def is_meant_by(self, typed: Sequence[str], taken: set[str]) -> bool:
        """Whether each of these is a word of the name that no other typed word has `taken`, rightly or mistyped."""
        free = [name for name in (self.code, *self.words, *self.service) if name and name not in taken]
        return all(any(word == name or _is_slip(word, name) for name in free) for word in typed)

    def is_told_by(self, typed: Sequence[str]) -> bool:
        """Whether these are more than the first letter or two of its words."""
        known = (self.code, *self.words, *self.service, _initials(self.words))
        return bool(typed) and all(len(word) > _SHORTEST_BEGINNING or word in known for word in typed)

    def taken_by(self, typed: Iterable[str]) -> set[str]:
        """The words of the name that these mean."""
        return {
            name
            for word in typed
            for name in (self.code, *self.words, *self.service)
            if name and (name.startswith(word) or _is_slip(word, name))
        }


class _LeftOver(NamedTuple):
    """The typed words that are no part of a name."""

    rank: tuple[int, bool]
    """How many of them there are, and whether all the others only begin a word of the name, with a letter or two."""
    words: tuple[str, ...]


def _left(pieces: Sequence[_Piece], name: _Spelled, trimmed: Callable[[range], range]) -> _LeftOver:
    """The typed words that are no part of the name, by the row of words that leaves the fewest."""
    found = [_left_beside(pieces, name, trimmed(run)) for run in _runs(pieces, name)]
    return min(found or [_left_beside(pieces, name, range(0))], key=attrgetter("rank"))


def _runs(pieces: Sequence[_Piece], name: _Spelled) -> list[range]:
    """The longest rows of typed words that are all part of the name."""
    runs, start, end = [], None, 0
    for position, piece in enumerate(pieces[:_MOST_READ]):
        if piece.is_between and start is not None:
            continue
        if piece.words and piece.may_be_name and name.is_begun_by(piece.words):
            start, end = position if start is None else start, position + 1
        elif start is not None:
            runs.append(range(start, end))
            start = None
    return [*runs, range(start, end)] if start is not None else runs


def _left_beside(pieces: Sequence[_Piece], name: _Spelled, run: range) -> _LeftOver:
    """What is left in front of these words and behind them; what stands in the midst of it belongs to it."""
    used = {*run}
    taken = name.taken_by(word for position in run for word in pieces[position].words)
    for position, piece in enumerate(pieces[:_MOST_READ]):
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
    return _LeftOver((count, is_weak), tuple(left))


def _without_short_ends(pieces: Sequence[_Piece], name: _Spelled, run: range) -> range:
    """Words in a row, without those at its end that only begin a word of the name, with a letter or two."""
    while len(run) > 1 and not name.is_told_by(pieces[run[-1]].words):
        run = run[:-1]
    return run


def _is_slip(word: str, name: str) -> bool:
    if min(len(word), len(name)) < _SHORTEST_SLIP or abs(len(word) - len(name)) > _MOST_MISSING or _has_number(word):
        return False
    return fuzz.ratio(word, name) >= _A_SLIP


def _has_number(text: str) -> bool:
    return any(map(str.isnumeric, text))


def _code(number: str) -> str:
    """A customer's number as one word."""
    return "".join(words(number))


def _initials(name: Sequence[str]) -> str:
    """Acme GmbH › Website is aw; one word has none."""
    spoken = [word for word in name if word not in _LEGAL_FORMS]
    return "".join(word[0] for word in spoken) if len(spoken) > 1 else ""


def _distinct(pieces: Iterable[_Piece]) -> list[str]:
    return list(dict.fromkeys(word for piece in pieces for word in piece.words))
