"""The file of a SQLite database: who may read it, whether it is still the same one, who works with it, copies of it."""

import errno
import fcntl
import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import URL

from storage.diagnosis import Replaced, Unusable, in_words, primary_code

PRIVATE_FILE, PRIVATE_FOLDER = 0o600, 0o700
OWNER = 0o700
OTHERS = 0o077
"""What a mode grants to everybody but the owner."""
OTHERS_WRITE = 0o022
BESIDE = ("-wal", "-shm", "-journal")
"""What SQLite adds to a database's name for the files in which it keeps what is not in the database yet."""
MAGIC = b"SQLite format 3\0"
OURS = ("trackomat", ".trackomat", "before-restore-")
"""How everything begins that Trackomat itself puts into a folder."""
_MADE = "There is a database beside this file. If there is none, it was deleted or moved.\n"
BUSY_FOR = 2
"""Seconds to wait for somebody else who has the file open."""


class InUse(Unusable):
    """A bot or another program has the database open."""


class DatabaseFile:
    """Remembers which file was opened first, for the name may come to mean another one."""

    def __init__(self, url: URL) -> None:
        self.path = Path(str(url.database)).absolute()
        self._identity: tuple[int, int] | None = None

    def prepare(self) -> None:
        """Make the folder, and let nobody else read what is there or will be there."""
        make_private_folder(self.path)
        for path in (self.path, *beside(self.path)):
            make_private(path)

    def opened(self) -> None:
        """SQLite has opened or made the file. Raises Replaced when it is not the one that was opened before."""
        if self._identity is None:
            make_private(self.path)  # before anything is in it; what SQLite puts beside it gets mode and owner of it
            self._identity = _identity(self.path)
        self.check()

    def closed(self) -> None:
        """Nothing of it is open any more, so whatever the name means next is fine."""
        self._identity = None

    def check(self) -> None:
        """Raise Replaced when the name means another file than the one that is open, or none."""
        if self._identity is None or (found := _identity(self.path)) == self._identity:
            return
        what = "another file was put in its place" if found else "it was deleted or moved"
        raise Replaced(
            f"DATABASE_URL: {self.path} is not the file any more that Trackomat opened: {what}. Nothing is written "
            "any more, because nobody would see it. Put the right file there and start Trackomat anew."
        )


def is_there(file: Path) -> bool:
    """Whether the file exists. Raises Unusable where that cannot be seen."""
    try:
        return file.exists()
    except OSError as error:
        raise Unusable(
            f"DATABASE_URL: {file} cannot be looked at ({error.strerror}): let this user into its folder."
        ) from error


def beside(database: Path) -> list[Path]:
    """The files that SQLite keeps beside a database; each may be missing."""
    return [database.with_name(database.name + ending) for ending in BESIDE]


def make_private(path: Path) -> None:
    """Let only its owner read the file. What is not ours to change, or no plain file that is there, stays as it is."""
    with suppress(OSError):
        if path.is_file():  # root could take /dev/null from the whole machine
            _take_from_others(path)
            give_to_owner_of_folder(path, path.parent)


def make_private_folder(database: Path) -> None:
    """Make the folder, for us alone; one that was there is narrowed when it holds nothing but what is Trackomat's."""
    folder = database.parent
    folder.mkdir(parents=True, exist_ok=True, mode=PRIVATE_FOLDER)
    with suppress(OSError):
        if _is_ours_alone(folder, database.name):
            _take_from_others(folder)


def give_to_owner_of_folder(path: Path, folder: Path) -> None:
    """What root makes in a folder of somebody else's, such as the service's, is theirs."""
    if os.geteuid() == 0:
        owner = folder.stat()
        for each in (path, *(path.iterdir() if path.is_dir() else ())):
            os.chown(each, owner.st_uid, owner.st_gid)


def is_open_to_others(path: Path) -> bool:
    """Whether others than the owner may do anything with it. Raises OSError."""
    return bool(stat.S_IMODE(path.stat().st_mode) & OTHERS)


def others_may_write(folder: Path) -> bool:
    """Whether others may put files there, and take away ours. Raises OSError."""
    mode = folder.stat().st_mode
    return bool(mode & OTHERS_WRITE) and not mode & stat.S_ISVTX


def _take_from_others(path: Path) -> None:
    if is_open_to_others(path):
        path.chmod(stat.S_IMODE(path.stat().st_mode) & OWNER)


def _is_ours_alone(folder: Path, database: str) -> bool:
    """Others' folders, such as somebody's home or /tmp, are no business of ours."""
    found = folder.stat()
    is_shared = found.st_mode & stat.S_ISVTX or folder == Path.home()
    is_ours = found.st_uid == os.geteuid() and not is_shared
    return is_ours and all(path.name.startswith((*OURS, database)) for path in folder.iterdir())


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino


# Who works with it


def lock_file(database: Path) -> Path:
    """The file beside the database that whoever works with it holds, and in which it is noted that there was one."""
    return database.with_name(database.name + "-lock")


def note_made(database: Path) -> None:
    """The database is there, so that a later start knows when it has gone. A disk that is full does without."""
    with suppress(OSError):
        path = lock_file(database)
        if not was_made(database):
            path.write_text(_MADE)
            make_private(path)


def was_made(database: Path) -> bool:
    """Whether a bot had this database before, wherever it is now."""
    with suppress(OSError):
        return lock_file(database).stat().st_size > 0
    return False


@contextmanager
def in_use(database: Path) -> Iterator[None]:
    """A bot works with the database, or makes it: until then nobody replaces it. Raises InUse and OSError."""
    make_private_folder(database)
    with _locked(
        database, fcntl.LOCK_SH, f"{database} is just being replaced by `trackomat restore`: wait for its end."
    ):
        yield


@contextmanager
def alone_with(database: Path) -> Iterator[None]:
    """No bot may start with the database until this is over. Raises InUse when one runs."""
    with _locked(database, fcntl.LOCK_EX, f"A bot runs with {database}: stop it first, and start it afterwards."):
        yield


def is_in_use(database: Path) -> bool:
    """Whether a bot works with the database."""
    if not database.exists():
        return False
    try:
        with alone_with(database):
            return False
    except InUse:
        return True


@contextmanager
def _locked(database: Path, kind: int, otherwise: str) -> Iterator[None]:
    """The lock goes with the process that holds it, however that ends; its file stays, and nobody has it then."""
    path = lock_file(database)
    number = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, PRIVATE_FILE)
    try:
        give_to_owner_of_folder(path, path.parent)
        try:
            fcntl.flock(number, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            raise InUse(otherwise) from None
        yield
    finally:
        os.close(number)


# Copies


def copy(database: Path, target: Path) -> None:
    """A whole and consistent copy in one file, also while the bot writes; what was deleted is not in it.

    Raises Unusable where the database cannot be read, and OSError where the disk of `target` is full.
    """
    try:
        with in_words(_url(database)), closing(_connected(database)) as connection:
            connection.execute("VACUUM INTO ?", (str(target),))
    except Unusable as error:
        if primary_code(error.__cause__) == sqlite3.SQLITE_FULL:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(target)) from error
        raise


def check(database: Path) -> None:
    """Raise Unusable when the file is damaged or no SQLite database."""
    with in_words(_url(database)), closing(_connected(database)) as connection:
        problems = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
        if problems != "ok" or connection.execute("PRAGMA foreign_key_check").fetchone():
            raise sqlite3.DatabaseError("damaged")


def settle(database: Path) -> None:
    """Bring what stands beside the database into it. Raises InUse when anybody else has it open.

    A damaged one, or none, stays as it is.
    """
    if not _begins_like_one(database):  # SQLite would throw away what stands beside it
        return
    try:
        with closing(_connected(database)) as connection:
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            connection.execute("PRAGMA journal_mode = DELETE")  # waits for everybody else to close it
    except sqlite3.Error as error:
        if primary_code(error) == sqlite3.SQLITE_BUSY:
            raise InUse(f"Another program has {database} open: end it first.") from error


def _begins_like_one(database: Path) -> bool:
    try:
        with database.open("rb") as file:
            return file.read(len(MAGIC)) == MAGIC
    except FileNotFoundError:
        return False


def _connected(database: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{quote(str(database))}?mode=rw", uri=True, isolation_level=None, timeout=BUSY_FOR)


def _url(database: Path) -> URL:
    return URL.create("sqlite", database=str(database))
