"""Pieces of a calculation in writing: times, factors, what is taken off, notes in one line."""

from collections.abc import Sequence
from decimal import Decimal

from bot.billing.rules.reductions import WHOLE, Reduction
from bot.billing.views.reduction import reduction_said
from bot.core.texts import Reader
from bot.slack.blocks import Block, cut, section

PER_BLOCK = 10
_LONGEST_NOTE = 120


def less_said(to: Reader, reduction: Reduction, listed: int, currency: str) -> str:
    """What is taken off of a line, and what is left: less 10%: €309.75 × 90% = €278.78."""
    left, off = to.money(reduction.less(listed), currency), reduction_said(to, reduction, currency)
    by = f"× {to.percent(WHOLE - reduction.percent, scale=4)}" if reduction.percent else f"− {off}"
    return to.t("less {reduction}: {amount}", reduction=off, amount=f"{to.money(listed, currency)} {by} = {left}")


def exact(seconds: int) -> str:
    """2:00 h; with seconds where there are some: 1:59:58 h."""
    minutes, rest = divmod(seconds, 60)
    return f"{minutes // 60}:{minutes % 60:02}" + (f":{rest:02}" if rest else "") + " h"


def signed(seconds: int) -> str:
    """+0:15 h or −0:00:02 h."""
    return f"{'−' if seconds < 0 else '+'}{exact(abs(seconds))}"


def factor(to: Reader, vat_rate: int) -> str:
    """1.19 of 19%."""
    return to.number(1 + Decimal(vat_rate).scaleb(-4))


def note_line(note: str) -> str:
    """A note in one line."""
    return cut(" ".join(note.split()), _LONGEST_NOTE)


def in_blocks(rows: Sequence[str]) -> list[Block]:
    """Many short texts, in few blocks."""
    return [section("\n".join(rows[first : first + PER_BLOCK])) for first in range(0, len(rows), PER_BLOCK)]
