"""Edit, split, delete, tag, annotate and undo: typed, or by the buttons and forms of an entry."""

import re
from typing import Any

from slack_bolt import Ack, App, BoltContext

from bot.catalog import lookup as catalog
from bot.catalog.views import pickers
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.grammar import values as grammar
from bot.slack import replies
from bot.slack.blocks import Message, View, option
from bot.tracking import corrections, entries
from bot.tracking import undo as undoing
from bot.tracking.entries import Overlap, Room, Written
from bot.tracking.views import corrections as views
from bot.tracking.views import entries as entry_views
from bot.tracking.views.overlaps import ROOM, read_way


def edit_typed(bot: Bot, caller: Caller, typed: grammar.Edit) -> Message | View:
    """The form of the entry that is meant, or the question which one."""
    found = corrections.meant(bot, caller, typed.which)
    if found.clear is None:
        return views.choose(caller.reader, found, views.CHOOSE_EDIT, now=caller.now)
    return views.edit_form(caller.reader, found.clear)


def split_typed(bot: Bot, caller: Caller, typed: grammar.Split) -> Message | View:
    """Split at once where the time was said; otherwise ask for it, in a form that offers the middle."""
    found = corrections.meant(bot, caller, typed.which)
    if found.clear is None:
        return views.choose(caller.reader, found, views.CHOOSE_SPLIT, now=caller.now)
    if typed.at is None:
        return views.split_form(caller.reader, found.clear, now=caller.now)
    done = corrections.split_at(bot, caller, found.clear.id, typed.at)
    return views.halved(caller.reader, done, now=caller.now)


def delete_typed(bot: Bot, caller: Caller, typed: grammar.Delete) -> Message:
    """Delete at once, for it can be undone."""
    found = corrections.meant(bot, caller, typed.which)
    if found.clear is None:
        return views.choose(caller.reader, found, views.CHOOSE_DELETE, now=caller.now)
    return views.deleted(caller.reader, *corrections.delete(bot, caller, found.clear.id), now=caller.now)


def change_typed(bot: Bot, caller: Caller, typed: grammar.Tag | grammar.Note) -> Message:
    """Tag or annotate an entry; where there are several, what was typed is kept until one was chosen."""
    found = corrections.meant(bot, caller, typed.which)
    if found.clear is None:
        question_id = corrections.ask(bot, caller, typed)
        return views.choose(caller.reader, found, views.CHOOSE_CHANGE, now=caller.now, question_id=question_id)
    return views.changed(caller.reader, corrections.change(bot, caller, found.clear.id, typed), now=caller.now)


def undo_typed(bot: Bot, caller: Caller, _typed: grammar.Undo) -> Message:
    """Take back the last own change; once more takes back the one before."""
    return views.undone(caller.reader, undoing.undo_last(bot, caller))


def register(app: App, bot: Bot) -> None:
    """Listen to the buttons below entries, and to the forms and menus in which they are corrected."""
    _register_form(app, bot)
    _register_split(app, bot)
    _register_clicks(app, bot)


def _register_form(app: App, bot: Bot) -> None:
    @app.options(entry_views.SERVICE)
    def offer_services(ack: Ack, context: BoltContext, payload: dict[str, Any]) -> None:
        offered = catalog.offered_services(bot, replies.caller_of(context), payload.get("value", ""))
        ack(options=[option(service.name, str(service.id)) for service in offered])

    def open_form(ack: Ack, context: BoltContext, body: dict[str, Any]) -> None:
        caller = replies.caller_of(context)
        entry = corrections.editable(bot, caller, replies.clicked_id(body))
        replies.open_view(context, views.edit_form(caller.reader, entry, said_at=_said_at(body)))
        ack()

    def save(ack: Ack, context: BoltContext, view: dict[str, Any]) -> None:
        caller = replies.caller_of(context)
        try:
            done = _saved(bot, caller, view)
        except Overlap as overlap:
            if not overlap.ways:
                raise
            entry = corrections.editable(bot, caller, replies.kept_id(view, "entry"))
            said_at = replies.metadata(view).get("said_at", "")
            asking = views.edit_form(caller.reader, entry, said_at=said_at, overlap=overlap)
            ack(response_action="update", view=asking)
            return
        _refresh(context, view, views.changed(caller.reader, done, now=caller.now, replace=True))
        ack(response_action="update", view=views.saved(caller.reader, done, now=caller.now))

    app.action(entry_views.EDIT)(open_form)
    app.view(views.EDITED)(save)


def _saved(bot: Bot, caller: Caller, view: dict[str, Any]) -> Written:
    customer_id, project_id, _ = pickers.read_value(replies.entered(view, "target"))
    way = read_way(replies.entered(view, ROOM))
    return corrections.edit(
        bot,
        caller,
        replies.kept_id(view, "entry"),
        customer_id=customer_id,
        project_id=project_id,
        service_id=replies.entered_id(view, "service"),
        note=replies.entered_text(view, "note"),
        tags=entries.entered_tags(replies.entered_text(view, "tags")),
        times=corrections.EnteredTimes(
            day=replies.entered_day(view, "day"),
            start=replies.entered(view, "start"),
            end=replies.entered(view, "end"),
            duration=replies.entered(view, "duration"),
        ),
        billable=bool(replies.entered(view, "billable")),
        room=Room(way, replies.metadata(view).get("seen", "")) if way else None,
    )


def _register_split(app: App, bot: Bot) -> None:
    def open_split(ack: Ack, context: BoltContext, body: dict[str, Any]) -> None:
        caller = replies.caller_of(context)
        entry = corrections.editable(bot, caller, replies.clicked_id(body))
        replies.update_view(
            context, views.split_form(caller.reader, entry, now=caller.now), view_id=replies.view_of(body)["id"]
        )
        ack()

    def split(ack: Ack, context: BoltContext, view: dict[str, Any]) -> None:
        caller = replies.caller_of(context)
        done = corrections.split(
            bot,
            caller,
            replies.kept_id(view, "entry"),
            clock=replies.entered(view, "at"),
            duration=replies.entered(view, "duration"),
        )
        said = views.halved(caller.reader, done, now=caller.now)
        ack(response_action="update", view=views.as_modal(caller.reader, said))

    app.action(views.SPLIT)(open_split)
    app.view(views.SPLIT_AT)(split)


def _register_clicks(app: App, bot: Bot) -> None:
    def delete(ack: Ack, context: BoltContext, body: dict[str, Any]) -> None:
        caller = replies.caller_of(context)
        entry, change_id = corrections.delete(bot, caller, replies.clicked_id(body))
        said = views.deleted(caller.reader, entry, change_id, now=caller.now, replace=True)
        replies.respond(context, body, said)
        if body.get("view"):
            _refresh(context, replies.view_of(body), said)
        ack()

    def undo(ack: Ack, context: BoltContext, body: dict[str, Any]) -> None:
        caller = replies.caller_of(context)
        steps = undoing.undo(bot, caller, replies.clicked_id(body))
        replies.respond(context, body, views.undone(caller.reader, steps))
        ack()

    def confirm(ack: Ack, context: BoltContext, body: dict[str, Any]) -> None:
        caller = replies.caller_of(context)
        done = corrections.confirm_end(bot, caller, replies.clicked_id(body))
        replies.respond(context, body, entry_views.logged(caller.reader, done, today=caller.today, replace=True))
        ack()

    def chosen(ack: Ack, context: BoltContext, body: dict[str, Any]) -> None:
        caller = replies.caller_of(context)
        entry_id, action_id = replies.clicked_id(body), body["actions"][0]["action_id"]
        if action_id in (views.CHOOSE_EDIT, views.CHOOSE_SPLIT):
            entry = corrections.editable(bot, caller, entry_id)
            if action_id == views.CHOOSE_SPLIT:
                form = views.split_form(caller.reader, entry, now=caller.now)
            else:
                form = views.edit_form(caller.reader, entry, said_at=body.get("response_url", ""))
            replies.open_view(context, form)
        elif action_id == views.CHOOSE_DELETE:
            deleted = corrections.delete(bot, caller, entry_id)
            replies.respond(context, body, views.deleted(caller.reader, *deleted, now=caller.now, replace=True))
        else:
            done = corrections.answer(bot, caller, replies.question_id(body), entry_id)
            replies.respond(context, body, views.changed(caller.reader, done, now=caller.now, replace=True))
        ack()

    app.action(views.DELETE)(delete)
    app.action(entry_views.UNDO)(undo)
    app.action(entry_views.CONFIRM)(confirm)
    app.action(re.compile(f"^{views.CHOOSE}:"))(chosen)


def _said_at(body: dict[str, Any]) -> str:
    """Where a message can be brought up to date that speaks of one entry only; a list or summary stays as it is."""
    is_of_one = str(body["actions"][0].get("block_id", "")).startswith(entry_views.OF_ONE)
    return str(body.get("response_url", "")) if is_of_one else ""


def _refresh(context: BoltContext, view: dict[str, Any], said: Message) -> None:
    """Bring the message up to date from which a form was opened."""
    url = replies.metadata(view).get("said_at")
    if url:
        replies.refresh(context, url, said)
