"""Reports add up to what anybody gets who goes through the entries one by one, and to what an invoice would say."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, update

from bot.billing import opening
from bot.billing.rules.periods import Period
from bot.billing.rules.scope import Scope
from bot.catalog.rules.spelling import name_key
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.core.roles import Role
from bot.people.callers import acting
from bot.reports.report import Report, read_report
from bot.reports.rules.cells import Figures
from bot.reports.rules.rows import Row
from bot.tracking.rules.filters import Filter, Grouping, ReportQuery
from playground.person import Person
from storage import billomat as billomat_rows
from storage import creation as creation_rows
from storage import people as people_rows
from storage.change import Change
from storage.rows import insert_row
from storage.tables import Article, DraftLine, TimeEntry, customers, services
from tests.deeds import put_on_draft
from tests.drafts import add_draft
from tests.reports import recount
from tests.reports.recount import RowKey, Sums

NOW = datetime(2026, 10, 27, 12, 0, 30, tzinfo=UTC)
"""The clocks went back two days before in Berlin, and a week later they do in New York."""
ZONES = ("Europe/Berlin", "America/New_York", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kolkata")
SECONDS = [0, 1, 35, 36, 59, 90, 3_599, 3_600, 2 * 3_600 + 31, 11 * 3_600, 25 * 3_600]
"""Some that are rounded up or away on an invoice, and some that reach over a midnight."""
BOOKED = ((1, 1), (1, 2), (1, None), (2, 3), (2, None))
"""Customers and projects of the fixture `projects`."""
TAGS = ("", "call", "call remote", "recall", "call_a", "callxa")
NOTES = ("", "kick-off", "Übergabe 100%", "1000 things", "ÜBERGABE")
ANNA, BEN, FOREIGN = 1, 2, 3
"""Anna is an admin; the last one works in another workspace."""
SPANS = st.none() | st.integers(18, 30).map(lambda day: date(2026, 10, day)) | st.just(date(2026, 9, 1))


class Made(NamedTuple):
    """What is random about an entry."""

    zone: str
    start: datetime
    seconds: int
    person_id: int
    booked: tuple[int, int | None]
    service_id: int | None
    tags: str
    note: str
    timed: bool
    billable: bool
    guessed: bool
    billed: bool


MADE = st.builds(
    Made,
    zone=st.sampled_from(ZONES),
    start=st.integers(0, 9 * 24 * 3_600).map(lambda second: NOW - timedelta(days=9) + timedelta(seconds=second)),
    seconds=st.sampled_from(SECONDS),
    person_id=st.sampled_from([ANNA, ANNA, BEN, FOREIGN]),
    booked=st.sampled_from(BOOKED),
    service_id=st.sampled_from([None, 1, 2]),
    tags=st.sampled_from(TAGS),
    note=st.sampled_from(NOTES),
    timed=st.booleans(),
    billable=st.sampled_from([True, True, False]),
    guessed=st.sampled_from([False, False, True]),
    billed=st.sampled_from([False, False, True]),
)
RUNNING = st.lists(st.none() | st.integers(0, 24 * 3_600), min_size=2, max_size=2)
"""Since how many seconds the timers of Anna and Ben run."""
CHOSEN = st.builds(
    Filter,
    first=SPANS,
    last=SPANS,
    customers=st.sampled_from([(), (), (1,), (2, 1)]),
    projects=st.sampled_from([(), (), (2,), (1, 3, 2)]),
    services=st.sampled_from([(), (), (1,)]),
    people=st.sampled_from([(), (ANNA,), (BEN,), (BEN, ANNA)]),
    tags=st.sampled_from([(), (), (), ("call",), ("remote", "recall"), ("call_a",)]),
    billable=st.none() | st.booleans(),
    billed=st.none() | st.booleans(),
    text=st.sampled_from(["", "", "", "KICK", "100%", "übergabe"]),
)
GROUPINGS = st.lists(st.sampled_from(Grouping), max_size=2, unique=True).map(tuple)


class _SeenEnough(Exception):
    """Takes back what was written."""


@pytest.fixture
def _people(projects: None, anna: Person, finn: Person) -> None:
    finn.types("/track help")


@pytest.mark.usefixtures("_people")
@given(made=st.lists(MADE, max_size=16), running=RUNNING, chosen=CHOSEN, by=GROUPINGS, week_start=st.integers(0, 6))
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_report_is_a_recount(
    bot: Bot,
    made: list[Made],
    running: list[int | None],
    chosen: Filter,
    by: tuple[Grouping, ...],
    week_start: int,
) -> None:
    with _written(bot, made, running) as (within, db):
        anna = _acting(db, ANNA, week_start=week_start)
        fitting = [entry for entry in recount.everything(db) if recount.fits(chosen)(entry)]
        shown = read_report(within, anna, ReportQuery(chosen, by))
        assert _figures(shown.totals) == recount.added_up(fitting, NOW)
        assert shown.totals.timers == sum(entry.seconds is None for entry in fitting)
        assert shown.totals.guessed == sum(entry.worked(NOW) for entry in fitting if entry.end_guessed)
        assert _rows(shown) == (recount.grouped(fitting, by, NOW, week_start=week_start) if by else {})
        _assert_adds_up(shown)


@pytest.mark.usefixtures("_people")
@given(made=st.lists(MADE, max_size=16), running=RUNNING, chosen=CHOSEN, by=GROUPINGS)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_who_does_not_bill_sees_the_same_time_and_no_money(
    bot: Bot, made: list[Made], running: list[int | None], chosen: Filter, by: tuple[Grouping, ...]
) -> None:
    own = replace(chosen, people=(BEN,))
    with _written(bot, made, running) as (within, db):
        _rate(db, 9_999)
        ben = _acting(db, BEN)
        fitting = [entry for entry in recount.everything(db) if recount.fits(own)(entry)]
        shown = read_report(within, ben, ReportQuery(own, by))
        assert _figures(shown.totals) == recount.added_up(fitting, NOW)
        assert _rows(shown) == (recount.grouped(fitting, by, NOW, week_start=ben.person.week_start) if by else {})
        assert shown.currency is None
        assert shown.customers == ()
        assert {figures.cents for figures in (shown.totals, *(row.figures for row in shown.rows))} <= {0}


@pytest.mark.usefixtures("_people")
@given(
    made=st.lists(MADE, max_size=16),
    running=RUNNING,
    by=GROUPINGS,
    days=st.lists(st.integers(17, 28).map(lambda day: date(2026, 10, day)), min_size=2, max_size=2).map(sorted),
    rate=st.sampled_from([None, 1, 9_333, 8_550]),
    price=st.sampled_from([None, 1_234_567, 1_000_000]),
    reduction=st.sampled_from([0, 33_333, 500_000]),
    gross=st.sampled_from([None, False, True]),
)
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_money_of_a_report_is_that_of_the_invoices(
    bot: Bot,
    made: list[Made],
    running: list[int | None],
    by: tuple[Grouping, ...],
    days: list[date],
    rate: int | None,
    price: int | None,
    reduction: int,
    gross: bool | None,
) -> None:
    chosen, scope = Filter(*days), Scope(Period(*days))
    with _written(bot, made, running) as (within, db):
        anna = _acting(db, ANNA)
        _rate(db, rate)
        _price(db, anna, price, reduction=reduction)
        if gross is not None:
            _connect(within, db, anna, gross_prices=gross)
        previews = {each: opening.open_preview(Change(db, anna), each, scope) for each in (1, 2)}
        nets = {customer_id: preview.net_cents for customer_id, preview in previews.items()}
        shown = read_report(within, anna, ReportQuery(chosen, by))
        assert shown.totals.cents == sum(nets.values())
        assert {each.id: each.figures.cents for each in shown.customers if each.figures.cents} == {
            customer_id: cents for customer_id, cents in nets.items() if cents
        }
        _assert_adds_up(shown)
        for customer_id, cents in nets.items():
            one = read_report(within, anna, ReportQuery(replace(chosen, customers=(customer_id,)), by))
            assert one.totals.cents == cents
            _assert_adds_up(one)
        left_out = [preview.left_out for preview in previews.values()]
        waiting = read_report(within, anna, ReportQuery(replace(chosen, billed=False))).totals
        assert waiting.timers == sum(each.running for each in left_out)


@pytest.mark.usefixtures("_people")
@given(made=st.lists(MADE, max_size=16), running=RUNNING, by=GROUPINGS, parts=st.integers(1, 9))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_days_side_by_side_are_together_the_whole(
    bot: Bot, made: list[Made], running: list[int | None], by: tuple[Grouping, ...], parts: int
) -> None:
    first, last = date(2026, 10, 17), date(2026, 10, 29)
    middle = first + timedelta(days=parts)
    with _written(bot, made, running) as (within, db):
        anna = _acting(db, ANNA)
        spans = (Filter(first, last), Filter(first, middle), Filter(middle + timedelta(days=1), last))
        whole, *halves = (_figures(read_report(within, anna, ReportQuery(span, by)).totals) for span in spans)
        assert whole == Sums(*map(sum, zip(*halves, strict=True)))


def _figures(figures: Any) -> Sums:
    return Sums(figures.seconds, figures.billable, figures.open, figures.entries)


def _rows(shown: Report) -> dict[RowKey, Sums]:
    assert len({_key(row) for row in shown.rows}) == len(shown.rows) == shown.row_count
    return {_key(row): _figures(row.figures) for row in shown.rows}


def _key(row: Row) -> RowKey:
    return tuple((key.customer_id, key.value) if key.by is Grouping.PROJECT else key.value for key in row.keys)


def _assert_adds_up(shown: Report) -> None:
    """Rows are together the total, in time and in money; the groups above them too."""
    if not shown.query.by or shown.counts_twice:
        return
    for rows in (shown.rows, shown.groups) if len(shown.query.by) > 1 else (shown.rows,):
        assert _together(rows) == shown.totals or not rows
    for group in shown.groups:
        assert _together(row for row in shown.rows if row.keys[:1] == group.keys) == group.figures


def _together(rows: Iterable[Row]) -> Figures:
    return Figures.together(row.figures for row in rows)


def _acting(db: Connection, person_id: int, *, week_start: int = 0) -> Caller:
    person = people_rows.get_person(db, person_id)._replace(week_start=week_start)
    assert (person.role is Role.ADMIN) == (person_id == ANNA)
    return acting(person, now=NOW)


# What is written


@contextmanager
def _written(bot: Bot, made: Sequence[Made], running: Sequence[int | None]) -> Iterator[tuple[Bot, Connection]]:
    """A bot in a transaction in which all this is written, and nothing of it afterwards."""
    with suppress(_SeenEnough), bot.database.write() as db:
        elsewhere = another_workspace(db)
        billed = draft(db)
        for one in made:
            values = _worked(one.zone, one.start, one.seconds) | one._asdict()
            values |= {"customer_id": one.booked[0], "project_id": one.booked[1], "end_guessed": one.guessed}
            for name in ("start", "booked", "guessed", "billed"):
                del values[name]
            if one.person_id == FOREIGN:
                values |= elsewhere
            entry_id = insert_row(db, TimeEntry, **values)
            if one.billed and one.person_id != FOREIGN:
                put_on_draft(db, entry_id, *billed)
        for person_id, seconds in enumerate(running, start=1):
            if seconds is not None:
                start = NOW - timedelta(seconds=seconds)
                values = _worked(ZONES[person_id], start, None)
                insert_row(db, TimeEntry, **values | {"person_id": person_id, "project_id": 1})
        yield replace(bot, database=bot.database.within(db)), db
        raise _SeenEnough


def _worked(zone: str, start: datetime, seconds: int | None) -> dict[str, Any]:
    return {
        "workspace_id": 1,
        "person_id": 1,
        "customer_id": 1,
        "started_at": start,
        "ended_at": None if seconds is None else start + timedelta(seconds=seconds),
        "seconds": seconds,
        "day": start.astimezone(ZoneInfo(zone)).date(),
        "zone": zone,
        "created_at": NOW,
    }


def draft(db: Connection) -> tuple[int, int]:
    """A draft of long ago, and its only line."""
    day = date(2020, 1, 1)
    approved = {"token": "token", "net_cents": 1, "approved_by": 1}
    draft_id = add_draft(db, "approved", first_day=day, last_day=day, created_at=NOW, **approved)
    return draft_id, insert_row(db, DraftLine, workspace_id=1, draft_id=draft_id)


def another_workspace(db: Connection) -> dict[str, Any]:
    """What is other about an entry there; the ids of its names are others too."""
    workspace_id = people_rows.ensure_workspace(db, "T0OTHER", at=NOW)
    facts: dict[str, Any] = {"name": "X", "zone": "UTC", "locale": "en", "role": "admin", "is_guest": False}
    people_rows.add_person(db, workspace_id, slack_id="U0", at=NOW, **facts)
    person = people_rows.find_member(db, workspace_id, "U0")
    assert person is not None
    customer_id = creation_rows.add_customer(db, workspace_id, name="Acme GmbH", key=name_key("Acme GmbH"))
    return {
        "workspace_id": workspace_id,
        "person_id": person.person_id,
        "customer_id": customer_id,
        "project_id": None,
        "service_id": None,
    }


def _rate(db: Connection, cents: int | None) -> None:
    people_rows.change_workspace_terms(db, 1, rate_cents=cents)


def _price(db: Connection, by: Caller, price: int | None, *, reduction: int) -> None:
    """An article for the first service, and less for the first customer."""
    if price is not None:
        article_id = insert_row(
            db, Article, workspace_id=1, billomat_id=1, title="Design", title_key="design", price=price, seen_at=by.now
        )
        db.execute(update(services).where(services.c.id == 1).values(article_id=article_id))
    db.execute(update(customers).where(customers.c.id == 1).values(reduction=reduction))


def _connect(bot: Bot, db: Connection, by: Caller, *, gross_prices: bool) -> None:
    billomat_rows.connect_account(
        Change(db, by),
        billomat_id="acme",
        secret_key=bot.vault.lock("secret"),
        key_owner="Anna Albrecht",
        tax_name="MwSt",
        tax_rate=1900,
        terms=billomat_rows.AccountTerms(currency="EUR", gross_prices=gross_prices, untaxed_countries=""),
        by=by.person_id,
    )
