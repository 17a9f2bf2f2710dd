"""Which project a person means: by words and abbreviations, never by a guess."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from heapq import nsmallest
from itertools import islice
from typing import NamedTuple

from rapidfuzz import fuzz, process

from bot.catalog.rules.index import Index
from bot.catalog.rules.spelling import (
    A_SLIP,
    MARKED,
    MOST_READ,
    LeftOver,
    Piece,
    Spelled,
    code_of,
    distinct_words,
    has_number,
    left_over,
    name_key,
    without_short_ends,
    words,
)

_LONGEST_LOOKED_FOR = 200
_MOST_LOOKED_FOR = 6
"""Characters and words: what is longer is a pasted text."""
_NEAR = 50
"""Of 100: names that look less alike as a whole look alike to nobody."""
_MOST_NEAR = 5
_MOST_KEPT = 256
"""Answers that are kept: each command asks twice, and people type the same names day by day."""
_MOST_OF_A_RUN = 50


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
        self._found: dict[tuple[tuple[str, ...], int | None], Found] = {}
        self._customers = sorted({(target.customer_id, target.customer) for target in targets})
        numbers = {target.customer_id: code_of(target.number) for target in targets}
        self._codes = {code for code in numbers.values() if code}
        self._of_customer: dict[int, list[int]] = defaultdict(list)
        for index, target in enumerate(targets):
            self._of_customer[target.customer_id].append(index)
        customers = {customer: words(customer) for _, customer in self._customers}  # fewer than projects
        self._customer_words = Index(
            [customers[name] for _, name in self._customers],
            [numbers[customer_id] for customer_id, _ in self._customers],
        )
        self._projects = [words(target.project or "") for target in targets]
        self._spelled = [
            customers[target.customer] + project for target, project in zip(targets, self._projects, strict=True)
        ]
        self._target_words = Index(self._spelled, [numbers[target.customer_id] for target in targets])
        self._spelled_services = [words(service.name) for service in services]
        self._service_words = Index(self._spelled_services)
        self._longest_service = max(map(len, self._spelled_services), default=0)
        self._marked = {name_key(word) for target in targets for word in MARKED.findall(target.label)}
        self._labels = [" ".join(name) for name in self._spelled]
        self._searched = [
            f"{label} {name_key(target.number)}" for label, target in zip(self._labels, targets, strict=True)
        ]

    def find(self, typed: Iterable[str], *, most: int | None = None) -> Found:
        """What the typed words may mean, `most` readings or all. Each word begins a word of a name, or abbreviates it.

        Words that fit no project may name the service, in front of the project or behind it. Among several readings
        one whose names were typed in full wins: "acme web" means Acme Web although Acme Website begins with it too.
        """
        asked = (tuple(typed), most)
        if most is None:  # all may be thousands, which nobody keeps
            return self._find(*asked)
        found = self._found.get(asked)
        if found is None:
            found = self._find(*asked)
            if len(self._found) >= _MOST_KEPT:
                self._found.clear()
            self._found[asked] = found
        return found

    def _find(self, typed: tuple[str, ...], most: int | None) -> Found:
        pieces = [self._piece(word) for word in typed]
        wanted = distinct_words(pieces)
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
        name = Spelled(
            words(target.customer) + words(target.project or ""),
            code_of(target.number),
            words(service.name) if service else (),
        )
        whole = [piece for piece in pieces if piece.words]
        if all(piece.may_be_name and name.is_begun_by(piece.words) for piece in whole):
            return PartialReading(choice)
        return PartialReading(choice, left_over(pieces, name, lambda run: without_short_ends(pieces, name, run)).words)

    def _piece(self, typed: str) -> Piece:
        """A typed word; one that is a customer's number, KD-2, is one word."""
        parts = words(typed)
        code = "".join(parts)
        is_name = self._marked.issuperset(map(name_key, MARKED.findall(typed)))
        return Piece(typed, (code,) if code in self._codes else parts, is_name)

    def _wanted(self, typed: Iterable[str]) -> list[str]:
        return distinct_words(self._piece(word) for word in typed)

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
        wanted = distinct_words(pieces)
        fitting = [self.services[index] for index in sorted(self._service_words.matching(wanted))]
        in_full = [service for service in fitting if set(words(service.name)) == set(wanted)]
        return in_full if len(in_full) == 1 else fitting

    def _nearest(self, pieces: Sequence[Piece]) -> tuple[PartialReading, ...]:
        """The readings that leave the fewest words over: of names that words in a row mean, or that look alike."""
        likely = dict.fromkeys((*self._of_longest_run(pieces[:MOST_READ]), *self._alike(pieces)))
        needed: dict[range, range] = {}
        readings = [self._reading(pieces, index, needed) for index in likely]
        most = sum(not piece.is_between for piece in pieces)
        best = min((left.rank for _, left in readings), default=(most, False))
        if best[0] == most:
            return self._alike_as_a_whole(pieces)
        alike = (PartialReading(choice, left.words) for choice, left in readings if left.rank == best)
        return tuple(islice(alike, _MOST_NEAR))

    def _of_longest_run(self, pieces: Sequence[Piece]) -> list[int]:
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

    def _alike(self, pieces: Sequence[Piece]) -> list[int]:
        """The targets whose words are most like the typed ones."""
        likeness: dict[int, float] = defaultdict(float)
        typed = [
            word for word in distinct_words(piece for piece in pieces if piece.may_be_name) if not word.isnumeric()
        ]
        for word in typed[:_MOST_LOOKED_FOR]:
            for index, alike in self._target_words.alike(word).items():
                likeness[index] += alike
        return nsmallest(_MOST_NEAR, likeness, key=lambda index: (-likeness[index], index))

    def _alike_as_a_whole(self, pieces: Sequence[Piece]) -> tuple[PartialReading, ...]:
        """The targets whose name is like all that was typed: acmewebsite. A number is like no name."""
        if any(not piece.may_be_name or has_number(piece.typed) for piece in pieces):
            return ()
        text = " ".join(distinct_words(pieces))[:_LONGEST_LOOKED_FOR]
        cutoff = _NEAR if len(pieces) == 1 else A_SLIP
        hits = process.extract(text, self._labels, scorer=fuzz.ratio, limit=_MOST_NEAR, score_cutoff=cutoff)
        return tuple(PartialReading(Choice(self.targets[index])) for _, _, index in hits)

    def _reading(self, pieces: Sequence[Piece], index: int, needed: dict[range, range]) -> tuple[Choice, LeftOver]:
        """What of the words is the name of a target, and of a service that is named in full beside it."""
        target = self.targets[index]
        name = Spelled(self._spelled[index], code_of(target.number))

        def trimmed(run: range) -> range:
            if run not in needed:
                needed[run] = self._without_what_tells_nothing(pieces, run)
            return needed[run]

        left = left_over(pieces, name, trimmed)
        for service, spelled in self._services_beside(left.words):
            return Choice(target, service), left_over(pieces, name._replace(service=spelled), trimmed)
        return Choice(target), left

    def _services_beside(self, left: Sequence[str]) -> Iterator[tuple[NamedService, tuple[str, ...]]]:
        """The services that are named in full at an end of what was left over, the longest first."""
        for count in range(min(len(left), self._longest_service), 0, -1):
            for beside in (left[:count], left[-count:]):
                for service, spelled in zip(self.services, self._spelled_services, strict=True):
                    if tuple(word for part in beside for word in words(part)) == spelled:
                        yield service, spelled

    def _without_what_tells_nothing(self, pieces: Sequence[Piece], run: range) -> range:
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

    def _fitting(self, pieces: Sequence[Piece], run: range) -> set[int]:
        return self._target_words.matching(distinct_words(pieces[position] for position in run))

    def _is_whole(self, piece: Piece, fitting: set[int]) -> bool:
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
