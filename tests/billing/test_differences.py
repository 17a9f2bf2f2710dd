"""What is different about an invoice: nothing is named that is as it was, and nothing that is different is left out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.billing.rules.differences import UNUSUAL, ByHand, Difference, Kind, Spent, Worked, differences
from bot.billing.rules.grouping import Shared
from bot.tracking.rules.spent import SpentKind

BY = (Shared.PROJECT, Shared.SERVICE)
HOUR = 3600
works = st.lists(
    st.builds(
        Worked,
        st.sampled_from([None, 1, 2]),
        st.just("P"),
        st.sampled_from([None, 1, 2, 3]),
        st.just("S"),
        st.sampled_from([1, 2]),
        st.just("A"),
        st.sampled_from([None, 950_000, 1_200_000]),
        st.integers(min_value=1, max_value=400_000),
    ),
    max_size=12,
)
groupings = st.lists(st.sampled_from(list(Shared)), unique=True, max_size=4)


def work(
    project: str = "Website", service: str | None = "Design", person: str = "Anna", price: int = 95, hours: int = 10
) -> Worked:
    ids = {"Website": 1, "App": 2, "Design": 1, "Development": 2, "Anna": 1, "Ben": 2}
    service_id = ids[service] if service else None
    return Worked(ids[project], project, service_id, service, ids[person], person, price * 10_000, hours * HOUR)


def compared(before: list[Worked], now: list[Worked], *by: Shared, is_over: bool = True) -> list[Difference]:
    return list(differences(before, now, by or BY, is_over=is_over))


def test_the_same_again_is_no_difference() -> None:
    assert compared([work()], [work()]) == []


@pytest.mark.parametrize(("hours", "is_unusual"), [(13, True), (12, False), (8, False), (7, True), (10, False)])
def test_hours_are_unusual_from_thirty_percent_on(hours: int, is_unusual: bool) -> None:
    before, now = [work(), work("App")], [work(hours=hours), work("App")]
    found = [each for each in compared(before, now) if each.kind is Kind.HOURS]
    assert bool(found) is is_unusual
    assert all(each.names == ("Website", "Design") for each in found)


def test_of_one_line_the_total_says_how_its_hours_differ() -> None:
    assert compared([work()], [work(hours=20)]) == [Difference(Kind.TOTAL, (), 10 * HOUR, 20 * HOUR)]


def test_lines_may_differ_where_the_total_does_not() -> None:
    found = compared([work(), work("App")], [work(hours=14), work("App", hours=6)])
    assert [(each.kind, each.names) for each in found] == [
        (Kind.HOURS, ("App", "Design")),
        (Kind.HOURS, ("Website", "Design")),
    ]


def test_a_new_service_and_a_new_person_are_said_once() -> None:
    found = compared([work()], [work(), work(service="Development", person="Ben", hours=1)])
    assert [(each.kind, each.names, each.now) for each in found] == [
        (Kind.SERVICE, ("Development",), HOUR),
        (Kind.PERSON, ("Ben",), HOUR),
    ]


def test_a_known_service_in_another_project_is_a_new_line_and_what_it_was_in_is_gone() -> None:
    found = compared([work()], [work("App")])
    assert [(each.kind, each.names) for each in found] == [
        (Kind.ADDED, ("App", "Design")),
        (Kind.GONE, ("Website", "Design")),
    ]


def test_another_rate_of_a_service_is_said_once_for_all_its_projects() -> None:
    before, now = [work(), work("App")], [work(price=100), work("App", price=100)]
    assert compared(before, now) == [Difference(Kind.RATE, ("Design",), prices_before=(950_000,), prices=(1_000_000,))]
    assert compared(before, [work(price=100), work("App")])[0].names == ("Website", "Design")


def test_a_rate_that_can_not_be_compared_is_no_other_rate() -> None:
    assert compared([work()._replace(price=None)], [work()]) == []
    assert compared([work()], [work()._replace(price=None)]) == []


def test_lines_by_person_are_compared_by_person() -> None:
    found = compared([work(), work(person="Ben")], [work(hours=20)], Shared.PERSON, Shared.DAY)
    assert [(each.kind, each.names) for each in found] == [(Kind.HOURS, ("Anna",)), (Kind.GONE, ("Ben",))]


def test_before_the_days_are_over_it_is_no_news_that_there_is_less() -> None:
    before = [work(hours=20), work("App")]
    assert compared(before, [work(hours=2)], is_over=False) == []
    found = compared(before, [work(hours=40), work(service=None)], is_over=False)
    assert [each.kind for each in found] == [Kind.TOTAL, Kind.HOURS, Kind.ADDED]


@given(works, groupings)
def test_nothing_differs_from_itself(worked: list[Worked], by: list[Shared]) -> None:
    assert compared(worked, list(reversed(worked)), *by) == []


@given(works, works, groupings)
def test_what_is_new_one_way_is_gone_the_other_way(before: list[Worked], now: list[Worked], by: list[Shared]) -> None:
    new = {each.names for each in compared(before, now, *by) if each.kind is Kind.ADDED}
    gone = {each.names for each in compared(now, before, *by) if each.kind is Kind.GONE}
    assert new <= gone


spent = st.dictionaries(st.sampled_from([*SpentKind]), st.integers(min_value=0, max_value=10**7))


@given(before=spent, now=spent)
def test_what_is_spent_is_compared_with_its_own_kind_alone(before: Spent, now: Spent) -> None:
    found = {each.spent: (each.before, each.now) for each in differences([], [], BY, is_over=True, spent=(before, now))}
    for kind in SpentKind:
        was, is_ = before.get(kind, 0), now.get(kind, 0)
        is_other = bool(is_ and not was) or (was > 0 and abs(is_ - was) * 100 >= UNUSUAL * was)
        assert found.get(kind) == ((was, is_) if is_other else None)


def test_a_fee_that_became_an_expense_of_as_much_is_no_longer_as_it_was() -> None:
    (gone, new) = sorted(
        differences([], [], BY, is_over=True, spent=({SpentKind.FEE: 100}, {SpentKind.EXPENSE: 100})),
        key=lambda each: each.now,
    )
    assert (gone.spent, gone.before, new.spent, new.now) == (SpentKind.FEE, 100, SpentKind.EXPENSE, 100)


@given(works, works, works, groupings, st.booleans())
def test_nothing_is_called_gone_of_which_some_was_left_out_here(
    before: list[Worked], now: list[Worked], out: list[Worked], by: list[Shared], is_over: bool
) -> None:
    plain = differences(before, now, by, is_over=is_over)
    found = differences(before, now, by, is_over=is_over, by_hand=ByHand(before + out, {}))
    assert Kind.GONE not in {each.kind for each in found}
    gone = [each.before for each in plain if each.kind is Kind.GONE]
    assert sorted(each.before for each in found if each.kind is Kind.LEFT_OUT) == sorted(gone)


def test_expenses_of_a_kind_that_were_left_out_here_are_not_missed() -> None:
    was = {SpentKind.EXPENSE: 500, SpentKind.FEE: 900}
    found = differences([], [], BY, is_over=True, spent=(was, {}), by_hand=ByHand((), {SpentKind.EXPENSE: 400}))
    assert [each.spent for each in found] == [SpentKind.FEE]
