"""The workspace's list of rates: its rules in their order, and what each costs from which day on."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, bindparam, delete, insert, literal, select, union_all, update

from bot.billing.rules.rate_list import ALWAYS, ARTICLES, AS_BILLOMAT_HAS_IT, PriceFrom, RateList, RateRule
from bot.billing.rules.rates import CENT
from storage.catalog import Kind
from storage.change import Author, Change
from storage.recorded import change_row
from storage.rows import insert_row, row_values
from storage.statements import Query
from storage.tables import RatePrice, projects, rate_prices, rate_rules, services, workspaces
from storage.tables import RateRule as RateRuleRow
from storage.tables.people import WorkspaceColumns

MOST = 10_000
"""Far behind any list: what is being moved waits there."""


class NewRule(NamedTuple):
    """What a new rule is about."""

    currency: str
    person_id: int | None = None
    service_id: int | None = None
    project_id: int | None = None
    customer_id: int | None = None


_RULES = Query(
    select(
        rate_rules.c.id,
        rate_rules.c.currency,
        rate_rules.c.by_article,
        rate_rules.c.person_id,
        rate_rules.c.service_id,
        rate_rules.c.project_id,
        rate_rules.c.customer_id,
    )
    .where(rate_rules.c.workspace_id == bindparam("workspace"))
    .order_by(rate_rules.c.position, rate_rules.c.id),
    tuple,
)
_PRICES = Query(
    select(rate_prices.c.rule_id, rate_prices.c.first_day, rate_prices.c.price)
    .where(rate_prices.c.workspace_id == bindparam("workspace"))
    .order_by(rate_prices.c.first_day),
    tuple,
)
_MERGED = Query(
    union_all(
        *(
            select(literal(kind).label("kind"), table.c.id, table.c.merged_into).where(
                and_(table.c.workspace_id == bindparam("workspace"), table.c.merged_into.is_not(None))
            )
            for kind, table in (("service", services), ("project", projects))
        )
    ),
    tuple,
)


def rate_list(db: Connection, workspace_id: int) -> RateList:
    """The list as it is now, without the workspace's rate of before any change of it."""
    prices: dict[int | None, list[PriceFrom]] = {}
    for rule_id, first_day, price in _PRICES.all(db, workspace=workspace_id):
        prices.setdefault(rule_id, []).append(PriceFrom(first_day, price))
    if not prices:  # as in most workspaces: then no rule says anything
        return AS_BILLOMAT_HAS_IT
    rules = tuple(
        RateRule(rule_id, tuple(prices.get(rule_id, ())), currency, by_article, *named)
        for rule_id, currency, by_article, *named in _RULES.all(db, workspace=workspace_id)
    )
    if any(rule.service_id or rule.project_id for rule in rules):
        rules = _with_former(db, workspace_id, rules)
    return RateList(rules or (ARTICLES,), tuple(prices.get(None, ())))


def _with_former(db: Connection, workspace_id: int, rules: Sequence[RateRule]) -> tuple[RateRule, ...]:
    """The rules, each with all that was merged into what it names, at however many removes."""
    became = {(kind, row_id): (kind, into) for kind, row_id, into in _MERGED.all(db, workspace=workspace_id)}
    former: dict[tuple[str, int | None], set[int]] = {}
    for (_, row_id), last in became.items():
        while last in became:  # a trigger holds that nothing is merged in a circle
            last = became[last]
        former.setdefault(last, set()).add(row_id)
    return tuple(
        replace(
            rule,
            former_services=frozenset(former.get(("service", rule.service_id), ())),
            former_projects=frozenset(former.get(("project", rule.project_id), ())),
        )
        for rule in rules
    )


def workspace_prices(db: Connection, workspace_id: int) -> tuple[PriceFrom, ...]:
    """The workspace's own rate: what it was always, and what it is from which days on."""
    cents = db.execute(select(workspaces.c.rate_cents).where(workspaces.c.id == workspace_id)).scalar_one()
    return (PriceFrom(ALWAYS, None if cents is None else cents * CENT), *rate_list(db, workspace_id).later)


def store_workspace_prices(change: Change[Author], prices: Sequence[PriceFrom]) -> None:
    """Have the workspace's own rate be this; the audit keeps what it was."""
    always = [each.price for each in prices if each.first_day == ALWAYS]
    usual: WorkspaceColumns = {"rate_cents": always[0] // CENT if always and always[0] is not None else None}
    change_row(change, "workspace", workspaces, change.by.workspace_id, "settings", usual)
    _store(change, None, [each for each in prices if each.first_day != ALWAYS])


def store_prices(change: Change[Author], rule_id: int, prices: Sequence[PriceFrom]) -> None:
    """Have a rule cost this."""
    _store(change, rule_id, prices)


def _store(change: Change[Author], rule_id: int | None, prices: Sequence[PriceFrom]) -> None:
    db, workspace_id = change.db, change.by.workspace_id
    of_rule = and_(rate_prices.c.workspace_id == workspace_id, rate_prices.c.rule_id == rule_id)
    query = select(rate_prices.c.first_day, rate_prices.c.price).where(of_rule).order_by(rate_prices.c.first_day)
    before = [PriceFrom(*row) for row in db.execute(query)]
    if before == [*prices]:
        return
    db.execute(delete(rate_prices).where(of_rule))
    rows = [
        row_values(RatePrice, workspace_id=workspace_id, rule_id=rule_id, first_day=each.first_day, price=each.price)
        for each in prices
    ]
    if rows:
        db.execute(insert(rate_prices), rows)
    what = {"rule_id": rule_id}
    change.record("workspace", workspace_id, "rate", before=what | _written(before), after=what | _written(prices))


def _written(prices: Sequence[PriceFrom]) -> dict[str, Any]:
    return {"prices": [[each.first_day.isoformat(), each.price] for each in prices]}


def add_rule(change: Change[Author], new: NewRule, place: int) -> int:
    """Add a rule that has no price yet, at a place of the list, counted from 1; its id."""
    db, workspace_id = change.db, change.by.workspace_id
    ids = _ids(change)
    if not ids:
        ids = [insert_row(db, RateRuleRow, workspace_id=workspace_id, position=1, by_article=True)]
    rule_id = insert_row(
        db,
        RateRuleRow,
        workspace_id=workspace_id,
        position=MOST,
        currency=new.currency,
        person_id=new.person_id,
        service_id=new.service_id,
        project_id=new.project_id,
        customer_id=new.customer_id,
    )
    change.record("workspace", workspace_id, "add rate", after={"rule_id": rule_id} | new._asdict())
    _place(change, [*ids[: place - 1], rule_id, *ids[place - 1 :]])
    return rule_id


def move_rule(change: Change[Author], rule_id: int, place: int) -> None:
    """Have a rule stand at another place of the list, counted from 1."""
    ids = _ids(change)
    if rule_id not in ids or ids.index(rule_id) == place - 1:
        return
    others = [each for each in ids if each != rule_id]
    moved = {"rule_id": rule_id, "place": ids.index(rule_id) + 1}
    _place(change, [*others[: place - 1], rule_id, *others[place - 1 :]])
    change.record("workspace", change.by.workspace_id, "move rate", before=moved, after=moved | {"place": place})


def change_work(change: Change[Author], rule: RateRule, new: NewRule) -> None:
    """Have a rule be about other work, at the same prices."""
    the_rule = and_(rate_rules.c.workspace_id == change.by.workspace_id, rate_rules.c.id == rule.id)
    change.db.execute(update(rate_rules).where(the_rule).values(new._asdict()))
    what = {"rule_id": rule.id}
    before, after = what | _about(rule)._asdict(), what | new._asdict()
    change.record("workspace", change.by.workspace_id, "change rate", before=before, after=after)


def drop_rule(change: Change[Author], rule: RateRule) -> None:
    """Forget a rule with its prices; the audit keeps both."""
    before = {"rule_id": rule.id} | _about(rule)._asdict() | _written(rule.prices)
    the_rule = and_(rate_rules.c.workspace_id == change.by.workspace_id, rate_rules.c.id == rule.id)
    change.db.execute(delete(rate_rules).where(the_rule))
    change.record("workspace", change.by.workspace_id, "remove rate", before=before)


def move_rules(change: Change[Author], kind: Kind, *, ours: int, theirs: int) -> None:
    """Have the rules follow what becomes part of something else, unless there is one about the same already."""
    about, workspace_id, mine = f"{kind}_id", change.by.workspace_id, rate_rules.c.workspace_id
    becomes: dict[str, Any] = {about: theirs}
    rules = rate_list(change.db, workspace_id).rules
    there = {_about(rule) for rule in rules}
    for rule in rules:
        if getattr(rule, about) != ours:
            continue
        if _about(rule)._replace(**becomes) in there:
            drop_rule(change, rule)
            continue
        the_rule = and_(mine == workspace_id, rate_rules.c.id == rule.id)
        change.db.execute(update(rate_rules).where(the_rule).values(becomes))
        what = {"rule_id": rule.id}
        change.record("workspace", workspace_id, "rate", before=what | {about: ours}, after=what | becomes)


def _about(rule: RateRule) -> NewRule:
    return NewRule(rule.currency, *rule.names)


def drop_rules(change: Change[Author], kind: Kind, row_id: int) -> None:
    """Forget the rules about what is deleted."""
    for rule in rate_list(change.db, change.by.workspace_id).rules:
        if getattr(rule, f"{kind}_id") == row_id:
            drop_rule(change, rule)


def _ids(change: Change[Author]) -> list[int]:
    return [row[0] for row in _RULES.all(change.db, workspace=change.by.workspace_id)]


def _place(change: Change[Author], ids: Sequence[int]) -> None:
    for position, rule_id in enumerate(ids, start=1):
        the_rule = and_(rate_rules.c.workspace_id == change.by.workspace_id, rate_rules.c.id == rule_id)
        change.db.execute(update(rate_rules).where(the_rule).values(position=position))
