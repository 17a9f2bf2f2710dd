"""Lists of a day, a week or a month: page by page, with what they add up to."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, update

from bot.core.context import Bot
from bot.slack.blocks import MOST_MESSAGE_BLOCKS
from bot.tracking.views.lists import MOST_LINE_BLOCKS
from playground.person import Person, Seen
from playground.slack import blocks as kit
from storage.statements import Query
from storage.tables import entries
from storage.tracking import Entry
from tests.conftest import T0
from tests.deeds import forge, said


def test_a_list_of_several_days_ends_with_the_time_of_each_project(projects: None, anna: Person) -> None:
    anna.types("/track log 2h acme website mon")
    anna.types("/track log 30m acme website")
    anna.types("/track log 1h15 shop")
    week = listed(anna, "/track list week").plain()
    assert "\n2:30 h  ▇▇▇▇▇▇▇▇  Acme GmbH › Website\n1:15 h  ▇▇▇▇▁▁▁▁  Bäckerei Söhne & Co. › Shop\n" in week
    assert "▇" not in listed(anna, "/track list").plain()


def test_a_german_reads_the_list_in_german(projects: None, finn: Person) -> None:
    finn.types("/track buche 2h acme website montag")
    finn.types("/track buche 1h15 shop")
    week = listed(finn, "/track liste woche").plain()
    assert week.startswith("KW 11, 9.–15. März: 3:15 h")
    assert "Mo., 9. März · 2:00 h" in week


def test_500_entries_of_a_day_are_listed_page_by_page(projects: None, anna: Person, bot: Bot) -> None:
    add_entries(bot, 500, days=1)
    page = listed(anna, "/track list yesterday")
    assert "Yesterday: 33:20 h" in page.plain()
    assert "1–43 of 500" in page.plain()
    assert page.buttons.count("Edit …") == 43
    page.click("Show more")
    assert "44–86 of 500" in page.plain()
    page.click("From the start")
    assert "1–43 of 500" in page.plain()


def test_every_entry_of_a_month_stands_on_one_of_its_pages(projects: None, anna: Person, bot: Bot) -> None:
    add_entries(bot, 100, days=9)
    with bot.database.write() as db:  # a second project is pictured too
        db.execute(update(entries).where(entries.c.id == 1).values(project_id=2))
    page = listed(anna, "/track list march")
    assert len(page.surface.blocks) == MOST_MESSAGE_BLOCKS
    read = page.plain()
    while "Show more" in page.buttons:
        page.click("Show more")
        read += page.plain()
    assert [number for number in range(100) if f"No {number:03}" not in read] == []
    assert "From the start" in page.buttons


@pytest.mark.both_doors
@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize(
    ("words", "name", "total"),
    [
        ("acme", "Acme GmbH", "2:30 h"),
        ("acme website", "Acme GmbH › Website", "2:00 h"),
        ("söhne", "Bäckerei Söhne & Co.", "1:15 h"),
        ("acm", "Acme GmbH", "2:30 h"),
        ("design", "Design", "0:30 h"),
    ],
)
def test_names_beside_a_list_narrow_it_down_and_are_said_above_it(
    projects: None, anna: Person, finn: Person, language: str, words: str, name: str, total: str
) -> None:
    who, week, own = {"en": (anna, "list week", "own time"), "de": (finn, "liste woche", "eigene Zeit")}[language]
    for typed in ("2h acme website", "30m acme app design", "1h15 shop"):
        who.types(f"/track log {typed} yesterday")
    for typed in (f"{week} {words}", f"{week.partition(' ')[0]} {words}"):
        heading, said, sums, *_ = listed(who, f"/track {typed}").plain().splitlines()
        assert heading.endswith(f": {total}")
        assert said.startswith(f"{name} · ")
        assert said.endswith(f" · {own}")
        assert sums.startswith(f"{total} ")


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("week quarkstrudel", "quarkstrudel"),
        ("mon to", "to"),
        ("10.3", "10.3"),
        ("to monday", "to"),
    ],
)
def test_words_that_name_nothing_are_not_understood_in_a_list(
    projects: None, anna: Person, typed: str, word: str
) -> None:
    answer = listed(anna, f"/track list {typed}").plain()
    assert f"Nothing is called “{word}” here" in answer or f"I do not know what “{word}” means" in answer


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_list_that_nothing_fits_says_what_it_looked_for_and_offers_what_is_near(
    projects: None, anna: Person, finn: Person, language: str
) -> None:
    who = {"en": anna, "de": finn}[language]
    who.types("/track log 1h acme website mon")
    typed, said, near = {
        "en": (
            "list last week acme",
            "Nothing fits: Acme GmbH · Week 10, 2–8 Mar · own time.",
            "Week 11, 9–15 Mar, last on",
        ),
        "de": (
            "liste letzte woche acme",
            "Nichts passt: Acme GmbH · KW 10, 2.–8. März · eigene Zeit.",
            "KW 11, 9.–15.",
        ),
    }[language]
    seen = listed(who, f"/track {typed}")
    assert seen.plain().splitlines()[0] == said
    seen.click(next(label for label in seen.buttons if label.startswith(near)))
    assert seen.plain().splitlines()[0].endswith(": 1:00 h")


FILTERS = [
    ("list #call week", "liste #call woche", "1:15 h", "#call"),
    ("list not billable yesterday", "liste nicht abrechenbar gestern", "1:15 h", ("not billable", "nicht abrechenbar")),
    ("list march : kick", "liste märz : kick", "2:00 h", ("note contains “kick”", "Notiz enthält „kick“")),
    ("list acme, shop week", "liste acme, shop woche", "3:45 h", "Acme GmbH, Bäckerei Söhne & Co. › Shop"),
    ("list week design acme", "liste woche design acme", "0:30 h", "Acme GmbH · Design"),
    ("list not billed week 11", "liste nicht abgerechnet kw 11", "3:45 h", ("not billed", "nicht abgerechnet")),
    ("list q1 acme website", "liste q1 acme website", "2:00 h", "Acme GmbH › Website · Q1 2026"),
    ("list 2026 acme app", "liste 2026 acme app", "0:30 h", "Acme GmbH › App · 2026"),
]


@pytest.mark.both_doors
@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize(("english", "german", "total", "understood"), FILTERS, ids=lambda each: str(each)[:20])
def test_a_list_is_narrowed_down_in_plain_words_which_are_said_again(
    projects: None,
    anna: Person,
    finn: Person,
    language: str,
    english: str,
    german: str,
    total: str,
    understood: str | tuple[str, str],
) -> None:
    who, typed = {"en": (anna, english), "de": (finn, german)}[language]
    words = understood if isinstance(understood, str) else understood[language == "de"]
    who.types("/track log 2h acme website yesterday: Kick-off")
    who.types("/track log 30m acme app design yesterday")
    who.types("/track log 1h15 shop yesterday #call --nb")
    heading, said, *_ = listed(who, f"/track {typed}").plain().splitlines()
    assert heading.endswith(f": {total}")
    assert words in said


def test_the_days_before_and_after_are_one_click_away_and_none_ahead(projects: None, anna: Person) -> None:
    anna.types("/track log 1h acme website yesterday")
    anna.types("/track log 2h acme app today")
    seen = listed(anna, "/track list")
    seen.click("‹ yesterday")
    assert seen.plain().startswith("Yesterday: 1:00 h")
    seen.click("today ›")
    assert seen.plain().startswith("Today: 2:00 h")
    assert not [label for label in seen.buttons if label.endswith(" ›")]
    month = listed(anna, "/track list march acme")
    assert "‹ February 2026" in month.buttons
    assert not [label for label in month.buttons if label.endswith(" ›")]
    month.click("‹ February 2026")
    assert "Nothing fits: Acme GmbH · February 2026 · own time." in month.plain()
    month.click("March 2026 ›")
    assert month.plain().startswith("March 2026: 3:00 h\nAcme GmbH · March 2026 · own time\n")


@pytest.mark.parametrize("days", ["week", "march", "1.3. to 9.3.", "since 2 march", "q1 2026", "2026", "all time"])
def test_a_list_and_a_report_call_the_same_days_the_same(projects: None, anna: Person, days: str) -> None:
    anna.types("/track log 2h acme website mon")
    headings = {said(anna, f"/track {shown} {days}").splitlines()[0] for shown in ("list", "report")}
    assert len(headings) == 1


@pytest.mark.parametrize(("typed", "days"), [("until 9.3.", "until 9 Mar 2026"), ("all time", "since the beginning")])
def test_an_empty_list_of_days_without_end_says_which(projects: None, anna: Person, typed: str, days: str) -> None:
    assert f"Nothing fits: {days} · own time." in said(anna, f"/track list {typed}")


def test_a_list_becomes_a_report_of_the_same_and_that_a_list_again(projects: None, anna: Person) -> None:
    for typed in ("2h acme website", "30m acme app design", "1h15 shop"):
        anna.types(f"/track log {typed} yesterday")
    seen = listed(anna, "/track list acme march")
    seen.click("As a report")
    assert "Acme GmbH · March 2026 · own time · by project" in seen.plain()
    assert "2:30 h" in seen.plain().splitlines()[0]


def test_what_was_typed_pages_with_its_list(projects: None, anna: Person, bot: Bot) -> None:
    add_entries(bot, 100, days=9)
    anna.types("/track log 1h shop")
    page = listed(anna, "/track list march acme")
    read = page.plain()
    while "Show more" in page.buttons:
        page.click("Show more")
        read += page.plain()
        assert "Acme GmbH · March 2026 · own time" in page.plain()
    assert [number for number in range(100) if f"No {number:03}" not in read] == []
    assert "Shop" not in read


@pytest.mark.parametrize("typed", ["list march", "list march acme", "list march everybody"])
def test_no_more_entries_are_read_than_the_page_shows(
    projects: None, anna: Person, bot: Bot, monkeypatch: pytest.MonkeyPatch, typed: str
) -> None:
    add_entries(bot, 500, days=9)
    read: list[Entry] = []
    everything = Query.all

    def watched(self: Query[Any], *given: Any, **values: Any) -> list[Any]:
        rows = everything(self, *given, **values)
        read.extend(row for row in rows if isinstance(row, Entry))
        return rows

    monkeypatch.setattr(Query, "all", watched)
    page = listed(anna, f"/track {typed}")
    assert "33:20 h" in page.plain()
    once_too_many = MOST_LINE_BLOCKS + 1  # whether they fit on one page is seen by one that does not
    assert len(read) <= once_too_many + page.buttons.count("Edit …")
    read.clear()
    page.click("Show more")
    assert len(read) == page.buttons.count("Edit …")


def test_a_button_of_an_older_message_still_turns_the_page(projects: None, anna: Person, bot: Bot) -> None:
    add_entries(bot, 100, days=1)
    page = listed(anna, "/track list yesterday")
    forge(page, "Show more", "2026-03-09/2026-03-09/43")
    page.click("Show more")
    assert "44–86 of 100" in page.plain()
    assert "Yesterday: 6:40 h" in page.plain()


def test_above_a_hundred_entries_the_projects_come_first_and_how_to_narrow_it(
    projects: None, anna: Person, finn: Person, bot: Bot
) -> None:
    add_entries(bot, 101, days=9)
    anna.types("/track log 1h shop")
    shown = listed(anna, "/track list march").plain()
    assert shown.index("▇") < shown.index("No 0")
    assert "This is a long list: names, fewer days, #tags or “Filter …” make it shorter." in shown


def test_buttons_of_entries_say_aloud_which_one_they_edit(projects: None, anna: Person) -> None:
    anna.types("/track log 9-9:30 acme website")
    anna.types("/track log 1h shop yesterday")
    seen = listed(anna, "/track list week")
    labels = [element.get("accessibility_label") for _, element in kit.elements(seen.surface.blocks)]
    assert "Edit 09:00–09:30 · 0:30 h · Acme GmbH › Website" in labels
    assert "Edit 1:00 h · Bäckerei Söhne & Co. › Shop" in labels


def test_whoever_bills_reads_the_list_of_others_with_names_and_without_buttons(
    projects: None, anna: Person, finn: Person, bot: Bot
) -> None:
    anna.types("/track log 9-9:30 acme website yesterday")
    finn.types("/track log 10-11 shop yesterday")
    seen = listed(anna, "/track list yesterday anna finn")
    assert "Yesterday: 1:30 h" in seen.plain()
    assert "09:00–09:30 · 0:30 h · Anna Admin · Acme GmbH › Website" in seen.plain()
    assert "10:00–11:00 · 1:00 h · Finn Freelancer · Bäckerei Söhne & Co. › Shop" in seen.plain()
    assert seen.buttons.count("Edit …") == 1
    assert "Edit several …" not in seen.buttons


def test_a_forged_button_shows_nobody_the_time_of_others(projects: None, anna: Person, finn: Person) -> None:
    anna.types("/track log 9-9:30 acme website yesterday: geheim")
    finn.types("/track log 10-11 shop yesterday")
    for people in ("", ',"people":[1]', ',"people":[1,2]'):
        seen = listed(finn, "/track liste gestern")
        forge(seen, "‹ So., 8. März", f'0 {{"first":"2026-03-09","last":"2026-03-09"{people}}}')
        seen.click("‹ So., 8. März")
        assert "Die Zeit anderer sieht nur, wer abrechnet." in finn.last.plain()
        assert "geheim" not in finn.last.plain()


def listed(who: Person, command: str) -> Seen:
    seen = who.types(command)
    assert seen
    return seen


def add_entries(bot: Bot, count: int, *, days: int) -> None:
    """Entries of four minutes with long notes, on that many days before today."""
    row = {"workspace_id": 1, "person_id": 1, "customer_id": 1, "project_id": 1, "zone": "Europe/Berlin"}
    row |= {"seconds": 240, "timed": False, "end_guessed": False, "billable": True, "created_at": T0}
    with bot.database.write() as db:
        for number in range(count):
            start = T0 - timedelta(days=1 + number % days, seconds=number)
            times = {"started_at": start, "ended_at": start + timedelta(minutes=4), "day": start.date()}
            db.execute(insert(entries).values(**row, **times, note=f"No {number:03} & <long> *note* " + "x" * 2000))
