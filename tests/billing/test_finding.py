"""A line that is not in sight is found by its words, and changed with two clicks: the choice and Save."""

import pytest
from sqlalchemy import delete

from bot.billing.views.finding import FIND as FIND_LINE
from bot.core.context import Bot
from playground.person import Modal, Person
from storage.tables import entries
from tests.billing.deeds import appoint, invoice, lines_of, sends
from tests.billing.test_outline import by_entry, copies

FIND = "Find a line …"


@pytest.fixture
def many(worked: None, anna: Person, bot: Bot) -> Modal:
    """The invoice for Acme with a line for each of 42 entries, 40 of them on the project Portal."""
    with bot.database.write() as db:
        copies(db, "Portal", 40)
    return by_entry(anna)


def of_note(shown: Modal, note: str) -> list[str]:
    """The lines in sight with this note."""
    return [text for text, _ in lines_of(shown) if note in text]


def offered(who: Person, typed: str) -> str:
    """The value of the only line that is found."""
    (group,) = who.workspace.search(who.id, who.modal.view, *menu(who), typed)
    return str(group["options"][0]["value"])


def chooses(who: Person, value: str) -> None:
    """Choose what was offered before."""
    who.workspace.fill(who.id, who.modal.view, *menu(who), value, confirmed=True)
    who.waits()


def finds(who: Person, typed: str) -> None:
    """Choose the only line that is found."""
    chooses(who, offered(who, typed))


def menu(who: Person) -> tuple[str, str]:
    """Where the menu stands, in whichever language."""
    rows = (block for block in who.modal.view.blocks if block["type"] == "actions")
    return next(block["block_id"] for block in rows if block["elements"][0]["action_id"] == FIND_LINE), FIND_LINE


def test_a_line_of_another_page_is_changed_with_two_clicks_and_is_in_sight_then(many: Modal, anna: Person) -> None:
    assert of_note(many, "Portal 0033") == []
    finds(anna, "Portal 0033")
    assert anna.modal.title == "Invoice line"
    anna.modal.fill("Hourly rate", "50")
    anna.modal.submit()
    assert "2.00 h × €50.00" in of_note(anna.modal, "Portal 0033")[0]


def test_who_only_looks_at_the_line_that_was_found_has_it_in_sight_below(many: Modal, anna: Person) -> None:
    finds(anna, "Portal 0033")
    anna.modal.close()
    assert len(of_note(anna.modal, "Portal 0033")) == 1
    assert "Different since" not in anna.modal.text
    assert "On its way" in sends(anna).text


@pytest.mark.parametrize("notes", [["Portal 0033"] * 3, ["Portal 0033", "Portal 0034", "Portal 0034"]])
def test_the_same_line_can_be_chosen_again(many: Modal, anna: Person, notes: list[str]) -> None:
    for note in notes:
        assert anna.modal.value(FIND) is None
        finds(anna, note)
        assert note in anna.modal.value("Description")
        anna.modal.close()


def test_each_line_is_found_wherever_it_stands(worked: None, anna: Person, bot: Bot) -> None:
    """On pages, in groups that are folded, alone between them, and in groups that are longer than a page."""
    with bot.database.write() as db:
        copies(db, "Portal", 20)
        copies(db, "Shop", 3)
    by_entry(anna, within_project=True)
    for note in ("Workshop", "Portal 0000", "Shop 0002", "Portal 0019", "Portal 0013", "Shop 0000"):
        finds(anna, note)
        anna.modal.close()
        assert len(of_note(anna.modal, note)) == 1


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("workshop", 1),
        ("WEBSITE  design", 1),
        ("design website", 1),
        ("portal 003", 11),
        ("app", 1),
        ("", 42),
        ("nothing such", 0),
        ("9 mar portal 0007", 1),
    ],
)
def test_words_of_title_project_service_and_note_find_lines(many: Modal, typed: str, found: int) -> None:
    assert len(many.options(FIND, typed)) == found


def test_what_is_offered_says_which_line_it_is_and_what_it_costs(many: Modal) -> None:
    (offered,) = many.options(FIND, "workshop")
    assert offered == "1. Website · Design · 9 Mar 2026 Workshop · €641.63"


def test_where_all_lines_are_in_sight_nothing_is_to_be_found(worked: None, anna: Person) -> None:
    assert FIND not in invoice(anna).labels


def test_of_a_thousand_lines_those_that_fit_into_a_menu_are_offered(worked: None, anna: Person, bot: Bot) -> None:
    with bot.database.write() as db:
        copies(db, "ü" * 200, 1000)
    shown = by_entry(anna)
    assert len(shown.options(FIND)) == 100
    assert len(shown.options(FIND, "ü 0999")) == 1
    finds(anna, "Workshop")
    anna.modal.close()
    assert len(of_note(anna.modal, "Workshop")) == 1


def test_a_line_that_was_found_is_left_out_with_the_second_click_and_comes_back(many: Modal, anna: Person) -> None:
    finds(anna, "Portal 0033")
    anna.modal.click("Leave out")
    assert "left out of this invoice, and stays open" in anna.modal.text
    anna.modal.close()
    assert of_note(anna.modal, "Portal 0033") == []
    assert "Left out by hand: 1 entry, 2:00 h." in anna.modal.text
    anna.modal.click("Take all in")
    assert len(anna.modal.options(FIND)) == 42


def test_the_entries_of_a_line_that_was_found_are_ticked_in_place_of_its_form(many: Modal, anna: Person) -> None:
    finds(anna, "Portal 0033")
    anna.modal.click("Entries …")
    anna.modal.tick("Portal 0033")
    anna.modal.close()
    assert anna.modal.title == "Invoice"
    assert "Left out by hand: 1 entry, 2:00 h." in anna.modal.text


def test_an_expense_that_was_found_has_no_entries_and_is_left_out_too(many: Modal, anna: Person) -> None:
    anna.modal.close()
    anna.types("/track expense 49.90 acme website today: train ticket")
    invoice(anna)
    finds(anna, "train ticket")
    assert "Entries …" not in anna.modal.buttons
    anna.modal.click("Leave out")
    anna.modal.close()
    assert "Left out by hand: 1 expense, €41.93" in anna.modal.text


def test_a_line_that_went_meanwhile_is_said_to_be_gone(many: Modal, anna: Person, bot: Bot) -> None:
    chosen = offered(anna, "Portal 0033")
    with bot.database.write() as db:
        db.execute(delete(entries).where(entries.c.note == "Portal 0033"))
    chooses(anna, chosen)
    assert "This line is no longer there" in anna.modal.text


def test_of_an_invoice_that_was_sent_meanwhile_no_line_is_offered(
    many: Modal, anna: Person, finn: Person, bot: Bot
) -> None:
    finn.types("/track status")
    appoint(bot, "Finn Freelancer")
    invoice(finn)
    chosen = offered(finn, "Portal 0033")
    sends(anna)
    assert finn.modal.options("Position finden …") == []
    chooses(finn, chosen)
    assert "Dieser Entwurf wurde inzwischen freigegeben oder verworfen" in finn.modal.text
