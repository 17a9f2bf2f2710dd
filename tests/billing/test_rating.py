"""The window of rates: one field while there is one rate, and the list of different ones with its test line."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import delete, select, update

from bot.billing import unbilled
from bot.catalog.rules.spelling import name_key
from bot.core.context import Bot
from playground.billomat.account import Account
from playground.person import Modal, Person
from storage import creation as creation_rows
from storage import rates as rate_rows
from storage.rows import insert_row
from storage.tables import RatePrice, RateRule, audits, customers, people, rate_rules, services
from tests.billing.deeds import another_article, appoint, edits, invoice, lines_of, sends

pytestmark = pytest.mark.usefixtures("connected")
Listed = Callable[[Modal], list[str]]


def rates(who: Person) -> Modal:
    """Opened from the settings."""
    who.types("/track settings")
    who.modal.click("Rates …")
    return who.modal


def the_list(who: Person) -> Modal:
    form = rates(who)
    if "Different rates …" in form.buttons:
        form.click("Different rates …")
    return who.modal


def listed(form: Modal) -> list[str]:
    """The lines of the list."""
    return [line for line in form.plain().splitlines() if line[:1].isdigit() and line[1:3] == ". "]


def adds(who: Person, price: str, holds: str = "Also for all that is open", **chosen: str) -> Modal:
    """A rate is added to the list that is open."""
    who.modal.click("Add rate …")
    for label, name in chosen.items():
        who.modal.fill(label, name)
    who.modal.fill("Hourly rate", price)
    who.modal.fill("It holds", holds)
    who.modal.submit()
    return who.modal


def worked(who: Person) -> None:
    who.types("/track log 2h acme website design yesterday")
    who.types("/track log 1h acme app yesterday")


def closes(who: Person) -> None:
    while who.sees_modal:
        who.modal.close()


# One rate


def test_another_rate_holds_from_today_on_and_what_is_open_keeps_its_own(anna: Person, bot: Bot) -> None:
    anna.types("/track log 1h acme app yesterday")
    anna.types("/track log 2h acme app today")
    form = rates(anna)
    form.fill("Hourly rate", "100")
    form.submit()
    assert "✅ Net price of an hour: €95.00, €100.00 from 10 Mar 2026." in anna.modal.text
    closes(anna)
    text = invoice(anna).text
    assert "1.00 h × €95.00 = €95.00" in text
    assert "2.00 h × €100.00 = €200.00" in text
    with bot.database.read() as db:
        assert unbilled.unbilled_work(db, 1).cents == 29_500
    assert "€295.00" in anna.types("/track report everybody").plain()  # type: ignore[union-attr]


def test_it_may_hold_for_all_that_is_open_and_what_is_billed_stays(anna: Person) -> None:
    anna.types("/track log 1h acme app yesterday")
    invoice(anna)
    sends(anna)
    closes(anna)
    anna.types("/track log 2h acme app today")
    form = rates(anna)
    form.fill("Hourly rate", "100")
    form.fill("It holds", "Also for all that is open")
    form.submit()
    assert "✅ An hour costs €100.00 net from now on." in anna.modal.text
    closes(anna)
    text = invoice(anna).text
    assert "2.00 h × €100.00 = €200.00" in text
    assert "Acme GmbH, March 2026, €95.00 net" in text


def test_a_rate_that_is_planned_is_said_and_can_be_another_one(anna: Person) -> None:
    form = rates(anna)
    form.fill("Hourly rate", "100")
    form.fill("It holds", "From the day below on")
    form.submit()
    assert form.errors == {"First day": "Choose the day."}
    assert form.value("Hourly rate") == "100"
    form.fill("First day", "2027-01-01")
    form.submit()
    assert "€95.00, €100.00 from 1 Jan 2027" in anna.modal.text
    assert anna.modal.value("Hourly rate") == "95.00"
    assert "Planned: €100.00 from 1 Jan 2027" in anna.modal.text
    closes(anna)
    anna.types("/track settings")
    assert "Hourly rate: €95.00, €100.00 from 1 Jan 2027" in anna.modal.text


def test_an_open_invoice_says_that_its_prices_changed(anna: Person) -> None:
    anna.types("/track log 1h acme app yesterday")
    invoice(anna)
    closes(anna)
    form = rates(anna)
    form.fill("Hourly rate", "100")
    form.fill("It holds", "Also for all that is open")
    form.submit()
    closes(anna)
    text = invoice(anna).text
    assert "1.00 h × €100.00 = €100.00" in text
    assert "€95.00" in text, "what it was when it was seen"


def test_in_the_settings_another_rate_holds_from_today_on_unless_said_otherwise(anna: Person, bot: Bot) -> None:
    anna.types("/track settings")
    anna.modal.fill("Hourly rate", "100")
    anna.modal.fill("Another rate holds", "Also for all that is open")
    anna.modal.submit()
    assert "✅ Hourly rate: €95.00 net → €100.00 net" in anna.modal.text
    closes(anna)
    anna.types("/track settings")
    anna.modal.fill("Hourly rate", "110")
    anna.modal.submit()
    with bot.database.read() as db:
        prices = rate_rows.workspace_prices(db, 1)
    assert [(each.first_day, each.price) for each in prices] == [(date.min, 100_0000), (date(2026, 3, 10), 110_0000)]


# The list


def test_the_first_rate_that_fits_holds_and_the_test_line_says_which_it_beat(anna: Person) -> None:
    worked(anna)
    the_list(anna)
    adds(anna, "70", Service="Design")
    adds(anna, "80", Customer="Acme GmbH")
    assert "✅ The rate is in the list." in adds(anna, "60", Customer="Acme GmbH", Service="Design").text
    assert listed(anna.modal) == [
        "1. Design for Acme GmbH: €60.00",
        "2. Design: €70.00",
        "3. Acme GmbH: €80.00",
        "4. What has an article in Billomat: its price, or that of the customer's price group",
        "5. Everything else: €95.00",
    ]
    anna.modal.fill("Service", "Design")
    anna.modal.fill("Customer", "Acme GmbH")
    assert "€60.00 by rule 1\nIt beats: 2. Design: €70.00; 3. Acme GmbH: €80.00; 4. What has" in anna.modal.text
    closes(anna)
    text = invoice(anna).text
    assert "2.00 h × €60.00 = €120.00" in text
    assert "1.00 h × €80.00 = €80.00" in text


def test_a_rate_of_a_person_or_a_project_makes_lines_of_its_own(anna: Person, finn: Person, bot: Bot) -> None:
    anna.types("/track log 2h acme app yesterday")
    finn.types("/track buche 1h acme app gestern")
    the_list(anna)
    adds(anna, "120", Person="Finn Freelancer")
    closes(anna)
    text = invoice(anna).text
    assert "2.00 h × €95.00 = €190.00" in text
    assert "1.00 h × €120.00 = €120.00" in text
    with bot.database.read() as db:
        assert unbilled.unbilled_work(db, 1).cents == 31_000
    closes(anna)
    assert "€310.00" in anna.types("/track report everybody").plain()  # type: ignore[union-attr]


def test_what_is_typed_for_a_line_stays_where_another_article_parted_it_again(
    anna: Person, bot: Bot, account: Account
) -> None:
    """The work of two days costs the same by article and by rule, and no more the same with another article."""
    another_article(bot, account, "Beratung", price_cents=12000)
    for day in ("7.3.", "8.3.", "9.3."):
        anna.types(f"/track log 1h acme website design {day}")
    the_list(anna)
    adds(anna, "88.50", "From the day below on", Person="Anna Admin", **{"First day": "2026-03-08"})
    changes(anna, 1, price="99", holds="From the day below on", first="2026-03-09")
    closes(anna)
    assert "2.00 h × €88.50" in invoice(anna).text
    edits(anna, next(text for text, _ in lines_of(anna.modal) if "€88.50" in text), article="Beratung").submit()
    assert "1.00 h × €120.00" in anna.modal.text
    line = next(text for text, _ in lines_of(anna.modal) if "€120.00" in text)
    edits(anna, line, title="The first day").submit()
    assert [text for text, _ in lines_of(anna.modal) if "The first day" in text]


def test_a_rate_moves_ends_and_is_removed(anna: Person) -> None:
    worked(anna)
    the_list(anna)
    adds(anna, "70", Service="Design")
    adds(anna, "80", Customer="Acme GmbH")
    changes(anna, 2, place="1")
    assert [line[:4] for line in listed(anna.modal)[:2]] == ["1. A", "2. D"]
    changes(anna, 1, price="85", holds="From today on")
    assert listed(anna.modal)[0] == "1. Acme GmbH: €80.00, €85.00 from 10 Mar 2026"
    changes(anna, 1, price="", holds="From the day below on", first="2026-06-01")
    assert listed(anna.modal)[0] == "1. Acme GmbH: €80.00, €85.00 from 10 Mar 2026, none from 1 Jun 2026"
    presses_change(anna, 1)
    anna.modal.click("Remove", confirm=True)
    assert listed(anna.modal)[0] == "1. Design: €70.00"
    changes(anna, 2, place="1")
    assert listed(anna.modal)[0].startswith("1. What has an article")
    closes(anna)
    assert "2.00 h × €88.50 = €177.00" in invoice(anna).text


def presses_change(who: Person, number: int) -> None:
    """Press the button of a line of the list."""
    surface = who.modal.surface
    buttons = [(block["block_id"], block["accessory"]["action_id"]) for block in surface.blocks if "accessory" in block]
    block_id, action_id = buttons[number - 1]
    who.workspace.click(who.id, surface, action_id, block_id=block_id)
    who.waits()


def changes(
    who: Person, number: int, *, price: str | None = None, holds: str = "", first: str = "", place: str = ""
) -> None:
    presses_change(who, number)
    if price is not None:
        who.modal.fill("Hourly rate", price or None)
    if holds:
        who.modal.fill("It holds", holds)
    if first:
        who.modal.fill("First day", first)
    if place:
        who.modal.fill("Place in the list", place)
    who.modal.submit()


@pytest.mark.parametrize(
    ("chosen", "price", "error"),
    [
        ({}, "80", {"Customer": "Choose at least one of these. For everything else there is the last rate."}),
        ({"Service": "Design"}, "", {"Hourly rate": "Please complete this required field."}),
        ({"Service": "Design"}, "eighty", {"Hourly rate": "Type an amount like 95 or 95.50."}),
        ({"Service": "Design"}, "80 CHF", {"Hourly rate": "The rate is in EUR. Type it in that."}),
        (
            {"Customer": "Bäckerei", "Project": "Website"},
            "80",
            {"Project": "Acme GmbH › Website is a project of somebody else."},
        ),
    ],
)
def test_what_is_no_rate_is_refused_where_it_stands_and_nothing_is_lost(
    anna: Person, chosen: dict[str, str], price: str, error: dict[str, str]
) -> None:
    the_list(anna)
    form = adds(anna, price, **chosen)
    assert form.errors == error
    assert form.value("It holds") == "Also for all that is open"
    assert all(name in form.value(label) for label, name in chosen.items())


def test_what_a_rate_is_about_can_be_changed(anna: Person, bot: Bot) -> None:
    worked(anna)
    the_list(anna)
    adds(anna, "70", Service="Design", Project="Acme GmbH › Website")
    presses_change(anna, 1)
    assert [anna.modal.value(each) for each in ("Project", "Service", "Customer")] == [
        "Acme GmbH › Website",
        "Design",
        None,
    ]
    anna.modal.fill("Project", "Acme GmbH › App")
    anna.modal.fill("Service", None)
    anna.modal.submit()
    assert listed(anna.modal)[0] == "1. Acme GmbH › App: €70.00"
    presses_change(anna, 1)
    anna.modal.fill("Project", None)
    anna.modal.fill("Person", "Anna Admin")
    anna.modal.fill("Hourly rate", "75")
    anna.modal.submit()
    assert listed(anna.modal)[0] == "1. Anna Admin: €70.00, €75.00 from 10 Mar 2026"
    with bot.database.read() as db:
        actions = db.execute(select(audits.c.action).order_by(audits.c.id)).scalars().all()
    assert actions.count("change rate") == 2


def test_a_changed_rate_is_refused_what_a_new_one_is(anna: Person, aylin: Person, bot: Bot) -> None:
    the_list(anna)
    adds(anna, "80", Service="Design")
    adds(anna, "70", Service="Travel")
    presses_change(anna, 2)
    anna.modal.fill("Service", "Design")
    anna.modal.submit()
    assert anna.modal.errors == {"Customer": "There is a rate for this already, number 1. Change that one."}
    anna.modal.fill("Service", None)
    anna.modal.submit()
    assert "Choose at least one of these." in anna.modal.errors["Customer"]
    aylin.types("/track status")
    with bot.database.write() as db:
        db.execute(update(people).where(people.c.name == "Aylin Approver").values(role="admin"))
    the_list(aylin)
    presses_change(aylin, 2)
    aylin.modal.fill("Customer", "Acme GmbH")
    aylin.modal.submit()
    anna.modal.fill("Service", "Travel")
    anna.modal.fill("Person", "Anna Admin")
    anna.modal.submit()
    assert "Somebody changed this rate" in anna.modal.errors["Customer"]
    assert listed(the_list(aylin))[1] == "2. Travel for Acme GmbH: €70.00"


def test_a_rate_keeps_its_currency_whoever_it_is_for(anna: Person, bot: Bot) -> None:
    the_list(anna)
    adds(anna, "80", Service="Design")
    with bot.database.write() as db:
        db.execute(update(customers).where(customers.c.name == "Acme GmbH").values(currency="CHF"))
    presses_change(anna, 1)
    anna.modal.fill("Customer", "Acme GmbH")
    anna.modal.submit()
    assert anna.modal.errors == {
        "Customer": "This rate is in EUR, and that customer is billed in CHF. Add a rate for it."
    }


def test_a_day_without_saying_that_it_is_the_first_one_is_asked_about(anna: Person) -> None:
    form = rates(anna)
    form.fill("Hourly rate", "100")
    form.fill("First day", "2027-01-01")
    form.submit()
    assert form.errors == {"It holds": "You chose a day. For that, choose “From the day below on”."}
    form.fill("It holds", "From the day below on")
    form.submit()
    assert "€95.00, €100.00 from 1 Jan 2027" in anna.modal.text


@pytest.mark.parametrize("day", ["1900-01-01", "9999-12-31", "0001-01-01"])
def test_a_first_day_of_a_far_away_year_is_refused_at_its_field(day: str, anna: Person) -> None:
    form = rates(anna)
    form.fill("Hourly rate", "100")
    form.fill("It holds", "From the day below on")
    form.fill("First day", day)
    form.submit()
    assert "Choose a day of the years" in form.errors["First day"]
    assert form.value("Hourly rate") == "100"


@pytest.mark.parametrize("which", ["the workspace's", "a rule's"])
def test_what_another_admin_set_meanwhile_is_not_lost(anna: Person, aylin: Person, bot: Bot, which: str) -> None:
    aylin.types("/track status")
    with bot.database.write() as db:
        db.execute(update(people).where(people.c.name == "Aylin Approver").values(role="admin"))
    the_list(anna)
    adds(anna, "80", Service="Design")
    number = 1 if which == "a rule's" else 3
    presses_change(anna, number)
    the_list(aylin)
    changes(aylin, number, price="120", holds="Also for all that is open")
    anna.modal.fill("Hourly rate", "90")
    anna.modal.submit()
    assert "Somebody changed this rate while you had this open." in anna.modal.errors["Hourly rate"]
    assert anna.modal.value("Hourly rate") == "90"
    closes(anna)
    assert "€120.00" in listed(the_list(anna))[number - 1]


@pytest.mark.parametrize("how", ["deleted", "merged"])
def test_what_goes_while_the_form_is_open_is_said_where_it_was_chosen(anna: Person, bot: Bot, how: str) -> None:
    the_list(anna)
    anna.modal.click("Add rate …")
    anna.modal.fill("Service", "Travel")
    anna.modal.fill("Hourly rate", "80")
    with bot.database.write() as db:
        travel = services.c.name == "Travel"
        if how == "deleted":
            db.execute(delete(services).where(travel))
        else:
            db.execute(update(services).where(travel).values(archived=True, merged_into=1))
    anna.modal.submit()
    assert anna.modal.errors == {"Service": "This is no longer there. Please choose again."}
    assert anna.modal.value("Hourly rate") == "80"


def test_an_hour_may_cost_what_it_does_in_any_currency(anna: Person) -> None:
    the_list(anna)
    adds(anna, "1500000", Service="Design")
    assert listed(anna.modal)[0] == "1. Design: €1,500,000.00"


def test_a_list_that_became_empty_can_have_rates_again(anna: Person) -> None:
    the_list(anna)
    adds(anna, "80", Service="Design")
    presses_change(anna, 1)
    anna.modal.click("Remove", confirm=True)
    adds(anna, "90", Service="Design")
    assert listed(anna.modal)[0] == "1. Design: €90.00"


def test_the_last_of_many_rates_can_be_changed(anna: Person, bot: Bot) -> None:
    with bot.database.write() as db:
        for number in range(105):
            name = f"Customer {number}"
            customer_id = creation_rows.add_customer(db, 1, name=name, key=name_key(name))
            rule_id = insert_row(db, RateRule, workspace_id=1, position=number, currency="EUR", customer_id=customer_id)
            insert_row(db, RatePrice, workspace_id=1, rule_id=rule_id, first_day=date.min, price=80_0000)
    the_list(anna)
    anna.modal.click("Next")
    anna.modal.click("Next")
    presses_change(anna, 25)
    assert anna.modal.value("Place in the list") == "105"
    anna.modal.fill("Hourly rate", "77")
    anna.modal.submit()
    assert "105. Customer 104: €80.00, €77.00 from 10 Mar 2026" in anna.modal.text


def test_there_is_one_rate_for_the_same_work(anna: Person) -> None:
    the_list(anna)
    adds(anna, "80", Service="Design")
    form = adds(anna, "90", Service="Design")
    assert form.errors == {"Customer": "There is a rate for this already, number 1. Change that one."}


def test_a_rate_of_a_customer_is_in_its_currency(anna: Person, bot: Bot) -> None:
    with bot.database.write() as db:
        db.execute(update(customers).where(customers.c.id == 1).values(currency="CHF"))
    the_list(anna)
    adds(anna, "120", Customer="Acme GmbH")
    assert listed(anna.modal)[0] == "1. Acme GmbH: CHF120.00"


def test_rates_follow_what_is_merged_and_go_with_what_is_deleted(anna: Person, bot: Bot) -> None:
    the_list(anna)
    adds(anna, "70", Project="Website")
    adds(anna, "80", Project="App")
    adds(anna, "90", Service="Travel")
    closes(anna)
    merges(anna, "Projects", "Acme GmbH › App", "Website")
    assert listed(the_list(anna))[:2] == ["1. Acme GmbH › Website: €70.00", "2. Travel: €90.00"]
    closes(anna)
    merges(anna, "Services", "Travel", "Design")
    assert listed(the_list(anna))[1] == "2. Design: €90.00"
    closes(anna)
    merges(anna, "Projects", "Acme GmbH › Website", "Shop")
    assert listed(the_list(anna))[0] == "1. Bäckerei Söhne & Co. › Shop: €70.00"
    with bot.database.read() as db:
        assert len(db.execute(select(rate_rules.c.id)).all()) == 3


def merges(who: Person, kind: str, what: str, into: str) -> None:
    opens(who, kind, what)
    who.modal.click("Merge …")
    who.modal.fill("Merge into", into)
    who.modal.submit()
    closes(who)


def opens(who: Person, kind: str, what: str) -> None:
    """One thing of the catalogue."""
    who.types("/track catalog")
    who.modal.fill("catalog_kind", kind)
    surface = who.modal.surface
    row = next(block for block in surface.blocks if block.get("text", {}).get("text", "").startswith(what))
    who.workspace.click(who.id, surface, row["accessory"]["action_id"], block_id=row["block_id"])
    who.waits()


def test_the_page_of_a_customer_has_rates_for_it(anna: Person) -> None:
    opens(anna, "Customers", "Acme GmbH")
    anna.modal.click("Rates …")
    anna.modal.click("Different rates …")
    anna.modal.click("Add rate …")
    assert anna.modal.value("Customer") == "Acme GmbH"


def test_a_missing_rate_is_set_from_the_invoice_which_is_shown_anew(anna: Person) -> None:
    anna.types("/track settings")
    anna.modal.fill("Hourly rate", None)
    anna.modal.fill("Another rate holds", "Also for all that is open")
    anna.modal.submit()
    closes(anna)
    anna.types("/track log 1h acme app yesterday")
    assert "no hourly rate in EUR yet" in invoice(anna).text
    anna.modal.click("Rates …")
    anna.modal.fill("Hourly rate", "90")
    anna.modal.submit()
    anna.modal.close()
    assert "1.00 h × €90.00 = €90.00" in anna.modal.text
    assert "no hourly rate" not in anna.modal.text


def test_whoever_bills_sees_rates_and_only_admins_change_them(anna: Person, finn: Person, bot: Bot) -> None:
    the_list(anna)
    adds(anna, "80", Customer="Acme GmbH")
    closes(anna)
    finn.types("/track status")
    appoint(bot, "Finn Freelancer")
    finn.types("/track katalog")
    surface = finn.modal.surface
    row = next(block for block in surface.blocks if block.get("text", {}).get("text", "").startswith("Acme GmbH"))
    finn.workspace.click(finn.id, surface, row["accessory"]["action_id"], block_id=row["block_id"])
    finn.waits()
    finn.modal.click("Stundensätze …")
    assert listed(finn.modal)[0] == "1. Acme GmbH: 80,00\xa0€"
    assert "Stundensatz hinzufügen …" not in finn.modal.buttons
    assert "Ändern …" not in finn.modal.buttons
    assert "Stundensätze ändern Admins von Trackomat." in finn.modal.plain()


def test_each_change_of_a_rate_stands_in_the_audit(anna: Person, bot: Bot) -> None:
    the_list(anna)
    adds(anna, "80", Customer="Acme GmbH")
    with bot.database.read() as db:
        rows = db.execute(select(audits).where(audits.c.subject == "workspace").order_by(audits.c.id)).all()
    assert [(row.person_id, row.action) for row in rows][-2:] == [(1, "add rate"), (1, "rate")]
    assert rows[-1].after["prices"] == [["0001-01-01", 80_0000]]
