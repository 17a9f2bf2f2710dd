"""What values may look like: small checks that are put together to what Block Kit allows.

Each takes a value and its path, and yields problems in words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

Check = Callable[[Any, str], Iterator[str]]
"""Takes a value and its path, yields problems in words."""


def string(most: int, least: int = 1) -> Check:
    """A string of so many characters."""

    def check(value: Any, path: str) -> Iterator[str]:
        if not isinstance(value, str):
            yield f"{path}: must be a string"
        elif not least <= len(value) <= most:
            yield f"{path}: must have {least} to {most} characters, not {len(value)}"

    return check


def matching(pattern: str) -> Check:
    """A string in this form."""

    def check(value: Any, path: str) -> Iterator[str]:
        if not isinstance(value, str) or not re.fullmatch(pattern, value):
            yield f"{path}: {value!r} is not in the form {pattern}"

    return check


def one_of(*allowed: Any) -> Check:
    """One of these values."""

    def check(value: Any, path: str) -> Iterator[str]:
        if value not in allowed:
            yield f"{path}: {value!r} is not one of {', '.join(map(str, allowed))}"

    return check


def whole(least: int, most: int) -> Check:
    """A whole number in a range."""

    def check(value: Any, path: str) -> Iterator[str]:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            yield f"{path}: must be a whole number from {least} to {most}"

    return check


def flag(value: Any, path: str) -> Iterator[str]:
    """True or false."""
    if not isinstance(value, bool):
        yield f"{path}: must be true or false"


def several(check: Check, most: int) -> Check:
    """A list of one to so many."""

    def check_all(value: Any, path: str) -> Iterator[str]:
        if not isinstance(value, list | tuple) or not 1 <= len(value) <= most:
            yield f"{path}: must be a list of 1 to {most}"
            return
        for at, item in enumerate(value):
            yield from check(item, f"{path}[{at}]")

    return check_all


def shape(fields: Mapping[str, Check]) -> Check:
    """An object with these fields and no others; "!" after a name: required."""
    known = {name.rstrip("!"): check for name, check in fields.items()}
    required = [name.rstrip("!") for name in fields if name.endswith("!")]

    def check(value: Any, path: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield f"{path}: must be an object"
            return
        yield from (f"{path}: {name} is missing" for name in required if name not in value)
        for name, inner in value.items():
            if name in known:
                yield from known[name](inner, f"{path}.{name}")
            else:
                yield f"{path}: {name} is not known here"

    return check


def plain(most: int) -> Check:
    """A plain_text object."""
    return shape({"type!": one_of("plain_text"), "text!": string(most), "emoji": flag})


def text(most: int) -> Check:
    """A plain_text or mrkdwn object."""
    marked = shape({"type!": one_of("mrkdwn"), "text!": string(most), "verbatim": flag})

    def check(value: Any, path: str) -> Iterator[str]:
        is_marked = isinstance(value, dict) and value.get("type") == "mrkdwn"
        yield from (marked if is_marked else plain(most))(value, path)

    return check


def by_type(kinds: Mapping[str, Check]) -> Check:
    """An object whose `type` says which of these it is."""

    def check(value: Any, path: str) -> Iterator[str]:
        kind = str(value.get("type") if isinstance(value, dict) else None)
        if kind in kinds:
            yield from kinds[kind](value, path)
        else:
            yield f"{path}: {kind} is not allowed here"

    return check
