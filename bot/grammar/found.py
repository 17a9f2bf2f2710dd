"""Which phrases stand in a text, and which of its words each covers."""

import re
from dataclasses import dataclass

from bot.grammar.patterns import Phrase
from bot.grammar.phrases import Phrases
from bot.grammar.said import Said


@dataclass(frozen=True, slots=True)
class Found:
    """A phrase in the text: which of the words it covers."""

    phrase: Phrase
    match: re.Match[str]
    position: int
    count: int


def find(said: Said, phrases: Phrases, *, at: int = 0) -> list[Found]:
    """The phrases in the words, from left to right. With `at` above 0 the first word is none behind a command."""
    marked = phrases.marked([word.key for word in said.typed], said.setting.words)
    text = " " * at + " ".join(marked)
    found = []
    position = 0
    while position < len(marked):
        word = marked[position]
        hit = phrases.find(said.name, text, at, word)
        if hit is None:
            at += len(word) + 1
            position += 1
            continue
        phrase, match = hit
        count = match[0].count(" ") + 1
        found.append(Found(phrase, match, position, count))
        at = match.end() + 1
        position += count
    return found
