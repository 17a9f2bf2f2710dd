"""What Billomat is asked for: the one place that makes the request of a draft, to send it or to show it before."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from bot.billing.rules.rates import CENT
from bot.billing.rules.reductions import Reduction
from bot.billing.taking_off import sent_lines, sent_reduction
from bot.billomat.client import NewDraft, NewDraftLine
from storage.drafts import Draft
from storage.frozen import FrozenLine


def new_draft(
    draft: Draft, lines: Sequence[FrozenLine], *, client_id: int, account_currency: str, today: date
) -> NewDraft:
    """The request. The service period is always said, as § 14 (4) no. 6 UStG wants it.

    `client_id` is the customer's id in Billomat; `today` becomes the date of the invoice.
    """
    off = sent_reduction(draft, lines)
    return NewDraft(
        client_id=client_id,
        date=today,
        label=draft.label or "",
        supply_period=(draft.service_first or today, draft.service_last or today),
        supply_text=draft.service_text or "",
        title=draft.heading or "",
        intro=draft.intro or "",
        note=draft.note or "",
        currency=draft.currency,
        gross_prices=draft.gross_prices,
        reduction=_percentage(off),
        reduction_amount=_amount(off),
        lines=tuple(
            NewDraftLine(
                article_id=_article_id(draft, line, account_currency),
                title=line.title,
                description=line.description,
                unit=line.unit,
                quantity=_decimal(line.hours),
                unit_price=_price(line.unit_price),
                tax_name=line.tax_name,
                tax_rate=None if line.tax_rate is None else _decimal(line.tax_rate),
                reduction=_percentage(line.taken_off or None),
                reduction_amount=_amount(line.taken_off or None),
            )
            for line in sent_lines(draft, lines)
        ),
    )


def _percentage(off: Reduction | None) -> Decimal | None:
    """In percent; what is no amount is one, also none."""
    return None if off is None or off.cents else Decimal(off.percent).scaleb(-4)


def _amount(off: Reduction | None) -> Decimal | None:
    return _decimal(off.cents) if off is not None and off.cents else None


def _article_id(draft: Draft, line: FrozenLine, account_currency: str) -> int | None:
    """The article that a line names; not one with a price in another currency, which Billomat might take."""
    currency = line.article_currency or account_currency
    return line.billomat_article_id if currency == draft.currency else None


def _price(ten_thousandths: int) -> Decimal:
    """With four decimals only where two do not say all."""
    exact = Decimal(ten_thousandths).scaleb(-4)
    return exact.quantize(Decimal("0.01")) if ten_thousandths % CENT == 0 else exact


def _decimal(hundredths: int) -> Decimal:
    return Decimal(hundredths).scaleb(-2)
