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
    """Raise SettingsError where only the key is left of a database: an empty new one would look like lost data."""
    url = make_url(settings.database_url)
    if url.get_backend_name() != "sqlite":
        return
    database, key = Path(str(url.database)), key_file(settings)
    if key and _is_there(key) and not _is_there(database):
        raise SettingsError(
            f"DATABASE_URL: {database} is gone, but its key {key} is there. Put the database back in its place, or a "
            "backup with `trackomat restore`. To begin anew without it, delete the key."
        )


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:
        return False
