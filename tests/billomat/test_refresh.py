"""The catalogue reads itself anew every night, quietly, and not while an import runs."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from bot.billomat.refresh import NIGHT_MINUTES, next_night
from bot.core.context import Bot
from bot.routine import sweep
from playground.billomat import seed
from playground.billomat.account import Account
from playground.billomat.records import Article, Client
from playground.person import Person
from storage.jobs import jobs as job_rows
from storage.tables import articles, billomat_accounts, customers
from tests.billomat.deeds import RunJobs, starts_import
from tests.conftest import FrozenClock

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def swept(imported: None, bot: Bot, run_jobs: RunJobs) -> None:
    """What is done every few minutes was done once."""
    with bot.database.write() as db:
        sweep.plan(db, now=bot.now())
    run_jobs()


def test_a_new_price_and_a_customer_without_vat_are_known_the_next_morning(
    swept: None, bot: Bot, account: Account, anna: Person, clock: FrozenClock, run_jobs: RunJobs
) -> None:
    client, article = account.all(Client)[0], account.all(Article)[0]
    account.change(client, tax_rule="NO_TAX")
    account.change(article, sales_price=Decimal("123.45"))
    heard = len(anna.dm)
    clock.forward_by(days=1)
    run_jobs()
    with bot.database.read() as db:
        rule = select(customers.c.tax_rule).where(customers.c.billomat_id == client.id)
        price = select(articles.c.price).where(articles.c.billomat_id == article.id)
        assert (db.execute(rule).scalar_one(), db.execute(price).scalar_one()) == ("NO_TAX", 123_4500)
    assert not [said for said in anna.dm[heard:] if "mport" in said.plain()]


def test_it_goes_on_night_after_night(swept: None, bot: Bot, clock: FrozenClock, run_jobs: RunJobs) -> None:
    for _ in range(3):
        clock.forward_by(days=1)
        before = clock.now() - timedelta(days=1)
        run_jobs()
        with bot.database.read() as db:
            assert db.execute(select(billomat_accounts.c.imported_at)).scalar_one() > before


def test_while_an_import_runs_no_other_begins(
    swept: None, bot: Bot, account: Account, anna: Person, clock: FrozenClock, run_jobs: RunJobs
) -> None:
    clock.forward_by(hours=12)
    starts_import(anna)
    account.trouble.next("quota", on="GET clients")
    clock.forward_by(hours=6)
    run_jobs()
    with bot.database.read() as db:
        assert db.execute(select(job_rows.c.args).where(job_rows.c.key == "import:1")).scalar_one()["is_quiet"] is False
    clock.forward_by(minutes=16)
    run_jobs()
    assert len([said for said in anna.dm if "✅ Imported" in said.plain()]) == 2


def test_a_key_that_was_revoked_is_told_once(
    swept: None, account: Account, anna: Person, clock: FrozenClock, run_jobs: RunJobs
) -> None:
    account.revoke(seed.ADMIN_KEY)
    for _ in range(3):
        clock.forward_by(days=1)
        run_jobs()
    assert len([said for said in anna.dm if "no longer accepts the API key" in said.plain()]) == 1


def test_accounts_are_spread_over_the_night() -> None:
    now = datetime(2026, 3, 10, 9, tzinfo=UTC)
    moments = [next_night(now, BERLIN, workspace_id) for workspace_id in range(NIGHT_MINUTES)]
    assert len(set(moments)) == NIGHT_MINUTES
    assert {moment.astimezone(BERLIN).hour for moment in moments} == {1, 2, 3, 4}
    assert all(now < moment <= now + timedelta(days=1) for moment in moments)
