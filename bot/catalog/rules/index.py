"""The words of many names, prepared for looking up."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence

from rapidfuzz import fuzz, process

from bot.catalog.rules.spelling import initials_of

_ALIKE = 70
"""Of 100: wald and wlad are 75 alike, website and wbesite 86."""
_MOST_SPELLINGS = 20


class Index:
    """Which names hold a word that begins with the wanted one, or are abbreviated by it."""

    def __init__(self, names: Sequence[tuple[str, ...]], codes: Sequence[str] = ()) -> None:
        """`codes` are further words of these names, which count only where they are typed in full."""
        self._holders = _filed((word, index) for index, name in enumerate(names) for word in {*name})
        self._initials = _filed((initials_of(name), index) for index, name in enumerate(names))
        self._codes = _filed((code, index) for index, code in enumerate(codes))
        # New strings, side by side in memory: scattered ones take five times as long to look through.
        self._vocabulary = "\n".join(sorted(self._holders)).split("\n") if self._holders else []

    def matching(self, wanted: Sequence[str]) -> set[int]:
        """The names that fit every wanted word; initials only where nothing begins with the word."""
        found: set[int] | None = None
        for word in wanted:
            fitting = self._beginning_with(word).union(self._codes.get(word, ())) or self._abbreviated(word)
            found = fitting if found is None else found & fitting
            if not found:
                return set()
        return found or set()

    def holding(self, wanted: Sequence[str]) -> set[int]:
        """The names that have every wanted word in full."""
        holders = [{*self._holders.get(word, ()), *self._codes.get(word, ())} for word in wanted]
        return set.intersection(*holders) if holders else set()

    def abbreviated_by(self, word: str) -> set[int]:
        """The names whose first letters these are, where no name has a word that begins so."""
        return set() if self._beginning_with(word) else self._abbreviated(word)

    def holds(self, word: str) -> bool:
        """Whether a name has this very word."""
        return word in self._holders

    def alike(self, word: str) -> dict[int, float]:
        """The names that hold a word like this one, and how much alike, of 100; what it begins is wholly like it."""
        hits = process.extract(word, self._vocabulary, scorer=fuzz.ratio, limit=_MOST_SPELLINGS, score_cutoff=_ALIKE)
        found = {index: alike for near, alike, _ in reversed(hits) for index in self._holders[near]}
        return found | dict.fromkeys(self._beginning_with(word), 100.0)

    def _abbreviated(self, word: str) -> set[int]:
        return {*self._initials.get(word, ())}

    def _beginning_with(self, word: str) -> set[int]:
        """A number begins nothing but itself: 20 is not 2026."""
        if word.isnumeric():
            return set(self._holders.get(word, ()))
        found: set[int] = set()
        at = bisect_left(self._vocabulary, word)
        while at < len(self._vocabulary) and self._vocabulary[at].startswith(word):
            found.update(self._holders[self._vocabulary[at]])
            at += 1
        return found


def _filed(entries: Iterable[tuple[str, int]]) -> dict[str, tuple[int, ...]]:
    """The numbers of each word but of the empty one. Most have one, for which a set takes four times as much."""
    found: dict[str, list[int]] = defaultdict(list)
    for word, index in entries:
        if word:
            found[word].append(index)
    return {word: tuple(indices) for word, indices in found.items()}
