"""Runs the migrations on the connection that `Database.migrate` hands over."""

from alembic import context
from sqlalchemy import Connection

from storage import tables

connection: Connection = context.config.attributes["connection"]
on_sqlite = connection.dialect.name == "sqlite"

if on_sqlite:
    # Batch mode rebuilds a table by dropping it; with foreign keys on that would delete every child row, silently.
    connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
    connection.rollback()

context.configure(
    connection=connection,
    target_metadata=tables.metadata,
    render_as_batch=True,
    transactional_ddl=True,  # SQLite can roll DDL back: a migration that breaks leaves the old schema whole
)
with context.begin_transaction():
    context.run_migrations()
    if on_sqlite and (broken := connection.exec_driver_sql("PRAGMA foreign_key_check").all()):
        raise RuntimeError(f"the migration would break {len(broken)} references; nothing was changed")

if on_sqlite:
    connection.commit()
    connection.exec_driver_sql("PRAGMA foreign_keys = ON")
