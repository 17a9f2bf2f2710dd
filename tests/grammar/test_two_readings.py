"""What has two readings is asked, what fits nothing is refused by name, and whatever is chosen loses no word."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from time import process_time
from zoneinfo import ZoneInfo

import pytest

from bot.core.context import Bot
from playground.person import Person
from tests.conftest import FrozenClock
from tests.deeds import add_names, count, everything, only, said

pytestmark = pytest.mark.both_doors

BERLIN = ZoneInfo("Europe/Berlin")
FRIDAY = datetime(2026, 11, 27, 17, 0, tzinfo=BERLIN)
NAMES = {
    "Monday Media": ("Site",),
    "Sonntag & Partner": ("Mandat",),
    "Studio 54": ("Web",),
    "Help Desk": ("24/7", "3D Druck"),
    "Acme GmbH": ("May Relaunch",),
    "Zahl 365": ("Umbau",),
}


@pytest.fixture(autouse=True)
def _friday(projects: None, bot: Bot, clock: FrozenClock) -> None:
    add_names(bot, {f"{customer} AG": projects for customer, projects in NAMES.items()})
    clock.forward_to(FRIDAY.astimezone(UTC))


def test_a_day_word_that_a_name_has_is_asked_about(anna: Person, bot: Bot) -> None:
    answer = said(anna, "/track log 1h monday media site")
    assert "Is “monday” the day, or part of the name?" in answer
    assert "You typed: /track log 1h monday media site" in answer
    assert anna.last.buttons == ["It belongs to the name", "Mon, 23 Nov 2026"]
    assert count(bot) == 0
    anna.clicks("It belongs to the name")
    assert (only(bot).project, only(bot).day, only(bot).seconds) == ("Site", date(2026, 11, 27), 3600)


def test_it_can_have_been_the_day_and_everything_else_stays(anna: Person, bot: Bot) -> None:
    anna.types("/track log 1h30 monday media site #call --nb: kick-off")
    anna.clicks("Mon, 23 Nov 2026")
    entry = only(bot)
    assert (entry.project, entry.day, entry.seconds) == ("Site", date(2026, 11, 23), 5400)
    assert (entry.note, entry.tags, entry.billable) == ("kick-off", "call", False)


@pytest.mark.parametrize(
    ("typed", "project"),
    [
        ("start sonntag mandat", "Mandat"),
        ("start morgen media", None),
        ("log 1h help 24/7", "24/7"),
        ("log 1h 3d druck", "3D Druck"),
        ("log 2h studio 54", "Web"),
        ("start may relaunch", "May Relaunch"),
        ("log 1h monday media site yesterday", "Site"),
    ],
)
def test_a_word_that_only_makes_sense_in_the_name_is_part_of_it(
    finn: Person, bot: Bot, typed: str, project: str | None
) -> None:
    finn.types(f"/track {typed}")
    assert [entry.project for entry in everything(bot)] == ([project] if project else [])


def test_the_same_is_asked_of_clock_times_on_a_sunday_in_german(finn: Person, bot: Bot) -> None:
    answer = said(finn, "/track buche 9-10 sonntag mandat")
    assert "Ist „sonntag“ der Tag oder Teil des Namens?" in answer
    finn.clicks("Es gehört zum Namen")
    assert (only(bot).project, only(bot).day) == ("Mandat", date(2026, 11, 27))


def test_many_words_that_are_days_and_names_are_read_at_once(anna: Person, bot: Bot) -> None:
    began = process_time()
    anna.types("/track log 1h " + "monday sonntag 24/7 54 " * 20)
    assert count(bot) == 0
    assert process_time() - began < 2


def test_a_day_word_that_no_name_has_is_the_day(anna: Person, bot: Bot) -> None:
    anna.types("/track log 1h acme website monday")
    anna.types("/track log 1h monday acme website")
    assert [entry.day for entry in everything(bot)] == [date(2026, 11, 23)] * 2


def test_a_number_behind_hours_may_be_in_a_name(anna: Person, bot: Bot) -> None:
    answer = said(anna, "/track log 1h 54 studio web")
    assert "“54”" in answer
    assert anna.last.buttons == ["It belongs to the name", "1:54 h"]
    anna.clicks("It belongs to the name")
    assert (only(bot).customer, only(bot).seconds) == ("Studio 54 AG", 3600)


@pytest.mark.parametrize("typed", ["log 1h 30 website", "log 1 hour 30 website", "log 1 1/2 website"])
def test_a_number_behind_hours_are_minutes(anna: Person, bot: Bot, typed: str) -> None:
    anna.types(f"/track {typed}")
    assert (only(bot).project, only(bot).seconds) == ("Website", 5400)


def test_a_number_abbreviates_no_name(anna: Person, bot: Bot) -> None:
    assert "“3”" in said(anna, "/track log 1h 3 umbau")
    assert count(bot) == 0


@pytest.mark.parametrize(
    ("typed", "piece"),
    [("18:00-19:00", "18:00-19:00"), ("17:05-17:30", "17:05-17:30"), ("17-18", "17-18"), ("2h ab 18:00", "ab 18:00")],
)
def test_what_lies_ahead_is_not_taken_for_yesterdays(anna: Person, bot: Bot, typed: str, piece: str) -> None:
    assert f"“{piece}” is in the future" in said(anna, f"/track log {typed} website")
    assert count(bot) == 0


@pytest.mark.parametrize(
    ("hour", "typed", "starts"),
    [
        ("2026-11-28 01:00", "18:00-19:00", "2026-11-27 18:00"),
        ("2026-11-28 01:00", "9-12:30 13-17", "2026-11-27 09:00"),
        ("2026-11-28 08:00", "22:00-1:00", "2026-11-27 22:00"),
        ("2026-11-28 08:00", "22-24", "2026-11-27 22:00"),
    ],
)
def test_what_was_a_few_hours_ago_may_be_yesterdays(
    anna: Person, bot: Bot, clock: FrozenClock, hour: str, typed: str, starts: str
) -> None:
    clock.forward_to(datetime.fromisoformat(hour).replace(tzinfo=BERLIN).astimezone(UTC))
    anna.types(f"/track log {typed} acme website")
    assert everything(bot)[0].started_at == datetime.fromisoformat(starts).replace(tzinfo=BERLIN)


@pytest.mark.parametrize("typed", ["28.11.", "Nov 28", "3.12.", "am 28."])
def test_a_date_that_is_still_to_come_is_asked_about(anna: Person, bot: Bot, typed: str) -> None:
    answer = said(anna, f"/track log 1h acme website {typed}: review")
    assert f"“{typed}” is still to come" in answer
    assert count(bot) == 0
    (last,) = anna.last.buttons
    anna.clicks(last)
    if count(bot) == 0:  # so far back that it is asked about once more
        anna.clicks(anna.last.buttons[0])
    assert (only(bot).project, only(bot).note) == ("Website", "review")
    assert only(bot).day < date(2026, 11, 1)


@pytest.mark.parametrize("language", ["English", "German"])
def test_at_new_year_a_date_of_january_is_still_to_come(
    anna: Person, finn: Person, bot: Bot, clock: FrozenClock, language: str
) -> None:
    who, asked = {"English": (anna, "“2.1.” is still to come"), "German": (finn, "„2.1.“ kommt erst noch")}[language]
    clock.forward_to(datetime(2027, 1, 1, 10, tzinfo=BERLIN).astimezone(UTC))
    assert asked in said(who, "/track log 1h website 2.1.")
    who.types("/track log 1h acme website 31.12.")
    assert only(bot).day == date(2026, 12, 31)


@pytest.mark.parametrize(
    ("typed", "seconds"),
    [
        (",5 acme website", 1800),
        (".25h acme website", 900),
        ("90s acme website", 90),
        ("1½h acme website", 5400),
        ("0930-1015 acme website", 2700),
        ("9h30-10h15 acme website", 2700),
        ("3h acme website 6:00 - 9:00", 10_800),
        ("0-24 acme website wed", 86_400),
        ("half an hour acme website", 1800),
    ],
)
def test_it_is_understood_whatever_way_people_write_it(anna: Person, bot: Bot, typed: str, seconds: int) -> None:
    anna.types(f"/track log {typed}")
    if count(bot) == 0:  # longer than anybody works
        anna.clicks(anna.last.buttons[0])
    assert (only(bot).project, only(bot).seconds) == ("Website", seconds)


def test_hours_that_are_no_day_must_be_minutes(anna: Person, bot: Bot) -> None:
    assert "“90” of what? Type it like 90m or 1:30." in said(anna, "/track log 90 acme website: review")
    assert anna.last.buttons == ["1:30 h"]
    anna.clicks("1:30 h")
    assert (only(bot).seconds, only(bot).note) == (5400, "review")


def test_who_writes_a_comma_is_asked_what_a_full_stop_means(finn: Person, anna: Person, bot: Bot) -> None:
    assert "Wie lang ist „1.30“?" in said(finn, "/track buche 1.30 acme website")
    assert finn.last.buttons == ["1:30 h", "1:18 h"]
    finn.clicks("1:30 h")
    anna.types("/track log 1.30 acme website")
    assert [entry.seconds for entry in everything(bot)] == [5400, 78 * 60]


def test_a_slash_between_day_and_month_is_read_as_at_home(finn: Person, anna: Person, bot: Bot) -> None:
    finn.types("/track buche 1h acme website 3/11")
    anna.types("/track log 1h acme website 3/11")
    finn.types("/track buche 5h acme website 25/11")
    assert [entry.day for entry in everything(bot)] == [date(2026, 11, 3)] * 2 + [date(2026, 11, 25)]


def test_a_tag_may_have_one_letter(anna: Person, bot: Bot) -> None:
    anna.types("/track log 1h acme website #x")
    assert only(bot).tags == "x"


@pytest.mark.parametrize(
    ("typed", "day", "seconds"),
    [
        ("2h acme website: review", 27, 7200),
        ("gestern 2h acme website: review", 26, 7200),
        ("9-10 acme website: review", 27, 3600),
        ("half an hour acme website: review", 27, 1800),
        ("90' acme website yesterday: review", 26, 5400),
        ("ca. 2h acme website: review", 27, 7200),
        ("9-12:30 13-17 acme website: review", 27, 27_000),
    ],
)
def test_the_command_may_be_left_out_where_it_is_said_how_long(
    finn: Person, bot: Bot, typed: str, day: int, seconds: int
) -> None:
    finn.types(f"/track {typed}")
    entries = everything(bot)
    assert {(entry.project, entry.note, entry.day.day) for entry in entries} == {("Website", "review", day)}
    assert sum(entry.seconds or 0 for entry in entries) == seconds


def test_the_same_is_understood_in_a_message(finn: Person, bot: Bot) -> None:
    finn.writes("2h gestern acme website: review")
    assert (only(bot).day, only(bot).seconds, only(bot).note) == (date(2026, 11, 26), 7200, "review")


@pytest.mark.parametrize(
    "typed", ["acme website", "gestern", "2 acme", "website 2h", "24/7", "morgen 2h acme", "bis 11"]
)
def test_what_does_not_begin_with_a_time_is_still_no_command(finn: Person, bot: Bot, typed: str) -> None:
    assert f"„{typed.split()[0]}“ kenne ich nicht" in said(finn, f"/track {typed}")
    assert count(bot) == 0


def test_a_question_is_answered_as_of_when_it_was_typed(anna: Person, bot: Bot, clock: FrozenClock) -> None:
    anna.types("/track log 1h monday media site")
    clock.forward_by(hours=8)
    anna.clicks("It belongs to the name")
    assert only(bot).day == date(2026, 11, 27)


# Breaks and several stretches


def spans(bot: Bot) -> list[tuple[datetime, datetime]]:
    return [(entry.started_at, entry.ended_at) for entry in everything(bot) if entry.ended_at]


def ranges(hours: int) -> Iterator[tuple[int, int, int]]:
    """Start, end and minutes of a break."""
    for start in range(0, 17 - hours, 3):
        for minutes in (1, 15, 45, 59):
            yield start, start + hours, minutes


@pytest.mark.parametrize("hours", [1, 4, 8])
@pytest.mark.parametrize("said_as", ["-{}m", "minus {}m", "{} min Pause", "break of {} minutes", "- {} min"])
def test_a_break_is_taken_out_of_the_middle_and_nothing_else_is(
    anna: Person, bot: Bot, hours: int, said_as: str
) -> None:
    start, end, minutes = next(iter(ranges(hours)))
    anna.types(f"/track log {start}-{end} {said_as.format(minutes)} acme website")
    (one, before), (after, two) = spans(bot)
    assert (two - one) == timedelta(hours=hours)
    assert after - before == timedelta(minutes=minutes)
    assert abs((before - one) - (two - after)) <= timedelta(minutes=1)
    assert "Undone" in said(anna, "/track undo")
    assert count(bot) == 0


def test_several_stretches_are_written_down_together_or_not_at_all(anna: Person, bot: Bot) -> None:
    anna.types("/track log 13-14 acme app")
    assert "overlaps" in said(anna, "/track log 9-12:30 13-16 acme website")
    assert count(bot) == 1
    answer = said(anna, "/track log 9-12:30 14-16 acme website")
    assert "5:30 h" in answer
    assert "09:00–12:30" in answer
    assert "14:00–16:00" in answer
