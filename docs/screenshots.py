"""Make the pictures in docs/screenshots from the demo, in English (as Anna) and in German (as Finn).

Run with `make screenshots`; needs Chromium, found as `chromium` or named by the variable CHROMIUM.
"""

from __future__ import annotations

import os
import re
import shutil
import sys

from playwright.sync_api import expect, sync_playwright
from screenshots_sent import afterwards, prices
from tabs import FLAGS, HERE, LAST_MONTH, MONTH_DE, MONTH_EN, TODAY, Tab, demo, month_name

from playground.billomat.seed import ADMIN_KEY
from playground.demo import BILLOMAT_ID


def tracking(tab: Tab, start: str, log: str, list_: str, running: str, logged: str, listed: str) -> None:
    """Start a timer, log time, look at the day."""
    tab.types(start, until=running)
    tab.types(log, until=logged)
    tab.types(list_, until=listed)
    tab.saves("tracking")


def filling_in(tab: Tab, customer: str, project: str, note: str, *, labels: tuple[str, str, str, str]) -> None:
    """Open the fast form, fill some of it in, and leave it by its last label."""
    tab.types("/track")
    tab.picks(labels[0], customer)
    tab.picks(labels[1], project)
    tab.modal.get_by_label(labels[2], exact=True).fill(note)
    tab.saves("form", tall=True)
    tab.modal.get_by_role("button", name=labels[3], exact=True).click()
    expect(tab.modal).to_have_count(0)


def looking_back(tab: Tab, log: str, list_: str, home: str, channel: str) -> None:
    """List the week, and look at the Home while the timer runs."""
    tab.types(log, until="0:45 h")
    tab.types(list_, until="‹")
    tab.saves("list", tall=True)
    tab.goes(home)
    tab.saves("home", tall=True)
    tab.goes(channel)
    tab.types("/track stop", until="⏹️")


def reporting(tab: Tab, command: str, drawn: str) -> None:
    """Look at what last month adds up to."""
    tab.types(command, until=drawn)
    tab.saves("report", tall=True)


def asking(tab: Tab, texts: tuple[tuple[str, str], ...]) -> None:
    """What is asked before anything is written down; each text with a part of its question."""
    for typed, asked in texts:
        tab.types(typed, until=asked)
    tab.saves("question")


def talking(tab: Tab, lines: tuple[tuple[str, str], ...]) -> None:
    """Write to the bot in its messages, each line with a part of its answer."""
    tab.goes("Trackomat")
    for written, answered in lines:
        tab.types(written, until=answered)
        tab.page.wait_for_timeout(1200)  # a timer of less than a second is not kept
    tab.saves("messages")


def replying(tab: Tab, mention: str, answered: str) -> None:
    """Mention the bot in a thread, where Slack takes no commands."""
    tab.goes("acme-website")
    first = tab.page.locator("article.message").first
    first.hover()
    first.locator("button.more").click()
    first.locator("[data-reply]").click()
    tab.types(mention, until=answered)
    tab.saves("thread")
    tab.goes("general")


def looking_through(tab: Tab, command: str) -> None:
    """Look through the customers."""
    tab.types(command)
    expect(tab.modal.get_by_text("KD1001").first).to_be_visible(timeout=15_000)
    tab.saves("catalog")
    tab.page.keyboard.press("Escape")
    expect(tab.modal).to_have_count(0)


def connecting(tab: Tab) -> None:
    """Connect the demo's Billomat account and import its customers."""
    tab.types("/track connect")
    tab.modal.get_by_label("billomatID").fill(BILLOMAT_ID)
    tab.modal.get_by_label("API key").fill(ADMIN_KEY)
    tab.saves("connect")
    tab.modal.get_by_role("button", name="Connect", exact=True).click()
    expect(tab.modal.get_by_text("Connected to").first).to_be_visible(timeout=15_000)
    tab.modal.get_by_role("button", name="Import now").click()
    expect(tab.modal.get_by_text("The import is running").first).to_be_visible()
    tab.page.keyboard.press("Escape")
    tab.goes("Trackomat")
    expect(tab.page.get_by_text("Imported:").last).to_be_visible(timeout=30_000)


def appointing(tab: Tab, person: str) -> None:
    """Make somebody a biller."""
    tab.types("/track settings")
    tab.modal.get_by_label("Person").select_option(person)
    tab.modal.get_by_label("Role").select_option("Biller: rates and invoices, too")
    tab.modal.get_by_role("button", name="Save").click()
    expect(tab.modal.get_by_text("can now see rates").first).to_be_visible()
    tab.page.keyboard.press("Escape")


def putting_together(tab: Tab, all_: str, listed: str, one: str, send: str, parts: tuple[tuple[str, str], ...]) -> None:
    """Go through the customers of a month, and look at what of an invoice can be chosen: each part by its button."""
    tab.types(all_)
    expect(tab.modal.get_by_text(listed).first).to_be_visible(timeout=15_000)
    tab.saves("customers")
    tab.page.keyboard.press("Escape")
    tab.types(one)
    expect(tab.modal.get_by_text("×").first).to_be_visible(timeout=15_000)
    tab.saves("phone", phone=True)
    for name, button in parts:
        tab.modal.get_by_text(button, exact=True).first.click()
        expect(tab.modal.get_by_role("button", name=send)).to_have_count(0, timeout=15_000)
        tab.saves(name)
        tab.page.keyboard.press("Escape")
        expect(tab.modal.get_by_role("button", name=send)).to_be_visible()
    tab.page.keyboard.press("Escape")
    expect(tab.modal).to_have_count(0)


def budgeting(
    tab: Tab, command: str, buttons: tuple[str, str, str, str], project: str, labels: tuple[str, str]
) -> None:
    """Give a project of a customer a hard budget in the form behind these buttons, the last of which saves it."""
    tab.types(command)
    opened = tab.modal.get_by_role("button", name=buttons[0], exact=True)
    expect(tab.modal.get_by_text("Acme GmbH").first).to_be_visible(timeout=15_000)
    if not opened.count():
        tab.modal.get_by_role("button", name="Open …" if tab.language == "en" else "Öffnen …", exact=True).first.click()
    opened.click()
    tab.modal.get_by_role("button", name=buttons[1], exact=True).click()
    tab.modal.get_by_role("button", name=buttons[2], exact=True).click()
    tab.picks("Project" if tab.language == "en" else "Projekt", project)
    tab.modal.get_by_label("Budget", exact=True).fill("100 h")
    tab.modal.get_by_label(labels[0]).check()
    tab.modal.get_by_role("button", name=buttons[3], exact=True).click()
    expect(tab.modal.get_by_text(labels[1]).first).to_be_visible(timeout=15_000)
    tab.saves("budgets")
    while tab.modal.count():
        tab.page.keyboard.press("Escape")
        tab.page.wait_for_timeout(300)


def missing(tab: Tab, start: str, running: str, all_: str, said: str, stop: str) -> None:
    """Look at the customers of this month while something is missing of one."""
    tab.types(start, until=running)
    tab.types(all_)
    expect(tab.modal.get_by_text(said).first).to_be_visible(timeout=15_000)
    tab.saves("missing")
    tab.page.keyboard.press("Escape")
    expect(tab.modal).to_have_count(0)
    tab.types(stop, until="⏹️")


def spending(tab: Tab, command: str, answered: str) -> None:
    """Write down an expense."""
    tab.types(command, until=answered)
    tab.saves("expense")


def invoicing(tab: Tab, command: str, send: str, sent: str) -> None:
    """Bill a customer's time."""
    tab.types(command)
    expect(tab.modal.get_by_text("×").first).to_be_visible(timeout=15_000)
    tab.saves("approval")
    tab.modal.get_by_role("button", name=send).click()
    expect(tab.modal.get_by_text(sent).first).to_be_visible(timeout=30_000)
    tab.saves("invoice")
    tab.page.keyboard.press("Escape")


def comparing(tab: Tab, command: str, said: str, why: str) -> None:
    """Look at what is different since the last invoice, and at which figures are compared."""
    tab.types(command)
    expect(tab.modal.get_by_text(said).first).to_be_visible(timeout=15_000)
    tab.stands_still()
    tab.saves("differences", tall=True)
    tab.modal.get_by_role("button", name=why).click()
    expect(tab.modal.get_by_role("heading", name=re.compile("Differences|Unterschiede"))).to_be_visible(timeout=15_000)
    tab.saves("compared")
    tab.leaves()
    expect(tab.modal).to_have_count(0)


def ruling(tab: Tab, person: str) -> None:
    """Have a second person approve every invoice, and make somebody an approver."""
    tab.types("/track settings")
    tab.modal.get_by_role("button", name="More settings").click()
    tab.modal.get_by_label("A second person approves from").fill("0")
    tab.modal.get_by_role("button", name="Save").click()
    expect(tab.modal.get_by_text("never → every invoice").first).to_be_visible(timeout=15_000)
    tab.leaves()
    tab.types("/track settings")
    tab.modal.get_by_label("Person").select_option(person)
    tab.modal.get_by_label("Role").select_option("Approver: approves invoices, too")
    tab.modal.get_by_role("button", name="Save").click()
    expect(tab.modal.get_by_text("approve those that others submit").first).to_be_visible(timeout=15_000)
    tab.page.keyboard.press("Escape")


def submitting(tab: Tab, command: str, submit: str, submitted: str) -> None:
    """Submit an invoice to a second person, and see in it that it waits."""
    tab.goes("general")
    tab.types(command)
    expect(tab.modal.get_by_role("button", name=submit)).to_be_visible(timeout=15_000)
    tab.stands_still()
    tab.modal.get_by_role("button", name=submit).click()
    expect(tab.modal.get_by_text(submitted).first).to_be_visible(timeout=15_000)
    tab.page.keyboard.press("Escape")
    expect(tab.modal).to_have_count(0)
    tab.types(command)
    expect(tab.modal.get_by_text("✋").first).to_be_visible(timeout=15_000)
    tab.saves("submitted")
    tab.page.keyboard.press("Escape")
    expect(tab.modal).to_have_count(0)


def asked(tab: Tab, request: str, void: tuple[str, str, str]) -> None:
    """Read the message of who submitted, look at the request, and approve what somebody changed meanwhile.

    `void` is what changes it, how the change is answered, and what the button says.
    """
    command, answered, approve = void
    tab.goes("Trackomat")
    button = tab.page.get_by_role("button", name=request).last
    expect(button).to_be_visible(timeout=30_000)
    tab.saves("asked")
    button.click()
    expect(tab.modal.get_by_text("POST /api/invoices").first).to_be_visible(timeout=15_000)
    tab.saves("request")
    tab.page.keyboard.press("Escape")
    expect(tab.modal).to_have_count(0)
    tab.goes("general")
    tab.types(command, until=answered)
    tab.goes("Trackomat")
    tab.page.get_by_role("button", name=approve).last.click()
    expect(tab.page.get_by_text("⚠️").last).to_be_visible(timeout=15_000)
    tab.saves("void")


def returning(tab: Tab, words: tuple[str, str, str], phone: bool) -> None:
    """Return what was submitted: the button, the field and what is written."""
    button, label, comment = words
    tab.goes("Trackomat")
    expect(tab.page.get_by_role("button", name=button).last).to_be_visible(timeout=30_000)
    tab.page.get_by_role("button", name=button).last.click()
    tab.modal.get_by_label(label).fill(comment)
    tab.saves("return", phone=phone)
    tab.modal.get_by_role("button", name=button.removesuffix(" …"), exact=True).click()
    expect(tab.modal.get_by_text("↩️").first).to_be_visible(timeout=15_000)
    tab.page.keyboard.press("Escape")


def returned(tab: Tab, said: str) -> None:
    """Read why it came back."""
    tab.goes("Trackomat")
    expect(tab.page.get_by_text(said).last).to_be_visible(timeout=30_000)
    tab.saves("returned")


def summed_up(tab: Tab, summary: str) -> bool:
    """Whether the daily summary of this evening comes; on a public holiday where the person lives it does not."""
    tab.page.reload()  # a tab that nobody looked at may have heard nothing for a while
    tab.live()
    tab.goes("Trackomat")
    try:
        expect(tab.page.locator("main").get_by_role("article").last).to_contain_text(summary, timeout=15_000)
    except AssertionError:
        return False
    return True


def evenings(*working: tuple[Tab, str, str, str]) -> None:
    """Log time in the morning of the next days and move the clock to their evenings, until each has a summary."""
    for _ in range(5):
        working[0][0].page.get_by_role("button", name="next morning").click()
        for tab, command, answered, _summary in working:
            tab.goes("general")
            tab.types(command, until=answered)
        for _ in range(10):
            working[0][0].page.get_by_role("button", name="+1 h").click()
            working[0][0].page.wait_for_timeout(200)
        came = [summed_up(tab, summary) for tab, *_, summary in working]
        if all(came):
            break
    for tab, *_ in working:
        tab.saves("summary")


def second_person(anna: Tab, finn: Tab) -> None:
    """One submits and the other approves, then the other way round."""
    submit, german = ("Submit for approval", "Submitted"), ("Zur Freigabe einreichen", "Eingereicht")
    ours, theirs = f"/track invoice acme gmbh {MONTH_EN}", f"/track rechnung bäckerei {MONTH_DE}"
    submitting(anna, ours, *submit)
    asked(
        finn,
        "Was Billomat bekommt …",
        (f"/track buche 1h acme website {TODAY:%d.%m.%Y}: Nachtrag", "1:00 h", "Freigeben und senden"),
    )
    submitting(finn, theirs, *german)
    late = f"/track log 1h bäckerei shop {TODAY}: late"
    asked(anna, "What Billomat gets …", (late, "1:00 h", "Approve and send"))
    submitting(anna, ours, *submit)
    returning(finn, ("Zurückgeben …", "Was anders sein muss", "Bitte ohne den Nachtrag"), phone=False)
    returned(anna, "Bitte ohne den Nachtrag")
    submitting(finn, theirs, *german)
    returning(anna, ("Return …", "What has to be different", "Please without what came late"), phone=False)
    returned(finn, "Please without what came late")


def main() -> None:
    """All pictures, in both languages."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or sys.exit("Chromium is not installed.")
    HERE.mkdir(exist_ok=True)
    with demo() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        anna = Tab(browser, address, "Anna Admin", "en")
        tracking(
            anna,
            "/track start acme website",
            "/track log 1h30 shop yesterday: offer",
            "/track list",
            "has been running since",
            "that day",
            "Today:",
        )
        filling_in(anna, "Acme GmbH", "Website", "Call with Ms Weber", labels=("Customer", "Project", "Note", "Cancel"))
        looking_back(anna, "/track log 45m shop #call: delivery", "/track list week", "Home", "general")
        reporting(anna, "/track report everybody last month", "Hours by customer")
        asking(
            anna,
            (
                ("/track start acme", "Which one do you mean?"),
                ("/track log 2h acme website fixing the login", "Is it the note?"),
                ("/track log 13h yesterday acme website", "a lot for one entry"),
            ),
        )
        talking(
            anna,
            (
                ("start acme website: texts", "has been running since"),
                ("2h yesterday acme: review", "Several fit"),
                ("pause", "Break since"),
            ),
        )
        connecting(anna)
        anna.goes("general")
        looking_through(anna, "/track catalog")
        replying(anna, "@Trackomat log 1h acme website: review", "today")
        appointing(anna, "Finn Freelancer")
        finn = Tab(browser, address, "Finn Freelancer", "de")
        tracking(
            finn,
            "/track starte acme website",
            "/track buche 1h30 shop gestern: Angebot",
            "/track liste",
            "läuft seit",
            "an dem Tag",
            "Heute:",
        )
        filling_in(
            finn, "Acme GmbH", "Website", "Anruf von Frau Weber", labels=("Kunde", "Projekt", "Notiz", "Abbrechen")
        )
        looking_back(finn, "/track buche 45m shop #anruf: Lieferung", "/track liste woche", "Startseite", "general")
        reporting(finn, "/track bericht letzter monat", "Stunden nach Kunde")
        asking(
            finn,
            (
                ("/track starte acme", "Was meinst du?"),
                ("/track buche 2h acme website Anmeldung repariert", "Ist das die Notiz?"),
                ("/track buche 13h gestern acme website", "viel für einen Eintrag"),
            ),
        )
        talking(
            finn,
            (
                ("starte acme website: Texte", "läuft seit"),
                ("gestern 2h acme: Abnahme", "passt mehreres"),
                ("pause", "Pause seit"),
            ),
        )
        finn.goes("general")
        looking_through(finn, "/track katalog")
        replying(finn, "@Trackomat buche 1h acme website: Abnahme", "heute")
        spending(anna, "/track expense 49,90 acme website: train ticket", "49.90")
        putting_together(
            anna,
            "/track invoice all",
            "customers ·",
            "/track invoice acme gmbh",
            "Send to Billomat",
            (
                ("choosing", "Choose …"),
                ("entries", "Entries …"),
                ("groups", "Lines and texts …"),
                ("texts", "Intro and closing …"),
                ("recipe", "Usual invoice …"),
                ("why", "Why? …"),
                ("rounding", "Rounding …"),
                ("agreements", "Agreements …"),
            ),
        )
        spending(finn, "/track ausgabe 49,90 bäckerei shop: Bahnfahrt", "49,90")
        putting_together(
            finn,
            "/track rechnung alle",
            "Kunde",
            "/track rechnung acme gmbh",
            "An Billomat senden",
            (
                ("choosing", "Auswählen …"),
                ("entries", "Einträge …"),
                ("groups", "Positionen und Texte …"),
                ("texts", "Einleitung und Schluss …"),
                ("recipe", "Übliche Rechnung …"),
                ("why", "Warum? …"),
                ("rounding", "Rundung …"),
                ("agreements", "Vereinbarungen …"),
            ),
        )
        missing(
            anna,
            "/track start acme website",
            "has been running since",
            f"/track invoice all {MONTH_EN}",
            "1 running timer",
            "/track stop",
        )
        missing(
            finn,
            "/track starte acme website",
            "läuft seit",
            f"/track rechnung alle {MONTH_DE}",
            "1 laufender Timer",
            "/track stopp",
        )
        invoicing(anna, "/track invoice acme gmbh", "Send to Billomat", "Open in Billomat")
        invoicing(finn, "/track rechnung bäckerei", "An Billomat senden", "In Billomat öffnen")
        before_en, before_de = month_name(LAST_MONTH, "en"), month_name(LAST_MONTH, "de")
        comparing(anna, f"/track invoice acme gmbh {MONTH_EN}", f"Not as in {before_en}", "What is compared")
        comparing(finn, f"/track rechnung bäckerei {MONTH_DE}", f"Anders als {before_de}", f"Was wird mit {before_de}")
        afterwards(anna, finn)
        ruling(anna, "Finn Freelancer")
        second_person(anna, finn)
        budgeting(
            anna,
            "/track catalog acme gmbh",
            ("Agreements …", "Budgets …", "Budget …", "Save"),
            "Website",
            ("Warn, and bill nothing above it", "The budget holds."),
        )
        budgeting(
            finn,
            "/track katalog acme gmbh",
            ("Vereinbarungen …", "Budgets …", "Budget …", "Speichern"),
            "App",
            ("Warnen, und nichts darüber berechnen", "Das Budget gilt."),
        )
        prices(anna, finn)
        evenings(
            (anna, "/track log 2h acme website: review", "2:00 h on", "Your day"),
            (finn, "/track buche 3h30 acme website: Formular", "3:30 h am", "Dein Tag"),
        )
        browser.close()


if __name__ == "__main__":
    main()
