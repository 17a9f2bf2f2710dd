"""Nobody is known before the signature is verified: what cannot show a good one is 401, and nothing else happens."""

import hashlib
import hmac
import io
import time
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlencode

import pytest
from slack_bolt import App, BoltRequest

from bot.core.context import Bot
from bot.http import door as door_module
from bot.http.door import door
from bot.slack.signature import VALID_FOR, is_signed
from playground.person import Person
from playground.slack.deliver import FORM, JSON
from playground.slack.workspace import Workspace

SECRET = "playground"


@dataclass
class Answered:
    """What came back; `text` is empty where nothing is said."""

    status: int = 0
    text: str = ""


def headers(body: str, at: str, *, secret: str = SECRET, **other: str) -> dict[str, str]:
    """As Slack would sign this at that time, with what is named otherwise in its place."""
    made = hmac.new(secret.encode(), f"v0:{at}:{body}".encode(), hashlib.sha256).hexdigest()
    return {"timestamp": at, "signature": f"v0={made}"} | other


def posted(app: App, bot: Bot, body: str, signed: dict[str, str], **more: str) -> Answered:
    """As a WSGI server hands it on: bytes of headers as if they were Latin-1."""
    answered = Answered()

    def start(status: str, _headers: object) -> None:
        answered.status = int(status.split(" ")[0])

    raw = body.encode()
    environ: dict[str, Any] = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/slack/events",
        "CONTENT_TYPE": FORM,
        "CONTENT_LENGTH": str(len(raw)),
        "wsgi.input": io.BytesIO(raw),
    }
    names = {"timestamp": "HTTP_X_SLACK_REQUEST_TIMESTAMP", "signature": "HTTP_X_SLACK_SIGNATURE"}
    environ |= {names[name]: value.encode().decode("latin-1") for name, value in signed.items()}
    answered.text = b"".join(door(app, bot)(environ | more, cast(Any, start))).decode()
    return answered


def command(workspace: Workspace, person: Person) -> str:
    with workspace.change():
        url = workspace.new_url(person.id, person.channel)
    return urlencode(
        {"command": "/track", "text": "status", "team_id": workspace.team.id, "user_id": person.id}
        | {"channel_id": "C1", "trigger_id": "1", "response_url": url}
    )


def test_slacks_own_signature_is_good(app: App, bot: Bot, anna: Person, workspace: Workspace) -> None:
    body = command(workspace, anna)
    assert posted(app, bot, body, headers(body, str(int(time.time())))).status == 200


NOW = 1_790_000_000


@pytest.mark.parametrize(
    "timestamp",
    [
        *("", "x", "nan", "inf", "1e3", "-1", "0", " ", "9" * 5000, "٣" * 10, "\udcff"),
        *(f"{NOW}.0", f"+{NOW}", f" {NOW}", f"{NOW}\n", f"0000{NOW}"),
        *(str(NOW - VALID_FOR - 1), str(NOW + VALID_FOR + 1)),
    ],
)
@pytest.mark.parametrize("signature", [None, "", "v0=", "v0=ü", "\udcff", "0" * 10_000, "v1=" + "0" * 64])
def test_no_timestamp_and_no_signature_makes_it_raise(timestamp: str, signature: str | None) -> None:
    made = hmac.new(b"secret", f"v0:{timestamp}:x".encode(errors="replace"), hashlib.sha256).hexdigest()
    given = f"v0={made}" if signature is None else signature
    assert not is_signed("secret", timestamp=timestamp, signature=given, body=b"x", now=NOW)


def test_a_signature_is_good_for_five_minutes_and_for_these_bytes_only() -> None:
    made = hmac.new(b"secret", f"v0:{NOW}:x".encode(), hashlib.sha256).hexdigest()

    def good(*, body: bytes = b"x", later: int = 0, signature: str = f"v0={made}") -> bool:
        return is_signed("secret", timestamp=str(NOW), signature=signature, body=body, now=NOW + later)

    assert good()
    assert good(later=VALID_FOR)
    assert not good(later=VALID_FOR + 1)
    assert not good(later=-VALID_FOR - 1)
    assert not good(body=b"x ")
    assert not good(signature=f"v0={made.upper()}")
    assert not good(signature=made)


@pytest.mark.parametrize(
    "wrong",
    [
        *({"timestamp": timestamp} for timestamp in ("x", "", "nan", "9" * 5000, "0", "1700000000")),
        *({"signature": signature} for signature in ("", "v0=\u00fc", "v0=" + "\u0663" * 64, "v0=" + "0" * 64)),
        {"secret": "another"},
    ],
)
def test_who_cannot_sign_is_refused_and_nothing_is_read_logged_or_sent(
    app: App,
    bot: Bot,
    anna: Person,
    workspace: Workspace,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    wrong: dict[str, Any],
) -> None:
    anna.types("/track status")
    messages, body = len(anna.messages), command(workspace, anna)
    monkeypatch.setattr(door_module, "BoltRequest", not_to_be_read)
    caplog.clear()
    assert posted(app, bot, body, headers(body, str(int(time.time())), **wrong)) == Answered(401)
    workspace.idle()
    assert len(anna.messages) == messages
    assert caplog.records == []


@pytest.mark.parametrize("body", ["ssl_check=1&token=x", '{"type": "url_verification", "challenge": "x"}'])
def test_what_slack_itself_asks_is_signed_too(app: App, bot: Bot, body: str) -> None:
    assert posted(app, bot, body, headers(body, str(int(time.time())), secret="another")).status == 401
    assert posted(app, bot, body, {}).status == 401


def test_headers_that_steer_bolt_do_nothing(app: App, bot: Bot, anna: Person, workspace: Workspace) -> None:
    body = command(workspace, anna)
    sent = headers(body, str(int(time.time())))
    steering = {"HTTP_X_SLACK_BOLT_LAZY_ONLY": "1", "HTTP_X_SLACK_BOLT_LAZY_FUNCTION_NAME": "x"}
    assert "No timer is running" in posted(app, bot, body, sent, **steering).text


def not_to_be_read(**_request: object) -> BoltRequest:
    raise AssertionError("it was read before anybody knew whom it came from")


def test_slack_finds_our_address_and_our_certificate(app: App, bot: Bot) -> None:
    looks = {
        '{"type": "url_verification", "challenge": "c", "token": "x"}': Answered(200, "c"),
        "ssl_check=1&token=x": Answered(200),
        "ssl_check=2&token=x": Answered(400),
        '{"type": "url_verification", "challenge": {}}': Answered(400),
    }
    for body, answer in looks.items():
        kind = JSON if body.startswith("{") else FORM
        assert posted(app, bot, body, headers(body, str(int(time.time()))), CONTENT_TYPE=kind) == answer
