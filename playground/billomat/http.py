"""The web side of the account: `routes` puts its REST interface under /api, and the switches of `trouble` strike here.

A dropped connection: the head of the answer and one byte less than it announces go out, then the ASGI application
returns. uvicorn closes the socket on that, and httpx reports RemoteProtocolError. A transport without a socket has
nothing to break, so such tests need a real server.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from playground.billomat import rest
from playground.billomat.account import Account
from playground.billomat.rest import Answer
from playground.billomat.trouble import Kind

Pause = Callable[[float], Awaitable[None]]

_JSON = {"Content-Type": "application/json"}
_PIECES = 10
_HTML = {"Content-Type": "text/html; charset=utf-8"}
_MAINTENANCE = """<!DOCTYPE html>
<html lang="de"><head><title>Wartungsarbeiten</title></head>
<body><h1>Billomat wird gerade gewartet</h1><p>Wir sind in wenigen Minuten wieder für Sie da.</p></body></html>
""".encode()


def routes(account: Account, *, pause: Pause = asyncio.sleep) -> list[Route]:
    """The account's REST interface, to be mounted at the address that a program knows as its BILLOMAT_URL."""

    async def api(request: Request) -> Response:
        asked = await _asked(request)
        fault = account.trouble.strikes(asked.method, asked.path)
        if fault is None:
            return _response(rest.answer(account, asked))
        if fault.kind == "trickle":
            return _trickling(rest.answer(account, asked), fault.seconds, pause)
        done = rest.answer(account, asked) if fault.worked else None
        await pause(fault.seconds)
        match fault.kind:
            case "late":
                return _response(done or rest.answer(account, asked))
            case "quota":
                return _response(rest.over_quota(account, asked))
            case "drop":
                return _Dropped(done)
        return _response(_spoilt(fault.kind, done))

    return [Route("/api/{path:path}", api, methods=["GET", "HEAD", "POST", "PUT", "DELETE"])]


async def _asked(request: Request) -> rest.Request:
    return rest.Request(
        method=request.method,
        path=request.path_params["path"],
        query=dict(request.query_params),
        headers=dict(request.headers),
        body=await request.body(),
    )


def _response(answer: Answer) -> Response:
    return Response(answer.body, answer.status, dict(answer.headers))


def _spoilt(kind: Kind, done: Answer | None) -> Answer:
    """What arrives instead of the right answer; `done` is that one when the work was done."""
    match kind:
        case "error":
            return Answer(500, b"Internal Server Error", {"Content-Type": "text/plain"})
        case "maintenance":
            return Answer(503, _MAINTENANCE, _HTML)
        case "refusal":
            return Answer(400, b'{"errors":{"error":"Bad Request"}}', _JSON)
        case "redirect":
            return Answer(302, b"", {"Location": "https://www.billomat.com/"})
        case "cut":
            body = done.body if done else b'{"errors":{"error":"Resource not found"}}'
            return Answer(done.status if done else 200, body[: len(body) // 2], _JSON)
    return Answer(done.status if done else 200, b"", _JSON)


def _trickling(answer: Answer, seconds: float, pause: Pause) -> Response:
    """The answer in pieces, each long before whoever waits for bytes alone would give up."""

    async def pieces() -> AsyncIterator[bytes]:
        size = -(-len(answer.body) // _PIECES) or 1
        for start in range(0, len(answer.body), size):
            await pause(seconds / _PIECES)
            yield answer.body[start : start + size]

    return StreamingResponse(pieces(), answer.status, dict(answer.headers))


class _Dropped(Response):
    """An answer that breaks off before its end."""

    def __init__(self, done: Answer | None) -> None:
        super().__init__(done.body if done and done.body else b"{}", done.status if done else 200, _JSON)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        await send({"type": "http.response.body", "body": bytes(self.body)[:-1], "more_body": True})
