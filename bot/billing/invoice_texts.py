"""The words above and below the lines of an invoice, as the customer will read them."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.billing.descriptions import quoted, tidy
from bot.billing.rules.entries import Entries
from bot.billing.rules.lines import InvoiceLine
from bot.billing.rules.shortening import shorten
from bot.billing.rules.templates import Variable, fill, fill_paragraphs
from bot.billing.rules.texts import InvoiceTexts
from bot.billing.writing import (
    LONGEST_TEXT,
    LONGEST_TITLE,
    Writing,
    filled_by_entries,
    paragraphs_without_emoji,
    writer_of,
)
from bot.billomat.client import without_emoji
from bot.core.texts import Reader


@dataclass(frozen=True, slots=True)
class Facts:
    """What is filled in above and below the lines, beside what stands on them; all as the customer reads it."""

    customer: str
    period: str
    days: str
    net: str
    gross: str = ""
    customer_number: str = ""
    order_number: str = ""
    customers_vat_id: str = ""
    own_vat_id: str = ""
    notice: str = ""
    """The words that the law wants below the lines."""


def invoice_texts(to: Reader, items: Sequence[InvoiceLine], facts: Facts, writing: Writing) -> InvoiceTexts:
    """What stands above and below the lines, in the customer's words."""
    lines = [item.line for item in items]
    by = writer_of(to, lines, writing)
    told = {
        Variable.CUSTOMER: quoted(facts.customer),
        Variable.PERIOD: facts.period,
        Variable.DAYS: facts.days,
        Variable.NET: facts.net,
        Variable.GROSS: facts.gross,
        Variable.CUSTOMER_NUMBER: quoted(facts.customer_number),
        Variable.ORDER_NUMBER: quoted(facts.order_number),
        Variable.CUSTOMERS_VAT_ID: quoted(facts.customers_vat_id),
        Variable.OWN_VAT_ID: quoted(facts.own_vat_id),
        Variable.HOURS: to.decimal(sum(line.hours for line in lines)),
    }

    def value(variable: Variable) -> str:
        if variable in told:
            return told[variable]
        return filled_by_entries(by, Entries.together([line.entries for line in lines]), variable)

    texts = writing.texts
    templates = (texts.intro, texts.note, texts.closing)
    filled = [fill_paragraphs(each or "", value, most=LONGEST_TEXT) for each in templates]
    intro, note, closing = (paragraphs_without_emoji(text) for text, _ in filled)
    heading = shorten(tidy(fill(texts.heading or "", value)), LONGEST_TITLE)
    return InvoiceTexts(
        heading=writing.sent(heading),
        intro=writing.sent(intro),
        note=writing.sent("\n\n".join(filter(None, (note, closing, facts.notice)))),
        shortened=any(is_shortened for _, is_shortened in filled),
        lacks_emoji=any(without_emoji(text) != text for text in (texts.heading or "", *(text for text, _ in filled))),
    )
