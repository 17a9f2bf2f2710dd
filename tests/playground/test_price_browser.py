"""What an hour costs, how time is rounded and which VAT holds, in a browser: at a desk and on a telephone."""

from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import update

from bot.core.context import Bot
from storage import billomat as billomat_rows
from storage.tables import people
from tests.billing.conftest import connected
from tests.billing.deeds import ACME, change
from tests.playground.test_invoice_browser import PHONE, Opens, fits, opens, press, top
from tests.playground.test_page import chromium, types

__all__ = ["chromium", "connected", "opens"]

pytestmark = pytest.mark.browser


@dataclass(frozen=True)
class Words:
    """Who sets what, and what they read."""

    who: str
    settings: str
    command: str
    rates: str
    different: str
    add: str
    customer: str
    price: str
    holds: str
    for_open: str
    save: str
    listed: str
    answered: str
    rounding: str
    way: str
    up: str
    full: str
    hour: str
    rounded: str
    doubt: str
    taxed: str
    kept: str
    lacking: str
    show: str
    term: str


ENGLISH = Words(
    who="Anna",
    settings="/track settings",
    command="/track invoice acme march",
    rates="Rates …",
    different="Different rates …",
    add="Add rate …",
    customer="Customer",
    price="Hourly rate",
    holds="It holds",
    for_open="Also for all that is open",
    save="Save",
    listed="1. Acme GmbH: €80.00",
    answered="€80.00 by rule 1",
    rounding="Rounding …",
    way="How time is rounded",
    up="Round up",
    full="To full",
    hour="60 minutes",
    rounded="Time is rounded up to full 60 minutes for each entry, kept for Acme GmbH.",
    doubt="has no VAT id from there in Billomat",
    taxed="With German VAT",
    kept="MwSt 19",
    lacking="Missing for an e-invoice:",
    show="Show what is missing",
    term="(BT-49)",
)
GERMAN = Words(
    who="Finn",
    settings="/track einstellungen",
    command="/track rechnung acme märz",
    rates="Stundensätze …",
    different="Verschiedene Stundensätze …",
    add="Stundensatz hinzufügen …",
    customer="Kunde",
    price="Stundensatz",
    holds="Er gilt",
    for_open="Auch für alles Offene",
    save="Speichern",
    listed="1. Acme GmbH: 80,00",
    answered="nach Regel 1",
    rounding="Rundung …",
    way="Wie Zeit gerundet wird",
    up="Aufrunden",
    full="Auf volle",
    hour="60 Minuten",
    rounded="auf volle 60 Minuten aufgerundet",
    doubt="in Billomat keine USt-IdNr. von dort",
    taxed="Mit deutscher Umsatzsteuer",
    kept="MwSt 19",
    lacking="Für eine E-Rechnung fehlt:",
    show="Zeigen, was fehlt",
    term="(BT-49)",
)
BOTH = pytest.mark.parametrize("words", [ENGLISH, GERMAN], ids=["English", "German"])


@pytest.fixture
def desk(words: Words, opens: Opens, bot: Bot) -> Page:
    """The tab of an admin, whose business is in Germany and whose customer is in Austria."""
    with bot.database.write() as db:
        db.execute(update(people).where(people.c.name == "Finn Freelancer").values(role="admin"))
        billomat_rows.change_account(db, 1, country="DE", vat_id="DE136695976")
    change(bot, ACME, country="AT", kind="company")
    return opens(words.who)


def picks(tab: Page, label: str, text: str) -> None:
    """Choose from a menu that is searched."""
    menu = top(tab).get_by_label(label, exact=True)
    menu.click()
    menu.fill(text)
    top(tab).get_by_role("option", name=text).first.click()


def sees_on_a_telephone(tab: Page) -> None:
    size = tab.viewport_size
    tab.set_viewport_size(PHONE)
    fits(tab)
    tab.set_viewport_size(size or PHONE)


@BOTH
def test_a_rate_is_added_and_tried(words: Words, desk: Page) -> None:
    types(desk, words.settings)
    press(desk, words.rates)
    press(desk, words.different)
    sees_on_a_telephone(desk)
    press(desk, words.add)
    expect(top(desk).get_by_label(words.holds, exact=True)).to_be_visible()
    sees_on_a_telephone(desk)
    picks(desk, words.customer, ACME)
    top(desk).get_by_label(words.price).first.fill("80")
    top(desk).get_by_label(words.holds, exact=True).select_option(words.for_open)
    press(desk, words.save)
    expect(top(desk).get_by_text(words.listed).first).to_be_visible()
    picks(desk, words.customer, ACME)
    expect(top(desk).get_by_text(words.answered)).to_be_visible()
    sees_on_a_telephone(desk)


@BOTH
def test_what_each_rounding_costs_is_seen_before_one_is_chosen(words: Words, desk: Page) -> None:
    types(desk, words.command)
    expect(top(desk).get_by_text("×").first).to_be_visible()
    top(desk).get_by_text(words.rounding, exact=True).first.click()
    top(desk).get_by_label(words.way, exact=True).select_option(words.up)
    top(desk).get_by_label(words.full, exact=True).select_option(words.hour)
    sees_on_a_telephone(desk)
    press(desk, words.save)
    expect(top(desk).get_by_text(words.rounded)).to_be_visible()


@BOTH
def test_a_doubt_about_vat_is_answered_and_what_an_e_invoice_lacks_is_shown(words: Words, desk: Page) -> None:
    types(desk, words.command)
    expect(top(desk).get_by_text(words.doubt)).to_be_visible()
    sees_on_a_telephone(desk)
    press(desk, words.taxed)
    expect(top(desk).get_by_text(words.kept).first).to_be_visible()
    expect(top(desk).get_by_text(words.lacking).first).to_be_visible()
    press(desk, words.show)
    expect(top(desk).get_by_text(words.term).first).to_be_visible()
    sees_on_a_telephone(desk)
