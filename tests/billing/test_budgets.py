"""The budget of a project: it warns, a hard one bills nothing above it, and time is recorded in any case."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from bot.billing import approval, open_sums, opening, unbilled
from bot.billing.approval import Approved, NotApproved, Shown
from bot.billing.rules.periods import Period
from bot.billing.rules.scope import Scope
from bot.billing.views.outline import LINE
from bot.core.context import Bot, Itself
from playground.billomat.account import Account
from playground.billomat.documents import Document
from playground.person import Modal, Person
from storage import budgets as budget_rows
from storage import upkeep
from storage.change import Change
from storage.tables import audits, budget_warnings, draft_lines, draft_shares, drafts, entries
from storage.tables import budgets as budgets_table
from tests.billing.deeds import RunJobs, change, invoice, presses, seen_by, sends
from tests.billing.test_elsewhere import marks
from tests.billing.test_retainers import agrees as retains
from tests.billing.test_why_windows import asks
from tests.catalog.test_catalog import opens
from tests.conftest import T0, at_once

pytestmark = pytest.mark.usefixtures("connected")
Send = Callable[[], Document]
YES = "Yes, write it"


def closes_all(who: Person) -> None:
    while who.sees_modal:
        who.modal.close()


def budgets(who: Person) -> Modal:
    """The budgets of Acme's projects, opened from its page."""
    closes_all(who)
    who.types("/track catalog acme gmbh")
    if "Agreements …" not in who.modal.buttons:
        who.modal.click("Open …")
    who.modal.click("Agreements …")
    who.modal.click("Budgets …")
    return who.modal


def gives(
    who: Person, amount: str, *, hard: bool = False, first: str = "2026-03-01", project: str = "Website"
) -> Modal:
    """Give a project of Acme a budget."""
    budgets(who).click("Budget …")
    who.modal.fill("Project", f"Acme GmbH › {project}")
    who.modal.fill("Budget", amount)
    who.modal.fill("When it is used up", "Warn, and bill nothing above it" if hard else "Warn at 80% and 100%")
    who.modal.fill("From the month of", first)
    who.modal.submit()
    return who.modal


@pytest.fixture
def send(anna: Person, account: Account, run_jobs: RunJobs) -> Send:
    """Sends the invoice for Acme, and answers what stands in Billomat."""

    def sent() -> Document:
        invoice(anna)
        sends(anna)
        run_jobs()
        return account.drafts()[-1]

    return sent


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("40 h", "40:00 h"),
        ("37:30", "37:30 h"),
        ("37,5 Std.", "37:30 h"),
        ("1.000 Stunden", "1000:00 h"),
        ("1,000.5 hours", "1000:30 h"),
        ("5.000 €", "€5,000.00"),
        ("5000 EUR", "€5,000.00"),
        ("€1,234.50", "€1,234.50"),
    ],
)
def test_a_budget_is_typed_in_hours_or_in_money_as_people_write_them(anna: Person, typed: str, shown: str) -> None:
    assert f"Website: {shown}, soft: it warns" in gives(anna, typed).text


@pytest.mark.parametrize("typed", ["40", "a lot", "0 h", "-5 h", "5000 CHF", "0 €", "40:61", "9999999999 h", "h"])
def test_what_is_no_budget_is_refused_where_it_is_typed_and_stays_there(anna: Person, typed: str) -> None:
    refused = gives(anna, typed)
    assert "Budget" in refused.errors
    assert refused.value("Budget") == typed


def test_hours_above_a_hard_budget_stand_on_the_invoice_and_cost_nothing(anna: Person, bot: Bot, send: Send) -> None:
    for day in (2, 3, 4, 5):
        anna.types(f"/track log 3h acme website design {day}.3.")
    gives(anna, "10 h", hard=True)
    text = invoice(anna).text
    assert "10.00 h × €88.50 = €885.00" in text
    assert "Website · Design · above the budget, not billed" in text
    assert "2.00 h × €0.00 = €0.00" in text
    document = send()
    assert document.total_net.quantize(1) == 885
    with bot.database.read() as db:
        assert db.execute(select(entries.c.id).where(~entries.c.on_draft)).all() == []
        assert sum(db.execute(select(draft_shares.c.seconds)).scalars()) == 12 * 3_600
        assert list(db.execute(select(draft_lines.c.above_budget).order_by(draft_lines.c.id)).scalars()) == [
            False,
            True,
        ]
    assert "12:00 h used (120%), 10:00 h of it billed, 2:00 h above" in budgets(anna).text


def works(who: Person, hours: int, *days: int, work: str = "website design") -> None:
    """So many hours on each of these days of March."""
    for day in days:
        answer = who.types(f"/track log {hours}h acme {work} {day}.3.")
        if answer and YES in answer.buttons:  # the month is billed already
            who.clicks(YES)


def amounts(bot: Bot) -> list[int]:
    """The net sums of all drafts that were approved."""
    with bot.database.read() as db:
        return list(
            db.execute(select(drafts.c.net_cents).where(drafts.c.state != "open").order_by(drafts.c.id)).scalars()
        )


def test_an_entry_at_the_limit_is_billed_in_part_and_stands_on_both_lines(anna: Person, bot: Bot, send: Send) -> None:
    works(anna, 4, 2, 3)
    gives(anna, "5:30", hard=True)
    text = invoice(anna).text
    assert "5.50 h × €88.50 = €486.75" in text
    assert "2.50 h × €0.00 = €0.00" in text
    assert "2:30 h of Website are above its budget of 5:30 h and cost nothing" in text
    send()
    with bot.database.read() as db:
        shares = db.execute(
            select(draft_shares.c.entry_id, draft_shares.c.seconds).order_by(draft_shares.c.line_id)
        ).all()
    assert sorted(seconds for _, seconds in shares) == [5_400, 9_000, 14_400]
    assert len({entry_id for entry_id, _ in shares}) == 2


def test_a_hard_budget_of_money_is_billed_up_to_its_last_hundredth_of_an_hour(anna: Person) -> None:
    works(anna, 4, 2, 3)
    gives(anna, "500 €", hard=True)
    text = invoice(anna).text
    assert "5.64 h × €88.50 = €499.14" in text  # 5.65 h would be 500.03
    assert "Total: €499.14 net" in text
    assert "above the budget, not billed" in text


def test_a_soft_budget_bills_everything_and_says_how_much_is_billed(anna: Person) -> None:
    works(anna, 4, 2, 3)
    gives(anna, "6 h")
    text = invoice(anna).text
    assert "8.00 h × €88.50 = €708.00" in text
    assert "Website: with this invoice 8:00 h of the budget of 6:00 h are billed (133%)." in text
    assert "not billed" not in text.split("Website · Design")[1].splitlines()[0]


def test_what_was_billed_before_counts_and_a_larger_budget_makes_open_time_billable(
    anna: Person, bot: Bot, send: Send
) -> None:
    works(anna, 6, 2)
    gives(anna, "10 h", hard=True)
    send()
    works(anna, 6, 3)
    assert "4.00 h × €88.50 = €354.00" in invoice(anna).text
    anna.modal.click("Agreements …")
    anna.modal.click("Budgets …")
    anna.modal.click("Change …")
    anna.modal.fill("Budget", "12 h")
    anna.modal.submit()
    assert "12:00 h used (100%), 6:00 h of it billed, 0:00 h left" in anna.modal.text
    anna.modal.close()
    text = anna.modal.text
    assert "6.00 h × €88.50 = €531.00" in text
    assert "€0.00 = " not in text
    assert send().total_net.quantize(1) == 531
    assert amounts(bot) == [53_100, 53_100]


def test_a_draft_that_is_gone_gives_its_budget_back(
    anna: Person, bot: Bot, account: Account, send: Send, run_jobs: RunJobs
) -> None:
    works(anna, 6, 2)
    gives(anna, "6 h", hard=True)
    send()
    works(anna, 3, 3)
    assert "3.00 h × €0.00 = €0.00" in invoice(anna).text
    account.delete_draft(account.drafts()[0].id)
    anna.modal.click("Bill again")
    run_jobs()
    text = invoice(anna).text
    assert "6.00 h × €88.50 = €531.00" in text
    assert "3.00 h × €0.00 = €0.00" in text


def test_two_drafts_at_once_never_bill_more_than_a_hard_budget(anna: Person, bot: Bot, finn_bills: Person) -> None:
    works(anna, 6, 2)
    works(anna, 6, 3)
    gives(anna, "8 h", hard=True)
    closes_all(anna)
    seen, (caller, _) = [], seen_by(bot, "Anna Admin")
    for day in (2, 3):
        scope = Scope(Period(T0.date().replace(day=day), T0.date().replace(day=day)))
        preview = opening.choose(bot, replace(caller, request=f"look {day}"), 1, scope)
        assert preview.net_cents == 53_100
        seen.append((replace(caller, request=f"send {day}"), scope, preview))

    def press(at: int) -> Approved | NotApproved:
        caller, scope, preview = seen[at]
        return approval.approve(bot, caller, 1, scope, shown=Shown(preview.draft_id, preview.shown), view_id="")

    done = at_once(lambda: press(0), lambda: press(1))
    assert {type(each) for each in done} == {Approved, NotApproved}
    [refused] = [each for each in done if isinstance(each, NotApproved)]
    assert refused.preview.net_cents == 17_700
    assert amounts(bot) == [53_100]


def test_hours_that_were_billed_elsewhere_count_towards_a_hard_budget(anna: Person) -> None:
    works(anna, 6, 2)
    gives(anna, "8 h", hard=True)
    closes_all(anna)
    anna.types("/track list march acme")
    marks(anna)
    closes_all(anna)
    works(anna, 6, 3)
    text = invoice(anna).text
    assert "2.00 h × €88.50 = €177.00" in text
    assert "4.00 h × €0.00 = €0.00" in text


def test_hours_that_a_retainer_includes_count_towards_a_hard_budget_of_hours(
    anna: Person, bot: Bot, send: Send
) -> None:
    works(anna, 6, 2, 3)
    retains(anna, hours="8", first="2026-03-01")
    gives(anna, "10 h", hard=True)
    closes_all(anna)
    assert "of it 2:00 h above budgets" in anna.opens_home().plain()
    text = invoice(anna).text
    assert "2.00 h × €88.50 = €177.00" in text
    assert "8.00 h × €0.00 = €0.00" in text
    assert "2:00 h of Website are above its budget of 10:00 h" in text
    send()
    assert "12:00 h used (120%), 10:00 h of it billed, 2:00 h above" in budgets(anna).text


def test_nothing_above_a_budget_is_no_other_rate_than_last_month(anna: Person, bot: Bot, send: Send) -> None:
    anna.types("/track log 6h acme website design 20.2.")
    anna.types("/track invoice acme february")
    sends(anna)
    closes_all(anna)
    works(anna, 6, 2)
    gives(anna, "4 h", hard=True)
    closes_all(anna)
    anna.types("/track invoice acme march")
    assert "2.00 h × €0.00 = €0.00" in anna.modal.text
    assert "Nothing new since February 2026 so far." in anna.modal.text


def test_those_who_bill_are_told_at_80_and_100_percent_each_once(
    anna: Person, finn: Person, run_jobs: RunJobs, bot: Bot
) -> None:
    gives(anna, "10 h")
    closes_all(anna)
    works(anna, 7, 2)
    run_jobs()
    assert not [each for each in anna.dm if "udget" in each.plain()]
    works(anna, 1, 3)
    run_jobs()
    [told] = [each.plain() for each in anna.dm if "budget of" in each.text]
    assert "⚠️ 80% of the budget of Acme GmbH › Website is used up." in told
    assert "Budget: 10:00 h · 8:00 h used (80%), 0:00 h of it billed, 2:00 h left" in told
    assert "It only warns: all time goes on being billed." in told
    anna.types("/track undo")
    run_jobs()
    works(anna, 1, 4)
    run_jobs()
    works(anna, 2, 5)
    run_jobs()
    said = [each.text for each in anna.dm if "budget of" in each.text.lower()]
    assert said == [
        "⚠️ 80% of the budget of Acme GmbH › Website is used up.",
        "🛑 The budget of Acme GmbH › Website is used up (100%).",
    ]
    assert not [each for each in finn.dm if "udget" in each.text]
    with bot.database.read() as db:
        assert set(db.execute(select(budget_warnings.c.percent)).scalars()) == {80, 100}


def test_money_is_looked_at_like_time_and_another_amount_is_told_anew(anna: Person, run_jobs: RunJobs) -> None:
    gives(anna, "885 €", hard=True)
    closes_all(anna)
    works(anna, 9, 2)
    run_jobs()
    [told] = [each.plain() for each in anna.dm if "budget of" in each.text]
    assert "€796.50 used (90%), €0.00 of it billed, €88.50 left" in told
    assert "Time above it goes on being recorded and is not billed. A larger budget makes it billable." in told
    budgets(anna).click("Change …")
    anna.modal.fill("Budget", "900 €")
    anna.modal.submit()
    run_jobs()
    assert len([each for each in anna.dm if "88% of the budget of" in each.text]) == 1


def test_the_answer_says_that_a_threshold_is_passed_and_time_is_recorded_all_the_same(anna: Person) -> None:
    gives(anna, "10 h", hard=True)
    closes_all(anna)

    def logs(hours: int, day: int) -> str:
        answer = anna.types(f"/track log {hours}h acme website design {day}.3.")
        assert answer
        return answer.plain()

    assert "used up" not in logs(7, 2)
    assert "⚠️ Website: 8:00 h of 10:00 h are used up (80%)." in logs(1, 3)
    assert "used up" not in logs(1, 4)
    said = logs(2, 5)
    assert "✅ Acme GmbH › Website" in said
    assert "11:00 h of 10:00 h are used up (110%). What is above is recorded and not billed." in said


def test_home_and_lists_say_how_much_is_used_up_and_claim_no_money_above(anna: Person, bot: Bot) -> None:
    works(anna, 6, 2, 3)
    gives(anna, "10 h", hard=True)
    closes_all(anna)
    text = anna.opens_home().text
    assert "🛑 Acme GmbH › Website: 12:00 h of 10:00 h (120%)" in text
    assert "Not billed yet: €885.00 net" in text
    assert "Acme GmbH\n€885.00 · 12:00 h, of it 2:00 h above budgets" in text
    with bot.database.read() as db:
        assert unbilled.unbilled_work(db, 1).cents == 88_500
    caller, _ = seen_by(bot, "Anna Admin")
    for kind in ("customer", "project", "service"):
        worth = open_sums.open_worth(bot, caller, kind)
        assert worth
        assert sum(dict(each.by_currency)["EUR"] for each in worth.sums.values()) == 88_500
    report = anna.types("/track report march everybody by project")
    assert report
    assert (
        "2:00 h of Acme GmbH › Website are above its budget: they are not billed, and in no amount." in report.plain()
    )
    assert "€885.00" in report.plain()
    assert "€1,062.00" not in report.plain()
    by_day = anna.types("/track report march everybody by day")
    assert by_day
    assert "€531.00" in by_day.plain()
    assert "€354.00" in by_day.plain()
    second_half = anna.types("/track report 3.3.-31.3. everybody by project")
    assert second_half
    assert "€531.00" in second_half.plain(), "as an invoice of these days"


def test_the_run_of_a_month_claims_no_money_above(anna: Person) -> None:
    works(anna, 6, 2, 3)
    gives(anna, "10 h", hard=True)
    closes_all(anna)
    anna.types("/track invoice all march")
    assert "€885.00" in anna.modal.text
    assert "2:00 h above budgets, not billed" in anna.modal.text


def test_why_names_the_budget_and_counts_what_was_billed(anna: Person, send: Send) -> None:
    works(anna, 6, 2)
    gives(anna, "8 h", hard=True)
    send()
    works(anna, 6, 3)
    invoice(anna)
    asks(anna, "Website · Design · above the budget")
    assert "4.00 h × €0.00 = €0.00" in anna.modal.text
    assert (
        "Nothing: it is above the hard budget of Website, 8:00 h. In the order of time 6:00 h were billed before, and "
        "2:00 h are on this invoice." in anna.modal.text
    )


def test_no_rate_is_typed_for_what_is_above_and_its_words_can_be_changed(anna: Person) -> None:
    works(anna, 6, 2)
    gives(anna, "4 h", hard=True)
    invoice(anna)
    presses(anna, LINE, "Website · Design · above the budget")
    assert "Hourly rate" not in anna.modal.text
    anna.modal.fill("Title", "Kulanz")
    anna.modal.submit()
    assert "Kulanz" in anna.modal.text
    assert "2.00 h × €0.00 = €0.00" in anna.modal.text


def test_a_rate_that_is_typed_for_the_line_within_moves_the_cut_of_a_budget_of_money(anna: Person) -> None:
    works(anna, 6, 2)
    gives(anna, "300 €", hard=True)
    invoice(anna)
    presses(anna, LINE, "Website · Design")
    anna.modal.fill("Hourly rate", "100")
    anna.modal.submit()
    assert "3.00 h × €100.00 = €300.00" in anna.modal.text
    assert "3.00 h × €0.00 = €0.00" in anna.modal.text


def test_rounding_adds_nothing_above_a_hard_budget(anna: Person, bot: Bot) -> None:
    change(bot, "Acme GmbH", rounding='{"way":"up","step":60}')
    anna.types("/track log 1h10 acme website design 2.3.")
    anna.types("/track log 1h10 acme website design 3.3.")
    anna.types("/track log 1h10 acme website design 4.3.")
    gives(anna, "5 h", hard=True)
    text = invoice(anna).text
    assert "5.00 h × €88.50 = €442.50" in text
    assert "Total: €442.50 net" in text


def test_lines_that_mix_projects_part_what_a_budget_pays_for(anna: Person, bot: Bot, send: Send) -> None:
    works(anna, 6, 2)
    works(anna, 1, 3, work="app design")
    gives(anna, "4 h", hard=True)
    change(bot, "Acme GmbH", layout='{"by":["service"]}')
    text = invoice(anna).text
    assert "1.00 h × €88.50 = €88.50" in text
    assert "4.00 h × €88.50 = €354.00" in text
    assert "2.00 h × €0.00 = €0.00" in text
    send()
    assert "6:00 h used (150%), 4:00 h of it billed, 2:00 h above" in budgets(anna).text


def test_time_before_its_first_month_is_billed_beside_a_budget(anna: Person) -> None:
    anna.types("/track log 2h acme website design 20.2.")
    works(anna, 6, 2)
    gives(anna, "4 h", hard=True)
    closes_all(anna)
    anna.types("/track invoice acme 1.2.-31.3.")
    text = anna.modal.text
    assert "2.00 h × €88.50 = €177.00" in text
    assert "4.00 h × €88.50 = €354.00" in text
    assert "2.00 h × €0.00 = €0.00" in text


def test_budgets_are_one_click_from_where_they_are_spoken_of_and_lead_to_the_agreements(
    anna: Person, run_jobs: RunJobs
) -> None:
    gives(anna, "5:30", hard=True)
    anna.modal.click("Agreements …")
    assert anna.modal.title == "Agreements"
    anna.modal.click("Budgets …")
    closes_all(anna)
    works(anna, 4, 2, 3)
    run_jobs()
    anna.dm[-1].click("Budgets …")
    assert "8:00 h used (145%)" in anna.modal.text
    invoice(anna).click("Budgets …")
    anna.modal.click("Change …")
    anna.modal.fill("Budget", "8 h")
    anna.modal.submit()
    anna.modal.click("Agreements …")
    anna.modal.close()
    assert "8.00 h × €88.50 = €708.00" in anna.modal.text


def test_a_budget_that_holds_something_back_is_raised_from_the_invoice_with_two_clicks(anna: Person) -> None:
    works(anna, 4, 2, 3)
    gives(anna, "5:30", hard=True)
    invoice(anna).click("Change …")
    assert anna.modal.title == "Budget"
    anna.modal.fill("Budget", "8 h")
    anna.modal.submit()
    assert anna.modal.title == "Invoice"
    assert "8.00 h × €88.50 = €708.00" in anna.modal.text


def test_where_no_project_has_a_budget_the_button_opens_the_form_of_the_first_one(anna: Person) -> None:
    works(anna, 4, 2, 3)
    invoice(anna).click("Budgets …")
    anna.modal.fill("Project", "Acme GmbH › Website")
    anna.modal.fill("Budget", "nothing such")
    assert anna.modal.submit().errors
    anna.modal.fill("Budget", "5:30")
    anna.modal.fill("When it is used up", "Warn, and bill nothing above it")
    anna.modal.submit()
    assert anna.modal.title == "Invoice"
    assert "2:30 h of Website are above its budget of 5:30 h" in anna.modal.text


def test_from_its_form_on_the_invoice_a_budget_is_removed_and_the_others_are_seen(anna: Person) -> None:
    works(anna, 4, 2, 3)
    gives(anna, "5:30", hard=True)
    invoice(anna).click("Change …")
    anna.modal.click("Budgets …")
    assert anna.modal.title == "Budgets"
    anna.modal.click("Change …")
    anna.modal.click("Remove", confirm=True)
    assert "No project has a budget." in anna.modal.text
    anna.modal.close()
    assert "8.00 h × €88.50 = €708.00" in anna.modal.text


def test_a_fixed_price_wins_over_a_budget(anna: Person) -> None:
    works(anna, 6, 2)
    gives(anna, "4 h", hard=True)
    closes_all(anna)
    budgets(anna)
    closes_all(anna)
    anna.types("/track catalog acme gmbh")
    if "Agreements …" not in anna.modal.buttons:
        anna.modal.click("Open …")
    anna.modal.click("Agreements …")
    anna.modal.click("Fixed price …")
    anna.modal.fill("Project", "Acme GmbH › Website")
    anna.modal.fill("Fixed price", "1000")
    anna.modal.fill("From the month of", "2026-03-01")
    anna.modal.submit()
    text = invoice(anna).text
    assert "6:00 h of Website are covered by its fixed price" in text
    assert "above" not in text


def test_a_budget_follows_a_merged_project_and_each_change_is_in_the_audit(anna: Person, bot: Bot) -> None:
    gives(anna, "4 h", hard=True)
    anna.modal.click("Change …")
    anna.modal.fill("Budget", "5 h")
    anna.modal.submit()
    closes_all(anna)
    opens(anna, "Projects", "Website")
    anna.clicks("Merge …")
    anna.modal.fill("Merge into", "Acme GmbH › App")
    anna.modal.submit()
    assert "App: 5:00 h, hard" in budgets(anna).text
    with bot.database.write() as db:
        upkeep.merge_customers(Change(db, Itself(1, T0)), ours=1, theirs=2)
    with bot.database.read() as db:
        [found] = budget_rows.budgets_of_workspace(db, 1)
        assert (found.customer_id, found.project) == (2, "App")
        actions = list(
            db.execute(select(audits.c.action).where(audits.c.action.like("%budget%")).order_by(audits.c.id)).scalars()
        )
    assert actions == ["set budget", "change budget", "move budget"]


def test_a_removed_budget_leaves_all_time_billable(anna: Person) -> None:
    works(anna, 6, 2)
    gives(anna, "4 h", hard=True)
    anna.modal.click("Change …")
    anna.modal.click("Remove", confirm=True)
    assert "✅ The budget is removed." in anna.modal.text
    assert "6.00 h × €88.50 = €531.00" in invoice(anna).text


def test_a_second_budget_of_a_project_is_refused_at_the_project(anna: Person) -> None:
    gives(anna, "4 h")
    assert gives(anna, "5 h").errors == {"Project": "This project has a budget already. Change that one."}


def test_the_database_refuses_two_budgets_of_a_project_and_a_price_above_one(
    anna: Person, bot: Bot, send: Send
) -> None:
    works(anna, 6, 2)
    gives(anna, "4 h", hard=True)
    with bot.database.read() as db:
        values = db.execute(select(budgets_table)).one()._asdict() | {"id": 99}
    for wrong in ({}, {"project_id": 2, "cents": 5}, {"project_id": 2, "seconds": 0}):
        with pytest.raises(IntegrityError), bot.database.write() as db:
            db.execute(insert(budgets_table).values(values | wrong))
    send()
    with bot.database.read() as db:
        line = db.execute(select(draft_lines).where(draft_lines.c.above_budget)).one()._asdict()
    with pytest.raises(IntegrityError), bot.database.write() as db:
        db.execute(insert(draft_lines).values(line | {"id": 99, "draft_id": 1, "amount_cents": 1}))


def test_members_see_no_budgets_and_set_none(finn: Person, anna: Person, bot: Bot) -> None:
    gives(anna, "4 h")
    with bot.database.read() as db:
        assert len(budget_rows.budgets_of_workspace(db, 1)) == 1
    assert "Budgets" not in finn.opens_home().text


def test_a_budget_in_another_currency_than_the_invoice_says_that_it_holds_nothing_back(anna: Person, bot: Bot) -> None:
    works(anna, 6, 2)
    gives(anna, "300 €", hard=True)
    change(bot, "Acme GmbH", currency="CHF")
    said = "⚠️ The budget of Website is in EUR, and this invoice in CHF: it holds nothing back here."
    assert said in invoice(anna).text
    refused = budgets(anna)
    refused.click("Change …")
    anna.modal.submit()
    assert anna.modal.errors == {"Budget": "This customer is billed in CHF. Type the budget in CHF, or in hours."}


def test_a_german_customer_reads_german(anna: Person, bot: Bot, send: Send) -> None:
    change(bot, "Acme GmbH", locale="de_DE")
    works(anna, 6, 2)
    gives(anna, "4 h", hard=True)
    assert "Website · Design · über dem Budget, nicht berechnet" in [each.title for each in send().lines]
