"""Close a text up where something has nothing to say: what only joined it goes, what joins the rest stays.

"{service} for {project}" without a service is "App", and "{service} ({person}, {days})" without a person
"Design (1 March)".
"""

import re
from collections.abc import Sequence
from enum import Enum
from typing import NamedTuple


class Kind(Enum):
    """What a piece of a filled text is."""

    FILLED = "filled"
    WORD = "word"
    """Of what was typed."""
    JOINT = "joint"
    """Spaces, marks and words that only stand between others."""
    NOTHING = "nothing"
    """Where something could not be filled in."""


class Piece(NamedTuple):
    """A piece of a text that is being filled in."""

    kind: Kind
    text: str = ""


_WEAK_WORDS = "and or nor und oder sowie"
_WORDS = (
    "about after against among as at before between by concerning during for from in including into of off on onto "
    "over per regarding since the through till to under until up via while with within without "
    "ab als am an anlässlich auf aus außerhalb bei beim bezüglich bis da das dem den der des die durch ein eine einem "
    "einen einer für gegen gemäß hinsichtlich im in innerhalb ins je laut mit mittels nach pro samt seit statt über um "
    "unter vom von vor wegen während zu zum zur zwecks zwischen"
)
"""Words that say nothing alone, in the languages in which invoices are written."""
_JOINERS = frozenset(f"{_WORDS} {_WEAK_WORDS}".split())
_WEAK = frozenset(_WEAK_WORDS.split())
_NAMES = (
    "client customer employee number period person project service tag tags task "
    "kunde kunden kundin leistung leistungszeitraum mitarbeiter mitarbeiterin nummer person personen projekt projekts "
    "schlagwort schlagwörter schlagworte tätigkeit zeitraum"
)
"""What names the value directly behind it, as in "for project {project}"."""
_NAMED = frozenset(_NAMES.split())
_MARKS = "\\s.,:;!?…·•|/\\\\–—&+*#~=<>\"'„“”‚‘’«»()\\[\\]_-"
_WHOLE = r"\([^()]*\w[^()]*\)|\[[^\[\]]*\w[^\[\]]*\]|„[^“”]*[“”]|“[^”]*”"
"""What stands in brackets of its own, such as [Invoice.due_date]."""
_TOKEN = re.compile(rf"{_WHOLE}|(?P<marks>[{_MARKS}]+?(?=[(\[„“]|[^{_MARKS}]|$))|[^{_MARKS}]+")
_SENTENCE_ENDS = re.compile(r"[.!?…]+")
_ENDS = re.compile(r"[.!?…:]+")


def pieces_of(written: str) -> list[Piece]:
    """What somebody typed, in words and what stands between them."""
    return [
        Piece(Kind.JOINT if match["marks"] or _joins(match[0]) else Kind.WORD, match[0])
        for match in _TOKEN.finditer(written)
    ]


def _joins(word: str) -> bool:
    return word.casefold() in _JOINERS and not word.isupper()


def close_up(pieces: Sequence[Piece]) -> str:
    """The text that pieces make. Where nothing is missing it is what was typed, to the letter."""
    said = ""
    joints = [""]
    for kind, text in _without_names(pieces):
        if kind is Kind.JOINT:
            joints[-1] += text
        elif kind is Kind.NOTHING:
            joints.append("")
        else:
            said += _between(joints, begins=not said) + text
            joints = [""]
    return said + _behind(joints, said)


def _without_names(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces, where words that name what is missing are part of what joins it."""
    kept: list[Piece] = []
    names_nothing = False
    for piece in reversed(pieces):
        if piece.kind is Kind.WORD:
            names_nothing = names_nothing and piece.text.casefold() in _NAMED
            piece = Piece(Kind.JOINT, piece.text) if names_nothing else piece
            names_nothing = False
        elif piece.kind is Kind.NOTHING:
            names_nothing = True
        elif piece.kind is Kind.FILLED or any(map(str.isalnum, piece.text)):
            names_nothing = False
        kept.append(piece)
    return kept[::-1]


def _between(joints: Sequence[str], *, begins: bool) -> str:
    """What stands between two pieces that say something, of all that stood between what is missing there."""
    if len(joints) == 1:
        return joints[0]
    if begins:
        return ""
    ends = _SENTENCE_ENDS.match(joints[0])
    first = joints[0][ends.end() :] if ends else joints[0]
    rest = [first, *joints[1:]]
    if not ends and _SENTENCE_ENDS.match(rest[-1]):
        return rest[-1]
    strong = [each for each in rest if _is_strong(each)]
    named = [each for each in rest if each.strip()]
    joint = strong[-1] if strong else named[0] if named else " " if any(rest) else ""
    return (ends[0] if ends else "") + joint


def _is_strong(joint: str) -> bool:
    """Whether it says more than that something else comes: "in" or " · ", but not "and" or a comma."""
    return any(token[0] not in _WEAK and token[0].strip(" \t,;&+") for token in _TOKEN.finditer(joint))


def _behind(joints: Sequence[str], said: str) -> str:
    """The end of a text: of what is behind the last piece that says something only what ends a sentence."""
    if len(joints) == 1:
        return joints[0]
    ends = _SENTENCE_ENDS.match(joints[0]) or _ENDS.match(joints[-1])
    return ends[0] if said and ends else ""
