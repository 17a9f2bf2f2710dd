"""Edit several entries of a day at once."""

import re
from datetime import date

from bot.catalog.views import pickers
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.core.errors import FieldErrors
from bot.slack.answers import Answers, Refresh, Show, Update
from bot.slack.blocks import View
from bot.slack.listeners import Listeners
from bot.slack.request import Request
from bot.slack.untrusted import read_id, read_number
from bot.tracking import bulk_edit, form_fields, screens
from bot.tracking.views import bulk_edit as views
from bot.tracking.views import corrections as correction_views


def register(listeners: Listeners) -> None:
    """Listen to the button below the list of a day, and to its form."""
    listeners.action(views.OPEN, open_form)
    listeners.action(re.compile(f"^{views.TURN}:[0-9]$"), turn_page)
    listeners.view(views.CHANGED, save)


def open_form(bot: Bot, request: Request) -> Answers:
    """The entries of the day, to be ticked."""
    return Show(_form(bot, request.caller, request.clicked_day, 0, (), request.response_url))


def turn_page(bot: Bot, request: Request) -> Answers:
    """Further entries; what is ticked stays so."""
    kept, page = request.kept(views.TICKING), read_number(request.action_part)
    return Update(_form(bot, request.caller, kept.day, page, _ticked(request), kept.said_at))


def save(bot: Bot, request: Request) -> Answers:
    """Change or delete what is ticked, and show the list anew from which the form was opened."""
    caller, kept = request.caller, request.kept(views.TICKING)
    target, billable = request.entered_choice("target"), request.entered_choice("billable")
    wrong, tags = FieldErrors(), request.entered_text("tags")
    wanted = bulk_edit.BulkChange(
        target=pickers.read_value(target)[:2] if target else None,
        service_id=request.entered_id("service"),
        billable=billable == views.YES if billable else None,
        tags=wrong.read(lambda: form_fields.entered_tags(tags), ()),
        delete=request.is_ticked("delete"),
    )
    done = bulk_edit.change(bot, caller, _ticked(request), wanted, wrong)
    said = views.changed(caller.reader, done, deleted=wanted.delete, now=caller.now)
    now = Update(correction_views.as_modal(caller.reader, said, caller.reader.t("Edit several")))
    if not kept.said_at:
        return now
    listed = screens.list_day(bot, caller, kept.day).instead()
    return [now, Refresh(listed.message, kept.said_at)]


def _form(bot: Bot, caller: Caller, day: date, page: int, ticked: tuple[int, ...], said_at: str) -> View:
    offered = bulk_edit.offered(bot, caller, day)
    return views.form(caller.reader, day, offered, page=page, ticked=ticked, now=caller.now, said_at=said_at)


def _ticked(request: Request) -> tuple[int, ...]:
    """The entries ticked on this page and on those before."""
    here = [read_id(ticked) for name in views.tick_blocks() for ticked in request.entered_choices(name)]
    return tuple(sorted({*here, *request.kept(views.TICKING).ticked}))
