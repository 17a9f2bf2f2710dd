"""What of an invoice is kept for the next ones of its customer: boxes in it, ways back, what the choices are called."""

from collections.abc import Iterable

from bot.billing.keeping import chosen_articles
from bot.billing.preview import Preview
from bot.billing.rules.layout import Whose
from bot.billing.rules.periods import EVERYTHING, Period
from bot.billing.rules.recipes import Offer, Part
from bot.billing.rules.rhythms import is_in_step, rhythm_of
from bot.billing.rules.scope import ALL_WORK
from bot.billing.views.scope import selection_name
from bot.core.digests import digest
from bot.core.texts import Reader
from bot.slack.blocks import Block, checkboxes, cut, field, option
from bot.slack.request import Request
from bot.slack.untrusted import read_id, reading
from bot.tracking.rules.filters import Filter
from storage.filter_names import Labels

KEEP = "invoice_keep"
_LONGEST = 75
"""What the label of a box takes."""


def keep_fields(to: Reader, preview: Preview) -> list[Block]:
    """The boxes for what differs from the recipe: ticked, it is kept with the approval. Other choices begin anew."""
    offers = preview.beside.offers
    articles = articles_said(to, [(each.service, each.article.title) for each in chosen_articles(preview)])
    if articles:
        offers += (Offer(Part.ARTICLES, is_habit=True),)
    if not offers or not preview.lines:
        return []
    labels = {
        Part.DAYS: to.t("Days: {days}", days=days_kind(to, preview.period)),
        Part.WORK: work_said(to, preview.scope.selection, preview.beside.labels),
        Part.ARTICLES: articles,
    }
    boxes = {each: option(cut(labels[each.part], _LONGEST), each.part) for each in offers}
    ticked = [box for each, box in boxes.items() if each.is_habit]
    is_odd = len(ticked) < len(boxes)
    hint = to.t("What has no tick looks like an exception. Tick it if it is usual for this customer.") if is_odd else ""
    return [
        field(
            to.t("Keep for {customer}, on later invoices too", customer=cut(preview.customer, _LONGEST)),
            checkboxes(KEEP, list(boxes.values()), ticked=ticked),
            block_id=f"keep:{digest(preview.scope.value, *offers, articles)}",
            optional=True,
            hint=hint,
        )
    ]


@reading()
def entered_keep(request: Request) -> frozenset[Part]:
    """What is to be kept. Raises UserError."""
    return frozenset(Part(each) for each in request.entered_choices("keep"))


def way_back(draft_id: int, whose: Whose) -> str:
    """The value of a button that forgets what was chosen for a draft, or kept for its customer."""
    return f"{draft_id}/{whose}"


@reading()
def read_way_back(value: str) -> tuple[int, Whose]:
    """The draft, and whose choice is to be forgotten. Raises UserError."""
    draft_id, whose = value.split("/")
    if whose not in (Whose.DRAFT, Whose.CUSTOMER):
        raise ValueError(value)
    return read_id(draft_id), Whose(whose)


def articles_said(to: Reader, articles: Iterable[tuple[str, str]]) -> str:
    """Design as Consulting; empty without any."""
    named = (to.t("{service} as {article}", service=service, article=article) for service, article in articles)
    return ", ".join(named)


def work_said(to: Reader, selection: Filter, labels: Labels) -> str:
    """Only: Design; or that it is all work."""
    if selection == ALL_WORK:
        return to.t("All work of these days")
    return to.t("Only: {selection}", selection=selection_name(to, selection, labels))


def days_kind(to: Reader, period: Period) -> str:
    """What days of this kind are called: months, quarters, weeks."""
    rhythm = rhythm_of(period)
    if period == EVERYTHING or rhythm is None or period.first is None:
        return to.t("Everything unbilled")
    named = {1: to.t("months"), 3: to.t("quarters"), 6: to.t("half-years"), 12: to.t("years")}
    if rhythm.months and not is_in_step(period):
        several = to.n("{count} month", "{count} months each", rhythm.months)
        return to.t("{days} from {first} on", days=several, first=to.day_of_year(period.first))
    if rhythm.months:
        every = named.get(rhythm.months) or to.n("{count} month", "{count} months each", rhythm.months)
        return every if rhythm.begins_on == 1 else to.t("{days} from day {day} on", days=every, day=rhythm.begins_on)
    if rhythm.days == 7:
        return to.t("weeks from {weekday} on", weekday=to.day_name(period.first.weekday()))
    weeks = to.n("{count} week", "{count} weeks each", rhythm.days // 7)
    return to.t("{days} from {weekday} on", days=weeks, weekday=to.day_name(period.first.weekday()))
