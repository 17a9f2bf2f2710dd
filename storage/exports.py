"""The entries of a filter with all that is said of them, one after the other."""

from collections.abc import Iterator

from sqlalchemy import Connection, and_, select

from bot.reports.rules.csv import ExportedEntry
from bot.tracking.rules.filters import Filter
from storage.filters import matching
from storage.rows import columns_of
from storage.tables import customers, draft_entries, drafts, entries, people, projects, services, settlements

AT_ONCE = 1_000
"""Rows that are fetched together."""
_EXPORTED = (
    select(
        *columns_of(
            ExportedEntry,
            entries,
            customer=customers.c.name,
            number=customers.c.number,
            project=projects.c.name,
            service=services.c.name,
            person=people.c.name,
            invoice=drafts.c.number,
            settled=settlements.c.kind,
        )
    )
    .join_from(entries, customers, customers.c.id == entries.c.customer_id)
    .join(people, people.c.id == entries.c.person_id)
    .outerjoin(projects, projects.c.id == entries.c.project_id)
    .outerjoin(services, services.c.id == entries.c.service_id)
    .outerjoin(draft_entries, and_(entries.c.on_draft, draft_entries.c.entry_id == entries.c.id))
    .outerjoin(drafts, drafts.c.id == draft_entries.c.draft_id)
    .outerjoin(settlements, and_(entries.c.on_draft, settlements.c.entry_id == entries.c.id))
    .order_by(entries.c.day, entries.c.started_at, entries.c.id)
)


def stream_entries(db: Connection, workspace_id: int, chosen: Filter) -> Iterator[ExportedEntry]:
    """Those that fit, by day; only some are in memory at a time. `db` is of `Database.stream`."""
    query = _EXPORTED.where(matching(workspace_id, chosen))
    with db.execution_options(yield_per=AT_ONCE).execute(query) as found:
        for fetched in found.partitions():
            yield from map(ExportedEntry._make, fetched)
