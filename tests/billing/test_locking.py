"""Days that are billed are locked: nothing in them changes, unless whoever bills opened them for somebody."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError

from bot.core.context import Bot
from playground.billomat.account import Account
from playground.person import Person
from storage.tables import audits, entries, opened_days, people, projects, workspaces
from tests.billing.deeds import RunJobs, appoint
from tests.catalog.test_catalog import opens
from tests.conftest import FrozenClock

pytestmark = pytest.mark.usefixtures("one_clock")
LOCKED = "These days are locked, because they are billed"


@pytest.fixture
def locked(month: None, anna: Person) -> None:
    """Everything up to 8 March is locked; an entry of Anna's is in it."""
    locks(anna, "2026-03-08")
    anna.modal.close()


def locks(who: Person, until: str | None, reason: str = "") -> None:
    """Open the window from the settings, and lock."""
    while who.sees_modal:
        who.modal.close()
    who.types("/track settings")
    who.modal.click("Locked days …")
    who.modal.fill("Locked up to", until)
    who.modal.fill("Reason", reason)
    who.modal.submit()


def opens_for(who: Person, name: str, reason: str = "Forgot the workshop") -> None:
    """Open the locked days of March for somebody."""
    who.types("/track settings")
    who.modal.click("Locked days …")
    who.modal.click("Open days for somebody …")
    who.modal.fill("Person", name)
    who.modal.fill("First day", "2026-03-01")
    who.modal.fill("Last day", "2026-03-08")
    who.modal.fill("Reason", reason)
    who.modal.submit()


def count(bot: Bot) -> int:
    with bot.database.read() as db:
        return len(db.execute(select(entries.c.id)).all())


def everything(bot: Bot) -> list[Any]:
    with bot.database.read() as db:
        return [tuple(row) for row in db.execute(select(entries).order_by(entries.c.id))]


def locked_until(bot: Bot) -> date | None:
    with bot.database.read() as db:
        return db.execute(select(workspaces.c.locked_until)).scalar_one()


@pytest.mark.parametrize(
    "typed",
    [
        "/track log 1h acme app 8.3.: late",
        "/track log 9-10 acme app 2.3.: late",
        "/track expense 49.90 acme website 8.3.: train",
        "/track delete 8.3. 9:00",
    ],
)
def test_in_locked_days_nothing_is_written_or_deleted(locked: None, bot: Bot, anna: Person, typed: str) -> None:
    anna.types(typed)
    if anna.last.buttons and "Yes" in " ".join(anna.last.buttons):
        anna.last.click(next(each for each in anna.last.buttons if "Yes" in each))
    assert LOCKED in anna.last.plain()
    assert count(bot) == 3


@pytest.mark.parametrize("typed", ["log 1h acme app 20.1.", "log 13h acme app 5.3.", "log 13h acme app 20.1.2025"])
def test_nobody_is_asked_about_what_is_refused_anyway(locked: None, bot: Bot, anna: Person, typed: str) -> None:
    anna.types(f"/track {typed}")
    assert LOCKED in anna.last.plain()
    assert count(bot) == 3


@pytest.mark.parametrize("what", ["entry", "expense"])
@pytest.mark.parametrize("opened_for", [None, "Anna Admin"])
def test_a_deletion_is_not_undone_in_days_that_were_locked_meanwhile(
    month: None, bot: Bot, anna: Person, opened_for: str | None, what: str
) -> None:
    if what == "entry":
        anna.types("/track delete 8.3. 9:00")
    else:
        anna.types("/track expense 49.90 acme website 8.3.: train")
        anna.last.click("Edit …")
        anna.modal.click("Delete expense", confirm=True)
    locks(anna, "2026-03-08")
    anna.modal.close()
    if opened_for:
        opens_for(anna, opened_for)
        anna.modal.close()
    anna.types("/track undo")
    assert ("Undone" in anna.last.plain(), LOCKED in anna.last.plain()) == (bool(opened_for), not opened_for)


def test_nothing_is_changed_or_moved_into_locked_days_and_other_days_are_as_ever(
    locked: None, bot: Bot, anna: Person
) -> None:
    anna.types("/track edit 8.3. 9:00")
    anna.modal.fill("End", "12:00")
    anna.modal.submit()
    assert LOCKED in anna.modal.text + " ".join(anna.modal.errors.values())
    anna.modal.close()
    anna.types("/track log 1h acme app yesterday: in time")
    assert count(bot) == 4


@pytest.mark.parametrize("typed", ["note 8.3. 9:00: said on the phone", "tag #call 8.3. 9:00"])
def test_not_even_a_note_or_a_tag_changes_in_locked_days(locked: None, bot: Bot, anna: Person, typed: str) -> None:
    before = everything(bot)
    anna.types(f"/track {typed}")
    assert LOCKED in anna.last.plain()
    assert everything(bot) == before


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Note", "said on the phone"),
        ("Project", "Acme GmbH › App"),
        ("Project", "Bäckerei Söhne & Co. › Shop"),
        ("Service", None),
        ("Billing", []),
        ("Tags", "call"),
    ],
)
def test_a_form_changes_nothing_in_locked_days_and_keeps_what_was_entered(
    locked: None, bot: Bot, anna: Person, name: str, value: str | list[str] | None
) -> None:
    before = everything(bot)
    anna.types("/track edit 8.3. 9:00")
    anna.modal.fill(name, value)
    anna.modal.submit()
    assert LOCKED in anna.modal.text + " ".join(anna.modal.errors.values())
    assert everything(bot) == before


def test_a_project_with_time_in_locked_days_does_not_go_to_another_customer(
    locked: None, bot: Bot, anna: Person
) -> None:
    before = everything(bot)
    with bot.database.read() as db:
        project_id = db.execute(select(projects.c.id).where(projects.c.name == "Website")).scalar_one()
    for statement in (
        "UPDATE project SET customer_id = (SELECT max(id) FROM customer) WHERE id = :project",
        "UPDATE time_entry SET project_id = NULL WHERE project_id = :project AND day <= '2026-03-08'",
    ):
        with pytest.raises(DBAPIError, match="these days are locked"), bot.database.write() as db:
            db.execute(text(statement), {"project": project_id})
    assert everything(bot) == before


def test_names_with_time_in_locked_days_are_merged_once_who_bills_opened_them(
    locked: None, bot: Bot, anna: Person
) -> None:
    def merges() -> str:
        opens(anna, "Projects", "Website")
        anna.clicks("Merge …")
        anna.modal.fill("Merge into", "Acme GmbH › App")
        anna.modal.submit()
        said = anna.modal.text + " ".join(anna.modal.errors.values())
        while anna.sees_modal:
            anna.modal.close()
        return said

    before = everything(bot)
    assert LOCKED in merges()
    assert everything(bot) == before
    locks(anna, None, "Two names of one project")
    assert "is now part of Acme GmbH › App" in merges()


def test_a_day_is_locked_once_it_is_over_for_everybody_by_the_clock_of_each(
    month: None, bot: Bot, anna: Person, finn: Person, clock: FrozenClock
) -> None:
    finn.types("/track status")
    with bot.database.write() as db:
        db.execute(update(people).where(people.c.name == "Finn Freelancer").values(zone="Pacific/Honolulu"))
    locks(anna, "2026-03-09")  # it is 23:00 on 9 March there
    assert "over for everybody" in anna.modal.errors["Locked up to"]
    clock.forward_by(hours=1)
    locks(anna, "2026-03-09")
    assert "Up to 9 Mar 2026 all is locked" in anna.modal.text


def test_an_entry_is_locked_by_the_day_on_which_its_person_worked(
    month: None, bot: Bot, anna: Person, finn: Person, clock: FrozenClock
) -> None:
    finn.types("/track status")
    with bot.database.write() as db:
        db.execute(update(people).where(people.c.name == "Finn Freelancer").values(zone="Pacific/Auckland"))
    finn.types("/track log 8:00-9:00 acme app 9.3.: früh am neunten")  # in Berlin it was 20:00 on the eighth
    locks(anna, "2026-03-08")
    anna.modal.close()
    finn.types("/track note 9.3. 8:00: dazu")
    assert "gesperrt" not in finn.last.plain()
    finn.types("/track log 23:00-23:30 acme app 8.3.: spät am achten")
    assert "gesperrt" in finn.last.plain()


def test_who_bills_opens_days_for_a_person_for_a_day_and_hears_of_it(
    locked: None, bot: Bot, anna: Person, finn: Person, clock: FrozenClock, run_jobs: RunJobs
) -> None:
    finn.types("/track log 1h acme app 8.3.: spät")
    assert "gesperrt" in finn.last.plain()
    opens_for(anna, "Finn")
    assert "Open for Finn Freelancer" in anna.modal.text
    assert "Forgot the workshop" in anna.modal.text
    anna.modal.close()
    run_jobs()
    told = finn.dm[-1].plain()
    assert (
        "Anna Admin hat gesperrte Tage für dich geöffnet: 01.03.2026 – 08.03.2026. Bis Mi., 11. März, 10:00 kannst du"
        in told
    )
    assert "Grund: Forgot the workshop" in told
    finn.types("/track log 1h acme app 8.3.: spät")
    assert count(bot) == 4
    anna.types("/track log 1h acme app 8.3.: mine")
    assert LOCKED in anna.last.plain()
    clock.forward_by(days=1, minutes=1)
    run_jobs()
    said = next(each.plain() for each in anna.dm if "locked days" in each.plain())
    assert "Finn Freelancer made, changed or deleted 1 entry" in said
    finn.types("/track log 1h acme app 8.3.: noch später")
    assert "gesperrt" in finn.last.plain()
    with bot.database.read() as db:
        assert db.execute(select(opened_days.c.id)).all() == []
        found = select(audits.c.action, audits.c.why).where(audits.c.action.in_(("lock days", "open days")))
        assert db.execute(found.order_by(audits.c.id)).all() == [
            ("lock days", ""),
            ("open days", "Forgot the workshop"),
        ]


def test_who_opens_days_for_themselves_is_not_told_so(locked: None, anna: Person, run_jobs: RunJobs) -> None:
    before = len(anna.dm)
    opens_for(anna, "Anna")
    run_jobs()
    assert len(anna.dm) == before


def test_an_approver_hears_too_of_what_was_written_into_locked_days(
    locked: None, bot: Bot, anna: Person, finn: Person, aylin: Person, clock: FrozenClock, run_jobs: RunJobs
) -> None:
    finn.types("/track log 1h acme app: heute")
    aylin.types("/track status")
    with bot.database.write() as db:
        db.execute(update(people).where(people.c.name == "Aylin Approver").values(role="approver"))
    opens_for(anna, "Finn")
    anna.modal.close()
    finn.types("/track log 1h acme app 8.3.: spät")
    clock.forward_by(days=1, minutes=1)
    run_jobs()
    assert "Finn Freelancer made, changed or deleted 1 entry" in aylin.dm[-1].plain()


def test_nobody_hears_where_nothing_was_written(
    locked: None, anna: Person, finn: Person, clock: FrozenClock, run_jobs: RunJobs
) -> None:
    finn.types("/track status")
    opens_for(anna, "Finn")
    anna.modal.close()
    clock.forward_by(days=1, minutes=1)
    run_jobs()
    assert not [each for each in anna.dm if "locked days" in each.plain()]


def test_a_reason_is_needed_to_open_days_and_a_day_that_is_not_over_is_not_locked(
    locked: None, bot: Bot, anna: Person, finn: Person
) -> None:
    finn.types("/track status")
    opens_for(anna, "Finn", reason=" ")
    assert "Say why" in anna.modal.errors["Reason"]
    locks(anna, "2026-03-01")
    assert "Say why" in anna.modal.errors["Reason"]
    assert locked_until(bot) == date(2026, 3, 8)
    locks(anna, "2026-03-10")
    assert "Only days that are over" in anna.modal.errors["Locked up to"]
    locks(anna, None, "A wrong month")
    assert locked_until(bot) is None


def test_a_timer_that_began_before_its_day_was_locked_still_ends(
    connected: None, bot: Bot, anna: Person, clock: FrozenClock
) -> None:
    anna.types("/track start acme website")
    clock.forward_by(hours=20)
    locks(anna, "2026-03-10")
    anna.modal.close()
    anna.types("/track stop")
    with bot.database.read() as db:
        assert db.execute(select(entries.c.ended_at)).scalar_one() is not None


@pytest.mark.parametrize("hours", [25, 30, 60])
def test_a_guessed_end_in_locked_days_is_confirmed_once_they_are_open(
    connected: None, bot: Bot, anna: Person, clock: FrozenClock, hours: int
) -> None:
    anna.types("/track start acme website")
    clock.forward_by(hours=hours)
    locks(anna, "2026-03-10")
    anna.modal.close()
    anna.types("/track stop")
    guessed = anna.last
    guessed.click("That is right")
    assert LOCKED in anna.last.plain()
    with bot.database.read() as db:
        assert db.execute(select(entries.c.end_guessed)).scalar_one()
    locks(anna, None, "Has to be confirmed")
    anna.modal.close()
    guessed.click("That is right")
    with bot.database.read() as db:
        assert not db.execute(select(entries.c.end_guessed)).scalar_one()


def test_a_completed_invoice_offers_once_to_lock_its_month_when_that_is_over(
    connected: None, bot: Bot, account: Account, anna: Person, clock: FrozenClock, run_jobs: RunJobs
) -> None:
    for day in (25, 26):
        anna.types(f"/track log 1h acme website {day}.2.: work")
        anna.types(f"/track invoice acme {day}.2.")
        anna.modal.submit()
        run_jobs()
        anna.modal.close()
    for each in account.drafts():
        account.complete(each.id)
    clock.forward_by(hours=2)
    run_jobs()
    (asked,) = (each for each in anna.dm if "Shall its month be locked" in each.plain())
    asked.click(asked.buttons[0])
    anna.modal.submit()
    assert "Up to 28 Feb 2026 all is locked" in anna.modal.text
    assert locked_until(bot) == date(2026, 2, 28)


def test_who_does_not_bill_locks_nothing(month: None, bot: Bot, anna: Person, finn: Person) -> None:
    finn.types("/track settings")
    assert "Gesperrte Tage …" not in finn.modal.buttons
    finn.modal.close()
    appoint(bot, "Finn Freelancer")
    finn.types("/track settings")
    assert "Gesperrte Tage …" in finn.modal.buttons


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM time_entry WHERE day = '2026-03-08'",
        "UPDATE time_entry SET day = '2026-03-12' WHERE day = '2026-03-08'",
        "UPDATE time_entry SET day = '2026-03-07' WHERE day <> '2026-03-08'",
        "UPDATE time_entry SET seconds = 1 WHERE day = '2026-03-08'",
        "UPDATE time_entry SET note = 'other' WHERE day = '2026-03-08'",
        "UPDATE time_entry SET tags = 'call' WHERE day = '2026-03-08'",
        "UPDATE time_entry SET service_id = NULL WHERE day = '2026-03-08'",
        "UPDATE time_entry SET billable = NOT billable WHERE day = '2026-03-08'",
        "UPDATE time_entry SET private = NOT private WHERE day = '2026-03-08'",
        "UPDATE time_entry SET person_id = person_id + 1 WHERE day = '2026-03-08'",
        "UPDATE expense SET note = 'other'",
        "UPDATE expense SET project_id = NULL",
        "UPDATE expense SET billable = false",
        "UPDATE expense SET receipt = '4711'",
    ],
)
def test_the_database_itself_refuses_it(month: None, bot: Bot, anna: Person, statement: str) -> None:
    anna.types("/track expense 49.90 acme website 8.3.: train")
    locks(anna, "2026-03-08")
    with pytest.raises(DBAPIError, match="these days are locked"), bot.database.write() as db:
        db.execute(text(statement))


@pytest.mark.parametrize("day", ["0001-01-01", "1969-12-31", "2100-01-01", "9999-12-31"])
def test_a_day_of_a_far_away_year_is_refused_at_its_field_and_the_reason_stays(
    day: str, locked: None, anna: Person, bot: Bot
) -> None:
    locks(anna, day, "😀 [Invoice.due_date]")
    assert anna.modal.errors == {"Locked up to": "Choose a day of the years 1970 to 2099."}
    assert anna.modal.value("Reason") == "😀 [Invoice.due_date]"
    with bot.database.read() as db:
        assert db.execute(select(workspaces.c.locked_until)).scalar_one() == date(2026, 3, 8)
