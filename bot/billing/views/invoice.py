"""The form of an invoice: what would be billed, what is asked before, and what is said once it is on its way."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from bot.billing.approval import Approved, Besides, NotApproved
from bot.billing.choosing import Beginning
from bot.billing.freshness import Freshness
from bot.billing.preview import Preview
from bot.billing.rules.following import CancelledDecision, InvoiceStatus
from bot.billing.rules.lines import AS_IT_COMES
from bot.billing.rules.periods import Period
from bot.billing.submission import ALONE, Deed
from bot.billing.submitting import Submitted
from bot.billing.views.agreements import agreements_button, covered_blocks
from bot.billing.views.budgets import budget_blocks, budgets_button
from bot.billing.views.changes import changes_meanwhile, changes_said
from bot.billing.views.customers_texts import customers_texts
from bot.billing.views.delivery import outcome
from bot.billing.views.differences import difference_blocks
from bot.billing.views.einvoice import missing_blocks
from bot.billing.views.entries import by_hand_blocks, left_out_said
from bot.billing.views.freshness import age, news
from bot.billing.views.invoicing import INVOICING, Invoicing
from bot.billing.views.keeping import keep_fields
from bot.billing.views.layout import layout_actions, layout_said
from bot.billing.views.order import order_actions, order_said
from bot.billing.views.outline import outline
from bot.billing.views.recipe import recipe_button
from bot.billing.views.reconcile import bill_again, decision
from bot.billing.views.reduction import reduction_button
from bot.billing.views.rounding import rounding_button, rounding_said
from bot.billing.views.run import after_blocks, turn_blocks
from bot.billing.views.scope import (
    beside_blocks,
    period_fields,
    selection_blocks,
    selection_name,
)
from bot.billing.views.solving import nothing_said, obstacle_blocks, rates_actions, to_solve_blocks
from bot.billing.views.submission import submission_blocks, submit_label, submitted
from bot.billing.views.tax import doubt_blocks
from bot.billing.views.texts import above_lines, below_lines, texts_actions, texts_said
from bot.billing.views.totals import totals
from bot.billing.views.under_way import under_way
from bot.billomat.views.connect import trouble_sentence
from bot.core.texts import Reader
from bot.slack.blocks import (
    Block,
    Element,
    View,
    actions,
    button,
    context,
    divider,
    external_select,
    field,
    linked,
    message,
    modal,
    option,
    section,
    static_select,
)
from storage.drafts import DraftUnderWay
from storage.sent_invoices import SentAs

INVOICE = "invoice"
CUSTOMER = "invoice_customer"
START_OVER = "invoice_start_over"
_ASKED = 2
"""Questions about lost drafts at once: a modal of 100 blocks needs room for the lines too."""

Content = Preview | Beginning
"""The invoice of a customer, or what is known of it while the customer is not chosen."""


def form(
    to: Reader,
    content: Content,
    *,
    today: date,
    waiting: Sequence[DraftUnderWay] = (),
    pressed: NotApproved | None = None,
    freshness: Freshness | None = None,
    own_days: bool = False,
) -> View:
    """The invoice of a customer and a scope, or the two questions alone; `pressed` came too early.

    `waiting` are the drafts, of whichever customer, that are on their way. `own_days` shows the fields for them also
    where the menu has these days.
    """
    preview = content if isinstance(content, Preview) else None
    others = [each for each in waiting if preview is None or each.id != preview.draft_id]
    blocks = [
        *(submission_blocks(to, preview, today=today) if preview else ()),
        *(_notices(to, pressed) if pressed and not pressed.freshness else ()),
        *(changes_meanwhile(to, preview) if preview else ()),
        *(news(to, freshness, today=today) if preview and freshness else ()),
        _customer(to, content),
        *period_fields(to, content.scope.period, today=today, own_days=own_days, usual=_usual_days(content, today)),
        *_selection(to, content),
        *(_sums(to, preview, warn=pressed is None, today=today) if preview else ()),
        *(keep_fields(to, preview) if preview else ()),
        *([context(said)] if (said := under_way(to, others, today=today)) else ()),
        *(_content(to, preview) if preview else ()),
        *_small_print(to, preview, freshness, today=today),
        *(_sent_before(to, preview) if preview else ()),
        *(turn_blocks(to, preview.beside.turn) if preview else ()),
    ]
    told = freshness.told if freshness else None
    deed = (preview.submission if preview else ALONE).deed
    return modal(
        INVOICE,
        to.t("Invoice"),
        blocks,
        submit=submit_label(to, deed),
        close=to.t("Close") if deed is Deed.WAIT else to.t("Cancel"),
        metadata=INVOICING.pack(_kept(content, told)),
    )


def _customer(to: Reader, content: Content) -> Block:
    """The menu of customers; of several who were named these alone are offered."""
    if isinstance(content, Beginning) and content.customers:
        named = [option(each.name, str(each.id)) for each in content.customers]
        menu, block_id = static_select(CUSTOMER, named, placeholder=to.t("Which of them?")), "customer:named"
    else:
        shown = content if isinstance(content, Preview) else None
        chosen = option(shown.customer, str(shown.customer_id)) if shown else None
        menu = external_select(CUSTOMER, to.t("Search"), initial=chosen)
        block_id = f"customer:{shown.customer_id}" if shown else "customer"  # or Slack would keep who was shown before
    return field(to.thing("customer"), menu, block_id=block_id, dispatch=True)


def _usual_days(content: Content, today: date) -> tuple[Period, ...]:
    return content.beside.recipe.periods(today) if isinstance(content, Preview) else ()


def _selection(to: Reader, content: Content) -> list[Block]:
    if isinstance(content, Preview):
        return selection_blocks(to, content.scope, content.beside.labels)
    said = selection_name(to, content.scope.selection, content.labels)
    return [context(to.t("Only: {selection}", selection=said))] if said else []


def _kept(content: Content, told: int | None) -> Invoicing:
    scope = content.scope
    if isinstance(content, Preview):
        usual = content.beside.usual.value
        return Invoicing(
            content.draft_id,
            content.shown,
            told,
            scope.value,
            usual,
            content.place,
            content.compared_with,
            content.submission.deed,
        )
    return Invoicing(period=scope.value, usual=scope.period.value if content.is_usual else "")


def on_its_way(to: Reader, approved: Approved) -> View:
    """Approved: from here on the modal is told the outcome, if it stays open."""
    text = to.t(
        "📨 On its way to Billomat: {draft}, {net} net. You get a message with the link in a moment.",
        draft=approved.name.said(to),
        net=to.money(approved.net_cents, approved.currency),
    )
    return outcome(to, message(text, [section(text), *after_blocks(to, approved.following, approved.turn)]))


def submitted_said(to: Reader, done: Submitted) -> View:
    """It waits for a second person."""
    said = submitted(to, done)
    return outcome(to, message(said["text"], [*said["blocks"], *after_blocks(to, None, done.turn)]))


def _notices(to: Reader, pressed: NotApproved) -> list[Block]:
    if pressed.preview.voided:
        return []  # which is said already, with what changed
    if pressed.looked_at:
        time = to.clock(pressed.looked_at)
        return [context(to.t("Looked again at {time}: everything is as it was submitted.", time=time))]
    if pressed.by and pressed.at:
        approved = to.t(
            "⚠️ {person} approved this draft at {time}. Below is what is left.",
            person=pressed.by,
            time=to.clock(pressed.at),
        )
        return [section(approved)]
    return obstacle_blocks(to, pressed.preview) or [section("⚠️ " + _please_check(to, pressed))]


def _please_check(to: Reader, pressed: NotApproved) -> str:
    """That something is different, and what."""
    please = to.t("Please check the lines and press again. Nothing was sent.")
    said = changes_said(to, pressed.changes, pressed.preview.currency)
    if pressed.besides is Besides.ORDER:
        said.append(to.t("The lines are in another order."))
    if pressed.besides is Besides.REST:
        said.append(to.t("What stands above and below the lines, or the customer's terms."))
    return "\n• ".join((f"{please} " + to.t("Different since you saw them:"), *said)) if said else please


def _questions(to: Reader, preview: Preview) -> Iterator[Block]:
    for draft in preview.lost[:_ASKED]:
        yield section(
            to.t(
                "⚠️ The draft for {draft} over {net} net that was approved on {day} may be in Billomat: its answer was "
                "lost. Please look there. What is on it stays reserved.",
                draft=draft.name_for(preview.customer).said(to),
                net=to.money(draft.net_cents or 0, draft.currency),
                day=to.full_date(to.local(draft.approved_at).date()) if draft.approved_at else "",
            )
        )
        yield decision(to, draft.id)


def _sent_before(to: Reader, preview: Preview) -> Iterator[Block]:
    for draft in preview.sent:
        net, name = to.money(draft.net_cents or 0, draft.currency), draft.name_for(preview.customer).said(to)
        text = _stands_as(to, preview.sent_as.get(draft.id), is_numbered=bool(draft.number), invoice=name, net=net)
        yield linked(section(text, bill_again(to, draft.id)), to.t("Open in Billomat"), draft.link)


def _stands_as(to: Reader, sent: SentAs | None, *, is_numbered: bool, invoice: str, net: str) -> str:
    """How far it was when it was last seen there."""
    said = {"invoice": invoice, "net": net}
    if sent and sent.decision is CancelledDecision.WRITTEN_OFF:
        return to.t("Cancelled in Billomat, and written off: {invoice}, {net} net", **said)
    match sent and sent.status:
        case InvoiceStatus.PAID:
            return to.t("Paid: {invoice}, {net} net", **said)
        case InvoiceStatus.OVERDUE:
            return to.t("Overdue: {invoice}, {net} net", **said)
        case InvoiceStatus.CANCELED:
            return to.t("Cancelled in Billomat: {invoice}, {net} net", **said)
    if is_numbered:
        return to.t("Completed in Billomat: {invoice}, {net} net", **said)
    return to.t("In Billomat: {draft}, {net} net", draft=invoice, net=net)


def _content(to: Reader, preview: Preview) -> list[Block]:
    if not preview.lines:
        return [
            *by_hand_blocks(to, preview),
            *beside_blocks(to, preview.beside),
            *_questions(to, preview),
        ]
    return [
        *beside_blocks(to, preview.beside),
        *_questions(to, preview),
        divider(),
        *_apart(above_lines(preview), after=True),
        *outline(to, preview),
        *_apart(below_lines(preview)),
        *_apart(by_hand_blocks(to, preview)),
        divider(),
    ]


def _apart(blocks: Iterable[Block], *, after: bool = False) -> list[Block]:
    """With a rule before or after them, if there are any: what customers read is told from lines and from hints."""
    there = list(blocks)
    if not there:
        return []
    return [*there, divider()] if after else [divider(), *there]


def _sums(to: Reader, preview: Preview, *, warn: bool, today: date) -> list[Block]:
    """What it comes to, what stands in the way of sending it, and how lines and texts are changed."""
    if not preview.lines:
        rounding = [] if preview.roundings.are_exact else [rounding_button(to, preview)]
        nothing = [] if preview.covered else [section(nothing_said(to, preview))]
        return [
            *nothing,
            *covered_blocks(to, preview),
            *to_solve_blocks(to, preview, today=today),
            actions(recipe_button(to, preview.customer_id, preview.draft_id), *rounding),  # either may leave nothing
        ]
    changed = any(item.line.edit != AS_IT_COMES for item in preview.lines) or preview.other_edits
    start_over = [button(to.t("Start over"), START_OVER, str(preview.draft_id))] if changed else []
    return [
        *totals(to, preview),
        *doubt_blocks(to, preview.tax, preview.customer),
        *(obstacle_blocks(to, preview) if warn else ()),
        *to_solve_blocks(to, preview, today=today),
        *covered_blocks(to, preview),
        *budget_blocks(to, preview),
        *missing_blocks(to, preview),
        actions(*layout_actions(to, preview), *texts_actions(to, preview), *start_over),
        actions(*_rarer(to, preview)),
        *difference_blocks(to, preview),
    ]


def _rarer(to: Reader, preview: Preview) -> list[Element]:
    """What is wanted less often; each has a button of its own: behind three dots, saving would be a third click."""
    return [
        *order_actions(to, preview),
        rounding_button(to, preview),
        reduction_button(to, preview),
        *rates_actions(to, preview),
        agreements_button(to, preview.customer_id, preview.draft_id),
        budgets_button(to, preview.customer_id, preview.draft_id),
        recipe_button(to, preview.customer_id, preview.draft_id),
    ]


def _small_print(to: Reader, preview: Preview | None, freshness: Freshness | None, *, today: date) -> list[Block]:
    said = []
    if preview and preview.service_period:
        said.append(to.t("Service period: {days}", days=preview.service_text))
    if freshness:
        said.append(age(to, freshness, today=today))
    if preview:
        said += layout_said(to, preview)
        said += texts_said(to, preview)
        said += order_said(to, preview)
        said += rounding_said(to, preview)
        said += customers_texts(to, preview)
        said += left_out_said(to, preview.left_out)
        said += _from_billomat(to, preview)
    return [context("\n".join(said))] if said else []


def _from_billomat(to: Reader, preview: Preview) -> Iterator[str]:
    if preview.reason:
        yield to.t("Billomat refused this draft before: “{reason}”", reason=preview.reason)
    if preview.trouble:
        yield trouble_sentence(to, preview.trouble) + " " + to.t("Until then drafts wait.")
