"""Rounds of requests, to the bare app and to the bot in turn, so that their ratio holds when the machine drifts."""

import statistics
import time
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial

import httpx

from benchmarks import imports, load
from benchmarks.history import PEOPLE
from benchmarks.load import Round
from benchmarks.processes import Server
from benchmarks.requests import (
    FORM,
    HOME,
    LIST,
    LIST_MONTH,
    LIST_WEEK,
    REPORT,
    REPORT_TEAM,
    START,
    STATUS,
    STOP,
    SUGGEST,
    SWITCH,
    Kind,
)

KINDS = (START, STATUS, LIST, LIST_WEEK, LIST_MONTH, REPORT, REPORT_TEAM, SUGGEST, FORM, HOME, SWITCH, STOP)
"""In this order everything finds what it needs: no timer that runs or one, an entry to list."""
BESIDE_JOBS = (START, STATUS, LIST, SUGGEST, HOME, STOP)
"""What is measured while jobs run, one of each way in: what is left out does the same work as one of these."""


@dataclass(frozen=True)
class Plan:
    """How much is measured; `idle` is in seconds."""

    sizes: tuple[int, ...]
    connections: tuple[int, ...]
    rounds: int
    idle: int

    @property
    def rounds_beside_jobs(self) -> int:
        """These are sent twice, so half of them do."""
        return max(self.rounds // 2, 1)


@dataclass(frozen=True)
class Field:
    """What a bot is measured with: the process that sends the load, what the bot talks to, and the bare app."""

    load: ProcessPoolExecutor
    world: Server
    bare: Server


@dataclass(frozen=True)
class Cell:
    """What came of all rounds of one kind. Times are in milliseconds; `ratio` is that of requests per second."""

    database: str
    entries: int
    connections: int
    kind: str
    median: float
    p99: float
    per_second: float
    ratio: float


@dataclass(frozen=True)
class Busy:
    """One kind of request while nothing else happens and while the job process imports."""

    quiet: Cell
    importing: Cell


@dataclass(frozen=True)
class Beside:
    """One kind of request beside a server that does the same, in turn. Times are in milliseconds."""

    entries: int
    kind: str
    median: float
    other: float
    times: float
    """How many times as long as the other takes for a round."""


def measure_beside(
    field: Field, bot: Server, other: Server, plan: Plan, kinds: tuple[Kind, ...], size: int
) -> list[Beside]:
    """These kinds of requests on one connection, of the bot and of the other one."""
    found = _pairs(replace(field, bare=other), bot, kinds, 1, plan.rounds)
    return [
        Beside(
            entries=size,
            kind=kind.name,
            median=_median(bot for _, bot in pairs),
            other=_median(other for other, _ in pairs),
            times=statistics.median(bot.elapsed / other.elapsed for other, bot in pairs),
        )
        for kind, pairs in found.items()
    ]


def _median(rounds: Iterable[Round]) -> float:
    return statistics.median(taken / 1e6 for each in rounds for taken in each.latencies)


def measure(
    field: Field, bot: Server, plan: Plan, kinds: tuple[Kind, ...] = KINDS, *, database: str, size: int
) -> list[Cell]:
    """These kinds of requests at each number of connections."""
    return [
        _cell(kind, pairs, database=database, size=size, connections=connections)
        for connections in plan.connections
        for kind, pairs in _pairs(field, bot, kinds, connections, plan.rounds).items()
    ]


def _pairs(
    field: Field, bot: Server, kinds: tuple[Kind, ...], connections: int, count: int
) -> dict[Kind, list[tuple[Round, Round]]]:
    """For each kind the rounds of the bare app and of the bot; the first of all only warms up."""
    pairs: dict[Kind, list[tuple[Round, Round]]] = {kind: [] for kind in kinds}
    for number in range(count + 1):
        for kind in kinds:
            pair = _send(field, field.bare, kind, connections), _send(field, bot, kind, connections)
            if number:
                pairs[kind].append(pair)
    return pairs


def _send(field: Field, to: Server, kind: Kind, connections: int) -> Round:
    is_bot = to is not field.bare
    people = kind.people(PEOPLE)
    wanted = _shown(field.world, kind) + len(people) if is_bot and kind.shows else 0
    answered = field.load.submit(load.send, to.port, kind, people, connections, check=is_bot).result()
    began = time.perf_counter_ns()
    while wanted and _shown(field.world, kind) < wanted:
        time.sleep(0.002)
    return replace(answered, elapsed=answered.elapsed + time.perf_counter_ns() - began) if wanted else answered


def while_importing(
    field: Field, bot: Server, plan: Plan, environment: dict[str, str], *, database: str, size: int
) -> list[Busy]:
    """Half as many rounds as otherwise, before and while the job process imports without a pause."""
    measured = []
    for connections in plan.connections:
        quiet = _pairs(field, bot, BESIDE_JOBS, connections, plan.rounds_beside_jobs)
        with imports.all_the_time(environment):
            importing = _pairs(field, bot, BESIDE_JOBS, connections, plan.rounds_beside_jobs)
        cell = partial(_cell, database=database, size=size, connections=connections)
        measured += [Busy(cell(kind, quiet[kind]), cell(kind, importing[kind])) for kind in BESIDE_JOBS]
    return measured


def _shown(world: Server, kind: Kind) -> int:
    counts: dict[str, int] = httpx.get(f"{world.address}/counts", trust_env=False).json()
    return counts.get(f"/slack/api/{kind.shows}", 0)


def _cell(kind: Kind, pairs: list[tuple[Round, Round]], *, database: str, size: int, connections: int) -> Cell:
    latencies = [taken / 1e6 for _, bot in pairs for taken in bot.latencies]
    return Cell(
        database=database,
        entries=size,
        connections=connections,
        kind=kind.name,
        median=_median(bot for _, bot in pairs),
        p99=statistics.quantiles(latencies, n=100)[98],
        per_second=statistics.median(len(bot.latencies) / bot.elapsed * 1e9 for _, bot in pairs),
        ratio=statistics.median(bare.elapsed / bot.elapsed for bare, bot in pairs),
    )
