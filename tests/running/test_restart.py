"""PostgreSQL ends without notice and comes back. It is a server of its own: all other tests share one."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.core.context import Bot
from playground.person import Person
from tests.conftest import NewDatabase
from tests.deeds import count, only, said
from tests.postgres import new_databases, postgresql, stopped


@pytest.fixture(scope="module")
def new_database(request: pytest.FixtureRequest) -> Iterator[NewDatabase]:
    """A server with the settings of production: what is acknowledged is on the disk."""
    if not request.config.getoption("--postgresql"):
        pytest.skip("breaks PostgreSQL: pytest --postgresql")
    with postgresql(durable=True) as server:
        yield new_databases(server)


@pytest.fixture
def database_url(new_database: NewDatabase, tmp_path: Path) -> str:
    """Not the database that other tests have in turn: it is on the server that all share."""
    return new_database(tmp_path)


@pytest.mark.expects_errors
def test_a_postgresql_that_restarts_has_everything_that_was_acknowledged(
    projects: None, anna: Person, bot: Bot, run_jobs: Callable[[], int]
) -> None:
    url = bot.database.url
    said(anna, "/track start acme website since 9:30: precious")
    with stopped(url):
        assert "Nothing was changed; please try again" in said(anna, "/track stop")
    assert (count(bot), only(bot).ended_at) == (1, None)
    assert "Acme GmbH › Website" in said(anna, "/track status")
    with stopped(url):
        pass
    assert "(09:30–10:00)" in said(anna, "/track stop")  # at once, on connections that the restart has cut
    run_jobs()
