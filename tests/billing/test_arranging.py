"""The lines of an invoice go up and down by hand, are sent in that order, and keep it for the customer on request."""

from collections.abc import Callable
from itertools import pairwise

import pytest
from sqlalchemy import select

from bot.catalog.rules.spelling import name_key
from bot.core.context import Bot, Itself
from playground.billomat.account import Account
from playground.person import Modal, Person
from storage import creation as creation_rows
from storage import upkeep
from storage.change import Change
from storage.tables import audits, customers, drafts, projects
from tests.billing.deeds import RunJobs, appoint, edits, invoice, presses, sends
from tests.conftest import T0

APP, DESIGN = "App", "Website · Design"
EMPTY = {"text": ""}
PLACE = "Place on the invoice"


@pytest.fixture
def titles(account: Account, run_jobs: RunJobs) -> Callable[[Person], list[str]]:
    def sent(who: Person) -> list[str]:
        sends(who)
        run_jobs()
        return [line.title for line in account.drafts()[-1].lines]

    return sent


def orders(who: Person) -> Modal:
    invoice(who)
    who.modal.click("Order of the lines …")
    return who.modal


@pytest.mark.usefixtures("worked")
def test_each_form_of_an_invoice_has_a_button_of_its_own_below_the_total(anna: Person) -> None:
    blocks = invoice(anna).surface.blocks
    rows = [block["elements"] for block in blocks if block["type"] == "actions"][:2]
    first, rarer = ([each["text"]["text"] for each in row] for row in rows)
    assert first == ["Lines and texts …", "Intro and closing …"]
    assert rarer == [
        "Order of the lines …",
        "Rounding …",
        "Reduction …",
        "Agreements …",
        "Budgets …",
        "Usual invoice …",
    ]
    for each in (*first, *rarer):
        anna.modal.click(each)
        assert "Total:" not in anna.modal.text
        anna.modal.close()


def moves(who: Person, line: str, step: str) -> None:
    """Press a step below a line."""
    row = next(
        below for said, below in pairwise(who.modal.view.blocks) if f". {line}\n" in said.get("text", EMPTY)["text"]
    )
    pressed = next(element["action_id"] for element in row["elements"] if element["text"]["text"] == step)
    who.workspace.click(who.id, who.modal.surface, pressed, block_id=row["block_id"])
    who.waits()


def shown_order(modal: Modal) -> list[str]:
    """The lines of the form, in their order."""
    return [block["text"]["text"].splitlines()[0] for block in modal.view.blocks if block["type"] == "section"]


def test_lines_are_sent_in_the_order_that_was_chosen(
    anna: Person, worked: None, titles: Callable[[Person], list[str]]
) -> None:
    form = orders(anna)
    assert shown_order(form) == [f"1. {APP}", f"2. {DESIGN}"]
    moves(anna, APP, "Down")
    assert shown_order(anna.modal) == [f"1. {DESIGN}", f"2. {APP}"]
    anna.modal.close()
    text = anna.modal.text
    assert text.index(DESIGN) < text.index(f"\n{APP}\n")
    assert "in an order that was chosen for this invoice" in text
    assert titles(anna) == [DESIGN, APP]


def test_back_in_their_usual_order_nothing_is_kept(anna: Person, worked: None, bot: Bot) -> None:
    orders(anna)
    moves(anna, DESIGN, "Up")
    moves(anna, DESIGN, "Down")
    with bot.database.read() as db:
        assert list(db.execute(select(drafts.c.line_order)).scalars()) == [""]
        assert list(db.execute(select(audits.c.action)).scalars()).count("change order") == 2


def test_kept_for_the_customer_the_order_holds_next_time_and_goes_with_a_click(
    anna: Person, worked: None, bot: Bot, titles: Callable[[Person], list[str]]
) -> None:
    orders(anna)
    moves(anna, APP, "Down")
    anna.modal.click("Keep for Acme GmbH")
    assert "kept for Acme GmbH" in anna.modal.text
    anna.modal.close()
    assert titles(anna) == [DESIGN, APP]
    anna.types("/track log 1h acme website design today")
    anna.types("/track log 1h acme app today")
    anna.types("/track log 1h acme website today")
    assert shown_order(orders(anna)) == [f"1. {DESIGN}", f"2. {APP}", "3. Website"]
    anna.modal.click("Order as usual")
    assert shown_order(anna.modal) == [f"1. {APP}", "2. Website", f"3. {DESIGN}"]
    with bot.database.read() as db:
        assert set(db.execute(select(customers.c.line_order)).scalars()) == {""}


def test_the_order_stays_with_the_lines_whatever_is_typed_on_them(anna: Person, worked: None) -> None:
    orders(anna)
    moves(anna, APP, "Down")
    anna.modal.close()
    edits(anna, line=APP, title="Äpfel").submit()
    anna.modal.click("Order of the lines …")
    assert shown_order(anna.modal) == [f"1. {DESIGN}", "2. Äpfel"]


def test_a_project_that_becomes_another_one_leaves_its_line_where_it_stood(
    anna: Person, worked: None, bot: Bot
) -> None:
    orders(anna)
    moves(anna, APP, "Down")
    with bot.database.write() as db:
        ids = dict(db.execute(select(projects.c.name, projects.c.id)).all())  # type: ignore[arg-type]
        upkeep.merge_projects(Change(db, Itself(1, T0)), ours=ids["Website"], theirs=ids["App"])
    assert shown_order(orders(anna)) == ["1. App · Design", f"2. {APP}"]


def test_customers_that_become_one_leave_their_lines_where_they_stood(anna: Person, worked: None, bot: Bot) -> None:
    orders(anna)
    moves(anna, APP, "Down")
    anna.modal.click("Keep for Acme GmbH")
    with bot.database.write() as db:
        change = Change(db, Itself(1, T0))
        app = db.execute(select(projects.c.id).where(projects.c.name == "App")).scalar_one()
        other, _ = creation_rows.create_project(change, 2, name="App", key=name_key("App"))
        upkeep.merge_customers(change, ours=1, theirs=2)
        kept = db.execute(select(customers.c.line_order).where(customers.c.id == 2)).scalar_one()
    assert f"project={other}&" in kept
    assert f"project={app}&" not in kept


@pytest.mark.parametrize("by", ["Day", "Week", "Entry"])
def test_the_order_of_days_is_kept_for_no_later_month(anna: Person, worked: None, by: str) -> None:
    anna.types("/track log 1h acme app today")
    anna.types("/track log 1h acme app 1.3.")
    invoice(anna).click("Lines and texts …")
    anna.modal.fill("One line for each", by)
    anna.modal.fill("and in it for each", "Project")
    anna.modal.submit()
    anna.modal.click("Order of the lines …")
    moves(anna, shown_order(anna.modal)[0].split(". ", 1)[1], "Bottom")
    assert "chosen for this invoice" in anna.modal.text
    assert "Keep for Acme GmbH" not in anna.modal.buttons


def test_who_saw_another_order_does_not_send_the_new_one_unseen(
    anna: Person, finn: Person, worked: None, bot: Bot, account: Account, run_jobs: RunJobs
) -> None:
    finn.types("/track status")
    appoint(bot, "Finn Freelancer")
    invoice(anna)
    invoice(finn).click("Reihenfolge …")
    moves(finn, APP, "Nach unten")
    after = sends(anna).text
    assert "Nothing was sent" in after
    assert "The lines are in another order." in after
    run_jobs()
    assert account.drafts() == []


def test_many_lines_are_put_in_order_page_by_page(anna: Person, worked: None) -> None:
    for number in range(23):
        anna.types(f"/track log 6m acme app yesterday #t{number:02}")
    invoice(anna).click("Lines and texts …")
    anna.modal.fill("One line for each", "Tags")
    anna.modal.fill("and in it for each", "nothing more")
    anna.modal.submit()
    anna.modal.click("Order of the lines …")
    anna.modal.click("Next")
    last = shown_order(anna.modal)[-1].split(". ")[1]
    moves(anna, last, "Top")
    assert "Back" in anna.modal.buttons
    anna.modal.click("Back")
    assert shown_order(anna.modal)[0] == f"1. {last}"


def test_a_line_is_put_elsewhere_with_two_clicks_from_the_invoice(
    anna: Person, worked: None, bot: Bot, titles: Callable[[Person], list[str]]
) -> None:
    invoice(anna)
    form = edits(anna, line=DESIGN)
    assert form.options(PLACE) == ["1 of 2", "2 of 2"]
    form.fill(PLACE, "1 of 2")
    form.submit()
    assert "in an order that was chosen for this invoice" in anna.modal.text
    assert actions_of(bot).count("change order") == 1
    assert titles(anna) == [DESIGN, APP]


def test_the_place_is_saved_together_with_what_else_is_typed(anna: Person, worked: None) -> None:
    invoice(anna)
    edits(anna, line=APP, title="Apps", rate="100").fill(PLACE, "2 of 2")
    anna.modal.submit()
    assert "× €100.00" in anna.modal.text
    anna.modal.click("Order of the lines …")
    assert shown_order(anna.modal) == [f"1. {DESIGN}", "2. Apps"]


def test_a_place_that_was_left_as_it_was_moves_nothing_and_keeps_no_order(anna: Person, worked: None, bot: Bot) -> None:
    invoice(anna)
    edits(anna, line=DESIGN, title="Pages").submit()
    assert "in an order that was chosen" not in anna.modal.text
    assert "change order" not in actions_of(bot)


def test_what_others_put_in_order_while_a_line_was_edited_stays(
    anna: Person, finn: Person, worked: None, bot: Bot
) -> None:
    finn.types("/track status")
    appoint(bot, "Finn Freelancer")
    invoice(anna)
    edits(anna, line=APP, title="Apps")
    invoice(finn).click("Reihenfolge …")
    moves(finn, APP, "Nach unten")
    anna.modal.submit()
    anna.modal.click("Order of the lines …")
    assert shown_order(anna.modal) == [f"1. {DESIGN}", "2. Apps"]


def test_a_place_behind_the_last_line_is_the_last_one(anna: Person, finn: Person, worked: None, bot: Bot) -> None:
    finn.types("/track status")
    appoint(bot, "Finn Freelancer")
    anna.types("/track log 1h acme website today")
    invoice(anna)
    edits(anna, line=APP).fill(PLACE, "3 of 3")
    invoice(finn)
    presses(finn, "invoice_leave_out", "Website")
    anna.modal.submit()
    anna.modal.click("Order of the lines …")
    assert shown_order(anna.modal) == [f"1. {DESIGN}", f"2. {APP}"]


@pytest.mark.usefixtures("worked")
def test_the_order_that_is_kept_for_the_customer_stays_under_one_of_this_invoice(anna: Person, bot: Bot) -> None:
    orders(anna)
    moves(anna, APP, "Down")
    anna.modal.click("Keep for Acme GmbH")
    anna.modal.close()
    edits(anna, line=APP).fill(PLACE, "1 of 2")
    anna.modal.submit()
    assert "kept for Acme GmbH" not in anna.modal.text
    assert anna.modal.text.index(f"\n{APP}\n") < anna.modal.text.index(f"\n{DESIGN}\n")
    edits(anna, line=APP).fill(PLACE, "2 of 2")
    anna.modal.submit()
    assert "in the order that is kept for Acme GmbH" in anna.modal.text
    with bot.database.read() as db:
        assert set(db.execute(select(drafts.c.line_order)).scalars()) == {""}


@pytest.mark.usefixtures("worked")
def test_a_line_that_is_alone_has_no_place_to_choose(anna: Person) -> None:
    invoice(anna)
    presses(anna, "invoice_leave_out", APP)
    assert PLACE not in edits(anna, line=DESIGN).labels


def actions_of(bot: Bot) -> list[str]:
    """What was recorded, in its order."""
    with bot.database.read() as db:
        return list(db.execute(select(audits.c.action).order_by(audits.c.id)).scalars())


@pytest.mark.usefixtures("worked")
def test_a_place_is_chosen_in_german_too(anna: Person, finn: Person, bot: Bot) -> None:
    finn.types("/track status")
    appoint(bot, "Finn Freelancer")
    invoice(finn)
    presses(finn, "invoice_line", DESIGN)
    assert finn.modal.options("Platz auf der Rechnung") == ["1 von 2", "2 von 2"]
    finn.modal.fill("Platz auf der Rechnung", "1 von 2")
    finn.modal.submit()
    assert "Reihenfolge, die für diese Rechnung" in finn.modal.text


@pytest.mark.usefixtures("worked")
def test_each_step_that_a_line_can_go_is_a_button_beside_it(anna: Person) -> None:
    for each in ("website today", "website design today"):
        anna.types(f"/track log 1h acme {each}")
    rows = [block["elements"] for block in orders(anna).view.blocks if block.get("block_id", "").startswith("line:")]
    texts = [[each["text"]["text"] for each in row] for row in rows]
    assert texts == [["Down", "Bottom"], ["Up", "Down"], ["Up", "Top"]]
