"""Edit several entries of a day at once."""

import re
from datetime import date
from typing import Any

from slack_bolt import Ack, App, BoltContext

from bot.catalog.views import pickers
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.slack import replies
from bot.slack.blocks import View
from bot.slack.untrusted import read_day, read_id, reading
from bot.tracking import bulk_edit as several
from bot.tracking import entries
from bot.tracking.views import bulk_edit as views
from bot.tracking.views import corrections as correction_views
from commands import summaries


def register(app: App, bot: Bot) -> None:
    """Listen to the button below the list of a day, and to its form."""

    def open_form(ack: Ack, context: BoltContext, body: dict[str, Any]) -> None:
        caller = replies.caller_of(context)
        day = replies.clicked_day(body)
        replies.open_view(context, _form(bot, caller, day, 0, (), body.get("response_url", "")))
        ack()

    def turn_page(ack: Ack, context: BoltContext, body: dict[str, Any]) -> None:
        view = replies.view_of(body)
        kept = replies.metadata(view)
        page = int(body["actions"][0]["action_id"].split(":")[1])
        form = _form(bot, replies.caller_of(context), read_day(kept.get("day")), page, _ticked(view), _said_at(view))
        replies.update_view(context, form, view_id=view["id"])
        ack()

    def save(ack: Ack, context: BoltContext, view: dict[str, Any]) -> None:
        caller = replies.caller_of(context)
        day = read_day(replies.metadata(view).get("day"))
        target = replies.entered(view, "target")
        billable = replies.entered(view, "billable")
        wanted = several.Wanted(
            target=pickers.read_value(target)[:2] if target else None,
            service_id=replies.entered_id(view, "service"),
            billable=billable == views.YES if billable else None,
            tags=entries.entered_tags(replies.entered_text(view, "tags")),
            delete=bool(replies.entered(view, "delete")),
        )
        done = several.change(bot, caller, _ticked(view), wanted)
        if _said_at(view):
            listed = summaries.list_page(bot, caller, day, day)
            replies.refresh(context, _said_at(view), listed | {"replace_original": True})
        said = views.changed(caller.reader, done, deleted=wanted.delete, now=caller.now)
        ack(response_action="update", view=correction_views.as_modal(caller.reader, said))

    app.action(views.OPEN)(open_form)
    app.action(re.compile(f"^{views.TURN}:[0-9]$"))(turn_page)
    app.view(views.CHANGED)(save)


def _form(bot: Bot, caller: Caller, day: date, page: int, ticked: tuple[int, ...], said_at: str) -> View:
    offered = several.offered(bot, caller, day)
    return views.form(caller.reader, day, offered, page=page, ticked=ticked, now=caller.now, said_at=said_at)


@reading()
def _ticked(view: dict[str, Any]) -> tuple[int, ...]:
    """The entries ticked on this page and on those before."""
    here = [ticked for block_id in views.tick_blocks() for ticked in replies.entered(view, block_id) or ()]
    return tuple(sorted({read_id(ticked) for ticked in [*here, *replies.metadata(view).get("ticked", ())]}))


def _said_at(view: dict[str, Any]) -> str:
    return str(replies.metadata(view).get("said_at", ""))
