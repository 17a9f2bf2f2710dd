"""What people set for themselves and admins for all."""

from typing import Any

from slack_bolt import Ack, App, BoltContext

from bot import catalog, people, preferences
from bot.context import Bot
from bot.people import Caller
from bot.preferences import Wanted, WantedForAll
from bot.views import settings as views
from bot.views.blocks import View
from commands import replies


def settings_form(bot: Bot, caller: Caller, _words: tuple[str, ...]) -> View:
    """The form of `/track settings`."""
    return views.form(caller.reader, preferences.of(bot, caller))


def register(app: App, bot: Bot) -> None:
    """Listen to the form, and to its menus of articles, which save at once."""

    @app.options(views.ARTICLE)
    def offer_articles(ack: Ack, context: BoltContext, payload: dict[str, Any]) -> None:
        caller = replies.caller_of(context)
        people.require_admin(caller)
        offered = catalog.offered_articles(bot, caller, payload.get("value", ""))
        ack(options=views.article_options(caller.reader, offered))

    def choose_article(ack: Ack, context: BoltContext, body: dict[str, Any]) -> None:
        caller = replies.caller_of(context)
        service_id = int(body["actions"][0]["block_id"].split(":")[1])
        article_id = int(replies.clicked(body)) or None
        now = preferences.bill_service_as(bot, caller, service_id, article_id)
        view = views.form(caller.reader, now, just_saved=service_id)
        replies.update_view(context, view, view_id=body["view"]["id"])
        ack()

    def save(ack: Ack, context: BoltContext, view: dict[str, Any]) -> None:
        done = preferences.save(bot, replies.caller_of(context), _wanted(view))
        ack(response_action="update", view=views.saved(done))

    replies.listen(app.action(views.ARTICLE), choose_article)
    app.view(views.FILLED)(save)


def _wanted(view: dict[str, Any]) -> Wanted:
    summary, language = replies.entered(view, "summary"), replies.entered(view, "language")
    has_part_for_all = "rate" in view["state"]["values"]
    return Wanted(
        summary_minute=None if summary == views.OFF else int(summary),
        language=None if language == views.AS_IN_SLACK else language,
        for_all=WantedForAll(
            rate=replies.entered_text(view, "rate"),
            shown_rate=replies.metadata(view).get("rate", ""),
            slack_id=replies.entered(view, "person"),
            role=replies.entered(view, "role"),
        )
        if has_part_for_all
        else None,
    )
