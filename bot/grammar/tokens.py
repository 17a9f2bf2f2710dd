"""From characters to words: what can be seen, quotes, the colon of a note, tags."""

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from bot.grammar import values as grammar
from bot.grammar.patterns import FRACTIONS, is_number, key
from bot.grammar.refusals import NotUnderstood, Reason

QUOTED = '"'
"""The key of quoted text, which is not looked up."""
HASHTAG = re.compile(r"(?P<remove>-)?#(?P<tag>[\w-]+),?")
_TAG = re.compile(r"(?=[\w-]{1,40}\Z)[\w-]*[^\W\d_][\w-]*")  # #12 is a number
_NOT_ASCII = r"[^\x00-\x7f\s\u200c\u200d]"
_JOINER = re.compile(rf"(?<={_NOT_ASCII})([\u200c\u200d])(?={_NOT_ASCII})|[\u200c\u200d]")
_TOKEN = re.compile(
    r"""\s*(?:
      (?P<quoted> "[^"]*" | „[^„“”"]*[“”"] | “[^“”]*” | «[^«»]*» | »[^«»]*« )
    | (?P<note> :(?=\s|\Z) )
    | (?P<word> (?: (?<!\w):[\w+'-]+: | [^\s:] | :(?=\S) )+ )     # :tada: is an emoji and begins no note
    )""",
    re.VERBOSE,
)
_PLUS = re.compile(rf"(?=\+[0-9:.,{FRACTIONS}])")


class Word(NamedTuple):
    """A word or a quoted phrase."""

    text: str
    """As typed."""
    key: str
    """Casefolded, to recognise it by."""
    start: int
    end: int
    """Where it stands in the text."""


def visible(text: str) -> str:
    """Without control, format and private characters; joiners stay where they shape an emoji or a foreign letter."""
    if len(text) > grammar.LONGEST_TEXT:
        raise NotUnderstood(Reason.TOO_MUCH_TEXT, text[:80])
    if text.isprintable():  # as nearly always; going through it took a third of the time of reading a command
        return text.strip()
    seen = (
        character
        for character in text
        if character.isspace()
        or character in "\u200c\u200d"
        or unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co"}
    )
    return _JOINER.sub(r"\1", "".join(seen)).strip()


def split(text: str) -> tuple[list[Word], str | None]:
    """The words before the note, and the note: what follows the first colon that a space or the end follows."""
    words: list[Word] = []
    for token in _TOKEN.finditer(text):
        if token["note"]:
            return words, text[token.end() :].strip()
        typed = unicodedata.normalize("NFC", token["quoted"] or token["word"])
        if token["quoted"]:
            inside = " ".join(typed[1:-1].strip("\u200c\u200d").split())
            words.append(Word(inside, QUOTED, token.start("quoted"), token.end()))
        elif "+" in typed and is_number(typed):
            words += _sum(typed, token.start("word"))
        else:
            words.append(Word(typed, key(typed), token.start("word"), token.end()))
    return words, None


def _sum(typed: str, start: int) -> Iterator[Word]:
    """1h+30m as two words."""
    for part in filter(None, _PLUS.split(typed)):
        yield Word(part, key(part), start, start + len(part))
        start += len(part)


def names(words: list[Word]) -> tuple[str, ...]:
    """Words as names are looked up: acme/website is acme website, a URL and a quoted phrase stay whole."""
    parts: list[str] = []
    for word in words:
        whole = word.key == QUOTED or "://" in word.text
        parts += [word.text] if whole else word.text.split("/")
    return tuple(part for part in parts if part)


def is_tag(text: str) -> bool:
    """Whether this, in small letters and without its #, can be a tag: 1 to 40 letters, digits, - or _."""
    return _TAG.fullmatch(text) is not None
