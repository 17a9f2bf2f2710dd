"""A filter in words: what stands in it, whose time it is, and that nobody reads a name that is not theirs to see."""

from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update

from bot.core.caller import Caller
from bot.core.context import Bot
from bot.core.errors import UserError
from bot.core.roles import Role
from bot.core.texts import USUAL_WORDS, Reader, Words
from bot.people.callers import acting
from bot.tracking.filtering import FilterNames, allowed, names_of, of_own
from bot.tracking.rules.filters import Filter, Grouping, SpanUnit
from bot.tracking.views.filters import said, span
from playground.person import Person
from storage import creation as creation_rows
from storage import people as people_rows
from storage.tables import customers, people, projects
from tests.conftest import T0

TODAY = date(2026, 11, 29)
ENGLISH, GERMAN = (
    Reader(language, locale, ZoneInfo("Europe/Berlin"), None, 60, USUAL_WORDS)
    for language, locale in (("en", "en-GB"), ("de", "de-DE"))
)
NAMES = FilterNames(TODAY, {1: "Acme GmbH"}, {7: "Globex › Website"}, {3: "Design"}, {1: "Anna", 2: "Ben"}, 1)
OCTOBER = Filter(date(2026, 10, 1), date(2026, 10, 31), SpanUnit.MONTH)


@pytest.mark.parametrize(
    ("chosen", "english", "german"),
    [
        (
            replace(OCTOBER, customers=(1,), projects=(7,), billed=False, tags=("call",), text="Anruf"),
            "Acme GmbH, Globex › Website · October 2026 · not billed · #call · note contains “Anruf” · everybody",
            "Acme GmbH, Globex › Website · Oktober 2026 · nicht abgerechnet · #call · Notiz enthält „Anruf“ · alle",
        ),
        (
            replace(OCTOBER, services=(3,), people=(1,), billable=False, billed=True),
            "Design · October 2026 · not billable · billed · own time",
            "Design · Oktober 2026 · nicht abrechenbar · abgerechnet · eigene Zeit",
        ),
        (
            replace(OCTOBER, people=(2, 1), billable=True),
            "October 2026 · billable · Ben, Anna",
            "Oktober 2026 · abrechenbar · Ben, Anna",
        ),
    ],
)
def test_a_filter_is_said_in_one_line_of_the_readers_language(chosen: Filter, english: str, german: str) -> None:
    assert said(ENGLISH, chosen, NAMES) == english
    assert said(GERMAN, chosen, NAMES) == german


@pytest.mark.parametrize(
    ("first", "last", "unit", "english", "german"),
    [
        ("2026-11-23", "2026-11-29", SpanUnit.WEEK, "Week 48, 23–29 Nov", "KW 48, 23.–29. Nov."),
        ("2026-11-23", "2026-11-25", SpanUnit.WEEK, "Week 48, 23–29 Nov", "KW 48, 23.–29. Nov."),
        (
            "2025-12-29",
            "2026-01-04",
            SpanUnit.WEEK,
            "Week 1, 29 Dec 2025 – 4 Jan 2026",
            "KW 1, 29. Dez. 2025 – 4. Jan. 2026",
        ),
        ("2026-11-22", "2026-11-28", SpanUnit.WEEK, "22–28 Nov", "22.–28. Nov."),
        ("2026-11-01", "2026-11-29", SpanUnit.MONTH, "November 2026", "November 2026"),
        ("2026-07-01", "2026-09-30", SpanUnit.QUARTER, "Q3 2026", "Q3 2026"),
        ("2025-01-01", "2025-12-31", SpanUnit.YEAR, "2025", "2025"),
        ("2026-11-23", "2026-11-23", SpanUnit.DAY, "Mon 23 Nov", "Mo., 23. Nov."),
        ("2025-11-23", "2025-11-23", None, "Sun, 23 Nov 2025", "So., 23. Nov. 2025"),
        ("2026-10-01", "2026-11-15", None, "1 Oct – 15 Nov 2026", "1. Okt. – 15. Nov. 2026"),
        ("2026-10-01", None, None, "since 1 Oct 2026", "seit 1. Okt. 2026"),
        (None, "2026-10-01", None, "until 1 Oct 2026", "bis 1. Okt. 2026"),
        (None, None, None, "since the beginning", "seit Beginn"),
    ],
)
def test_days_are_said_as_short_as_they_can_be(
    first: str | None, last: str | None, unit: SpanUnit | None, english: str, german: str
) -> None:
    chosen = Filter(date.fromisoformat(first) if first else None, date.fromisoformat(last) if last else None, unit)
    assert span(ENGLISH, chosen, today=TODAY) == english
    assert span(GERMAN, chosen, today=TODAY) == german


def test_how_it_is_grouped_is_said_in_the_workspaces_own_words() -> None:
    by = (Grouping.CUSTOMER, Grouping.SERVICE)
    assert said(ENGLISH, OCTOBER, NAMES, by).endswith("· everybody · by customer and service")
    assert said(GERMAN, OCTOBER, NAMES, by[:1]).endswith("· alle · nach Kunde")
    own = replace(GERMAN, words=Words(customer="Mandant"))
    assert said(own, OCTOBER, NAMES, by).endswith("nach Mandant und Leistung")


def caller_of(bot: Bot, slack_name: str) -> Caller:
    with bot.database.read() as db:
        slack_id = db.execute(people.select().where(people.c.name == slack_name)).one().slack_id
        known = people_rows.find_member(db, 1, slack_id)
    assert known is not None
    return acting(known, now=T0)


def change(bot: Bot, name: str, **values: object) -> Caller:
    if values:
        with bot.database.write() as db:
            db.execute(update(people).where(people.c.name == name).values(**values))
    return caller_of(bot, name)


@pytest.fixture
def met(projects: None, finn: Person) -> None:
    """Anna and Finn wrote before."""
    finn.types("/track help")


def test_the_time_of_others_is_for_those_who_bill(bot: Bot, met: None) -> None:
    finn = caller_of(bot, "Finn Freelancer")
    own = of_own(finn, OCTOBER)
    assert allowed(finn, own) == own
    for others in (OCTOBER, replace(OCTOBER, people=(1,)), replace(OCTOBER, people=(finn.person_id, 1))):
        with pytest.raises(UserError, match="people who bill"):
            allowed(finn, others)
    for role in (Role.BILLER, Role.ADMIN):
        assert allowed(change(bot, "Finn Freelancer", role=role), OCTOBER) == OCTOBER


def test_a_guest_sees_their_own_time_whatever_their_role(bot: Bot, met: None) -> None:
    guest = change(bot, "Finn Freelancer", role=Role.ADMIN, is_guest=True)
    assert allowed(guest, of_own(guest, OCTOBER)).people == (guest.person_id,)
    with pytest.raises(UserError, match="Guests"):
        allowed(guest, OCTOBER)


@pytest.mark.parametrize(
    "forged",
    [
        Filter(customers=tuple(range(1, 22))),
        Filter(people=(0,)),
        Filter(services=(10**12,)),
        Filter(text="x" * 101),
        Filter(text="a\0b"),
        Filter(tags=("call", "\0")),
        Filter(first=date(1, 1, 1)),
        Filter(last=date(9999, 12, 31)),
    ],
)
def test_a_filter_that_nothing_of_ours_made_is_refused(bot: Bot, met: None, forged: Filter) -> None:
    with pytest.raises(UserError, match="older message"):
        allowed(change(bot, "Anna Admin", role=Role.ADMIN), forged)


def test_names_are_read_whatever_became_of_them(bot: Bot, met: None) -> None:
    anna = caller_of(bot, "Anna Admin")
    with bot.database.write() as db:
        db.execute(update(customers).where(customers.c.id == 1).values(archived=True))
        db.execute(update(projects).where(projects.c.id == 3).values(archived=True))
    chosen = Filter(customers=(2, 1), projects=(3,), services=(1,), people=(2, 1))
    with bot.database.read() as db:
        names = names_of(db, anna, chosen)
    assert said(ENGLISH, chosen, names) == (
        "Bäckerei Söhne & Co., Acme GmbH, Bäckerei Söhne & Co. › Shop · Design · since the beginning · "
        "Finn Freelancer, Anna Admin"
    )


def test_no_name_of_another_workspace_is_told(bot: Bot, met: None) -> None:
    """Their ids and ids that nobody has are answered alike."""
    anna = caller_of(bot, "Anna Admin")
    with bot.database.write() as db:
        other = people_rows.ensure_workspace(db, "TOTHER", at=T0)
        theirs = creation_rows.add_customer(db, other, name="Secret AG", key="secret ag")
        project = creation_rows.add_project(db, other, theirs, name="Merger", key="merger")
        service = creation_rows.add_service(db, other, name="Spying", key="spying")
    kinds = {"customers": theirs, "projects": project, "services": service, "people": 99}
    for kind, row_id in kinds.items():
        with bot.database.read() as db, pytest.raises(UserError, match="older message"):
            names_of(db, anna, Filter(**{kind: (row_id,)}))  # type: ignore[arg-type]


def test_a_guest_is_told_no_name_that_is_not_theirs_to_see(bot: Bot, met: None, finn: Person) -> None:
    finn.types("/track log 1h acme website")
    guest = change(bot, "Finn Freelancer", is_guest=True)
    with bot.database.read() as db:
        assert names_of(db, guest, Filter(customers=(1,), projects=(1,), people=(2,))).customers == {1: "Acme GmbH"}
        for kind, row_id in {"customers": 2, "projects": 2, "services": 1, "people": 1}.items():
            with pytest.raises(UserError, match="older message"):
                names_of(db, guest, Filter(**{kind: (row_id,)}))  # type: ignore[arg-type]
