"""Which lines of an invoice a person means who types some words of them."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from bot.billing.rules.lines import InvoiceLine
from bot.catalog.rules.spelling import name_key


class Numbered(NamedTuple):
    """A line, and which one of the invoice it is, from 1."""

    number: int
    item: InvoiceLine


def lines_with(lines: Sequence[InvoiceLine], typed: str) -> Iterator[Numbered]:
    """Those that have each word that was typed, or the beginning of it or a part; all where nothing was.

    Words are looked for in what the customer reads, in project and service, and in the notes.
    """
    words = name_key(typed).split()
    for number, item in enumerate(lines, 1):
        text = name_key("\n".join((item.title, item.name, item.description, *item.line.entries.notes)))
        if all(word in text for word in words):
            yield Numbered(number, item)
