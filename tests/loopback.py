"""Tests talk to this machine alone. A plugin of pytest: whoever asks for another machine is refused, and fails."""

import functools
import ipaddress
import socket
from collections.abc import Callable, Iterator
from typing import Any, ParamSpec, TypeVar

import pytest

P = ParamSpec("P")
R = TypeVar("R")

ASKED: list[str] = []
"""Other machines that were asked for since a test last began."""


def pytest_configure(config: pytest.Config) -> None:
    """Sockets and names are guarded for all libraries and threads, until the process ends.

    By wrapping, not by an audit hook: up to Python 3.11 a hook written in Python now and then lets another thread run
    while one sets its trace function, and a thread that starts just then under coverage dies unseen.
    Source: https://github.com/python/cpython/issues/98257
    """
    del config
    for method in ("connect", "connect_ex", "sendto", "sendmsg"):
        setattr(socket.socket, method, _guarded(getattr(socket.socket, method), _addressed))
    for name in ("getaddrinfo", "gethostbyname", "gethostbyname_ex"):
        setattr(socket, name, _guarded(getattr(socket, name), _named))


@pytest.fixture(autouse=True)
def _no_other_machine() -> Iterator[None]:
    """Fails a test also where the code took the refusal for an outage and went on."""
    yield
    asked = ASKED.copy()
    ASKED.clear()
    assert asked == [], "a test asked for another machine"


def _guarded(ask: Callable[P, R], host_of: Callable[..., str | bytes | None]) -> Callable[P, R]:
    """`ask`, but PermissionError, as a firewall would say it, where it asks for another machine."""

    @functools.wraps(ask)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        host = host_of(*args, **kwargs)
        if not _is_here(host):
            ASKED.append(str(host))
            raise PermissionError(f"tests do not talk to {host}")
        return ask(*args, **kwargs)

    return guarded


def _addressed(_socket: socket.socket, *args: Any) -> str | bytes | None:
    """The host an address names; none for a path, which is a socket of this machine, or for a connected socket."""
    last = args[-1] if args else None
    return last[0] if isinstance(last, tuple) and last else None


def _named(host: str | bytes | None, *_: Any, **__: Any) -> str | bytes | None:
    return host


def _is_here(host: str | bytes | None) -> bool:
    name = host.decode() if isinstance(host, bytes) else host
    if not name or name == "localhost":
        return True
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified
