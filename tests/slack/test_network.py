"""Every call to Slack has an end, whatever comes, and goes nowhere else."""

import socket
from time import monotonic

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.webhook import WebhookClient

from bot.core import deadlines
from bot.slack import messages
from tests.trickle import ENDLESS, HANDSHAKE, OK, Script, saying, serving, silent

WAIT = 1
SLOW = 2 * WAIT + 3
"""Seconds that a call may take on a busy machine."""


def client(address: str) -> WebClient:
    return WebClient("xoxb-1", base_url=f"{address}/api/", timeout=WAIT, ssl=messages.authorities())


@pytest.mark.parametrize("script", ENDLESS.values(), ids=ENDLESS)
def test_an_answer_that_never_ends_is_cut(script: Script) -> None:
    began = monotonic()
    with serving(script) as address, pytest.raises(OSError):
        client(address).auth_test()
    assert monotonic() - began < SLOW


@pytest.mark.parametrize("script", ENDLESS.values(), ids=ENDLESS)
def test_a_call_through_a_proxy_that_never_ends_is_cut(script: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    began = monotonic()
    with serving(script) as address:
        monkeypatch.setenv("HTTPS_PROXY", address)
        asking = client("https://slack.com")
        with pytest.raises(OSError):
            asking.auth_test()
    assert monotonic() - began < SLOW


def test_a_handshake_that_never_ends_is_cut() -> None:
    began = monotonic()
    with serving(HANDSHAKE) as address, pytest.raises(OSError):
        client(address.replace("http:", "https:")).auth_test()
    assert monotonic() - began < SLOW


def test_an_answer_at_a_response_url_that_never_ends_is_cut() -> None:
    began = monotonic()
    with serving(ENDLESS["body"]) as address, pytest.raises(OSError):
        WebhookClient(address, timeout=WAIT).send(text="hello")
    assert monotonic() - began < SLOW


def test_a_call_ends_with_the_work_that_it_belongs_to() -> None:
    began = monotonic()
    with serving(silent) as address, deadlines.until(deadlines.after(WAIT)), pytest.raises(OSError):
        messages.patient_client("xoxb-1", address).auth_test()
    assert monotonic() - began < SLOW


def test_an_answer_without_an_end_of_size_is_not_held() -> None:
    def pour(connection: socket.socket) -> None:
        connection.sendall(OK + b"\r\n")
        for _ in range(100):
            connection.sendall(b" " * 1_000_000)

    with serving(pour) as address, pytest.raises(ConnectionError, match="too large"):
        client(address).auth_test()


def test_an_answer_that_was_cut_off_is_none() -> None:
    answer = saying(OK + b'Content-Length: 90\r\n\r\n{"ok": true}')
    with serving(answer) as address, pytest.raises(ConnectionError, match="cut off"):
        client(address).auth_test()


@pytest.mark.parametrize(
    "answer",
    [b"SSH-2.0-OpenSSH_9.2\r\n", OK + b"Transfer-Encoding: chunked\r\n\r\nno\r\n", OK + b"X: " + b"x" * 70_000],
)
def test_what_is_no_http_is_as_no_connection(answer: bytes) -> None:
    with serving(saying(answer)) as address, pytest.raises(OSError):
        client(address).auth_test()


def test_a_whole_answer_is_read() -> None:
    with serving(saying(OK + b"\r\n" + b'{"ok": true, "padding": "' + b" " * 200_000 + b'"}')) as address:
        assert client(address).auth_test()["ok"]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed(status: int) -> None:
    asked: list[int] = []
    with (
        serving(lambda _: asked.append(1)) as other,
        serving(saying(f"HTTP/1.1 {status} X\r\nLocation: {other}/\r\nContent-Length: 0\r\n\r\n".encode())) as address,
        pytest.raises(SlackApiError),
    ):
        client(address).auth_test()
    assert asked == []


@pytest.mark.parametrize(("pause", "asked"), [("0", 3), ("86400", 1), ("soon", 1), ("-1", 1)])
def test_a_job_waits_for_a_short_pause_only(pause: str, asked: int) -> None:
    calls: list[int] = []

    def busy(connection: socket.socket) -> None:
        calls.append(1)
        connection.sendall(f"HTTP/1.1 429 X\r\nRetry-After: {pause}\r\nContent-Length: 0\r\n\r\n".encode())

    with serving(busy) as address, pytest.raises(SlackApiError):
        messages.patient_client("xoxb-1", address + "/").auth_test()
    assert len(calls) == asked
