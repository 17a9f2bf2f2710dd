"""Why a line of an open draft comes to its amount, and the draft to its sums: read, and nothing is kept."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection

from bot.billing.collect import preview_of
from bot.billing.opening import changes_since, find_open
from bot.billing.preview import Preview
from bot.billing.rates import Rates, rates_now
from bot.billing.rules.entries import UnbilledEntry
from bot.billing.rules.explaining import explain, explain_sum, nights
from bot.billing.rules.grouping import GroupKey
from bot.billing.rules.included import free_of_charge
from bot.billing.rules.lines import InvoiceLine
from bot.billing.rules.rounding import EXACT
from bot.billing.rules.why import Explanation, RoundedTime, SumExplained
from bot.billing.rules.worth import Pricing
from bot.billing.work import read_terms
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.core.errors import UserError
from bot.people.callers import require_biller
from storage import shown as shown_rows
from storage import unbilled as unbilled_rows
from storage.drafts import Draft

PER_PAGE = 50


class TimedEntry(NamedTuple):
    """An entry on a line, with its details, and what it is rounded with."""

    entry: UnbilledEntry
    time: RoundedTime


@dataclass(frozen=True, slots=True)
class LineExplained:
    """A line with its explanation, and a page of its entries."""

    preview: Preview
    item: InvoiceLine
    why: Explanation
    pricing: Pricing
    rates: Rates
    entries: tuple[TimedEntry, ...]
    page: int
    begins: tuple[date, ...]
    """The days with which the pages begin."""


@dataclass(frozen=True, slots=True)
class SumRead:
    """The sums of an invoice with their explanation."""

    preview: Preview
    why: SumExplained
    lines: tuple[InvoiceLine, ...]
    """All of the invoice, or those of a group."""


def explain_line(bot: Bot, caller: Caller, draft_id: int, key: GroupKey, *, shown: str, page: int = 1) -> LineExplained:
    """Why a line comes to its amount; `shown` is the digest of the invoice that the person looks at.

    Raises UserError where the draft or the line is there no more. It looks at each entry of the line, and reads the
    details of those on the page.
    """
    require_biller(caller)
    with bot.database.read() as db:
        draft = find_open(db, caller, draft_id)
        preview, pricing = _seen(db, caller, draft, shown), read_terms(db, draft).pricing
        item = preview.line(key)
        if item.line.included:
            pricing = free_of_charge(pricing)
        alike = (each.line for each in preview.lines if bool(each.line.included) == bool(item.line.included))
        why = explain(item.line, pricing, nights(alike))
        entries = list(_entries(why))
        begins = tuple(each.entry.day for each in entries[::PER_PAGE])
        page = min(max(page, 1), max(len(begins), 1))
        here = entries[(page - 1) * PER_PAGE : page * PER_PAGE]
        known = unbilled_rows.with_details(db, [each.entry for each in here])
        detailed = tuple(TimedEntry(entry, each.time) for entry, each in zip(known, here, strict=True))
        return LineExplained(preview, item, why, pricing, rates_now(db, caller), detailed, page, begins)


def explain_total(bot: Bot, caller: Caller, draft_id: int, group: GroupKey, *, shown: str) -> SumRead:
    """Why an invoice comes to its sums, or a group of its lines. Raises UserError where these are there no more."""
    require_biller(caller)
    with bot.database.read() as db:
        draft = find_open(db, caller, draft_id)
        preview, pricing = _seen(db, caller, draft, shown), read_terms(db, draft).pricing
        lines = preview.within(group) if group else preview.lines
        if not lines:
            raise UserError("This is no longer on the invoice. Please open it again.")
        return SumRead(preview, explain_sum((each.line for each in lines), pricing), lines)


def _seen(db: Connection, caller: Caller, draft: Draft, shown: str) -> Preview:
    """The invoice as it is, and what of it is different since the person saw it."""
    preview = preview_of(db, caller, draft)
    before = shown_rows.what_was_shown(db, draft.id, caller.person_id, shown) if shown else None
    changes = changes_since(before, preview) if before and shown != preview.shown else ()
    return replace(preview, changes=tuple(changes))


def _entries(why: Explanation) -> Iterator[TimedEntry]:
    """Those of all parts; of a lump sum the ones that its fixed price covers."""
    if why.spent or why.price:
        yield from (TimedEntry(entry, RoundedTime(EXACT, (entry,))) for entry in why.line.entries)
    for part in why.parts:
        for time in part.times:
            yield from (TimedEntry(entry, time) for entry in time.entries)
