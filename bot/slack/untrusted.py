"""Reads what buttons, menus and forms bring back, and trusts none of it: the message may be of any age."""

import re
from collections.abc import Container, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any, TypeVar

from bot.core.errors import UserError

YEARS = range(1970, 2100)
"""In which somebody can have meant a day."""
MOST_ID = 999_999_999
"""Well within what a database takes for an integer."""
Choice = TypeVar("Choice")
_ID = re.compile(f"[1-9][0-9]{{0,{len(str(MOST_ID)) - 1}}}")


def old_message() -> UserError:
    """The answer to a button or form that this version of Trackomat did not make."""
    return UserError("This is from an older message and no longer works. Please type the command again.")


@contextmanager
def reading() -> Iterator[None]:
    """Wraps or decorates code that only reads what came back: whatever goes wrong there, the message is too old."""
    try:
        yield
    except (LookupError, TypeError, ValueError, AttributeError, OverflowError, OSError):
        raise old_message() from None


@reading()
def read_id(given: Any) -> int:
    """The id of a row. Raises UserError for anything that cannot be one."""
    if not _ID.fullmatch(str(given)):
        raise ValueError(given)
    return int(given)


def read_optional_id(given: Any) -> int | None:
    """The id of a row, or nothing. Raises UserError."""
    return read_id(given) if given else None


def read_number(given: Any) -> int:
    """A count from 0 on. Raises UserError."""
    return 0 if str(given) == "0" else read_id(given)


@reading()
def read_one_of(offered: Container[Choice], given: Choice) -> Choice:
    """What was chosen, if it was offered. Raises UserError for anything else."""
    if given not in offered:
        raise ValueError(given)
    return given


@reading()
def read_day(given: Any) -> date:
    """A day as YYYY-MM-DD. Raises UserError, also for days so far away that nobody can have meant them."""
    day = date.fromisoformat(given)
    read_one_of(YEARS, day.year)
    return day


@reading()
def read_moment(given: Any) -> datetime:
    """A moment in seconds since 1970. Raises UserError, as for a day."""
    return datetime.fromtimestamp(read_one_of(range(2**32), int(given)), UTC)
