"""CSV of entries: whatever stands in notes and names comes back as it was, and no spreadsheet calculates with it."""

import csv
import io
import re
import tracemalloc
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.texts import Reader, Words
from bot.reports.exports import layout_of
from bot.reports.rules.csv import FIXED, CsvForm, ExportedEntry, Layout, harmless, hours, lines

T0 = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
GERMAN = Reader.for_locale(locale="de-DE", language=None, zone="Europe/Berlin")
AMERICAN = Reader.for_locale(locale="en-US", language=None, zone="America/New_York")
LAYOUTS = [FIXED, layout_of(GERMAN, CsvForm.READER), layout_of(AMERICAN, CsvForm.READER)]
STARTS = "\t\r\n=+-@−﹢﹣﹦﹫＝＋－＠"

texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=30) | st.text(
    st.sampled_from([*STARTS, "'", '"', ";", ",", " ", "\u200b", "\ufeff", "\u202e", "a", "🤫", "1"]), max_size=8
)


def entry(**facts: object) -> ExportedEntry:
    """An hour of Anna's at Acme."""
    usual = ExportedEntry(
        day=date(2026, 3, 10),
        started_at=T0,
        ended_at=T0 + timedelta(hours=1),
        zone="Europe/Berlin",
        timed=True,
        seconds=3600,
        customer="Acme GmbH",
        number="KD7",
        project="Website",
        service="Design",
        person="Anna Admin",
        note="kick-off",
        private=False,
        tags="call",
        billable=True,
        on_draft=False,
        invoice=None,
        end_guessed=False,
    )
    return usual._replace(**facts)  # type: ignore[arg-type]


def written(layout: Layout, *rows: ExportedEntry, running: int = 0) -> str:
    return "".join(lines(layout, rows, so_far=lambda _: running))


def read(layout: Layout, text: str) -> list[list[str]]:
    """The cells of all lines but the heads."""
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=layout.delimiter, strict=True))[1:]


def original(cell: str) -> str:
    """The text that was made harmless, as docs/decisions tells programs to get it back."""
    pattern = r"'['\s\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]*[\t\r\n=+\-@−﹢﹣﹦﹫＝＋－＠]"
    return cell[1:] if re.match(pattern, cell) else cell


@pytest.mark.parametrize("layout", LAYOUTS, ids=["fixed", "German", "American"])
@given(note=texts, customer=texts, project=texts, person=texts, number=texts)
def test_whatever_is_written_can_be_read_again(
    layout: Layout, note: str, customer: str, project: str, person: str, number: str
) -> None:
    row = entry(note=note, customer=customer, project=project, person=person, number=number)
    text = written(layout, row, row)
    first, second = read(layout, text)
    assert first == second
    assert [original(first[column]) for column in (11, 6, 8, 10, 7)] == [note, customer, project, person, number]
    assert text.encode(layout.encoding).decode(layout.encoding) == text


@given(text=texts)
def test_no_cell_of_text_begins_like_a_formula(text: str) -> None:
    cell = harmless(text)
    assert cell[:1] not in {*STARTS}
    assert cell.lstrip(" \u200b\u202e\ufeff")[:1] not in {*STARTS}
    assert original(cell) == text


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+49 30 1234", "'+49 30 1234"),
        ("-", "'-"),
        ("- a\n- b", "'- a\n- b"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("\n=1", "'\n=1"),
        ("  =1", "'  =1"),
        ("\u200b=1", "'\u200b=1"),
        ("\ufeff@x", "'\ufeff@x"),
        ("＝1", "'＝1"),
        ("＋1", "'＋1"),
        ("－1", "'－1"),
        ("＠x", "'＠x"),
        ("﹦1", "'﹦1"),
        ("−5 °C", "'−5 °C"),
        ("'=1", "''=1"),
        ("'quoted'", "'quoted'"),
        ("a=1", "a=1"),
        ("1-2", "1-2"),
        ('"=1"', '"=1"'),
        ("", ""),
        ("a\0b", "a␀b"),
        ("\0=1", "␀=1"),
        ("שלום =1", "שלום =1"),
        ("🤫", "🤫"),
    ],
)
def test_what_could_be_a_formula_gets_an_apostrophe(text: str, cell: str) -> None:
    assert harmless(text) == cell


def test_names_of_columns_are_texts_too() -> None:
    to = Reader.for_locale(
        locale="de-DE", language=None, zone="Europe/Berlin", words=Words(customer="=1+1", project='A;"B"')
    )
    layout = layout_of(to, CsvForm.READER)
    heads = next(csv.reader(io.StringIO(written(layout), newline=""), delimiter=";"))
    assert (heads[6], heads[8]) == ("'=1+1", 'A;"B"')


def test_the_fixed_form_never_changes() -> None:
    assert written(FIXED, entry(note='He said "no", then left\nat noon', number="")) == (
        "date,start,end,zone,duration,hours,customer,customer_number,project,service,person,note,private,tags,billable,"
        "billed,invoice,end_guessed,running,amount,gross,currency,vat,receipt,pass_through\r\n"
        "2026-03-10,2026-03-10T10:00:00+01:00,2026-03-10T11:00:00+01:00,Europe/Berlin,1:00,1.00,Acme GmbH,,Website,"
        'Design,Anna Admin,"He said ""no"", then left\nat noon",false,call,true,false,,false,false,,,,,,\r\n'
    )
    assert layout_of(GERMAN, CsvForm.FIXED) is FIXED


def test_each_reader_has_their_own_marks() -> None:
    facts = {"seconds": 5_405, "on_draft": True, "private": True, "number": ""}
    german, american = (written(layout, entry(**facts)).splitlines() for layout in LAYOUTS[1:])
    assert german == [
        "Datum;Beginn;Ende;Zeitzone;Dauer;Stunden;Kunde;Kundennummer;Projekt;Leistung;Person;Notiz;"
        "Notiz nicht für den Kunden;Schlagwörter;Abrechenbar;Abgerechnet;Rechnungsnummer;Ende geschätzt;"
        "Zeitmessung läuft;Betrag;Mit Umsatzsteuer;Währung;Umsatzsteuer in Prozent;Belegnummer;"
        "Durchlaufender Posten",
        "10.03.2026;10:00;11:00;Europe/Berlin;1:30;1,5014;Acme GmbH;;Website;Design;Anna Admin;kick-off;ja;call;ja;"
        "auf einem Entwurf;;nein;nein;;;;;;",
    ]
    assert american[1] == (
        "3/10/2026,10:00,11:00,Europe/Berlin,1:30,1.5014,Acme GmbH,,Website,Design,Anna Admin,kick-off,yes,call,yes,"
        "on a draft,,no,no,,,,,,"
    )


@pytest.mark.parametrize(
    ("locale", "day"),
    [
        ("de-DE", "09.03.2026"),
        ("de-AT", "09.03.2026"),
        ("de-CH", "09.03.2026"),
        ("en-US", "3/9/2026"),
        ("en-GB", "09/03/2026"),
        ("fr-FR", "09/03/2026"),
        ("", "09/03/2026"),
    ],
)
def test_days_are_written_as_the_readers_spreadsheet_reads_them(locale: str, day: str) -> None:
    to = Reader.for_locale(locale=locale, language=None, zone="Europe/Berlin")
    assert to.sheet_date(date(2026, 3, 9)) == day


@pytest.mark.parametrize("facts", [{"zone": "America/New_York"}, {"started_at": T0 - timedelta(days=200)}])
def test_times_are_those_on_the_clock_where_the_work_was_done(facts: dict[str, object]) -> None:
    (row,) = read(FIXED, written(FIXED, entry(**facts)))
    began = facts.get("started_at", T0)
    assert isinstance(began, datetime)
    assert datetime.fromisoformat(row[1]) == began
    assert row[1].endswith("-04:00" if "zone" in facts else "+02:00")


def test_an_hour_that_comes_twice_is_told_apart() -> None:
    first, second = (datetime(2026, 10, 25, hour, 30, tzinfo=UTC) for hour in (0, 1))
    rows = read(FIXED, written(FIXED, entry(started_at=first), entry(started_at=second)))
    assert [row[1] for row in rows] == ["2026-10-25T02:30:00+02:00", "2026-10-25T02:30:00+01:00"]


def test_an_entry_without_times_has_none() -> None:
    (row,) = read(FIXED, written(FIXED, entry(timed=False, project=None, service=None)))
    assert row[1:3] == ["", ""]
    assert row[8:10] == ["", ""]


def test_a_timer_counts_so_far_and_says_so() -> None:
    (row,) = read(FIXED, written(FIXED, entry(ended_at=None, seconds=None), running=5_400))
    assert (row[2], row[4], row[5], row[18]) == ("", "1:30", "1.50", "true")


@pytest.mark.parametrize(
    ("facts", "cells"),
    [
        ({}, ["false", ""]),
        ({"on_draft": True}, ["draft", ""]),
        ({"on_draft": True, "invoice": "RE-17"}, ["invoice", "RE-17"]),
        ({"on_draft": True, "invoice": "=17"}, ["invoice", "'=17"]),
    ],
)
def test_whether_it_is_billed_and_by_what(facts: dict[str, object], cells: list[str]) -> None:
    (row,) = read(FIXED, written(FIXED, entry(**facts)))
    assert row[15:17] == cells


@given(seconds=st.integers(0, 40 * 3_600))
def test_hours_tell_each_second_from_the_next(seconds: int) -> None:
    shown = hours(seconds, ".")
    assert round(float(shown) * 3_600) == seconds
    assert len(shown.partition(".")[2]) in (2, 3, 4)
    assert hours(seconds, ",") == shown.replace(".", ",")


def test_a_year_of_a_team_is_not_held_in_memory() -> None:
    def year() -> Iterable[ExportedEntry]:
        for number in range(20_000):
            yield entry(note=f"ticket {number} " + "x" * 200, day=date(2026, 1, 1) + timedelta(days=number % 365))

    tracemalloc.start()
    try:
        count = sum(1 for _ in lines(FIXED, year(), so_far=lambda _: 0))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert count == 20_001
    assert peak < 2_000_000
