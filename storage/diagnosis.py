"""What is wrong with a database, in words for whoever runs the bot: what happened and what to do about it.

Only what drivers say about connections and schemas is quoted; about rows their messages quote the values too.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError


class Unusable(Exception):
    """The database cannot be worked with; the text says why and what to do, and holds no password."""


class Replaced(Unusable):
    """Somebody deleted the file that we have open, or put another one in its place."""


class Unreachable(Unusable):
    """Nobody answers there, or not yet: waiting may help."""


@contextmanager
def in_words(url: URL) -> Iterator[None]:
    """Turn what a driver or the file system raises into Unusable. For schemas only, never for people's rows."""
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        raise (_sqlite(cause, url) if isinstance(cause, sqlite3.Error) else _postgresql(cause, url)) from error
    except OSError as error:
        raise Unusable(
            f"DATABASE_URL: the folder of {url.database} cannot be made ({error.strerror}). "
            "Let this user write there, or name another one."
        ) from error


_FILE_SENTENCES = {
    sqlite3.SQLITE_READONLY: "{file} is read-only: let this user write to it and to its folder.",
    sqlite3.SQLITE_CANTOPEN: "{file} cannot be opened: its folder has to exist, and to let this user write.",
    sqlite3.SQLITE_FULL: "the disk that holds {file} is full: make room. What was stored is whole.",
    sqlite3.SQLITE_IOERR: "the disk that holds {file} reports errors: look at the system's log.",
    sqlite3.SQLITE_NOTADB: "{file} is not a SQLite database: name another file.",
    sqlite3.SQLITE_CORRUPT: "{file} is damaged: stop the bot and put the last backup in its place.",
    sqlite3.SQLITE_BUSY: "another program holds {file}: end it, or try again.",
}


ROOM = 64 * 1024
"""Bytes that SQLite needs to begin: it has 32 kB beside the database for what the processes share."""


def primary_code(cause: BaseException | None) -> int:
    """SQLite's code of an error without its higher bits, which tell the variant; 0 for what is none of SQLite's."""
    return getattr(cause, "sqlite_errorcode", 0) & 0xFF


def _has_room(database: Path) -> bool:
    """Whether the disk of the database has room to work; where nobody can tell, it has."""
    try:
        disk = os.statvfs(database.parent)
    except OSError:
        return True
    return disk.f_bavail * disk.f_frsize >= ROOM


def _sqlite(cause: sqlite3.Error, url: URL) -> Unusable:
    primary = primary_code(cause)
    if primary == sqlite3.SQLITE_IOERR and not _has_room(Path(str(url.database))):
        primary = sqlite3.SQLITE_FULL  # said so only where it writes, and not where it shares memory
    if sentence := _FILE_SENTENCES.get(primary):
        return Unusable("DATABASE_URL: " + sentence.format(file=url.database))
    return _refused(cause)


def _postgresql(cause: BaseException | None, url: URL) -> Unusable:
    state = getattr(cause, "sqlstate", None)
    said = _first_line(cause)
    if state is None and "FATAL" in said and "starting up" not in said:
        return Unusable(f"DATABASE_URL: PostgreSQL refuses the connection ({said}).")
    if state is None or state.startswith("57P"):  # shutting down or starting up
        return Unreachable(f"DATABASE_URL: PostgreSQL cannot be reached ({said}).")
    if state == "42501":
        return Unusable(
            f"DATABASE_URL: {url.username} may not make tables in {url.database}: "
            f"ALTER DATABASE {url.database} OWNER TO {url.username}."
        )
    if state == "25006":
        return Unusable("DATABASE_URL: PostgreSQL lets us only read there. If it is a replica, name the first server.")
    if state == "53100":
        return Unusable("DATABASE_URL: PostgreSQL's disk is full: make room. What was stored is whole.")
    return _refused(cause)


def _refused(cause: BaseException | None) -> Unusable:
    return Unusable(
        f"DATABASE_URL: the database refused to be brought up to date ({_first_line(cause)}). It is as it was before. "
        "If it is Trackomat's own, install the version that ran before and report this."
    )


def _first_line(cause: BaseException | None) -> str:
    """PostgreSQL's further lines quote rows and hints."""
    return str(cause).partition("\n")[0].rpartition(" failed: ")[2]
