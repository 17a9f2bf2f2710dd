"""Time tracked by hand in a browser, with the real bot behind the page: what a person sees and clicks works."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from slack_bolt import App

from playground.billomat.account import Account
from playground.slack.workspace import Workspace
from tests.playground.test_page import PATIENCE, chromium, served, types

__all__ = ["chromium"]

pytestmark = pytest.mark.browser

Opens = Callable[[str], Page]


@pytest.fixture
def opens(projects: None, app: App, workspace: Workspace, account: Account, chromium: Browser) -> Iterator[Opens]:
    """Opens a tab for a person."""
    context = chromium.new_context(viewport={"width": 1400, "height": 860})
    context.set_default_timeout(PATIENCE)
    bots_slack = workspace.url
    with served(workspace, account) as world:
        workspace.url = bots_slack  # the bot answers at the host of its Web API only

        def open_tab(name: str) -> Page:
            tab = context.new_page()
            tab.goto(world.seat(name))
            expect(tab.locator("body")).to_have_attribute("data-live", "")
            return tab

        yield open_tab
        context.close()


def says(tab: Page, typed: str, answer: str) -> None:
    """Type a command and wait for its answer: two that are typed at once may be answered in any order."""
    types(tab, typed)
    expect(tab.get_by_text(answer).last).to_be_visible()


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
    expect(form.locator("[data-block^='target:']:not([data-block='target:'])")).to_be_visible()  # of that customer now
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


def test_an_entry_is_edited_in_its_form_and_the_edit_undone(opens: Opens) -> None:
    anna = opens("Anna")
    types(anna, "/track log 9-10 acme website")
    anna.get_by_role("button", name="Edit …", exact=True).click()
    form = anna.get_by_role("dialog", name="Edit entry")
    picks(form, "Project", "Acme GmbH › App")
    form.get_by_label("Note", exact=True).fill("Kick-off")
    form.get_by_role("button", name="Save").click()
    expect(form.get_by_text("Acme GmbH › App")).to_be_visible()
    form.get_by_role("button", name="Undo").click()
    expect(form.get_by_text("↩️ Undone")).to_be_visible()
    form.get_by_role("button", name="Close").last.click()
    types(anna, "/track list")
    expect(anna.get_by_text("09:00–10:00 · 1:00 h · Acme GmbH › Website")).to_be_visible()


def test_an_entry_is_split_by_typing_and_put_together_again(opens: Opens) -> None:
    finn = opens("Finn")
    says(finn, "/track buche 8-10 acme website", "✅ Acme GmbH › Website")
    says(finn, "/track teile 9:00", "08:00–09:00 · 1:00 h · Acme GmbH › Website")
    expect(finn.get_by_text("09:00–10:00 · 1:00 h · Acme GmbH › Website")).to_be_visible()
    says(finn, "/track rückgängig", "↩️ Rückgängig gemacht")
    types(finn, "/track liste")
    expect(finn.get_by_text("08:00–10:00 · 2:00 h · Acme GmbH › Website").last).to_be_visible()


def test_a_timer_is_switched_and_continued(opens: Opens) -> None:
    anna = opens("Anna")
    says(anna, "/track start acme website since 9:00", "Website has been running since 09:00")
    says(anna, "/track switch shop at 9:30", "Shop has been running since 09:30")
    says(anna, "/track stop 9:45", "⏹️ Bäckerei Söhne & Co. › Shop")
    says(anna, "/track continue website", "Acme GmbH › Website has been running since 10:00")


def test_a_gap_is_filled_from_the_entry_before_it(opens: Opens) -> None:
    anna = opens("Anna")
    says(anna, "/track log 9-9:30 acme website", "✅ Acme GmbH › Website")
    types(anna, "/track gaps")
    anna.get_by_role("button", name="Website until 10:00").click()
    expect(anna.get_by_text("no gaps between 09:00 and 10:00")).to_be_visible()


def test_a_report_becomes_a_table_and_is_put_together_by_something_else_in_its_place(
    opens: Opens, workspace: Workspace
) -> None:
    workspace.refusal = None
    anna = opens("Anna")
    says(anna, "/track log 8-10 acme website", "✅ Acme GmbH › Website")
    says(anna, "/track log 7-8 shop", "✅ Bäckerei Söhne & Co. › Shop")
    types(anna, "/track report")
    table = anna.get_by_role("table")
    expect(table.get_by_role("row", name="Acme GmbH Website 2:00 h")).to_be_visible()
    expect(anna.get_by_role("img", name="Acme GmbH, Hours: 2")).to_be_visible()
    anna.get_by_label("Put together by").select_option("By service")
    expect(table.get_by_role("columnheader", name="Service")).to_be_visible()
    expect(table).to_have_count(1)


def test_time_that_overlaps_is_settled_by_a_click(opens: Opens) -> None:
    anna = opens("Anna")
    says(anna, "/track log 8-10 acme website", "✅ Acme GmbH › Website")
    types(anna, "/track log 9-9:30 shop")
    anna.get_by_role("button", name="Split").click()
    expect(anna.get_by_text("✅ Bäckerei Söhne & Co. › Shop")).to_be_visible()
    types(anna, "/track list")
    expect(anna.get_by_text("08:00–09:00 · 1:00 h · Acme GmbH › Website")).to_be_visible()
    expect(anna.get_by_text("09:30–10:00 · 0:30 h · Acme GmbH › Website")).to_be_visible()
