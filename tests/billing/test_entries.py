"""Entries in columns are the entries that they were made of, and none is made that nobody looks at."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.billing import wording
from bot.billing.language import language_of
from bot.billing.rules.billable import billable, why_not
from bot.billing.rules.entries import NO_ENTRIES, Details, Entries, UnbilledEntry
from bot.billing.rules.grouping import BY_PROJECT_AND_SERVICE
from bot.billing.rules.making import make_lines
from bot.billing.writing import Writing
from tests.billing.test_layout import PRICING

FIRST = date(2026, 10, 1)


@st.composite
def an_entry(draw: st.DrawFn) -> UnbilledEntry:
    project, service = draw(st.sampled_from([None, 1, 2])), draw(st.sampled_from([None, 1, 2]))
    return UnbilledEntry(
        draw(st.integers(1, 40)),
        project,
        f"Project {project}" if project else None,
        service,
        f"Service {service}" if service else None,
        draw(st.sampled_from([None, 0, 1, 3600])),
        FIRST + timedelta(days=draw(st.integers(0, 3))),
        draw(st.sampled_from(["", "Review", "🎉"])),
        draw(st.booleans()),
        draw(st.booleans()),
        details=draw(st.sampled_from([None, Details()])),
        of_day=draw(st.sampled_from([None, FIRST])),
    )


LISTS = st.lists(an_entry(), max_size=12)


@given(LISTS, st.data())
def test_entries_in_columns_are_those_that_they_were_made_of(found: list[UnbilledEntry], draw: st.DataObject) -> None:
    entries = Entries.of(found)
    assert list(entries) == found == entries
    assert [entries[at] for at in range(len(found))] == found
    assert entries[1:-1] == found[1:-1]
    assert [*reversed(entries)] == found[::-1]
    places = draw.draw(st.lists(st.sampled_from(range(len(found))), max_size=12) if found else st.just([]))
    some = entries.picked(places)
    assert list(some) == [found[at] for at in places]
    assert some[::2] == [found[at] for at in places][::2]  # those of some are found in what they were picked from
    assert Entries.together([entries, some]) == [*found, *some]


@given(LISTS)
def test_columns_say_what_each_entry_says(found: list[UnbilledEntry]) -> None:
    entries = Entries.of(found)
    assert list(entries.seconds) == [each.seconds or 0 for each in found]
    assert list(entries.counted_days) == [each.of_day or each.day for each in found]
    assert entries.named("project") == {each.project_id: each.project for each in found}
    assert entries.by_days() == sorted(found, key=lambda each: (each.day, each.entry_id))


@given(LISTS)
def test_what_can_be_billed_is_what_nothing_speaks_against(found: list[UnbilledEntry]) -> None:
    can, rest = billable(Entries.of(found))
    assert list(can) == [each for each in found if why_not(each) is None]
    assert list(rest) == [each for each in found if why_not(each)]


def test_nothing_is_an_end_of_nothing() -> None:
    assert len(NO_ENTRIES) == 0
    assert not NO_ENTRIES
    assert [UnbilledEntry(1, None, None, None, None, 1, FIRST, "", False, True)] != NO_ENTRIES


def test_lines_of_many_entries_are_made_and_worded_without_looking_at_each(monkeypatch: pytest.MonkeyPatch) -> None:
    """A year has 100,000; each that is made as an object takes as long as to read it."""
    whole = UnbilledEntry(1, 1, "Website", 1, "Design", 3600, FIRST, "Review", False, True, person_id=1, details=None)
    columns = Entries.of([whole._replace(entry_id=n, day=FIRST + timedelta(days=n % 28)) for n in range(1, 501)])
    made: list[object] = []
    straight = UnbilledEntry._make
    monkeypatch.setattr(UnbilledEntry, "_make", lambda values: made.append(values) or straight(values))
    lines, _ = make_lines(columns, BY_PROJECT_AND_SERVICE, pricing=replace(PRICING, articles={}), edits={})
    (line,) = wording.worded_lines(language_of("en_GB").reader, lines, Writing())
    assert (line.line.hours, line.title) == (50_000, "Website · Design")
    assert len(made) <= 20
