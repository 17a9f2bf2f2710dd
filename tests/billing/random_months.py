"""What is random about a month: the work, what was spent, who pays by which terms, and what a person changes."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from bot.billing.rules.grouping import Shared
from bot.billing.rules.layout import Layout
from bot.billing.rules.order import Step
from bot.billing.rules.texts import Texts
from bot.tracking.rules.filters import Filter
from tests.billing.recount import CountedArticle, CountedVat, Spent, Worked

USUAL, REDUCED, FREE = (
    CountedVat(*each) for each in (("MwSt", Decimal(19)), ("MwSt erm.", Decimal(7)), ("frei", Decimal(0)))
)
"""The rates of VAT that the account lists; the first is its default."""
RATE = Decimal("95.00")
"""Of an hour, where there is no article: without VAT."""
ARTICLES = {
    1: CountedArticle(1, {0: Decimal("88.50")}, None),
    2: CountedArticle(2, {0: Decimal("120.3333"), 2: Decimal("99.99"), 5: Decimal("0.0050")}, REDUCED),
    3: CountedArticle(3, {2: Decimal("77.7777")}, USUAL),
    4: CountedArticle(4, {0: Decimal("640.00")}, FREE, of_hours=False),
}
"""Design is the first; the third has a price for one price group alone."""
MARCH = datetime(2026, 3, 1, tzinfo=UTC)
"""On the 29th the clocks go forward in Berlin, and on the 8th in New York."""
OCTOBER = datetime(2025, 10, 1, tzinfo=UTC)
"""On the 26th the clocks go back in Berlin."""
SECRET = "hush-hush"
"""Stands in the notes and tags that are kept from the customer."""
TYPED = "Typed [Client.name] 🎉"
"""What a person writes in the place of a title."""

_SECONDS = st.sampled_from([0, 1, 17, 18, 19, 36, 899, 3600, 7231, 30_000, 86_399]) | st.integers(0, 86_399)
_HOUR = 3600
_EVENINGS = st.sampled_from([6, 7, 23, 24, 27, 28]).flatmap(
    lambda day: st.integers(day * 24 * _HOUR + 18 * _HOUR, day * 24 * _HOUR + 31 * _HOUR)
)
"""Of days around which clocks are changed, in Berlin, New York and between them."""
_PICTURES = "🎉 party"


def _kept_secret(worked: Worked) -> Worked:
    if not worked.private:
        return worked
    return worked._replace(note=f"{worked.note} {SECRET}", tags=f"{worked.tags} {SECRET}".strip())


_PRIVATE = st.integers(0, 9).map(lambda n: not n)
_BILLABLE = st.integers(0, 9).map(bool)
WORKED = st.builds(
    Worked,
    start=(_EVENINGS | st.integers(-86_400, 32 * 86_400)).map(lambda second: MARCH + timedelta(seconds=second)),
    seconds=_SECONDS,
    zone=st.sampled_from(["Europe/Berlin", "Europe/Berlin", "America/New_York", "Pacific/Kiritimati"]),
    person_id=st.sampled_from([1, 2]),
    project_id=st.sampled_from([None, 1, 2]),
    service_id=st.sampled_from([None, 1, 2]),
    note=st.sampled_from(["", "Review", " review ", "Call {hours} [Invoice.due_date]", _PICTURES, "x" * 900]),
    tags=st.sampled_from(["", "urgent", "Urgent night", "night urgent"]),
    timed=st.sampled_from([True, True, False]),
    billable=_BILLABLE,
    guessed=st.integers(0, 9).map(lambda n: not n),
    private=_PRIVATE,
).map(_kept_secret)
SPENT = st.builds(
    Spent,
    day=st.integers(-1, 31).map(lambda day: (MARCH + timedelta(days=day)).date()),
    amount=st.integers(1, 2_000_000).map(lambda cents: Decimal(cents).scaleb(-2)),
    gross=st.booleans(),
    percent=st.sampled_from([None, None, Decimal(19), Decimal(7), Decimal(0), Decimal("5.5")]),
    article_id=st.sampled_from([None, None, 2, 4]),
    person_id=st.sampled_from([1, 2]),
    project_id=st.sampled_from([None, 1, 2]),
    note=st.sampled_from(["", "Train", "Hotel [Invoice.due_date] {net}", _PICTURES, "Review " + "y" * 400]),
    receipt=st.sampled_from(["", "R-17", "[Invoice.number]"]),
    billable=_BILLABLE,
    private=_PRIVATE,
).map(lambda spent: spent._replace(note=f"{spent.note} {SECRET}") if spent.private else spent)
_TITLES = ("", "", "{service} · {project}", "{days}: {notes}", "{hours} h {person}, {tags}", "Work")
LAYOUTS = st.builds(
    Layout,
    by=st.permutations(list(Shared)).flatmap(lambda order: st.integers(0, 4).map(lambda most: tuple(order[:most]))),
    dates=st.booleans(),
    times=st.booleans(),
    notes=st.booleans(),
    initials=st.booleans(),
    title=st.sampled_from(_TITLES),
    description=st.sampled_from(["", "", "{entries}\n{hours} h", "Done by {person} in {project}"]),
    as_total=st.integers(0, 2).map(lambda n: not n),
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
    services=st.sampled_from([(), (), (), (1,), (2, 1)]),
    people=st.sampled_from([(), (), (1,), (2,)]),
    tags=st.sampled_from([(), (), (), ("night",)]),
    text=st.sampled_from(["", "", "", "REVIEW", "{hours}"]),
)


@dataclass(frozen=True)
class Payer:
    """The terms of a customer and of the account."""

    currency: str
    account_gross: bool
    net_gross: str
    tax_rule: str
    country: str
    group: int
    reduction: Decimal
    """Percent."""
    usual: tuple[int | None, int | None]
    """The articles of both services for all customers, and those for this one."""
    own: tuple[int | None, int | None]

    @property
    def taxed(self) -> bool:
        """Whether lines say a rate of VAT: AT is one of the account's countries without."""
        return self.tax_rule == "TAX" or (self.tax_rule == "COUNTRY" and self.country != "AT")

    @property
    def wants_gross(self) -> bool:
        """Whether prices are with VAT."""
        return self.taxed and (self.net_gross == "GROSS" or (self.net_gross == "SETTINGS" and self.account_gross))


_PLAIN = Payer("EUR", False, "SETTINGS", "COUNTRY", "", 0, Decimal(0), (1, None), (None, None))
_SOME_ARTICLE = st.sampled_from([None, None, 1, 2, 2, 3, 4])
PAYERS = st.just(_PLAIN) | st.builds(
    Payer,
    currency=st.sampled_from(["EUR", "EUR", "CHF", "JPY"]),
    account_gross=st.booleans(),
    net_gross=st.sampled_from(["NET", "GROSS", "SETTINGS"]),
    tax_rule=st.sampled_from(["TAX", "TAX", "COUNTRY", "COUNTRY", "NO_TAX"]),
    country=st.sampled_from(["", "DE", "AT"]),
    group=st.sampled_from([0, 0, 2, 5]),
    reduction=st.sampled_from(["0", "0", "10", "33", "2.5", "12.3456", "100"]).map(Decimal),
    usual=st.tuples(_SOME_ARTICLE, _SOME_ARTICLE),
    own=st.tuples(_SOME_ARTICLE, _SOME_ARTICLE) | st.just((None, None)),
)


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


CHANGES = st.builds(
    LineChange,
    place=st.integers(0, 20),
    title=st.sampled_from([None, None, "", TYPED, "long " * 60]),
    description=st.sampled_from([None, None, "", TYPED, "Text with ä and 🎉, due [Invoice.due_date]. " * 120]),
    rate=st.sampled_from(["", "", "80", "77.77", "0"]),
    article_id=st.sampled_from([None, None, 1, 2, 3]),
    remember=st.integers(0, 3).map(lambda n: not n),
)


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
    left_out: frozenset[int]
    """Places in `worked` and, from 20 on, in `spent`."""
    changes: tuple[LineChange, ...]
    moves: tuple[tuple[int, Step], ...]
    week_start: int


MONTHS = st.builds(
    Month,
    worked=st.lists(WORKED, max_size=9).map(tuple),
    spent=st.just(()) | st.lists(SPENT, max_size=4).map(tuple),
    in_october=st.integers(0, 4).map(lambda n: not n),
    days=st.sampled_from([(date(2026, 3, 1), date(2026, 3, 31)), (date(2026, 3, 9), date(2026, 3, 29))]),
    selection=SELECTIONS,
    layout=LAYOUTS,
    texts=TEXTS,
    payer=PAYERS,
    left_out=st.just(frozenset()) | st.frozensets(st.integers(0, 8) | st.integers(20, 23), min_size=1, max_size=4),
    changes=st.just(()) | st.lists(CHANGES, max_size=3).map(tuple),
    moves=st.just(()) | st.lists(st.tuples(st.integers(0, 20), st.sampled_from(Step)), max_size=2).map(tuple),
    week_start=st.sampled_from([0, 6]),
)


def as_dated(month: Month) -> tuple[list[Worked], list[Spent], tuple[date, date]]:
    """The work, what was spent, and the days, in the month that they are about."""
    back = MARCH - OCTOBER if month.in_october else timedelta()
    return (
        [each._replace(start=each.start - back) for each in month.worked],
        [each._replace(day=each.day - back) for each in month.spent],
        (month.days[0] - back, month.days[1] - back),
    )
