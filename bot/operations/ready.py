"""Whether the bot that runs here is ready: what a container is asked from within."""

from http.client import HTTPException
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import ProxyHandler, build_opener

from sqlalchemy import make_url

from bot.core.settings import Settings
from storage import files
from storage.database import Database
from storage.diagnosis import Unusable, in_words

PATIENCE = 5
ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104 (read, not bound to)
"""Addresses to listen at that nobody can call."""


def what_is_missing(settings: Settings) -> str | None:
    """Why it is not ready, in words; None when it is."""
    return _without_address(settings) if settings.socket_mode else _behind_address(settings)


def _behind_address(settings: Settings) -> str | None:
    address = f"http://{ANYWHERE.get(settings.host, settings.host)}:{settings.port}/readyz"
    try:
        build_opener(ProxyHandler({})).open(address, timeout=PATIENCE).close()
    except HTTPError as error:
        return f"{address} answers {error.code}: the database is not there, or not of this version."
    except (OSError, HTTPException):
        return f"Nobody answers at {address}."
    return None


def _without_address(settings: Settings) -> str | None:
    """In Socket Mode nobody can be asked, but whoever runs holds the database's lock."""
    url = make_url(settings.database_url)
    if url.get_backend_name() == "sqlite" and not files.is_in_use(Path(str(url.database)).absolute()):
        return f"No bot runs with {url.database}."
    database = Database(settings.database_url)
    try:
        with in_words(url):
            return None if database.schema() == "current" else "The database is not of this version."
    except Unusable as error:
        return str(error)
    finally:
        database.close()
