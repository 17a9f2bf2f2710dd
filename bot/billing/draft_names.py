"""What tells apart the drafts of one customer and one month: the part of the work, or a number."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import Connection

from bot.billing.rules.initials import initials
from bot.tracking.rules.drafts import same_days
from bot.tracking.rules.filters import Filter
from storage import billed as billed_rows
from storage.filter_names import Labels

LONGEST_PART = 80
_UNSAFE = str.maketrans(dict.fromkeys("%_*?\\", " "))
"""Billomat looks labels up as free text, for which these may stand for others."""


def part_of(selection: Filter, labels: Labels, *, by_initials: bool) -> str:
    """Website, App · Design · Ben · #call · “review”: the same in each language. Empty for all work.

    The customer may read it in Billomat's label, so people are named as on the lines.
    """
    people = labels.people
    if by_initials:
        people = initials({each: people[each] for each in selection.people if each in people})
    parts = [
        ", ".join(label.partition(" › ")[2] or label for label in _called(selection.projects, labels.projects)),
        ", ".join(_called(selection.services, labels.services)),
        ", ".join(_called(selection.people, people)),
        ", ".join(f"#{tag}" for tag in selection.tags),
        f"“{selection.text}”" if selection.text else "",
    ]
    said = " ".join(" · ".join(filter(None, parts)).translate(_UNSAFE).split())
    return said if len(said) <= LONGEST_PART else f"{said[: LONGEST_PART - 1].rstrip()}…"


def _called(ids: Sequence[int], names: Mapping[int, str]) -> list[str]:
    return [names[each] for each in ids if each in names]


def told_apart(db: Connection, workspace_id: int, customer_id: int, first: date, last: date, part: str) -> str:
    """The part, with a number behind it where the customer has a draft of the same name already."""
    taken = {
        each.part
        for each in billed_rows.billed_days(db, workspace_id, customer_id)
        if each.first and each.last and same_days(each.first, each.last, first, last)
    }
    name, number = part, 1
    while name in taken:
        number += 1
        name = f"{part} ({number})".strip()
    return name
