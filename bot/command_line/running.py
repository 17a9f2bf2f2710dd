"""`trackomat run`, and whether it can run and does: `doctor`, `ready`."""

import gc
import sys
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial

import click

from bot.command_line.by_hand import by_hand, usable
from bot.command_line.database import bring_up_to_date, in_use, refuse_newer
from bot.core import settings
from bot.core.settings import Settings


@click.command(epilog="Example: trackomat run")
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

    found = usable(lambda: settings.load().for_slack())
    usable(lambda: start.prepare(found))
    usable(lambda: open_vault(found))
    logs.start(found.log_level)
    if only is not None:
        refuse_newer(found)  # the whole bot does so when it migrates
    with in_use(found):
        with ExitStack() as until_both_are_done:
            if only is None:
                migrate = partial(bring_up_to_date, found, patience=found.database_patience)
                until_both_are_done.enter_context(meanwhile(migrate))
            import storage.tables  # noqa: F401 (deep within the imports of others it takes twice as long)
            from bot import server  # not before, or what is done meanwhile would copy all that it loads

        parts: dict[str | None, Callable[[Settings], int | None]]
        parts = {None: server.run, "slack": server.answer_slack, "jobs": server.do_jobs}
        try:
            sys.exit(usable(lambda: parts[only](found)))
        except Unusable:  # the log has it
            sys.exit(1)


@click.command(epilog="Example: trackomat doctor && trackomat run")
def doctor() -> None:
    """Check settings, database, Slack and Billomat, and say what to mend. Exit code 1 if something is broken."""
    from bot import doctor as checks
    from bot.core.clock import configured_clock

    found = by_hand()
    healthy = True
    for finding in checks.examine(found, now=configured_clock()()):
        healthy = healthy and finding.ok
        click.echo(f"{'ok  ' if finding.ok else 'MEND'} {finding.text}")
    sys.exit(0 if healthy else 1)


@click.command(epilog="Example: trackomat ready && echo up")
def ready() -> None:
    """Ask the bot that runs on this machine whether it is ready: what a container's health check does.

    Exit code 1 if it is not.
    """
    from bot.operations.ready import what_is_missing

    found = by_hand(quietly=True)
    if missing := usable(lambda: what_is_missing(found)):
        click.echo(missing, err=True)
        sys.exit(1)
