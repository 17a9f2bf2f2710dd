"""The database as a command needs it: in use, brought up to date, or opened; otherwise the command ends in words."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.command_line.by_hand import stop
from bot.core.settings import Settings

if TYPE_CHECKING:
    from storage.database import Database


@contextmanager
def in_use(found: Settings) -> Iterator[None]:
    """Nobody restores a backup while a bot runs."""
    from sqlalchemy import make_url

    from storage import files

    url = make_url(found.database_url)
    with ExitStack() as until_the_end:
        if url.get_backend_name() == "sqlite":
            try:
                until_the_end.enter_context(files.in_use(Path(str(url.database)).absolute()))
            except files.InUse as error:
                stop(str(error))
            except OSError:
                pass  # a disk without locks; one that cannot be written to is named by whatever writes first
        yield


def bring_up_to_date(found: Settings, *, patience: int) -> None:
    """Bring the database up to date; for so many seconds a PostgreSQL that is not there yet is waited for."""
    from bot.operations import start
    from storage.diagnosis import Unreachable, Unusable

    end = time.monotonic() + patience
    said = None
    while True:
        try:
            with _database(found) as database:
                database.migrate()
        except Unreachable as error:
            if time.monotonic() >= end:
                stop(str(error))
            if str(error) != said:
                said = str(error)
                click.echo(f"{said} Waiting for it for up to {patience} s.", err=True)
            time.sleep(1)
        except Unusable as error:
            stop(str(error))
        else:
            start.note_made(found)
            return


def refuse_newer(found: Settings) -> None:
    """The end, in words, where a newer version has been at the database; one that does not answer may come yet."""
    from storage import files
    from storage.database import NewerSchema
    from storage.diagnosis import Unusable

    is_newer = False
    with suppress(Unusable), _database(found) as database:
        # SQLite would make a file that is not there.
        is_there = not database.is_sqlite or files.is_there(Path(str(database.url.database)))
        is_newer = is_there and database.schema() == "newer"
    if is_newer:
        stop(str(NewerSchema()))


@contextmanager
def opened(found: Settings) -> Iterator["Database"]:
    """The database, up to date; otherwise the end, in words."""
    from storage import files
    from storage.database import NewerSchema
    from storage.diagnosis import Unusable

    try:
        with _database(found) as database:
            if database.is_sqlite and not files.is_there(Path(str(database.url.database))):
                stop(
                    f"DATABASE_URL: there is no database yet at {database.url.database}: run `trackomat migrate`, or "
                    "start the bot, which does it too."
                )
            if (found_schema := database.schema()) == "newer":
                raise NewerSchema
            if found_schema != "current":
                stop("DATABASE_URL: the database is not of this version: run `trackomat migrate`.")
            yield database
    except Unusable as error:
        stop(str(error))


@contextmanager
def _database(found: Settings) -> Iterator["Database"]:
    from storage.database import Database
    from storage.diagnosis import in_words

    database = Database(found.database_url)
    try:
        with in_words(database.url):
            yield database
    finally:
        database.close()
