"""What people changed on the lines of open drafts."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, bindparam, delete, exists, insert, or_, select, update

from bot.billing.rules.expenses import is_expense
from bot.billing.rules.grouping import BY_PROJECT_AND_SERVICE, GroupKey, Shared
from bot.billing.rules.lines import LineEdit
from bot.billing.rules.reductions import Reduction
from bot.billing.rules.states import BEING_MADE
from storage import priced_articles as article_rows
from storage import shown as shown_rows
from storage.change import Author, Change
from storage.rows import NewRow, columns_of, row_values
from storage.statements import Query
from storage.tables import DraftEdit, draft_edits, drafts, entries, expenses, inserting


class StoredEdit(NamedTuple):
    """What a person wants different on a line, as it is kept; None: as it comes."""

    group_key: GroupKey
    title: str | None = None
    description: str | None = None
    article_id: int | None = None
    rate_cents: int | None = None
    article_kept: bool = False
    rate_gross: bool | None = None
    """Whether the rate is with VAT."""
    written_for: list[list[Any]] | None = None
    """The entries that the person saw on the line."""
    reduction: int = 0
    reduction_cents: int = 0
    """What is taken off of it."""

    @property
    def changes_anything(self) -> bool:
        """Whether the line differs from how it comes."""
        typed = (self.title, self.description, self.article_id, self.rate_cents)
        is_reduced = self.reduction != 0 or self.reduction_cents != 0
        return self.article_kept or is_reduced or any(each is not None for each in typed)


_EDITS = Query(
    select(*columns_of(StoredEdit, draft_edits)).where(draft_edits.c.draft_id == bindparam("draft")), StoredEdit._make
)


def line_edits(db: Connection, workspace_id: int, draft_id: int) -> dict[GroupKey, LineEdit]:
    """What people changed on the lines of an open draft."""
    stored = _EDITS.all(db, draft=draft_id)
    chosen = [edit.article_id for edit in stored if edit.article_id]
    priced = article_rows.articles_by_id(db, workspace_id, chosen) if chosen else {}
    private = {is_spent: _private_notes(db, stored, is_spent=is_spent) for is_spent in (True, False)}
    return {
        edit.group_key: LineEdit(
            title=edit.title,
            description=edit.description,
            article=priced.get(edit.article_id) if edit.article_id else None,
            rate_cents=edit.rate_cents,
            rate_gross=edit.rate_gross,
            article_kept=edit.article_kept,
            written_for=None if edit.written_for is None else shown_rows.entries_of_json(edit.written_for),
            private_notes=_of_line(edit, private[is_expense(edit.group_key)]),
            reduction=Reduction(edit.reduction, edit.reduction_cents),
        )
        for edit in stored
    }


def with_edits(db: Connection, draft_ids: Collection[int]) -> set[int]:
    """Those of these drafts on which somebody changed a line."""
    changed = select(draft_edits.c.draft_id).distinct().where(draft_edits.c.draft_id.in_(draft_ids))
    return set(db.execute(changed).scalars()) if draft_ids else set()


def _private_notes(db: Connection, stored: Iterable[StoredEdit], *, is_spent: bool) -> dict[int, str]:
    """Of the entries, or of the expenses, that people saw on lines whose words they changed, the notes that are private
    by now.
    """
    worded = [edit for edit in stored if edit.title is not None or edit.description is not None]
    of_kind = [edit for edit in worded if is_expense(edit.group_key) is is_spent]
    seen = {key for edit in of_kind for key, *_ in edit.written_for or ()}
    if not seen:
        return {}
    table = expenses if is_spent else entries
    private = and_(table.c.id.in_(seen), table.c.private, table.c.note != "")
    return {row.id: row.note for row in db.execute(select(table.c.id, table.c.note).where(private))}


def _of_line(edit: StoredEdit, notes: Mapping[int, str]) -> dict[int, str]:
    return {key: notes[key] for key, *_ in edit.written_for or () if key in notes}


def keep_line_edit(change: Change[Author], draft_id: int, edit: StoredEdit) -> None:
    """Keep what a person wants different on one line, in place of what was before; the caller holds the lock."""
    same = and_(draft_edits.c.draft_id == draft_id, draft_edits.c.group_key == edit.group_key)
    change.db.execute(delete(draft_edits).where(same))
    if edit.changes_anything:
        _add(change.db, [_row(change, draft_id, edit)])
    recorded = edit._asdict()
    del recorded["written_for"]
    for name in ("reduction", "reduction_cents"):  # 0 is none
        recorded[name] = recorded[name] or None
    change.record("draft", draft_id, "change line", after=recorded)


def keep_rates(change: Change[Author], draft_id: int, edits: Sequence[StoredEdit]) -> None:
    """Keep the rates of these lines; what people changed else on them stays. The caller holds the lock."""
    new = inserting(change.db, draft_edits)
    rates = {"rate_cents": new.excluded.rate_cents, "rate_gross": new.excluded.rate_gross}
    kept = new.on_conflict_do_update(index_elements=["draft_id", "group_key"], set_=rates)
    change.db.execute(kept, [_row(change, draft_id, each) for each in edits])
    change.record(
        "draft", draft_id, "enter rates", after={"rates": [[each.group_key, each.rate_cents] for each in edits]}
    )


def _add(db: Connection, rows: Sequence[NewRow[DraftEdit]]) -> None:
    db.execute(insert(draft_edits), rows)


def _row(change: Change[Author], draft_id: int, edit: StoredEdit) -> NewRow[DraftEdit]:
    return row_values(
        DraftEdit,
        workspace_id=change.by.workspace_id,
        draft_id=draft_id,
        group_key=edit.group_key,
        title=edit.title,
        description=edit.description,
        article_id=edit.article_id,
        rate_cents=edit.rate_cents,
        rate_gross=edit.rate_gross,
        article_kept=edit.article_kept,
        written_for=edit.written_for,
        reduction=edit.reduction,
        reduction_cents=edit.reduction_cents,
    )


def keep_article(change: Change[Author], draft_id: int, key: GroupKey, article_id: int | None) -> None:
    """Have a line keep the article that it has, or none, unless a person chose one for it."""
    row = row_values(
        DraftEdit,
        workspace_id=change.by.workspace_id,
        draft_id=draft_id,
        group_key=key,
        article_id=article_id,
        article_kept=True,
    )
    new = inserting(change.db, draft_edits).values(row)
    is_free = and_(draft_edits.c.article_id.is_(None), ~draft_edits.c.article_kept)
    changed = {"article_id": new.excluded.article_id, "article_kept": True}
    kept = new.on_conflict_do_update(index_elements=["draft_id", "group_key"], set_=changed, where=is_free)
    change.db.execute(kept)
    change.record("draft", draft_id, "keep article", after={"group_key": key, "article_id": article_id})


def forget_line_edits(change: Change[Author], draft_id: int) -> None:
    """Forget what people changed on the lines of a draft."""
    change.db.execute(delete(draft_edits).where(draft_edits.c.draft_id == draft_id))
    change.record("draft", draft_id, "start over")


def forget_rates(change: Change[Author], draft_id: int) -> None:
    """Forget the rates and amounts that people typed for the lines of a draft; the rest of what they changed stays."""
    edits = draft_edits.c
    typed = and_(edits.draft_id == draft_id, or_(edits.rate_cents.is_not(None), edits.reduction_cents > 0))
    query = select(edits.group_key, edits.rate_cents, edits.reduction_cents).where(typed).order_by(edits.group_key)
    before = [[*row] for row in change.db.execute(query)]
    if before:
        change.db.execute(update(draft_edits).where(typed).values(rate_cents=None, rate_gross=None, reduction_cents=0))
        change.record("draft", draft_id, "forget rates", before={"rates": before})


def move_line_edits(change: Change[Author], shared: Shared, ours: int, theirs: int) -> None:
    """Have what people changed on a line follow its entries to another project or service, unless somebody changed
    that line too. The line says which entries are new to what was written.
    """
    where = and_(drafts.c.workspace_id == change.by.workspace_id, drafts.c.state.in_(BEING_MADE))
    query = select(draft_edits.c.draft_id, draft_edits.c.group_key).join(drafts, drafts.c.id == draft_edits.c.draft_id)
    known = {(row.draft_id, row.group_key) for row in change.db.execute(query.where(where))}
    for draft_id, key in sorted(known):
        new = BY_PROJECT_AND_SERVICE.moved(key, shared, ours, theirs)
        if new is None or (draft_id, new) in known:
            continue
        of_line = and_(draft_edits.c.draft_id == draft_id, draft_edits.c.group_key == key)
        change.db.execute(update(draft_edits).where(of_line).values(group_key=new))
        change.record("draft", draft_id, "move line", before={"group_key": key}, after={"group_key": new})


def take_over_line_edits(db: Connection, draft_id: int, other_id: int) -> None:
    """Move to this draft what people changed on the lines of another; where both have something, the other wins."""
    other = draft_edits.alias()
    same = and_(other.c.draft_id == other_id, other.c.group_key == draft_edits.c.group_key)
    db.execute(delete(draft_edits).where(and_(draft_edits.c.draft_id == draft_id, exists().where(same))))
    db.execute(update(draft_edits).where(draft_edits.c.draft_id == other_id).values(draft_id=draft_id))
