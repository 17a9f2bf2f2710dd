"""Statements that are compiled once for each database and then go straight to its driver. Only where people wait.

What SQLAlchemy does around each execution of a compiled statement takes longer than SQLite takes for the statement; see
docs/decisions/0002-core-statements-on-sqlmodel-tables.md. Types, errors and connections stay SQLAlchemy's.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property, lru_cache
from operator import itemgetter
from typing import Any, Generic, TypeVar

import orjson
from sqlalchemy import (
    Boolean,
    CompoundSelect,
    Connection,
    Date,
    Delete,
    Insert,
    Integer,
    Select,
    String,
    Update,
    select,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DBAPIError, NoResultFound
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import NullType, TypeEngine
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

Row = TypeVar("Row")
Cursor = Any
"""The driver's; see PEP 249."""
_Core = Select[Any] | CompoundSelect[Any] | Insert | Update | Delete
_Convert = Callable[[Any], Any]
_AT_ONCE = 512
"""Ids in one statement."""


class Statement:
    """An INSERT, UPDATE or DELETE. Its bindparams, and the columns to be set, are given by name when it runs."""

    def __init__(self, statement: _Core) -> None:
        """Compiles nothing yet: only `run` knows the database. A list for an IN is not supported."""
        self.statement = statement
        self._compiled: dict[tuple[str, ...], _Compiled] = {}

    def run(self, db: Connection, **values: Any) -> int:
        """How many rows it changed. Raises SQLAlchemy's errors."""
        cursor, _ = self._execute(db, values)
        changed: int = cursor.rowcount
        cursor.close()
        return changed

    def _execute(self, db: Connection, values: dict[str, Any]) -> "tuple[Cursor, _Compiled]":
        form = (db.dialect.name, *values)
        compiled = self._compiled.get(form)
        if compiled is None:
            compiled = self._compiled[form] = _compile(self.statement, db.dialect, list(values))
        return execute_on_driver(db, compiled.sql, compiled.parameters(values)), compiled


class Query(Statement, Generic[Row]):
    """A SELECT, or a change that returns rows."""

    def __init__(self, statement: _Core, row: Callable[[Iterable[Any]], Row]) -> None:
        """`row` makes one of our rows of the values of its columns."""
        super().__init__(statement)
        self.row = row

    def all(self, db: Connection, **values: Any) -> list[Row]:
        """The rows, in their order. Raises SQLAlchemy's errors."""
        cursor, compiled = self._execute(db, values)
        rows = _tried(db, compiled.sql, cursor, cursor.fetchall)
        cursor.close()
        return list(map(self.row, compiled.converted(rows)))

    def columns(self, db: Connection, **values: Any) -> list[Sequence[Any]]:
        """The values of all rows, a column each, where there are too many for an object each; [] where there are none.

        Raises SQLAlchemy's errors.
        """
        return self._in_arrays.read(db, values)

    @cached_property
    def _in_arrays(self) -> "_InArrays":
        return _InArrays(self.statement)

    def first(self, db: Connection, **values: Any) -> Row | None:
        """The first row, if there is one. Raises SQLAlchemy's errors."""
        cursor, compiled = self._execute(db, values)
        row = _tried(db, compiled.sql, cursor, cursor.fetchone)
        cursor.close()
        return None if row is None else self.row(compiled.columns(row))

    def one(self, db: Connection, **values: Any) -> Row:
        """The first row. Raises NoResultFound, and SQLAlchemy's other errors."""
        row = self.first(db, **values)
        if row is None:
            raise NoResultFound
        return row


class _Array(FunctionElement[Any]):
    """All values of a column as JSON, in the order of the rows."""

    type = NullType()
    inherit_cache = True


@compiles(_Array, "sqlite")
def _array_on_sqlite(element: Any, compiler: Any, **how: Any) -> str:
    return f"json_group_array({compiler.process(element.clauses, **how)})"


@compiles(_Array, "postgresql")
def _array_on_postgresql(element: Any, compiler: Any, **how: Any) -> str:
    return f"json_agg({compiler.process(element.clauses, **how)})::text"


class _InArrays(Statement):
    """A SELECT of rows, as one row with an array for each of its columns.

    A driver makes a row of each row, which of 100,000 takes longer than SQLite takes to find them. JSON, because to
    read PostgreSQL's own arrays takes twice as long.
    """

    def __init__(self, rows: _Core) -> None:
        found = rows.subquery()  # type: ignore[union-attr]
        super().__init__(select(*map(_Array, found.c)))
        self._types = [column.type for column in rows.exported_columns]

    def read(self, db: Connection, values: dict[str, Any]) -> list[Sequence[Any]]:
        """The columns; [] where there is no row."""
        cursor, compiled = self._execute(db, values)
        arrays = _tried(db, compiled.sql, cursor, cursor.fetchone)
        cursor.close()
        columns = [orjson.loads(array or "[]") for array in arrays]
        return [_converted(*each) for each in zip(columns, self._types, strict=True)] if columns[0] else []


def _converted(column: Sequence[Any], kind: TypeEngine[Any]) -> Sequence[Any]:
    """The values of a column as it declares them. Raises KeyError for a type that JSON may not keep as it is."""
    convert = _FROM_JSON[type(kind)]
    if convert is None:
        return column
    if convert is _moment:  # of which nearly each row has another
        return list(map(convert, column))
    known = {value: convert(value) for value in {*column}}  # many rows have few days
    return list(map(known.__getitem__, column))


def padded(listed: tuple[Row, ...]) -> tuple[Row, ...]:
    """The last one again until they are 1, 2, 4, 8 …: a list for an IN means the same, and has few lengths."""
    if len(listed) < 2:
        return listed
    return listed + listed[-1:] * ((1 << (len(listed) - 1).bit_length()) - len(listed))


def in_parts(ids: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Ids for as many statements as it takes, because none can have any number of them; each part is `padded`."""
    for first in range(0, len(ids), _AT_ONCE):
        yield padded(tuple(ids[first : first + _AT_ONCE]))


def single_value(columns: Iterable[Any]) -> Any:
    """The value of a row that has one column."""
    (value,) = columns
    return value


def execute_on_driver(db: Connection, sql: str, parameters: Any = ()) -> Cursor:
    """Straight to the driver, within the transaction of `db`. Raises SQLAlchemy's errors."""
    cursor = db.connection.cursor()
    _tried(db, sql, cursor, cursor.execute, sql, parameters)
    return cursor


def _tried(db: Connection, sql: str, cursor: Cursor, call: Callable[..., Any], *given: Any) -> Any:
    """Call the cursor. SQLite looks for a row only when it is fetched, so that can raise an error too."""
    try:
        return call(*given)
    except db.dialect.loaded_dbapi.Error as error:
        cursor.close()
        kind = db.dialect.loaded_dbapi.Error
        raise DBAPIError.instance(sql, None, error, kind, hide_parameters=True, dialect=db.dialect) from error


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A statement for one database."""

    sql: str
    constants: dict[str, Any]
    """Values that the statement brings along, as the driver takes them."""
    arranged: _Convert
    """Arranges values by name as the driver wants them; SQLite wants them in the order of its question marks."""
    to_driver: Sequence[tuple[str, _Convert]]
    """By name, only for types that the driver does not take as they are."""
    from_driver: Sequence[tuple[int, _Convert]]
    """By column."""

    def parameters(self, values: dict[str, Any]) -> Any:
        """All values as the driver takes them; `values` are converted in place."""
        for name, convert in self.to_driver:
            values[name] = convert(values[name])
        return self.arranged(values | self.constants)

    def converted(self, rows: Sequence[Sequence[Any]]) -> Iterable[Sequence[Any]]:
        """As `columns`, for all rows: one column after the other, which takes half the time where there are many."""
        if not self.from_driver or not rows:
            return rows
        columns: list[Sequence[Any]] = list(zip(*rows, strict=True))
        for column, convert in self.from_driver:
            columns[column] = list(map(convert, columns[column]))
        return zip(*columns, strict=True)

    def columns(self, row: Sequence[Any]) -> Sequence[Any]:
        """The values of a row as their columns declare them."""
        if not self.from_driver:
            return row
        values = list(row)
        for column, convert in self.from_driver:
            values[column] = convert(values[column])
        return values


def _compile(statement: _Core, dialect: Dialect, names: list[str]) -> _Compiled:
    compiled: Any = statement.compile(dialect=dialect, column_keys=names)
    constants = {name: value for name, value in compiled.params.items() if not compiled.binds[name].required}
    constants |= {column.key: column.default.arg for column in compiled.insert_prefetch}  # defaults of the table
    to_driver = {
        name: convert for name, bound in compiled.binds.items() if (convert := _to_driver(bound.type, dialect))
    }
    from_driver = [_from_driver(column.type, dialect) for column in statement.exported_columns]
    return _Compiled(
        sql=compiled.string,
        constants={name: to_driver.get(name, _as_it_is)(constants[name]) for name in constants.keys() - set(names)},
        arranged=_as_it_is if compiled.positiontup is None else _in_order(compiled.positiontup),
        to_driver=[(name, convert) for name, convert in to_driver.items() if name in names],
        from_driver=[(column, convert) for column, convert in enumerate(from_driver) if convert],
    )


def _to_driver(kind: TypeEngine[Any], dialect: Dialect) -> _Convert | None:
    if isinstance(kind, UTCDateTime) and dialect.name == "sqlite":
        return _as_sqlite_has_it
    converts: _Convert | None = kind.dialect_impl(dialect).bind_processor(dialect)
    return converts


def _as_sqlite_has_it(moment: datetime | None) -> str | None:
    """As SQLAlchemy writes a moment, which takes ten times as long, and eleven times a start. Raises ValueError."""
    if moment is None:
        return None
    if moment.tzinfo is None:
        raise ValueError("a moment without a zone")
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


def _from_driver(kind: TypeEngine[Any], dialect: Dialect) -> _Convert | None:
    if isinstance(kind, UTCDateTime) and dialect.name == "sqlite":
        return _as_we_have_it
    if isinstance(kind, Date) and dialect.name == "sqlite":
        return _day
    converts: _Convert | None = kind.dialect_impl(dialect).result_processor(dialect, None)
    return converts


def _as_we_have_it(moment: str | None) -> datetime | None:
    """What `_as_sqlite_has_it` made; SQLAlchemy reads it in four times the time."""
    return None if moment is None else datetime.fromisoformat(f"{moment}+00:00")


@lru_cache(4096)
def _day(day: str | None) -> date | None:
    """A day as SQLite keeps it; many rows have few, which are made once."""
    return None if day is None else date.fromisoformat(day)


def _truth(flag: int | bool | None) -> bool | None:
    """SQLite has numbers for it."""
    return None if flag is None else bool(flag)


def _moment(moment: str | None) -> datetime | None:
    """A moment in JSON: as SQLite keeps it, or with a T and the zone as PostgreSQL writes it."""
    if moment is None or moment[10] == " ":
        return _as_we_have_it(moment)
    return datetime.fromisoformat(moment).astimezone(UTC)


_FROM_JSON: dict[type[TypeEngine[Any]], _Convert | None] = {
    Integer: None,
    String: None,
    AutoString: None,
    Boolean: _truth,
    Date: _day,
    UTCDateTime: _moment,
}
"""By the type of a column. A number with decimals would be none of its own any more, so it is not among them."""


def _in_order(names: Sequence[str]) -> _Convert:
    if len(names) > 1:
        return itemgetter(*names)
    return lambda values: [values[name] for name in names]  # itemgetter makes no row of a single one


def _as_it_is(value: Any) -> Any:
    return value
