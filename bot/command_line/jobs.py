"""`trackomat jobs`: what is due, running or failed, and another try of it."""

import sys
from datetime import datetime
from typing import TYPE_CHECKING

import click

from bot.command_line.by_hand import by_hand
from bot.command_line.database import opened

if TYPE_CHECKING:
    from storage.jobs import Listed


@click.group(
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
    with opened(by_hand()) as database, database.write() as db:
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
    with opened(by_hand()) as database, database.read() as db:
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
