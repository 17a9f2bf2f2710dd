"""What became of a draft: correct it, send it again, say where it is, or bill it again."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from slack_bolt import Ack, App, BoltContext

from bot.billing import collect, reconcile
from bot.billing.views import delivery as delivery_views
from bot.billing.views import invoice as form_views
from bot.billing.views import reconcile as views
from bot.core.context import Bot
from bot.slack import replies


def register(app: App, bot: Bot) -> None:
    """Listen to the buttons below what is said about a draft, and to the question where a lost one is."""
    _listen_to_buttons(app, bot)
    _listen_to_the_search(app, bot)


def _listen_to_buttons(app: App, bot: Bot) -> None:
    def correct(ack: Ack, context: BoltContext, body: dict[str, Any]) -> None:
        caller = replies.caller_of(context)
        preview = collect.correct(bot, caller, replies.clicked_id(body))
        form = form_views.form(caller.reader, preview, today=caller.today)
        if "view" in body:
            replies.update_view(context, form, view_id=replies.view_of(body)["id"])
        else:
            replies.open_view(context, form)
        ack()

    def send_again(ack: Ack, context: BoltContext, body: dict[str, Any]) -> None:
        caller = replies.caller_of(context)
        reconcile.send_again(bot, caller, replies.clicked_id(body))
        said = views.sending_again(caller.reader)
        if "view" in body:
            replies.update_view(
                context, delivery_views.outcome(caller.reader, said), view_id=replies.view_of(body)["id"]
            )
        else:
            replies.respond(context, body, said)
        ack()

    def bill_again(ack: Ack, context: BoltContext, body: dict[str, Any]) -> None:
        caller = replies.caller_of(context)
        reconcile.bill_again(bot, caller, replies.clicked_id(body))
        replies.respond(context, body, views.looking(caller.reader))
        ack()

    app.action(delivery_views.CORRECT)(correct)
    app.action(views.SEND_AGAIN)(send_again)
    app.action(views.BILL_AGAIN)(bill_again)


def _listen_to_the_search(app: App, bot: Bot) -> None:
    searches = ThreadPoolExecutor(max_workers=2, thread_name_prefix="search")

    def ask_where(ack: Ack, context: BoltContext, body: dict[str, Any]) -> None:
        caller = replies.caller_of(context)
        draft_id = replies.clicked_id(body)
        form = views.found_form(caller.reader, draft_id, reconcile.lost(bot, caller, draft_id))
        if "view" in body:
            replies.push_view(context, form)
        else:
            replies.open_view(context, form)
        ack()

    @app.options(views.CANDIDATE)
    def offer(ack: Ack, context: BoltContext, body: dict[str, Any], payload: dict[str, Any]) -> None:
        """Asks Billomat before its ack; without an answer in time the address is left to enter."""
        caller = replies.caller_of(context)
        draft_id = replies.kept_id(replies.view_of(body), "draft")
        search = searches.submit(reconcile.candidates, bot, caller, draft_id)
        try:
            found = search.result(timeout=bot.settings.billomat_patience)
        except TimeoutError:
            search.cancel()  # one that has not begun; those that have hold up no others but searches
            found = []
        ack(options=views.candidate_options(caller.reader, found, payload.get("value", "")))

    @app.view(views.FOUND)
    def found(ack: Ack, context: BoltContext, view: dict[str, Any]) -> None:
        caller = replies.caller_of(context)
        draft_id = replies.kept_id(view, "draft")
        chosen, address = replies.entered_id(view, "invoice"), replies.entered_text(view, "address")
        reconcile.is_there(bot, caller, draft_id, chosen=chosen, address=address)
        ack(response_action="update", view=delivery_views.outcome(caller.reader, views.looking(caller.reader)))

    app.action(views.IS_THERE)(ask_where)
