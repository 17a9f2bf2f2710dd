"""Every call to Billomat has an end, whatever comes, and no answer takes more memory than an answer may."""

import gzip
import socket
import tracemalloc
from collections.abc import Iterator
from time import monotonic

import httpx
import pytest

from bot.billomat.client import MAX_ANSWER_BYTES, Billomat, NotDone, OutcomeUnknown, Refused, http_client
from bot.core import deadlines
from tests.billomat.client.kit import KEY, write
from tests.trickle import ENDLESS, HANDSHAKE, Script, bomb, packed, saying, serving, silent

END = 1
"""Seconds for a call."""
SLOW = 4
"""Seconds that a busy machine may take for it."""
OWNER = b'{"user": {"id": "1"}}'


@pytest.fixture
def brief() -> Iterator[httpx.Client]:
    with http_client(connect=END, answer=END) as http:
        yield http


def account(http: httpx.Client, address: str) -> Billomat:
    return Billomat(http, base_url=address, key=KEY, app_id=None, app_secret=None)


@pytest.mark.parametrize("script", ENDLESS.values(), ids=ENDLESS)
def test_an_answer_that_never_ends_is_a_time_out(brief: httpx.Client, script: Script) -> None:
    began = monotonic()
    with serving(script) as address, pytest.raises(NotDone) as trouble:
        account(brief, address).owner()
    assert monotonic() - began < SLOW
    assert trouble.value.kind == "timeout"


@pytest.mark.parametrize("script", ENDLESS.values(), ids=ENDLESS)
def test_a_draft_whose_answer_never_ends_may_be_there(brief: httpx.Client, script: Script) -> None:
    began = monotonic()
    with serving(script) as address, pytest.raises(OutcomeUnknown):
        write(account(brief, address))
    assert monotonic() - began < SLOW


def test_a_handshake_that_never_ends_is_cut_before_anything_is_sent(brief: httpx.Client) -> None:
    began = monotonic()
    with serving(HANDSHAKE) as address, pytest.raises(NotDone) as trouble:
        write(account(brief, address.replace("http:", "https:")))
    assert monotonic() - began < SLOW
    assert trouble.value.kind == "timeout"


def test_a_connection_that_never_comes_about_ends_with_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    granted: list[float] = []

    def noted(_address: object, timeout: float, **_more: object) -> socket.socket:
        granted.append(timeout)
        raise TimeoutError

    monkeypatch.setattr(socket, "create_connection", noted)
    with (
        http_client(connect=30, answer=30) as patient,
        deadlines.until(deadlines.after(END)),
        pytest.raises(NotDone),
    ):
        account(patient, "http://127.0.0.1:9").owner()
    assert granted
    assert max(granted) <= END


def test_work_that_is_over_sends_nothing_more(brief: httpx.Client) -> None:
    with serving(silent) as address, deadlines.until(deadlines.after(0)), pytest.raises(NotDone) as trouble:
        write(account(brief, address))
    assert trouble.value.kind == "timeout"


def test_a_call_ends_with_the_work_that_it_belongs_to() -> None:
    began = monotonic()
    with (
        http_client(connect=30, answer=30) as patient,
        serving(silent) as address,
        deadlines.until(deadlines.after(END)),
        deadlines.until(deadlines.after(30)),
        pytest.raises(NotDone),
    ):
        account(patient, address).owner()
    assert monotonic() - began < SLOW


@pytest.mark.parametrize("encoding", ["gzip", "GZIP", "identity", "identity, gzip"])
def test_an_answer_is_unpacked_once(http: httpx.Client, encoding: str) -> None:
    content = gzip.compress(OWNER) if "gzip" in encoding.lower() else OWNER
    with serving(saying(packed(content, encoding))) as address:
        assert account(http, address).owner().id == 1


@pytest.mark.parametrize(
    "encoding", ["gzip, gzip", "gzip\r\nContent-Encoding: gzip", "deflate, gzip", "br", "deflate", "nonsense", "zstd"]
)
def test_an_answer_that_is_wrapped_otherwise_is_not_unpacked(http: httpx.Client, encoding: str) -> None:
    twice = gzip.compress(gzip.compress(OWNER))
    with serving(saying(packed(twice, encoding))) as address:
        with pytest.raises(NotDone):
            account(http, address).owner()
        with pytest.raises(OutcomeUnknown):
            write(account(http, address))


@pytest.mark.parametrize("cut", [1, 8, 20])
def test_a_zipped_answer_without_its_end_is_none(http: httpx.Client, cut: int) -> None:
    with serving(saying(packed(gzip.compress(OWNER)[:-cut], "gzip"))) as address, pytest.raises(NotDone):
        account(http, address).owner()


def test_what_unpacks_to_a_thousand_times_its_size_is_never_held(http: httpx.Client) -> None:
    with serving(saying(packed(bomb(1_000_000_000), "gzip"))) as address:
        tracemalloc.start()
        try:
            with pytest.raises(Refused, match="too large"):
                account(http, address).owner()
            most = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert most < 4 * MAX_ANSWER_BYTES


def test_a_draft_whose_answer_is_far_too_large_may_be_there(http: httpx.Client) -> None:
    with serving(saying(packed(bomb(30_000_000), "gzip"))) as address, pytest.raises(OutcomeUnknown):
        write(account(http, address))


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed(http: httpx.Client, status: int) -> None:
    asked: list[int] = []

    def elsewhere(_connection: object) -> None:
        asked.append(1)

    with (
        serving(elsewhere) as other,
        serving(saying(f"HTTP/1.1 {status} X\r\nLocation: {other}/\r\nContent-Length: 0\r\n\r\n".encode())) as address,
        pytest.raises(Refused),
    ):
        account(http, address).owner()
    assert asked == []
