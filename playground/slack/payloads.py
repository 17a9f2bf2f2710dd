"""The JSON that Slack sends and answers: people, messages, views, and everything a person's deed becomes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from playground.slack.mrkdwn import escape
from playground.slack.state import Channel, Json, Key, Message, Person, Surface, View


@dataclass(frozen=True)
class Team:
    """The workspace's and the bot's identity."""

    name: str
    bot_name: str
    id: str = "T00000001"
    domain: str = "demo"
    app_id: str = "A00000001"
    bot_id: str = "B00000001"
    bot_user: str = "U0000BOT"
    token: str = "verification"


def sent_back(part: Any) -> Any:
    """Plain text comes back with the three entities, whatever the bot sent: labels are no keys."""
    if isinstance(part, dict):
        if part.get("type") == "plain_text":
            return {"emoji": True, **part, "text": escape(part["text"])}
        return {name: sent_back(inner) for name, inner in part.items()}
    return [sent_back(inner) for inner in part] if isinstance(part, list | tuple) else part


def user(team: Team, person: Person, now: datetime, *, with_locale: bool) -> Json:
    """A user object as `users.info` and `user_change` carry it."""
    offset = now.astimezone(ZoneInfo(person.zone)).utcoffset()
    facts: Json = {
        "id": person.id,
        "team_id": team.id,
        "name": person.name.split()[0].lower(),
        "deleted": person.deleted,
        "color": person.colour.removeprefix("#"),
        "real_name": person.name,
        "tz": person.zone,
        "tz_label": person.zone,
        "tz_offset": int(offset.total_seconds()) if offset else 0,
        "profile": {"real_name": person.name, "display_name": person.name, "team": team.id},
        "is_admin": person.is_admin or person.is_owner,
        "is_owner": person.is_owner,
        "is_primary_owner": person.is_owner,
        "is_restricted": person.is_restricted,
        "is_ultra_restricted": False,
        "is_bot": False,
        "is_app_user": False,
        "updated": int(now.timestamp()),
    }
    return {**facts, "locale": person.locale} if with_locale else facts


def message(team: Team, message: Message) -> Json:
    """A message object; the bot's own ones name the bot."""
    facts: Json = {"type": "message", "user": message.author, "ts": message.ts, "text": message.text}
    if message.thread_ts:
        facts |= {"thread_ts": message.thread_ts}
    if message.author == team.bot_user:
        facts |= {"bot_id": team.bot_id, "app_id": team.app_id, "team": team.id}
    return {**facts, "blocks": sent_back(message.blocks)} if message.blocks else facts


def state(values: Mapping[Key, Json]) -> Json:
    """Everything that is filled in, as {"values": {block_id: {action_id: value}}}."""
    nested: dict[str, Json] = {}
    for (block_id, action_id), value in values.items():
        nested.setdefault(block_id, {})[action_id] = sent_back(value)
    return {"values": nested}


def view(team: Team, view: View) -> Json:
    """A view object with its state."""
    titles = {
        name: {"type": "plain_text", "text": escape(text), "emoji": True} if text else None
        for name, text in {"title": view.title, "submit": view.submit, "close": view.close}.items()
    }
    return {
        "id": view.id,
        "team_id": team.id,
        "type": view.type,
        "blocks": sent_back(view.blocks),
        "private_metadata": view.private_metadata,
        "callback_id": view.callback_id,
        "external_id": view.external_id,
        "state": state(view.values),
        "hash": view.hash,
        **titles,
        "notify_on_close": view.notify_on_close,
        "clear_on_close": view.clear_on_close,
        "root_view_id": view.root_id,
        "previous_view_id": view.previous_id,
        "app_id": team.app_id,
        "app_installed_team_id": team.id,
        "bot_id": team.bot_id,
    }


def command(team: Team, person: Person, channel: Channel, text: str, trigger: str, url: str) -> dict[str, str]:
    """The form of a slash command; `text` as typed, the command in front."""
    name, _, rest = text.partition(" ")
    return {
        "token": team.token,
        "team_id": team.id,
        "team_domain": team.domain,
        "channel_id": channel.id,
        "channel_name": "directmessage" if channel.dm_with else channel.name,
        "user_id": person.id,
        "user_name": person.name.split()[0].lower(),
        "command": name,
        "text": rest.strip(),
        "api_app_id": team.app_id,
        "is_enterprise_install": "false",
        "response_url": url,
        "trigger_id": trigger,
    }


def interaction(team: Team, kind: str, person: Person, **more: Any) -> Json:
    """What all interactions have in common, and `more`; a field that is None is left out."""
    name = person.name.split()[0].lower()
    facts: Json = {
        "type": kind,
        "team": {"id": team.id, "domain": team.domain},
        "user": {"id": person.id, "username": name, "name": name, "team_id": team.id},
        "api_app_id": team.app_id,
        "token": team.token,
        "enterprise": None,
        "is_enterprise_install": False,
    }
    return facts | {name: value for name, value in more.items() if value is not None}


def place(team: Team, surface: Surface, channel: Channel | None) -> Json:
    """Where an element stood: container, and view or channel and message (left out for ephemeral ones)."""
    if isinstance(surface, View):
        return {"container": {"type": "view", "view_id": surface.id}, "view": view(team, surface)}
    container: Json = {
        "type": "message",
        "message_ts": surface.ts,
        "channel_id": surface.channel,
        "is_ephemeral": surface.only_for is not None,
    }
    if surface.thread_ts:
        container |= {"thread_ts": surface.thread_ts}
    facts: Json = {
        "container": container,
        "channel": {"id": surface.channel, "name": channel.name if channel else ""},
        "state": state(surface.values),
    }
    return facts if surface.only_for else {**facts, "message": message(team, surface)}


def action(block: Json, element: Json, value: Json, ts: str) -> Json:
    """One entry of `actions`: the element as it was pressed or filled in."""
    facts = {name: element[name] for name in ("text", "value", "style") if name in element}
    pressed: Json = sent_back({"type": element["type"], **facts, **value})
    return pressed | {
        "action_id": element["action_id"],
        "block_id": block["block_id"],
        "action_ts": ts,
    }


def written(team: Team, message: Message, channel: Channel, number: str) -> Json:
    """What a person wrote, as events tell it; `number` is what their own Slack called it."""
    facts: Json = {
        "user": message.author,
        "text": message.text,
        "ts": message.ts,
        "channel": message.channel,
        "event_ts": message.ts,
        "client_msg_id": number,
        "team": team.id,
    }
    if message.thread_ts:
        facts |= {"thread_ts": message.thread_ts}
    return facts | {"channel_type": "im"} if channel.dm_with else facts


def event(team: Team, inner: Json, event_id: str, at: datetime, *, shared: bool = False) -> Json:
    """The envelope of the Events API; `shared`: what happened in a channel with another organisation."""
    return {
        "token": team.token,
        "team_id": team.id,
        "api_app_id": team.app_id,
        "event": inner,
        "type": "event_callback",
        "event_id": event_id,
        "event_time": int(at.timestamp()),
        "authorizations": [{"enterprise_id": None, "team_id": team.id, "user_id": team.bot_user, "is_bot": True}],
        "is_ext_shared_channel": shared,
        "context_team_id": team.id,
        "context_enterprise_id": None,
    }
