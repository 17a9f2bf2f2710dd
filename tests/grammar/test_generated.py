"""Phrases put together from their parts: what holds for one way to say something holds for all of its kind."""

from datetime import date, datetime, timedelta
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.grammar.customs import Customs
from bot.grammar.meanings import AllTime, Bound, Filler, Joined
from bot.grammar.patterns import PhraseMatch
from bot.grammar.reading import Understood, parse_duration, read
from bot.grammar.refusals import Reason
from bot.grammar.values import Command, Duration, List, Log, Report, Span, Start, Stop
from tests.grammar.kit import BERLIN, NOW, TODAY, berlin
from tests.grammar.kit import read as understood

ENGLISH = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
GERMAN = ["eins", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn", "elf", "zwölf"]
SPOKEN = [*enumerate(ENGLISH, 1), *enumerate(GERMAN, 1)]
PARTS = {
    "half an hour": 30,
    "a half hour": 30,
    "half hour": 30,
    "quarter of an hour": 15,
    "a quarter hour": 15,
    "three quarters of an hour": 45,
    "eine halbe Stunde": 30,
    "einer halben Stunde": 30,
    "halbe Std": 30,
    "eine Viertelstunde": 15,
    "einer Viertelstunde": 15,
    "Viertelstunde": 15,
    "eine Dreiviertelstunde": 45,
    "dreiviertel Stunde": 45,
    "½ h": 30,
    "¾h": 45,
    "1/4 hour": 15,
    "0,5 Std.": 30,
    ".5h": 30,
}
HOURS = ["h", " h", "h ", " hours", " hrs", " hr.", " Stunden", " Std", " std."]


@pytest.mark.parametrize(("typed", "minutes"), PARTS.items())
def test_a_part_of_an_hour_is_a_length_wherever_a_length_can_be(typed: str, minutes: int) -> None:
    assert understood(f"log {typed} acme") == Log(("acme",), "", (Duration(minutes * 60, TODAY),))
    assert understood(f"{typed} acme") == Log(("acme",), "", (Duration(minutes * 60, TODAY),))
    assert parse_duration(typed) == minutes * 60
    began = NOW - timedelta(minutes=minutes)
    for ago in (f"vor {typed}", f"{typed} ago", f"seit {typed}", f"since {typed}"):
        assert understood(f"start acme {ago}") == Start(("acme",), "", began), ago
        assert understood(f"stop {ago}") == Stop(began, None), ago
    assert understood(f"log seit {typed} acme") == Log(("acme",), "", (Span(began, NOW),))
    shorter = understood(f"log 9-12 -{typed} acme" if typed[0] in "½¾01." else f"log 9-12 minus {typed} acme")
    assert isinstance(shorter, Log)
    assert total(shorter) == 3 * 3600 - minutes * 60


@pytest.mark.parametrize(("number", "word"), SPOKEN)
@pytest.mark.parametrize("hours", [" hours", " h", " Stunden", " Std."])
def test_numbers_may_be_spelled_out(number: int, word: str, hours: str) -> None:
    assert parse_duration(word + hours) == number * 3600
    assert parse_duration(f"{word} and a half{hours}") == number * 3600 + 1800
    assert parse_duration(f"{number} and a half{hours}") == number * 3600 + 1800


@pytest.mark.parametrize(("number", "word"), [*enumerate(GERMAN[1:], 2)])
def test_german_joins_a_number_and_a_half(number: int, word: str) -> None:
    assert parse_duration(f"{word}einhalb Stunden") == number * 3600 + 1800


@given(
    st.integers(0, 20),
    st.sampled_from([("½", 30), ("¼", 15), ("¾", 45), (" 1/2", 30), (" 3/4", 45), (",5", 30), (".25", 15)]),
    st.sampled_from(HOURS),
)
def test_whole_hours_and_a_part(whole: int, part: tuple[str, int], hour: str) -> None:
    sign, minutes = part
    assert parse_duration(f"{whole}{sign}{hour}".strip()) == whole * 3600 + minutes * 60
    assert total(understood(f"log {whole}{sign}{hour} acme website")) == whole * 3600 + minutes * 60


@given(st.integers(0, 11), st.integers(0, 59), st.integers(1, 59), st.sampled_from(HOURS))
def test_hours_minutes_and_seconds(hours: int, minutes: int, seconds: int, hour: str) -> None:
    whole = hours * 3600 + minutes * 60 + seconds
    for minute, second in product(("m", " min", " Minuten"), ("s", " sec", " Sekunden")):
        assert parse_duration(f"{hours}{hour} {minutes}{minute} {seconds}{second}") == whole
    if hours or minutes:
        assert total(understood(f"log {hours}{hour.strip()} {minutes:02} website")) == whole - seconds
        assert total(understood(f"log {hours}h+{minutes}m website")) == whole - seconds if hours and minutes else True


def total(command: Command) -> int:
    """Seconds that were worked."""
    assert isinstance(command, Log)
    assert command.words[0] in ("acme", "website"), command
    return sum(
        worked.seconds if isinstance(worked, Duration) else int((worked.end - worked.start).total_seconds())
        for worked in command.worked
    )


OFFSETS = {
    "half past {}": 30,
    "quarter past {}": 15,
    "quarter after {}": 15,
    "quarter to {}": -15,
    "halb {}": -30,
    "Viertel nach {}": 15,
    "viertel vor {}": -15,
    "dreiviertel {}": -15,
    "viertel {}": -45,
}


@pytest.mark.parametrize(("template", "offset"), OFFSETS.items())
@pytest.mark.parametrize(("hour", "word"), [*SPOKEN, *((hour, str(hour)) for hour in range(1, 13))])
def test_a_spoken_clock_time_is_the_last_one_that_was(template: str, offset: int, hour: int, word: str) -> None:
    said = template.format(word)
    minutes = (hour * 60 + offset) % 720
    readings = [
        datetime.combine(TODAY, datetime.min.time(), BERLIN) + timedelta(minutes=minutes + 720 * n) for n in (-1, 0, 1)
    ]
    last = max(reading for reading in readings if reading <= NOW)
    for lead in ("", "um ", "at ", "bis "):
        stop = understood(f"stop {lead}{said}")
        assert isinstance(stop, Stop)
        assert stop.at == last, (said, stop)
    for lead in ("seit ", "since ", "ab "):
        start = understood(f"start acme {lead}{said}")
        assert isinstance(start, Start)
        assert start.at == last


@given(st.integers(7, 12), st.integers(13, 14), st.sampled_from([0, 5, 30]))
def test_from_when_to_when_in_every_way_there_is(first: int, last: int, minute: int) -> None:
    one, two = f"{first}:{minute:02}", f"{last}:00"
    worked = (Span(berlin(f"2026-03-11 {first:02}:{minute:02}"), berlin(f"2026-03-11 {last}:00")),)
    ways = [f"{one}{joiner}{two}" for joiner in ("-", " - ", "–", " to ", " until ", " til ", " thru ", " bis ")]
    ways += [f"von {one} bis {two}", f"from {one} to {two}", f"zwischen {one} und {two}", f"between {one} and {two}"]
    ways += [f"{first:02}{minute:02}-{last}00", f"{first}h{minute:02}-{last}h00", f"{first}.{minute:02}-{last}.00"]
    ways += [f"ab {one} bis {two}", f"seit {one} bis {two}", f"{first} Uhr {minute:02} bis {last} Uhr"]
    for said in ways:
        assert understood(f"log {said} acme") == Log(("acme",), "", worked), said
        assert understood(f"log acme {said}") == Log(("acme",), "", worked), said


@given(
    st.lists(st.integers(0, 28), min_size=2, max_size=6, unique=True),
    st.sampled_from([" ", ", ", "+", " + ", " and ", " und "]),
)
def test_several_spans_in_a_line_are_several_stretches(quarters: list[int], joiner: str) -> None:
    ends = sorted(quarters)[: len(quarters) // 2 * 2]
    pairs = [*zip(ends[::2], ends[1::2], strict=True)]
    clocks = [(f"{7 + a // 4}:{a % 4 * 15:02}", f"{7 + b // 4}:{b % 4 * 15:02}") for a, b in pairs]
    said = joiner.join(f"{one}-{two}" for one, two in clocks)
    worked = tuple(Span(*(berlin(f"2026-03-11 {clock:0>5}") for clock in pair)) for pair in clocks)
    assert understood(f"log {said} acme") == Log(("acme",), "", worked)


WEEKDAYS = [
    ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"],
    ["mo", "di", "mi", "do", "fr", "sa", "so"],
]


@pytest.mark.parametrize("names", WEEKDAYS)
@pytest.mark.parametrize("number", range(7))
def test_days_of_the_week(names: list[str], number: int) -> None:
    name, today = names[number], TODAY.weekday()
    monday = TODAY - timedelta(days=today)
    assert day(f"last {name}") == day(f"letzten {name}") == TODAY - timedelta(days=(today - number - 1) % 7 + 1)
    for week in (f"last week {name}", f"{name} last week", f"letzte Woche {name}", f"{name} letzter Woche"):
        assert day(week) == monday + timedelta(days=number - 7), week
    for part in ("evening", "morning", "abend", "früh", "vormittag"):
        assert day(f"{name} {part}") == TODAY - timedelta(days=(today - number) % 7)
    for coming in (f"next {name}", f"nächsten {name}", f"kommenden {name}"):
        assert refused(f"log 1h acme {coming}") is Reason.FUTURE


def day(said: str) -> date:
    command = understood(f"log 1h acme {said}")
    assert isinstance(command, Log)
    assert command.words == ("acme",), said
    (worked,) = command.worked
    assert isinstance(worked, Duration)
    return worked.day


def refused(typed: str) -> Reason | None:
    error = read(typed, now=NOW, zone=BERLIN).error
    return error.reason if error else None


@given(st.dates(date(2025, 3, 12), date(2026, 3, 11)), st.sampled_from([True, False, None]), st.booleans())
def test_a_date_with_slashes_is_read_as_the_person_writes_it_or_asked(
    meant: date, month_first: bool | None, with_year: bool
) -> None:
    one, two = (meant.month, meant.day) if month_first else (meant.day, meant.month)
    typed = f"log 1h acme {one}/{two}" + (f"/{meant.year}" if with_year else "")
    found = read(typed, now=NOW, zone=BERLIN, customs=Customs(month_first))
    command = found.command
    if found.error:
        assert found.error.reason in (Reason.TWO_DATES, Reason.STILL_TO_COME)
        assert month_first is None or found.error.reason is Reason.STILL_TO_COME
        for reading in found.error.readings:
            assert isinstance(understood(reading.text), Log)
        return
    assert isinstance(command, Log)
    assert command.worked == (Duration(3600, meant),)
    assert command.year_typed is with_year


@given(st.integers(0, 24 * 4), st.integers(0, 24 * 4))
def test_a_span_ahead_is_yesterdays_only_where_that_was_a_few_hours_ago(now_quarter: int, start_quarter: int) -> None:
    now = berlin("2026-03-11 00:00") + timedelta(minutes=15 * now_quarter)
    start, end = divmod(start_quarter % 92, 4), divmod(start_quarter % 92 + 4, 4)
    said = f"{start[0]}:{start[1] * 15:02}-{end[0]}:{end[1] * 15:02}"
    found = read(f"log {said} acme", now=now, zone=BERLIN)
    command = found.command
    if found.error:
        assert found.error.reason is Reason.FUTURE
        return
    assert isinstance(command, Log)
    (worked,) = command.worked
    assert isinstance(worked, Span)
    assert worked.end <= now
    assert (
        now - worked.end <= timedelta(hours=12)
        or worked.start.astimezone(BERLIN).date() == now.astimezone(BERLIN).date()
    )


# Every word is used

USED = (
    "2h|1h 30|8-10:40|9-12 13-14|half an hour|-15m|30m Pause|seit halb zehn|bis 11|gestern|last monday|am 10.|3/3/2026"
)
USED += "|yesterday|vor zwei Tagen|zwischen 9 und 10|noon to 1pm|um 9 Uhr|an hour ago|letzte Woche Montag|10. März|1 PT"
USED += (
    "|#call|#x|--nb|--private|acme|website|relaunch|Müller & Co|54|24/7|:45|ca. 2h|bis 13:30|KW 10|drei|zwei Stunden"
)
TEXTS = st.lists(st.sampled_from(USED.split("|")), min_size=1, max_size=4, unique=True).map(" ".join)


@given(st.sampled_from(["log", "start", "stop", "switch", "pause"]), TEXTS)
def test_every_word_that_was_typed_matters_or_is_named(command: str, text: str) -> None:
    found = read(f"{command} {text}", now=NOW, zone=BERLIN)
    if found.command is None:
        assert found.error
        assert found.error.piece.split()[0] in f"{command} {text}"
        return
    for phrase in found.found:
        if not is_filler(found, phrase.position):
            words = text.split()
            rest = words[: phrase.position] + words[phrase.position + phrase.count :]
            again = read(f"{command} {' '.join(rest)}", now=NOW, zone=BERLIN)
            assert again.command != found.command, (text, rest)


FILTERS = "october|letztes Quartal|last 7 days|since|bis 11.3.|10.3.|Q1 2025|KW 10|all|gesamt|by week|nach Kunde|open"
FILTERS += "|billed|--nb|team|nur ich|#call|#x|tag y|note contains ada|acme|website|customer|Leistung|and|,|54|24/7"
FILTERS += "|from|2025|monthly"


@given(
    st.sampled_from(["list", "report"]),
    st.lists(st.sampled_from(FILTERS.split("|")), min_size=1, max_size=5, unique=True).map(" ".join),
)
def test_every_word_behind_list_and_report_matters_or_is_named(command: str, text: str) -> None:
    found = read(f"{command} {text}", now=NOW, zone=BERLIN)
    if found.command is None:
        assert found.error
        assert found.error.piece.split()[0] in f"{command} {text}"
        return
    assert isinstance(found.command, List | Report)
    for phrase in found.found:
        if not (is_filler(found, phrase.position) or is_joining(found, phrase.position)):
            words = text.split()
            rest = words[: phrase.position] + words[phrase.position + phrase.count :]
            again = read(f"{command} {' '.join(rest)}", now=NOW, zone=BERLIN)
            assert again.command != found.command, (text, rest)


def is_joining(found: Understood, position: int) -> bool:
    """A word between two names, "from" before "to", or "all" beside days."""
    assert found.said
    asked = found.said.asked
    mark = next(mark for mark in asked.marks if mark.position == position)
    says_no_more = isinstance(mark.meaning, AllTime) and bool(found.said.days)
    return isinstance(mark.meaning, Joined) or says_no_more or (isinstance(mark.meaning, Bound) and asked.is_range)


def is_filler(found: Understood, position: int) -> bool:
    """A word that only leads to the next phrase."""
    assert found.said
    phrase = next(each for each in found.found if each.position == position)
    return isinstance(phrase.phrase.read(PhraseMatch(phrase.match, "", found.said.setting)), Filler)


def test_parts_of_hours_add_up() -> None:
    assert Fraction(sum(PARTS.values()), 60) == Fraction(sum(parse_duration(typed) for typed in PARTS), 3600)
