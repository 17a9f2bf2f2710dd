"""How much was spent: 49,90 and €49.90, 1.234,50 and 1,234.50, net or gross, 19%, and the number of the receipt.

It is taken out before days are looked for: 10.11 is an amount here, and 10.11. is a day.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from bot.core import money
from bot.core.languages import Term
from bot.grammar import terms
from bot.grammar.patterns import Lexicon, any_of, key
from bot.grammar.refusals import Means, NotUnderstood, Reading, Reason
from bot.grammar.tokens import Word

HIGHEST = 10**13
"""Cents: what a line of an invoice has room for, whatever its currency is worth."""
_WHOLE_VAT = 10_000
_NUMBER = (
    r"(?P<number>[0-9]{1,3}(?:[ '’][0-9]{3})+(?:[.,][0-9]{1,2})?(?![0-9.,])"
    r"|[0-9]+(?:[.,'’][0-9]+)*(?:[.,](?:[-‐‑‒–—−]{1,2}))?|[.,][0-9]{2})"
)
_RATE = r"(?P<rate>[0-9]{1,3}(?:[.,][0-9]{1,2})?) ?%"
_BEGINS, _ENDS = r"(?<!\S)", r"(?=[,;]?(?:\s|\Z))"
_DATE = re.compile(r"[0-9]{1,4}([./-])[0-9]{1,2}\1[0-9]{1,4}")


@dataclass(frozen=True, slots=True)
class Spent:
    """What was said of an amount; cents are None where none was."""

    cents: int | None = None
    gross: bool | None = None
    vat: int | None = None
    currency: str = ""
    receipt: str = ""
    pass_through: bool = False
    """Paid in the customer's name and for their account."""


NOTHING_SPENT = Spent()


class _Piece(NamedTuple):
    """Some of the words, and the match in their keys."""

    match: re.Match[str]
    first: int
    end: int


class _Amount(NamedTuple):
    """Some words that may be the amount."""

    piece: _Piece
    number: str
    cents: int

    @property
    def is_certain(self) -> bool:
        """Whether a currency or cents say that it is money."""
        return bool(self.currency) or not self.number.isdigit()

    @property
    def currency(self) -> str:
        """How the currency was called, if it was."""
        return self.piece.match["before"] or self.piece.match["behind"] or ""


class _Text:
    """The words of a text, and which of them were taken out of it."""

    def __init__(self, text: str, words: Sequence[Word]) -> None:
        self.text = text
        self.words = words
        self.keys = " ".join(word.key for word in words)
        self.starts: list[int] = []
        at = 0
        for word in words:
            self.starts.append(at)
            at += len(word.key) + 1
        self.taken: set[int] = set()

    def find(self, pattern: re.Pattern[str]) -> Iterator[_Piece]:
        """Where a pattern stands among the words that are left."""
        for match in pattern.finditer(self.keys):
            first = self.starts.index(match.start())
            end = first + match[0].count(" ") + 1
            if not self.taken & {*range(first, end)}:
                yield _Piece(match, first, end)

    def take(self, piece: _Piece) -> None:
        """These words are understood."""
        self.taken |= {*range(piece.first, piece.end)}

    def touches(self, piece: _Piece) -> bool:
        """Whether what was taken stands right beside it."""
        return bool(self.taken & {piece.first - 1, piece.end})

    def typed(self, piece: _Piece) -> str:
        """The piece as it was typed."""
        return self.text[self.words[piece.first].start : self.words[piece.end - 1].end].rstrip(",;")

    def rewritten(self, piece: _Piece, number: str, instead: str) -> str:
        """The whole text with another number in the place of this one."""
        start, end = self.words[piece.first].start, self.words[piece.end - 1].end
        return self.text[:start] + self.text[start:end].replace(number, instead, 1) + self.text[end:]

    def quoting(self, pieces: Sequence[_Piece]) -> str:
        """The whole text with these pieces in quotes, which makes them part of a name."""
        text = self.text
        for piece in sorted(pieces, reverse=True, key=lambda each: each.first):
            start, typed = self.words[piece.first].start, self.typed(piece)
            text = f'{text[:start]}"{typed}"{text[start + len(typed) :]}'
        return text


class Amounts:
    """The rules for amounts in the words of some languages."""

    def __init__(self, languages: Sequence[str]) -> None:
        self._lexicon = Lexicon(languages)

    def _words(self, *said: Term) -> str:
        return any_of(self._lexicon.words(*said)).pattern

    @cached_property
    def _amount(self) -> re.Pattern[str]:
        called = any_of(money.currency_names()).pattern
        before, behind = rf"(?:(?P<before>{called}) ?)?", rf"(?: ?(?P<behind>{called}))?"
        return re.compile(rf"{_BEGINS}{before}(?P<sign>[-‐‑‒–—−+]?){_NUMBER}{behind}{_ENDS}")

    @cached_property
    def _vat(self) -> re.Pattern[str]:
        vat = self._words(terms.VAT)
        side = rf"(?:(?P<gross>{self._words(terms.INCLUDING)})|(?P<net>{self._words(terms.EXCLUDING)})) "
        return re.compile(rf"{_BEGINS}(?:(?:{side})?(?:{vat} )?{_RATE}(?: {vat})?){_ENDS}")

    @cached_property
    def _side(self) -> re.Pattern[str]:
        vat = self._words(terms.VAT)
        gross = rf"{self._words(terms.GROSS)}|{self._words(terms.INCLUDING)} {vat}"
        net = rf"{self._words(terms.NET)}|{self._words(terms.EXCLUDING)} {vat}"
        return re.compile(rf"{_BEGINS}(?:(?P<gross>{gross})|(?P<net>{net})){_ENDS}")

    @cached_property
    def _passing(self) -> re.Pattern[str]:
        return re.compile(rf"{_BEGINS}{self._words(terms.PASS_THROUGH)}{_ENDS}")

    @cached_property
    def _passing_in_text(self) -> re.Pattern[str]:
        return re.compile(rf"(?<!\w){self._words(terms.PASS_THROUGH)}")

    @cached_property
    def _receipt(self) -> re.Pattern[str]:
        return re.compile(rf"{_BEGINS}{self._words(terms.RECEIPT)} #?[^\s\"]*[0-9][^\s\"]*")

    def speak_of_passing(self, text: str) -> bool:
        """Whether a note has the word for what is passed through, in any form: there it is only text."""
        return self._passing_in_text.search(self._lexicon.marked(key(text))) is not None

    def take(self, text: str, words: Sequence[Word]) -> tuple[Spent, list[Word]]:
        """What is said of an amount, and the words that say something else. Raises NotUnderstood."""
        said = _Text(text, words)
        receipt = self._take_receipt(said)
        vat, sides = self._take_vat(said)
        amount = self._take_amount(said)
        sides += self._take_sides(said)
        passes_through = self._take_passing(said)
        sides += self._take_sides(said)
        gross = sides[0][0] if sides else None
        for side, piece in sides:
            if side != gross:
                raise NotUnderstood(Reason.TWO_NETS, piece)
        spent = Spent(
            amount.cents if amount else None,
            gross,
            vat,
            (money.currency_called(amount.currency) or "") if amount else "",
            receipt,
            passes_through,
        )
        return spent, [word for at, word in enumerate(words) if at not in said.taken]

    def _take_receipt(self, said: _Text) -> str:
        for piece in said.find(self._receipt):
            said.take(piece)
            return said.words[piece.end - 1].text.lstrip("#").rstrip(",;")
        return ""

    def _take_vat(self, said: _Text) -> tuple[int | None, list[tuple[bool, str]]]:
        vat, sides = None, []
        for piece in said.find(self._vat):
            whole, _, decimals = piece.match["rate"].replace(",", ".").partition(".")
            rate = int(whole) * 100 + int(decimals.ljust(2, "0") or 0)
            if rate > _WHOLE_VAT or vat not in (None, rate):
                raise NotUnderstood(Reason.NO_SUCH_VAT, said.typed(piece))
            vat = rate
            sides += self._sides(said, piece)
            said.take(piece)
        return vat, sides

    def _take_sides(self, said: _Text) -> list[tuple[bool, str]]:
        """Net and gross, where they stand beside what was understood; anywhere else they are part of a name."""
        sides = []
        for piece in said.find(self._side):
            if said.touches(piece):
                said.take(piece)
                sides += self._sides(said, piece)
        return sides

    def _take_passing(self, said: _Text) -> bool:
        """That it is passed through, where that stands beside what was understood, as net and gross do."""
        for piece in said.find(self._passing):
            if said.touches(piece):
                said.take(piece)
                return True
        return False

    def _sides(self, said: _Text, piece: _Piece) -> list[tuple[bool, str]]:
        if not (piece.match["gross"] or piece.match["net"]):
            return []
        return [(piece.match["gross"] is not None, said.typed(piece))]

    def _take_amount(self, said: _Text) -> _Amount | None:
        """The one amount, if there is one. Raises NotUnderstood."""
        found, wrong = self._candidates(said)
        amount = _chosen(said, found)
        if amount is None:
            if wrong:
                raise NotUnderstood(Reason.NO_SUCH_AMOUNT, said.typed(wrong[0]))
            return None
        typed = said.typed(amount.piece)
        if amount.cents == 0 or amount.piece.match["sign"] not in ("", "+"):
            raise NotUnderstood(Reason.NO_AMOUNT, typed)
        if amount.cents > HIGHEST:
            raise NotUnderstood(Reason.TOO_HIGH, typed)
        said.take(amount.piece)
        return amount

    def _candidates(self, said: _Text) -> tuple[list[_Amount], list[_Piece]]:
        """What may be the amount, and what looks like one but is none."""
        found, wrong = [], []
        for piece in said.find(self._amount):
            number = piece.match["number"]
            named = piece.match["before"] or piece.match["behind"]
            if " " in number and not named and not re.search(r"[.,]", number):
                continue  # 50 123 are two numbers, unless something says that it is one
            try:
                found.append(_Amount(piece, number, money.read_cents(number)))
            except money.TwoAmounts as error:
                raise _asked(said, piece, number, error) from None
            except ValueError:
                if not _DATE.fullmatch(number):
                    wrong.append(piece)
        return found, wrong


def _asked(said: _Text, piece: _Piece, number: str, two: money.TwoAmounts) -> NotUnderstood:
    readings = (
        Reading(said.rewritten(piece, number, f"{cents // 100}.{cents % 100:02}"), Means(cents=cents))
        for cents in two.readings
    )
    return NotUnderstood(Reason.WHICH_AMOUNT, said.typed(piece), readings=tuple(readings))


def _chosen(said: _Text, found: Sequence[_Amount]) -> _Amount | None:
    """What was meant: what is certainly money, else the first word, else the only number. Raises NotUnderstood."""
    named = [each for each in found if each.currency] or [each for each in found if each.is_certain]
    if len(named) > 1:
        raise NotUnderstood(Reason.TWO_AMOUNTS, said.typed(named[1].piece))
    if named or len(found) < 2:
        return next(iter([*named, *found]), None)
    if found[0].piece.first == 0:
        return found[0]
    readings = tuple(
        Reading(said.quoting([each.piece for each in found if each is not one]), Means(cents=one.cents))
        for one in found
    )
    raise NotUnderstood(Reason.WHICH_AMOUNT, said.typed(found[0].piece), readings=readings)
