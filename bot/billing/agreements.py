"""What is agreed with a customer beside rates: shown, agreed, changed, ended, and billed in parts."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from bot.billing.customers import changing_customer, refuse_if_changed
from bot.billing.retained import read_retained
from bot.billing.rules.agreements import Agreement, AgreementKind, first_of_month, last_of_month
from bot.billing.rules.fixed_prices import FixedPrice, cents_of_part, part_of_price
from bot.billing.rules.retainers import Retainer
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.core.errors import FieldErrors, UserError
from bot.core.money import smallest
from bot.people.callers import require_biller
from bot.tracking.currencies import currency_for
from bot.tracking.expense_fields import entered_amount
from bot.tracking.expenses import new_expense
from storage import agreements as agreement_rows
from storage import filter_menus
from storage import payers as payer_rows
from storage import retainers as retainer_rows
from storage.agreements import Charge
from storage.change import Change
from storage.expenses import NOT_SAVED
from storage.filter_menus import Offered
from storage.payers import Payer

LONGEST_PART = 200
"""What the title of a line has room for."""


@dataclass(frozen=True, slots=True)
class Agreed:
    """All that is agreed with a customer."""

    customer_id: int
    customer: str
    currency: str
    """In which the customer is billed now."""
    prices: tuple[FixedPrice, ...]
    charges: tuple[Charge, ...]
    today: date
    retainers: tuple[Retainer, ...] = ()
    """With all that is open."""
    begun: frozenset[int] = frozenset()
    """The retainers of which live drafts have hours or a fee."""

    def price(self, agreement_id: int) -> FixedPrice:
        """One of the fixed prices. Raises UserError."""
        for each in self.prices:
            if each.agreement.id == agreement_id:
                return each
        raise UserError("This is no longer agreed. Please look at the agreements again.")

    def retainer(self, agreement_id: int) -> Retainer:
        """One of the retainers. Raises UserError."""
        for each in self.retainers:
            if each.agreement.id == agreement_id:
                return each
        raise UserError("This is no longer agreed. Please look at the agreements again.")

    def fees(self, agreement_id: int) -> dict[date, Charge]:
        """The fees of a retainer by the first day of their month."""
        of_months = ((each.month, each) for each in self.charges if each.agreement_id == agreement_id)
        return {month: each for month, each in of_months if month}

    def currency_of(self, price: FixedPrice | None) -> str:
        """In which a price is typed: with lump sums in theirs, else in the customer's."""
        return price.agreement.currency if price and price.parts_cents else self.currency


@dataclass(frozen=True, slots=True)
class EnteredPrice:
    """What the form of a fixed price says; amounts as typed."""

    project: int | None
    price: str
    first_day: date
    """Any day of the month in which it begins."""
    last_day: date | None = None
    """Any day of the month in which it ends."""
    currency: str = ""
    """In which the price was asked for; "": the form was opened before an update."""
    shown: str = ""
    """The digest of its terms when the form was opened; "" as for the currency."""


@dataclass(frozen=True, slots=True)
class EnteredPart:
    """What the form of a lump sum says: an amount or a percentage as typed, empty for all that is left."""

    amount: str
    day: date
    note: str = ""


def read_agreed(bot: Bot, caller: Caller, customer_id: int) -> Agreed:
    """What is agreed with a customer. Raises UserError."""
    require_biller(caller)
    with bot.database.read() as db:
        return read(db, caller, customer_id)


def agree_on_price(bot: Bot, caller: Caller, customer_id: int, entered: EnteredPrice) -> Agreed:
    """A project has a fixed price from a month on. Raises UserError, which names the field."""
    require_biller(caller)
    with changing(bot, caller, customer_id) as change:
        wrong = FieldErrors()
        project = wrong.read(lambda: find_project(change.db, caller, customer_id, entered.project), None)
        new = Agreement(
            NOT_SAVED,
            AgreementKind.FIXED_PRICE,
            customer_id,
            entered.project,
            project.name if project else None,
            caller.today,
            None,
            0,
            currency_for(change.db, caller.workspace_id, customer_id),
        )
        agreement_rows.add(change, _entered(change, new, entered, wrong))
        return read(change.db, caller, customer_id)


def change_price(bot: Bot, caller: Caller, customer_id: int, agreement_id: int, entered: EnteredPrice) -> Agreed:
    """A fixed price is another one, begins or ends in another month. What is billed stays. Raises UserError."""
    require_biller(caller)
    with changing(bot, caller, customer_id) as change:
        agreed = read(change.db, caller, customer_id)
        before = agreed.price(agreement_id)
        refuse_if_changed(entered.shown, before.agreement.terms_digest)
        now = before.agreement._replace(currency=agreed.currency_of(before))
        after = _entered(change, now, entered, FieldErrors(), billed=before.parts_cents)
        agreement_rows.store(change, before.agreement, after)
        return read(change.db, caller, customer_id)


def remove(bot: Bot, caller: Caller, customer_id: int, agreement_id: int) -> Agreed:
    """It was never agreed: its open hours have a rate again. Raises UserError where anything was billed for it."""
    require_biller(caller)
    with changing(bot, caller, customer_id) as change:
        price = read(change.db, caller, customer_id).price(agreement_id)
        if price.parts_cents:
            raise UserError("It has lump sums. Take them back first, or let it end with a month.")
        agreement_rows.remove(change, price.agreement)
        return read(change.db, caller, customer_id)


def bill_part(bot: Bot, caller: Caller, customer_id: int, agreement_id: int, entered: EnteredPart) -> Agreed:
    """A part of a fixed price, or all that is left, is a lump sum on an invoice. Raises UserError, with its field."""
    require_biller(caller)
    with changing(bot, caller, customer_id) as change:
        agreed = read(change.db, caller, customer_id)
        price = agreed.price(agreement_id)
        currency = price.agreement.currency
        if currency != agreed.currency:
            raise UserError(
                "This price is in {currency}, and the customer is billed in {other} by now. Change it, or let it end "
                "and agree on a new one.",
                field="amount",
                currency=currency,
                other=agreed.currency,
            )
        cents = _cents(price, entered.amount, currency)
        if cents > price.rest_cents:
            raise UserError(
                "Only {rest} of {price} are left. Type that much at most, or leave it empty for all of it.",
                field="amount",
                rest=caller.reader.money(price.rest_cents, currency),
                price=caller.reader.money(price.agreement.cents, currency),
            )
        new = new_expense(caller, customer_id, price.agreement.project_id, entered.day)
        part = new._replace(note=entered.note, amount_cents=cents, currency=currency, gross=False)
        agreement_rows.charge(change, agreement_id, part, "bill part")
        return read(change.db, caller, customer_id)


def take_back_part(bot: Bot, caller: Caller, customer_id: int, expense_id: int) -> Agreed:
    """A lump sum that stands on no draft is not to be billed. Raises UserError."""
    require_biller(caller)
    with changing(bot, caller, customer_id) as change:
        found = {each.expense_id: each for each in read(change.db, caller, customer_id).charges}
        if expense_id not in found:
            raise UserError("This lump sum is no longer there. Please look at the agreements again.")
        if found[expense_id].is_billed:
            raise UserError("This lump sum stands on an invoice. Bill that again first, as it is offered there.")
        agreement_rows.take_back(change, found[expense_id], customer_id)
        return read(change.db, caller, customer_id)


def in_months(change: Change[Caller], now: Agreement, first: date, last: date | None) -> Agreement:
    """An agreement from the month of one day to that of another. Raises UserError."""
    first, last = first_of_month(first), last and last_of_month(last)
    if last and last < first:
        raise UserError("This is before the month in which it begins.", field="last")
    for other in agreement_rows.agreements_of(change.db, change.by.workspace_id, now.customer_id):
        is_alike = other.kind is now.kind and other.project_id == now.project_id
        if is_alike and other.id != now.id and other.meets(first, last):
            raise _met(now)
    return now._replace(first_day=first, last_day=last)


def _met(now: Agreement) -> UserError:
    """Two of the same kind would hold in one month."""
    if now.kind is AgreementKind.FIXED_PRICE:
        return UserError(
            "{project} has a fixed price in these months already. Change that one, or let it end before.",
            field="first",
            project=now.project or "",
        )
    if now.project is None:
        return UserError(
            "The customer has a retainer in these months already. Change that one, or let it end before.", field="first"
        )
    return UserError(
        "{project} has a retainer in these months already. Change that one, or let it end before.",
        field="first",
        project=now.project,
    )


def changing(bot: Bot, caller: Caller, customer_id: int) -> AbstractContextManager[Change[Caller]]:
    """One change of what is agreed with a customer."""
    clash = UserError("Somebody changed this at this very moment. Please look at the agreements again.")
    return changing_customer(bot, caller, customer_id, clash=clash)


def read(db: Connection, caller: Caller, customer_id: int) -> Agreed:
    """What is agreed with a customer now. Raises UserError."""
    payer, workspace_id = _payer(db, caller, customer_id), caller.workspace_id
    found = agreement_rows.agreements_of(db, workspace_id, payer.id)
    charges = agreement_rows.charges_of(db, workspace_id, payer.id)
    used = {each.agreement.id for each in retainer_rows.retainers_of(db, workspace_id, found, payer.id) if each.used}
    return Agreed(
        payer.id,
        payer.name,
        currency_for(db, workspace_id, payer.id),
        tuple(agreement_rows.fixed_prices(db, workspace_id, found, payer.id)),
        tuple(charges),
        caller.today,
        read_retained(db, workspace_id, payer.id, found).retainers,
        frozenset(used | {each.agreement_id for each in charges if each.is_billed and each.month}),
    )


def _payer(db: Connection, caller: Caller, customer_id: int) -> Payer:
    for payer in payer_rows.payers(db, caller.workspace_id, [customer_id]):
        return payer
    raise UserError("This customer is no longer there.")


def find_project(db: Connection, caller: Caller, customer_id: int, project_id: int | None) -> Offered:
    """One of the customer's projects. Raises UserError."""
    if project_id is None:
        raise UserError("Choose the project that has the fixed price.", field="project")
    found = filter_menus.read_offered(db, caller.workspace_id, "project", [project_id])
    if not found or found[0].customer_id != customer_id:
        raise UserError("This project is no longer there. Please choose again.", field="project")
    return found[0]


def _entered(
    change: Change[Caller], now: Agreement, entered: EnteredPrice, wrong: FieldErrors, *, billed: int = 0
) -> Agreement:
    """What is agreed as the form says, of which so much has lump sums. Raises UserError with all that is wrong."""
    cents = wrong.read(lambda: _price(change.by, now, entered, billed), 0)
    placed = wrong.read(lambda: in_months(change, now, entered.first_day, entered.last_day), now)
    wrong.raise_any()
    return placed._replace(cents=cents)


def _price(caller: Caller, now: Agreement, entered: EnteredPrice, billed: int) -> int:
    """Cents of a fixed price. Raises UserError."""
    cents = entered_cents(now, entered.price, entered.currency)
    if cents < billed:
        raise UserError(
            "{amount} of it are lump sums already. The price cannot be less.",
            field="price",
            amount=caller.reader.money(billed, now.currency),
        )
    return cents


def entered_cents(now: Agreement, typed: str, currency: str) -> int:
    """A price as typed in a form that asked for it in a currency. Raises UserError."""
    if currency not in ("", now.currency):
        raise UserError("The currency changed meanwhile. Please open this form again.", field="price")
    return entered_amount(typed, now.currency, field="price")


def _cents(price: FixedPrice, typed: str, currency: str) -> int:
    """What a lump sum comes to. Raises UserError."""
    if not typed:
        if price.rest_cents <= 0:
            raise UserError("All of this price has lump sums already.", field="amount")
        return price.rest_cents
    try:
        percent = part_of_price(typed)
    except ValueError:
        raise UserError("Type a percentage above 0 and up to 100, with two decimals at most.", field="amount") from None
    if percent is None:
        return entered_amount(typed, currency, field="amount")
    return max(smallest(currency), cents_of_part(price.agreement.cents, percent, currency))
