"""Exactly what was shown is approved, by one person, and only by those who may."""

import threading
from dataclasses import replace
from decimal import Decimal

from bot.billing import approval
from bot.core.context import Bot
from playground.billomat.account import Account
from playground.person import Person
from storage import people as people_rows
from tests.billing.deeds import (
    ACME,
    RunJobs,
    another_article,
    appoint,
    change,
    edits,
    invoice,
    listed,
    seen_by,
    sends,
    states,
)
from tests.conftest import T0


def test_what_was_worked_is_shown_approved_and_sent_once(
    worked: None, anna: Person, account: Account, run_jobs: RunJobs
) -> None:
    anna.types("/track invoice acme")
    shown = anna.modal.text
    assert "Website · Design\n7.25 h × €88.50 = €641.63\nDesign · MwSt 19%\n9 Mar 2026 Workshop" in shown
    assert "App\n2.00 h × €95.00 = €190.00" in shown
    assert "Total: €831.63 net\n9.25 h on 2 lines\nplus €158.01 VAT (MwSt 19%) = €989.64 gross" in shown
    assert "Service period: 9 Mar 2026" in shown
    assert account.drafts() == []
    after = anna.modal.submit()
    assert after
    assert "On its way to Billomat: Acme GmbH, March 2026, €831.63 net" in after.text
    run_jobs()
    (draft,) = account.drafts()
    assert (draft.client_name, draft.total_net) == (ACME, Decimal("831.63"))
    assert "The draft for Acme GmbH, March 2026 is in Billomat: €831.63 net. With VAT: €989.64." in anna.modal.text
    assert "Open in Billomat" in anna.dm[-1].buttons
    (line,) = [line for line in draft.lines if line.title == "Website · Design"]
    assert (line.quantity, line.unit_price, line.unit) == (Decimal("7.25"), Decimal("88.5"), "Stunde")
    assert (draft.supply_period, draft.date, draft.status) == ("9 Mar 2026", T0.date(), "DRAFT")
    assert "🔒 2:00 h · Acme GmbH › App" in listed(anna)
    assert "has nothing unbilled" in invoice(anna).text


# Sending exactly what was shown


def test_what_changed_since_it_was_shown_has_to_be_looked_at_first(
    worked: None, anna: Person, finn: Person, account: Account, run_jobs: RunJobs
) -> None:
    invoice(anna)
    finn.types("/track log 1h acme app gestern")
    after = sends(anna)
    assert "Please check the lines and press again. Nothing was sent." in after.text
    assert "App\n3.00 h × €95.00 = €285.00" in after.text
    run_jobs()
    assert account.drafts() == []
    assert "On its way" in sends(anna).text


def test_without_a_customer_slack_itself_refuses(worked: None, anna: Person) -> None:
    anna.types("/track invoice")
    anna.modal.submit()
    assert list(anna.modal.errors) == ["Customer"]


def test_a_changed_rate_has_to_be_looked_at_first(worked: None, anna: Person, bot: Bot) -> None:
    invoice(anna)
    with bot.database.write() as db:
        people_rows.change_workspace_terms(db, 1, rate_cents=10_000)
    assert "Please check the lines" in sends(anna).text


def test_of_two_approvers_one_wins_and_the_other_is_told_who(
    worked: None, anna: Person, aylin: Person, bot: Bot, account: Account, run_jobs: RunJobs
) -> None:
    aylin.types("/track status")
    appoint(bot, "Aylin Approver")
    invoice(anna)
    invoice(aylin)
    assert "On its way" in sends(anna).text
    assert "Anna Admin approved this draft at 5:00 AM." in sends(aylin).text
    assert "Acme GmbH has nothing unbilled" in aylin.modal.text
    run_jobs()
    assert len(account.drafts()) == 1


def test_two_presses_at_the_same_moment_make_one_draft(
    worked: None, anna: Person, bot: Bot, account: Account, run_jobs: RunJobs
) -> None:
    caller, preview = seen_by(bot, "Anna Admin")
    shown = approval.Shown(preview.draft_id, preview.shown)
    start, outcomes = threading.Barrier(2), []

    def press(number: int) -> None:
        start.wait()
        mine = replace(caller, request=f"press:{number}")
        outcomes.append(approval.approve(bot, mine, preview.customer_id, preview.scope, shown=shown, view_id="V"))

    presses = [threading.Thread(target=press, args=(number,)) for number in range(2)]
    for thread in presses:
        thread.start()
    for thread in presses:
        thread.join()
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Approved", "NotApproved"]
    run_jobs()
    assert len(account.drafts()) == 1


def test_whoever_was_dismissed_meanwhile_is_offered_no_articles(worked: None, anna: Person, bot: Bot) -> None:
    invoice(anna)
    anna.modal.click("Edit …")
    assert anna.modal.options("Article")
    with bot.database.write() as db:
        people_rows.change_person(db, 1, role="member")
    assert anna.modal.options("Article") == []


def test_members_neither_see_nor_send_invoices(worked: None, aylin: Person) -> None:
    said = aylin.types("/track invoice acme")
    assert said
    assert "Only people who bill can do this." in said.text
    assert not aylin.sees_modal


def test_before_billomat_is_connected_one_can_look_but_not_send(projects: None, anna: Person, bot: Bot) -> None:
    anna.types("/track log 2h acme website yesterday")
    with bot.database.write() as db:
        people_rows.change_workspace_terms(db, 1, rate_cents=9500)
    assert "€190.00" in invoice(anna).text
    after = sends(anna)
    assert "Billomat is not connected yet" in after.text
    assert states(bot) == ["open"]


def test_a_customer_without_a_counterpart_cannot_be_billed(worked: None, anna: Person, bot: Bot) -> None:
    change(bot, ACME, billomat_id=None)
    assert "not linked with a customer in Billomat" in invoice(anna).text
    sends(anna)
    assert states(bot) == ["open"]


def test_a_line_without_a_rate_cannot_be_sent(worked: None, anna: Person, bot: Bot) -> None:
    with bot.database.write() as db:
        people_rows.change_workspace_terms(db, 1, rate_cents=None)
    assert "App\n2.00 h × ? Press “Edit …” and enter an hourly rate." in invoice(anna).text
    assert sends(anna).text.startswith("Invoice\n⚠️ 1 line has no hourly rate in EUR yet: App")
    assert states(bot) == ["open"]


def test_work_without_a_rate_in_the_customers_currency_is_not_sent(worked: None, anna: Person, bot: Bot) -> None:
    change(bot, ACME, currency="CHF")
    assert "2 lines have no hourly rate in CHF yet" in invoice(anna).text
    sends(anna)
    assert states(bot) == ["open"]


def test_a_price_for_a_day_is_not_taken_for_an_hour(worked: None, anna: Person, bot: Bot, account: Account) -> None:
    another_article(bot, account, "Workshop", price_cents=145_000, unit="Tag")
    invoice(anna)
    edits(anna, article="Workshop").submit()
    assert "The article's price is for “Tag”, not for an hour." in anna.modal.text
    assert "7.25 h × ?" in anna.modal.text


def test_a_customer_archived_while_the_modal_is_open_is_said_with_the_way_out(
    worked: None, anna: Person, bot: Bot
) -> None:
    invoice(anna)
    change(bot, ACME, archived=True)
    sends(anna)
    assert "Acme GmbH is archived in Billomat or deleted there, so it gets no draft." in anna.modal.text
    assert "7.25 h" in anna.modal.text
