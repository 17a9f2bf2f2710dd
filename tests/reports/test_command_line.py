"""`trackomat report`: the words of `/track report` for people who script, as a table, CSV or JSON."""

import csv
import io
import json
import os
import shlex
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from bot.__main__ import main
from bot.catalog.rules.spelling import name_key
from bot.core.context import Bot
from bot.core.settings import Settings
from bot.reports import command_line
from bot.reports.command_line import Asked, Shape
from bot.reports.rules.columns import aligned, cut_to, on_screen, width_of
from playground.person import Person
from storage import catalog as catalog_rows
from storage import creation as creation_rows
from storage import people as people_rows
from storage.database import Database
from tests.conftest import T0, FrozenClock, NewDatabase

Command = Callable[..., Result]
pytestmark = pytest.mark.usefixtures("projects")


@pytest.fixture
def trackomat(settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Command:
    """The command line at T0, in a folder without .env."""
    monkeypatch.setattr("bot.core.clock.system_clock", lambda: T0)
    monkeypatch.chdir(tmp_path)
    for name in ("TRACKOMAT_CLOCK", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATABASE_URL", settings.database_url)
    monkeypatch.setenv("TRACKOMAT_KEY", "a key for tests that is long enough")
    return lambda *words: CliRunner().invoke(main, ["report", *words])


def test_the_only_person_needs_no_name(anna: Person, trackomat: Command) -> None:
    anna.types("/track log 2h acme website")
    anna.types("/track log 1h bäckerei shop")
    said = trackomat()
    assert said.exit_code == 0
    assert said.stdout.splitlines() == [
        "March 2026 · own time · by customer and project",
        "3:00 h · 3:00 h billable · 3:00 h not billed yet · 3:00 h of it without a rate",
        "",
        "Customer              Project  Hours  Billable  Not billed          Net",
        "Acme GmbH             Website   2:00      2:00        2:00  no rate yet",
        "Bäckerei Söhne & Co.  Shop      1:00      1:00        1:00  no rate yet",
        "Total                           3:00      3:00        3:00  no rate yet",
    ]
    assert said.stderr == ""


@pytest.fixture
def team(projects: None, anna: Person, finn: Person) -> None:
    """Two hours of Anna's, one of Finn's that nobody bills."""
    anna.types("/track log 2h acme website #call: =1+1")
    finn.types("/track log 1h acme app design --intern: Streit")


@pytest.mark.usefixtures("team")
@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["--person", "anna"], "March 2026 · own time · by customer and project"),
        (["--person", "Anna Admin", "acme", "by", "service"], "Acme GmbH · March 2026 · own time · by service"),
        (["team"], "March 2026 · everybody · by customer and project"),
        (["team", "nach", "kunde"], "March 2026 · everybody · by customer"),
        (["finn", "by", "day"], "March 2026 · Finn Freelancer · by day"),
        (["team acme q1 by month"], "Acme GmbH · Q1 2026 · everybody · by month"),
        (["team", "dieses", "jahr", "nicht", "abgerechnet"], "2026 · not billed · everybody"),
        (["#call", "team"], "March 2026 · #call · everybody"),
        (["--person", "finn"], "März 2026 · eigene Zeit · nach Kunde und Projekt"),
        (["--person", "finn", "--lang", "en"], "March 2026 · own time · by customer and project"),
        (["team", "--lang", "de"], "März 2026 · alle · nach Kunde und Projekt"),
    ],
)
def test_the_words_are_those_of_slack(trackomat: Command, words: list[str], line: str) -> None:
    said = trackomat(*words)
    assert said.exit_code == 0, said.stderr
    assert said.stdout.startswith(line)


@pytest.mark.usefixtures("team")
@pytest.mark.parametrize(
    ("words", "why"),
    [
        ([], "Whose time? Name somebody with --person, or add “team” to the words."),
        (["acme"], "There are: Anna Admin, Finn Freelancer"),
        (["--person", "bob"], "Nobody here is called “bob”. There are: Anna Admin, Finn Freelancer"),
        (["team", "report", "me"], "me"),
        (["team", "--workspace", "T9"], "There is no workspace T9 here. There are: T00000001"),
        (["team", "xyzzy"], "xyzzy"),
        (["team", "2026-13-40"], "2026-13-40"),
        (["team", "--lang", "tlh"], "There is no language tlh, only en, de."),
        (["team", "--csv", "--json"], "Choose --csv or --json."),
        (["team", "by", "weather"], "weather"),
    ],
)
def test_what_is_not_understood_is_said_and_nothing_is_printed(trackomat: Command, words: list[str], why: str) -> None:
    said = trackomat(*words)
    assert said.exit_code == 2
    assert said.stdout == ""
    assert why in said.stderr
    assert "Traceback" not in said.stderr


@pytest.mark.usefixtures("team")
def test_of_two_readings_each_is_named_with_the_words_for_it(bot: Bot, trackomat: Command) -> None:
    with bot.database.write() as db:
        creation_rows.add_project(db, 1, 1, name="Design", key=name_key("Design"))
        catalog_rows.names_changed(db, 1)
    said = trackomat("team", "design")
    assert (said.exit_code, said.stdout) == (2, "")
    readings = [line.strip() for line in said.stderr.splitlines() if line.startswith("  ")]
    assert len(readings) == 2
    for line in readings:
        words = shlex.split(line.partition("   (")[0])
        assert words[:2] == ["trackomat", "report"]
        assert trackomat(*words[2:]).exit_code == 0


@pytest.mark.usefixtures("team")
def test_json_has_seconds_cents_and_keys_that_stay(trackomat: Command) -> None:
    told = json.loads(trackomat("team", "by", "project", "--json", "--lang", "de").stdout)
    assert told["by"] == ["project"]
    assert told["currency"] == "EUR"
    assert told["filter"] == {
        "first": "2026-03-01",
        "last": "2026-03-31",
        "customers": [],
        "projects": [],
        "services": [],
        "people": [],
        "tags": [],
        "billable": None,
        "billed": None,
        "text": "",
    }
    figures = {
        "seconds": 10_800,
        "billable_seconds": 10_800,
        "open_seconds": 10_800,
        "unpriced_seconds": 10_800,
        "running_seconds": 0,
        "guessed_seconds": 0,
        "net_cents": 0,
        "net_cents_in_other_currencies": {},
        "entries": 2,
        "timers": 0,
        "covered_seconds": 0,
    }
    assert told["totals"] == figures
    assert [(row["customer"], row["project"], row["seconds"]) for row in told["rows"]] == [
        ("Acme GmbH", "Website", 7_200),
        ("Acme GmbH", "App", 3_600),
    ]
    assert all({*row} == {*figures, "customer", "project"} for row in told["rows"])


@pytest.mark.usefixtures("team")
@pytest.mark.parametrize(
    ("by", "keys"),
    [
        ("day", {"day": "2026-03-10"}),
        ("week", {"week": "2026-03-09"}),
        ("month", {"month": "2026-03"}),
        ("customer and month", {"customer": "Acme GmbH", "month": "2026-03"}),
        ("tag", {"tag": "call"}),
        ("person", {"person": "Anna Admin"}),
        ("service", {"service": None}),
    ],
)
def test_rows_of_json_say_what_they_are_about(trackomat: Command, by: str, keys: dict[str, str | None]) -> None:
    row = json.loads(trackomat("team", f"by {by}", "--json").stdout)["rows"][0]
    assert {name: value for name, value in row.items() if name in ("customer", *keys)} == keys


@pytest.mark.usefixtures("team")
def test_csv_has_the_entries_in_the_form_that_never_changes(trackomat: Command) -> None:
    said = trackomat("team", "--csv", "--lang", "de")
    assert said.stdout_bytes.startswith(b"date,start,end,")
    rows = list(csv.DictReader(io.StringIO(said.stdout_bytes.decode(), newline="")))
    assert [(row["person"], row["note"], row["private"]) for row in rows] == [
        ("Anna Admin", "'=1+1", "false"),
        ("Finn Freelancer", "Streit", "true"),
    ]


@pytest.mark.usefixtures("team")
def test_csv_says_that_its_lines_are_put_together_by_nothing(trackomat: Command) -> None:
    said = trackomat("team", "by", "day", "--csv")
    assert said.exit_code == 0
    assert "--csv has a line for each entry, so “by day” changes nothing." in said.stderr
    assert trackomat("team", "--csv").stderr == ""


def test_several_workspaces_have_to_be_told_apart(anna: Person, bot: Bot, trackomat: Command) -> None:
    anna.types("/track log 1h acme website")
    with bot.database.write() as db:
        people_rows.ensure_workspace(db, "T2", at=T0)
    said = trackomat("team")
    assert (said.exit_code, said.stderr) == (2, "Which workspace? Name one with --workspace: T00000001, T2\n")
    assert trackomat("--workspace", "T00000001").exit_code == 0
    assert "Nobody uses Trackomat in this workspace yet." in trackomat("--workspace", "T2").stderr


@pytest.mark.parametrize(
    ("environment", "locale"),
    [
        ({"LANG": "de_DE.UTF-8"}, "de-DE"),
        ({"LANG": "de_DE.UTF-8", "LC_ALL": "C"}, "C"),
        ({"LC_MESSAGES": "en_GB", "LANG": "de_DE"}, "en-GB"),
        ({"LANG": "de_AT@euro"}, "de-AT"),
        ({}, ""),
    ],
)
def test_the_machines_language_is_read_from_its_environment(environment: dict[str, str], locale: str) -> None:
    assert command_line.locale_of(environment) == locale


@pytest.mark.usefixtures("team")
def test_the_machines_language_counts_where_no_person_is_named(
    trackomat: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANG", "de_DE.UTF-8")
    assert trackomat("team").stdout.startswith("März 2026 · alle")
    assert trackomat("--person", "anna").stdout.startswith("March 2026 · own time")


@pytest.mark.parametrize(
    ("text", "width"),
    [
        ("Acme", 4),
        ("漢字", 4),
        ("🤫", 2),
        ("e\u0301", 1),
        ("❤\ufe0f", 2),
        ("👩\u200d💻", 2),
        ("👍🏽", 2),
        ("\u200b", 0),
        ("ｆｕｌｌ", 8),
        ("שלום", 4),
        ("", 0),
    ],
)
def test_the_width_of_a_text_is_that_on_the_screen(text: str, width: int) -> None:
    assert width_of(text) == width


@given(text=st.text(max_size=40), most=st.integers(1, 20))
def test_what_is_cut_fits(text: str, most: int) -> None:
    assert width_of(cut_to(text, most)) <= max(most, 1)


def test_nothing_of_a_name_moves_the_cursor_or_colours_the_terminal() -> None:
    assert on_screen("a\x1b[31mb\rc\u202ed\x07") == "a�[31mb�c�d�"


@pytest.mark.parametrize("space", ["\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}", "\N{THIN SPACE}"])
def test_spaces_of_other_widths_are_spaces_on_the_screen(space: str) -> None:
    assert on_screen(f"4.881,10{space}€") == "4.881,10 €"


def test_columns_stay_below_each_other_and_names_give_way_first() -> None:
    rows = [["Customer", "Hours"], ["漢字株式会社とても長い名前", "1:00"], ["Acme", "100:00"]]
    assert aligned(rows, names=1, most=None) == [
        "Customer                     Hours",
        "漢字株式会社とても長い名前    1:00",
        "Acme                        100:00",
    ]
    narrow = aligned(rows, names=1, most=20)
    assert narrow is not None
    assert {width_of(line) for line in narrow} == {20}
    assert aligned(rows, names=1, most=10) is None


@pytest.mark.usefixtures("team")
@pytest.mark.parametrize("width", [24, 30, 40, 60, 80])
def test_a_narrow_terminal_gets_narrower_names_and_fewer_columns(bot: Bot, width: int) -> None:
    lines = "".join(command_line.answer(bot, Asked("team by customer and project", width=width)).pieces).splitlines()
    table = lines[3:7]
    assert all(width_of(line) <= width for line in table)
    assert all("2:00" in line for line in table if "Acme" in line and "App" not in line)


@pytest.mark.usefixtures("team")
@pytest.mark.parametrize("shape", list(Shape))
def test_nothing_is_printed_before_all_is_understood(bot: Bot, shape: Shape) -> None:
    with pytest.raises(command_line.Refused):
        command_line.answer(bot, Asked("team xyzzy", shape=shape))


@pytest.mark.usefixtures("team")
@pytest.mark.parametrize("shape", [[], ["--csv"]])
def test_whoever_stops_reading_is_left_alone(settings: Settings, tmp_path: Path, shape: list[str]) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("LANG", "LC_"))}
    environment |= {"DATABASE_URL": settings.database_url, "TRACKOMAT_KEY": "a key for tests that is long enough"}
    environment |= {"PYTHONPATH": str(Path(__file__).parents[2]), "LC_ALL": "C"}
    command = [sys.executable, "-m", "bot", "report", "team", "march", "2026", *shape]
    with subprocess.Popen(
        command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as reading:
        assert reading.stdout
        assert reading.stderr
        reading.stdout.close()
        assert reading.stderr.read() == b""
        assert reading.wait() == 0


@pytest.mark.usefixtures("team")
def test_where_nothing_fits_it_says_where_something_is(trackomat: Command) -> None:
    assert trackomat("team", "2025").stdout.splitlines() == [
        "2025 · everybody · by customer and project",
        "0:00 h · Nothing is written down for that.",
        "",
        "There is something here:",
        "  2026, last on Tue, 10 Mar",
    ]


def test_what_there_is_to_know_of_the_sums_stands_below(anna: Person, clock: FrozenClock, trackomat: Command) -> None:
    anna.types("/track start acme website")
    said = trackomat().stdout.splitlines()
    assert said[-2:] == ["", "1 timer still runs: 0:00 h so far, which no invoice takes yet."]


def test_before_anybody_used_it_there_is_nobody(bot: Bot, new_database: NewDatabase, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    database = Database(new_database(empty))
    with closing(database), pytest.raises(command_line.Refused, match="Nobody uses Trackomat here yet"):
        command_line.answer(replace(bot, database=database), Asked("team"))


def test_of_two_of_a_name_it_is_asked_who(finn: Person, anna: Person, bot: Bot, trackomat: Command) -> None:
    finn.types("/track log 1h acme website")
    with bot.database.write() as db:
        people_rows.change_person(db, 2, name="Anna Freelancer")
    said = trackomat("--person", "anna")
    assert said.stderr == "“anna” may be several people: Anna Admin, Anna Freelancer\n"
    assert trackomat("--person", "anna freelancer").exit_code == 0
    assert trackomat("--person", "free").stdout.startswith("März 2026 · eigene Zeit")
    assert trackomat("--person", finn.id).exit_code == 0


WORDS = (
    "team acme by service help list report last year #call design 2026 q1 not billed nach kunde bis - : x me and "
    "everybody anna , woche"
)


@pytest.mark.usefixtures("team")
@given(words=st.text(max_size=60) | st.lists(st.sampled_from(WORDS.split()), max_size=6).map(" ".join))
@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
def test_any_words_are_answered_or_refused_in_words(bot: Bot, words: str) -> None:
    try:
        said = "".join(command_line.answer(bot, Asked(words, person="anna")).pieces)
    except command_line.Refused as refused:
        said = str(refused)
    assert said
    assert all(each.isprintable() or each in "\n\u200d" for each in said)
