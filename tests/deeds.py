"""What tests of entries do again and again: ask, count, correct, and put what no screen offers behind a button."""

import threading
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, func, insert, select

from bot.catalog.rules.spelling import name_key
from bot.core.context import Bot
from playground.person import Person, Seen
from playground.slack import blocks as kit
from playground.slack.state import View
from playground.slack.workspace import Workspace
from storage import catalog as catalog_rows
from storage import creation as creation_rows
from storage import tracking as tracking_rows
from storage.rows import insert_row
from storage.tables import TimeEntry, draft_entries, draft_shares, entries
from storage.tracking import Entry
from tests.conftest import T0


def said(who: Person, typed: str) -> str:
    """What the bot answers, as the person reads it."""
    answer = who.types(typed)
    assert answer is not None, "nothing was answered"
    return answer.plain()


def sure(who: Person, typed: str) -> str:
    """What the bot answers once the person confirmed that it was meant so."""
    who.types(typed)
    who.clicks("Yes, write it" if "Yes, write it" in who.last.buttons else "Ja, eintragen")
    return who.last.plain()


def put_on_draft(db: Connection, entry_id: int, draft_id: int, line_id: int) -> None:
    """All of an entry stands on one line of a draft; the rest of it is of no interest here."""
    on_line = {"entry_id": entry_id, "workspace_id": 1, "draft_id": draft_id, "line_id": line_id}
    worked = select(entries.c.seconds).where(entries.c.id == entry_id).scalar_subquery()
    db.execute(insert(draft_shares).values(**on_line, seconds=worked))
    db.execute(insert(draft_entries).values(entry_id=entry_id, workspace_id=1, draft_id=draft_id))


def until(workspace: Workspace, holds: Callable[[], bool]) -> None:
    """Wait until something that the bot shows by itself is there; whatever changes wakes the look."""
    changed = threading.Event()
    workspace.listeners.append(changed.set)
    try:
        while not holds():
            assert changed.wait(60)  # a busy machine may take long for little
            changed.clear()
    finally:
        workspace.listeners.remove(changed.set)


def count(bot: Bot) -> int:
    with bot.database.read() as db:
        number: int = db.execute(select(func.count()).select_from(entries)).scalar_one()
    return number


def add_names(bot: Bot, names: Mapping[str, Sequence[str]]) -> None:
    """Customers with their projects, made in Slack."""
    with bot.database.write() as db:
        for customer, projects in names.items():
            customer_id = creation_rows.add_customer(db, 1, name=customer, key=name_key(customer))
            for name in projects:
                creation_rows.add_project(db, 1, customer_id, name=name, key=name_key(name))
        catalog_rows.names_changed(db, 1)


def add_projects(bot: Bot, *names: str) -> None:
    """Further projects of the first customer."""
    with bot.database.write() as db:
        for name in names:
            creation_rows.add_project(db, 1, 1, name=name, key=name_key(name))
        catalog_rows.names_changed(db, 1)


def only(bot: Bot) -> Entry:
    """The one entry there is."""
    with bot.database.read() as db:
        ((person_id, entry_id),) = db.execute(select(entries.c.person_id, entries.c.id)).all()
        found = tracking_rows.entry_of_person(db, workspace_id=1, person_id=person_id, entry_id=entry_id)
    assert found is not None
    return found


def everything(bot: Bot) -> list[Entry]:
    """All entries, in the order in which they began."""
    with bot.database.read() as db:
        keys = db.execute(select(entries.c.person_id, entries.c.id).order_by(entries.c.started_at)).all()
        found = [
            tracking_rows.entry_of_person(db, workspace_id=1, person_id=person_id, entry_id=key)
            for person_id, key in keys
        ]
    return [entry for entry in found if entry]


def edit(who: Person, **fields: str) -> None:
    """Correct fields of the newest entry that has the button."""
    who.clicks("Edit …")
    for label, value in fields.items():
        who.modal.fill(label, value)
    form = who.modal.view.id
    who.modal.submit()
    assert who.modal.view.id == form
    assert who.modal.errors == {}


def forge(seen: Seen, label: str, value: str) -> None:
    """Put another value behind a button."""
    surface = seen.surface
    blocks = deepcopy(surface.blocks)
    for _, element in kit.elements(blocks):
        if element["type"] == "button" and element["text"]["text"] == label:
            element["value"] = value
    workspace = seen._reader.workspace
    with workspace.change():
        workspace.put(replace(surface, blocks=blocks))


def kept(seen: Seen) -> Callable[[str], None]:
    """A message as another window still shows it, to be clicked after it changed."""
    then = seen.surface

    def click(label: str) -> None:
        now = seen.surface
        assert not isinstance(now, View)
        with seen._reader.workspace.change():
            seen._reader.workspace.put(then)
        Seen(seen._reader, then).click(label)

    return click


def kept_menu(who: Person) -> Callable[[str], None]:
    """The menu of the newest message as another window still shows it."""
    then = who.last.surface

    def choose(option: str) -> None:
        with who.workspace.change():
            who.workspace.put(then)
        Seen(who, then).fill("Choose one", option)

    return choose


def add_entry(db: Any, **values: Any) -> int:
    """A row as the use cases write it."""
    facts: dict[str, Any] = {"workspace_id": 1, "person_id": 1, "customer_id": 1, "zone": "Europe/Berlin", "note": ""}
    facts |= {"timed": True, "end_guessed": False, "billable": True, "created_at": T0} | values
    facts |= {"seconds": int((facts["ended_at"] - facts["started_at"]).total_seconds())}
    day = facts["started_at"].astimezone(ZoneInfo(facts["zone"])).date()
    return insert_row(db, TimeEntry, day=day, **facts)
