"""The connections to Billomat: nothing else in this package touches the network."""

import socket
import ssl
import zlib
from collections.abc import Callable, Mapping
from functools import cache
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any

import httpx

from bot.billomat.client.answers import MAX_ANSWER_BYTES, Answer
from bot.billomat.client.errors import BillomatError, NotDone, OutcomeUnknown
from bot.billomat.client.requests import Call
from bot.core.deadlines import Deadline


@cache
def _certificates() -> ssl.SSLContext:
    """Whom to trust (SSL_CERT_FILE says it too), read once: that takes as long as ten commands."""
    return httpx.create_ssl_context()


def http_client(*, connect: float, answer: float) -> httpx.Client:
    """The connections to Billomat, for all accounts and threads of a process; time-outs in seconds.

    `answer` is for a whole call, from its beginning to the last byte of its answer; see `exchange`.
    """
    return httpx.Client(
        verify=_certificates(),
        timeout=httpx.Timeout(answer, connect=connect),
        # None is kept: the deadline must see each socket begin, and one that Billomat just closed would lose a POST.
        # There are as many as threads that call.
        limits=httpx.Limits(max_connections=None, max_keepalive_connections=0),
        headers={"User-Agent": "Trackomat", "Accept-Encoding": "gzip"},
        # The API has no sessions, and a cookie for .billomat.net would reach the next customer's account.
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        trust_env=True,  # HTTPS_PROXY and NO_PROXY; a .netrc is not read, a test shows it
    )


def exchange(http: httpx.Client, base_url: str, headers: dict[str, str], call: Call) -> Answer:
    """What Billomat answered, whatever it is, cut soon after MAX_ANSWER_BYTES. Raises NotDone or OutcomeUnknown."""
    try:
        deadline = Deadline(http.timeout.read or 0)
    except TimeoutError:
        raise NotDone(_TOO_LATE, kind="timeout") from None  # nothing was sent: the work had ended before
    try:
        with (
            deadline,
            http.stream(
                call.method,
                f"{base_url}/api/{call.path}",
                params=call.query,
                json=call.body,
                headers=headers,
                # A connection that is only begun cannot be cut.
                timeout=httpx.Timeout(deadline.seconds, connect=min(http.timeout.connect or 0, deadline.seconds)),
                follow_redirects=False,
                extensions={"trace": _shown_to(deadline)},
            ) as response,
        ):
            content = _unpacked(response)
            if deadline.is_over:  # an answer that tells no length looks whole when it was cut
                raise httpx.ReadTimeout(_TOO_LATE)
            return Answer(response.status_code, response.headers, content)
    except httpx.RequestError as error:
        failure = _transport_failure(error, storing=call.stores, in_time=not deadline.is_over)
    # Out here it takes no context along: the request that hangs on httpx's error carries the key.
    raise failure


def _shown_to(deadline: Deadline) -> Callable[[str, Mapping[str, Any]], None]:
    """Shows the deadline each socket, as httpcore reports it: plain, to a proxy, with TLS."""

    def trace(event: str, told: Mapping[str, Any]) -> None:
        if event.endswith((".connect_tcp.complete", ".start_tls.complete")):
            deadline.watch(told["return_value"].get_extra_info("socket"))

    return trace


def _unpacked(response: httpx.Response) -> bytes:
    """The content, cut soon after MAX_ANSWER_BYTES, and never unpacked further. Raises DecodingError.

    httpx would unpack whatever is wrapped in whatever, each time as far as it goes: 1 MB can hold 1 GB.
    """
    named = response.headers.get_list("content-encoding", split_commas=True)
    wrapped = [name for name in map(str.lower, named) if name != "identity"]
    if not wrapped:
        content = bytearray()
        for chunk in response.iter_raw():
            content += chunk
            if len(content) > MAX_ANSWER_BYTES:
                break
        return bytes(content)
    if wrapped != ["gzip"]:
        raise httpx.DecodingError("not the encoding that was asked for")
    return _unzipped(response)


def _unzipped(response: httpx.Response) -> bytes:
    content, unpacking = bytearray(), zlib.decompressobj(zlib.MAX_WBITS | 16)
    received = 0
    for chunk in response.iter_raw():
        received += len(chunk)
        try:
            content += unpacking.decompress(unpacking.unconsumed_tail + chunk, MAX_ANSWER_BYTES + 1 - len(content))
        except zlib.error:
            raise httpx.DecodingError("no gzip") from None
        if unpacking.eof or max(len(content), received) > MAX_ANSWER_BYTES:
            break
    if received and not unpacking.eof and len(content) <= MAX_ANSWER_BYTES:
        raise httpx.DecodingError("gzip without an end")
    return bytes(content)


_TOO_LATE = "Billomat did not answer in time."

# Raised before the first byte of a request is written.
_NOTHING_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)


def _transport_failure(error: httpx.RequestError, *, storing: bool, in_time: bool) -> BillomatError:
    """What a failure below HTTP means. httpx's own words are not repeated: they may quote a header."""
    timed_out = isinstance(error, httpx.TimeoutException) or not in_time
    text = _TOO_LATE if timed_out else "The connection to Billomat failed."
    if storing and not isinstance(error, _NOTHING_SENT):
        return OutcomeUnknown(text)
    if _is_unknown_host(error):
        return NotDone("There is no such address.", kind="unknown_host")
    return NotDone(text, kind="timeout" if timed_out else "unreachable")


def _is_unknown_host(error: BaseException) -> bool:
    seen: set[int] = set()  # contexts can form a ring
    cause: BaseException | None = error
    while cause is not None and id(cause) not in seen:
        if isinstance(cause, socket.gaierror):
            return cause.errno != socket.EAI_AGAIN  # "try again": the name service is down, not the name wrong
        seen.add(id(cause))
        cause = cause.__cause__ or cause.__context__  # httpcore cuts the chain of causes
    return False
