"""What one change made different, out of the two states of a row that the audit keeps."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

SHOWN = (
    "person_id",
    "customer_id",
    "project_id",
    "service_id",
    "day",
    "started_at",
    "ended_at",
    "seconds",
    "amount_cents",
    "gross",
    "vat_rate",
    "pass_through",
    "receipt",
    "note",
    "private",
    "billable",
    "end_guessed",
    "tags",
    "title",
    "description",
    "article_id",
    "rate_cents",
    "heading",
    "intro",
    "service_text",
    "net_cents",
    "gross_cents",
    "billomat_net_cents",
    "billomat_gross_cents",
    "currency",
    "tax_case",
    "reduction",
    "reduction_cents",
    "number",
    "entries",
    "expenses",
    "lines",
    "lines_there",
)
"""The columns that people know, in the order in which they are said.

Never the message that time was tracked on: it is for its person's eyes alone. Nor tokens and what only counts tries.
"""
TIMES = ("started_at", "ended_at")
NAMED = frozenset({"customer_id", "project_id", "service_id", "person_id", "article_id"})
"""Columns that hold the id of something with a name."""


class Difference(NamedTuple):
    """One column before and after; None: there was nothing."""

    column: str
    before: Any
    after: Any


def differences(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> Iterator[Difference]:
    """What differs; of what was made all that it has, of what was deleted all that it had."""
    was, becomes = before or {}, after or {}
    is_timed = (after or was).get("timed", True)
    for column in SHOWN:
        if column in TIMES and not is_timed:
            continue  # only the length was said, and these but place it in its day
        old, new = was.get(column), becomes.get(column)
        if _said(old) != _said(new):
            yield Difference(column, _said(old), _said(new))


def ids_in(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> set[tuple[str, int]]:
    """The columns with ids that differ, each with its id: their names have to be read."""
    return {
        (each.column, value)
        for each in differences(before, after)
        if each.column in NAMED
        for value in (each.before, each.after)
        if isinstance(value, int)
    }


def _said(value: Any) -> Any:
    """What says nothing is nothing: an empty text, a box that is not ticked. A number says something, 0 too."""
    return None if value is False or value in ("", [], {}) else value
