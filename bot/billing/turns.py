"""Who comes after a customer, where the invoices of all are written one after the other.

Nothing is stored of such a run: it goes by name through those who can be billed now, so that it survives a window that
was closed, and somebody else who goes through the same days.
"""

from dataclasses import dataclass

from sqlalchemy import Connection

from bot.billing.rules.periods import Period
from bot.billing.rules.scope import Scope
from bot.tracking.rules.spent import SpentKind
from storage import runs as run_rows
from storage import unbilled as unbilled_rows
from storage.drafts import Draft

MOST_NAMED = 8
"""Names of customers that are said at the end."""


@dataclass(frozen=True, slots=True)
class NextCustomer:
    """Whose invoice is next, and how much time it has."""

    id: int
    name: str
    seconds: int
    spent: SpentKind = SpentKind.NOTHING


@dataclass(frozen=True, slots=True)
class Turn:
    """What comes after the invoice of a customer for some days."""

    period: Period
    next: NextCustomer | None = None
    skipped: tuple[str, ...] = ()
    """Where nobody comes next: those who can still be billed, as many as are named."""
    submitted: tuple[str, ...] = ()
    """And those of whom all waits for a second person."""
    names_more: bool = False
    """Whether there are more of them."""
    all_done: bool = False
    """Nobody is left, and this was not the only one."""

    @property
    def is_alone(self) -> bool:
        """Whether there is nothing to say of others."""
        return not (self.next or self.skipped or self.submitted or self.all_done)


def read_turn(db: Connection, workspace_id: int, customer_id: int, period: Period, *, is_sent: bool = False) -> Turn:
    """What comes next. What is left of a customer whose draft is sent counts like that of others."""
    found = run_rows.next_customer(db, workspace_id, customer_id, period)
    if found:
        waits = unbilled_rows.open_time(db, workspace_id, found.id, Scope(period))
        seconds, spent = (waits.seconds, waits.spent) if waits else (0, SpentKind.NOTHING)
        return Turn(period, NextCustomer(found.id, found.name, seconds, spent))
    left = run_rows.open_customers(db, workspace_id, period, most=MOST_NAMED + 2)
    others = [each for each in left if is_sent or each.id != customer_id]
    named = others[:MOST_NAMED]
    return Turn(
        period,
        skipped=tuple(each.name for each in named if not each.is_submitted),
        submitted=tuple(each.name for each in named if each.is_submitted),
        names_more=len(others) > MOST_NAMED,
        all_done=is_sent and not left and run_rows.others_were_billed(db, workspace_id, customer_id, period),
    )


def turn_after(db: Connection, draft: Draft) -> Turn:
    """What comes next after a draft that was sent."""
    return read_turn(db, draft.workspace_id, draft.customer_id, draft.scope.period, is_sent=True)
