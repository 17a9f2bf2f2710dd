"""Strangers who are slow, large, silent or odd: each has an end, and signed commands are answered all the while."""

import contextlib
import resource
import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from slack_bolt import App

from bot.core.context import Bot
from bot.http import connections
from bot.http.connections import Connections
from bot.http.door import door
from playground.person import Person
from playground.slack.deliver import signed
from playground.slack.state import Answer
from playground.slack.workspace import Workspace
from tests.conftest import FrozenClock

ALIVE = b"GET /healthz HTTP/1.1\r\nHost: bot\r\n\r\n"
SLACK = b"POST /slack/events HTTP/1.1\r\nHost: bot\r\nContent-Type: application/x-www-form-urlencoded\r\n"
PATIENCE = 30

Connect = Callable[[], socket.socket]


@pytest.fixture
def connect(app: App, bot: Bot) -> Iterator[Connect]:
    """Opens connections to the bot's HTTP server."""
    listening = socket.create_server(("127.0.0.1", 0), backlog=1024)
    address = listening.getsockname()
    server = Connections(door(app, bot), listening, threads=4)
    thread = threading.Thread(target=server.serve, kwargs={"stop_within": 5})
    thread.start()
    with contextlib.ExitStack() as opened:

        def open_one() -> socket.socket:
            connection = opened.enter_context(socket.create_connection(address, timeout=PATIENCE))
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return connection

        yield open_one
        server.stop()
        thread.join(PATIENCE)
    assert not thread.is_alive()


def answer(connection: socket.socket) -> bytes:
    """All that comes until the server hangs up, or until an answer is whole."""
    received = b""
    with contextlib.suppress(ConnectionResetError):
        while piece := connection.recv(65536):
            received += piece
            head, end, body = received.partition(b"\r\n\r\n")
            length = next((int(line[15:]) for line in head.split(b"\r\n") if line.startswith(b"Content-Length")), None)
            if end and length is not None and len(body) >= length:
                break
    return received


def asked(connection: socket.socket, *pieces: bytes) -> bytes:
    """The answer to these bytes."""
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        for piece in pieces:
            connection.sendall(piece)
    return answer(connection)


def status(received: bytes) -> int:
    return int(received.split(b" ")[1]) if received.startswith(b"HTTP/1.") else 0


def ended(connection: socket.socket) -> bool:
    """Whether the server hung up."""
    connection.settimeout(0)
    try:
        return connection.recv(1) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True
    finally:
        connection.settimeout(PATIENCE)


def hangs_up(connection: socket.socket) -> float:
    """The seconds until the server hangs up."""
    began = time.monotonic()
    with contextlib.suppress(ConnectionResetError):
        while connection.recv(65536):
            pass
    return time.monotonic() - began


# Slow ones


def test_a_thousand_connections_that_send_a_byte_a_second_hold_up_nobody(
    connect: Connect, anna: Person, workspace: Workspace, clock: FrozenClock
) -> None:
    """Fewer where the machine does not let a process open so many files."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    allowed = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, 4096), most))
    number = min(1000, (min(most, 4096) - 300) // 2)
    slow = [connect() for _ in range(number)]
    stop = threading.Event()

    def trickle() -> None:
        for byte in SLACK * 10:
            for connection in slow:
                with contextlib.suppress(OSError):
                    connection.send(bytes([byte]))
            if stop.wait(1):
                return

    trickling = threading.Thread(target=trickle)
    trickling.start()
    try:
        good = connect()
        workspace.transport = lambda headers, body: sent_over(good, headers, body)
        slowest = 0.0
        for turn in range(30):
            began = time.monotonic()
            seen = anna.types("/track status")
            assert seen
            assert status(asked(connect(), ALIVE)) == 200
            slowest = max(slowest, time.monotonic() - began)
            if turn % 10 == 0:
                time.sleep(0.5)  # the strangers' next bytes
        assert slowest < 10  # alone it takes a tenth of a second; the machine may be busy
        assert sum(map(ended, slow)) >= number - connections.MOST_CONNECTIONS
    finally:
        stop.set()
        trickling.join()
        resource.setrlimit(resource.RLIMIT_NOFILE, allowed)


def sent_over(connection: socket.socket, headers: dict[str, str], body: str) -> Answer:
    """What Slack's request is answered on a connection that is kept open."""
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    head = f"POST /slack/events HTTP/1.1\r\nHost: bot\r\nContent-Length: {len(body.encode())}\r\n{lines}\r\n"
    received = asked(connection, head.encode() + body.encode())
    return Answer(status(received), received.partition(b"\r\n\r\n")[2].decode())


def test_at_the_limit_the_one_that_has_waited_longest_goes(connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "MOST_CONNECTIONS", 3)
    kept = connect()
    assert status(asked(kept, ALIVE)) == 200
    first, second = connect(), connect()
    first.sendall(SLACK)
    assert status(asked(kept, ALIVE)) == 200  # has waited less long than both, since this answer
    third = connect()
    assert status(asked(third, ALIVE)) == 200
    assert [ended(each) for each in (first, second, kept)] == [True, False, False]


@pytest.mark.parametrize("sent", [b"", b"\r\n", SLACK])
def test_headers_have_an_end_however_they_trickle(
    connect: Connect, monkeypatch: pytest.MonkeyPatch, sent: bytes
) -> None:
    monkeypatch.setattr(connections, "HEADERS_WITHIN", 1)
    monkeypatch.setattr(connections, "BODY_WITHIN", PATIENCE)
    stop = trickling(connection := connect(), sent * 100)
    assert hangs_up(connection) < 4
    stop.set()


@pytest.mark.parametrize("how", [b"Content-Length: 1000\r\n\r\n", b"Transfer-Encoding: chunked\r\n\r\n"])
def test_a_body_has_an_end_however_it_trickles(connect: Connect, monkeypatch: pytest.MonkeyPatch, how: bytes) -> None:
    monkeypatch.setattr(connections, "BODY_WITHIN", 1)
    connection = connect()
    connection.sendall(SLACK + how)
    stop = trickling(connection, b"1\r\nx\r\n" * 100)
    assert hangs_up(connection) < 4
    stop.set()


def test_a_kept_connection_gets_as_long_for_its_next_request_and_no_longer(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "HEADERS_WITHIN", 1)
    connection = connect()
    assert status(asked(connection, ALIVE)) == 200
    time.sleep(1.5)
    assert status(asked(connection, ALIVE)) == 200
    stop = trickling(connection, SLACK * 100)
    assert hangs_up(connection) < 4
    stop.set()


def test_an_idle_connection_is_closed_after_longer_than_proxies_keep_it(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert connections.KEPT_OPEN > 120
    monkeypatch.setattr(connections, "KEPT_OPEN", 1)
    connection = connect()
    assert status(asked(connection, ALIVE)) == 200
    assert hangs_up(connection) < 4


def trickling(connection: socket.socket, text: bytes) -> threading.Event:
    """Sends a byte each tenth of a second until told to stop."""
    stop = threading.Event()

    def trickle() -> None:
        for byte in text:
            with contextlib.suppress(OSError):
                connection.send(bytes([byte]))
            if stop.wait(0.1):
                return

    threading.Thread(target=trickle).start()
    return stop


# Large ones


@pytest.mark.parametrize("length", [connections.LARGEST_BODY + 1, 10**9, 10**18])
def test_a_body_that_says_that_it_is_too_large_is_not_read(connect: Connect, length: int) -> None:
    assert status(asked(connect(), SLACK + f"Content-Length: {length}\r\n\r\n".encode())) == 413


def test_a_body_in_chunks_without_end_is_read_no_further_than_allowed(connect: Connect) -> None:
    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    answered = asked(connect(), SLACK + b"Transfer-Encoding: chunked\r\n\r\n", *[chunk] * 40)
    assert status(answered) == 413


def test_a_body_that_lies_about_its_length_is_refused_unread(connect: Connect) -> None:
    large = b"x" * 100_000
    for said in (b"10", b"10\r\nContent-Length: 1000000000"):
        answered = asked(connect(), SLACK + b"Content-Length: " + said + b"\r\n\r\n", *[large] * 30)
        assert status(answered) in (400, 401)


def test_the_largest_body_is_only_refused_for_its_signature(connect: Connect) -> None:
    body = b"command=/track&text=" + b"x" * (connections.LARGEST_BODY - 20)
    began = time.monotonic()
    assert status(asked(connect(), SLACK + f"Content-Length: {len(body)}\r\n\r\n".encode(), body)) == 401
    assert time.monotonic() - began < 5


def test_headers_without_end_are_refused(connect: Connect) -> None:
    assert status(asked(connect(), SLACK, *[b"X-More: " + b"x" * 1000 + b"\r\n"] * 100)) == 431


# Odd ones


@pytest.mark.parametrize(
    ("sent", "wanted"),
    [
        (b"GET /healthz HTTP/1.0\r\n\r\n", 200),
        (b"GET /healthz HTTP/1.1\r\n\r\n", 200),
        (b"GET http://elsewhere/healthz HTTP/1.1\r\nHost: bot\r\n\r\n", 200),
        (b"\r\n\r\nGET /healthz HTTP/1.1\r\nHost: bot\r\n\r\n", 200),
        (b"GET /nowhere HTTP/1.1\r\nHost: bot\r\n\r\n", 404),
        (b"GET http://[/healthz HTTP/1.1\r\nHost: bot\r\n\r\n", 400),
        (b"GET /\xff\xfe%00%ff HTTP/1.1\r\nHost: bot\r\n\r\n", 400),
        (b"nonsense\r\n\r\n", 400),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 404),
        (b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n", 400),
        (b"GET /healthz HTTP/1.1\r\nX: a\rb\r\n\r\n", 400),
        (SLACK + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\n", 400),
        (SLACK + b"Content-Length: -1\r\n\r\n", 400),
        (SLACK + b"Content-Length: 1, 2\r\n\r\n", 400),
        (SLACK + b"Transfer-Encoding: gzip\r\n\r\n", 400),
        (SLACK + b"Transfer-Encoding: chunked\r\n\r\n-1\r\n", 400),
        (SLACK + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 401),
        (SLACK + b"\r\n", 401),
        (SLACK.replace(b"POST", b"GET") + b"\r\n", 401),
    ],
)
def test_whatever_is_sent_has_an_answer_and_makes_no_error(
    connect: Connect, caplog: pytest.LogCaptureFixture, sent: bytes, wanted: int
) -> None:
    assert status(asked(connect(), sent)) == wanted
    assert [record.getMessage() for record in caplog.records if record.levelname in ("WARNING", "ERROR")] == []
    assert status(asked(connect(), ALIVE)) == 200


def test_requests_that_come_at_once_are_answered_one_after_the_other(connect: Connect) -> None:
    connection = connect()
    connection.sendall(ALIVE * 50)
    received = b""
    while received.count(b'{"ok": true}') < 50:  # whole, or the rest of the last one would begin the next answer
        received += connection.recv(65536)
    assert received.count(b"HTTP/1.1 200") == 50
    assert status(asked(connection, ALIVE)) == 200


def test_whoever_asks_for_the_head_alone_gets_no_body(connect: Connect, caplog: pytest.LogCaptureFixture) -> None:
    connection = connect()
    connection.sendall(ALIVE.replace(b"GET", b"HEAD") + ALIVE)
    received = b""
    while received.count(b"HTTP/1.1 200") < 2 or not received.endswith(b"}"):
        received += connection.recv(65536)
    assert received.count(b"{") == 1
    assert [record.getMessage() for record in caplog.records if record.levelname in ("WARNING", "ERROR")] == []


def test_whoever_has_said_everything_still_hears_the_answer(connect: Connect) -> None:
    connection = connect()
    connection.sendall(ALIVE)
    connection.shutdown(socket.SHUT_WR)
    assert status(answer(connection)) == 200
    assert hangs_up(connection) < 2


def test_whoever_asks_first_is_told_to_go_on(connect: Connect) -> None:
    connection = connect()
    connection.sendall(SLACK + b"Content-Length: 2\r\nExpect: 100-continue\r\n\r\n")
    assert connection.recv(65536) == b"HTTP/1.1 100 Continue\r\n\r\n"
    assert status(asked(connection, b"{}")) == 401


def test_whoever_asks_first_for_too_much_is_told_so(connect: Connect) -> None:
    answered = asked(connect(), SLACK + b"Content-Length: 1000000000\r\nExpect: 100-continue\r\n\r\n")
    assert status(answered) == 413


def test_a_signed_request_in_chunks_and_pieces_is_answered(
    connect: Connect, anna: Person, workspace: Workspace
) -> None:
    def in_pieces(headers: dict[str, str], body: str) -> Answer:
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        head = f"POST /slack/events HTTP/1.1\r\nTransfer-Encoding: chunked\r\n{lines}\r\n".encode()
        chunks = (f"1\r\n{byte}\r\n".encode() for byte in body)
        received = asked(connect(), head[:7], head[7:], *chunks, b"0\r\n\r\n")
        return Answer(status(received), received.partition(b"\r\n\r\n")[2].decode())

    workspace.transport = in_pieces
    seen = anna.types("/track status")
    assert seen
    assert "No timer is running" in seen.text


def test_what_is_being_answered_is_finished_before_the_end(app: App, bot: Bot) -> None:
    let_go, entered = threading.Event(), threading.Event()

    def slow(_environ: object, start_response: Callable[..., object]) -> list[bytes]:
        entered.set()
        let_go.wait(PATIENCE)
        start_response("200 OK", [("Content-Length", "4")])
        return [b"done"]

    listening = socket.create_server(("127.0.0.1", 0))
    address = listening.getsockname()
    server = Connections(slow, listening, threads=1)
    thread = threading.Thread(target=server.serve, kwargs={"stop_within": PATIENCE})
    thread.start()
    with socket.create_connection(address, timeout=PATIENCE) as connection:
        connection.sendall(ALIVE)
        entered.wait(PATIENCE)
        server.stop()
        with pytest.raises(OSError):  # noqa: PT012 (nobody new is let in, as soon as the thread has heard)
            while True:
                socket.create_connection(address, timeout=PATIENCE).close()
                time.sleep(0.01)
        let_go.set()
        assert answer(connection).endswith(b"done")
    thread.join(PATIENCE)
    assert not thread.is_alive()


def test_the_signature_is_over_the_raw_bytes(connect: Connect) -> None:
    body = "command=/track&text=\udcff"
    raw = body.encode(errors="surrogateescape")
    headers = signed("playground", body.replace("\udcff", "?"), "application/x-www-form-urlencoded", int(time.time()))
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items()).encode()
    head = b"POST /slack/events HTTP/1.1\r\n" + lines + f"Content-Length: {len(raw)}\r\n\r\n".encode()
    assert status(asked(connect(), head + raw)) == 401


def test_who_is_told_to_stop_once_more_when_all_is_closed_does_nothing() -> None:
    """The pipe of whoever started us ends, and a signal follows: both tell us to stop."""
    server = Connections(lambda _environ, _start: [b""], socket.create_server(("127.0.0.1", 0)), threads=1)
    server.stop()
    server.serve(stop_within=0)
    server.stop()


def test_who_tells_to_stop_while_the_last_work_ends_already_wakes_nobody_who_is_gone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server = Connections(lambda _environ, _start: [b""], socket.create_server(("127.0.0.1", 0)), threads=1)
    wakes = server.pull_trigger
    monkeypatch.setattr(server, "pull_trigger", lambda: (time.sleep(1.5), wakes()))  # longer than the thread looks
    thread = threading.Thread(target=server.serve, kwargs={"stop_within": 0})
    thread.start()
    server.stop()
    thread.join(PATIENCE)
    assert not thread.is_alive()
