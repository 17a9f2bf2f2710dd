"""Retainers: agreed, changed, ended, and which months have their fee."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from bot.billing.agreements import Agreed, changing, entered_cents, find_project, in_months, read
from bot.billing.customers import refuse_if_changed
from bot.billing.retained import put_fee, put_fees
from bot.billing.rules.agreements import Agreement, AgreementKind, first_of_month
from bot.billing.rules.retainers import Fee, included_hours, months_from
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.core.errors import FieldErrors, UserError
from bot.people.callers import require_biller
from bot.tracking.currencies import currency_for
from storage import agreements as agreement_rows
from storage import retainers as retainer_rows
from storage.agreements import Charge
from storage.change import Change
from storage.expenses import NOT_SAVED

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class EnteredRetainer:
    """What the form of a retainer says; fee and hours as typed, days any of the month in which it begins and ends."""

    project: int | None
    """None: it is of all work for the customer."""
    price: str
    hours: str
    carries_over: bool
    first_day: date
    last_day: date | None = None
    currency: str = ""
    """In which the fee was asked for."""
    shown: str = ""
    """The digest of its terms when the form was opened; "": it was before an update."""


def agree_on_retainer(bot: Bot, caller: Caller, customer_id: int, entered: EnteredRetainer) -> Agreed:
    """A customer, or one of its projects, has a retainer from a month on. Raises UserError, which names the field."""
    require_biller(caller)
    with changing(bot, caller, customer_id) as change:
        wrong, chosen = FieldErrors(), entered.project
        project = wrong.read(lambda: find_project(change.db, caller, customer_id, chosen), None) if chosen else None
        begun = Agreement(
            NOT_SAVED,
            AgreementKind.RETAINER,
            customer_id,
            chosen,
            project.name if project else None,
            caller.today,
            None,
            0,
            currency_for(change.db, caller.workspace_id, customer_id),
            person_id=caller.person_id,
        )
        new = _entered(change, begun, entered, wrong)
        wrong.raise_any()
        agreement_id = agreement_rows.add(change, new)
        put_fees(change, [new._replace(id=agreement_id)], caller.today)
        return read(change.db, caller, customer_id)


def change_retainer(bot: Bot, caller: Caller, customer_id: int, agreement_id: int, entered: EnteredRetainer) -> Agreed:
    """A retainer is another one, begins or ends in another month. What is billed stays. Raises UserError.

    Another fee is that of all months whose fee is on no invoice. Once something of it is on invoices, its hours and its
    first month stay: what later months had would be another figure.
    """
    require_biller(caller)
    with changing(bot, caller, customer_id) as change:
        agreed = read(change.db, caller, customer_id)
        before = agreed.retainer(agreement_id).agreement
        refuse_if_changed(entered.shown, before.terms_digest)
        now = before if agreement_id in agreed.begun else before._replace(currency=agreed.currency)
        wrong = FieldErrors()
        after = _entered(change, now, entered, wrong)
        if agreement_id in agreed.begun:
            _refuse_what_stays(caller, before, after, agreed.fees(agreement_id).values(), wrong)
        wrong.raise_any()
        agreement_rows.store(change, before, after)
        _settle(change, before, after, agreed)
        return read(change.db, caller, customer_id)


def remove_retainer(bot: Bot, caller: Caller, customer_id: int, agreement_id: int) -> Agreed:
    """It was never agreed: its hours have a rate again. Raises UserError where anything was billed of it."""
    require_biller(caller)
    with changing(bot, caller, customer_id) as change:
        agreed = read(change.db, caller, customer_id)
        retainer = agreed.retainer(agreement_id)
        if agreement_id in agreed.begun:
            raise UserError("Some of it is on invoices. Let it end with a month instead.")
        for each in agreed.fees(agreement_id).values():
            agreement_rows.take_back(change, each, customer_id)
        agreement_rows.remove(change, retainer.agreement)
        return read(change.db, caller, customer_id)


def bill_fee(bot: Bot, caller: Caller, customer_id: int, agreement_id: int, month: date) -> Agreed:
    """A month whose fee was taken back has one. Raises UserError."""
    require_biller(caller)
    with changing(bot, caller, customer_id) as change:
        agreed = read(change.db, caller, customer_id)
        agreement = agreed.retainer(agreement_id).agreement
        if month in agreed.fees(agreement_id) or not agreement.holds_on(month) or month != first_of_month(month):
            raise UserError("Somebody changed this at this very moment. Please look at the agreements again.")
        put_fee(change, Fee(agreement, month))
        return read(change.db, caller, customer_id)


def _entered(change: Change[Caller], now: Agreement, entered: EnteredRetainer, wrong: FieldErrors) -> Agreement:
    """What is agreed as the form says; what is wrong stays as it is `now`."""
    cents = wrong.read(lambda: entered_cents(now, entered.price, entered.currency), now.cents)
    seconds = wrong.read(lambda: _hours(entered.hours), now.included_seconds)
    placed = wrong.read(lambda: in_months(change, now, entered.first_day, entered.last_day), now)
    return placed._replace(cents=cents, included_seconds=seconds, carries_over=entered.carries_over)


def _hours(typed: str) -> int:
    try:
        return included_hours(typed)
    except ValueError:
        raise UserError("Type the hours of a month like 20, 12.5 or 7:30.", field="hours") from None


def _refuse_what_stays(
    caller: Caller, before: Agreement, after: Agreement, fees: Iterable[Charge], wrong: FieldErrors
) -> None:
    """Collects the fields that are to stay as they are."""
    for field, was, now in (
        ("hours", before.included_seconds, after.included_seconds),
        ("carry", before.carries_over, after.carries_over),
        ("first", before.first_day, after.first_day),
    ):
        if was != now:
            wrong.add(
                UserError(
                    "Some of it is on invoices, so this stays. Let it end with a month, and agree on a new one from "
                    "then on.",
                    field=field,
                )
            )
    for each in fees:
        if each.is_billed and each.month and not after.holds_on(each.month):
            wrong.add(
                UserError(
                    "The fee of {month} is on an invoice. It cannot end before.",
                    field="last",
                    month=caller.reader.month(each.month),
                )
            )


def _settle(change: Change[Caller], before: Agreement, after: Agreement, agreed: Agreed) -> None:
    """Have the open fees be those of the months and the amount that are agreed now."""
    fees = agreed.fees(after.id)
    is_other = (before.cents, before.currency) != (after.cents, after.currency)
    again = list[date]()
    for month, each in fees.items():
        if each.is_billed or (after.holds_on(month) and not is_other):
            continue
        agreement_rows.take_back(change, each, after.customer_id)
        again += [month] if after.holds_on(month) else []
    until = before.fees_until
    if until:
        again += months_from(after.first_day, before.first_day - _DAY)
        until = min(until, first_of_month(after.last_day)) if after.last_day else until
    for month in again:
        put_fee(change, Fee(after, month))
    until = until if until and until >= after.first_day else None
    retainer_rows.note_fees(change, after.id, until)
    put_fees(change, [after._replace(fees_until=until)], change.by.today)
