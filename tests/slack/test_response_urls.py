"""A response_url comes out of a request's body: it is used only where it leads to Slack, and nobody sends us on."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from slack_sdk import WebClient

from bot.slack.blocks import message
from bot.slack.response_urls import NotTaken, is_slacks, post

API = "https://slack.example:8443/api/"


@pytest.mark.parametrize(
    "url",
    [
        "https://hooks.slack.com/commands/T1/2/x",
        "https://hooks.slack.com/actions/T1/2/x?y=1",
        "https://hooks.slack-gov.com/commands/T1/2/x",
        "https://slack.example:8443/slack/response/1",
    ],
)
def test_slacks_own_addresses_are_used(url: str) -> None:
    assert is_slacks(url, api_url=API)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "x",
        "http://hooks.slack.com/x",
        "https://hooks.slack.com",
        "https://hooks.slack.com:444/x",
        "https://hooks.slack.com.evil.example/x",
        "https://hooks.slack.com@evil.example/x",
        "https://hooks.slack.com:x@evil.example/x",
        "https://evil.example/https://hooks.slack.com/x",
        "https://hooks.slack.com\\@evil.example/x",
        "https://hooks.slack.com#@evil.example/x",
        "https://evil.hooks.slack.com/x",
        "https://hooks.slack.com/x\r\nX: y",
        "https://hooks.slack.com/ü",
        " https://hooks.slack.com/x",
        "HTTPS://HOOKS.SLACK.COM/x",
        "file:///etc/passwd",
        "http://127.0.0.1/x",
        "http://[::1]/x",
        "https://slack.example/x",
        "http://slack.example:8443/x",
        "https://slack.example:84430/x",
    ],
)
def test_no_other_address_is_asked(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_args: object, **_more: object) -> Any:
        raise AssertionError("it was asked")

    monkeypatch.setattr("bot.slack.response_urls.WebhookClient", never)
    assert not is_slacks(url, api_url=API)
    post(message("Hello"), url, WebClient(base_url=API))


class Elsewhere(BaseHTTPRequestHandler):
    """Sends everybody on to another place of its own."""

    asked: list[str]

    def do_POST(self) -> None:
        self.asked.append(self.path)
        self.send_response(307)
        self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_GET(self) -> None:
        self.do_POST()

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


@pytest.fixture
def elsewhere() -> Iterator[str]:
    Elsewhere.asked = []
    with HTTPServer(("127.0.0.1", 0), Elsewhere) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_whoever_sends_us_on_is_not_followed(elsewhere: str) -> None:
    with pytest.raises(NotTaken):
        post(message("Hello"), f"{elsewhere}/response", WebClient(base_url=f"{elsewhere}/api/"))
    assert Elsewhere.asked == ["/response"]
