"""The Billomat account of a workspace, and how many calls it has left."""

from datetime import datetime
from typing import NamedTuple, Unpack

from sqlalchemy import Connection, and_, bindparam, or_, select, update

from bot.billomat.rules.trouble import Trouble
from storage.change import Author, Change
from storage.rows import columns_of, row_values
from storage.statements import Query
from storage.tables import BillomatAccount, inserting
from storage.tables import billomat_accounts as accounts
from storage.tables.billomat import BillomatAccountColumns


class ConnectedAccount(NamedTuple):
    """The account that a workspace is connected to. The key is encrypted; rates are hundredths of a percent."""

    workspace_id: int
    billomat_id: str
    secret_key: str
    key_owner: str
    currency: str
    gross_prices: bool
    tax_name: str
    tax_rate: int
    untaxed_countries: str
    country: str
    vat_id: str
    account_number: int | None
    small_business: bool | None
    locale: str
    units: str
    trouble: Trouble | None
    connected_by: int
    connected_at: datetime
    imported_at: datetime | None


class AccountTerms(NamedTuple):
    """What is kept of the account's settings."""

    currency: str
    gross_prices: bool
    untaxed_countries: str
    locale: str = ""


_ACCOUNT = Query(
    select(*columns_of(ConnectedAccount, accounts)).where(accounts.c.workspace_id == bindparam("workspace")),
    ConnectedAccount._make,
)
_RECORDED = (
    accounts.c.billomat_id,
    accounts.c.key_owner,
    accounts.c.currency,
    accounts.c.gross_prices,
    accounts.c.tax_name,
    accounts.c.tax_rate,
    accounts.c.untaxed_countries,
)
"""What the audit keeps of a connection."""
_UNKNOWN: BillomatAccountColumns = {
    "country": "",
    "vat_id": "",
    "account_number": None,
    "small_business": None,
    "units": "",
}
"""What was known of another account, which may be that of another business."""
_IN_WINDOW = and_(accounts.c.workspace_id == bindparam("workspace"), accounts.c.calls_reset > bindparam("clock"))
_TAKE_CALL = (
    update(accounts)
    .where(and_(_IN_WINDOW, accounts.c.calls_left > bindparam("kept")))
    .values(calls_left=accounts.c.calls_left - 1)
)
_WINDOW_END = select(accounts.c.calls_reset).where(_IN_WINDOW)
# Answers come in any order: within a window calls only become fewer, and an old window says nothing about the new one.
_HEAR_CALLS = (
    update(accounts)
    .where(
        and_(
            accounts.c.workspace_id == bindparam("workspace"),
            or_(
                accounts.c.calls_reset.is_(None),
                accounts.c.calls_reset < bindparam("reset"),
                and_(accounts.c.calls_reset == bindparam("reset"), accounts.c.calls_left > bindparam("left")),
            ),
        )
    )
    .values(calls_left=bindparam("left"), calls_reset=bindparam("reset"))
)


def connected_account(db: Connection, workspace_id: int) -> ConnectedAccount | None:
    """The account of a workspace; None before Billomat is connected."""
    return _ACCOUNT.first(db, workspace=workspace_id)


def connected_workspaces(db: Connection) -> list[int]:
    """The workspaces with an account."""
    return list(db.execute(select(accounts.c.workspace_id).order_by(accounts.c.workspace_id)).scalars())


def connect_account(
    change: Change[Author],
    *,
    billomat_id: str,
    secret_key: str,
    key_owner: str,
    tax_name: str,
    tax_rate: int,
    terms: AccountTerms,
    by: int,
) -> None:
    """Store the connection, or put it in the place of the one there was. The audit keeps all of it but the key."""
    new = row_values(
        BillomatAccount,
        workspace_id=change.by.workspace_id,
        billomat_id=billomat_id,
        secret_key=secret_key,
        key_owner=key_owner,
        tax_name=tax_name,
        tax_rate=tax_rate,
        trouble=None,
        connected_by=by,
        connected_at=change.by.now,
        currency=terms.currency,
        gross_prices=terms.gross_prices,
        untaxed_countries=terms.untaxed_countries,
        locale=terms.locale,
    )
    workspace = accounts.c.workspace_id == change.by.workspace_id
    before = change.db.execute(select(*_RECORDED).where(workspace)).first()
    changed = {name: value for name, value in new.items() if name != "workspace_id"}
    if before and before.billomat_id != billomat_id:
        changed |= _UNKNOWN
    statement = inserting(change.db, accounts).values(**new)
    statement = statement.on_conflict_do_update(index_elements=["workspace_id"], set_=changed)
    account_id: int = change.db.execute(statement.returning(accounts.c.id)).scalar_one()
    change.record(
        "account",
        account_id,
        "connect",
        before=dict(before._mapping) if before else None,
        after={column.name: new[column.name] for column in _RECORDED},
    )


def change_account(db: Connection, workspace_id: int, **values: Unpack[BillomatAccountColumns]) -> None:
    """Set what an import or a job finds out about the workspace's account."""
    db.execute(update(accounts).where(accounts.c.workspace_id == workspace_id).values(**values))


def change_business(change: Change[Author], **values: Unpack[BillomatAccountColumns]) -> None:
    """Keep what a person says of the business itself; the audit knows who did."""
    the_account = accounts.c.workspace_id == change.by.workspace_id
    names = [accounts.c[name] for name in values]
    known = change.db.execute(select(accounts.c.id, *names).where(the_account)).one()
    before = {name: known._mapping[name] for name in values}
    if before != values:
        change_account(change.db, change.by.workspace_id, **values)
        change.record("account", known.id, "change business", before=before, after=dict(values))


def take_call(db: Connection, workspace_id: int, *, clock: int, kept: int) -> int | None:
    """Count one call to Billomat, if more than `kept` are left. None: go ahead; else the epoch second to wait for.

    Nothing is known, and so nothing held back, before the first answer of a window. `clock` is epoch seconds.
    """
    window = {"workspace": workspace_id, "clock": clock}
    if db.execute(_TAKE_CALL, window | {"kept": kept}).rowcount == 1:
        return None
    until: int | None = db.execute(_WINDOW_END, window).scalar_one_or_none()
    return until


def calls_used_up_until(db: Connection, workspace_id: int, *, clock: int, kept: int) -> int | None:
    """The epoch second at which the window ends, if not more than `kept` calls are left in it."""
    used_up = _WINDOW_END.where(accounts.c.calls_left <= kept)
    until: int | None = db.execute(used_up, {"workspace": workspace_id, "clock": clock}).scalar_one_or_none()
    return until


def hear_calls(db: Connection, workspace_id: int, *, left: int, reset: int) -> None:
    """Note what Billomat says is left of the window that ends at `reset` (epoch seconds)."""
    db.execute(_HEAR_CALLS, {"workspace": workspace_id, "left": left, "reset": reset})
