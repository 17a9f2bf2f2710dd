"""The run over all customers: a page of them, and what an invoice says of the next one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from bot.billing.beside import Following
from bot.billing.rules.periods import EVERYTHING, Period, months_until
from bot.billing.rules.scope import Scope
from bot.billing.run import PAGE, Run, RunCustomer
from bot.billing.turns import NextCustomer, Turn
from bot.billing.views.scope import (
    MONTHS_OFFERED,
    for_period,
    next_button,
    open_work,
    opening,
    period_name,
    period_within,
)
from bot.billing.views.under_way import under_way
from bot.core.texts import Reader
from bot.slack.blocks import (
    Block,
    Element,
    View,
    actions,
    button,
    context,
    cut,
    fitted,
    header,
    modal,
    option,
    section,
    static_select,
)
from bot.slack.metadata import Metadata
from bot.slack.pages import turning
from bot.slack.untrusted import reading
from storage.drafts import DraftUnderWay

RUN = "invoice_run"
RUN_OPEN = "invoice_run_open"
"""Opens the run over the days that are the button's value; without any over the usual ones."""
RUN_DAYS = "invoice_run_days"
RUN_TURN = "invoice_run_turn"
"""Turns to another page."""
RUN_INVOICE = "invoice_run_invoice"
"""Opens a customer's invoice for the days of the run; its value is made by `opening`."""
_LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class KeptRun:
    """What the list keeps: its days, as `Period.value` makes them."""

    period: str


KEPT = Metadata(KeptRun)


# The list


def run(to: Reader, shown: Run, *, today: date, waiting: tuple[DraftUnderWay, ...] = ()) -> View:
    """A page of the customers, each with the button that opens its invoice."""
    scope = Scope(shown.period)
    blocks = [
        _days(to, shown.period, today=today),
        *_sums(to, shown),
        *([context(said)] if (said := under_way(to, waiting, today=today)) else []),
        *(_customer(to, shown, each, scope) for each in shown.customers),
        *_pages(to, shown),
    ]
    kept = KEPT.pack(KeptRun(shown.period.value))
    return modal(RUN, to.t("All customers"), blocks, close=to.t("Close"), metadata=kept)


def _days(to: Reader, period: Period, *, today: date) -> Block:
    offered = [EVERYTHING, *months_until(today, MONTHS_OFFERED)]
    if period not in offered:
        offered.append(period)
    options = {each: option(period_name(to, each), each.value) for each in offered}
    # What it shows is in its block_id, or Slack would keep the old.
    return actions(
        static_select(RUN_DAYS, [*options.values()], initial=options[period]), block_id=f"run:{period.value}"
    )


def _sums(to: Reader, shown: Run) -> list[Block]:
    if not shown.count:
        return [section(_nobody(to, shown.period))]
    said = [
        to.n("{count} customer", "{count} customers", shown.count),
        to.total(shown.seconds) if shown.seconds else "",
        to.t("{net} net", net=to.sums(shown.cents, shown.currency, shown.others))
        if shown.unpriced < shown.seconds or shown.cents or shown.others
        else "",
    ]
    connect = [context(to.t("Billomat is not connected yet. An admin connects it with /track connect."))]
    return [header(" · ".join(filter(None, said))), *([] if shown.is_connected else connect)]


def _nobody(to: Reader, period: Period) -> str:
    if period == EVERYTHING:
        return to.t("Nobody has anything unbilled.")
    return to.t("Nobody has anything unbilled {for_period}.", for_period=for_period(to, period))


def _customer(to: Reader, shown: Run, each: RunCustomer, scope: Scope) -> Block:
    work = each.work
    worth = [] if work.unpriced == work.seconds and not work.spent else [to.money(work.cents, work.currency)]
    usual = [to.t("usually {days}", days=period_within(to, each.usual))] if each.usual else []
    said = [
        cut(work.name, _LONGEST_NAME),
        " · ".join([open_work(to, work.seconds, work.spent), *worth, *usual]),
    ]
    if work.covered:
        said.append(to.t("{time} covered by fixed prices", time=to.total(work.covered)))
    if work.above:
        said.append(to.t("{time} above budgets, not billed", time=to.total(work.above)))
    if each.is_submitted:
        said.append(to.t("✋ waiting for approval"))
    if missing := list(_missing(to, each)):
        said.append("⚠️ " + " · ".join(missing))
    return section("\n".join(said), _open_invoice(to, each, scope), block_id=f"customer:{work.id}")


def _open_invoice(to: Reader, each: RunCustomer, scope: Scope) -> Element:
    work = each.work
    if each.is_submitted:
        text, label = to.t("Open the invoice …"), to.t("Open the invoice for {customer}", customer=work.name)
    else:
        text, label = to.t("Create invoice …"), to.t("Create invoice for {customer}", customer=work.name)
    return button(text, RUN_INVOICE, opening(work.id, scope), label=label)


def _missing(to: Reader, each: RunCustomer) -> Iterator[str]:
    """What has to be done before this customer's invoice holds all of their time."""
    work, waiting = each.work, each.waiting
    if waiting.payer.archived:
        yield to.t("archived")
    if not each.is_linked:
        yield to.t("not linked with Billomat")
    if each.is_too_short:
        yield to.t("too short for a line")
    if work.unpriced:
        yield to.t("{time} without a rate", time=to.total(work.unpriced))
    if waiting.without_project:
        yield to.t("{time} without a project", time=to.total(waiting.without_project))
    if waiting.guessed:
        yield to.n("{count} guessed end", "{count} guessed ends", waiting.guessed)
    if waiting.running:
        yield to.n("{count} running timer", "{count} running timers", waiting.running)


def _pages(to: Reader, shown: Run) -> list[Block]:
    if shown.count <= PAGE:
        return []
    begins = shown.page * PAGE
    said = to.t(
        "{first}–{last} of {total}",
        first=to.number(begins + 1),
        last=to.number(begins + len(shown.customers)),
        total=to.number(shown.count),
    )
    turns = turning(to, RUN_TURN, shown.page, is_first=shown.page == 0, is_last=shown.is_last)
    return [context(said), actions(*turns, block_id="turning")]


@reading()
def read_period(value: str) -> Period | None:
    """The days of a button or menu; None where a button names none. Raises UserError."""
    return Period.read(value) if value else None


# From elsewhere


def run_button(to: Reader, period: Period | None = None) -> Element:
    """Opens the list of all customers, for some days or the usual ones."""
    return button(to.t("All customers …"), RUN_OPEN, period.value if period else "")


def turn_blocks(to: Reader, turn: Turn | None) -> list[Block]:
    """Below an invoice that is not sent: the next customer, who may come without it, and the list."""
    if turn is None or turn.is_alone:
        return []
    return [*_said(to, turn), actions(*_buttons(to, turn))]


def after_blocks(to: Reader, following: Following | None, turn: Turn | None) -> list[Block]:
    """Below an invoice that is sent: the customer's next draft, the next customer, and who is still open at the end."""
    said = _said(to, turn) if turn else []
    buttons = [next_button(to, following)] if following else []
    if turn and not turn.is_alone:
        buttons += _buttons(to, turn)
    return [*said, *([actions(*buttons)] if buttons else [])]


def _said(to: Reader, turn: Turn) -> list[Block]:
    if turn.all_done:
        return [section(_all_done(to, turn.period))]
    skipped, submitted = (_names(names) for names in (turn.skipped, turn.submitted))
    if turn.names_more:
        skipped, submitted = (skipped, f"{submitted} …") if submitted else (f"{skipped} …", "")
    said = [_still_open(to, turn.period, skipped)] if skipped else []
    if submitted:
        said.append(to.t("✋ Waiting for approval: {names}", names=submitted))
    return [context("\n".join(said))] if said else []


def _names(of_customers: Sequence[str]) -> str:
    return ", ".join(cut(name, _LONGEST_NAME) for name in of_customers)


def _still_open(to: Reader, period: Period, names: str) -> str:
    if period == EVERYTHING:
        return to.t("Still open: {names}", names=names)
    return to.t("Still open {for_period}: {names}", for_period=for_period(to, period), names=names)


def _all_done(to: Reader, period: Period) -> str:
    if period == EVERYTHING:
        return to.t("🏁 All customers are done: nothing more can be billed.")
    return to.t(
        "🏁 All customers are done: nothing more can be billed {for_period}.", for_period=for_period(to, period)
    )


def _buttons(to: Reader, turn: Turn) -> Iterator[Element]:
    if turn.next:
        yield _next_customer(to, turn.next, Scope(turn.period))
    if not turn.all_done:
        yield run_button(to, turn.period)


def _next_customer(to: Reader, customer: NextCustomer, scope: Scope) -> Element:
    time = open_work(to, customer.seconds, customer.spent)
    text = fitted(customer.name, lambda name: to.t("Next customer: {customer}, {time} …", customer=name, time=time))
    return button(text, RUN_INVOICE, opening(customer.id, scope))
