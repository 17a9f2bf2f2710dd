"""What the invoices of a customer are usually about: the kind of days, and the part of the work."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, and_, bindparam, select, update

from bot.billing.rules.recipes import Recipe
from storage.change import Author, Change
from storage.layouts import PARTS
from storage.recorded import change_row
from storage.statements import Query
from storage.tables import customers
from storage.tables.catalog import CustomerColumns

_RECIPE = Query(
    select(customers.c.usual_days, customers.c.usual_work).where(
        and_(customers.c.workspace_id == bindparam("workspace"), customers.c.id == bindparam("customer"))
    ),
    lambda columns: Recipe.stored(*columns),
)


def find_recipe(db: Connection, workspace_id: int, customer_id: int) -> Recipe:
    """What is kept for a customer; that of everybody else where nothing is."""
    return _RECIPE.first(db, workspace=workspace_id, customer=customer_id) or Recipe()


def keep_recipe(change: Change[Author], customer_id: int, recipe: Recipe) -> None:
    """Keep a recipe for a customer; the caller holds its lock."""
    values: CustomerColumns = {"usual_days": recipe.kept_days, "usual_work": recipe.kept_selection}
    change_row(change, "customer", customers, customer_id, "change recipe", values)


def take_over_kept(change: Change[Author], *, ours: int, theirs: int) -> None:
    """Have a customer that another one becomes part of be billed as that one was, where nothing of its own is kept."""
    for kept in (*PARTS, "usual_days", "usual_work", "rounding", "order_number"):
        _take_over(change, ours, theirs, (kept,), customers.c[kept] == "")
    decided = and_(customers.c.tax_case == "", customers.c.tax_words)
    _take_over(change, ours, theirs, ("tax_case", "tax_words"), decided)


def _take_over(
    change: Change[Author], ours: int, theirs: int, kept: Sequence[str], has_none: ColumnElement[bool]
) -> None:
    known = {each: select(customers.c[each]).where(customers.c.id == ours).scalar_subquery() for each in kept}
    change.db.execute(update(customers).where(and_(customers.c.id == theirs, has_none)).values(known))
