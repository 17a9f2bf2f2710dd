"""What follows a sent draft, in a browser: completed, cancelled, changed, taken back or deleted in Billomat."""

from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from bot.core.context import Bot
from playground.billomat.account import Account
from storage import jobs as job_rows
from tests.billing.conftest import connected, one_clock
from tests.billing.deeds import RunJobs, just_read, states
from tests.billing.test_following import hour
from tests.billing.test_sent_lines import without
from tests.playground.test_invoice_browser import PHONE, Opens, fits, opens, press, top
from tests.playground.test_page import chromium, types
from tests.playground.test_submitting_browser import clicks, in_messages

__all__ = ["chromium", "connected", "hour", "one_clock", "opens"]

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("one_clock")]


@dataclass(frozen=True)
class Words:
    """Who bills, and what they read afterwards."""

    who: str
    command: str
    send: str
    close: str
    stands: str
    completed: str
    cancelled: str
    bill_again: str
    free: str
    changed: str
    lines: str
    entries_of: str
    write_off: str
    save: str
    written_off: str
    take_back: str
    delete: str
    taken_back: str
    deleted: str
    open_invoice: str


ENGLISH = Words(
    who="Anna",
    command="/track invoice acme march",
    send="Send to Billomat",
    close="Close",
    stands="is in Billomat:",
    completed="Completed in Billomat: RE",
    cancelled="was cancelled in Billomat",
    bill_again="Bill again",
    free="is cancelled in Billomat. What was on it is free",
    changed="Lines of Acme GmbH, March 2026 were changed in Billomat",
    lines="Lines …",
    entries_of="Entries … App",
    write_off="Write off",
    save="Save",
    written_off="2:00 h written off",
    take_back="Take back …",
    delete="Delete in Billomat",
    taken_back="is deleted in Billomat. What was on it is free",
    deleted="was deleted in Billomat. I looked twice",
    open_invoice="Open the invoice …",
)
GERMAN = Words(
    who="Finn",
    command="/track rechnung acme märz",
    send="An Billomat senden",
    close="Schließen",
    stands="ist in Billomat:",
    completed="In Billomat abgeschlossen: RE",
    cancelled="wurde in Billomat storniert",
    bill_again="Neu abrechnen",
    free="ist in Billomat storniert. Was darauf stand, ist frei",
    changed="Positionen von Acme GmbH, März 2026 wurden in Billomat geändert",
    lines="Positionen …",
    entries_of="Einträge … App",
    write_off="Abschreiben",
    save="Speichern",
    written_off="2:00 h abgeschrieben",
    take_back="Zurücknehmen …",
    delete="In Billomat löschen",
    taken_back="ist in Billomat gelöscht. Was darauf stand, ist frei",
    deleted="wurde in Billomat gelöscht. Ich habe zweimal nachgesehen",
    open_invoice="Rechnung öffnen …",
)
BOTH = pytest.mark.parametrize("words", [ENGLISH, GERMAN], ids=["English", "German"])


@pytest.fixture
def desk(words: Words, opens: Opens, bot: Bot, run_jobs: RunJobs) -> Page:
    """The tab of whoever sent the draft for Acme, with Trackomat's messages open."""
    tab = opens(words.who)
    just_read(bot)
    types(tab, words.command)
    sends(tab, words, run_jobs)
    in_messages(tab, words.stands)
    return tab


def sends(tab: Page, words: Words, run_jobs: RunJobs) -> None:
    """Send the invoice that was just opened."""
    expect(top(tab).get_by_role("button", name=words.send)).to_be_visible()
    with tab.expect_response("**/do/**"):
        press(tab, words.send)
    expect(top(tab).get_by_text("📨")).to_be_visible()
    run_jobs()
    expect(top(tab).get_by_text(words.stands).first).to_be_visible()
    press(tab, words.close)
    expect(tab.locator("dialog[open]")).to_have_count(0)


def there_is_a_job(tab: Page, bot: Bot, prefix: str) -> None:
    """The click was answered before its work was put; wait until it is."""
    for _ in range(600):
        with bot.database.read() as db:
            if job_rows.any_job(db, prefix):
                return
        tab.wait_for_timeout(50)
    raise TimeoutError(prefix)


def on_a_telephone(tab: Page) -> None:
    """The window on top is within reach there too."""
    size = tab.viewport_size
    tab.set_viewport_size(PHONE)
    fits(tab)
    tab.set_viewport_size(size or PHONE)


def sent(account: Account) -> int:
    """The id of the newest draft."""
    return account.drafts()[-1].id


@BOTH
def test_a_completed_invoice_is_called_by_its_number_and_once_cancelled_billed_again(
    words: Words, desk: Page, bot: Bot, account: Account, hour: RunJobs, run_jobs: RunJobs
) -> None:
    first = sent(account)
    account.complete(first)
    hour()
    types(desk, words.command)
    expect(top(desk).get_by_text(words.completed)).to_be_visible()
    on_a_telephone(desk)
    desk.keyboard.press("Escape")
    account.cancel(first)
    hour()
    in_messages(desk, words.cancelled)
    clicks(desk, words.bill_again)
    there_is_a_job(desk, bot, "withdraw:")
    run_jobs()
    expect(desk.get_by_text(words.free).last).to_be_visible()
    assert states(bot)[0] == "open"
    just_read(bot)
    clicks(desk, words.open_invoice)
    sends(desk, words, run_jobs)
    assert (states(bot)[0], len(account.drafts())) == ("sent", 1)


@BOTH
def test_what_stood_on_a_removed_line_is_written_off(
    words: Words, desk: Page, account: Account, hour: RunJobs, bot: Bot
) -> None:
    account.edit_lines(sent(account), without("App"))
    hour()
    in_messages(desk, words.changed)
    clicks(desk, words.lines)
    on_a_telephone(desk)
    press(desk, words.entries_of)
    top(desk).get_by_label(words.write_off).check()
    on_a_telephone(desk)
    with desk.expect_response("**/do/**"):
        press(desk, words.save)
    expect(top(desk).get_by_text(words.written_off).first).to_be_visible()
    assert states(bot) == ["sent"]


@BOTH
def test_a_draft_is_taken_back_and_the_same_is_sent_again(
    words: Words, desk: Page, bot: Bot, account: Account, run_jobs: RunJobs
) -> None:
    clicks(desk, words.take_back)
    on_a_telephone(desk)
    with desk.expect_response("**/do/**"):
        press(desk, words.delete)
    there_is_a_job(desk, bot, "take_back:")
    run_jobs()
    desk.keyboard.press("Escape")
    expect(desk.get_by_text(words.taken_back).last).to_be_visible()
    assert (states(bot), account.drafts()) == (["open"], [])
    just_read(bot)
    clicks(desk, words.open_invoice)
    sends(desk, words, run_jobs)
    assert (states(bot), len(account.drafts())) == (["sent"], 1)


@BOTH
def test_a_draft_that_somebody_deleted_there_is_put_together_again_with_a_click(
    words: Words, desk: Page, bot: Bot, account: Account, hour: RunJobs, run_jobs: RunJobs
) -> None:
    hour()  # by then it is known on which account it stands
    account.delete_draft(sent(account))
    hour()
    hour()
    expect(desk.get_by_text(words.deleted).last).to_be_visible()
    just_read(bot)
    clicks(desk, words.open_invoice)
    sends(desk, words, run_jobs)
    assert (states(bot), len(account.drafts())) == (["sent"], 1)
