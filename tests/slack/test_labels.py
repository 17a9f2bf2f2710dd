"""A button that opens a form says so: its label ends with " …". One that acts at once does not.

What opens one is read from the listeners that the app registers and what they call; what buttons say, from the places
that make them. So a new button is judged without being named here.
"""

import ast
import functools
import importlib
import inspect
import re
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FunctionType
from typing import Any, NamedTuple

import pytest
from babel.messages.pofile import read_po

from bot.app import build
from bot.billing.views.delivery import CORRECT
from bot.billing.views.submission import APPROVE
from bot.core.context import Bot
from bot.core.languages import CATALOGUES, SOURCE_LANGUAGE, catalogue, languages
from bot.preferences.views.form import BOOKS
from bot.routine.views.first_steps import IMPORT
from bot.slack.answers import Show, Update, on_top
from bot.slack.blocks import BUTTON_TEXT, fitted
from bot.slack.listeners import Listeners

HOUSE = Path(__file__).parents[2]
DOTS = " …"
IN_MESSAGES_ONLY = {CORRECT}
"""They show a form in place of the one that is open, and where they stand none is."""
ACT = {APPROVE, IMPORT, BOOKS}
"""They do it at once; a window says what was done, or opens where it cannot be done yet."""
ENDS = ("", ":0", ":1", ":open")
"""What an action_id that is put together ends with, so that its listener hears it."""


class Labelled(NamedTuple):
    """What a place in the code writes on a button."""

    place: str
    label: str
    action_id: str


class Opening(NamedTuple):
    """Whether a listener opens a form on top of what is open, or shows one in place of it."""

    on_top: bool
    in_place: bool


@pytest.fixture
def heard(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> dict[str | re.Pattern[str], Opening]:
    """What is heard of buttons and menus, and what its listener opens."""
    listeners: dict[str | re.Pattern[str], Callable[..., Any]] = {}
    monkeypatch.setattr(Listeners, "action", lambda _self, name, listener: listeners.setdefault(name, listener))
    build(bot)
    reached = {name: set(reached_from(listener)) for name, listener in listeners.items()}
    return {name: Opening(bool({Show, on_top} & all_), Update in all_) for name, all_ in reached.items()}


def reached_from(listener: Callable[..., Any]) -> Iterator[Any]:
    """All of ours that a listener's body names, and the bodies of the functions among it."""
    waiting, seen = [listener], set[Any]()
    while waiting:
        function = waiting.pop()
        function = function.func if isinstance(function, functools.partial) else function
        if function in seen:
            continue
        seen.add(function)
        for named in _named_in(function):
            yield named
            if isinstance(named, FunctionType) and named is not on_top and named.__module__.startswith(("bot", "comm")):
                waiting.append(named)


def _named_in(function: Callable[..., Any]) -> Iterator[Any]:
    written = ast.parse(textwrap.dedent(inspect.getsource(function))).body[0]
    assert isinstance(written, ast.FunctionDef)
    for node in (each for statement in written.body for each in ast.walk(statement)):
        if isinstance(node, ast.Name | ast.Attribute):
            named = value_of(node, vars(inspect.getmodule(function)))
            yield from filter(_can_be_kept, named.values() if isinstance(named, dict) else (named,))


def _can_be_kept(named: Any) -> bool:
    return isinstance(named, type) or (isinstance(named, FunctionType) and named.__name__ != "<lambda>")


def value_of(written: ast.expr, names: dict[str, Any]) -> Any:
    """What stands there, as far as a module alone says it."""
    try:
        return eval(compile(ast.Expression(written), "there", "eval"), names)
    except (NameError, AttributeError, TypeError, KeyError, ValueError):
        return None


def labelled() -> Iterator[Labelled]:
    """Each label that is written at a button in English, and the button's action_id or the beginning of it."""
    for path in sorted((HOUSE / "bot").rglob("views/*.py")):
        names = vars(importlib.import_module(".".join(path.relative_to(HOUSE).with_suffix("").parts)))
        for function in (each for each in ast.parse(path.read_text()).body if isinstance(each, ast.FunctionDef)):
            for call in (each for each in ast.walk(function) if isinstance(each, ast.Call)):
                if not (isinstance(call.func, ast.Name) and call.func.id == "button") or _is_link(call):
                    continue
                for label in _texts(call.args[0], function):
                    yield Labelled(f"{path.name}:{call.lineno}", label, _action_id(call.args[1], names))


def _is_link(call: ast.Call) -> bool:
    return any(keyword.arg == "url" for keyword in call.keywords)


def _texts(written: ast.expr, function: ast.FunctionDef) -> Iterator[str]:
    """The texts in what stands there, and in what the names in it were set to before."""
    for node in ast.walk(written):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("t", "n"):
            texts = node.args[: 2 if node.func.attr == "n" else 1]
            yield from (str(text.value) for text in texts if isinstance(text, ast.Constant))
        if isinstance(node, ast.Name):
            for each in ast.walk(function):
                if isinstance(each, ast.Assign) and any(ast.unparse(to) == node.id for to in each.targets):
                    yield from _texts(each.value, function)


def _action_id(written: ast.expr, names: dict[str, Any]) -> str:
    whole = value_of(written, names)
    if whole is None and isinstance(written, ast.JoinedStr) and isinstance(written.values[0], ast.FormattedValue):
        whole = value_of(written.values[0].value, names)
    return str(whole or "")


def opening_of(action_id: str, heard: dict[str | re.Pattern[str], Opening]) -> Opening | None:
    """What the listener of a button opens; None where the code says the action_id elsewhere."""
    if action_id in heard:
        return heard[action_id]
    tried = [action_id + end for end in ENDS] if action_id else []
    patterns = [(name, opening) for name, opening in heard.items() if isinstance(name, re.Pattern) and name.pattern]
    return next((opening for name, opening in patterns if any(map(name.search, tried))), None)


def test_a_button_that_opens_a_form_ends_with_dots_and_no_other(
    heard: dict[str | re.Pattern[str], Opening],
) -> None:
    judged = 0
    for place, label, action_id in labelled():
        opening = opening_of(action_id, heard)
        if opening is None or action_id in ACT:
            continue
        judged += 1
        if opening.on_top or action_id in IN_MESSAGES_ONLY:
            assert label.endswith(DOTS), f"{place}: {label!r} opens a form"
        elif not opening.in_place:
            assert not label.endswith(DOTS), f"{place}: {label!r} opens none"
    assert judged > 150  # else they are made in a way that is not read here


@pytest.mark.parametrize("language", [each for each in languages() if each != SOURCE_LANGUAGE])
def test_a_label_keeps_its_dots_in_every_language(language: str) -> None:
    for place, label, _ in labelled():
        translated = catalogue(language).gettext(label)
        assert translated.endswith(DOTS) == label.endswith(DOTS), f"{place}: {translated!r}"


@pytest.mark.parametrize(("language", "quoted"), [("en", "“([^”]+)”"), ("de", "„([^“]+)“")])
def test_a_text_that_names_a_button_names_it_with_its_dots(language: str, quoted: str) -> None:
    labels = {catalogue(language).gettext(label) for _, label, _ in labelled()}
    with (CATALOGUES / "de" / "LC_MESSAGES" / "trackomat.po").open("rb") as source:
        messages = read_po(source, locale="de")
    for message in messages:
        texts = message.id if language == SOURCE_LANGUAGE else message.string
        for text in (texts,) if isinstance(texts, str) else texts:
            for named in re.findall(quoted, text):
                assert named in labels or named + DOTS not in labels, text


@pytest.mark.parametrize("name", ["Acme", "n" * 75, "Bäckerei Söhne & Co. " * 9])
def test_a_long_name_leaves_the_dots_of_a_label_whole(name: str) -> None:
    label = fitted(name, lambda short: f"Next customer: {short}, 123:45 h …")
    assert label.endswith(", 123:45 h …")
    assert len(label) <= BUTTON_TEXT
