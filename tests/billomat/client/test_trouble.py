"""What goes wrong: what the caller may do next, and what is said about it."""

import gzip
import socket
import traceback
from collections.abc import Iterator

import httpx
import pytest
import respx

from bot.billomat.client import (
    MAX_ANSWER_BYTES,
    AccessDenied,
    Billomat,
    BillomatError,
    NotDone,
    OutcomeUnknown,
    Quota,
    Refused,
)
from tests.billomat.client.kit import KEY, MAINTENANCE, Ask, read, write


@pytest.mark.parametrize("status", [400, 404, 405, 406, 409, 415, 422])
@pytest.mark.parametrize("ask", [read, write])
def test_a_refusal_is_told_in_billomats_words(billomat: Billomat, api: respx.MockRouter, ask: Ask, status: int) -> None:
    api.route().respond(status, json={"errors": {"error": ["date is required", "no valid template_id given"]}})
    with pytest.raises(Refused, match=r"^date is required no valid template_id given$") as refused:
        ask(billomat)
    assert refused.value.status == status


@pytest.mark.parametrize("status", [401, 402, 403])
@pytest.mark.parametrize("ask", [read, write])
def test_a_key_plan_or_right_that_fails_asks_for_a_new_connection(
    billomat: Billomat, api: respx.MockRouter, ask: Ask, status: int
) -> None:
    api.route().respond(status, json={"errors": {"error": "Unauthorized"}})
    with pytest.raises(AccessDenied, match="Unauthorized") as trouble:
        ask(billomat)
    assert trouble.value.status == status


@pytest.mark.parametrize("status", [301, 302, 307, 308])
@pytest.mark.parametrize("ask", [read, write])
def test_a_redirect_is_not_followed_and_did_nothing(
    billomat: Billomat, api: respx.MockRouter, ask: Ask, status: int
) -> None:
    api.route().respond(status, headers={"Location": "https://elsewhere.example/login"})
    with pytest.raises(Refused, match=f"HTTP {status}"):
        ask(billomat)
    assert api.calls.call_count == 1


UNUSABLE = {
    "web page": httpx.Response(200, html=MAINTENANCE),
    "cut JSON": httpx.Response(201, content=b'{"invoice": {"id": "77'),
    "empty body": httpx.Response(201),
    "no content": httpx.Response(204),
    "other JSON": httpx.Response(201, json=["ok"]),
    "without the object": httpx.Response(201, json={"invoice": "", "user": None}),
    "without an id": httpx.Response(201, json={"invoice": {"id": ""}, "user": {"name": "Ada"}}),
    "endless nesting": httpx.Response(201, content=b"[" * 200_000),
    "not text": httpx.Response(201, content=b"\x80\x81"),
    "server error": httpx.Response(500, json={"errors": {"error": "Oops"}}),
    "bad gateway": httpx.Response(502, html="<h1>Bad Gateway</h1>"),
    "maintenance": httpx.Response(503, html=MAINTENANCE),
    "gateway time-out": httpx.Response(504),
    "request time-out": httpx.Response(408),
}


@pytest.mark.parametrize("answer", UNUSABLE.values(), ids=UNUSABLE.keys())
def test_after_an_unusable_answer_a_read_is_repeated_and_a_draft_looked_for(
    billomat: Billomat, api: respx.MockRouter, answer: httpx.Response
) -> None:
    api.route().mock(return_value=answer)
    with pytest.raises(NotDone):
        read(billomat)
    with pytest.raises(OutcomeUnknown):
        write(billomat)
    assert api.calls.call_count == 2


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ("web page", "maintenance"),
        ("maintenance", "maintenance"),
        ("bad gateway", "maintenance"),
        ("server error", "server"),
        ("cut JSON", "server"),
        ("gateway time-out", "timeout"),
        ("request time-out", "timeout"),
    ],
)
def test_a_person_learns_what_kind_of_trouble_it_is(
    billomat: Billomat, api: respx.MockRouter, answer: str, kind: str
) -> None:
    api.route().mock(return_value=UNUSABLE[answer])
    with pytest.raises(NotDone) as trouble:
        read(billomat)
    assert trouble.value.kind == kind


@pytest.mark.parametrize("failure", [httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout])
def test_without_a_connection_nothing_was_sent(
    billomat: Billomat, api: respx.MockRouter, failure: type[Exception]
) -> None:
    api.route().mock(side_effect=failure)
    for ask in (read, write):
        with pytest.raises(NotDone) as trouble:
            ask(billomat)
        assert trouble.value.kind == ("unreachable" if failure is httpx.ConnectError else "timeout")


@pytest.mark.parametrize(
    "failure",
    [
        httpx.ReadTimeout,
        httpx.WriteTimeout,
        httpx.ReadError,
        httpx.WriteError,
        httpx.RemoteProtocolError,
        httpx.DecodingError,
    ],
)
def test_a_connection_that_breaks_after_sending_leaves_the_outcome_open(
    billomat: Billomat, api: respx.MockRouter, failure: type[Exception]
) -> None:
    api.route().mock(side_effect=failure)
    with pytest.raises(OutcomeUnknown):
        write(billomat)
    with pytest.raises(NotDone):
        read(billomat)


@pytest.mark.parametrize(("errno", "kind"), [(socket.EAI_NONAME, "unknown_host"), (socket.EAI_AGAIN, "unreachable")])
def test_a_mistyped_account_is_told_from_a_lost_network(
    billomat: Billomat, monkeypatch: pytest.MonkeyPatch, errno: int, kind: str
) -> None:
    def no_such_name(*_: object, **__: object) -> None:
        raise socket.gaierror(errno, "no such name")

    monkeypatch.setattr(socket, "getaddrinfo", no_such_name)
    with pytest.raises(NotDone) as trouble:
        write(billomat)
    assert trouble.value.kind == kind


def test_an_answer_of_more_than_20_mb_is_not_read_to_its_end(billomat: Billomat, api: respx.MockRouter) -> None:
    served = 0

    def flood() -> Iterator[bytes]:
        nonlocal served
        for _ in range(1000):
            served += 1_000_000
            yield b" " * 1_000_000

    api.route().mock(side_effect=lambda _: httpx.Response(200, content=flood()))
    with pytest.raises(Refused, match="too large"):
        billomat.clients()
    with pytest.raises(OutcomeUnknown):
        write(billomat)
    assert served == 2 * (MAX_ANSWER_BYTES + 1_000_000)


def test_a_large_answer_that_travels_compressed_counts_in_full(billomat: Billomat, api: respx.MockRouter) -> None:
    packed = gzip.compress(b" " * (MAX_ANSWER_BYTES + 1))
    api.route().respond(200, content=packed, headers={"Content-Encoding": "gzip"})
    with pytest.raises(Refused, match="too large"):
        billomat.clients()


def test_what_is_left_of_the_quota_is_known_after_every_answer(billomat: Billomat, api: respx.MockRouter) -> None:
    assert billomat.quota == Quota(None, None)
    headers = {"X-Rate-Limit-Remaining": "299", "X-Rate-Limit-Reset": "1795000500"}
    api.get("/users/myself").respond(json={"user": {"id": "1"}}, headers=headers)
    billomat.owner()
    assert billomat.quota == Quota(remaining=299, reset=1795000500)
    api.get("/users/myself").respond(500, headers={"X-Rate-Limit-Remaining": "many"})
    with pytest.raises(NotDone):
        billomat.owner()
    assert billomat.quota == Quota(None, None)


NOON = {"Date": "Sun, 22 Nov 2026 12:00:00 GMT"}
NOON_EPOCH = 1795348800


@pytest.mark.parametrize(
    ("headers", "text", "seconds"),
    [
        (NOON | {"X-Rate-Limit-Reset": str(NOON_EPOCH + 246)}, "Try again in 99 seconds.", 246),
        (NOON | {"X-Rate-Limit-Reset": str(NOON_EPOCH + 86_400)}, "", 900),
        (NOON | {"X-Rate-Limit-Reset": str(NOON_EPOCH - 5)}, "Try again in 99 seconds.", 99),
        (NOON | {"X-Rate-Limit-Reset": "soon"}, "Try again in 99 seconds.", 99),
        ({"X-Rate-Limit-Reset": str(NOON_EPOCH), "Date": "noon"}, "Noch 99 Sekunden.", 99),
        ({}, "Maximum number of requests (300 per 15 minutes) reached. Try again in 4000 seconds.", 900),
        ({"Date": "1 Jan 99999999999999999999 00:00:00"}, "Slow down", 60),
        ({}, "Slow down", 60),
    ],
)
@pytest.mark.parametrize("ask", [read, write])
def test_over_quota_nothing_happened_and_it_is_known_how_long_to_wait(
    billomat: Billomat, api: respx.MockRouter, ask: Ask, headers: dict[str, str], text: str, seconds: int
) -> None:
    api.route().respond(429, json={"errors": {"error": text}}, headers=headers)
    with pytest.raises(NotDone) as trouble:
        ask(billomat)
    assert (trouble.value.kind, trouble.value.retry_after) == ("quota", seconds)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ('{"errors": {"error": "Row not found"}}', "Row not found"),
        ("<errors><error>Resource not found</error></errors>", "Resource not found"),
        (MAINTENANCE, "Wartung Bald zurück"),
        ('{"errors": {"error": "<b>Bad</b>\\n <!channel> &lt;i&gt; \\u202e text"}}', "Bad text"),
        ("<script>alert(1)</script>Stop<style>p {", "Stop"),
        ('{"errors": ""}', '{"errors": ""}'),
        ("", "HTTP 400"),
        ("ä" * 300, "ä" * 200),
    ],
)
def test_billomats_words_are_one_short_line_without_mark_up(
    billomat: Billomat, api: respx.MockRouter, body: str, text: str
) -> None:
    api.route().respond(400, content=body.encode())
    with pytest.raises(Refused) as refused:
        read(billomat)
    assert refused.value.text == str(refused.value) == text


def test_an_answer_that_cannot_be_read_is_not_quoted_since_it_may_hold_customers(
    billomat: Billomat, api: respx.MockRouter
) -> None:
    api.route().respond(200, content=b'{"clients": {"client": {"name": "Grete M')
    with pytest.raises(NotDone) as trouble:
        billomat.clients()
    assert "Grete" not in trouble.value.text


def everything_in(error: BaseException) -> str:
    """The error as a log, a debugger or an error report would show it, whatever led to it included."""
    shown = "".join(traceback.format_exception(error)) + repr(error) + str(vars(error))
    return shown + "".join(everything_in(led) for led in (error.__cause__, error.__context__) if led)


@pytest.mark.parametrize("ask", [read, write])
@pytest.mark.parametrize(
    "trouble",
    [
        httpx.Response(401, json={"errors": {"error": f"{KEY} is no key"}}),
        httpx.Response(400, json={"errors": {"error": "x" * 195 + KEY}}),
        httpx.Response(400, json={"errors": {"error": KEY.replace("5", "&#53;")}}),
        httpx.Response(429, text=KEY),
        httpx.Response(500, html="<p>" * 1000 + KEY),
        httpx.Response(200, text=KEY),
        httpx.LocalProtocolError(f"Illegal header value {KEY}"),
        httpx.ConnectError(KEY),
        httpx.ReadTimeout(KEY),
    ],
    ids=str,
)
def test_the_key_shows_in_no_error(
    billomat: Billomat, api: respx.MockRouter, ask: Ask, trouble: httpx.Response | Exception
) -> None:
    api.route().mock(**{"side_effect" if isinstance(trouble, Exception) else "return_value": trouble})
    with pytest.raises(BillomatError) as error:
        ask(billomat)
    assert KEY[:5] not in everything_in(error.value)
    assert KEY not in repr(billomat)
