"""How long, on which day, from when to when, also in the nights in which clocks change, and in the fields of forms."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.grammar.reading import parse_duration
from bot.grammar.refusals import NotUnderstood, Reason
from bot.grammar.values import (
    Command,
    Duration,
    Edit,
    Log,
    Span,
    Start,
    Stop,
    Unknown,
    Untimed,
    Which,
)
from tests.grammar.kit import BERLIN, NEW_YORK, NOW, TODAY, berlin, days_of, listed, parse, read, refusal


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
    assert read(f"log {typed} acme") == Log(("acme",), "", (Duration(seconds, TODAY),))
    assert parse_duration(f" {typed}\u00a0") == seconds


def test_a_bare_number_is_hours_only_right_behind_log() -> None:
    assert read("log 2 acme 3") == Log(("acme", "3"), "", (Duration(7200, TODAY),))
    assert refusal("log acme 2") == (Reason.NO_DURATION, "log")
    assert read("2 acme") == Unknown("2", None)


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
    meant = Log(("acme", "website"), "review", (Duration(5400, date(2026, 3, 10)),))
    assert read("log yesterday acme 1h30 website: review") == meant
    assert read("log acme website 1h30, gestern: review") == meant


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
        ("12.05.", "2025-05-12"),
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
    assert read(f"log 1h acme {typed}") == Log(("acme",), "", (Duration(3600, meant),))
    assert read(f"list {typed}") == listed(meant, meant, "day")


def test_the_29th_of_february_without_a_year_is_found_in_a_leap_year_just_past() -> None:
    january = datetime(2025, 1, 10, 12, tzinfo=UTC)
    assert read("list 29.02.", at=january) == listed("2024-02-29", "2024-02-29", "day")


def test_today_is_the_persons_own_day() -> None:
    late = datetime(2026, 3, 11, 2, 0, tzinfo=UTC)
    assert read("list today", at=late, zone=BERLIN) == listed("2026-03-11", "2026-03-11", "day")
    assert read("list today", at=late, zone=NEW_YORK) == listed("2026-03-10", "2026-03-10", "day")
    assert read("log 1h", at=late, zone=NEW_YORK) == Log((), "", (Duration(3600, date(2026, 3, 10)),))


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
        ("seit 01.03", "2026-03-01", "2026-03-11"),
        ("vom 1.3. bis 10.03", "2026-03-01", "2026-03-10"),
        ("KW 10", "2026-03-02", "2026-03-08"),
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
    assert days_of(read(f"list {typed}")) == (date.fromisoformat(first), date.fromisoformat(last))


def test_a_week_begins_when_the_workspace_says() -> None:
    def week(typed: str, start: int) -> Command:
        return parse(typed, now=NOW, zone=BERLIN, week_start=start)

    assert week("list week", 6) == listed("2026-03-08", TODAY, "week")
    assert week("list last week", 6) == listed("2026-03-01", "2026-03-07", "week")
    assert week("liste Woche", 2) == listed(TODAY, TODAY, "week")
    assert week("liste Woche", 3) == listed("2026-03-05", TODAY, "week")


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
        ("1pm-2", "2026-03-11 13:00", "2026-03-11 14:00"),
        ("9am-2", "2026-03-11 09:00", "2026-03-11 14:00"),
        ("11pm-1", "2026-03-10 23:00", "2026-03-11 01:00"),
        ("11-1pm", "2026-03-11 11:00", "2026-03-11 13:00"),
        ("12am-12pm", "2026-03-11 00:00", "2026-03-11 12:00"),
        ("9-17 gestern", "2026-03-10 09:00", "2026-03-10 17:00"),
        ("mon 9-17", "2026-03-09 09:00", "2026-03-09 17:00"),
        ("9-10 am Montag", "2026-03-09 09:00", "2026-03-09 10:00"),
        ("22:00-1:00", "2026-03-10 22:00", "2026-03-11 01:00"),
        ("22-24", "2026-03-10 22:00", "2026-03-11 00:00"),
        ("22:00-1:00 10.03.", "2026-03-10 22:00", "2026-03-11 01:00"),
        ("since 9:15", "2026-03-11 09:15", "2026-03-11 15:00"),
        ("seit 9:15", "2026-03-11 09:15", "2026-03-11 15:00"),
        ("2h at 9:15", "2026-03-11 09:15", "2026-03-11 11:15"),
        ("ab 9 Uhr 1h30", "2026-03-11 09:00", "2026-03-11 10:30"),
        ("2h um 9:15 vorgestern", "2026-03-09 09:15", "2026-03-09 11:15"),
        ("2h from 9am", "2026-03-11 09:00", "2026-03-11 11:00"),
    ],
)
def test_work_can_be_logged_from_when_to_when(typed: str, start: str, end: str) -> None:
    assert read(f"log {typed} acme") == Log(("acme",), "", (Span(berlin(start), berlin(end)),))


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


@pytest.mark.parametrize("typed", ["15:01", "17:30", "since 5:30pm", "17"])
def test_a_stop_that_is_still_to_come_today_is_no_stop(typed: str) -> None:
    assert refusal(f"stop {typed}") == (Reason.FUTURE, typed)


def test_stopping_at_1730_the_next_morning_means_yesterday() -> None:
    morning = berlin("2026-03-11 08:00")
    assert read("stop 17:30", at=morning) == Stop(berlin("2026-03-10 17:30"), None)
    assert read("stop 17.30", at=morning) == Stop(berlin("2026-03-10 17:30"), None)
    assert refusal("stop heute 17:30", at=morning) == (Reason.FUTURE, "17:30")


def test_clock_times_are_those_of_the_persons_zone() -> None:
    assert read("start 9:15", zone=NEW_YORK) == Start((), "", datetime(2026, 3, 11, 13, 15, tzinfo=UTC))


def test_an_hour_that_the_clock_skipped_is_refused() -> None:
    spring = berlin("2026-03-29 12:00")
    assert refusal("start acme 2:30", at=spring) == (Reason.SKIPPED_HOUR, "2:30")
    assert refusal("log 2:30-4 acme", at=spring) == (Reason.SKIPPED_HOUR, "2:30-4")
    assert read("log 1-4 acme", at=spring) == Log(
        ("acme",), "", (Span(berlin("2026-03-29 01:00"), berlin("2026-03-29 04:00")),)
    )
    american = datetime(2026, 3, 8, 16, tzinfo=UTC)
    assert refusal("stop 2:30am", at=american, zone=NEW_YORK) == (Reason.SKIPPED_HOUR, "2:30am")


def test_a_span_over_the_skipped_hour_counts_the_hours_that_passed() -> None:
    logged = read("log 1-4", at=berlin("2026-03-29 12:00"))
    assert isinstance(logged, Log)
    (worked,) = logged.worked
    assert isinstance(worked, Span)
    assert worked.end - worked.start == timedelta(hours=2)


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
    assert read(f"log {typed} - 4:00 acme", at=autumn) == Log(
        ("acme",), "", (Span(instant, berlin("2026-10-25 04:00")),)
    )


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
    assert read("edit 2:30", at=at) == Edit(Which(at=instant))


def test_before_the_skipped_hour_a_clock_time_means_yesterdays() -> None:
    assert read("edit 2:30", at=berlin("2026-03-29 01:45")) == Edit(Which(at=berlin("2026-03-28 02:30")))
    assert refusal("stop 2:30", at=berlin("2026-03-29 03:10"))[0] == Reason.SKIPPED_HOUR


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", Reason.NO_DURATION),
        ("soon", Reason.NO_DURATION),
        ("1h acme", Reason.NO_DURATION),
        ("9-9-10", Reason.NO_DURATION),
        ("yesterday", Reason.NO_DURATION),
        ("-1h", Reason.NEGATIVE),
        ("0", Reason.ZERO),
        ("1:60", Reason.NO_SUCH_LENGTH),
        ("9" * 2_900 + "h", Reason.TOO_LONG),
        ("9" * 5_000 + "h", Reason.TOO_MUCH_TEXT),
    ],
)
def test_a_duration_field_refuses_the_rest(typed: str, reason: Reason) -> None:
    with pytest.raises(NotUnderstood) as refused:
        parse_duration(typed)
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    ("typed", "year_typed"),
    [("", True), ("yesterday", True), ("vor 6 Wochen", True), ("10.03.2026", True), ("10.03.", False)],
)
def test_a_log_tells_whether_the_year_of_its_day_was_typed(typed: str, year_typed: bool) -> None:
    logged = read(f"log 1h acme {typed}")
    assert isinstance(logged, Log)
    assert logged.year_typed is year_typed
