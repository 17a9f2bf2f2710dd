"""The WebSocket of Socket Mode."""

from urllib.parse import urlsplit
from urllib.request import proxy_bypass

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient
from slack_sdk.socket_mode import SocketModeClient


class _Client(SocketModeClient):
    """The SDK's takes the proxy of HTTPS_PROXY whatever NO_PROXY says; which host it is, is new for each connection."""

    @property
    def proxy(self) -> str | None:
        """The proxy on the way to the present address, if there is one."""
        host = urlsplit(self.wss_uri or "").netloc
        return None if host and proxy_bypass(host) else self._proxy

    @proxy.setter
    def proxy(self, address: str | None) -> None:
        self._proxy = address


class WebSocket(SocketModeHandler):
    """Connects with the token of the app and answers as `app` does, so many requests at once.

    The SDK's ten threads took 20 MB more than four, and more of them get in each other's way, as over HTTP.
    """

    def __init__(self, app: App, token: str, base_url: str, *, threads: int) -> None:
        self.app = app
        self.app_token = token
        self.client = _Client(
            token, logger=app.logger, web_client=WebClient(token, base_url=base_url), concurrency=threads
        )
        self.client.socket_mode_request_listeners.append(self.handle)  # type: ignore[arg-type]
