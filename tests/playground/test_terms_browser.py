"""A retainer, a line that costs less and VAT of one invoice alone, in a browser: at a desk and on a telephone."""

from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import update

from bot.core.context import Bot
from playground.billomat.account import Account
from storage import billomat as billomat_rows
from storage.tables import people
from tests.billing.conftest import connected
from tests.billing.deeds import RunJobs
from tests.playground.test_invoice_browser import PHONE, Opens, fits, opens, press, top
from tests.playground.test_page import chromium, types

__all__ = ["chromium", "connected", "opens"]

pytestmark = pytest.mark.browser


@dataclass(frozen=True)
class Words:
    """Who agrees, reduces and chooses, and what they read."""

    who: str
    catalog: str
    open_one: str
    agreements: str
    retainer: str
    fee: str
    hours: str
    since: str
    save: str
    used: str
    command: str
    fee_line: str
    included: str
    send: str
    edit: str
    percent: str
    reduced: str
    reduction: str
    once: str
    reverse_charge: str
    for_once: str


ENGLISH = Words(
    who="Anna",
    catalog="/track catalog acme gmbh",
    open_one="Open …",
    agreements="Agreements …",
    retainer="Retainer …",
    fee="Fee a month",
    hours="Hours a month",
    since="From the month of",
    save="Save",
    used="March 2026: 3:00 h of 3:00 h used, 0:00 h left",
    command="/track invoice acme march",
    fee_line="× €300.00 = €300.00",
    included="× €0.00 = €0.00",
    send="Send to Billomat",
    edit="Edit App",
    percent="Reduction in percent",
    reduced="less 10%: €171.00",
    reduction="Reduction, VAT …",
    once="VAT of this invoice only",
    reverse_charge="0%, the customer owes the VAT",
    for_once="Which VAT holds was chosen for this invoice only.",
)
GERMAN = Words(
    who="Finn",
    catalog="/track katalog acme gmbh",
    open_one="Öffnen …",
    agreements="Vereinbarungen …",
    retainer="Monatspauschale …",
    fee="Pauschale im Monat",
    hours="Stunden im Monat",
    since="Ab Monat",
    save="Speichern",
    used="März 2026: 3:00 h von 3:00 h genutzt, 0:00 h übrig",
    command="/track rechnung acme märz",
    fee_line="× 300,00 € = 300,00 €",
    included="× 0,00 € = 0,00 €",
    send="An Billomat senden",
    edit="App bearbeiten",
    percent="Rabatt in Prozent",
    reduced="abzüglich 10 %: 171,00 €",
    reduction="Rabatt, Umsatzsteuer …",
    once="Umsatzsteuer nur dieser Rechnung",
    reverse_charge="0 %, der Kunde schuldet die Umsatzsteuer",
    for_once="Welche Umsatzsteuer gilt, wurde nur für diese Rechnung gewählt.",
)
BOTH = pytest.mark.parametrize("words", [ENGLISH, GERMAN], ids=["English", "German"])
SIZES = pytest.mark.parametrize("telephone", [False, True], ids=["screen", "telephone"])


@pytest.fixture
def desk(words: Words, telephone: bool, opens: Opens, bot: Bot) -> Page:
    """The tab of an admin whose business is in Germany."""
    with bot.database.write() as db:
        db.execute(update(people).where(people.c.name == "Finn Freelancer").values(role="admin"))
        billomat_rows.change_account(db, 1, country="DE", vat_id="DE136695976")
    tab = opens(words.who)
    if telephone:
        tab.set_viewport_size(PHONE)
    return tab


def sees(tab: Page, *, telephone: bool) -> None:
    """All of the window is within reach."""
    if telephone:
        fits(tab)


def opens_invoice(tab: Page, words: Words) -> None:
    types(tab, words.command)
    expect(top(tab).get_by_role("button", name=words.send)).to_be_visible()


@SIZES
@BOTH
def test_a_retainer_is_agreed_on_and_stands_on_its_invoice(
    words: Words, telephone: bool, desk: Page, run_jobs: RunJobs, account: Account
) -> None:
    types(desk, words.catalog)
    expect(top(desk).get_by_text("Acme GmbH").first).to_be_visible()
    agreements = top(desk).get_by_role("button", name=words.agreements, exact=True)
    expect(agreements.or_(top(desk).get_by_role("button", name=words.open_one, exact=True)).first).to_be_visible()
    if not agreements.count():
        press(desk, words.open_one)
    agreements.click()
    press(desk, words.retainer)
    for label, value in ((words.fee, "300"), (words.hours, "3"), (words.since, "2026-03-01")):
        top(desk).get_by_label(label, exact=True).fill(value)
    sees(desk, telephone=telephone)
    press(desk, words.save)
    expect(top(desk).get_by_text(words.used)).to_be_visible()
    sees(desk, telephone=telephone)
    while desk.locator("dialog[open]").count():
        desk.keyboard.press("Escape")
        desk.wait_for_timeout(100)
    opens_invoice(desk, words)
    expect(top(desk).get_by_text(words.fee_line).first).to_be_visible()
    expect(top(desk).get_by_text(words.included).first).to_be_visible()
    sees(desk, telephone=telephone)
    with desk.expect_response("**/do/**"):
        press(desk, words.send)
    expect(top(desk).get_by_text("📨")).to_be_visible()
    run_jobs()
    (draft,) = account.drafts()
    assert sum(line.quantity * line.unit_price for line in draft.lines) == 300 + 95  # four hours, of which it has three


@SIZES
@BOTH
def test_a_line_costs_less_where_a_percentage_is_taken_off_of_it(words: Words, telephone: bool, desk: Page) -> None:
    opens_invoice(desk, words)
    top(desk).get_by_role("button", name=words.edit).first.click()
    top(desk).get_by_label(words.percent, exact=True).fill("10")
    sees(desk, telephone=telephone)
    press(desk, words.save)
    expect(top(desk).get_by_text(words.reduced).first).to_be_visible()
    sees(desk, telephone=telephone)


@SIZES
@BOTH
def test_the_customer_owes_the_vat_of_one_invoice(words: Words, telephone: bool, desk: Page) -> None:
    opens_invoice(desk, words)
    top(desk).get_by_text(words.reduction, exact=True).first.click()
    menu = top(desk).get_by_label(words.once, exact=True)
    chosen = menu.locator("option").filter(has_text=words.reverse_charge).first
    menu.select_option(chosen.get_attribute("value"))
    sees(desk, telephone=telephone)
    press(desk, words.save)
    expect(top(desk).get_by_text(words.for_once).first).to_be_visible()
    expect(top(desk).get_by_text("Steuerschuldnerschaft des Leistungsempfängers").first).to_be_visible()
    sees(desk, telephone=telephone)
