"""The Slack app's manifest: `manifest.yml` is for Socket Mode, and this makes the one for HTTP from it."""

from io import StringIO
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

SOURCE = Path(__file__).parents[1] / "manifest.yml"
"""A link to the file at the top of the repository, so that a wheel carries it too."""
LONGEST_LINE = 120
EVENTS = "/slack/events"
"""The path at which all comes in that Slack sends."""


def for_http(url: str) -> str:
    """The manifest for a bot that Slack reaches at `url`, say https://trackomat.example.com."""
    manifest = read()
    manifest.yaml_set_start_comment(
        "The Slack app for HTTP: https://api.slack.com/apps, Create New App, From a manifest."
    )
    address = url.rstrip("/") + EVENTS
    for command in manifest["features"]["slash_commands"]:
        command["url"] = address
    settings = manifest["settings"]
    settings["event_subscriptions"]["request_url"] = address
    settings["interactivity"]["request_url"] = address
    settings["interactivity"]["message_menu_options_url"] = address  # Slack asks there what a menu offers
    settings["socket_mode_enabled"] = False
    written = StringIO()
    _yaml().dump(manifest, written)
    return written.getvalue()


def scopes() -> frozenset[str]:
    """What the bot's token has to be allowed."""
    return frozenset(read()["oauth_config"]["scopes"]["bot"]) - optional_scopes()


def optional_scopes() -> frozenset[str]:
    """What whoever installs the app may leave out.

    Slack's documents do not say whether such a scope also stands among the others, so both are read alike.
    """
    return frozenset(read()["oauth_config"]["scopes"]["bot_optional"])


def read() -> Any:
    """The manifest for Socket Mode as dicts and lists that remember their comments."""
    return _yaml().load(SOURCE)


def _yaml() -> YAML:
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = LONGEST_LINE
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml
