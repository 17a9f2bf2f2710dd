"""A second person approves, in a browser: submitted by one, returned, void or approved by the other."""

from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import update

from bot.core.context import Bot
from playground.billomat.account import Account
from playground.person import Person
from storage.tables import people, workspaces
from tests.billing.conftest import connected
from tests.billing.deeds import RunJobs
from tests.playground.test_invoice_browser import PHONE, Opens, fits, opens, press, top
from tests.playground.test_page import chromium, types

__all__ = ["chromium", "connected", "opens"]

pytestmark = pytest.mark.browser


@dataclass(frozen=True)
class Words:
    """What a person types and reads."""

    who: str
    command: str
    submit: str
    submitted: str
    asked: str
    approve: str
    return_: str
    why: str
    send_back: str
    came_back: str
    void: str
    close: str
    on_its_way: str
    approved: str


ENGLISH = Words(
    who="Anna",
    command="/track invoice acme march",
    submit="Submit for approval",
    submitted="Finn Freelancer can approve it",
    asked="asks you to approve an invoice: Acme GmbH, March 2026",
    approve="Approve and send",
    return_="Return …",
    why="What has to be different",
    send_back="Return",
    came_back="Finn Freelancer returned Acme GmbH, March 2026: “Please check”",
    void="is void, for it changed since",
    close="Close",
    on_its_way="Approved, and on its way to Billomat",
    approved="Finn Freelancer approved what you submitted",
)
GERMAN = Words(
    who="Finn",
    command="/track rechnung acme märz",
    submit="Zur Freigabe einreichen",
    submitted="Freigeben kann: Anna Admin",
    asked="bittet dich, eine Rechnung freizugeben: Acme GmbH, März 2026",
    approve="Freigeben und senden",
    return_="Zurückgeben …",
    why="Was anders sein muss",
    send_back="Zurückgeben",
    came_back="Anna Admin hat Acme GmbH, März 2026 zurückgegeben: „Please check“",
    void="ist ungültig, denn es hat sich seitdem geändert",
    close="Schließen",
    on_its_way="Freigegeben und auf dem Weg zu Billomat",
    approved="Anna Admin hat freigegeben, was du eingereicht hast",
)


@pytest.fixture
def two(opens: Opens, bot: Bot) -> Opens:
    """Every invoice needs a second person, and Finn approves as well as Anna, who is admin."""
    with bot.database.write() as db:
        db.execute(update(workspaces).values(second_from_cents=0))
        db.execute(update(people).where(people.c.name == "Finn Freelancer").values(role="approver"))
    return opens


def submits(tab: Page, words: Words) -> None:
    """Open the invoice and submit it."""
    types(tab, words.command)
    press(tab, words.submit)
    expect(top(tab).get_by_text(words.submitted)).to_be_visible()
    press(tab, words.close)


def in_messages(tab: Page, text: str) -> None:
    """A message of Trackomat's."""
    tab.get_by_role("link", name="Trackomat", exact=False).first.click()
    expect(tab.locator("body")).to_have_attribute("data-live", "")
    expect(tab.get_by_text(text).last).to_be_visible()


def clicks(tab: Page, name: str) -> None:
    """The newest button of that name in the messages."""
    with tab.expect_response("**/do/**"):
        tab.get_by_role("button", name=name, exact=True).last.click()


@pytest.mark.parametrize("telephone", [False, True], ids=["screen", "telephone"])
@pytest.mark.parametrize(("ours", "theirs"), [(ENGLISH, GERMAN), (GERMAN, ENGLISH)], ids=["English", "German"])
def test_one_submits_and_the_other_returns_and_approves(
    ours: Words, theirs: Words, telephone: bool, two: Opens, run_jobs: RunJobs, account: Account
) -> None:
    one, other = two(ours.who), two(theirs.who)
    submits(one, ours)
    run_jobs()
    if telephone:
        other.set_viewport_size(PHONE)
    in_messages(other, theirs.asked)
    clicks(other, theirs.return_)
    top(other).get_by_label(theirs.why).fill("Please check")
    if telephone:
        fits(other)
    press(other, theirs.send_back)
    expect(top(other).get_by_text("↩️")).to_be_visible()
    press(other, theirs.close)
    run_jobs()
    in_messages(one, ours.came_back)
    submits(one, ours)
    run_jobs()
    clicks(other, theirs.approve)
    expect(other.get_by_text(theirs.on_its_way).last).to_be_visible()
    run_jobs()
    assert len(account.drafts()) == 1
    expect(one.get_by_text(ours.approved).last).to_be_visible()


@pytest.mark.parametrize(("ours", "theirs"), [(ENGLISH, GERMAN), (GERMAN, ENGLISH)], ids=["English", "German"])
def test_what_changed_meanwhile_is_void_and_said_to_both(
    ours: Words, theirs: Words, two: Opens, anna: Person, run_jobs: RunJobs, account: Account
) -> None:
    one, other = two(ours.who), two(theirs.who)
    submits(one, ours)
    run_jobs()
    in_messages(other, theirs.asked)
    anna.types("/track log 1h acme app 4.3.: late")
    clicks(other, theirs.approve)
    expect(other.get_by_text(theirs.void).last).to_be_visible()
    expect(other.get_by_text("(+").last).to_be_visible()
    run_jobs()
    assert account.drafts() == []
    in_messages(one, ours.void)
