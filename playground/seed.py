"""Who and what is in the demo's workspace before anybody has done anything."""

from __future__ import annotations

from playground.slack.workspace import Workspace


def seed(workspace: Workspace) -> None:
    """Three people with different roles, zones and languages, two channels, and the first words in one of them."""
    anna = workspace.add_person("Anna Admin", zone="Europe/Berlin", locale="de-DE", is_owner=True)
    finn = workspace.add_person("Finn Freelancer", zone="Europe/Lisbon", locale="en-GB")
    workspace.add_person("Aylin Approver", zone="Europe/Istanbul", locale="en-US")
    general = workspace.add_channel("general")
    website = workspace.add_channel("acme-website")
    workspace.say(anna.id, general.id, "Moin! Ab heute erfassen wir Zeiten hier: einfach `/track` tippen.")
    workspace.say(finn.id, general.id, "Great, no more spreadsheets :tada:")
    workspace.say(finn.id, website.id, "The new start page is ready for review.")
