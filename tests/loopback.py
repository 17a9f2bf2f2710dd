"""Tests talk to this machine alone. A plugin of pytest: whoever asks for another machine is refused, and fails."""

import ipaddress
import sys
from collections.abc import Iterator
from typing import Any

import pytest

ASKED: list[str] = []
"""Other machines that were asked for since a test last began."""

_CONNECTING = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg"})
_NAMING = frozenset({"socket.getaddrinfo", "socket.gethostbyname"})


def pytest_configure(config: pytest.Config) -> None:
    """An audit hook sees the sockets of all libraries and threads; it stays until the process ends."""
    del config
    sys.addaudithook(_refuse)


@pytest.fixture(autouse=True)
def _no_other_machine() -> Iterator[None]:
    """Fails a test also where the code took the refusal for an outage and went on."""
    yield
    asked = ASKED.copy()
    ASKED.clear()
    assert asked == [], "a test asked for another machine"


def _refuse(event: str, args: tuple[Any, ...]) -> None:
    """Raises PermissionError, as a firewall would."""
    if event in _CONNECTING and isinstance(args[1], tuple):  # a path is a socket of this machine
        host = args[1][0]
    elif event in _NAMING:
        host = args[0]
    else:
        return
    if not _is_here(host):
        ASKED.append(str(host))
        raise PermissionError(f"tests do not talk to {host}")


def _is_here(host: str | bytes | None) -> bool:
    name = host.decode() if isinstance(host, bytes) else host
    if not name or name == "localhost":
        return True
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified
