"""What is billed beside time: expenses, and what is agreed with a customer."""

from collections.abc import Iterable
from datetime import date
from enum import Flag, auto
from functools import reduce
from operator import or_


class SpentKind(Flag):
    """Of which kind one expense is, or of which kinds several are; NOTHING is falsy."""

    NOTHING = 0
    FEE = auto()
    """The fee of a retainer for a month."""
    PART = auto()
    """A fixed price, or a part of one."""
    EXPENSE = auto()

    @classmethod
    def of(cls, agreement_id: int | None, month: date | None) -> "SpentKind":
        """The kind of an expense: what it bills of what is agreed, and for which month."""
        if agreement_id is None:
            return cls.EXPENSE
        return cls.FEE if month else cls.PART

    @classmethod
    def together(cls, kinds: Iterable["SpentKind"]) -> "SpentKind":
        """All of these."""
        return reduce(or_, kinds, cls.NOTHING)
