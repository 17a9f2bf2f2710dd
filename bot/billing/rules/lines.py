"""What time is billed as: lines, rounding, rates and tax.

The seconds of a line are added first and rounded to hundredths of an hour once; the amount is made from those hours, so
that anybody who multiplies the printed figures gets the printed amount. Money is cents, hours are hundredths of an
hour, rates of tax are hundredths of a percent; all are integers, and all are rounded half up by one function.
"""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from bot.core.money import half_up

_EVERYTHING = "all"
_HOUR_UNITS = frozenset({"h", "std", "stunde", "stunden", "hour", "hours", "hr", "hrs"})
Key = tuple[int | None, int | None]
"""Project and service: what makes two entries stand on one line."""


@dataclass(frozen=True, slots=True)
class Period:
    """The days, both included, whose work is billed; without any it is everything."""

    first: date | None
    last: date | None

    @property
    def value(self) -> str:
        """The period as the value of a menu's line: 2026-10 or all."""
        return f"{self.first:%Y-%m}" if self.first else _EVERYTHING

    @classmethod
    def read(cls, value: str) -> "Period":
        """What `value` made. Raises ValueError."""
        return EVERYTHING if value == _EVERYTHING else month_of(date.fromisoformat(f"{value}-01"))


EVERYTHING = Period(None, None)


def month_of(day: date) -> Period:
    """The calendar month of a day."""
    return Period(day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1]))


def months_until(today: date, count: int) -> list[Period]:
    """So many months, this one first, then backwards."""
    months = [month_of(today)]
    while len(months) < count:
        first = months[-1].first or today
        months.append(month_of(first - timedelta(days=1)))
    return months


@dataclass(frozen=True, slots=True)
class Tax:
    """A rate of VAT, with the name it has in Billomat."""

    name: str
    rate: int


@dataclass(frozen=True, slots=True)
class Article:
    """What Billomat sells, as far as a line needs it. `currency` "" is the account's, `tax` None its default."""

    id: int
    billomat_id: int
    title: str
    unit: str
    price_cents: int | None
    currency: str
    tax: Tax | None


@dataclass(frozen=True, slots=True)
class Worked:
    """One entry, as far as billing looks at it. `seconds` is None while its timer runs."""

    entry_id: int
    project_id: int | None
    project: str | None
    service_id: int | None
    service: str | None
    seconds: int | None
    day: date
    note: str
    end_guessed: bool
    billable: bool

    @property
    def key(self) -> Key:
        """The line it belongs to."""
        return self.project_id, self.service_id


@dataclass(frozen=True, slots=True)
class Changes:
    """What a person changed on a line; None: as it comes."""

    title: str | None = None
    description: str | None = None
    article: Article | None = None
    rate_cents: int | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds where neither line nor article says otherwise. `taxed` False: Billomat decides the tax."""

    rate_cents: int | None
    tax: Tax | None
    taxed: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an invoice. Without a rate there is no amount, and it cannot be sent."""

    project_id: int | None
    project: str | None
    service_id: int | None
    service: str | None
    worked: tuple[Worked, ...]
    seconds: int
    hours: int
    article: Article | None
    rate_cents: int | None
    amount_cents: int | None
    tax: Tax | None
    changes: Changes

    @property
    def key(self) -> Key:
        """What its entries share."""
        return self.project_id, self.service_id


@dataclass(frozen=True, slots=True)
class LeftOut:
    """How many entries are not billed now, and why; `too_short` ones stay until they add up to 0.01 h."""

    running: int = 0
    end_guessed: int = 0
    not_billable: int = 0
    too_short: int = 0


def hours(seconds: int) -> int:
    """Hundredths of an hour: 26,100 s are 725."""
    return half_up(seconds * 100, 3600)


def amount(hours: int, rate_cents: int) -> int:
    """Cents for so many hundredths of an hour."""
    return half_up(hours * rate_cents, 100)


def is_taxed(tax_rule: str, country: str, untaxed_countries: Iterable[str]) -> bool:
    """Whether the customer's rule (TAX, NO_TAX or COUNTRY, as Billomat has it) lets us say a rate of VAT."""
    if tax_rule == "COUNTRY":
        return country == "" or country not in untaxed_countries
    return tax_rule == "TAX"


def is_hourly(article: Article) -> bool:
    """Whether the article's price is for an hour; one without a unit is taken for that."""
    return article.unit == "" or is_hour(article.unit)


def is_hour(unit: str) -> bool:
    """Whether a unit of the account counts hours."""
    return unit.strip().rstrip(".").casefold() in _HOUR_UNITS


def rate_of(article: Article | None, terms: Terms) -> int | None:
    """The price of an hour: the article's, else the workspace's. None: a person has to say it."""
    if article is None:
        return terms.rate_cents
    if not is_hourly(article):
        return None  # a price for a day must not be taken for that of an hour
    return terms.rate_cents if article.price_cents is None else article.price_cents


def lines(
    worked: Iterable[Worked],
    *,
    articles: Mapping[int, Article],
    changes: Mapping[Key, Changes],
    terms: Terms,
) -> tuple[list[Line], LeftOut]:
    """The lines, by project and service, and what is left out. `articles` are those of the services, by service id."""
    left_out: dict[str, int] = defaultdict(int)
    together: dict[Key, list[Worked]] = defaultdict(list)
    for entry in worked:
        if reason := _left_out(entry):
            left_out[reason] += 1
        else:
            together[entry.key].append(entry)
    made = []
    for key, entries in together.items():
        line = _line(entries, articles.get(key[1] or 0), changes.get(key, Changes()), terms)
        if line.hours:
            made.append(line)
        else:
            left_out["too_short"] += len(entries)
    return sorted(made, key=_order), LeftOut(**left_out)


def net(lines: Iterable[Line]) -> int:
    """What the lines add up to, in cents; one without a rate adds nothing."""
    return sum(line.amount_cents or 0 for line in lines)


def service_period(lines: Iterable[Line]) -> tuple[date, date] | None:
    """The first and the last day of the work on the lines."""
    days = [entry.day for line in lines for entry in line.worked]
    return (min(days), max(days)) if days else None


def _left_out(entry: Worked) -> str | None:
    if entry.seconds is None:
        return "running"
    if not entry.billable:
        return "not_billable"
    return "end_guessed" if entry.end_guessed else None


def _line(entries: list[Worked], article: Article | None, changes: Changes, terms: Terms) -> Line:
    entries.sort(key=lambda entry: (entry.day, entry.entry_id))
    article = changes.article or article
    rate = rate_of(article, terms) if changes.rate_cents is None else changes.rate_cents
    seconds = sum(entry.seconds or 0 for entry in entries)
    worked = hours(seconds)
    first = entries[0]
    return Line(
        project_id=first.project_id,
        project=first.project,
        service_id=first.service_id,
        service=first.service,
        worked=tuple(entries),
        seconds=seconds,
        hours=worked,
        article=article,
        rate_cents=rate,
        amount_cents=None if rate is None else amount(worked, rate),
        tax=((article and article.tax) or terms.tax) if terms.taxed else None,
        changes=changes,
    )


def _order(line: Line) -> tuple[str, int, str, int]:
    return (line.project or "").casefold(), line.project_id or 0, (line.service or "").casefold(), line.service_id or 0
