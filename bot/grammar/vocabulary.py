"""The words that begin commands and the phrases for times, of all languages together."""

from dataclasses import dataclass
from functools import cache

from bot.core.languages import languages
from bot.grammar.amounts import Amounts
from bot.grammar.patterns import key
from bot.grammar.phrases import Phrases
from bot.grammar.wording import SUBCOMMANDS, words_of


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What is understood, in all languages there are texts in."""

    names: dict[str, str]  # each word that begins a command, and the command's canonical name
    phrases: Phrases
    amounts: Amounts


@cache
def vocabulary() -> Vocabulary:
    """Built once; where two commands share a word, the language that comes first keeps it."""
    names: dict[str, str] = {}
    for language in languages():
        for known in SUBCOMMANDS:
            for word in (known.name, *words_of(known.words, language)):
                names.setdefault(key(word), known.name)
    return Vocabulary(names, Phrases(languages()), Amounts(languages()))
