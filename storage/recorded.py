"""Changes of single rows that the audit keeps: what people set, who may do what, what is billed how."""

from sqlalchemy import Table, and_, select, update

from storage.audit import Subject
from storage.change import Author, Change
from storage.tables.catalog import CustomerColumns, ProjectColumns, ServiceColumns
from storage.tables.people import PersonColumns, WorkspaceColumns

ChangedColumns = PersonColumns | WorkspaceColumns | CustomerColumns | ProjectColumns | ServiceColumns


def change_row(
    change: Change[Author], subject: Subject, into: Table, row_id: int, action: str, values: ChangedColumns
) -> None:
    """Set columns of one row of the workspace; what differs from before is recorded, and only that.

    Never with a secret among the values: nothing is ever deleted from the audit.
    """
    workspace = into.c.id if into.name == "workspace" else into.c.workspace_id
    the_row = and_(into.c.id == row_id, workspace == change.by.workspace_id)
    known = change.db.execute(select(*(into.c[name] for name in values)).where(the_row)).first() if values else None
    if known is None:
        return
    after = {name: value for name, value in values.items() if known._mapping[name] != value}
    if not after:
        return
    before = {name: known._mapping[name] for name in after}
    change.db.execute(update(into).where(the_row).values(**after))
    change.record(subject, row_id, action, before=before, after=after)
