"""The kinds of jobs: each is complete where its subject names it, and the loop knows all of them."""

import inspect
from collections.abc import Iterator
from importlib import import_module
from pkgutil import walk_packages

import pytest

import bot
from bot.core.jobs import JobKind
from bot.jobs import KINDS


def kinds() -> Iterator[JobKind]:
    """Those of every module of the product, each once."""
    modules = [import_module(found.name) for found in walk_packages(bot.__path__, "bot.")]
    named = [value for module in modules for value in vars(module).values() if isinstance(value, JobKind)]
    return iter(dict.fromkeys(named))


ALL = sorted(kinds(), key=lambda kind: kind.name)


def test_the_loop_does_every_kind_of_every_subject() -> None:
    assert ALL
    assert sorted(KINDS) == [kind.name for kind in ALL]
    assert set(KINDS.values()) == set(ALL)


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.name)
def test_a_kind_has_a_handler_and_a_key_that_is_made_of_its_arguments(kind: JobKind) -> None:
    [asks_for_bot, *arguments] = inspect.signature(kind.do).parameters
    assert asks_for_bot == "bot"
    named = dict.fromkeys(arguments, 7) | {"called": "something:7"}
    key = kind.key(**named)
    assert key.split(":")[0] == kind.name
    assert key == kind.name or "7" in key


def test_a_kind_that_no_handler_was_named_for_is_found_out() -> None:
    with pytest.raises(LookupError, match="nobody"):
        _ = JobKind("nobody", key="nobody").do
