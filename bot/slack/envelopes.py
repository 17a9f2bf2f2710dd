"""Whether a request has the shape that Slack gives it: Bolt and every listener rely on it, and anybody can send one."""

import json
from typing import Any

from slack_bolt import BoltRequest

CHANNEL_ENDS = ("channel_archive", "channel_deleted", "group_archive", "group_deleted")
"""The events after which nobody can type in a channel any more."""


def is_whole(req: BoltRequest) -> bool:
    """Whether the request says who sent it, and what was heard, clicked or submitted."""
    named = (req.context.team_id, req.context.user_id, req.context.channel_id)
    return all(isinstance(name, str | None) for name in named) and _has_its_parts(req.body)


def _has_its_parts(body: dict[str, Any]) -> bool:
    kind, view = body.get("type"), body.get("view")
    if kind in (None, "url_verification"):
        return True  # a command, which is one flat form, or Slack itself
    if not _is_text(body):
        return False
    if kind == "event_callback":
        return _is_event(body.get("event"))
    match kind:
        case "block_actions":
            has_parts = _is_click(body.get("actions"))
        case "view_submission" | "view_closed":
            has_parts = _is_form(view)
        case "block_suggestion":
            has_parts = _has(body, "action_id", "block_id")
        case "message_action":
            has_parts = _is_message(body.get("message")) and _has(body.get("team") or {})
        case _:
            has_parts = True
    return has_parts and (view is None or _has(view)) and bool(user_id(body))


def user_id(body: dict[str, Any]) -> str:
    """Whose request it is, in each kind of body; nobody's: empty."""
    found = body.get("user_id") or body.get("user") or (body.get("event") or {}).get("user")
    named = found.get("id") if isinstance(found, dict) else found
    return named if isinstance(named, str) else ""


def _is_text(body: dict[str, Any]) -> bool:
    """Half a character, which JSON can name, fits into no database and no answer."""
    try:
        json.dumps(body, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def _is_event(event: Any) -> bool:
    if not _has(event, "type"):
        return False
    match event["type"]:
        case "app_home_opened":
            return _has(event, "user", "tab")
        case "user_change":
            return _has(event.get("user"), "id")
        case kind:
            return kind not in CHANNEL_ENDS or _has(event, "channel")


def _is_click(actions: Any) -> bool:
    return isinstance(actions, list) and bool(actions) and _has(actions[0], "action_id", "action_ts")


def _is_form(view: Any) -> bool:
    if not _has(view, "id", "callback_id"):
        return False
    blocks = view.get("blocks")
    return isinstance(blocks, list) and all(_has(block) for block in blocks)


def _is_message(message: Any) -> bool:
    return _has(message) and isinstance(message.get("text"), str | None)


def _has(part: Any, *names: str) -> bool:
    """Whether this is an object, and these are texts in it."""
    return isinstance(part, dict) and all(isinstance(part.get(name), str) for name in names)
