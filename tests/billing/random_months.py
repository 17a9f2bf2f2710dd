"""What is random about a month: the work, what was spent, who pays by which terms, and what a person changes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random

from bot.billing.rules.grouping import Shared
from bot.billing.rules.layout import Layout
from bot.billing.rules.order import Step
from bot.billing.rules.rounding import EXACT, STEPS, Per, Rounding, Way
from bot.billing.rules.texts import Texts
from bot.tracking.rules.filters import Filter
from tests.billing.counted_budgets import CountedBudget
from tests.billing.counted_rates import CountedRate
from tests.billing.counted_retainers import CountedRetainer
from tests.billing.random_terms import Payer, random_payer, random_rates, shifted
from tests.billing.recount import FixedPrice, Spent, Worked

MARCH = datetime(2026, 3, 1, tzinfo=UTC)
"""On the 29th the clocks go forward in Berlin, and on the 8th in New York."""
OCTOBER = datetime(2025, 10, 1, tzinfo=UTC)
"""On the 26th the clocks go back in Berlin."""
SECRET = "hush-hush"
"""Stands in the notes and tags that are kept from the customer."""
TYPED = "Typed [Client.name] 🎉"
"""What a person writes in the place of a title."""

_DAY = 86_400


@dataclass(frozen=True)
class LineChange:
    """What a person changes on a line; `place` is among those that are there."""

    place: int
    title: str | None
    description: str | None
    """None: left as they are; empty: as they would come."""
    rate: str
    article_id: int | None
    remember: bool
    percent: str
    off: int
    """What is taken off: percent, or else so many hundredths of what the line comes to."""


@dataclass(frozen=True)
class Month:
    """What is random about an invoice."""

    worked: tuple[Worked, ...]
    spent: tuple[Spent, ...]
    in_october: bool
    """Else in March."""
    days: tuple[date, date]
    """As if in March."""
    selection: Filter
    layout: Layout
    texts: Texts
    payer: Payer
    rates: tuple[CountedRate, ...]
    """As if in March; the workspace's own at the end."""
    fixed: FixedPrice | None
    retainer: CountedRetainer | None
    left_out: frozenset[int]
    """Places in `worked` and, from 20 on, in `spent`."""
    changes: tuple[LineChange, ...]
    moves: tuple[tuple[int, Step], ...]
    percent: str
    off: int
    """What is taken off of it alone: percent, or so many hundredths of what its lines come to; neither: as usual."""
    week_start: int
    for_all: Rounding | None
    of_customer: Rounding | None
    of_project: Rounding | None
    """Of the first one."""
    budgets: tuple[CountedBudget, ...]
    """As if in March."""

    @property
    def roundings(self) -> Mapping[int | None, Rounding]:
        """Of each project, and of what is done for none."""
        usual = self.of_customer or self.for_all or EXACT
        return {None: usual, 1: self.of_project or usual, 2: usual}


def random_month(by: Random) -> Month:
    """One of very many."""
    few, fixed = by.random() < 0.2, _fixed(by)
    parts = by.choice([0, 1, 2]) if fixed else 0
    return Month(
        worked=tuple(_worked(by) for _ in range(by.randrange(4) if few else by.randint(4, 10))),
        spent=(*(_spent(by) for _ in range(by.choice([0, 0, 1, 2, 4]))), *(_part(by) for _ in range(parts))),
        in_october=by.random() < 0.2,
        days=by.choice([(date(2026, 3, 1), date(2026, 3, 31)), (date(2026, 3, 9), date(2026, 3, 29))]),
        selection=_selection(by),
        layout=_layout(by),
        texts=_texts(by),
        payer=random_payer(by),
        rates=random_rates(by),
        fixed=fixed,
        left_out=frozenset(by.choice([0, 1, 2, 5, 8, 20, 21]) for _ in range(by.choice([0, 0, 1, 3]))),
        changes=tuple(_change(by) for _ in range(by.choice([0, 0, 0, 1, 2, 3]))),
        moves=tuple((by.randrange(20), by.choice([*Step])) for _ in range(by.choice([0, 0, 1, 2]))),
        percent=by.choice(["", "", "", "", "0", "12.5"]),
        off=by.choice([0, 0, 0, 7, 33, 100]),
        week_start=by.choice([0, 6]),
        for_all=_rounding(by),
        of_customer=_rounding(by),
        of_project=_rounding(by),
        retainer=_retainer(by),
        budgets=_budgets(by),
    )


def _worked(by: Random) -> Worked:
    private = by.random() < 0.1
    note = by.choice(["", "Review", " review ", "Call {hours} [Invoice.due_date]", "🎉 party", "x" * 900])
    tags = by.choice(["", "urgent", "Urgent night", "night urgent"])
    return Worked(
        start=MARCH + timedelta(seconds=_evening(by) if by.random() < 0.3 else by.randrange(-_DAY, 32 * _DAY)),
        seconds=_seconds(by),
        zone=by.choice(["Europe/Berlin", "Europe/Berlin", "America/New_York", "Pacific/Kiritimati"]),
        person_id=by.choice([1, 2]),
        project_id=by.choice([None, 1, 2]),
        service_id=by.choice([None, 1, 2]),
        note=f"{note} {SECRET}" if private else note,
        tags=f"{tags} {SECRET}".strip() if private else tags,
        timed=by.random() < 0.7,
        billable=by.random() < 0.95,
        guessed=by.random() < 0.05,
        private=private,
    )


def _evening(by: Random) -> int:
    """Of days around which clocks are changed, in Berlin, New York and between them."""
    return by.choice([6, 7, 23, 24, 27, 28]) * _DAY + by.randrange(18 * 3600, 31 * 3600)


def _seconds(by: Random) -> int:
    """Up to a day, and now and then hardly anything."""
    odd = [0, 1, 17, 18, 19, 36, 899, 7231, 30_000, _DAY - 1]
    return by.choice([by.choice(odd), 3600, by.randrange(1, 20_000), by.randrange(1, _DAY)])


def _spent(by: Random) -> Spent:
    private = by.random() < 0.1
    note = by.choice(["", "Train", "Hotel [Invoice.due_date] {net}", "🎉 party", "Review " + "y" * 400])
    return Spent(
        day=(MARCH + timedelta(days=by.randrange(-1, 32))).date(),
        amount=Decimal(by.choice([by.randrange(1, 500), by.randrange(1, 2_000_000)])).scaleb(-2),
        gross=by.random() < 0.6,
        percent=by.choice([None, None, Decimal(19), Decimal(7), Decimal(0), Decimal("5.5")]),
        article_id=by.choice([None, None, 2, 4, 5]),
        person_id=by.choice([1, 2]),
        project_id=by.choice([None, 1, 2]),
        note=f"{note} {SECRET}" if private else note,
        receipt=by.choice(["", "R-17", "[Invoice.number]"]),
        billable=by.random() < 0.95,
        private=private,
    )


def _fixed(by: Random) -> FixedPrice | None:
    if by.random() < 0.7:
        return None
    return FixedPrice(
        2, *by.choice([(date(2026, 3, 1), None), (date(2026, 3, 1), date(2026, 3, 15)), (date(2026, 3, 10), None)])
    )


def _retainer(by: Random) -> CountedRetainer | None:
    if by.random() < 0.7:
        return None
    return CountedRetainer(
        by.choice([None, None, 1, 2]),
        by.choice([date(2026, 3, 1), date(2026, 2, 1), date(2026, 1, 1)]),
        by.choice([0, 1, 17, 3600, 5 * 3600, 20 * 3600, by.randrange(1, 3 * _DAY)]),
        by.random() < 0.5,
        Decimal(by.randrange(1, 500_000)).scaleb(-2),
    )


def _budgets(by: Random) -> tuple[CountedBudget, ...]:
    projects = sorted(by.sample([1, 2], k=by.choice([0, 0, 0, 1, 1, 2])))
    return tuple(_budget(by, project_id) for project_id in projects)


def _budget(by: Random, project_id: int) -> CountedBudget:
    currency = by.choice(["EUR", "CHF", "JPY"])
    least = 1 if currency == "JPY" else Decimal("0.01")
    is_time = by.random() < 0.4
    seconds = by.choice([1, 18, 3600, by.randrange(1, 50_000), by.randrange(1, 200_000)])
    amount = by.choice([1, 50, 10_000, by.randrange(1, 100_000), by.randrange(1, 1_000_000)]) * least
    return CountedBudget(
        project_id,
        by.choice([date(2026, 3, 1), date(2026, 1, 1), date(2026, 3, 10)]),
        is_hard=by.random() < 0.85,
        seconds=seconds if is_time else None,
        amount=None if is_time else Decimal(amount),
        currency=currency,
        raised=by.choice([1, 1, 1, 2, 1000]),
    )


def _fee(retainer: CountedRetainer, month: date) -> Spent:
    """What is put for each month by itself."""
    return Spent(*(month, retainer.fee, False, None, None, 1, retainer.project_id, "", "", True, False), is_fee=True)


def _part(by: Random) -> Spent:
    """A lump sum of the fixed price."""
    plain = _spent(by)._replace(gross=False, percent=None, article_id=None, project_id=2, receipt="", billable=True)
    return plain._replace(note="Part", private=False, agreed=True)


def _selection(by: Random) -> Filter:
    if by.random() < 0.6:
        return Filter()
    return by.choice(
        [
            Filter(people=(2,)),
            Filter(projects=(2, 1)),
            Filter(services=(1,)),
            Filter(services=(2, 1), people=(1,)),
            Filter(projects=(1,), people=(1, 2)),
            Filter(tags=("night",)),
            Filter(text="REVIEW"),
            Filter(text="{hours}", people=(1, 2)),
        ]
    )


def _layout(by: Random) -> Layout:
    return Layout(
        by=tuple(by.sample([*Shared], k=by.choice([0, 1, 1, 2, 2, 3, 4]))),
        dates=by.random() < 0.5,
        times=by.random() < 0.5,
        notes=by.random() < 0.5,
        initials=by.random() < 0.5,
        title=by.choice(["", "", "{service} · {project}", "{days}: {notes}", "{hours} h {person}, {tags}", "Work"]),
        description=by.choice(["", "", "{entries}\n{hours} h", "Done by {person} in {project}"]),
        as_total=by.random() < 0.4,
    )


def _texts(by: Random) -> Texts:
    return Texts(
        heading=by.choice([None, "", "{period}"]),
        intro=by.choice([None, "", "For {customer}:\n{service}", "{hours} h in {days} for {net}"]),
        note=by.choice([None, "", "Due [Invoice.due_date] {gross}"]),
        closing=by.choice([None, "", "Thank you."]),
        as_written=by.choice([None, True, False]),
    )


def _rounding(by: Random) -> Rounding | None:
    """None: nothing of its own is kept."""
    if by.random() < 0.5:
        return None
    return Rounding(by.choice([*Way]), by.choice(STEPS), by.choice([*Per]), by.choice([0, 0, 0, 1, 20, 60]))


def _change(by: Random) -> LineChange:
    long = "Text with ä and 🎉, due [Invoice.due_date]. " * 120
    return LineChange(
        place=by.randrange(20),
        title=by.choice([None, None, "", TYPED, "long " * 60]),
        description=by.choice([None, None, "", TYPED, long]),
        rate=by.choice(["", "", "80", "77.77", "0"]),
        article_id=by.choice([None, None, 1, 2, 3, 5]),
        remember=by.random() < 0.3,
        percent=by.choice(["", "", "", "0", "10", "33.3333", "100"]),
        off=by.choice([0, 0, 0, 1, 50, 100]),
    )


@dataclass(frozen=True)
class Dated:
    """What of a month has days, in the month that it is about."""

    worked: Sequence[Worked]
    spent: Sequence[Spent]
    rates: tuple[CountedRate, ...]
    fixed: FixedPrice | None
    retainer: CountedRetainer | None
    budgets: tuple[CountedBudget, ...]
    days: tuple[date, date]


def as_dated(month: Month) -> Dated:
    """The work, what was spent, the rates and the days."""
    back = MARCH - OCTOBER if month.in_october else timedelta()
    retainer = month.retainer
    if retainer and month.in_october:
        retainer = retainer._replace(first=retainer.first.replace(year=2025, month=retainer.first.month + 7))
    first = (MARCH - back).date().replace(day=1)
    return Dated(
        [each._replace(start=each.start - back) for each in month.worked],
        [
            *(each._replace(day=each.day - back) for each in month.spent),
            *([_fee(retainer, first)] if retainer else []),
        ],
        tuple(shifted(rate, back) for rate in month.rates),
        month.fixed and FixedPrice(2, month.fixed.first - back, month.fixed.last and month.fixed.last - back),
        retainer,
        tuple(each._replace(first=each.first - back) for each in month.budgets),
        (month.days[0] - back, month.days[1] - back),
    )
