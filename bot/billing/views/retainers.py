"""Retainers in the window of what is agreed, the fields of their form, and what an invoice says of included hours."""

from datetime import date
from itertools import takewhile

from bot.billing.agreements import Agreed
from bot.billing.preview import Preview
from bot.billing.retainers import EnteredRetainer
from bot.billing.rules.agreements import Agreement, first_of_month
from bot.billing.rules.included import RetainedMonth, month_of
from bot.billing.rules.lines import Line
from bot.billing.rules.rates import CENT
from bot.billing.rules.retainers import Retainer, months_from
from bot.core.texts import Reader
from bot.slack.blocks import (
    Block,
    Element,
    actions,
    button,
    checkbox,
    confirmation,
    context,
    cut,
    date_picker,
    external_select,
    field,
    option,
    section,
    text_input,
)
from bot.slack.request import Request
from bot.slack.untrusted import read_day, read_id

NEW_RETAINER = "agreements_new_retainer"
CHANGE_RETAINER = "agreements_change_retainer"
REMOVE_RETAINER = "agreements_remove_retainer"
TAKE_BACK_FEE = "agreements_take_back_fee"
BILL_FEE = "agreements_bill_fee"
PROJECT = "agreements_project"
"""Searches the customer's projects."""
_LONGEST = 100
_FEES_SHOWN = 13
"""Months: those of a year, and the present one."""


def months_said(to: Reader, agreement: Agreement) -> str:
    """From when to when it holds."""
    first = to.month(agreement.first_day)
    if agreement.last_day is None:
        return to.t("From {month} on", month=first)
    return to.t("From {first} to {last}", first=first, last=to.month(agreement.last_day))


def name_of(agreement: Agreement, customer: str) -> str:
    """What it is about: a project, or all work for the customer."""
    return cut(agreement.project or customer, _LONGEST)


def retainer_blocks(to: Reader, agreed: Agreed, retainer: Retainer) -> list[Block]:
    """A retainer with its hours of the present month, and its fees month by month."""
    agreement = retainer.agreement
    name, value = name_of(agreement, agreed.customer), str(agreement.id)
    fee = to.money(agreement.cents, agreement.currency)
    said = [
        to.t("{name}: retainer, {fee} a month", name=name, fee=fee),
        months_said(to, agreement),
        _included_said(to, agreement),
        retained_said(to, month_of(retainer, _month_shown(agreement, agreed.today)))
        if agreement.included_seconds
        else "",
    ]
    label = to.t("Change the retainer of {name}", name=name)
    blocks: list[Block] = [
        section("\n".join(filter(None, said))),
        actions(button(to.t("Change …"), CHANGE_RETAINER, value, label=label)),
    ]
    if agreement.currency != agreed.currency:
        text = to.t(
            "⚠️ Its fee is in {currency}, and the customer is billed in {other} by now, so it stands on no invoice. Let "
            "it end and agree on a new one.",
            currency=agreement.currency,
            other=agreed.currency,
        )
        blocks.append(context(text))
    return blocks + _fees(to, agreed, agreement)


def _included_said(to: Reader, agreement: Agreement) -> str:
    if not agreement.included_seconds:
        return to.t("No hours are included: all have their rate.")
    hours = to.length(agreement.included_seconds)
    if agreement.carries_over:
        return to.t("{hours} h a month are included; what is not used is carried over", hours=hours)
    return to.t("{hours} h a month are included; what is not used ends with its month", hours=hours)


def _month_shown(agreement: Agreement, today: date) -> date:
    """The present month, or the nearest in which it holds."""
    last = agreement.last_day or today
    return first_of_month(max(agreement.first_day, min(today, last)))


def retained_said(to: Reader, each: RetainedMonth) -> str:
    """November 2026: 12:00 h of 25:00 h used, 13:00 h left (5:00 h of them carried over from before)."""
    used, left, carried = (to.length(seconds) for seconds in (each.used, each.left, each.carried))
    month, whole = to.month(each.month), to.length(each.included + each.carried)
    if each.carried:
        return to.t(
            "{month}: {used} h of {whole} h used, {left} h left; {carried} h were carried over",
            month=month,
            used=used,
            whole=whole,
            left=left,
            carried=carried,
        )
    return to.t("{month}: {used} h of {whole} h used, {left} h left", month=month, used=used, whole=whole, left=left)


def _fees(to: Reader, agreed: Agreed, agreement: Agreement) -> list[Block]:
    """Each month with its fee: on an invoice, open, or none."""
    if agreement.fees_until is None:
        return []
    fees, blocks = agreed.fees(agreement.id), list[Block]()
    months = sorted({*months_from(agreement.first_day, agreement.fees_until), *fees})
    for month in months[-_FEES_SHOWN:]:
        name, charge = to.month(month), fees.get(month)
        if charge is None:
            billing = button(to.t("Bill it"), BILL_FEE, f"{agreement.id}:{month}", label=to.t("Bill {what}", what=name))
            blocks.append(section(to.t("{month}: no fee", month=name), billing))
            continue
        fee = to.money(charge.cents, agreement.currency)
        if charge.is_billed:
            blocks.append(context(to.t("{month}: {fee}, on an invoice", month=name, fee=fee)))
        else:
            label = to.t("Take back the fee of {month}", month=name)
            taking = button(to.t("Take back"), TAKE_BACK_FEE, str(charge.expense_id), label=label)
            blocks.append(section(to.t("{month}: {fee}, open", month=name, fee=fee), taking))
    return blocks


def read_fee(value: str) -> tuple[int, date]:
    """Which fee is to be billed: its retainer's id and month. Raises UserError."""
    agreement_id, _, month = value.partition(":")
    return read_id(agreement_id), read_day(month)


# The form


def retainer_fields(to: Reader, agreed: Agreed, retainer: Retainer | None) -> tuple[list[Block], str]:
    """The fields of a new retainer, or of a known one; and the currency in which they ask for the fee."""
    now = retainer.agreement if retainer else None
    is_begun = now is not None and now.id in agreed.begun
    currency = now.currency if now and is_begun else agreed.currency
    amount = to.amount(now.cents * CENT) if now and now.currency == currency else ""
    carrying = option(to.t("What is not used is carried over to later months"), "carry")
    blocks: list[Block] = [
        section(name_of(now, agreed.customer)) if now else _project(to),
        field(
            to.t("Fee a month"),
            text_input("price", initial=amount, most=30),
            block_id="price",
            hint=to.t("Net, in {currency}. It stands on the invoice of its month by itself.", currency=currency),
        ),
        field(
            to.t("Hours a month"),
            text_input("hours", initial=_hours(to, now), most=20, placeholder=to.t("e.g. 20")),
            block_id="hours",
            optional=True,
            hint=to.t("These hours cost nothing on top of the fee; all above them have their rate. Empty: none."),
        ),
        field(
            to.t("Unused hours"),
            checkbox("carry", carrying, on=bool(now and now.carries_over)),
            block_id="carry",
            optional=True,
        ),
        field(
            to.t("From the month of"),
            date_picker("first", initial=now.first_day if now else agreed.today.replace(day=1)),
            block_id="first",
            hint=to.t("Each month from then on has its fee, also those that are over."),
        ),
        field(
            to.t("To the month of"),
            date_picker("last", initial=now.last_day if now else None),
            block_id="last",
            optional=True,
            hint=to.t(
                "Empty: it goes on. After its last month, work is billed by the hour, and hours that were not used by "
                "then are lost, also where a new retainer begins."
            ),
        ),
    ]
    if now and not is_begun:
        blocks.append(actions(_removing(to, now)))
    return blocks, currency


def _project(to: Reader) -> Block:
    menu = external_select(PROJECT, to.t("All work for the customer")) | {"min_query_length": 0}
    hint = to.t("Empty: all work of projects that have neither a retainer nor a fixed price of their own.")
    return field(to.thing("project"), menu, block_id="project", optional=True, hint=hint)


def _hours(to: Reader, now: Agreement | None) -> str:
    """As it can be typed: 20 or 12:30."""
    if now is None:
        return ""
    hours, rest = divmod(now.included_seconds, 3_600)
    return to.length(now.included_seconds) if rest else str(hours)


def _removing(to: Reader, agreement: Agreement) -> Element:
    asked = confirmation(
        to.t("Remove this retainer?"),
        to.t("Its fees are taken back, and its hours have their rate again."),
        to.t("Remove"),
        to.t("Cancel"),
    )
    return button(to.t("Remove"), REMOVE_RETAINER, str(agreement.id), style="danger", confirm=asked)


def entered_retainer(request: Request, currency: str, shown: str) -> EnteredRetainer:
    """What stands in the form. Raises UserError."""
    last = request.entered_optional_day("last")
    return EnteredRetainer(
        request.entered_id("project"),
        request.entered_text("price"),
        request.entered_text("hours"),
        request.is_ticked("carry"),
        request.entered_day("first"),
        last,
        currency,
        shown,
    )


# In the invoice


def included_said(to: Reader, preview: Preview, line: Line) -> list[str]:
    """On a fee, and on a line of included hours: how many of them each of its months has, used and left."""
    theirs = _months(line)
    head = [to.t("Included in the retainer, so it costs nothing on top of the fee.")] if line.included else []
    found = [each for each in preview.retained if (each.agreement.id, each.month) in theirs and each.included]
    return head + [retained_said(to, each) for each in found]


def is_said_elsewhere(preview: Preview, line: Line) -> bool:
    """Whether other lines say all of that: the fees of its months, or lines of included hours above it.

    Its title says that it is included.
    """
    if line.included is None:
        return False
    lines = [each.line for each in preview.lines]
    above = takewhile(lambda each: each.key != line.key, lines)
    saying = [*(each for each in lines if each.expense), *(each for each in above if each.included)]
    return _months(line) <= {month for each in saying for month in _months(each)}


def _months(line: Line) -> set[tuple[int, date]]:
    """The months of retainers of which a line is the fee, or has included hours."""
    if line.included:
        return {(line.included.agreement_id, month) for month, _ in line.included.used}
    fee = line.expense
    return {(fee.agreement_id or 0, fee.month)} if fee and fee.month else set()
