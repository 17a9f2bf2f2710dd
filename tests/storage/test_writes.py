"""Whatever storage writes names its columns where mypy sees them: no INSERT or UPDATE takes a dict of anything."""

import ast
import textwrap
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table

from storage import tables

STORAGE = Path(__file__).parents[2] / "storage"
MECHANISM = {"rows.py", "statements.py"}
READ_OFF_THE_TABLE = {
    "tracking.py": {"add_entry", "save_entry", "restore_entry"},  # all columns of an entry, by their names in the table
    "expenses.py": {"add_expense", "save_expense", "restore_expense"},  # and of an expense
    "recorded.py": {"change_row"},  # its argument is typed
}
WRITES = {"values", "run", "one", "insert_row", "row_values"}
MODULES = [path for path in sorted(STORAGE.glob("*.py")) if path.name not in MECHANISM]


def untyped(source: str, *, besides: frozenset[str] = frozenset()) -> list[str]:
    """The writes whose columns mypy cannot check: as `function: what is written`."""
    functions = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef)]
    return [
        f"{function.name}: {ast.unparse(given)}"
        for function in functions
        if function.name not in besides
        for given in written_by(function)
        if not is_typed(given, function)
    ]


def written_by(function: ast.FunctionDef) -> Iterator[ast.expr]:
    for call in (node for node in ast.walk(function) if isinstance(node, ast.Call)):
        if called(call) in WRITES:
            yield from (keyword.value for keyword in call.keywords if keyword.arg is None)
        elif called(call) == "execute" and "insert" in ast.unparse(call.args[0]):
            yield from call.args[1:]


def called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def is_typed(given: ast.expr, function: ast.FunctionDef) -> bool:
    """Made by `row_values`, or an argument that says its columns."""
    if not isinstance(given, ast.Name):
        return "row_values(" in ast.unparse(given)
    taken = function.args
    for argument in (*taken.args, *taken.kwonlyargs, taken.kwarg):
        if argument and argument.arg == given.id and argument.annotation:
            return any(word in ast.unparse(argument.annotation) for word in ("NewRow[", "Unpack["))
    return any(given.id in assigned(node) and "row_values(" in ast.unparse(node) for node in ast.walk(function))


def assigned(node: ast.AST) -> list[str]:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AugAssign) else []
    return [ast.unparse(target) for target in targets]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_mypy_sees_the_columns_of_all_that_is_written(path: Path) -> None:
    assert untyped(path.read_text(), besides=frozenset(READ_OFF_THE_TABLE.get(path.name, ()))) == []


@pytest.mark.parametrize(
    "written",
    [
        "update(people).values(**values)",
        "db.execute(insert(people), values)",
        "db.execute(insert(people), [{'name': 'Anna'}])",
        "insert_row(db, Person, **values)",
    ],
)
def test_a_dict_of_anything_would_be_found(written: str) -> None:
    assert len(untyped(f"def change(db, **values: Any):\n    {written}")) == 1


def misspelt(source: str, names: dict[str, Any]) -> list[str]:
    """The columns that `.values(column=…)` sets by name and that the table, where it is named, has not."""
    anywhere = {column.name for table in tables.metadata.tables.values() for column in table.columns}
    found = []
    for call in (
        node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call) and called(node) == "values"
    ):
        into = [
            names.get(ast.unparse(inner.args[-1]))
            for inner in ast.walk(call.func)
            if isinstance(inner, ast.Call) and called(inner) in ("update", "insert", "inserting") and inner.args
        ]
        known = set(into[0].columns.keys()) if into and isinstance(into[0], Table) else anywhere
        found += [keyword.arg for keyword in call.keywords if keyword.arg and keyword.arg not in known]
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_the_columns_that_are_set_by_name_are_there(path: Path) -> None:
    assert misspelt(path.read_text(), vars(import_module(f"storage.{path.stem}"))) == []


def test_a_column_that_is_misspelt_would_be_found() -> None:
    source = textwrap.dedent(
        """
        update(customers).where(customers.c.id == ours).values(archive=True)
        update(customers).values(started_at=None)
        update(part).values(archived=True, archvied=True)
        """
    )
    assert misspelt(source, vars(tables)) == ["archive", "started_at", "archvied"]
