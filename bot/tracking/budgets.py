"""The budget of a project whose time was recorded: looked at in a job, and said at once where much of it is used up."""

from dataclasses import dataclass

from bot.core.caller import Caller
from bot.core.jobs import JobKind
from storage import budgets as budget_rows
from storage.change import Change
from storage.tracking import Entry

LOOK = JobKind("spending", key="spending:{budget_id}")
"""Warns those who bill, where that is due: what of money is used up takes longer to say. Billing does it."""
MUCH = 80
ALL = 100
"""Percent."""


@dataclass(frozen=True, slots=True)
class UsedHours:
    """How much of a budget of hours is used up, in seconds."""

    project: str
    seconds: int
    limit: int
    is_hard: bool

    @property
    def percent(self) -> int:
        """Rounded down: at 100 nothing is left."""
        return self.seconds * 100 // self.limit


def recorded(change: Change[Caller], *written: Entry) -> UsedHours | None:
    """Time of a project was recorded, or is another: have its budget looked at.

    Answers what is used up of its hours where this time passed a threshold, or nothing is left. Costs one prepared
    statement where any project has a budget, and a second one where this one has; else none.
    """
    entry = written[0]
    if entry.project_id is None or not change.by.person.has_budgets:
        return None
    workspace_id = change.by.workspace_id
    budget = budget_rows.budget_of_project(change.db, workspace_id, entry.project_id)
    if budget is None:
        return None
    LOOK.put(change.db, due=change.by.now, budget_id=budget.id, workspace_id=workspace_id)
    if budget.seconds is None or not entry.billable or entry.day < budget.first_day:
        return None
    seconds = budget_rows.recorded_seconds(change.db, budget, workspace_id)
    used = UsedHours(budget.project, seconds, budget.seconds, budget.is_hard)
    before = (seconds - sum(each.seconds or 0 for each in written)) * ALL // budget.seconds
    return used if used.percent >= ALL or before < MUCH <= used.percent else None
