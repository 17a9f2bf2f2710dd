"""The lines of work that is billed by the hour: what retainers include of it, what budgets hold back, and the rest."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.billing.rules.budgeted import Budgeted, budgeted_lines
from bot.billing.rules.budgets import BudgetUse
from bot.billing.rules.entries import Entries
from bot.billing.rules.grouping import Grouping, GroupKey
from bot.billing.rules.included import apart, long_enough
from bot.billing.rules.lines import Line, LineEdit
from bot.billing.rules.retainers import Allotted
from bot.billing.rules.worth import Pricing


@dataclass(frozen=True, slots=True)
class WorkedLines:
    """The lines of entries, and what is on none."""

    included: Sequence[Line]
    waiting: int
    """How many entries are included and too short for a line."""
    by_hour: Entries
    """The entries, or parts of them, that have their rate."""
    budgeted: Budgeted


def worked_lines(
    entries: Entries,
    allotted: Mapping[int, Allotted],
    uses: Sequence[BudgetUse],
    grouping: Grouping,
    *,
    pricing: Pricing,
    edits: Mapping[GroupKey, LineEdit],
) -> WorkedLines:
    """The lines of entries; each of these is on the draft with all of its seconds, or not at all.

    A budget may leave so little beside the rest of a divided entry that it is too short for a line: then all of that
    entry is included.
    """
    whole = set[int]()
    while True:
        made, by_hour = apart(entries, allotted, grouping, pricing=pricing, edits=edits, whole=whole)
        included, waiting = long_enough(made)
        theirs = Entries.together([line.entries for line in included])
        budgeted = budgeted_lines(by_hour, uses, grouping, pricing=pricing, edits=edits, included=theirs)
        lost = _lost({*theirs.ids}.intersection(by_hour.ids), budgeted.lines) if theirs else None
        if not lost:
            return WorkedLines(included, waiting, by_hour, budgeted)
        whole |= lost


def _lost(divided: set[int], lines: Iterable[Line]) -> set[int]:
    """The divided entries of which no line has the rest."""
    return divided.difference(*(line.entries.ids for line in lines)) if divided else divided
