"""The catalogue as people look through it: pages of customers, projects or services, and one of them."""

from dataclasses import dataclass, replace

from sqlalchemy import Connection

from bot.catalog.rules.spelling import words as typed_words
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.core.errors import UserError
from bot.slack.metadata import RowId
from storage import listing as listing_rows
from storage.catalog import Kind
from storage.listing import CatalogRecord, Maker, OpenWork

PAGE = 20
KINDS: tuple[Kind, ...] = ("customer", "project", "service")
_NOTHING = OpenWork()


@dataclass(frozen=True, slots=True)
class CatalogSearch:
    """What is looked for: a kind of thing, in use or not, whose names hold the words; and which page of it."""

    kind: Kind = "customer"
    text: str = ""
    archived: bool = False
    page: int = 0


@dataclass(frozen=True, slots=True)
class CatalogItem:
    """One thing with who made it and what is open on it."""

    kind: Kind
    record: CatalogRecord
    maker: Maker | None
    projects: int
    """How many in use a customer has."""
    open: OpenWork
    may_keep: bool
    """Whether the person who looks may archive and merge it."""
    may_rename: bool
    """Whether they may rename it, or delete it while it is unused: who made it may, too."""


@dataclass(frozen=True, slots=True)
class CatalogPage:
    """A page of the catalogue."""

    sought: CatalogSearch
    total: int
    listed: tuple[CatalogItem, ...]
    may_create: bool

    @property
    def is_last(self) -> bool:
        """Whether nothing comes after this page."""
        return (self.sought.page + 1) * PAGE >= self.total


def begin(bot: Bot, caller: Caller, words: tuple[str, ...]) -> CatalogPage:
    """The customers; for words that no customer holds, the projects or services that do. Raises UserError."""
    text = " ".join(words)
    pages = (read_page(bot, caller, CatalogSearch(kind, text)) for kind in KINDS)
    first = next(pages)
    if first.total or not text:
        return first
    return next((page for page in pages if page.total), first)


def read_page(bot: Bot, caller: Caller, sought: CatalogSearch) -> CatalogPage:
    """One page; the last one where there are fewer by now. Raises UserError."""
    _require_member(caller)
    workspace_id, text = caller.workspace_id, " ".join(typed_words(sought.text))
    with bot.database.read() as db:
        total = listing_rows.count_records(db, workspace_id, sought.kind, text, archived=sought.archived)
        sought = replace(sought, page=min(sought.page, max(total - 1, 0) // PAGE))
        records = listing_rows.page_of_records(
            db, workspace_id, sought.kind, text, archived=sought.archived, begins=sought.page * PAGE, most=PAGE
        )
        return CatalogPage(sought, total, _listed(db, caller, sought.kind, records), caller.may_create)


def read_one(bot: Bot, caller: Caller, kind: Kind, row_id: RowId) -> CatalogItem:
    """One customer, project or service, in use or not. Raises UserError."""
    with bot.database.read() as db:
        return find(db, caller, kind, row_id)


def find(db: Connection, caller: Caller, kind: Kind, row_id: int) -> CatalogItem:
    """As `read_one`, within a transaction. Raises UserError."""
    _require_member(caller)
    record = listing_rows.find_record(db, caller.workspace_id, kind, row_id)
    if record is None:
        raise UserError("This is no longer there: somebody deleted it meanwhile.")
    return _listed(db, caller, kind, [record])[0]


def _listed(db: Connection, caller: Caller, kind: Kind, records: list[CatalogRecord]) -> tuple[CatalogItem, ...]:
    ids = [record.id for record in records]
    makers = listing_rows.makers(db, caller.workspace_id, kind, ids)
    projects = listing_rows.count_projects(db, caller.workspace_id, ids) if kind == "customer" else {}
    work = listing_rows.open_work(db, caller.workspace_id, kind, ids)
    return tuple(
        CatalogItem(
            kind,
            record,
            maker,
            projects.get(record.id, 0),
            work.get(record.id, _NOTHING),
            may_keep=caller.bills,
            may_rename=caller.bills or (maker is not None and maker.person_id == caller.person_id),
        )
        for record, maker in ((record, makers.get(record.id)) for record in records)
    )


def _require_member(caller: Caller) -> None:
    if caller.is_guest:
        raise UserError("Guests of the workspace see only their own time and the customer of a linked channel.")
