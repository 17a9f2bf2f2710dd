"""What an invoice needs: a connected account, time that was worked, and an approval."""

import pytest
from sqlalchemy import update

from bot.billomat import budget
from bot.core.context import Bot, Itself
from playground.billomat import quota, seed
from playground.billomat.account import Account
from playground.billomat.records import Article, Client
from playground.person import Person
from storage import billing_defaults as billing_default_rows
from storage import billomat as billomat_rows
from storage import imported as imported_rows
from storage import people as people_rows
from storage.catalog import customers
from storage.change import Change
from tests.billing.deeds import (
    appoint,
    article_row,
    invoice,
    sends,
)
from tests.conftest import T0, FrozenClock


@pytest.fixture
def connected(projects: None, bot: Bot, account: Account) -> None:
    """The workspace bills through the account `acme`: both customers are linked, Design is billed as the article."""
    with bot.database.write() as db:
        billomat_rows.connect_account(
            Change(db, Itself(1, T0)),
            billomat_id="acme",
            secret_key=bot.vault.lock(seed.ADMIN_KEY),
            key_owner="Anna Albrecht",
            tax_name="MwSt",
            tax_rate=1900,
            terms=billomat_rows.AccountTerms(currency="EUR", gross_prices=False, untaxed_countries="AT,FR"),
            by=1,
        )
        for client in account.all(Client)[:2]:
            linked = update(customers).where(customers.c.name == client.name)
            db.execute(linked.values(billomat_id=client.id, seen_at=T0))
        design = next(article for article in account.all(Article) if article.title == "Design")
        row = article_row(design.id, "Design", unit="Stunde", price_cents=8850, number="3")
        imported_rows.store_articles(db, 1, [row], units_known=True)
        billing_default_rows.change_service(Change(db, Itself(1, T0)), 1, article_id=1)
        people_rows.change_workspace_terms(db, 1, rate_cents=9500)


@pytest.fixture
def one_clock(clock: FrozenClock, account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    """Billomat's windows follow the test's clock too."""
    account.quota = quota.Quota(clock.now)
    monkeypatch.setattr(budget, "real_seconds", lambda: int(clock.now().timestamp()))


@pytest.fixture
def worked(connected: None, anna: Person) -> None:
    """Yesterday 7:15 h of Design for the website, and two hours on the app."""
    anna.types("/track log 7h15 acme website design yesterday: Workshop")
    anna.types("/track log 2h acme app yesterday")


@pytest.fixture
def month(worked: None, anna: Person) -> None:
    """Beside Anna's 7:15 h of Design and two hours on the app there are two hours of hers with times."""
    anna.types("/track log 9-11 acme website design 8.3.: Review")


@pytest.fixture
def finn_bills(worked: None, finn: Person, bot: Bot) -> Person:
    """Finn, who reads German, bills too."""
    finn.types("/track status")
    appoint(bot, "Finn Freelancer")
    return finn


@pytest.fixture
def approved(worked: None, anna: Person) -> None:
    """The draft for Acme is approved and waits for its job."""
    invoice(anna)
    assert "On its way" in sends(anna).text
