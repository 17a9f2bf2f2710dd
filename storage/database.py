"""The database and its transactions, on SQLite and PostgreSQL alike."""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import Connection, Engine, inspect, make_url

from storage.diagnosis import Unusable
from storage.engines import postgresql_engine, sqlite_engine
from storage.files import DatabaseFile
from storage.statements import execute_on_driver

MIGRATIONS = Path(__file__).parent / "migrations"
_NUMBER = 4
"""Digits with which a migration's file begins: its revision, each of which follows the one before."""
Schema = Literal["none", "older", "current", "newer"]


class NewerSchema(Unusable):
    """A newer version of this program has been at the database; nothing was touched."""

    def __init__(self) -> None:
        super().__init__(
            "DATABASE_URL: the database is of a newer version of Trackomat, or of another program. "
            "Install that version again, or name another database."
        )


ANOTHERS_MIGRATION = 60_000
"""Milliseconds to wait for another process that brings the same SQLite file up to date."""
COURTESY = 0.02
"""Seconds for which a thread waits until others' transactions are over. What takes longer, as a list of years does,
must not hold up everybody, so whoever has waited goes ahead: nothing depends on the turn but speed."""
WARM = 2
"""Connections that keep what they have read: one reads and one writes nearly always. The others, which were opened when
reports of years ran side by side, give their megabyte back."""


class Busy(Exception):
    """Others write, and for longer than anybody can wait for an answer."""


class Database:
    """Opens transactions. A storage function takes the connection and never commits: whoever opened it ends it."""

    def __init__(self, url: str, *, busy_timeout: int = 2_000) -> None:
        """`busy_timeout` is how long SQLite waits for another process's write, in milliseconds.

        Connects to nothing yet. Raises Unusable when the driver for PostgreSQL is not installed.
        """
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        # Writers in threads collide in SQLite's busy handler, which sleeps; a lock of our own queues them fairly
        # and cut the p99 at 16 connections from 153 to 54 ms.
        self._one_writer = threading.Lock()
        # The driver lets go of Python's lock at every statement, and threads that pass it to and fro answer a fifth
        # fewer requests than those that wait for each other's transaction. Whoever waits for a commit or for another
        # process does not hold the turn. It can be taken again by whoever has it: to read while writing.
        self._turn = threading.RLock()
        self._idle: deque[Connection] = deque()
        # Half of the patience is for writers of this process, half for those of others: Slack waits for 3 seconds.
        self._patience = busy_timeout / 2_000
        self._file = DatabaseFile(self.url) if self.is_sqlite else None
        self.engine = (
            sqlite_engine(self.url, busy_timeout // 2, self._file) if self._file else postgresql_engine(self.url)
        )

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction, all or nothing; on SQLite it holds the write lock from the start. Raises Busy, Replaced."""
        if self._file is None:
            with self.engine.begin() as connection:
                yield connection
            return
        self._file.check()  # two microseconds
        if not self._one_writer.acquire(timeout=self._patience):
            raise Busy
        try:
            with _KeptOpen(self._idle, self.engine) as connection:
                execute_on_driver(connection, "BEGIN IMMEDIATE")
                with _InTurn(self._turn):
                    yield connection
                _commit(connection)
        finally:
            self._one_writer.release()

    @contextmanager
    def read(self, *, in_turn: bool = True) -> Iterator[Connection]:
        """A connection to read with; what is written through it is lost on SQLite, so no test would pass.

        `in_turn=False` is for a statement that adds up thousands of rows: SQLite does so without Python's lock.
        """
        if not self.is_sqlite:
            with self._without_transactions.connect() as connection:
                yield connection
            return
        with _InTurn(self._turn) if in_turn else nullcontext(), _KeptOpen(self._idle, self.engine) as connection:
            driver = connection.connection  # spoken to directly, which takes a third of the time and cannot fail here
            driver.execute("BEGIN")
            yield connection
            driver.rollback()
            connection.rollback()  # only what SQLAlchemy remembers of it, where it has executed anything

    @contextmanager
    def stream(self) -> Iterator[Connection]:
        """A connection to read many rows with, each when it is needed; all are of one moment, and nobody waits."""
        if self.is_sqlite:
            with self.read(in_turn=False) as connection:
                yield connection
            return
        with self.engine.begin() as connection:  # the server keeps the rows of a transaction alone
            execute_on_driver(connection, "SET LOCAL cursor_tuple_fraction = 1").close()  # all of them are wanted
            yield connection

    @cached_property
    def _without_transactions(self) -> Engine:
        """For PostgreSQL, where each statement sees a moment of its own anyway: a request takes 40 % less time so."""
        return self.engine.execution_options(isolation_level="AUTOCOMMIT")

    def within(self, db: Connection) -> "Database":
        """The same inside of a transaction that is open: what is opened there is a part of it, all or nothing each."""
        return _Within(self, db)

    def migrate(self) -> None:
        """Bring the schema to this version's state, wholly or not at all; does nothing where it is already.

        Raises NewerSchema, and whatever keeps the database from being written (see storage/diagnosis.py).
        """
        if self._file:
            self._file.prepare()
        found = self.schema()
        if found == "newer":
            raise NewerSchema
        if found != "current":
            self._upgrade()
        self.check_writable()

    def _upgrade(self) -> None:
        from alembic import command  # 9 MB and a tenth of a second, which no bot needs that is up to date
        from alembic.config import Config

        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        with self.engine.connect() as connection:
            config.attributes["connection"] = connection
            with _more_patient(connection) if self.is_sqlite else nullcontext():
                command.upgrade(config, "head")

    def check_file(self) -> None:
        """Raise Replaced when what is open is no longer what everybody else finds under that name."""
        if self._file:
            self._file.check()

    def check_writable(self) -> None:
        """Raise what the driver says where nothing can be written; SQLite even begins a transaction for writing there.

        Writes nothing. The schema has to be there.
        """
        with self.write() as db:
            db.exec_driver_sql("DELETE FROM alembic_version WHERE 1 = 0")

    def schema(self) -> Schema:
        """How the schema stands to the one this version was written for."""
        with self.engine.connect() as connection:
            revision = _revision(connection)
        if revision is None:
            return "none"
        known = [path.name[:_NUMBER] for path in sorted((MIGRATIONS / "versions").glob("[0-9]*.py"))]
        if revision == known[-1]:
            return "current"
        return "older" if revision in known else "newer"

    def close(self) -> None:
        """Give all connections back."""
        with suppress(IndexError):  # another thread may be answering its last request
            while True:
                self._idle.pop().close()
        self.engine.dispose()
        if self._file:
            self._file.closed()


class _Within(Database):
    """Opens parts of one transaction: savepoints."""

    def __init__(self, whole: Database, db: Connection) -> None:
        self.url = whole.url
        self.is_sqlite = whole.is_sqlite
        self._db = db

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A part that is undone alone if it fails."""
        with self._db.begin_nested():
            yield self._db

    @contextmanager
    def read(self, *, in_turn: bool = True) -> Iterator[Connection]:
        """What the transaction has done so far is seen."""
        yield self._db

    @contextmanager
    def stream(self) -> Iterator[Connection]:
        """As `read`."""
        yield self._db


# Classes, because a context manager that is a generator takes four times as long, and a request enters some of them.


class _InTurn:
    """Has the turn, or has waited for it."""

    def __init__(self, turn: Any) -> None:
        """`turn` is an RLock, whose type each version of Python calls otherwise."""
        self._turn = turn
        self._has_it = False

    def __enter__(self) -> None:
        self._has_it = self._turn.acquire(timeout=COURTESY)

    def __exit__(self, *_error: object) -> None:
        if self._has_it:
            self._turn.release()


class _KeptOpen:
    """One of the connections that stay open: to open one and give it back takes as long as three statements."""

    def __init__(self, idle: deque[Connection], engine: Engine) -> None:
        self._idle = idle
        self._engine = engine

    def __enter__(self) -> Connection:
        try:
            self._connection = self._idle.pop()
        except IndexError:
            self._connection = self._engine.connect()
        return self._connection

    def __exit__(self, error: type[BaseException] | None, *_more: object) -> None:
        if error is not None:
            self._connection.close()
        elif len(self._idle) < WARM:
            self._idle.append(self._connection)
        else:
            self._connection.connection.execute("PRAGMA shrink_memory")
            self._idle.appendleft(self._connection)  # taken last


def _commit(connection: Connection) -> None:
    """Said to the driver directly, as BEGIN is. Raises SQLAlchemy's errors."""
    execute_on_driver(connection, "COMMIT").close()
    connection.commit()  # only what SQLAlchemy remembers of it, where it has executed anything


@contextmanager
def _more_patient(connection: Connection) -> Iterator[None]:
    driver: Any = connection.connection.driver_connection
    (usual,) = driver.execute("PRAGMA busy_timeout").fetchone()
    driver.execute(f"PRAGMA busy_timeout = {ANOTHERS_MIGRATION}")
    try:
        yield
    finally:
        driver.execute(f"PRAGMA busy_timeout = {usual}")


def _revision(connection: Connection) -> str | None:
    """What Alembic noted last; read without it, because a start and each /readyz ask."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    noted: str | None = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    return noted
