"""Commands that are called by hand: which settings hold for them, and how they end in words."""

import os
import sys
from collections.abc import Callable
from typing import NoReturn, TypeVar

import click

from bot.core import settings
from bot.core.settings import Settings, SettingsError

Result = TypeVar("Result")


def by_hand(*, quietly: bool = False) -> Settings:
    """The settings of the service that runs here, or our own; which database that means is said where it is not set.

    `quietly` leaves that out where there is no service.
    """
    from bot.operations import service

    taken = usable(lambda: service.settings_for(os.environ))
    if taken is None:
        found = usable(settings.load)
        if "database_url" not in found.model_fields_set and not quietly:
            click.echo(f"DATABASE_URL is not set, so this is about {shown(found)}.", err=True)
        return found
    environment, about = taken
    os.environ.update(environment)
    found = usable(lambda: settings.load(env_file=None))
    click.echo(f"This is about {shown(found)}. {about}", err=True)
    return found


def shown(found: Settings) -> str:
    """The database, without a password."""
    from sqlalchemy import make_url

    return make_url(found.database_url).render_as_string()


def say_or_stop(do: Callable[[], list[str]]) -> None:
    """Print the sentences of what was done; end the command with what kept it from being done."""
    from bot.operations.archive import BackupTrouble
    from storage.diagnosis import Unusable

    try:
        for sentence in usable(do):
            click.echo(sentence)
    except (BackupTrouble, Unusable) as error:
        stop(str(error))


def usable(read: Callable[[], Result]) -> Result:
    """What was read out of the settings; ends the command where they cannot be used."""
    try:
        return read()
    except SettingsError as error:
        stop(str(error))


def stop(text: str) -> NoReturn:
    """End the command, with exit code 2 and the reason."""
    click.echo(text, err=True)
    sys.exit(2)
