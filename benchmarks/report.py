"""docs/benchmarks.md: the machine, the figures, and where the time goes."""

import os
import platform
import sqlite3
import textwrap
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path

from benchmarks.burden import Process
from benchmarks.exports import ENTRIES, Export
from benchmarks.following import CHANGED, SENT, Reread
from benchmarks.history import CUSTOMERS, IN_THE_MONTH, MORE_CUSTOMERS, MORE_PROJECTS, PEOPLE, PROJECTS, YEARS
from benchmarks.imports import Import
from benchmarks.invoices import Preview
from benchmarks.profile import Share
from benchmarks.requests import (
    FORM,
    LIST,
    LIST_MONTH,
    LIST_WEEK,
    MISSPELT,
    REPORT,
    REPORT_TEAM,
    START,
    STATUS,
    STOP,
    SUGGEST,
    Kind,
)
from benchmarks.rivals import DEEDS, Rival
from benchmarks.rounds import BESIDE_JOBS, Beside, Busy, Cell, Plan
from benchmarks.world import ARTICLES, CLIENTS

MIDDLE = 100_000
"""The history with which everything is measured that does not depend on its length."""


IMPORT_CALLS = 7
"""Two pages of customers, and one row of the first again, which shows that none moved between the two; articles, their
units, taxes, and whose account it is: its country and VAT number decide which tax an invoice has."""


@dataclass
class Figures:
    """All that was measured."""

    cells: list[Cell] = field(default_factory=list)
    names: list[Cell] = field(default_factory=list)
    """Where many customers and projects are known."""
    rivals: list[Rival] = field(default_factory=list)
    raw: list[Cell] = field(default_factory=list)
    """Of the app that does the same with statements of its own."""
    reports: list[Beside] = field(default_factory=list)
    """Beside the same app."""
    exports: dict[str, Export] = field(default_factory=dict)
    previews: list[Preview] = field(default_factory=list)
    busy: list[Busy] = field(default_factory=list)
    shares: list[Share] = field(default_factory=list)
    processes: list[Process] = field(default_factory=list)
    imported: tuple[Import, Import] = (Import(0, 0), Import(0, 0))
    """At once after connecting, and later."""
    reread: Reread = field(default_factory=lambda: Reread(0, 0))
    ready: float = 0
    """Seconds after the start; and those that importing the packages of others takes by itself."""
    importing: float = 0


def text(figures: Figures, plan: Plan, command: str) -> str:
    """The whole page."""
    databases = dict.fromkeys(cell.database for cell in figures.cells)
    parts = [
        *_head(plan, command),
        *_goals(figures, plan),
        *(part for name in databases for part in _requests(name, figures.cells, plan)),
        *_many_names(figures.names),
        *_raw(figures),
        *_reports(figures),
        *_previews(figures.previews),
        *_rivals(figures),
        *_while_importing(figures.busy, plan),
        *_whole_bot(figures, plan),
        *_time(figures.shares),
    ]
    return "\n\n".join(part if part[0] in "#|" else textwrap.fill(part, 120) for part in parts) + "\n"


def _head(plan: Plan, command: str) -> list[str]:
    return [
        "# Benchmarks",
        f"Made by `{command}` on {datetime.now(UTC).date()}: {_machine()}.",
        "One process of the bot answers, as in production. The load comes from a process of its own over loopback, "
        "with signed requests on connections that are kept open. The machine also carries that, PostgreSQL and what "
        "stands in for Slack and Billomat, so read the ratios first: *ratio* is requests per second relative to a "
        "bare Bolt app that only acknowledges (`process_before_response`, the same server, the same requests). "
        "[Decision 17](decisions/0017-the-door.md) says what the change of the server did to it.",
        f"A figure is from {plan.rounds} rounds of {PEOPLE} requests, one of each person, in which bare app and bot "
        "take turns. These people have worked on "
        f"{CUSTOMERS * len(PROJECTS)} projects for three years, so that their "
        f"present week holds {' / '.join(_in_a_week(size) for size in plan.sizes)} entries; last month always holds "
        f"{IN_THE_MONTH} of each person, so that only what lies outside of it grows. A `switch` stops one timer "
        "and starts another. SQLite writes with `synchronous = FULL`, PostgreSQL with its defaults: what "
        "is acknowledged is on the disk.",
    ]


def _in_a_week(size: int) -> str:
    return f"{size / PEOPLE / (YEARS / timedelta(weeks=1)):.0f}"


def _machine() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    processor = next((line.partition(": ")[2] for line in lines if "model name" in line), platform.machine())
    parts = [
        f"{os.cpu_count()} cores ({processor})",
        f"Python {platform.python_version()}",
        f"SQLite {sqlite3.sqlite_version}",
        *(f"{name} {version(name)}" for name in ("slack-bolt", "SQLAlchemy", "waitress", "psycopg")),
        f"load average at the end {os.getloadavg()[0]:.1f}",
    ]
    return ", ".join(parts)


def _goals(figures: Figures, plan: Plan) -> list[str]:
    """The goals, all of them for SQLite, and how far the worst of all lengths of history is from them."""
    cells = [cell for cell in figures.cells if cell.database == "SQLite"]

    def found(connections: int, *kinds: Kind) -> list[Cell]:
        names = [kind.name for kind in kinds]
        return [cell for cell in cells if cell.connections == connections and cell.kind in names]

    first, _ = figures.imported
    # By their ratios, for the machine is not equally fast when it comes to the longest.
    by_length = [sorted(found(1, kind), key=lambda cell: cell.entries) for kind in (START, STOP, STATUS)]
    longer = max(same[0].ratio / same[-1].ratio for same in by_length)
    of_month = [sorted(found(1, kind), key=lambda cell: cell.entries) for kind in (LIST_MONTH, REPORT, REPORT_TEAM)]
    outside = max(same[0].ratio / same[-1].ratio for same in of_month)
    times = {
        kind: max(each.times for each in figures.reports if each.kind == kind.name) for kind in (REPORT, REPORT_TEAM)
    }
    csv, raw = figures.exports["bot"], figures.exports["raw"]
    busy = [pair.importing.median / pair.quiet.median for pair in figures.busy if pair.quiet.database == "SQLite"]
    misspelt = [cell.median for cell in figures.names if (cell.database, cell.kind) == ("SQLite", MISSPELT.name)]
    read = (STATUS, LIST, LIST_WEEK, SUGGEST, FORM)
    connections = f"{' and '.join(map(str, plan.connections))} connections"
    rows = [
        ("start, stop: median, 1 connection", "< 3 ms", f"{_slowest(found(1, START, STOP)):.1f} ms"),
        ("start, stop: ratio, 1 connection", "≥ 0.30", f"{min(cell.ratio for cell in found(1, START, STOP)):.2f}"),
        ("status: ratio, 1 connection", "≥ 0.35", f"{min(cell.ratio for cell in found(1, STATUS)):.2f}"),
        ("start, stop, status: p99, 16 connections", "< 60 ms", f"{_last(found(16, START, STOP, STATUS)):.0f} ms"),
        ("start, stop, status: longest history beside the shortest, 1 connection", "1.0", f"{longer:.1f}"),
        (f"{_named(read)}: median, 1 connection", "< 6 ms", f"{_slowest(found(1, *read)):.1f} ms"),
        ("start with a misspelt name among 25,000: median, 1 connection", "< 15 ms", f"{max(misspelt):.1f} ms"),
        ("report of one person's month by project: times raw SQL", "≤ 2.5", f"{times[REPORT]:.1f}"),
        ("report of a team's month by project and service: times raw SQL", "≤ 3.0", f"{times[REPORT_TEAM]:.1f}"),
        ("list and reports of last month: most entries outside of it beside the fewest", "1.0", f"{outside:.1f}"),
        (
            f"{ENTRIES:,} entries of a team's year as CSV: times raw SQL; memory beside the program",
            "≤ 5, < 100 MB",
            f"{csv.seconds / raw.seconds:.1f}, {csv.more:.0f} MB",
        ),
        *(
            (f"preview of {of} entries: times raw SQL that reads what its lines say (or 40 entries)", "≤ 3.0", times)
            for of, times in (
                ("a month of 2,000", _times_of(figures, 2_000)),
                ("a year of 100,000", _times_of(figures, 100_000)),
            )
        ),
        (f"{_named(BESIDE_JOBS)}, while jobs run: times the median, {connections}", "≤ 1.5", f"{max(busy):.1f}"),
        ("idle: part of a core", "< 0.5 %", f"{sum(process.idle for process in figures.processes):.1f} %"),
        ("memory of all processes, after requests and an import", "< 170 MB", f"{_memory(figures):.0f} MB"),
        ("ready: times what importing packages of others takes", "≤ 2.0", f"{figures.ready / figures.importing:.1f}"),
        (
            "import of an account just connected",
            f"{IMPORT_CALLS} calls, < 2 s",
            f"{first.calls} calls, {first.seconds:.1f} s",
        ),
        (
            f"a look after {SENT} sent drafts, of which {CHANGED} changed",
            "≤ 10 calls beside those",
            f"calls: {figures.reread.calls}, {figures.reread.seconds:.1f} s",
        ),
    ]
    return ["## Goals", _table(("on SQLite", "wanted", "the worst that was measured"), rows)]


def _times_of(figures: Figures, on_it: int) -> str:
    of_size = [each for each in figures.previews if each.on_it == on_it]
    return f"{max(each.times_said for each in of_size):.1f} ({max(each.times for each in of_size):.1f})"


def _memory(figures: Figures) -> float:
    return sum(process.share for process in figures.processes)


def _named(kinds: Iterable[Kind]) -> str:
    return ", ".join(kind.name.removeprefix("/track").strip(" ,") for kind in kinds)


def _slowest(cells: Iterable[Cell]) -> float:
    return max(cell.median for cell in cells)


def _last(cells: Iterable[Cell]) -> float:
    return max(cell.p99 for cell in cells)


def _requests(database: str, cells: Sequence[Cell], plan: Plan) -> list[str]:
    parts = [f"## {database}", f"With {' / '.join(f'{size:,}' for size in plan.sizes)} entries."]
    for connections in plan.connections:
        chosen = [cell for cell in cells if (cell.database, cell.connections) == (database, connections)]
        parts += [f"### {connections} connection{'s' if connections > 1 else ''}", _by_kind(chosen)]
    return parts


def _by_kind(cells: Sequence[Cell]) -> str:
    rows = []
    for kind in dict.fromkeys(cell.kind for cell in cells):
        same = sorted((cell for cell in cells if cell.kind == kind), key=lambda cell: cell.entries)
        rows.append(
            (
                kind,
                " / ".join(f"{cell.median:.2f}" for cell in same),
                " / ".join(f"{cell.p99:.1f}" for cell in same),
                " / ".join(f"{cell.per_second:.0f}" for cell in same),
                " / ".join(f"{cell.ratio:.2f}" for cell in same),
            )
        )
    return _table(("request", "median ms", "p99 ms", "requests/s", "ratio"), rows)


def _many_names(cells: Sequence[Cell]) -> list[str]:
    customers = CUSTOMERS + MORE_CUSTOMERS
    projects = CUSTOMERS * len(PROJECTS) + MORE_CUSTOMERS * len(MORE_PROJECTS)
    rows = [(cell.database, cell.kind, f"{cell.median:.2f}", f"{cell.p99:.1f}", f"{cell.ratio:.2f}") for cell in cells]
    return [
        f"## With {customers:,} customers and {projects:,} projects",
        "One connection. The names are read once after each change of the catalogue and then kept in memory; the first "
        "request after it, which reads them, is not in these figures.",
        _table(("database", "request", "median ms", "p99 ms", "ratio"), rows),
    ]


def _raw(figures: Figures) -> list[str]:
    rows = []
    for raw in figures.raw:
        ours = next(
            cell
            for cell in figures.cells
            if (cell.database, cell.connections, cell.entries, cell.kind) == ("SQLite", 1, raw.entries, raw.kind)
        )
        share = f"{ours.ratio / raw.ratio:.2f}"
        rows.append((raw.kind, f"{raw.median:.2f}", f"{raw.ratio:.2f}", f"{ours.ratio:.2f}", share))
    return [
        "## Beside raw SQL",
        f"With {figures.raw[0].entries:,} entries and one connection, on SQLite. *Raw* is the ceiling on this machine: "
        "a Bolt app on the same server that stores the same with statements of its own (`benchmarks/raw.py`). It "
        "parses nothing, knows one project, checks and adds up nothing, translates nothing and logs nothing.",
        _table(("request", "raw: median ms", "raw: ratio", "the bot: ratio", "the bot beside raw"), rows),
    ]


def _reports(figures: Figures) -> list[str]:
    rows = [
        (each.kind, f"{each.entries:,}", f"{each.other:.2f}", f"{each.median:.2f}", f"{each.times:.1f}")
        for each in figures.reports
    ]
    exported = [
        ("raw" if way == "raw" else "the bot", f"{export.seconds:.2f}", f"{export.megabytes:.0f}", f"{export.more:.0f}")
        for way, export in figures.exports.items()
    ]
    return [
        "## Reports beside raw SQL",
        "One connection, on SQLite. *Raw* is the same app with one statement, whose rows it writes as they are: it "
        "knows no names, rights, money, languages or buttons. It and the bot take turns on the same file. In last "
        f"month each of {PEOPLE} people has {IN_THE_MONTH} entries on five projects; the others are before and after "
        "it. The table in Slack's own blocks that follows an answer is sent after the ack and not in these figures.",
        _table(("request", "entries beside the month", "raw: median ms", "the bot: median ms", "times"), rows),
        f"A year of a team, {ENTRIES:,} entries, as CSV into a file, each in a process of its own: the most memory "
        "that it had, and what of it came once everything was imported. *Raw* writes what one statement answers with "
        "`csv.writer`, as it is.",
        _table(("", "seconds", "MB at most", "of it for the export"), exported),
    ]


_OF_INVOICES = ("entries on it", "billed before", "raw ms")


def _previews(previews: Sequence[Preview]) -> list[str]:
    rows = [(f"{each.on_it:,}", f"{each.billed:,}", *(f"{taken:.1f}" for taken in each.figures)) for each in previews]
    return [
        "## Invoices beside raw SQL",
        "The preview of a customer's invoice in this process, on SQLite: a month up to 2,000 entries, else a year, on "
        "12 lines, in time of the processor, all in turns. *Raw* adds up the seconds by line, rounds and prices them, "
        "and reads 40 entries of one; *raw and texts* also reads what stands on the lines of entries: each day and "
        "note of a month, the days of a year. Both know no languages, choices or rules for rates, and seal nothing. "
        "The bot reads every entry, because the customer reads its note and an approval holds for exactly what was "
        "shown. *Again* is the preview for somebody who looks further, changes or approves it: the texts of lines "
        "that are as they were are known.",
        _table((*_OF_INVOICES, "preview ms", "times", "raw and texts ms", "times", "again ms"), rows),
    ]


def _rivals(figures: Figures) -> list[str]:
    ours = [cell for cell in figures.cells if (cell.database, cell.connections, cell.entries) == ("SQLite", 1, MIDDLE)]
    taken = dict(zip(DEEDS, (START.name, STATUS.name, LIST.name, REPORT.name, STOP.name), strict=True))
    medians = {cell.kind: cell.median for cell in ours}
    all_of_them = [Rival("Trackomat", {deed: medians[kind] for deed, kind in taken.items()}), *figures.rivals]
    rows = [
        (rival.name, *(f"{rival.taken[deed]:.1f}" if rival.taken else "not installed" for deed in DEEDS))
        for rival in all_of_them
    ]
    return [
        "## Beside others",
        f"Median milliseconds with {MIDDLE:,} entries, one after the other: Timewarrior as a program that runs for "
        "each command, the others as servers over loopback that keep their connection. *month* is a report of last "
        f"month with {IN_THE_MONTH} entries in it, by project; TimeTagger only hands out the records of it.",
        _table(("", *DEEDS), rows),
    ]


def _while_importing(measured: Sequence[Busy], plan: Plan) -> list[str]:
    rows = [
        (
            quiet.database,
            quiet.kind,
            quiet.connections,
            f"{quiet.median:.2f} → {importing.median:.2f}",
            f"{quiet.p99:.1f} → {importing.p99:.1f}",
            f"{importing.median / quiet.median:.2f}",
        )
        for quiet, importing in ((busy.quiet, busy.importing) for busy in measured)
    ]
    return [
        "## While jobs run",
        f"The job process imports {CLIENTS:,} customers and {ARTICLES} articles again and again, from an account that "
        f"is served by this same machine. {plan.rounds_beside_jobs} rounds before and as many meanwhile; the last "
        "column is how many times the median.",
        _table(("database", "request", "connections", "median ms", "p99 ms", "slower"), rows),
    ]


def _whole_bot(figures: Figures, plan: Plan) -> list[str]:
    first, later = figures.imported
    rows = [
        (process.name, f"{process.resident:.0f}", f"{process.share:.0f}", f"{process.idle:.2f} %")
        for process in figures.processes
    ]
    return [
        "## The whole bot",
        f"Ready (`/readyz`) {figures.ready:.2f} s after `trackomat run`; {figures.importing:.2f} s of that are what "
        "importing the packages of others takes by itself. "
        f"An import of {CLIENTS:,} customers and "
        f"{ARTICLES} articles takes {first.calls} calls to Billomat and {first.seconds:.2f} s at once after "
        f"connecting; later, when the account's settings are read anew, {later.calls} calls and {later.seconds:.2f} s. "
        f"The least is {IMPORT_CALLS}: two pages of customers and one row of the first again, which shows that none "
        "moved between them, articles, units, taxes, and whose account it is.",
        f"After requests and an import; idle is the part of a core used in {plan.idle} s in which nothing happens. "
        "Of memory that several processes use each counts its share.",
        _table(("process", "resident MB", "its share MB", "idle"), rows),
    ]


def _time(shares: Sequence[Share]) -> list[str]:
    whole: dict[str, float] = defaultdict(float)
    for share in shares:
        for place, taken in share.parts.items():
            whole[place] += taken
    places = sorted(whole, key=whole.__getitem__, reverse=True)
    rows = [
        (share.kind, *(f"{value:.2f}" for value in (share.whole, share.bare, *(share.parts.get(p, 0) for p in places))))
        for share in shares
    ]
    return [
        "## Where the time goes",
        "Milliseconds a request in the bot's process on SQLite, without the server in front, by looking at its stack "
        "every half millisecond; the standard library counts for whoever called it.",
        _table(("request", "whole", "bare app", *places), rows),
        f"Over all of these requests {places[0]} takes most, then come {', '.join(places[1:])}; so the columns stand. "
        "The difference between a median and the whole here is the server and loopback, the same for both.",
    ]


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(str(cell) for cell in line)} |" for line in lines)
