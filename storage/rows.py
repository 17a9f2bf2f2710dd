"""What mypy knows of rows: an INSERT is checked against the table's class, a SELECT is made from the fields of its row.

No instance of such a class is made for it: see docs/decisions/0002-core-statements-on-sqlmodel-tables.md.
"""

from collections.abc import Callable
from functools import cache
from typing import Any, Generic, ParamSpec, TypeVar

from sqlalchemy import ColumnElement, Connection, Table, insert
from sqlmodel import SQLModel

from storage.statements import Query, single_value
from storage.tables.base import table

Columns = ParamSpec("Columns")
Model = TypeVar("Model", bound=SQLModel)


class NewRow(dict[str, Any], Generic[Model]):
    """The columns of a row of this table, which `row_values` alone makes: mypy has checked them."""


def insert_row(
    db: Connection, model: Callable[Columns, SQLModel], /, *_: Columns.args, **values: Columns.kwargs
) -> int:
    """Add a row to the table of `model`; its id. What is left out gets the table's default.

    mypy reads the columns, their types and which of them must be given from the class. Raises SQLAlchemy's errors.
    """
    return _inserting(model).one(db, **values)


def row_values(model: Callable[Columns, Model], /, *_: Columns.args, **values: Columns.kwargs) -> NewRow[Model]:
    """The columns of a new row, checked likewise: for many rows at once, or with ON CONFLICT."""
    return NewRow(values)


@cache
def _inserting(model: Any) -> Query[int]:
    into = table(model)
    return Query(insert(into).returning(into.c.id), single_value)


def columns_of(row: type[tuple[Any, ...]], base: Table, **elsewhere: ColumnElement[Any]) -> list[ColumnElement[Any]]:
    """What to select for a NamedTuple, in the order of its fields: the columns of `base` that are called like them.

    Fields that are called otherwise or stand in another table are given in `elsewhere`.
    """
    fields = row.__annotations__
    if unknown := elsewhere.keys() - fields.keys():
        raise TypeError(f"{row.__name__} has no {', '.join(sorted(unknown))}")
    return [elsewhere[field] if field in elsewhere else base.c[field] for field in fields]
