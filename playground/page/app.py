"""The page's routes: HTML for a person at a place, their deeds as small POSTs, and one WebSocket per tab for the news.

A deed changes the cores and answers at once; what came of it reaches every tab through its WebSocket, as the parts
whose HTML differs from what this tab was sent before.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.websockets import WebSocket, WebSocketDisconnect

from playground import slack_http
from playground.billomat import http as billomat_http
from playground.billomat.account import Account
from playground.billomat.desk import Desk
from playground.billomat.fields import Refusal
from playground.billomat.trouble import Fault
from playground.page.render import HOME, NATIVE, Parts, Renderer, Seat, marked, shown_option
from playground.slack.state import Json, NeedsConfirmation, Person, Refused, Surface, View
from playground.slack.workspace import FILES, Workspace

TROUBLES = {
    "works": None,
    "is slow (4 s)": Fault("late", seconds=4),
    "drops the connection": Fault("drop"),
    "answers with an error (500)": Fault("error"),
    "is in maintenance (503)": Fault("maintenance"),
    "breaks off in the middle": Fault("cut", worked=True),
    "refuses what it did (400)": Fault("refusal", worked=True, on="POST"),
    "is over quota (429)": Fault("quota"),
}
"""What the Billomat pane can simulate; "breaks off in the middle" did its work too, so a draft may be there."""
_SAVED = {"Content-Disposition": "attachment", "X-Content-Type-Options": "nosniff"}
"""A file is saved and never shown as a page: whatever stands in it."""
MORNING = time(9)
MINUTE = 60
START = 60
"""Seconds that a deed waits for the bot at most."""


def create_app(
    workspace: Workspace, account: Account, *, keys: dict[str, str], ready: threading.Event | None = None
) -> Starlette:
    """Everything on one port: the page, Slack's Web API for the bot, and Billomat under /billomat.

    `keys` are the API keys that the page offers to copy: what each may do -> the key. What people do before the bot is
    `ready` waits for it.
    """
    page = Page(workspace, account, keys, ready)
    return Starlette(
        routes=[
            *slack_http.routes(workspace),
            Route("/billomat/app/beta/invoices/{id:int}", page.invoice),
            Mount("/billomat", routes=billomat_http.routes(account)),
            Mount("/static", StaticFiles(directory=Path(__file__).parent / "static")),
            Route("/files/{file}/{name}", page.file),
            Route("/do/{deed}", page.do, methods=["POST"]),
            WebSocketRoute("/live", page.live),
            Route("/", page.anybody),
            Route("/{person}/", page.anywhere),
            Route("/{person}/{place}", page.shown),
        ]
    )


class Page:
    """The page on one workspace and one account."""

    def __init__(
        self, workspace: Workspace, account: Account, keys: dict[str, str], ready: threading.Event | None
    ) -> None:
        self.workspace = workspace
        self.account = account
        self.ready = ready
        self.desk = Desk(account)
        self.renderer = Renderer(workspace, account, keys, troubles=list(TROUBLES), desk=self.desk)
        self._tabs: set[Callable[[], None]] = set()
        workspace.listeners.append(self._changed)
        account.listeners.append(self._changed)

    # pages

    async def anybody(self, request: Request) -> Response:
        """The first person's first channel."""
        return RedirectResponse(f"/{self.workspace.people()[0].id}/")

    async def anywhere(self, request: Request) -> Response:
        """A person's first channel."""
        person = self._person(request.path_params["person"])
        return RedirectResponse(f"/{person.id}/{self.workspace.channels(person.id)[0].id}")

    async def shown(self, request: Request) -> Response:
        """The workspace as this person sees it."""
        seat = self._seat(request.path_params)
        return HTMLResponse(await run_in_threadpool(self.renderer.page, seat))

    async def invoice(self, request: Request) -> Response:
        """What the link to a draft opens."""
        locale = request.headers.get("Accept-Language", "")
        try:
            return HTMLResponse(self.renderer.invoice_page(request.path_params["id"], locale))
        except Refusal as refusal:
            raise HTTPException(404) from refusal

    async def file(self, request: Request) -> Response:
        """What is in a file that somebody can see."""
        seen = {file.id: file for file in self.workspace.files() if file.channel}
        file = seen.get(request.path_params["file"])
        if file is None:
            raise HTTPException(404)
        return Response(file.content, media_type="text/csv; charset=utf-8", headers=_SAVED)

    # news

    async def live(self, socket: WebSocket) -> None:
        """Send this tab what changed, as {region: [[part id, HTML or null if unchanged], …]}, until it closes."""
        seat = self._seat(socket.query_params)
        await socket.accept()
        if seat.place == HOME:
            await self._until_ready()
            await run_in_threadpool(self.workspace.opens_home, seat.person.id)
        sending = asyncio.create_task(self._send_news(socket, seat))
        leaving = asyncio.create_task(_left(socket))
        await asyncio.wait({sending, leaving}, return_when=asyncio.FIRST_COMPLETED)
        leaving.cancel()
        if not sending.cancel():
            with suppress(WebSocketDisconnect):
                sending.result()  # a page that cannot be rendered must not look like one without news

    async def _send_news(self, socket: WebSocket, seat: Seat) -> None:
        changed = asyncio.Event()
        loop = asyncio.get_running_loop()

        def wake() -> None:
            loop.call_soon_threadsafe(changed.set)

        self._tabs.add(wake)
        sent: dict[str, Parts] = {}
        try:
            while True:
                changed.clear()
                seat = self._seat({"person": seat.person.id, "place": seat.place})
                regions = await run_in_threadpool(self.renderer.regions, seat)
                news = {name: _difference(sent.get(name), parts) for name, parts in regions.items()}
                sent = regions
                await socket.send_json({name: parts for name, parts in news.items() if parts is not None})
                await self._wait(changed)
        finally:
            self._tabs.discard(wake)

    async def _wait(self, changed: asyncio.Event) -> None:
        """Until something changed, or the clock in the page shows another minute."""
        until = MINUTE - self.workspace.clock.now().second
        try:
            await asyncio.wait_for(changed.wait(), until)
        except TimeoutError:
            return

    def _changed(self) -> None:
        for wake in tuple(self._tabs):
            wake()

    # deeds

    async def do(self, request: Request) -> Response:
        """One deed of a person. JSON only, which a page of another origin cannot send."""
        if request.headers.get("Content-Type") != "application/json":
            raise HTTPException(415)
        deed = getattr(self, f"_do_{request.path_params['deed']}", None)
        if deed is None:
            raise HTTPException(404)
        body = await request.json()
        seat = self._seat(body)
        await self._until_ready()
        try:
            return JSONResponse(await run_in_threadpool(deed, seat, body) or {})
        except NeedsConfirmation as asked:
            mark = marked(seat, self.workspace.names(), self.workspace.clock.now())
            return JSONResponse({"confirm": {**asked.confirm, "text": mark(asked.confirm["text"])}})
        except (Refused, Refusal, ValueError) as refused:
            return JSONResponse({"refused": str(refused)})

    async def _until_ready(self) -> None:
        """A page that was left open reconnects before the bot has started anew."""
        if self.ready and not self.ready.is_set():
            await run_in_threadpool(self.ready.wait, START)

    def _do_say(self, seat: Seat, body: Json) -> None:
        if body["text"].startswith("/"):
            self.workspace.command(seat.person.id, seat.place, body["text"])
        else:
            self.workspace.say(seat.person.id, seat.place, body["text"], thread_ts=body.get("thread") or "")

    def _do_delete(self, seat: Seat, body: Json) -> None:
        message = self._surface(seat, body)
        if isinstance(message, View):
            raise Refused("this is no message")
        self.workspace.delete_message(seat.person.id, message)

    def _do_click(self, seat: Seat, body: Json) -> None:
        self.workspace.click(
            seat.person.id,
            self._surface(seat, body),
            body["action"],
            block_id=body["block"],
            option=body.get("option"),
            confirmed=body.get("confirmed", False),
        )

    def _do_fill(self, seat: Seat, body: Json) -> None:
        surface = self._surface(seat, body)
        confirmed = body.get("confirmed", False)
        self.workspace.fill(seat.person.id, surface, body["block"], body["action"], body["raw"], confirmed=confirmed)

    def _do_search(self, seat: Seat, body: Json) -> Json:
        surface = self._surface(seat, body)
        found = self.workspace.search(seat.person.id, surface, body["block"], body["action"], body["query"])
        return {"options": [shown_option(option, group) for group in found for option in group["options"]]}

    def _do_shortcut(self, seat: Seat, body: Json) -> None:
        message = self._surface(seat, body) if "surface" in body else None
        if isinstance(message, View):
            raise Refused("shortcuts are for messages")
        self.workspace.shortcut(seat.person.id, body["callback"], message)

    def _do_submit(self, seat: Seat, body: Json) -> None:
        self.workspace.submit(seat.person.id)

    def _do_close(self, seat: Seat, body: Json) -> None:
        self.workspace.close(seat.person.id)

    def _do_forward(self, seat: Seat, body: Json) -> None:
        clock = self.workspace.clock
        local = clock.now().astimezone(seat.zone)
        match body["by"]:
            case "hour":
                clock.forward(timedelta(hours=1))
            case "morning":
                day = local.date() if local.time() < MORNING else local.date() + timedelta(days=1)
                clock.forward_to(datetime.combine(day, MORNING, seat.zone))
            case "set":
                clock.forward_to(datetime.fromisoformat(body["to"]).replace(tzinfo=seat.zone))
        self._changed()

    def _do_trouble(self, seat: Seat, body: Json) -> None:
        fault = TROUBLES[body["kind"]]
        self.renderer.trouble = body["kind"]
        if fault is None:
            self.account.trouble.clear()
        else:
            self.account.trouble.often(1, fault, seed=0)
        self._changed()

    def _do_files(self, seat: Seat, body: Json) -> None:
        """Grant the bot the scope to send files, or take it away."""
        with self.workspace.change():
            granted = self.workspace.scopes - FILES
            self.workspace.scopes = granted | FILES if body["granted"] == "yes" else granted

    def _do_native(self, seat: Seat, body: Json) -> None:
        """What Slack does with tables and charts from now on."""
        self.workspace.refusal, self.workspace.replaces_answers = NATIVE[body["kind"]]
        self._changed()

    def _do_billomat(self, seat: Seat, body: Json) -> None:
        """What somebody does in Billomat itself."""
        match body:
            case {"deed": "take_back"}:
                self.desk.take_back()
            case {"deed": "revoke"}:
                self.desk.revoke(body["key"], body["name"])
            case {"deed": "complete" | "shorten" | "pay" | "cancel" | "uncancel" | "delete" as deed}:
                getattr(self.desk, deed)(int(body["id"]))
        self._changed()

    def _surface(self, seat: Seat, body: Json) -> Surface:
        """The message, modal or Home tab with this id, if it is before the person's eyes."""
        person = seat.person.id
        everything = [
            *self.workspace.modals(person),
            *self.workspace.messages(person, seat.place),
            self.workspace.home(person),
        ]
        for surface in everything:
            if surface is not None and surface.id == body["surface"]:
                return surface
        raise Refused("this is not there any more")

    def _seat(self, where: Any) -> Seat:
        seat = Seat(self._person(where["person"]), where["place"])
        if seat.place not in (HOME, *(channel.id for channel in self.workspace.channels(seat.person.id))):
            raise HTTPException(404)
        return seat

    def _person(self, person_id: str) -> Person:
        try:
            return self.workspace.person(person_id)
        except Refused as refused:
            raise HTTPException(404) from refused


async def _left(socket: WebSocket) -> None:
    """Until the tab is closed."""
    with suppress(WebSocketDisconnect):
        while True:
            await socket.receive_text()


def _difference(before: Parts | None, now: Parts) -> list[list[str | None]] | None:
    """None for an unchanged region, else each part's id with its HTML where that differs."""
    if before is not None and list(before.items()) == list(now.items()):
        return None
    old = before or {}
    return [[part, html if old.get(part) != html else None] for part, html in now.items()]
