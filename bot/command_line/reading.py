"""What is read out of the database: `trackomat report` and `trackomat books`."""

import os
import shutil
import sys
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import click

from bot.command_line.by_hand import by_hand, stop, usable
from bot.command_line.database import opened


def _known_language(_context: click.Context, _option: click.Parameter, code: str) -> str:
    from bot.core.languages import languages

    if code and code not in languages():
        raise click.BadParameter(f"There is no language {code}, only {', '.join(languages())}.")
    return code


@click.command(epilog="Example: trackomat report acme october by service --person ben")
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
    found = by_hand(quietly=True)
    with opened(found):
        bot = usable(lambda: assemble(found))
        with closing(bot):
            try:
                answered = command_line.answer(bot, asked)
            except command_line.Refused as error:
                stop(str(error))
            if answered.beside:
                click.echo(answered.beside, err=True)
            _print(answered.pieces)


@click.command(epilog="Example: trackomat books /mnt/archive/2026.zip --lang de")
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

    found, locale = by_hand(quietly=True), locale_of(os.environ)
    with opened(found), closing(usable(lambda: assemble(found))) as bot:
        try:
            click.echo(command_line.write(bot, file, workspace=workspace, locale=locale, language=language))
        except UserError as error:
            stop(error.sentence(Reader.for_locale(locale=locale, language=language or None, zone="UTC")))
        except OSError as error:
            stop(f"{file} cannot be written: {error.strerror}.")


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
