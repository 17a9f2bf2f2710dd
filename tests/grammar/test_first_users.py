"""What the first users typed and others like it, in both languages: what was meant is written down, or nothing is."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete

from bot.core.context import Bot
from playground.person import Person
from storage.tables import entries, questions
from storage.tracking import Entry
from tests.conftest import FrozenClock
from tests.deeds import add_names, everything

pytestmark = pytest.mark.both_doors

BERLIN = ZoneInfo("Europe/Berlin")
FRIDAY = datetime(2026, 11, 27, 17, 0, tzinfo=BERLIN)
NAMES = {
    "Monday Media": ("Site",),
    "Freitag Verlag": ("Katalog",),
    "Sonntag & Partner": ("Mandat",),
    "March Hare": ("Teapot",),
    "Help24": ("24/7",),
}

# typed | what is written: project, length or times, and the day unless it is today; or "asks" or "refuses", and words
# of the answer.

IN_ENGLISH = """
log 1h 30 website | Website 1:30
log 1 hour 30 website | Website 1:30
log 1 1/2 website | Website 1:30
log 2h 5 website | asks “5”
log 1h -- nb website | Website 1:00 not billable
log 1h website AB-12 | asks AB-12
log 1h website last | asks last
log 1h monday media site | asks Is “monday” the day, or part of the name?
log 1h friday verlag | Freitag Verlag › Katalog 1:00
log 9-10 march teapot | March Hare › Teapot 09:00-10:00
log 1h help 24/7 | Help24 › 24/7 1:00
log 18:00-19:00 website | refuses “18:00-19:00” is in the future
log 17:05-17:30 website | refuses “17:05-17:30” is in the future
log 17-18 website | refuses “17-18” is in the future
log 6pm-7pm website | refuses “6pm-7pm” is in the future
log 2h from 18:00 website | refuses “from 18:00” is in the future
log 1h website 28.11. | asks “28.11.” is still to come
log 1h website Nov 30 | asks “Nov 30” is still to come
log 1h website Dec 1st | asks “Dec 1st” is still to come
log 1h website tomorrow | refuses “tomorrow” is in the future
log 1h website this monday | Website 1:00 on 23 Nov 2026
log 1h website this friday | Website 1:00
log 1h website this sunday | refuses “this sunday” is in the future
log 1h website 26.11 | Website 1:00 on 26 Nov 2026
log 1h website 28.11 | asks “28.11.” is still to come
log 1h website 32.11 | refuses “32.11” is more than 24 hours
log ,5 website | Website 0:30
log .25h website | Website 0:15
log 90s website | Website 0:01:30
log 1½h website | Website 1:30
log ¾h website | Website 0:45
log 0930-1015 website | Website 09:30-10:15
log 9h30-10h15 website | Website 09:30-10:15
log 3h website 6:00 - 9:00 | Website 06:00-09:00
log 9.30am to 10.15am website | Website 09:30-10:15
log 90 website | asks “90” of what? Type it like 90m or 1:30.
log 45 website | asks “45” of what?
log 480 website | asks “480” of what?
log 5h website 15/06 | asks Monday, 15 Jun 2026 is long ago.
log 5h website 15/06/2026 | Website 5:00 on 15 Jun 2026
log 0-24 website sun | asks 24:00 h
log 0:00-24:00 website sun | asks 24:00 h
log 1.30 acme website | Website 1:18
log 1h acme website #x | Website 1:00 #x
log 1h acme website #Ü | Website 1:00 #ü
log until 16:30 2h website | Website 14:30-16:30
log 9 until 5:30pm website | refuses “9 until 5:30pm” is in the future
"""
IN_GERMAN = """
buche 1h 30 website | Website 1:30
buche 1 Stunde 30 website | Website 1:30
buche 1 1/2 website | Website 1:30
buche 2h 5 website | asks „5“
buche 1h -- nb website | Website 1:00 not billable
buche 1h website AB-12 | asks AB-12
buche 1h website letzte | asks letzte
buche 1h monday media site | asks Ist „monday“ der Tag oder Teil des Namens?
buche 1h sonntag partner | asks Ist „sonntag“ der Tag oder Teil des Namens?
buche 9-10 sonntag mandat | asks Ist „sonntag“ der Tag oder Teil des Namens?
buche 1h freitag verlag | asks Ist „freitag“ der Tag oder Teil des Namens?
buche 1h help 24/7 | Help24 › 24/7 1:00
buche 18:00-19:00 website | refuses „18:00-19:00“ liegt in der Zukunft
buche 17:05-17:30 website | refuses „17:05-17:30“ liegt in der Zukunft
buche 17-18 website | refuses „17-18“ liegt in der Zukunft
buche 18 bis 19 Uhr website | refuses „18 bis 19 Uhr“ liegt in der Zukunft
buche 2h ab 18 Uhr website | refuses „ab 18 Uhr“ liegt in der Zukunft
buche 1h website 28.11. | asks „28.11.“ kommt erst noch
buche 1h website 1. Dezember | asks „1. Dezember“ kommt erst noch
buche 1h website am 30. | asks „am 30.“ kommt erst noch
buche 1h website morgen | refuses „morgen“ liegt in der Zukunft
buche 1h website diesen Montag | Website 1:00 on 23 Nov 2026
buche 1h website am Montag dieser Woche | Website 1:00 on 23 Nov 2026
buche 1h website diesen Sonntag | refuses „diesen Sonntag“ liegt in der Zukunft
buche 1h website 26.11 | Website 1:00 on 26 Nov 2026
buche 1h website 30.10 | Website 1:00 on 30 Oct 2026
buche 1h website 28.11 | asks „28.11.“ kommt erst noch
buche 9-13 abzgl. 30m website gestern | Website 09:00-10:45 on 26 Nov 2026, Website 11:15-13:00 on 26 Nov 2026
buche 9-13 abzüglich 30 Min. website gestern | Website 09:00-10:45 on 26 Nov 2026, Website 11:15-13:00 on 26 Nov 2026
buche ,5 website | Website 0:30
buche ,25h website | Website 0:15
buche 90s website | Website 0:01:30
buche 1½h website | Website 1:30
buche ¾ Stunde website | Website 0:45
buche 0930-1015 website | Website 09:30-10:15
buche 9h30-10h15 website | Website 09:30-10:15
buche 3h website 6:00 - 9:00 | Website 06:00-09:00
buche 9.30 Uhr bis 10.15 Uhr website | Website 09:30-10:15
buche 90 website | asks „90“
buche 45 website | asks „45“
buche 5h website 15/06 | asks Montag, 15.06.2026 ist lange her.
buche 5h website 15.6.2026 | Website 5:00 on 15 Jun 2026
buche 0-24 website so | asks 24:00 h
buche 0 bis 24 Uhr website so | asks 24:00 h
buche 1.30 acme | asks Wie lang ist „1.30“?
buche 2.15 website | asks Wie lang ist „2.15“?
buche 1h acme website #x | Website 1:00 #x
buche bis 16:30 2h website | Website 14:30-16:30
"""


@pytest.fixture(autouse=True)
def _friday(projects: None, bot: Bot, clock: FrozenClock) -> None:
    add_names(bot, NAMES)
    clock.forward_to(FRIDAY.astimezone(UTC))


def test_in_english(anna: Person, bot: Bot) -> None:
    assert differing(anna, bot, IN_ENGLISH) == []


def test_in_german(finn: Person, bot: Bot) -> None:
    assert differing(finn, bot, IN_GERMAN) == []


def differing(who: Person, bot: Bot, table: str) -> list[tuple[str, str, str]]:
    """The rows that come out otherwise."""
    found = []
    for typed, _, meant in (line.partition(" | ") for line in table.strip().split("\n")):
        with bot.database.write() as db:
            db.execute(delete(questions))
            db.execute(delete(entries))
        seen = who.types(f"/track {typed}")
        answer = seen.plain() if seen else who.modal.text
        stored = everything(bot)
        kind = "asks" if seen is None or seen.buttons else "refuses"
        outcome = ", ".join(map(written, stored)) or f"{kind} {answer}"
        verb, _, words = meant.partition(" ")
        if outcome != meant and (stored or verb != kind or words not in answer):
            found.append((typed, meant, outcome))
    return found


def written(entry: Entry) -> str:
    """Website 1:30, or Website 09:30-10:15 on 26 Nov #call."""
    what = entry.project if entry.customer == "Acme GmbH" else f"{entry.customer} › {entry.project}"
    when = f"{clock_of(entry.started_at)}-{clock_of(entry.ended_at)}" if entry.timed else length(entry.seconds or 0)
    day = "" if entry.day == date(2026, 11, 27) else f" on {entry.day:%-d %b %Y}"
    tags = "".join(f" #{tag}" for tag in entry.tags.split())
    billable = "" if entry.billable else " not billable"
    return f"{what} {when}{day}{tags}{billable}" + (f": {entry.note}" if entry.note else "")


def clock_of(moment: datetime | None) -> str:
    return f"{moment.astimezone(BERLIN):%H:%M}" if moment else ""


def length(seconds: int) -> str:
    shown = f"{seconds // 3600}:{seconds // 60 % 60:02}"
    return f"{shown}:{seconds % 60:02}" if seconds % 60 else shown
