"""Where lines are by day, a night stands on those of both its days, each with its own seconds; else it stands whole."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from bot.billing.rules.entries import Details, UnbilledEntry
from bot.billing.rules.grouping import Grouping, Shared
from bot.billing.rules.layout import Layout, dump_layout
from bot.billing.rules.lines import Line, days_of, last_entries, service_period
from bot.billing.rules.making import make_lines
from bot.billing.rules.tax import Vat
from bot.billing.rules.worth import Pricing
from bot.core.context import Bot
from playground.billomat.account import Account
from playground.person import Person
from storage.tables import draft_shares
from tests.billing.deeds import ACME, RunJobs, change, invoice, listed, opens_entries, sends, states
from tests.conftest import FrozenClock

PRICING = Pricing(articles={}, rate_cents=9500, vat=Vat("MwSt", 1900), taxed=True)
BY_DAY, BY_WEEK, BY_PROJECT = Grouping((Shared.DAY,)), Grouping((Shared.WEEK,)), Grouping((Shared.PROJECT,))


def entry(began: datetime, seconds: int, *, key: int = 1, timed: bool = True) -> UnbilledEntry:
    """An entry that began at this moment, where that was."""
    zone, started = str(began.tzinfo), began.astimezone(UTC)
    ends = started + timedelta(seconds=seconds)
    return UnbilledEntry(
        *(key, 1, "Website", None, None, seconds, began.date(), "", False, True),
        details=Details(started, ends, zone, timed),
    )


def at(*when: int, zone: str = "Europe/Berlin") -> datetime:
    return datetime(*when, tzinfo=ZoneInfo(zone))  # type: ignore[arg-type, misc]


def lines_of(grouping: Grouping, *entries: UnbilledEntry) -> list[Line]:
    return make_lines(entries, grouping, pricing=PRICING, edits={})[0]


def service_days(lines: list[Line]) -> tuple[date, date] | None:
    last = last_entries(lines)
    return service_period(days_of(lines), last, [each for entries in last for each in entries if each.after_midnight])


def by_line(grouping: Grouping, *entries: UnbilledEntry) -> dict[date, int]:
    """The first day and the seconds of each line."""
    return {line.entries[0].day: line.seconds for line in lines_of(grouping, *entries)}


@pytest.mark.parametrize(
    ("began", "seconds", "days"),
    [
        (at(2026, 10, 13, 22), 4 * 3600, [2 * 3600, 2 * 3600]),
        (at(2026, 10, 24, 22), 6 * 3600, [2 * 3600, 4 * 3600]),
        (at(2026, 10, 24, 22), 27 * 3600, [2 * 3600, 25 * 3600]),  # the clocks go back on the 25th
        (at(2026, 10, 24, 22), 28 * 3600, [2 * 3600, 25 * 3600, 3600]),
        (at(2026, 3, 28, 23), 25 * 3600, [3600, 23 * 3600, 3600]),  # and forward
        (at(2026, 10, 13, 23, 30, zone="Asia/Kolkata"), 3601, [1800, 1801]),
        (at(2026, 10, 13, 20), 4 * 3600, [4 * 3600]),  # until midnight exactly
        (at(2026, 4, 23, 23, zone="Africa/Cairo"), 7200, [3600, 3600]),  # at midnight the clocks go forward there
    ],
)
def test_each_day_has_its_own_seconds(began: datetime, seconds: int, days: list[int]) -> None:
    first = began.date()
    assert by_line(BY_DAY, entry(began, seconds)) == {first + timedelta(days=n): part for n, part in enumerate(days)}


def test_a_week_ends_at_the_midnight_of_its_last_day() -> None:
    friday, sunday = at(2026, 10, 9, 22), at(2026, 10, 11, 22)
    assert by_line(BY_WEEK, entry(friday, 4 * 3600)) == {date(2026, 10, 9): 4 * 3600}
    assert by_line(BY_WEEK, entry(sunday, 4 * 3600)) == {date(2026, 10, 11): 2 * 3600, date(2026, 10, 12): 2 * 3600}
    assert by_line(BY_WEEK, entry(friday, 75 * 3600)) == {date(2026, 10, 9): 50 * 3600, date(2026, 10, 12): 25 * 3600}


def test_elsewhere_and_without_times_it_stands_whole() -> None:
    night = at(2026, 10, 13, 22)
    assert by_line(BY_PROJECT, entry(night, 4 * 3600)) == {date(2026, 10, 13): 4 * 3600}
    assert by_line(BY_DAY, entry(night, 4 * 3600, timed=False)) == {date(2026, 10, 13): 4 * 3600}


def test_what_would_be_too_short_for_a_line_stays_with_the_rest() -> None:
    ten_seconds_after = entry(at(2026, 10, 13, 23), 3610)
    assert by_line(BY_DAY, ten_seconds_after) == {date(2026, 10, 13): 3610}
    before_and_after = entry(at(2026, 10, 13, 23, 59, 50), 20)
    assert by_line(BY_DAY, before_and_after) == {date(2026, 10, 13): 20}
    with_the_next_day = entry(at(2026, 10, 14, 9), 3600, key=2)
    assert by_line(BY_DAY, ten_seconds_after, with_the_next_day) == {date(2026, 10, 13): 3600, date(2026, 10, 14): 3610}
    lines, left_out = make_lines([entry(at(2026, 10, 13, 23, 59, 55), 10)], BY_DAY, pricing=PRICING, edits={})
    assert (lines, left_out.too_short) == ([], 1)


def test_the_service_period_ends_with_the_last_part() -> None:
    night = entry(at(2026, 10, 31, 22), 4 * 3600)
    by_day, by_project = lines_of(BY_DAY, night), lines_of(BY_PROJECT, night)
    assert service_days(by_day) == (date(2026, 10, 31), date(2026, 11, 1))
    assert service_days(by_project) == (date(2026, 10, 31), date(2026, 11, 1))


def test_the_service_period_ends_two_days_later_where_the_day_between_has_23_hours() -> None:
    over_the_spring_night, between = entry(at(2026, 3, 28, 23, 30), 24 * 3600), entry(at(2026, 3, 29, 9), 60, key=2)
    for grouping in (BY_DAY, BY_PROJECT):
        lines = lines_of(grouping, over_the_spring_night, between)
        assert service_days(lines) == (date(2026, 3, 28), date(2026, 3, 30))


@given(
    st.lists(st.tuples(st.integers(0, 40 * 86_400), st.integers(0, 60 * 3600)), max_size=8),
    st.sampled_from([BY_DAY, BY_WEEK, Grouping((Shared.WEEK,), 6), Grouping((Shared.DAY, Shared.ENTRY))]),
    st.sampled_from(["Europe/Berlin", "America/New_York", "Pacific/Apia", "Australia/Lord_Howe"]),
)
def test_the_parts_of_an_entry_are_together_all_of_it(
    made: list[tuple[int, int]], grouping: Grouping, zone: str
) -> None:
    begins = datetime(2026, 10, 1, tzinfo=UTC)
    entries = [
        entry((begins + timedelta(seconds=after)).astimezone(ZoneInfo(zone)), seconds, key=key)
        for key, (after, seconds) in enumerate(made)
    ]
    lines, left_out = make_lines(entries, grouping, pricing=PRICING, edits={})
    on_lines: dict[int, int] = {}
    for line in lines:
        for part in line.entries:
            on_lines[part.entry_id] = on_lines.get(part.entry_id, 0) + (part.seconds or 0)
    assert all(on_lines[each.entry_id] == each.seconds for each in entries if each.entry_id in on_lines)
    assert len(on_lines) + left_out.too_short == len(entries)


@pytest.fixture
def night(connected: None, anna: Person, bot: Bot, clock: FrozenClock) -> None:
    """From 22:00 to 02:00 on the website, where lines are by day."""
    change(bot, ACME, layout=dump_layout(Layout(by=(Shared.DAY,))))
    anna.types("/track log 22:00-02:00 acme website design 2 days ago: release")


def test_a_night_is_left_out_with_both_its_parts(night: None, anna: Person) -> None:
    before = invoice(anna).text
    shown = opens_entries(anna, "8 Mar 2026")
    (box,) = shown.boxes
    assert "22:00–00:00 · 2:00 h" in box
    assert "release · with what of it is on another day" in box
    shown.tick("release")
    shown.close()
    assert "Left out by hand: 1 entry, 4:00 h" in anna.modal.text
    anna.modal.click("Show what is left out …")
    (box,) = anna.modal.boxes
    assert "22:00–02:00 · 4:00 h" in box
    anna.modal.tick("release")
    anna.modal.close()
    assert anna.modal.text == before


def test_the_lines_of_both_days_are_sent_and_the_entry_is_bound_once(
    night: None, anna: Person, bot: Bot, account: Account, run_jobs: RunJobs
) -> None:
    shown = invoice(anna).text
    assert "after midnight" not in shown
    assert shown.count("2.00 h ×") == 2
    assert "On its way" in sends(anna).text
    run_jobs()
    (draft,) = account.drafts()
    assert [line.quantity for line in draft.lines] == [Decimal(2), Decimal(2)]
    with bot.database.read() as db:
        assert list(db.execute(select(draft_shares.c.seconds)).scalars()) == [7200, 7200]
    assert states(bot) == ["sent"]
    assert "🔒" in listed(anna)
