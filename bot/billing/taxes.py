"""Which VAT holds for a customer: what is decided, and what people say of it, which is remembered."""

from dataclasses import dataclass

from sqlalchemy import Connection

from bot.billing.collect import preview_of
from bot.billing.customers import find_customer, lock_customer, refuse_if_changed
from bot.billing.opening import lock_open, show_after
from bot.billing.preview import Looked, Preview
from bot.billing.pricing import prices_of
from bot.billing.rules.taxation import Taxation, TaxCase
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.core.digests import digest
from bot.people.callers import require_admin, require_biller
from storage import billomat as billomat_rows
from storage import details as details_rows


@dataclass(frozen=True, slots=True)
class CustomersTaxation:
    """Which VAT holds for a customer, and what was chosen for them."""

    customer_id: int
    customer: str
    taxation: Taxation
    chosen: str
    """Empty: nothing."""
    writes_words: bool
    """Whether the words that the law wants are written here."""

    @property
    def digest(self) -> str:
        """By which a form knows whether something else is chosen by now."""
        return digest(self.chosen, self.writes_words)


def read_tax(bot: Bot, caller: Caller, customer_id: int) -> CustomersTaxation:
    """Which VAT holds for a customer. Raises UserError."""
    require_biller(caller)
    with bot.database.read() as db:
        return _read(db, caller, customer_id)


def change_tax(
    bot: Bot, caller: Caller, customer_id: int, case: TaxCase | None, *, writes_words: bool, shown: str
) -> None:
    """Say which VAT holds for a customer; None: it is decided. `shown` is the digest of what held before.

    Raises UserError, also where somebody said something else meanwhile.
    """
    require_biller(caller)
    with bot.change(caller) as change:
        lock_customer(change, customer_id)
        refuse_if_changed(shown, _read(change.db, caller, customer_id).digest)
        details_rows.keep_tax(change, customer_id, case or "", writes_words=writes_words)


def answer(bot: Bot, caller: Caller, draft_id: int, case: TaxCase, *, looked: Looked) -> Preview:
    """Answer what an open invoice asks of its customer. Raises UserError."""
    require_biller(caller)
    with bot.change(caller) as change:
        draft = lock_open(change, draft_id)
        before = preview_of(change.db, caller, draft)
        details_rows.keep_tax(change, draft.customer_id, case)
        return show_after(change, draft, looked, before)


def answer_small(bot: Bot, caller: Caller, draft_id: int, *, is_small: bool, looked: Looked) -> Preview:
    """Answer whether the business is a small one, which holds for all customers. Raises UserError."""
    require_admin(caller)
    with bot.change(caller) as change:
        draft = lock_open(change, draft_id)
        before = preview_of(change.db, caller, draft)
        billomat_rows.change_business(change, small_business=is_small)
        return show_after(change, draft, looked, before)


def _read(db: Connection, caller: Caller, customer_id: int) -> CustomersTaxation:
    payer = find_customer(db, caller, customer_id)
    found = prices_of(db, caller.workspace_id).taxation(payer)
    return CustomersTaxation(payer.id, payer.name, found, payer.tax_case, payer.tax_words)
