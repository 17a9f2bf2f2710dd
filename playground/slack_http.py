"""The workspace over HTTP: the Web API and the response URLs for the bot, and the way to a bot's own HTTP address.

The routes only translate; what Slack would say is decided in `playground.slack`.
"""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qsl

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from playground.slack import web_api
from playground.slack.state import Answer, Transport
from playground.slack.workspace import Workspace


def routes(workspace: Workspace) -> list[Route]:
    """`/slack/api/{method}`, `/slack/response/{key}` and `/slack/upload/{key}`.

    The bot's SLACK_API_URL is `{url}/slack/api/`.
    """

    async def api(request: Request) -> Response:
        method = request.path_params["method"]
        arguments = {**request.query_params, **await _body(request)}
        token = str(arguments.pop("token", "") or "")
        token = request.headers.get("Authorization", "").removeprefix("Bearer ") or token
        return _response(await run_in_threadpool(web_api.call, workspace, method, token, arguments))

    async def response_url(request: Request) -> Response:
        key = request.path_params["key"]
        return _response(await run_in_threadpool(web_api.respond, workspace, key, await _body(request)))

    async def upload(request: Request) -> Response:
        key, content = request.path_params["key"], await request.body()
        return _response(await run_in_threadpool(web_api.take_upload, workspace, key, content))

    return [
        Route("/slack/upload/{key}", upload, methods=["POST"]),
        Route("/slack/api/{method}", api, methods=["GET", "POST"]),
        Route("/slack/response/{key}", response_url, methods=["POST"]),
    ]


def post_to(address: str, *, timeout: float = 30.0) -> Transport:
    """A transport that POSTs to the bot, e.g. http://127.0.0.1:3000/slack/events. `timeout` in seconds."""
    client = httpx.Client(timeout=timeout, trust_env=False)

    def transport(headers: dict[str, str], body: str) -> Answer:
        answer = client.post(address, content=body.encode(), headers=headers)
        return Answer(answer.status_code, answer.text)

    return transport


def listening(port: int = 0) -> socket.socket:
    """A socket on this port of 127.0.0.1, or on a free one. Raises OSError when it is taken."""
    opened = socket.create_server(("127.0.0.1", port))
    # asyncio does this for sockets that name their protocol; else the second part of an answer waits for 40 ms.
    opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return opened


@contextmanager
def served() -> Iterator[Callable[..., str]]:
    """Serve the Web API from a thread on a free port of 127.0.0.1, for one workspace after the other.

    Yields a function that attaches a workspace (sets its `url`), with any further routes, and returns the server's
    address: one server is enough for a whole test run.
    """
    with listening() as opened:
        address = f"http://127.0.0.1:{opened.getsockname()[1]}"
        app = Starlette()
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off", ws="none"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [opened]}, daemon=True)
        thread.start()

        def attach(workspace: Workspace, *more: BaseRoute) -> str:
            workspace.url = address
            app.router.routes[:] = [*routes(workspace), *more]
            return address

        try:
            yield attach
        finally:
            server.should_exit = server.force_exit = True
            thread.join(5)


async def _body(request: Request) -> dict[str, Any]:
    if request.headers.get("Content-Type", "").startswith("application/json"):
        try:
            parsed = json.loads(await request.body())
        except ValueError:
            return {}
        return parsed if isinstance(parsed, dict) else {}
    return dict(parse_qsl((await request.body()).decode()))


def _response(answer: Answer) -> Response:
    kind = "application/json" if answer.body.startswith("{") else "text/plain"
    return Response(answer.body, answer.status, dict(answer.headers), kind)
