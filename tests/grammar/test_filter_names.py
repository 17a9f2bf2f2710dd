"""Names that have words of filters in them are not lost: they win, or it is asked."""

from datetime import UTC, datetime
from time import process_time
from zoneinfo import ZoneInfo

import pytest

from bot.core.context import Bot
from playground.person import Person
from tests.conftest import FrozenClock
from tests.deeds import add_names, said

pytestmark = pytest.mark.both_doors

BERLIN = ZoneInfo("Europe/Berlin")
FRIDAY = datetime(2026, 11, 27, 17, 0, tzinfo=BERLIN)
NAMES = {
    "Monday Media": ("Site",),
    "Sonntag & Partner": ("Mandat",),
    "Müller und Söhne": ("Umbau",),
    "Open Systems": ("Portal",),
    "House of Pain": ("Tour",),
    "Help Desk": ("24/7",),
    "Initech": ("May Relaunch", "Q3 Campaign", "Projekt 2025", "Website"),
}


@pytest.fixture(autouse=True)
def _friday(projects: None, bot: Bot, clock: FrozenClock) -> None:
    add_names(bot, {f"{name} AG": projects for name, projects in NAMES.items()})
    clock.forward_to(FRIDAY.astimezone(UTC))


@pytest.mark.parametrize(
    ("typed", "piece", "label"),
    [
        ("report monday media", "monday", "23 Nov 2026"),
        ("list q3 campaign", "q3", "1 Jul – 30 Sept 2026"),
        ("report may relaunch by week", "may", "1–31 May 2026"),
        ("report may relau", "may", "1–31 May 2026"),
        ("report open systems", "open", "It says which time"),
        ("report sonntag & partner", "sonntag", "22 Nov 2026"),
        ("bericht projekt 2025", "projekt 2025", "1 Jan – 31 Dec 2025"),
        ("report customer monday media", "monday", "23 Nov 2026"),
    ],
)
def test_what_says_which_time_and_is_part_of_a_name_is_asked(anna: Person, typed: str, piece: str, label: str) -> None:
    answer = said(anna, f"/track {typed}")
    assert f"Does “{piece}” say which time you mean, or is it part of a name?" in answer
    assert f"You typed: /track {typed}" in answer
    assert anna.last.buttons == ["It belongs to the name", label]


def test_either_answer_is_shown_with_all_else_that_was_typed(anna: Person) -> None:
    anna.types("/track report may relaunch not billed by week")
    anna.clicks("It belongs to the name")
    assert "Initech AG › May Relaunch · November 2026 · not billed · own time · by week" in anna.last.plain()
    anna.types("/track report may relaunch not billed by week")
    anna.clicks("1–31 May 2026")
    assert "Initech AG › May Relaunch · May 2026 · not billed · own time · by week" in anna.last.plain()
    anna.types("/track report open systems")
    anna.clicks("It belongs to the name")
    assert "Open Systems AG · November 2026 · own time" in anna.last.plain()
    anna.types("/track report open systems")
    anna.clicks("It says which time")
    assert "Open Systems AG · November 2026 · not billed · own time" in anna.last.plain()


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("report monday", "Mon 23 Nov ·"),
        ("report open", "November 2026 · not billed ·"),
        ("report may", "May 2026 ·"),
        ("report the house of pain", "House of Pain AG · November 2026 ·"),
        ("report for the house of pain in october", "House of Pain AG · October 2026 ·"),
        ("bericht müller und söhne", "Müller und Söhne AG · November 2026 ·"),
        ("report müller and house of pain", "Müller und Söhne AG, House of Pain AG · November 2026 ·"),
        ("report help 24/7", "Help Desk AG › 24/7 · November 2026 ·"),
        ("report initech projekt 2025 oktober", "Initech AG › Projekt 2025 · October 2026 ·"),
        ("report monday media october", "Monday Media AG · October 2026 ·"),
        ("report monday monday media", "Monday Media AG · Mon 23 Nov ·"),
        ('report "q3 campaign" q3', "Initech AG › Q3 Campaign · Q3 2026 ·"),
        ('report "monday" media', "Monday Media AG · November 2026 ·"),
        ("report initech may", "Initech AG · May 2026 ·"),
    ],
)
def test_what_makes_sense_in_one_way_only_is_taken_so(anna: Person, typed: str, shown: str) -> None:
    assert shown in said(anna, f"/track {typed}")


def test_a_long_text_of_such_words_is_read_once(anna: Person) -> None:
    began = process_time()
    for words in ("monday sonntag open may ", "the of und house ", "projekt 2025 q3 & "):
        for times in (3, 14, 120):
            assert said(anna, f"/track report {words * times}")
    assert process_time() - began < 5
