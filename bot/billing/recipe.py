"""The recipe of a customer in one place: all that is kept for its invoices, changed and forgotten."""

from dataclasses import dataclass

from sqlalchemy import Connection

from bot.billing.beside import labels_of
from bot.billing.choosing import Selectable, selectable_work
from bot.billing.customers import find_customer, lock_customer
from bot.billing.language import InvoiceLanguage, language_of
from bot.billing.pricing import prices_of
from bot.billing.rules.layout import ChosenLayout, Whose, chosen_layout, rounded_by
from bot.billing.rules.recipes import Recipe
from bot.billing.rules.rounding import Rounding, chosen_rounding, read_rounding
from bot.billing.rules.scope import Scope
from bot.billing.rules.taxation import GERMANY, Taxation
from bot.billing.rules.texts import ChosenTexts, chosen_texts
from bot.billing.usual import recipe_of
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.people.callers import require_biller
from bot.tracking import filtering
from storage import customer_articles as customer_article_rows
from storage import layouts as layout_rows
from storage import recipes as recipe_rows
from storage import roundings as rounding_rows
from storage.filter_names import Labels
from storage.layouts import PARTS
from storage.payers import Payer
from storage.roundings import RoundedProject


@dataclass(frozen=True, slots=True)
class CustomersRecipe:
    """All that is kept for the invoices of a customer, or holds for them because it does for all."""

    customer_id: int
    customer: str
    recipe: Recipe
    labels: Labels
    layout: ChosenLayout
    texts: ChosenTexts
    language: InvoiceLanguage
    articles: tuple[tuple[str, str], ...]
    """Services with the titles of the articles that they are billed as for this customer alone."""
    order_number: str
    """Of the customer's order, or its Leitweg-ID."""
    tax: Taxation | None
    """Which VAT holds; None for a business outside Germany, for which Billomat alone decides."""
    has_order: bool
    """Whether its lines are in an order of their own."""
    rounding: Rounding
    rounded_by: Whose
    rounded_projects: tuple[tuple[str, Rounding], ...]
    """Its projects that have a rounding of their own, by their names."""


def read_recipe(bot: Bot, caller: Caller, customer_id: int) -> CustomersRecipe:
    """What is kept for a customer. Raises UserError."""
    require_biller(caller)
    with bot.database.read() as db:
        return _read(db, caller, customer_id)


def begin_change(bot: Bot, caller: Caller, customer_id: int) -> tuple[Recipe, Selectable]:
    """Which days and work are billed, to be changed. Raises UserError."""
    require_biller(caller)
    with bot.database.read() as db:
        payer = find_customer(db, caller, customer_id)
        recipe = recipe_of(db, caller, payer.id)
        return recipe, selectable_work(db, caller, payer, Scope(recipe.days, recipe.selection))


def change_recipe(bot: Bot, caller: Caller, customer_id: int, scope: Scope) -> None:
    """Bill such days, and this part of the work, from now on. Raises UserError."""
    require_biller(caller)
    chosen = filtering.allowed(caller, scope.selection)
    with bot.change(caller) as change:
        payer = lock_customer(change, customer_id)
        recipe_rows.keep_recipe(change, payer.id, Recipe(scope.period, Scope(scope.period, chosen).selection))


def forget_recipe(bot: Bot, caller: Caller, customer_id: int, what: str) -> CustomersRecipe:
    """Forget what is kept: days and work, lines, texts, order, rounding or articles, or all of it.

    Raises UserError.
    """
    require_biller(caller)
    with bot.change(caller) as change:
        payer = lock_customer(change, customer_id)
        for part in PARTS:
            if what in (part, "all"):
                layout_rows.keep_part(change, part, Whose.CUSTOMER, payer.id, "")
        if what in ("articles", "all"):
            customer_article_rows.forget_articles(change, payer.id)
        if what in ("rounding", "all"):
            rounding_rows.keep_for_customer(change, payer.id, "")
            for project in _rounded(change.db, caller, payer):
                rounding_rows.keep_for_project(change, project.id, "")
        if what in ("about", "all"):
            recipe_rows.keep_recipe(change, payer.id, Recipe())
        return _read(change.db, caller, payer.id)


def _read(db: Connection, caller: Caller, customer_id: int) -> CustomersRecipe:
    payer, prices = find_customer(db, caller, customer_id), prices_of(db, caller.workspace_id)
    recipe, account = recipe_of(db, caller, payer.id), prices.account
    language = language_of(payer.locale, account.locale if account else "", prices.workspace.invoice_language)
    return CustomersRecipe(
        customer_id=payer.id,
        customer=payer.name,
        recipe=recipe,
        labels=labels_of(db, caller.workspace_id, [recipe.selection]),
        layout=chosen_layout("", payer.layout, prices.workspace.layout),
        texts=chosen_texts("", payer.texts, prices.workspace.texts, language.reader.language),
        language=language,
        articles=tuple(customer_article_rows.named_articles(db, caller.workspace_id, payer.id)),
        order_number=payer.order_number,
        tax=prices.taxation(payer) if account and account.country == GERMANY else None,
        has_order=bool(payer.line_order),
        rounding=chosen_rounding(payer.rounding, prices.workspace.rounding),
        rounded_by=rounded_by(payer.rounding, prices.workspace.rounding),
        rounded_projects=tuple((each.name, read_rounding(each.rounding)) for each in _rounded(db, caller, payer)),
    )


def _rounded(db: Connection, caller: Caller, payer: Payer) -> list[RoundedProject]:
    found = rounding_rows.projects_of(db, caller.workspace_id, payer.id)
    return [each for each in found if each.rounding]
