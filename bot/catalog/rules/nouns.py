"""Customers, projects, services and people by their names, prepared for looking up."""

from collections.abc import Sequence
from enum import IntEnum
from functools import cached_property
from itertools import pairwise
from typing import Literal, NamedTuple

from bot.catalog.rules.index import Index
from bot.catalog.rules.spelling import MARKED, code_of, has_number, name_key, spoken, words

Kind = Literal["customer", "project", "service", "person"]
AMPERSAND = "&"
"""Stands between two names, or is part of one."""
MOST_OFFERED = 5
_SPELLED_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})


class Noun(NamedTuple):
    """A customer, project, service or person by its name."""

    kind: Kind
    id: int
    name: str
    customer: str = ""
    """Of a project: what its customer is called."""
    customer_id: int | None = None
    number: str = ""
    """A customer's own, also for a project's; of a person Slack's id."""
    in_use: bool = True
    rest: tuple[int, ...] = ()
    """Further ids under which its time may stand: of what was merged what it was, whose billed time stayed there."""

    @property
    def label(self) -> str:
        """Acme › Website."""
        return f"{self.customer} › {self.name}" if self.customer else self.name


class Fit(IntEnum):
    """How well words fit a name, the best first."""

    IN_FULL = 0
    """All that tells the name: "acme" is Acme GmbH. Of people the first or the last name is."""
    BY_WORDS = 1
    """Some of its words, each in full."""
    BEGUN = 2
    """Beginnings of its words, or their first letters."""


class Nouns:
    """The names of one kind, prepared for looking up."""

    def __init__(self, kind: Kind, nouns: Sequence[Noun]) -> None:
        self.kind: Kind = kind
        self.nouns = nouns
        self._own = [self._spelled(noun.name) for noun in nouns]
        customers = {noun.customer: words(noun.customer) for noun in nouns}  # thousands of projects, fewer customers
        self._above = [customers[noun.customer] for noun in nouns]
        codes = {number: code_of(number) for number in {noun.number for noun in nouns}}
        self._codes = [codes[noun.number] for noun in nouns]
        self.codes = {code for code in self._codes if code}
        whole = [above + own for above, own in zip(self._above, self._own, strict=True)]
        self._whole = Index(whole, self._codes if self.codes else ())
        self._own_words = Index(self._own) if kind == "project" else self._whole

    def _spelled(self, name: str) -> tuple[str, ...]:
        """Müller is typed as muller and, in the names of accounts, as mueller."""
        own = words(name)
        if self.kind != "person":
            return own
        return own + tuple(word for word in words(name.translate(_SPELLED_OUT)) if word not in own)

    def begun_by(self, typed: Sequence[str]) -> tuple[set[int], set[int]]:
        """The names that all of these words fit, with their customer's; and those whose own words one of them fits."""
        if not typed:
            return set(), set()
        whole = self._fitting(self._whole, typed)
        if self._own_words is self._whole:
            return whole, whole
        own = set().union(*(self._fitting(self._own_words, [word]) for word in typed))
        return whole, own.union(*(self._whole.abbreviated_by(word) for word in typed))

    @staticmethod
    def _fitting(index: Index, typed: Sequence[str]) -> set[int]:
        """What has a number in it abbreviates nothing: 2h is not 2hot."""
        fitting = index.matching(typed)
        numbered = [word for word in typed if has_number(word)]
        return fitting & index.holding(numbered) if numbered else fitting

    def best(self, fitting: set[int], typed: Sequence[str]) -> tuple[Fit, list[int]]:
        """How well the words fit the best of these, and which those are."""
        by_words = sorted(fitting & self._whole.holding(typed))
        in_full = [index for index in by_words if self._is_in_full(index, {*typed})]
        if in_full:
            just = [index for index in in_full if self._is_just(index, {*typed})]
            return Fit.IN_FULL, [index for index in just if self._is_as_typed(index, typed)] or just or in_full
        return (Fit.BY_WORDS, by_words) if by_words else (Fit.BEGUN, sorted(fitting))

    def _is_in_full(self, index: int, typed: set[str]) -> bool:
        own, above = self._own[index], {*self._above[index]}
        if self.kind == "person":
            return True  # nobody is called by less than one of their names
        if self._codes[index] in typed:
            typed = (typed - {self._codes[index]}) | ({*above} if self.kind == "project" else {*own})
        return {*spoken(own)} <= typed <= {*own} | above

    def _is_just(self, index: int, typed: set[str]) -> bool:
        """Whether nothing of the name is missing, not even its legal form."""
        own = {*self._own[index]}
        return typed in (own, own | {*self._above[index]}) or typed == {*words(self.nouns[index].name)}

    def _is_as_typed(self, index: int, typed: Sequence[str]) -> bool:
        """Whether the words stand just so: Web Design is not Design Web."""
        spelled = words(self.nouns[index].name)
        return [*dict.fromkeys(spelled)] == [*typed] or [*dict.fromkeys(self._above[index] + spelled)] == [*typed]

    def is_in_order(self, index: int, typed: Sequence[str]) -> bool:
        """Whether the words stand as in the name, the customer in front."""
        spelled = iter((*self._above[index], *self._own[index]))
        return all(any(name.startswith(word) for name in spelled) for word in typed) or len(typed) == 1

    @cached_property
    def marked(self) -> set[str]:
        """What looks like a flag and stands in a name all the same."""
        return {name_key(word) for noun in self.nouns for word in MARKED.findall(noun.label)}

    def has_twice(self, fitting: set[int], word: str) -> bool:
        """Whether one of these names has a word twice."""
        return any((*self._above[index], *self._own[index]).count(word) > 1 for index in fitting)

    def has_joined(self, before: str, behind: str) -> bool:
        """Whether a name has "&" between words that begin so."""
        return any(
            _is_between(self.nouns[index].label, before, behind) for index in self._whole.matching([before, behind])
        )

    def has_word(self, word: str) -> bool:
        """Whether a name has this very word."""
        return self._whole.holds(word)

    def alike(self, word: str) -> dict[int, float]:
        """The names with a word of their own that is like this one, and how much alike, of 100."""
        return self._own_words.alike(word)


def _is_between(label: str, before: str, behind: str) -> bool:
    parts = [words(part) for part in label.split(AMPERSAND)]
    return any(
        left and right and left[-1].startswith(before) and right[0].startswith(behind)
        for left, right in pairwise(parts)
    )


def near(among: Sequence[Nouns], word: str) -> list[Noun]:
    """The names that are most like a word, the most alike first."""
    likeness: dict[Noun, float] = {}
    parts = words(word)
    for part in parts:
        if part.isnumeric() or (len(part) == 1 and len(parts) > 1):  # acme's is like Acme
            continue
        for nouns in among:
            for index, alike in nouns.alike(part).items():
                noun = nouns.nouns[index]
                likeness[noun] = likeness.get(noun, 0) + alike
    found = sorted(likeness, key=lambda noun: (-likeness[noun], not noun.in_use, noun.label))
    return found[:MOST_OFFERED]


def same_name(nouns: Sequence[Noun]) -> bool:
    """Whether all of these are called alike: Website of Acme and Website of Globex."""
    return len({(noun.kind, name_key(noun.name)) for noun in nouns}) <= 1
