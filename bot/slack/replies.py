"""How a request is answered: with its ack, and, after the commit, in a thread of Bolt's for what needs Slack itself.

A trigger_id lives three seconds and a click wants its answer at once, so neither can wait for a job. Whoever answers
notes what is to be shown in the request's context; the app starts `after_commit` after the ack. As a lazy listener of
Bolt's it would get a deep copy of the whole request first, with the view that it is to show.
"""

import json
import logging
from collections.abc import Callable
from datetime import date
from typing import Any

from slack_bolt import BoltContext
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.webhook import WebhookClient

from bot.core.caller import Caller
from bot.slack.blocks import Message, View, said
from bot.slack.untrusted import old_message, read_day, read_id, read_optional_id, reading

log = logging.getLogger(__name__)

_SHOWS = "shows"
_VIEW_CLOSED = "not_found"
"""The person closed the modal meanwhile: nothing to show any more, and nothing wrong."""

Report = Callable[[BaseException, BoltContext, WebClient, dict[str, Any]], None]


def caller_of(context: BoltContext) -> Caller:
    """Who sent the request; the first middleware found out."""
    caller: Caller = context["caller"]
    return caller


def open_view(context: BoltContext, view: View) -> None:
    """Show a modal."""
    _note(context, "open", view=view)


def push_view(context: BoltContext, view: View) -> None:
    """Show a modal on top of the one that is open."""
    _note(context, "push", view=view)


def update_view(context: BoltContext, view: View, *, view_id: str) -> None:
    """Show a modal in place of the one that is open."""
    _note(context, "update", view=view, view_id=view_id)


def publish_home(context: BoltContext, view: View) -> None:
    """Show the person's App Home."""
    _note(context, "publish", view=view)


def respond(context: BoltContext, body: dict[str, Any], message: Message) -> None:
    """Answer a click: in its message or modal, or in a modal over the Home tab, which has no place for it."""
    view = body.get("view") or {}
    if body.get("response_url"):
        _note(context, "respond", url=body["response_url"], message=message)
    elif view.get("type") == "modal":
        answer = said(message, view["title"]["text"], close=view["close"]["text"])
        update_view(context, answer, view_id=view["id"])
    else:
        close = caller_of(context).reader.t("Close")
        open_view(context, said(message, "Trackomat", close=close))


def refresh(context: BoltContext, url: str, message: Message) -> None:
    """Bring an older message up to date, if its response_url still works."""
    _note(context, "refresh", url=url, message=message)


def is_to_show(context: BoltContext) -> bool:
    """Whether anything was noted that needs Slack."""
    return _SHOWS in context


def after_commit(context: BoltContext, client: WebClient, body: dict[str, Any]) -> None:
    """Show what was noted, once. Nobody waits for this, so errors are reported here."""
    try:
        for show in context.pop(_SHOWS, ()):
            _show(show, client, body)
    except Exception as error:
        report: Report = context["report"]
        report(error, context, client, body)


def _note(context: BoltContext, method: str, **values: Any) -> None:
    context[_SHOWS] = [*context.get(_SHOWS, ()), {"method": method, **values}]


def _show(show: dict[str, Any], client: WebClient, body: dict[str, Any]) -> None:
    method = show["method"]
    if method in ("open", "push"):
        call = client.views_open if method == "open" else client.views_push
        call(trigger_id=body["trigger_id"], view=show["view"])
    elif method == "update":
        _update(show, client)
    elif method == "publish":
        client.views_publish(user_id=user_id(body), view=show["view"])
    else:
        webhook = WebhookClient(show["url"], timeout=client.timeout, ssl=client.ssl)
        answered = webhook.send_dict(show["message"])
        if method == "refresh":
            return  # after half an hour, or five answers, Slack takes no more; the message stays as it was
        if answered.status_code != 200:
            raise ConnectionError(f"Slack answered {answered.status_code} to a response_url")


def _update(show: dict[str, Any], client: WebClient) -> None:
    try:
        client.views_update(view_id=show["view_id"], view=show["view"])
    except SlackApiError as error:
        if error.response.get("error") != _VIEW_CLOSED:
            raise


def user_id(body: dict[str, Any]) -> str:
    """Whose request it is, in each kind of body; nobody's: empty."""
    found = body.get("user_id") or body.get("user") or (body.get("event") or {}).get("user")
    named = found.get("id") if isinstance(found, dict) else found
    return named if isinstance(named, str) else ""


def block_name(block_id: str) -> str:
    """What errors and answers call an input: its block_id up to a colon, behind which tells its states apart."""
    return block_id.partition(":")[0]


def entered(view: dict[str, Any], name: str) -> Any:
    """What stands in an input of a submitted or changed view: text, option value, list of values, date or time."""
    values = view.get("state", {}).get("values", {})
    for element in (
        element for block_id, held in values.items() if block_name(block_id) == name for element in held.values()
    ):
        for kind in ("value", "selected_date", "selected_time", "selected_user"):
            if kind in element:
                return element[kind]
        if "selected_option" in element:
            option = element["selected_option"]
            return option["value"] if option else None
        if "selected_options" in element:
            return [option["value"] for option in element["selected_options"]]
    return None


def entered_text(view: dict[str, Any], name: str) -> str:
    """What stands in a text field, without white space around it."""
    return str(entered(view, name) or "").replace("\x00", "").strip()


def metadata(view: dict[str, Any]) -> dict[str, Any]:
    """What our own code put into the view when it was built. Raises UserError for anything else."""
    with reading():
        kept = json.loads(view.get("private_metadata") or "{}")
    if not isinstance(kept, dict):
        raise old_message()
    return kept


def kept_id(view: dict[str, Any], name: str) -> int:
    """An id that our own code put into the view. Raises UserError."""
    return read_id(metadata(view).get(name))


def view_of(body: dict[str, Any]) -> dict[str, Any]:
    """The modal or Home in which was clicked. Raises UserError for a click in a message."""
    view: dict[str, Any] | None = body.get("view")
    if view is None:
        raise old_message()
    return view


def clicked(body: dict[str, Any]) -> str:
    """The value of what was clicked or chosen. Raises UserError for what can be none of ours."""
    action = body["actions"][0]
    chosen = action.get("value") or (action.get("selected_option") or {}).get("value")
    if "\x00" in str(chosen):  # no value of ours; PostgreSQL takes none in a text
        raise old_message()
    return str(chosen or "")


def clicked_id(body: dict[str, Any]) -> int:
    """The id behind what was clicked or chosen. Raises UserError."""
    return read_id(clicked(body))


def clicked_day(body: dict[str, Any]) -> date:
    """The day behind what was clicked. Raises UserError."""
    return read_day(clicked(body))


def question_id(body: dict[str, Any]) -> int:
    """Which question was answered by the click. Raises UserError."""
    return read_id(block_part(body))


def block_part(body: dict[str, Any]) -> str:
    """What stands behind the first colon of the clicked block's id; nothing in one that is not ours."""
    return (*str(body["actions"][0].get("block_id")).split(":"), "")[1]


def entered_id(view: dict[str, Any], block_id: str) -> int | None:
    """The row chosen in a menu, if one was. Raises UserError."""
    return read_optional_id(entered(view, block_id))


def entered_day(view: dict[str, Any], block_id: str) -> date:
    """The day in a date picker. Raises UserError."""
    return read_day(entered(view, block_id))
