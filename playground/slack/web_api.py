"""What the bot may call: the Web API's methods and the response URLs, with Slack's answers and error codes.

A rule that is broken becomes both an entry in `violations` and the error that Slack would give.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from playground.slack import limits, payloads
from playground.slack.state import Answer, Channel, File, Json, Message, Person, SlackError
from playground.slack.store import URL_USES, ResponseUrl
from playground.slack.workspace import FILES, Workspace

Method = Callable[[Workspace, Json], Json]


def call(workspace: Workspace, method: str, token: str, arguments: Json) -> Answer:
    """Answer one call of the bot. `arguments` as they came: lists and objects may be JSON in a string."""
    trouble = workspace.next_trouble(method)
    if trouble is not None:
        return trouble
    headers = {"X-OAuth-Scopes": ",".join(sorted(workspace.scopes))}
    try:
        with workspace.change():
            result = _perform(workspace, method, token, _decoded(arguments))
    except SlackError as error:
        with workspace.change():
            workspace.blame(method, str(arguments.get("user_id") or arguments.get("channel", "")), *error.problems)
        result = {"ok": False, "error": error.code}
        if error.problems:
            result["response_metadata"] = {"messages": [f"[ERROR] {problem}" for problem in error.problems]}
        if error.code == "missing_scope":
            result |= {"needed": METHODS[method][1], "provided": headers["X-OAuth-Scopes"]}
    return Answer(200, json.dumps(result), headers)


def respond(workspace: Workspace, key: str, body: Any) -> Answer:
    """Answer a POST to a response_url, once the command that it is of was acked."""
    if url := workspace.urls.get(key):
        url.opened.wait(workspace.deadlines.ack)
    try:
        with workspace.change():
            _respond(workspace, key, body)
    except SlackError as error:
        with workspace.change():
            workspace.blame("response_url", "", *error.problems)
        if workspace.refusal and error.code == "invalid_blocks" and not error.problems:
            return workspace.refusal
        return Answer(404, json.dumps({"ok": False, "error": error.code}))
    return Answer(200, "ok")


def take_upload(workspace: Workspace, key: str, content: bytes) -> Answer:
    """Answer a POST to an upload_url: the bytes of a file."""
    trouble = workspace.next_trouble("upload")
    if trouble is not None:
        return trouble
    with workspace.change():
        file = next((file for file in workspace.files() if file.key == key and file.content is None), None)
        if file is None:
            return Answer(404, "not found")
        if len(content) != file.length:
            workspace.blame("upload", "", f"{file.name} has {len(content)} bytes, {file.length} were announced")
            return Answer(400, "wrong length")
        workspace.put_file(replace(file, content=content))
    return Answer(200, f"OK - {len(content)}")


def _perform(workspace: Workspace, method: str, token: str, arguments: Json) -> Json:
    if method not in METHODS:
        raise SlackError("unknown_method", f"there is no method {method}")
    perform, scope, required = METHODS[method]
    if not token:
        raise SlackError("not_authed", "no token came with the call")
    if token != workspace.bot_token:
        raise SlackError("invalid_auth", "the token is not this bot's")
    if scope and scope not in workspace.scopes:
        # A bot finds out only so whether it may send files, which it need not be allowed to.
        raise SlackError("missing_scope", *(() if scope in FILES else [f"{method} needs the scope {scope}"]))
    missing = [name for name in required if arguments.get(name) in (None, "")]
    if missing:
        raise SlackError("invalid_arguments", *(f"{name} is missing" for name in missing))
    return {"ok": True, **perform(workspace, arguments)}


def _decoded(arguments: Json) -> Json:
    decoded = dict(arguments)
    for name in ("blocks", "view", "files"):
        if isinstance(decoded.get(name), str):
            try:
                decoded[name] = json.loads(decoded[name])
            except ValueError:
                raise SlackError("invalid_arguments", f"{name} is no JSON") from None
    return decoded


def _auth_test(workspace: Workspace, arguments: Json) -> Json:
    team = workspace.team
    return {
        "url": f"https://{team.domain}.slack.com/",
        "team": team.name,
        "user": team.bot_name.lower(),
        "team_id": team.id,
        "user_id": team.bot_user,
        "bot_id": team.bot_id,
        "is_enterprise_install": False,
    }


def _team_info(workspace: Workspace, arguments: Json) -> Json:
    team = workspace.team
    return {"team": {"id": team.id, "name": team.name, "domain": team.domain}}


def _users_info(workspace: Workspace, arguments: Json) -> Json:
    with_locale = str(arguments.get("include_locale", "")).lower() in ("1", "true")
    person = _person(workspace, arguments["user"])
    return {"user": payloads.user(workspace.team, person, workspace.clock.now(), with_locale=with_locale)}


def _conversations_open(workspace: Workspace, arguments: Json) -> Json:
    person = _person(workspace, str(arguments["users"]))
    if person.deleted:
        raise SlackError("user_disabled")
    return {"channel": {"id": workspace.dm(person.id).id}}


def _post_message(workspace: Workspace, arguments: Json) -> Json:
    channel = _channel(workspace, arguments["channel"])
    if channel.archived:
        raise SlackError("is_archived")
    if not channel.bot_is_member and "chat:write.public" not in workspace.scopes:
        raise SlackError("not_in_channel", f"the bot is not in #{channel.name}")
    text, blocks = arguments.get("text", ""), arguments.get("blocks")
    thread = str(arguments.get("thread_ts") or "")
    message = workspace.post(channel.id, workspace.team.bot_user, text, blocks, thread_ts=thread)
    workspace.overhear(message)
    return {
        "channel": channel.id,
        "ts": message.ts,
        "message": payloads.message(workspace.team, message),
    }


def _post_ephemeral(workspace: Workspace, arguments: Json) -> Json:
    channel = _channel(workspace, arguments["channel"])
    person = _person(workspace, arguments["user"])
    if channel.dm_with not in (None, person.id):
        raise SlackError("user_not_in_channel", f"{person.name} is not in {channel.id}")
    if not channel.bot_is_member:
        raise SlackError("not_in_channel", f"the bot is not in #{channel.name}")
    thread = str(arguments.get("thread_ts") or "")
    if thread and not workspace.thread_is_active(channel.id, thread):
        workspace.blame(
            "chat.postEphemeral",
            person.id,
            f"nobody sees an ephemeral message in the thread {thread}: it is not active",
        )
        return {"message_ts": workspace.new_ts()}
    text, blocks = arguments.get("text", ""), arguments.get("blocks")
    message = workspace.post(channel.id, workspace.team.bot_user, text, blocks, only_for=person.id, thread_ts=thread)
    return {"message_ts": message.ts}


def _permalink(workspace: Workspace, arguments: Json) -> Json:
    channel, ts = _channel(workspace, arguments["channel"]), str(arguments["message_ts"])
    message = workspace.message(f"{channel.id}-{ts}")
    if message is None:
        raise SlackError("message_not_found")
    link = f"https://{workspace.team.domain}.slack.com/archives/{channel.id}/p{ts.replace('.', '')}"
    if message.thread_ts:
        link += f"?thread_ts={message.thread_ts}&cid={channel.id}"
    return {"channel": channel.id, "permalink": link}


def _conversations_info(workspace: Workspace, arguments: Json) -> Json:
    channel = _channel(workspace, arguments["channel"])
    if channel.dm_with:
        raise SlackError("missing_scope", "conversations.info of direct messages needs the scope im:read")
    facts = {"id": channel.id, "name": channel.name, "is_channel": True, "is_member": channel.bot_is_member}
    shared = {"is_shared": channel.shared, "is_ext_shared": channel.shared, "is_org_shared": False}
    return {"channel": facts | shared | {"is_pending_ext_shared": False, "is_archived": channel.archived}}


def _update_message(workspace: Workspace, arguments: Json) -> Json:
    message = _own_message(workspace, arguments, "cant_update_message")
    text, blocks = arguments.get("text"), arguments.get("blocks")
    if blocks is None and text is None:
        raise SlackError("no_text", "chat.update needs text or blocks")
    message = workspace.edit(message, text or "", blocks, limits.UPDATE_TEXT)
    return {
        "channel": message.channel,
        "ts": message.ts,
        "text": message.text,
        "message": payloads.message(workspace.team, message),
    }


def _delete_message(workspace: Workspace, arguments: Json) -> Json:
    message = _own_message(workspace, arguments, "cant_delete_message")
    workspace.remove(message)
    return {"channel": message.channel, "ts": message.ts}


def _open_view(workspace: Workspace, arguments: Json) -> Json:
    trigger = workspace.use_trigger(arguments["trigger_id"])
    view = workspace.open_view(trigger.person, arguments["view"], trigger.channel)
    return {"view": payloads.view(workspace.team, view)}


def _push_view(workspace: Workspace, arguments: Json) -> Json:
    trigger = workspace.use_trigger(arguments["trigger_id"])
    view = workspace.push_view(trigger.person, arguments["view"])
    return {"view": payloads.view(workspace.team, view)}


def _update_view(workspace: Workspace, arguments: Json) -> Json:
    if not arguments.get("view_id") and not arguments.get("external_id"):
        raise SlackError("invalid_arguments", "views.update needs view_id or external_id")
    view = workspace.view(arguments.get("view_id") or "", arguments.get("external_id") or "")
    if view is None:
        raise SlackError("not_found")  # closed meanwhile: nobody's fault
    _check_hash(view.hash, arguments)
    return {"view": payloads.view(workspace.team, workspace.update_view(view, arguments["view"]))}


def _publish_view(workspace: Workspace, arguments: Json) -> Json:
    person = _person(workspace, arguments["user_id"])
    before = workspace.home(person.id)
    if before:
        _check_hash(before.hash, arguments)
    view = workspace.publish_view(person.id, arguments["view"])
    return {"view": payloads.view(workspace.team, view)}


def _upload_url(workspace: Workspace, arguments: Json) -> Json:
    length = str(arguments["length"])
    if not length.isdecimal() or length == "0":
        raise SlackError("invalid_arguments", f"length: {length!r} is no number of bytes")
    file = File(workspace.new_id("F"), workspace.new_id(""), str(arguments["filename"]), int(length))
    workspace.put_file(file)
    return {"upload_url": f"{workspace.url}/slack/upload/{file.key}", "file_id": file.id}


def _complete_upload(workspace: Workspace, arguments: Json) -> Json:
    """A file that is shared already is refused; Slack's pages do not say what it does."""
    channel = _channel(workspace, arguments["channel_id"]) if arguments.get("channel_id") else None
    if channel and not channel.bot_is_member:
        raise SlackError("not_in_channel", f"the bot is not in #{channel.name}")
    known = {file.id: file for file in workspace.files()}
    shared = []
    for each in arguments["files"]:
        file = known.get(each["id"])
        if file is None or file.content is None or file.channel:
            raise SlackError("file_not_found")
        shared.append(replace(file, title=str(each.get("title") or file.name), channel=channel.id if channel else "-"))
    for file in shared:
        workspace.put_file(file)
    if channel:
        comment = str(arguments.get("initial_comment") or "")
        workspace.post(channel.id, workspace.team.bot_user, comment, files=tuple(shared))
    return {"files": [{"id": file.id, "title": file.title} for file in shared]}


METHODS: dict[str, tuple[Method, str, tuple[str, ...]]] = {
    "auth.test": (_auth_test, "", ()),
    "team.info": (_team_info, "team:read", ()),
    "users.info": (_users_info, "users:read", ("user",)),
    "conversations.info": (_conversations_info, "channels:read", ("channel",)),
    "conversations.open": (_conversations_open, "im:write", ("users",)),
    "chat.postMessage": (_post_message, "chat:write", ("channel",)),
    "chat.getPermalink": (_permalink, "", ("channel", "message_ts")),
    "chat.postEphemeral": (_post_ephemeral, "chat:write", ("channel", "user")),
    "chat.update": (_update_message, "chat:write", ("channel", "ts")),
    "chat.delete": (_delete_message, "chat:write", ("channel", "ts")),
    "files.getUploadURLExternal": (_upload_url, "files:write", ("filename", "length")),
    "files.completeUploadExternal": (_complete_upload, "files:write", ("files",)),
    "views.open": (_open_view, "", ("trigger_id", "view")),
    "views.push": (_push_view, "", ("trigger_id", "view")),
    "views.update": (_update_view, "", ("view",)),
    "views.publish": (_publish_view, "", ("user_id", "view")),
}
"""Method -> what it does, the scope it needs ("" for none), its required arguments."""


def _check_hash(newest: str, arguments: Json) -> None:
    if arguments.get("hash") and arguments["hash"] != newest:
        raise SlackError("hash_conflict")  # this is what the hash is for: nobody's fault


def _person(workspace: Workspace, person_id: str) -> Person:
    person = next((person for person in workspace.people() if person.id == person_id), None)
    if person is None:
        raise SlackError("user_not_found", f"there is no person {person_id!r}")
    return person


def _channel(workspace: Workspace, channel_id: str) -> Channel:
    channel = workspace.channel(channel_id)
    if channel is None and channel_id.startswith("U"):
        channel = workspace.dm(_person(workspace, channel_id).id)
    if channel is None:
        raise SlackError("channel_not_found", f"there is no channel {channel_id!r}")
    if channel.dm_with and workspace.person(channel.dm_with).deleted:
        raise SlackError("channel_not_found")
    return channel


def _own_message(workspace: Workspace, arguments: Json, refusal: str) -> Message:
    message = workspace.message(f"{arguments['channel']}-{arguments['ts']}")
    if message is None:
        raise SlackError("message_not_found")
    if message.only_for:
        raise SlackError("message_not_found", "an ephemeral message changes only through its response_url")
    if message.author != workspace.team.bot_user:
        raise SlackError(refusal, "this is somebody else's message")
    return message


def _respond(workspace: Workspace, key: str, body: Any) -> None:
    url = workspace.urls.get(key)
    if url is None:
        raise SlackError("invalid_url", "there is no such response_url")
    if url.uses >= URL_USES:
        raise SlackError("used_url", f"a response_url works {URL_USES} times")
    if time.monotonic() - url.born > workspace.deadlines.response_url:
        raise SlackError("expired_url", f"a response_url lives {workspace.deadlines.response_url:g} s")
    if not isinstance(body, dict):
        raise SlackError("invalid_payload", "the body must be a JSON object")
    url.uses += 1
    original = workspace.message(url.message) if url.message else None
    if body.get("delete_original"):
        if original:
            workspace.remove(original)
    elif body.get("replace_original") and original:
        workspace.edit(original, body.get("text") or "", body.get("blocks"))
    else:
        _answer(workspace, url, body)


def _answer(workspace: Workspace, url: ResponseUrl, body: Json) -> None:
    kind = body.get("response_type", "ephemeral")
    if kind not in ("ephemeral", "in_channel"):
        raise SlackError("invalid_payload", f"response_type {kind!r} is not known")
    only_for = url.person if kind == "ephemeral" else None
    text, thread = body.get("text") or "", str(body.get("thread_ts") or "")
    workspace.post(url.channel, workspace.team.bot_user, text, body.get("blocks"), only_for=only_for, thread_ts=thread)
