"""Open time as it would stand on lines of invoices: by project, service and price, without what retainers include."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from sqlalchemy import Connection

from bot.billing.retained import IncludedWork
from bot.billing.rules.rounding import OpenEntries, Per, billed_of
from bot.billing.rules.worth import OpenLine, Pricing
from bot.tracking.rules.filters import Filter
from storage import roundings as rounding_rows
from storage.retainers import OpenWork


class PricedLine(NamedTuple):
    """What is one line of an invoice: of one project, service and price."""

    customer_id: int
    project_id: int | None
    service_id: int | None
    price: int | None


class OpenSeconds(NamedTuple):
    """Of such a line: what is billed by its rate, and what retainers include; both are seconds."""

    billed: int
    included: int = 0


def line_at_price(line: OpenLine, pricing: Pricing) -> PricedLine:
    """The line of an invoice that this work would be on."""
    article = pricing.articles.get(line.service_id or 0)
    return PricedLine(line.customer_id, line.project_id, line.service_id, pricing.price(line.work, article))


def billed_time(
    db: Connection,
    workspace_id: int,
    chosen: Filter,
    worked: Mapping[OpenLine, int],
    on_line: Mapping[OpenLine, PricedLine],
    pricings: Mapping[int, Pricing],
    retained: Sequence[IncludedWork],
) -> dict[PricedLine, OpenSeconds]:
    """The seconds that invoices would have of lines with so many, which are all that fits and can be billed.

    `on_line` says on which line of an invoice each of them is.
    Entries are read only where they, or the days of people, are rounded one by one. What retainers include is not
    billed, and what is left of an entry is rounded.
    """
    included = _by_line(retained, pricings)
    seconds: dict[PricedLine, int] = {}
    for each, part in worked.items():
        line = on_line[each]
        seconds[line] = seconds.get(line, 0) + part
    free = {line: sum(each.seconds for each in of_line) for line, of_line in included.items()}
    seconds = {line: part - free.get(line, 0) for line, part in seconds.items()}
    rules = {line: pricings[line.customer_id].roundings.of(line.project_id) for line in seconds}
    of_lines = {line: rule.rounded(seconds[line]) for line, rule in rules.items() if rule.per is Per.LINE}
    finer = {line: list[OpenEntries]() for line, rule in rules.items() if not (rule.is_exact or line in of_lines)}
    if finer and not chosen.projects:
        chosen = replace(chosen, customers=tuple(sorted({line.customer_id for line in finer})))
    for found in rounding_rows.open_entries(db, workspace_id, chosen) if finer else ():
        pricing = pricings.get(found.customer_id)
        if pricing and (line := line_at_price(OpenLine._make(found[:5]), pricing)) in finer:
            finer[line].append(found)
    for line in finer:
        finer[line] += [part for each in included.get(line, ()) for part in _without_included(each)]
    billed = {**seconds, **of_lines, **{line: billed_of(rules[line], of_line) for line, of_line in finer.items()}}
    return {line: OpenSeconds(billed[line], free.get(line, 0)) for line in billed}


def _by_line(retained: Iterable[IncludedWork], pricings: Mapping[int, Pricing]) -> dict[PricedLine, list[IncludedWork]]:
    found: dict[PricedLine, list[IncludedWork]] = {}
    for each in retained:
        if pricing := pricings.get(each.work.customer_id):
            found.setdefault(line_at_price(_line_of(each.work), pricing), []).append(each)
    return found


def _line_of(work: OpenWork) -> OpenLine:
    return OpenLine(work.customer_id, work.project_id, work.service_id, work.person_id, work.day)


def _without_included(each: IncludedWork) -> Iterator[OpenEntries]:
    """What makes of an entry what is left of it: one of its length less, and one of the rest more."""
    what, seconds = _line_of(each.work), each.work.seconds
    yield OpenEntries(*what, seconds, -1)
    if seconds > each.seconds:
        yield OpenEntries(*what, seconds - each.seconds, 1)
