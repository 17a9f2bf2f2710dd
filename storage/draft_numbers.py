"""Invoices found in Billomat: which are of our drafts, and the numbers that these got there."""

from collections.abc import Sequence
from typing import Protocol, TypeVar

from sqlalchemy import Connection, and_, or_, select

from storage.change import Author, Change
from storage.drafts import Draft, set_columns
from storage.tables import drafts


class InvoiceThere(Protocol):
    """An invoice in Billomat."""

    @property
    def id(self) -> int:
        """Billomat's id."""

    @property
    def label(self) -> str:
        """Where our token stands, unless somebody edited it away."""

    @property
    def lasting_number(self) -> str:
        """The number that it keeps; "" for a draft."""


Found = TypeVar("Found", bound=InvoiceThere)


def without_other_drafts(db: Connection, draft: Draft, found: Sequence[Found]) -> list[Found]:
    """The invoices that belong to no other draft of ours, by its id in Billomat or by its token in their label."""
    others = and_(
        drafts.c.workspace_id == draft.workspace_id,
        drafts.c.id != draft.id,
        or_(drafts.c.customer_id == draft.customer_id, drafts.c.billomat_id.in_([each.id for each in found])),
    )
    known = db.execute(select(drafts.c.billomat_id, drafts.c.token).where(others)).all()
    ids = {row.billomat_id for row in known}
    tokens = [row.token for row in known if row.token]
    return [each for each in found if each.id not in ids and not any(token in each.label for token in tokens)]


def note_number(db: Connection, draft_id: int, billomat_id: int, number: str) -> None:
    """Note that a draft was completed in Billomat, if it still stands on that invoice."""
    set_columns(db, and_(drafts.c.id == draft_id, drafts.c.billomat_id == billomat_id), number=number)


def note_numbers(change: Change[Author], found: Sequence[InvoiceThere]) -> None:
    """Note which of our drafts were completed in Billomat, whatever the invoices were asked for, and record it."""
    numbers = {each.id: each.lasting_number for each in found if each.lasting_number}
    if not numbers:
        return
    ours = and_(drafts.c.workspace_id == change.by.workspace_id, drafts.c.billomat_id.in_(numbers))
    for row in change.db.execute(select(drafts.c.id, drafts.c.billomat_id, drafts.c.number).where(ours)).all():
        if row.number != (number := numbers[row.billomat_id]):
            set_columns(change.db, drafts.c.id == row.id, number=number)
            change.record("draft", row.id, "number", before={"number": row.number}, after={"number": number})
