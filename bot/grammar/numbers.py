"""Numbers as people type them: 1,5 and ½ and 1 1/2, two and a half, anderthalb."""

import re
from fractions import Fraction

from bot.grammar import terms
from bot.grammar.patterns import ARTICLE, FRACTIONS, NUMBER, SPELLED, Lexicon, Piece, any_of, lead

DECIMAL = r"(?:[0-9]+(?:[.,][0-9]+)?|[.,][0-9]+)"
BROKEN = rf"(?:(?:[0-9]+ ?)?[{FRACTIONS}]|(?:[0-9]+ )?[0-9]/[1-9][0-9]?)"
WHOLE = f"(?:[0-9]{{1,3}}|{SPELLED}[0-9]+|{ARTICLE})"
_VULGAR = dict(
    zip(FRACTIONS, map(Fraction, ["1/2", "1/4", "3/4", "1/3", "2/3", "1/8", "3/8", "5/8", "7/8"]), strict=True)
)
_BROKEN = re.compile(rf"(?:(?P<whole>[0-9]+) ?)?(?:(?P<vulgar>[{FRACTIONS}])|(?P<above>[0-9])/(?P<below>[0-9]+))")
_HALF = Fraction(1, 2)


class Numbers:
    """Amounts in the words of all languages."""

    def __init__(self, lexicon: Lexicon) -> None:
        parts = {terms.HALF: _HALF, terms.QUARTER: Fraction(1, 4), terms.THREE_QUARTERS: Fraction(3, 4)}
        self._parts = {word: part for term, part in parts.items() for word in lexicon.words(term)}
        halves = [pattern.partition("{number} ")[2] for pattern in lexicon.patterns(terms.NUMBER_AND_A_HALF)]
        self._and_a_half = [half for half in halves if half]
        numeral = rf"(?:{BROKEN}|{DECIMAL}|{SPELLED}[0-9]+½?(?= ))"
        article = rf"{ARTICLE}(?= )"
        part, joined = any_of(self._parts), any_of(word for word in self._parts if " " not in word)
        self.amount = Piece(
            rf"(?:(?:{numeral}|{article})(?: {any_of(self._and_a_half).pattern})|{numeral}"
            rf"|(?:{ARTICLE} )?{part.pattern}(?= )|(?:{ARTICLE} )?{joined.pattern}|{article})",
            NUMBER | {ARTICLE} | part.leads,
        )
        """Any number that can stand before a unit; only parts of one and the unit may be one word, as in German."""

    def joined(self, units: list[str]) -> frozenset[str]:
        """The leads of a part and its unit in one word."""
        return frozenset(lead(part + unit) for part in self._parts if " " not in part for unit in units)

    def value(self, typed: str) -> Fraction:
        """What an amount comes to. Raises ValueError for a fraction that is none, as 24/7."""
        for half in self._and_a_half:
            if typed.endswith(f" {half}"):
                return self.value(typed.removesuffix(f" {half}")) + _HALF
        typed = typed.removeprefix(f"{ARTICLE} ")
        if typed == ARTICLE:
            return Fraction(1)
        if typed in self._parts:
            return self._parts[typed]
        typed = typed.removeprefix(SPELLED)
        if broken := _BROKEN.fullmatch(typed):
            vulgar = broken["vulgar"]
            part = _VULGAR[vulgar] if vulgar else Fraction(int(broken["above"]), int(broken["below"]))
            if part >= 1:
                raise ValueError(typed)
            return int(broken["whole"] or 0) + part
        return Fraction(("0" + typed if typed[0] in ".," else typed).replace(",", "."))


def count(typed: str) -> int:
    """What a whole number comes to."""
    return 1 if typed == ARTICLE else int(typed.removeprefix(SPELLED))
