"""How calls to Slack travel: never to another address, with an end, and with answers of a size that fits in memory.

Slack's SDK and Bolt call through urllib, make their clients by themselves, and have no switch for any of it, so this
changes urllib for the whole process. Nothing else in it calls through urllib.
"""

import io
import socket
from functools import partial
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Any
from urllib.request import AbstractHTTPHandler, HTTPRedirectHandler, Request
from urllib.response import addinfourl

from bot.core.deadlines import Deadline

MAX_ANSWER_BYTES = 5_000_000
"""Slack's answers to us have some kilobytes."""
PARTS = 2
"""Slack's time-outs are for one wait: a call has the time of two, to connect and to answer."""
UNLIMITED = 30
"""Seconds for one wait of a call that names no time-out."""


class _Watched:
    """A connection that shows its deadline each socket it gets: plain, through a proxy, or with TLS."""

    def __init__(self, *args: Any, deadline: Deadline, **more: Any) -> None:
        self._deadline = deadline
        super().__init__(*args, **more)

    @property
    def sock(self) -> socket.socket | None:
        """As http.client has it."""
        return self._sock

    @sock.setter
    def sock(self, connection: socket.socket | None) -> None:
        self._sock = connection
        if connection is not None:
            self._deadline.watch(connection)


class _Plain(_Watched, HTTPConnection):
    pass


class _Encrypted(_Watched, HTTPSConnection):
    pass


_WATCHED: dict[Any, Any] = {HTTPConnection: _Plain, HTTPSConnection: _Encrypted}
_do_open = AbstractHTTPHandler.do_open


def _ending(self: AbstractHTTPHandler, kind: Any, request: Request, **more: Any) -> addinfourl:
    """The whole answer, in memory. Raises OSError: TimeoutError, ConnectionError or one of urllib's."""
    wait = request.timeout if isinstance(request.timeout, int | float) else UNLIMITED
    with Deadline(PARTS * wait) as deadline:
        request.timeout = min(wait, deadline.seconds)  # a connection that is only begun cannot be cut
        try:
            answer = _do_open(self, partial(_WATCHED[kind], deadline=deadline), request, **more)
            body = _whole(answer)
        except (OSError, HTTPException) as error:
            if deadline.is_over:
                raise TimeoutError("Slack did not answer in time") from None
            if isinstance(error, OSError):
                raise
            raise ConnectionError("Slack's answer makes no sense") from error
        if deadline.is_over:  # an answer that tells no length looks whole when it was cut
            raise TimeoutError("Slack did not answer in time")
    whole = addinfourl(io.BytesIO(body), answer.headers, request.full_url, answer.status)
    whole.msg = answer.reason  # type: ignore[attr-defined]
    return whole


def _whole(answer: HTTPResponse) -> bytes:
    with answer:
        body = answer.read(MAX_ANSWER_BYTES + 1)
        if len(body) > MAX_ANSWER_BYTES:
            raise ConnectionError("Slack's answer is too large")
        if answer.length:
            raise ConnectionError("Slack's answer was cut off")
    return body


def _not_followed(*_redirect: object) -> None:
    """Slack never redirects; whoever does would get the bot's token, which urllib takes along to any host."""


def install() -> None:
    """Have all calls of urllib travel so, from now on."""
    AbstractHTTPHandler.do_open = _ending  # type: ignore[method-assign, assignment]
    HTTPRedirectHandler.redirect_request = _not_followed  # type: ignore[assignment]
