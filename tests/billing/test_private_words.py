"""A note that is kept from the customer reaches Billomat by no way: not in words that a biller took over from it."""

import pytest

from bot.billing.views.layout import LAYOUT
from bot.billing.views.texts import TEXTS
from bot.core.context import Bot
from playground.billomat.account import Account
from playground.person import Person, Seen
from tests.billing.deeds import RunJobs, edits, invoice, sends, states

REFUSED = "The text of Website · Design has a note in it that its writer keeps from the customer by now."


@pytest.fixture
def noted(connected: None, anna: Person) -> None:
    """An hour of Design with a note that customers may read."""
    anna.types("/track log 1h acme website design yesterday: Workshop, and Mr Meier argued about the fee")


def keeps_it_private(anna: Person) -> None:
    while anna.sees_modal:
        anna.modal.close()
    anna.types("/track edit yesterday")
    anna.modal.fill("Who reads the note", ["Keep the note from the customer"])
    anna.modal.submit()
    anna.modal.close()


@pytest.mark.parametrize(
    "written",
    [
        {"description": "At yours: workshop, and Mr Meier argued about the fee."},
        {"description": "At yours:\nWorkshop,\n  and Mr Meier argued"},
        {"title": "Workshop, and Mr Meier argued"},
    ],
)
def test_words_of_a_biller_that_quote_it_are_not_sent(
    noted: None, anna: Person, bot: Bot, account: Account, run_jobs: RunJobs, written: dict[str, str]
) -> None:
    invoice(anna)
    edits(anna, **written).submit()
    keeps_it_private(anna)
    assert REFUSED in invoice(anna).text
    assert REFUSED in sends(anna).text
    run_jobs()
    assert (account.drafts(), states(bot)) == ([], ["open"])


def test_it_is_not_sent_by_who_looked_before_it_was_kept_private(
    noted: None, anna: Person, account: Account, run_jobs: RunJobs
) -> None:
    invoice(anna)
    form = edits(anna, description="Workshop, and Mr Meier argued about the fee, all day")
    anna.types("/track note --private he was really angry")
    form.submit()
    assert REFUSED in anna.modal.text
    assert REFUSED in sends(anna).text
    run_jobs()
    assert account.drafts() == []


def test_a_note_that_grew_when_it_was_kept_private_is_found_by_how_it_was_read(
    connected: None, anna: Person, account: Account
) -> None:
    anna.types("/track log 1h acme website design yesterday: Fee")
    invoice(anna)
    edits(anna, description="About the fee").submit()
    anna.modal.close()
    anna.types("/track note --private he was really angry")
    invoice(anna)
    assert REFUSED in sends(anna).text


def test_to_save_the_same_words_again_does_not_help(noted: None, anna: Person, account: Account) -> None:
    invoice(anna)
    edits(anna, description="Workshop, and Mr Meier argued about the fee.").submit()
    keeps_it_private(anna)
    invoice(anna)
    edits(anna, rate="100").submit()
    assert REFUSED in sends(anna).text


def test_other_words_are_sent(noted: None, anna: Person, account: Account, run_jobs: RunJobs) -> None:
    invoice(anna)
    edits(anna, description="Workshop, and Mr Meier argued about the fee.").submit()
    keeps_it_private(anna)
    invoice(anna)
    edits(anna, description="Workshop").submit()
    assert "has a note in it" not in anna.modal.text
    sends(anna)
    run_jobs()
    (draft,) = account.drafts()
    assert [line.description for line in draft.lines] == ["Workshop"]


def test_a_short_note_that_stands_in_the_words_by_chance_does_not_keep_them(
    connected: None, anna: Person, account: Account, run_jobs: RunJobs
) -> None:
    anna.types("/track log 1h acme website design yesterday --private: call")
    invoice(anna)
    edits(anna, description="Call with the agency").submit()
    sends(anna)
    run_jobs()
    assert len(account.drafts()) == 1


def spends(anna: Person, typed: str) -> Seen:
    anna.types(f"/track expense {typed}")
    return anna.last


def keeps_expense_private(message: Seen, anna: Person, note: str | None = None) -> None:
    while anna.sees_modal:
        anna.modal.close()
    message.click("Edit …")
    if note is not None:
        anna.modal.fill("What for", note)
    anna.modal.fill("Who reads the note", ["Keep the note from the customer"])
    anna.modal.submit()
    anna.modal.close()


@pytest.mark.parametrize(
    ("written", "note"),
    [
        ({"title": "Dinner with Bob and his lawyer"}, None),
        ({"description": "On the day: dinner with Bob\nand his lawyer."}, None),
        ({"description": "Dinner with Bob, 3 people"}, "argued"),
    ],
)
def test_words_that_quote_the_note_of_an_expense_are_not_sent_either(
    connected: None,
    anna: Person,
    bot: Bot,
    account: Account,
    run_jobs: RunJobs,
    written: dict[str, str],
    note: str | None,
) -> None:
    anna.types("/track log 1h acme website design yesterday: Workshop")  # it has the id that the expense has
    message = spends(anna, "500 net acme app: dinner with Bob and his lawyer" if note is None else "9 acme app: Dinner")
    invoice(anna)
    edits(anna, "App · ", **written).submit()
    keeps_expense_private(message, anna, note)
    assert "The text of App · Expense has a note in it" in invoice(anna).text
    sends(anna)
    run_jobs()
    assert (account.drafts(), states(bot)) == ([], ["open"])


def test_a_private_note_of_time_does_not_keep_the_words_of_an_expense_with_the_same_id(
    connected: None, anna: Person, account: Account, run_jobs: RunJobs
) -> None:
    anna.types("/track log 1h acme website design yesterday --private: Train")
    spends(anna, "500 net acme app: ticket")
    invoice(anna)
    edits(anna, "App · ticket", title="Train to Berlin").submit()
    assert "has a note in it" not in anna.modal.text
    sends(anna)
    run_jobs()
    assert len(account.drafts()) == 1


@pytest.mark.parametrize(
    ("form", "field", "refused"),
    [
        ("Intro and closing …", "Heading", "What stands above or below the lines"),
        ("Intro and closing …", "Above the lines", "What stands above or below the lines"),
        ("Intro and closing …", "Closing text", "What stands above or below the lines"),
        ("Lines and texts …", "Title of each line", "The title or description of all lines"),
    ],
)
def test_words_around_the_lines_and_for_all_of_them_that_quote_it_are_not_sent(
    noted: None, anna: Person, bot: Bot, account: Account, run_jobs: RunJobs, form: str, field: str, refused: str
) -> None:
    invoice(anna).click(form)
    anna.modal.fill(field, "As said: workshop, and Mr Meier argued about the fee. {hours}")
    anna.modal.submit()
    assert refused not in anna.modal.text
    keeps_it_private(anna)
    assert f"{refused} has a note in it that its writer keeps from the customer by now." in invoice(anna).text
    assert refused in sends(anna).text
    run_jobs()
    assert (account.drafts(), states(bot)) == ([], ["open"])
    opens_form(anna, form)
    anna.modal.fill(field, "{hours}")
    anna.modal.submit()
    assert refused not in anna.modal.text


def opens_form(anna: Person, form: str) -> None:
    """From beside the words that are refused: the same button stands below the total."""
    action_id = {"Intro and closing …": TEXTS, "Lines and texts …": LAYOUT}[form]
    view = anna.modal.view
    block = next(each for each in view.blocks if each.get("accessory", {}).get("action_id") == action_id)
    anna.workspace.click(anna.id, anna.modal.surface, action_id, block_id=block["block_id"])
    anna.waits()
