"""What an hour costs, set by admins: the workspace's rate, and the list of different ones, each from a day on."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from functools import partial

from sqlalchemy import Connection

from bot.billing.rates import Rates, find_project, rates_now
from bot.billing.rules.rate_list import ALWAYS, PriceFrom, RateRule, exact_place, priced_from
from bot.billing.rules.rates import CENT
from bot.core import money
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.core.digests import digest
from bot.core.errors import FieldErrors, UserError, two_amounts, without_decimals
from bot.people.callers import require_admin
from bot.tracking.rules.filters import Filter
from storage import catalog as catalog_rows
from storage import payers as payer_rows
from storage import rates as rate_rows
from storage.change import Change
from storage.filter_names import read_labels, read_merged
from storage.rates import NewRule


class Holds(StrEnum):
    """From when on a new price holds."""

    TODAY = "today"
    DAY = "day"
    OPEN = "open"
    """For all that is open."""


@dataclass(frozen=True, slots=True)
class EnteredPrice:
    """What stands in the fields of a price."""

    price: str
    holds: Holds
    first_day: date | None
    seen: str = ""
    """The prices there were when the form was opened, as `stands_for` says; of a new rate none."""


def stands_for(prices: Sequence[PriceFrom]) -> str:
    """A word that differs where prices do."""
    return digest(*map(str, prices))[:8]


@dataclass(frozen=True, slots=True)
class EnteredRule:
    """What a rule is to be about, by ids."""

    person: int | None
    service: int | None
    project: int | None
    customer: int | None


@dataclass(frozen=True, slots=True)
class ChangedRule:
    """The same of a rule that is there, as it was when the form was opened, and as it is to be."""

    seen: EnteredRule
    now: EnteredRule


def set_rate(bot: Bot, caller: Caller, entered: EnteredPrice, *, currency: str) -> Rates:
    """The workspace's own rate is another one. Raises UserError."""
    require_admin(caller)
    with bot.change(caller) as change:
        catalog_rows.lock_workspace(change.db, caller.workspace_id)
        before = rates_now(change.db, caller)
        if before.currency != currency:
            raise UserError("The currency changed meanwhile. Please open this form again.", field="price")
        wrong, is_first = FieldErrors(), before.usual.price_on(caller.today) is None
        cents, first_day = _typed(entered, currency, caller.today, wrong, is_needed=is_first)
        wrong.raise_any()
        if not _is_so(before.usual, cents, first_day):
            _require_unchanged(before.usual, entered)
            change_workspace_rate(change, cents, first_day, caller.today)
        return rates_now(change.db, caller)


def change_workspace_rate(change: Change[Caller], cents: int | None, first_day: date, today: date) -> None:
    """Have an hour cost so much from a day on; the first rate there is holds for all that is open."""
    before = rate_rows.workspace_prices(change.db, change.by.workspace_id)
    if all(each.price is None for each in before):
        first_day = ALWAYS
    price = None if cents is None else cents * CENT
    rate_rows.store_workspace_prices(change, priced_from(before, price, first_day, today))


def add_rule(bot: Bot, caller: Caller, entered: EnteredRule, price: EnteredPrice, place: int) -> Rates:
    """A rule is added; at place 0 it stands before all that say less about the work. Raises UserError."""
    require_admin(caller)
    with bot.change(caller) as change:
        catalog_rows.lock_workspace(change.db, caller.workspace_id)
        rates = rates_now(change.db, caller)
        wrong, named = FieldErrors(), money.currency_named(price.price)
        unknown = NewRule(named or rates.currency, None, None, None, None)
        new = wrong.read(lambda: _new_rule(change.db, caller, entered, rates, named), unknown)
        cents, first_day = _typed(price, new.currency, caller.today, wrong, is_needed=True)
        wrong.raise_any()
        last = len(rates.rules)
        rule_id = rate_rows.add_rule(change, new, min(place or exact_place(rates.rules, new), last))
        rate_rows.store_prices(change, rule_id, [PriceFrom(first_day, (cents or 0) * CENT)])
        return rates_now(change.db, caller)


def change_rule(
    bot: Bot, caller: Caller, rule_id: int, entered: EnteredPrice | None, place: int, about: ChangedRule | None = None
) -> Rates:
    """A rule costs something else from some day on, or ends, stands at another place, or is about other work.

    Raises UserError.
    """
    require_admin(caller)
    with bot.change(caller) as change:
        catalog_rows.lock_workspace(change.db, caller.workspace_id)
        rates = rates_now(change.db, caller)
        rule = rates.rule(rule_id)
        wrong = FieldErrors()
        if about is not None and about.now != about.seen:
            wrong.read(partial(_change_work, change, rates, rule, about), None)
        if entered is not None:
            wrong.read(partial(_change_price, change, rule, entered, rule.currency or rates.currency), None)
        wrong.raise_any()
        rate_rows.move_rule(change, rule_id, place)
        return rates_now(change.db, caller)


def remove_rule(bot: Bot, caller: Caller, rule_id: int) -> Rates:
    """A rule is in the list no more; what is open has the next rate that fits. Raises UserError."""
    require_admin(caller)
    with bot.change(caller) as change:
        catalog_rows.lock_workspace(change.db, caller.workspace_id)
        rate_rows.drop_rule(change, rates_now(change.db, caller).rule(rule_id))
        return rates_now(change.db, caller)


def _change_work(change: Change[Caller], rates: Rates, rule: RateRule, about: ChangedRule) -> None:
    """Its prices stay what they are, so its currency does too."""
    if about.seen != EnteredRule(rule.person_id, rule.service_id, rule.project_id, rule.customer_id):
        raise UserError(
            "Somebody changed this rate while you had this open. Close this window and open it again to see it.",
            field="customer",
        )
    new = _new_rule(change.db, change.by, about.now, rates, rule.currency, instead=rule.id)
    if new.currency != (rule.currency or rates.currency):
        raise UserError(
            "This rate is in {currency}, and that customer is billed in {other}. Add a rate for it.",
            field="customer",
            currency=rule.currency or rates.currency,
            other=new.currency,
        )
    rate_rows.change_work(change, rule, new)


def _change_price(change: Change[Caller], rule: RateRule, entered: EnteredPrice, currency: str) -> None:
    today, wrong = change.by.today, FieldErrors()
    cents, first_day = _typed(entered, currency, today, wrong)
    wrong.raise_any()
    price = None if cents is None else cents * CENT
    if _is_so(rule, cents, first_day):
        return
    _require_unchanged(rule, entered)
    changed = priced_from(rule.prices, price, first_day, today)
    if not changed:
        rate_rows.drop_rule(change, rule)
    else:
        rate_rows.store_prices(change, rule.id, changed)


def _is_so(rule: RateRule, cents: int | None, first_day: date) -> bool:
    """Whether it costs so much on that day anyway."""
    return first_day != ALWAYS and rule.price_on(first_day) == (None if cents is None else cents * CENT)


def _require_unchanged(rule: RateRule, entered: EnteredPrice) -> None:
    if stands_for(rule.prices) != entered.seen:
        raise UserError(
            "Somebody changed this rate while you had this open. Close this window and open it again to see it.",
            field="price",
        )


def _typed(
    entered: EnteredPrice, currency: str, today: date, wrong: FieldErrors, *, is_needed: bool = False
) -> tuple[int | None, date]:
    """The cents of an hour and the first day on which they hold, as far as they are not wrong."""

    def cents() -> int | None:
        if is_needed and not entered.price:
            raise UserError("Type an amount like 95 or 95.50.", field="price")
        return entered_rate(entered.price, currency, field="price")

    return wrong.read(cents, None), wrong.read(lambda: first_day_of(entered, today), today)


def first_day_of(entered: EnteredPrice, today: date) -> date:
    """The first day of a new price. Raises UserError."""
    if entered.holds is not Holds.DAY and entered.first_day not in (None, today):
        raise UserError("You chose a day. For that, choose “From the day below on”.", field="holds")
    if entered.holds is Holds.DAY and entered.first_day is None:
        raise UserError("Choose the day.", field="first")
    return {Holds.TODAY: today, Holds.OPEN: ALWAYS}.get(entered.holds, entered.first_day or today)


def entered_rate(typed: str, currency: str, *, field: str) -> int | None:
    """Cents out of a field for an hourly rate. Raises UserError."""
    try:
        return money.read_rate(typed, currency) if typed else None
    except money.AnotherCurrency as error:
        raise UserError("The rate is in {currency}. Type it in that.", field=field, currency=currency) from error
    except money.NoDecimals as error:
        raise without_decimals(currency, field=field) from error
    except money.TwoAmounts as two:
        raise two_amounts(typed, two.readings, field=field) from two
    except ValueError as error:
        raise UserError("Type an amount like 95 or 95.50.", field=field) from error


def _new_rule(
    db: Connection,
    caller: Caller,
    entered: EnteredRule,
    rates: Rates,
    named: str | None,
    *,
    instead: int | None = None,
) -> NewRule:
    """What a rule is to be about, a new one or one that is there. Raises UserError.

    About a customer it is in their currency; else in the one that is `named`, if any customer has it.
    """
    if not any((entered.person, entered.service, entered.project, entered.customer)):
        raise UserError("Choose at least one of these. For everything else there is the last rate.", field="customer")
    _require_there(db, caller, entered)
    project = find_project(db, caller, entered.project)
    if project and entered.customer not in (None, project.customer_id):
        raise UserError("{project} is a project of somebody else.", field="project", project=project.name)
    customer_id = project.customer_id if project else entered.customer
    paying = payer_rows.payers(db, caller.workspace_id, [customer_id]) if customer_id else []
    currency = (paying[0].currency if paying else "") or rates.currency
    if not paying and named in payer_rows.currencies(db, caller.workspace_id):
        currency = named or currency
    new = NewRule(currency, entered.person, entered.service, entered.project, None if project else entered.customer)
    for rule in rates.rules:
        if rule.names == new[1:] and rule.currency == currency and rule.id > 0 and rule.id != instead:
            raise UserError(
                "There is a rate for this already, number {number}. Change that one.",
                field="customer",
                number=str(rates.number(rule)),
            )
    return new


def _require_there(db: Connection, caller: Caller, entered: EnteredRule) -> None:
    """What was chosen may be deleted or merged while the form is open. Raises UserError."""
    chosen = {kind: (row_id,) if row_id else () for kind, row_id in asdict(entered).items()}
    named = Filter(
        customers=chosen["customer"], projects=chosen["project"], services=chosen["service"], people=chosen["person"]
    )
    labels, merged = read_labels(db, caller.workspace_id, named), read_merged(db, caller.workspace_id, named)
    there = {
        "customer": labels.customers.keys() - merged.customers.keys(),
        "project": labels.projects.keys() - merged.projects.keys(),
        "service": labels.services.keys() - merged.services.keys(),
        "person": labels.people.keys(),
    }
    wrong = FieldErrors()
    for kind, ids in chosen.items():
        if not there[kind] >= set(ids):
            wrong.add(UserError("This is no longer there. Please choose again.", field=kind))
    wrong.raise_any()
