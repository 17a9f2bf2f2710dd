"""What of an invoice is kept for the next ones of its customer, with its approval."""

from bot.billing.collect import Preview
from bot.billing.rules.recipes import Part, kept
from bot.core.caller import Caller
from storage import recipes as recipe_rows
from storage.change import Change


def keep_recipe(change: Change[Caller], preview: Preview, parts: frozenset[Part]) -> None:
    """Keep for its customer what was chosen to be kept of an invoice; the caller holds the customer's lock."""
    offered = parts & {each.part for each in preview.beside.offers}
    if offered:
        recipe_rows.keep_recipe(change, preview.customer_id, kept(preview.beside.recipe, preview.scope, offered))
