"""The step of an import that reads the account: its terms, its taxes, whose it is."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.billomat.access import unless_missing
from bot.billomat.client import AccessDenied, Billomat, OwnBusiness, Refused
from bot.billomat.columns import tax_columns
from bot.billomat.connect import account_terms, preferred_tax
from bot.billomat.importing import Run, plan_step
from bot.billomat.progress import Progress
from bot.billomat.rules.side_lists import SideList
from bot.billomat.rules.trouble import Trouble
from bot.core import money
from storage import billomat as billomat_rows
from storage import catalog as catalog_rows
from storage import imported as imported_rows
from storage import people as people_rows
from storage.billomat import ConnectedAccount

JUST_READ = timedelta(minutes=1)
"""For so long the first import takes what connecting read of the account as still true; it takes as long itself."""


def _is_just_read(account: ConnectedAccount, now: datetime) -> bool:
    """Whether connecting read the account a moment ago, by whichever machine's clock, and no import has since."""
    is_first = account.imported_at is None or account.imported_at < account.connected_at
    return is_first and abs(now - account.connected_at) < JUST_READ


def import_account(run: Run, progress: Progress) -> None:
    """Read the terms and taxes of the account; the customers are next."""
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
            plan_step(change, run.person.person_id, progress)
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
        plan_step(change, run.person.person_id, replace(progress, step="customers"))


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
