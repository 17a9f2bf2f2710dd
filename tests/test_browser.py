"""Time tracked by hand in a browser, with the real bot behind the page: what a person sees and clicks works."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from slack_bolt import App

from playground.billomat.account import Account
from playground.slack.workspace import Workspace
from tests.test_playground_page import chromium, served, types

__all__ = ["chromium"]

pytestmark = pytest.mark.browser

Opens = Callable[[str], Page]


@pytest.fixture
def opens(projects: None, app: App, workspace: Workspace, account: Account, chromium: Browser) -> Iterator[Opens]:
    """Opens a tab for a person."""
    context = chromium.new_context(viewport={"width": 1400, "height": 860})
    context.set_default_timeout(5000)
    with served(workspace, account) as world:

        def open_tab(name: str) -> Page:
            tab = context.new_page()
            tab.goto(world.seat(name))
            expect(tab.locator("body")).to_have_attribute("data-live", "")
            return tab

        yield open_tab
        context.close()


def picks(form: Locator, label: str, text: str) -> None:
    field = form.get_by_label(label, exact=True)
    field.click()
    field.fill(text)
    form.get_by_role("option", name=text).first.click()
    expect(field).to_have_value(text)


def test_a_timer_is_started_in_the_form_and_stopped_where_it_is_confirmed(opens: Opens) -> None:
    anna = opens("Anna")
    types(anna, "/track")
    form = anna.get_by_role("dialog", name="Track time")
    picks(form, "Project", "Acme GmbH › Website")
    form.get_by_role("button", name="Start timer").click()
    expect(anna.get_by_text("Acme GmbH › Website has been running since")).to_be_visible()
    anna.get_by_role("button", name="Stop").click()
    expect(anna.get_by_text("⏹️ Acme GmbH › Website")).to_be_visible()


def test_a_slip_is_corrected_at_its_field_without_typing_again(opens: Opens) -> None:
    finn = opens("Finn")
    finn.get_by_role("button", name="Shortcuts").click()
    finn.get_by_role("button", name="Track time Start a timer").click()
    form = finn.get_by_role("dialog", name="Zeit erfassen")
    picks(form, "Kunde", "Acme GmbH")
    picks(form, "Projekt", "Website")
    form.get_by_role("button", name="Dauer").click()
    form.get_by_label("Dauer", exact=True).fill("viel")
    form.get_by_label("Notiz", exact=True).fill("Kick-off")
    form.get_by_role("button", name="Eintragen").click()
    length = form.get_by_label("Dauer", exact=True)
    expect(length).to_have_attribute("aria-invalid", "true")
    expect(form.get_by_label("Projekt", exact=True)).to_have_value("Website")
    length.fill("1,5")
    form.get_by_role("button", name="Eintragen").click()
    expect(form.get_by_text("✅ Acme GmbH › Website · 1:30 h")).to_be_visible()
    expect(form.get_by_text("Kick-off")).to_be_visible()


def test_time_is_tracked_on_a_message(opens: Opens) -> None:
    anna = opens("Anna")
    types(anna, "call with Acme")
    message = anna.get_by_role("article").filter(has_text="call with Acme")
    message.hover()
    message.get_by_role("button", name="More actions").click()
    anna.get_by_role("button", name="Track time on this").click()
    form = anna.get_by_role("dialog", name="Track time")
    expect(form.get_by_text("💬 call with Acme")).to_be_visible()
    picks(form, "Project", "Acme GmbH › App")
    form.get_by_role("button", name="Start timer").click()
    expect(anna.get_by_text("Acme GmbH › App has been running since")).to_be_visible()
