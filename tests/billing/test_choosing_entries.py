"""The entries of a line: seen with person, day, times and note, and left out or taken in by a tick."""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from sqlalchemy import delete, insert, select, update

from bot.billing import choices
from bot.billing.rules.grouping import Shared
from bot.billing.rules.layout import Layout, dump_layout
from bot.core.context import Bot
from playground.billomat.account import Account
from playground.person import Modal, Person
from storage.tables import draft_choices, entries
from tests.billing.deeds import ACME, RunJobs, change, edits, invoice, opens_entries, sends

NOTE = "x" * 60


@dataclass(frozen=True)
class Biller:
    """Somebody who bills, and what they read on the screen."""

    who: Person
    review: str
    on_it: str
    left_out: str
    by_hand: str
    show_left_out: str
    all_out: str
    all_in: str


ENGLISH = (
    "8 Mar 2026 · 09:00–11:00 · 2:00 h · Anna Admin\nReview",
    "On the invoice: 2 entries, 9:15 h",
    "On the invoice: 1 entry, 7:15 h\nLeft out: 1 entry, 2:00 h",
    "Left out by hand: 1 entry, 2:00 h. Still open for another invoice.\n• Website · Design: 2:00 h",
    "Show what is left out …",
    "Leave all out",
    "Take all in",
)
GERMAN = (
    "08.03.2026 · 09:00–11:00 · 2:00 h · Anna Admin\nReview",
    "Auf der Rechnung: 2 Einträge, 9:15 h",
    "Auf der Rechnung: 1 Eintrag, 7:15 h\nAusgelassen: 1 Eintrag, 2:00 h",
    "Von Hand ausgelassen: 1 Eintrag, 2:00 h. Bleibt offen für eine andere Rechnung.\n• Website · Design: 2:00 h",
    "Ausgelassenes zeigen …",
    "Alle auslassen",
    "Alles aufnehmen",
)


@pytest.fixture(params=["English", "German"])
def biller(request: pytest.FixtureRequest, anna: Person, month: None, finn_bills: Person) -> Biller:
    return Biller(anna, *ENGLISH) if request.param == "English" else Biller(finn_bills, *GERMAN)


def design(who: Person) -> Modal:
    """The entries of Website · Design, opened from the invoice."""
    invoice(who)
    return opens_entries(who, "Website · Design")


def test_the_entries_of_a_line_stand_with_person_day_times_and_note(biller: Biller) -> None:
    shown = design(biller.who)
    assert next(iter(shown.boxes)) == biller.review
    assert all(shown.boxes.values())
    assert biller.on_it in shown.text


def test_an_entry_without_its_tick_is_left_out_and_the_invoice_below_says_so(
    biller: Biller, account: Account, run_jobs: RunJobs
) -> None:
    shown = design(biller.who)
    shown.tick("Review")
    assert shown.boxes[biller.review] is False
    assert biller.left_out in shown.text
    shown.close()
    assert biller.by_hand in biller.who.modal.text
    sends(biller.who)
    run_jobs()
    hours = {line.title: str(line.quantity) for line in account.drafts()[0].lines}
    assert hours == {"App": "2.00", "Website · Design": "7.25"}


def test_the_total_and_the_line_say_what_is_missing(month: None, anna: Person) -> None:
    design(anna).tick("Review")
    anna.modal.close()
    assert "Total: €831.63 net\n9.25 h on 2 lines" in anna.modal.text
    said = anna.modal.text.split("Left out: 1 entry, 2:00 h")
    assert len(said) == 3
    assert said[0].count("\n") < 12
    assert "7.25 h × €88.50" in said[1]


@pytest.mark.parametrize(
    ("filled", "said"),
    [
        ({"description": "Website as agreed"}, "⚠️ Left out since this text was written, and maybe in it: "),
        ({"rate": "100"}, "Left out since this line was changed: "),
    ],
)
def test_a_line_that_somebody_changed_says_what_was_left_out_since(
    filled: dict[str, str], said: str, month: None, anna: Person
) -> None:
    invoice(anna)
    edits(anna, **filled).submit()
    opens_entries(anna, "Website · Design").tick("Review")
    anna.modal.close()
    assert f"{said}8 Mar 2026 · 2:00 h · Review" in anna.modal.text
    assert "No longer there" not in anna.modal.text


def test_ticked_again_it_is_the_same_invoice(biller: Biller) -> None:
    before = invoice(biller.who).text
    shown = opens_entries(biller.who, "Website · Design")
    shown.tick("Review")
    shown.tick("Review")
    assert shown.boxes[biller.review] is True
    shown.close()
    assert biller.who.modal.text == before


def test_all_that_is_left_out_stands_in_one_list_in_which_a_tick_takes_it_in(biller: Biller) -> None:
    design(biller.who).tick("Review")
    biller.who.modal.close()
    biller.who.modal.click(biller.show_left_out)
    shown = biller.who.modal
    assert [*shown.boxes.values()] == [False]
    shown.tick("Website · Design")
    assert shown.boxes == {}
    shown.close()
    assert biller.by_hand not in biller.who.modal.text


def test_all_entries_of_a_line_are_left_out_and_taken_in_with_one_click(biller: Biller) -> None:
    shown = design(biller.who)
    shown.click(biller.all_out)
    assert not any(shown.boxes.values())
    shown.click(biller.all_in)
    assert all(shown.boxes.values())


# Others do something meanwhile


def test_two_who_choose_at_once_undo_nothing_of_each_other(anna: Person, month: None, finn_bills: Person) -> None:
    design(anna)
    design(finn_bills).tick("Review")
    anna.modal.tick("Workshop")
    assert not any(anna.modal.boxes.values())
    invoice(finn_bills).click("Ausgelassenes zeigen …")
    assert "ausgelassen von Anna Admin · Website · Design · Workshop" in finn_bills.modal.text
    assert "left out by Finn Freelancer · Review" in anna.modal.text


def test_who_leaves_something_out_is_told_what_others_changed_meanwhile(
    anna: Person, month: None, finn_bills: Person
) -> None:
    """Or they would send what they never saw: the invoice that they get holds both."""
    invoice(anna)
    finn_bills.types("/track log 1h acme website design gestern: Korrektur")
    invoice(anna)
    design(finn_bills).tick("Review")
    anna.modal.click("Leave out")
    told = "⚠️ Different since you saw them:\n• Website · Design: no longer there: 8 Mar 2026 · 2:00 h · Review"
    assert told in anna.modal.text
    assert "App: no longer there" not in anna.modal.text
    opens_entries(anna, "Website · Design")
    finn_bills.modal.tick("Korrektur")
    anna.modal.tick("Workshop")
    assert "no longer there: 9 Mar 2026 · 1:00 h · Korrektur" in anna.modal.text
    assert "Review" not in anna.modal.text.partition("Website · Design\n")[0]


@pytest.mark.parametrize("meanwhile", ["deleted", "billed", "not billable", "another customer's", "of another month"])
def test_what_is_no_longer_there_to_be_chosen_is_said(
    meanwhile: str, month: None, finn_bills: Person, anna: Person, bot: Bot
) -> None:
    shown = design(anna)
    of_review = entries.c.note == "Review"
    changed: dict[str, dict[str, object]] = {
        "not billable": {"billable": False},
        "another customer's": {"customer_id": 2, "project_id": None},
        "of another month": {"day": date(2026, 2, 8)},
    }
    if meanwhile == "billed":
        finn_bills.types("/track invoice acme 8.3.")
        sends(finn_bills)
    else:
        with bot.database.write() as db:
            gone = update(entries).values(**changed[meanwhile]) if meanwhile in changed else delete(entries)
            db.execute(gone.where(of_review))
    shown.tick("Review")
    assert "⚠️ 1 entry is no longer there to be chosen" in shown.text
    assert [read for read in shown.boxes if "Review" in read] == []
    with bot.database.read() as db:
        assert db.execute(select(draft_choices)).all() == []


def test_what_is_deleted_at_the_very_moment_is_said(
    month: None, anna: Person, bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = design(anna)
    with bot.database.write() as db:
        db.execute(delete(entries).where(entries.c.note == "Review"))
    monkeypatch.setattr(choices.unbilled_rows, "billable_of", lambda db, draft, chosen: [*chosen])  # as it was before
    shown.tick("Review")
    assert "Some of this was deleted at this very moment." in anna.modal.text


def test_an_entry_that_changes_while_it_is_left_out_is_left_out_still(month: None, anna: Person, bot: Bot) -> None:
    design(anna).tick("Review")
    with bot.database.write() as db:
        db.execute(update(entries).where(entries.c.note == "Review").values(seconds=3600))
    assert "Left out by hand: 1 entry, 1:00 h" in invoice(anna).text


def test_an_invoice_that_went_out_meanwhile_is_no_longer_chosen_from(
    anna: Person, month: None, finn_bills: Person
) -> None:
    shown = design(anna)
    invoice(finn_bills)
    sends(finn_bills)
    shown.tick("Review")
    assert "This draft was approved or given up meanwhile." in anna.modal.text


# Very many


def more_work(bot: Bot, count: int) -> None:
    """So many entries more of Website · Design, a quarter of an hour each."""
    with bot.database.write() as db:
        row = dict(db.execute(select(entries).where(entries.c.note == "Review")).one()._mapping)
        del row["id"]
        many = [
            row
            | {"note": f"{NOTE} {n}", "timed": False, "seconds": 900, "day": date(2026, 3, 1) + timedelta(days=n % 9)}
            for n in range(count)
        ]
        db.execute(insert(entries), many)


def test_a_month_of_two_thousand_entries_is_chosen_from_page_by_page(month: None, anna: Person, bot: Bot) -> None:
    more_work(bot, 1998)
    before = invoice(anna).text
    shown = opens_entries(anna, "Website · Design")
    assert "On the invoice: 2,000 entries" in shown.text
    assert len(shown.boxes) == 50
    pages = shown.options("invoice_entries_page")
    assert len(pages) == 40
    shown.fill("invoice_entries_page", "Page 40 of 40")
    last = [*shown.boxes]
    assert len(last) == 50
    shown.tick(last[-1])
    assert "Page 40 of 40" in shown.text
    assert "Left out: 1 entry" in shown.text
    shown.click("Leave all out")
    assert "On the invoice" not in shown.text
    shown.click("Take all in")
    shown.click("Back")
    assert "Page 39 of 40" in shown.text
    shown.close()
    assert anna.modal.text == before


def test_the_invoice_stays_on_its_page_where_something_is_left_out(month: None, anna: Person, bot: Bot) -> None:
    more_work(bot, 60)
    change(bot, ACME, layout=dump_layout(Layout(by=(Shared.ENTRY,))))
    invoice(anna).fill("invoice_page", "Page 3 of 5")
    anna.modal.click("Leave out")
    assert "Page 3 of 5" in anna.modal.text
    anna.modal.click("Entries …")
    anna.modal.click("Leave all out")
    anna.modal.close()
    assert "Page 3 of 5" in anna.modal.text
    assert "Left out by hand: 2 entries, 0:30 h" in anna.modal.text
    anna.modal.click("Show what is left out …")
    assert "Left out: 2 entries, 0:30 h" in anna.modal.text
