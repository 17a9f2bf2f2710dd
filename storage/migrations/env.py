"""Runs the migrations on the connection that `Database.migrate` hands over."""

from alembic import context
from sqlalchemy import Connection

from storage import tables
from storage.diagnosis import Unusable

connection: Connection = context.config.attributes["connection"]
on_sqlite = connection.dialect.name == "sqlite"


def rebuilding(lasts: bool) -> None:
    """Have SQLite let tables be rebuilt, or not; it has no effect within a transaction."""
    if on_sqlite:
        for pragma, is_on in (("foreign_keys", not lasts), ("legacy_alter_table", lasts)):
            connection.connection.driver_connection.execute(f"PRAGMA {pragma} = {is_on:d}")


context.configure(
    connection=connection,
    target_metadata=tables.metadata,
    render_as_batch=True,
    transactional_ddl=True,  # SQLite can roll DDL back: a migration that breaks leaves the old schema whole
)
# Batch mode rebuilds a table by dropping it; with references checked that would fail or delete the rows below it.
# Then it renames the new one, which SQLite would refuse while a trigger of another table speaks of it.
rebuilding(True)
try:
    with context.begin_transaction():
        one_at_a_time = (
            "BEGIN IMMEDIATE" if on_sqlite else "SELECT pg_advisory_xact_lock(hashtext('trackomat migrates'))"
        )
        connection.exec_driver_sql(one_at_a_time)
        context.run_migrations()
        if on_sqlite and (broken := connection.exec_driver_sql("PRAGMA foreign_key_check").all()):
            raise Unusable(f"The migration would break {len(broken)} references. Nothing was changed; report this.")
finally:
    rebuilding(False)
