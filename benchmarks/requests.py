"""Signed requests as Slack sends them, each a delivery of its own, ready to be written to a socket."""

import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlencode

TEAM = "T0BENCH"
SECRET = "benchmark"
_FORM = "application/x-www-form-urlencoded"
_JSON = "application/json"


@dataclass(frozen=True)
class Kind:
    """One thing that people do. `answers` is part of each right answer of the bot.

    What is shown after the acknowledgement only, is shown with the method `shows` of Slack's. What not everybody may
    ask for, the first person alone does, who is an admin: so many `times` a round.
    """

    name: str
    content_type: str
    body: Callable[[str, str], str]
    """Of a person's Slack id and something unique."""
    answers: bytes
    shows: str = ""
    times: int = 0

    def people(self, everybody: int) -> list[int]:
        """Who asks in one round, one after the other."""
        return [1] * self.times if self.times else list(range(1, everybody + 1))


def slack_id(number: int) -> str:
    """The id of one of the people."""
    return f"U{number:07}"


def requests(kind: Kind, people: Iterable[int]) -> list[bytes]:
    """One request of each person."""
    return [_signed(kind, slack_id(number)) for number in people]


def _signed(kind: Kind, person: str) -> bytes:
    body = kind.body(person, secrets.token_hex(8))
    moment = str(int(time.time()))
    signature = hmac.new(SECRET.encode(), f"v0:{moment}:{body}".encode(), hashlib.sha256).hexdigest()
    head = (
        "POST /slack/events HTTP/1.1\r\n"
        "Host: 127.0.0.1\r\n"
        f"Content-Type: {kind.content_type}\r\n"
        f"Content-Length: {len(body.encode())}\r\n"
        f"X-Slack-Request-Timestamp: {moment}\r\n"
        f"X-Slack-Signature: v0={signature}\r\n\r\n"
    )
    return (head + body).encode()


def _command(text: str, person: str, unique: str) -> str:
    return urlencode(
        {
            "token": "x",
            "team_id": TEAM,
            "team_domain": "bench",
            "channel_id": "C0BENCH",
            "channel_name": "general",
            "user_id": person,
            "user_name": person,
            "command": "/track",
            "text": text,
            "api_app_id": "A0BENCH",
            "is_enterprise_install": "false",
            "response_url": "http://127.0.0.1:1/response",
            "trigger_id": unique,
        }
    )


def _suggestion(value: str, person: str, unique: str) -> str:
    payload = {
        "type": "block_suggestion",
        "team": {"id": TEAM, "domain": "bench"},
        "user": {"id": person, "name": person, "team_id": TEAM},
        "container": {"type": "view", "view_id": unique},
        "api_app_id": "A0BENCH",
        "action_id": "target",
        "block_id": "target",
        "value": value,
    }
    return urlencode({"payload": json.dumps(payload)})


def _home_opened(person: str, unique: str) -> str:
    event: dict[str, Any] = {"type": "app_home_opened", "user": person, "channel": "D0BENCH", "tab": "home"}
    return json.dumps(
        {
            "token": "x",
            "team_id": TEAM,
            "api_app_id": "A0BENCH",
            "event": event,
            "type": "event_callback",
            "event_id": unique,
            "event_time": 0,
        }
    )


_START = partial(_command, "start customer 017 website: the note says what was done")
START = Kind("/track start", _FORM, _START, b'"change_undo"')
SWITCH = Kind("/track switch", _FORM, partial(_command, "switch customer 018 website"), b'"change_undo"')
STATUS = Kind("/track status", _FORM, partial(_command, "status"), b'"timer_stop"')
LIST = Kind("/track list", _FORM, partial(_command, "list"), b"Website")
LIST_WEEK = Kind("/track list week", _FORM, partial(_command, "list week"), b"Website")
STOP = Kind("/track stop", _FORM, partial(_command, "stop"), b'"change_undo"')
LIST_MONTH = Kind("/track list last month", _FORM, partial(_command, "list last month"), b"50:00")
REPORT = Kind("/track report last month by project", _FORM, partial(_command, "report last month by project"), b"50:00")
REPORT_TEAM = Kind(
    "/track report last month team by project and service",
    _FORM,
    partial(_command, "report last month team by project and service"),
    b"12500:00",
    times=25,
)
SUGGEST = Kind("external_select", _FORM, partial(_suggestion, "customer 01"), b"Customer 01")
FORM = Kind("/track, the form", _FORM, partial(_command, ""), b"", shows="views.open")
HOME = Kind("app_home_opened", _JSON, _home_opened, b"", shows="views.publish")

# Where many names are known; see benchmarks/history.py.
SEARCH = Kind("external_select", _FORM, partial(_suggestion, "wald web"), "Wald › Website".encode("unicode_escape"))
AMBIGUOUS = Kind("/track start, 5,000 fit", _FORM, partial(_command, "start website"), b'"question_answer:')
MISSPELT = Kind("/track start, misspelt", _FORM, partial(_command, "start nordbua wald wbesite"), b"Nordbau Wald")
