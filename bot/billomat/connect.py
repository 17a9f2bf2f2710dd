"""Connects a workspace to its Billomat account: the key is tried, and kept encrypted."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from babel import Locale
from sqlalchemy import Connection

from bot.billomat.access import client_for, unless_missing
from bot.billomat.client import (
    QUOTA_WINDOW,
    AccessDenied,
    AccountSettings,
    BillomatError,
    BillomatTax,
    NotDone,
    Refused,
)
from bot.billomat.client import billomat_id as read_billomat_id
from bot.billomat.client import vat_id as read_vat_id
from bot.billomat.rules.side_lists import SideList
from bot.billomat.rules.trouble import Trouble
from bot.core import money
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.core.errors import FieldErrors, Needs, UserError
from bot.core.jobs import JobKind
from bot.core.roles import Role
from bot.core.texts import Reader
from bot.core.vault import Unreadable
from bot.people.callers import require_admin
from storage import billomat as billomat_rows
from storage import catalog as catalog_rows
from storage import imported as imported_rows
from storage import linking as linking_rows
from storage import people as people_rows
from storage.billomat import AccountTerms, ConnectedAccount
from storage.change import Change

CONNECTED = JobKind("connected", key="connected:{workspace_id}", untiring=True)
"""Somebody connected anew: whatever waited for that goes on."""
USUAL_TAX_NAME = "MwSt"
"""What a new account calls its taxes, for one that does not list them.

Source: recorded answers in github.com/j-frost/billomat-ts, src/test-data
"""
_CODE = 2
"""Letters that name a country; others have three figures and are continents."""
_VAT_ID = re.compile(r"(?=.*[0-9])[A-Z0-9+*]{4,20}")
"""As it may be in any country."""
_RATE = re.compile(r"([0-9]{1,2})(?:[.,]([0-9]{1,2}))?\s*%?")


@dataclass(frozen=True, slots=True)
class EnteredConnection:
    """What the form said, before anybody is asked. `tax_rate` is in hundredths of a percent."""

    billomat_id: str
    key: str = field(repr=False)
    tax_rate: int


@dataclass(frozen=True, slots=True)
class CheckedConnection:
    """A connection that works, and what Billomat says about the account."""

    entered: EnteredConnection
    owner: str
    tax_name: str
    terms: AccountTerms
    lacking: tuple[SideList, ...] = ()
    """Lists that the account does not have."""


@dataclass(frozen=True, slots=True)
class ConnectionStatus:
    """How the workspace stands with Billomat."""

    account: ConnectedAccount | None
    unlinked: int
    """Customers that were created in Slack and have no counterpart in Billomat."""


def connection_status(bot: Bot, caller: Caller) -> ConnectionStatus:
    """How the workspace stands with Billomat, for those who may connect it. Raises UserError."""
    with bot.database.read() as db:
        account = _require_may_connect(db, caller)
        unlinked = linking_rows.count_unlinked(db, caller.workspace_id)
        return ConnectionStatus(_as_of_now(bot, account) if account else None, unlinked)


def connected_account(bot: Bot, caller: Caller) -> ConnectedAccount:
    """The account, for an admin. Raises UserError."""
    require_admin(caller)
    with bot.database.read() as db:
        return require_connected(db, caller.workspace_id)


def enter_connection(bot: Bot, caller: Caller, *, billomat_id: str, key: str, tax_rate: str) -> EnteredConnection:
    """Read the form, before anybody is asked. Raises UserError at the field."""
    wrong = FieldErrors()
    account = wrong.read(lambda: _entered_id(billomat_id), "")
    rate = wrong.read(lambda: _entered_rate(tax_rate), 0)
    wrong.raise_any()
    with bot.database.read() as db:
        _refuse_another_account(db, _require_may_connect(db, caller), caller.workspace_id, account)
    return EnteredConnection(account, key, rate)


def _entered_id(typed: str) -> str:
    try:
        return read_billomat_id(typed)
    except ValueError:
        raise UserError(
            "This is no billomatID. It is the first part of your Billomat address: “acme” in acme.billomat.net.",
            field="billomat_id",
        ) from None


def _entered_rate(typed: str) -> int:
    """Hundredths of a percent. Raises UserError."""
    rate = _RATE.fullmatch(typed.strip())
    if rate is None:
        raise UserError("Type the rate in percent, for example 19 or 8.1.", field="tax_rate")
    return int(rate[1]) * 100 + int((rate[2] or "").ljust(2, "0"))


def check_connection(bot: Bot, to: Reader, entered: EnteredConnection) -> CheckedConnection:
    """Ask Billomat whether the key works, whose it is and what it may do; touches no database.

    Raises UserError at the field that is wrong, in words of its own for each kind of trouble.
    """
    client = client_for(bot, entered.billomat_id, entered.key)
    try:
        owner = client.owner()
    except Refused:
        raise _no_such_account(entered.billomat_id) from None
    except BillomatError as error:
        raise _refusal(error, entered.billomat_id) from None
    if owner.may_write_invoices is False:
        raise UserError(
            "This key belongs to {name}, who may only read invoices. Give them the right to write invoices in "
            "Billomat, or use somebody else's key.",
            field="key",
            name=owner.name,
        )
    try:
        settings = client.account()
        taxes = unless_missing(client.taxes)
        tax_name = USUAL_TAX_NAME if taxes is None else preferred_tax(to, taxes, entered.tax_rate).name
        untaxed = unless_missing(client.country_taxes)
    except BillomatError as error:
        raise _refusal(error, entered.billomat_id) from None
    return CheckedConnection(
        entered=entered,
        owner=f"{owner.name} ({owner.email})" if owner.email else owner.name,
        tax_name=tax_name,
        terms=account_terms(settings, untaxed or ()),
        lacking=tuple(
            each for each, read in ((SideList.TAXES, taxes), (SideList.COUNTRY_TAXES, untaxed)) if read is None
        ),
    )


def store_connection(bot: Bot, caller: Caller, checked: CheckedConnection) -> ConnectedAccount:
    """Store a connection that works; whoever made it is an admin, and waiting drafts go out. Raises UserError."""
    workspace_id, entered = caller.workspace_id, checked.entered
    with bot.change(caller) as change:
        catalog_rows.lock_workspace(change.db, workspace_id)
        known = _require_may_connect(change.db, caller)
        _refuse_another_account(change.db, known, workspace_id, entered.billomat_id)
        billomat_rows.connect_account(
            change,
            billomat_id=entered.billomat_id,
            secret_key=bot.vault.lock(entered.key),
            key_owner=checked.owner,
            tax_name=checked.tax_name,
            tax_rate=entered.tax_rate,
            terms=checked.terms,
            by=caller.person_id,
        )
        people_rows.appoint_person(change, caller.person_id, Role.ADMIN)
        if not caller.is_admin:
            begin_first_steps(change)
        people_rows.change_workspace_terms(change.db, workspace_id, currency=checked.terms.currency)
        if people_rows.workspace_terms(change.db, workspace_id).invoice_language is None:
            people_rows.change_workspace_terms(change.db, workspace_id, invoice_language=caller.reader.language)
        CONNECTED.put(change.db, due=caller.now, workspace_id=workspace_id)
        return require_connected(change.db, workspace_id)


def change_business(
    bot: Bot, caller: Caller, *, country: str, vat_id: str, small_business: bool | None
) -> ConnectionStatus:
    """Keep what is said of the business itself, for what Billomat does not say. Raises UserError at the field."""
    require_admin(caller)
    code, own_id, wrong = country.strip().upper(), read_vat_id(vat_id), FieldErrors()
    if code and not (len(code) == _CODE and code in Locale("en").territories):
        wrong.add(UserError("This is no country. Type its two letters, such as DE or AT.", field="country"))
    if own_id and not _VAT_ID.fullmatch(own_id):
        wrong.add(
            UserError(
                "This is no VAT id. Type it with its letters and digits, such as DE136695976.",
                field="vat_id",
            )
        )
    wrong.raise_any()
    with bot.change(caller) as change:
        require_connected(change.db, caller.workspace_id)
        billomat_rows.change_business(change, country=code, vat_id=own_id, small_business=small_business)
    return connection_status(bot, caller)


def begin_first_steps(change: Change[Caller]) -> None:
    """Whoever becomes admin by connecting sets Trackomat up; the owner was shown the steps at their first contact."""
    people_rows.change_person(change.db, change.by.person_id, steps_open=True)


def _as_of_now(bot: Bot, account: ConnectedAccount) -> ConnectedAccount:
    """Whether the key can be read shows at once; what is noted of it is as old as the last job."""
    try:
        bot.vault.open(account.secret_key)
    except Unreadable:
        return account._replace(trouble=Trouble.UNREADABLE)
    return account._replace(trouble=None) if account.trouble == Trouble.UNREADABLE else account


def require_connected(db: Connection, workspace_id: int) -> ConnectedAccount:
    """The account. Raises UserError where there is none."""
    account = billomat_rows.connected_account(db, workspace_id)
    if account is None:
        raise UserError(
            "Billomat is not connected yet. An admin connects it with /track connect.", needs=Needs.A_CONNECTION
        )
    return account


def _require_may_connect(db: Connection, caller: Caller) -> ConnectedAccount | None:
    """The account there is. An admin may connect; before anything is there, so may everybody who is no guest."""
    account = billomat_rows.connected_account(db, caller.workspace_id)
    if account is None and not people_rows.people_with_role(db, caller.workspace_id, Role.ADMIN):
        if people_rows.get_person(db, caller.person_id).is_guest:
            raise UserError("A guest of this workspace cannot connect Billomat. Ask a member. Nothing was changed.")
    else:
        require_admin(caller)
    return account


def _refuse_another_account(
    db: Connection, known: ConnectedAccount | None, workspace_id: int, billomat_id: str
) -> None:
    """The ids of two accounts must never be mixed: an invoice would go to a stranger."""
    if known and known.billomat_id != billomat_id and imported_rows.holds_imported(db, workspace_id):
        raise UserError(
            "Customers and articles here come from “{known}”, and those of another account must not be mixed with "
            "them. Use a key of “{known}”, or connect “{other}” in a Slack workspace of its own.",
            field="billomat_id",
            known=known.billomat_id,
            other=billomat_id,
        )


def preferred_tax(to: Reader, listed: list[BillomatTax], rate: int) -> BillomatTax:
    """The tax of this rate that the account uses by default, else the oldest one."""
    fitting = [tax for tax in listed if money.hundredths(tax.rate) == rate]
    if not fitting:
        rates = sorted({money.hundredths(tax.rate) for tax in listed}, reverse=True)
        raise UserError(
            "Your Billomat account has no tax of {rate}. It has: {rates}. Choose one of these or add it in Billomat.",
            field="tax_rate",
            rate=to.percent(rate),
            rates=", ".join(to.percent(each) for each in rates) or "–",
        )
    return min(fitting, key=lambda tax: (not tax.is_default, tax.id))


def account_terms(settings: AccountSettings, untaxed: Iterable[str]) -> AccountTerms:
    """What is kept of the account."""
    return AccountTerms(
        currency=settings.currency,
        gross_prices=settings.net_gross == "GROSS",
        untaxed_countries=",".join(sorted(untaxed)),
        locale=settings.locale,
    )


def _no_such_account(billomat_id: str) -> UserError:
    return UserError(
        "There is no Billomat account “{account}”. Look at your Billomat address: it begins with the billomatID.",
        field="billomat_id",
        account=billomat_id,
    )


def _refusal(error: BillomatError, billomat_id: str) -> UserError:
    """What a person can do about it, at the field where they can."""
    match error:
        case AccessDenied(trouble=Trouble.KEY):
            return UserError(
                "Billomat does not accept this key. Copy it once more; it may also have been revoked, or API access is "
                "switched off for its owner.",
                field="key",
            )
        case AccessDenied(trouble=Trouble.PLAN):
            return UserError(
                "Billomat says that the plan of “{account}” does not include this. Check the plan in Billomat.",
                field="key",
                account=billomat_id,
            )
        case AccessDenied():
            return UserError(
                "The owner of this key has too few rights in Billomat: customers, articles and invoices are needed. "
                "Extend them there, or use somebody else's key.",
                field="key",
            )
        case NotDone(kind="unknown_host"):
            return _no_such_account(billomat_id)
        case NotDone(kind="maintenance"):
            return UserError(
                "Billomat is in maintenance right now. Nothing was changed; please try again in a few minutes.",
                field="billomat_id",
            )
        case NotDone(kind="quota"):
            return UserError(
                "Billomat takes no more requests for “{account}” right now. Please try again in {minutes} min.",
                field="billomat_id",
                account=billomat_id,
                minutes=-(-(error.retry_after or QUOTA_WINDOW) // 60),
            )
        case NotDone(kind="timeout"):
            return UserError(
                "Billomat did not answer in time. Nothing was changed; please try again.", field="billomat_id"
            )
        case NotDone(kind="unreachable"):
            return UserError(
                "I cannot reach Billomat just now. Nothing was changed; please try again in a few minutes.",
                field="billomat_id",
            )
    return UserError(
        "Billomat answered with something that I do not understand. Nothing was changed; please try again later.",
        field="billomat_id",
    )
