"""Calls to Billomat, built but not made: nothing here touches the network.

We write strictly: every value is said that Billomat would otherwise guess.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from bot.billomat.client.values import NewDraft, NewDraftLine

PER_PAGE = 1000
"""Billomat's maximum. Each page counts against a quota of a few hundred calls per 15 minutes.

Source: billomat.com/en/api/basics/rate-limiting/
"""
NEWEST_FIRST = "id DESC"


@dataclass(frozen=True, slots=True)
class Call:
    """One call to the API, below its address: a GET, the POST that stores something, or the DELETE of a draft."""

    path: str
    method: Literal["GET", "POST", "DELETE"] = "GET"
    query: Mapping[str, str] | None = None
    body: Mapping[str, Any] | None = None

    @property
    def stores(self) -> bool:
        """Whether something may be changed there, so that a lost answer leaves open what was done."""
        return self.method != "GET"


def list_page(
    name: str,
    page: int = 1,
    *,
    per_page: int = PER_PAGE,
    order_by: str = "id",
    filters: Mapping[str, str],
) -> Call:
    """One page of a list; a fixed order keeps rows from moving between pages."""
    paging = {"page": str(page), "per_page": str(per_page), "order_by": order_by}
    return Call(name, query=paging | dict(filters))


def create_invoice(new: NewDraft) -> Call:
    """The POST of an invoice, which Billomat files as DRAFT; draft_body names the sources."""
    return Call("invoices", method="POST", body=draft_body(new))


_BEYOND = re.compile("\u200d*[\ufe0f\ud800-\udfff\U00010000-\U0010ffff]+\u200d*")


def without_emoji(text: str) -> str:
    """`text` without emoji and whatever else stands beyond Unicode's first 65,536 characters, and what joins them.

    Nobody knows whether Billomat stores them; older MySQL columns refuse them or cut the text there. Letters among
    them that are others in another shape (𝐀, a printed one) become those.
    """
    return _BEYOND.sub(_plain_shapes, text)


def _plain_shapes(beyond: re.Match[str]) -> str:
    shapes = (unicodedata.normalize("NFKC", each) for each in beyond[0] if each > "\uffff")
    return "".join(each for shape in shapes for each in shape if each <= "\uffff")


def label_text(text: str) -> str:
    """A label as it is sent and compared: at its ends Billomat may drop spaces, and we would not find it again."""
    return without_emoji(text).strip()


def draft_body(new: NewDraft) -> dict[str, Any]:
    """The JSON of a draft: numbers as strings, and everything said that Billomat would otherwise fill in.

    Billomat takes the date for today when it is missing, or so its page says; drafts without one were recorded, and
    cannot be completed. Source: billomat.com/en/api/invoices/ and github.com/j-frost/billomat-ts
    """
    first, last = (f"{day:%d.%m.%Y}" for day in new.supply_period)
    # What is not sent is the account's own; nobody knows whether an empty text would be that or none.
    texts = {"title": new.title, "intro": new.intro, "note": new.note}
    return {
        "invoice": {
            "client_id": str(new.client_id),
            "date": new.date.isoformat(),
            "supply_date": new.supply_text or (first if first == last else f"{first} - {last}"),
            "supply_date_type": "SUPPLY_TEXT",  # the only type that takes a period: billomat.com/en/api/invoices/
            "label": label_text(new.label),
            # Not said, the customer's setting or the account's would decide what our prices are.
            "net_gross": "GROSS" if new.gross_prices else "NET",
            "currency_code": new.currency,
            # Said, so that it is taken off once whether or not Billomat does it by itself.
            **_reduction(new),
            **{name: fits for name, text in texts.items() if (fits := without_emoji(text))},
            "invoice-items": {"invoice-item": [_line_body(line) for line in new.lines]},
        }
    }


def _reduction(of: NewDraft | NewDraftLine) -> dict[str, str]:
    """With the sign it is a percentage, without it an amount: billomat.com/en/api/invoices/."""
    if of.reduction_amount is not None:
        return {"reduction": f"{of.reduction_amount:f}"}
    return {} if of.reduction is None else {"reduction": f"{of.reduction.normalize():f}%"}


def _line_body(line: NewDraftLine) -> dict[str, str]:
    body = {
        "type": "SERVICE",
        "title": without_emoji(line.title),
        "description": without_emoji(line.description),
        "unit": without_emoji(line.unit),
        "quantity": f"{line.quantity:f}",
        "unit_price": f"{line.unit_price:f}",
        # Billomat's default is 1, which would take a missing rate for a chosen one. billomat.com/en/api/invoices/
        "tax_changed_manually": "0",
        **_reduction(line),
    }
    if line.article_id is not None:
        body["article_id"] = str(line.article_id)
    if line.tax_name is not None and line.tax_rate is not None:
        body |= {
            "tax_name": without_emoji(line.tax_name),
            "tax_rate": f"{line.tax_rate:f}",
            "tax_changed_manually": "1",
        }
    return body
