"""The connections to Billomat: nothing else in this package touches the network."""

import socket
import ssl
from functools import cache
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpx

from bot.billomat.client.answers import MAX_ANSWER_BYTES, Answer
from bot.billomat.client.errors import BillomatError, NotDone, OutcomeUnknown
from bot.billomat.client.requests import Call


@cache
def _certificates() -> ssl.SSLContext:
    """Whom to trust (SSL_CERT_FILE says it too), read once: that takes as long as ten commands."""
    return httpx.create_ssl_context()


def http_client(*, connect: float, read: float) -> httpx.Client:
    """The connections to Billomat, for all accounts and threads of a process; time-outs in seconds.

    `connect` also limits the wait for a free connection, `read` each wait for more of an answer.
    """
    return httpx.Client(
        verify=_certificates(),
        timeout=httpx.Timeout(read, connect=connect, pool=connect),
        limits=httpx.Limits(max_connections=10, max_keepalive_connections=5),
        headers={"User-Agent": "Trackomat"},
        # The API has no sessions, and a cookie for .billomat.net would reach the next customer's account.
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        trust_env=True,  # HTTPS_PROXY and NO_PROXY; a .netrc is not read, a test shows it
    )


def exchange(http: httpx.Client, base_url: str, headers: dict[str, str], call: Call) -> Answer:
    """What Billomat answered, whatever it is, cut soon after MAX_ANSWER_BYTES. Raises NotDone or OutcomeUnknown."""
    try:
        with http.stream(
            call.method,
            f"{base_url}/api/{call.path}",
            params=call.query,
            json=call.body,
            headers=headers,
            follow_redirects=False,
        ) as response:
            content = bytearray()
            for chunk in response.iter_bytes():
                content += chunk
                if len(content) > MAX_ANSWER_BYTES:
                    break
            return Answer(response.status_code, response.headers, bytes(content))
    except httpx.RequestError as error:
        failure = _transport_failure(error, storing=call.stores)
    # Out here it takes no context along: the request that hangs on httpx's error carries the key.
    raise failure


# Raised before the first byte of a request is written.
_NOTHING_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)


def _transport_failure(error: httpx.RequestError, *, storing: bool) -> BillomatError:
    """What a failure below HTTP means. httpx's own words are not repeated: they may quote a header."""
    timed_out = isinstance(error, httpx.TimeoutException)
    text = "Billomat did not answer in time." if timed_out else "The connection to Billomat failed."
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
