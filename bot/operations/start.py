"""Whether the files are as a bot left them, before it starts with them."""

from pathlib import Path

from sqlalchemy import make_url

from bot.core.settings import Settings, SettingsError
from bot.core.vault import key_file
from storage import files


def prepare(settings: Settings) -> None:
    """Before a bot starts: refuse what was lost, and let nobody else read the key. Raises SettingsError.

    The database's own files are narrowed when they are opened.
    """
    refuse_lost(settings)
    if key := key_file(settings):
        files.make_private(key)


def refuse_lost(settings: Settings) -> None:
    """Raise SettingsError where a database was that is gone: an empty new one would look like lost data.

    Its key tells, or where TRACKOMAT_KEY holds that, what an earlier start noted beside it.
    """
    database = _file(settings)
    if database is None or _is_there(database):
        return
    key, lock = key_file(settings), files.lock_file(database)
    if key and _is_there(key):
        left, how = f"its key {key} is there", "the key"
    elif files.was_made(database):
        left, how = f"{lock} says that it was there", lock.name
    else:
        return
    raise SettingsError(
        f"DATABASE_URL: {database} is gone, but {left}. Put the database back in its place, or a backup with "
        f"`trackomat restore`. To begin anew without it, delete {how}."
    )


def note_made(settings: Settings) -> None:
    """The database is there: a later start that does not find it will say so."""
    if database := _file(settings):
        files.note_made(database)


def _file(settings: Settings) -> Path | None:
    """Of SQLite; None for a server."""
    url = make_url(settings.database_url)
    return Path(str(url.database)).absolute() if url.get_backend_name() == "sqlite" else None


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:
        return False
