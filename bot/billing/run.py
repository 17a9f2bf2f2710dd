"""The run over all customers who can be billed for some days: what each has open, and what is missing."""

from dataclasses import dataclass

from sqlalchemy import Connection

from bot.billing import unbilled
from bot.billing.choosing import days_typed, refuse_unbillable
from bot.billing.rules.periods import Period, months_until
from bot.billing.rules.recipes import Recipe
from bot.billing.unbilled import UnbilledCustomer
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.core.errors import UserError
from bot.core.money import Sums
from bot.grammar.values import TypedFilter
from bot.people.callers import require_biller
from storage import billomat as billomat_rows
from storage import runs as run_rows
from storage.runs import Waiting

PAGE = 20


@dataclass(frozen=True, slots=True)
class RunCustomer:
    """One customer of a run: what could be billed, and what is in the way."""

    work: UnbilledCustomer
    waiting: Waiting
    is_linked: bool
    """With a customer in Billomat, or there is no account yet."""
    is_submitted: bool = False
    """Whether all of it is on invoices that wait for a second person."""
    is_too_short: bool = False
    """Whether they have nothing but time that is too short for a line."""
    usual: Period | None = None
    """The days for which this customer is billed usually, if they are others than those of the run."""


@dataclass(frozen=True, slots=True)
class Run:
    """A page of the customers of some days, by name, and what all of them add up to."""

    period: Period
    currency: str
    is_connected: bool
    customers: tuple[RunCustomer, ...]
    """Those of the page."""
    page: int
    count: int
    """Of all pages."""
    seconds: int
    cents: int
    others: Sums
    """What is billed in other currencies."""
    unpriced: int

    @property
    def is_last(self) -> bool:
        """Whether no page follows."""
        return (self.page + 1) * PAGE >= self.count


def begin(bot: Bot, caller: Caller, typed: TypedFilter) -> Run:
    """The run that was typed, for its days or the usual ones. Raises UserError."""
    require_biller(caller)
    refuse_unbillable(typed)
    if typed.tags or typed.text:
        raise UserError(
            "The list of all customers takes all that is open of them. Leave the tags and the text out, or name "
            "a customer."
        )
    return read_run(bot, caller, days_typed(bot, caller, typed))


def read_run(bot: Bot, caller: Caller, period: Period | None, page: int = 0) -> Run:
    """A page of a run; without days of the usual ones. Raises UserError."""
    require_biller(caller)
    with bot.database.read(in_turn=False) as db:
        return _read(db, caller, period or _usual(db, caller), page)


def _usual(db: Connection, caller: Caller) -> Period:
    """Last month if anybody can be billed for it, else this one: as for one customer."""
    this_month, last_month = months_until(caller.today, 2)
    return last_month if run_rows.open_customers(db, caller.workspace_id, last_month, most=1) else this_month


def _other_days(waiting: Waiting, period: Period) -> Period | None:
    """October, where this customer is billed by the quarter."""
    if period.first is None:
        return None
    usual = Recipe.stored(waiting.usual_days, "").periods(period.first)[0]
    return None if usual == period else usual


def _read(db: Connection, caller: Caller, period: Period, page: int) -> Run:
    waiting = run_rows.waiting_customers(db, caller.workspace_id, period)
    work = unbilled.unbilled_work(db, caller.workspace_id, period)
    known = {each.id: each for each in work.customers}
    page = min(page, max(len(waiting) - 1, 0) // PAGE)  # others may have sent some meanwhile
    in_turn = {each.id: each for each in run_rows.open_customers(db, caller.workspace_id, period, most=len(waiting))}
    is_connected = billomat_rows.connected_account(db, caller.workspace_id) is not None
    return Run(
        period=period,
        currency=work.currency,
        is_connected=is_connected,
        customers=tuple(
            RunCustomer(
                work=known.get(each.payer.id) or UnbilledCustomer(each.payer.id, each.payer.name, 0, 0, work.currency),
                waiting=each,
                is_linked=not is_connected or each.payer.billomat_id is not None,
                is_submitted=each.payer.id in in_turn and in_turn[each.payer.id].is_submitted,
                is_too_short=each.payer.id in known and each.payer.id not in in_turn,
                usual=_other_days(each, period),
            )
            for each in waiting[page * PAGE : (page + 1) * PAGE]
        ),
        page=page,
        count=len(waiting),
        seconds=sum(each.seconds for each in work.customers),
        cents=work.cents,
        others=work.others,
        unpriced=work.unpriced,
    )
