"""Files in the playground: announced, uploaded, shared, and opened from the page; or refused, as without the scope."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from playground.billomat.account import Account
from playground.page.app import create_app
from playground.person import person
from playground.slack.clock import Clock
from playground.slack.workspace import Workspace
from playground.slack_http import served
from tests.playground.slack.kit import NOON

TABLE = "a;b\r\n<script>;ü\r\n".encode()


@pytest.fixture
def workspace() -> Workspace:
    workspace = Workspace(clock=Clock(lambda: NOON))
    workspace.add_channel("general")
    workspace.add_channel("secret", bot_is_member=False)
    workspace.add_person("Anna Admin")
    workspace.add_person("Finn Freelancer")
    return workspace


@pytest.fixture
def page(workspace: Workspace) -> Iterator[httpx.Client]:
    routes = create_app(workspace, Account("acme", workspace.clock.now), keys={}).routes
    with served() as attach, httpx.Client(base_url=attach(workspace, *routes), trust_env=False) as page:
        yield page


@pytest.fixture
def client(workspace: Workspace, page: httpx.Client) -> WebClient:
    return WebClient(workspace.bot_token, base_url=f"{workspace.url}/slack/api/")


def announced(client: WebClient, content: bytes = TABLE) -> tuple[str, str]:
    """The file's id, and where to send it."""
    given = client.files_getUploadURLExternal(filename="march.csv", length=len(content))
    return str(given["file_id"]), str(given["upload_url"])


def uploaded(client: WebClient, content: bytes = TABLE) -> str:
    file_id, url = announced(client, content)
    assert httpx.post(url, content=content).status_code == 200
    return file_id


def share(client: WebClient, workspace: Workspace, file_id: str, name: str = "Anna", **more: Any) -> Any:
    channel = workspace.dm(workspace.person(name).id).id
    return client.files_completeUploadExternal(
        files=[{"id": file_id, "title": "March"}], channel_id=channel, initial_comment="Here it is", **more
    )


def refusal(call: Callable[[], Any]) -> str:
    with pytest.raises(SlackApiError) as caught:
        call()
    return str(caught.value.response["error"])


def test_a_file_is_seen_once_it_is_shared_and_by_those_in_the_channel(client: WebClient, workspace: Workspace) -> None:
    file_id = uploaded(client)
    assert person(workspace, "Anna").dm == []
    share(client, workspace, file_id)
    seen = person(workspace, "Anna").dm[-1]
    assert (seen.text, seen.files) == ("Here it is", {"march.csv": TABLE})
    assert person(workspace, "Finn").dm == []


def test_a_file_can_be_shared_without_words(client: WebClient, workspace: Workspace) -> None:
    file_id = uploaded(client)
    channel = workspace.dm(workspace.person("Anna").id).id
    client.files_completeUploadExternal(files=[{"id": file_id}], channel_id=channel)
    assert person(workspace, "Anna").dm[-1].files == {"march.csv": TABLE}


def test_what_was_announced_has_to_come_and_only_once(client: WebClient, workspace: Workspace) -> None:
    file_id, url = announced(client)
    assert refusal(lambda: share(client, workspace, file_id)) == "file_not_found"
    assert httpx.post(url, content=b"short").status_code == 400
    assert httpx.post(url, content=TABLE).status_code == 200
    assert httpx.post(url, content=TABLE).status_code == 404
    share(client, workspace, file_id)
    assert refusal(lambda: share(client, workspace, file_id)) == "file_not_found"
    assert len(person(workspace, "Anna").dm) == 1
    assert [violation.text for violation in workspace.violations] == ["march.csv has 5 bytes, 18 were announced"]


def test_a_file_has_a_length(client: WebClient) -> None:
    assert refusal(lambda: client.files_getUploadURLExternal(filename="x", length=0)) == "invalid_arguments"


def test_no_file_goes_where_the_bot_is_not(client: WebClient, workspace: Workspace) -> None:
    secret = next(room.id for room in workspace.channels(workspace.person("Anna").id) if room.name == "secret")
    file_id = uploaded(client)
    call = client.files_completeUploadExternal
    assert refusal(lambda: call(files=[{"id": file_id}], channel_id=secret)) == "not_in_channel"


def test_the_page_shows_a_file_that_is_saved_and_never_shown_as_a_page(
    client: WebClient, workspace: Workspace, page: httpx.Client
) -> None:
    file_id = uploaded(client)
    address = f"/files/{file_id}/march.csv"
    assert page.get(address).status_code == 404
    share(client, workspace, file_id)
    anna = workspace.person("Anna")
    shown = page.get(f"/{anna.id}/{workspace.dm(anna.id).id}").text
    assert f'href="{address}"' in shown
    assert "march.csv · 18 Bytes" in shown
    answer = page.get(address)
    assert answer.content == TABLE
    assert answer.headers["content-disposition"] == "attachment"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_switch_on_the_page_takes_the_scope_away_and_gives_it_back(
    client: WebClient, workspace: Workspace, page: httpx.Client
) -> None:
    anna = workspace.person("Anna")
    where = {"person": anna.id, "place": workspace.dm(anna.id).id}
    page.post("/do/files", json=where | {"granted": "no"})
    assert refusal(lambda: announced(client)) == "missing_scope"
    assert workspace.violations == []
    page.post("/do/files", json=where | {"granted": "yes"})
    uploaded(client)
