"""What was left out of one invoice, beside other open ones, and when an invoice comes back from Billomat."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select, update

from bot.billing import choices
from bot.billing.views.entries import LEAVE_OUT
from bot.core.context import Bot
from playground.billomat.account import Account
from playground.person import Person
from storage.tables import entries, projects
from tests.billing.deeds import RunJobs, appoint, just_read, opens_entries, sends
from tests.conftest import T0, FrozenClock
from tests.deeds import add_projects

FRIDAY = datetime(2026, 11, 27, 17, 30, tzinfo=UTC)
OVERLAPS = "⚠️ {} of this is also on the open draft “October 2026”"


@pytest.fixture
def autumn(connected: None, anna: Person, clock: FrozenClock, bot: Bot) -> None:
    """Work of September to November; Friday, 27 November."""
    clock.forward(FRIDAY - T0)
    just_read(bot)
    for typed in (
        "log 1h acme app 3.9.2026: september",
        "log 2h acme website design 12.10.2026: concept",
        "log 3h acme website design 13.10.2026: review",
        "log 4h acme app 14.10.2026: call",
        "log 5h acme app mon: november",
    ):
        anna.types(f"/track {typed}")


def shows(who: Person, typed: str) -> str:
    while who.sees_modal:
        who.modal.close()
    who.types(f"/track invoice acme {typed}")
    return who.modal.text


def leaves_out(who: Person, typed: str, line: str, *notes: str) -> str:
    """Leave single entries of a line out of an invoice; the invoice then."""
    shows(who, typed)
    opens_entries(who, line)
    for note in notes:
        who.modal.tick(note)
    who.modal.close()
    return who.modal.text


def test_a_draft_of_which_somebody_left_something_out_is_one_that_somebody_changed(autumn: None, anna: Person) -> None:
    shows(anna, "october")
    assert "also on the open draft" not in shows(anna, "all")
    leaves_out(anna, "october", "Website · Design", "review")
    assert OVERLAPS.format("6:00 h") in shows(anna, "all")


def test_what_overlaps_is_left_out_here_in_one_click(
    autumn: None, anna: Person, account: Account, run_jobs: RunJobs
) -> None:
    leaves_out(anna, "october", "Website · Design", "review")
    assert "Total: €" in shows(anna, "all")
    anna.modal.click("Leave out here")
    assert "also on the open draft" not in anna.modal.text
    assert "Left out by hand: 2 entries, 6:00 h" in anna.modal.text
    sends(anna)
    shows(anna, "october")
    sends(anna)
    run_jobs()
    hours = [sorted(str(line.quantity) for line in draft.lines) for draft in account.drafts()]
    assert sorted(hours) == [["2.00", "4.00"], ["3.00", "6.00"]]


def test_of_two_billers_who_look_at_the_same_hours_each_is_told_and_one_bills_them(
    autumn: None, anna: Person, finn: Person, bot: Bot, account: Account, run_jobs: RunJobs
) -> None:
    finn.types("/track status")
    appoint(bot, "Finn Freelancer")
    shows(anna, "october")
    assert "9:00 h davon stehen auch auf dem offenen Entwurf „Oktober 2026“" in shows(finn, "1.9.-31.10.")
    assert "⚠️ 9:00 h of this is also on the open draft" in shows(anna, "october")
    anna.modal.click("Leave out there")
    finn.modal.click("Hier auslassen")  # seen before it was too late
    assert "auch auf dem offenen Entwurf" not in finn.modal.text
    assert "Von Hand ausgelassen: 3 Einträge, 9:00 h" in finn.modal.text
    assert "Left out by hand" not in shows(anna, "october")
    sends(anna)
    sends(finn)
    run_jobs()
    hours = [sorted(str(line.quantity) for line in draft.lines) for draft in account.drafts()]
    assert sorted(hours) == [["1.00"], ["4.00", "5.00"]]


def test_who_looks_alone_or_looked_long_ago_is_no_warning(
    autumn: None, anna: Person, finn: Person, bot: Bot, clock: FrozenClock
) -> None:
    finn.types("/track status")
    appoint(bot, "Finn Freelancer")
    shows(anna, "october")
    assert "also on the open draft" not in shows(anna, "all")
    assert "auch auf dem offenen Entwurf" in shows(finn, "1.9.-31.10.")
    clock.forward_by(hours=2)
    assert "auch auf dem offenen Entwurf" not in shows(finn, "1.9.-31.10.")


def test_what_is_left_out_of_either_draft_is_no_overlap(autumn: None, anna: Person) -> None:
    leaves_out(anna, "october", "Website · Design", "review")
    leaves_out(anna, "all", "Website · Design", "concept")
    assert OVERLAPS.format("4:00 h") in anna.modal.text
    leaves_out(anna, "all", "App", "call")
    assert "also on the open draft" not in anna.modal.text


def test_one_draft_for_each_month_has_what_was_left_out_of_all_of_them(autumn: None, anna: Person) -> None:
    leaves_out(anna, "1.10.-30.11.", "Website · Design", "review")
    anna.modal.click("One draft per month")
    assert anna.modal.value("Period") == "October 2026"
    assert "Left out by hand: 1 entry, 3:00 h" in anna.modal.text
    assert "Left out by hand" not in shows(anna, "november")


def test_the_next_draft_is_offered_without_what_was_left_out_of_it(autumn: None, anna: Person) -> None:
    anna.types("/track log 30m acme app tue: small")
    leaves_out(anna, "november", "App", "november")
    shows(anna, "october")
    assert "Next: November 2026, 0:30 h" in sends(anna).text


def test_a_next_draft_of_which_all_was_left_out_is_not_offered(autumn: None, anna: Person) -> None:
    leaves_out(anna, "november", "App", "november")
    shows(anna, "october")
    assert "Next:" not in sends(anna).text


def test_older_open_time_is_told_of_also_where_it_was_left_out_of_a_draft(autumn: None, anna: Person) -> None:
    leaves_out(anna, "september", "App", "september")
    assert "Older: 1:00 h open since September 2026" in shows(anna, "october")


def test_a_draft_that_comes_back_from_billomat_has_left_out_what_it_had(
    autumn: None, anna: Person, account: Account, run_jobs: RunJobs
) -> None:
    leaves_out(anna, "october", "Website · Design", "review")
    before = anna.modal.text
    sends(anna)
    run_jobs()
    leaves_out(anna, "october", "Website · Design", "review")
    account.delete_draft(account.drafts()[0].id)
    while anna.sees_modal:
        anna.modal.close()
    anna.clicks("Bill again")
    run_jobs()
    anna.dm[-1].click("Open the invoice …")
    assert "Left out by hand: 1 entry, 3:00 h" in before
    assert "Left out by hand: 1 entry, 3:00 h" in anna.modal.text
    assert "2.00 h × €88.50" in anna.modal.text
    anna.modal.click("Take all in")
    assert "5.00 h × €88.50" in anna.modal.text


def test_an_entry_that_was_deleted_and_came_back_is_on_the_invoice_again(autumn: None, anna: Person) -> None:
    leaves_out(anna, "october", "Website · Design", "review")
    anna.modal.close()
    anna.types("/track delete 13.10.2026")
    assert "Left out by hand" not in shows(anna, "october")
    assert "2.00 h × €88.50" in anna.modal.text
    anna.modal.close()
    anna.types("/track undo")
    assert "5.00 h × €88.50" in shows(anna, "october")


def test_a_moved_entry_is_left_out_under_the_line_where_it_is_now(autumn: None, anna: Person, bot: Bot) -> None:
    leaves_out(anna, "october", "Website · Design", "review")
    with bot.database.write() as db:
        app = db.execute(select(projects.c.id).where(projects.c.name == "App")).scalar_one()
        db.execute(update(entries).where(entries.c.note == "review").values(project_id=app, service_id=None))
    assert "Left out by hand: 1 entry, 3:00 h. Still open for another invoice.\n• App: 3:00 h" in shows(anna, "october")
    opens_entries(anna, "App")
    assert [read.splitlines()[-1] for read, ticked in anna.modal.boxes.items() if not ticked] == ["review"]


def test_expenses_are_left_out_counted_and_left_to_another_draft_like_time(autumn: None, anna: Person) -> None:
    anna.types("/track expense 49.90 acme website 14.10.2026: train ticket")
    anna.types("/track expense 10.10 acme website 15.10.2026: tram")
    leaves_out(anna, "october", "Website · Design", "review")
    assert "⚠️ 6:00 h + 2 expenses of this is also on the open draft “October 2026”" in shows(anna, "all")
    anna.modal.click("Leave out here")
    assert "Left out by hand: 2 entries, 6:00 h; 2 expenses, €50.42. Still open" in anna.modal.text
    assert "also on the open draft" not in anna.modal.text
    anna.modal.click("Take all in")
    assert "Without" not in anna.modal.text
    assert "€41.93" in anna.modal.text


@pytest.mark.parametrize(("count", "said"), [(5, "… und 1 weitere Position."), (6, "… und 2 weitere Positionen.")])
def test_lines_of_an_invoice_and_rows_of_its_text_are_called_by_two_words(
    autumn: None, finn: Person, bot: Bot, count: int, said: str
) -> None:
    finn.types("/track status")
    appoint(bot, "Finn Freelancer")
    names = [f"Part {n}" for n in range(count)]
    add_projects(bot, *names)
    for n, name in enumerate(names):
        finn.types(f"/track buche 1h acme {name.lower()} {n + 1}.8.2026: Plan")
    for day in range(1, 6):
        finn.types(f"/track buche 1h acme app {day}.8.2026: Tag {day}")
    assert "… und 2 weitere Zeilen." in shows(finn, "august")
    for _ in range(count + 1):  # App, too
        finn.modal.click("Auslassen")
    assert said in finn.modal.text


def leaves_out_expense(who: Person) -> None:
    rows = [block for block in who.modal.view.blocks if block["type"] == "actions"]
    spent = next(row for row in rows for each in row["elements"] if str(each.get("value", "")).startswith("expense="))
    who.workspace.click(who.id, who.modal.surface, LEAVE_OUT, block_id=spent["block_id"])
    who.waits()


def test_a_draft_of_which_only_an_expense_was_left_out_is_one_that_somebody_changed(autumn: None, anna: Person) -> None:
    anna.types("/track expense 49.90 acme website 14.10.2026: train ticket")
    shows(anna, "october")
    leaves_out_expense(anna)
    assert "Left out by hand: 1 expense, €41.93." in anna.modal.text
    assert OVERLAPS.format("9:00 h") in shows(anna, "all")


def test_an_expense_that_is_deleted_at_the_very_moment_is_said(
    autumn: None, anna: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna.types("/track expense 49.90 acme website 14.10.2026: train ticket")
    shows(anna, "october")
    monkeypatch.setattr(choices, "_expense_ids", lambda lines: {4711})  # as it was before
    leaves_out_expense(anna)
    assert "Some of this was deleted at this very moment." in anna.modal.text
