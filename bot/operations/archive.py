"""A backup: one tar file that holds the database and, unless it was left out, the key of what is encrypted in it.

A tar, because every machine can look into one and take the parts out, also without Trackomat.
"""

import io
import os
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from bot.core.vault import KEY_NAME
from storage.files import PRIVATE_FILE, give_to_owner_of_folder

DATABASE_NAME = "trackomat.db"
SCRATCH = ".trackomat-"
"""How the folder begins in which a backup is put together, or taken apart; it is gone afterwards."""


class BackupTrouble(Exception):
    """A backup cannot be made or put back; the text says why and what to do. Nothing was changed."""


def write(target: Path, database: Path, key: str | None) -> None:
    """Put both into one file."""
    with target.open("xb") as file:
        target.chmod(PRIVATE_FILE)
        with tarfile.open(fileobj=file, mode="w") as parts, database.open("rb") as content:
            _add(parts, DATABASE_NAME, content, database.stat().st_size)
            if key is not None:
                held = key.encode() + b"\n"
                _add(parts, KEY_NAME, io.BytesIO(held), len(held))
        file.flush()
        os.fsync(file.fileno())


def is_backup(path: Path) -> bool:
    """Whether the file is a backup of Trackomat's, as far as its first part tells."""
    try:
        with tarfile.open(path, mode="r:") as parts:
            first = parts.next()
            return first is not None and first.name == DATABASE_NAME
    except tarfile.TarError:
        return False


def unpack(backup: Path, folder: Path) -> tuple[Path, str | None]:
    """The database, now in `folder`, and the key. Raises BackupTrouble; what else is in the tar is left there."""
    try:
        with backup.open("rb") as file, tarfile.open(fileobj=file, mode="r:") as parts:
            database = _part(parts, DATABASE_NAME)
            if database is None:
                raise BackupTrouble(f"{backup} holds no {DATABASE_NAME}: name a file that `trackomat backup` made.")
            with (folder / DATABASE_NAME).open("xb") as copy:
                shutil.copyfileobj(database, copy)
                copy.flush()
                os.fsync(copy.fileno())
            key = _part(parts, KEY_NAME)
            return folder / DATABASE_NAME, None if key is None else key.read().decode().strip()
    except (tarfile.TarError, UnicodeDecodeError) as error:
        raise BackupTrouble(
            f"{backup} is no whole backup: name a file that `trackomat backup` made, and see whether all of it "
            "was copied. (A bare copy of the database becomes one with "
            f"`tar cf backup.tar {DATABASE_NAME}`.)"
        ) from error
    except OSError as error:
        raise BackupTrouble(f"{backup} cannot be unpacked ({error.strerror}).") from error


@contextmanager
def scratch(folder: Path) -> Iterator[Path]:
    """A folder on the same disk, for us alone and for a moment. Raises BackupTrouble."""
    try:
        made = tempfile.TemporaryDirectory(prefix=SCRATCH, dir=folder)
    except OSError as error:
        raise BackupTrouble(f"{folder} cannot be written to ({error.strerror}).") from error
    with made as name:
        yield Path(name)


def put_in_place(file: Path, target: Path) -> None:
    """Under its name at once and for good, for whoever owns the folder."""
    give_to_owner_of_folder(file, target.parent)
    os.replace(file, target)
    sync_folder(target.parent)


def sync_folder(folder: Path) -> None:
    """Names too survive a power cut."""
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def _add(parts: tarfile.TarFile, name: str, content: IO[bytes], size: int) -> None:
    part = tarfile.TarInfo(name)
    part.size, part.mode = size, PRIVATE_FILE
    parts.addfile(part, content)


def _part(parts: tarfile.TarFile, name: str) -> IO[bytes] | None:
    try:
        return parts.extractfile(name)
    except KeyError:
        return None
