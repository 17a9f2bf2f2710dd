"""The App Home, and what Slack tells about people without being asked."""

import re
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, event, insert, update

from bot.billing.rules.rate_list import AS_BILLOMAT_HAS_IT
from bot.billing.rules.states import DraftState
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.routine import home as homes
from bot.slack.blocks import View
from playground.person import Person, Seen
from playground.slack.workspace import Workspace
from storage import creation as creation_rows
from storage import people as people_rows
from storage import spans as span_rows
from storage import statements
from storage import tracking as tracking_rows
from storage import unbilled_sums as unbilled_sum_rows
from storage.rows import insert_row
from storage.tables import DraftLine, entries
from tests.conftest import T0, FrozenClock
from tests.deeds import put_on_draft
from tests.drafts import add_draft, lead_draft

TIMER = ("Stop", "Switch …", "Edit …")
ALWAYS = ("Track time …", "Gaps", "Customers and projects …", "Settings …")
ENTRY_MENU = ("Edit …", "Split …", "Delete")


def test_somebody_never_seen_before_finds_a_home(aylin: Person) -> None:
    home = aylin.opens_home()
    assert "Today: 0:00 h" in home.plain()
    assert "Nothing is written down for today yet." in home.plain()
    assert home.buttons == list(ALWAYS)


def test_home_shows_the_timer_and_the_entries_of_today(projects: None, anna: Person, clock: FrozenClock) -> None:
    anna.types("/track log 1h acme website yesterday")
    anna.types("/track log 8-9 shop: delivery")
    anna.types("/track start acme app")
    clock.forward_by(minutes=30)
    home = anna.opens_home()
    assert "Today: 1:30 h" in home.plain()
    assert "Acme GmbH › App has been running since 10:00" in home.plain()
    assert "08:00–09:00 · 1:00 h · Bäckerei Söhne & Co. › Shop\ndelivery" in home.plain()
    assert "Website" not in home.plain().split("Entries of today")[1]
    recent = ["▶ Bäckerei Söhne & Co. › Shop: delivery", "▶ Acme GmbH › Website"]
    invoices = [*["Create invoice …"] * 2, "All customers …"]
    assert home.buttons == [*TIMER, *ALWAYS, *recent, *ENTRY_MENU, *invoices, "Set hourly rate …"]


def test_the_day_and_the_week_are_a_picture_that_can_be_read_aloud(
    projects: None, anna: Person, clock: FrozenClock
) -> None:
    clock.forward_by(days=1)  # to Wednesday
    anna.types("/track log 4h acme website mon")
    anna.types("/track log 1h acme website")
    anna.types("/track log 30m shop")
    assert picture(anna.opens_home()) == [
        "Today: 1:30 h",
        "1:00 h  ▇▇▇▇▇▇▇▇  Acme GmbH › Website",
        "0:30 h  ▇▇▇▇▁▁▁▁  Bäckerei Söhne & Co. › Shop",
        "This week: 5:30 h",
        "4:00 h  ▇▇▇▇▇▇▇▇  Mon 9 Mar",
        "0:00 h  ▁▁▁▁▁▁▁▁  Tue 10 Mar",
        "1:30 h  ▇▇▇▁▁▁▁▁  Wed 11 Mar",
        "5:00 h  ▇▇▇▇▇▇▇▇  Acme GmbH › Website",
        "0:30 h  ▇▁▁▁▁▁▁▁  Bäckerei Söhne & Co. › Shop",
    ]


def test_a_german_reads_the_same_in_german(projects: None, finn: Person) -> None:
    finn.types("/track buche 4h acme website montag")
    finn.types("/track buche 1h shop")
    home = finn.opens_home()
    assert picture(home)[:3] == [
        "Heute: 1:00 h",
        "1:00 h  ▇▇▇▇▇▇▇▇  Bäckerei Söhne & Co. › Shop",
        "Diese Woche: 5:00 h",
    ]
    assert home.buttons[:4] == ["Zeit erfassen …", "Lücken", "Kunden und Projekte …", "Einstellungen …"]
    assert home.buttons[-3:] == ["Bearbeiten …", "Teilen …", "Löschen"]


def test_the_week_begins_where_the_workspace_lets_it_begin(projects: None, anna: Person, bot: Bot) -> None:
    with bot.database.write() as db:
        people_rows.change_workspace_terms(db, 1, week_start=6)
    anna.types("/track log 2h shop sunday")
    anna.types("/track log 1h shop")
    assert "This week: 3:00 h" in picture(anna.opens_home())


def test_an_entry_is_edited_from_its_menu(projects: None, anna: Person) -> None:
    anna.types("/track log 1h acme website")
    home = anna.opens_home()
    home.click("Edit …")
    anna.modal.fill("Duration", "2:00")
    anna.modal.submit()
    assert "2:00 h · Acme GmbH › Website" in home.plain()


def test_an_entry_is_split_from_its_menu(projects: None, anna: Person) -> None:
    anna.types("/track log 8-9 acme website")
    home = anna.opens_home()
    home.click("Split …")
    anna.modal.submit()
    assert "08:00–08:30 · 0:30 h" in home.plain()
    assert "08:30–09:00 · 0:30 h" in home.plain()


def test_a_deleted_entry_is_gone_at_once_and_comes_back_with_undo(projects: None, anna: Person) -> None:
    anna.types("/track log 1h acme website")
    home = anna.opens_home()
    home.click("Delete")
    assert "Nothing is written down for today yet." in home.plain()
    assert "is deleted" in anna.modal.text
    anna.modal.click("Undo")
    assert "1:00 h · Acme GmbH › Website" in home.plain()


def test_what_was_done_lately_is_continued_with_one_click(projects: None, anna: Person, clock: FrozenClock) -> None:
    anna.types("/track log 1h acme website yesterday: review")
    anna.types("/track log 1h acme website mon: review")
    anna.types("/track log 1h shop")
    home = anna.opens_home()
    assert home.buttons[4:6] == ["▶ Bäckerei Söhne & Co. › Shop", "▶ Acme GmbH › Website: review"]
    home.click("▶ Acme GmbH › Website: review")
    assert "Acme GmbH › Website has been running since 10:00\nreview" in home.plain()
    assert "▶ Acme GmbH › Website: review" not in home.buttons
    clock.forward_by(minutes=10)
    home.click("▶ Bäckerei Söhne & Co. › Shop")
    assert "Shop has been running since 10:10" in home.plain()


def test_what_is_continued_where_another_entry_stands_asks_over_the_home_who_gives_way(
    projects: None, anna: Person, clock: FrozenClock, bot: Bot
) -> None:
    anna.types("/track log 8-9 acme website")
    home = anna.opens_home()
    anna.types("/track log 9-10 shop")
    with bot.database.write() as db:
        db.execute(update(entries).where(entries.c.id == 2).values(ended_at=T0 + timedelta(minutes=5)))
    home.click("▶ Acme GmbH › Website")
    assert "overlap" in anna.modal.text
    anna.modal.click(anna.modal.buttons[0])
    assert "Website has been running since 10:00" in home.plain()


def test_gaps_are_shown_and_settled_over_the_home(projects: None, anna: Person, clock: FrozenClock) -> None:
    clock.forward_by(hours=3)
    anna.types("/track log 11-13 acme website")
    home = anna.opens_home()
    home.click("Gaps")
    assert "09:00–11:00 · 2:00 h" in anna.modal.text
    anna.modal.click("It was a break")
    assert "no gaps" in anna.modal.text


def test_a_billed_entry_says_where_it_stands_and_has_no_menu(projects: None, anna: Person, bot: Bot) -> None:
    anna.types("/track log 1h acme website")
    with bot.database.write() as db:
        people_rows.change_workspace_terms(db, 1, rate_cents=100_00)
        approved = {"label": "Website 2026-03", "token": "t", "net_cents": 100_00, "approved_by": 1, "created_at": T0}
        draft_id = add_draft(db, DraftState.APPROVED, **approved)
        line_id = insert_row(db, DraftLine, workspace_id=1, draft_id=draft_id, title="Website", hours=100)
        put_on_draft(db, 1, draft_id, line_id)
        lead_draft(db, draft_id, DraftState.SENT, billomat_id=7)
    home = anna.opens_home()
    assert "🔒" in home.plain()
    assert "in Billomat" in home.plain()
    assert "Delete" not in home.buttons


def test_stop_in_the_home_stops_the_timer_and_shows_the_day_anew(
    projects: None, anna: Person, clock: FrozenClock
) -> None:
    anna.types("/track start acme website")
    clock.forward_by(minutes=45)
    home = anna.opens_home()
    home.click("Stop")
    assert "Stop" not in home.buttons
    assert "10:00–10:45 · 0:45 h · Acme GmbH › Website" in home.plain()


def test_a_timer_that_was_stopped_elsewhere_is_not_stopped_again(
    projects: None, anna: Person, clock: FrozenClock
) -> None:
    anna.types("/track start acme website")
    home = anna.opens_home()
    clock.forward_by(hours=2)  # so that the Home is not published anew any more
    anna.types("/track stop")
    home.click("Stop")
    assert "This timer has been stopped already." in anna.modal.text


def test_a_timer_is_started_and_switched_with_the_form_that_the_home_opens(
    projects: None, anna: Person, clock: FrozenClock
) -> None:
    home = anna.opens_home()
    home.click("Track time …")
    anna.modal.fill("Project", "Shop")
    anna.modal.submit()
    assert "Shop has been running since 10:00" in home.plain()
    clock.forward_by(minutes=20)
    home.click("Switch …")
    anna.modal.fill("Project", "Website")
    anna.modal.submit()
    assert "Website has been running since 10:20" in home.plain()
    assert "10:00–10:20 · 0:20 h · Bäckerei Söhne & Co. › Shop" in home.plain()


# Up to date


def test_whoever_looks_at_their_home_sees_each_change_without_opening_it_again(
    projects: None, anna: Person, clock: FrozenClock
) -> None:
    home = anna.opens_home()
    anna.types("/track start acme website")
    assert "Acme GmbH › Website has been running since 10:00" in home.plain()
    clock.forward_by(minutes=30)
    anna.types("/track stop")
    assert "10:00–10:30 · 0:30 h" in home.plain()
    anna.clicks("Undo")
    assert "Acme GmbH › Website has been running since 10:00" in home.plain()


def test_an_hour_after_the_last_look_a_home_is_left_alone_until_it_is_opened(
    projects: None, anna: Person, clock: FrozenClock
) -> None:
    home = anna.opens_home()
    clock.forward_by(minutes=61)
    anna.types("/track log 30m shop")
    assert "Today: 0:00 h" in home.plain()
    assert "Today: 0:30 h" in anna.opens_home().plain()


def test_a_click_in_the_home_is_a_look_at_it(projects: None, anna: Person, clock: FrozenClock) -> None:
    anna.types("/track start acme website")
    home = anna.opens_home()
    clock.forward_by(hours=2)
    home.click("Stop")
    anna.types("/track log 15m shop")
    assert "Today: 2:15 h" in home.plain()


def test_a_change_of_one_person_publishes_no_home_but_theirs(
    projects: None, anna: Person, aylin: Person, workspace: Workspace
) -> None:
    aylin.opens_home()
    before = workspace.home(aylin.id)
    anna.opens_home()
    anna.types("/track log 30m shop")
    assert workspace.home(aylin.id) == before
    assert "Shop" not in aylin.opens_home().plain()


def test_what_was_refused_publishes_nothing(projects: None, anna: Person, workspace: Workspace) -> None:
    anna.opens_home()
    before = workspace.home(anna.id)
    anna.types("/track stop")
    assert workspace.home(anna.id) == before


def test_many_changes_at_once_publish_a_home_once(
    projects: None, anna: Person, workspace: Workspace, bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna.opens_home()
    published: list[int] = []
    publish = homes.publish
    monkeypatch.setattr(homes, "publish", lambda bot, person_id: published.append(person_id) or publish(bot, person_id))
    burst_is_over = threading.Event()
    monkeypatch.setattr(homes, "sleep", lambda _seconds: burst_is_over.wait(60))
    busy, workspace.idle = workspace.idle, lambda: None
    for minutes in range(1, 6):
        anna.types(f"/track log {minutes}m shop")
    burst_is_over.set()
    workspace.idle = busy
    anna.waits()
    assert len(published) == 1
    home = workspace.home(anna.id)
    assert home
    assert "Today: 0:15 h" in str(home.blocks).replace("\\xa0", " ")


def test_what_changes_while_a_home_is_published_is_published_too(
    projects: None, anna: Person, bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = anna.opens_home()
    drawn, changed_meanwhile = homes.drawn, []

    def drawn_while_something_changes(bot: Bot, caller: Caller) -> View:
        view = drawn(bot, caller)
        if not changed_meanwhile:
            changed_meanwhile.append(True)
            anna.types("/track log 15m shop")
        return view

    monkeypatch.setattr(homes, "drawn", drawn_while_something_changes)
    bot.after_change.clear()
    with ThreadPoolExecutor(max_workers=1) as pool:
        homes.HomePublisher(bot, pool)
        anna.types("/track log 30m shop")
        for _ in range(2):  # publishing the first change submits the second
            pool.submit(lambda: None).result()
    assert "Today: 0:45 h" in home.plain()


def test_a_slack_in_trouble_only_costs_the_view_of_the_home(
    projects: None, anna: Person, workspace: Workspace, caplog: pytest.LogCaptureFixture
) -> None:
    home = anna.opens_home()
    workspace.fail_next("views.publish", status=404)
    anna.types("/track log 30m shop")
    assert "0:30 h" in anna.last.text
    assert "Today: 0:00 h" in home.plain()
    assert "the App Home of person 1 was not published" in caplog.text
    anna.types("/track log 15m shop")
    assert "Today: 0:45 h" in home.plain()


def test_that_somebody_looks_is_noted_once_a_minute_at_most(
    projects: None, anna: Person, clock: FrozenClock, bot: Bot
) -> None:
    anna.opens_home()
    clock.forward_by(seconds=50)
    anna.opens_home()
    assert seen_at(bot) == T0
    clock.forward_by(seconds=10)
    anna.opens_home()
    assert seen_at(bot) == T0 + timedelta(minutes=1)


def test_the_thread_that_publishes_ends_with_the_process(
    projects: None, anna: Person, workspace: Workspace, bot: Bot
) -> None:
    publisher = homes.HomePublisher(bot)
    anna.opens_home()
    published = threading.Event()
    workspace.listeners.append(published.set)
    anna.types("/track log 30m shop")
    assert published.wait(60)
    publisher.close()
    assert not any(thread.name.startswith("homes") for thread in threading.enumerate())
    anna.types("/track log 15m shop")  # was under way when the process was told to stop
    assert "0:15 h" in anna.last.text


# What it shows


def test_only_those_who_bill_see_money_in_their_home(projects: None, anna: Person, aylin: Person) -> None:
    assert "Not billed yet" in anna.opens_home().plain()
    assert "Not billed yet" not in aylin.opens_home().plain()


def test_those_who_bill_see_by_customer_what_the_whole_workspace_can_bill(
    projects: None, anna: Person, finn: Person, bot: Bot
) -> None:
    anna.types("/track log 90m shop")
    finn.types("/track log 2h acme website: secret of his")
    with bot.database.write() as db:
        people_rows.change_workspace_terms(db, 1, rate_cents=100_00)
    home = anna.opens_home()
    assert "Not billed yet: €350.00 net" in home.plain()
    assert "Acme GmbH\n€200.00 · 2:00 h\nCreate invoice …\nBäckerei Söhne & Co.\n€150.00 · 1:30 h" in home.plain()
    assert "This is the work of everybody in the workspace." in home.plain()
    assert "secret of his" not in home.plain()
    home.click("Create invoice …")
    assert anna.modal.value("Customer") == "Acme GmbH"


def test_of_many_customers_the_ones_with_the_most_to_bill_are_shown(projects: None, anna: Person, bot: Bot) -> None:
    with bot.database.write() as db:
        for number in range(12):
            customer_id = creation_rows.add_customer(db, 1, name=f"Client {number}", key=f"client {number}")
            add_entry(db, customer_id=customer_id, project_id=None, number=number, seconds=(number + 1) * 60)
    _, waiting = anna.opens_home().plain().split("Not billed yet")
    assert "Client 11\nno rate yet · 0:12 h" in waiting
    assert "Client 1\n" not in waiting
    assert "… and 2 more customers" in waiting


@pytest.mark.parametrize("count", [1, 500])
def test_however_many_entries_there_are_the_home_asks_the_database_as_often(
    projects: None, anna: Person, bot: Bot, count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    many_entries(bot, count)
    asked: list[str] = []
    event.listen(bot.database.engine, "before_cursor_execute", lambda *what: asked.append(what[2]))
    straight = statements.execute_on_driver
    monkeypatch.setattr(statements, "execute_on_driver", lambda db, *what: asked.append(what[0]) or straight(db, *what))
    anna.opens_home()
    assert len([statement for statement in asked if statement.startswith(("SELECT", "UPDATE"))]) == 17


@pytest.mark.parametrize(
    ("ask", "index"),
    [
        (
            lambda db: span_rows.entries_within(db, 1, since=T0, until=T0),
            "ix_time_entry_person (person_id=? AND started_at>? AND started_at<?)",
        ),
        (lambda db: tracking_rows.entries_with_guessed_end(db, 1, most=3), "ix_time_entry_guessed (person_id=?)"),
        (
            lambda db: unbilled_sum_rows.unbilled_sums(db, 1, AS_BILLOMAT_HAS_IT),
            "ix_time_entry_unbilled (workspace_id=?)",
        ),
    ],
)
def test_the_week_and_what_is_open_are_found_by_an_index(
    bot: Bot, monkeypatch: pytest.MonkeyPatch, ask: Callable[[Connection], object], index: str
) -> None:
    asked: list[tuple[str, Any]] = []
    event.listen(bot.database.engine, "before_cursor_execute", lambda *what: asked.append((what[2], what[3])))
    straight = statements.execute_on_driver
    monkeypatch.setattr(statements, "execute_on_driver", lambda db, *what: asked.append(what) or straight(db, *what))
    with bot.database.read() as db:
        if db.dialect.name == "postgresql":
            pytest.skip("on so few rows PostgreSQL reads the whole table")
        ask(db)
        ((sql, parameters),) = [each for each in asked if each[0].startswith("SELECT")]
        plan = db.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", tuple(parameters)).all()
    assert f"USING INDEX {index}" in str(plan)


@pytest.mark.parametrize("count", [1, 70, 71, 500])
def test_however_many_entries_there_are_the_home_stays_within_slacks_limits(
    projects: None, anna: Person, bot: Bot, count: int
) -> None:
    many_entries(bot, count)
    home = anna.opens_home()
    assert home.buttons.count("Edit …") == min(count, 70)
    assert ("earlier entr" in home.plain()) == (count > 70)


def test_the_messages_tab_needs_no_home(anna: Person, workspace: Workspace) -> None:
    workspace.opens_home(anna.id, tab="messages")
    anna.waits()
    assert workspace.home(anna.id) is None


def test_whoever_moves_has_new_days_there_and_keeps_the_old_ones(
    projects: None, anna: Person, clock: FrozenClock, workspace: Workspace
) -> None:
    clock.forward_by(hours=14, minutes=30)  # 0:30 on Wednesday in Berlin, 19:30 on Tuesday in New York
    anna.types("/track log 20m acme website")
    workspace.change_person(anna.id, zone="America/New_York")
    anna.waits()
    assert "Today: 0:00 h" in anna.opens_home().plain()
    clock.forward_by(hours=8)
    assert "Today: 0:20 h" in anna.opens_home().plain()


def test_whoever_changes_their_language_is_written_to_in_it(anna: Person, workspace: Workspace) -> None:
    assert "€0.00" in anna.opens_home().plain()
    workspace.change_person(anna.id, locale="de-DE")
    anna.waits()
    assert "0,00\xa0€" in anna.opens_home().plain()


def test_people_who_never_used_trackomat_are_not_remembered(anna: Person, workspace: Workspace, bot: Bot) -> None:
    finn = workspace.person("Finn")
    workspace.change_person(finn.id, zone="America/New_York")
    anna.waits()
    with bot.database.read() as db:
        assert db.exec_driver_sql("SELECT count(*) FROM person").scalar_one() == 0


def picture(home: Seen) -> list[str]:
    """Totals and bars."""
    return [each for each in home.plain().splitlines() if re.search("[▁▇]|: [0-9:]+ h$", each)]


def seen_at(bot: Bot) -> datetime | None:
    with bot.database.read() as db:
        return people_rows.get_person(db, 1).home_seen_at


def many_entries(bot: Bot, count: int) -> None:
    with bot.database.write() as db:
        for number in range(count):
            add_entry(db, customer_id=1, project_id=1, number=number, seconds=1)


def add_entry(db: Connection, *, customer_id: int, project_id: int | None, number: int, seconds: int) -> None:
    start = T0 - timedelta(seconds=2 * number + 1 + seconds)
    row = {"workspace_id": 1, "person_id": 1, "customer_id": customer_id, "project_id": project_id}
    row |= {"service_id": None, "zone": "Europe/Berlin", "note": "n" * 3000, "day": T0.date(), "timed": True}
    row |= {"seconds": seconds, "end_guessed": False, "billable": True, "created_at": T0}
    row |= {"started_at": start, "ended_at": start + timedelta(seconds=seconds)}
    db.execute(insert(entries).values(**row))
