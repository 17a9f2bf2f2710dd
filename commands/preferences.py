"""What people set for themselves and admins for all."""

from datetime import time
from typing import Any

from slack_bolt import Ack, App, BoltContext

from bot.catalog import lookup as catalog
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.core.languages import languages
from bot.people import callers as people
from bot.preferences import form as preferences
from bot.preferences.form import Filled, FilledForAll, Own, Shared
from bot.preferences.views import form as views
from bot.routine.views.home import OPEN_PREFERENCES
from bot.slack import replies
from bot.slack.blocks import View
from bot.slack.untrusted import read_id, read_number, read_one_of, reading


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

    @app.options(views.NOT_BILLABLE)
    def offer_projects(ack: Ack, context: BoltContext, payload: dict[str, Any]) -> None:
        offered = catalog.offered_projects(bot, replies.caller_of(context), payload.get("value", ""))
        ack(options=[views.project_option(project) for project in offered])

    def open_form(ack: Ack, context: BoltContext) -> None:
        replies.open_view(context, settings_form(bot, replies.caller_of(context), ()))
        ack()

    def choose_article(ack: Ack, context: BoltContext, body: dict[str, Any]) -> None:
        caller = replies.caller_of(context)
        service_id, chosen = read_id(replies.block_part(body)), replies.clicked(body)
        if chosen == views.NEVER:
            done = preferences.bill_service_as(bot, caller, service_id, billable=False)
        else:
            done = preferences.bill_service_as(
                bot, caller, service_id, article_id=None if chosen == "0" else read_id(chosen)
            )
        view = views.form(caller.reader, done.preferences, rebilled=done)
        replies.update_view(context, view, view_id=replies.view_of(body)["id"])
        ack()

    def save(ack: Ack, context: BoltContext, view: dict[str, Any]) -> None:
        shown = views.as_shown(replies.metadata(view))
        done = preferences.save(bot, replies.caller_of(context), _filled(view, shown), shown=shown)
        ack(response_action="update", view=views.saved(done))

    app.action(OPEN_PREFERENCES)(open_form)
    app.action(views.ARTICLE)(choose_article)
    app.view(views.FILLED)(save)


@reading()
def _filled(view: dict[str, Any], shown: Filled) -> Filled:
    language, clock = replies.entered(view, "language"), replies.entered(view, "clock")
    summary = replies.entered(view, "summary")
    own = Own(
        language=None if language == views.USUAL else read_one_of(languages(), language),
        clock=None if clock == views.USUAL else read_one_of((12, 24), read_number(clock)),
        working_days=sum(1 << _weekday(day) for day in set(replies.entered(view, "working_days"))),
        work_starts=_minute(replies.entered(view, "work_starts")),
        work_ends=_minute(replies.entered(view, "work_ends")) or views.MIDNIGHT,
        service_id=replies.entered_id(view, "service"),
        summary_minute=None if summary == views.OFF else read_one_of(range(24 * 60), read_number(summary)),
        reminders=bool(replies.entered(view, "reminders")),
    )
    return Filled(own, _filled_for_all(view) if shown.for_all else None)


def _filled_for_all(view: dict[str, Any]) -> FilledForAll:
    role = replies.entered(view, "role")
    return FilledForAll(
        shared=Shared(
            rate_cents=preferences.entered_rate(replies.entered_text(view, "rate")),
            shown_unit=read_one_of(range(1, 3601), read_number(replies.entered(view, "shown_unit"))),
            week_start=_weekday(replies.entered(view, "week_start")),
            overlaps_allowed=bool(replies.entered(view, "overlaps")),
            customer_word=replies.entered_text(view, "customer_word"),
            project_word=replies.entered_text(view, "project_word"),
            service_word=replies.entered_text(view, "service_word"),
        ),
        not_billable=tuple(read_id(project) for project in replies.entered(view, "not_billable")),
        slack_id=replies.entered_text(view, "person") or None,
        role=read_one_of(views.ROLES, role) if role else None,
    )


def _weekday(given: Any) -> int:
    return read_one_of(range(7), read_number(given))


def _minute(clock: str) -> int:
    """Minutes after midnight: 90 for 01:30."""
    entered = time.fromisoformat(clock)
    return entered.hour * 60 + entered.minute
