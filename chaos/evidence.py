"""What a run that went wrong leaves to read, beside the logs of its bots: what each side held at its end."""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Table, select

from chaos.town import Town
from playground.person import Person
from storage.tables import audits, drafts, jobs, sent_invoices

_TABLES = (drafts, sent_invoices, jobs, audits)


@contextmanager
def kept(town: Town, folder: Path) -> Iterator[None]:
    """However it ends: one file for each table and person, and one for Billomat."""
    try:
        yield
    finally:
        _keep(town, folder)


def _keep(town: Town, folder: Path) -> None:
    with town.database.read() as db:
        for table in _TABLES:
            _write(folder / f"{table.name}.jsonl", _rows(db, table))
    for who in (town.admin, *town.members):
        _write(folder / f"{town.workspace.person(who.id).name}.txt", _read_by(who))
    _write(folder / "billomat.txt", map(repr, town.account.documents()))


def _rows(db: Connection, table: Table) -> Iterator[str]:
    for row in db.execute(select(table).order_by(*table.primary_key)).mappings():
        yield json.dumps(dict(row), default=str)


def _read_by(who: Person) -> Iterator[str]:
    """Every message and the labels of its buttons."""
    for said in who.dm:
        yield f"{said.plain()}\n{said.buttons}\n"


def _write(path: Path, lines: Iterable[str]) -> None:
    path.write_text("".join(f"{line}\n" for line in lines))
