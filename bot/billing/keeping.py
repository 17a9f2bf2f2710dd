"""What of an invoice is kept for the next ones of its customer, with its approval."""

from dataclasses import dataclass

from bot.billing.preview import Preview
from bot.billing.rules.lines import Line
from bot.billing.rules.rates import PricedArticle
from bot.billing.rules.recipes import Part, kept
from bot.core.caller import Caller
from storage import customer_articles as customer_article_rows
from storage import recipes as recipe_rows
from storage.change import Change


@dataclass(frozen=True, slots=True)
class ChosenArticle:
    """A kind of work, and the article that a person chose for all its lines."""

    service_id: int
    service: str
    article: PricedArticle


def chosen_articles(preview: Preview) -> tuple[ChosenArticle, ...]:
    """What could be billed so from now on. A kind of work that has several articles here has none that is usual.

    Nor has one of which every line costs nothing, or is given away this time.
    """
    if not preview.grouping.has_one_service:
        return ()
    lines: dict[int, list[Line]] = {}
    for each in preview.lines:
        if each.line.service_id is not None:
            lines.setdefault(each.line.service_id, []).append(each.line)
    return tuple(
        ChosenArticle(service_id, of_service[0].service or "", article)
        for service_id, of_service in lines.items()
        if (article := of_service[0].edit.article)
        and all(line.edit.article == article and not line.edit.article_kept for line in of_service)
        and not all(line.costs_nothing or line.is_given_away for line in of_service)
    )


def keep_recipe(change: Change[Caller], preview: Preview, parts: frozenset[Part]) -> None:
    """Keep for its customer what was chosen to be kept of an invoice; the caller holds the customer's lock."""
    offered = parts & {each.part for each in preview.beside.offers}
    if Part.ARTICLES in parts:
        for each in chosen_articles(preview):
            customer_article_rows.keep_article(change, preview.customer_id, each.service_id, each.article.id)
    if offered:
        recipe_rows.keep_recipe(change, preview.customer_id, kept(preview.beside.recipe, preview.scope, offered))
