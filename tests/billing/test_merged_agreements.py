"""A project whose price, retainer or budget is billed in part is not merged: what counts it and what it counts part."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from bot.core.context import Bot
from playground.billomat.account import Account
from playground.person import Person
from storage.tables import agreements, budgets, projects
from tests.billing.deeds import RunJobs, invoice, sends
from tests.billing.test_budgets import closes_all, gives, works
from tests.billing.test_fixed_prices import agrees as fixes
from tests.billing.test_fixed_prices import bills
from tests.billing.test_merged import merge
from tests.billing.test_retainers import agrees as retains

pytestmark = pytest.mark.usefixtures("connected")
WEBSITE = "Acme GmbH › Website"
APP, SHOP = "Acme GmbH › App", "Bäckerei Söhne & Co. › Shop"


def _fixed_price(anna: Person) -> None:
    fixes(anna, WEBSITE, "5000")
    bills(anna, "50%")


AGREED: dict[str, Callable[[Person], object]] = {
    "a fixed price": _fixed_price,
    "a retainer": lambda anna: retains(anna, "300", "5", first="2026-03-01", project=WEBSITE),
    "a hard budget of hours": lambda anna: gives(anna, "5 h", hard=True),
    "a hard budget of money": lambda anna: gives(anna, "400 €", hard=True),
    "a soft budget": lambda anna: gives(anna, "40 h"),
}


def _send(anna: Person, run_jobs: RunJobs) -> None:
    invoice(anna)
    sends(anna)
    run_jobs()
    closes_all(anna)


def _of_project(bot: Bot) -> set[str]:
    """The projects that have anything agreed."""
    with bot.database.read() as db:
        found = [
            select(projects.c.name).join(part, part.c.project_id == projects.c.id) for part in (agreements, budgets)
        ]
        return {name for query in found for name in db.execute(query).scalars()}


@pytest.mark.parametrize("into", [APP, SHOP])
@pytest.mark.parametrize("agreed", AGREED)
def test_a_project_of_which_something_agreed_is_billed_is_not_merged(
    agreed: str, into: str, anna: Person, bot: Bot, run_jobs: RunJobs
) -> None:
    works(anna, 4, 2)
    AGREED[agreed](anna)
    _send(anna, run_jobs)
    works(anna, 4, 3)
    before = invoice(anna).text
    closes_all(anna)
    refused = merge(anna, "Projects", "Website", into)
    assert (
        "Acme GmbH › Website has a fixed price, a retainer or a budget, and some of it is billed already. Archive it "
        "instead." in refused
    )
    assert _of_project(bot) == {"Website"}
    assert invoice(anna).text == before


@pytest.mark.parametrize("agreed", AGREED)
def test_once_nothing_of_it_is_on_an_invoice_it_follows_the_project(
    agreed: str, anna: Person, bot: Bot, account: Account, run_jobs: RunJobs
) -> None:
    works(anna, 4, 2)
    AGREED[agreed](anna)
    net = invoice(anna).text.split("Total: ")[1].split(" net")[0]
    _send(anna, run_jobs)
    account.delete_draft(account.drafts()[0].id)
    invoice(anna).click("Bill again")
    run_jobs()
    closes_all(anna)
    assert "is now part of Acme GmbH › App" in merge(anna, "Projects", "Website", APP)
    assert _of_project(bot) == {"App"}
    assert f"Total: {net} net" in invoice(anna).text


def test_a_project_that_is_billed_by_the_hour_is_merged_into_one_with_a_fixed_price(
    anna: Person, account: Account, run_jobs: RunJobs
) -> None:
    works(anna, 4, 2)
    _send(anna, run_jobs)
    fixes(anna, APP, "5000")
    closes_all(anna)
    assert "is now part of Acme GmbH › App" in merge(anna, "Projects", "Website", APP)
    account.delete_draft(account.drafts()[0].id)
    invoice(anna).click("Bill again")
    run_jobs()
    assert "Total: €354.00 net" in invoice(anna).text
