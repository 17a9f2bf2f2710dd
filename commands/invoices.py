"""The invoice: choose customer and period, correct lines, and send."""

from typing import Any

from slack_bolt import Ack, App, BoltContext

from bot.billing import approval, collect, line_edits, unbilled
from bot.billing.approval import Approved, Shown
from bot.billing.collect import Preview
from bot.billing.line_edits import EnteredLine
from bot.billing.rules.periods import Period
from bot.billing.views import invoice as views
from bot.billing.views import line as line_views
from bot.catalog import lookup as catalog
from bot.catalog.views import creation as catalog_views
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.slack import replies
from bot.slack.blocks import View
from bot.slack.untrusted import reading


def invoice_form(bot: Bot, caller: Caller, words: tuple[str, ...]) -> View:
    """The form of `/track invoice`, with the customer's lines if the words name one clearly."""
    return views.form(caller.reader, collect.begin(bot, caller, words), today=caller.today)


def register(app: App, bot: Bot) -> None:
    """Listen to the form and to its lines."""
    _listen_to_the_form(app, bot)
    _listen_to_lines(app, bot)


def _listen_to_the_form(app: App, bot: Bot) -> None:
    @app.options(views.CUSTOMER)
    def offer_customers(ack: Ack, context: BoltContext, payload: dict[str, Any]) -> None:
        offered = unbilled.offered_payers(bot, replies.caller_of(context), payload.get("value", ""))
        ack(options=[catalog_views.named_option(customer) for customer in offered])

    def choose(ack: Ack, context: BoltContext, body: dict[str, Any]) -> None:
        caller = replies.caller_of(context)
        customer_id, period = _chosen(replies.view_of(body))
        if customer_id is not None:
            _show(
                context, caller, collect.choose(bot, caller, customer_id, period), view_id=replies.view_of(body)["id"]
            )
        ack()

    def submit(ack: Ack, context: BoltContext, view: dict[str, Any]) -> None:
        caller = replies.caller_of(context)
        customer_id, period = _chosen(view)
        kept = replies.metadata(view)
        shown = Shown(replies.kept_id(view, "draft"), str(kept.get("shown"))) if kept else None
        done = approval.approve(bot, caller, customer_id or 0, period, shown=shown, view_id=view["id"])
        if isinstance(done, Approved):
            ack(response_action="update", view=views.on_its_way(caller.reader, done))
        else:
            form = views.form(caller.reader, done.preview, today=caller.today, pressed=done)
            ack(response_action="update", view=form)

    def start_over(ack: Ack, context: BoltContext, body: dict[str, Any]) -> None:
        caller = replies.caller_of(context)
        preview = line_edits.start_over(bot, caller, replies.clicked_id(body))
        _show(context, caller, preview, view_id=replies.view_of(body)["id"])
        ack()

    app.action(views.CUSTOMER)(choose)
    app.action(views.PERIOD)(choose)
    app.action(views.START_OVER)(start_over)
    app.view(views.INVOICE)(submit)


def _listen_to_lines(app: App, bot: Bot) -> None:
    @app.options(line_views.ARTICLE)
    def offer_articles(ack: Ack, context: BoltContext, payload: dict[str, Any]) -> None:
        offered = catalog.offered_articles(bot, replies.caller_of(context), payload.get("value", ""))
        ack(options=[catalog_views.named_option(article) for article in offered])

    def open_line(ack: Ack, context: BoltContext, body: dict[str, Any]) -> None:
        caller = replies.caller_of(context)
        draft_id = replies.kept_id(replies.view_of(body), "draft")
        preview, item = line_edits.find_line(bot, caller, draft_id, line_views.read_key(replies.clicked(body)))
        replies.push_view(context, line_views.line_form(caller.reader, preview, item))
        ack()

    def save(ack: Ack, context: BoltContext, view: dict[str, Any]) -> None:
        caller = replies.caller_of(context)
        entered = EnteredLine(
            title=replies.entered_text(view, "title"),
            description=replies.entered_text(view, "description"),
            rate=replies.entered_text(view, "rate"),
            article_id=replies.entered_id(view, "article"),
            remember=bool(replies.entered(view, "remember")),
        )
        preview = line_edits.change_line(
            bot,
            caller,
            replies.kept_id(view, "draft"),
            line_views.read_key(replies.metadata(view).get("line")),
            entered,
        )
        _show(context, caller, preview, view_id=view["previous_view_id"])
        ack()

    app.action(views.LINE)(open_line)
    app.view(line_views.LINE_CHANGED)(save)


@reading()
def _chosen(view: dict[str, Any]) -> tuple[int | None, Period]:
    return replies.entered_id(view, "customer"), Period.read(replies.entered(view, "period"))


def _show(context: BoltContext, caller: Caller, preview: Preview, *, view_id: str) -> None:
    replies.update_view(context, views.form(caller.reader, preview, today=caller.today), view_id=view_id)
