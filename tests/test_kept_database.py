"""The database that tests on PostgreSQL have one after the other."""

from collections.abc import Iterator

import pytest

from storage.database import Database
from tests.conftest import T0, NewDatabase
from tests.postgres import KeptDatabase

ROW = """
INSERT INTO workspace (team_id, currency, catalog_version, creators, created_at) VALUES (%s, 'EUR', 0, 'members', %s)
RETURNING id
"""


@pytest.fixture
def kept(request: pytest.FixtureRequest, new_database: NewDatabase) -> Iterator[KeptDatabase]:
    if not request.config.getoption("--postgresql"):
        pytest.skip("on SQLite each test has a copy")
    kept = KeptDatabase(new_database)
    yield kept
    kept.close()


def changed(kept: KeptDatabase, statement: str, *values: object) -> object:
    database = Database(kept.url)
    with database.engine.begin() as db:
        done = db.exec_driver_sql(statement, values)
        found = done.scalar() if done.returns_rows else None
    database.close()
    return found


def test_the_next_test_finds_no_row_and_ids_begin_anew(kept: KeptDatabase) -> None:
    url = kept.url
    for team in ("T1", "T2"):
        assert changed(kept, ROW, team, T0) == 1
        kept.empty()
        assert kept.url == url
    assert changed(kept, "SELECT count(*) FROM workspace") == 0


@pytest.mark.parametrize(
    "change",
    [
        "DROP TABLE pause CASCADE",
        "ALTER TABLE time_entry RENAME COLUMN note TO remark",
        "ALTER TABLE workspace ALTER COLUMN currency SET DEFAULT 'CHF'",
        "DROP FUNCTION customer_merged CASCADE",
        "UPDATE alembic_version SET version_num = '0001'",
    ],
)
def test_after_a_test_that_changed_the_schema_comes_another_database(kept: KeptDatabase, change: str) -> None:
    url = kept.url
    changed(kept, change)
    kept.empty()
    assert kept.url != url


def test_a_test_that_leaves_its_transaction_open_holds_up_nobody(kept: KeptDatabase) -> None:
    database = Database(kept.url)
    with database.engine.connect() as db:
        db.exec_driver_sql("LOCK TABLE workspace")
        kept.empty()
        db.invalidate()
    database.close()
    assert changed(kept, ROW, "T1", T0) == 1
