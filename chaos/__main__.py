"""`python -m chaos`: one run, its seed printed first, so that its plan can be repeated."""

import secrets
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from chaos.run import run
from chaos.town import Size
from storage.database import Database


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--seed", type=int, help="Repeat the kills and troubles of an earlier run; otherwise drawn.")
@click.option("--deliveries", default=200, show_default=True)
@click.option("--rounds", default=5, show_default=True, help="How often each thing befalls a sent draft.")
@click.option("--database", type=click.Choice(["sqlite", "postgresql"]), default="sqlite", show_default=True)
def main(seed: int | None, deliveries: int, rounds: int, database: str) -> None:
    """Kill the bot while it imports, delivers, follows and sums up; exit code 1 if anything is lost or doubled."""
    seed = secrets.randbelow(1_000_000) if seed is None else seed
    click.echo(f"python -m chaos --seed {seed} --deliveries {deliveries} --rounds {rounds} --database {database}")
    size = Size(deliveries, bots=1, rounds=rounds)
    if database == "postgresql":
        size = Size(deliveries, bots=3, rounds=rounds, pace=3)
    folder = Path(tempfile.mkdtemp(prefix="trackomat-chaos-"))
    click.echo(f"What each side holds at the end is in {folder}, which stays if anything is wrong.")
    with _database(database, folder) as url:
        report = run(seed, size, url, folder)
    if not report.wrong:
        shutil.rmtree(folder)
    outcome = f"{len(report.wrong)} things are wrong" if report.wrong else "nothing is lost and no draft came twice"
    click.echo(
        f"{report.deliveries} deliveries, {size.imports} imports, {report.summaries} summaries, "
        f"and {report.deeds} sent drafts that something befell, in {report.took} s "
        f"with {report.kills} kills and {report.stood_still} standstills: {outcome}; "
        f"people had {report.sent_again} drafts sent again and found {report.found_by_people}, "
        f"{report.messages_twice} messages came twice, and {report.came_late} requests arrived when nobody expected "
        "them any more, of which people were told."
    )
    for sentence in report.wrong:
        click.echo(f"WRONG: {sentence}", err=True)
    sys.exit(1 if report.wrong else 0)


@contextmanager
def _database(kind: str, folder: Path) -> Iterator[str]:
    """An empty, migrated database."""
    if kind == "postgresql":
        from tests.postgres import new_databases, postgresql

        with postgresql() as server:
            yield new_databases(server)(folder)
    else:
        url = f"sqlite:///{folder / 'trackomat.db'}"
        database = Database(url)
        database.migrate()
        database.close()
        yield url


if __name__ == "__main__":
    main()
