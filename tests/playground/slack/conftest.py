"""A workspace of the playground and an empty Bolt app behind it; each test says what the app answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from slack_bolt import App
from slack_sdk import WebClient

from playground.person import Person, in_process, person
from playground.slack.clock import Clock
from playground.slack.state import Deadlines
from playground.slack.workspace import Workspace
from playground.slack_http import served
from tests.playground.slack.kit import NOON


@pytest.fixture(scope="module")
def attach() -> Iterator[Callable[[Workspace], str]]:
    with served() as attach:
        yield attach


@pytest.fixture
def workspace() -> Workspace:
    workspace = Workspace(clock=Clock(lambda: NOON), deadlines=Deadlines(ack=60.0))
    workspace.add_channel("general")
    workspace.add_person("Anna Admin", locale="de-DE", is_owner=True)
    workspace.add_person("Finn Freelancer", zone="Europe/Lisbon")
    return workspace


@pytest.fixture
def app(workspace: Workspace, attach: Callable[[Workspace], str]) -> App:
    client = WebClient("xoxb-playground", base_url=f"{attach(workspace)}/slack/api/")
    app = App(
        client=client,
        signing_secret="playground",
        process_before_response=True,
        token_verification_enabled=False,
    )
    workspace.transport = in_process(app)
    return app


@pytest.fixture
def anna(workspace: Workspace, app: App) -> Person:
    return person(workspace, "Anna")


@pytest.fixture
def finn(workspace: Workspace, app: App) -> Person:
    return person(workspace, "Finn")
