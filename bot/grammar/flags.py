"""Flags at the beginning or the end of a note: there they say something about it, elsewhere they are its text."""

import re
from functools import cache
from typing import NamedTuple

from bot.core.languages import languages
from bot.grammar import terms
from bot.grammar.patterns import DASHES, Lexicon, any_of

_DASHES = DASHES.removesuffix(" ?")  # in a text, a dash with a space behind it is only a dash


class FlaggedNote(NamedTuple):
    """A note without its flags, and what they say; `piece` is the flag that says whether the work is billable."""

    text: str
    private: bool = False
    billable: bool | None = None
    piece: str = ""

    @property
    def says_nothing(self) -> bool:
        """Whether there is neither a text nor a flag."""
        return not self.text and not self.private and self.billable is None


def read_note(text: str) -> FlaggedNote:
    """A note as it was typed, in any language's flags. Two that contradict each other are not both taken."""
    noted = FlaggedNote(text.strip())
    while flag := _first(noted.text) or _last(noted.text):
        billable = _billable(flag)
        if billable is not None and noted.billable not in (None, billable):
            break
        rest = f"{noted.text[: flag.start()]}{noted.text[flag.end() :]}".strip()
        if billable is None:
            noted = noted._replace(text=rest, private=True)
        else:
            noted = noted._replace(text=rest, billable=billable, piece=flag[0].strip())
    return noted


def _first(text: str) -> re.Match[str] | None:
    return _patterns()[0].match(text)


def _last(text: str) -> re.Match[str] | None:
    return _patterns()[1].search(text)


def _billable(flag: re.Match[str]) -> bool | None:
    """Whether the work is billable; None where the flag says something else."""
    return None if flag["private"] else flag["yes"] is not None


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What fits a flag at the beginning of a text, and at its end."""
    lexicon = Lexicon(languages())
    kinds = {
        "private": lexicon.words(terms.PRIVATE),
        "yes": lexicon.words(terms.BILLABLE),
        "no": [terms.NOT_BILLABLE_FLAG, *lexicon.words(terms.NOT_BILLABLE)],
    }
    flag = f"{_DASHES}(?:{'|'.join(f'(?P<{kind}>{any_of(words).pattern})' for kind, words in kinds.items())})"
    return (
        re.compile(rf"{flag}[,:]?(?=\s|\Z)", re.IGNORECASE),
        re.compile(rf"(?<!\S){flag}[.,;!]?\Z", re.IGNORECASE),
    )
