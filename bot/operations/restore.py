"""`trackomat restore`: puts a backup in the place of the present database, and keeps what was there.

Copying a file over the database is no restore: what stands in an old -wal beside it is put on top of it again.
"""

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.core.settings import Settings
from bot.core.vault import KEY_NAME, Unreadable, kept_key, key_file, opened_with
from bot.operations import archive
from bot.operations.archive import BackupTrouble
from bot.operations.backup import schema_of, sqlite_file
from storage import billomat as billomat_rows
from storage import files, health
from storage.database import Database, Schema

KEPT = "before-restore-"


@dataclass(frozen=True, slots=True)
class _Incoming:
    """What is in a backup, found to be whole."""

    database: Path
    key: str | None
    schema: Schema


def restore(settings: Settings, backup: Path, *, now: datetime) -> list[str]:
    """Put the backup in place and tell what came of it. Raises BackupTrouble, Unusable and SettingsError.

    Until everything is found to be in order nothing is replaced, and at no moment is there no database.
    """
    database = sqlite_file(settings)
    key_place = key_file(settings)
    try:
        files.make_private_folder(database)
        with files.alone_with(database), archive.scratch(database.parent) as folder:
            incoming = _examined(backup, folder)
            about_key = _about_key(settings, incoming)
            files.settle(database)
            kept = _keep_present(database, key_place, now)
            _replace(incoming, folder, database, key_place)
    except OSError as error:
        raise BackupTrouble(f"{database} cannot be replaced ({error.strerror}).") from error
    return [
        f"{database} is now as it was in {backup}.",
        *([f"What was there is kept in {kept}: delete that when all is well."] if kept else []),
        *([about_key] if about_key else []),
        *(["It is of an older version, and is brought up to date when the bot starts."] * (incoming.schema == "older")),
        "Start the bot now.",
    ]


def _examined(backup: Path, folder: Path) -> _Incoming:
    copy, key = archive.unpack(backup, folder)
    files.check(copy)
    schema = schema_of(copy)
    if schema == "none":
        raise BackupTrouble(f"{backup} holds a database, but not one of Trackomat's.")
    if schema == "newer":
        raise BackupTrouble(f"{backup} is of a newer version of Trackomat: install that version, then restore it.")
    return _Incoming(copy, key, schema)


def _about_key(settings: Settings, incoming: _Incoming) -> str | None:
    """What is to be done when the key that will be in place does not open what the database holds."""
    path = key_file(settings)
    key = incoming.key or (kept_key(path) if path else None)
    if incoming.schema != "current" or _opens(settings, incoming.database, key):
        return None
    where = "Add the key it was locked with to TRACKOMAT_KEY"
    if path:
        where = f"Put the {KEY_NAME} of that time in the place of {path}"
    if not path and incoming.key:
        where += f" (it is in the backup: `tar xf … {KEY_NAME}`)"
    return f"The Billomat key in it cannot be decrypted with this key. {where}, or connect anew with `/track connect`."


def _opens(settings: Settings, copy: Path, key: str | None) -> bool:
    secrets = _locked_secrets(copy)
    vault = opened_with(settings, key)
    if not secrets or vault is None:
        return not secrets
    try:
        for secret in secrets:
            vault.open(secret)
    except Unreadable:
        return False
    return True


def _locked_secrets(copy: Path) -> list[str]:
    database = Database(f"sqlite:///{copy}")
    try:
        with database.read() as db:
            found = [
                billomat_rows.connected_account(db, workspace_id) for workspace_id in health.connected_workspaces(db)
            ]
    finally:
        database.close()
    return [account.secret_key for account in found if account]


def _keep_present(database: Path, key: Path | None, now: datetime) -> Path | None:
    """Everything that is there now, under its own names in a folder of its own."""
    present = [path for path in (database, *files.beside(database), key) if path and path.exists()]
    if not present:
        return None
    folder = database.with_name(f"{KEPT}{now:%Y%m%d-%H%M%S}")
    for again in range(2, 100):
        if not folder.exists():
            break
        folder = database.with_name(f"{KEPT}{now:%Y%m%d-%H%M%S}-{again}")
    folder.mkdir(mode=files.PRIVATE_FOLDER)
    for path in present:
        os.link(path, folder / path.name)
    files.give_to_owner_of_folder(folder, database.parent)
    archive.sync_folder(folder)
    return folder


def _replace(incoming: _Incoming, folder: Path, database: Path, key_place: Path | None) -> None:
    for path in files.beside(database):
        path.unlink(missing_ok=True)  # or SQLite would put what stands in there on top of the backup
    if key_place and incoming.key:
        new_key = folder / KEY_NAME
        new_key.touch(mode=files.PRIVATE_FILE)
        new_key.write_text(incoming.key)
        archive.put_in_place(new_key, key_place)
    incoming.database.chmod(files.PRIVATE_FILE)
    archive.put_in_place(incoming.database, database)
