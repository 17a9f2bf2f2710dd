"""Whether the pages of a list were really all of it: rows can move from one page to another while they are turned."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

MOST_PASSES = 3
"""So often a list is read from its beginning before its reader says that it is not sure to have all of it."""


@dataclass(frozen=True, slots=True)
class ListReading:
    """How far a list is read, which comes in the order of its ids."""

    page: int = 1
    """The one to ask for."""
    rows: int = 0
    """How many the pages before it had, in this pass."""
    last_id: int = 0
    """Of the last one of them."""
    passes: int = 1
    is_sure: bool = True
    """False: it changed in each pass, and what moved between two pages may be missing."""


@dataclass(frozen=True, slots=True)
class PageRead:
    """A page as it came: its own word for its number, its ids, how many rows it says the list has.

    `boundary_id` is what stood last before this page, asked for after this page came; None: it was not there.
    """

    number: int
    ids: Sequence[int]
    total: int
    is_last: bool
    boundary_id: int | None = None


def is_steady(reading: ListReading, page: PageRead) -> bool:
    """Whether the page goes on exactly where those before it ended.

    New rows have higher ids and come last. So rows can only move towards the beginning, when one before them is
    deleted; if the one at the boundary still stands there after this page was read, none has moved across it.
    """
    in_order = all(one < other for one, other in zip([reading.last_id, *page.ids], page.ids, strict=False))
    is_what_was_asked_for = page.number == reading.page and in_order
    return is_what_was_asked_for and (reading.page == 1 or page.boundary_id == reading.last_id)


def read_on(reading: ListReading, page: PageRead) -> ListReading | None:
    """What to read next; None: that was all of it, and `is_settled` says whether it is sure."""
    sure = is_settled(reading, page)
    if not sure and reading.passes < MOST_PASSES:
        return ListReading(passes=reading.passes + 1)
    if page.is_last:
        return None
    return replace(
        reading,
        page=reading.page + 1,
        rows=reading.rows + len(page.ids),
        last_id=page.ids[-1],
        is_sure=reading.is_sure and sure,
    )


def is_settled(reading: ListReading, page: PageRead) -> bool:
    """Whether nothing speaks against having read all rows so far."""
    is_whole = not page.is_last or reading.rows + len(page.ids) == page.total
    return is_steady(reading, page) and is_whole
