"""One run: a workspace, an account and bots that are killed, from the import to the last summary."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import time, timedelta
from functools import partial
from pathlib import Path
from time import monotonic, sleep

from sqlalchemy import Connection, Select, func, or_, select

from chaos import afterwards, evidence, kept, people, plan, processes, verdict
from chaos.afterwards import Done
from chaos.office import Office
from chaos.processes import Fleet
from chaos.town import BERLIN, Size, Town, next_at, settle_in, time_flying, town_of, until
from playground.billomat.records import Client
from storage import jobs as job_rows
from storage import people as people_rows
from storage.catalog import customers
from storage.tables import drafts

AT_ONCE = 0.1
"""How much sooner than otherwise a kill comes that has to meet an import or summaries, which take no second."""


@dataclass(frozen=True, slots=True)
class Report:
    """What happened. `wrong` is empty after a good run; `took` is in seconds."""

    deliveries: int
    deeds: int
    kills: int
    sent_again: int
    found_by_people: int
    summaries: int
    messages_twice: int
    came_late: int
    stood_still: int
    took: int
    wrong: tuple[str, ...]


def run(seed: int, size: Size, database_url: str, folder: Path) -> Report:
    """Carry out the plan of this seed on an empty, migrated database. TimeoutError when something never ends.

    What each side held at the end, and the logs of the bots, are in the folder then.
    """
    began = monotonic()
    with town_of(size, database_url, folder) as (town, environment), evidence.kept(town, folder):
        kills = plan.kills(seed)
        with processes.running(
            environment, folder, bots=size.bots, plan=kills, pace=size.pace, most=size.kills
        ) as fleet:
            town.workspace.transport = fleet.transport
            settle_in(town)
            plan.make_trouble(town.account, seed)
            decider = people.Decider(town.admin, town.account, town.database)
            with time_flying(town.clock):
                _import(town, size.imports, fleet)
                with fleet.dying():
                    typed, wrong = _deliver(town, decider)
            _work_for_days(town, size.days, fleet)
            wrong += _look_for_late_ones(town)
            found, twice = _first_verdict(town, size, typed, len(fleet.killed))
            wrong += found
            office = Office(town)
            with town.database.read() as db:
                before = kept.logged(db)
            with time_flying(town.clock), fleet.dying():
                done = afterwards.live_on(town, office, size.rounds, fleet.hint)
            wrong += [*office.given_up, *_look_for_late_ones(town)]
        late = office.told_of_two()
        found, asked_twice = _last_verdict(town, office, done, before, late, len(fleet.killed))
        wrong += found
        return Report(
            deliveries=len(town.customers),
            deeds=done.number,
            kills=len(fleet.killed),
            sent_again=decider.sent_again,
            found_by_people=decider.found,
            summaries=size.days * len(town.members),
            messages_twice=twice + asked_twice,
            came_late=len(late),
            stood_still=fleet.stood_still,
            took=round(monotonic() - began),
            wrong=tuple(wrong),
        )


def _first_verdict(town: Town, size: Size, typed: Mapping[people.Work, int], kills: int) -> tuple[list[str], int]:
    """What is wrong once everything stands in Billomat, and how many messages came twice."""
    expected = {(member.id, "Your day:"): size.days for member in town.members}
    expected |= {(town.admin.id, f"✅ The draft for {name}, "): 1 for name in town.customers}
    wrong, twice = verdict.on_messages(town.workspace, expected, kills)
    with town.database.read() as db:
        wrong += [
            *verdict.on_imports(db, town.account),
            *verdict.on_drafts(db, town.account, town.customers, told=people.told_of_two(town.admin)),
            *verdict.on_entries(db, typed),
            *verdict.on_logging(db),
            *verdict.on_audit(db),
            *verdict.on_jobs(db),
        ]
    return wrong, twice


def _last_verdict(
    town: Town, office: Office, done: Done, before: Mapping[int, int], late: Collection[str], kills: int
) -> tuple[list[str], int]:
    """What is wrong after all that became of the drafts, and how many messages asked for an approval twice."""
    with town.database.read() as db:
        wrong, _ = verdict.on_messages(town.workspace, kept.messages(db, office, done), kills)
        unasked, asked_twice = kept.on_requests(db, office, kills)
        found = [
            *wrong,
            *unasked,
            *kept.on_time(db, before),
            *kept.on_invoices(db, town.account, late),
            *kept.on_second_people(db),
            *kept.on_states(db),
            *verdict.on_logging(db),
            *verdict.on_jobs(db),
        ]
        return found, asked_twice


def _import(town: Town, times: int, fleet: Fleet) -> None:
    """Import, while a bot is killed and people in Billomat rename and archive, until all that is here."""
    importing = select(func.count()).select_from(job_rows.jobs).where(job_rows.jobs.c.key == "import:1")
    others = [client for client in town.account.all(Client) if client.name and client.name not in town.customers]
    for number in range(times):
        people.start_import(town.admin)
        fleet.strike(share=AT_ONCE)
        until(town, partial(_is_none, importing))
        if number + 1 < times and others:
            changed = others.pop()
            town.account.change(changed, name=f"{changed.name} & Sons", archived=number % 2 == 0)


def _deliver(town: Town, decider: people.Decider) -> tuple[dict[people.Work, int], list[str]]:
    """Log, approve, and decide what was lost, until every draft stands in Billomat.

    What `people.log` tells, and what never came to an end.
    """
    of_drafts = (
        select(customers.c.name, drafts.c.state)
        .join(customers, customers.c.id == drafts.c.customer_id)
        .where(drafts.c.state != "open")  # looking once more after an approval opens the next one
    )

    def states() -> dict[str, str]:
        with town.database.read() as db:
            return {row.name: row.state for row in db.execute(of_drafts)}

    typed = people.log(town.members, town.customers)
    for customer in town.customers:
        people.approve(town.admin, customer)
        decider.decide(name for name, state in states().items() if state == "unknown")

    def left() -> list[str]:
        now = states()
        decider.decide(name for name, state in now.items() if state == "unknown")
        with town.database.read() as db:
            under_way = verdict.under_way(db, besides="late")
        return [f"the draft for {name}, {state}" for name, state in now.items() if state != "sent"] + under_way

    return typed, people.wait_until_none(left)


def _work_for_days(town: Town, days: int, fleet: Fleet) -> None:
    """On each of so many evenings a bot is killed while the summaries go out."""
    for _ in range(days):
        town.clock.forward_to(next_at(town.clock.now(), time(17, 31), weekdays=range(5)))
        today = town.clock.now().astimezone(BERLIN).date()
        waiting = select(func.count()).where(
            people_rows.people.c.slack_id.in_([member.id for member in town.members]),
            or_(people_rows.people.c.last_summary_day.is_(None), people_rows.people.c.last_summary_day < today),
        )
        fleet.strike(share=AT_ONCE)
        until(town, partial(_is_none, waiting))


def _look_for_late_ones(town: Town) -> list[str]:
    """The day after, what was lost is looked for once more; while Billomat cannot be asked, an hour later again.

    What never came to an end.
    """

    def left() -> list[str]:
        town.clock.forward(timedelta(hours=1))
        sleep(1)
        with town.database.read() as db:
            return verdict.under_way(db)

    return people.wait_until_none(left)


def _is_none(counting: Select[int], db: Connection) -> bool:
    return db.execute(counting).scalar_one() == 0
