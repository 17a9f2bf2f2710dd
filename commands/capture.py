"""The fast form: opened by `/track` alone, by the shortcuts and by the App Home, and filled in."""

import re
from datetime import date, datetime, timedelta
from typing import Any

from slack_bolt import Ack, App, BoltContext

from bot.catalog.views import pickers
from bot.core.context import Bot
from bot.grammar.values import Untimed
from bot.slack import replies
from bot.slack.blocks import unescaped
from bot.slack.notices import repeated
from bot.slack.untrusted import read_optional_id, reading
from bot.tracking import form as capture
from bot.tracking import timers
from bot.tracking.entries import NO_SOURCE, Overlap, Source
from bot.tracking.form import Entered
from bot.tracking.views import form as views
from bot.tracking.views import timers as timer_views
from bot.tracking.views.overlaps import ROOM, read_way

ANSWERABLE = timedelta(minutes=25)
"""A response_url lives half an hour; a form may stay open longer."""
_BILLABLE = {views.AS_USUAL: None, views.BILLABLE: True, views.NOT_BILLABLE: False}


def show(
    context: BoltContext,
    bot: Bot,
    *,
    source: Source = NO_SOURCE,
    span: tuple[datetime, datetime] | None = None,
    day: date | None = None,
) -> None:
    """Open the form. What comes of it is said in the conversation it was opened in, if Slack names one."""
    caller = replies.caller_of(context)
    form = capture.begin(bot, caller, source=source, answer_at=context.response_url or "", span=span, day=day)
    replies.open_view(context, views.form(caller.reader, form))


def complete(context: BoltContext, bot: Bot, typed: Untimed, text: str, *, zone: str) -> None:
    """Open the form for work of which only the length was not typed, in the zone where it was.

    Where it is open which project the words mean, what was typed stands above the fields.
    """
    caller = replies.caller_of(context).in_zone(zone)
    form = capture.complete(bot, caller, typed, answer_at=context.response_url or "")
    said = repeated(caller.reader, text) if typed.words and form.target is None else None
    replies.open_view(context, views.form(caller.reader, form, said))


def register(app: App, bot: Bot) -> None:
    """Listen to the shortcuts, to the form and to searches in its menus."""
    _listen_to_shortcuts(app, bot)
    _listen_to_menus(app, bot)
    _listen_to_the_form(app, bot)


def _listen_to_shortcuts(app: App, bot: Bot) -> None:
    def open_form(ack: Ack, context: BoltContext) -> None:
        show(context, bot)
        ack()

    def open_on_message(ack: Ack, context: BoltContext, body: dict[str, Any]) -> None:
        show(context, bot, source=_source(body))
        ack()

    app.global_shortcut(views.TRACK_TIME)(open_form)
    app.message_shortcut(views.TRACK_MESSAGE)(open_on_message)
    app.action(views.OPEN)(open_form)


def _listen_to_menus(app: App, bot: Bot) -> None:
    @app.options(views.CUSTOMER)
    def offer_customers(ack: Ack, context: BoltContext, payload: dict[str, Any]) -> None:
        caller = replies.caller_of(context)
        recent, others = capture.offered_customers(bot, caller, payload.get("value", ""))
        ack(**views.named_menu(caller.reader, recent, others))

    @app.options(views.TARGET)
    def offer_targets(ack: Ack, context: BoltContext, payload: dict[str, Any], body: dict[str, Any]) -> None:
        caller, customer_id = replies.caller_of(context), views.kept_in(replies.view_of(body)).customer_id
        recent, others = capture.offered_targets(bot, caller, payload.get("value", ""), customer_id=customer_id)
        ack(**views.target_menu(caller.reader, recent, others, customer_id))

    @app.options(views.SERVICE)
    def offer_services(ack: Ack, context: BoltContext, payload: dict[str, Any]) -> None:
        caller = replies.caller_of(context)
        recent, others = capture.offered_services(bot, caller, payload.get("value", ""))
        ack(**views.named_menu(caller.reader, recent, others))


def _listen_to_the_form(app: App, bot: Bot) -> None:
    def choose_customer(ack: Ack, context: BoltContext, body: dict[str, Any]) -> None:
        caller, view = replies.caller_of(context), replies.view_of(body)
        form = capture.narrow(bot, caller, views.kept_in(view), read_optional_id(replies.clicked(body)))
        replies.update_view(context, views.form(caller.reader, form), view_id=view["id"])
        ack()

    def choose_mode(ack: Ack, context: BoltContext, body: dict[str, Any]) -> None:
        caller, view = replies.caller_of(context), replies.view_of(body)
        form = capture.change_mode(bot, caller, views.kept_in(view), views.read_mode(replies.clicked(body)))
        replies.update_view(context, views.form(caller.reader, form), view_id=view["id"])
        ack()

    def stop(ack: Ack, context: BoltContext, body: dict[str, Any]) -> None:
        caller, view = replies.caller_of(context), replies.view_of(body)
        stopped = timers.stop_entry(bot, caller, replies.clicked_id(body))
        form = capture.again(bot, caller, views.kept_in(view))
        said = timer_views.stopped(caller.reader, stopped, today=caller.today)
        replies.update_view(context, views.form(caller.reader, form, said), view_id=view["id"])
        ack()

    def save(ack: Ack, context: BoltContext, view: dict[str, Any]) -> None:
        caller, kept = replies.caller_of(context), views.kept_in(view)
        to = caller.reader
        try:
            done = capture.save(bot, caller, kept, _entered(view))
        except Overlap as overlap:
            if not overlap.ways:
                raise
            form = capture.ask_who_gives_way(bot, caller, kept, overlap)
            ack(response_action="update", view=views.form(to, form))
            return
        said = timer_views.answered(to, done, today=caller.today)
        if kept.answer_at and caller.now - kept.opened_at < ANSWERABLE:
            replies.respond(context, {"response_url": kept.answer_at}, said)
            ack()
        else:
            ack(response_action="update", view=views.saved(to, said))

    app.action(views.CUSTOMER)(choose_customer)
    app.action(re.compile(f"^{views.MODE}:"))(choose_mode)
    app.action(views.STOP)(stop)
    app.view(views.FILLED)(save)


def _source(body: dict[str, Any]) -> Source:
    message = body["message"]
    return capture.message_source(
        unescaped(message.get("text") or ""),
        domain=(body.get("team") or {}).get("domain") or "",
        channel_id=body["channel"]["id"],
        ts=body["message_ts"],
        thread_ts=message.get("thread_ts") or "",
    )


@reading()
def _entered(view: dict[str, Any]) -> Entered:
    customer_id, project_id, _ = pickers.read_value(replies.entered(view, "target"))
    return Entered(
        customer_id=replies.entered_id(view, "customer"),
        target=(customer_id, project_id),
        service_id=replies.entered_id(view, "service"),
        note=replies.entered_text(view, "note"),
        tags=replies.entered_text(view, "tags"),
        billable=_BILLABLE.get(replies.entered(view, "billable")),
        since=replies.entered(view, "since"),
        day=replies.entered_day(view, "day") if replies.entered(view, "day") else None,
        start=replies.entered(view, "start"),
        end=replies.entered(view, "end"),
        duration=replies.entered_text(view, "duration"),
        way=read_way(replies.entered(view, ROOM)),
    )
