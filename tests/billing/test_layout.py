"""Whatever makes the lines: each second is billed once, at one rate, or left out for a reason that is counted."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.billing.rules.entries import Details, UnbilledEntry
from bot.billing.rules.grouping import Grouping, GroupKey, Shared, of_service
from bot.billing.rules.layout import USUAL_LAYOUT, Layout, dump_layout, read_layout
from bot.billing.rules.lines import LineEdit
from bot.billing.rules.making import make_lines
from bot.billing.rules.rates import PricedArticle
from bot.billing.rules.tax import Vat
from bot.billing.rules.worth import Pricing

FIRST = date(2026, 10, 26)
SCREEN = PricedArticle(5, 817, "Screen", "Stunde", 88_5000, "", "MwSt", 1900)
BOOK = PricedArticle(6, 818, "Book", "h", 120_3333, "", "MwSt", 700)
PRICING = Pricing(articles={1: SCREEN, 2: BOOK, 3: SCREEN}, rate_cents=9500, vat=Vat("MwSt", 1900), taxed=True)


@st.composite
def months(draw: st.DrawFn) -> list[UnbilledEntry]:
    """Entries of a few weeks, of which any may be like another one."""
    return [
        UnbilledEntry(
            entry_id=number,
            project_id=(project := draw(st.sampled_from([None, 1, 2]))),
            project=None if project is None else f"Project {project}",
            service_id=(service := draw(st.sampled_from([None, 1, 2, 3, 4]))),
            service=None if service is None else f"Service {service}",
            seconds=draw(st.one_of(st.none(), st.integers(0, 40), st.integers(0, 50_000))),
            day=(day := FIRST + timedelta(days=draw(st.integers(0, 20)))),
            note=draw(st.sampled_from(["", "Review", " review ", "Call", "🎉", "a=b&article=5"])),
            end_guessed=draw(st.integers(0, 9)) == 0,
            billable=draw(st.integers(0, 9)) > 0,
            person_id=(person := draw(st.integers(1, 3))),
            person=f"Person {person}",
            details=Details(
                started_at=datetime(day.year, day.month, day.day, draw(st.integers(6, 20)), tzinfo=UTC),
                timed=draw(st.booleans()),
                tags=draw(st.sampled_from(["", "urgent", "Urgent night", "night urgent"])),
            ),
        )
        for number in range(draw(st.integers(0, 30)))
    ]


shared = st.permutations(list(Shared)).flatmap(lambda order: st.integers(0, 8).map(lambda most: tuple(order[:most])))
layouts = st.builds(Layout, shared, st.booleans(), st.booleans(), st.booleans(), st.booleans())
week_starts = st.integers(0, 6)


def is_billable(entry: UnbilledEntry) -> bool:
    return entry.seconds is not None and entry.billable and not entry.end_guessed


def recounted(entry: UnbilledEntry, by: tuple[Shared, ...], week_start: int) -> tuple[object, ...]:
    """What an entry shares, said in another way than the grouping does it."""
    begins = next(day for back in range(7) if (day := entry.day - timedelta(days=back)).weekday() == week_start)
    values = {
        Shared.PROJECT: entry.project,
        Shared.SERVICE: entry.service,
        Shared.PERSON: entry.person,
        Shared.DAY: entry.day,
        Shared.WEEK: begins,
        Shared.TAG: frozenset(entry.known.tags.lower().split()),
        Shared.NOTE: entry.note.strip().lower(),
        Shared.ENTRY: entry.entry_id,
    }
    article = PRICING.articles.get(entry.service_id or 0)
    return (*(values[each] for each in by), article and article.title)


@given(months(), layouts, week_starts)
def test_each_second_is_on_one_line_or_left_out_for_a_reason(
    entries: list[UnbilledEntry], layout: Layout, week_start: int
) -> None:
    lines, left_out = make_lines(entries, layout.grouping(week_start), pricing=PRICING, edits={})
    counted: Counter[tuple[object, ...]] = Counter()
    for entry in filter(is_billable, entries):
        counted[recounted(entry, layout.by, week_start)] += entry.seconds or 0
    billed = sorted(seconds for seconds in counted.values() if seconds >= 18)
    assert sorted(line.seconds for line in lines) == billed
    on_lines = [entry.entry_id for line in lines for entry in line.entries]
    assert len(on_lines) == len(set(on_lines))
    assert len(on_lines) + left_out.too_short == sum(map(is_billable, entries))
    assert left_out.running + left_out.not_billable + left_out.end_guessed + sum(map(is_billable, entries)) == len(
        entries
    )


@given(months(), layouts)
def test_a_line_has_one_rate_one_unit_and_one_tax(entries: list[UnbilledEntry], layout: Layout) -> None:
    lines, _ = make_lines(entries, layout.grouping(0), pricing=PRICING, edits={})
    for line in lines:
        articles = {PRICING.articles.get(entry.service_id or 0) for entry in line.entries}
        assert articles == {line.article}
        expected = line.article.price if line.article else 95_0000
        assert line.unit_price == expected


@given(months(), layouts, st.randoms())
def test_the_order_in_which_entries_are_found_changes_no_line(
    entries: list[UnbilledEntry], layout: Layout, shuffle: object
) -> None:
    again = list(entries)
    shuffle.shuffle(again)  # type: ignore[attr-defined]
    made = make_lines(entries, layout.grouping(0), pricing=PRICING, edits={})
    assert make_lines(again, layout.grouping(0), pricing=PRICING, edits={}) == made


@given(months(), layouts)
def test_a_line_is_known_again_when_time_is_added_elsewhere(entries: list[UnbilledEntry], layout: Layout) -> None:
    grouping = layout.grouping(0)
    lines, _ = make_lines(entries, grouping, pricing=PRICING, edits={})
    keys = [line.key for line in lines]
    assert len(set(keys)) == len(keys)
    assert all(map(grouping.makes, keys))
    half, _ = make_lines(entries[::2], grouping, pricing=PRICING, edits={})
    whole, _ = make_lines([each._replace(seconds=3600) for each in entries], grouping, pricing=PRICING, edits={})
    assert {line.key for line in half} <= {line.key for line in whole}


@given(layouts)
def test_a_layout_is_kept_as_it_is(layout: Layout) -> None:
    assert read_layout(dump_layout(layout)) == layout


@pytest.mark.parametrize("value", ["", "[]", '{"by": ["moon"]}', '{"by": ["day", "day"]}', '{"by": "day"}'])
def test_what_is_no_layout_is_refused(value: str) -> None:
    with pytest.raises(ValueError):
        read_layout(value)


def test_without_a_choice_lines_are_by_project_and_service_with_dates_and_notes() -> None:
    assert dump_layout(USUAL_LAYOUT) == "{}"
    assert Layout((Shared.PROJECT, Shared.SERVICE), dates=True, times=False, notes=True, initials=False) == USUAL_LAYOUT


@pytest.mark.parametrize("by", [by for by, _ in groupby(tuple(Shared)[:most] for most in range(9))])
def test_what_was_written_on_a_line_follows_a_merged_project_and_service(by: tuple[Shared, ...]) -> None:
    entry = UnbilledEntry(1, 1, "A", 1, "Design", 3600, FIRST, "x", False, True, person_id=1)
    grouping = Grouping(by)
    (before,), _ = make_lines([entry], grouping, pricing=PRICING, edits={})
    (after,), _ = make_lines([entry._replace(project_id=2, service_id=3)], grouping, pricing=PRICING, edits={})
    key = before.key
    for each, ours, theirs in ((Shared.PROJECT, 1, 2), (Shared.SERVICE, 1, 3)):
        key = grouping.moved(key, each, ours, theirs) or key
    assert key == after.key


def test_services_of_one_article_stand_on_one_line_and_those_of_another_beside_it() -> None:
    entries = [
        UnbilledEntry(number, 1, "Website", service, str(service), 1800, FIRST, "", False, True)
        for number, service in enumerate((1, 2, 3, None))
    ]
    lines, _ = make_lines(entries, Grouping(()), pricing=PRICING, edits={})
    assert [(line.key, line.seconds, line.unit_price) for line in lines] == [
        ("article=", 1800, 95_0000),
        ("article=5", 3600, 88_5000),
        ("article=6", 1800, 120_3333),
    ]


def test_a_rate_typed_for_a_part_of_a_group_is_that_of_this_part_alone() -> None:
    entries = [UnbilledEntry(n, 1, "Website", n, str(n), 3600, FIRST, "", False, True) for n in (1, 2)]
    edits = {GroupKey("article=6"): LineEdit(rate_cents=10_000)}
    lines, _ = make_lines(entries, Grouping(()), pricing=PRICING, edits=edits)
    assert [line.amount_cents for line in lines] == [8850, 10_000]


def test_a_draft_keeps_the_article_of_a_service_on_lines_of_several_services_too() -> None:
    entries = [UnbilledEntry(n, 1, "Website", n, str(n), 3600, FIRST, "", False, True) for n in (1, 3)]
    later = replace(PRICING, articles={1: BOOK, 3: SCREEN})
    edits = {of_service(1): LineEdit(article=SCREEN, article_kept=True)}
    for by in ((), (Shared.DAY,), (Shared.ENTRY,), (Shared.SERVICE,)):
        lines, _ = make_lines(entries, Grouping(by), pricing=later, edits=edits)
        assert {line.unit_price for line in lines} == {88_5000}
        lines, _ = make_lines(entries, Grouping(by), pricing=later, edits={})
        assert {line.unit_price for line in lines} == {88_5000, 120_3333}
