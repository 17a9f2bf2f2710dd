"""The invoice says what is different since the last one of its kind, to whoever bills."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.core.context import Bot
from playground.person import Person
from tests.billing.deeds import RunJobs, appoint, just_read, presses, sends
from tests.billing.test_fixed_prices import agreements, bills, closes_all
from tests.billing.test_fixed_prices import agrees as agrees_on_price
from tests.billing.test_merged import merge
from tests.billing.test_retainers import agrees as agrees_on_fee
from tests.conftest import T0, FrozenClock
from tests.deeds import sure

FRIDAY = datetime(2026, 11, 27, 17, 30, tzinfo=UTC)
NOT_AS = ("Not as in", "Anders als")
TWO_WEEKS = timedelta(days=14)


def sees(who: Person, typed: str = "/track invoice acme november") -> str:
    while who.sees_modal:
        who.modal.close()
    who.types(typed)
    return who.modal.text


def sends_month(who: Person, month: str, run_jobs: RunJobs) -> None:
    sees(who, f"/track invoice acme {month}")
    assert "On its way" in sends(who).text
    run_jobs()


@pytest.fixture
def october_sent(connected: None, anna: Person, clock: FrozenClock, bot: Bot, run_jobs: RunJobs) -> None:
    """October is billed: ten hours of Design for the website, five of work on the app."""
    clock.forward(FRIDAY - T0)
    just_read(bot)
    anna.types("/track log 10h acme website design 12.10.2026")
    anna.types("/track log 5h acme app 13.10.2026")
    sends_month(anna, "october", run_jobs)


def test_of_a_first_invoice_nothing_is_said(connected: None, anna: Person) -> None:
    anna.types("/track log 1h acme website design today")
    assert "Not as in" not in sees(anna, "/track invoice acme")
    assert "As in" not in anna.modal.text


def test_what_differs_is_said_and_the_rest_behind_a_button(
    october_sent: None, anna: Person, finn: Person, bot: Bot, clock: FrozenClock
) -> None:
    finn.types("/track status")
    anna.types("/track log 12h acme website design 10.11.2026")
    finn.types("/track log 2h acme website travel 11.11.2026")
    clock.forward(TWO_WEEKS)
    just_read(bot)
    shown = sees(anna)
    for said in (
        "Not as in October 2026:",
        "New service: Travel, 2:00 h",
        "New person: Finn Freelancer, 2:00 h",
        "Not there any more: App (5:00 h last time)",
    ):
        assert said in shown
    anna.types("/track log 6h acme website design 12.11.2026")
    shown = sees(anna)
    assert "Hours in all: 20:00 h instead of 15:00 h (+33%)" in shown
    assert "Hours of Website" not in shown
    anna.modal.click("All 5 differences …")
    assert "Hours of Website · Design: 18:00 h instead of 10:00 h (+80%)" in anna.modal.text
    assert "Acme GmbH, November 2026 beside October 2026:" in anna.modal.text
    assert "18:00 h − 10:00 h = +8:00 h; 8:00 h ÷ 10:00 h = 80%" in anna.modal.text
    assert "Compared with the invoice for 1 Oct 2026 – 31 Oct 2026: €" in anna.modal.text
    assert "that differ by 30% or more" in anna.modal.text


def test_few_differences_say_which_figures_are_compared_too(october_sent: None, anna: Person) -> None:
    for typed in ("10h acme website design 10.11.2026", "10h acme website design 11.11.2026", "5h acme app 12.11.2026"):
        anna.types(f"/track log {typed}")
    assert "Hours in all: 25:00 h instead of 15:00 h (+67%)" in sees(anna)
    block = next(each for each in anna.modal.view.blocks if "Not as in" in each.get("text", {}).get("text", ""))
    anna.workspace.click(anna.id, anna.modal.surface, "invoice_differences", block_id=block["block_id"])
    anna.waits()
    assert "25:00 h − 15:00 h = +10:00 h; 10:00 h ÷ 15:00 h = 67%" in anna.modal.text
    assert "20:00 h − 10:00 h = +10:00 h; 10:00 h ÷ 10:00 h = 100%" in anna.modal.text


def test_a_month_that_is_not_over_has_no_fewer_hours(october_sent: None, anna: Person) -> None:
    anna.types("/track log 1h acme website design 10.11.2026")
    shown = sees(anna)
    assert "Nothing new since October 2026 so far." in shown
    assert "As in October 2026" not in shown


@pytest.mark.parametrize(
    ("typed", "said", "german"),
    [
        (
            "0:15 acme website design",
            "Nothing new since October 2026 so far.",
            "Bisher nichts Neues gegenüber Oktober 2026.",
        ),
        (
            "9:45 acme website design",
            "Nothing new since October 2026 so far.",
            "Bisher nichts Neues gegenüber Oktober 2026.",
        ),
        (
            "12h acme app",
            "Hours of App: 12:00 h instead of 5:00 h (+140%)",
            "Stunden für App: 12:00 h statt 5:00 h",
        ),
    ],
)
def test_of_days_that_are_not_over_nothing_is_called_the_same(
    typed: str, said: str, german: str, october_sent: None, anna: Person, finn: Person, bot: Bot
) -> None:
    anna.types(f"/track log {typed} 10.11.2026")
    shown = sees(anna)
    assert said in shown
    assert "much the same" not in shown
    finn.types("/track status")
    appoint(bot, "Finn Freelancer")
    shown = sees(finn, "/track rechnung acme november")
    assert german in shown
    assert "sind ähnlich" not in shown


def test_who_worked_before_and_not_now_is_not_said_to_be_there(
    october_sent: None, anna: Person, finn: Person, clock: FrozenClock, bot: Bot, run_jobs: RunJobs
) -> None:
    finn.types("/track status")
    finn.types("/track log 1h acme app 12.11.2026")
    for typed in ("10h acme website design 10.11.2026", "4h acme app 11.11.2026"):
        anna.types(f"/track log {typed}")
    sends_month(anna, "november", run_jobs)
    clock.forward(timedelta(days=40))
    just_read(bot)
    for typed in ("10h acme website design 10.12.2026", "5h acme app 11.12.2026"):
        anna.types(f"/track log {typed}")
    shown = sees(anna, "/track invoice acme december")
    assert "As in November 2026: no new services, people or rates, and the hours are much the same." in shown


def test_a_line_that_was_left_out_by_hand_is_not_called_gone(
    october_sent: None, anna: Person, finn: Person, clock: FrozenClock, bot: Bot
) -> None:
    for typed in ("10h acme website design 10.11.2026", "6h acme app 11.11.2026"):
        anna.types(f"/track log {typed}")
    clock.forward(TWO_WEEKS)
    just_read(bot)
    assert "As in October 2026" in sees(anna)
    presses(anna, "invoice_leave_out", "App")
    assert "Left out here: App (5:00 h last time)" in anna.modal.text
    assert "any more" not in anna.modal.text
    finn.types("/track status")
    appoint(bot, "Finn Freelancer")
    assert "Hier ausgelassen: App (zuletzt 5:00 h)" in sees(finn, "/track rechnung acme november")


def test_expenses_that_were_left_out_by_hand_are_not_called_gone(
    connected: None, anna: Person, clock: FrozenClock, bot: Bot, run_jobs: RunJobs
) -> None:
    clock.forward(FRIDAY - T0)
    just_read(bot)
    anna.types("/track log 10h acme website design 12.10.2026")
    anna.types("/track expense 500 net acme website 13.10.2026: hosting")
    sends_month(anna, "october", run_jobs)
    clock.forward(TWO_WEEKS)
    just_read(bot)
    anna.types("/track log 10h acme website design 12.11.2026")
    anna.types("/track expense 500 net acme website 13.11.2026: hosting")
    sees(anna)
    presses(anna, "invoice_leave_out", "Website · hosting")
    assert "No expenses" not in anna.modal.text


def test_a_month_is_compared_with_a_month_and_a_selection_with_the_same(
    october_sent: None, anna: Person, run_jobs: RunJobs
) -> None:
    anna.types("/track log 10h acme website design 10.11.2026")
    anna.types("/track log 5h acme app 11.11.2026")
    assert "Nothing new since October 2026 so far." in sees(anna)
    for typed in ("1.11.-15.11.", "all", "november design", "q4"):
        shown = sees(anna, f"/track invoice acme {typed}")
        assert "s in October 2026" not in shown
        assert "since October 2026" not in shown
    sends_month(anna, "november", run_jobs)
    sure(anna, "/track log 1h acme website design 12.10.2026: later")
    assert "s in November" not in sees(anna, "/track invoice acme october")


def test_a_supplement_counts_with_its_month(october_sent: None, anna: Person, run_jobs: RunJobs) -> None:
    sure(anna, "/track log 10h acme website design 14.10.2026: forgotten")
    sends_month(anna, "october", run_jobs)
    sure(anna, "/track log 20h acme website design 10.11.2026")
    anna.types("/track log 5h acme app 11.11.2026")
    assert "Nothing new since October 2026 so far." in sees(anna)


def test_another_rate_is_said_with_both(october_sent: None, anna: Person) -> None:
    anna.types("/track log 10h acme website design 10.11.2026")
    sees(anna)
    anna.modal.click("Edit …")
    anna.modal.fill("Hourly rate", "99.50")
    anna.modal.submit()
    assert "Other rate: Website · Design, €99.50 instead of €88.50" in anna.modal.text


def test_what_was_renamed_or_merged_is_no_news(october_sent: None, anna: Person, bot: Bot) -> None:
    anna.types("/track log 10h acme website travel 10.11.2026")
    anna.types("/track log 5h acme app 11.11.2026")
    assert "New service: Travel" in sees(anna)
    anna.modal.close()
    merge(anna, "Services", "Design", "Travel")
    while anna.sees_modal:
        anna.modal.close()
    shown = sees(anna)
    assert "New service" not in shown
    assert "any more" not in shown


def test_it_is_said_in_german(october_sent: None, anna: Person, finn: Person, bot: Bot) -> None:
    finn.types("/track status")
    appoint(bot, "Finn Freelancer")
    sure(finn, "/track buche 20h acme website design 10.11.2026")
    shown = sees(finn, "/track rechnung acme november")
    assert "Anders als Oktober 2026:" in shown
    assert "Neue Person: Finn Freelancer, 20:00 h" in shown
    assert "Stunden für Website · Design: 20:00 h statt 10:00 h (+100\N{NO-BREAK SPACE}%)" in shown


def test_a_lump_sum_of_each_month_that_is_missing_is_said(
    connected: None, anna: Person, clock: FrozenClock, bot: Bot, run_jobs: RunJobs
) -> None:
    clock.forward(FRIDAY - T0)
    just_read(bot)
    anna.types("/track log 10h acme website design 12.10.2026")
    anna.types("/track expense 500 net acme website 13.10.2026: hosting")
    sends_month(anna, "october", run_jobs)
    clock.forward(timedelta(days=10))
    just_read(bot)
    anna.types("/track log 10h acme website design 12.11.2026")
    assert "No expenses (€500.00 last time)" in sees(anna, "/track invoice acme november")
    anna.types("/track expense 510 net acme website 13.11.2026: hosting")
    assert "As in October 2026" in sees(anna, "/track invoice acme november")
    anna.types("/track expense 490 net acme website 14.11.2026: licences")
    assert "Expenses: €1,000.00 instead of €500.00 (+100%)" in sees(anna, "/track invoice acme november")


def test_expenses_where_there_were_none_are_said(october_sent: None, anna: Person) -> None:
    anna.types("/track expense 500 net acme website 13.11.2026: hosting")
    assert "Expenses: €500.00 (none last time)" in sees(anna, "/track invoice acme november")


def test_fees_and_parts_of_fixed_prices_are_called_so_and_no_expenses(
    october_sent: None, anna: Person, finn: Person, clock: FrozenClock, bot: Bot, run_jobs: RunJobs
) -> None:
    anna.types("/track log 10h acme website design 12.11.2026")
    agrees_on_fee(anna, "1000", first="2026-11-01")
    agrees_on_price(anna, "Acme GmbH › Website", "5000", first="2026-10-01")
    agreements(anna)
    bills(anna, "50%", day="2026-11-10")
    closes_all(anna)
    anna.types("/track expense 500 net acme app 13.11.2026: hosting")
    shown = all_of(anna, sees(anna))
    for said in (
        "Retainer: €1,000.00 (none last time)",
        "Parts of fixed prices: €2,500.00 (none last time)",
        "Expenses: €500.00 (none last time)",
    ):
        assert said in shown
    sends_month(anna, "november", run_jobs)
    clock.forward(timedelta(days=40))
    just_read(bot)
    finn.types("/track status")
    appoint(bot, "Finn Freelancer")
    anna.types("/track log 10h acme app 10.12.2026")
    shown = all_of(finn, sees(finn, "/track rechnung acme dezember")).replace("\xa0", " ")
    assert "Kein Teil eines Festpreises (zuletzt 2.500,00 €)" in shown
    assert "Keine Ausgaben (zuletzt 500,00 €)" in shown
    assert "Monatspauschale: " not in shown
    assert "Keine Monatspauschale" not in shown
    assert "Genannt werden Stunden, Monatspauschalen, Teile von Festpreisen und Ausgaben" in shown


def all_of(who: Person, shown: str) -> str:
    """What is different, with the rest of it that is behind the button."""
    block = next(each for each in who.modal.view.blocks if each.get("text", {}).get("text", "").startswith(NOT_AS))
    who.workspace.click(who.id, who.modal.surface, "invoice_differences", block_id=block["block_id"])
    who.waits()
    return shown + who.modal.text
