"""What is in another currency than the invoice and so not on it, in words."""

from collections.abc import Iterator

from bot.billing.preview import Preview
from bot.core.texts import Reader
from bot.tracking.rules.spent import SpentKind
from bot.tracking.views.spent import kinds_named


def foreign_said(to: Reader, preview: Preview) -> Iterator[str]:
    """What is left out, and where it is changed: apart for expenses and for what is agreed."""
    agreed = [
        f"{name} {to.sums(0, preview.currency, sums)}"
        for kind, sums in preview.foreign
        for name in kinds_named(to, kind)
        if kind is not SpentKind.EXPENSE
    ]
    if agreed:
        yield to.t(
            "🧾 What is agreed in another currency is left out: {amounts}. This invoice is in {currency}; "
            "“Agreements …” has what was agreed, to be changed.",
            amounts=to.listed(agreed),
            currency=preview.currency,
        )
    if spent := dict(preview.foreign).get(SpentKind.EXPENSE):
        yield to.t(
            "🧾 Expenses in another currency are left out: {amounts}. This invoice is in {currency}; /track list has "
            "them, with the button to type what they come to.",
            amounts=to.sums(0, preview.currency, spent),
            currency=preview.currency,
        )
