"""What the steps of an import share: a page of a list, the next step, the message that says how far it is."""

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from typing import Protocol, TypeVar

from slack_sdk.errors import SlackApiError

from bot.billomat.access import unless_gone
from bot.billomat.client import Billomat, Page, Refused
from bot.billomat.progress import Progress
from bot.billomat.rules.paging import PageRead
from bot.core.context import Bot, Itself
from bot.core.jobs import JobKind, Lane
from bot.core.texts import Reader
from bot.people.callers import reader_of
from bot.slack import messages as slack
from bot.slack.blocks import Message
from storage.billomat import ConnectedAccount
from storage.change import Author, Change
from storage.people import KnownPerson

log = logging.getLogger(__name__)
IMPORT = JobKind("import", key="import:{workspace_id}", lane=Lane.IMPORT)
IMPORTED = JobKind("imported", key="imported:{workspace_id}")
"""An import that somebody asked for came to its end."""


class _Listed(Protocol):
    @property
    def id(self) -> int: ...


L = TypeVar("L", bound=_Listed)


@dataclass(frozen=True, slots=True)
class Run:
    """One step of an import: for whom, from which account."""

    bot: Bot
    person: KnownPerson
    account: ConnectedAccount
    client: Billomat

    @property
    def workspace_id(self) -> int:
        """Whose account it is."""
        return self.person.workspace_id

    def change(self) -> AbstractContextManager[Change[Itself]]:
        """One transaction, for the person who started the import."""
        return self.bot.change_itself(self.workspace_id, for_person=self.person.person_id)

    @property
    def to(self) -> Reader:
        """Who is told, in their language."""
        return reader_of(self.person)


def read_page(progress: Progress, ask: Callable[..., Page[L]]) -> tuple[Page[L], PageRead]:
    """The next page of a list, and what stands before it when it has come."""
    reading = progress.reading
    page = ask(reading.page)
    boundary = ask(reading.rows, per_page=1).items if reading.page > 1 else []
    ids = [item.id for item in page.items]
    return page, PageRead(page.page, ids, page.total, page.last, boundary[0].id if boundary else None)


def ask_for(run: Run, ids: list[int], ask: Callable[[int], L | None]) -> tuple[list[L], list[int], bool]:
    """Those that are there after all, those that are gone, and whether Billomat said so of each."""
    found, gone, is_answered = [], [], True
    for billomat_id in ids:
        try:
            there = unless_gone(run.client, billomat_id, ask)
        except Refused:
            is_answered = False
        else:
            if there is None:
                gone.append(billomat_id)
            else:
                found.append(there)
    return found, gone, is_answered


def plan_step(change: Change[Author], person_id: int, progress: Progress) -> None:
    """Put the next step."""
    workspace_id = change.by.workspace_id
    IMPORT.put(change.db, due=change.by.now, workspace_id=workspace_id, person_id=person_id, **asdict(progress))


def show_state(bot: Bot, person: KnownPerson, progress: Progress, message: Message) -> tuple[str, str] | None:
    """Post the message or put it in the place of the one that was shown. An import does not end because Slack fails."""
    if progress.is_quiet:
        return None
    shown = progress.shown
    try:
        if shown:
            slack.update(bot.slack, *shown, message)
            return shown
        return slack.send(bot.slack, person, message)
    except (SlackApiError, OSError) as error:
        log.warning("Slack did not take the state of an import: %s", type(error).__name__)
        return shown
