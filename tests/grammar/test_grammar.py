"""What people type after `/track`: each rule of the grammar in both languages, and each refusal."""

from collections import defaultdict
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from re._parser import SubPattern
from re._parser import parse as sre_parse
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.languages import languages
from bot.grammar.phrases import Phrases
from bot.grammar.reading import parse, parse_duration, vocabulary
from bot.grammar.refusals import NotUnderstood, Reason
from bot.grammar.values import (
    LONGEST_TEXT,
    Command,
    Continue,
    Delete,
    Duration,
    Edit,
    Form,
    Gaps,
    Help,
    Link,
    List,
    Log,
    Note,
    Span,
    Split,
    Start,
    Status,
    Stop,
    Switch,
    Tag,
    Undo,
    Unknown,
    Untimed,
    Which,
)
from bot.grammar.wording import SUBCOMMANDS
from tests.grammar.writing import written

BERLIN = ZoneInfo("Europe/Berlin")
NEW_YORK = ZoneInfo("America/New_York")
NOW = datetime(2026, 3, 11, 14, 0, tzinfo=UTC)  # Wednesday, 15:00 in Berlin, 10:00 in New York
TODAY = date(2026, 3, 11)


def berlin(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN).astimezone(UTC)


def read(text: str, *, at: datetime = NOW, zone: ZoneInfo = BERLIN) -> Command:
    return parse(text, now=at, zone=zone)


def refusal(text: str, *, at: datetime = NOW, zone: ZoneInfo = BERLIN) -> tuple[Reason, str]:
    with pytest.raises(NotUnderstood) as refused:
        parse(text, now=at, zone=zone)
    return refused.value.reason, refused.value.piece


# Which command


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("start", Start((), "", None)),
        ("starte acme", Start(("acme",), "", None)),
        ("los acme", Start(("acme",), "", None)),
        ("beginne acme", Start(("acme",), "", None)),
        ("START Acme", Start(("Acme",), "", None)),
        ("stop", Stop(None, None)),
        ("stopp", Stop(None, None)),
        ("ende", Stop(None, None)),
        ("log 1h", Log((), "", Duration(3600, TODAY))),
        ("buche 1h", Log((), "", Duration(3600, TODAY))),
        ("erfasse 1h", Log((), "", Duration(3600, TODAY))),
        ("eintragen 1h", Log((), "", Duration(3600, TODAY))),
        ("status", Status()),
        ("list", List(TODAY, TODAY)),
        ("liste", List(TODAY, TODAY)),
        ("connect acme", Form("connect", ("acme",))),
        ("verbinden", Form("connect", ())),
        ("invoice acme/website", Form("invoice", ("acme", "website"))),
        ("rechnung acme März", Form("invoice", ("acme", "März"))),
        ("settings", Form("settings", ())),
        ("einstellungen", Form("settings", ())),
        ("new Relaunch 2h", Form("new", ("Relaunch", "2h"))),
        ("neu Relaunch", Form("new", ("Relaunch",))),
        ("anlegen Kunde: Acme & Söhne", Form("new", ("Kunde", "Acme", "&", "Söhne"))),
        ("connect https://acme.billomat.net/app", Form("connect", ("https://acme.billomat.net/app",))),
        ("", Form("track", ())),
        (" \u00a0\u200b\n", Form("track", ())),
        ("switch acme", Switch(("acme",), "", None)),
        ("wechsle acme", Switch(("acme",), "", None)),
        ("Wechsel: Review", Switch((), "Review", None)),
        ("continue", Continue((), None)),
        ("resume acme", Continue(("acme",), None)),
        ("weiter acme/website", Continue(("acme", "website"), None)),
        ("edit", Edit(Which())),
        ("bearbeite", Edit(Which())),
        ("ändere", Edit(Which())),
        ("split", Split(None, Which())),
        ("teile", Split(None, Which())),
        ("delete", Delete(Which())),
        ("lösche", Delete(Which())),
        ("undo", Undo()),
        ("rückgängig", Undo()),
        ("tag #call", Tag(("call",), (), Which())),
        ("tagge #call", Tag(("call",), (), Which())),
        ("note review", Note("review", Which())),
        ("notiz Review", Note("Review", Which())),
        ("gaps", Gaps(TODAY)),
        ("lücken", Gaps(TODAY)),
        ("link acme/website", Link(("acme", "website"))),
        ("verknüpfe", Link(())),
        ("help", Help(None)),
        ("hilfe", Help(None)),
        ("?", Help(None)),
        ("help log", Help("log")),
        ("hilfe buche", Help("log")),
        ("help strat", Unknown("strat", "start")),
        ("strat acme", Unknown("strat", "start")),
        ("Stpo", Unknown("Stpo", "stop")),
        ("buchen 2h", Unknown("buchen", "log")),
        ("frobnicate", Unknown("frobnicate", None)),
        (":tada:", Unknown(":tada:", None)),
        ('"start" acme', Unknown("start", "start")),
        (": nothing but a note", Unknown(":", None)),
    ],
)
def test_the_first_word_says_what_to_do(typed: str, meant: Command) -> None:
    assert read(typed) == meant


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_example_in_the_help_means_the_command_it_explains(language: str) -> None:
    for subcommand in SUBCOMMANDS:
        wording = subcommand.wording(language)
        needed = {"log": " 1h", "tag": " #call", "note": ": review"}.get(subcommand.name, "")
        kinds = {type(read(word + needed)) for word in wording.words}
        assert {type(read(text)) for text in wording.examples} == kinds
        assert wording.usage.split()[0] in wording.words
        assert wording.summary.endswith(".")


def test_no_word_begins_two_commands() -> None:
    meant = defaultdict(set)
    for subcommand in SUBCOMMANDS:
        for language in languages():
            for word in (subcommand.name, *subcommand.wording(language).words):
                meant[word.casefold()].add(subcommand.name)
    assert [word for word, names in meant.items() if len(names) > 1] == []


# Names and notes


@pytest.mark.parametrize(
    ("typed", "words", "note"),
    [
        ("start acme website", ("acme", "website"), ""),
        ("start acme/website", ("acme", "website"), ""),
        ("start acme / website", ("acme", "website"), ""),
        ("start Müller & Co. GmbH", ("Müller", "&", "Co.", "GmbH"), ""),
        ("start Mu\u0308ller", ("Müller",), ""),
        ("start acme: review", ("acme",), "review"),
        ("start acme : review", ("acme",), "review"),
        ("start acme:\nreview", ("acme",), "review"),
        ("start acme: 2h  yesterday: as  typed ", ("acme",), "2h  yesterday: as  typed"),
        ("start acme:", ("acme",), ""),
        ("start: review", (), "review"),
        ("start acme:review", ("acme:review",), ""),
        ("start acme :tada: launch: review", ("acme", ":tada:", "launch"), "review"),
        ("start acme :wave::skin-tone-3: hi", ("acme", ":wave::skin-tone-3:", "hi"), ""),
        ('start "10.03. relaunch"', ("10.03. relaunch",), ""),
        ("start „seit 9:15“ acme", ("seit 9:15", "acme"), ""),
        ("start “yesterday” acme", ("yesterday", "acme"), ""),
        ("start »heute« «mo»", ("heute", "mo"), ""),
        ('start "acme: relaunch/2": review', ("acme: relaunch/2",), "review"),
        ('start "stop"', ("stop",), ""),
        ('start 19" rack', ('19"', "rack"), ""),
        ('start "acme', ('"acme',), ""),
        ("start 2h 10.03 24/7", ("2h", "10.03", "24", "7"), ""),
        ("st\u200bart\u00a0\u00a0ac\u200eme  \u202ex\u200d", ("acme", "x"), ""),
        ("start 👩\u200d💻 acme: 👩\u200d💻 pairing", ("👩\u200d💻", "acme"), "👩\u200d💻 pairing"),
        ("start عميل: مراجعة", ("عميل",), "مراجعة"),
        ("start acme\x00: a\x07b", ("acme",), "ab"),
    ],
)
def test_what_is_neither_time_nor_day_is_a_name_and_a_colon_begins_the_note(
    typed: str, words: tuple[str, ...], note: str
) -> None:
    assert read(typed) == Start(words, note, None)


def test_an_emptied_note_differs_from_no_note_when_stopping() -> None:
    assert read("stop:") == Stop(None, "")
    assert read("stop 14:30: fertig") == Stop(berlin("2026-03-11 14:30"), "fertig")


# Tags, and what is not billed


@pytest.mark.parametrize(
    ("typed", "words", "tags"),
    [
        ("start acme #call", ("acme",), ("call",)),
        ("start #call acme #Büro-Zeit", ("acme",), ("call", "büro-zeit")),
        ("start #Bu\u0308ro acme, #it_2, #call", ("acme,",), ("büro", "it_2", "call")),
        ("start #Call #CALL #call", (), ("call",)),
        ("start acme #12", ("acme", "#12"), ()),
        ("start #x #- # #" + "y" * 41, ("#x", "#-", "#", "#" + "y" * 41), ()),
        ("start #" + "y" * 40, (), ("y" * 40,)),
        ('start "#call" acme', ("#call", "acme"), ()),
        ("start acme -#call", ("acme", "-#call"), ()),
        ("start c# a#b", ("c#", "a#b"), ()),
    ],
)
def test_a_tag_begins_with_a_hash_and_is_no_number(typed: str, words: tuple[str, ...], tags: tuple[str, ...]) -> None:
    assert read(typed) == Start(words, "", None, tags)


def test_a_hash_within_a_note_is_text() -> None:
    assert read("start acme: fixes #call") == Start(("acme",), "fixes #call", None)


@pytest.mark.parametrize(
    ("typed", "billable"),
    [
        ("--nb", False),
        ("—nb", False),
        ("--non-billable", False),
        ("non-billable", False),
        ("not billable", False),
        ("nicht abrechenbar", False),
        ("--billable", True),
        ("billable", True),
        ("abrechenbar", True),
        ("", None),
    ],
)
def test_one_word_says_whether_work_is_billable(typed: str, billable: bool | None) -> None:
    assert read(f"start acme {typed}: review") == Start(("acme",), "review", None, (), billable)
    assert read(f"start {typed} acme #call") == Start(("acme",), "", None, ("call",), billable)
    assert read(f"stop {typed} #call") == Stop(None, None, ("call",), billable)
    assert read(f"log {typed} 2h acme #call") == Log(("acme",), "", Duration(7200, TODAY), ("call",), billable)
    assert read(f"switch acme {typed}") == Switch(("acme",), "", None, (), billable)


# Which entry


@pytest.mark.parametrize(
    ("typed", "which"),
    [
        ("", Which()),
        ("yesterday", Which(day=date(2026, 3, 10))),
        ("gestern", Which(day=date(2026, 3, 10))),
        ("9:15", Which(at=berlin("2026-03-11 09:15"))),
        ("9.15", Which(at=berlin("2026-03-11 09:15"))),
        ("at 9am", Which(at=berlin("2026-03-11 09:00"))),
        ("um 9 Uhr", Which(at=berlin("2026-03-11 09:00"))),
        ("9:15 on Monday", Which(at=berlin("2026-03-09 09:15"))),
        ("gestern 9:15", Which(at=berlin("2026-03-10 09:15"))),
        ("17:30", Which(at=berlin("2026-03-10 17:30"))),
        ("2h ago", Which(at=berlin("2026-03-11 13:00"))),
        ("vor 2 Stunden", Which(at=berlin("2026-03-11 13:00"))),
    ],
)
def test_a_day_or_a_moment_says_which_entry(typed: str, which: Which) -> None:
    assert read(f"edit {typed}") == Edit(which)
    assert read(f"lösche {typed}") == Delete(which)
    assert read(f"split {typed}") == Split(which.at, which)
    assert read(f"tag {typed} #call -#Draft") == Tag(("call",), ("draft",), which)
    assert read(f"tag #call {typed}") == Tag(("call",), (), which)
    assert read(f"note {typed}: as  typed: #1") == Note("as  typed: #1", which)


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("note call with Bob: he is fine", "call with Bob: he is fine"),
        ("note at 9:15", "at 9:15"),
        ("note 25:00 #call", "25:00 #call"),
        ("notiz  „Angebot“  fertig ", "„Angebot“  fertig"),
        ("note:", ""),
    ],
)
def test_a_note_is_taken_as_it_was_typed(typed: str, text: str) -> None:
    assert read(typed) == Note(text, Which())


def test_going_on_can_be_backdated() -> None:
    assert read("continue acme since 9:15") == Continue(("acme",), berlin("2026-03-11 09:15"))
    assert read("weiter vor 20m") == Continue((), berlin("2026-03-11 14:40"))
    assert read("switch acme at 14:30: review #1") == Switch(("acme",), "review #1", berlin("2026-03-11 14:30"))


def test_the_gaps_are_those_of_a_day() -> None:
    assert read("gaps yesterday") == Gaps(date(2026, 3, 10))
    assert read("lücken am Montag") == Gaps(date(2026, 3, 9))


# How long


@pytest.mark.parametrize(
    ("typed", "seconds"),
    [
        ("2h", 7200),
        ("2 h", 7200),
        ("2 hours", 7200),
        ("2 hrs", 7200),
        ("2 Stunden", 7200),
        ("1 Stunde", 3600),
        ("2std", 7200),
        ("2 Std.", 7200),
        ("1h30", 5400),
        ("1h5", 3900),
        ("1h30m", 5400),
        ("1h 30m", 5400),
        ("1 hour and 30 minutes", 5400),
        ("1 Stunde und 30 Minuten", 5400),
        ("1 Std 30 Min", 5400),
        ("90m", 5400),
        ("90 min", 5400),
        ("90 Min.", 5400),
        ("90 minutes", 5400),
        ("1,5", 5400),
        ("1.5", 5400),
        ("1,5h", 5400),
        ("1.5 h", 5400),
        ("0,33h", 1188),
        ("0.3333h", 1200),
        ("0,5m", 30),
        ("1:30", 5400),
        ("1:30 h", 5400),
        ("1:30:20", 5420),
        ("1 hr.", 3600),
        ("10.03", 36108),
        ("24h", 86400),
        ("24:00", 86400),
        ("2", 7200),
    ],
)
def test_a_duration_can_be_typed_like_this(typed: str, seconds: int) -> None:
    assert read(f"log {typed} acme") == Log(("acme",), "", Duration(seconds, TODAY))
    assert parse_duration(f" {typed}\u00a0") == seconds


def test_a_bare_number_is_hours_only_right_behind_log() -> None:
    assert read("log 2 acme 3") == Log(("acme", "3"), "", Duration(7200, TODAY))
    assert refusal("log acme 2") == (Reason.NO_DURATION, "log")


@pytest.mark.parametrize(
    ("typed", "rest"),
    [
        ("log", Untimed((), "", TODAY, (), None)),
        (
            "log acme/website #call gestern --nb: 2h",
            Untimed(("acme", "website"), "2h", date(2026, 3, 10), ("call",), False),
        ),
        ("log acme at 9", None),
        ("log acme 2h ago", None),
        ("log -1h acme", None),
    ],
)
def test_where_only_the_length_is_missing_the_rest_is_understood(typed: str, rest: Untimed | None) -> None:
    with pytest.raises(NotUnderstood) as refused:
        read(typed)
    assert refused.value.rest == rest


def test_the_parts_may_stand_in_any_order() -> None:
    meant = Log(("acme", "website"), "review", Duration(5400, date(2026, 3, 10)))
    assert read("log yesterday acme 1h30 website: review") == meant
    assert read("log acme website 1h30, gestern: review") == meant


# On which day


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("today", "2026-03-11"),
        ("heute", "2026-03-11"),
        ("yesterday", "2026-03-10"),
        ("Gestern", "2026-03-10"),
        ("day before yesterday", "2026-03-09"),
        ("vorgestern", "2026-03-09"),
        ("mon", "2026-03-09"),
        ("on Monday", "2026-03-09"),
        ("mo", "2026-03-09"),
        ("Mo.", "2026-03-09"),
        ("am Montag", "2026-03-09"),
        ("tue", "2026-03-10"),
        ("di", "2026-03-10"),
        ("wednesday", "2026-03-11"),
        ("mittwoch", "2026-03-11"),
        ("thu", "2026-03-05"),
        ("donnerstag", "2026-03-05"),
        ("fri", "2026-03-06"),
        ("fr", "2026-03-06"),
        ("saturday", "2026-03-07"),
        ("Sonnabend", "2026-03-07"),
        ("sunday", "2026-03-08"),
        ("so", "2026-03-08"),
        ("3 days ago", "2026-03-08"),
        ("vor 3 Tagen", "2026-03-08"),
        ("1 week ago", "2026-03-04"),
        ("vor 2 Wochen", "2026-02-25"),
        ("2026-03-10", "2026-03-10"),
        ("10.03.", "2026-03-10"),
        ("10.3.", "2026-03-10"),
        ("am 10.3.", "2026-03-10"),
        ("12.03.", "2025-03-12"),
        ("10.03.2026", "2026-03-10"),
        ("10.03.26", "2026-03-10"),
        ("10. 3. 2026", "2026-03-10"),
        ("10 March", "2026-03-10"),
        ("10th March", "2026-03-10"),
        ("on March 10", "2026-03-10"),
        ("March 10, 2025", "2025-03-10"),
        ("10. März", "2026-03-10"),
        ("10. Ma\u0308rz 2025", "2025-03-10"),
        ("24. Dez.", "2025-12-24"),
        ("29.02.2024", "2024-02-29"),
    ],
)
def test_a_day_is_the_last_one_that_fits(typed: str, day: str) -> None:
    meant = date.fromisoformat(day)
    assert read(f"log 1h acme {typed}") == Log(("acme",), "", Duration(3600, meant))
    assert read(f"list {typed}") == List(meant, meant)


def test_the_29th_of_february_without_a_year_is_found_in_a_leap_year_just_past() -> None:
    january = datetime(2025, 1, 10, 12, tzinfo=UTC)
    assert read("list 29.02.", at=january) == List(date(2024, 2, 29), date(2024, 2, 29))


def test_today_is_the_persons_own_day() -> None:
    late = datetime(2026, 3, 11, 2, 0, tzinfo=UTC)
    assert read("list", at=late, zone=BERLIN) == List(date(2026, 3, 11), date(2026, 3, 11))
    assert read("list", at=late, zone=NEW_YORK) == List(date(2026, 3, 10), date(2026, 3, 10))
    assert read("log 1h", at=late, zone=NEW_YORK) == Log((), "", Duration(3600, date(2026, 3, 10)))


@pytest.mark.parametrize(
    ("typed", "first", "last"),
    [
        ("week", "2026-03-09", "2026-03-11"),
        ("this week", "2026-03-09", "2026-03-11"),
        ("Woche", "2026-03-09", "2026-03-11"),
        ("diese Woche", "2026-03-09", "2026-03-11"),
        ("last week", "2026-03-02", "2026-03-08"),
        ("letzte Woche", "2026-03-02", "2026-03-08"),
        ("monday to tuesday", "2026-03-09", "2026-03-10"),
        ("from 1.3. until yesterday", "2026-03-01", "2026-03-10"),
        ("Montag bis heute", "2026-03-09", "2026-03-11"),
        ("von 1.3. bis 10. März", "2026-03-01", "2026-03-10"),
        ("1.3.-10.3.", "2026-03-01", "2026-03-10"),
        ("1.3. – 10.3.", "2026-03-01", "2026-03-10"),
        ("28.12.2025–1.1.2026", "2025-12-28", "2026-01-01"),
        ("2026-03-01 - 2026-03-10", "2026-03-01", "2026-03-10"),
        ("since monday", "2026-03-09", "2026-03-11"),
        ("seit 1.3.", "2026-03-01", "2026-03-11"),
        ("month", "2026-03-01", "2026-03-11"),
        ("this month", "2026-03-01", "2026-03-11"),
        ("Monat", "2026-03-01", "2026-03-11"),
        ("diesen Monat", "2026-03-01", "2026-03-11"),
        ("last month", "2026-02-01", "2026-02-28"),
        ("letzter Monat", "2026-02-01", "2026-02-28"),
        ("letzten Monat", "2026-02-01", "2026-02-28"),
        ("march", "2026-03-01", "2026-03-11"),
        ("März", "2026-03-01", "2026-03-11"),
        ("may", "2025-05-01", "2025-05-31"),
        ("Mai", "2025-05-01", "2025-05-31"),
        ("february 2024", "2024-02-01", "2024-02-29"),
        ("Dezember 2025", "2025-12-01", "2025-12-31"),
    ],
)
def test_a_list_covers_whole_days_and_ends_today_at_the_latest(typed: str, first: str, last: str) -> None:
    assert read(f"list {typed}") == List(date.fromisoformat(first), date.fromisoformat(last))


def test_a_week_begins_when_the_workspace_says() -> None:
    def week(typed: str, start: int) -> Command:
        return parse(typed, now=NOW, zone=BERLIN, week_start=start)

    assert week("list week", 6) == List(date(2026, 3, 8), TODAY)
    assert week("list last week", 6) == List(date(2026, 3, 1), date(2026, 3, 7))
    assert week("liste Woche", 2) == List(TODAY, TODAY)
    assert week("liste Woche", 3) == List(date(2026, 3, 5), TODAY)


# From when to when


@pytest.mark.parametrize(
    ("typed", "start", "end"),
    [
        ("9-10:30", "2026-03-11 09:00", "2026-03-11 10:30"),
        ("9:00–10:30", "2026-03-11 09:00", "2026-03-11 10:30"),
        ("9:00—10:30", "2026-03-11 09:00", "2026-03-11 10:30"),
        ("9 - 10:30", "2026-03-11 09:00", "2026-03-11 10:30"),
        ("9-10", "2026-03-11 09:00", "2026-03-11 10:00"),
        ("9.00-10.30", "2026-03-11 09:00", "2026-03-11 10:30"),
        ("9:00:30-10:30", "2026-03-11 09:00:30", "2026-03-11 10:30"),
        ("from 9-10:30", "2026-03-11 09:00", "2026-03-11 10:30"),
        ("von 9-10:30", "2026-03-11 09:00", "2026-03-11 10:30"),
        ("at 9 - 10:30", "2026-03-11 09:00", "2026-03-11 10:30"),
        ("um 9 Uhr bis 10:30", "2026-03-11 09:00", "2026-03-11 10:30"),
        ("ab 9-10:30", "2026-03-11 09:00", "2026-03-11 10:30"),
        ("9-10:30 uhr", "2026-03-11 09:00", "2026-03-11 10:30"),
        ("9 Uhr bis 10:30 Uhr", "2026-03-11 09:00", "2026-03-11 10:30"),
        ("from 9 to 10:30", "2026-03-11 09:00", "2026-03-11 10:30"),
        ("9 until 10:30", "2026-03-11 09:00", "2026-03-11 10:30"),
        ("von 9 bis 10:30", "2026-03-11 09:00", "2026-03-11 10:30"),
        ("9am-10:30am", "2026-03-11 09:00", "2026-03-11 10:30"),
        ("9 a.m. to 1 p.m.", "2026-03-11 09:00", "2026-03-11 13:00"),
        ("1-2pm", "2026-03-11 13:00", "2026-03-11 14:00"),
        ("11-1pm", "2026-03-11 11:00", "2026-03-11 13:00"),
        ("12am-12pm", "2026-03-11 00:00", "2026-03-11 12:00"),
        ("9-17 gestern", "2026-03-10 09:00", "2026-03-10 17:00"),
        ("mon 9-17", "2026-03-09 09:00", "2026-03-09 17:00"),
        ("9-10 am Montag", "2026-03-09 09:00", "2026-03-09 10:00"),
        ("22:00-1:00", "2026-03-10 22:00", "2026-03-11 01:00"),
        ("22-24", "2026-03-10 22:00", "2026-03-11 00:00"),
        ("22:00-1:00 10.03.", "2026-03-10 22:00", "2026-03-11 01:00"),
        ("16:00-17:00", "2026-03-10 16:00", "2026-03-10 17:00"),
        ("since 9:15", "2026-03-11 09:15", "2026-03-11 15:00"),
        ("seit 9:15", "2026-03-11 09:15", "2026-03-11 15:00"),
        ("2h at 9:15", "2026-03-11 09:15", "2026-03-11 11:15"),
        ("ab 9 Uhr 1h30", "2026-03-11 09:00", "2026-03-11 10:30"),
        ("2h um 9:15 vorgestern", "2026-03-09 09:15", "2026-03-09 11:15"),
        ("2h from 9pm", "2026-03-10 21:00", "2026-03-10 23:00"),
    ],
)
def test_work_can_be_logged_from_when_to_when(typed: str, start: str, end: str) -> None:
    assert read(f"log {typed} acme") == Log(("acme",), "", Span(berlin(start), berlin(end)))


@pytest.mark.parametrize(
    ("typed", "at"),
    [
        ("since 9:15", "2026-03-11 09:15"),
        ("since 9", "2026-03-11 09:00"),
        ("since 9 am", "2026-03-11 09:00"),
        ("at 9am", "2026-03-11 09:00"),
        ("from 9.15", "2026-03-11 09:15"),
        ("seit 9:15", "2026-03-11 09:15"),
        ("seit 9:15 Uhr", "2026-03-11 09:15"),
        ("um 9 Uhr", "2026-03-11 09:00"),
        ("ab 9", "2026-03-11 09:00"),
        ("9:15", "2026-03-11 09:15"),
        ("9am", "2026-03-11 09:00"),
        ("9.15 Uhr", "2026-03-11 09:15"),
        ("15:00", "2026-03-11 15:00"),
        ("9:15:30", "2026-03-11 09:15:30"),
        ("9 o'clock", "2026-03-11 09:00"),
        ("yesterday 9:15", "2026-03-10 09:15"),
        ("since yesterday 9:15", "2026-03-10 09:15"),
        ("seit gestern 9:15", "2026-03-10 09:15"),
        ("seit 9 am Montag", "2026-03-09 09:00"),
        ("at 17:30 on 2026-03-09", "2026-03-09 17:30"),
        ("20m ago", "2026-03-11 14:40"),
        ("20 minutes ago", "2026-03-11 14:40"),
        ("1h ago", "2026-03-11 14:00"),
        ("vor 20m", "2026-03-11 14:40"),
        ("vor 20 Minuten", "2026-03-11 14:40"),
        ("vor 1h30", "2026-03-11 13:30"),
    ],
)
def test_starting_and_stopping_can_be_backdated(typed: str, at: str) -> None:
    assert read(f"start acme {typed}") == Start(("acme",), "", berlin(at))
    assert read(f"start {typed} acme") == Start(("acme",), "", berlin(at))
    assert read(f"stop {typed}: fertig") == Stop(berlin(at), "fertig")


def test_a_start_many_hours_before_midnight_is_a_slip_and_not_yesterday() -> None:
    with pytest.raises(NotUnderstood) as refused:
        read("start acme since 23:00", at=berlin("2026-03-11 19:46"))
    assert refused.value.reason is Reason.FUTURE
    night = berlin("2026-03-11 00:30")
    assert read("start acme since 23:00", at=night) == Start(("acme",), "", berlin("2026-03-10 23:00"))
    evening = berlin("2026-03-11 23:04")
    assert read("start acme since 8:00", at=evening) == Start(("acme",), "", berlin("2026-03-11 08:00"))


@pytest.mark.parametrize("typed", ["15:01", "17:30", "since 5:30pm"])
def test_a_stop_that_is_still_to_come_today_was_yesterday(typed: str) -> None:
    stop = read(f"stop {typed}")
    assert isinstance(stop, Stop)
    assert stop.at
    assert stop.at < NOW


def test_stopping_at_1730_the_next_morning_means_yesterday() -> None:
    morning = berlin("2026-03-11 08:00")
    assert read("stop 17:30", at=morning) == Stop(berlin("2026-03-10 17:30"), None)
    assert read("stop 17.30", at=morning) == Stop(berlin("2026-03-10 17:30"), None)
    assert refusal("stop heute 17:30", at=morning) == (Reason.FUTURE, "17:30")


def test_clock_times_are_those_of_the_persons_zone() -> None:
    assert read("start 9:15", zone=NEW_YORK) == Start((), "", datetime(2026, 3, 11, 13, 15, tzinfo=UTC))


# Nights when clocks change


def test_an_hour_that_the_clock_skipped_is_refused() -> None:
    spring = berlin("2026-03-29 12:00")
    assert refusal("start acme 2:30", at=spring) == (Reason.SKIPPED_HOUR, "2:30")
    assert refusal("log 2:30-4 acme", at=spring) == (Reason.SKIPPED_HOUR, "2:30-4")
    assert read("log 1-4 acme", at=spring) == Log(
        ("acme",), "", Span(berlin("2026-03-29 01:00"), berlin("2026-03-29 04:00"))
    )
    american = datetime(2026, 3, 8, 16, tzinfo=UTC)
    assert refusal("stop 2:30am", at=american, zone=NEW_YORK) == (Reason.SKIPPED_HOUR, "2:30am")


def test_a_span_over_the_skipped_hour_counts_the_hours_that_passed() -> None:
    logged = read("log 1-4", at=berlin("2026-03-29 12:00"))
    assert isinstance(logged, Log)
    assert isinstance(logged.worked, Span)
    assert logged.worked.end - logged.worked.start == timedelta(hours=2)


def test_an_hour_that_came_twice_is_asked_about() -> None:
    autumn = berlin("2026-10-25 12:00")
    assert refusal("stop 2:30", at=autumn) == (Reason.AMBIGUOUS_HOUR, "2:30")
    assert refusal("log 1-2:30 acme", at=autumn) == (Reason.AMBIGUOUS_HOUR, "1-2:30")
    assert refusal("start 1:30", at=datetime(2026, 11, 1, 18, tzinfo=UTC), zone=NEW_YORK)[0] == Reason.AMBIGUOUS_HOUR


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("2:30 summer time", "2026-10-25T00:30"),
        ("2:30 dst", "2026-10-25T00:30"),
        ("2:30 Sommerzeit", "2026-10-25T00:30"),
        ("um 2:30 Uhr MESZ", "2026-10-25T00:30"),
        ("2:30 winter time", "2026-10-25T01:30"),
        ("2:30 Winterzeit", "2026-10-25T01:30"),
        ("2:30 MEZ", "2026-10-25T01:30"),
    ],
)
def test_which_of_the_two_hours_can_be_typed(typed: str, meant: str) -> None:
    autumn, instant = berlin("2026-10-25 12:00"), datetime.fromisoformat(meant).replace(tzinfo=UTC)
    assert read(f"stop {typed}", at=autumn) == Stop(instant, None)
    assert read(f"log {typed} - 4:00 acme", at=autumn) == Log(("acme",), "", Span(instant, berlin("2026-10-25 04:00")))


@pytest.mark.parametrize(
    ("now", "meant"),
    [
        ("2026-10-25T00:20", "2026-10-24T00:30"),  # 02:20 for the first time: the day before
        ("2026-10-25T00:40", "2026-10-25T00:30"),  # 02:40 for the first time
        ("2026-10-25T01:20", "2026-10-25T00:30"),  # 02:20 for the second time
    ],
)
def test_during_the_double_hour_the_reading_that_is_past_is_meant(now: str, meant: str) -> None:
    at, instant = (datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (now, meant))
    assert read("stop 2:30", at=at) == Stop(instant, None)


def test_before_the_skipped_hour_a_clock_time_means_yesterdays() -> None:
    assert read("stop 2:30", at=berlin("2026-03-29 01:45")) == Stop(berlin("2026-03-28 02:30"), None)
    assert refusal("stop 2:30", at=berlin("2026-03-29 03:10"))[0] == Reason.SKIPPED_HOUR


# Refusals


REFUSED = [
    ("start acme 25:00", Reason.NO_SUCH_TIME, "25:00"),
    ("stop um 9:75", Reason.NO_SUCH_TIME, "um 9:75"),
    ("stop 13pm", Reason.NO_SUCH_TIME, "13pm"),
    ("stop 24:00", Reason.NO_SUCH_TIME, "24:00"),
    ("log 9-25 acme", Reason.NO_SUCH_TIME, "9-25"),
    ("log 1:75 acme", Reason.NO_SUCH_TIME, "1:75"),
    ("log 1h75 acme", Reason.NO_SUCH_TIME, "1h75"),
    ("log 1h 29.02.", Reason.NO_SUCH_DATE, "29.02."),
    ("log 1h 29.02.2025", Reason.NO_SUCH_DATE, "29.02.2025"),
    ("log 1h 31. April", Reason.NO_SUCH_DATE, "31. April"),
    ("list 2026-13-01", Reason.NO_SUCH_DATE, "2026-13-01"),
    ("list 0000-01-01", Reason.NO_SUCH_DATE, "0000-01-01"),
    ("list 0001-01-01", Reason.NO_SUCH_DATE, "0001-01-01"),
    ("list 00.00.", Reason.NO_SUCH_DATE, "00.00."),
    ("log 1h acme 12.03.2026", Reason.FUTURE, "12.03.2026"),
    ("log 1h acme 9999-12-31", Reason.FUTURE, "9999-12-31"),
    ("log 1h acme tomorrow", Reason.FUTURE, "tomorrow"),
    ("log 1h acme Morgen", Reason.FUTURE, "Morgen"),
    ("list december 9999", Reason.FUTURE, "december 9999"),
    ("list April 2026", Reason.FUTURE, "April 2026"),
    ("log 14-15:30 acme", Reason.FUTURE, "14-15:30"),
    ("log today 16-17 acme", Reason.FUTURE, "16-17"),
    ("log 2h since 14:00", Reason.FUTURE, "since 14:00"),
    ("start wed 15:30", Reason.FUTURE, "15:30"),
    ("log -1h acme", Reason.NEGATIVE, "-1h"),
    ("log −1:30 acme", Reason.NEGATIVE, "−1:30"),
    ("stop -20m", Reason.NEGATIVE, "-20m"),
    ("log 0h acme", Reason.ZERO, "0h"),
    ("stop vor 0m", Reason.ZERO, "vor 0m"),
    ("log since 15:00", Reason.ZERO, "since 15:00"),
    ("log acme 24h 1m", Reason.TOO_LONG, "24h 1m"),
    ("log 25:00 acme", Reason.TOO_LONG, "25:00"),
    ("log 25 acme", Reason.TOO_LONG, "25"),
    ("stop vor 30 Stunden", Reason.TOO_LONG, "vor 30 Stunden"),
    ("log since 9:15 monday", Reason.TOO_LONG, "since 9:15"),
    ("log", Reason.NO_DURATION, "log"),
    ("Buche acme: review", Reason.NO_DURATION, "Buche"),
    ("log acme at 9", Reason.NO_DURATION, "log"),
    ("log acme 2h ago", Reason.NO_DURATION, "log"),
    ("start acme yesterday", Reason.NO_CLOCK, "yesterday"),
    ("stop gestern", Reason.NO_CLOCK, "gestern"),
    ("log 1h acme 30m", Reason.TWO_TIMES, "30m"),
    ("log 1h acme vor 2h", Reason.TWO_TIMES, "vor 2h"),
    ("log 1h acme 9-10", Reason.TWO_TIMES, "9-10"),
    ("start acme 9-10", Reason.TWO_TIMES, "9-10"),
    ("stop 9:15 9:30", Reason.TWO_TIMES, "9:30"),
    ("stop yesterday 20m ago", Reason.TWO_TIMES, "20m ago"),
    ("log 1h gestern mo", Reason.TWO_DAYS, "mo"),
    ("list mon tue", Reason.TWO_DAYS, "tue"),
    ("list mon to tue wed", Reason.TWO_DAYS, "wed"),
    ("list tue to mon", Reason.ENDS_BEFORE_START, "mon"),
    ("liste 10.3.-1.3.", Reason.ENDS_BEFORE_START, "10.3.-1.3."),
    ("list to monday", Reason.UNEXPECTED, "to"),
    ("list mon since tue", Reason.UNEXPECTED, "since"),
    ("list mon to", Reason.UNEXPECTED, "to"),
    ("stop 17:30 yesterday heute", Reason.TWO_DAYS, "heute"),
    ("log 9-5 acme", Reason.ENDS_BEFORE_START, "9-5"),
    ("log 10:30-9 acme", Reason.ENDS_BEFORE_START, "10:30-9"),
    ("log 9-9 acme", Reason.ENDS_BEFORE_START, "9-9"),
    ("stop Acme", Reason.UNEXPECTED, "Acme"),
    ("stop 17", Reason.UNEXPECTED, "17"),
    ("status acme", Reason.UNEXPECTED, "acme"),
    ("status: acme", Reason.UNEXPECTED, "acme"),
    ("list acme", Reason.UNEXPECTED, "acme"),
    ("list 10.03", Reason.UNEXPECTED, "10.03"),
    ("list: acme", Reason.UNEXPECTED, "acme"),
    ("start --nb billable", Reason.UNEXPECTED, "billable"),
    ("edit acme", Reason.UNEXPECTED, "acme"),
    ("edit: review", Reason.UNEXPECTED, "review"),
    ("bearbeite #call", Reason.UNEXPECTED, "#call"),
    ("delete 3", Reason.UNEXPECTED, "3"),
    ("lösche alles", Reason.UNEXPECTED, "alles"),
    ("split 10:30 acme", Reason.UNEXPECTED, "acme"),
    ("split 9-10", Reason.TWO_TIMES, "9-10"),
    ("undo 2", Reason.UNEXPECTED, "2"),
    ("undo: oops", Reason.UNEXPECTED, "oops"),
    ("tag call", Reason.UNEXPECTED, "call"),
    ("gaps 9:15", Reason.UNEXPECTED, "9:15"),
    ("gaps tomorrow", Reason.FUTURE, "tomorrow"),
    ("continue: review", Reason.UNEXPECTED, "review"),
    ("link acme: review", Reason.UNEXPECTED, "review"),
    ("note 9-10: review", Reason.TWO_TIMES, "9-10"),
    ("Tagge gestern", Reason.NO_TAG, "Tagge"),
    ("tag", Reason.NO_TAG, "tag"),
    ("Notiz", Reason.NO_NOTE, "Notiz"),
    ("start " + " ".join(f"#t{n}" for n in range(11)), Reason.TOO_MANY_TAGS, "#t10"),
    ("start " + "x" * LONGEST_TEXT, Reason.TOO_MUCH_TEXT, "start " + "x" * 74),
]


@pytest.mark.parametrize(("typed", "reason", "piece"), REFUSED)
def test_what_has_no_reading_or_two_is_refused_with_the_piece_that_was_typed(
    typed: str, reason: Reason, piece: str
) -> None:
    assert refusal(typed) == (reason, piece)


def test_every_reason_is_shown_in_a_test() -> None:
    clock_changes = {Reason.SKIPPED_HOUR, Reason.AMBIGUOUS_HOUR}
    assert {reason for _, reason, _ in REFUSED} | clock_changes == set(Reason)


# Fields of a form


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", Reason.NO_DURATION),
        ("soon", Reason.NO_DURATION),
        ("1h acme", Reason.NO_DURATION),
        ("9-10", Reason.NO_DURATION),
        ("yesterday", Reason.NO_DURATION),
        ("-1h", Reason.NEGATIVE),
        ("0", Reason.ZERO),
        ("1:60", Reason.NO_SUCH_TIME),
        ("9" * 2_900 + "h", Reason.TOO_LONG),
        ("9" * 5_000 + "h", Reason.TOO_MUCH_TEXT),
    ],
)
def test_a_duration_field_refuses_the_rest(typed: str, reason: Reason) -> None:
    with pytest.raises(NotUnderstood) as refused:
        parse_duration(typed)
    assert refused.value.reason == reason


# Commands as text again


@pytest.mark.parametrize(
    ("typed", "english", "german"),
    [
        ("", "", ""),
        ("start acme/website #call --nb: review", "start acme website #call --nb: review", None),
        ("start acme 20m ago", "start acme 2026-03-11 14:40", None),
        ('start "10.03. relaunch"', 'start "10.03. relaunch"', None),
        ("start 24/7", 'start "24" "7"', None),
        ('start «19" rack»', 'start «19" rack»', None),
        ("stop:", "stop:", None),
        ("switch: x", "switch: x", "wechsle: x"),
        ("log 1h30 acme yesterday", "log 1:30 2026-03-10 acme", "buche 1:30 2026-03-10 acme"),
        ("log 9-10:30 acme", "log 09:00 - 10:30 2026-03-11 acme", "buche 09:00 - 10:30 2026-03-11 acme"),
        ("log 22:00-1:00", "log 3:00 at 22:00 2026-03-10", "buche 3:00 um 22:00 2026-03-10"),
        ("edit 9:15", "edit 2026-03-11 09:15", "bearbeite 2026-03-11 09:15"),
        ("tag #a1 -#b2 yesterday", "tag #a1 -#b2 2026-03-10", "tagge #a1 -#b2 2026-03-10"),
        ("note 9:15: kick-off", "note 2026-03-11 09:15: kick-off", "notiz 2026-03-11 09:15: kick-off"),
        ("list last week", "list 2026-03-02 - 2026-03-08", "liste 2026-03-02 - 2026-03-08"),
        ("help log", "help log", "hilfe buche"),
        ('"start"', '"start"', None),
    ],
)
def test_a_command_can_be_written_down(typed: str, english: str, german: str | None) -> None:
    command = read(typed)
    assert written(command, zone=BERLIN, language="en") == english
    assert written(command, zone=BERLIN, language="de") == (english if german is None else german)


def test_a_moment_in_the_hour_that_came_twice_is_written_with_its_season() -> None:
    stop = read("stop 2:30 winter time", at=berlin("2026-10-25 12:00"))
    assert written(stop, zone=BERLIN, language="en") == "stop 2026-10-25 02:30 winter time"
    assert written(stop, zone=BERLIN, language="de") == "stop 2026-10-25 02:30 Winterzeit"


# Whatever people type

PHRASES = """on monday|am montag|since yesterday|seit gestern|today|heute|gestern|day before yesterday|vorgestern|morgen
mon|friday|mo.|sonntag|3 days ago|2 weeks ago|vor 3 tagen|vor 1 woche|2026-03-10|10.03.|10.3.|10.03.26|10. 3. 2026
10 march|10th march 2026|10. märz|march 10, 2026|week|this week|last week|diese woche|letzte woche|last month
letzter monat|märz 2026|1.3.-10.3.|to today|bis heute|from|von|9-10:30|9:00–10:30|9 - 10:30|9am-10:30am|from 9 to 10:30
9-10:30 uhr|von 9 bis 10:30|since 9:15|at 9am|seit 9:15|um 9 uhr|ab 9.15|9am|17.30 uhr|9:15|17:30|17.30|9:15:30
20m ago|1h 30m ago|vor 20m|vor 1h30|vor 20 minuten|−1:30|2h|1h30|1h 30m|90 min|1.5h|1 hour and 30 minutes|2 stunden|1:30
1:30:20|1:30 std|1,5|2|--nb|—nb|not billable|nicht abrechenbar|abrechenbar|--billable|#call|#Büro|-#call|#12
2:30 sommerzeit|winter time|summer time""".replace("\n", "|").split("|")
PIECES = "acme Müller & : :tada: acme: a/b - – , . 2:30 25:00 29.02. 1,5h -1h 9-9 24 0 um vor ago"
STRANGE = '" „ “ « » \u200b \u200d \u202e \u00a0 👩\u200d💻'
SOME = st.sampled_from(
    [
        *sorted(vocabulary().names),
        *PHRASES,
        *PIECES.split(" "),
        *STRANGE.split(" "),
    ]
)
TEXTS = st.text(max_size=LONGEST_TEXT) | st.lists(SOME | st.text(max_size=5), max_size=12).map(" ".join)
COMMANDS = st.tuples(st.sampled_from([known.name for known in SUBCOMMANDS]), TEXTS).map(" ".join)
INSTANTS = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)) | st.sampled_from(  # noqa: DTZ001
    [datetime(2026, 3, 29, 1, 10, tzinfo=UTC), datetime(2026, 10, 25, 1, 20, tzinfo=UTC), NOW]
)
ZONES = st.sampled_from([BERLIN, NEW_YORK])


@given(TEXTS | COMMANDS, INSTANTS, ZONES)
def test_any_text_is_understood_or_refused_and_never_reaches_into_the_future(
    text: str, now: datetime, zone: ZoneInfo
) -> None:
    today = now.astimezone(zone).date()
    try:
        command = parse(text, now=now, zone=zone)
    except NotUnderstood:
        return
    match command:
        case (
            Start(at=datetime() as at)
            | Stop(at=datetime() as at)
            | Switch(at=datetime() as at)
            | Continue(at=datetime() as at)
            | Edit(Which(at=datetime() as at))
            | Tag(which=Which(at=datetime() as at))
        ):
            assert at <= now
            assert at.tzinfo is UTC
        case Gaps(date() as day) | Delete(Which(day=date() as day)):
            assert day <= today
        case Log(worked=Duration(seconds, day)):
            assert 0 < seconds <= 86_400
            assert day <= today
        case Log(worked=Span(start, end)):
            assert start < end <= now
            assert end - start <= timedelta(hours=24)
            assert start.tzinfo is UTC
            assert end.tzinfo is UTC
        case List(first, last):
            assert first <= last <= today


@given(TEXTS | COMMANDS, INSTANTS, ZONES, st.sampled_from(languages()))
def test_what_was_understood_can_be_typed_again_in_any_language(
    text: str, now: datetime, zone: ZoneInfo, language: str
) -> None:
    try:
        command = parse(text, now=now, zone=zone)
    except NotUnderstood:
        return
    again = written(command, zone=zone, language=language)
    if len(again) <= LONGEST_TEXT:
        assert parse(again, now=now, zone=zone) == command


@given(st.text(max_size=40) | SOME)
def test_a_field_is_understood_or_refused(text: str) -> None:
    with suppress(NotUnderstood):
        parse_duration(text)


@given(st.integers(1, 24 * 60))
def test_a_written_duration_is_read_back(minutes: int) -> None:
    hours, rest = divmod(minutes, 60)
    written = [
        f"{hours}:{rest:02}",
        f"{hours}h{rest:02}",
        f"{hours}h {rest}m",
        f"{minutes}m",
        f"{hours} Std {rest} Min",
    ]
    if rest % 15 == 0:
        written += [f"{hours}.{rest * 100 // 60:02}", f"{hours},{rest * 100 // 60:02}h"]
    assert {parse_duration(text) for text in written} == {minutes * 60}


@given(st.lists(st.text("abcäß019:.,-/&#'()!? ", min_size=1).filter(lambda name: name == " ".join(name.split()) != "")))
def test_whatever_is_quoted_stays_a_name(names: list[str]) -> None:
    assert read("start " + " ".join(f'"{name}"' for name in names)) == Start(tuple(names), "", None)


HOSTILE = ["1", "1 ", "1h", "1h ", "1h and ", "1 h 1 ", "1,", "1.1.", "10. ", "9-", "9 - ", "9 am ", "since 9 ", "vor "]
HOSTILE += ["vor 1h ", "on ", "monday ", ":", ": ", ":a", ":-:", '"', '" ', "„", "„“", "«»“", "a/", "\u00a0", "\u200d"]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_each_word_of_a_hostile_text_is_looked_up_once(hostile: str, monkeypatch: pytest.MonkeyPatch) -> None:
    looked_up: list[int] = []

    def find(self: Phrases, where: str, text: str, at: int, word: str) -> object:
        looked_up.append(at)
        return found(self, where, text, at, word)

    found = Phrases.find
    monkeypatch.setattr(Phrases, "find", find)
    for subcommand in ("start ", "log ", "stop ", "list "):
        looked_up.clear()
        with suppress(NotUnderstood):
            read((subcommand + hostile * LONGEST_TEXT)[:LONGEST_TEXT])
        assert len(looked_up) == len(set(looked_up)) <= LONGEST_TEXT // 2


def test_no_pattern_repeats_what_repeats_so_that_each_look_up_is_linear() -> None:
    def deepest(part: Any) -> int:
        """How many endless repetitions stand within each other."""
        if isinstance(part, tuple) and len(part) == 2 and str(part[0]) in {"MAX_REPEAT", "MIN_REPEAT"}:
            _, most, repeated = part[1]
            return int(most > LONGEST_TEXT) + deepest(repeated)
        if isinstance(part, (tuple, list, SubPattern)):
            return max(map(deepest, part), default=0)
        return 0

    assert deepest(sre_parse("(?:a+b)*")) == 2
    for phrase in vocabulary().phrases.table:
        assert deepest(sre_parse(phrase.pattern.pattern)) <= 1, phrase.pattern.pattern
