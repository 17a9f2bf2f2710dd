"""Reads the lines of invoices that changed in Billomat, and keeps which are not as they were sent; whoever bills hears.

Only of those whose totals or moment of change differ from what was compared last, for many in one call.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from bot.billing.looking import Look, line_there, seen_invoice, sent_line
from bot.billing.rules.following import InvoiceStatus
from bot.billing.rules.line_differences import LineDifference, LineThere, line_differences
from bot.billing.rules.rates import CENT
from bot.billing.rules.reductions import Reduction
from bot.billing.search import question
from bot.billing.taking_off import sent_lines
from bot.billomat.client import Billomat, BillomatLine
from storage import drafts as draft_rows
from storage import frozen as frozen_rows
from storage import sent_invoices as sent_rows
from storage.change import Author, Change
from storage.drafts import Draft
from storage.frozen import FrozenLine
from storage.sent_invoices import Followed, SeenInvoice

AT_ONCE = 100
"""Invoices whose lines are read in one call: their ids stand in its address."""


def changed(wanted: Sequence[Followed], seen: Look) -> list[tuple[Followed, SeenInvoice]]:
    """The invoices whose lines may be others than when they were compared last."""
    there = [
        (known, seen_invoice(seen.found[known.billomat_id])) for known in wanted if known.billomat_id in seen.found
    ]
    return [
        (known, now)
        for known, now in there
        if known.is_current and now.status is not InvoiceStatus.CANCELED and now.lines_mark != known.lines_read
    ]


def read(client: Billomat, found: Sequence[tuple[Followed, SeenInvoice]]) -> dict[int, list[LineThere]]:
    """Their lines by their ids, as far as Billomat says them. Raises BillomatError."""
    lines = dict[int, list[BillomatLine]]()
    for first in range(0, len(found), AT_ONCE):
        _take(lines, client, [known.billomat_id for known, _ in found[first : first + AT_ONCE]])
    for known, now in found:  # should Billomat not take several ids, or only the first of them
        if known.billomat_id not in lines and now.net_cents:
            _take(lines, client, [known.billomat_id])
    return {
        known.billomat_id: [line_there(each) for each in sorted(lines.get(known.billomat_id, ()), key=_place)]
        for known, now in found
        if known.billomat_id in lines or not now.net_cents  # no line at all, and yet a sum, is no answer
    }


def _take(lines: dict[int, list[BillomatLine]], client: Billomat, ids: Sequence[int]) -> None:
    with question():
        for line in client.lines(ids):
            lines.setdefault(line.invoice_id, []).append(line)


def _place(line: BillomatLine) -> tuple[int, int]:
    return line.position, line.id


def note(change: Change[Author], known: Followed, now: SeenInvoice, there: Sequence[LineThere]) -> list[LineDifference]:
    """Keep how its lines stand there. What is news: they are not as sent, nor as they were seen before.

    Billomat may write figures with fewer decimals than they were sent with: as long as it adds up to the same, nobody
    changed a price.
    """
    draft = draft_rows.draft_of_job(change.db, known.draft_id)
    sent = sent_lines(draft, frozen_rows.frozen_lines(change.db, draft.id))
    differing = line_differences([sent_line(each) for each in sent], there, apart=lines_apart(known))
    kept = [list(each) for each in there] if differing else None
    if not sent_rows.note_lines(change, known, now.lines_mark, kept):
        return []
    is_news = kept != known.lines_there and any(_is_of_figures(each) for each in differing)
    return differing if is_news else []


def _is_of_figures(each: LineDifference) -> bool:
    """Whether a line came, went, or has another quantity or price."""
    if each.sent is None or each.there is None or each.parts or not each.is_taxed_as_sent:
        return True
    is_price_rounded = abs(each.sent.unit_price - each.there.unit_price) < CENT
    return each.sent.hours != each.there.hours or not is_price_rounded


def differences_now(known: Followed, draft: Draft, lines: Sequence[FrozenLine]) -> list[LineDifference]:
    """How an invoice differs from what was sent, as it was last read."""
    if known.lines_there is None:
        return []
    sent = [sent_line(each) for each in sent_lines(draft, lines)]
    return line_differences(sent, list(kept_lines(known)), apart=lines_apart(known))


def kept_lines(known: Followed) -> Iterator[LineThere]:
    """Its lines as they were last read there, where they are not as sent."""
    return _read_lines(known.lines_there)


def lines_apart(known: Followed) -> list[LineThere]:
    """Those there of which a person said that they are something else than was sent."""
    return list(_read_lines(known.lines_apart))


def _read_lines(kept: list[Any] | None) -> Iterator[LineThere]:
    for title, description, hours, unit_price, *terms in kept or ():
        off, vat_rate = terms or (None, None)  # an older version kept neither
        yield LineThere(title, description, hours, unit_price, off and Reduction(*off), vat_rate)
