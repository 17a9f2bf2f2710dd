"""Who and what is in the demo's workspace before anybody has done anything."""

from __future__ import annotations

from bot.slack import manifest
from playground.slack.state import Shortcut
from playground.slack.workspace import Workspace


def shortcuts() -> list[Shortcut]:
    """Those that the manifest declares."""
    return [
        Shortcut(each["callback_id"], each["name"], each["description"], on_messages=each["type"] == "message")
        for each in manifest.read()["features"]["shortcuts"]
    ]


def seed(workspace: Workspace) -> None:
    """Three people with different roles, zones and languages, two channels, and the first words in one of them."""
    anna = workspace.add_person("Anna Admin", zone="Europe/Berlin", locale="en-GB", is_owner=True)
    finn = workspace.add_person("Finn Freelancer", zone="Europe/Lisbon", locale="de-DE")
    workspace.add_person("Aylin Approver", zone="Europe/Istanbul", locale="en-US")
    general = workspace.add_channel("general")
    website = workspace.add_channel("acme-website")
    workspace.say(anna.id, general.id, "Good morning! From today on we track our time here: just type `/track`.")
    workspace.say(finn.id, general.id, "Endlich keine Tabellen mehr :tada:")
    workspace.say(finn.id, website.id, "Die neue Startseite ist fertig zum Ansehen.")
