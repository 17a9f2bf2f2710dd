"""Whatever a month looks like and however it is billed: nothing is billed twice, lost, or otherwise than it is shown.

A few months, the same each time, are quick; `make months` has 10,000 others.
"""

import itertools
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, func, select, update

from bot.billing import choices, choosing, collect, delivery, opening
from bot.billing.approval import Approved, Shown, approve
from bot.billing.attempts import begin_attempt
from bot.billing.collect import Obstacle, Preview
from bot.billing.rules.grouping import Shared
from bot.billing.rules.layout import Layout, dump_layout
from bot.billing.rules.periods import days_between
from bot.billing.rules.recipes import Part
from bot.billing.rules.scope import Scope
from bot.billing.rules.texts import Texts, dump_texts
from bot.billomat.client.requests import draft_body
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.people.callers import acting
from bot.tracking.rules.filters import Filter
from playground.person import Person
from storage import draft_choices as choice_rows
from storage import people as people_rows
from storage.change import Change
from storage.rows import insert_row
from storage.tables import TimeEntry, customers, draft_shares, entries
from tests.billing.recount import Worked, chosen, counted_lines, gross_of, net_of
from tests.conftest import T0

ACME_ID, VAT = 1, Decimal("0.19")
PRICES: Mapping[int | None, Decimal] = {1: Decimal("88.50"), 2: Decimal("95.00"), None: Decimal("95.00")}
"""Of an hour: Design has an article in `connected`, whatever else is done has the workspace's rate."""
MARCH = datetime(2026, 3, 1, tzinfo=UTC)
"""On the 29th the clocks go forward in Berlin, and on the 8th in New York."""
SECONDS = st.sampled_from([0, 1, 17, 18, 19, 36, 899, 3600, 7231, 30_000, 90_000]) | st.integers(0, 100_000)
PICTURES = "🎉 party"
WORKED = st.builds(
    Worked,
    start=st.integers(-86_400, 32 * 86_400).map(lambda second: MARCH + timedelta(seconds=second)),
    seconds=SECONDS,
    zone=st.sampled_from(["Europe/Berlin", "Europe/Berlin", "America/New_York", "Pacific/Kiritimati"]),
    person_id=st.sampled_from([1, 2]),
    project_id=st.sampled_from([None, 1, 2]),
    service_id=st.sampled_from([None, 1, 2]),
    note=st.sampled_from(["", "Review", " review ", "Call {hours} [Invoice.due_date]", PICTURES, "x" * 900]),
    tags=st.sampled_from(["", "urgent", "Urgent night", "night urgent"]),
    timed=st.sampled_from([True, True, False]),
    billable=st.integers(0, 9).map(bool),
    guessed=st.integers(0, 9).map(lambda n: not n),
    private=st.integers(0, 9).map(lambda n: not n),
)
TITLES = ("", "", "{service} · {project}", "{days}: {notes}", "{hours} h {person}, {tags}", "Work")
LAYOUTS = st.builds(
    Layout,
    by=st.permutations(list(Shared)).flatmap(lambda order: st.integers(0, 4).map(lambda most: tuple(order[:most]))),
    dates=st.booleans(),
    times=st.booleans(),
    notes=st.booleans(),
    initials=st.booleans(),
    title=st.sampled_from(TITLES),
    description=st.sampled_from(["", "", "{entries}\n{hours} h", "Done by {person} in {project}"]),
    as_total=st.integers(0, 3).map(lambda n: not n),
)
TEXTS = st.builds(
    Texts,
    heading=st.sampled_from([None, "", "{period}"]),
    intro=st.sampled_from([None, "", "For {customer}:\n{service}", "{hours} h in {days} for {net}"]),
    note=st.sampled_from([None, "", "Due [Invoice.due_date] {gross}"]),
    closing=st.sampled_from([None, "", "Thank you."]),
    as_written=st.sampled_from([None, True, False]),
)
SELECTIONS = st.just(Filter()) | st.builds(
    Filter,
    projects=st.sampled_from([(), (), (1,), (2,), (1, 2)]),
    services=st.sampled_from([(), (), (1,), (2, 1)]),
    people=st.sampled_from([(), (), (1,), (2,)]),
    tags=st.sampled_from([(), (), ("night",)]),
    text=st.sampled_from(["", "", "", "REVIEW", "{hours}"]),
)
FEW = 40
requests = map(str, itertools.count())


@dataclass(frozen=True)
class Month:
    """What is random about an invoice."""

    worked: tuple[Worked, ...]
    days: tuple[date, date]
    selection: Filter
    layout: Layout
    texts: Texts
    left_out: frozenset[int]
    """Places in `worked`."""
    reduction: int
    """Percent."""
    week_start: int


MONTHS = st.builds(
    Month,
    worked=st.lists(WORKED, max_size=9).map(tuple),
    days=st.sampled_from([(date(2026, 3, 1), date(2026, 3, 31)), (date(2026, 3, 9), date(2026, 3, 29))]),
    selection=SELECTIONS,
    layout=LAYOUTS,
    texts=TEXTS,
    left_out=st.frozensets(st.integers(0, 8), max_size=3),
    reduction=st.sampled_from([0, 0, 10, 33]),
    week_start=st.sampled_from([0, 6]),
)


class _SeenEnough(Exception):
    """Takes back what was written."""


@pytest.fixture
def two_work(connected: None, anna: Person, finn: Person) -> None:
    """Anna bills, Finn works too."""
    finn.types("/track help")


def test_each_second_is_billed_once_as_it_was_shown_or_stays_open(
    two_work: None, bot: Bot, request: pytest.FixtureRequest
) -> None:
    count: int = request.config.getoption("--months")

    @settings(
        max_examples=count or FEW,
        derandomize=not count,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],  # to make a month smaller takes minutes, and none is large
    )
    @given(MONTHS)
    def check(month: Month) -> None:
        with suppress(_SeenEnough), bot.database.write() as db:
            _check(replace(bot, database=bot.database.within(db)), db, month)
            raise _SeenEnough

    check()


def _check(bot: Bot, db: Connection, month: Month) -> None:
    _set_up(db, month)
    worked = {_write(db, each): each for each in month.worked}
    with _looking(bot, db) as change:
        draft = opening.begin_draft(change, ACME_ID, Scope(days_between(*month.days), month.selection))
        whole = collect.preview_of(db, change.by, draft)
        left_out = {key for place, key in enumerate(worked) if place in month.left_out}
        choice_rows.leave_out(change, choice_rows.ENTRIES, draft.id, left_out)
        shown = opening.show(change, draft)
        assert choices.take_in(bot, _anna(db), draft.id).shown == whole.shown
        choice_rows.leave_out(change, choice_rows.ENTRIES, draft.id, left_out)
        assert collect.preview_of(db, change.by, draft).shown == shown.shown
    expected = {key: one for key, one in chosen(worked, *month.days, month.selection).items() if key not in left_out}
    lines = counted_lines(expected, month.layout, PRICES, week_start=month.week_start)
    assert _lines_of(shown) == Counter((*sorted(line.seconds.items()), line.hours, line.amount) for line in lines)
    net = net_of(lines, Decimal(month.reduction) / 100)
    assert (_euros(shown.net_cents), _euros(shown.totals.gross or 0)) == (net, gross_of(net, VAT))
    assert shown.obstacles <= {Obstacle.NOTHING}
    if shown.obstacles:
        return
    body = _approved(bot, db, shown)
    _assert_carries(body, shown)
    bound = {key for line in lines for key in line.seconds}
    on_lines = select(draft_shares.c.entry_id, func.sum(draft_shares.c.seconds)).group_by(draft_shares.c.entry_id)
    assert dict(map(tuple, db.execute(on_lines))) == {key: worked[key].seconds for key in bound}
    assert set(db.execute(select(entries.c.id).where(entries.c.on_draft)).scalars()) == bound
    _assert_same_again(bot, db, {key: worked[key] for key in sorted(bound)}, shown, body)


def _assert_same_again(
    bot: Bot, db: Connection, billed: Mapping[int, Worked], before: Preview, body: dict[str, Any]
) -> None:
    """The same work once more comes by its recipe alone to the same request, but for our token."""
    db.execute(update(entries).where(~entries.c.on_draft).values(billable=False))
    for each in billed.values():
        _write(db, each)
    again = choosing.choose_usual(bot, _anna(db), ACME_ID)
    assert again.scope == before.scope
    assert again.beside.offers == ()
    assert _lines_of_all(again) == _lines_of_all(before)
    second = _approved(bot, db, again)
    assert {**second["invoice"], "label": ""} == {**body["invoice"], "label": ""}


def _assert_carries(body: dict[str, Any], shown: Preview) -> None:
    """What Billomat is asked for is what was shown, and comes to the same sum."""
    items = body["invoice"]["invoice-items"]["invoice-item"]
    assert [item["title"] for item in items] == [line.title for line in shown.lines]
    amounts = [
        (Decimal(item["quantity"]) * Decimal(item["unit_price"])).quantize(Decimal("0.01"), "ROUND_HALF_UP")
        for item in items
    ]
    assert amounts == [_euros(line.line.amount_cents or 0) for line in shown.lines]
    assert sum(amounts) == _euros(shown.totals.listed)
    assert all(0 < len(item["title"]) <= 200 and len(item["description"]) <= 3000 for item in items)
    assert {item["tax_rate"] for item in items} == {"19.00"}


def _lines_of(shown: Preview) -> Counter[tuple[object, ...]]:
    """The entries of each line with their seconds, its hours and its amount."""
    return Counter(
        (
            *sorted((entry.entry_id, entry.seconds) for entry in each.line.entries),
            Decimal(each.line.hours).scaleb(-2),
            _euros(each.line.amount_cents or 0),
        )
        for each in shown.lines
    )


def _lines_of_all(shown: Preview) -> list[tuple[object, ...]]:
    return [(each.title, each.description, each.line.hours, each.line.amount_cents) for each in shown.lines]


def _approved(bot: Bot, db: Connection, shown: Preview) -> dict[str, Any]:
    """Press the button, and what Billomat is then asked for."""
    pressed = Shown(shown.draft_id, shown.shown, keep=frozenset(Part))
    sent = approve(bot, _anna(db), ACME_ID, shown.scope, shown=pressed, view_id="")
    assert isinstance(sent, Approved)
    attempt = begin_attempt(bot, shown.draft_id)
    assert attempt
    return draft_body(delivery._new_draft(bot, attempt))


def _euros(cents: int) -> Decimal:
    return Decimal(cents).scaleb(-2)


# What is written


def _set_up(db: Connection, month: Month) -> None:
    kept = {
        "layout": dump_layout(month.layout),
        "texts": dump_texts(month.texts),
        "reduction": month.reduction * 10_000,
    }
    db.execute(update(customers).where(customers.c.id == ACME_ID).values(**kept))
    people_rows.change_workspace_terms(db, 1, week_start=month.week_start)


def _write(db: Connection, worked: Worked) -> int:
    ends = worked.start + timedelta(seconds=worked.seconds)
    values = worked._asdict() | {"started_at": worked.start, "ended_at": ends, "end_guessed": worked.guessed}
    for name in ("start", "guessed"):
        del values[name]
    more = {"workspace_id": 1, "customer_id": ACME_ID, "day": worked.day, "created_at": T0}
    return insert_row(db, TimeEntry, **values | more)


@contextmanager
def _looking(bot: Bot, db: Connection) -> Iterator[Change[Caller]]:
    with bot.change(_anna(db)) as change:
        yield change


def _anna(db: Connection) -> Caller:
    """Anna, in a request of its own."""
    return acting(people_rows.get_person(db, 1), now=T0, request=next(requests))
