"""What a customer reads: in their language and with the account's own unit, whoever presses the button."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.billing import collect
from bot.billing.language import language_of
from bot.billing.rules.units import hour_unit, is_hour
from bot.billomat.client import api, requests
from bot.core.context import Bot
from bot.core.texts import Reader
from bot.people.callers import acting
from playground.billomat.account import Account
from playground.billomat.documents import Document
from playground.billomat.records import Client, Unit
from playground.person import Person
from storage import billomat as billomat_rows
from storage import creation as creation_rows
from storage import drafts as draft_rows
from storage import people as people_rows
from storage.tables import customers, entries
from tests.billing.deeds import ACME, RunJobs, appoint, change, edits, invoice, seen_by, sends
from tests.billomat.deeds import connects, starts_import
from tests.conftest import FrozenClock
from tests.deeds import add_entry, add_projects

GERMAN_READER = Reader.for_locale(locale="de-DE", language=None, zone="UTC")


def account_says(bot: Bot, **values: Any) -> None:
    """As an import reads the account."""
    with bot.database.write() as db:
        billomat_rows.change_account(db, 1, **values)


@pytest.fixture
def sent(anna: Person, account: Account, run_jobs: RunJobs) -> Callable[[], Document]:
    """Sends the invoice for Acme; what arrived in Billomat."""

    def send() -> Document:
        invoice(anna)
        sends(anna)
        run_jobs()
        return account.drafts()[0]

    return send


def described(draft: Document) -> list[tuple[str, str, str]]:
    return [(line.title, line.description, line.unit) for line in draft.lines]


# The language


def test_a_german_customer_reads_german_whoever_sends(
    worked: None, bot: Bot, anna: Person, sent: Callable[[], Document]
) -> None:
    """F6, U24: the account says de_DE, the biller reads English."""
    account_says(bot, locale="de_DE", units="Stück\nStunde")
    shown = invoice(anna).text
    assert "The invoice is in German, as the customer reads it." in shown
    assert "09.03.2026 Workshop" in shown
    assert "Service period: 09.03.2026" in shown
    draft = sent()
    assert described(draft) == [("App", "09.03.2026", "Stunde"), ("Website · Design", "09.03.2026 Workshop", "Stunde")]
    assert draft.label.startswith("März 2026 ")
    assert draft.supply_period == "09.03.2026"


def test_the_customers_language_wins_over_the_accounts(
    worked: None, bot: Bot, finn: Person, sent: Callable[[], Document]
) -> None:
    account_says(bot, locale="de_DE", units="Stunde\nHour")
    change(bot, ACME, locale="en_US")
    finn.types("/track status")
    appoint(bot, "Finn Freelancer")
    assert "Die Rechnung ist auf Englisch, in der Sprache des Kunden." in invoice(finn).text
    draft = sent()
    assert described(draft) == [("App", "Mar 9, 2026", "Hour"), ("Website · Design", "Mar 9, 2026 Workshop", "Stunde")]
    assert draft.label.startswith("March 2026 ")


def test_who_reads_a_language_that_is_lacking_gets_english_and_the_preview_says_so(
    worked: None, bot: Bot, anna: Person, sent: Callable[[], Document]
) -> None:
    account_says(bot, locale="de_DE")
    change(bot, ACME, locale="fr_FR")
    assert (
        "The customer reads French. I have no texts in that language, so the invoice is in English."
        in invoice(anna).text
    )
    assert described(sent())[0] == ("App", "9 Mar 2026", "hours")


def test_where_billomat_names_no_language_the_workspace_has_chosen_one(
    worked: None, bot: Bot, anna: Person, sent: Callable[[], Document]
) -> None:
    anna.types("/track settings")
    anna.modal.click("More settings")
    assert anna.modal.value("Language of invoices") == "English"
    anna.modal.fill("Language of invoices", "Deutsch")
    after = anna.modal.submit()
    assert after
    assert "Language of invoices: English → Deutsch" in after.text
    assert described(sent())[0] == ("App", "09.03.2026", "Stunden")


@pytest.mark.parametrize(
    ("said", "reader", "wanted", "day"),
    [
        (("de_DE", "en_US"), "de", "de", "05.11.2026"),
        (("", "de"), "de", "de", "05.11.2026"),
        (("en-GB", "de"), "en", "en", "5 Nov 2026"),
        (("en_US", "de"), "en", "en", "Nov 5, 2026"),
        (("en", "de"), "en", "en", "5 Nov 2026"),
        (("DE_AT", ""), "de", "de", "05.11.2026"),
        (("de_CH.UTF-8", ""), "de", "de", "05.11.2026"),
        (("zh_Hans_CN", "de"), "en", "zh", "5 Nov 2026"),
        (("?", "0", "de_DE"), "de", "de", "05.11.2026"),
        (("", "", None), "en", "en", "5 Nov 2026"),
    ],
)
def test_the_first_that_names_a_language_decides(said: tuple[str, ...], reader: str, wanted: str, day: str) -> None:
    language = language_of(*said)
    assert (language.reader.language, language.wanted) == (reader, wanted)
    assert language.reader.full_date(datetime(2026, 11, 5, tzinfo=UTC).date()) == day


def test_a_language_that_nobody_knows_is_named_by_its_code() -> None:
    assert language_of("xx_YY").wanted_name(GERMAN_READER) == "xx"
    assert language_of("fr").wanted_name(GERMAN_READER) == "Französisch"


def test_the_same_draft_is_the_same_request_whoever_approves_it(
    worked: None,
    bot: Bot,
    anna: Person,
    finn: Person,
    account: Account,
    run_jobs: RunJobs,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    account_says(bot, locale="de_DE", units="Stunde")
    finn.types("/track log 1h acme app gestern: Prüfung")
    appoint(bot, "Finn Freelancer")
    _, preview = seen_by(bot, "Anna Admin")
    with bot.database.read() as db:
        draft_row = draft_rows.draft_of_job(db, preview.draft_id)
        seen = [
            collect.preview_of(db, acting(people_rows.get_person(db, person), now=bot.now()), draft_row).shown
            for person in (1, 2)
        ]
    assert seen == [preview.shown] * 2
    bodies = []

    def noted(new: Any) -> Any:
        bodies.append(json.dumps(requests.draft_body(new)).replace(new.label.rpartition(" ")[2], "token"))
        return requests.create_invoice(new)

    monkeypatch.setattr(api, "create_invoice", noted)
    for biller in (anna, finn):
        invoice(biller)
        assert sends(biller)
        run_jobs()
        (draft,) = account.drafts()
        account.delete_draft(draft.id)
        while biller.sees_modal:
            biller.modal.close()
        biller.dm[-1].click("Bill again" if biller is anna else "Neu abrechnen")
        run_jobs()
    first, second = bodies
    assert "09.03.2026 Pr" in first
    assert first == second


def test_the_day_of_an_invoice_is_that_of_the_account_not_of_whoever_presses(
    worked: None, bot: Bot, aylin: Person, account: Account, clock: FrozenClock, run_jobs: RunJobs
) -> None:
    aylin.types("/track help")
    appoint(bot, "Aylin Approver")
    clock.forward_by(hours=16)  # 02:00 on 11 March in Berlin, 21:00 on 10 March in New York
    with bot.database.write() as db:
        db.execute(update(customers).values(seen_at=clock.now()))
    invoice(aylin)
    sends(aylin)
    run_jobs()
    for _ in range(2):
        if not account.drafts():
            sends(aylin)
            run_jobs()
    assert str(account.drafts()[0].date) == "2026-03-11"


# The unit


@pytest.mark.parametrize(
    ("units", "language", "unit"),
    [
        (("Stück", "Stunde"), "en", "Stunde"),
        (("Std.", "Hour"), "en", "Hour"),
        (("Std.", "Hour"), "de", "Std."),
        (("h", "Stunden"), "de", "Stunden"),
        (("h", "Stunden"), "en", "h"),
        (("Tag", "Kilometer"), "de", None),
        (("Stunde(n)",), "de", "Stunde(n)"),
        (("Heure",), "en", "Heure"),
        ((), "de", None),
    ],
)
def test_hours_are_called_as_the_account_calls_them(units: tuple[str, ...], language: str, unit: str | None) -> None:
    assert hour_unit(units, language) == unit


@pytest.mark.parametrize("unit", ["Halbstunde", "Tag", "Stück", "", "Schulstunde", "hourglass"])
def test_what_is_no_hour_is_none(unit: str) -> None:
    assert not is_hour(unit)


def test_an_import_reads_languages_and_units(bot: Bot, anna: Person, account: Account, run_jobs: RunJobs) -> None:
    acme, *_ = account.all(Client)
    account.change(acme, locale="en_GB")
    account.change_settings(locale="de_AT")
    account.add(Unit, name="Hour")
    assert connects(anna)
    run_jobs()
    starts_import(anna)
    run_jobs()
    with bot.database.read() as db:
        known = billomat_rows.connected_account(db, 1)
        locale = select(customers.c.locale).where(customers.c.billomat_id == acme.id)
        assert db.execute(locale).scalar_one() == "en_GB"
        assert people_rows.workspace_terms(db, 1).invoice_language == "en"
    assert known
    assert known.locale == "de_AT"
    assert known.units.splitlines() == ["Stunde", "Stück", "Tag", "Kilometer", "Pauschale", "Hour"]
    account.change(account.get(Client, acme.id), locale="fr_FR")
    account.change_settings(locale="")
    starts_import(anna)
    run_jobs()
    with bot.database.read() as db:
        assert db.execute(locale).scalar_one() == "fr_FR"
        known = billomat_rows.connected_account(db, 1)
    assert known
    assert known.locale == ""


# Titles and their order


def test_the_draft_names_project_and_service_as_the_form_does(
    connected: None, bot: Bot, anna: Person, sent: Callable[[], Document]
) -> None:
    """U5: one service in two projects."""
    add_projects(bot, "Shop", "Intranet")
    anna.types("/track log 1h acme shop design yesterday")
    anna.types("/track log 1h acme intranet design yesterday")
    shown = invoice(anna).text
    assert "Shop · Design" in shown
    assert "Intranet · Design" in shown
    assert [line.title for line in sent().lines] == ["Intranet · Design", "Shop · Design"]


def test_lines_stand_in_the_order_of_the_alphabet(
    connected: None, bot: Bot, anna: Person, sent: Callable[[], Document]
) -> None:
    """F17."""
    with bot.database.write() as db:
        for name in ("Zusatz", "Änderungen", "Øl", "Olga"):
            project_id = creation_rows.add_project(db, 1, 1, name=name, key=name.lower())
            began = datetime(2026, 3, 9, 8, tzinfo=UTC)
            add_entry(db, project_id=project_id, started_at=began, ended_at=began.replace(hour=9), timed=False)
    anna.types("/track log 1h acme website yesterday")
    assert [line.title for line in sent().lines] == ["Änderungen", "Øl", "Olga", "Website", "Zusatz"]
    shown = invoice(anna)
    assert shown


# Notes


def test_what_there_is_no_room_for_is_said_with_its_days(
    connected: None, bot: Bot, anna: Person, sent: Callable[[], Document]
) -> None:
    """F8: 60 entries with notes of 70 characters on one line."""
    with bot.database.write() as db:
        for number in range(60):
            began = datetime(2026, 2, 1 + number * 27 // 60, 8, tzinfo=UTC)
            note = f"Ticket {number:02}: Fehler in der Anzeige behoben und alles noch einmal geprüft"
            add_entry(db, project_id=1, note=note, started_at=began, ended_at=began.replace(hour=9), timed=False)
    shown = invoice(anna).text
    assert "⚠️ Not in full" in shown
    assert all(f"{day} Feb" in shown for day in range(1, 28))
    draft = sent()
    assert len(draft.lines[0].description) <= 3000
    assert all(f"Ticket {number:02}" in draft.lines[0].description for number in range(60))


def test_emoji_that_are_left_out_are_said(connected: None, anna: Person, sent: Callable[[], Document]) -> None:
    anna.types("/track log 1h acme website yesterday: Fix 🐛 login")
    assert "Emoji in notes are left out" in invoice(anna).text
    assert sent().lines[0].description == "9 Mar 2026 Fix login"


# Days


def test_a_service_period_of_one_day_is_one_date(worked: None, anna: Person, sent: Callable[[], Document]) -> None:
    """U23."""
    assert "Service period: 9 Mar 2026\n" in invoice(anna).text + "\n"
    assert sent().supply_period == "9 Mar 2026"


@pytest.mark.parametrize(
    ("locale", "period", "said"),
    [
        ("en_GB", "28 Feb 2026 – 1 Mar 2026", "1:30 h after midnight, on 1 Mar 2026, belong to 28 Feb 2026"),
        ("de_DE", "28.02.2026 – 01.03.2026", "1:30 h after midnight, on 1 Mar 2026, belong to 28 Feb 2026"),
    ],
)
def test_work_past_the_midnight_of_a_months_end_is_in_the_service_period(
    locale: str, period: str, said: str, connected: None, bot: Bot, anna: Person, sent: Callable[[], Document]
) -> None:
    """U25: it is billed in the month in which it began, as lists count it, and the period says both days."""
    account_says(bot, locale=locale)
    anna.types("/track log 22:30-1:30 acme website 28.2.: Release")
    shown = invoice(anna)
    assert shown.value("Period") == "February 2026"
    assert f"Service period: {period}" in shown.text
    assert said in shown.text
    draft = sent()
    assert draft.supply_period == period
    assert draft.label.startswith("Februar")
    assert "In Billomat" not in invoice(anna).text
    anna.modal.fill("Period", "February 2026")
    assert "In Billomat: Acme GmbH, February 2026" in anna.modal.text


def test_work_until_midnight_is_of_one_day(connected: None, bot: Bot, anna: Person) -> None:
    anna.types("/track log 22-24 acme website yesterday")
    shown = invoice(anna).text
    assert "Service period: 9 Mar 2026" in shown
    assert "after midnight" not in shown
    with bot.database.read() as db:
        assert db.execute(select(entries.c.seconds)).scalar_one() == 2 * 3600


@pytest.mark.parametrize("letters", [90, 150, 200])
def test_the_longest_names_can_be_shown_changed_and_sent(
    letters: int, connected: None, bot: Bot, anna: Person, sent: Callable[[], Document]
) -> None:
    with bot.database.write() as db:
        project = creation_rows.add_project(db, 1, 1, name="Pro " * (letters // 4), key="pro")
        service = creation_rows.add_service(db, 1, name="Arbeit " * (letters // 7), key="arbeit")
        began = datetime(2026, 3, 9, 8, tzinfo=UTC)
        worked = {"started_at": began, "ended_at": began.replace(hour=9), "timed": False}
        add_entry(db, project_id=project, service_id=service, **worked)
    form = edits(_opened(anna), line="Pro Pro")
    before = form.value("Title")
    form.submit()
    assert f"“{before}”" not in anna.modal.text
    title = sent().lines[0].title
    assert title == before
    assert len(title) <= 200
    assert "Pro Pro" in title
    assert "Arbeit Arbeit" in title


def _opened(anna: Person) -> Person:
    invoice(anna)
    return anna
