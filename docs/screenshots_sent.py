"""The pictures of what follows a draft that was sent, of days that are locked, and of what an invoice costs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from playwright.sync_api import expect
from tabs import LAST_MONTH, MONTH_DE, MONTH_EN, THIS_MONTH, Tab

PATIENCE = 30_000
HOURS = 3
"""Billomat is read once an hour; what was just read is not read again."""


@dataclass(frozen=True)
class Words:
    """What is typed, pressed and read, in one language."""

    customer: str
    history: str
    take_back: str
    delete: str
    taken_back: str
    open_again: str
    send: str
    stands: str
    changed: str
    lines: str
    entries: str
    save: str
    settled: str
    cancelled: str
    keep: str
    kept: str


ENGLISH = Words(
    customer="Acme GmbH",
    history="History …",
    take_back="Take back …",
    delete="Delete in Billomat",
    taken_back="is deleted in Billomat",
    open_again="Open the invoice …",
    send="Send to Billomat",
    stands="Open in Billomat",
    changed="were changed in Billomat",
    lines="Lines …",
    entries="Entries …",
    save="Save",
    settled="free again",
    cancelled="was cancelled in Billomat",
    keep="Keep as it is",
    kept="stays as it is",
)
GERMAN = Words(
    customer="Bäckerei",
    history="Verlauf …",
    take_back="Zurücknehmen …",
    delete="In Billomat löschen",
    taken_back="in Billomat gelöscht",
    open_again="Rechnung öffnen …",
    send="An Billomat senden",
    stands="In Billomat öffnen",
    changed="in Billomat geändert",
    lines="Positionen …",
    entries="Einträge …",
    save="Speichern",
    settled="wieder frei",
    cancelled="in Billomat storniert",
    keep="So lassen",
    kept="bleibt, wie sie ist",
)


def following(tab: Tab, words: Words) -> None:
    """What becomes of a draft that was sent: taken back, its lines changed there, cancelled."""
    tab.goes("Trackomat")
    _taking_back(tab, words)
    _changed_there(tab, words)
    _cancelled(tab, words)
    tab.goes("general")


def _taking_back(tab: Tab, words: Words) -> None:
    _presses(tab, words.take_back)
    expect(tab.modal.get_by_role("button", name=words.delete)).to_be_visible(timeout=PATIENCE)
    tab.saves("taking-back")
    tab.modal.get_by_role("button", name=words.delete).click()
    expect(tab.page.get_by_text(words.taken_back).last).to_be_visible(timeout=PATIENCE)
    tab.leaves()
    tab.saves("taken-back")
    _presses(tab, words.open_again)
    expect(tab.modal.get_by_role("button", name=words.send)).to_be_visible(timeout=PATIENCE)
    tab.stands_still()
    tab.modal.get_by_role("button", name=words.send).click()
    expect(tab.modal.get_by_text(words.stands).first).to_be_visible(timeout=PATIENCE)
    tab.leaves()


def _changed_there(tab: Tab, words: Words) -> None:
    _in_billomat(tab, words.customer, "shorten")
    _hours_later(tab, words.changed)
    tab.saves("changed-there")
    _presses(tab, words.lines)
    expect(tab.modal.get_by_text("⚠️").first).to_be_visible(timeout=PATIENCE)
    tab.saves("sent-lines")
    line = tab.modal.locator(".section, section, div").filter(has_text="⚠️").last
    line.locator("xpath=ancestor-or-self::*[.//button][1]").get_by_role("button", name=words.entries).last.click()
    expect(tab.modal.get_by_role("button", name=words.save)).to_be_visible(timeout=PATIENCE)
    tab.saves("sent-line", phone=True)
    tab.modal.get_by_role("button", name=words.save).click()
    expect(tab.modal.get_by_text(words.settled).first).to_be_visible(timeout=PATIENCE)
    tab.leaves()


def _cancelled(tab: Tab, words: Words) -> None:
    _in_billomat(tab, words.customer, "complete")
    _in_billomat(tab, words.customer, "cancel")
    _hours_later(tab, words.cancelled)
    tab.saves("cancelled")
    _presses(tab, words.keep)
    expect(tab.page.get_by_text(words.kept).last).to_be_visible(timeout=PATIENCE)
    _presses(tab, words.history)
    expect(tab.modal.get_by_text("Billomat").first).to_be_visible(timeout=PATIENCE)
    tab.saves("invoice-history", tall=True)
    tab.leaves()


def elsewhere(tab: Tab, list_: str, button: str, reason: tuple[str, str]) -> None:
    """Mark what a list shows as billed elsewhere; and leave it."""
    tab.types(list_, until=button)
    _presses(tab, button)
    tab.modal.get_by_label(reason[0]).fill(reason[1])
    tab.saves("elsewhere")
    tab.leaves()


def history(tab: Tab, edit: str, note: str, labels: tuple[str, str, str]) -> None:
    """Correct the note of an entry and read who changed what of it: its field, the button that saves, the history's."""
    field, save, of_it = labels
    tab.types(edit)
    tab.modal.get_by_label(field, exact=True).fill(note)
    tab.modal.get_by_role("button", name=save, exact=True).click()
    expect(tab.modal.get_by_text(note).first).to_be_visible(timeout=PATIENCE)
    tab.leaves()
    tab.types(edit)
    tab.modal.get_by_role("button", name=of_it).click()
    expect(tab.modal.get_by_text("corrected" if tab.language == "en" else "berichtigt").first).to_be_visible(
        timeout=PATIENCE
    )
    tab.saves("entry-history")
    tab.leaves()


def locking(tab: Tab, settings: str, buttons: tuple[str, str], until: tuple[str, str], said: str) -> None:
    """Lock days up to one of them."""
    tab.types(settings)
    tab.modal.get_by_role("button", name=buttons[0]).click()
    tab.modal.get_by_label(until[0]).fill(until[1])
    tab.modal.get_by_role("button", name=buttons[1], exact=True).click()
    expect(tab.modal.get_by_text(said).first).to_be_visible(timeout=PATIENCE)
    tab.leaves()
    tab.types(settings)
    tab.modal.get_by_role("button", name=buttons[0]).click()
    expect(tab.modal.get_by_text(said).first).to_be_visible(timeout=PATIENCE)
    tab.saves("locked")
    tab.leaves()


def retaining(tab: Tab, typed: tuple[str, str], buttons: tuple[str, str, str, str], labels: tuple[str, ...]) -> None:
    """Agree on a monthly fee with hours under it, and look at the invoice with it."""
    catalog, invoice = typed
    tab.types(catalog)
    expect(tab.modal.get_by_role("heading").first).to_be_visible(timeout=PATIENCE)
    tab.page.wait_for_timeout(500)
    agreements = tab.modal.get_by_role("button", name=buttons[1], exact=True)
    if not agreements.count():
        tab.modal.get_by_role("button", name=buttons[0], exact=True).first.click()
    agreements.click()
    tab.modal.get_by_role("button", name=buttons[2], exact=True).click()
    for label, value in zip(labels[:3], ("300", "4", str(THIS_MONTH)), strict=True):
        tab.modal.get_by_label(label, exact=True).fill(value)
    tab.modal.get_by_label(labels[3]).check()
    tab.saves("retainer", tall=True)
    tab.modal.get_by_role("button", name=buttons[3], exact=True).click()
    expect(tab.modal.get_by_text(labels[4]).first).to_be_visible(timeout=PATIENCE)
    tab.saves("retained")
    tab.leaves()
    tab.types(invoice)
    fee = tab.modal.get_by_text(labels[5]).first
    expect(fee).to_be_visible(timeout=PATIENCE)
    tab.saves("retainer-invoice", phone=True, shows=fee)
    tab.leaves()


def reducing(tab: Tab, invoice: str, edit: str, labels: tuple[str, str], said: str) -> None:
    """Take a percentage off of one line."""
    tab.types(invoice)
    tab.modal.get_by_text(edit, exact=True).first.click()
    tab.modal.get_by_label(labels[0], exact=True).fill("10")
    tab.modal.get_by_role("button", name=labels[1], exact=True).click()
    reduced = tab.modal.get_by_text(said).first
    expect(reduced).to_be_visible(timeout=PATIENCE)
    tab.saves("reduced", shows=reduced)
    tab.leaves()


def owing(tab: Tab, invoice: str, button: str, choice: tuple[str, str], labels: tuple[str, str]) -> None:
    """Have the customer owe the VAT of one invoice."""
    tab.types(invoice)
    tab.modal.get_by_text(button, exact=True).first.click()
    menu = tab.modal.get_by_label(choice[0], exact=True)
    chosen = menu.locator("option").filter(has_text=choice[1]).first  # its text has spaces that do not break
    menu.select_option(chosen.get_attribute("value"))
    tab.saves("tax-once")
    tab.modal.get_by_role("button", name=labels[0], exact=True).click()
    expect(tab.modal.get_by_text(labels[1]).first).to_be_visible(timeout=PATIENCE)
    tab.saves("reverse-charge", tall=True)
    tab.leaves()


def afterwards(anna: Tab, finn: Tab) -> None:
    """What follows a draft that was sent, and what is locked, in both languages."""
    following(anna, ENGLISH)
    following(finn, GERMAN)
    elsewhere(
        anna,
        f"/track list {MONTH_EN} acme website",
        "Billed elsewhere …",
        ("Reason", "Invoice 4711 of the old system"),
    )
    elsewhere(
        finn,
        f"/track liste {MONTH_DE} acme website",
        "Anderswo abgerechnet …",
        ("Grund", "Rechnung 4711 aus dem alten System"),
    )
    history(anna, "/track edit", "Delivery by car", ("Note", "Save", "History …"))
    history(finn, "/track bearbeite", "Lieferung mit dem Auto", ("Notiz", "Speichern", "Verlauf …"))
    locking(
        anna,
        "/track settings",
        ("Locked days …", "Save"),
        ("Locked up to", str(LAST_MONTH - timedelta(days=1))),
        "all is locked",
    )
    locking(
        finn,
        "/track einstellungen",
        ("Gesperrte Tage …", "Speichern"),
        ("Gesperrt bis", str(LAST_MONTH - timedelta(days=1))),
        "ist alles gesperrt",
    )


def prices(anna: Tab, finn: Tab) -> None:
    """A line that costs less, an invoice whose customer owes the VAT, and a retainer, in both languages."""
    ours, theirs = (
        f"/track invoice acme gmbh {MONTH_EN}",
        f"/track rechnung bäckerei {MONTH_DE}",
    )
    retaining(
        anna,
        ("/track catalog acme gmbh", ours),
        ("Open …", "Agreements …", "Retainer …", "Save"),
        (
            "Fee a month",
            "Hours a month",
            "From the month of",
            "What is not used is carried over to later months",
            "4:00 h used",
            "Monatspauschale für",
        ),
    )
    retaining(
        finn,
        ("/track katalog bäckerei", theirs),
        ("Öffnen …", "Vereinbarungen …", "Monatspauschale …", "Speichern"),
        (
            "Pauschale im Monat",
            "Stunden im Monat",
            "Ab Monat",
            "Was nicht genutzt wird, gilt in späteren Monaten weiter",
            "4:00 h",
            "Monatspauschale für",
        ),
    )
    reducing(anna, ours, "Edit …", ("Reduction in percent", "Save"), "less 10%")
    reducing(finn, theirs, "Bearbeiten …", ("Rabatt in Prozent", "Speichern"), "10 %")
    owing(
        anna,
        ours,
        "Reduction, VAT …",
        ("VAT of this invoice only", "0%, the customer owes the VAT (§ 13b UStG)"),
        ("Save", "for this invoice only"),
    )
    owing(
        finn,
        theirs,
        "Rabatt, Umsatzsteuer …",
        ("Umsatzsteuer nur dieser Rechnung", "0 %, der Kunde schuldet die Umsatzsteuer (§ 13b UStG)"),
        ("Speichern", "nur für diese Rechnung"),
    )


def _presses(tab: Tab, button: str) -> None:
    """The newest button of that name."""
    tab.page.locator("article.message").get_by_role("button", name=button, exact=True).last.click()


def _in_billomat(tab: Tab, customer: str, deed: str) -> None:
    """What somebody does there with the newest invoice of a customer."""
    document = tab.page.locator("details.document").filter(has_text=customer).first
    document.evaluate("each => { each.open = true }")
    with tab.page.expect_response("**/do/**"):
        document.locator(f"[data-deed={deed}]").click()


def _hours_later(tab: Tab, said: str) -> None:
    """Let hours go by, until something is told."""
    before = tab.page.get_by_text(said).count()
    for _ in range(HOURS):
        tab.page.get_by_role("button", name="+1 h").click()
        tab.page.wait_for_timeout(4_000)
        if tab.page.get_by_text(said).count() > before:
            return
    expect(tab.page.get_by_text(said).last).to_be_visible(timeout=PATIENCE)
