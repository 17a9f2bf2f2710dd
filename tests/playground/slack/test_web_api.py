"""What the playground's Web API answers a bot, with Slack's own error codes, through the real slack_sdk client."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.webhook import WebhookClient

from playground.slack.clock import Clock
from playground.slack.state import Deadlines, Person
from playground.slack.workspace import FILES, READING, SCOPES, Workspace
from tests.playground.slack.kit import NOON, Json, plain


@pytest.fixture
def workspace() -> Workspace:
    workspace = Workspace(clock=Clock(lambda: NOON))
    workspace.add_channel("general")
    workspace.add_channel("secret", bot_is_member=False)
    workspace.add_person("Anna Admin", locale="de-DE", is_owner=True)
    workspace.add_person("Finn Freelancer", zone="America/New_York")
    return workspace


@pytest.fixture
def client(workspace: Workspace, attach: Callable[[Workspace], str]) -> WebClient:
    return WebClient("xoxb-playground", base_url=f"{attach(workspace)}/slack/api/")


@pytest.fixture
def anna(workspace: Workspace) -> Person:
    return workspace.person("Anna")


@pytest.fixture
def general(workspace: Workspace, anna: Person) -> str:
    return workspace.channels(anna.id)[0].id


def refusal(call: Callable[[], Any]) -> str:
    """The error code with which Slack refuses this call."""
    with pytest.raises(SlackApiError) as caught:
        call()
    return str(caught.value.response["error"])


def modal(title: str = "Log time", **more: Any) -> Json:
    return {"type": "modal", "title": plain(title), "blocks": [{"type": "divider"}], **more}


def trigger(workspace: Workspace, person: Person) -> str:
    with workspace.change():
        return workspace.new_trigger(person.id)


def response_url(workspace: Workspace, person: Person, channel: str, message: str | None = None) -> str:
    with workspace.change():
        return workspace.new_url(person.id, channel, message)


# who calls, and with what right


def test_auth_test_says_who_the_bot_is_and_which_scopes_it_has(client: WebClient) -> None:
    answer = client.auth_test()
    assert answer["user_id"] == "U0000BOT"
    assert answer.headers["x-oauth-scopes"] == ",".join(sorted(SCOPES | READING | FILES))


def test_a_wrong_token_is_refused(client: WebClient, workspace: Workspace) -> None:
    client.token = "xoxb-wrong"
    assert refusal(client.auth_test) == "invalid_auth"
    assert [v.text for v in workspace.violations] == ["the token is not this bot's"]


def test_no_token_at_all_is_refused(client: WebClient) -> None:
    with urllib.request.urlopen(f"{client.base_url}auth.test", data=b"") as answer:
        assert json.load(answer)["error"] == "not_authed"


def test_a_method_without_its_scope_is_refused_and_names_the_scope(
    client: WebClient, workspace: Workspace, anna: Person
) -> None:
    workspace.scopes = frozenset({"commands"})
    with pytest.raises(SlackApiError) as caught:
        client.users_info(user=anna.id)
    assert caught.value.response["error"] == "missing_scope"
    assert caught.value.response["needed"] == "users:read"


def test_an_unknown_method_is_a_violation(client: WebClient, workspace: Workspace) -> None:
    assert refusal(lambda: client.api_call("chat.shout")) == "unknown_method"
    assert [v.what for v in workspace.violations] == ["chat.shout"]


def test_a_missing_argument_is_refused(client: WebClient) -> None:
    assert refusal(lambda: client.api_call("chat.postMessage", json={"text": "x"})) == "invalid_arguments"


def test_trouble_can_be_ordered_for_the_next_calls(client: WebClient, workspace: Workspace) -> None:
    workspace.fail_next("auth.test", status=429, retry_after=0)
    workspace.fail_next("auth.test", status=500)
    with pytest.raises(SlackApiError) as limited:
        client.auth_test()
    assert limited.value.response.status_code == 429
    assert limited.value.response.headers["retry-after"] == "0"
    with pytest.raises(SlackApiError) as broken:
        client.auth_test()
    assert broken.value.response.status_code == 500
    assert client.auth_test()["ok"]
    assert workspace.violations == []


# people and conversations


def test_users_info_tells_zone_role_and_on_demand_the_locale(client: WebClient, anna: Person) -> None:
    user = client.users_info(user=anna.id, include_locale=True)["user"]
    assert (user["tz"], user["tz_offset"], user["locale"]) == ("Europe/Berlin", 3600, "de-DE")
    assert user["is_owner"] is True
    assert "locale" not in client.users_info(user=anna.id)["user"]
    assert refusal(lambda: client.users_info(user="U404")) == "user_not_found"


def test_a_direct_message_can_be_opened_or_addressed_by_the_person(
    client: WebClient, workspace: Workspace, anna: Person
) -> None:
    dm = client.conversations_open(users=anna.id)["channel"]["id"]
    assert client.chat_postMessage(channel=dm, text="one")["channel"] == dm
    assert client.chat_postMessage(channel=anna.id, text="two")["channel"] == dm
    assert [message.text for message in workspace.messages(anna.id, dm)] == ["one", "two"]
    assert workspace.messages(workspace.person("Finn").id, dm) == []


def test_nothing_reaches_somebody_who_was_deactivated(client: WebClient, workspace: Workspace, anna: Person) -> None:
    workspace.change_person(anna.id, deleted=True)
    assert refusal(lambda: client.conversations_open(users=anna.id)) == "user_disabled"
    assert refusal(lambda: client.chat_postMessage(channel=anna.id, text="x")) == "channel_not_found"


def test_a_channel_without_the_bot_is_closed_to_it(client: WebClient, workspace: Workspace, anna: Person) -> None:
    secret = workspace.channels(anna.id)[1].id
    assert refusal(lambda: client.chat_postMessage(channel=secret, text="x")) == "not_in_channel"
    workspace.scopes = SCOPES | {"chat:write.public"}
    assert client.chat_postMessage(channel=secret, text="x")["ok"]


def test_an_archived_channel_takes_nothing(client: WebClient, workspace: Workspace, anna: Person, general: str) -> None:
    workspace.archive(anna.id, general)
    assert refusal(lambda: client.chat_postMessage(channel=general, text="x")) == "is_archived"


# messages


def test_a_message_needs_text_or_blocks_within_the_limits(client: WebClient, general: str) -> None:
    assert refusal(lambda: client.api_call("chat.postMessage", json={"channel": general})) == "no_text"
    assert refusal(lambda: client.chat_postMessage(channel=general, text="x" * 40_001)) == "msg_too_long"
    assert refusal(lambda: client.chat_postMessage(channel="C404", text="x")) == "channel_not_found"
    many = [{"type": "divider"}] * 51
    with pytest.raises(SlackApiError) as caught:
        client.chat_postMessage(channel=general, text="x", blocks=many)
    assert caught.value.response["error"] == "invalid_blocks"
    assert caught.value.response["response_metadata"]["messages"] == ["[ERROR] blocks: must be a list of 1 to 50"]


def test_blocks_come_back_with_ids_and_escaped_plain_text(client: WebClient, general: str) -> None:
    answer = client.chat_postMessage(channel=general, text="x", blocks=[{"type": "header", "text": plain("A & B")}])
    block = answer["message"]["blocks"][0]
    assert block["block_id"]
    assert block["text"]["text"] == "A &amp; B"


def test_what_would_ping_people_is_noted(client: WebClient, workspace: Workspace, general: str) -> None:
    anna = workspace.person("Anna")
    client.chat_postMessage(channel=general, text="&lt;!channel&gt; harms nobody")
    client.chat_postMessage(channel=general, text=f"<!channel> and <@{anna.id}>")
    section = {"type": "section", "text": {"type": "mrkdwn", "text": "<!here|here>"}}
    client.chat_postMessage(channel=general, text="x", blocks=[section])
    pings = [message.pings for message in workspace.messages(anna.id, general)]
    assert pings == [(), ("!channel", anna.id), ("!here",)]


def test_an_update_changes_the_message_in_its_place(
    client: WebClient, workspace: Workspace, general: str, anna: Person
) -> None:
    posted = client.chat_postMessage(channel=general, text="one", blocks=[{"type": "divider"}])
    before = workspace.messages(anna.id, general)[0]
    client.chat_postMessage(channel=general, text="later")
    client.chat_update(channel=general, ts=posted["ts"], text="two")
    after = workspace.messages(anna.id, general)[0]
    assert (after.id, after.text, after.blocks, after.edited) == (before.id, "two", (), True)
    assert refusal(lambda: client.chat_update(channel=general, ts="1.2", text="x")) == "message_not_found"
    long = "x" * 4001
    assert refusal(lambda: client.chat_update(channel=general, ts=posted["ts"], text=long)) == "msg_too_long"


def test_the_bot_changes_only_its_own_messages(
    client: WebClient, workspace: Workspace, general: str, anna: Person
) -> None:
    said = workspace.say(anna.id, general, "mine")
    assert refusal(lambda: client.chat_update(channel=general, ts=said.ts, text="x")) == "cant_update_message"
    assert refusal(lambda: client.chat_delete(channel=general, ts=said.ts)) == "cant_delete_message"
    own = client.chat_postMessage(channel=general, text="x")
    client.chat_delete(channel=general, ts=own["ts"])
    assert workspace.messages(anna.id, general) == [said]


def test_an_ephemeral_message_reaches_one_person_and_cannot_be_updated(
    client: WebClient, workspace: Workspace, general: str, anna: Person
) -> None:
    ts = client.chat_postEphemeral(channel=general, user=anna.id, text="psst")["message_ts"]
    assert [message.text for message in workspace.messages(anna.id, general)] == ["psst"]
    assert workspace.messages(workspace.person("Finn").id, general) == []
    assert refusal(lambda: client.chat_update(channel=general, ts=ts, text="x")) == "message_not_found"
    assert [v.text for v in workspace.violations] == ["an ephemeral message changes only through its response_url"]


# response URLs


def test_a_response_url_answers_the_person_alone_unless_told_otherwise(
    client: WebClient, workspace: Workspace, general: str, anna: Person
) -> None:
    hook = WebhookClient(response_url(workspace, anna, general))
    assert hook.send(text="for you").status_code == 200
    assert hook.send(text="for all", response_type="in_channel").status_code == 200
    finn = workspace.person("Finn")
    assert [message.text for message in workspace.messages(anna.id, general)] == ["for you", "for all"]
    assert [message.text for message in workspace.messages(finn.id, general)] == ["for all"]


def test_a_response_url_works_five_times(client: WebClient, workspace: Workspace, general: str, anna: Person) -> None:
    hook = WebhookClient(response_url(workspace, anna, general))
    assert [hook.send(text="x").status_code for _ in range(6)] == [200] * 5 + [404]
    assert [v.text for v in workspace.violations] == ["a response_url works 5 times"]


def test_a_response_url_does_not_live_for_ever(
    client: WebClient, workspace: Workspace, general: str, anna: Person
) -> None:
    workspace.deadlines = Deadlines(response_url=0.0)
    answer = WebhookClient(response_url(workspace, anna, general)).send(text="x")
    assert "expired_url" in answer.body


def test_a_response_url_replaces_or_deletes_the_message_it_came_from(
    client: WebClient, workspace: Workspace, general: str, anna: Person
) -> None:
    client.chat_postEphemeral(channel=general, user=anna.id, text="before")
    message = workspace.messages(anna.id, general)[0]
    hook = WebhookClient(response_url(workspace, anna, general, message.id))
    hook.send(text="after", replace_original=True)
    assert [m.text for m in workspace.messages(anna.id, general)] == ["after"]
    hook.send(delete_original=True)
    assert workspace.messages(anna.id, general) == []


# views


def test_a_trigger_opens_one_view(client: WebClient, workspace: Workspace, anna: Person) -> None:
    trigger_id = trigger(workspace, anna)
    view = client.views_open(trigger_id=trigger_id, view=modal())["view"]
    assert workspace.modals(anna.id)[0].id == view["id"]
    assert refusal(lambda: client.views_open(trigger_id=trigger_id, view=modal())) == "exchanged_trigger_id"
    assert refusal(lambda: client.views_open(trigger_id="nonsense", view=modal())) == "invalid_trigger_id"


def test_a_view_outside_the_limits_is_refused_with_the_reason(
    client: WebClient, workspace: Workspace, anna: Person
) -> None:
    bad = modal("A title of more than 24 letters")
    assert refusal(lambda: client.views_open(trigger_id=trigger(workspace, anna), view=bad)) == ("invalid_arguments")
    assert [v.text for v in workspace.violations] == ["view.title.text: must have 1 to 24 characters, not 31"]


def test_a_view_above_250_kb_is_refused(client: WebClient, workspace: Workspace, anna: Person) -> None:
    long = {"type": "section", "text": plain("x" * 3000)}
    big = {**modal(), "blocks": [long] * 90}
    assert refusal(lambda: client.views_open(trigger_id=trigger(workspace, anna), view=big)) == "view_too_large"


def test_an_update_with_an_old_hash_is_refused(client: WebClient, workspace: Workspace, anna: Person) -> None:
    view = client.views_open(trigger_id=trigger(workspace, anna), view=modal())["view"]
    newer = client.views_update(view_id=view["id"], hash=view["hash"], view=modal("Second"))["view"]
    assert newer["id"] == view["id"]
    assert newer["hash"] != view["hash"]

    def outdated() -> Any:
        return client.views_update(view_id=view["id"], hash=view["hash"], view=modal("Third"))

    assert refusal(outdated) == "hash_conflict"
    assert workspace.modals(anna.id)[0].title == "Second"
    assert workspace.violations == [], "a conflict is what the hash is for"


def test_a_view_can_be_found_by_its_external_id_until_it_is_closed(
    client: WebClient, workspace: Workspace, anna: Person
) -> None:
    client.views_open(trigger_id=trigger(workspace, anna), view=modal(external_id="draft-7"))
    client.views_update(external_id="draft-7", view=modal("Found", external_id="draft-7"))
    assert workspace.modals(anna.id)[0].title == "Found"
    other = trigger(workspace, workspace.person("Finn"))
    taken = modal(external_id="draft-7")
    assert refusal(lambda: client.views_open(trigger_id=other, view=taken)) == "duplicate_external_id"
    workspace.close(anna.id)
    assert refusal(lambda: client.views_update(external_id="draft-7", view=modal())) == "not_found"


def test_the_stack_holds_three_views(client: WebClient, workspace: Workspace, anna: Person) -> None:
    assert refusal(lambda: client.views_push(trigger_id=trigger(workspace, anna), view=modal())) == "not_found"
    client.views_open(trigger_id=trigger(workspace, anna), view=modal())
    for _ in range(2):
        client.views_push(trigger_id=trigger(workspace, anna), view=modal())
    full = trigger(workspace, anna)
    assert refusal(lambda: client.views_push(trigger_id=full, view=modal())) == "push_limit_reached"


def test_home_is_published_to_one_person(client: WebClient, workspace: Workspace, anna: Person) -> None:
    home = {"type": "home", "blocks": [{"type": "divider"}]}
    first = client.views_publish(user_id=anna.id, view=home)["view"]
    second = client.views_publish(user_id=anna.id, view=home, hash=first["hash"])["view"]
    assert second["id"] == first["id"]
    assert workspace.home(workspace.person("Finn").id) is None
    stale = first["hash"]
    assert refusal(lambda: client.views_publish(user_id=anna.id, view=home, hash=stale)) == "hash_conflict"
    assert refusal(lambda: client.views_publish(user_id=anna.id, view=modal())) == "invalid_arguments"


def test_blocks_may_come_as_json_in_a_form(client: WebClient, general: str) -> None:
    form = {"token": "xoxb-playground", "channel": general, "text": "x", "blocks": '[{"type": "divider"}]'}
    assert httpx.post(f"{client.base_url}chat.postMessage", data=form).json()["ok"] is True
    broken = {**form, "blocks": "[{"}
    answer = httpx.post(f"{client.base_url}chat.postMessage", data=broken).json()
    assert answer["error"] == "invalid_arguments"
