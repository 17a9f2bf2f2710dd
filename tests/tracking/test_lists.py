"""Lists of a day, a week or a month: page by page, with what they add up to."""

from datetime import timedelta

import pytest
from sqlalchemy import insert

from bot.core.context import Bot
from playground.person import Person, Seen
from storage.tables import entries
from tests.conftest import T0


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
    assert week.startswith("Mo., 9. März – Di., 10. März: 3:15 h")
    assert "Mo., 9. März · 2:00 h" in week


def test_500_entries_of_a_day_are_listed_page_by_page(projects: None, anna: Person, bot: Bot) -> None:
    add_entries(bot, 500, days=1)
    page = listed(anna, "/track list yesterday")
    assert "Yesterday: 33:20 h" in page.plain()
    assert "1–43 of 500" in page.plain()
    assert page.buttons.count("Edit") == 43
    page.click("Show more")
    assert "44–86 of 500" in page.plain()
    page.click("From the start")
    assert "1–43 of 500" in page.plain()


def test_every_entry_of_a_month_stands_on_one_of_its_pages(projects: None, anna: Person, bot: Bot) -> None:
    add_entries(bot, 100, days=9)
    page = listed(anna, "/track list march")
    read = page.plain()
    while "Show more" in page.buttons:
        page.click("Show more")
        read += page.plain()
    assert [number for number in range(100) if f"No {number:03}" not in read] == []
    assert "From the start" in page.buttons


@pytest.mark.both_doors
@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("words", ["acme", "acme website", "söhne", "acm"])
def test_names_beside_a_list_do_not_narrow_it_down_and_it_says_so(
    projects: None, anna: Person, finn: Person, language: str, words: str
) -> None:
    who, week, said = {
        "en": (anna, "/track list week", "The list shows all customers: “{}” does not narrow it down yet."),
        "de": (finn, "/track liste woche", "Die Liste zeigt alle Kunden: „{}“ schränkt sie noch nicht ein."),
    }[language]
    who.types("/track log 1h15 shop")
    answer = listed(who, f"{week} {words}").plain()
    assert answer.splitlines()[0] == said.format(words)
    assert "1:15 h" in answer
    assert "1:15 h" in listed(who, f"{week.rpartition(' ')[0]} {words}").plain()


@pytest.mark.parametrize(
    "typed", ["list week quarkstrudel", "list mon to", "list 10.3", "list to monday", "list #call"]
)
def test_words_that_name_nothing_are_not_understood_in_a_list(projects: None, anna: Person, typed: str) -> None:
    assert "I do not know what" in listed(anna, f"/track {typed}").plain()


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
