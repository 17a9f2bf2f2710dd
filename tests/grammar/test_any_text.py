"""Whatever people type is understood or refused, quickly, and can be written down and read again."""

from contextlib import suppress
from dataclasses import replace
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
from bot.grammar.reading import parse_duration
from bot.grammar.refusals import NotUnderstood
from bot.grammar.values import (
    LONGEST_TEXT,
    Command,
    Continue,
    Delete,
    Duration,
    Edit,
    Gaps,
    Invoice,
    List,
    Log,
    Report,
    Span,
    Start,
    Stop,
    Switch,
    Tag,
    TypedFilter,
    Which,
)
from bot.grammar.vocabulary import vocabulary
from bot.grammar.wording import SUBCOMMANDS
from tests.grammar.kit import BERLIN, NEW_YORK, NOW, berlin, parse, read
from tests.grammar.writing import written


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
        ("list until friday", "list until 2026-03-06", "liste bis 2026-03-06"),
        (
            "report service design acme, globex #x team by tag and day: ada",
            'report globex service "design" "acme" #x --everybody by tag and day: ada',
            'bericht globex leistung "design" "acme" #x --alle nach tags und tag: ada',
        ),
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


PHRASES = """on monday|am montag|since yesterday|seit gestern|today|heute|gestern|day before yesterday|vorgestern|morgen
mon|friday|mo.|sonntag|3 days ago|2 weeks ago|vor 3 tagen|vor 1 woche|2026-03-10|10.03.|10.3.|10.03.26|10. 3. 2026
10 march|10th march 2026|10. märz|march 10, 2026|week|this week|last week|diese woche|letzte woche|last month
letzter monat|märz 2026|1.3.-10.3.|to today|bis heute|from|von|9-10:30|9:00–10:30|9 - 10:30|9am-10:30am|from 9 to 10:30
9-10:30 uhr|von 9 bis 10:30|since 9:15|at 9am|seit 9:15|um 9 uhr|ab 9.15|9am|17.30 uhr|9:15|17:30|17.30|9:15:30
20m ago|1h 30m ago|vor 20m|vor 1h30|vor 20 minuten|−1:30|2h|1h30|1h 30m|90 min|1.5h|1 hour and 30 minutes|2 stunden|1:30
1:30:20|1:30 std|1,5|2|--nb|—nb|not billable|nicht abrechenbar|abrechenbar|--billable|#call|#Büro|-#call|#12
2:30 sommerzeit|winter time|summer time|1h 30|1 1/2|½h|,5|anderthalb stunden|eine halbe stunde
half an hour|an hour and a half|halb zehn|viertel nach 9|half past 9|noon|mittags|bis 13:30|until noon
zwischen 9 und 10:30|seit 20 minuten|vor einer stunde|an hour ago|am 10.|letzte woche montag|last monday
3/10|12/25/2025|kw 10|9-12:30 13-17|+30m|1h+30m|9-12+13-14|1d|1 pt|-30m|30m pause|ohne 12-12:30
minus 15m|gestern abend|heute früh|last night|24:00|0-24|9h30-10h|0900-1030|now|jetzt|ab 9|from 9:15|90'
1h 30m 15s|90 seconds|ca.|~2h|zwei|drei stunden|--private|—intern|the 10th|10.märz|2026/03/10
halb zehn bis elf|q3|3. quartal 2025|last 7 days|seit oktober|okt-dez|1.-15. oktober|until|bis|nach|before|vor dem
by customer|nach woche und person|by|täglich|team|nur ich|open|abgerechnet|note contains|mit notiz|customer|leistung
all|gesamt|and|oder|,|for|the|2025|weekend|between|zwischen|q1/2025|h1|kw 40-42|10/2026|1.10. - 15.11.|--open|tag
""".replace("\n", "|").split("|")
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
        case Log(worked=stretches):
            for stretch in stretches:
                check_worked(stretch, now=now, today=today)
        case List(chosen) | Report(chosen) | Invoice(chosen):
            check_days(chosen, today)


def check_days(chosen: TypedFilter, today: date) -> None:
    """None is ahead, and of two the first is the first."""
    if chosen.last:
        assert (chosen.first or chosen.last) <= chosen.last <= today
    else:
        assert chosen.first is None


def check_worked(worked: Duration | Span, *, now: datetime, today: date) -> None:
    """It is over, and no longer than a day."""
    if isinstance(worked, Duration):
        assert 0 < worked.seconds <= 86_400
        assert worked.day <= today
        return
    assert worked.start < worked.end <= now
    assert worked.end - worked.start <= timedelta(hours=24)
    assert worked.start.tzinfo is UTC
    assert worked.end.tzinfo is UTC


@given(TEXTS | COMMANDS, INSTANTS, ZONES, st.sampled_from(languages()))
def test_what_was_understood_can_be_typed_again_in_any_language(
    text: str, now: datetime, zone: ZoneInfo, language: str
) -> None:
    try:
        command = parse(text, now=now, zone=zone)
    except NotUnderstood:
        return
    if isinstance(command, Log) and is_over_midnight(command, zone):
        return  # several stretches on two days can only be said with the break between them
    again = written(command, zone=zone, language=language)
    if len(again) <= LONGEST_TEXT:
        assert without_unit(parse(again, now=now, zone=zone)) == without_unit(command)


def without_unit(command: Command) -> Command:
    """What a span is one of is not written down, only its days."""
    if isinstance(command, List | Report | Invoice):
        return replace(command, filter=replace(command.filter, unit=None))
    return command


def is_over_midnight(logged: Log, zone: ZoneInfo) -> bool:
    """Whether several stretches do not all begin and end on one day."""
    spans = [worked for worked in logged.worked if isinstance(worked, Span)]
    days = {moment.astimezone(zone).date() for span in spans for moment in (span.start, span.end)}
    return len(spans) > 1 and len(days) > 1


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
