"""What an invoice of a customer is about where nobody says otherwise: its recipe, for the days that come next."""

from dataclasses import replace

from sqlalchemy import Connection

from bot.billing.rules.periods import Period
from bot.billing.rules.recipes import Recipe
from bot.billing.rules.scope import ALL_WORK, Scope
from bot.core.caller import Caller
from bot.tracking import filtering
from bot.tracking.rules.filters import Filter
from storage import filter_menus
from storage import recipes as recipe_rows
from storage import unbilled as unbilled_rows


def recipe_of(db: Connection, caller: Caller, customer_id: int) -> Recipe:
    """What is kept for a customer, with what became of all that was merged since, and without what is gone."""
    recipe = recipe_rows.find_recipe(db, caller.workspace_id, customer_id)
    if recipe.selection == ALL_WORK:
        return recipe
    selection = of_customer(db, caller, customer_id, filtering.up_to_date(db, caller, recipe.selection))
    return replace(recipe, selection=Scope(recipe.days, selection).selection)


def of_customer(db: Connection, caller: Caller, customer_id: int, selection: Filter) -> Filter:
    """The selection without the projects of others."""
    projects = filter_menus.read_offered(db, caller.workspace_id, "project", selection.projects)
    return replace(selection, projects=tuple(each.id for each in projects if each.customer_id == customer_id))


def usual_period(
    db: Connection, caller: Caller, customer_id: int, selection: Filter = ALL_WORK, recipe: Recipe | None = None
) -> Period:
    """Last month if it has time that can be billed, else this one: the same wherever an invoice is opened.

    So it is with weeks, quarters or other days where those are what is kept for the customer.
    """
    recipe = recipe or recipe_rows.find_recipe(db, caller.workspace_id, customer_id)
    these_days, days_before = recipe.periods(caller.today)
    waits = unbilled_rows.can_be_billed(db, caller.workspace_id, customer_id, Scope(days_before, selection))
    return days_before if waits else these_days


def usual_scope(db: Connection, caller: Caller, customer_id: int) -> Scope:
    """The usual days and the usual part of the work."""
    recipe = recipe_of(db, caller, customer_id)
    return Scope(usual_period(db, caller, customer_id, recipe.selection, recipe), recipe.selection)
