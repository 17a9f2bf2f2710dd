"""One line for each thing that happened, as `name=value` pairs (logfmt).

Logfmt and not JSON, because people read these lines in a terminal as they are, and every collector takes them apart.
A line names requests, jobs, workspaces and commands. It never holds what people wrote: of an exception only types,
codes and places are kept, because its text may quote a note, a customer or a key.
"""

import json
import logging
import re
import sqlite3
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic_ns
from typing import Literal

from slack_sdk.errors import SlackApiError

Level = Literal["DEBUG", "INFO", "WARNING", "ERROR"]

CHATTY = ("httpx", "httpcore", "alembic", "slack_sdk")
"""Loggers that tell addresses, headers and bodies below WARNING."""

_fields: ContextVar[dict[str, object]] = ContextVar("fields")
_PROJECT = Path(__file__).parents[2]
_CREDENTIALS = re.compile(r"(?<=://)[^\s/]+(?=@)")
"""The user and password of an address, which may have an @ too: others' loggers tell that of the proxy."""
_PLAIN = re.compile(r'[^ "=\\]+')


@contextmanager
def about(**fields: object) -> Iterator[None]:
    """Every line that is logged inside carries these fields, and those that are noted on the way."""
    token = _fields.set(_fields.get({}) | fields)
    try:
        yield
    finally:
        _fields.reset(token)


def note(**fields: object) -> None:
    """Add these fields to the next lines of the innermost `about`."""
    _fields.get({}).update(fields)


def milliseconds(since: int) -> int:
    """How long ago `since` was, a value of time.monotonic_ns()."""
    return (monotonic_ns() - since) // 1_000_000


class Logfmt(logging.Formatter):
    """Time, level and place, the message, the fields around it, and what is left of an exception."""

    def format(self, record: logging.LogRecord) -> str:
        """The record in one line."""
        pairs: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "msg": _CREDENTIALS.sub("…", _message(record)),
        }
        pairs |= _fields.get({})
        if record.exc_info and record.exc_info[1]:
            pairs["exception"] = " <- ".join(map(_place, _chain(record.exc_info[1])))
        return " ".join(f"{name}={_quoted(value)}" for name, value in pairs.items())


def start(level: Level) -> None:
    """Log to standard error from now on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Logfmt())
    handler.addFilter(_is_wanted)
    logging.getLogger().addHandler(handler)
    logging.getLogger().setLevel(level)
    for chatty in CHATTY:
        logging.getLogger(chatty).setLevel(max(logging.WARNING, logging.getLevelName(level)))


def _is_wanted(record: logging.LogRecord) -> bool:
    """Bolt's loggers take the level of the root; its warnings are about what we do on purpose, or quote requests."""
    return record.levelno >= logging.ERROR or not record.name.startswith("slack_bolt")


def _message(record: logging.LogRecord) -> str:
    """The message. An exception in it is named by its kind only: its text may quote what a server answered."""
    if isinstance(record.args, tuple):
        return str(record.msg) % tuple(map(_kind_if_error, record.args)) if record.args else str(record.msg)
    return record.getMessage()


def _kind_if_error(value: object) -> object:
    return _kind(value) if isinstance(value, BaseException) else value


def _quoted(value: object) -> str:
    text = str(value)
    plain = _PLAIN.fullmatch(text) and text.isprintable()
    return text if plain else json.dumps(text, ensure_ascii=False)


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error and what it came from, as Python would show them."""
    following: BaseException | None = error
    while following:
        yield following
        following = following.__cause__ or (None if following.__suppress_context__ else following.__context__)


def _place(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    return " ".join([_kind(error), *(f"{_short(frame.filename)}:{frame.lineno}:{frame.name}" for frame in frames)])


def _kind(error: BaseException) -> str:
    code: object = None
    if isinstance(error, SlackApiError):
        said = str(error.response.get("error"))
        code = said if re.fullmatch("[a-z_]+", said) else None  # other text quotes the server's answer
    elif isinstance(error, sqlite3.Error):
        code = getattr(error, "sqlite_errorname", None)
    elif isinstance(error, OSError):
        code = error.strerror
    else:
        code = getattr(error, "sqlstate", None)
    return f"{type(error).__name__}({code})" if code else type(error).__name__


def _short(file: str) -> str:
    path = Path(file)
    inside = path.is_relative_to(_PROJECT) and "site-packages" not in path.parts
    return str(path.relative_to(_PROJECT)) if inside else path.name
