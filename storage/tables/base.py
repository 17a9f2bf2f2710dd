"""What all tables share. What must never happen is forbidden here first, and only then avoided in code.

Each row belongs to a workspace. References carry the workspace in the key, so that the database itself refuses a row
that points into another workspace. Money is integer cents, durations are integer seconds, rates of tax are integer
hundredths of a percent, moments are aware UTC.
"""

from enum import StrEnum
from typing import Any, Generic, TypeVar

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Connection,
    Dialect,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    TypeDecorator,
    false,
    text,
    true,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Field, SQLModel

# Named constraints can be altered later, on SQLite too (which Alembic rebuilds table by table).
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
metadata: MetaData = SQLModel.metadata

SUM = BigInteger().with_variant(Integer(), "sqlite")
"""Cents that were added up: there are currencies in which an invoice over 21 million units is an ordinary one."""

Word = TypeVar("Word", bound=StrEnum)


class EnumText(TypeDecorator[Word], Generic[Word]):
    """A column that holds the values of a StrEnum as text: `state: State = Field(sa_type=enum_text(State))`.

    Drivers see plain text (psycopg would write an enum's name, not its value); who reads gets the enum.
    """

    impl = String
    cache_ok = True

    def __init__(self, words: type[Word]) -> None:
        super().__init__()
        self.words = words

    def process_bind_param(self, value: Word | str | None, dialect: Dialect) -> str | None:
        """As the database has it. Raises ValueError for a word that the enum does not know."""
        return None if value is None else self.words(value).value

    def process_result_value(self, value: str | None, dialect: Dialect) -> Word | None:
        """As we have it."""
        return None if value is None else self.words(value)


def enum_text(words: type[StrEnum]) -> Any:
    """The type of a column that holds a StrEnum; SQLModel's `sa_type` is declared for classes only."""
    return EnumText(words)


def one_of(column: str, *values: str) -> CheckConstraint:
    """A column that holds one of these words."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def within_workspace(table: str, column: str, *, cascade: bool = False) -> ForeignKeyConstraint:
    """A reference that cannot leave its workspace."""
    return ForeignKeyConstraint(
        ["workspace_id", column],
        [f"{table}.workspace_id", f"{table}.id"],
        ondelete="CASCADE" if cascade else None,
    )


def defaulting(value: Any) -> Any:
    """A column that a row may leave out; the database fills it in."""
    written = {True: true(), False: false()}.get(value, str(value)) if isinstance(value, bool) else str(value)
    return Field(default=value, sa_column_kwargs={"server_default": written})


def unique_where(name: str, *columns: str, where: str) -> Index:
    """Columns that are unique together among the rows of which `where` is true."""
    return Index(name, *columns, unique=True, sqlite_where=text(where), postgresql_where=text(where))


NEVER_REUSED = {"sqlite_autoincrement": True}
"""SQLite gives the id of a deleted last row to the next one; a button in an old message would then mean that one."""


def table(model: type[SQLModel]) -> Table:
    """The plain table behind a model: queries are written against columns, which is quick and typed alike on both."""
    found: Table = model.__table__  # type: ignore[attr-defined]
    return found


def inserting(db: Connection, into: Table) -> postgresql.Insert | sqlite.Insert:
    """An INSERT that can say ON CONFLICT, which both databases know but SQLAlchemy has no common word for."""
    return sqlite.insert(into) if db.dialect.name == "sqlite" else postgresql.insert(into)
