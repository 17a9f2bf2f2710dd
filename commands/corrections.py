"""Edit, delete, confirm and undo time entries."""

from datetime import date
from typing import Any

from slack_bolt import Ack, App, BoltContext

from bot import catalog, corrections
from bot.context import Bot
from bot.views import corrections as views
from bot.views import entries as entry_views
from bot.views import timers as timer_views
from bot.views.blocks import modal, option
from commands import replies


def register(app: App, bot: Bot) -> None:
    """Listen to the buttons below entries and to the form in which one is corrected."""

    @app.options(entry_views.SERVICE)
    def offer_services(ack: Ack, context: BoltContext, payload: dict[str, Any]) -> None:
        offered = catalog.offered_services(bot, replies.caller_of(context), payload.get("value", ""))
        ack(options=[option(service.name, str(service.id)) for service in offered])

    def open_form(ack: Ack, context: BoltContext, body: dict[str, Any]) -> None:
        caller = replies.caller_of(context)
        entry = corrections.editable(bot, caller, int(replies.clicked(body)))
        replies.open_view(context, views.edit_form(caller.reader, entry))
        ack()

    def save(ack: Ack, context: BoltContext, view: dict[str, Any]) -> None:
        caller = replies.caller_of(context)
        customer_id, project_id, _ = timer_views.read_value(replies.entered(view, "target"))
        service = replies.entered(view, "service")
        done = corrections.edit(
            bot,
            caller,
            int(replies.metadata(view)["entry"]),
            customer_id=customer_id,
            project_id=project_id,
            service_id=int(service) if service else None,
            note=replies.entered_text(view, "note"),
            times=corrections.EnteredTimes(
                day=date.fromisoformat(replies.entered(view, "day")),
                start=replies.entered(view, "start"),
                end=replies.entered(view, "end"),
                duration=replies.entered(view, "duration"),
            ),
            billable=bool(replies.entered(view, "billable")),
        )
        saved = views.saved(caller.reader, done, now=caller.now)
        ack(response_action="update", view=saved)

    def delete(ack: Ack, context: BoltContext, body: dict[str, Any]) -> None:
        caller = replies.caller_of(context)
        entry, change_id = corrections.delete(bot, caller, int(replies.clicked(body)))
        replies.update_view(context, views.deleted(caller.reader, entry, change_id), view_id=body["view"]["id"])
        ack()

    def undo(ack: Ack, context: BoltContext, body: dict[str, Any]) -> None:
        caller = replies.caller_of(context)
        restored = corrections.undo(bot, caller, int(replies.clicked(body)))
        message = views.undone(caller.reader, restored)
        if body.get("view", {}).get("type") == "modal":
            done = modal("undone", caller.reader.t("Edit entry"), message["blocks"], close=caller.reader.t("Close"))
            replies.update_view(context, done, view_id=body["view"]["id"])
        else:
            replies.respond(context, body, message)
        ack()

    def confirm(ack: Ack, context: BoltContext, body: dict[str, Any]) -> None:
        caller = replies.caller_of(context)
        done = corrections.confirm_end(bot, caller, int(replies.clicked(body)))
        replies.respond(context, body, entry_views.logged(caller.reader, done, replace=True))
        ack()

    replies.listen(app.action(entry_views.EDIT), open_form)
    replies.listen(app.view(views.EDITED), save)
    replies.listen(app.action(views.DELETE), delete)
    replies.listen(app.action(entry_views.UNDO), undo)
    replies.listen(app.action(entry_views.CONFIRM), confirm)
