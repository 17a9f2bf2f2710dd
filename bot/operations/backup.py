"""`trackomat backup`: the database as of now, and its key, in one file; also while the bot runs."""

from pathlib import Path

from sqlalchemy import make_url

from bot.core.settings import Settings
from bot.core.vault import KEY_NAME, kept_key, key_file
from bot.operations import archive
from bot.operations.archive import BackupTrouble
from storage import files
from storage.database import Database, Schema

POSTGRESQL = (
    "DATABASE_URL names PostgreSQL, which has tools for this: `pg_dump --format=custom --file=trackomat.dump` with the "
    "database's address makes a backup while the bot runs. The README's chapter Backups says how it is put back. "
    "Keep TRACKOMAT_KEY too: it is not in there."
)


def back_up(settings: Settings, target: Path, *, with_key: bool) -> list[str]:
    """Make the backup and tell what is in it. Raises BackupTrouble, Unusable and SettingsError."""
    database = sqlite_file(settings)
    if not files.is_there(database):
        raise BackupTrouble(f"DATABASE_URL: there is no database at {database}, so there is nothing to back up.")
    target = target.absolute()
    _check_target(target)
    key, about_key = _key(settings) if with_key else (None, _LEFT_OUT)
    with archive.scratch(target.parent) as folder:
        copy, whole = folder / archive.DATABASE_NAME, folder / "backup.tar"
        try:
            files.copy(database, copy)
            files.check(copy)
            if schema_of(copy) == "none":
                raise BackupTrouble(f"DATABASE_URL: {database} holds nothing of Trackomat's, so there is no backup.")
            archive.write(whole, copy, key)
            size = whole.stat().st_size
            archive.put_in_place(whole, target)
        except OSError as error:
            raise BackupTrouble(f"{target} cannot be written ({error.strerror}).") from error
    return [f"{target} ({size / 1_000_000:.1f} MB) holds the database {database} as it is now.", about_key]


_LEFT_OUT = (
    f"The key is not in it, as you asked. Keep {KEY_NAME} somewhere else: without it Billomat has to be connected anew "
    "after a restore."
)
_INSIDE = (
    f"The key ({KEY_NAME}) is in it: whoever reads this file can read all there is, the Billomat key too. "
    "Keep it where only you can read it, or leave the key out with --without-key."
)
_IN_SETTINGS = "The key is not in it, because TRACKOMAT_KEY holds it: keep your settings as well."
_NONE_YET = f"There is no {KEY_NAME} yet, so there is none in it."


def _key(settings: Settings) -> tuple[str | None, str]:
    path = key_file(settings)
    if path is None:
        return None, _IN_SETTINGS
    key = kept_key(path)
    return key, _INSIDE if key else _NONE_YET


def _check_target(target: Path) -> None:
    """What is there and is no backup may be anything, also the database."""
    try:
        if target.is_dir():
            raise BackupTrouble(f"{target} is a folder: name a file in it, such as {target}/trackomat-backup.tar.")
        if not target.parent.is_dir():
            raise BackupTrouble(f"There is no folder {target.parent}: make it first.")
        if target.exists() and not archive.is_backup(target):
            raise BackupTrouble(f"{target} is there already and is no backup: name another file.")
    except OSError as error:
        raise BackupTrouble(f"{target} cannot be looked at ({error.strerror}).") from error


def sqlite_file(settings: Settings) -> Path:
    """Where the database is. Raises BackupTrouble for PostgreSQL."""
    url = make_url(settings.database_url)
    if url.get_backend_name() != "sqlite":
        raise BackupTrouble(POSTGRESQL)
    return Path(str(url.database)).absolute()


def schema_of(file: Path) -> Schema:
    """How a copy's schema stands to this version's. Raises Unusable."""
    database = Database(f"sqlite:///{file}")
    try:
        return database.schema()
    finally:
        database.close()
