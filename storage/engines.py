"""What SQLAlchemy has to know of SQLite and of PostgreSQL, and what each connection is told first."""

from sqlite3 import Connection as SQLiteConnection
from time import monotonic
from typing import Any

from sqlalchemy import URL, Engine, create_engine, event
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry

from storage.diagnosis import Unusable
from storage.files import DatabaseFile

CONNECT_WITHIN = 2
"""Seconds for PostgreSQL to take a connection: a person waits for the answer, and Slack waits three."""
TRUSTED = 0.05
"""Seconds for which a connection that worked is taken to work; later it is pinged first, for a restart of the server
cuts it. Pinging each time (pool_pre_ping) costs a /track start two more round trips."""
_USED = "used"
LOWERED = "lowered"
"""The function of ours that SQLite has for small letters; PostgreSQL's own does the same."""


def postgresql_engine(url: URL) -> Engine:
    """An engine for PostgreSQL. Raises Unusable when its driver is not installed."""
    url = url.set(drivername="postgresql+psycopg")  # a plain postgresql:// would ask for a driver we do not ship
    patience = {} if "connect_timeout" in url.query else {"connect_timeout": CONNECT_WITHIN}
    try:
        engine = create_engine(url, hide_parameters=True, connect_args=patience)  # errors quote no values into logs
    except ModuleNotFoundError as missing:
        raise Unusable(
            f"DATABASE_URL: PostgreSQL needs the module {missing.name}: pip install 'trackomat[postgresql]'"
        ) from missing

    @event.listens_for(engine, "connect")
    def _plan_once(connection: Any, _record: object) -> None:
        # Our statements find few rows by an index, whatever their values are; PostgreSQL expects more of some and plans
        # them anew each time, which takes five times as long as running them.
        connection.execute("SET plan_cache_mode = force_generic_plan")
        connection.commit()

    @event.listens_for(engine, "checkin")
    def _note_use(_connection: object, record: ConnectionPoolEntry) -> None:
        record.info[_USED] = monotonic()

    @event.listens_for(engine, "checkout")
    def _find_cut(connection: Any, record: ConnectionPoolEntry, _proxy: object) -> None:
        if monotonic() - record.info.get(_USED, monotonic()) < TRUSTED:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise DisconnectionError from error  # the pool tries a new one

    return engine


def sqlite_engine(url: URL, busy_timeout: int, file: DatabaseFile) -> Engine:
    """An engine for a file of SQLite; others' writes are waited for so many milliseconds."""
    engine = create_engine(url, hide_parameters=True)

    @event.listens_for(engine, "do_connect")
    def _look_first(*_how: object) -> None:
        file.check()  # or SQLite would make a new one in the place of what was deleted

    @event.listens_for(engine, "connect")
    def _prepare(connection: SQLiteConnection, _record: object) -> None:
        # We say BEGIN ourselves: the driver's own is deferred, and deferred writers fail. (An event "begin" of the
        # engine could say it too, but an engine with events takes a third longer for each statement.)
        connection.isolation_level = None
        file.opened()
        for pragma in (
            "journal_mode = WAL",
            "synchronous = FULL",  # an acknowledged entry survives a power cut
            "wal_autocheckpoint = 4000",  # pages; at the usual 1,000 each 70th start waited for one, and made the p99
            "cache_size = -1000",  # kB of each connection; the usual 2,000 took 7 MB for 5 % of a long report
            "foreign_keys = ON",
            f"busy_timeout = {busy_timeout}",
        ):
            connection.execute(f"PRAGMA {pragma}")
        connection.create_function(LOWERED, 1, str.lower, deterministic=True)

    return engine
