"""The Billomat account: connect it, import its customers and articles, link those that were created in Slack."""

import logging
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Literal

from slack_sdk.errors import SlackApiError
from sqlalchemy import Connection

from bot.billomat import client as billomat
from bot.billomat.access import UNREADABLE, client_for, kind_of, note_trouble, open_client
from bot.billomat.client import AccountTrouble, Billomat, BillomatError, NotDone, Refused
from bot.billomat.views import account as views
from bot.catalog.rules.names import name_key
from bot.core import money
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.core.errors import UserError
from bot.core.jobs import JobKind
from bot.core.texts import Reader
from bot.core.vault import Unreadable
from bot.people import callers as people
from bot.slack import messages as slack
from bot.slack.blocks import Message
from storage import billing as invoice_rows
from storage import billomat as rows
from storage import catalog
from storage import people as people_rows
from storage.billomat import Account, Changes, KnownTax
from storage.catalog import Named
from storage.people import KnownPerson

log = logging.getLogger(__name__)

IMPORT = JobKind("import", key="import:{workspace_id}")
CONNECTED = JobKind("connected", key="connected:{workspace_id}", untiring=True)
"""Somebody connected anew: whatever waited for that goes on."""
JUST_READ = timedelta(minutes=1)
"""For so long the first import takes what connecting read of the account as still true; it takes as long itself."""
_RATE = re.compile(r"([0-9]{1,2})(?:[.,]([0-9]{1,2}))?\s*%?")


@dataclass(frozen=True, slots=True)
class Entered:
    """What the form said. `tax_rate` is in hundredths of a percent."""

    billomat_id: str
    key: str = field(repr=False)
    tax_rate: int


@dataclass(frozen=True, slots=True)
class Checked:
    """A connection that works, and what Billomat says about the account."""

    entered: Entered
    owner: str
    tax_name: str
    terms: dict[str, Any]
    """Columns of the account."""


@dataclass(frozen=True, slots=True)
class Status:
    """How the workspace stands with Billomat."""

    account: Account | None
    unlinked: int
    """Customers that were created in Slack and have no counterpart in Billomat."""


@dataclass(frozen=True, slots=True)
class Linked:
    """Two customers that became one, and how many entries moved."""

    ours: Named
    theirs: Named
    entries: int


# Connect


def status(bot: Bot, caller: Caller) -> Status:
    """How the workspace stands with Billomat, for those who may connect it. Raises UserError."""
    with bot.database.read() as db:
        account = _require_may_connect(db, caller)
        return Status(_as_of_now(bot, account) if account else None, rows.unlinked(db, caller.workspace_id))


def connected(bot: Bot, caller: Caller) -> Account:
    """The account, for an admin. Raises UserError."""
    people.require_admin(caller)
    with bot.database.read() as db:
        return _connected(db, caller.workspace_id)


def enter(bot: Bot, caller: Caller, *, billomat_id: str, key: str, tax_rate: str) -> Entered:
    """Read the form, before anybody is asked. Raises UserError at the field."""
    try:
        account = billomat.billomat_id(billomat_id)
    except ValueError:
        raise UserError(
            "This is no billomatID. It is the first part of your Billomat address: “acme” in acme.billomat.net.",
            field="billomat_id",
        ) from None
    rate = _RATE.fullmatch(tax_rate.strip())
    if rate is None:
        raise UserError("Type the rate in percent, for example 19 or 8.1.", field="tax_rate")
    with bot.database.read() as db:
        _refuse_another_account(db, _require_may_connect(db, caller), caller.workspace_id, account)
    return Entered(account, key, int(rate[1]) * 100 + int((rate[2] or "").ljust(2, "0")))


def check(bot: Bot, to: Reader, entered: Entered) -> Checked:
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
        tax = _preferred(to, client.taxes(), entered.tax_rate)
        untaxed = client.country_taxes()
    except BillomatError as error:
        raise _refusal(error, entered.billomat_id) from None
    return Checked(
        entered=entered,
        owner=f"{owner.name} ({owner.email})" if owner.email else owner.name,
        tax_name=tax.name,
        terms=_terms(settings, untaxed),
    )


def connect(bot: Bot, caller: Caller, checked: Checked) -> Account:
    """Store a connection that works; whoever made it is an admin, and waiting drafts go out. Raises UserError."""
    workspace_id, entered = caller.workspace_id, checked.entered
    with bot.change(caller) as change:
        db = change.db
        catalog.lock_workspace(db, workspace_id)
        known = _require_may_connect(db, caller)
        _refuse_another_account(db, known, workspace_id, entered.billomat_id)
        rows.connect(
            db,
            workspace_id,
            billomat_id=entered.billomat_id,
            secret_key=bot.vault.lock(entered.key),
            key_owner=checked.owner,
            tax_name=checked.tax_name,
            tax_rate=entered.tax_rate,
            trouble=None,
            connected_by=caller.person_id,
            connected_at=caller.now,
            **checked.terms,
        )
        people_rows.change(db, caller.person_id, role="admin")
        people_rows.change_terms(db, workspace_id, currency=checked.terms["currency"])
        CONNECTED.put(db, due=caller.now, workspace_id=workspace_id)
        return _connected(db, workspace_id)


def _as_of_now(bot: Bot, account: Account) -> Account:
    """Whether the key can be read shows at once; what is noted of it is as old as the last job."""
    try:
        bot.vault.open(account.secret_key)
    except Unreadable:
        return account._replace(trouble=UNREADABLE)
    return account._replace(trouble=None) if account.trouble == UNREADABLE else account


def _connected(db: Connection, workspace_id: int) -> Account:
    account = rows.get(db, workspace_id)
    if account is None:
        raise UserError("Billomat is not connected yet. An admin connects it with /track connect.")
    return account


def _require_may_connect(db: Connection, caller: Caller) -> Account | None:
    """The account there is. An admin may connect; before anything is there, so may everybody who is no guest."""
    account = rows.get(db, caller.workspace_id)
    if account is None and not people_rows.with_role(db, caller.workspace_id, "admin"):
        if people_rows.get(db, caller.person_id).is_guest:
            raise UserError("A guest of this workspace cannot connect Billomat. Ask a member. Nothing was changed.")
    else:
        people.require_admin(caller)
    return account


def _refuse_another_account(db: Connection, known: Account | None, workspace_id: int, billomat_id: str) -> None:
    """The ids of two accounts must never be mixed: an invoice would go to a stranger."""
    if known and known.billomat_id != billomat_id and rows.holds_imported(db, workspace_id):
        raise UserError(
            "Customers and articles here come from “{known}”, and those of another account must not be mixed with "
            "them. Use a key of “{known}”, or connect “{other}” in a Slack workspace of its own.",
            field="billomat_id",
            known=known.billomat_id,
            other=billomat_id,
        )


def _preferred(to: Reader, listed: list[billomat.Tax], rate: int) -> billomat.Tax:
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


def _no_such_account(billomat_id: str) -> UserError:
    return UserError(
        "There is no Billomat account “{account}”. Look at your Billomat address: it begins with the billomatID.",
        field="billomat_id",
        account=billomat_id,
    )


def _refusal(error: BillomatError, billomat_id: str) -> UserError:
    """What a person can do about it, at the field where they can."""
    match error:
        case AccountTrouble(status=401):
            return UserError(
                "Billomat does not accept this key. Copy it once more; it may also have been revoked, or API access is "
                "switched off for its owner.",
                field="key",
            )
        case AccountTrouble(status=402):
            return UserError(
                "Billomat says that the plan of “{account}” does not include this. Check the plan in Billomat.",
                field="key",
                account=billomat_id,
            )
        case AccountTrouble():
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
                minutes=-(-(error.retry_after or billomat.QUOTA_WINDOW) // 60),
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


# Import

_UNCHANGED = Changes()


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an import is. It is the job's arguments, so that whoever takes the job over goes on from here."""

    step: Literal["begin", "account", "customers", "articles"] = "begin"
    page: int = 1
    second_look: bool = False
    began: int = 0
    """Epoch seconds; rows that are seen carry it."""
    shown: tuple[str, str] | None = None
    """Channel and time stamp of the message that tells how far it is."""
    customers: int = 0
    changes: Changes = _UNCHANGED

    @classmethod
    def of(cls, kept: dict[str, Any]) -> "Progress":
        """From a job's arguments."""
        return cls(**kept | {"changes": Changes(*kept.get("changes", ()))})  # JSON knows no tuples

    @property
    def since(self) -> datetime:
        """The moment at which the import began."""
        return datetime.fromtimestamp(self.began, UTC)


@dataclass(frozen=True, slots=True)
class _Run:
    """One step of an import: for whom, from which account."""

    bot: Bot
    person: KnownPerson
    account: Account
    client: Billomat

    @property
    def workspace_id(self) -> int:
        return self.person.workspace_id

    @property
    def to(self) -> Reader:
        return people.reader_of(self.person)


def start_import(bot: Bot, caller: Caller) -> None:
    """Have everything imported; a job does it and tells the caller. Raises UserError."""
    people.require_admin(caller)
    with bot.change(caller) as change:
        db = change.db
        _connected(db, caller.workspace_id)
        _plan(db, caller.workspace_id, caller.person_id, Progress(), at=caller.now)


@IMPORT.handler
def import_catalog(bot: Bot, workspace_id: int, person_id: int, **kept: Any) -> datetime | None:
    """Do one step of an import, at most one page, and put the next one. A page and the progress are one transaction.

    Raises NotDone when Billomat did not answer: the same step has to be repeated, as often as a job may be tried.
    """
    progress = Progress.of(kept)
    with bot.database.read() as db:
        account, person = rows.get(db, workspace_id), people_rows.get(db, person_id)
    if account is None:
        return None
    to = people.reader_of(person)
    try:
        run = _Run(bot, person, account, open_client(bot, account))
        _STEPS[progress.step](run, progress)
    except AccountTrouble as trouble:
        with bot.database.write() as db:
            now = rows.get(db, workspace_id)
            if now and now.secret_key != account.secret_key:  # somebody connected anew meanwhile
                return bot.now()
            note_trouble(db, workspace_id, trouble)
        _show(bot, person, progress.shown, views.import_stopped(to, views.trouble(to, kind_of(trouble))))
    except Refused as refused:
        log.warning("Billomat refused the import: HTTP %s", refused.status)
        _show(bot, person, progress.shown, views.import_stopped(to, views.refused(to, refused.text)))
    except NotDone as error:
        _show(bot, person, progress.shown, views.import_waits(to))
        if error.retry_after is None:
            raise
        return bot.now() + timedelta(seconds=error.retry_after)
    return None


def _begin(run: _Run, progress: Progress) -> None:
    """Only say so: the message is in the progress before anything can go wrong, and is not posted twice."""
    shown = _show(run.bot, run.person, None, views.importing(run.to, 0, 0))
    now = run.bot.now()
    with run.bot.database.write() as db:
        _next(db, run, replace(progress, step="account", shown=shown, began=int(now.timestamp())))


def _is_just_read(account: Account, now: datetime) -> bool:
    """Whether connecting read the account a moment ago, by whichever machine's clock, and no import has since."""
    is_first = account.imported_at is None or account.imported_at < account.connected_at
    return is_first and abs(now - account.connected_at) < JUST_READ


def _import_account(run: _Run, progress: Progress) -> None:
    known = _is_just_read(run.account, run.bot.now())
    terms = {} if known else _terms(run.client.account(), run.client.country_taxes())
    listed = run.client.taxes()
    found = [
        {"billomat_id": tax.id, "name": tax.name, "rate": money.hundredths(tax.rate)}
        for tax in listed
        if 0 <= tax.rate <= 100
    ]
    fitting = [tax for tax in listed if money.hundredths(tax.rate) == run.account.tax_rate]
    still = _preferred(run.to, fitting, run.account.tax_rate).name if fitting else run.account.tax_name
    with run.bot.database.write() as db:
        catalog.lock_workspace(db, run.workspace_id)
        now = rows.get(db, run.workspace_id)
        if now and now.connected_at != run.account.connected_at:  # somebody connected anew
            _next(db, run, progress)
            return
        rows.store_taxes(db, run.workspace_id, found)
        rows.change(db, run.workspace_id, tax_name=still, **terms)
        if terms:
            people_rows.change_terms(db, run.workspace_id, currency=terms["currency"])
        _next(db, run, replace(progress, step="customers"))


def _terms(settings: billomat.AccountSettings, untaxed: Iterable[str]) -> dict[str, Any]:
    """What is kept of the account."""
    return {
        "currency": settings.currency,
        "gross_prices": settings.net_gross == "GROSS",
        "untaxed_countries": ",".join(sorted(untaxed)),
    }


def _import_customers(run: _Run, progress: Progress) -> None:
    page = run.client.clients(progress.page)
    found = {client.id: _customer(client, progress.since) for client in page.items}
    with run.bot.database.write() as db:
        catalog.lock_workspace(db, run.workspace_id)
        changes = rows.store_customers(db, run.workspace_id, list(found.values()))
        if any(changes):
            catalog.names_changed(db, run.workspace_id)
        progress = replace(
            progress,
            changes=progress.changes.plus(changes),
            customers=min(progress.customers + len(found), page.total),
        )
        missed = page.last and rows.customers_missed(db, run.workspace_id, since=progress.since)
        _next(db, run, _page_after(progress, last=page.last, missed=missed, then="articles"))
    _show(run.bot, run.person, progress.shown, views.importing(run.to, progress.customers, page.total))


def _import_articles(run: _Run, progress: Progress) -> None:
    units = {unit.id: unit.name for unit in run.client.units()}
    page = run.client.articles(progress.page)
    with run.bot.database.write() as db:
        catalog.lock_workspace(db, run.workspace_id)
        taxes = rows.known_taxes(db, run.workspace_id)
        found = {item.id: _article(run.account, item, units, taxes, progress.since) for item in page.items}
        changes = rows.store_articles(db, run.workspace_id, list(found.values()))
        progress = replace(progress, changes=progress.changes.plus(changes))
        missed = page.last and rows.articles_missed(db, run.workspace_id, since=progress.since)
        if following := _page_after(progress, last=page.last, missed=missed, then=None):
            _next(db, run, following)
            return
        finished = _finish(db, run, progress)
    _show(run.bot, run.person, progress.shown, finished)


def _page_after(progress: Progress, *, last: bool, missed: bool, then: Literal["articles"] | None) -> Progress | None:
    """The next page, or the next step.

    Whoever deletes a client while we turn the pages moves another one from page 2 to page 1, where we do not look
    again. So what a pass missed is looked for once more, and only what both missed is gone.
    """
    if not last:
        return replace(progress, page=progress.page + 1)
    if missed and not progress.second_look:
        return replace(progress, page=1, second_look=True)
    return replace(progress, step=then, page=1, second_look=False) if then else None


def _finish(db: Connection, run: _Run, progress: Progress) -> Message:
    workspace_id = run.workspace_id
    gone = rows.archive_missed(db, workspace_id, since=progress.since)
    linked = sum(
        rows.adopt(db, workspace_id, ours=ours, theirs=theirs) for ours, theirs in rows.namesakes(db, workspace_id)
    )
    if gone or linked:
        catalog.names_changed(db, workspace_id)
    worked = {"trouble": None} if run.account.trouble == "key" else {}  # reading says nothing about other rights
    rows.change(db, workspace_id, imported_at=run.bot.now(), **worked)
    changes = progress.changes.plus(Changes(archived=gone))
    seen, waiting = rows.seen(db, workspace_id, since=progress.since), rows.unlinked(db, workspace_id)
    return views.imported(run.to, *seen, changes, linked=linked, unlinked=waiting)


_STEPS = {
    "begin": _begin,
    "account": _import_account,
    "customers": _import_customers,
    "articles": _import_articles,
}


def _next(db: Connection, run: _Run, progress: Progress | None) -> None:
    if progress:
        _plan(db, run.workspace_id, run.person.person_id, progress, at=run.bot.now())


def _plan(db: Connection, workspace_id: int, person_id: int, progress: Progress, *, at: datetime) -> None:
    IMPORT.put(db, due=at, workspace_id=workspace_id, person_id=person_id, **asdict(progress))


def _show(bot: Bot, person: KnownPerson, shown: tuple[str, str] | None, message: Message) -> tuple[str, str] | None:
    """Post the message or put it in the place of the one that was shown. An import does not end because Slack fails."""
    try:
        if shown:
            bot.slack.chat_update(channel=shown[0], ts=shown[1], text=message["text"], blocks=message["blocks"])
            return shown
        return slack.send(bot.slack, person, message)
    except (SlackApiError, OSError) as error:
        log.warning("Slack did not take the state of an import: %s", type(error).__name__)
        return shown


def _customer(client: billomat.Client, seen_at: datetime) -> dict[str, Any]:
    return {
        "billomat_id": client.id,
        "name": client.name,
        "name_key": name_key(client.name),
        "number": client.client_number,
        "country": client.country_code,
        "tax_rule": client.tax_rule,
        "currency": client.currency_code,
        "archived": client.archived,
        "seen_at": seen_at,
    }


def _article(
    account: Account, article: billomat.Article, units: dict[int, str], taxes: dict[int, KnownTax], seen_at: datetime
) -> dict[str, Any]:
    title = article.title.strip() or article.number or str(article.id)
    tax = taxes.get(article.tax_id) if article.tax_id else None
    vat = (tax.rate if tax else account.tax_rate) if account.gross_prices else 0
    return {
        "billomat_id": article.id,
        "number": article.number,
        "title": title,
        "title_key": name_key(title),
        "unit": units.get(article.unit_id, "") if article.unit_id else "",
        "price_cents": _net_cents(article.price, vat),
        "currency": article.currency_code,
        "tax_id": tax.id if tax else None,
        "archived": article.archived,
        "seen_at": seen_at,
    }


def _net_cents(price: Decimal | None, vat: int) -> int | None:
    """The price without the VAT in it (hundredths of a percent). A negative one is a discount, not a price of ours."""
    if price is None or price < 0:
        return None
    numerator, denominator = price.as_integer_ratio()
    return money.half_up(numerator * 100 * 10_000, denominator * (10_000 + vat))


# Link


def offered(bot: Bot, caller: Caller, text: str, *, linked: bool) -> list[Named]:
    """Customers for a menu: those of Billomat, or those created in Slack without a counterpart. Raises UserError."""
    people.require_biller(caller)
    with bot.database.read() as db:
        return rows.search(db, caller.workspace_id, name_key(text), linked=linked)


def link_customer(bot: Bot, caller: Caller, ours: int, theirs: int) -> Linked:
    """Make a customer created in Slack and one of Billomat the same; projects and time move. Raises UserError."""
    people.require_biller(caller)
    with bot.change(caller) as change:
        db = change.db
        catalog.lock_workspace(db, caller.workspace_id)
        invoice_rows.lock_workers(db, caller.workspace_id, ours, None, None)  # they may just make two of one that moves
        for each in sorted((ours, theirs)):  # in one order, so that two people who link do not wait for each other
            invoice_rows.lock_customer(db, each)
        from_slack = rows.linkable(db, caller.workspace_id, ours, linked=False)
        from_billomat = rows.linkable(db, caller.workspace_id, theirs, linked=True)
        if from_slack is None:
            raise UserError("This customer was linked already or is no longer there.", field="ours")
        if from_billomat is None:
            raise UserError("This customer is no longer in Billomat. Please choose another one.", field="theirs")
        moved = rows.merge(
            db,
            caller.workspace_id,
            ours=ours,
            theirs=theirs,
            by=caller.person_id,
            at=caller.now,
            request=caller.request,
        )
        catalog.names_changed(db, caller.workspace_id)
        return Linked(from_slack, from_billomat, moved)


JOBS = (IMPORT,)
