"""/track report: totals, rows, and what can be done below it."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from bot.catalog import upkeep
from bot.core.context import Bot
from bot.core.errors import UserError
from bot.people.callers import acting
from bot.reports import screens
from bot.reports.views import further
from bot.tracking.rules.filters import Filter, Grouping, ReportQuery
from docs.commands import README
from playground.person import Person, Seen
from storage import catalog as catalog_rows
from storage import people as people_rows
from storage.catalog import Kind
from storage.tables import customers, entries, people, projects, workspaces
from tests.billing.deeds import appoint
from tests.conftest import T0, FrozenClock
from tests.deeds import add_entry, add_projects, forge, kept, said
from tests.talking import writer

MENU = {"en": "Put together by", "de": "Zusammengefasst nach"}
SATURDAY_NIGHT = datetime(2026, 1, 31, 22, tzinfo=UTC)
"""23:00 in Berlin, on the last day of a month."""


@pytest.fixture
def worked(projects: None, anna: Person, finn: Person) -> None:
    """In February and March, for two customers, with services and tags."""
    anna.types("/track log 2h acme website design yesterday #call")
    anna.types("/track log 1h30 acme app #call #review")
    anna.types("/track log 1h15 shop")
    anna.types("/track log 4h acme website travel 10.02.")
    finn.types("/track buche 3h acme website design")


def report(who: Person, typed: str = "/track report") -> Seen:
    answer = who.types(typed)
    assert answer
    return answer


def rows(text: str) -> list[str]:
    """The rows alone, without their picture."""
    return [line for line in text.splitlines() if "▇" in line or "▁" in line]


# Both doors, both languages


@pytest.mark.both_doors
def test_without_words_it_is_this_month_by_customer_and_project_of_the_own_time(worked: None, anna: Person) -> None:
    text = report(anna).plain()
    assert text.startswith("March 2026: 4:45 h\nMarch 2026 · own time · by customer and project\n4:45 h billable")
    assert "Acme GmbH: 3:30 h\n2:00 h  ▇▇▇▇▇▇▇▇  Website\n1:30 h  ▇▇▇▇▇▇▁▁  App\n" in text
    assert "1:15 h  ▇▇▇▇▇▁▁▁  Bäckerei Söhne & Co. › Shop\n" in text


@pytest.mark.both_doors
def test_a_german_reads_it_in_german(worked: None, finn: Person) -> None:
    text = report(finn, "/track bericht").plain()
    assert text.startswith("März 2026: 3:00 h\nMärz 2026 · eigene Zeit · nach Kunde und Projekt\n3:00 h abrechenbar")
    assert "3:00 h  ▇▇▇▇▇▇▇▇  Acme GmbH › Website\n" in text
    assert "ohne Schlagwort" in report(finn, "/track bericht nach schlagwort").plain()


@pytest.mark.both_doors
@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("report by service", ["2:45 h without service", "2:00 h Design"]),
        ("report by tag", ["3:30 h #call", "1:30 h #review", "1:15 h without tag"]),
        ("report by day", ["2:00 h Mon 9 Mar", "2:45 h Tue 10 Mar"]),
        ("report by week", ["4:45 h Week 11, 9–15 Mar"]),
        ("report 2026 by month", ["4:00 h February 2026", "4:45 h March 2026"]),
        ("report everybody by person", ["4:45 h Anna Admin", "3:00 h Finn Freelancer"]),
        ("report acme everybody by customer", ["6:30 h Acme GmbH"]),
        ("report acme everybody by project", ["5:00 h Acme GmbH › Website", "1:30 h Acme GmbH › App"]),
    ],
)
def test_time_is_put_together_by_whatever_was_asked(
    worked: None, anna: Person, typed: str, expected: list[str]
) -> None:
    drawn = rows(report(anna, f"/track {typed}").plain())
    assert [" ".join(row.replace("▇", "").replace("▁", "").split()) for row in drawn] == expected


def test_by_tag_the_rows_are_more_than_the_total_and_it_says_so(worked: None, anna: Person) -> None:
    note = "An entry with several tags counts in each of them, so the rows are more than the total."
    assert note in report(anna, "/track report by tag").plain()
    assert note not in report(anna, "/track report by tag #call acme website").plain()


@pytest.mark.both_doors
def test_what_the_readme_shows_of_lists_and_reports_is_understood(worked: None, anna: Person) -> None:
    section = README.read_text().partition("### Lists and reports")[2].partition("\n#")[0]
    shown = re.findall("`((?:list|report|bericht|auswertung) [^`]+)`", " ".join(section.split()))
    assert len(shown) > 6
    for typed in shown:
        answer = said(anna, f"/track {typed}")
        assert "You typed:" not in answer
        assert " · " in answer.splitlines()[1] or "Nothing" in answer, typed


# Changed in place


@pytest.mark.parametrize("language", ["en", "de"])
def test_each_way_to_put_it_together_keeps_the_totals(worked: None, anna: Person, finn: Person, language: str) -> None:
    who, typed = {"en": (anna, "/track report 2026"), "de": (finn, "/track bericht 2026")}[language]
    seen = report(who, typed)
    first, _, totals = seen.plain().splitlines()[:3]
    ways = seen.options(MENU[language])
    assert len(ways) > 8
    for way in ways:
        seen.fill(MENU[language], way)
        now = seen.plain().splitlines()
        assert (now[0], now[2]) == (first, totals)
        assert now[1].endswith(way[1:])
        assert rows(seen.plain())


def test_the_spans_before_and_after_are_one_click_away_and_the_future_is_not(worked: None, anna: Person) -> None:
    seen = report(anna)
    assert not [label for label in seen.buttons if "›" in label]
    seen.click("‹ February 2026")
    assert seen.plain().startswith("February 2026: 4:00 h\n")
    seen.click("March 2026 ›")
    assert seen.plain().startswith("March 2026: 4:45 h\n")


def test_whoever_bills_goes_from_their_own_time_to_everybodys_and_back(worked: None, anna: Person) -> None:
    seen = report(anna)
    seen.click("Everybody’s time")
    assert seen.plain().startswith("March 2026: 7:45 h\nMarch 2026 · everybody · by customer and project")
    assert "By person" in seen.options(MENU["en"])
    seen.click("Only my time")
    assert seen.plain().startswith("March 2026: 4:45 h\n")


def test_the_entries_behind_it_are_listed_in_its_place(worked: None, anna: Person) -> None:
    seen = report(anna, "/track report #review")
    seen.click("Show entries")
    listed = seen.plain()
    assert "1:30 h · Acme GmbH › App · #call #review" in listed
    assert "Website" not in listed


def test_a_filter_too_long_for_the_id_of_the_menu_is_put_together_in_the_form(worked: None, anna: Person) -> None:
    tags = " ".join(f"#{letter * 25}" for letter in "abcdefghi")
    seen = report(anna, f"/track report #call {tags}")
    assert seen.plain().startswith("March 2026: 3:30 h\n")
    assert MENU["en"] not in seen.labels
    assert "Filter …" in seen.buttons


# What the sums have to say


def test_a_timer_that_runs_counts_so_far_in_full_minutes_and_is_named(
    worked: None, anna: Person, clock: FrozenClock
) -> None:
    anna.types("/track start acme app")
    clock.forward_by(minutes=20, seconds=40)
    text = report(anna).plain()
    assert text.startswith("March 2026: 5:05 h\n")
    assert "5:05 h billable · 4:45 h not billed yet" in text
    assert "1:50 h  ▇▇▇▇▇▇▇▇  App" in text
    assert "1 timer still runs: 0:20 h so far, which no invoice takes yet." in text


def test_a_guessed_end_counts_and_is_not_billed_yet(worked: None, anna: Person, bot: Bot) -> None:
    with bot.database.write() as db:
        db.execute(update(entries).where(entries.c.seconds == 4500).values(end_guessed=True))
    text = report(anna).plain()
    assert "4:45 h billable · 3:30 h not billed yet" in text
    assert "1:15 h ended at a guessed time. It can be billed once the end is confirmed." in text


@pytest.mark.parametrize("language", ["en", "de"])
def test_an_entry_counts_on_the_day_on_which_it_began_and_what_is_after_midnight_is_named(
    projects: None, anna: Person, finn: Person, bot: Bot, language: str
) -> None:
    finn.types("/track status")
    with bot.database.write() as db:
        for person_id in (1, 2):
            end = SATURDAY_NIGHT + timedelta(hours=3)
            add_entry(db, person_id=person_id, started_at=SATURDAY_NIGHT, ended_at=end)
    who, january, february, late = {
        "en": (anna, "report january", "report february", "2:00 h after midnight counts on Sat 31 Jan, when it began"),
        "de": (
            finn,
            "bericht januar",
            "bericht februar",
            "2:00 h nach Mitternacht zählen am Beginn, Sa., 31. Jan., wie auf einer Rechnung.",
        ),
    }[language]
    assert "3:00 h" in report(who, f"/track {january}").plain().splitlines()[0]
    assert late in report(who, f"/track {january}").plain()
    assert "0:00 h" in report(who, f"/track {february}").plain().splitlines()[0]
    assert late[:12] not in report(who, f"/track {january} 2026 - 2.2.2026").plain()


def test_midnight_is_that_of_the_clock_where_it_was_worked(projects: None, anna: Person, bot: Bot) -> None:
    with bot.database.write() as db:
        for hours, zone in ((0, "Pacific/Kiritimati"), (14, "Pacific/Honolulu")):
            began = datetime(2026, 1, 31, 9, 30, tzinfo=UTC) + timedelta(hours=hours)
            add_entry(db, started_at=began, ended_at=began + timedelta(hours=2), zone=zone)
    assert "1:30 h after midnight counts on Sat 31 Jan" in report(anna, "/track report january").plain()


def test_of_more_than_100_rows_those_with_the_most_time_are_shown(projects: None, anna: Person, bot: Bot) -> None:
    names = [f"Task {n:03}" for n in range(130)]
    add_projects(bot, *names)
    with bot.database.write() as db:
        for n in range(130):
            start = T0 - timedelta(days=6, hours=n)
            add_entry(db, project_id=4 + n, started_at=start, ended_at=start + timedelta(minutes=n))
    text = report(anna, "/track report 2026 by project").plain()
    assert len(rows(text)) == 100
    assert "Task 030" in text
    assert "Task 029" not in text
    assert "… and 30 more rows. Shown are those with the most time" in text
    assert text.startswith("2026: 139:45 h\n")
    grouped = report(anna, "/track report 2026 by customer and project").plain()
    assert "Acme GmbH: 139:45 h\n" in grouped


def test_rows_are_together_the_total_in_the_minutes_that_are_shown(projects: None, anna: Person, bot: Bot) -> None:
    with bot.database.write() as db:
        for n, project_id in enumerate((1, 2, None)):
            start = T0 - timedelta(hours=2 * n + 2)
            add_entry(db, project_id=project_id, started_at=start, ended_at=start + timedelta(minutes=10, seconds=20))
    text = report(anna).plain()
    assert text.startswith("March 2026: 0:31 h\n")
    assert [row.split()[0] for row in rows(text)] == ["0:11", "0:10", "0:10"]
    assert "0:10 h  ▇▇▇▇▇▇▇▇  without project" in text


def test_where_quarters_of_an_hour_are_shown_it_says_why_rows_are_less_than_the_total(
    worked: None, anna: Person, bot: Bot
) -> None:
    with bot.database.write() as db:
        db.execute(update(entries).where(entries.c.seconds == 4500).values(seconds=4500 + 600))
        db.execute(update(entries).where(entries.c.seconds == 5400).values(seconds=5400 + 600))
    why = "The lines show full 15 minutes and are 4:45 h together; the sum counts every second, as an invoice does."
    assert why not in report(anna).plain()
    with bot.database.write() as db:
        db.execute(update(workspaces).values(shown_unit=900))
    text = report(anna).plain()
    assert text.startswith("March 2026: 5:00 h\n")
    assert why in text
    assert why not in report(anna, "/track report by tag").plain()


def test_archived_names_are_found_and_shown(worked: None, anna: Person, bot: Bot) -> None:
    with bot.database.write() as db:
        db.execute(update(customers).where(customers.c.name == "Acme GmbH").values(archived=True))
        db.execute(update(projects).where(projects.c.customer_id == 1).values(archived=True))
        catalog_rows.names_changed(db, 1)
    assert "2:00 h  ▇▇▇▇▇▇▇▇  Website" in report(anna, "/track report acme").plain()
    assert "Acme GmbH › App" in report(anna, "/track report app").plain()


def test_a_week_begins_where_the_workspace_begins_it(projects: None, anna: Person, bot: Bot) -> None:
    with bot.database.write() as db:
        db.execute(update(workspaces).values(week_start=6))
        for day in (7, 8, 9):  # Saturday to Monday
            start = datetime(2026, 3, day, 9, tzinfo=UTC)
            add_entry(db, started_at=start, ended_at=start + timedelta(hours=1))
    assert [row.split("  ")[0] for row in rows(report(anna, "/track report by week").plain())] == ["1:00 h", "2:00 h"]


# Who sees what


@pytest.mark.both_doors
def test_a_member_sees_neither_money_nor_others(worked: None, finn: Person) -> None:
    seen = report(finn, "/track bericht")
    assert "€" not in seen.plain()
    assert "Satz" not in seen.plain()
    assert not {"Zeit von allen", "Nur meine Zeit", "Acme GmbH abrechnen …"} & {*seen.buttons}
    for typed in ("alle", "anna", "alle nach kunde"):
        assert "Die Zeit anderer sieht nur, wer abrechnet." in said(finn, f"/track bericht {typed}")


def test_a_guest_sees_what_is_theirs(worked: None, finn: Person, bot: Bot) -> None:
    make_guest(bot, finn)
    assert report(finn, "/track bericht").plain().startswith("März 2026: 3:00 h\n")
    assert "Gäste des Workspace sehen nur ihre eigene Zeit." in said(finn, "/track bericht alle")


def make_guest(bot: Bot, who: Person) -> None:
    with bot.database.write() as db:
        db.execute(update(people).where(people.c.slack_id == who.id).values(is_guest=True))


def test_a_role_that_was_taken_away_between_answer_and_click_counts(worked: None, finn: Person, bot: Bot) -> None:
    appoint(bot, "Finn Freelancer")
    own, all_of_them = report(finn, "/track bericht"), report(finn, "/track bericht alle")
    assert "davon 3:00 h ohne Satz" in own.plain()
    assert "davon 7:45 h ohne Satz" in all_of_them.plain()
    with bot.database.write() as db:
        db.execute(update(people).where(people.c.slack_id == finn.id).values(role="member"))
    for seen, button in ((own, "Zeit von allen"), (all_of_them, "‹ Februar 2026")):
        seen.click(button)
        assert "Die Zeit anderer sieht nur, wer abrechnet." in finn.last.plain()


def test_money_is_gone_with_the_role(worked: None, anna: Person, bot: Bot) -> None:
    seen = report(anna)
    assert "without a rate" in seen.plain()
    with bot.database.write() as db:
        db.execute(update(people).where(people.c.slack_id == anna.id).values(role="member"))
    seen.click("‹ February 2026")
    assert "4:00 h not billed yet" in seen.plain()
    assert "without a rate" not in seen.plain()


@pytest.mark.parametrize(
    "forged",
    [
        '{"filter":{"people":[1]}}',
        '{"filter":{}}',
        '{"filter":{"people":[2,1]}}',
    ],
)
def test_a_member_reaches_nobody_elses_time_by_a_forged_button(worked: None, finn: Person, forged: str) -> None:
    seen = report(finn, "/track bericht")
    forge(seen, "‹ Februar 2026", forged)
    seen.click("‹ Februar 2026")
    assert "Die Zeit anderer sieht nur, wer abrechnet." in finn.last.plain()


@pytest.mark.parametrize(
    "forged",
    [
        "",
        "{}",
        "nonsense",
        '{"filter":{"customers":[99]}}',
        '{"filter":{"people":[99],"first":"2026-03-01"}}',
        '{"filter":{"people":[1],"projects":[-1]}}',
        '{"filter":{"people":[1],"first":"0001-01-01","last":"9999-12-31"}}',
        '{"filter":{"people":[1]},"by":["day","week","month"]}',
        '{"filter":{"people":[1]},"by":["day","day"]}',
        '{"filter":{"people":[1]},"by":["moon"]}',
    ],
)
def test_what_no_button_of_ours_holds_is_refused(worked: None, anna: Person, forged: str) -> None:
    seen = report(anna)
    for button in ("‹ February 2026", "Show entries", "Everybody’s time"):
        forge(seen, button, forged)
        seen.click(button)
        assert "older message" in anna.last.plain()


def test_another_window_still_has_working_buttons(worked: None, anna: Person) -> None:
    seen = report(anna)
    click = kept(seen)
    seen.click("‹ February 2026")
    click("Everybody’s time")
    assert seen.plain().startswith("March 2026: 7:45 h\n")


def test_a_message_in_the_dm_is_answered_there(app: object, worked: None, workspace: object) -> None:
    who = writer(workspace, "Anna Admin")  # type: ignore[arg-type]
    seen = who.types("/track report week by day")
    assert seen
    seen.click("Everybody’s time")
    assert "7:45 h" in seen.plain().splitlines()[0]


@pytest.mark.parametrize(
    ("block_id", "chosen"),
    [
        ("report_by", "day"),
        ("report_by:nonsense", "day"),
        ("report_by:{}", "day"),
        ('report_by:{"filter":{"people":[1]}}', ""),
        ('report_by:{"filter":{"people":[1]}}', "moon"),
        ('report_by:{"filter":{"people":[1]}}', "day,day"),
        ('report_by:{"filter":{"people":[1]}}', "day,week,month"),
    ],
)
def test_what_no_menu_of_ours_holds_is_refused(block_id: str, chosen: str) -> None:
    with pytest.raises(UserError, match="older message"):
        further.read_regrouped(block_id, chosen)


def test_of_a_filter_that_no_button_holds_the_totals_and_rows_are_still_said(
    worked: None, bot: Bot, anna: Person
) -> None:
    """Tags may be as long as a line: twenty of them are more than the value of a button takes."""
    with bot.database.read() as db:
        caller = acting(people_rows.get_person(db, 1), now=T0)
    long = Filter(people=(1,), tags=("call", *(f"{n}{'x' * 150}" for n in range(19))))
    message = screens.shown(bot, caller, ReportQuery(long, (Grouping.CUSTOMER,))).message
    assert "3:30 h" in message["text"]
    assert not [block for block in message["blocks"] if block["type"] == "actions"]


def merge(bot: Bot, kind: Kind, ours: int, theirs: int) -> None:
    with bot.database.read() as db:
        anna = acting(people_rows.get_person(db, 1), now=T0, request=f"merge {kind} {ours}")
    upkeep.merge(bot, anna, kind, ours, theirs)


@pytest.mark.parametrize(
    ("typed", "kind", "ours", "theirs", "found"),
    [
        ("report shop", "project", 3, 1, "1:15 h\nAcme GmbH › Website, Bäckerei Söhne & Co. › Shop · "),
        ("report bäckerei", "customer", 2, 1, "3:15 h\nAcme GmbH · "),
        ("report design", "service", 1, 2, "2:00 h\nTravel, Design · "),
    ],
)
def test_an_old_button_finds_the_time_of_what_was_merged_since(
    projects: None, anna: Person, bot: Bot, typed: str, kind: Kind, ours: int, theirs: int, found: str
) -> None:
    anna.types("/track log 1h15 shop")
    anna.types("/track log 2h acme app design 10.02.")
    seen = report(anna, f"/track {typed} all")
    by_entries, by_filter = kept(seen), kept(seen)
    merge(bot, kind, ours, theirs)
    seen.fill(MENU["en"], "By day")
    assert seen.plain().startswith(f"Since the beginning: {found}")
    by_entries("Show entries")
    assert found.partition("\n")[0] in seen.plain().splitlines()[0]
    by_filter("Filter …")
    assert found.partition("\n")[2].partition(",")[0].removesuffix(" · ") in anna.modal.text
