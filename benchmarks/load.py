"""The load: connections that are kept open, each sending its next request when the last one was answered."""

import selectors
import socket
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from benchmarks.requests import Kind, requests


@dataclass(frozen=True)
class Round:
    """One round of requests: when the whole took how long, and each of them, in nanoseconds."""

    elapsed: int
    latencies: list[int]


def send(port: int, kind: Kind, people: Sequence[int], connections: int, *, check: bool) -> Round:
    """One request of each person. Raises AssertionError for an answer that is not the right one."""
    waiting = iter(requests(kind, people))
    answers, latencies = [], []
    began = time.perf_counter_ns()
    with selectors.DefaultSelector() as selector:
        for _ in range(connections):
            connection = socket.create_connection(("127.0.0.1", port))
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            _send_next(connection, waiting, selector)
        while selector.get_map():
            for key, _ in selector.select():
                connection, sent_at = key.data
                answers.append(_answer(connection))
                latencies.append(time.perf_counter_ns() - sent_at)
                selector.unregister(connection)
                _send_next(connection, waiting, selector)
    elapsed = time.perf_counter_ns() - began
    wanted = kind.answers if check else b""
    wrong = [answer for answer in answers if not answer.startswith(b"HTTP/1.1 200") or wanted not in answer]
    assert not wrong, wrong[0].decode()
    return Round(elapsed, latencies)


def _send_next(connection: socket.socket, waiting: Iterator[bytes], selector: selectors.BaseSelector) -> None:
    request = next(waiting, None)
    if request is None:
        connection.close()
        return
    selector.register(connection, selectors.EVENT_READ, (connection, time.perf_counter_ns()))
    connection.sendall(request)


def _answer(connection: socket.socket) -> bytes:
    received = b""
    while not _is_whole(received):
        piece = connection.recv(65536)
        assert piece, "the server closed the connection"
        received += piece
    return received


def _is_whole(received: bytes) -> bool:
    head, end, body = received.partition(b"\r\n\r\n")
    if not end:
        return False
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return len(body) >= int(line.partition(b":")[2])
    return body.endswith(b"0\r\n\r\n")
