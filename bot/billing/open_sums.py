"""What unbilled work is worth, by customer, project or service, and line by line for reports."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import NamedTuple

from sqlalchemy import Connection

from bot.billing.budget_uses import NO_BUDGETS, CutProject, OpenBudgets, has_hard_budget, open_budgets
from bot.billing.open_lines import OpenSeconds, PricedLine, billed_time, line_at_price
from bot.billing.pricing import Prices, prices_of
from bot.billing.retained import read_included
from bot.billing.rules.lines import Line, spent_on
from bot.billing.rules.periods import EVERYTHING
from bot.billing.rules.worth import LineWorth, OpenLine, Pricing, Worth
from bot.billing.unbilled import net_of, read_expenses, read_sums, unbilled_customer, worth_of
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.core.money import NO_SUMS, Sums, spread
from bot.tracking.rules.filters import Filter
from bot.tracking.rules.spent import SpentKind
from storage import payers as payer_rows
from storage.catalog import Kind
from storage.payers import Payer
from storage.unbilled_sums import UnbilledSum

_ASKS_BUDGETS = frozenset({"person_id", "day"})
"""Fields of `OpenLine` that tell what is within a budget from what is above."""


class OpenWorth(NamedTuple):
    """Net sums by the id of a customer, project or service; most are in `currency`."""

    currency: str
    sums: Mapping[int, Sums]
    spent: Mapping[int, SpentKind]
    """What of it is no time."""


class OpenByLine(NamedTuple):
    """What open time would be billed at, in the currencies of its customers; `currency` is the account's."""

    currency: str
    worth: Mapping[OpenLine, LineWorth]
    cut: tuple[CutProject, ...]
    """Of which some time is above a hard budget and in no sum."""


def worth_by_line(db: Connection, workspace_id: int, chosen: Filter, seconds: Mapping[OpenLine, int]) -> OpenByLine:
    """What each line with so many seconds would be billed at: all that fits and can be.

    The lines of a customer are together exactly the net sum of an invoice of them: what its reduction and its VAT
    round is spread over them.
    """
    prices = prices_of(db, workspace_id)
    of_customer: dict[int, dict[OpenLine, int]] = {}
    for part, worked in seconds.items():
        of_customer.setdefault(part.customer_id, {})[part] = worked
    found: dict[OpenLine, LineWorth] = {}
    payers = payer_rows.payers(db, workspace_id, of_customer) if of_customer else []
    pricings = {each.id: prices.for_customer(each) for each in payers}
    included = read_included(db, workspace_id, chosen, prices.agreements) if seconds else []
    on_line = {each: line_at_price(each, pricings[each.customer_id]) for each in seconds}
    billed = billed_time(db, workspace_id, chosen, seconds, on_line, pricings, included)
    budgets = open_budgets(db, workspace_id, prices, chosen) if seconds else NO_BUDGETS
    for payer in payers:
        theirs, pricing = of_customer[payer.id], pricings[payer.id]
        on_lines = theirs | _seconds_within(theirs, budgets) if budgets.cut else theirs
        parts: dict[PricedLine, list[OpenLine]] = {}
        for part in theirs:
            parts.setdefault(on_line[part], []).append(part)
        for (line, of_line), net in zip(parts.items(), _net_of_each(parts, billed, pricing, budgets), strict=True):
            whole = pricing.smallest
            shares = [each * whole for each in spread(net // whole, [on_lines[part] for part in of_line])]
            is_priced = line.price is not None or billed[line].included == sum(theirs[part] for part in of_line)
            for part, share in zip(of_line, shares, strict=True):
                is_covered = bool(prices.covered) and prices.covers(part.work)
                found[part] = LineWorth(share, is_priced, pricing.currency, is_covered)
    return OpenByLine(prices.currency, found, budgets.cut)


def _net_of_each(
    lines: Collection[PricedLine], billed: Mapping[PricedLine, OpenSeconds], pricing: Pricing, budgets: OpenBudgets
) -> list[int]:
    """The net sum of the lines of a customer, spread over them; a cut project has what is within its budget."""
    cut_ids = budgets.cut_ids
    made: dict[PricedLine, list[Worth | Line]] = {
        each: [] if each.project_id in cut_ids else [worth_of(each, billed[each].billed, pricing)] for each in lines
    }
    for line in budgets.lines_of(pricing.customer_id):
        made[PricedLine(pricing.customer_id, line.project_id, line.service_id, line.unit_price)].append(line)
    whole = pricing.smallest
    amounts = [sum(each.amount_cents or 0 for each in of_line) // whole for of_line in made.values()]
    net = net_of([each for of_line in made.values() for each in of_line], pricing)
    return [each * whole for each in spread(net // whole, amounts)]


def _seconds_within(theirs: Iterable[OpenLine], budgets: OpenBudgets) -> dict[OpenLine, int]:
    """The seconds of the lines of cut projects that are within their budgets."""
    cut_ids = budgets.cut_ids
    within = {part: 0 for part in theirs if part.project_id in cut_ids}
    for each in budgets.cut:
        for line in each.lines:
            entries, work = line.entries, (each.budget.customer_id, each.budget.project_id)
            facts = zip(entries.service_ids, entries.person_ids, entries.counted_days, entries.seconds, strict=True)
            for service_id, person_id, day, seconds in facts:
                part = OpenLine(*work, service_id, person_id, day)
                if part in within:
                    within[part] += seconds
    return within


def lines_ask(db: Connection, workspace_id: int) -> frozenset[str]:
    """What of work decides what it is worth, beside customer, project and service.

    Where a project has a hard budget, that is when it was done, so that no day or person has what is above.
    """
    if has_hard_budget(db, workspace_id):
        return _ASKS_BUDGETS
    return prices_of(db, workspace_id).priced_by.asks


def open_worth(bot: Bot, caller: Caller, kind: Kind) -> OpenWorth | None:
    """What everything unbilled is worth by customer, project or service; None for those who do not bill.

    Expenses have no service.
    """
    if not caller.bills:
        return None
    with bot.database.read() as db:
        prices = prices_of(db, caller.workspace_id)
        worked: dict[tuple[int, Payer], list[UnbilledSum]] = {}
        sums, billed = read_sums(db, caller.workspace_id, EVERYTHING, prices)
        for each in sums:
            key = {"customer": each.payer.id, "project": each.project_id, "service": each.service_id}[kind]
            worked.setdefault((key or 0, each.payer), []).append(each)
        spent = {} if kind == "service" else _open_lines(db, caller.workspace_id, prices, kind)
        budgets = open_budgets(db, caller.workspace_id, prices)
    by_key: dict[int, Sums] = {}
    for key, payer in worked | spent:
        theirs, lines = worked.get((key, payer), ()), spent.get((key, payer), ())
        found = unbilled_customer(payer, theirs, billed, prices.for_customer(payer), lines, _about(budgets, kind, key))
        by_key[key] = by_key.get(key, NO_SUMS) + Sums.of([(found.currency, found.cents)] if found.cents else [])
    there: dict[int, list[Line]] = {}
    for (key, _), lines in spent.items():
        there.setdefault(key, []).extend(lines)
    return OpenWorth(prices.currency, by_key, {key: spent_on(lines) for key, lines in there.items()})


def _about(budgets: OpenBudgets, kind: Kind, key: int) -> OpenBudgets:
    """The same with the lines of one customer, project or service alone."""

    def is_about(line: Line) -> bool:
        return kind == "customer" or key == ((line.project_id if kind == "project" else line.service_id) or 0)

    return OpenBudgets(tuple(replace(each, lines=list(filter(is_about, each.lines))) for each in budgets.cut))


def _open_lines(db: Connection, workspace_id: int, prices: Prices, kind: Kind) -> dict[tuple[int, Payer], list[Line]]:
    """The lines of all expenses that can be billed, by customer or project."""
    spent, found = read_expenses(db, workspace_id, Filter()), dict[tuple[int, Payer], list[Line]]()
    for payer in payer_rows.payers(db, workspace_id, spent.of_customers) if spent.of_customers else ():
        for line in spent.lines(payer.id, prices.for_customer(payer)):
            key = payer.id if kind == "customer" else line.project_id or 0
            found.setdefault((key, payer), []).append(line)
    return found
