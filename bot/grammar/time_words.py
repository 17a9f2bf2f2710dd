"""Words that speak of time, in all languages: whoever types one meant a time, also where no phrase takes it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from bot.core.languages import Term, languages
from bot.grammar import filter_terms, terms
from bot.grammar.patterns import key
from bot.grammar.wording import patterns_of, words_of

_SHORTEST_DAY_NAME = 4
"""Letters: "so" and "mon" are also something else."""
_DAYS = (terms.TODAY, terms.YESTERDAY, terms.BEFORE_YESTERDAY, terms.TOMORROW, *terms.WEEKDAYS)
_TEXT_AS_WELL = (terms.ON_THE, terms.THIS, terms.ABOUT, terms.WITHOUT, terms.BREAK, terms.BREAK_OF)
"""Their words begin a note as often: for, with, the."""
_BEFORE_DAYS = (filter_terms.UP_TO, filter_terms.BEFORE, filter_terms.AFTER, filter_terms.STARTING, filter_terms.RECENT)
_PARTS = (terms.HALF, terms.QUARTER, terms.THREE_QUARTERS)


@dataclass(frozen=True, slots=True)
class TimeWords:
    """Where in a text a word speaks of time."""

    days: frozenset[str]
    """Anywhere."""
    opening: frozenset[str]
    """As the first word: since, half, letzte."""
    closing: frozenset[str]
    """As the last one: ago, hours."""
    before_days: frozenset[str]
    """As the first one before the days of a list: until, last, per."""
    articles: frozenset[str]
    """Between such a word and the days."""

    def speak_in(self, typed: Sequence[str]) -> bool:
        """Whether these words, of a text that is no phrase, probably mean a time."""
        words = [key(word) for part in typed for word in part.split()]
        if not words:
            return False
        return words[0] in self.opening or words[-1] in self.closing or not self.days.isdisjoint(words)

    def days_begun(self, typed: Sequence[str]) -> str:
        """What was meant for days at the beginning of these words: until Easter, seit letzter Rechnung; else empty."""
        if not typed or key(typed[0]) not in self.before_days:
            return ""
        known = self.before_days | self.articles
        behind = next((at for at, word in enumerate(typed) if key(word) not in known), len(typed) - 1)
        return " ".join(typed[: behind + 1]) if behind else ""


@cache
def time_words() -> TimeWords:
    """Built once, from what the grammar's phrases are made of."""
    opening, closing = set[str](), set[str]()
    for said in _said():
        spoken = said.split()
        opening |= {word for word in spoken[:1] if "{" not in word}
        closing |= {word for word in spoken[-1:] if "{" not in word and len(word) > 1}
    days = _words(*_DAYS)
    before_days = frozenset(word.split()[0] for word in _words(*_BEFORE_DAYS))
    return TimeWords(
        days=frozenset(word for word in days if len(word) >= _SHORTEST_DAY_NAME),
        opening=frozenset(opening),
        closing=frozenset(closing),
        before_days=frozenset(opening) | before_days,
        articles=_words(filter_terms.THE),
    )


def _words(*said: Term) -> frozenset[str]:
    return frozenset(key(word) for term in said for language in languages() for word in words_of(term, language))


def _said() -> Iterator[str]:
    """Each word and pattern of time, in each language."""
    for language in languages():
        for term in _terms():
            said = patterns_of if term.purpose == "time patterns" else words_of
            yield from (key(each) for each in said(term, language) if each)


def _terms() -> Iterator[Term]:
    yield from _PARTS
    for value in vars(terms).values():
        for each in value if isinstance(value, tuple) else (value,):
            is_of_time = isinstance(each, Term) and each.purpose in ("time words", "time patterns")
            if is_of_time and each not in _TEXT_AS_WELL:
                yield each
