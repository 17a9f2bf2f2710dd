"""The order of an invoice's lines as a person changed it by hand, kept by what makes the lines."""

from collections.abc import Sequence
from enum import StrEnum

from pydantic import TypeAdapter

from bot.billing.rules.grouping import GroupKey

_ORDER: TypeAdapter[list[GroupKey]] = TypeAdapter(list[GroupKey])


class Step(StrEnum):
    """Where a line can go."""

    TOP = "top"
    UP = "up"
    DOWN = "down"
    BOTTOM = "bottom"


def dump_order(keys: Sequence[GroupKey]) -> str:
    """An order as the database keeps it; empty where there is none."""
    return _ORDER.dump_json(list(keys)).decode() if keys else ""


def read_order(value: str) -> list[GroupKey]:
    """What `dump_order` made. Raises ValueError."""
    return _ORDER.validate_json(value) if value else []


def arranged(usual: Sequence[GroupKey], chosen: Sequence[GroupKey]) -> list[GroupKey]:
    """All lines in the order that was chosen, also those that are not there now.

    One that nobody put anywhere stands behind the line that it follows by the layout.
    """
    placed = list(dict.fromkeys(chosen))
    if not placed:
        return list(usual)
    known = set(placed)
    behind: dict[GroupKey | None, list[GroupKey]] = {}
    before: GroupKey | None = None
    for key in usual:
        if key in known:
            before = key
        else:
            behind.setdefault(before, []).append(key)
    return [*behind.get(None, ()), *(each for key in placed for each in (key, *behind.get(key, ())))]


def moved(keys: Sequence[GroupKey], there: Sequence[GroupKey], key: GroupKey, step: Step) -> list[GroupKey]:
    """`keys` with one line moved among those that are `there`, both in their order; as it was where it cannot go on."""
    at, last = there.index(key), len(there) - 1
    to = {Step.TOP: 0, Step.UP: max(at - 1, 0), Step.DOWN: min(at + 1, last), Step.BOTTOM: last}[step]
    return put(keys, there, key, to)


def put(keys: Sequence[GroupKey], there: Sequence[GroupKey], key: GroupKey, to: int) -> list[GroupKey]:
    """`keys` with one line where it is number `to`, from 0, of those that are `there`, both in their order.

    Behind the last one it is the last.
    """
    others = [each for each in there if each != key]
    if not others or to == there.index(key):
        return list(keys)
    rest = [each for each in keys if each != key]
    place = rest.index(others[to]) if to < len(others) else rest.index(others[-1]) + 1
    return [*rest[:place], key, *rest[place:]]


def renamed(keys: Sequence[GroupKey], before: GroupKey, now: GroupKey) -> list[GroupKey]:
    """The same order for lines of which one became another, unless that one has its own place."""
    return list(keys) if now in keys else [now if each == before else each for each in keys]
