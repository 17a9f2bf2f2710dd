"""Imports customers and articles from Billomat: a job that takes one page at a time and tells how far it is."""

import logging
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Literal

from slack_sdk.errors import SlackApiError

from bot.billomat.access import note_trouble, open_client
from bot.billomat.client import AccessDenied, Billomat, BillomatArticle, BillomatClient, NotDone, Refused
from bot.billomat.connect import account_terms, preferred_tax, require_connected
from bot.billomat.rules.trouble import Trouble
from bot.billomat.views import imports as views
from bot.billomat.views.connect import trouble_sentence
from bot.catalog.rules.names import name_key
from bot.core import money
from bot.core.caller import Caller
from bot.core.context import Bot, Itself
from bot.core.jobs import JobKind, Lane
from bot.core.texts import Reader
from bot.people.callers import reader_of, require_admin
from bot.slack import messages as slack
from bot.slack.blocks import Message
from storage import billomat as billomat_rows
from storage import catalog as catalog_rows
from storage import people as people_rows
from storage.billomat import ConnectedAccount, ImportChanges, KnownTax
from storage.change import Author, Change
from storage.people import KnownPerson

log = logging.getLogger(__name__)
IMPORT = JobKind("import", key="import:{workspace_id}", lane=Lane.IMPORT)
JUST_READ = timedelta(minutes=1)
"""For so long the first import takes what connecting read of the account as still true; it takes as long itself."""
_UNCHANGED = ImportChanges()


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
    changes: ImportChanges = _UNCHANGED

    @classmethod
    def of(cls, kept: dict[str, Any]) -> "Progress":
        """From a job's arguments."""
        return cls(**kept | {"changes": ImportChanges(*kept.get("changes", ()))})  # JSON knows no tuples

    @property
    def since(self) -> datetime:
        """The moment at which the import began."""
        return datetime.fromtimestamp(self.began, UTC)


@dataclass(frozen=True, slots=True)
class _Run:
    """One step of an import: for whom, from which account."""

    bot: Bot
    person: KnownPerson
    account: ConnectedAccount
    client: Billomat

    @property
    def workspace_id(self) -> int:
        return self.person.workspace_id

    def change(self) -> AbstractContextManager[Change[Itself]]:
        """One transaction, for the person who started the import."""
        return self.bot.change_itself(self.workspace_id, for_person=self.person.person_id)

    @property
    def to(self) -> Reader:
        return reader_of(self.person)


def start_import(bot: Bot, caller: Caller) -> None:
    """Have everything imported; a job does it and tells the caller. Raises UserError."""
    require_admin(caller)
    with bot.change(caller) as change:
        require_connected(change.db, caller.workspace_id)
        _plan(change, caller.person_id, Progress())


@IMPORT.handler
def import_catalog(bot: Bot, workspace_id: int, person_id: int, **kept: Any) -> datetime | None:
    """Do one step of an import, at most one page, and put the next one. A page and the progress are one transaction.

    Raises NotDone when Billomat did not answer: the same step has to be repeated, as often as a job may be tried.
    """
    progress = Progress.of(kept)
    with bot.database.read() as db:
        account, person = billomat_rows.get(db, workspace_id), people_rows.get(db, person_id)
    if account is None:
        return None
    to = reader_of(person)
    try:
        run = _Run(bot, person, account, open_client(bot, account))
        _STEPS[progress.step](run, progress)
    except AccessDenied as denied:
        with bot.database.write() as db:
            now = billomat_rows.get(db, workspace_id)
            if now and now.secret_key != account.secret_key:  # somebody connected anew meanwhile
                return bot.now()
            note_trouble(db, workspace_id, denied.trouble)
        _show(bot, person, progress.shown, views.import_stopped(to, trouble_sentence(to, denied.trouble)))
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
    with run.change() as change:
        began = int(change.by.now.timestamp())
        _plan(change, run.person.person_id, replace(progress, step="account", shown=shown, began=began))


def _is_just_read(account: ConnectedAccount, now: datetime) -> bool:
    """Whether connecting read the account a moment ago, by whichever machine's clock, and no import has since."""
    is_first = account.imported_at is None or account.imported_at < account.connected_at
    return is_first and abs(now - account.connected_at) < JUST_READ


def _import_account(run: _Run, progress: Progress) -> None:
    known = _is_just_read(run.account, run.bot.now())
    terms = None if known else account_terms(run.client.account(), run.client.country_taxes())
    listed = run.client.taxes()
    found = [
        {"billomat_id": tax.id, "name": tax.name, "rate": money.hundredths(tax.rate)}
        for tax in listed
        if 0 <= tax.rate <= 100
    ]
    fitting = [tax for tax in listed if money.hundredths(tax.rate) == run.account.tax_rate]
    still = preferred_tax(run.to, fitting, run.account.tax_rate).name if fitting else run.account.tax_name
    with run.change() as change:
        db = change.db
        catalog_rows.lock_workspace(db, run.workspace_id)
        now = billomat_rows.get(db, run.workspace_id)
        if now and now.connected_at != run.account.connected_at:  # somebody connected anew
            _plan(change, run.person.person_id, progress)
            return
        billomat_rows.store_taxes(db, run.workspace_id, found)
        billomat_rows.change(db, run.workspace_id, tax_name=still)
        if terms:
            billomat_rows.change(db, run.workspace_id, **terms._asdict())
            people_rows.change_terms(db, run.workspace_id, currency=terms.currency)
        _plan(change, run.person.person_id, replace(progress, step="customers"))


def _import_customers(run: _Run, progress: Progress) -> None:
    page = run.client.clients(progress.page)
    found = {client.id: _customer(client, progress.since) for client in page.items}
    with run.change() as change:
        db = change.db
        catalog_rows.lock_workspace(db, run.workspace_id)
        changes = billomat_rows.store_customers(db, run.workspace_id, list(found.values()))
        if any(changes):
            catalog_rows.names_changed(db, run.workspace_id)
        progress = replace(
            progress,
            changes=progress.changes.plus(changes),
            customers=min(progress.customers + len(found), page.total),
        )
        missed = page.last and billomat_rows.customers_missed(db, run.workspace_id, since=progress.since)
        following = _page_after(progress, last=page.last, missed=missed, then="articles")
        if following:
            _plan(change, run.person.person_id, following)
    _show(run.bot, run.person, progress.shown, views.importing(run.to, progress.customers, page.total))


def _import_articles(run: _Run, progress: Progress) -> None:
    units = {unit.id: unit.name for unit in run.client.units()}
    page = run.client.articles(progress.page)
    with run.change() as change:
        db = change.db
        catalog_rows.lock_workspace(db, run.workspace_id)
        taxes = billomat_rows.known_taxes(db, run.workspace_id)
        found = {item.id: _article(run.account, item, units, taxes, progress.since) for item in page.items}
        changes = billomat_rows.store_articles(db, run.workspace_id, list(found.values()))
        progress = replace(progress, changes=progress.changes.plus(changes))
        missed = page.last and billomat_rows.articles_missed(db, run.workspace_id, since=progress.since)
        if following := _page_after(progress, last=page.last, missed=missed, then=None):
            _plan(change, run.person.person_id, following)
            return
        finished = _finish(change, run, progress)
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


def _finish(change: Change[Itself], run: _Run, progress: Progress) -> Message:
    db, workspace_id = change.db, run.workspace_id
    gone = billomat_rows.archive_missed(db, workspace_id, since=progress.since)
    linked = sum(
        billomat_rows.adopt(change, ours=ours, theirs=theirs)
        for ours, theirs in billomat_rows.namesakes(db, workspace_id)
    )
    if gone or linked:
        catalog_rows.names_changed(db, workspace_id)
    billomat_rows.change(db, workspace_id, imported_at=change.by.now)
    if run.account.trouble == Trouble.KEY:  # reading says nothing about other rights
        billomat_rows.change(db, workspace_id, trouble=None)
    changes = progress.changes.plus(ImportChanges(archived=gone))
    seen, waiting = billomat_rows.seen(db, workspace_id, since=progress.since), billomat_rows.unlinked(db, workspace_id)
    return views.imported(run.to, *seen, changes, linked=linked, unlinked=waiting)


_STEPS = {
    "begin": _begin,
    "account": _import_account,
    "customers": _import_customers,
    "articles": _import_articles,
}


def _plan(change: Change[Author], person_id: int, progress: Progress) -> None:
    workspace_id = change.by.workspace_id
    IMPORT.put(change.db, due=change.by.now, workspace_id=workspace_id, person_id=person_id, **asdict(progress))


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


def _customer(client: BillomatClient, seen_at: datetime) -> dict[str, Any]:
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
    account: ConnectedAccount,
    article: BillomatArticle,
    units: dict[int, str],
    taxes: dict[int, KnownTax],
    seen_at: datetime,
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


JOBS = (IMPORT,)
