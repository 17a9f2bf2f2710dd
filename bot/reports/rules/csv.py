"""Entries as lines of CSV, in one of two forms; see docs/decisions for why they are as they are."""

import csv
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.core.money import half_up
from bot.tracking.rules.settled import Settled

_FORMULA = re.compile(r"['\s\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]*[\t\r\n=+\-@−﹢﹣﹦﹫＝＋－＠]")
"""What a spreadsheet may take for a formula, full-width forms too; also where something unseen or an apostrophe is
before it: one apostrophe more is then always what to take away again."""
_NUL = "\0"
_SEEN_NUL = "␀"
"""Programs take a NUL for the end of a text, and lose what follows."""


_NO_AMOUNT = ("", "", "", "", "", "")
"""Of time: what an expense has in the last columns."""
_NO_TIMES = ("", "", "")
"""Of an expense: start, end and zone."""


class CsvForm(StrEnum):
    """For whom the lines are."""

    READER = "reader"
    """For the person's own spreadsheet: their language, their decimal mark, their way to write a day."""
    FIXED = "fixed"
    """For programs: the same for everybody, and for ever."""


class ExportedEntry(NamedTuple):
    """A time entry with all that is said of it outside."""

    day: date
    started_at: datetime
    ended_at: datetime | None
    zone: str
    timed: bool
    seconds: int | None
    customer: str
    number: str
    """The customer's."""
    project: str | None
    service: str | None
    person: str
    note: str
    private: bool
    tags: str
    billable: bool
    on_draft: bool
    invoice: str | None
    """The number of the invoice that it stands on, once that was completed."""
    end_guessed: bool
    settled: Settled | None = None
    """Written off, or billed elsewhere."""


class ExportedExpense(NamedTuple):
    """An expense with all that is said of it outside."""

    day: date
    customer: str
    number: str
    """The customer's."""
    project: str | None
    person: str
    note: str
    private: bool
    billable: bool
    on_draft: bool
    invoice: str | None
    amount_cents: int
    gross: bool
    currency: str
    vat_rate: int | None
    receipt: str
    pass_through: bool
    settled: Settled | None = None


@dataclass(frozen=True, slots=True)
class Layout:
    """How lines are written."""

    heads: tuple[str, ...]
    """Of the columns, in their order."""
    yes: str
    no: str
    draft: str
    """On a draft, which is no invoice yet."""
    billed: str
    elsewhere: str
    written_off: str
    day: Callable[[date], str]
    moment: Callable[[datetime], str]
    """A moment on the clock of its place."""
    delimiter: str = ","
    decimal_mark: str = "."
    encoding: str = "utf-8"


FIXED = Layout(
    heads=(
        "date",
        "start",
        "end",
        "zone",
        "duration",
        "hours",
        "customer",
        "customer_number",
        "project",
        "service",
        "person",
        "note",
        "private",
        "tags",
        "billable",
        "billed",
        "invoice",
        "end_guessed",
        "running",
        "amount",
        "gross",
        "currency",
        "vat",
        "receipt",
        "pass_through",
    ),
    yes="true",
    no="false",
    draft="draft",
    billed="invoice",
    elsewhere="elsewhere",
    written_off="written off",
    day=date.isoformat,
    moment=datetime.isoformat,
)
"""Programs rely on it: columns may be added at the end, and nothing else may change."""


def lines(
    layout: Layout,
    rows: Iterable[ExportedEntry],
    *,
    so_far: Callable[[datetime], int],
    expenses: Iterable[ExportedExpense] = (),
) -> Iterator[str]:
    """The heads, then a line for each entry as soon as it is there; a line may hold line breaks of a note.

    Expenses stand below them: no time, and an amount. `so_far` tells the seconds of a timer that runs since some
    moment.
    """
    writer = csv.writer(_Line(), delimiter=layout.delimiter)  # ends lines with CR LF (RFC 4180)
    written: Callable[[Iterable[str]], str] = writer.writerow
    cells = _Cells(layout, so_far)
    yield written(map(harmless, layout.heads))
    for row in rows:
        yield written(cells.of(row))
    for expense in expenses:
        yield written(cells.of_expense(expense))


class _Cells:
    """Makes the cells of entries, and remembers those that many share: a year is written in two thirds of the time."""

    def __init__(self, layout: Layout, so_far: Callable[[datetime], int]) -> None:
        self._layout = layout
        self._so_far = so_far
        self._day = lru_cache(maxsize=512)(layout.day)
        self._length = lru_cache(maxsize=4096)(self._length_of)
        self._named = lru_cache(maxsize=4096)(harmless)

    def of(self, row: ExportedEntry) -> tuple[str, ...]:
        """The cells of an entry, in the order of the heads."""
        layout, named = self._layout, self._named
        yes, no = layout.yes, layout.no
        began, ended = self._times(row) if row.timed else ("", "")
        duration, decimal = self._length(self._so_far(row.started_at) if row.seconds is None else row.seconds)
        return (
            self._day(row.day),
            began,
            ended,
            row.zone,
            duration,
            decimal,
            named(row.customer),
            named(row.number),
            named(row.project or ""),
            named(row.service or ""),
            named(row.person),
            harmless(row.note),
            yes if row.private else no,
            named(row.tags),
            yes if row.billable else no,
            self._billed(row),
            named(row.invoice or ""),
            yes if row.end_guessed else no,
            yes if row.seconds is None else no,
            *_NO_AMOUNT,
        )

    def _billed(self, row: ExportedEntry | ExportedExpense) -> str:
        """Whether it is billed, and how."""
        layout = self._layout
        if row.settled is not None:
            return layout.elsewhere if row.settled == Settled.ELSEWHERE else layout.written_off
        return (layout.billed if row.invoice else layout.draft) if row.on_draft else layout.no

    def of_expense(self, row: ExportedExpense) -> tuple[str, ...]:
        """The cells of an expense, in the order of the heads."""
        layout, named = self._layout, self._named
        yes, no = layout.yes, layout.no
        return (
            self._day(row.day),
            *_NO_TIMES,
            *self._length(0),
            named(row.customer),
            named(row.number),
            named(row.project or ""),
            "",
            named(row.person),
            harmless(row.note),
            yes if row.private else no,
            "",
            yes if row.billable else no,
            self._billed(row),
            named(row.invoice or ""),
            no,
            no,
            self._decimal(row.amount_cents),
            yes if row.gross else no,
            row.currency,
            "" if row.vat_rate is None else self._decimal(row.vat_rate),
            harmless(row.receipt),
            yes if row.pass_through else no,
        )

    def _decimal(self, hundredths: int) -> str:
        return f"{hundredths // 100}{self._layout.decimal_mark}{hundredths % 100:02}"

    def _times(self, row: ExportedEntry) -> tuple[str, str]:
        zone, moment = ZoneInfo(row.zone), self._layout.moment
        began = moment(row.started_at.astimezone(zone))
        return began, moment(row.ended_at.astimezone(zone)) if row.ended_at else ""

    def _length_of(self, seconds: int) -> tuple[str, str]:
        return f"{seconds // 3600}:{seconds // 60 % 60:02}", hours(seconds, self._layout.decimal_mark)


def hours(seconds: int, decimal_mark: str) -> str:
    """Hours with two decimals, or with as many of four as tell each second from the next: sums stay exact."""
    whole, rest = divmod(half_up(seconds * 10_000, 3_600), 10_000)
    return f"{whole}{decimal_mark}{f'{rest:04}'.rstrip('0').ljust(2, '0')}"


def harmless(text: str) -> str:
    """A text that no spreadsheet calculates: with an apostrophe before whatever could begin a formula.

    To get the text back, take one apostrophe from what `_FORMULA` fits. It fits all that was given one.
    """
    if _NUL in text:
        text = text.replace(_NUL, _SEEN_NUL)
    if text[:1].isalnum() or not _FORMULA.match(text):
        return text
    return f"'{text}"


class _Line:
    """What the csv module writes to: hands each line back."""

    def write(self, text: str) -> str:
        """The line."""
        return text
