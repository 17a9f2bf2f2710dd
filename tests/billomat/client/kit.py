"""An account, answers as Billomat gives them, and a draft."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import settings

from bot.billomat.client import Billomat, NewDraft, NewDraftLine

ACME = "https://acme.billomat.net"
KEY = "5ecret0f4cme"
MAINTENANCE = "<html><head><title>Wartung</title><style>p {}</style></head><body><p>Bald zur&uuml;ck</p></body></html>"

Ask = Callable[[Billomat], object]

steady = settings(deadline=None, derandomize=True)


def listing(name: str, elements: object, **about: object) -> dict[str, Any]:
    """A list as Billomat writes it: one element as an object, none without any key."""
    element = {"taxes": "tax", "country-taxes": "country-tax"}.get(name, name.removesuffix("s"))
    return {name: ({element: elements} if elements else {}) | {f"@{key}": value for key, value in about.items()}}


def a_draft() -> NewDraft:
    review = NewDraftLine(
        article_id=817280,
        title="Beratung",
        description="2026-11-03 Workshop\n2026-11-05 Review",
        unit="Stunde",
        quantity=Decimal("7.25"),
        unit_price=Decimal("95.00"),
        tax_name="MwSt",
        tax_rate=Decimal(19),
    )
    travel = NewDraftLine(None, "Reise", "", "km", Decimal("1E+2"), Decimal("0.3"), None, None)
    return NewDraft(
        client_id=3527529,
        date=date(2026, 11, 30),
        label="November 2026 7f3c9a21b0de",
        supply_period=(date(2026, 11, 1), date(2026, 11, 30)),
        currency="EUR",
        lines=(review, travel),
    )


def read(billomat: Billomat) -> object:
    return billomat.owner()


def write(billomat: Billomat) -> object:
    return billomat.create_draft(a_draft())
