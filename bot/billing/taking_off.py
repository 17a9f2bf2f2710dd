"""What is taken off of an approved draft, as it goes to Billomat: said as a reduction, or as lines that take it off."""

from collections.abc import Iterator, Sequence

from bot.billing.rules.lines import ONE
from bot.billing.rules.rates import CENT
from bot.billing.rules.reductions import NO_REDUCTION, Reduction, by_rate, is_sent_as_line
from bot.billing.rules.tax import Vat
from bot.core.money import smallest
from storage.drafts import Draft
from storage.frozen import FrozenLine


def sent_reduction(draft: Draft, lines: Sequence[FrozenLine]) -> Reduction | None:
    """What is said to be taken off of the whole; None where nothing is said.

    None that a person chose is said too, also beside an amount that goes out as lines: Billomat might take off what
    the customer usually gets.
    """
    whole = Reduction(draft.reduction, draft.reduction_cents)
    if _goes_as_lines(draft, lines):
        return NO_REDUCTION
    return whole if whole or draft.own is not None else None


def sent_lines(draft: Draft, lines: Sequence[FrozenLine]) -> list[FrozenLine]:
    """The lines, each followed by what is taken off of it alone, and last what is taken off of all, where an amount
    could be read in more than one way. Those that take something off have ids below 0.
    """
    sent = [each for line in lines for each in _with_own(draft, line)]
    return [*sent, *_of_whole(draft, lines)]


def _with_own(draft: Draft, line: FrozenLine) -> Iterator[FrozenLine]:
    off = line.taken_off
    if not is_sent_as_line(off, [line.vat], gross_prices=draft.gross_prices):
        yield line
        return
    yield line._replace(reduction_cents=0)
    yield _taking_off(draft, -line.id, f"{draft.reduction_title}: {line.title}", line.vat, off.cents)


def _of_whole(draft: Draft, lines: Sequence[FrozenLine]) -> Iterator[FrozenLine]:
    if not _goes_as_lines(draft, lines):
        return
    listed = dict[Vat | None, int]()
    for line in lines:
        listed[line.vat] = listed.get(line.vat, 0) + line.amount_cents
    lowest = min(-line.id for line in lines)
    parts = by_rate(Reduction(cents=draft.reduction_cents), listed, smallest(draft.currency)).items()
    for number, (vat, part) in enumerate(parts, start=1):
        if part.cents:
            yield _taking_off(draft, lowest - number, draft.reduction_title, vat, part.cents)


def _goes_as_lines(draft: Draft, lines: Sequence[FrozenLine]) -> bool:
    rates = {line.vat for line in lines}
    return is_sent_as_line(Reduction(cents=draft.reduction_cents), rates, gross_prices=draft.gross_prices)


def _taking_off(draft: Draft, line_id: int, title: str, vat: Vat | None, cents: int) -> FrozenLine:
    """Its quantity is below 0, not its price, as EN 16931 BR-27 wants it."""
    return FrozenLine(
        id=line_id,
        title=title,
        description="",
        unit=draft.reduction_unit,
        hours=-ONE,
        unit_price=cents * CENT,
        amount_cents=-cents,
        is_total=True,
        tax_name=vat.name if vat else None,
        tax_rate=vat.rate if vat else None,
        tax_reason="",
        billomat_article_id=None,
        article_currency=None,
        reduction=0,
        reduction_cents=0,
    )
