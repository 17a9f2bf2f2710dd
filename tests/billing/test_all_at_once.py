"""Whoever sends a form with several wrong fields reads all of it at once, each at its field, and nothing is lost."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import NamedTuple

import pytest

from playground.person import Person
from tests.billing.deeds import edits, invoice
from tests.billing.test_choosing_texts import opens as opens_texts
from tests.conftest import FrozenClock

PRICE = "Type an amount like 49.90 or 1234.50, up to 100,000,000,000."
RATE = "Type an amount like 95 or 95.50."
MONTHS = "This is before the month in which it begins."
PERCENT = "Type a percentage from 0 to 100, like 10 or 12.5."
NO_TAG = "“!” is no tag. Use 1 to 40 letters, digits, - or _."
UNSEEN = "Nobody could see this name. Use letters or digits."
UNKNOWN = "“{moon}” cannot be filled in here. What you can write in braces: "


class Form(NamedTuple):
    """How a form is opened, what is typed into it, and what is said where; all else that is typed is right."""

    opens: Callable[[Person], object]
    typed: Mapping[str, str]
    wrong: Mapping[str, str]


def agreements(who: Person) -> None:
    who.types("/track catalog acme gmbh")
    if who.modal.buttons.count("Öffnen …"):
        who.modal.click("Öffnen …")
    if who.modal.buttons.count("Open …"):
        who.modal.click("Open …")
    who.modal.click("Vereinbarungen …" if "Vereinbarungen …" in who.modal.buttons else "Agreements …")


def clicking(before: Callable[[Person], object], *labels: str) -> Callable[[Person], None]:
    """Opens what these buttons lead to."""

    def opens(who: Person) -> None:
        before(who)
        for label in labels:
            who.modal.click(label)

    return opens


def typing(text: str, *labels: str) -> Callable[[Person], None]:
    """Opens what a command and these buttons lead to."""
    return clicking(lambda who: who.types(text), *labels)


def logged_and_edits(who: Person) -> None:
    said = who.types("/track log 1h acme website: review")
    assert said
    said.click("Edit …")


def lists_and_edits_several(who: Person) -> None:
    who.types("/track log 8-9 acme website")
    who.types("/track log 9-9:30 acme website")
    said = who.types("/track list")
    assert said
    said.click("Edit several …")


def reports_and_filters(who: Person) -> None:
    said = who.types("/track report")
    assert said
    said.click("Filter …")
    who.modal.fill("Days", "Own days")


def opens_line(who: Person) -> None:
    invoice(who)
    edits(who)


def opens_days(who: Person) -> None:
    typing("/track settings", "Locked days …")(who)
    who.modal.fill("Locked up to", "2026-03-08")
    who.modal.submit()
    who.modal.click("Open days for somebody …")


def has_a_budget(who: Person) -> None:
    BUDGET(who)
    for label, text in (("Project", "Acme GmbH › Website"), ("Budget", "40 h")):
        who.modal.fill(label, text)
    who.modal.submit()


FIXED_PRICE = clicking(agreements, "Fixed price …")
RETAINER = clicking(agreements, "Retainer …")
BUDGET = clicking(agreements, "Budgets …", "Budget …")
RATES = typing("/track settings", "Rates …")
IN_ENGLISH = {
    "a fixed price": Form(
        FIXED_PRICE,
        {
            "Project": "Acme GmbH › Website",
            "Fixed price": "much",
            "From the month of": "2026-03-01",
            "To the month of": "2026-02-01",
        },
        {"Fixed price": PRICE, "To the month of": MONTHS},
    ),
    "a fixed price of nothing in another currency": Form(
        FIXED_PRICE,
        {
            "Project": "Acme GmbH › App",
            "Fixed price": "50 USD",
            "From the month of": "2026-05-31",
            "To the month of": "2026-04-30",
        },
        {"Fixed price": "The amount is in EUR. Type it in that.", "To the month of": MONTHS},
    ),
    "a retainer": Form(
        RETAINER,
        {
            "Fee a month": "0",
            "Hours a month": "a lot",
            "From the month of": "2026-03-01",
            "To the month of": "2026-02-01",
        },
        {
            "Fee a month": "The amount has to be more than 0.",
            "Hours a month": "Type the hours of a month like 20, 12.5 or 7:30.",
            "To the month of": MONTHS,
        },
    ),
    "a reduction": Form(
        clicking(invoice, "Reduction …"),
        {"Reduction in percent": "101", "Or reduction in EUR": "ten"},
        {"Reduction in percent": PERCENT, "Or reduction in EUR": "Type an amount, like 50 or 49.90."},
    ),
    "a line": Form(
        opens_line,
        {"Title": "Talks", "Hourly rate": "cheap", "Reduction in percent": "-1", "Or reduction in EUR": "5 USD"},
        {
            "Hourly rate": "Type the price of an hour, like 95 or 95.50.",
            "Reduction in percent": PERCENT,
            "Or reduction in EUR": "Type the amount in EUR, as this invoice is.",
        },
    ),
    "a line whose rate alone is wrong and whose reduction is more than it comes to as it is": Form(
        opens_line,
        {"Hourly rate": "95 USD", "Or reduction in EUR": "700"},
        {"Hourly rate": "Type the rate in EUR, as this invoice is."},
    ),
    "a rate": Form(
        clicking(RATES, "Different rates …", "Add rate …"),
        {"Hourly rate": "cheap", "It holds": "From the day below on"},
        {
            "Customer": "Choose at least one of these. For everything else there is the last rate.",
            "Hourly rate": RATE,
            "First day": "Choose the day.",
        },
    ),
    "texts": Form(
        opens_texts,
        {
            "Heading": "{moon}",
            "Above the lines": "Dear all",
            "Note below the lines": "By {moon}",
            "Closing text": "{moon}!",
        },
        {"Heading": UNKNOWN, "Note below the lines": UNKNOWN, "Closing text": UNKNOWN},
    ),
    "lines": Form(
        clicking(invoice, "Lines and texts …"),
        {
            "One line for each": "Person",
            "and in it for each": "Person",
            "Title of each line": "{moon}",
            "Description of each line": "{moon}",
        },
        {
            "and in it for each": "Each of these can stand here once. Choose something else, or nothing.",
            "Title of each line": UNKNOWN,
            "Description of each line": UNKNOWN,
        },
    ),
    "time": Form(
        typing("/track", "Duration"),
        {"Project": "Acme GmbH › Website", "Duration": "long", "Tags": "#ok #!", "Note": "Workshop"},
        {"Duration": "Type a duration like 1:30, 1.5 or 90m, at most 24 hours.", "Tags": NO_TAG},
    ),
    "an entry": Form(
        logged_and_edits,
        {"Duration": "long", "Tags": "!", "Note": "Workshop"},
        {"Duration": "Type a duration like 1:30, 1.5 or 90m, at most 24 hours.", "Tags": NO_TAG},
    ),
    "several entries": Form(
        lists_and_edits_several,
        {"Tags": "!"},
        {"Entries 1–2": "Tick the entries that you want to change.", "Tags": NO_TAG},
    ),
    "a filter": Form(
        reports_and_filters,
        {"First day": "2026-03-09", "Last day": "2026-03-01", "Tags": "!"},
        {"Last day": "This is before the first day.", "Tags": NO_TAG},
    ),
    "days that are opened": Form(
        opens_days,
        {"Person": "Anna Admin", "First day": "2026-03-05", "Last day": "2026-03-01", "Reason": " "},
        {"Last day": "The last day is before the first one.", "Reason": "Say why: it is recorded."},
    ),
    "a budget": Form(
        clicking(has_a_budget, "Budget …"),
        {"Project": "Acme GmbH › Website", "Budget": "a lot", "From the month of": "2026-03-01"},
        {
            "Project": "This project has a budget already. Change that one.",
            "Budget": "Say how much, and of what: hours like 40 h or 37:30, or money like 5000 EUR.",
        },
    ),
    "settings": Form(
        typing("/track settings", "More settings"),
        {
            "Hourly rate": "cheap",
            "A second person approves from": "always",
            "Hours of a working day": "30",
            "Role": "Biller: rates and invoices, too",
        },
        {
            "Hourly rate": RATE,
            "A second person approves from": "Type a sum like 1000, or 0 for all invoices.",
            "Hours of a working day": "Type the hours like 8, 7.5 or 7:42: from 1 to 24.",
            "Person": "To appoint somebody, choose the person and the role.",
        },
    ),
    "names": Form(
        typing("/track new"),
        {"New customer": "\u200b", "Project": "\u200c", "Service": "\u200b\u200b"},
        {"New customer": UNSEEN, "Project": UNSEEN, "Service": UNSEEN},
    ),
    "a connection": Form(
        typing("/track connect", "Use another key …"),
        {"billomatID": "not/one", "API key": "secret", "Default VAT rate": "much"},
        {
            "billomatID": "This is no billomatID. It is the first part of your Billomat address: ",
            "Default VAT rate": "Type the rate in percent, for example 19 or 8.1.",
        },
    ),
    "the business": Form(
        typing("/track connect", "Your business …"),
        {"Country": "XX", "VAT id": "12"},
        {
            "Country": "This is no country. Type its two letters, such as DE or AT.",
            "VAT id": "This is no VAT id. Type it with its letters and digits, such as DE136695976.",
        },
    ),
}
IN_GERMAN = {
    "ein Festpreis": Form(
        clicking(agreements, "Festpreis …"),
        {"Projekt": "Acme GmbH › Website", "Festpreis": "viel", "Ab Monat": "2026-03-01", "Bis Monat": "2026-02-01"},
        {
            "Festpreis": "Schreib einen Betrag wie 49,90 oder 1234,50, höchstens 100.000.000.000.",
            "Bis Monat": "Das ist vor dem Monat, in dem er beginnt.",
        },
    ),
    "ein Rabatt": Form(
        clicking(invoice, "Rabatt …"),
        {"Rabatt in Prozent": "viel", "Oder Rabatt in EUR": "-5"},
        {
            "Rabatt in Prozent": "Gib einen Prozentsatz von 0 bis 100 ein, etwa 10 oder 12,5.",
            "Oder Rabatt in EUR": "Gib einen Betrag ein, zum Beispiel 50 oder 49,90.",
        },
    ),
}


def assert_says_all(who: Person, form: Form) -> None:
    """Each error is at its field, and all that was typed stands where it was typed."""
    form.opens(who)
    for label, text in form.typed.items():
        who.modal.fill(label, text or None)
    who.modal.submit()
    said = who.modal.errors
    assert said.keys() == form.wrong.keys()
    assert {label: text[: len(form.wrong[label])] for label, text in said.items()} == form.wrong
    assert {label: who.modal.value(label) or "" for label in form.typed} == form.typed


@pytest.mark.usefixtures("worked")
@pytest.mark.parametrize("form", IN_ENGLISH.values(), ids=IN_ENGLISH.keys())
def test_a_form_says_all_that_is_wrong_at_once(anna: Person, form: Form) -> None:
    assert_says_all(anna, form)


@pytest.mark.parametrize("form", IN_GERMAN.values(), ids=IN_GERMAN.keys())
def test_ein_formular_sagt_alles_auf_einmal(finn_bills: Person, form: Form) -> None:
    assert_says_all(finn_bills, form)


@pytest.mark.usefixtures("worked")
def test_what_a_form_has_to_ask_is_asked_once_nothing_is_wrong(anna: Person, clock: FrozenClock) -> None:
    clock.forward_to(datetime(2026, 10, 25, 18, tzinfo=UTC))  # the clocks went back that night
    typing("/track", "From – to")(anna)
    typed = {"Project": "Acme GmbH › Website", "From": "02:15", "To": "02:45", "Tags": "!"}
    for label, text in typed.items():
        anna.modal.fill(label, text)
    anna.modal.submit()
    assert anna.modal.errors == {"Tags": NO_TAG}
    assert {label: anna.modal.value(label) for label in typed} == typed
    anna.modal.fill("Tags", "night")
    anna.modal.submit()
    assert anna.modal.errors == {}
    assert "From: this time came twice" in anna.modal.labels
