"""What people type for lengths, times and days, by command and by message: what was meant is stored, or nothing is."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete

from bot.core.context import Bot
from playground.person import Person, Seen
from playground.slack.workspace import Workspace
from storage.tables import entries, questions
from storage.tracking import Entry
from tests.conftest import Door, FrozenClock
from tests.deeds import count, everything

BERLIN = ZoneInfo("Europe/Berlin")
WEDNESDAY = datetime(2026, 12, 16, 14, 0, tzinfo=BERLIN)
pytestmark = pytest.mark.both_doors
REFUSED = "refused"
ASKED = "asked"

# Each row: what is typed, and what it means: a length, clock times, a day; or that it is refused or asked about.
# With a question mark it is written once the person says that it was meant.

LENGTHS_IN_GERMAN = """
90' | 1:30
:45 | 0:45
1h 30m 15s | 1:30:15
zwei Stunden | 2:00
eineinhalb Stunden | 1:30
anderthalb Stunden | 1:30
zweieinhalb Stunden | 2:30
eine Viertelstunde | 0:15
eine halbe Stunde | 0:30
drei viertel Stunde | 0:45
½h | 0:30
1½h | 1:30
1/2 h | 0:30
1 1/2 | 1:30
,5 | 0:30
1h 30 | 1:30
2 Stunden 15 | 2:15
zwei Stunden fünfzehn | 2:15
1 Tag | 8:00
1PT | 8:00
ein halber Tag | 4:00
1h+30m | 1:30
1h30+45m | 2:15
1h + 30m | 1:30
ca. 2h | 2:00
~2h | 2:00
+2h | 2:00
2h -15m | 1:45
1h75m | refused
1:75 | refused
9h30-10h | 09:30-10:00
0900-1030 | 09:00-10:30
9-12:30+13-14 | 09:00-12:30 13:00-14:00
9-12:30 13-14 | 09:00-12:30 13:00-14:00
9-12:30 und 13-14 | 09:00-12:30 13:00-14:00
8-13 -30m | 08:00-10:15 10:45-13:00
8-13 ohne 10-10:30 | 08:00-10:00 10:30-13:00
8-13 30m Pause | 08:00-10:15 10:45-13:00
halb zehn bis elf | 09:30-11:00
zwischen 9 und 10:30 | 09:00-10:30
Viertel nach 9 bis 10 | 09:15-10:00
dreiviertel zehn bis elf | 09:45-11:00
9-24 gestern | 09:00-00:00 on 15 Dec ?
2h bis 11:00 | 09:00-11:00
bis 11 2h | 09:00-11:00
seit halb zehn | 09:30-14:00
seit 20 Minuten | 13:40-14:00
heute früh 9-10 | 09:00-10:00
9-10 heute Morgen | 09:00-10:00
8-9 gestern Abend | 20:00-21:00 on 15 Dec
"""
LENGTHS_IN_ENGLISH = """
two hours | 2:00
one hour | 1:00
an hour and a half | 1:30
one and a half hours | 1:30
two and a half hours | 2:30
half an hour | 0:30
half hour | 0:30
quarter hour | 0:15
a quarter of an hour | 0:15
quarter of an hour | 0:15
three quarters of an hour | 0:45
1 hour 30 | 1:30
1 day | 8:00
1d | 8:00
half a day | 4:00
about 2h | 2:00
9 til 10:30 | 09:00-10:30
9 thru 10 | 09:00-10:00
between 9 and 10:30 | 09:00-10:30
half past 9 to 11 | 09:30-11:00
quarter past 9 to 10 | 09:15-10:00
noon to 1pm | 12:00-13:00
9-12 and 13-14 | 09:00-12:00 13:00-14:00
8-13 minus 30m | 08:00-10:15 10:45-13:00
8-13 lunch 12-12:30 | 08:00-12:00 12:30-13:00
since noon | 12:00-14:00
from 9:15 | 09:15-14:00
2h until 11:00 | 09:00-11:00
3h 6:00 - 9:00 | 06:00-09:00
9am-1 | 09:00-13:00
12pm-1 | 12:00-13:00
1/2 | 0:30
"""
DAYS_IN_GERMAN = """
letzten Montag | 14 Dec
am letzten Freitag | 11 Dec
letzte Woche Montag | 7 Dec
10.März | 10 Mar ?
10/3/2026 | 10 Mar
am 10. | 10 Dec
am 28. | 28 Nov
vor einer Woche | 9 Dec
vor zwei Tagen | 14 Dec
3/12 | 3 Dec
1.12 | 1 Dec
vom 10. | 10 Dec
17.12. | asked
am 18. | asked
nächsten Montag | refused
gestern Abend | 15 Dec
Montagabend | 14 Dec
KW 50 | refused
letzte Woche | refused
"""
DAYS_IN_ENGLISH = """
the day before yesterday | 14 Dec
last Monday | 14 Dec
Friday last week | 11 Dec
last week Monday | 7 Dec
a week ago | 9 Dec
12/10 | 10 Dec
2026/03/10 | 10 Mar
on the 10th | 10 Dec
last night | 15 Dec
yesterday evening | 15 Dec
Dec 17 | asked
next Monday | refused
week 50 | refused
"""
BEGAN_IN_GERMAN = """
seit 9.15 | 09:15
seit 9h15 | 09:15
seit halb zehn | 09:30
seit Viertel nach 9 | 09:15
seit 9 Uhr 15 | 09:15
vor einer Stunde | 13:00
vor einer Viertelstunde | 13:45
seit 20m | 13:40
seit 20 Minuten | 13:40
seit einer Stunde | 13:00
jetzt | 14:00
von 9:15 | 09:15
ab heute 9:15 | 09:15
bis 17:30 | refused
"""
BEGAN_IN_ENGLISH = """
since 9.15 | 09:15
an hour ago | 13:00
half an hour ago | 13:30
since noon | 12:00
at noon | 12:00
now | 14:00
90 seconds ago | 13:58:30
until 5:30pm | refused
"""
ENDED_IN_GERMAN = """
13 | 13:00
um halb zwei | 13:30
halb zwei | 13:30
vor einer Viertelstunde | 13:45
15:00 | refused
jetzt | 14:00
mittags | 12:00
bis 13:30 | 13:30
"""
ENDED_IN_ENGLISH = """
until 13:30 | 13:30
until 1:30pm | 13:30
at noon | 12:00
noon | 12:00
a quarter of an hour ago | 13:45
15:00 | refused
now | 14:00
half past 1 | 13:30
"""


def rows(table: str) -> list[tuple[str, str]]:
    return [(typed.strip(), meant.strip()) for typed, meant in (line.split("|") for line in table.split("\n") if line)]


@dataclass(frozen=True, slots=True)
class Typist:
    """A person at 14:00 by their own clock, in a workspace with Acme GmbH › Website."""

    who: Person
    bot: Bot
    zone: ZoneInfo

    def types(self, typed: str) -> Seen:
        """The answer, with nothing written down before."""
        with self.bot.database.write() as db:
            db.execute(delete(questions))
            db.execute(delete(entries))
        return self.goes_on(typed)

    def goes_on(self, typed: str) -> Seen:
        """The answer, with what was written down before."""
        answer = self.who.types(f"/track {typed}")
        assert answer is not None, typed
        return answer

    def check(self, typed: str, meant: str, piece: str, shown: Callable[[list[Entry]], str]) -> None:
        """What was meant is stored, with no word lost; or nothing is, and the piece is named."""
        seen = self.types(typed)
        answer = seen.plain()
        if meant in (REFUSED, ASKED):
            assert count(self.bot) == 0, (typed, answer)
            assert f"„{piece}“" in answer or f"“{piece}”" in answer, (typed, answer)
            assert bool(seen.buttons) is (meant == ASKED), (typed, answer)
            return
        if meant.endswith(" ?"):
            assert count(self.bot) == 0, (typed, answer)
            seen.click(seen.buttons[0])
        stored = everything(self.bot)
        assert stored, (typed, answer)
        assert shown(stored) == meant.removesuffix(" ?"), (typed, answer)
        assert {(entry.project, entry.note) for entry in stored} == {("Website", "")}, typed

    def worked(self, stored: list[Entry]) -> str:
        """1:30, or 09:00-10:30 on 15 Dec."""
        if not stored[0].timed:
            return length(sum(entry.seconds or 0 for entry in stored))
        spans = (f"{self.clock(entry.started_at)}-{self.clock(entry.ended_at)}" for entry in stored)
        day = stored[0].day
        return " ".join(spans) + ("" if day == date(2026, 12, 16) else f" on {day:%-d %b}")

    def clock(self, moment: datetime | None) -> str:
        assert moment
        local = moment.astimezone(self.zone)
        return f"{local:%H:%M:%S}".removesuffix(":00")


def length(seconds: int) -> str:
    shown = f"{seconds // 3600}:{seconds // 60 % 60:02}"
    return f"{shown}:{seconds % 60:02}" if seconds % 60 else shown


@pytest.fixture
def german(projects: None, finn: Person, bot: Bot, clock: FrozenClock) -> Typist:
    clock.forward_to(WEDNESDAY.astimezone(UTC))
    return Typist(finn, bot, BERLIN)


@pytest.fixture
def american(projects: None, aylin: Person, bot: Bot, clock: FrozenClock) -> Typist:
    new_york = ZoneInfo("America/New_York")
    clock.forward_to(WEDNESDAY.replace(tzinfo=new_york).astimezone(UTC))
    return Typist(aylin, bot, new_york)


def test_lengths_and_spans_in_german(german: Typist) -> None:
    for typed, meant in rows(LENGTHS_IN_GERMAN):
        german.check(f"buche {typed} acme website", meant, typed, german.worked)


def test_lengths_and_spans_in_english(american: Typist) -> None:
    for typed, meant in rows(LENGTHS_IN_ENGLISH):
        american.check(f"log {typed} acme website", meant, typed, american.worked)


def test_days_in_german(german: Typist) -> None:
    for typed, meant in rows(DAYS_IN_GERMAN):
        german.check(f"buche 1h acme website {typed}", meant, typed, lambda stored: f"{stored[0].day:%-d %b}")


def test_days_in_english(american: Typist) -> None:
    for typed, meant in rows(DAYS_IN_ENGLISH):
        american.check(f"log 1h acme website {typed}", meant, typed, lambda stored: f"{stored[0].day:%-d %b}")


def test_when_a_timer_began_in_german(german: Typist) -> None:
    for typed, meant in rows(BEGAN_IN_GERMAN):
        german.check(f"start acme website {typed}", meant, typed, lambda stored: german.clock(stored[0].started_at))


def test_when_a_timer_began_in_english(american: Typist) -> None:
    for typed, meant in rows(BEGAN_IN_ENGLISH):
        american.check(f"start acme website {typed}", meant, typed, lambda stored: american.clock(stored[0].started_at))


def test_when_a_timer_ended_in_german(german: Typist) -> None:
    for typed, meant in rows(ENDED_IN_GERMAN):
        ended(german, "start acme website seit 8:00", typed, meant)


def test_when_a_timer_ended_in_english(american: Typist) -> None:
    for typed, meant in rows(ENDED_IN_ENGLISH):
        ended(american, "start acme website since 8:00", typed, meant)


def ended(typist: Typist, began: str, typed: str, meant: str) -> None:
    typist.types(began)
    answer = typist.goes_on(f"stop {typed}").plain()
    (entry,) = everything(typist.bot)
    if meant == REFUSED:
        assert entry.ended_at is None, typed
        assert f"„{typed}“" in answer or f"“{typed}”" in answer
    else:
        assert typist.clock(entry.ended_at) == meant, typed


IN_A_FIELD = """
½h | 0:30
1h 30m 15s | 1:30:15
9-10:30 | 1:30
:45 | 0:45
1 PT | 8:00
1h+30m | 1:30
1 1/2 | 1:30
ca. 2h | 2:00
anderthalb Stunden | 1:30
an hour and a half | 1:30
"""


def test_the_field_duration_of_the_form_takes_the_same_in_german(german: Typist) -> None:
    for typed, meant in rows(IN_A_FIELD):
        filled(german, "buche acme website", "Dauer", typed, meant)


def test_the_field_duration_of_the_form_takes_the_same_in_english(american: Typist) -> None:
    for typed, meant in rows(IN_A_FIELD):
        filled(american, "log acme website", "Duration", typed, meant)


def filled(typist: Typist, command: str, field: str, typed: str, meant: str) -> None:
    offered = typist.types(command)
    offered.click(offered.buttons[0])
    typist.who.modal.fill(field, typed)
    assert typist.who.modal.submit() is None, typed
    assert typist.worked(everything(typist.bot)) == meant, typed


def test_a_working_day_is_as_long_as_the_workspace_says(american: Typist, anna: Person) -> None:
    anna.types("/track settings")
    anna.modal.click("More settings")
    anna.modal.fill("Hours of a working day", "7,5")
    anna.modal.submit()
    assert "7:30 h" in american.types("log 1 person-day acme website").plain()
    assert "11:15 h" in american.types("log one and a half days acme website").plain()


def test_whoever_reads_american_dates_elsewhere_is_asked(german: Typist, workspace: Workspace, door: Door) -> None:
    workspace.add_person("Vera Visitor", zone="Europe/Berlin", locale="en-US")
    vera = Typist(door(workspace, "Vera Visitor"), german.bot, BERLIN)
    asked = vera.types("log 1h acme website 12/10")
    assert "“12/10” may be one of two days" in asked.plain()
    assert asked.buttons == ["Thu, Dec 10, 2026", "Mon, Oct 12, 2026"]
    assert count(german.bot) == 0
    asked.click("Thu, Dec 10, 2026")
    assert [entry.day for entry in everything(german.bot)] == [date(2026, 12, 10)]
    assert "15 Jun" in f"{vera.types('log 1h acme website 15/06/2026') and everything(german.bot)[0].day:%d %b}"
