"""The steps of an import that read customers and articles, and those that the lists did not name any more."""

from dataclasses import replace
from itertools import chain

from bot.billomat import outcome
from bot.billomat.access import unless_missing
from bot.billomat.columns import article_columns, customer_columns
from bot.billomat.importing import IMPORTED, Run, ask_for, plan_step, read_page, show_state
from bot.billomat.progress import MOST_ASKED, Progress, asked, next_asked, page_after
from bot.billomat.rules.side_lists import SideList
from bot.billomat.rules.trouble import Trouble
from bot.billomat.views import imports as views
from bot.core.context import Itself
from bot.slack.blocks import Message
from storage import billomat as billomat_rows
from storage import catalog as catalog_rows
from storage import draft_states as draft_state_rows
from storage import imported as imported_rows
from storage import linking as linking_rows
from storage.change import Change
from storage.imported import ImportChanges


def import_customers(run: Run, progress: Progress) -> None:
    """Read a page of customers."""
    page, as_read = read_page(progress, run.client.clients)
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
        plan_step(change, run.person.person_id, page_after(progress, as_read, then="missed customers"))
    show_state(run.bot, run.person, progress, views.importing(run.to, progress.customers, page.total))


def import_articles(run: Run, progress: Progress) -> None:
    """Read a page of articles; after the last one, where none is missed, the import is over."""
    units = _units(run)
    if units is None:
        progress = progress.without(SideList.UNITS)
    page, as_read = read_page(progress, run.client.articles)
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
            plan_step(change, run.person.person_id, following)
            return
        finished, progress = _finish(change, run, following)
    show_state(run.bot, run.person, progress, finished)


def _units(run: Run) -> dict[int, str] | None:
    listed = unless_missing(run.client.units)
    return None if listed is None else {unit.id: unit.name for unit in listed}


def _listed(units: dict[int, str]) -> str:
    """Their names as the account's row keeps them, the oldest first."""
    names = (" ".join(units[each].split()) for each in sorted(units))
    return "\n".join(filter(None, names))


def ask_for_missed_customers(run: Run, progress: Progress) -> None:
    """A list that came short proves nothing, so what it did not name any more is asked for by its id."""
    with run.bot.database.read() as db:
        missed = imported_rows.missed_customers(db, run.workspace_id, **next_asked(progress))
    found, gone, is_answered = ask_for(run, missed, run.client.client)
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
        plan_step(change, run.person.person_id, following)


def ask_for_missed_articles(run: Run, progress: Progress) -> None:
    """As for customers; after that the import is over."""
    with run.bot.database.read() as db:
        missed = imported_rows.missed_articles(db, run.workspace_id, **next_asked(progress))
    found, gone, is_answered = ask_for(run, missed, run.client.article)
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
            plan_step(change, run.person.person_id, progress)
            return
        finished, progress = _finish(change, run, progress)
    show_state(run.bot, run.person, progress, finished)


def _finish(change: Change[Itself], run: Run, progress: Progress) -> tuple[Message, Progress]:
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
