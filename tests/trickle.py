"""A server on this machine that answers byte by byte, without an end, or not at all."""

import gzip
import socket
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from time import sleep

Script = Callable[[socket.socket], None]
"""What becomes of a connection after its request was read."""
LONGEST = 15
"""Seconds after which a script gives up, so that a client without an end fails its test and does not hang it."""


@contextmanager
def serving(script: Script) -> Iterator[str]:
    """The server's address. Each connection is answered by the script in a thread."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        over = threading.Event()

        def answer(connection: socket.socket) -> None:
            with connection, suppress(OSError):
                connection.settimeout(LONGEST)
                connection.recv(65_536)
                script(connection)

        def accept() -> None:
            with suppress(OSError):
                while not over.is_set():
                    connection, _ = server.accept()
                    threading.Thread(target=answer, args=(connection,), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.getsockname()[1]}"
        finally:
            over.set()
            with suppress(OSError):
                server.shutdown(socket.SHUT_RDWR)


def trickling(at_once: bytes, piece: bytes) -> Script:
    """The first at once, and then one more piece each fifth of a second."""

    def script(connection: socket.socket) -> None:
        connection.sendall(at_once)
        for _ in range(LONGEST * 5):
            sleep(0.2)
            connection.sendall(piece)

    return script


def silent(connection: socket.socket) -> None:
    """Takes the request and says nothing."""
    connection.recv(65_536)


def saying(answer: bytes) -> Script:
    """All at once, and then the end."""
    return lambda connection: connection.sendall(answer)


OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"

ENDLESS = {
    "nothing": silent,
    "status line": trickling(b"", b"H"),
    "header": trickling(OK + b"X-Odd: ", b"x"),
    "headers": trickling(OK, b"X-Odd: yes\r\n"),
    "interim answers": trickling(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "body": trickling(OK + b"Content-Length: 9000\r\n\r\n", b" "),
    "body without a length": trickling(OK + b"\r\n{}", b" "),
    "chunks": trickling(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
    "size of a chunk": trickling(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"0"),
    "trailers": trickling(OK + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n", b"X: y\r\n"),
    "zipped body": trickling(OK + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(b"{}")[:-8], b""),
    "refusal": trickling(b"HTTP/1.1 500 Broken\r\nContent-Length: 9000\r\n\r\n", b" "),
}
"""Ways of never coming to an end."""

HANDSHAKE = trickling(b"\x16\x03\x03\x30\x00\x02\x00\x2f\xfc", b"\0")
"""The beginning of what a TLS server says first."""


def packed(content: bytes, encoding: str) -> bytes:
    """An answer whose body is said to be encoded so."""
    head = f"Content-Encoding: {encoding}\r\nContent-Length: {len(content)}\r\n\r\n"
    return OK + head.encode() + content


def bomb(size: int) -> bytes:
    """Gzip of so many blanks, made piece by piece: a thousandth of what is in it."""
    packing = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    blanks = b" " * 1_000_000
    return b"".join(packing.compress(blanks) for _ in range(size // len(blanks))) + packing.flush()
