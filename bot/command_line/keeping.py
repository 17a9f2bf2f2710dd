"""What keeps the database: `trackomat migrate`, `backup` and `restore`."""

from pathlib import Path

import click

from bot.command_line.by_hand import by_hand, say_or_stop, shown, usable
from bot.command_line.database import bring_up_to_date


@click.command(epilog="Example: DATABASE_URL=postgresql+psycopg://… trackomat migrate")
def migrate() -> None:
    """Bring the database to this version's schema; `run` does it too."""
    from bot.operations import start

    found = by_hand(quietly=True)
    usable(lambda: start.refuse_lost(found))
    bring_up_to_date(found, patience=0)
    click.echo(f"The database {shown(found)} is up to date.")


@click.command(epilog="Example: trackomat backup /mnt/backups/trackomat.tar")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--without-key", is_flag=True, help="Leave out the key that decrypts the Billomat key.")
def backup(file: Path, without_key: bool) -> None:
    """Write the database as it is now, and its key, to FILE; also while the bot runs. For SQLite.

    An earlier backup of that name is replaced once the new one is whole.
    """
    from bot.operations.backup import back_up

    found = by_hand()
    say_or_stop(lambda: back_up(found, file, with_key=not without_key))


@click.command(epilog="Example: systemctl stop trackomat && trackomat restore /mnt/backups/trackomat.tar")
@click.argument("file", type=click.Path(path_type=Path))
def restore(file: Path) -> None:
    """Put the backup FILE in the place of the database. Stop the bot first. For SQLite.

    FILE is examined before anything is touched, and what was there is kept beside it.
    """
    from bot.core.clock import configured_clock
    from bot.operations.restore import restore as put_back

    found = by_hand()
    say_or_stop(lambda: put_back(found, file, now=configured_clock()()))
