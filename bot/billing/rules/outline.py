"""How many lines are looked at: in groups that open, and in pages, which a window of Slack's has to have.

Only what is shown follows from it. What is sent, and what an approval seals, are all lines, whichever are in sight.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Annotated, NamedTuple

from pydantic import Field

from bot.billing.rules.grouping import Grouping, GroupKey, Shared, is_within
from bot.billing.rules.lines import InvoiceLine

ROWS = 15
"""On a page. A window takes 100 blocks; each of these needs two of them, some a divider, and much stands around."""
_MOST_PAGE = 1_000_000
NO_GROUP = GroupKey("")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a person is in the lines of an invoice, which an invoice that is shown anew keeps."""

    page: Annotated[int, Field(ge=0, le=_MOST_PAGE)] = 0
    """From 1; 0: where the group begins, or the first one."""
    group: GroupKey = NO_GROUP
    """The group that is open, or was."""
    is_open: bool = True
    finds: Annotated[int, Field(ge=0)] = 0
    """How often a line was searched and found."""


TOP = Place()


@dataclass(frozen=True, slots=True)
class Group:
    """Lines that follow each other and share the first of what lines are made by."""

    key: GroupKey
    lines: tuple[InvoiceLine, ...]

    @property
    def hours(self) -> int:
        """Hundredths of an hour on its lines."""
        return sum(item.line.hours for item in self.lines)

    @property
    def amount_cents(self) -> int | None:
        """What its lines cost, as they stand there; None where one has no price yet."""
        amounts = [item.line.amount_cents for item in self.lines]
        known = [each for each in amounts if each is not None]
        return sum(known) if len(known) == len(amounts) else None


class Row(NamedTuple):
    """A line, or the heading of a group; `can_fold` where its lines may be out of sight."""

    group: Group
    item: InvoiceLine | None
    is_open: bool = True
    can_fold: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """What is in sight, the number of this page, and the first row of each page."""

    rows: tuple[Row, ...]
    number: int
    firsts: tuple[Row, ...]


def page_of(lines: Sequence[InvoiceLine], grouping: Grouping, place: Place) -> Page:
    """The page at a place. Where all lines have room on one, all groups are open; else the one of the place is."""
    rows = _rows(lines, grouping, place)
    pages = [rows[first : first + ROWS] for first in range(0, len(rows), ROWS)] or [[]]
    number = min(place.page or _page_of_group(pages, place.group), len(pages))
    shown, first = pages[number - 1], pages[number - 1][:1]
    headings = [row for row in rows if row.item is None and first and first[0].item and row.group is first[0].group]
    return Page((*headings, *shown), number, tuple(page[0] for page in pages if page))


def place_of(lines: Sequence[InvoiceLine], grouping: Grouping, key: GroupKey) -> Place:
    """Where a line that is there is in sight: its group open, and its page. Raises StopIteration for another one."""
    group = next(each for each in groups_of(lines, grouping) if any(item.line.key == key for item in each.lines))
    place = Place(group=group.key)
    rows = enumerate(_rows(lines, grouping, place))
    row = next(number for number, each in rows if each.item and each.item.line.key == key)
    return replace(place, page=row // ROWS + 1)


def groups_of(lines: Sequence[InvoiceLine], grouping: Grouping) -> list[Group]:
    """The groups in the order of the lines; one whose lines were moved apart is several."""
    together = groupby(lines, key=lambda item: grouping.first_of(item.line.key))
    return [Group(key, tuple(run)) for key, run in together]


def fees_of(project_id: int | None, lines: Sequence[InvoiceLine], grouping: Grouping) -> list[InvoiceLine]:
    """The fees of a project's retainers among these lines, which the heading of the project names.

    They stand on lines of their own, and are not in the sum of its hours.
    """
    if project_id is None or grouping.shared[:1] != (Shared.PROJECT,):
        return []
    fees = (item for item in lines if item.line.expense and item.line.expense.month)
    return [item for item in fees if item.line.project_id == project_id]


def in_group(key: GroupKey, lines: Sequence[InvoiceLine], grouping: Grouping) -> list[InvoiceLine]:
    """A line, or all lines of a group and the fees that its heading names."""
    found = [item for item in lines if is_within(item.line.key, key)]
    is_heading = bool(found) and found[0].line.key != key == grouping.first_of(found[0].line.key)
    return [*found, *(fees_of(found[0].line.project_id, lines, grouping) if is_heading else ())]


def _rows(lines: Sequence[InvoiceLine], grouping: Grouping, place: Place) -> list[Row]:
    groups = groups_of(lines, grouping)
    can_fold = len(lines) > ROWS
    rows = []
    for group in groups:
        if len(group.lines) == 1 or len(groups) == 1:
            rows += [Row(group, item) for item in group.lines]
            continue
        is_open = not can_fold or (place.is_open and group.key == place.group)
        rows.append(Row(group, None, is_open, can_fold))
        rows += [Row(group, item) for item in group.lines if is_open]
    return rows


def _page_of_group(pages: Sequence[Sequence[Row]], key: GroupKey) -> int:
    return next((number for number, page in enumerate(pages, 1) for row in page if row.group.key == key), 1)
