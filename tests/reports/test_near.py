"""Where nothing fits a report, what is like it and not empty is offered, and one click shows it."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from bot.core.caller import Caller
from bot.core.context import Bot
from bot.core.roles import Role
from bot.reports import screens
from bot.slack.blocks import Message
from bot.tracking.rules.filters import Filter, Grouping, ReportQuery, SpanUnit, read_query
from playground.person import Person
from tests.tracking.test_filter_words import change

MARCH = Filter(date(2026, 3, 1), date(2026, 3, 31), SpanUnit.MONTH, people=(1,))
APRIL = Filter(date(2026, 4, 1), date(2026, 4, 30), SpanUnit.MONTH, people=(1,))


@pytest.fixture
def worked(bot: Bot, projects: None, anna: Person, finn: Person) -> Caller:
    """In February and March: Anna for Acme, Finn for the bakery, who bills."""
    anna.types("/track log 1h acme website design #call yesterday")
    anna.types("/track log 1h acme app 10.02.: Anruf")
    finn.types("/track log 1h bäckerei shop travel")
    return change(bot, "Anna Admin", role=Role.ADMIN)


def offered(bot: Bot, caller: Caller, chosen: Filter) -> dict[str, ReportQuery]:
    answer: Message = screens.shown(bot, caller, ReportQuery(chosen, (Grouping.SERVICE,))).message
    return {
        element["text"]["text"]: read_query(element["value"])
        for block in answer["blocks"]
        for element in block.get("elements", ())
        if element.get("action_id", "").startswith("filter_near:report:")
    }


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"services": (2,)}, {"Without “Travel”": {"services": ()}, "Everybody’s time": {"people": ()}}),
        (
            {"customers": (2,)},
            {"Without “Bäckerei Söhne & Co.”": {"customers": ()}, "Everybody’s time": {"people": ()}},
        ),
        ({"tags": ("email",)}, {"With or without the tags": {"tags": ()}}),
        ({"billed": True}, {"Billed or not": {"billed": None}}),
        ({"billable": False}, {"Billable or not": {"billable": None}}),
        ({"text": "Rabatt"}, {"Whatever the note says": {"text": ""}}),
        (
            {"text": "anruf"},
            {
                "February 2026, last on Tue 10 Feb": {"first": date(2026, 2, 1), "last": date(2026, 2, 28)},
                "Whatever the note says": {"text": ""},
            },
        ),
        ({}, {}),
    ],
)
def test_the_same_without_one_of_its_parts_and_other_days_are_offered(
    bot: Bot, worked: Caller, changes: dict[str, Any], found: dict[str, dict[str, Any]]
) -> None:
    chosen = replace(MARCH, **changes)
    by_label = offered(bot, worked, chosen)
    assert by_label == {
        label: ReportQuery(replace(chosen, **each), (Grouping.SERVICE,)) for label, each in found.items()
    }


def test_the_newest_days_are_of_the_same_kind(bot: Bot, worked: Caller) -> None:
    week = replace(APRIL, first=date(2026, 4, 6), last=date(2026, 4, 12), unit=SpanUnit.WEEK)
    assert [*offered(bot, worked, week)] == ["Week 11, 9–15 Mar, last on Mon 9 Mar"]
    day = replace(APRIL, last=date(2026, 4, 1), unit=None)
    assert [*offered(bot, worked, day)] == ["Last on Mon 9 Mar"]
    years = replace(APRIL, last=date(2026, 4, 17), unit=None)
    assert [*offered(bot, worked, years)] == ["March 2026, last on Mon 9 Mar"]


def test_whoever_does_not_bill_is_offered_their_own_time_alone(bot: Bot, worked: Caller) -> None:
    finn = change(bot, "Finn Freelancer")
    chosen = replace(MARCH, people=(finn.person_id,), customers=(1,))
    by_label = offered(bot, finn, chosen)
    assert by_label == {"Ohne „Acme GmbH“": ReportQuery(replace(chosen, customers=()), (Grouping.SERVICE,))}
