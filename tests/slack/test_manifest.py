"""The manifest and the app belong together: what one registers and calls, the other asks Slack for, and no more."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from ruamel.yaml import YAML
from slack_bolt import App
from slack_sdk import WebClient

from bot.__main__ import main
from bot.app import build
from bot.core.context import Bot
from bot.slack import manifest
from commands.track import COMMAND
from playground.person import Person
from playground.slack import web_api

ROOT = Path(__file__).parents[2]
KINDS = ("event", "options", "action", "view", "global_shortcut", "message_shortcut")
KINDS += ("command", "shortcut", "message", "function")  # of which we have none
EVENT_SCOPES = {
    "app_home_opened": set(),
    "user_change": {"users:read"},
    "channel_archive": {"channels:read"},
    "channel_deleted": {"channels:read"},
    "group_archive": {"groups:read"},
    "group_deleted": {"groups:read"},
    "app_mention": {"app_mentions:read"},
    "message.im": {"im:history"},
}
"""Which events the bot may have, and what Slack asks for them."""


@pytest.fixture
def registered(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> dict[str, set[Any]]:
    """Kind of listener -> what it listens to."""
    found: dict[str, set[Any]] = defaultdict(set)
    for kind in KINDS:
        monkeypatch.setattr(App, kind, _recording(kind, found))
    build(bot)
    return found


def _recording(kind: str, found: dict[str, set[Any]]) -> Any:
    original = getattr(App, kind)

    def register(self: App, constraints: Any, *args: Any, **kwargs: Any) -> Any:
        found[kind].add(constraints)
        return original(self, constraints, *args, **kwargs)

    return register


@pytest.fixture
def socket_mode() -> Any:
    return manifest.read()


@pytest.fixture
def http() -> Any:
    return YAML().load(manifest.for_http("https://trackomat.example.com/"))


def test_the_command_is_the_one_the_app_answers(anna: Person, socket_mode: Any) -> None:
    assert anna.types(COMMAND + " help")
    assert [command["command"] for command in socket_mode["features"]["slash_commands"]] == [COMMAND]


def test_the_events_are_those_the_app_listens_to(registered: dict[str, set[Any]], socket_mode: Any) -> None:
    subscribed = set(socket_mode["settings"]["event_subscriptions"]["bot_events"])
    assert registered["event"] == {event.partition(".")[0] for event in subscribed}
    assert [event for event in subscribed if "." in event] == ["message.im"]  # no message of a channel


def test_the_shortcuts_are_those_the_app_answers(registered: dict[str, set[Any]], socket_mode: Any) -> None:
    declared = {(each["type"], each["callback_id"]) for each in socket_mode["features"]["shortcuts"]}
    answered = {(kind, name) for kind in ("global", "message") for name in registered[f"{kind}_shortcut"]}
    assert declared == answered


def test_nothing_else_is_listened_to(registered: dict[str, set[Any]]) -> None:
    assert not registered.keys() & {"command", "shortcut", "message", "function"}


def test_menus_clicks_and_forms_need_interactivity_and_have_it(
    registered: dict[str, set[Any]], socket_mode: Any, http: Any
) -> None:
    assert registered["options"]
    assert registered["action"]
    assert registered["view"]
    assert socket_mode["settings"]["interactivity"]["is_enabled"] is True
    assert http["settings"]["interactivity"]["message_menu_options_url"] == "https://trackomat.example.com/slack/events"


def test_the_scopes_are_those_that_the_code_needs_and_no_more(socket_mode: Any) -> None:
    called = {name.replace("_", ".", 1) for name in _called_methods() if not name.startswith("apps_")}
    needed = {scope for method in called if (scope := web_api.METHODS[method][1])}
    for event in socket_mode["settings"]["event_subscriptions"]["bot_events"]:
        needed |= EVENT_SCOPES[event]
    assert manifest.scopes() | manifest.optional_scopes() == needed | {"commands"}
    assert set(socket_mode["oauth_config"]["scopes"]) == {"bot", "bot_optional"}


def test_only_what_reads_messages_and_sends_files_may_be_left_out() -> None:
    assert manifest.optional_scopes() == {"app_mentions:read", "im:history", "files:write"}
    assert not manifest.scopes() & manifest.optional_scopes()


def _called_methods() -> set[str]:
    """The Web API methods that the code names."""
    methods = {name for name, value in vars(WebClient).items() if callable(value) and not name.startswith("_")}
    return {
        node.attr
        for folder in ("bot", "commands")
        for path in (ROOT / folder).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and node.attr in methods
    }


def test_people_can_open_the_home_tab_and_type_in_the_messages_tab(socket_mode: Any) -> None:
    assert socket_mode["features"]["app_home"] == {
        "home_tab_enabled": True,
        "messages_tab_enabled": True,
        "messages_tab_read_only_enabled": False,
    }


def test_slack_accepts_the_lengths(socket_mode: Any) -> None:
    shown = socket_mode["display_information"]
    assert len(shown["name"]) <= 35
    assert len(shown["description"]) <= 140
    assert 175 <= len(shown["long_description"]) <= 4000
    assert 4 <= len(shown["background_color"]) <= 7
    assert len(socket_mode["features"]["bot_user"]["display_name"]) <= 80
    for command in socket_mode["features"]["slash_commands"]:
        assert len(command["command"]) <= 32
        assert len(command["description"]) <= 2000
        assert len(command["usage_hint"]) <= 1000
    assert len(socket_mode["features"]["shortcuts"]) <= 10
    for shortcut in socket_mode["features"]["shortcuts"]:
        assert len(shortcut["name"]) <= 24
        assert len(shortcut["description"]) <= 150


def test_slack_accepts_the_parts(socket_mode: Any) -> None:
    assert set(socket_mode) <= {"_metadata", "display_information", "features", "oauth_config", "settings"}
    assert socket_mode["_metadata"] == {"major_version": 2}


def test_socket_mode_needs_no_address(socket_mode: Any) -> None:
    assert socket_mode["settings"]["socket_mode_enabled"] is True
    assert not list(_addresses(socket_mode))


def test_over_http_slack_sends_everything_to_one_address(http: Any) -> None:
    assert http["settings"]["socket_mode_enabled"] is False
    assert set(_addresses(http)) == {"https://trackomat.example.com/slack/events"}
    assert len(list(_addresses(http))) == 4  # the command, events, clicks and forms, menus


def test_over_http_all_else_stays_as_it_is(socket_mode: Any, http: Any) -> None:
    for part in ("_metadata", "display_information", "oauth_config"):
        assert http[part] == socket_mode[part]
    assert (
        http["settings"]["event_subscriptions"]["bot_events"]
        == socket_mode["settings"]["event_subscriptions"]["bot_events"]
    )


def _addresses(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        for name, value in part.items():
            if name.endswith("url"):
                yield value
            else:
                yield from _addresses(value)
    elif isinstance(part, list):
        for value in part:
            yield from _addresses(value)


def test_the_printed_manifest_keeps_the_reason_of_each_scope() -> None:
    printed = CliRunner().invoke(main, ["manifest", "--url", "https://trackomat.example.com"])
    assert printed.exit_code == 0
    assert "users:read # time zone and language" in printed.output
    assert "Socket Mode" not in printed.output


@pytest.mark.parametrize("end", ["", "/", "/slack/events", "/slack/events/"])
def test_whoever_names_the_whole_address_gets_no_path_twice(end: str) -> None:
    printed = CliRunner().invoke(main, ["manifest", "--url", f"https://trackomat.example.com{end}"])
    assert set(re.findall(r"https://trackomat\.example\.com\S*", printed.output)) == {
        "https://trackomat.example.com/slack/events"
    }


@pytest.mark.parametrize(
    "address",
    [
        *("http://trackomat.example.com", "trackomat.example.com", "https://", "https://your address"),
        *("https://your.address?x=1", "https://your.address\n", "https://anna:hush@your.address", "https://…"),
    ],
)
def test_an_address_that_slack_would_refuse_is_refused_here(address: str) -> None:
    refused = CliRunner().invoke(main, ["manifest", "--url", address])
    assert refused.exit_code == 2
    assert "https://" in refused.output


def test_the_manifest_of_the_package_is_the_one_at_the_top() -> None:
    assert manifest.SOURCE.resolve() == ROOT / "manifest.yml"
