"""Imports customers and articles from Billomat: a job that takes one page at a time and tells how far it is."""

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from itertools import chain
from typing import Any, Protocol, TypeVar

from slack_sdk.errors import SlackApiError

from bot.billomat import outcome
from bot.billomat.access import note_trouble, open_client, unless_gone, unless_missing
from bot.billomat.client import AccessDenied, Billomat, NotDone, OwnBusiness, Page, Refused
from bot.billomat.columns import article_columns, customer_columns, tax_columns
from bot.billomat.connect import account_terms, preferred_tax, require_connected
from bot.billomat.progress import MOST_ASKED, Progress, asked, next_asked, page_after
from bot.billomat.rules.paging import PageRead
from bot.billomat.rules.side_lists import SideList
from bot.billomat.rules.trouble import Trouble
from bot.billomat.views import imports as views
from bot.billomat.views.connect import trouble_sentence
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
from storage import draft_states as draft_state_rows
from storage import imported as imported_rows
from storage import linking as linking_rows
from storage import people as people_rows
from storage.billomat import ConnectedAccount
from storage.change import Author, Change
from storage.imported import ImportChanges
from storage.people import KnownPerson

log = logging.getLogger(__name__)
IMPORT = JobKind("import", key="import:{workspace_id}", lane=Lane.IMPORT)
IMPORTED = JobKind("imported", key="imported:{workspace_id}")
"""An import that somebody asked for came to its end."""
JUST_READ = timedelta(minutes=1)
"""For so long the first import takes what connecting read of the account as still true; it takes as long itself."""


class _Listed(Protocol):
    @property
    def id(self) -> int: ...


L = TypeVar("L", bound=_Listed)


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


def start_quiet_import(change: Change[Itself], person_id: int) -> None:
    """Have everything read anew that an import brings, for the person who connected the account."""
    _plan(change, person_id, Progress(is_quiet=True))


@IMPORT.handler
def import_catalog(bot: Bot, workspace_id: int, person_id: int, **kept: Any) -> datetime | None:
    """Do one step of an import, at most one page, and put the next one. A page and the progress are one transaction.

    Raises NotDone when Billomat did not answer: the same step has to be repeated, as often as a job may be tried.
    """
    progress = Progress.of(kept)
    with bot.database.read() as db:
        account, person = billomat_rows.connected_account(db, workspace_id), people_rows.get_person(db, person_id)
    if account is None:
        return None
    to = reader_of(person)
    try:
        run = _Run(bot, person, account, open_client(bot, account))
        _STEPS[progress.step](run, progress)
    except AccessDenied as denied:
        with bot.database.write() as db:
            now = billomat_rows.connected_account(db, workspace_id)
            if now and now.secret_key != account.secret_key:  # somebody connected anew meanwhile
                return bot.now()
            note_trouble(db, workspace_id, denied.trouble)
        if account.trouble is None:
            progress = replace(progress, is_quiet=False)
        _show(bot, person, progress, views.import_stopped(to, trouble_sentence(to, denied.trouble)))
    except Refused as refused:
        log.warning("Billomat refused the import: HTTP %s", refused.status)
        _show(bot, person, progress, views.import_stopped(to, views.refused(to, refused.text)))
    except NotDone as error:
        _show(bot, person, progress, views.import_waits(to, error))
        if error.retry_after is None:
            raise
        return bot.now() + timedelta(seconds=error.retry_after)
    return None


def _begin(run: _Run, progress: Progress) -> None:
    """Only say so: the message is in the progress before anything can go wrong, and is not posted twice."""
    shown = _show(run.bot, run.person, progress, views.importing(run.to, 0, 0))
    with run.change() as change:
        began = int(change.by.now.timestamp())
        _plan(change, run.person.person_id, replace(progress, step="account", shown=shown, began=began))


def _is_just_read(account: ConnectedAccount, now: datetime) -> bool:
    """Whether connecting read the account a moment ago, by whichever machine's clock, and no import has since."""
    is_first = account.imported_at is None or account.imported_at < account.connected_at
    return is_first and abs(now - account.connected_at) < JUST_READ


def _import_account(run: _Run, progress: Progress) -> None:
    terms = None
    if not _is_just_read(run.account, run.bot.now()):
        untaxed = unless_missing(run.client.country_taxes)
        if untaxed is None:
            progress = progress.without(SideList.COUNTRY_TAXES)
        known = run.account.untaxed_countries.split(",")
        terms = account_terms(run.client.account(), known if untaxed is None else untaxed)
    listed = unless_missing(run.client.taxes)
    if listed is None:
        progress = progress.without(SideList.TAXES)
    found = [tax_columns(run.workspace_id, tax) for tax in listed or () if 0 <= tax.rate <= 100]
    fitting = [tax for tax in listed or () if money.hundredths(tax.rate) == run.account.tax_rate]
    own = _own_business(run.client)
    still = preferred_tax(run.to, fitting, run.account.tax_rate).name if fitting else run.account.tax_name
    with run.change() as change:
        catalog_rows.lock_workspace(change.db, run.workspace_id)
        now = billomat_rows.connected_account(change.db, run.workspace_id)
        if now and now.connected_at != run.account.connected_at:  # somebody connected anew
            _plan(change, run.person.person_id, progress)
            return
        imported_rows.store_taxes(change.db, found)
        billomat_rows.change_account(change.db, run.workspace_id, tax_name=still)
        if own.country_code:
            billomat_rows.change_account(change.db, run.workspace_id, country=own.country_code)
        if own.id:
            billomat_rows.change_account(change.db, run.workspace_id, account_number=own.id)
        if own.vat_id:
            billomat_rows.change_account(change.db, run.workspace_id, vat_id=own.vat_id)
        if terms:
            billomat_rows.change_account(
                change.db,
                run.workspace_id,
                currency=terms.currency,
                gross_prices=terms.gross_prices,
                untaxed_countries=terms.untaxed_countries,
                locale=terms.locale,
            )
            people_rows.change_workspace_terms(change.db, run.workspace_id, currency=terms.currency)
        _plan(change, run.person.person_id, replace(progress, step="customers"))


def _own_business(client: Billomat) -> OwnBusiness:
    """Whose account it is; an import goes on without it, also where the key may read it not."""
    try:
        return client.own_business()
    except Refused:
        return OwnBusiness("", "")
    except AccessDenied as denied:
        if denied.trouble is Trouble.KEY:
            raise
        return OwnBusiness("", "")


def _import_customers(run: _Run, progress: Progress) -> None:
    page, as_read = _read_page(progress, run.client.clients)
    found = {client.id: customer_columns(run.workspace_id, client, progress.since) for client in page.items}
    with run.change() as change:
        catalog_rows.lock_workspace(change.db, run.workspace_id)
        archived = imported_rows.note_archiving(change, {client.id: client.archived for client in page.items})
        changes = imported_rows.store_customers(change.db, run.workspace_id, list(found.values()))
        if any(changes):
            catalog_rows.names_changed(change.db, run.workspace_id)
        progress = replace(
            progress,
            changes=progress.changes.plus(changes),
            archived=(*progress.archived, *archived)[:MOST_ASKED],
            customers=min(progress.reading.rows + len(found), page.total),
        )
        _plan(change, run.person.person_id, page_after(progress, as_read, then="missed customers"))
    _show(run.bot, run.person, progress, views.importing(run.to, progress.customers, page.total))


def _import_articles(run: _Run, progress: Progress) -> None:
    units = _units(run)
    if units is None:
        progress = progress.without(SideList.UNITS)
    page, as_read = _read_page(progress, run.client.articles)
    with run.change() as change:
        catalog_rows.lock_workspace(change.db, run.workspace_id)
        if units is not None:
            billomat_rows.change_account(change.db, run.workspace_id, units=_listed(units))
        taxes = imported_rows.known_taxes(change.db, run.workspace_id)
        found = {item.id: article_columns(run.account, item, units or {}, taxes, progress.since) for item in page.items}
        changes = imported_rows.store_articles(
            change.db, run.workspace_id, list(found.values()), units_known=units is not None
        )
        progress = replace(progress, changes=progress.changes.plus(changes))
        following = page_after(progress, as_read, then="missed articles")
        if following.step == "articles" or imported_rows.count_missed(
            change.db, run.workspace_id, since=progress.since
        ):
            _plan(change, run.person.person_id, following)
            return
        finished, progress = _finish(change, run, following)
    _show(run.bot, run.person, progress, finished)


def _units(run: _Run) -> dict[int, str] | None:
    listed = unless_missing(run.client.units)
    return None if listed is None else {unit.id: unit.name for unit in listed}


def _listed(units: dict[int, str]) -> str:
    """Their names as the account's row keeps them, the oldest first."""
    names = (" ".join(units[each].split()) for each in sorted(units))
    return "\n".join(filter(None, names))


def _read_page(progress: Progress, ask: Callable[..., Page[L]]) -> tuple[Page[L], PageRead]:
    """The next page of a list, and what stands before it when it has come."""
    reading = progress.reading
    page = ask(reading.page)
    boundary = ask(reading.rows, per_page=1).items if reading.page > 1 else []
    ids = [item.id for item in page.items]
    return page, PageRead(page.page, ids, page.total, page.last, boundary[0].id if boundary else None)


def _ask_for_missed_customers(run: _Run, progress: Progress) -> None:
    """A list that came short proves nothing, so what it did not name any more is asked for by its id."""
    with run.bot.database.read() as db:
        missed = imported_rows.missed_customers(db, run.workspace_id, **next_asked(progress))
    found, gone, is_answered = _ask_for(run, missed, run.client.client)
    with run.change() as change:
        catalog_rows.lock_workspace(change.db, run.workspace_id)
        there = [customer_columns(run.workspace_id, client, progress.since) for client in found]
        states = {client.id: client.archived for client in found} | dict.fromkeys(gone, True)
        newly = imported_rows.note_archiving(change, states)
        progress = replace(progress, archived=(*progress.archived, *newly)[:MOST_ASKED])
        changes = imported_rows.store_customers(change.db, run.workspace_id, there)
        archived = imported_rows.archive_customers(change.db, run.workspace_id, gone)
        if archived or any(changes):
            catalog_rows.names_changed(change.db, run.workspace_id)
        changes = changes.plus(ImportChanges(archived=archived))
        progress = asked(progress, missed, changes, is_sure=is_answered and not found)
        following = progress if missed else replace(progress, step="articles", asked_after=0)
        _plan(change, run.person.person_id, following)


def _ask_for_missed_articles(run: _Run, progress: Progress) -> None:
    """As for customers; after that the import is over."""
    with run.bot.database.read() as db:
        missed = imported_rows.missed_articles(db, run.workspace_id, **next_asked(progress))
    found, gone, is_answered = _ask_for(run, missed, run.client.article)
    units = _units(run) if found else {}
    with run.change() as change:
        catalog_rows.lock_workspace(change.db, run.workspace_id)
        taxes = imported_rows.known_taxes(change.db, run.workspace_id)
        there = [article_columns(run.account, item, units or {}, taxes, progress.since) for item in found]
        changes = imported_rows.store_articles(change.db, run.workspace_id, there, units_known=units is not None)
        changes = changes.plus(
            ImportChanges(archived=imported_rows.archive_articles(change.db, run.workspace_id, gone))
        )
        progress = asked(progress, missed, changes, is_sure=is_answered and not found)
        if missed:
            _plan(change, run.person.person_id, progress)
            return
        finished, progress = _finish(change, run, progress)
    _show(run.bot, run.person, progress, finished)


def _ask_for(run: _Run, ids: list[int], ask: Callable[[int], L | None]) -> tuple[list[L], list[int], bool]:
    """Those that are there after all, those that are gone, and whether Billomat said so of each."""
    found, gone, is_answered = [], [], True
    for billomat_id in ids:
        try:
            there = unless_gone(run.client, billomat_id, ask)
        except Refused:
            is_answered = False
        else:
            if there is None:
                gone.append(billomat_id)
            else:
                found.append(there)
    return found, gone, is_answered


def _finish(change: Change[Itself], run: _Run, progress: Progress) -> tuple[Message, Progress]:
    """The last step's message; what is urgent is told also where nobody asked."""
    db, workspace_id = change.db, run.workspace_id
    pairs = linking_rows.namesakes(db, workspace_id)
    for each in sorted({*chain.from_iterable(pairs)}):  # nothing is kept for one that is about to be another
        draft_state_rows.lock_customer(db, each)
    linked = sum(linking_rows.adopt_customer(change, ours=ours, theirs=theirs) for ours, theirs in pairs)
    if linked:
        catalog_rows.names_changed(db, workspace_id)
    billomat_rows.change_account(db, workspace_id, imported_at=change.by.now)
    if not progress.is_quiet:
        IMPORTED.put(db, due=change.by.now, workspace_id=workspace_id)
    if run.account.trouble == Trouble.KEY:  # reading says nothing about other rights
        billomat_rows.change_account(db, workspace_id, trouble=None)
    concluded = outcome.conclude(change, progress.archived)
    imported = views.Imported(
        *imported_rows.count_seen(db, workspace_id, since=progress.since),
        changes=progress.changes,
        linked=linked,
        unlinked=linking_rows.count_unlinked(db, workspace_id),
        left=imported_rows.count_missed(db, workspace_id, since=progress.since),
        is_sure=progress.is_sure,
        lacking=progress.lacking,
        outcome=concluded,
        currency=run.account.currency,
    )
    told = replace(progress, is_quiet=progress.is_quiet and not concluded.is_urgent)
    return views.imported(run.to, imported), told


_STEPS = {
    "begin": _begin,
    "account": _import_account,
    "customers": _import_customers,
    "missed customers": _ask_for_missed_customers,
    "articles": _import_articles,
    "missed articles": _ask_for_missed_articles,
}


def _plan(change: Change[Author], person_id: int, progress: Progress) -> None:
    workspace_id = change.by.workspace_id
    IMPORT.put(change.db, due=change.by.now, workspace_id=workspace_id, person_id=person_id, **asdict(progress))


def _show(bot: Bot, person: KnownPerson, progress: Progress, message: Message) -> tuple[str, str] | None:
    """Post the message or put it in the place of the one that was shown. An import does not end because Slack fails."""
    if progress.is_quiet:
        return None
    shown = progress.shown
    try:
        if shown:
            slack.update(bot.slack, *shown, message)
            return shown
        return slack.send(bot.slack, person, message)
    except (SlackApiError, OSError) as error:
        log.warning("Slack did not take the state of an import: %s", type(error).__name__)
        return shown


JOBS = (IMPORT,)
