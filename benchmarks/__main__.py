"""`make bench`: measure, and write docs/benchmarks.md. With QUICK=1 few rounds and little history, to try it out."""

import compileall
import multiprocessing
import os
import signal
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import AbstractContextManager, ExitStack
from dataclasses import replace
from pathlib import Path

from benchmarks import burden, exports, following, history, imports, invoices, profile, report, rivals, rounds
from benchmarks.processes import LOG, Server, free_port, server, settings
from benchmarks.report import MIDDLE, Figures
from benchmarks.requests import AMBIGUOUS, HOME, MISSPELT, REPORT, REPORT_TEAM, SEARCH, START, STATUS, STOP
from benchmarks.rounds import Field, Plan
from tests.postgres import new_databases, postgresql

FULL = Plan(sizes=(1_000, 100_000, 1_000_000), connections=(1, 16), rounds=6, idle=20)
QUICK = Plan(sizes=(100_000,), connections=(1, 16), rounds=1, idle=5)

INSTALLED = ("bot", "commands", "storage")


def main() -> None:
    """Measure everything and write it down."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that all that was started ends too
    LOG.unlink(missing_ok=True)
    for package in INSTALLED:  # as pip does: what was edited since would be compiled by each start
        compileall.compile_dir(package, quiet=1)
    plan, figures = (QUICK if "QUICK" in os.environ else FULL), Figures()
    with ExitStack() as until_the_end:
        enter = until_the_end.enter_context
        folder = enter(tempfile.TemporaryDirectory(prefix="trackomat-bench-"))
        new_postgresql = new_databases(enter(postgresql(durable=True)))
        field = Field(
            load=enter(ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn"))),
            world=enter(_serving("benchmarks.world", ready="/counts")),
            bare=enter(_serving("benchmarks.bare", ready="/")),
        )
        figures.rivals = rivals.measure(MIDDLE, Path(folder))  # first, for they are most likely not to run
        _measure_whole(figures, plan, field, lambda: _new_sqlite(folder))
        _measure_reports(figures, plan, field, lambda: _new_sqlite(folder))
        _measure_export(figures, _new_sqlite(folder), Path(folder))
        figures.previews = invoices.measure(lambda: _new_sqlite(folder), invoices.SIZES)
        _measure_raw(figures, plan, field, lambda: _new_sqlite(folder))
        _measure_requests(figures, plan, field, "SQLite", lambda: _new_sqlite(folder))
        _measure_requests(figures, plan, field, "PostgreSQL", lambda: new_postgresql(Path(folder)))
    Path("docs/benchmarks.md").write_text(report.text(figures, plan, command=_command()))


def _command() -> str:
    """What made the page. Where the rivals are installed is of no use to others."""
    rivals_too = "RIVALS=… " if os.environ.get("RIVALS") else ""
    quick = " QUICK=1" if "QUICK" in os.environ else ""
    return f"{rivals_too}make bench{quick}"


def _measure_requests(
    figures: Figures, plan: Plan, field: Field, database: str, new_database: Callable[[], str]
) -> None:
    for size in plan.sizes:
        environment = _remembering(new_database(), size, field)
        with _bot(environment, "--only", "slack") as bot:
            figures.cells += rounds.measure(field, bot, plan, database=database, size=size)
            if size == MIDDLE:
                figures.busy += rounds.while_importing(field, bot, plan, environment, database=database, size=size)
    alone, size = replace(plan, connections=(1,)), min(plan.sizes)
    with _bot(_remembering(new_database(), size, field, many_names=True), "--only", "slack") as bot:
        kinds = (START, AMBIGUOUS, MISSPELT, SEARCH, STOP)
        figures.names += rounds.measure(field, bot, alone, kinds, database=database, size=size)


def _measure_raw(figures: Figures, plan: Plan, field: Field, new_database: Callable[[], str]) -> None:
    """What nothing on SQLite and this server can be faster than."""
    alone, size = replace(plan, connections=(1,)), min(plan.sizes)
    environment = _remembering(new_database(), size, field)
    port = int(environment["PORT"])
    with server("benchmarks.raw", str(port), ready="/", port=port, environment=environment) as raw:
        figures.raw += rounds.measure(field, raw, alone, (START, STATUS, STOP), database="raw SQL", size=size)


def _measure_reports(figures: Figures, plan: Plan, field: Field, new_database: Callable[[], str]) -> None:
    """Beside one statement that adds up the same, with ever more outside of the month."""
    for size in plan.sizes:
        environment = _remembering(new_database(), size, field)
        port = free_port()
        with (
            server("benchmarks.raw", str(port), ready="/", port=port, environment=environment) as raw,
            _bot(environment, "--only", "slack") as bot,
        ):
            figures.reports += rounds.measure_beside(field, bot, raw, plan, (REPORT, REPORT_TEAM), size)


def _measure_export(figures: Figures, url: str, folder: Path) -> None:
    history.write(url, exports.BESIDE_THE_MONTH, over=exports.YEAR)
    figures.exports = exports.measure(url, folder)


def _measure_whole(figures: Figures, plan: Plan, field: Field, new_database: Callable[[], str]) -> None:
    """What the bot takes as a whole, on SQLite."""
    environment = _remembering(new_database(), MIDDLE, field)
    figures.imported = imports.measure(environment, field.world)
    figures.reread = following.measure(_remembering(new_database(), min(plan.sizes), field), field.world)
    figures.shares = profile.measure(environment)
    figures.importing, figures.ready = burden.seconds_to_import_and_start(environment)
    with _bot(environment) as bot:
        crowded = replace(plan, rounds=1, connections=plan.connections[-1:])
        # Nobody opens their Home, which would be kept up to date for minutes after that.
        kinds = tuple(kind for kind in rounds.KINDS if kind is not HOME)
        rounds.measure(field, bot, crowded, kinds, database="SQLite", size=MIDDLE)
        imports.by_the_job_process(environment)
        figures.processes = burden.at_rest(bot, plan.idle)


def _new_sqlite(folder: str) -> str:
    return f"sqlite:///{tempfile.mkdtemp(dir=folder)}/trackomat.db"


def _remembering(url: str, size: int, field: Field, *, many_names: bool = False) -> dict[str, str]:
    """The environment of a bot that remembers so many entries."""
    history.write(url, size, many_names=many_names)
    return settings(url, field.world, free_port())


def _bot(environment: dict[str, str], *only: str) -> AbstractContextManager[Server]:
    return server("bot", "run", *only, ready="/readyz", port=int(environment["PORT"]), environment=environment)


def _serving(module: str, *, ready: str) -> AbstractContextManager[Server]:
    port = free_port()
    return server(module, str(port), ready=ready, port=port)


if __name__ == "__main__":
    main()
