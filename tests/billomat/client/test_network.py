"""On a real connection: servers that hang up, logs, cookies and proxies."""

import logging
import socket
import threading
from collections.abc import Callable, Iterator

import httpx
import pytest
import respx

from bot.billomat.client import Billomat, NotDone, OutcomeUnknown, http_client
from bot.core import logs
from tests.billomat.client.kit import ACME, KEY, read, write


@pytest.fixture
def accident(http: httpx.Client) -> Iterator[Callable[[bytes], Billomat]]:
    """A server that reads one request, answers with the given bytes and hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(5)

        def serve(answer: bytes) -> None:
            connection, _ = server.accept()
            with connection:
                connection.settimeout(5)
                received = connection.recv(65_536)
                while b"}]}}}" not in received and received.startswith(b"POST"):
                    received += connection.recv(65_536)
                connection.sendall(answer)

        threads: list[threading.Thread] = []

        def start(answer: bytes) -> Billomat:
            threads.append(threading.Thread(target=serve, args=(answer,)))
            threads[-1].start()
            address = f"http://127.0.0.1:{server.getsockname()[1]}"
            return Billomat(http, base_url=address, key=KEY, app_id=None, app_secret=None)

        yield start
        for thread in threads:
            thread.join()


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"HTTP/1.1 201 Created\r\nContent-Type: app",
        b'HTTP/1.1 201 Created\r\nContent-Length: 99\r\n\r\n{"invoice": {"id": "7"}}',
        b"HTTP/1.1 201 Created\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnope",
        b"SSH-2.0-OpenSSH_9.2\r\n",
    ],
)
def test_a_server_that_hangs_up_in_the_middle_leaves_the_outcome_open(
    accident: Callable[[bytes], Billomat], answer: bytes
) -> None:
    with pytest.raises(OutcomeUnknown):
        write(accident(answer))


def test_nobody_listening_means_that_nothing_was_sent(http: httpx.Client) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    account = Billomat(http, base_url=f"http://127.0.0.1:{port}", key=KEY, app_id=None, app_secret=None)
    with pytest.raises(NotDone) as trouble:
        write(account)
    assert trouble.value.kind == "unreachable"


def test_the_most_talkative_log_does_not_hold_the_key(
    accident: Callable[[bytes], Billomat], caplog: pytest.LogCaptureFixture
) -> None:
    for name in logs.CHATTY:  # which a start of the bot in this process keeps quiet
        caplog.set_level(logging.DEBUG, name)
    with caplog.at_level(logging.DEBUG):
        assert read(accident(b'HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n{"user": {"id": 1 }}'))
    assert "GET" in caplog.text
    assert KEY not in caplog.text


def test_a_cookie_of_one_account_is_not_sent_to_another(api: respx.MockRouter) -> None:
    asked = api.get("/users/myself").respond(
        json={"user": {"id": "1"}}, headers={"Set-Cookie": "session=acme; Domain=.billomat.net; Path=/"}
    )
    with http_client(connect=1, answer=1) as http:
        account = Billomat(http, base_url=ACME, key=KEY, app_id=None, app_secret=None)
        account.owner()
        account.owner()
    assert "Cookie" not in asked.calls.last.request.headers


def test_a_client_has_the_ends_that_it_was_given_and_goes_where_it_was_sent() -> None:
    with http_client(connect=1.5, answer=9) as http:
        assert (http.timeout.connect, http.timeout.read) == (1.5, 9)
        assert not http.follow_redirects
