"""Hands signed payloads to the bot, waits no longer than Slack does, and says what came back.

Each delivery has a thread of its own, and the transport another: at the deadline the person sees the error, even if
the bot's late answer still comes in afterwards (Slack ignores it).
"""

from __future__ import annotations

import hashlib
import hmac
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from playground.slack.state import Answer, Transport

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"


@dataclass(frozen=True)
class Reply:
    """The body of the bot's answer, or in `trouble` what Slack calls it when there was no good one."""

    body: str = ""
    trouble: str = ""
    reason: str = ""


class Delivery:
    """One payload on its way to the bot; `reply` is there once it is done."""

    def __init__(self, body: str, content_type: str, read: Callable[[Reply], None]) -> None:
        self.body = body
        self.content_type = content_type
        self.read = read
        self.reply: Reply | None = None
        self.done = threading.Event()

    def wait(self, timeout: float = 60.0) -> Delivery:
        """Until the answer was read and its effects are visible. TimeoutError after `timeout` seconds."""
        if not self.done.wait(timeout):
            raise TimeoutError(f"no end of this delivery after {timeout} s: {self.body[:200]}")
        return self


def signed(secret: str, body: str, content_type: str, at: int) -> dict[str, str]:
    """Slack's headers: HMAC-SHA256 over version, Unix seconds and body."""
    digest = hmac.new(secret.encode(), f"v0:{at}:{body}".encode(), hashlib.sha256).hexdigest()
    return {
        "Content-Type": content_type,
        "X-Slack-Request-Timestamp": str(at),
        "X-Slack-Signature": f"v0={digest}",
    }


class Courier:
    """Sends deliveries and knows which are under way."""

    def __init__(self, secret: str) -> None:
        self._secret = secret
        self._under_way = 0
        self._changed = threading.Condition()
        self.last: Delivery | None = None

    def send(
        self,
        transport: Transport,
        delivery: Delivery,
        deadline: float,
        extra: dict[str, str] | None = None,
        *,
        remembered: bool = True,
    ) -> Delivery:
        """Start a delivery that must be answered within `deadline` seconds; `extra` are more headers.

        One that is `remembered` becomes the last one.
        """
        headers = signed(self._secret, delivery.body, delivery.content_type, int(time.time()))
        headers |= extra or {}
        with self._changed:
            self._under_way += 1
            self.last = delivery if remembered else self.last
        threading.Thread(target=self._watch, args=(transport, delivery, headers, deadline), daemon=True).start()
        return delivery

    def wait_idle(self, timeout: float) -> None:
        """Until nothing is under way. TimeoutError after `timeout` seconds."""
        with self._changed:
            if not self._changed.wait_for(lambda: self._under_way == 0, timeout):
                raise TimeoutError(f"{self._under_way} deliveries are still under way after {timeout} s")

    def _watch(self, transport: Transport, delivery: Delivery, headers: dict[str, str], deadline: float) -> None:
        came: list[Reply] = []
        asking = threading.Thread(target=lambda: came.append(_ask(transport, delivery, headers)), daemon=True)
        asking.start()
        asking.join(deadline)
        late = Reply(trouble="operation_timeout", reason=f"no answer within {deadline:g} s")
        delivery.reply = came[0] if came else late
        try:
            delivery.read(delivery.reply)
        finally:
            delivery.done.set()
            with self._changed:
                self._under_way -= 1
                self._changed.notify_all()


def _ask(transport: Transport, delivery: Delivery, headers: dict[str, str]) -> Reply:
    try:
        answer: Answer = transport(headers, delivery.body)
    except Exception as error:  # a bot that is down or breaks off is part of the game
        return Reply(trouble="dispatch_failed", reason=f"no answer: {error!r}")
    if answer.status != 200:
        return Reply(trouble="dispatch_failed", reason=f"answered with status {answer.status}")
    return Reply(body=answer.body)
