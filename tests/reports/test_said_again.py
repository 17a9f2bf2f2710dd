"""What stands above an answer can be typed again in both languages, and so can its names in any order.

Where a name has a second reading it is asked, and one of the buttons is what was meant.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest

from bot.catalog.understanding import understand
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.core.errors import UserError
from bot.core.roles import Role
from bot.core.texts import Reader
from bot.grammar.refusals import NotUnderstood
from bot.grammar.values import Report
from bot.tracking.filtering import UsualSpan, names_of, resolve
from bot.tracking.rules.filters import Filter, Grouping, ReportQuery, SpanUnit, begin_of, ends_of
from bot.tracking.views.filters import said
from playground.person import Person
from tests.conftest import T0
from tests.deeds import add_names
from tests.tracking.test_filter_words import ENGLISH, GERMAN, change

CATALOG = {
    "Globex": ("Website", "Web Design", "App"),
    "Globex Nord AG": ("Website",),
    "Media Monday": (),
    "Studio 54": ("Phase 1", "Design", "Portal", "Web"),
    "Travel & Co. KG": (),
}
"""With a name that begins like a day, and others that are like those of services."""
COUNT = {"customers": 7, "projects": 11, "services": 2, "people": 3}
LATEST_CHOICES = 4


@pytest.fixture
def anna_bills(bot: Bot, projects: None, finn: Person, aylin: Person) -> Caller:
    """Whoever bills, beside two others, among names that are also days, flags and kinds of things."""
    finn.types("/track help")
    aylin.types("/track help")
    add_names(bot, CATALOG)
    return change(bot, "Anna Admin", role=Role.ADMIN)


def some_days(random: Random) -> Filter:
    """Days that were: of a kind, or any two of them; or all there are."""
    day = T0.date() - timedelta(days=random.randrange(400))
    if random.random() < 0.1:
        return Filter()
    if random.random() < 0.2:
        last = min(day + timedelta(days=random.randrange(1, 90)), T0.date())
        return Filter(day, last) if not _is_a_kind(day, last) else Filter(day, day, SpanUnit.DAY)
    unit = random.choice([*SpanUnit])
    return Filter(*ends_of(begin_of(day, unit, 0), unit), unit)


def _is_a_kind(first: date, last: date) -> bool:
    return any((first, last) == ends_of(begin_of(first, unit, 0), unit) for unit in SpanUnit)


def some_filter(random: Random, me: int) -> Filter:
    def some(kind: str) -> tuple[int, ...]:
        many = random.choice([0, 0, 1, 1, 2])
        return tuple(random.sample(range(1, COUNT[kind] + 1), many))

    return replace(
        some_days(random),
        customers=some("customers"),
        projects=some("projects"),
        services=some("services"),
        people=random.choice([(me,), (me,), (), some("people")]),
        tags=tuple(random.sample(["call", "e-mail", "vor-ort"], random.choice([0, 0, 1, 2]))),
        billable=random.choice([None, None, True, False]),
        billed=random.choice([None, None, True, False]),
        text=random.choice(["", "", "Anruf", "kick-off with Ada", "50 % mehr", "nicht abgerechnet"]),
    )


def as_sets(query: ReportQuery) -> tuple[object, ...]:
    chosen = query.filter
    ids = (chosen.customers, chosen.projects, chosen.services, chosen.people, chosen.tags)
    return replace(chosen, customers=(), projects=(), services=(), people=(), tags=()), *map(frozenset, ids), query.by


def meanings(bot: Bot, caller: Caller, text: str, left: int = LATEST_CHOICES) -> list[ReportQuery]:
    """What a text means; where it is asked, what each of the buttons does."""
    try:
        typed = understand(bot, caller, text)
        assert isinstance(typed, Report)
        chosen = resolve(bot, caller, typed.filter, usual=UsualSpan.OF_REPORT)
        return [ReportQuery(chosen, tuple(map(Grouping, typed.by or ())))]
    except NotUnderstood as error:
        if not error.readings or not left:
            raise AssertionError(f"{text}: {error.reason} {error.piece}") from error
        return [each for reading in error.readings for each in meanings(bot, caller, reading.text, left - 1)]
    except UserError:  # "Alle" as everybody, beside the name of a person
        return []


def assert_means(bot: Bot, caller: Caller, text: str, wanted: ReportQuery) -> None:
    found = [as_sets(each) for each in meanings(bot, caller, text)]
    assert as_sets(wanted) in found, text


@pytest.mark.parametrize(("to", "command"), [(ENGLISH, "report"), (GERMAN, "bericht")])
def test_what_is_said_above_an_answer_asks_for_it_again(bot: Bot, anna_bills: Caller, to: Reader, command: str) -> None:
    random, caller = Random(7), replace(anna_bills, reader=to)
    for _ in range(60):
        chosen = some_filter(random, caller.person_id)
        by: Sequence[Grouping] = random.choice([(), random.sample([*Grouping], 1), random.sample([*Grouping], 2)])
        with bot.database.read() as db:
            names = names_of(db, caller, chosen)
        assert_means(bot, caller, f"{command} {said(to, chosen, names, by)}", ReportQuery(chosen, tuple(by)))


def test_names_mean_the_same_in_any_order_and_however_they_are_separated(bot: Bot, anna_bills: Caller) -> None:
    random = Random(11)
    for _ in range(60):
        chosen = replace(some_filter(random, anna_bills.person_id), tags=(), text="", billable=None, billed=None)
        chosen = chosen.between(None, None)
        with bot.database.read() as db:
            names = names_of(db, anna_bills, chosen)
        labels = [
            f'"{known[row_id]}"' if random.random() < 0.5 else known[row_id].casefold()
            for known, ids in zip(
                (names.customers, names.projects, names.services, names.people),
                (chosen.customers, chosen.projects, chosen.services, chosen.people),
                strict=True,
            )
            for row_id in ids
        ]
        random.shuffle(labels)
        words = ["all time", *([] if chosen.people else ["everybody"]), *labels]
        text = "report " + random.choice([", ", " and ", " & "]).join(words)
        assert_means(bot, anna_bills, text, ReportQuery(chosen))
