"""Of which months and which work the older open time beside an invoice is, for whoever asks what it adds up."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from bot.billing.beside import older_work
from bot.billing.opening import find_open
from bot.billing.rules.billable import billable
from bot.billing.rules.expenses import UnbilledExpense
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.core.errors import UserError
from bot.people.callers import require_biller
from storage import unbilled as unbilled_rows
from storage import unbilled_expenses as unbilled_expense_rows


class OpenWork(NamedTuple):
    """Open time of one kind of work in a month."""

    month: date
    """Its first day."""
    project: str | None
    service: str | None
    seconds: int


@dataclass(frozen=True, slots=True)
class OlderWork:
    """What is open before the days of an invoice: time by month and kind of work, in time, and expenses."""

    time: tuple[OpenWork, ...]
    expenses: tuple[UnbilledExpense, ...]

    @property
    def seconds(self) -> int:
        """All of the time."""
        return sum(each.seconds for each in self.time)


def explain_older(bot: Bot, caller: Caller, draft_id: int) -> OlderWork:
    """What is open before the days of an open draft. Raises UserError where nothing is any more."""
    require_biller(caller)
    with bot.database.read() as db:
        draft = find_open(db, caller, draft_id)
        older = older_work(db, draft)
        if older is None:
            raise UserError("Nothing older is open any more. Please open the invoice again.")
        where = draft.workspace_id, draft.customer_id, older.scope
        found, _ = billable(unbilled_rows.unbilled_entries(db, *where, detailed=False))
        spent = unbilled_expense_rows.unbilled_expenses(db, *where)
    seconds = Counter[tuple[date, str | None, str | None]]()
    for day, project, service, worked in zip(*map(found.column, ("day", "project", "service", "seconds")), strict=True):
        seconds[day.replace(day=1), project, service] += worked
    time = (OpenWork(*work, sum_) for work, sum_ in seconds.items())
    ordered = sorted(time, key=lambda each: (each.month, -each.seconds, each.project or "", each.service or ""))
    return OlderWork(tuple(ordered), tuple(sorted(spent, key=lambda each: each.day)))
