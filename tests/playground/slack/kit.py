"""Blocks and views in a line, and apps that answer with them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from slack_bolt import App
from slack_sdk import WebClient

NOON = datetime(2026, 3, 10, 11, 0, tzinfo=UTC)
Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def button(label: str, action_id: str = "press", **more: Any) -> Json:
    return {"type": "button", "text": plain(label), "action_id": action_id, **more}


def actions(*elements: Json, block_id: str = "row") -> Json:
    return {"type": "actions", "block_id": block_id, "elements": list(elements)}


def option(text: str, value: str) -> Json:
    return {"text": plain(text), "value": value}


def field(label: str, kind: str, *, block: Json | None = None, **element: Any) -> Json:
    name = label.lower()
    held = {"type": kind, "action_id": name, **element}
    return {"type": "input", "block_id": name, "label": plain(label), "element": held, **(block or {})}


def modal(*blocks: Json, **more: Any) -> Json:
    frame = {"type": "modal", "title": plain("Log time"), "submit": plain("Save"), "callback_id": "log"}
    return {**frame, "blocks": list(blocks), **more}


def opens(app: App, *views: Json) -> None:
    """`/track` opens the first view; `/track push` style buttons are up to the test."""

    @app.command("/track")
    def track(ack: Any, body: Json, client: WebClient) -> None:
        client.views_open(trigger_id=body["trigger_id"], view=views[0])
        ack()


def answers(app: App, *given: Any, **named: Any) -> None:
    @app.command("/track")
    def track(ack: Any) -> None:
        ack(*given, **named)


def on_submission(app: App, listener: Callable[..., None]) -> None:
    app.view("log")(listener)
