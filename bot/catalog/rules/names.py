"""Which project a person means: by words and abbreviations, never by a guess."""

import re
import unicodedata
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from heapq import nsmallest
from itertools import islice
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
_NEAR = 50
"""Of 100, on average over the words: with less, names look alike to nobody."""
_NEARLY_BEST = 0.75
"""What is less like the typed words than this part of the best is not offered beside it."""
_MOST_NEAR = 5


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
class Found:
    """All readings of what was typed; without any, the names that look most alike."""

    choices: tuple[Choice, ...] = ()
    nearest: tuple[Target, ...] = ()
    services: tuple[NamedService, ...] = ()
    """The kinds of work that the words name where they name nothing else: which project it is for is open."""

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
        self._of_customer: dict[int, list[int]] = defaultdict(list)
        for index, target in enumerate(targets):
            self._of_customer[target.customer_id].append(index)
        self._customer_words = _Index([words(name) for _, name in self._customers])
        self._projects = [words(target.project or "") for target in targets]
        self._spelled = [
            words(target.customer) + project for target, project in zip(targets, self._projects, strict=True)
        ]
        self._target_words = _Index(self._spelled)
        self._spelled_services = [words(service.name) for service in services]
        self._service_words = _Index(self._spelled_services)
        self._longest_service = max(map(len, self._spelled_services), default=0)
        self._labels = [" ".join(name) for name in self._spelled]

    def find(self, typed: Iterable[str], *, most: int | None = None) -> Found:
        """What the typed words may mean, `most` readings or all. Each word begins a word of a name, or abbreviates it.

        Words that fit no project may name the service, in front of the project or behind it. Among several readings
        one whose names were typed in full wins: "acme web" means Acme Web although Acme Website begins with it too.
        """
        wanted = _distinct(typed)
        if not wanted:
            return Found()
        readings = self._readings(wanted)
        exact = [*islice((reading for reading in readings if self._in_full(*reading, set(wanted))), 2)]
        if len(exact) == 1:
            readings = exact
        if readings:
            return Found(choices=tuple(self._choice(*reading) for reading in readings[:most]))
        return Found(nearest=self._nearest(wanted))

    def holding(self, text: str, *, most: int, customer_id: int | None = None) -> list[Target]:
        """The first targets, all or one customer's, whose names hold every typed word anywhere, for a menu."""
        fitting: Iterable[int] = range(len(self.targets))
        if customer_id is not None:
            fitting = self._of_customer.get(customer_id, ())
        for word in words(text):
            fitting = [index for index in fitting if word in self._labels[index]]
        return [self.targets[index] for index in islice(fitting, most)]

    def customers(self, typed: Iterable[str]) -> list[tuple[int, str]]:
        """The customers that the typed words may mean: id and name; only the one that was typed in full, if one was."""
        wanted = _distinct(typed)
        fitting = [self._customers[index] for index in sorted(self._customer_words.matching(wanted))]
        in_full = [customer for customer in fitting if set(words(customer[1])) == set(wanted)]
        return in_full if len(in_full) == 1 else fitting

    def services_named(self, typed: Iterable[str]) -> list[NamedService]:
        """The services that the typed words may mean; only the one that was typed in full, if one was."""
        wanted = _distinct(typed)
        fitting = [self.services[index] for index in sorted(self._service_words.matching(wanted))]
        in_full = [service for service in fitting if set(words(service.name)) == set(wanted)]
        return in_full if len(in_full) == 1 else fitting

    def _nearest(self, wanted: Sequence[str]) -> tuple[Target, ...]:
        """The targets whose words are most like the typed ones; else those that look alike as a whole (acmeweb)."""
        likeness: dict[int, float] = defaultdict(float)
        for word in wanted[:_MOST_LOOKED_FOR]:
            for index, alike in self._target_words.alike(word).items():
                likeness[index] += alike
        best = max(likeness.values(), default=0)
        if best < _NEAR * min(len(wanted), _MOST_LOOKED_FOR):
            text = " ".join(wanted)[:_LONGEST_LOOKED_FOR]
            hits = process.extract(text, self._labels, scorer=fuzz.ratio, limit=_MOST_NEAR, score_cutoff=_NEAR)
            return tuple(self.targets[index] for _, _, index in hits)
        near = (index for index, alike in likeness.items() if alike >= _NEARLY_BEST * best)
        return tuple(self.targets[index] for index in nsmallest(_MOST_NEAR, near, key=lambda n: (-likeness[n], n)))

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

    def __init__(self, names: Sequence[tuple[str, ...]]) -> None:
        self._holders: dict[str, set[int]] = {}
        self._initials: dict[str, set[int]] = {}
        for index, name in enumerate(names):
            for word in name:
                self._holders.setdefault(word, set()).add(index)
            spoken = [word for word in name if word not in _LEGAL_FORMS]
            if len(spoken) > 1:
                self._initials.setdefault("".join(word[0] for word in spoken), set()).add(index)
        # New strings, side by side in memory: scattered ones take five times as long to look through.
        self._vocabulary = "\n".join(sorted(self._holders)).split("\n") if self._holders else []

    def matching(self, wanted: Sequence[str]) -> set[int]:
        """The names that fit every wanted word; initials only where nothing begins with the word."""
        found: set[int] | None = None
        for word in wanted:
            fitting = self._beginning_with(word) or self._initials.get(word, set())
            found = set(fitting) if found is None else found & fitting
            if not found:
                return set()
        return found or set()

    def alike(self, word: str) -> dict[int, float]:
        """The names that hold a word like this one, and how much alike, of 100; what it begins is wholly like it."""
        hits = process.extract(word, self._vocabulary, scorer=fuzz.ratio, limit=_MOST_SPELLINGS, score_cutoff=_ALIKE)
        found = {index: alike for near, alike, _ in reversed(hits) for index in self._holders[near]}
        return found | dict.fromkeys(self._beginning_with(word), 100.0)

    def _beginning_with(self, word: str) -> set[int]:
        found: set[int] = set()
        at = bisect_left(self._vocabulary, word)
        while at < len(self._vocabulary) and self._vocabulary[at].startswith(word):
            found |= self._holders[self._vocabulary[at]]
            at += 1
        return found


def _distinct(typed: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(word for part in typed for word in words(part)))
