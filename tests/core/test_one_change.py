"""A delivery of Slack's is carried out once, so no click may begin two changes: the second is let pass as known.

Read from the source: what a listener calls, and what that calls, on each way through its branches.
"""

import ast
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[2]
CHANGES = ("change", "change_time")


class Function(NamedTuple):
    """A function of a module, and what the names in it stand for."""

    body: list[ast.stmt]
    module: str
    names: dict[str, str]


class Ways(NamedTuple):
    """How many changes the ways through some statements begin at most: those that go on, if any do, and that end."""

    on: int | None
    ended: int


def functions_of(source: str, module: str) -> dict[str, Function]:
    tree = ast.parse(source)
    names = {
        each.asname or each.name: f"{node.module}.{each.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module
        for each in node.names
    }
    return {
        f"{module}.{node.name}": Function(node.body, module, names)
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
    }


@cache
def ours() -> dict[str, Function]:
    found: dict[str, Function] = {}
    for part in ("bot", "commands"):
        for path in (ROOT / part).rglob("*.py"):
            module = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
            found |= functions_of(path.read_text(encoding="utf-8"), module)
    return found


class Counter:
    """Counts the changes that a function begins at most."""

    def __init__(self, functions: dict[str, Function]) -> None:
        self.functions = functions
        self.known: dict[str, int] = {}

    def most(self, name: str) -> int:
        if name not in self.functions:
            return 0
        if name not in self.known:
            self.known[name] = 0  # a function that calls itself
            function = self.functions[name]
            ways = self._through(function.body, function)
            self.known[name] = max(ways.on or 0, ways.ended)
        return self.known[name]

    def _through(self, statements: Iterable[ast.stmt], function: Function) -> Ways:
        so_far = ended = 0
        for statement in statements:
            branches = [self._through(branch, function) for branch in _branches(statement)]
            so_far += sum(self._called(each, function) for each in _parts(statement))
            ended = max([ended, *(so_far + each.ended for each in branches)])
            if isinstance(statement, ast.Return | ast.Raise):
                return Ways(None, max(ended, so_far))
            if branches:
                going_on = [each.on for each in branches if each.on is not None]
                if not going_on:
                    return Ways(None, ended)
                so_far += max(going_on)
        return Ways(so_far, ended)

    def _called(self, node: ast.AST, function: Function) -> int:
        if isinstance(node, ast.IfExp):
            either = max(self._called(node.body, function), self._called(node.orelse, function))
            return self._called(node.test, function) + either
        if isinstance(node, ast.Lambda):
            return 0
        count = self._of_call(node, function) if isinstance(node, ast.Call) else 0
        return count + sum(self._called(each, function) for each in ast.iter_child_nodes(node))

    def _of_call(self, call: ast.Call, function: Function) -> int:
        match call.func:
            case ast.Attribute(ast.Name("bot"), name) if name in CHANGES:
                return 1
            case ast.Attribute(ast.Name(of), name) if of in function.names:
                return self.most(f"{function.names[of]}.{name}")
            case ast.Name(name):
                return self.most(function.names.get(name, f"{function.module}.{name}"))
        return 0


def _branches(statement: ast.stmt) -> list[list[ast.stmt]]:
    match statement:
        case ast.If():
            return [statement.body, statement.orelse]
        case ast.With():
            return [statement.body]
        case ast.For() | ast.While():
            return [[*statement.body, *statement.body], []]
        case ast.Try():
            return [
                [*statement.body, *statement.orelse, *statement.finalbody],
                *(each.body for each in statement.handlers),
            ]
    return []


def _parts(statement: ast.stmt) -> Iterator[ast.AST]:
    """What of a statement is done on each way through it."""
    inner = {id(each) for branch in _branches(statement) for each in branch}
    for node in ast.iter_child_nodes(statement):
        is_definition = isinstance(statement, ast.FunctionDef | ast.ClassDef)
        if id(node) not in inner and not isinstance(node, ast.ExceptHandler) and not is_definition:
            yield node


def test_no_listener_begins_two_changes() -> None:
    counter = Counter(ours())
    listeners = [name for name in ours() if name.startswith("commands.")]
    assert [name for name in listeners if counter.most(name) > 1] == []
    assert sum(counter.most(name) for name in listeners) > 50, "the changes of most listeners are found"


@pytest.mark.parametrize(
    ("body", "most"),
    [
        ("with bot.change(by) as change: pass", 1),
        ("with bot.change(by) as change: pass\n    look(bot)", 1),
        ("look(bot)\n    if one: return begin(bot)\n    return begin(bot)", 1),
        ("preview = begin(bot)\n    if one: return begin(bot)\n    return preview", 2),
        ("return begin(bot) if one else begin(bot)", 1),
        ("try: begin(bot)\n    except ValueError: begin(bot)", 1),
        ("for each in one: begin(bot)", 2),
        ("return shown(begin(bot), begin(bot))", 2),
    ],
)
def test_each_way_is_counted_for_itself(body: str, most: int) -> None:
    others = "def begin(bot):\n    with bot.change(1): pass\n\ndef look(bot): pass\n"
    source = f"def click(bot, by, one):\n    {body}\n\n{others}"
    assert Counter(functions_of(source, "commands.any")).most("commands.any.click") == most
