"""From time to invoice in a browser: all customers of a month, an invoice as a person puts it together, a telephone."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from slack_bolt import App

from bot.core.context import Bot
from playground.billomat.account import Account
from playground.person import Person
from playground.slack.workspace import Workspace
from tests.billing.conftest import connected
from tests.billing.deeds import RunJobs, appoint
from tests.playground.test_page import PATIENCE, chromium, served, types

__all__ = ["chromium", "connected"]

pytestmark = pytest.mark.browser

Opens = Callable[[str], Page]
PHONE = {"width": 390, "height": 844}


@dataclass(frozen=True)
class Words:
    """Who bills, and what they read."""

    who: str
    command: str
    month: str
    all: str
    create: str
    leave_out: str
    left_out: str
    take_in: str
    layout: str
    by: str
    day: str
    save: str
    edit: str
    described: str
    send: str
    there: str
    next: str
    entries: str
    note: str
    others: str


ENGLISH = Words(
    who="Anna",
    command="/track invoice all march",
    month="March 2026",
    all="2 customers · 7:00 h",
    create="Create invoice for Acme GmbH",
    leave_out="Leave out App",
    left_out="Left out by hand: 1 entry, 2:00 h.",
    take_in="Take all in",
    layout="Lines and texts …",
    by="One line for each",
    day="Day",
    save="Save",
    edit="Edit",
    described="Description",
    send="Send to Billomat",
    there="is in Billomat",
    next="Next customer: Bäckerei Söhne & Co., 3:00 h …",
    entries="Entries of Website",
    note="As agreed",
    others="All customers …",
)
GERMAN = Words(
    who="Finn",
    command="/track rechnung alle märz",
    month="März 2026",
    all="2 Kunden · 7:00 h",
    create="Rechnung für Acme GmbH erstellen",
    leave_out="App auslassen",
    left_out="Von Hand ausgelassen: 1 Eintrag, 2:00 h.",
    take_in="Alles aufnehmen",
    layout="Positionen und Texte …",
    by="Eine Position je",
    day="Tag",
    save="Speichern",
    edit="Bearbeiten",
    described="Beschreibung",
    send="An Billomat senden",
    there="ist in Billomat",
    next="Nächster Kunde: Bäckerei Söhne & Co., 3:00 h …",
    entries="Einträge von Website",
    note="Wie besprochen",
    others="Alle Kunden …",
)


@pytest.fixture
def opens(
    connected: None, app: App, bot: Bot, anna: Person, finn: Person, workspace: Workspace, account: Account,
    chromium: Browser,
) -> Iterator[Opens]:  # fmt: skip
    """Opens a tab for a person who bills; two customers have work in March."""
    finn.types("/track status")
    appoint(bot, "Finn Freelancer")
    for typed in ("2h acme website 3.3.: first", "2h acme app 4.3.: second", "3h bäckerei shop 5.3.: third"):
        anna.types(f"/track log {typed}")
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


def top(tab: Page) -> Locator:
    """The modal on top."""
    return tab.locator("dialog[open]").last


def press(tab: Page, name: str) -> None:
    top(tab).get_by_role("button", name=name, exact=True).first.click()


@pytest.mark.parametrize("words", [ENGLISH, GERMAN], ids=["English", "German"])
def test_the_whole_way_from_the_list_of_a_month_to_two_drafts(
    words: Words, opens: Opens, run_jobs: RunJobs, account: Account
) -> None:
    tab = opens(words.who)
    types(tab, words.command)
    expect(top(tab).get_by_text(words.all)).to_be_visible()
    press(tab, words.create)
    press(tab, words.leave_out)
    expect(top(tab).get_by_text(words.left_out)).to_be_visible()
    press(tab, words.take_in)
    expect(top(tab).get_by_text(words.left_out)).to_have_count(0)
    press(tab, words.layout)
    top(tab).get_by_label(words.by, exact=True).select_option(words.day)
    with tab.expect_response("**/do/**"):
        press(tab, words.save)
    expect(top(tab).get_by_role("button", name=words.send)).to_be_visible()
    with tab.expect_response("**/do/**"):
        top(tab).get_by_role("button", name=words.edit).first.click()
    top(tab).get_by_label(words.described, exact=True).fill(words.note)
    press(tab, words.save)
    expect(top(tab).get_by_text(words.note)).to_be_visible()
    press(tab, words.send)
    expect(top(tab).get_by_text("📨")).to_be_visible()
    run_jobs()
    expect(top(tab).get_by_text(words.there)).to_be_visible()
    press(tab, words.next)
    expect(top(tab).get_by_text(words.month).first).to_be_attached()
    expect(top(tab).get_by_role("button", name=words.send)).to_be_visible()
    press(tab, words.send)
    expect(top(tab).get_by_text("📨")).to_be_visible()
    run_jobs()
    assert words.note in [line.description for draft in account.drafts() for line in draft.lines]
    assert len(account.drafts()) == 2


def fits(tab: Page) -> None:
    """Nothing is wider than the telephone, and nothing to press or to fill in sticks out of its window."""
    assert tab.evaluate("document.body.scrollWidth <= innerWidth")
    modal = top(tab)
    assert modal.evaluate("each => each.scrollWidth <= each.clientWidth + 1")
    assert modal.evaluate(
        "each => [...each.querySelectorAll('button, input, select, textarea')]"
        ".filter(field => field.checkVisibility()).map(field => field.getBoundingClientRect())"
        ".every(box => box.left >= 0 && box.right <= each.getBoundingClientRect().right)"
    )


@pytest.mark.parametrize("words", [ENGLISH, GERMAN], ids=["English", "German"])
def test_on_a_telephone_all_of_it_is_within_reach(words: Words, opens: Opens) -> None:
    tab = opens(words.who)
    tab.set_viewport_size(PHONE)
    types(tab, words.command)
    expect(top(tab).get_by_text(words.all)).to_be_visible()
    fits(tab)
    press(tab, words.create)
    expect(top(tab).get_by_role("button", name=words.send)).to_be_visible()
    fits(tab)
    press(tab, words.entries)
    expect(top(tab).get_by_role("checkbox").first).to_be_visible()
    fits(tab)
    tab.keyboard.press("Escape")
    press(tab, words.layout)
    expect(top(tab).get_by_label(words.by, exact=True)).to_be_visible()
    fits(tab)
    tab.keyboard.press("Escape")
    press(tab, words.others)
    expect(top(tab).get_by_text(words.all)).to_be_visible()
