"""Columns are typed once: mypy sees a wrong INSERT, and rows and what an UPDATE may set say what the tables say."""

import textwrap
from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from runpy import run_path
from types import NoneType, UnionType
from typing import Any, Literal, NamedTuple, TypedDict, get_args, get_origin, get_type_hints, is_typeddict

import pytest
from mypy import api
from sqlalchemy import JSON, Column, ColumnElement, Integer, MetaData, Table, TypeDecorator, bindparam, insert, select
from sqlalchemy.exc import StatementError
from sqlalchemy.types import NullType, TypeEngine
from sqlmodel import SQLModel

import storage
from storage import tables
from storage.database import Database
from storage.rows import columns_of, insert_row, row_values
from storage.statements import Query, single_value
from storage.tables import Question, customers, questions
from storage.tables.base import EnumText, enum_text
from tests.conftest import T0, NewDatabase

ROOT = Path(__file__).parents[2]


@pytest.fixture
def db(new_database: NewDatabase, tmp_path: Path) -> Iterator[Database]:
    database = Database(new_database(tmp_path))
    yield database
    database.close()


# INSERT


@pytest.mark.slow
@pytest.mark.parametrize(
    ("columns", "complaint"),
    [
        ("person_id=1, asked_at=now, command={}", 'Missing named argument "workspace_id"'),
        ("workspace_id=1, person=1, asked_at=now, command={}, person_id=1", 'Unexpected keyword argument "person"'),
        ('workspace_id=1, person_id="1", asked_at=now, command={}', 'incompatible type "str"; expected "int"'),
        ("workspace_id=1, person_id=1, asked_at=now, command={}", "Success"),
    ],
)
@pytest.mark.parametrize("call", ["insert_row(db, Question, {})", "row_values(Question, {})"])
def test_mypy_sees_what_is_wrong_with_the_columns_of_a_new_row(
    call: str, columns: str, complaint: str, tmp_path: Path
) -> None:
    written = tmp_path / "written.py"
    written.write_text(
        textwrap.dedent(
            """
            from datetime import datetime
            from sqlalchemy import Connection
            from storage.rows import insert_row, row_values
            from storage.tables import Question

            def write(db: Connection, now: datetime) -> None:
            """
        )
        + f"    {call.format(columns)}\n"
    )
    said, errors, _ = api.run([f"--config-file={ROOT / 'pyproject.toml'}", str(written)])
    assert complaint in said, said + errors


def test_a_new_row_gets_the_defaults_of_its_table(db: Database) -> None:
    with db.write() as connection:
        workspace = insert_row(connection, tables.Workspace, team_id="T1", created_at=T0)
        assert connection.execute(select(tables.workspaces.c.rate_cents, tables.workspaces.c.currency)).one()
    assert workspace == 1


def test_columns_for_many_rows_are_what_was_given() -> None:
    assert row_values(Question, workspace_id=1, person_id=2, asked_at=T0, command={}) == {
        "workspace_id": 1,
        "person_id": 2,
        "asked_at": T0,
        "command": {},
    }


# SELECT


class Asked(NamedTuple):
    """In another order than the table has its columns, and with one of another table."""

    asked_at: datetime
    customer: str
    id: int


def test_a_row_is_read_in_the_order_of_its_fields() -> None:
    assert columns_of(Asked, questions, customer=customers.c.name) == [
        questions.c.asked_at,
        customers.c.name,
        questions.c.id,
    ]


def test_a_field_without_a_column_and_a_column_without_a_field_are_refused() -> None:
    with pytest.raises(KeyError, match="customer"):
        columns_of(Asked, questions)
    with pytest.raises(TypeError, match="Asked has no name"):
        columns_of(Asked, questions, customer=customers.c.name, name=customers.c.name)


def selected_rows() -> Iterator[tuple[str, type, list[ColumnElement[Any]]]]:
    """The rows that storage reads, with what is selected for each; the modules are run once more to see that."""
    seen: list[tuple[type, list[ColumnElement[Any]]]] = []

    def seeing(row: type[tuple[Any, ...]], base: Table, **elsewhere: ColumnElement[Any]) -> list[ColumnElement[Any]]:
        seen.append((row, columns_of(row, base, **elsewhere)))
        return seen[-1][1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("storage.rows.columns_of", seeing)
        for path in sorted(Path(*storage.__path__).glob("*.py")):
            if path.name != "rows.py" and "columns_of" in path.read_text():
                run_path(str(path), run_name=f"storage.{path.stem}")
    yield from ((f"{row.__module__}.{row.__name__}", row, columns) for row, columns in seen)


ROWS = [pytest.param(row, columns, id=name) for name, row, columns in selected_rows()]


NEVER_EMPTY = {"FrozenLine", "BilledDays", "OpenTime"}
"""Their tables would take less: one function writes all of a frozen line, only what was approved is billed, and only
what has ended is open time.
"""


def held(kind: TypeEngine[Any], hints: list[type]) -> type:
    """What a column of this type holds; in JSON that is a list where the row says so."""
    if isinstance(kind, EnumText):
        return kind.words
    if isinstance(kind, JSON):
        return list if list in hints else dict
    return held(kind.impl_instance, hints) if isinstance(kind, TypeDecorator) else kind.python_type


def plain(hint: Any) -> type:
    """The class behind a type that says more, such as a dict of something or certain words."""
    hint = getattr(hint, "__supertype__", hint)
    return type(get_args(hint)[0]) if get_origin(hint) is Literal else get_origin(hint) or hint


@pytest.mark.parametrize(("row", "columns"), ROWS)
def test_a_field_has_the_type_of_its_column(row: type, columns: list[ColumnElement[Any]]) -> None:
    for (field, hint), column in zip(get_type_hints(row).items(), columns, strict=True):
        kinds = [plain(each) for each in (get_args(hint) if isinstance(hint, UnionType) else (hint,))]
        if isinstance(column.type, NullType):  # a NULL in place of a column
            assert NoneType in kinds, field
            continue
        assert issubclass(held(column.type, kinds), tuple(kinds)), field
        may_be_null = isinstance(column, Column) and column.nullable and row.__name__ not in NEVER_EMPTY
        assert NoneType in kinds or not may_be_null, field


# UPDATE

TYPED = [
    pytest.param(getattr(module, name.removesuffix("Columns")), columns, id=name)
    for each in iter_modules(tables.__path__)
    for module in [import_module(f"storage.tables.{each.name}")]
    for name, columns in vars(module).items()
    if is_typeddict(columns) and columns.__module__ == module.__name__
]
"""The table's class and the columns of it that an update may set, which are called after it."""


def differing(model: type[SQLModel], columns: type) -> list[str]:
    """The columns that the table has not, or has with another type."""
    there = get_type_hints(model)
    return [name for name, kind in get_type_hints(columns).items() if there.get(name) != kind]


@pytest.mark.parametrize(("model", "columns"), TYPED)
def test_the_columns_of_an_update_are_those_of_the_table(model: type[SQLModel], columns: type) -> None:
    assert differing(model, columns) == []


def test_a_column_that_is_misspelt_or_has_another_type_would_be_found() -> None:
    class QuestionColumns(TypedDict, total=False):
        asked_at: datetime
        person: int
        command: str

    assert differing(Question, QuestionColumns) == ["person", "command"]


# Enums


class Light(StrEnum):
    RED = "stop"
    GREEN = "go"


lights = Table("light", MetaData(), Column("id", Integer, primary_key=True), Column("shown", enum_text(Light)))
SHOW: Query[int] = Query(insert(lights).returning(lights.c.id), single_value)
SHOWN: Query[Light] = Query(select(lights.c.shown).where(lights.c.shown == bindparam("shown")), single_value)


def test_an_enum_is_kept_as_the_text_of_its_value(db: Database) -> None:
    with db.write() as connection:
        lights.create(connection)
        SHOW.one(connection, shown=Light.RED)
        connection.execute(insert(lights).values(shown=Light.GREEN))
        SHOW.one(connection, shown=None)
        assert SHOWN.all(connection, shown=Light.RED) == [Light.RED]
        assert SHOWN.one(connection, shown="go") is Light.GREEN
        assert connection.execute(select(lights.c.shown).order_by(lights.c.id)).scalars().all() == [*Light, None]
        texts = connection.exec_driver_sql("SELECT shown FROM light WHERE shown IS NOT NULL ORDER BY id").scalars()
        assert list(texts) == ["stop", "go"]


def test_a_word_that_the_enum_does_not_know_is_refused(db: Database) -> None:
    with db.write() as connection:
        lights.create(connection)
        with pytest.raises(ValueError, match="amber"):
            SHOW.one(connection, shown="amber")
        with pytest.raises(StatementError, match="amber"):
            connection.execute(insert(lights).values(shown="amber"))
