"""An invoice that a second person approves: submitted, approved or returned in a message, void once it is another."""

from collections.abc import Callable

import pytest
from sqlalchemy import Connection, update

from bot.billing import asking, deciding
from bot.billing.preview import Preview
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.core.errors import UserError
from bot.people.callers import acting
from bot.routine import sweep
from playground.billomat.account import Account
from playground.person import Person
from storage import drafts as draft_rows
from storage import people as people_rows
from storage import upkeep as upkeep_rows
from storage.drafts import Draft
from storage.tables import people, workspaces
from tests.billing.deeds import RunJobs, change, edits, invoice, sends, states
from tests.conftest import FrozenClock, at_once


def rule(bot: Bot, cents: int | None) -> None:
    """As an admin sets from which sum on a second person approves."""
    with bot.database.write() as db:
        db.execute(update(workspaces).values(second_from_cents=cents))


def made(bot: Bot, name: str, role: str) -> None:
    """As an admin appoints somebody."""
    with bot.database.write() as db:
        db.execute(update(people).where(people.c.name == name).values(role=role))


def called(bot: Bot, name: str) -> Caller:
    """A person in a request."""
    with bot.database.read() as db:
        (person,) = [each for each in people_rows.people_of(db, 1) if each.name == name]
    return acting(person, now=bot.now(), request=f"press:{name}")


def approving(bot: Bot, name: str) -> Callable[[], object]:
    """The press of "Approve and send" in a message about the first draft."""
    caller = called(bot, name)
    return lambda: deciding.approve_submitted(bot, caller, 1, "")


@pytest.fixture
def aylin_approves(worked: None, aylin: Person, bot: Bot) -> Person:
    """Aylin is an approver, and every invoice needs a second person."""
    aylin.types("/track status")
    made(bot, "Aylin Approver", "approver")
    rule(bot, 0)
    return aylin


@pytest.fixture
def submitted(aylin_approves: Person, anna: Person, run_jobs: RunJobs) -> Person:
    """Anna submitted the invoice for Acme, and Aylin has the message."""
    invoice(anna)
    sends(anna)
    run_jobs()
    return aylin_approves


# Submitting


def test_whoever_is_alone_sends_as_ever(worked: None, anna: Person, account: Account, run_jobs: RunJobs) -> None:
    assert invoice(anna).view.submit == "Send to Billomat"
    assert "On its way" in sends(anna).text


def test_with_the_rule_an_invoice_is_submitted_and_the_approver_gets_sums_and_lines(
    aylin_approves: Person, anna: Person, bot: Bot, account: Account, run_jobs: RunJobs
) -> None:
    assert invoice(anna).view.submit == "Submit for approval"
    after = sends(anna)
    assert "✋ Submitted: Acme GmbH, March 2026, €831.63 net. Aylin Approver can approve it" in after.text
    assert states(bot) == ["submitted"]
    run_jobs()
    asked = aylin_approves.dm[-1]
    assert (
        "Anna Admin asks you to approve an invoice: Acme GmbH, March 2026, €831.63 net. With VAT: €989.64."
        in asked.text
    )
    assert "• App: 2.00 h × €95.00 = €190.00\n• Website · Design: 7.25 h × €88.50 = €641.63" in asked.plain()
    assert asked.buttons == ["Approve and send", "Return …", "Open the invoice …", "What Billomat gets …"]
    assert account.drafts() == []


@pytest.mark.parametrize("name", ["Bäckerei Söhne & Co.", "Anna <3 Ltd.", "A&amp;B"])
def test_whoever_submits_reads_the_customers_name_as_it_is_written(
    aylin_approves: Person, anna: Person, bot: Bot, name: str
) -> None:
    change(bot, "Acme GmbH", name=name)
    anna.types("/track invoice website")
    assert f"✋ Submitted: {name}, March 2026" in sends(anna).text


def test_what_was_just_submitted_is_not_called_still_open(aylin_approves: Person, anna: Person) -> None:
    anna.types("/track log 1h shop today")
    anna.types("/track invoice bäckerei")
    after = sends(anna).text
    assert "✋ Submitted: Bäckerei Söhne & Co., March 2026" in after
    assert "Still open for March 2026: Acme GmbH\n" in f"{after}\n"


def test_below_the_limit_one_person_is_enough(aylin_approves: Person, anna: Person, bot: Bot) -> None:
    rule(bot, 83_164)
    assert invoice(anna).view.submit == "Send to Billomat"
    rule(bot, 83_163)
    assert invoice(anna).view.submit == "Submit for approval"


def test_a_rule_that_came_while_the_invoice_was_open_holds(aylin_approves: Person, anna: Person, bot: Bot) -> None:
    rule(bot, None)
    invoice(anna)
    rule(bot, 0)
    assert "Please check the lines and press again. Nothing was sent." in sends(anna).text
    assert anna.modal.view.submit == "Submit for approval"
    assert "Submitted" in sends(anna).text


def test_where_nobody_else_may_approve_it_is_said_what_to_do(worked: None, anna: Person, bot: Bot) -> None:
    rule(bot, 0)
    invoice(anna)
    anna.modal.submit()
    (said,) = anna.modal.errors.values()
    assert said.startswith("A second person has to approve this, and there is nobody but you. Appoint an approver in")
    assert states(bot) == ["open"]


def leaves(who: Person, run_jobs: RunJobs, *names: str, deleted: bool = True) -> None:
    """Their accounts are deactivated in Slack, or are back."""
    for name in names:
        who.workspace.change_person(who.workspace.person(name).id, deleted=deleted)
    who.waits()
    run_jobs()


def test_an_approver_who_left_slack_is_asked_for_nothing_and_it_is_said_who_left(
    aylin_approves: Person, anna: Person, bot: Bot, run_jobs: RunJobs
) -> None:
    leaves(anna, run_jobs, "Aylin Approver")
    invoice(anna)
    anna.modal.submit()
    (said,) = anna.modal.errors.values()
    assert "there is nobody but you: Aylin Approver left Slack. Appoint an approver in /track settings" in said
    assert states(bot) == ["open"]
    leaves(anna, run_jobs, "Aylin Approver", deleted=False)
    assert "Submitted" in sends(anna).text


def test_whoever_submitted_hears_once_when_the_last_approver_leaves_and_takes_it_back(
    submitted: Person, anna: Person, bot: Bot, run_jobs: RunJobs
) -> None:
    leaves(anna, run_jobs, "Aylin Approver")
    told = [each for each in anna.dm if "left Slack" in each.plain()]
    assert "Nobody but you may approve it now: Aylin Approver left Slack. Take it back, or" in told[0].plain()
    assert len(told) == 1
    told[0].click("Open the invoice …")
    assert "It waits for nobody. Nobody but you may approve it now: Aylin Approver left Slack." in anna.modal.text
    anna.modal.click("Take back")
    assert states(bot) == ["open"]


def test_nobody_hears_of_it_while_somebody_else_may_approve(
    submitted: Person, anna: Person, finn: Person, bot: Bot, run_jobs: RunJobs
) -> None:
    finn.types("/track status")
    made(bot, "Finn Freelancer", "approver")
    leaves(anna, run_jobs, "Aylin Approver")
    assert not [each for each in anna.dm if "left Slack" in each.plain()]


def test_who_comes_back_approves_again_also_where_slack_did_not_say_so(
    submitted: Person, anna: Person, bot: Bot, run_jobs: RunJobs
) -> None:
    with bot.database.write() as db:
        db.execute(update(people).where(people.c.name == "Aylin Approver").values(has_left=True))
    submitted.types("/track status")
    invoice(anna)
    assert "It waits for Aylin Approver." in anna.modal.text


def test_a_biller_whose_admins_all_left_reads_how_somebody_becomes_one(
    aylin_approves: Person, anna: Person, finn: Person, bot: Bot, run_jobs: RunJobs
) -> None:
    finn.types("/track status")
    made(bot, "Finn Freelancer", "biller")
    leaves(anna, run_jobs, "Aylin Approver", "Anna Admin")
    invoice(finn)
    finn.modal.submit()
    (said,) = finn.modal.errors.values()
    assert "dieser Slack-Workspace gehört" in said
    assert states(bot) == ["open"]


def test_the_last_admin_who_is_there_stays_one(
    aylin_approves: Person, anna: Person, bot: Bot, run_jobs: RunJobs
) -> None:
    made(bot, "Aylin Approver", "admin")
    leaves(anna, run_jobs, "Aylin Approver")
    with bot.database.read() as db:
        assert people_rows.lock_admins(db, 1) == {1}


# Approving


def test_the_approver_sends_it_from_the_message_and_the_submitter_hears_at_once(
    submitted: Person, anna: Person, bot: Bot, account: Account, run_jobs: RunJobs
) -> None:
    submitted.dm[-1].click("Approve and send")
    assert "📨 Approved, and on its way to Billomat: Acme GmbH, March 2026, €831.63 net." in submitted.dm[-1].text
    run_jobs()
    assert len(account.drafts()) == 1
    assert "✅ Aylin Approver approved what you submitted: Acme GmbH, March 2026, €831.63 net." in anna.dm[-1].text


def test_whoever_submitted_hears_that_billomat_has_it_and_that_somebody_took_it_back(
    submitted: Person, anna: Person, bot: Bot, account: Account, run_jobs: RunJobs
) -> None:
    submitted.dm[-1].click("Approve and send")
    run_jobs()
    received = [each for each in anna.dm if "Open in Billomat" in each.buttons]
    assert len(received) == 1
    assert "Acme GmbH, March 2026" in received[0].plain()
    submitted.clicks("Take back …")
    submitted.modal.submit()
    run_jobs()
    assert account.drafts() == []
    taken = [each.plain() for each in anna.dm if "Aylin Approver took back the draft for Acme GmbH" in each.plain()]
    assert len(taken) == 1


def test_whoever_submitted_and_bills_no_more_hears_nothing_of_it(
    submitted: Person, anna: Person, bot: Bot, run_jobs: RunJobs
) -> None:
    made(bot, "Anna Admin", "member")
    submitted.dm[-1].click("Approve and send")
    run_jobs()
    assert not [each for each in anna.dm if "Open in Billomat" in each.buttons]


@pytest.mark.parametrize(("language", "made_in"), [("en", ["en"]), ("de", ["de", "en"])])
def test_one_preview_is_made_for_all_approvers_who_read_one_language(
    aylin_approves: Person,
    anna: Person,
    finn: Person,
    bot: Bot,
    run_jobs: RunJobs,
    monkeypatch: pytest.MonkeyPatch,
    language: str,
    made_in: list[str],
) -> None:
    finn.types("/track hilfe")
    with bot.database.write() as db:
        of_finn = update(people).where(people.c.name == "Finn Freelancer")
        db.execute(of_finn.values(role="approver", language=language))
    counted = list[str]()
    preview_of = asking.preview_of

    def counting(db: Connection, caller: Caller, draft: Draft) -> Preview:
        counted.append(caller.reader.language)
        return preview_of(db, caller, draft)

    invoice(anna)
    sends(anna)
    monkeypatch.setattr(asking, "preview_of", counting)
    run_jobs()
    assert sorted(counted) == made_in
    assert "Anna Admin asks you to approve an invoice" in aylin_approves.dm[-1].plain()
    asked = {"en": "Anna Admin asks you to approve an invoice", "de": "Anna Admin bittet dich"}[language]
    assert asked in finn.dm[-1].plain()


def test_whoever_submitted_cannot_approve_even_an_admin(submitted: Person, anna: Person, bot: Bot) -> None:
    shown = invoice(anna)
    assert "✋ You submitted this: 10:00. It waits for Aylin Approver." in shown.text
    assert shown.view.submit == "Look again"
    looked = sends(anna)
    assert "Looked again at 10:00: everything is as it was submitted." in looked.text
    assert "It waits for Aylin Approver." in looked.text
    assert "7.25 h × €88.50" in looked.text
    with pytest.raises(UserError, match="You submitted this yourself"):  # a button of somebody else's message
        deciding.approve_submitted(bot, called(bot, "Anna Admin"), 1, "")
    assert states(bot) == ["submitted"]


def test_looking_again_says_what_became_of_it(
    submitted: Person, anna: Person, clock: FrozenClock, run_jobs: RunJobs
) -> None:
    invoice(anna)
    clock.forward_by(minutes=5)
    submitted.dm[-1].click("Return …")
    submitted.modal.fill("What has to be different", "Shorter")
    submitted.modal.submit()
    looked = sends(anna)
    assert "↩️ Aylin Approver returned this: “Shorter”" in looked.text
    assert "as it was submitted" not in looked.text
    assert looked.view.submit == "Submit for approval"


def test_looking_again_says_who_may_approve_it_by_now(submitted: Person, anna: Person, finn: Person, bot: Bot) -> None:
    finn.types("/track hilfe")
    invoice(anna)
    with bot.database.write() as db:
        db.execute(update(people).where(people.c.name == "Finn Freelancer").values(role="approver"))
    looked = sends(anna).text
    assert "You submitted this: 10:00. It waits for" in looked
    assert "Finn Freelancer" in looked


def test_looking_again_at_what_is_approved_by_now_says_so(submitted: Person, anna: Person, bot: Bot) -> None:
    invoice(anna)
    submitted.dm[-1].click("Approve and send")
    looked = sends(anna).text
    assert "Aylin Approver approved this draft at 10:00" in looked
    assert states(bot)[0] == "approved"


def test_who_may_not_approve_reads_for_whom_it_waits(submitted: Person, finn_bills: Person) -> None:
    finn_bills.types("/track rechnung acme")
    assert "Anna Admin hat das eingereicht: 10:00. Es wartet auf Aylin Approver." in finn_bills.modal.text
    assert "Alles ist, wie es eingereicht wurde" in sends(finn_bills).text


def test_the_approver_may_look_at_the_invoice_and_approve_it_there(
    submitted: Person, bot: Bot, account: Account, run_jobs: RunJobs
) -> None:
    submitted.dm[-1].click("Open the invoice …")
    assert "✋ Anna Admin submitted this" in submitted.modal.text
    assert submitted.modal.view.submit == "Approve and send"
    assert "On its way" in sends(submitted).text
    run_jobs()
    assert len(account.drafts()) == 1


def test_old_prices_are_read_anew_before_they_are_approved(
    submitted: Person, bot: Bot, clock: FrozenClock, account: Account, run_jobs: RunJobs
) -> None:
    clock.forward_by(hours=2)
    submitted.dm[-1].click("Approve and send")
    assert states(bot) == ["submitted"]
    assert "I am asking Billomat whether they changed." in submitted.modal.text


def test_a_biller_who_is_no_approver_approves_nothing(
    submitted: Person, finn: Person, bot: Bot, run_jobs: RunJobs
) -> None:
    finn.types("/track status")
    made(bot, "Finn Freelancer", "biller")
    made(bot, "Aylin Approver", "biller")
    submitted.dm[-1].click("Approve and send")
    assert "Only approvers and admins approve invoices." in submitted.dm[-1].text
    assert (invoice(finn).view.submit, finn.modal.view.close) == ("Nachsehen", "Schließen")
    assert states(bot) == ["submitted"]


# Returning and taking back


def test_it_is_returned_with_a_comment_that_stands_in_the_draft_and_reaches_the_submitter(
    submitted: Person, anna: Person, bot: Bot, run_jobs: RunJobs
) -> None:
    submitted.dm[-1].click("Return …")
    submitted.modal.fill("What has to be different", "The workshop was on Tuesday")
    assert "↩️ Returned: Acme GmbH, March 2026." in sends(submitted).text
    assert "↩️ Returned: Acme GmbH, March 2026." in submitted.dm[-1].text
    assert submitted.dm[-1].buttons == []
    run_jobs()
    assert "↩️ Aylin Approver returned Acme GmbH, March 2026: “The workshop was on Tuesday”" in anna.dm[-1].text
    anna.dm[-1].click("Open the invoice …")
    assert "↩️ Aylin Approver returned this: “The workshop was on Tuesday”" in anna.modal.text
    assert "Submitted" in sends(anna).text
    assert "returned this" not in invoice(anna).text
    run_jobs()
    submitted.dm[-1].click("Approve and send")
    assert states(bot)[0] == "approved"


def test_an_earlier_message_says_that_a_newer_one_holds_or_what_became_of_it(
    submitted: Person, anna: Person, bot: Bot, run_jobs: RunJobs
) -> None:
    first = submitted.dm[-1]
    invoice(anna).click("Take back")
    assert "You submitted this" not in anna.modal.text
    first.click("Approve and send")
    assert "This is no longer submitted: it was taken back, or changed since." in submitted.dm[-1].text
    anna.types("/track log 1h acme app yesterday")
    invoice(anna)
    sends(anna)
    first.click("Approve and send")
    assert "This was submitted anew meanwhile: the newest message about it holds." in submitted.dm[-1].text
    assert states(bot) == ["submitted"]


def test_whoever_did_not_submit_takes_nothing_back(submitted: Person, bot: Bot) -> None:
    assert "Take back" not in invoice(submitted).buttons


def test_a_comment_is_asked_for(submitted: Person, bot: Bot) -> None:
    submitted.dm[-1].click("Return …")
    submitted.modal.submit()
    assert list(submitted.modal.errors) == ["What has to be different"]
    assert states(bot) == ["submitted"]


def test_a_press_of_submit_approves_nothing_that_somebody_else_submitted_a_moment_before(
    aylin_approves: Person, anna: Person, bot: Bot
) -> None:
    assert invoice(aylin_approves).view.submit == "Submit for approval"
    invoice(anna)
    sends(anna)
    assert "Please check the lines and press again. Nothing was sent." in sends(aylin_approves).text
    assert states(bot) == ["submitted"]
    assert aylin_approves.modal.view.submit == "Approve and send"


def test_the_history_says_who_submitted_returned_and_approved_and_why(
    submitted: Person, anna: Person, bot: Bot, run_jobs: RunJobs
) -> None:
    submitted.dm[-1].click("Return …")
    submitted.modal.fill("What has to be different", "The workshop was on Tuesday")
    sends(submitted)
    invoice(anna)
    sends(anna)
    run_jobs()
    submitted.dm[-1].click("Approve and send")
    run_jobs()
    submitted.dm[-1].click("History …")
    said = submitted.modal.text
    for deed in ("Anna Admin: submitted for approval", "Aylin Approver: returned", "Aylin Approver: approved"):
        assert deed in said
    assert "Reason: The workshop was on Tuesday" in said
    assert "→ nothing" not in said


# Sealed


def test_what_changed_in_between_voids_it_and_is_said_entry_by_entry(
    submitted: Person, anna: Person, bot: Bot, account: Account, run_jobs: RunJobs
) -> None:
    anna.types("/track log 30m acme app yesterday: forgotten")
    submitted.dm[-1].click("Approve and send")
    said = submitted.dm[-1].text
    assert "⚠️ What Anna Admin submitted (5:00 AM) is void, for it changed since:" in said
    assert "• App: new: Mar 9, 2026 · 0:30 h · forgotten" in said
    assert "Nothing was sent. Anna Admin hears of it." in said
    assert states(bot) == ["open"]
    run_jobs()
    assert account.drafts() == []
    assert "⚠️ What you submitted is void, for it changed since: Acme GmbH, March 2026." in anna.dm[-1].text
    assert "• App: new: 9 Mar 2026 · 0:30 h · forgotten" in anna.dm[-1].text


@pytest.mark.parametrize("what", ["text", "rate", "customer"])
def test_texts_rates_and_the_customers_terms_are_sealed_too(
    submitted: Person, anna: Person, bot: Bot, what: str
) -> None:
    match what:
        case "text":
            invoice(anna)
            edits(anna, description="Something else").submit()
        case "rate":
            with bot.database.write() as db:
                people_rows.change_workspace_terms(db, 1, rate_cents=9600)
        case _:
            with bot.database.write() as db:
                db.exec_driver_sql("UPDATE customer SET reduction = 20000 WHERE id = 1")
    submitted.dm[-1].click("Approve and send")
    assert states(bot) == ["open"]


@pytest.mark.parametrize("currency", ["CHF", "JPY", "PLN"])
def test_a_customer_who_pays_in_another_currency_since_makes_it_void_and_each_sum_is_said_in_its_own(
    submitted: Person, anna: Person, bot: Bot, run_jobs: RunJobs, currency: str
) -> None:
    change(bot, "Acme GmbH", currency=currency)
    submitted.dm[-1].click("Approve and send")
    assert states(bot) == ["open"]
    run_jobs()
    for said in (submitted.dm[-1].text, anna.dm[-1].text):
        assert "• Total net: €831.63 → " in said
        assert "(−" not in said  # of two currencies there is no difference


def test_whoever_changes_it_in_the_invoice_reads_that_it_is_void(
    submitted: Person, anna: Person, bot: Bot, run_jobs: RunJobs
) -> None:
    invoice(submitted)
    edits(submitted, description="Something else").submit()
    assert "⚠️ What Anna Admin submitted" in submitted.modal.text
    assert "Website · Design: another text" in submitted.modal.text
    assert submitted.modal.view.submit == "Submit for approval"
    run_jobs()
    assert "⚠️ What you submitted is void" in anna.dm[-1].text


def test_a_message_that_is_made_twice_is_sent_once_and_none_of_what_was_taken_back(
    aylin_approves: Person, anna: Person, bot: Bot, run_jobs: RunJobs
) -> None:
    before = len(aylin_approves.dm)
    invoice(anna)
    sends(anna)
    with bot.database.read() as db:
        draft = draft_rows.draft_of_job(db, 1)
    assert draft.submitted_at
    for _ in range(2):  # a process that died after its commit leaves the job to another one
        asking.ask(bot, 1, draft.sealed, draft.submitted_at.isoformat())
    run_jobs()
    assert len(aylin_approves.dm) == before + 1
    invoice(anna).click("Take back")
    asking.ask(bot, 1, draft.sealed, draft.submitted_at.isoformat())
    run_jobs()
    assert len(aylin_approves.dm) == before + 1


def test_what_waits_for_longer_than_a_form_is_open_is_still_compared(
    submitted: Person, anna: Person, bot: Bot, clock: FrozenClock, run_jobs: RunJobs
) -> None:
    clock.forward_by(days=40)
    anna.types("/track invoice bäckerei")  # which drops what was shown long ago
    with bot.database.write() as db:
        people_rows.change_workspace_terms(db, 1, rate_cents=9600)
    submitted.dm[-1].click("Approve and send")
    assert "• App: the hour costs €96.00, before €95.00" in submitted.dm[-1].text
    assert "• App: €190.00 → €192.00 (+€2.00)" in submitted.dm[-1].text


def test_whoever_submitted_hears_that_its_customer_was_merged(
    submitted: Person, anna: Person, bot: Bot, run_jobs: RunJobs
) -> None:
    anna.modal.close()
    with bot.change(called(bot, "Anna Admin")) as merging:
        upkeep_rows.merge_customers(merging, ours=1, theirs=2)
    assert states(bot) == ["discarded"]
    for _ in range(2):
        sweep.sweep(bot)
        run_jobs()
    told = [each.plain() for each in anna.dm if "What you submitted is void" in each.plain()]
    assert len(told) == 1
    assert "Acme GmbH, March 2026. Its customer was merged into another one" in told[0]


def test_a_button_says_that_its_customer_was_merged_before_its_message_does(
    submitted: Person, anna: Person, bot: Bot
) -> None:
    anna.modal.close()
    with bot.change(called(bot, "Anna Admin")) as merging:
        upkeep_rows.merge_customers(merging, ours=1, theirs=2)
    submitted.dm[-1].click("Approve and send")
    assert "This is no longer submitted" in submitted.dm[-1].text


def test_whoever_submitted_hears_that_an_earlier_draft_for_the_same_work_took_its_place(
    approved: None, bot: Bot, account: Account, anna: Person, aylin: Person, run_jobs: RunJobs
) -> None:
    run_jobs()
    anna.modal.close()
    first = anna.dm[-1]
    aylin.types("/track status")
    made(bot, "Aylin Approver", "approver")
    rule(bot, 0)
    anna.types("/track log 1h acme app yesterday: more")
    anna.last.click("Yes, write it")
    invoice(anna)
    assert "Submitted" in sends(anna).text
    anna.modal.close()
    first.click("Take back …")
    anna.modal.submit()
    anna.modal.close()
    run_jobs()
    assert states(bot) == ["open", "discarded"]
    sweep.sweep(bot)
    run_jobs()
    assert [each for each in anna.dm if "an earlier draft for the same work is open again" in each.plain()]


# At once


def test_two_approvers_at_once_make_one_draft(
    submitted: Person, finn: Person, bot: Bot, account: Account, run_jobs: RunJobs
) -> None:
    finn.types("/track status")
    made(bot, "Finn Freelancer", "approver")
    outcomes = at_once(approving(bot, "Aylin Approver"), approving(bot, "Finn Freelancer"))
    assert sorted(type(each).__name__ for each in outcomes) == ["Approved", "UserError"]
    run_jobs()
    assert len(account.drafts()) == 1


def test_of_a_withdrawal_and_an_approval_at_once_one_holds(
    submitted: Person, bot: Bot, account: Account, run_jobs: RunJobs
) -> None:
    anna = called(bot, "Anna Admin")
    outcomes = at_once(approving(bot, "Aylin Approver"), lambda: deciding.withdraw(bot, anna, 1))
    kinds = sorted(type(each).__name__ for each in outcomes)
    assert kinds in (["Approved", "UserError"], ["Preview", "UserError"])
    run_jobs()
    assert len(account.drafts()) == kinds.count("Approved")


def test_of_a_return_and_an_approval_at_once_one_holds(
    submitted: Person, finn: Person, bot: Bot, account: Account, run_jobs: RunJobs
) -> None:
    finn.types("/track status")
    made(bot, "Finn Freelancer", "approver")
    other = called(bot, "Finn Freelancer")
    outcomes = at_once(approving(bot, "Aylin Approver"), lambda: deciding.send_back(bot, other, 1, "", "no"))
    kinds = sorted(type(each).__name__ for each in outcomes)
    assert kinds in (["Approved", "UserError"], ["DraftName", "UserError"])
    run_jobs()
    assert len(account.drafts()) == kinds.count("Approved")


def test_of_a_change_and_an_approval_at_once_no_entry_goes_out_as_it_was_not_submitted(
    submitted: Person, anna: Person, bot: Bot, account: Account, run_jobs: RunJobs
) -> None:
    at_once(approving(bot, "Aylin Approver"), lambda: anna.types("/track log 1h acme app yesterday: late"))
    run_jobs()
    assert [str(draft.total_net) for draft in account.drafts()] in ([], ["831.63"])
