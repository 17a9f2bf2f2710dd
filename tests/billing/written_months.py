"""A random month as the database has it: its terms, its rates, its work and what was spent."""

import itertools
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, insert, select, update

from bot.billing.rules.agreements import AgreementKind
from bot.billing.rules.layout import dump_layout
from bot.billing.rules.rate_list import ALWAYS, PriceFrom
from bot.billing.rules.rounding import Rounding, dump_rounding
from bot.billing.rules.texts import dump_texts
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.people.callers import acting
from storage import people as people_rows
from storage import rates as rate_rows
from storage.change import Change
from storage.rates import NewRule
from storage.rows import insert_row, row_values
from storage.tables import (
    Agreement,
    AgreementCharge,
    Budget,
    CustomerArticle,
    Expense,
    TimeEntry,
    agreement_charges,
    agreements,
    billomat_accounts,
    budgets,
    customer_articles,
    customers,
    projects,
    services,
)
from tests.billing.counted_budgets import CountedBudget
from tests.billing.counted_rates import CountedArticle, CountedRate
from tests.billing.counted_retainers import CountedRetainer
from tests.billing.random_months import Dated, Month
from tests.billing.random_terms import ARTICLES, FREE, LIST_UNTAXED, REDUCED, USUAL, Payer
from tests.billing.recount import FixedPrice, Spent, Terms, Worked
from tests.conftest import T0

ACME_ID = 1
requests = map(str, itertools.count())


def set_up(bot: Bot, db: Connection, month: Month, dated: Dated) -> Terms:
    """Write down all terms of a month; as the recount needs them."""
    payer = month.payer
    people_rows.change_workspace_terms(db, 1, week_start=month.week_start, rounding=_kept_rounding(month.for_all))
    db.execute(update(projects).where(projects.c.id == 1).values(rounding=_kept_rounding(month.of_project)))
    _keep_customer(db, month)
    _keep_account(db, payer)
    _keep_rates(bot, db, dated.rates)
    _keep_fixed(db, dated.fixed, payer.currency)
    _keep_retainer(db, dated.retainer, payer.currency)
    for each in dated.budgets:
        insert_row(db, Budget, workspace_id=1, project_id=each.project_id, **_kept_budget(each))
    return Terms(
        articles=_keep_articles(db, payer),
        known=ARTICLES,
        rates=dated.rates,
        customer=ACME_ID,
        currency=payer.currency,
        listed=(USUAL, REDUCED, FREE),
        tax=payer.tax,
        group=payer.group,
        states_gross=payer.account_gross,
        wants_gross=payer.wants_gross,
        reduction=payer.reduction,
        off=Decimal(0),
        roundings=month.roundings,
    )


def _keep_customer(db: Connection, month: Month) -> None:
    payer, tax = month.payer, month.payer.tax
    kept = {
        "layout": dump_layout(month.layout),
        "texts": dump_texts(month.texts),
        "reduction": int(payer.reduction * 10_000),
        "rounding": _kept_rounding(month.of_customer),
        "net_gross": payer.net_gross,
        "tax_rule": tax.tax_rule,
        "country": tax.country,
        "vat_id": tax.vat_id,
        "kind": tax.kind,
        "tax_case": tax.chosen,
        "tax_words": payer.words,
        "price_group": payer.group,
    }
    db.execute(update(customers).where(customers.c.id == ACME_ID).values(**kept))


def _keep_account(db: Connection, payer: Payer) -> None:
    kept = {
        "currency": payer.currency,
        "gross_prices": payer.account_gross,
        "country": payer.tax.own_country,
        "vat_id": payer.tax.own_vat_id,
        "small_business": payer.tax.small,
        "untaxed_countries": ",".join(LIST_UNTAXED),
    }
    db.execute(update(billomat_accounts).values(**kept))


def _keep_rates(bot: Bot, db: Connection, rates: tuple[CountedRate, ...]) -> None:
    with looking(bot, db) as change:
        for place, rate in enumerate(rates[:-1], start=1):
            if not rate.by_article:
                new = NewRule(rate.currency, rate.person, rate.service, rate.project, rate.customer)
                rate_rows.store_prices(change, rate_rows.add_rule(change, new, place), _kept_prices(rate))
        rate_rows.store_workspace_prices(change, _kept_prices(rates[-1]))


def _in_ten_thousandths(price: Decimal | None) -> int | None:
    return None if price is None else int(price * 10_000)


def _kept_prices(rate: CountedRate) -> list[PriceFrom]:
    kept = [
        PriceFrom(each.since or ALWAYS, None if each.price is None else int(each.price * 10_000))
        for each in rate.prices
    ]
    return sorted(kept, key=lambda each: each.first_day)


def _keep_fixed(db: Connection, fixed: FixedPrice | None, currency: str) -> None:
    if fixed:
        insert_row(
            db,
            Agreement,
            workspace_id=1,
            kind=AgreementKind.FIXED_PRICE,
            customer_id=ACME_ID,
            project_id=fixed.project_id,
            first_day=fixed.first,
            last_day=fixed.last,
            cents=10**12,
            currency=currency,
        )


def _keep_retainer(db: Connection, retainer: CountedRetainer | None, currency: str) -> None:
    """Whose fees are put already, for they are written with what else was spent."""
    if retainer:
        insert_row(
            db,
            Agreement,
            workspace_id=1,
            kind=AgreementKind.RETAINER,
            customer_id=ACME_ID,
            project_id=retainer.project_id,
            first_day=retainer.first,
            cents=hundredths(retainer.fee),
            currency=currency,
            included_seconds=retainer.seconds,
            carries_over=retainer.carries,
            fees_until=date(2099, 1, 1),
            person_id=1,
        )


def raise_budgets(db: Connection, raised: Iterable[CountedBudget]) -> None:
    """Have them be larger by now."""
    for each in raised:
        db.execute(update(budgets).where(budgets.c.project_id == each.project_id).values(_kept_budget(each)))


def _kept_budget(budget: CountedBudget) -> dict[str, Any]:
    cents = None if budget.amount is None else hundredths(budget.amount)
    return {
        "first_day": budget.first,
        "is_hard": budget.is_hard,
        "seconds": budget.seconds,
        "cents": cents,
        "currency": budget.currency if cents else "",
    }


def _keep_articles(db: Connection, payer: Payer) -> dict[int, CountedArticle]:
    used = dict[int, CountedArticle]()
    for service_id, (usual, own) in enumerate(zip(payer.usual, payer.own, strict=True), 1):
        db.execute(update(services).where(services.c.id == service_id).values(article_id=usual))
        if own:
            row = CustomerArticle(customer_id=ACME_ID, service_id=service_id, workspace_id=1, article_id=own)
            db.execute(insert(customer_articles), row.model_dump())
        if own or usual:
            used[service_id] = ARTICLES[own or usual or 0]
    return used


def _kept_rounding(rounding: Rounding | None) -> str:
    return dump_rounding(rounding) if rounding else ""


def write_entry(db: Connection, worked: Worked) -> int:
    """Write down work; its id."""
    ends = worked.start + timedelta(seconds=worked.seconds)
    values = worked._asdict() | {"started_at": worked.start, "ended_at": ends, "end_guessed": worked.guessed}
    for name in ("start", "guessed", "counts_on"):
        del values[name]
    more = {"workspace_id": 1, "customer_id": ACME_ID, "day": worked.day, "created_at": T0}
    return insert_row(db, TimeEntry, **values | more)


def write_expense(db: Connection, spent: Spent, currency: str) -> int:
    """Write down what was spent; its id."""
    values = spent._asdict() | {
        "amount_cents": hundredths(spent.amount),
        "vat_rate": None if spent.percent is None else hundredths(spent.percent),
    }
    for name in ("amount", "percent", "agreed", "is_fee"):
        del values[name]
    more = {"workspace_id": 1, "customer_id": ACME_ID, "currency": currency, "created_at": T0, "updated_at": T0}
    expense_id: int = insert_row(db, Expense, **values | more)
    if spent.agreed or spent.is_fee:
        kind = AgreementKind.RETAINER if spent.is_fee else AgreementKind.FIXED_PRICE
        agreement_id = db.execute(select(agreements.c.id).where(agreements.c.kind == kind)).scalar_one()
        month = spent.day if spent.is_fee else None
        row = row_values(AgreementCharge, expense_id=expense_id, workspace_id=1, agreement_id=agreement_id, month=month)
        db.execute(insert(agreement_charges), [row])
    return expense_id


@contextmanager
def looking(bot: Bot, db: Connection) -> Iterator[Change[Caller]]:
    """A change that Anna makes."""
    with bot.change(anna_in(db)) as change:
        yield change


def anna_in(db: Connection) -> Caller:
    """Anna, in a request of its own."""
    return acting(people_rows.get_person(db, 1), now=T0, request=next(requests))


def hundredths(number: Decimal) -> int:
    """An amount in cents, or a rate as the database has it."""
    return int(number * 100)
