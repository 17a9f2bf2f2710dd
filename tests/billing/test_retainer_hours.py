"""Which hours a retainer includes: each second once, in the order of time, and never more than there are."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.billing.rules.agreements import Agreement, AgreementKind
from bot.billing.rules.budgets import Budget, BudgetUse
from bot.billing.rules.entries import Details, Entries, UnbilledEntry
from bot.billing.rules.grouping import Grouping, Shared
from bot.billing.rules.included import apart, included_in, long_enough, months_of, of_included
from bot.billing.rules.lines import Line
from bot.billing.rules.making import make_lines
from bot.billing.rules.retainers import (
    OpenTime,
    Retainer,
    agreed_for,
    allot,
    due_fees,
    included_hours,
    months_between,
    next_month,
)
from bot.billing.rules.rounding import Per, Rounding, Roundings, Way
from bot.billing.rules.tax import Vat
from bot.billing.rules.worked import worked_lines
from bot.billing.rules.worth import Pricing

JANUARY = date(2026, 1, 1)
HOUR = 3_600
VAT = Vat("MwSt", 1900)


def retainer_of(
    seconds: int, *, carries: bool = False, project: int | None = None, number: int = 7, last: date | None = None
) -> Agreement:
    return Agreement(
        number, AgreementKind.RETAINER, 1, project, None, JANUARY, last, 100_000, "EUR", seconds, carries, None, 1
    )


@dataclass(frozen=True)
class Piece:
    """Work of a day since January, of a project or none."""

    day: int
    seconds: int
    project: int | None = 1


pieces = st.builds(Piece, st.integers(0, 150), st.integers(1, 12 * HOUR), st.sampled_from([None, 1, 2]))
worked = st.lists(pieces, max_size=25)


def open_time(month: list[Piece]) -> list[OpenTime]:
    made = [
        OpenTime(key, each.project, JANUARY + timedelta(each.day), each.seconds) for key, each in enumerate(month, 1)
    ]
    return sorted(made, key=lambda each: (each.day, each.entry_id))


def by_month(month: list[Piece], included: dict[int, int]) -> dict[date, int]:
    found: dict[date, int] = {}
    for key, seconds in included.items():
        first = (JANUARY + timedelta(month[key - 1].day)).replace(day=1)
        found[first] = found.get(first, 0) + seconds
    return found


def seconds_of(month: list[Piece], *agreements: Agreement, used: dict[date, int] | None = None) -> dict[int, int]:
    retainers = [Retainer(each, used or {}) for each in agreements if each.kind is AgreementKind.RETAINER]
    found, _ = allot(retainers, agreements, open_time(month))
    return {key: each.seconds for key, each in found.items()}


@given(worked, st.integers(0, 60 * HOUR), st.booleans())
def test_a_month_includes_what_a_bank_of_hours_would_have(month: list[Piece], each: int, carries: bool) -> None:
    """Counted over as money in a bank: so much comes in with each month, and what is there is spent."""
    included = by_month(month, seconds_of(month, retainer_of(each, carries=carries)))
    bank = 0
    for first in (date(2026, n, 1) for n in range(1, 7)):
        bank = (bank if carries else 0) + each
        wanted = sum(p.seconds for p in month if (JANUARY + timedelta(p.day)).replace(day=1) == first)
        spent = included.get(first, 0)
        assert spent <= min(bank, wanted)
        assert min(bank, wanted) - spent <= 18 * len(month)  # parts that would be 0.00 h are not taken
        bank -= spent


@given(worked, st.integers(0, 60 * HOUR), st.booleans())
def test_what_is_included_comes_before_what_is_not(month: list[Piece], each: int, carries: bool) -> None:
    included = seconds_of(month, retainer_of(each, carries=carries))
    order: dict[date, list[OpenTime]] = {}
    for entry in open_time(month):
        order.setdefault(entry.day.replace(day=1), []).append(entry)
    for entries in order.values():
        left = [entry.seconds - included.get(entry.entry_id, 0) for entry in entries]
        begun = [n for n, (seconds, entry) in enumerate(zip(left, entries, strict=True)) if seconds == entry.seconds]
        if begun:
            later = sum(included.get(entry.entry_id, 0) for entry in entries[begun[0] :])
            assert later < 18 * len(entries)


@given(worked, worked, st.integers(1, 40 * HOUR), st.booleans())
def test_what_drafts_used_is_never_used_again(before: list[Piece], late: list[Piece], each: int, carries: bool) -> None:
    """Time that comes late, of whichever month, after drafts of any months were sent."""
    agreement = retainer_of(each, carries=carries)
    used = by_month(before, seconds_of(before, agreement))
    more = by_month(late, seconds_of(late, agreement, used=used))
    months = [date(2026, n, 1) for n in range(1, 13)]
    whole = {month: used.get(month, 0) + more.get(month, 0) for month in months}
    for n, month in enumerate(months, start=1):
        if carries:
            assert sum(whole[each_month] for each_month in months[:n]) <= n * each
        else:
            assert whole[month] <= each


def test_a_month_that_is_billed_late_has_what_later_ones_left() -> None:
    agreement = retainer_of(10 * HOUR, carries=True)
    january, february = JANUARY, date(2026, 2, 1)
    sent = Retainer(agreement, {january: 8 * HOUR, february: 12 * HOUR})
    assert sent.carried(february) == 2 * HOUR
    assert sent.left(february) == 0
    assert sent.left(january) == 0, "February had the two hours"
    assert sent.left(date(2026, 3, 1)) == 10 * HOUR
    assert Retainer(agreement, {january: 8 * HOUR, february: 11 * HOUR}).left(january) == HOUR
    assert Retainer(retainer_of(10 * HOUR), {january: 8 * HOUR}).left(january) == 2 * HOUR


def test_a_fixed_price_wins_over_a_retainer_and_a_projects_retainer_over_the_customers() -> None:
    of_customer, of_project = retainer_of(HOUR, number=1), retainer_of(HOUR, project=1, number=2)
    price = Agreement(3, AgreementKind.FIXED_PRICE, 1, 2, None, JANUARY, None, 100, "EUR")
    agreements = (of_customer, of_project, price)
    assert [agreed_for(agreements, each, JANUARY) for each in (None, 1, 2, 3)] == [
        of_customer,
        of_project,
        price,
        of_customer,
    ]
    assert agreed_for(agreements, 1, date(2025, 12, 31)) is None
    month = [Piece(0, HOUR, 2), Piece(0, HOUR, 1), Piece(0, HOUR, None), Piece(1, HOUR, 1)]
    assert seconds_of(month, *agreements) == {2: HOUR, 3: HOUR}


def test_an_ended_retainer_includes_nothing_later() -> None:
    agreement = retainer_of(10 * HOUR, carries=True, last=date(2026, 1, 31))
    assert seconds_of([Piece(30, HOUR), Piece(31, HOUR)], agreement) == {1: HOUR}


shared = st.sampled_from([(Shared.PROJECT, Shared.SERVICE), (Shared.DAY,), (Shared.ENTRY,), (), (Shared.WEEK,)])
roundings = st.builds(
    Rounding, st.sampled_from(Way), st.sampled_from([1, 6, 15, 60]), st.sampled_from(Per), st.sampled_from([0, 30])
)


@given(worked, st.integers(0, 40 * HOUR), st.booleans(), shared, roundings, st.booleans())
def test_each_second_is_on_one_line_and_the_rest_alone_is_rounded(
    month: list[Piece], each: int, carries: bool, by: tuple[Shared, ...], rounding: Rounding, as_total: bool
) -> None:
    made = evenings(month)
    agreement, entries = retainer_of(each, carries=carries), Entries.of(made)
    allotted, (after,) = allot([Retainer(agreement)], [agreement], open_time(month))
    grouping = Grouping(by, as_total=as_total)
    pricing = Pricing({}, 9_500, VAT, taxed=True, roundings=Roundings(rounding))
    included, rest = apart(entries, allotted, grouping, pricing=pricing, edits={})
    billed, _ = make_lines(rest, grouping, pricing=pricing, edits={})
    free, _ = long_enough(included)
    _assert_each_second_once([*billed, *free], made)
    assert all(line.unit_price == 0 and line.amount_cents == 0 and line.included for line in free)
    assert all(line.hours * 36 - line.seconds in range(-18, 19) for line in free), "included hours are exact"
    used: dict[date, int] = {}
    for line in included:
        for of_month, seconds in line.included.used if line.included else ():
            used[of_month] = used.get(of_month, 0) + seconds
    assert used == {of_month: seconds for of_month, seconds in after.used.items() if seconds}
    assert all(of.month in used for of in months_of([after], included, []))


seconds_at_a_limit = st.sampled_from([1, 10, 17, 18, 19, 35, 36, 53, 900, HOUR, HOUR + 10, HOUR + 17, HOUR + 18])
at_limits = st.lists(
    st.builds(Piece, st.integers(0, 40), seconds_at_a_limit, st.sampled_from([1, 2])), min_size=1, max_size=6
)


@given(
    at_limits, seconds_at_a_limit, st.tuples(seconds_at_a_limit, seconds_at_a_limit), st.booleans(), shared, roundings
)
@example([Piece(0, 19), Piece(1, 17)], 18, (1, 1), True, (Shared.PROJECT, Shared.SERVICE), Rounding())
def test_with_budgets_too_each_entry_is_on_lines_with_all_of_its_seconds(
    month: list[Piece], each: int, limits: tuple[int, int], is_money: bool, by: tuple[Shared, ...], rounding: Rounding
) -> None:
    """Whatever a retainer and two budgets leave of it, and whatever midnight does: no rest of it is lost."""
    agreement, made = retainer_of(each), evenings(month)
    uses = [
        BudgetUse(
            Budget(
                *(number, number, "", 1, "", JANUARY),
                *((None, limit, "EUR") if is_money else (limit, None, "")),
                is_hard=True,
            ),
            used=0,
            billed=0,
        )
        for number, limit in enumerate(limits, 1)
    ]
    pricing = Pricing({}, 9_500, VAT, taxed=True, roundings=Roundings(rounding), currency="EUR")
    allotted, _ = allot([Retainer(agreement)], [agreement], open_time(month))
    found = worked_lines(Entries.of(made), allotted, uses, Grouping(by), pricing=pricing, edits={})
    _assert_each_second_once([*found.budgeted.lines, *found.included], made)
    assert all(line.hours for line in (*found.budgeted.lines, *found.included))


def evenings(month: list[Piece]) -> list[UnbilledEntry]:
    """Work that begins some seconds before midnight."""
    made = []
    for entry in open_time(month):
        began = datetime(entry.day.year, entry.day.month, entry.day.day, 23, 59, 50, tzinfo=UTC)
        ends = began + timedelta(seconds=entry.seconds)
        made.append(
            UnbilledEntry(
                *(entry.entry_id, entry.project_id, "", None, None, entry.seconds, entry.day, "", False, True),
                details=Details(began, ends, "UTC", timed=True),
            )
        )
    return made


def _assert_each_second_once(lines: list[Line], made: list[UnbilledEntry]) -> None:
    on_lines: dict[int, int] = {}
    for line in lines:
        for entry in line.entries:
            on_lines[entry.entry_id] = on_lines.get(entry.entry_id, 0) + (entry.seconds or 0)
    whole = {entry.entry_id: entry.seconds for entry in made}
    assert all(seconds == whole[entry_id] for entry_id, seconds in on_lines.items())


@pytest.mark.parametrize(
    ("typed", "seconds"),
    [
        ("20", 72_000),
        ("12,5", 45_000),
        ("12.25", 44_100),
        ("7:30", 27_000),
        ("160 h", 576_000),
        ("10 Stunden", 36_000),
        ("1 hour", 3_600),
        ("0", 0),
        ("", 0),
        ("0,01", 36),
        (" 8 std. ", 28_800),
    ],
)
def test_hours_of_a_month_are_read_as_people_type_them(typed: str, seconds: int) -> None:
    assert included_hours(typed) == seconds


@pytest.mark.parametrize("typed", ["-1", "1.000", "12:60", "a lot", "20 €", "12345", "1,5,5", "٣"])
def test_what_is_no_number_of_hours_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match=r"^"):
        included_hours(typed)


def test_fees_are_due_once_for_each_month_until_it_ends() -> None:
    agreement = retainer_of(0, last=date(2026, 4, 30))
    due = [each.month.month for each in due_fees([agreement], date(2026, 3, 15))]
    assert due == [1, 2, 3]
    later = agreement._replace(fees_until=date(2026, 3, 1))
    assert [each.month.month for each in due_fees([later], date(2027, 1, 1))] == [4]
    assert due_fees([later._replace(fees_until=date(2026, 4, 1))], date(2027, 1, 1)) == []
    assert due_fees([agreement], date(2025, 12, 31)) == []


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.integers(0, 400))
def test_months_are_counted_one_by_one(day: date, more: int) -> None:
    month = day.replace(day=1)
    for _ in range(more):
        month = next_month(month)
    assert months_between(day, month) == more + 1


def test_the_key_of_an_included_line_says_of_which_group_it_is() -> None:
    for key in ("project=3&service=7", "", "project=3&article="):
        assert included_in(of_included(key, 5), 5) == key  # type: ignore[arg-type]
        assert included_in(of_included(key, 5), 6) is None  # type: ignore[arg-type]
        assert included_in(key, 5) is None  # type: ignore[arg-type]


def test_what_is_left_of_an_entry_and_comes_to_nothing_stays_with_it() -> None:
    """5 seconds more than is included are no line, and half an hour is none where it is rounded down to full hours."""
    for length, rounding in ((HOUR + 5, Rounding()), (HOUR + 1_800, Rounding(Way.DOWN, 60))):
        made = UnbilledEntry(*(1, 1, "", None, None, length, JANUARY, "", False, True))
        grouping = Grouping((Shared.PROJECT,))
        pricing = Pricing({}, 9_500, VAT, taxed=True, roundings=Roundings(rounding))
        allotted, _ = allot([Retainer(retainer_of(HOUR))], [retainer_of(HOUR)], [OpenTime(1, 1, JANUARY, length)])
        (line,), rest = apart(Entries.of([made]), allotted, grouping, pricing=pricing, edits={})
        assert (line.seconds, line.amount_cents, len(rest)) == (length, 0, 0)
        assert line.included is not None
        assert line.included.used == ((JANUARY, HOUR),)
