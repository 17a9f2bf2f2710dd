"""The shapes in which Slack sends, as one schema at the door: Bolt and every listener rely on it.

Whatever does not fit is no request of Slack's, even if it is signed, and is refused before anybody looks at it. What is
not named here is used nowhere.
"""

import re
from typing import Annotated, Any, NotRequired

from annotated_types import MinLen
from pydantic import StringConstraints, TypeAdapter, ValidationError
from slack_bolt import BoltRequest
from typing_extensions import TypedDict

CHANNEL_ENDS = ("channel_archive", "channel_deleted", "group_archive", "group_deleted")
"""The events after which nobody can type in a channel any more."""


def _just(pattern: str) -> StringConstraints:
    """A text that is wholly so. Python's own pattern is there once; pydantic's takes 80 kB in each field and thread."""
    return StringConstraints(pattern=re.compile(rf"\A(?:{pattern})\Z"))


_Id = Annotated[str, _just("[A-Za-z0-9_]{1,40}")]
"""Slack's ids are capital letters and digits, of at most some twenty."""
_Name = Annotated[str, _just("[^\\x00]{0,500}")]
"""Of a thing, of a moment, of a delivery: nothing that a person typed."""
_Domain = Annotated[str, _just("[A-Za-z0-9._-]{0,100}")]
_Day = Annotated[str, _just("[0-9]{4}-[01][0-9]-[0-3][0-9]")]
_Time = Annotated[str, _just("([01][0-9]|2[0-3]):[0-5][0-9]")]
_Moment = Annotated[str, _just("[0-9]{1,10}\\.[0-9]{1,9}")]
"""What Slack calls a message: the seconds since 1970, and a number."""
_Text = Annotated[str, StringConstraints(max_length=10**9)]
"""Any text, but half a character, which JSON can name, fits into no database and no answer. Measuring finds it."""


class _Named(TypedDict):
    id: _Id


class _Team(_Named):
    domain: NotRequired[_Domain]
    enterprise_id: NotRequired[_Id | None]


class _User(_Named):
    team_id: NotRequired[_Id | None]


class _Authorization(TypedDict, total=False):
    enterprise_id: _Id | None
    team_id: _Id | None
    user_id: _Id | None
    is_bot: bool | None
    is_enterprise_install: bool | None


class _Chosen(TypedDict):
    value: _Text


class _Element(TypedDict, total=False):
    """An input or button and what stands in it, is chosen or was pressed."""

    value: _Text | None
    selected_option: _Chosen | None
    selected_options: list[_Chosen] | None
    selected_date: _Day | None
    selected_time: _Time | None
    selected_user: _Id | None


class _Action(_Element):
    type: _Name
    action_id: _Name
    action_ts: _Name
    block_id: NotRequired[_Text]


class _Words(TypedDict):
    text: _Text


class _Block(TypedDict):
    type: _Name
    block_id: _Text


class _State(TypedDict):
    values: dict[_Name, dict[_Name, _Element]]


class _View(TypedDict):
    """A modal or Home of ours."""

    id: _Name
    type: _Name
    callback_id: _Name
    blocks: list[_Block]
    private_metadata: NotRequired[_Text]
    state: NotRequired[_State]
    hash: NotRequired[_Name]
    title: NotRequired[_Words | None]
    close: NotRequired[_Words | None]
    previous_view_id: NotRequired[_Name | None]
    root_view_id: NotRequired[_Name | None]
    team_id: NotRequired[_Id | None]
    app_installed_team_id: NotRequired[_Id | None]


class _Message(TypedDict, total=False):
    text: _Text | None
    thread_ts: _Name | None


class _Container(TypedDict, total=False):
    type: _Name | None
    channel_id: _Id | None
    message_ts: _Moment | None
    is_ephemeral: bool | None
    thread_ts: _Moment | None


class _Body(TypedDict, total=False):
    """All that any kind of request may say. A slash command is a flat form, so it can say nothing but texts."""

    type: _Name
    command: _Name
    text: _Text
    team: _Team | None
    team_id: _Id | None
    user: _User
    user_id: _Id
    channel: _Named | None
    channel_id: _Id
    enterprise: _Named | None
    enterprise_id: _Id | None
    is_enterprise_install: bool | _Name | None
    authorizations: list[_Authorization] | None
    trigger_id: _Name
    response_url: _Text
    callback_id: _Name
    actions: Annotated[list[_Action], MinLen(1)]
    view: _View
    action_id: _Name
    block_id: _Text
    value: _Text
    message: _Message
    message_ts: _Name
    container: _Container | None
    event: dict[str, Any]
    event_id: _Name
    is_ext_shared_channel: bool | None
    context_team_id: _Id | None
    context_enterprise_id: _Id | None


class _Person(_Named, total=False):
    """Whom Slack tells about, in an event."""

    real_name: _Name | None
    name: _Name | None
    tz: _Name | None
    locale: _Name | None
    is_owner: bool | None
    is_primary_owner: bool | None
    is_restricted: bool | None
    is_ultra_restricted: bool | None


class _HomeOpened(TypedDict):
    user: _Id
    tab: _Name


class _UserChange(TypedDict):
    user: _Person


class _ChannelEnd(TypedDict):
    channel: _Id


class _Written(TypedDict, total=False):
    """A message, or what became of one. Who wrote it, where and when is there only where a person did."""

    user: _Id | None
    channel: _Id | None
    channel_type: _Name | None
    text: _Text | None
    ts: _Moment | None
    thread_ts: _Moment | None
    subtype: _Name | None
    bot_id: _Id | None
    app_id: _Id | None
    client_msg_id: _Name | None
    team: _Id | None
    user_team: _Id | None
    source_team: _Id | None


_BODY = TypeAdapter[Any](_Body)
_EVENTS = {
    "app_home_opened": TypeAdapter[Any](_HomeOpened),
    "user_change": TypeAdapter[Any](_UserChange),
    "message": TypeAdapter[Any](_Written),
    "app_mention": TypeAdapter[Any](_Written),
} | dict.fromkeys(CHANNEL_ENDS, TypeAdapter[Any](_ChannelEnd))
_COMMAND = "command"
_NEEDS = {
    _COMMAND: {"command", "team_id", "user_id"},
    "block_actions": {"user", "actions"},
    "block_suggestion": {"user", "action_id", "block_id"},
    "view_submission": {"user", "view"},
    "view_closed": {"user", "view"},
    "shortcut": {"user", "callback_id"},
    "message_action": {"user", "callback_id", "message", "message_ts", "channel"},
    "event_callback": {"event", "event_id"},
}
"""What each kind has always."""


def is_slacks_own(body: dict[str, Any]) -> bool:
    """Whether Slack only looks whether we are there, for no workspace: at our address, or at our certificate."""
    if body.keys() & _NEEDS[_COMMAND]:
        return False
    if body.get("type") == "url_verification":
        challenge = body.get("challenge")
        return isinstance(challenge, str) and challenge.isascii()
    return body.get("ssl_check") == "1"


def is_whole(req: BoltRequest) -> bool:
    """Whether the request has the shape in which Slack sends one of its kind."""
    body = req.body
    kind = body.get("type", _COMMAND)
    needed = _NEEDS.get(kind) if isinstance(kind, str) else None
    if needed is None or not needed <= body.keys():
        return False
    if (kind != "event_callback" and "event" in body) or (kind != _COMMAND and _COMMAND in body):
        return False  # what is of two kinds is of none
    try:
        _BODY.validate_python(body, strict=True)
        _check_event(body.get("event"))
    except ValidationError:
        return False
    return True


def _check_event(event: dict[str, Any] | None) -> None:
    """What is listened to has its parts; of others Slack may tell in any shape. Raises ValidationError."""
    schema = _EVENTS.get(str(event.get("type"))) if event else None
    if schema:
        schema.validate_python(event, strict=True)


def user_id(body: dict[str, Any]) -> str:
    """Whose request it is, in each kind of body; nobody's: empty."""
    found = body.get("user_id") or body.get("user") or (body.get("event") or {}).get("user")
    named = found.get("id") if isinstance(found, dict) else found
    return named if isinstance(named, str) else ""
