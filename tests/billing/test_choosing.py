"""Which work an invoice is about: typed, chosen in the form, and behind a button."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from bot.billing import collect
from bot.billing.views import scope as scope_views
from bot.core.context import Bot
from bot.core.errors import UserError
from playground.billomat.account import Account
from playground.person import Person
from tests.billing.deeds import ACME, RunJobs, appoint, edits, just_read, sends, states
from tests.billing.test_merged import merge
from tests.conftest import T0, FrozenClock
from tests.deeds import forge, said

FRIDAY = datetime(2026, 11, 27, 17, 30, tzinfo=UTC)
BAKERY = "Bäckerei Söhne & Co."


@pytest.fixture
def autumn(connected: None, anna: Person, finn: Person, clock: FrozenClock, bot: Bot) -> None:
    """Work of August to November, of two people, for two customers; Friday, 27 November."""
    clock.forward(FRIDAY - T0)
    just_read(bot)
    finn.types("/track status")
    appoint(bot, "Finn Freelancer")
    for typed in (
        "log 4h30 acme app 20.8.2026: rescue",
        "log 2h acme website design 12.10.2026 #call: october design",
        "log 1h acme app 14.10.2026: october app",
        "log 3h acme website design mon: november design",
        "log 45m acme app tue #call: november call",
    ):
        anna.types(f"/track {typed}")
    finn.types("/track log 1h30 acme website design di: novemberarbeit")


def text(who: Person, typed: str) -> str:
    while who.sees_modal:
        who.modal.close()
    who.types(typed)
    return who.modal.text


@pytest.mark.parametrize(
    ("typed", "said", "hours"),
    [
        ("invoice acme", "October 2026", "1.00 h 2.00 h"),
        ("invoice acme november", "November 2026", "0.75 h 4.50 h"),
        ("invoice acme 1.10.-15.11.", "1 Oct – 15 Nov 2026", "1.00 h 2.00 h"),
        ("invoice acme website this week", "Only: Website", "4.50 h"),
        ("invoice acme app all", "Only: App", "6.25 h"),
        ("invoice acme all #call", "Only: #call", "0.75 h 2.00 h"),
        ("invoice acme november finn", "Only: Finn Freelancer", "1.50 h"),
        ("invoice acme november me", "Only: Anna", "0.75 h 3.00 h"),
        ("invoice acme design november", "Only: Design", "4.50 h"),
        ("invoice acme november: call", "note contains “call”", "0.75 h"),
        ("invoice acme until 31.8.", "20–31 Aug 2026", "4.50 h"),
        ("invoice acme q4", "Q4 2026", "1.75 h 6.50 h"),
        ("invoice acme not billed november", "November 2026", "0.75 h 4.50 h"),
    ],
)
def test_an_invoice_is_typed_in_the_words_of_lists(
    typed: str, said: str, hours: str, autumn: None, anna: Person
) -> None:
    shown = text(anna, f"/track {typed}")
    assert anna.modal.value("Customer") == ACME
    period = anna.modal.value("Period")
    assert said in shown or said == period or period == "Own days …"
    found = [line.split(" × ")[0] for line in shown.splitlines() if " h × " in line]
    assert found == [f"{each} h" for each in hours.removesuffix(" h").split(" h ")]


def test_a_german_types_it_in_german(autumn: None, finn: Person) -> None:
    shown = text(finn, "/track rechnung acme 1.10.-26.11. nur design")
    assert finn.modal.value("Zeitraum") == "Eigene Tage …"
    assert (finn.modal.value("Erster Tag"), finn.modal.value("Letzter Tag")) == ("2026-10-01", "2026-11-26")
    assert "Nur: Design" in shown
    assert "6,50 h" in shown
    assert "Älter" not in shown
    assert "Älter: 7:30 h offen seit August 2026" in text(finn, "/track rechnung acme november")
    assert "6,00 h" not in text(finn, "/track rechnung acme kw 48 anna")
    assert "Nur: Anna" in finn.modal.text


def test_what_cannot_be_billed_is_refused_in_words(autumn: None, anna: Person) -> None:
    for typed, why in {
        "invoice acme billed": "takes only what is not billed yet",
        "invoice acme not billable": "takes only what is billable",
        "invoice acme nobody": "Nothing is called “nobody” here",
        "invoice acme by project": "by project",
    }.items():
        said = anna.types(f"/track {typed}")
        assert said
        assert why in said.plain()
        assert not anna.sees_modal


def test_of_several_customers_it_is_asked_which(autumn: None, anna: Person) -> None:
    text(anna, "/track invoice acme, bäckerei november #call")
    assert anna.modal.value("Customer") is None
    assert anna.modal.options("Customer") == [ACME, BAKERY]
    anna.modal.fill("Customer", ACME)
    assert anna.modal.value("Period") == "November 2026"
    assert "Only: #call" in anna.modal.text
    assert "0.75 h" in anna.modal.text


def test_the_usual_days_are_the_same_typed_and_chosen_in_the_form(autumn: None, anna: Person) -> None:
    anna.types("/track log 1h bäckerei mon")
    text(anna, "/track invoice")
    assert anna.modal.labels == ["Customer", "Period"]
    anna.modal.fill("Customer", ACME)
    assert anna.modal.value("Period") == "October 2026"
    anna.modal.fill("Customer", BAKERY)
    assert anna.modal.value("Period") == "November 2026"
    anna.modal.fill("Period", "October 2026")
    anna.modal.fill("Customer", ACME)
    assert anna.modal.value("Period") == "October 2026"
    anna.modal.fill("Period", "September 2026")
    anna.modal.fill("Customer", BAKERY)
    assert anna.modal.value("Period") == "September 2026"


def test_days_are_picked_in_the_form(autumn: None, anna: Person) -> None:
    text(anna, "/track invoice acme")
    anna.modal.fill("Period", "Own days …")
    assert (anna.modal.value("First day"), anna.modal.value("Last day")) == ("2026-10-01", "2026-10-31")
    anna.modal.fill("Last day", "2026-11-24")
    assert "7.50 h" not in anna.modal.text
    assert "Service period: 12 Oct 2026 – 24 Nov 2026" in anna.modal.text
    anna.modal.fill("First day", "2026-11-24")
    assert "Service period: 24 Nov 2026" in anna.modal.text
    anna.modal.fill("Period", "November 2026")
    assert "First day" not in anna.modal.labels


def test_a_part_of_the_work_is_chosen_in_a_form_and_given_up_with_a_button(autumn: None, anna: Person) -> None:
    text(anna, "/track invoice acme november")
    assert "All work of these days" in anna.modal.text
    anna.modal.click("Choose …")
    anna.modal.fill("Project", "Acme GmbH › Website")
    anna.modal.fill("Person", "Finn Freelancer")
    anna.modal.submit()
    assert "Only: Website · Finn Freelancer" in anna.modal.text
    assert "1.50 h" in anna.modal.text
    anna.modal.click("Choose …")
    anna.modal.fill("Tags", "no tag!")
    anna.modal.submit()
    assert "is no tag" in anna.modal.text
    anna.modal.close()
    anna.modal.click("All of it")
    assert "All work of these days" in anna.modal.text
    assert "4.50 h" in anna.modal.text


def test_a_part_without_open_time_is_named_where_all_of_it_has_some(autumn: None, anna: Person) -> None:
    said = text(anna, "/track invoice acme app november #fair")
    assert "Acme GmbH has nothing unbilled in these days that fits App · #fair." in said
    assert "Another period" not in said


def test_older_expenses_are_named_beside_older_time(autumn: None, anna: Person) -> None:
    anna.types("/track expense 49,90 acme website 20.10.2026: train ticket")
    assert "Older: 7:30 h and expenses open since August 2026" in text(anna, "/track invoice acme november")


def test_older_open_time_is_one_line_with_its_button(autumn: None, anna: Person) -> None:
    assert "Older: 7:30 h open since August 2026" in text(anna, "/track invoice acme november")
    anna.modal.click("Show")
    assert "Service period: 20 Aug 2026 – 14 Oct 2026" in anna.modal.text
    assert "Older" not in anna.modal.text


def test_one_draft_is_made_for_each_month(
    autumn: None, anna: Person, bot: Bot, account: Account, run_jobs: RunJobs
) -> None:
    text(anna, "/track invoice acme 1.8.-24.11.")
    assert "3 months: August 2026, October 2026 and November 2026" in anna.modal.text
    anna.modal.click("One draft per month")
    assert anna.modal.value("Period") == "August 2026"
    assert "Next: October 2026" in sends(anna).text
    anna.modal.click("Next: October 2026, 3:00 h …")
    assert anna.modal.value("Period") == "October 2026"
    assert "Next: 1–24 Nov 2026" in sends(anna).text
    anna.modal.click("Next: 1–24 Nov 2026, 5:15 h …")
    assert (anna.modal.value("First day"), anna.modal.value("Last day")) == ("2026-11-01", "2026-11-24")
    assert "Next:" not in sends(anna).text
    run_jobs()
    assert len(account.drafts()) == 3
    assert states(bot).count("sent") == 3


def takes_off(who: Person, field: str, typed: str) -> None:
    """Of the invoice that is open, in its form."""
    who.modal.click("Reduction …")
    who.modal.fill(field, typed)
    who.modal.submit()


def test_each_month_has_the_percentage_that_was_taken_off_of_all(autumn: None, anna: Person) -> None:
    text(anna, "/track invoice acme 1.8.-24.11.")
    takes_off(anna, "Reduction in percent", "12.5")
    anna.modal.click("One draft per month")
    assert "less 12.5%, as chosen for this invoice" in anna.modal.text
    assert "less 12.5%, as chosen for this invoice" in text(anna, "/track invoice acme october")


def test_an_amount_that_was_taken_off_of_all_is_divided_over_the_months(autumn: None, anna: Person) -> None:
    text(anna, "/track invoice acme 1.8.-24.11.")
    takes_off(anna, "Or reduction in EUR", "100.01")
    anna.modal.click("One draft per month")
    months = [anna.modal.text, *(text(anna, f"/track invoice acme {each}") for each in ("october", "1.-24.11."))]
    found = [re.search(r"less €([0-9.]+), as chosen for this invoice", each) for each in months]
    assert sum(Decimal(each[1]) for each in found if each) == Decimal("100.01")
    assert all(found)


def test_two_billers_with_overlapping_work_send_it_once(
    autumn: None, anna: Person, finn: Person, account: Account, run_jobs: RunJobs
) -> None:
    text(anna, "/track invoice acme november")
    text(finn, "/track rechnung acme design 1.10.-24.11.")
    assert "4:30 h davon stehen auch auf dem offenen Entwurf „November 2026“" in finn.modal.text
    edits(anna, rate="100")
    anna.modal.submit()
    assert "4:30 h davon stehen auch auf dem offenen Entwurf „November 2026“" in text(
        finn, "/track rechnung acme design 1.10.-24.11."
    )
    assert "Unterwegs" in sends(finn).text
    assert "Nothing was sent" in sends(anna).text
    assert "no longer there" in anna.modal.text
    assert "0.75 h" in anna.modal.text
    assert "On its way" in sends(anna).text
    run_jobs()
    hours = sorted(str(line.quantity) for draft in account.drafts() for line in draft.lines)
    assert len(account.drafts()) == 2
    assert hours == ["0.75", "6.50"]


def test_a_selection_stays_through_a_change_of_a_line_and_starting_over(autumn: None, anna: Person) -> None:
    text(anna, "/track invoice acme website november")
    edits(anna, rate="100")
    anna.modal.submit()
    assert "4.50 h × €100.00" in anna.modal.text
    assert "Only: Website" in anna.modal.text
    assert "€100.00" not in text(anna, "/track invoice acme november")
    text(anna, "/track invoice acme website november")
    anna.modal.click("Start over")
    assert "Only: Website" in anna.modal.text
    assert "€100.00" not in anna.modal.text


# From wherever billable time is shown


def test_a_list_is_billed_with_its_days_and_what_it_selects(autumn: None, anna: Person) -> None:
    anna.types("/track list acme website this week everybody")
    anna.last.click("Create invoice …")
    assert "Only: Website" in anna.modal.text
    assert "4.50 h" in anna.modal.text
    assert "Service period: 23 Nov 2026 – 24 Nov 2026" in anna.modal.text


def test_a_list_of_several_customers_asks_which_of_them(autumn: None, anna: Person) -> None:
    anna.types("/track log 1h bäckerei mon")
    anna.types("/track list november everybody")
    anna.last.click("Create invoice …")
    assert anna.modal.options("Customer") == [ACME, BAKERY]
    anna.modal.fill("Customer", BAKERY)
    assert anna.modal.value("Period") == "November 2026"
    assert "1.00 h" in anna.modal.text
    assert "All work of these days" in anna.modal.text


def test_own_time_is_billed_without_that_of_others_and_says_so(autumn: None, anna: Person) -> None:
    anna.types("/track list website november")
    anna.last.click("Create invoice …")
    assert "Only: Website · Anna" in anna.modal.text
    assert "3.00 h" in anna.modal.text
    anna.modal.close()
    anna.types("/track list app november")
    anna.last.click("Create invoice …")
    assert "Only: App\n" in anna.modal.text  # nobody else worked on it, so who did is no selection


def test_what_is_billed_has_no_such_button(autumn: None, anna: Person) -> None:
    anna.types("/track list acme app november")
    text(anna, "/track invoice acme app november")
    sends(anna)
    anna.types("/track list acme app november")
    assert "Create invoice …" not in anna.last.buttons


def test_a_report_is_billed_with_its_days_and_what_it_selects(autumn: None, anna: Person) -> None:
    anna.types("/track report acme design 1.10.-15.11. everybody")
    anna.last.click("Invoice Acme GmbH …")
    assert "Only: Design" in anna.modal.text
    assert (anna.modal.value("First day"), anna.modal.value("Last day")) == ("2026-10-01", "2026-11-15")
    assert "2.00 h" in anna.modal.text


def test_home_has_a_button_for_each_customer_with_the_usual_days(autumn: None, anna: Person) -> None:
    anna.types("/track log 1h bäckerei mon")
    home = anna.opens_home()
    assert home.buttons.count("Create invoice …") == 2
    home.click("Create invoice …")
    assert anna.modal.value("Period") in ("October 2026", "November 2026")


def test_a_button_that_is_older_than_selections_still_works(autumn: None, anna: Person) -> None:
    anna.types("/track report acme november everybody")
    forge(anna.last, "Invoice Acme GmbH …", "1/2026-10")
    anna.last.click("Invoice Acme GmbH …")
    assert anna.modal.value("Period") == "October 2026"
    assert "All work of these days" in anna.modal.text


@pytest.mark.parametrize("value", ["1/2026-10-02/2026-10-01", "1/2026-10 {", "{", "x", "0/all", "1/2026-13"])
def test_what_no_button_of_ours_says_is_refused(value: str) -> None:
    with pytest.raises(UserError):
        scope_views.read_shown(value) or scope_views.read_opening(value)


def test_a_form_that_is_older_than_selections_is_sent_as_it_was_shown(
    autumn: None, anna: Person, account: Account, run_jobs: RunJobs
) -> None:
    text(anna, "/track invoice acme")
    older = json.loads(anna.modal.view.private_metadata)
    older["period"] = "2026-10"
    del older["usual"]
    with anna.workspace.change():
        anna.workspace.put(replace(anna.modal.view, private_metadata=json.dumps(older)))
    anna.modal.fill("Customer", ACME)
    assert anna.modal.value("Period") == "October 2026"
    assert "On its way" in sends(anna).text


def test_a_selected_project_that_was_merged_is_found_under_its_new_name(autumn: None, anna: Person, bot: Bot) -> None:
    text(anna, "/track invoice acme website november")
    assert "1.50 h" not in anna.modal.text
    merge(anna, "Projects", "Website", "Acme GmbH › App")
    while anna.sees_modal:
        anna.modal.close()
    seen = anna.types("/track report acme november everybody")
    assert seen
    forge(seen, "Invoice Acme GmbH …", '1/2026-11 {"projects":[1]}')
    seen.click("Invoice Acme GmbH …")
    assert "4.50 h" in anna.modal.text


def test_days_that_end_before_they_begin_are_refused_and_nothing_is_lost(autumn: None, anna: Person) -> None:
    text(anna, "/track invoice acme november")
    anna.modal.fill("Period", "Own days …")
    anna.modal.fill("Last day", "2026-10-30")
    while anna.modal.title != "Invoice" or "Period" not in anna.modal.labels:
        anna.modal.close()
    assert anna.modal.value("Last day") == "2026-10-30"
    anna.modal.submit()
    assert anna.modal.errors == {"Last day": "This is before the first day."}


def test_days_are_picked_before_the_customer(autumn: None, anna: Person) -> None:
    text(anna, "/track invoice")
    anna.modal.fill("Period", "Own days …")
    anna.modal.fill("First day", "2026-10-13")
    anna.modal.fill("Customer", ACME)
    assert anna.modal.value("First day") == "2026-10-13"
    assert "Service period: 14 Oct 2026" in anna.modal.text


def test_more_than_can_be_shown_in_time_is_refused_with_what_to_do(
    autumn: None, anna: Person, finn: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collect, "MOST_ENTRIES", 3)
    too_many = "More than 3 entries are open here: too many for one invoice. Choose fewer days, such as a month"
    assert too_many in said(anna, "/track invoice acme all")
    assert "Hier sind mehr als 3 Einträge offen" in said(finn, "/track rechnung acme alles")
    assert "3.00 h" in text(anna, "/track invoice acme october")


def test_what_cannot_be_billed_does_not_count_among_too_many(
    autumn: None, anna: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    october = text(anna, "/track invoice acme october")
    for day in ("14.10.", "15.10.", "16.10."):
        anna.types(f"/track log 1h acme website {day}2026 --nb: party")
    monkeypatch.setattr(collect, "MOST_ENTRIES", 3)
    again = text(anna, "/track invoice acme october")
    assert "3.00 h" in october
    assert "3.00 h" in again
    assert "3 entries are not billable" in again
