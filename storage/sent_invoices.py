"""Invoices that came of our drafts, as Billomat was last seen to have them."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple, Unpack

from sqlalchemy import ColumnElement, Connection, Integer, and_, bindparam, delete, insert, or_, select, update

from bot.billing.rules.following import FINAL, CancelledDecision, InvoiceStatus, News
from storage.change import Author, Change
from storage.rows import columns_of, row_values
from storage.statements import Query, padded
from storage.tables import SentInvoice, drafts, sent_invoices
from storage.tables.billing.billed import SentInvoiceColumns


class Followed(NamedTuple):
    """One invoice as it was last seen; see storage/tables/billing/billed.py."""

    id: int
    draft_id: int
    billomat_id: int
    account_number: int | None
    sent_at: datetime
    seen_at: datetime | None
    status: InvoiceStatus
    number: str
    net_cents: int | None
    gross_cents: int | None
    updated: str
    missing_since: datetime | None
    doubted_at: datetime | None
    decision: CancelledDecision
    restored_at: datetime | None
    lines_read: str
    lines_there: list[Any] | None
    lines_apart: list[Any] | None
    token: str | None
    """Of its draft as that is now; None when that is open again."""
    is_current: bool
    """Whether its draft stands on it now; False: its time was freed, and may stand on another one."""


class SeenInvoice(NamedTuple):
    """What a look found of one."""

    billomat_id: int
    status: InvoiceStatus
    number: str
    net_cents: int | None
    gross_cents: int | None
    updated: str

    @property
    def lines_mark(self) -> str:
        """What differs as soon as somebody changed a line there: for which its lines were compared."""
        return f"{self.updated}|{self.net_cents}|{self.gross_cents}"


_IS_CURRENT: ColumnElement[bool] = drafts.c.billomat_id.is_not_distinct_from(sent_invoices.c.billomat_id)
_FOLLOWED = select(
    *columns_of(Followed, sent_invoices, token=drafts.c.token, is_current=_IS_CURRENT.label("is_current"))
).join_from(sent_invoices, drafts, drafts.c.id == sent_invoices.c.draft_id)


def followed(db: Connection, workspace_id: int, *, since: datetime) -> list[Followed]:
    """The invoices to look after, the newest first; what is paid, cancelled or was freed only if sent `since`."""
    unsettled = and_(_IS_CURRENT, sent_invoices.c.status.not_in(FINAL))
    wanted = and_(sent_invoices.c.workspace_id == workspace_id, or_(unsettled, sent_invoices.c.sent_at >= since))
    query = _FOLLOWED.where(wanted).order_by(sent_invoices.c.billomat_id.desc())
    return [Followed._make(row) for row in db.execute(query)]


def followed_one(db: Connection, workspace_id: int, billomat_id: int) -> Followed | None:
    """One of them by Billomat's id."""
    one = and_(sent_invoices.c.workspace_id == workspace_id, sent_invoices.c.billomat_id == billomat_id)
    row = db.execute(_FOLLOWED.where(one)).first()
    return Followed._make(row) if row else None


def of_draft(db: Connection, draft_id: int) -> Followed | None:
    """The invoice on which a draft stands now."""
    row = db.execute(_FOLLOWED.where(and_(sent_invoices.c.draft_id == draft_id, _IS_CURRENT))).first()
    return Followed._make(row) if row else None


class SentAs(NamedTuple):
    """How far a draft is in Billomat, as last seen there, and what people decided of it once it was cancelled."""

    status: InvoiceStatus
    decision: CancelledDecision = CancelledDecision.NONE


def statuses(db: Connection, draft_ids: Collection[int]) -> dict[int, SentAs]:
    """How far these drafts are."""
    ids = padded(tuple(draft_ids))
    values = {f"draft{n}": draft_id for n, draft_id in enumerate(ids)}
    return dict(_statuses(len(ids)).all(db, **values)) if ids else {}


@lru_cache(8)
def _statuses(count: int) -> Query[tuple[int, SentAs]]:
    ids = [bindparam(f"draft{n}", type_=Integer) for n in range(count)]
    known = select(sent_invoices.c.draft_id, sent_invoices.c.status, sent_invoices.c.decision)
    known = known.join_from(sent_invoices, drafts)
    return Query(known.where(and_(sent_invoices.c.draft_id.in_(ids), _IS_CURRENT)), _status)


def _status(columns: Iterable[Any]) -> tuple[int, SentAs]:
    draft_id, *seen = columns
    return draft_id, SentAs(*seen)


def note_sent(
    change: Change[Author], draft_id: int, seen: SeenInvoice, *, account_number: int | None, is_as_sent: bool
) -> None:
    """A draft stands in Billomat from now on, on the account of that id; as it was sent, if Billomat says so."""
    new = row_values(
        SentInvoice,
        workspace_id=change.by.workspace_id,
        draft_id=draft_id,
        billomat_id=seen.billomat_id,
        account_number=account_number,
        sent_at=change.by.now,
        status=seen.status,
        number=seen.number,
        net_cents=seen.net_cents,
        gross_cents=seen.gross_cents,
        updated=seen.updated,
        lines_read=seen.lines_mark if is_as_sent else "",
    )
    # Another draft may have had it: people can say of a lost one that it is an invoice which was freed before.
    known = followed_one(change.db, change.by.workspace_id, seen.billomat_id)
    if known:
        change.db.execute(delete(sent_invoices).where(sent_invoices.c.id == known.id))
    change.db.execute(insert(sent_invoices).values(**new))


def note_unchanged(db: Connection, workspace_id: int, ids: Collection[int], *, at: datetime) -> None:
    """A look that began `at` found these as they were."""
    which = _not_seen_since(workspace_id, ids, at)
    db.execute(update(sent_invoices).where(which).values(seen_at=at, missing_since=None, doubted_at=None))


def note_account(db: Connection, workspace_id: int, ids: Collection[int], *, account_number: int) -> None:
    """These were seen on the account that Billomat gives this id."""
    these = and_(sent_invoices.c.workspace_id == workspace_id, sent_invoices.c.billomat_id.in_(ids))
    db.execute(update(sent_invoices).where(these).values(account_number=account_number))


def note_change(change: Change[Author], known: Followed, seen: SeenInvoice, *, at: datetime, news: News | None) -> bool:
    """A look that began `at` found it changed. False, and nothing is done, when a later look found it before."""
    changed: SentInvoiceColumns = {
        "seen_at": at,
        "status": seen.status,
        "number": seen.number,
        "net_cents": seen.net_cents,
        "gross_cents": seen.gross_cents,
        "updated": seen.updated,
        "missing_since": None,
        "doubted_at": None,
    }
    if seen.status is not InvoiceStatus.CANCELED:
        changed["decision"] = CancelledDecision.NONE
    if not _set_columns(change.db, _not_seen_since(change.by.workspace_id, [known.billomat_id], at), **changed):
        return False
    if news:
        before, after = ({"status": each.status, "number": each.number} for each in (known, seen))
        change.record("draft", known.draft_id, news, before=before, after=after)
    return True


def note_lines(change: Change[Author], known: Followed, mark: str, there: list[Any] | None) -> bool:
    """Its lines were compared: None, they are as they were sent. False when another look read the same before."""
    which = and_(sent_invoices.c.id == known.id, sent_invoices.c.lines_read == known.lines_read)
    if not _set_columns(change.db, which, lines_read=mark, lines_there=there):
        return False
    if there != known.lines_there:
        before, after = {"lines_there": known.lines_there}, {"lines_there": there}
        change.record("draft", known.draft_id, "lines read", before=before, after=after)
    return True


def note_apart(
    change: Change[Author], known: Followed, apart: list[Any], line: Sequence[Any], *, is_apart: bool
) -> None:
    """A person said of a line there that it is something else than was sent, or that it is a part of it after all."""
    _set_columns(change.db, sent_invoices.c.id == known.id, lines_apart=apart or None)
    action = "line apart" if is_apart else "line a part"
    change.record("draft", known.draft_id, action, before={}, after={"lines_there": [list(line)]})


def note_missing(db: Connection, workspace_id: int, ids: Collection[int], *, at: datetime) -> None:
    """A look that began `at` missed these; the first such moment is kept."""
    which = and_(_not_seen_since(workspace_id, ids, at), sent_invoices.c.missing_since.is_(None))
    db.execute(update(sent_invoices).where(which).values(missing_since=at))


def note_doubted(db: Connection, workspace_id: int, ids: Collection[int], *, at: datetime) -> list[int]:
    """People are asked about these from now on; those of which they were not asked before."""
    which = and_(_not_seen_since(workspace_id, ids, at), sent_invoices.c.doubted_at.is_(None))
    changed = update(sent_invoices).where(which).values(doubted_at=at).returning(sent_invoices.c.billomat_id)
    return list(db.execute(changed).scalars())


def note_restored(change: Change[Author], known: Followed, *, at: datetime | None) -> bool:
    """People hear now that it counts again (None: it is cancelled again). False when they did already."""
    told = sent_invoices.c.restored_at.is_(None) if at else sent_invoices.c.restored_at.is_not(None)
    which = and_(sent_invoices.c.id == known.id, told)
    done = change.db.execute(update(sent_invoices).where(which).values(restored_at=at)).rowcount == 1
    if done and at:
        change.record("draft", known.draft_id, News.RESTORED, after={"number": known.number})
    return done


def note_deleting(change: Change[Author], known: Followed, *, account_number: int | None) -> None:
    """Billomat is asked from now on to delete it; the first such moment is kept. `account_number`: read just before."""
    first = and_(sent_invoices.c.id == known.id, sent_invoices.c.deleting_at.is_(None))
    if _set_columns(change.db, first, deleting_at=change.by.now):
        change.record("draft", known.draft_id, "deleting", after={"number": known.number})
    if account_number is not None:
        _set_columns(change.db, sent_invoices.c.id == known.id, account_number=account_number)


def decide(change: Change[Author], known: Followed, decision: CancelledDecision) -> bool:
    """Keep what people said about a cancelled invoice. False when it is not cancelled any more."""
    which = and_(sent_invoices.c.id == known.id, sent_invoices.c.status == InvoiceStatus.CANCELED)
    if not change.db.execute(update(sent_invoices).where(which).values(decision=decision)).rowcount:
        return False
    before, after = {"decision": known.decision}, {"decision": decision, "number": known.number}
    change.record("draft", known.draft_id, decision, before=before, after=after)
    return True


def _set_columns(db: Connection, where: ColumnElement[bool], **values: Unpack[SentInvoiceColumns]) -> int:
    return db.execute(update(sent_invoices).where(where).values(**values)).rowcount


def _not_seen_since(workspace_id: int, ids: Collection[int], at: datetime) -> ColumnElement[bool]:
    """A look may be overtaken by one that began later and knows more."""
    return and_(
        sent_invoices.c.workspace_id == workspace_id,
        sent_invoices.c.billomat_id.in_(ids),
        or_(sent_invoices.c.seen_at.is_(None), sent_invoices.c.seen_at < at),
    )
