"""The article of a service "from now on": what that changes elsewhere, and the open invoices that stay as they are."""

from dataclasses import dataclass

from bot.billing.collect import grouping_of
from bot.billing.preview import Preview
from bot.billing.pricing import article_of
from bot.billing.rules.grouping import GroupKey, Shared, of_service
from bot.billing.rules.lines import InvoiceLine
from bot.billing.rules.periods import Period
from bot.core.caller import Caller
from storage import billing_defaults as billing_default_rows
from storage import customer_articles as customer_article_rows
from storage import drafts as draft_rows
from storage import line_edits as line_edit_rows
from storage import priced_articles as article_rows
from storage import unbilled as unbilled_rows
from storage import unbilled_sums as unbilled_sum_rows
from storage.change import Change
from storage.drafts import Draft


@dataclass(frozen=True, slots=True)
class OpenInvoice:
    """An invoice that is being put together, and keeps its prices."""

    customer: str
    period: Period


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Where a service stands beside the line whose form is open.

    `here` are other lines of the same invoice, `later` projects and customers that will be billed with its article.
    """

    here: tuple[str, ...] = ()
    later: tuple[str, ...] = ()
    kept: tuple[OpenInvoice, ...] = ()


def elsewhere(change: Change[Caller], preview: Preview, item: InvoiceLine) -> Elsewhere:
    """What else the article of a line's service decides."""
    db, workspace_id, service_id = change.db, change.by.workspace_id, item.line.service_id
    if service_id is None or not preview.grouping.has_one_service:
        return Elsewhere()
    uses = unbilled_sum_rows.uses_of_service(db, workspace_id, service_id)
    of_line = (preview.customer_id, item.line.project_id)
    names = {use.customer_id: use.customer for use in uses}
    kept = [
        OpenInvoice(names[draft.customer_id], draft.scope.period)
        for draft in draft_rows.open_drafts_of_customers(db, workspace_id, names)
        if draft.id != preview.draft_id and _keys(change, draft, service_id)
    ]
    return Elsewhere(
        here=tuple(
            line.name
            for line in preview.lines
            if line.line.service_id == service_id and line.line.key != item.line.key and line.line.edit.article is None
        ),
        later=tuple(
            " › ".join(filter(None, (use.customer, use.project)))
            for use in uses
            if (use.customer_id, use.project_id) != of_line
        ),
        kept=tuple(kept),
    )


def remember_article(change: Change[Caller], draft: Draft, service_id: int, article_id: int | None) -> None:
    """Bill a service as this article from now on; every other open invoice keeps the article that it shows.

    A customer that has one of its own keeps it, unless the invoice is its own.
    """
    db, workspace_id = change.db, draft.workspace_id
    own = {each for each, kept in article_rows.articles_of_customers(db, workspace_id).items() if service_id in kept}
    before = article_of(db, workspace_id, draft.customer_id, service_id)
    usual = article_rows.articles_of_services(db, workspace_id).get(service_id)
    customers = {use.customer_id for use in unbilled_sum_rows.uses_of_service(db, workspace_id, service_id)}
    for other in draft_rows.open_drafts_of_customers(db, workspace_id, customers - own | {draft.customer_id}):
        shown = before if other.customer_id == draft.customer_id else usual
        if other.id != draft.id and (shown.id if shown else None) != article_id:
            for key in _keys(change, other, service_id):
                line_edit_rows.keep_article(change, other.id, key, shown.id if shown else None)
    customer_article_rows.keep_article(change, draft.customer_id, service_id, None)
    if (usual.id if usual else None) != article_id:
        billing_default_rows.change_service(change, service_id, article_id=article_id)


def _keys(change: Change[Caller], draft: Draft, service_id: int) -> list[GroupKey]:
    """The lines of an open invoice that are this service, or the service itself where lines may have several."""
    grouping = grouping_of(change.db, draft)
    entries = unbilled_rows.unbilled_entries(
        change.db, draft.workspace_id, draft.customer_id, draft.scope, detailed=grouping.has_details
    )
    of_service_alone, _ = entries.parted(
        [each == service_id and can for each, can in zip(entries.service_ids, entries.column("billable"), strict=True)]
    )
    if Shared.SERVICE in grouping.shared:
        return list(grouping.groups(of_service_alone))
    return [of_service(service_id)] if of_service_alone else []
