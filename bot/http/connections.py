"""The connections of the HTTP server: waitress, with an absolute end for everything that a stranger can keep waiting.

One thread reads all connections, and a request gets a thread of its own only when it is there as a whole. Waitress
renews its own time-out with each byte, and at its limit of connections it lets nobody in any more; both are replaced
here. See docs/decisions/0017-the-door.md.
"""

import logging
import socket
import threading
import time
from typing import TYPE_CHECKING, Any

from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError, TransferEncodingNotImplemented
from waitress.server import TcpWSGIServer

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

HEADERS_WITHIN = 10
"""Seconds after a connection, or its next request, began, in which the headers have to be there."""
BODY_WITHIN = 20
"""Seconds after the same moment, in which the whole request has to be there."""
TAKEN_WITHIN = 10
"""Seconds after an answer, in which it has to be taken."""
KEPT_OPEN = 150
"""Seconds for the next request to begin. Longer than a proxy keeps its connections (nginx 60, Caddy 120), or we would
hang up just when it sends one."""
LINGER = 2
"""Seconds in which a connection that we have ended is read on: whoever still sends would lose the answer otherwise."""
LARGEST_BODY = 1_000_000
LARGEST_HEADERS = 16_384
MOST_CONNECTIONS = 256
"""One more, and the one that has waited longest for its request to be there is closed."""
_IN_MEMORY = 65_536
"""Bytes of a body; more of it goes into a temporary file, so that 256 strangers cost no more than 16 MB."""


class _Parser(HTTPRequestParser):
    def received(self, data: bytes) -> int:
        """Take what came; nobody is told to go on with what is refused already."""
        taken: int = super().received(data)
        if self.error:
            self.expect_continue = False
        return taken

    def parse_header(self, header_plus: bytes) -> None:
        """Refuse as bad what nobody sends, also what Waitress stumbles over: a number of 5,000 digits."""
        try:
            super().parse_header(header_plus)
        except (ValueError, TransferEncodingNotImplemented):
            raise ParsingError("This cannot be read") from None


class _Channel(HTTPChannel):
    """One connection, which knows since when somebody has been waiting for it."""

    parser_class = _Parser

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.since = time.monotonic()
        """When the connection, its unfinished request, its last answer or its end began."""
        self.has_answered = False
        self.is_ending = False
        super().__init__(*args, **kwargs)

    def received(self, data: bytes) -> bool:
        """Take what came; a request on a connection that was kept open begins with its first byte."""
        was_idle = self.has_answered and self.request is None
        taken: bool = super().received(data)
        if was_idle and self.request is not None:
            self.since = time.monotonic()
        return taken

    def service(self) -> None:
        """Answer the first of the requests that are there; runs in a thread of its own."""
        self.has_answered = True
        self.since = time.monotonic()  # or it would seem to have waited long, as soon as the answer is out
        super().service()
        self.since = time.monotonic()

    def is_overdue(self, now: float) -> bool:
        """Whether the other side has had its time."""
        return not self.requests and now - self.since > self._patience()

    def _patience(self) -> int:
        if self.is_ending:
            return LINGER
        if self.total_outbufs_len:
            return TAKEN_WITHIN
        if self.request is not None:
            return BODY_WITHIN if self.request.headers_finished else HEADERS_WITHIN
        return KEPT_OPEN if self.has_answered else HEADERS_WITHIN

    def handle_write(self) -> None:
        """Send what there is; at the end of it say that nothing more comes, but read on."""
        if not self.close_when_flushed or self.total_outbufs_len or self.is_ending:
            super().handle_write()
            return
        self.close_when_flushed, self.is_ending = False, True
        self.since = time.monotonic()
        try:
            self.socket.shutdown(socket.SHUT_WR)  # type: ignore[union-attr]  # it is open
        except OSError:
            self.handle_close()

    def handle_read(self) -> None:
        """Read; after the end only to throw it away."""
        if not self.is_ending:
            super().handle_read()
            return
        try:
            self.recv(self.adj.recv_bytes)  # closes the connection where nothing more comes
        except OSError:
            self.handle_close()


class Connections(TcpWSGIServer):
    """The HTTP server on a socket that listens."""

    channel_class = _Channel

    def __init__(self, application: "WSGIApplication", listening: socket.socket, *, threads: int) -> None:
        self._is_told_to_stop = False
        self._waking = threading.RLock()  # a signal may come while its thread has it
        """Held while the thread that reads is woken: what wakes it must not be closed meanwhile."""
        self._sockets: dict[int, Any] = {}
        """By file descriptor: the connections, the socket that listens, and what wakes the thread that reads."""
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # that somebody waits for a moment is no news
        super().__init__(
            application,
            map=self._sockets,
            _sock=listening,
            sockinfo=(listening.family, listening.type, listening.proto, listening.getsockname()),
            bind_socket=False,
            adj=Adjustments(
                threads=threads,
                ident=None,
                max_request_body_size=LARGEST_BODY + 1,
                max_request_header_size=LARGEST_HEADERS,
                inbuf_overflow=_IN_MEMORY,
                clear_untrusted_proxy_headers=False,  # nobody here reads them
                log_socket_errors=False,
            ),
        )

    def readable(self) -> bool:
        """Whether somebody new is let in: always, or whoever fills all connections would keep everybody else out."""
        return self.accepting

    def handle_accept(self) -> None:
        """Let somebody in; where that is one too many, whoever has waited longest goes."""
        super().handle_accept()
        channels = self._channels()
        if len(channels) > MOST_CONNECTIONS:
            waiting = (channel for channel in channels if not channel.requests)
            min(waiting, key=lambda channel: channel.since).handle_close()

    def serve(self, *, stop_within: int) -> None:
        """Serve until told to stop; what is being answered then is finished first, for so many seconds."""
        looked = time.monotonic()
        while not self._is_told_to_stop:
            wasyncore.poll2(1, self._sockets)
            if (now := time.monotonic()) - looked >= 1:
                looked = now
                self._close_overdue(now)
        self._end(time.monotonic() + stop_within)

    def stop(self) -> None:
        """Have `serve` end; may be called in any thread and by a signal, and again, when the trigger is closed."""
        with self._waking:
            if not self._is_told_to_stop:
                self._is_told_to_stop = True
                self.pull_trigger()

    def _close_overdue(self, now: float) -> None:
        for channel in self._channels():
            if channel.is_overdue(now):
                channel.handle_close()

    def _end(self, end: float) -> None:
        wasyncore.dispatcher.close(self)  # nobody new
        while self._is_answering() and time.monotonic() < end:
            wasyncore.poll2(0.1, self._sockets)
        self.task_dispatcher.shutdown(timeout=1)
        with self._waking:
            wasyncore.close_all(self._sockets)

    def _is_answering(self) -> bool:
        return any(channel.requests or channel.total_outbufs_len for channel in self._channels())

    def _channels(self) -> list[_Channel]:
        return [channel for channel in self._sockets.values() if isinstance(channel, _Channel)]
