"""The command line: `trackomat run`, `demo`, `migrate`, `doctor`, `manifest`."""

import logging
import re
import sys
from collections.abc import Callable
from typing import NoReturn, TypeVar

import click

from bot import settings
from bot.settings import Settings, SettingsError

Result = TypeVar("Result")


@click.group(
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Try it without any account: trackomat demo",
)
@click.version_option(package_name="trackomat")
def main() -> None:
    """Time tracking inside Slack that ends as an invoice draft in Billomat."""


@main.command(epilog="Example: trackomat run")
@click.option("--only", type=click.Choice(["slack", "jobs"]), help="Start just this part of the bot.")
def run(only: str | None) -> None:
    """Start the bot: one process answers Slack, one does the jobs.

    Settings come from the environment and from .env; see the README.
    """
    from bot import server
    from bot.vault import open_vault

    found = _usable(lambda: settings.load().for_slack())
    _usable(lambda: open_vault(found))
    _start_logging(found)
    if only is None:
        _migrate(found)
        sys.exit(server.run(found))
    {"slack": server.answer_slack, "jobs": server.do_jobs}[only](found)


@main.command(epilog="Example: trackomat demo --no-browser")
@click.option("--browser/--no-browser", default=True, help="Open the page.")
@click.option("--port", default=8420, show_default=True, help="Where the page is, if that port is free.")
def demo(browser: bool, port: int) -> None:
    """Try the bot in a Slack workspace and a Billomat account of its own, in your browser."""
    try:
        from playground import demo as playground
    except ImportError as missing:
        _stop(f"The demo needs the extra `playground` ({missing.name} is missing): pip install 'trackomat[playground]'")
    playground.main(open_browser=browser, port=port)


@main.command(epilog="Example: DATABASE_URL=postgresql+psycopg://… trackomat migrate")
def migrate() -> None:
    """Bring the database to this version's schema; `run` does it too."""
    _migrate(_usable(settings.load))
    click.echo("The database is up to date.")


@main.command(epilog="Example: trackomat doctor && trackomat run")
def doctor() -> None:
    """Check settings, database, Slack and Billomat, and say what to mend. Exit code 1 if something is broken."""
    from bot import doctor as checks

    found = _usable(settings.load)
    healthy = True
    for finding in checks.examine(found):
        healthy = healthy and finding.ok
        click.echo(f"{'ok  ' if finding.ok else 'MEND'} {finding.text}")
    sys.exit(0 if healthy else 1)


@main.command(epilog="Example: trackomat manifest --url https://trackomat.example.com")
@click.option("--url", required=True, help="The address under which Slack reaches this bot.")
def manifest(url: str) -> None:
    """Print the Slack app's manifest for HTTP. For Socket Mode take manifest.yml as it is."""
    from bot.manifest import for_http

    if not re.match(r"https://[^/\s]", url):
        raise click.BadParameter("Slack reaches a bot only at an address that begins with https://", param_hint="--url")
    click.echo(for_http(url), nl=False)


def _usable(read: Callable[[], Result]) -> Result:
    try:
        return read()
    except SettingsError as error:
        _stop(str(error))


def _migrate(found: Settings) -> None:
    from sqlalchemy.exc import SQLAlchemyError

    from storage.database import Database, NewerSchema

    database = Database(found.database_url)
    try:
        database.migrate()
    except NewerSchema:
        _stop("DATABASE_URL: the database is of a newer version of Trackomat. Install that version again.")
    except (SQLAlchemyError, OSError) as error:
        cause = getattr(error, "orig", None) or error
        _stop(f"DATABASE_URL: the database does not answer ({cause}). Mend that, or name another one.")
    finally:
        database.close()


def _start_logging(found: Settings) -> None:
    logging.basicConfig(
        level=found.log_level, format="%(asctime)s %(levelname)s %(name)s %(message)s", stream=sys.stderr
    )
    for chatty in ("httpx", "httpcore", "alembic", "slack_sdk"):
        logging.getLogger(chatty).setLevel(max(logging.WARNING, logging.getLevelName(found.log_level)))
    # At each start Bolt warns that the token comes through `authorize`; it is meant to.
    logging.getLogger("slack_bolt").setLevel(logging.ERROR)


def _stop(text: str) -> NoReturn:
    click.echo(text, err=True)
    sys.exit(2)


if __name__ == "__main__":
    main()
