"""What is typed as one word and is several: okt-dez, q3/2025, 10/1-11/15."""

import re

from bot.grammar.patterns import DASH, FULL_YEAR
from bot.grammar.tokens import Word

_AROUND = "()!?;"
_BETWEEN = "-–—‐‑−/."
_SLASHES = "(?:[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{1,4}(?:/[0-9]{1,4}){1,2})"
_SLASHED = re.compile(rf"(?P<one>{_SLASHES})(?P<between>{DASH})(?P<two>{_SLASHES},?)")
_TOUCHING = re.compile(rf"(?P<one>[^\W\d_]\w*)(?P<between>{DASH}|[/.])(?P<two>\w+,?)")


def spread(words: list[Word], known: frozenset[str]) -> list[Word]:
    """The words, with those taken apart that are several: okt-dez, q3/2025, 10/1-11/15."""
    if any(mark in word.key for word in words for mark in _AROUND):
        words = [word._replace(key=word.key.strip(_AROUND) or word.key) for word in words]
    if not any(mark in word.key for word in words for mark in _BETWEEN):
        return words
    return [part for word in words for part in _parts(word, known)]


def _parts(word: Word, known: frozenset[str]) -> list[Word]:
    slashed = _SLASHED.fullmatch(word.key)
    found = slashed or _TOUCHING.fullmatch(word.key)
    if found is None or len(word.key) != len(word.text) or not (slashed or found["one"] in known):
        return [word]
    one, between, two = (
        Word(word.text[start:end], word.key[start:end], word.start + start, word.start + end)
        for start, end in map(found.span, ("one", "between", "two"))
    )
    if slashed:
        return [one, between, two]
    if re.fullmatch(FULL_YEAR, found["two"].rstrip(",")):
        return [one, two]
    if found["two"].rstrip(",") not in known or between.text in "/.":  # Mai/Juni may be two names
        return [word]
    return [one, between, two]
