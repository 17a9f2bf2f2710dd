"""The command line: `trackomat run`, `demo`, `report`, `migrate`, `doctor`, `jobs`, `backup` and others."""

import gc
import os
import re
import shutil
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, TypeVar

import click

from bot.core import settings
from bot.core.settings import Settings, SettingsError

if TYPE_CHECKING:
    from storage.database import Database
    from storage.jobs import Listed

Result = TypeVar("Result")


@click.group(
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Try it without any account: trackomat demo",
)
@click.version_option(package_name="trackomat")
def main() -> None:
    """Time tracking inside Slack that ends as an invoice draft in Billomat."""
    from bot.operations import neighbours

    if trouble := neighbours.in_our_place():
        _stop(trouble)


@main.command(epilog="Example: trackomat run")
@click.option("--only", type=click.Choice(["slack", "jobs"]), help="Start just this part of the bot.")
def run(only: str | None) -> None:
    """Start the bot: one process answers Slack, one does the jobs.

    Settings come from the environment and from .env; see the README.
    """
    gc.disable()  # to look for garbage in what is only loaded takes a tenth of a start; the server enables it
    from bot.core import logs
    from bot.core.vault import open_vault
    from bot.operations import start
    from bot.operations.apart import meanwhile
    from storage.diagnosis import Unusable

    found = _usable(lambda: settings.load().for_slack())
    _usable(lambda: start.prepare(found))
    _usable(lambda: open_vault(found))
    logs.start(found.log_level)
    with _in_use(found):
        with ExitStack() as until_both_are_done:
            if only is None:
                migrate = partial(_migrate, found, patience=found.database_patience)
                until_both_are_done.enter_context(meanwhile(migrate))
            import storage.tables  # noqa: F401 (deep within the imports of others it takes twice as long)
            from bot import server  # not before, or what is done meanwhile would copy all that it loads

        parts: dict[str | None, Callable[[Settings], int | None]]
        parts = {None: server.run, "slack": server.answer_slack, "jobs": server.do_jobs}
        try:
            sys.exit(_usable(lambda: parts[only](found)))
        except Unusable:  # the log has it
            sys.exit(1)


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


def _known_language(_context: click.Context, _option: click.Parameter, code: str) -> str:
    from bot.core.languages import languages

    if code and code not in languages():
        raise click.BadParameter(f"There is no language {code}, only {', '.join(languages())}.")
    return code


@main.command(epilog="Example: trackomat report acme october by service --person ben")
@click.argument("words", nargs=-1)
@click.option("--person", default="", help="Whose time; needed where several use Trackomat.")
@click.option("--workspace", default="", help="Slack's id of the workspace; needed where there are several.")
@click.option("--csv", "is_csv", is_flag=True, help="Print the entries as CSV, in a form that never changes.")
@click.option("--json", "is_json", is_flag=True, help="Print the sums as JSON.")
@click.option("--lang", "language", default="", callback=_known_language, help="Answer in this language: en, de.")
def report(words: tuple[str, ...], person: str, workspace: str, is_csv: bool, is_json: bool, language: str) -> None:
    """Add time up, in the words of /track report: names, days, #tags, "team", "not billed", "by customer".

    Nothing said: this month, by customer and project. Whoever can read the database sees everybody's time and money.
    Exit code 2 if the words are not understood.
    """
    from bot.assembly import assemble
    from bot.reports import command_line
    from bot.reports.command_line import Asked, Shape

    if is_csv and is_json:
        raise click.UsageError("Choose --csv or --json.")
    asked = Asked(
        " ".join(words),
        shape=Shape.CSV if is_csv else Shape.JSON if is_json else Shape.TABLE,
        person=person,
        workspace=workspace,
        language=language,
        locale=command_line.locale_of(os.environ),
        width=shutil.get_terminal_size().columns if sys.stdout.isatty() else None,
    )
    found = _by_hand(quietly=True)
    with _opened(found):
        bot = _usable(lambda: assemble(found))
        with closing(bot):
            try:
                answered = command_line.answer(bot, asked)
            except command_line.Refused as error:
                _stop(str(error))
            if answered.beside:
                click.echo(answered.beside, err=True)
            _print(answered.pieces)


@main.command(epilog="Example: trackomat books /mnt/archive/2026.zip --lang de")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--workspace", default="", help="Slack's id of the workspace; needed where there are several.")
@click.option("--lang", "language", default="", callback=_known_language, help="Describe the fields in: en, de.")
def books(file: Path, workspace: str, language: str) -> None:
    """Write all that led to invoices to the archive FILE, for an auditor: JSON lines, CSV, what each field means.

    It ends with a checksum to note: by it the archive shows later that nobody changed it. See docs/bookkeeping.md.
    """
    from bot.assembly import assemble
    from bot.bookkeeping import command_line
    from bot.core.errors import UserError
    from bot.core.texts import Reader
    from bot.reports.command_line import locale_of

    found, locale = _by_hand(quietly=True), locale_of(os.environ)
    with _opened(found), closing(_usable(lambda: assemble(found))) as bot:
        try:
            click.echo(command_line.write(bot, file, workspace=workspace, locale=locale, language=language))
        except UserError as error:
            _stop(error.sentence(Reader.for_locale(locale=locale, language=language or None, zone="UTC")))
        except OSError as error:
            _stop(f"{file} cannot be written: {error.strerror}.")


def _print(pieces: Iterable[str]) -> None:
    """As UTF-8 wherever it goes; whoever reads may stop reading at any time."""
    out = sys.stdout.buffer
    try:
        for piece in pieces:
            out.write(piece.encode())
        out.flush()
    except BrokenPipeError:
        # Python would complain once more when it closes it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@main.command(epilog="Example: DATABASE_URL=postgresql+psycopg://… trackomat migrate")
def migrate() -> None:
    """Bring the database to this version's schema; `run` does it too."""
    from bot.operations import start

    found = _by_hand(quietly=True)
    _usable(lambda: start.refuse_lost(found))
    _migrate(found, patience=0)
    click.echo(f"The database {_shown(found)} is up to date.")


@main.command(epilog="Example: trackomat doctor && trackomat run")
def doctor() -> None:
    """Check settings, database, Slack and Billomat, and say what to mend. Exit code 1 if something is broken."""
    from bot import doctor as checks
    from bot.core.clock import configured_clock

    found = _by_hand()
    healthy = True
    for finding in checks.examine(found, now=configured_clock()()):
        healthy = healthy and finding.ok
        click.echo(f"{'ok  ' if finding.ok else 'MEND'} {finding.text}")
    sys.exit(0 if healthy else 1)


@main.command(epilog="Example: trackomat ready && echo up")
def ready() -> None:
    """Ask the bot that runs on this machine whether it is ready: what a container's health check does.

    Exit code 1 if it is not.
    """
    from bot.operations.ready import what_is_missing

    found = _by_hand(quietly=True)
    if missing := _usable(lambda: what_is_missing(found)):
        click.echo(missing, err=True)
        sys.exit(1)


@main.group(
    invoke_without_command=True, epilog="Example: trackomat jobs, then: trackomat jobs retry deliver:42 (or --all)"
)
@click.pass_context
def jobs(context: click.Context) -> None:
    """List the jobs that are due, running or failed, with the reason, or have some tried again.

    A reason ends in the number under which the log tells more. `waiting` failed too and is tried again by itself.
    """
    if context.invoked_subcommand is None:
        _list_jobs()


@jobs.command(epilog="Example: trackomat jobs retry deliver:42")
@click.argument("key", required=False)
@click.option("--all", "all_", is_flag=True, help="Every job that failed.")
def retry(key: str | None, all_: bool) -> None:
    """Have the failed job KEY tried again at once. Exit code 1 if there is none."""
    from bot.core.clock import configured_clock, lease_clock
    from storage import jobs as job_rows

    if (key is None) != all_:
        raise click.UsageError("Name the key of a job, as `trackomat jobs` lists it, or --all.")
    with _opened(_by_hand()) as database, database.write() as db:
        renewed = job_rows.retry_jobs(db, key, now=configured_clock()(), clock=lease_clock())
    for each in renewed:
        click.echo(f"{each} is due again.")
    if not renewed:
        click.echo(f"No failed job is called {key}." if key else "No job failed.", err=True)
        sys.exit(1)


def _list_jobs() -> None:
    from bot.core.clock import configured_clock, lease_clock
    from storage import jobs as job_rows

    now = configured_clock()()
    with _opened(_by_hand()) as database, database.read() as db:
        found = job_rows.list_jobs(db, now=now, clock=lease_clock())
    if not found:
        click.echo("Nothing is due, running or failed.")
        return
    table = [("STATE", "JOB", "AGE", "TRIES", "REASON"), *(_row(job, now) for job in found)]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for row in table:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def _row(job: "Listed", now: datetime) -> tuple[str, str, str, str, str]:
    return job.state, job.key, _age(int(now.timestamp()) - job.since), str(job.tries), job.error or ""


def _age(seconds: int) -> str:
    for unit, length in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= 2 * length:
            return f"{seconds // length} {unit}"
    return f"{max(seconds, 0)} s"


@main.command(epilog="Example: trackomat backup /mnt/backups/trackomat.tar")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--without-key", is_flag=True, help="Leave out the key that decrypts the Billomat key.")
def backup(file: Path, without_key: bool) -> None:
    """Write the database as it is now, and its key, to FILE; also while the bot runs. For SQLite.

    An earlier backup of that name is replaced once the new one is whole.
    """
    from bot.operations.backup import back_up

    found = _by_hand()
    _say_or_stop(lambda: back_up(found, file, with_key=not without_key))


@main.command(epilog="Example: systemctl stop trackomat && trackomat restore /mnt/backups/trackomat.tar")
@click.argument("file", type=click.Path(path_type=Path))
def restore(file: Path) -> None:
    """Put the backup FILE in the place of the database. Stop the bot first. For SQLite.

    FILE is examined before anything is touched, and what was there is kept beside it.
    """
    from bot.core.clock import configured_clock
    from bot.operations.restore import restore as put_back

    found = _by_hand()
    _say_or_stop(lambda: put_back(found, file, now=configured_clock()()))


@main.command(epilog="Example: trackomat manifest --url https://trackomat.example.com")
@click.option("--url", required=True, help="The address under which Slack reaches this bot.")
def manifest(url: str) -> None:
    """Print the Slack app's manifest for HTTP. For Socket Mode take manifest.yml as it is."""
    from bot.slack.manifest import for_http

    if not re.match(r"https://[^/\s]", url):
        raise click.BadParameter("Slack reaches a bot only at an address that begins with https://", param_hint="--url")
    click.echo(for_http(url), nl=False)


def _by_hand(*, quietly: bool = False) -> Settings:
    """The settings of the service that runs here, or our own; which database that means is said where it is not set.

    `quietly` leaves that out where there is no service.
    """
    from bot.operations import service

    taken = _usable(lambda: service.settings_for(os.environ))
    if taken is None:
        found = _usable(settings.load)
        if "database_url" not in found.model_fields_set and not quietly:
            click.echo(f"DATABASE_URL is not set, so this is about {_shown(found)}.", err=True)
        return found
    environment, about = taken
    os.environ.update(environment)
    found = _usable(lambda: settings.load(env_file=None))
    click.echo(f"This is about {_shown(found)}. {about}", err=True)
    return found


def _shown(found: Settings) -> str:
    """The database, without a password."""
    from sqlalchemy import make_url

    return make_url(found.database_url).render_as_string()


def _say_or_stop(do: Callable[[], list[str]]) -> None:
    from bot.operations.archive import BackupTrouble
    from storage.diagnosis import Unusable

    try:
        for sentence in _usable(do):
            click.echo(sentence)
    except (BackupTrouble, Unusable) as error:
        _stop(str(error))


@contextmanager
def _in_use(found: Settings) -> Iterator[None]:
    """Nobody restores a backup while a bot runs."""
    from sqlalchemy import make_url

    from storage import files

    url = make_url(found.database_url)
    with ExitStack() as until_the_end:
        if url.get_backend_name() == "sqlite":
            try:
                until_the_end.enter_context(files.in_use(Path(str(url.database)).absolute()))
            except files.InUse as error:
                _stop(str(error))
            except OSError:
                pass  # a disk without locks; one that cannot be written to is named by whatever writes first
        yield


def _usable(read: Callable[[], Result]) -> Result:
    try:
        return read()
    except SettingsError as error:
        _stop(str(error))


def _migrate(found: Settings, *, patience: int) -> None:
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
                _stop(str(error))
            if str(error) != said:
                said = str(error)
                click.echo(f"{said} Waiting for it for up to {patience} s.", err=True)
            time.sleep(1)
        except Unusable as error:
            _stop(str(error))
        else:
            start.note_made(found)
            return


@contextmanager
def _opened(found: Settings) -> Iterator["Database"]:
    """The database, up to date; otherwise the end, in words."""
    from storage import files
    from storage.diagnosis import Unusable

    try:
        with _database(found) as database:
            if database.is_sqlite and not files.is_there(Path(str(database.url.database))):
                _stop(
                    f"DATABASE_URL: there is no database yet at {database.url.database}: run `trackomat migrate`, or "
                    "start the bot, which does it too."
                )
            if database.schema() != "current":
                _stop("DATABASE_URL: the database is not of this version: run `trackomat migrate`.")
            yield database
    except Unusable as error:
        _stop(str(error))


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


def _stop(text: str) -> NoReturn:
    click.echo(text, err=True)
    sys.exit(2)


if __name__ == "__main__":
    main()
