"""A retainer: a fee each month, the first hours at 0 beside it, the rest at its rate, carried over or not."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import event, insert, select, update
from sqlalchemy.exc import IntegrityError

from bot.billing import agreements as use_cases
from bot.billing import approval, choices, opening, unbilled
from bot.billing import retainers as retainer_cases
from bot.billing.approval import Approved, Shown
from bot.billing.rules.grouping import GroupKey
from bot.billing.rules.periods import Period
from bot.billing.rules.rounding import Rounding, Way, dump_rounding
from bot.billing.rules.scope import Scope
from bot.billing.views.entries import LEAVE_OUT, TAKE_IN
from bot.billing.views.invoicing import INVOICING
from bot.billing.views.why import WHY
from bot.core.context import Bot, Itself
from bot.core.errors import UserError
from bot.routine.sweep import sweep
from playground.billomat.account import Account
from playground.billomat.documents import Document
from playground.person import Modal, Person
from storage import catalog as catalog_rows
from storage import creation as creation_rows
from storage import upkeep
from storage.change import Change
from storage.tables import (
    Budget,
    agreement_charges,
    customers,
    draft_lines,
    draft_shares,
    entries,
    projects,
    retainer_uses,
    table,
    workspaces,
)
from storage.tables import agreements as agreements_table
from tests.billing.deeds import RunJobs, change, just_read, presses, seen_by, sends
from tests.billing.test_sent_lines import hour, opens_line, settles, without
from tests.conftest import T0, FrozenClock, at_once

HOUR = 3_600
__all__ = ["hour"]

pytestmark = pytest.mark.usefixtures("connected")


def closes_all(who: Person) -> None:
    while who.sees_modal:
        who.modal.close()


def agreements(who: Person) -> Modal:
    """What is agreed with Acme, opened from its page."""
    closes_all(who)
    who.types("/track catalog acme gmbh")
    if "Agreements …" not in who.modal.buttons:
        who.modal.click("Open …")
    who.modal.click("Agreements …")
    return who.modal


def agrees(
    who: Person,
    fee: str = "1000",
    hours: str = "10",
    *,
    first: str = "2026-02-01",
    project: str = "",
    carry: bool = False,
) -> Modal:
    agreements(who).click("Retainer …")
    if project:
        who.modal.fill("Project", project)
    who.modal.fill("Fee a month", fee)
    who.modal.fill("Hours a month", hours)
    who.modal.fill("From the month of", first)
    if carry:
        who.modal.fill("Unused hours", "What is not used is carried over to later months")
    who.modal.submit()
    return who.modal


def of(who: Person, days: str) -> Modal:
    """The invoice for Acme of these days."""
    closes_all(who)
    who.types(f"/track invoice acme {days}")
    return who.modal


def asks_why(who: Person, line: str) -> None:
    presses_beside(who, WHY, line)


def presses_beside(who: Person, action: str, line: str) -> None:
    """Press the button beside a line of the invoice."""
    beside = next(each for each in who.modal.view.blocks if each.get("text", {}).get("text", "").startswith(line))
    who.workspace.click(who.id, who.modal.surface, action, block_id=beside["block_id"])
    who.waits()


@pytest.fixture
def send(anna: Person, account: Account, run_jobs: RunJobs) -> Callable[[str], Document]:
    """Sends the invoice for Acme of these days, and answers what stands in Billomat."""

    def sent(days: str) -> Document:
        of(anna, days)
        sends(anna)
        run_jobs()
        closes_all(anna)
        return account.drafts()[-1]

    return sent


Send = Callable[[str], Document]


def open_cents(bot: Bot) -> int:
    """What is open in all, as the Home says."""
    with bot.database.read() as db:
        return unbilled.unbilled_work(db, 1).cents


def uses(bot: Bot) -> dict[date, int]:
    """The included seconds that drafts used, by month."""
    with bot.database.read() as db:
        found: dict[date, int] = {}
        for row in db.execute(select(retainer_uses)):
            found[row.month] = found.get(row.month, 0) + row.seconds
        return found


@pytest.fixture
def february(connected: None, anna: Person) -> None:
    """12 hours of the website and one of the app."""
    anna.types("/track log 8h acme website design 20.2.: one")
    anna.types("/track log 4h acme website design 21.2.: two")
    anna.types("/track log 1h acme app 22.2.: three")


@pytest.mark.usefixtures("february")
def test_the_first_hours_cost_nothing_beside_the_fee_and_the_rest_has_its_rate(
    anna: Person, bot: Bot, send: Send
) -> None:
    page = agrees(anna)
    assert "Acme GmbH: retainer, €1,000.00 a month" in page.text
    assert "10:00 h a month are included; what is not used ends with its month" in page.text
    text = of(anna, "february").text
    assert "10.00 h × €0.00 = €0.00" in text
    assert "2.00 h × €88.50 = €177.00" in text
    assert "1.00 h × €95.00 = €95.00" in text
    assert "Retainer for February 2026\n1 piece × €1,000.00 = €1,000.00" in text
    assert "February 2026: 10:00 h of 10:00 h used, 0:00 h left" in text
    assert "Total: €1,272.00 net" in text
    assert "Service period: 1 Feb 2026 – 28 Feb 2026" in text
    document = send("february")
    assert document.total_net.quantize(1) == 1_272
    titles = [(each.title, each.quantity, each.unit_price, each.article_id) for each in document.lines]
    assert ("Website · Design · included in the retainer", 10, 0, None) in titles
    assert uses(bot) == {date(2026, 2, 1): 10 * HOUR}
    with bot.database.read() as db:
        assert sum(db.execute(select(draft_shares.c.seconds)).scalars()) == 13 * HOUR


@pytest.mark.usefixtures("february")
def test_what_is_included_is_said_once_and_the_heading_of_a_project_names_its_fee(anna: Person, bot: Bot) -> None:
    anna.types("/track log 1h acme website 19.2.: zero")
    agrees(anna, project="Acme GmbH › Website")
    text = of(anna, "february").text
    assert text.count(" · included in the retainer") > 1
    assert text.count("February 2026: 10:00 h of 10:00 h used, 0:00 h left") == 1
    assert "plus Retainer for February 2026: €1,000.00" in text
    change(bot, "Acme GmbH", layout='{"by":["person","service"]}')
    assert "plus Retainer" not in of(anna, "february").text


@pytest.mark.usefixtures("february")
def test_a_group_is_left_out_with_the_fee_that_its_heading_names_and_taken_in_with_it(anna: Person, bot: Bot) -> None:
    anna.types("/track log 1h acme website 19.2.: zero")
    agrees(anna, project="Acme GmbH › Website")
    before = of(anna, "february").plain()
    presses(anna, LEAVE_OUT, "▾ Website")
    left = anna.modal.plain()
    assert "Total: €95.00 net" in left
    assert "Retainer for February 2026" not in left.partition("Left out by hand")[0]
    assert "• Website · Retainer for February 2026: €1,000.00" in left
    anna.modal.click("Take all in")
    assert anna.modal.plain() == before
    caller, _ = seen_by(bot, "Anna Admin")
    draft_id, group = INVOICING.read(anna.modal.view.private_metadata).draft or 0, GroupKey("project=1")
    out = choices.leave_out(bot, replace(caller, request="out"), draft_id, group)
    assert [each.name for each in out.lines] == ["App"]
    back = choices.take_in(bot, replace(caller, request="in"), draft_id, group)
    assert [each.name for each in back.lines if each.line.expense] == ["Website · Retainer for February 2026"]
    assert not back.by_hand.count


@pytest.mark.usefixtures("february")
def test_the_fee_of_a_big_group_that_is_left_out_is_taken_in_again_where_that_is_said(anna: Person, bot: Bot) -> None:
    services = ["Analysis", "Build", "Checks", "Docs", "Editing", "Films"]
    with bot.database.write() as db:
        for name in services:
            creation_rows.add_service(db, 1, name=name, key=name.casefold())
        catalog_rows.names_changed(db, 1)
    for name in services:
        anna.types(f"/track log 1h acme website {name} 19.2.: {name}")
    agrees(anna, hours="0", project="Acme GmbH › Website")
    of(anna, "february")
    presses(anna, LEAVE_OUT, "▾ Website")
    left = anna.modal.plain().partition("Left out by hand")[2]
    assert left.index("• Website · Retainer for February 2026: €1,000.00") < left.index("• Website · Analysis: 1:00 h")
    assert "… and 3 more lines." in left
    presses_beside(anna, TAKE_IN, "• Website · Retainer for February 2026")
    assert "Retainer for February 2026\n1 piece × €1,000.00" in anna.modal.text
    assert "… and 2 more lines." in anna.modal.text
    anna.modal.fill("… and 2 more lines.", "Films")
    assert "Website · Films\n1.00 h" in anna.modal.text
    assert "… and 1 more line." in anna.modal.text
    anna.modal.fill("… and 1 more line.", "Editing: 1:00 h")
    assert "more line." not in anna.modal.text
    assert anna.modal.buttons.count("Take in") == 5


@pytest.mark.usefixtures("february")
def test_a_fee_that_no_heading_names_stays_where_its_hours_are_left_out(anna: Person, bot: Bot) -> None:
    anna.types("/track log 1h acme website 19.2.: zero")
    agrees(anna)
    of(anna, "february")
    presses(anna, LEAVE_OUT, "▾ Website")
    assert "Total: €1,095.00 net" in anna.modal.text, "it is the customer's, and not the project's"
    anna.modal.click("Take all in")
    presses(anna, LEAVE_OUT, "Website · Design · included")
    assert "Retainer for February 2026\n1 piece × €1,000.00" in anna.modal.text


@pytest.mark.usefixtures("february")
def test_where_nothing_but_a_fee_is_open_beside_time_it_is_called_so(anna: Person) -> None:
    agrees(anna)
    closes_all(anna)
    assert "h and retainer\n" in anna.opens_home().plain()
    anna.types("/track invoice all february")
    assert "13:00 h and retainer" in anna.modal.text
    closes_all(anna)
    anna.types("/track catalog acme gmbh")
    assert "13:00 h and retainer open" in anna.modal.text
    closes_all(anna)
    anna.types("/track invoice acme march")
    assert "Older: 13:00 h and retainer open since February 2026" in anna.modal.text
    closes_all(anna)
    anna.types("/track expense 10 acme website 20.2.: train")
    assert "h, retainer and expenses\n" in anna.opens_home().plain()
    anna.types("/track invoice acme march")
    assert "Older: 13:00 h, retainer and expenses open since February 2026" in anna.modal.text
    closes_all(anna)
    listed = anna.types("/track list february")
    assert listed
    assert "🧾 1 retainer: €1,000.00 net · 1 expense: €10.00 gross" in listed.plain()
    assert "Acme GmbH · Sun 1 Feb · Retainer for February 2026" in listed.plain()


@pytest.mark.usefixtures("february")
def test_open_sums_are_what_the_invoices_say(anna: Person, bot: Bot) -> None:
    agrees(anna)
    closes_all(anna)
    assert open_cents(bot) == 127_200 + 100_000  # and the fee of March
    report = anna.types("/track report february acme")
    assert report
    assert "€272.00" in report.plain()
    home = anna.types("/track invoice all february")
    assert home is None
    assert "€1,272.00" in anna.modal.text


def test_a_month_without_hours_has_its_fee(anna: Person, bot: Bot) -> None:
    agrees(anna, first="2026-02-01")
    closes_all(anna)
    assert open_cents(bot) == 200_000
    assert "Total: €1,000.00 net" in of(anna, "february").text
    assert "Total: €1,000.00 net" in of(anna, "march").text


@pytest.mark.usefixtures("february")
def test_unused_hours_are_carried_over(anna: Person, bot: Bot, send: Send) -> None:
    anna.types("/track log 9h acme website design 2.3.: later")
    agrees(anna, hours="15", carry=True)
    text = of(anna, "march").text
    assert "March 2026: 9:00 h of 17:00 h used, 8:00 h left; 2:00 h were carried over" in text
    assert "Total: €1,000.00 net" in text
    send("march")
    send("february")
    assert uses(bot) == {date(2026, 2, 1): 13 * HOUR, date(2026, 3, 1): 9 * HOUR}
    assert open_cents(bot) == 0


@pytest.mark.usefixtures("february")
def test_time_that_comes_late_has_no_hours_that_were_carried_over_already(anna: Person, bot: Bot, send: Send) -> None:
    anna.types("/track log 10h acme website design 2.3.: a")
    anna.types("/track log 7h acme website design 3.3.: b")
    agrees(anna, hours="15", carry=True)
    send("february")
    send("march")
    assert uses(bot) == {date(2026, 2, 1): 13 * HOUR, date(2026, 3, 1): 17 * HOUR}
    anna.types("/track log 2h acme website design 23.2.: late")
    anna.clicks("Yes, write it")  # February is billed already
    text = of(anna, "february").text
    assert "2.00 h × €88.50 = €177.00" in text
    assert "€0.00" not in text


@pytest.mark.usefixtures("february")
def test_a_draft_of_half_a_month_and_then_the_other(anna: Person, bot: Bot, send: Send) -> None:
    """The second half first: the hours of the first are not billed yet, and have what is included all the same."""
    agrees(anna)
    second = of(anna, "21.2. - 28.2.")
    assert "2.00 h × €0.00" in second.text
    assert "2.00 h × €88.50 = €177.00" in second.text
    assert "Retainer for" not in second.text
    send("21.2. - 28.2.")
    first = of(anna, "1.2. - 20.2.")
    assert "8.00 h × €0.00" in first.text
    assert "Total: €1,000.00 net" in first.text
    send("1.2. - 20.2.")
    assert uses(bot) == {date(2026, 2, 1): 10 * HOUR}


@pytest.mark.usefixtures("february")
def test_several_months_on_one_invoice_have_each_their_fee_and_hours(anna: Person) -> None:
    anna.types("/track log 11h acme website design 2.3.: later")
    agrees(anna)
    text = of(anna, "1.2. - 31.3.").text
    assert "Retainer for February 2026" in text
    assert "Retainer for March 2026" in text
    assert "20.00 h × €0.00 = €0.00" in text
    assert "3.00 h × €88.50 = €265.50" in text
    assert "Total: €2,360.50 net" in text


@pytest.mark.usefixtures("february")
def test_what_billomat_lost_is_there_again_with_its_hours(
    anna: Person, bot: Bot, send: Send, account: Account, run_jobs: RunJobs
) -> None:
    agrees(anna)
    send("february")
    account.delete_draft(account.drafts()[0].id)
    of(anna, "february").click("Bill again")
    run_jobs()
    assert uses(bot) == {}
    text = of(anna, "february").text
    assert "10.00 h × €0.00 = €0.00" in text
    assert "Total: €1,272.00 net" in text


@pytest.mark.usefixtures("february", "one_clock")
def test_a_single_entry_that_is_freed_gives_its_hours_back(
    anna: Person, bot: Bot, send: Send, account: Account, hour: RunJobs
) -> None:
    agrees(anna)
    send("february")
    hour()
    account.edit_lines(account.drafts()[0].id, without("Website · Design · included"))
    hour()
    opens_line(anna, "Website · Design · included")
    settles(anna, "Free again", "one")
    assert uses(bot) == {date(2026, 2, 1): 2 * HOUR}
    just_read(bot)
    assert "8.00 h × €0.00 = €0.00" in of(anna, "february").text
    sends(anna)
    assert uses(bot) == {date(2026, 2, 1): 10 * HOUR}


@pytest.mark.usefixtures("february")
def test_the_fee_is_left_out_like_any_line_and_taken_back_where_it_is_agreed(anna: Person, bot: Bot) -> None:
    agrees(anna)
    of(anna, "february")
    presses(anna, LEAVE_OUT, "Retainer for February 2026")
    assert "Total: €272.00 net" in anna.modal.text
    anna.modal.click("Take all in")
    assert "Total: €1,272.00 net" in anna.modal.text
    page = agreements(anna)
    page.click("Take back")
    assert "✅ The fee is taken back." in anna.modal.text
    assert "February 2026: no fee" in anna.modal.text
    assert "Total: €272.00 net" in of(anna, "february").text, "it does not come back by itself"
    agreements(anna).click("Bill it")
    assert "February 2026: €1,000.00, open" in anna.modal.text
    closes_all(anna)


@pytest.mark.usefixtures("february")
def test_a_projects_retainer_wins_over_the_customers_and_a_fixed_price_over_both(anna: Person) -> None:
    agrees(anna, hours="10")
    agrees(anna, hours="3", project="Acme GmbH › Website", fee="200")
    text = of(anna, "february").text
    assert "3.00 h × €0.00 = €0.00" in text
    assert "9.00 h × €88.50 = €796.50" in text
    assert "1.00 h × €0.00 = €0.00" in text, "the app has the customer's"
    assert "Website · Retainer for February 2026" in text
    assert "February 2026: 1:00 h of 10:00 h used, 9:00 h left" in text
    agreements(anna).click("Fixed price …")
    anna.modal.fill("Project", "Acme GmbH › Website")
    anna.modal.fill("Fixed price", "5000")
    anna.modal.fill("From the month of", "2026-02-01")
    anna.modal.submit()
    text = of(anna, "february").text
    assert "9.00 h" not in text
    assert "12:00 h of Website are covered by its fixed price" in text
    assert "1.00 h × €0.00 = €0.00" in text


def test_the_months_that_begin_have_their_fee_by_themselves(anna: Person, bot: Bot, clock: FrozenClock) -> None:
    agrees(anna)
    closes_all(anna)
    clock.forward_by(days=23)
    sweep(bot)
    sweep(bot)
    assert open_cents(bot) == 300_000
    clock.forward_by(days=91)
    sweep(bot)
    assert open_cents(bot) == 600_000
    anna.types("/track undo")
    assert open_cents(bot) == 600_000, "nobody did it, so nobody takes it back like that"


def test_a_month_to_come_has_its_fee_on_its_own_invoice(anna: Person, bot: Bot) -> None:
    agrees(anna, first="2026-03-01")
    closes_all(anna)
    assert open_cents(bot) == 100_000
    of(anna, "march")
    anna.modal.fill("Period", "Own days …")
    anna.modal.fill("Last day", "2026-04-30")
    anna.modal.fill("First day", "2026-04-01")
    assert "Retainer for April 2026" in anna.modal.text
    assert "Service period: 1 Apr 2026 – 30 Apr 2026" in anna.modal.text


@pytest.mark.usefixtures("february")
def test_once_billed_its_hours_stay_and_it_ends_with_a_month(anna: Person, send: Send) -> None:
    agrees(anna)
    send("february")
    agreements(anna).click("Change …")
    anna.modal.fill("Hours a month", "20")
    anna.modal.fill("From the month of", "2026-01-01")
    anna.modal.fill("Fee a month", "0")
    anna.modal.submit()
    stays = "Some of it is on invoices, so this stays. Let it end with a month, and agree on a new one from then on."
    nothing = "The amount has to be more than 0."
    assert anna.modal.errors == {"Hours a month": stays, "From the month of": stays, "Fee a month": nothing}
    assert anna.modal.value("Hours a month") == "20"
    anna.modal.fill("Hours a month", "10")
    anna.modal.fill("From the month of", "2026-02-01")
    anna.modal.fill("To the month of", "2026-02-10")
    anna.modal.fill("Fee a month", "1200")
    anna.modal.submit()
    assert "From February 2026 to February 2026" in anna.modal.text
    assert "March 2026: €" not in anna.modal.text
    refused = agrees(anna, first="2026-02-01")
    assert list(refused.errors) == ["From the month of"]
    assert "From March 2026 on" in agrees(anna, hours="20", first="2026-03-01").text


@pytest.mark.usefixtures("february")
def test_another_fee_is_that_of_all_months_that_are_not_billed(anna: Person, bot: Bot, send: Send) -> None:
    agrees(anna)
    send("february")
    agreements(anna).click("Change …")
    anna.modal.fill("Fee a month", "1500")
    anna.modal.submit()
    assert "February 2026: €1,000.00, on an invoice" in anna.modal.text
    assert "March 2026: €1,500.00, open" in anna.modal.text
    closes_all(anna)
    assert open_cents(bot) == 150_000


def test_what_is_wrong_is_said_where_it_is_typed(anna: Person) -> None:
    refused = agrees(anna, hours="a lot", fee="much")
    assert refused.errors["Hours a month"] == "Type the hours of a month like 20, 12.5 or 7:30."
    assert {*refused.errors} == {"Hours a month", "Fee a month"}
    refused.fill("Hours a month", "")
    refused.submit()
    assert list(anna.modal.errors) == ["Fee a month"]
    anna.modal.fill("Fee a month", "100")
    anna.modal.submit()
    assert "No hours are included: all have their rate." in anna.modal.text


@pytest.mark.usefixtures("february")
def test_without_invoices_it_is_removed_with_its_fees(anna: Person, bot: Bot) -> None:
    agrees(anna)
    anna.modal.click("Change …")
    anna.modal.click("Remove", confirm=True)
    assert "✅ The retainer is removed." in anna.modal.text
    assert "12.00 h × €88.50 = €1,062.00" in of(anna, "february").text
    assert open_cents(bot) == 106_200 + 9_500


def test_of_two_billers_one_has_the_fee_of_a_month(anna: Person, bot: Bot) -> None:
    agrees(anna, first="2026-03-01")
    anna.modal.click("Take back")
    caller, _ = seen_by(bot, "Anna Admin")
    [retainer] = use_cases.read_agreed(bot, caller, 1).retainers
    month = date(2026, 3, 1)

    def bill(request: str) -> object:
        return retainer_cases.bill_fee(bot, replace(caller, request=request), 1, retainer.agreement.id, month)

    done = at_once(lambda: bill("one"), lambda: bill("other"))
    assert sorted(isinstance(each, UserError) for each in done) == [False, True]
    assert open_cents(bot) == 100_000


@pytest.mark.usefixtures("february")
def test_the_database_refuses_a_second_fee_and_more_hours_than_there_are(anna: Person, bot: Bot, send: Send) -> None:
    agrees(anna, carry=True)
    send("february")
    with bot.database.read() as db:
        [use, *_] = db.execute(select(retainer_uses)).all()
        charge = db.execute(select(agreement_charges).where(agreement_charges.c.month == date(2026, 3, 1))).one()
        line = db.execute(select(draft_lines.c.id).where(draft_lines.c.id != use.line_id).limit(1)).scalar_one()
    with pytest.raises(IntegrityError), bot.database.write() as db:
        db.execute(
            update(agreement_charges)
            .where(agreement_charges.c.expense_id == charge.expense_id)
            .values(month=date(2026, 2, 1))
        )
    for values in ({"seconds": 1}, {"seconds": 10 * HOUR + 1, "month": date(2026, 3, 1)}):
        one_more = use._asdict() | {"line_id": line} | values
        with pytest.raises(IntegrityError, match="more hours"), bot.database.write() as db:
            db.execute(insert(retainer_uses).values(one_more))
    with pytest.raises(IntegrityError, match="stays as"), bot.database.write() as db:
        db.execute(update(retainer_uses).values(seconds=retainer_uses.c.seconds + 1))
    for changed in ({"included_seconds": 1}, {"carries_over": False}, {"last_day": date(2026, 1, 31)}):
        with pytest.raises(IntegrityError), bot.database.write() as db:
            db.execute(update(agreements_table).values(changed))


@pytest.mark.usefixtures("february")
def test_two_halves_that_are_sent_at_once_have_no_hour_twice(anna: Person, bot: Bot) -> None:
    agrees(anna)
    closes_all(anna)
    caller, _ = seen_by(bot, "Anna Admin")
    halves = [
        Scope(Period(date(2026, 2, 1), date(2026, 2, 20))),
        Scope(Period(date(2026, 2, 21), date(2026, 2, 28))),
    ]
    shown = [opening.choose(bot, replace(caller, request=str(each)), 1, each) for each in halves]

    def send(half: int) -> object:
        by, seen = replace(caller, request=f"send {half}"), Shown(shown[half].draft_id, shown[half].shown)
        return approval.approve(bot, by, 1, halves[half], shown=seen, view_id="")

    done = at_once(lambda: send(0), lambda: send(1))
    assert [type(each) for each in done] == [Approved, Approved]
    assert uses(bot) == {date(2026, 2, 1): 10 * HOUR}


@pytest.mark.usefixtures("february")
def test_hours_that_are_changed_while_an_invoice_is_sent_are_those_of_both_or_of_neither(
    anna: Person, bot: Bot
) -> None:
    agrees(anna)
    closes_all(anna)
    caller, _ = seen_by(bot, "Anna Admin")
    scope = Scope(Period(date(2026, 2, 1), date(2026, 2, 28)))
    shown = opening.choose(bot, replace(caller, request="open"), 1, scope)
    fewer = retainer_cases.EnteredRetainer(None, "1000", "5", False, date(2026, 2, 1), None, "EUR")

    def change_hours() -> object:
        try:
            return retainer_cases.change_retainer(bot, replace(caller, request="change"), 1, 1, fewer)
        except UserError as refused:
            return refused

    def send() -> object:
        by, seen = replace(caller, request="send"), Shown(shown.draft_id, shown.shown)
        return approval.approve(bot, by, 1, scope, shown=seen, view_id="")

    sent, changed = at_once(send, change_hours)
    assert isinstance(sent, Approved) == isinstance(changed, UserError)
    assert uses(bot) == ({date(2026, 2, 1): 10 * HOUR} if isinstance(sent, Approved) else {})


def test_hours_are_carried_over_into_another_year(anna: Person, bot: Bot, send: Send) -> None:
    anna.types("/track log 2h acme website design 20.12.2025: one")
    anna.types("/track log 9h acme website design 5.1.2026: two")
    anna.types("/track log 12h acme website design 6.1.2026: three")
    agrees(anna, first="2025-12-01", carry=True)
    text = of(anna, "5.1.2026 - 6.1.2026").text
    assert "January 2026: 18:00 h of 18:00 h used, 0:00 h left; 8:00 h were carried over" in text
    assert "3.00 h × €88.50 = €265.50" in text
    send("5.1.2026 - 6.1.2026")
    send("december 2025")
    assert uses(bot) == {date(2025, 12, 1): 2 * HOUR, date(2026, 1, 1): 18 * HOUR}


@pytest.mark.usefixtures("february")
def test_what_is_left_out_keeps_its_hours(anna: Person, bot: Bot) -> None:
    """It stays open: on a later invoice it costs what it would have here."""
    agrees(anna)
    of(anna, "february")
    presses(anna, LEAVE_OUT, "Website · Design · included in the retainer")
    assert "€0.00" not in anna.modal.text
    assert "Total: €1,095.00 net" in anna.modal.text, "the entry at the limit goes as a whole"
    anna.modal.click("Take all in")
    assert "Total: €1,272.00 net" in anna.modal.text


def test_without_a_retainer_nothing_of_one_is_read(anna: Person, bot: Bot) -> None:
    anna.types("/track log 1h acme website yesterday")
    seen: list[str] = []

    def see(_db: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        seen.append(statement)

    event.listen(bot.database.engine, "before_cursor_execute", see)
    of(anna, "march")
    unbilled_before = open_cents(bot)
    event.remove(bot.database.engine, "before_cursor_execute", see)
    assert unbilled_before
    assert seen
    assert not [each for each in seen if "FROM retainer_use" in each]


def has_budget(bot: Bot, **limit: Any) -> None:
    """The website has a hard one since February."""
    with bot.database.write() as db:
        project = db.execute(select(projects.c.id).where(projects.c.name == "Website")).scalar_one()
        new = Budget(workspace_id=1, project_id=project, first_day=date(2026, 2, 1), is_hard=True, **limit)
        db.execute(insert(table(Budget)).values(**new.model_dump(exclude={"id"})))


@pytest.mark.usefixtures("february")
def test_what_is_included_uses_hours_of_a_budget(anna: Person, bot: Bot, send: Send) -> None:
    agrees(anna, hours="10")
    has_budget(bot, seconds=11 * HOUR)
    text = of(anna, "february").text
    assert "10.00 h × €0.00 = €0.00" in text
    assert "1.00 h × €88.50 = €88.50" in text
    assert "1:00 h of Website are above its budget of 11:00 h" in text
    assert "above its budget of 11:00 h and cost nothing. With a larger budget more is billed." in text
    send("february")
    anna.types("/track log 2h acme website design 2.3.: more")
    assert "Website: with this invoice 13:00 h of the budget of 11:00 h are billed (118%)" in of(anna, "march").text


@pytest.mark.usefixtures("february")
def test_what_is_included_later_takes_nothing_of_a_budget_from_what_was_before(anna: Person, bot: Bot) -> None:
    """Both months on one invoice bill what they would on two: in February two hours are above what is included."""
    anna.types("/track log 9h acme website design 2.3.: later")
    anna.types("/track log 2h acme website design 3.3.: last")
    agrees(anna, hours="10")
    has_budget(bot, seconds=20 * HOUR)
    text = of(anna, "1.2. - 31.3.").text
    assert "20.00 h × €0.00 = €0.00" in text
    assert "2.00 h × €88.50 = €177.00" in text
    assert "1:00 h of Website are above its budget of 20:00 h" in text
    closes_all(anna)
    assert open_cents(bot) == 2 * 100_000 + 17_700 + 9_500


@pytest.mark.usefixtures("february")
@pytest.mark.parametrize("more", [1, 17, 18, 35])
def test_some_seconds_more_than_is_included_and_some_cents_of_a_budget_are_sent(
    more: int, anna: Person, bot: Bot, send: Send
) -> None:
    """What is left of the first entry is no line alone, and a budget keeps it from standing with the second one."""
    with bot.database.write() as db:
        db.execute(update(entries).where(entries.c.note == "one").values(seconds=8 * HOUR + more))
    agrees(anna, hours="8")
    has_budget(bot, cents=50, currency="EUR")
    send("february")
    with bot.database.read() as db:
        assert sum(db.execute(select(draft_shares.c.seconds)).scalars()) == 13 * HOUR + more
    assert uses(bot) == {date(2026, 2, 1): 8 * HOUR}


@pytest.mark.usefixtures("february")
def test_a_customer_who_is_archived_has_no_more_fees(anna: Person, bot: Bot, clock: FrozenClock) -> None:
    agrees(anna)
    closes_all(anna)
    with bot.database.write() as db:
        db.execute(update(customers).where(customers.c.name == "Acme GmbH").values(archived=True))
    clock.forward_by(days=60)
    sweep(bot)
    assert "€1,000.00" in of(anna, "march").text
    with bot.database.read() as db:
        assert len(db.execute(select(agreement_charges)).all()) == 2


@pytest.mark.usefixtures("february")
def test_why_says_how_much_is_included_and_used(anna: Person) -> None:
    agrees(anna)
    of(anna, "february")
    asks_why(anna, "Website · Design · included in the retainer")
    text = anna.modal.text
    assert "10.00 h × €0.00 = €0.00" in text
    assert "Included in the retainer, so it costs nothing on top of the fee." in text
    assert "February 2026: 10:00 h of 10:00 h used, 0:00 h left" in text
    assert "Beaten" not in text, "a retainer is no rate, and beats none"
    assert "21 Feb 2026 · 2:00 h" in text
    anna.modal.close()
    asks_why(anna, "Retainer for February 2026")
    assert "The fee of the retainer for February 2026: €1,000.00" in anna.modal.text


@pytest.mark.usefixtures("february")
def test_included_hours_are_not_rounded_and_cost_what_is_agreed(anna: Person, bot: Bot) -> None:
    agrees(anna, hours="7:30")
    with bot.database.write() as db:
        db.execute(update(workspaces).values(rounding=dump_rounding(Rounding(Way.UP, 60))))
    text = of(anna, "february").text
    assert "7.50 h × €0.00 = €0.00" in text
    assert "5.00 h × €88.50 = €442.50" in text, "half an hour is left of the first entry, and is a full one"
    assert open_cents(bot) == 44_250 + 9_500 + 200_000
    presses(anna, "invoice_line", "Website · Design · included in the retainer")
    assert "Hourly rate" not in anna.modal.labels


@pytest.mark.usefixtures("february")
def test_a_german_customer_reads_german(anna: Person, bot: Bot, send: Send) -> None:
    change(bot, "Acme GmbH", locale="de_DE")
    agrees(anna)
    titles = [each.title for each in send("february").lines]
    assert "Website · Design · in der Monatspauschale enthalten" in titles
    assert "Monatspauschale für Februar 2026" in titles


@pytest.mark.usefixtures("february")
def test_it_follows_a_merged_customer_and_ends_where_there_is_one(anna: Person, bot: Bot) -> None:
    agrees(anna)
    agrees(anna, project="Acme GmbH › Website", hours="1", fee="50")
    agrees(anna, project="Acme GmbH › App", hours="1", fee="60")
    with bot.database.write() as db:
        ids = {row.name: row.id for row in db.execute(select(projects.c.id, projects.c.name))}
        upkeep.merge_projects(Change(db, Itself(1, T0)), ours=ids["App"], theirs=ids["Website"])
        upkeep.merge_customers(Change(db, Itself(1, T0)), ours=1, theirs=2)
    with bot.database.read() as db:
        found = db.execute(select(agreements_table).order_by(agreements_table.c.id)).all()
    assert [(each.customer_id, each.last_day) for each in found] == [
        (2, None),
        (2, None),
        (found[2].customer_id, date(2026, 3, 31)),
    ]
    closes_all(anna)
    anna.types("/track invoice bäckerei february")
    assert "Retainer for February 2026" in anna.modal.text


@pytest.mark.usefixtures("february")
def test_the_next_invoice_calls_no_included_hour_another_rate(anna: Person, send: Send) -> None:
    anna.types("/track log 12h acme website design 2.3.: later")
    agrees(anna)
    send("february")
    assert "Other rate" not in of(anna, "march").text


@pytest.mark.usefixtures("february")
def test_in_another_currency_the_fee_is_on_no_invoice_and_that_is_said(anna: Person, bot: Bot) -> None:
    agrees(anna)
    change(bot, "Acme GmbH", currency="CHF")
    assert "Its fee is in EUR, and the customer is billed in CHF by now" in agreements(anna).text
    text = of(anna, "february").text
    assert "Retainer for" not in text
    assert "10.00 h × CHF0.00 = CHF0.00" in text


def test_in_german(finn_bills: Person) -> None:
    finn = finn_bills
    finn.types("/track katalog acme gmbh")
    if "Vereinbarungen …" not in finn.modal.buttons:
        finn.modal.click("Öffnen …")
    finn.modal.click("Vereinbarungen …")
    finn.modal.click("Monatspauschale …")
    assert "bis dahin nicht genutzte Stunden verfallen" in finn.modal.plain()
    finn.modal.fill("Pauschale im Monat", "1.000,00")
    finn.modal.fill("Stunden im Monat", "12,5")
    finn.modal.submit()
    assert "Monatspauschale 1.000,00 €" in finn.modal.plain().replace("\xa0", " ")
    assert "12:30 h im Monat sind enthalten" in finn.modal.plain()


@pytest.mark.usefixtures("february")
def test_a_group_is_left_out_with_its_fee_in_german(anna: Person, finn_bills: Person) -> None:
    anna.types("/track log 1h acme website 19.2.: zero")
    agrees(anna, project="Acme GmbH › Website")
    closes_all(finn_bills)
    finn_bills.types("/track rechnung acme februar")
    before = finn_bills.modal.plain()
    assert "dazu Monatspauschale für Februar 2026: 1.000,00 €" in before.replace("\xa0", " ")
    presses(finn_bills, LEAVE_OUT, "▾ Website")
    text = finn_bills.modal.plain().replace("\xa0", " ")
    assert "Summe: 95,00 € netto" in text
    assert "• Website · Retainer for February 2026: 1.000,00 €" in text, "in the words of the customer"
    finn_bills.modal.click("Alles aufnehmen")
    assert finn_bills.modal.plain() == before


@pytest.mark.parametrize(("currency", "nothing"), [("JPY", "JP¥0"), ("CHF", "CHF0.00"), ("USD", "US$0.00")])
@pytest.mark.usefixtures("february")
def test_what_is_included_costs_nothing_in_the_customers_own_currency(
    anna: Person, bot: Bot, currency: str, nothing: str
) -> None:
    change(bot, "Acme GmbH", currency=currency)
    agrees(anna, "100000", "20")
    closes_all(anna)
    report = anna.types("/track report february acme by project")
    assert report
    assert f"13:00 h not billed yet · {nothing} net" in report.plain()
    assert "€" not in report.plain()
    anna.types("/track list february acme not billed")
    anna.types("/track invoice all february")
    assert "€" not in anna.modal.text


@pytest.mark.usefixtures("february")
def test_work_for_nothing_in_one_currency_is_no_part_of_a_sum_in_another(anna: Person, bot: Bot) -> None:
    change(bot, "Acme GmbH", currency="JPY")
    agrees(anna, "100000", "20")
    closes_all(anna)
    anna.types("/track log 1h bäckerei shop 19.2.: cakes")
    report = anna.types("/track report february everybody by project")
    assert report
    assert "· €95.00 net" in report.plain()
    assert " · JP¥0\n" in report.plain()
    assert "€0.00" not in report.plain()
