"""What a person can do in the workspace. The page, the routes and the tests talk to this.

Every deed changes the state under a short lock and hands a signed payload to the bot in a thread of its own, so
that the bot may call the Web API meanwhile. What the bot may call is in `web_api.py`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from playground.slack import blocks as kit
from playground.slack import limits, payloads, views
from playground.slack.clock import Clock
from playground.slack.deliver import FORM, JSON, Courier, Delivery, Reply
from playground.slack.mrkdwn import escape
from playground.slack.state import (
    Answer,
    Channel,
    Deadlines,
    Json,
    Key,
    Message,
    NeedsConfirmation,
    Person,
    Refused,
    Shortcut,
    SlackError,
    Surface,
    Transport,
    View,
)
from playground.slack.store import SLACKBOT, ResponseUrl, Store

SCOPES = frozenset({"commands", "channels:read", "groups:read", "chat:write", "im:write", "users:read"})
READING = frozenset({"im:history", "app_mentions:read"})
"""What lets the bot read what people write to it; the manifest calls these optional."""
FILES = frozenset({"files:write"})
"""What lets it send files; optional too."""
TROUBLE = "We had some trouble connecting. Try again?"

Read = Callable[[Reply], None]


def _nobody(headers: dict[str, str], body: str) -> Answer:
    raise ConnectionError("no bot is connected")


class Workspace(Store):
    """One Slack workspace with one bot.

    Set `transport` (and `url`, when the Web API is served) before anybody does anything. `listeners` are called
    without any lock whenever something changed; `version` grows with each change. `idle` is called by `wait_idle`
    after all deliveries, for what the bot still does after its answer. `violations` should be empty at the end of
    each test.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        bot_token: str = "xoxb-playground",
        signing_secret: str = "playground",
        scopes: Collection[str] = SCOPES | READING | FILES,
        commands: Collection[str] = ("/track",),
        shortcuts: Sequence[Shortcut] = (),
        name: str = "Demo workspace",
        bot_name: str = "Trackomat",
        deadlines: Deadlines | None = None,
    ) -> None:
        super().__init__(clock=clock, team=payloads.Team(name, bot_name), deadlines=deadlines or Deadlines())
        self.bot_token = bot_token
        self.scopes = frozenset(scopes)
        self.commands = frozenset(commands)
        self.shortcuts = tuple(shortcuts)
        self.transport: Transport = _nobody
        self.idle: Callable[[], None] = lambda: None
        self._courier = Courier(signing_secret)
        self._troubles: dict[str, list[Answer]] = {}

    # who and where

    def add_person(
        self,
        name: str,
        *,
        zone: str = "Europe/Berlin",
        locale: str = "en-US",
        is_owner: bool = False,
        is_admin: bool = False,
        is_restricted: bool = False,
    ) -> Person:
        """A new member, with direct messages to the bot. `zone` is IANA, `locale` like "de-DE"."""
        roles = {"is_owner": is_owner, "is_admin": is_admin, "is_restricted": is_restricted}
        with self.change():
            return self.put_person(name=name, zone=zone, locale=locale, **roles)

    def change_person(self, person_id: str, **changes: Any) -> Person:
        """Change zone, locale, name, roles or `deleted`; the bot gets `user_change` if it may read users."""
        with self.change():
            person = replace(self.person(person_id), **changes)
            self.put(person)
            if "users:read" in self.scopes:
                user = payloads.user(self.team, person, self.clock.now(), with_locale=True)
                self._event({"type": "user_change", "user": user, "event_ts": self.new_ts()}, person)
            return person

    def add_channel(self, name: str, *, bot_is_member: bool = True, shared: bool = False) -> Channel:
        """A channel that everybody is in; `shared` with another organisation, whose people read it too."""
        with self.change():
            return self.put_channel(name, bot_is_member, shared)

    def archive(self, person_id: str, channel_id: str) -> None:
        """Somebody archives a channel; the bot gets `channel_archive` if it may know about channels."""
        with self.change():
            person = self._acting(person_id)
            self.archive_channel(channel_id)
            if "channels:read" in self.scopes:
                happened = {"type": "channel_archive", "channel": channel_id, "user": person_id}
                self._event(happened | {"event_ts": self.new_ts()}, person)

    # what a person does: a deed returns its delivery, or None where Slack's client sends nothing

    def say(self, person_id: str, channel_id: str, text: str, *, thread_ts: str = "") -> Message:
        """Write an ordinary message, `text` as typed; with `thread_ts` as a reply to the message of that time.

        The bot hears of it in its direct messages, and where "@" and its name are in it, if it may and is there.
        """
        with self.change():
            room = self._room(person_id, channel_id)
            if thread_ts and self.message(f"{channel_id}-{thread_ts}") is None:
                raise Refused("there is nothing to reply to")
            message = self.post(room.id, person_id, self._as_sent(text), thread_ts=thread_ts)
            self._tell_of_message(room, payloads.written(self.team, message, room, self.new_id("client-")))
            return message

    def edit_message(self, person_id: str, message: Message, text: str) -> Message:
        """Change an own message, `text` as typed."""
        with self.change():
            room, before = self._own_message(person_id, message)
            changed = replace(self.edit(before, self._as_sent(text), None), edited=True)
            self.put(changed)
            edited = {"user": person_id, "ts": self.new_ts()}
            now = payloads.message(self.team, changed) | {"edited": edited}
            if room.dm_with:
                was = payloads.message(self.team, before)
                self._tell_of_change(room, "message_changed", {"message": now, "previous_message": was})
            else:
                told = payloads.written(self.team, changed, room, self.new_id("client-"))
                self._tell_of_message(room, told | {"edited": edited, "event_ts": edited["ts"]})
            return changed

    def delete_message(self, person_id: str, message: Message) -> None:
        """Delete an own message."""
        with self.change():
            room, before = self._own_message(person_id, message)
            self.remove(before)
            if room.dm_with:
                was = payloads.message(self.team, before)
                self._tell_of_change(room, "message_deleted", {"deleted_ts": before.ts, "previous_message": was})

    def overhear(self, message: Message) -> None:
        """Of what the bot itself wrote into its direct messages it hears too. To be called inside change()."""
        room = self.channel(message.channel)
        if room and room.dm_with and "im:history" in self.scopes:
            told = payloads.message(self.team, message) | {"channel": room.id, "channel_type": "im"}
            self._event(told | {"event_ts": message.ts}, self.person(room.dm_with), remembered=False)

    def event(self, inner: Json, person_id: str, **envelope: Any) -> Delivery:
        """Have the bot told of anything; `envelope` replaces fields around it, None leaves one out."""
        with self.change():
            return self._event(inner, self.person(person_id), **envelope)

    def command(self, person_id: str, channel_id: str, text: str) -> Delivery | None:
        """Type a slash command, "/track log 2h acme"."""
        with self.change():
            person = self._acting(person_id)
            channel = self._room(person_id, channel_id)
            name = text.split(" ")[0]
            if name not in self.commands:
                self._tell(person_id, channel_id, f"`{escape(name)}` is not a valid command.")
                return None
            url = self.new_url(person_id, channel_id, opened=False)
            trigger = self.new_trigger(person_id, channel_id)
            form = payloads.command(self.team, person, channel, text, trigger, url)
            return self._send(urlencode(form), FORM, self._read_command(self.urls[url.rpartition("/")[2]], name))

    def click(
        self,
        person_id: str,
        surface: Surface,
        action_id: str,
        *,
        block_id: str | None = None,
        option: str | None = None,
        confirmed: bool = False,
    ) -> Delivery:
        """Press a button, or pick the overflow menu's option with the value `option`.

        Refused if it is not there (any more), NeedsConfirmation if it asks first.
        """
        with self.change():
            surface = self._seen(person_id, surface)
            found = (pair for pair in kit.elements(surface.blocks) if pair[1]["action_id"] == action_id)
            pair = next((pair for pair in found if block_id in (None, pair[0]["block_id"])), None)
            if pair is None or pair[1]["type"] not in ("button", "overflow"):
                raise Refused(f"there is no button {action_id!r}")
            _confirm(pair[1], confirmed)
            value = {}
            if pair[1]["type"] == "overflow":
                chosen = next((o for o in pair[1]["options"] if o["value"] == option), None)
                if chosen is None:
                    raise Refused(f"{option!r} is not in this menu")
                value = {"selected_option": chosen}
            return self._act(person_id, surface, pair[0], pair[1], value)

    def fill(
        self,
        person_id: str,
        surface: Surface,
        block_id: str,
        action_id: str,
        raw: Any,
        *,
        confirmed: bool = False,
    ) -> Delivery | None:
        """Fill one element; sends block_actions where Slack does (outside inputs, or with dispatch_action).

        `raw` is text, an ISO date, "HH:mm", an option's value, a person's id, a list of those, or None to empty
        it. Refused for an option that was never offered, NeedsConfirmation if the element asks first.
        """
        with self.change():
            surface = self._seen(person_id, surface)
            key = (block_id, action_id)
            block, element = self._element(surface, key)
            members = [person.id for person in self.people() if not person.deleted]
            offered, channels = surface.offered.get(key, ()), self.channels(person_id)
            value = views.value_of(element, raw, offered, members, channels)
            if value == surface.values[key]:
                return None
            _confirm(element, confirmed)
            surface = replace(surface, values={**surface.values, key: value})
            if isinstance(surface, View):
                errors = {at: text for at, text in surface.errors.items() if at != block_id}
                surface = replace(surface, errors=errors)
            self.put(surface)
            if block["type"] == "input" and not block.get("dispatch_action"):
                return None
            return self._act(person_id, surface, block, element, value)

    def search(self, person_id: str, surface: Surface, block_id: str, action_id: str, query: str) -> list[Json]:
        """The options that the bot offers for this query; waits for its answer.

        In groups as `option_groups` has them; options without one are a group whose label is empty. Empty if the
        answer was no good or the query is shorter than the element's min_query_length.
        """
        with self.change():
            surface = self._seen(person_id, surface)
            block, element = self._element(surface, (block_id, action_id))
            if not element["type"].endswith("external_select"):
                raise Refused(f"{element['type']} is not searched")
            if len(query) < element.get("min_query_length", 3):
                return []
            ids = {"block_id": block_id, "action_id": action_id, "value": query}
            where = payloads.place(self.team, surface, self._channel_of(surface))
            found: list[Json] = []
            read = self._read_options(person_id, surface, kit.key(block, element), found)
            delivery = self._interact("block_suggestion", person_id, read, **ids, **where)
        delivery.wait()
        return found

    def submit(self, person_id: str) -> Delivery | None:
        """Submit the modal on top; None if fields are wrong (see its `errors`) or it is under way already."""
        with self.change():
            view = self._top(person_id)
            if not view.submit:
                raise Refused(f"{view.title!r} has nothing to submit")
            if view.busy:
                return None
            errors = views.field_errors(view)
            view = replace(view, errors=errors, problem="", busy=not errors)
            self.put(view)
            if errors:
                return None
            more = {
                "view": payloads.view(self.team, view),
                "trigger_id": self.new_trigger(person_id),
                "response_urls": [],
            }
            return self._interact("view_submission", person_id, self._read_submission(view), **more)

    def close(self, person_id: str) -> list[Delivery]:
        """Close the modal on top, or all of them if it says clear_on_close."""
        with self.change():
            top = self._top(person_id)
            closing = self.modals(person_id)[::-1] if top.clear_on_close else [top]
            for view in closing:
                self.drop_view(view)
            return [
                self._interact(
                    "view_closed",
                    person_id,
                    self._read_nothing("view_closed", person_id),
                    view=payloads.view(self.team, view),
                    is_cleared=top.clear_on_close,
                )
                for view in closing
                if view.notify_on_close
            ]

    def opens_home(self, person_id: str, tab: str = "home") -> Delivery:
        """Open the bot's Home tab, or with tab="messages" its messages."""
        with self.change():
            person = self._acting(person_id)
            inner: Json = {
                "type": "app_home_opened",
                "user": person_id,
                "channel": self.dm(person_id).id,
                "event_ts": self.new_ts(),
                "tab": tab,
            }
            home = self.home(person_id)
            if home and tab == "home":
                inner["view"] = payloads.view(self.team, home)
            return self._event(inner, person)

    def shortcut(self, person_id: str, callback_id: str, message: Message | None = None) -> Delivery:
        """Use a global shortcut, or one on a message."""
        with self.change():
            common = {
                "callback_id": callback_id,
                "trigger_id": self.new_trigger(person_id),
                "action_ts": self.new_ts(),
            }
            if message is None:
                read = self._read_nothing("shortcut", person_id)
                return self._interact("shortcut", person_id, read, **common)
            surface = self._seen(person_id, message)
            if message.only_for:
                raise Refused("Slack offers no shortcuts on a message that only one person sees")
            channel = self._channel_of(surface)
            more = {
                "channel": {"id": message.channel, "name": channel.name if channel else ""},
                "message": payloads.message(self.team, message),
                "message_ts": message.ts,
                "response_url": self.new_url(person_id, message.channel),
            }
            read = self._read_click(person_id, surface)
            return self._interact("message_action", person_id, read, **common, **more)

    def repeat(self) -> Delivery:
        """Send the last delivery once more, as Slack does when it doubts that it arrived."""
        last = self._courier.last
        if last is None:
            raise Refused("nothing was delivered yet")
        again = Delivery(last.body, last.content_type, last.read)
        retry = {"X-Slack-Retry-Num": "1", "X-Slack-Retry-Reason": "http_timeout"}
        return self._courier.send(self.transport, again, self.deadlines.ack, retry)

    def wait_idle(self, timeout: float = 60.0) -> None:
        """Wait (seconds) until the bot has answered everything and `idle` returned. TimeoutError after that."""
        self._courier.wait_idle(timeout)
        self.idle()

    # trouble on purpose

    def fail_next(self, method: str, *, status: int = 500, retry_after: int = 1, times: int = 1) -> None:
        """The next calls of this Web API method get an HTTP error; 429 carries Retry-After (seconds)."""
        answer = Answer(status, "")
        if status == 429:
            body = json.dumps({"ok": False, "error": "ratelimited"})
            answer = Answer(status, body, {"Retry-After": str(retry_after)})
        with self.change():
            self._troubles.setdefault(method, []).extend([answer] * times)

    def next_trouble(self, method: str) -> Answer | None:
        """The HTTP error that the next call of this method shall get, taken off the list."""
        with self._lock:
            waiting = self._troubles.get(method)
            return waiting.pop(0) if waiting else None

    # finding what a deed is about

    def _acting(self, person_id: str) -> Person:
        person = self.person(person_id)
        if person.deleted:
            raise Refused(f"{person.name} is deactivated")
        return person

    def _room(self, person_id: str, channel_id: str) -> Channel:
        person = self._acting(person_id)
        channel = next((channel for channel in self.channels(person_id) if channel.id == channel_id), None)
        if channel is None:
            raise Refused(f"{person.name} is in no channel {channel_id!r}")
        return channel

    def _seen(self, person_id: str, surface: Surface) -> Surface:
        self._acting(person_id)
        now = self.current(surface)
        if now is None:
            raise Refused("this is not there any more")
        stranger = now.person if isinstance(now, View) else now.only_for or person_id
        if stranger != person_id:
            raise Refused("this is somebody else's")
        return now

    def _element(self, surface: Surface, key: Key) -> tuple[Json, Json]:
        pair = kit.find(surface.blocks, key)
        if pair is None:
            raise Refused(f"there is no element {key}")
        return pair

    def _top(self, person_id: str) -> View:
        stack = self.modals(self._acting(person_id).id)
        if not stack:
            raise Refused("no modal is open")
        return stack[-1]

    def _channel_of(self, surface: Surface) -> Channel | None:
        return self.channel(surface.channel) if isinstance(surface, Message) else None

    # sending

    def _send(self, body: str, content_type: str, read: Read) -> Delivery:
        return self._courier.send(self.transport, Delivery(body, content_type, read), self.deadlines.ack)

    def _interact(self, kind: str, person_id: str, read: Read, **more: Any) -> Delivery:
        payload = payloads.interaction(self.team, kind, self._acting(person_id), **more)
        return self._send(urlencode({"payload": json.dumps(payload)}), FORM, read)

    def _event(self, inner: Json, person: Person, *, remembered: bool = True, **envelope: Any) -> Delivery:
        room = self.channel(inner["channel"]) if isinstance(inner.get("channel"), str) else None
        shared = room is not None and room.shared
        whole = payloads.event(self.team, inner, self.new_id("Ev"), self.clock.now(), shared=shared) | envelope
        body = json.dumps({name: value for name, value in whole.items() if value is not None or name not in envelope})
        delivery = Delivery(body, JSON, self._read_nothing(inner["type"], person.id))
        return self._courier.send(self.transport, delivery, self.deadlines.ack, remembered=remembered)

    def _as_sent(self, text: str) -> str:
        """What Slack makes of what was typed: entities, and mentions."""
        mentioned = {self.team.bot_name: self.team.bot_user} | {person.name: person.id for person in self.people()}
        sent = escape(text)
        for name, who in mentioned.items():
            sent = sent.replace(f"@{name}", f"<@{who}>")
        return sent

    def _tell_of_message(self, room: Channel, told: Json) -> None:
        writer = self.person(told["user"])
        if room.dm_with:
            if "im:history" in self.scopes:
                self._event({"type": "message", **told}, writer)
        elif f"<@{self.team.bot_user}>" in told["text"] and room.bot_is_member and "app_mentions:read" in self.scopes:
            self._event({"type": "app_mention", **told}, writer)

    def _tell_of_change(self, room: Channel, subtype: str, what: Json) -> None:
        if room.dm_with and "im:history" in self.scopes:
            at = self.new_ts()
            about = {"type": "message", "subtype": subtype, "channel": room.id, "channel_type": "im", "hidden": True}
            self._event(about | {"ts": at, "event_ts": at} | what, self.person(room.dm_with))

    def _own_message(self, person_id: str, message: Message) -> tuple[Channel, Message]:
        now = self._seen(person_id, message)
        if not isinstance(now, Message) or now.author != person_id:
            raise Refused("this is somebody else's message")
        return self._room(person_id, now.channel), now

    def _act(self, person_id: str, surface: Surface, block: Json, element: Json, value: Json) -> Delivery:
        url = None
        if isinstance(surface, Message):
            url = self.new_url(person_id, surface.channel, surface.id)
        return self._interact(
            "block_actions",
            person_id,
            self._read_click(person_id, surface),
            trigger_id=self.new_trigger(person_id, surface.channel if isinstance(surface, Message) else ""),
            response_url=url,
            actions=[payloads.action(block, element, value, self.new_ts())],
            **payloads.place(self.team, surface, self._channel_of(surface)),
        )

    # reading the bot's answers; each runs in the delivery's thread

    def _read_command(self, url: ResponseUrl, name: str) -> Read:
        def read(reply: Reply) -> None:
            with self.change():
                trouble = reply.trouble
                self.blame(name, url.person, *filter(None, [reply.reason]))
                if not trouble and reply.body:
                    try:
                        shown = self._show_ack(url.person, url.channel, reply.body)
                        url.message = shown.id if self.replaces_answers else None
                    except SlackError as error:
                        self.blame(name, url.person, *error.problems)
                        trouble = "dispatch_failed"
                if trouble:
                    self._tell(url.person, url.channel, f'{name} failed with the error "{trouble}"')
                url.opened.set()

        return read

    def _show_ack(self, person_id: str, channel_id: str, body: str) -> Message:
        answer = _json(body) if body.startswith("{") else {"text": body}
        kind = answer.get("response_type", "ephemeral")
        if kind not in ("ephemeral", "in_channel"):
            raise SlackError("invalid_payload", f"response_type {kind!r} is not known")
        only_for = person_id if kind == "ephemeral" else None
        text, blocks = answer.get("text") or "", answer.get("blocks")
        return self.post(channel_id, self.team.bot_user, text, blocks, only_for=only_for)

    def _read_nothing(self, what: str, person_id: str) -> Read:
        def read(reply: Reply) -> None:
            with self.change():
                self.blame(what, person_id, *filter(None, [reply.reason]))

        return read

    def _read_click(self, person_id: str, surface: Surface) -> Read:
        def read(reply: Reply) -> None:
            with self.change():
                if reply.trouble:
                    self.blame("block_actions", person_id, reply.reason)
                    self._show_trouble(person_id, surface)

        return read

    def _read_options(self, person_id: str, surface: Surface, key: Key, found: list[Json]) -> Read:
        def read(reply: Reply) -> None:
            with self.change():
                problems = [reply.reason] if reply.trouble else []
                if not problems:
                    answer, problems = _options(reply.body)
                    found.extend([] if problems else kit.groups(answer))
                self.blame("block_suggestion", person_id, *problems)
                now = self.current(surface)
                if now and found:
                    fresh = kit.options({"option_groups": found})
                    known = [option for option in now.offered.get(key, ()) if option not in fresh]
                    self.put(replace(now, offered={**now.offered, key: (*known, *fresh)}))

        return read

    def _read_submission(self, submitted: View) -> Read:
        def read(reply: Reply) -> None:
            with self.change():
                view = self.current(submitted)
                if not isinstance(view, View):
                    return
                view = replace(view, busy=False)
                self.put(view)
                try:
                    self._follow(view, reply)
                except SlackError as error:
                    self.blame("view_submission", view.person, *error.problems)
                    self._show_trouble(view.person, view)

        return read

    def _follow(self, view: View, reply: Reply) -> None:
        if reply.trouble:
            raise SlackError(reply.trouble, reply.reason)
        answer = _json(reply.body) if reply.body else {}
        match answer.get("response_action"):
            case None if not answer:
                self.drop_view(view)
            case "clear":
                self.clear_views(view.person)
            case "update":
                self.update_view(view, answer.get("view") or {})
            case "push":
                self.push_view(view.person, answer.get("view") or {})
            case "errors":
                problems = views.wrong_errors(view, answer.get("errors"))
                if problems:
                    raise SlackError("invalid_errors", *problems)
                self.put(replace(view, errors=answer["errors"]))
            case other:
                raise SlackError("invalid_payload", f"response_action {other!r} is not known")

    def _show_trouble(self, person_id: str, surface: Surface) -> None:
        now = self.current(surface)
        if isinstance(now, View):
            self.put(replace(now, problem=TROUBLE))
        elif isinstance(now, Message):
            self._tell(person_id, now.channel, TROUBLE)

    def _tell(self, person_id: str, channel_id: str, text: str) -> None:
        self.post(channel_id, SLACKBOT, text, only_for=person_id)


def _confirm(element: Json, confirmed: bool) -> None:
    if "confirm" in element and not confirmed:
        raise NeedsConfirmation(element["confirm"])


def _json(body: str) -> Json:
    try:
        answer = json.loads(body)
    except ValueError:
        raise SlackError("invalid_payload", f"the answer is no JSON: {body[:80]!r}") from None
    if not isinstance(answer, dict):
        raise SlackError("invalid_payload", "the answer must be a JSON object")
    return answer


def _options(body: str) -> tuple[Json, list[str]]:
    try:
        answer = _json(body)
    except SlackError as error:
        return {}, list(error.problems)
    return answer, limits.check_options(answer)
