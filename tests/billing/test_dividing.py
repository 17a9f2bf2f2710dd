"""Entries are divided at a limit to the second, in the order of time, and nothing is lost or twice."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.billing.rules.dividing import cut, divided, divided_at, in_order_of_time
from bot.billing.rules.entries import Details, Entries, UnbilledEntry, by_day

FIRST = date(2026, 10, 1)
HOUR = 3_600


@dataclass(frozen=True)
class Worked:
    """One piece of work: on which day, how many seconds after its midnight, how long, and whether with times."""

    day: int
    begins: int
    seconds: int
    timed: bool = True

    def as_entry(self, key: int) -> UnbilledEntry:
        day = FIRST + timedelta(days=self.day)
        began = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(seconds=self.begins)
        details = Details(began, began + timedelta(seconds=self.seconds), "UTC", self.timed)
        return UnbilledEntry(key, 1, "Website", None, None, self.seconds, day, "", False, True, details=details)


work = st.builds(
    Worked,
    day=st.integers(0, 3),
    begins=st.integers(0, 86_399),
    seconds=st.integers(1, 30 * HOUR),
    timed=st.booleans(),
)
months = st.lists(work, max_size=12).flatmap(lambda each: st.permutations(list(enumerate(each, start=1))))


def entries_of(month: list[tuple[int, Worked]]) -> Entries:
    return Entries.of([each.as_entry(key) for key, each in month])


def seconds_by_id(entries: Entries) -> dict[int, int]:
    return dict(zip(entries.ids, entries.seconds, strict=True))


@given(months, st.integers(-HOUR, 100 * HOUR))
def test_each_second_is_within_the_limit_or_above_it(month: list[tuple[int, Worked]], limit: int) -> None:
    entries = entries_of(month)
    within, above = divided_at(entries, limit)
    first, rest, whole = seconds_by_id(within), seconds_by_id(above), seconds_by_id(entries)
    assert {key: first.get(key, 0) + rest.get(key, 0) for key in whole} == whole
    assert sum(first.values()) == min(max(0, limit), sum(whole.values()))
    assert len({*first} & {*rest}) <= 1  # one entry at most is at the limit


@given(months, st.integers(0, 100 * HOUR))
def test_what_is_above_came_later(month: list[tuple[int, Worked]], limit: int) -> None:
    within, above = divided_at(entries_of(month), limit)
    begun = {key: (each.day, each.begins, key) for key, each in month}
    if within and above:
        assert max(begun[key] for key in within.ids) <= min(begun[key] for key in above.ids)


@given(months, st.integers(0, 100 * HOUR))
def test_the_order_in_which_entries_were_found_changes_nothing(month: list[tuple[int, Worked]], limit: int) -> None:
    assert divided_at(entries_of(month), limit) == divided_at(entries_of(sorted(month)), limit)


@given(work, st.data())
def test_two_parts_follow_each_other_also_over_midnight(one: Worked, data: st.DataObject) -> None:
    entry = one.as_entry(1)
    if one.seconds == 1:
        return
    before, after = cut(entry, data.draw(st.integers(1, one.seconds - 1)))
    assert (before.seconds or 0) + (after.seconds or 0) == one.seconds
    assert before.day == after.day == entry.day
    if one.timed:
        assert (before.known.started_at, after.known.ended_at) == (entry.known.started_at, entry.known.ended_at)
        assert before.known.ended_at == after.known.started_at
    by_days: dict[date, int] = {}
    for part in (*by_day(before), *by_day(after)):
        by_days[part.day] = by_days.get(part.day, 0) + (part.seconds or 0)
    assert by_days == {part.day: part.seconds for part in by_day(entry)}


@pytest.mark.parametrize("seconds", [0, -1, HOUR, HOUR + 1])
def test_nothing_is_no_part(seconds: int) -> None:
    with pytest.raises(ValueError, match=str(seconds)):
        cut(Worked(0, 0, HOUR).as_entry(1), seconds)


def test_without_details_entries_stand_as_they_were_written() -> None:
    entries = Entries.of([Worked(0, 0, HOUR).as_entry(key)._replace(details=None) for key in (2, 1)])
    assert list(in_order_of_time(entries).ids) == [1, 2]
    within, above = divided_at(entries, HOUR + 1)
    assert (seconds_by_id(within), seconds_by_id(above)) == ({1: HOUR, 2: 1}, {2: HOUR - 1})


def test_what_nothing_is_said_of_is_above() -> None:
    entries = Entries.of([Worked(0, 0, HOUR).as_entry(1), Worked(0, 0, 0).as_entry(2)])
    assert divided(entries, {}) == (Entries.of(()), entries)
    within, above = divided(entries, {1: 2 * HOUR})
    assert (list(within.ids), list(above.ids)) == ([1], [2])
