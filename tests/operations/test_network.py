"""Slack and Billomat are reached through a proxy and by an authority of one's own, and no redirect is followed."""

import json
import os
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from slack_bolt import App
from slack_sdk.errors import SlackApiError

from bot.billomat.client import network
from bot.slack import messages
from bot.slack.websocket import WebSocket

HOSTS = ("slack.com", "acme.billomat.net", "localhost")
SLACK, BILLOMAT = "https://slack.com/api/", "https://acme.billomat.net/api/clients/myself"


class Answers(BaseHTTPRequestHandler):
    """Slack and Billomat in one: says what it was asked, or leads elsewhere."""

    def do_GET(self) -> None:
        host, authorization = str(self.headers["Host"]), self.headers["Authorization"]
        self.server.asked.append((host, self.path, authorization))  # type: ignore[attr-defined]
        elsewhere = self.server.elsewhere  # type: ignore[attr-defined]
        self.send_response(302 if elsewhere else 200)
        if elsewhere:
            self.send_header("Location", elsewhere)
        body = json.dumps({"ok": True}).encode()
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        self.do_GET()

    def log_message(self, *_args: Any) -> None:
        pass


class Town:
    """An authority, a server that it vouches for, and a proxy that leads every name there."""

    def __init__(self, folder: Path) -> None:
        self.authority = folder / "authority.pem"
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
        self.server.asked = []  # type: ignore[attr-defined]
        self.server.elsewhere = None  # type: ignore[attr-defined]
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(_vouched_for(folder, self.authority))
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.proxy = socket.create_server(("127.0.0.1", 0))
        self.connected: list[str] = []
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        threading.Thread(target=self._lead, daemon=True).start()

    @property
    def asked(self) -> list[tuple[str, str, str | None]]:
        """Host, path and who they say they are."""
        asked: list[tuple[str, str, str | None]] = self.server.asked  # type: ignore[attr-defined]
        return asked

    def port(self) -> int:
        port: int = self.server.server_address[1]
        return port

    def _lead(self) -> None:
        with suppress(OSError):
            while True:
                caller, _ = self.proxy.accept()
                threading.Thread(target=self._connect, args=(caller,), daemon=True).start()

    def _connect(self, caller: socket.socket) -> None:
        head = b""
        while b"\r\n\r\n" not in head:
            head += caller.recv(1)
        self.connected.append(head.split()[1].decode())
        caller.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        there = socket.create_connection(("127.0.0.1", self.port()))
        for giver, taker in ((caller, there), (there, caller)):
            threading.Thread(target=_pour, args=(giver, taker), daemon=True).start()

    def close(self) -> None:
        self.proxy.shutdown(socket.SHUT_RDWR)
        self.proxy.close()
        self.server.shutdown()
        self.server.server_close()


def _pour(giver: socket.socket, taker: socket.socket) -> None:
    with suppress(OSError):
        while content := giver.recv(65536):
            taker.sendall(content)
    for end in (giver, taker):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
        end.close()


def _vouched_for(folder: Path, authority: Path) -> Path:
    """A certificate for the hosts, with its key in one file; its authority's goes to the other."""
    ours, theirs = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "An authority of our own")])
    now = datetime.now(UTC)

    def certificate(key: ec.EllipticCurvePrivateKey, subject: x509.Name, extension: Any) -> bytes:
        made = x509.CertificateBuilder(name, subject, key.public_key(), x509.random_serial_number())
        made = made.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        return (
            made.add_extension(extension, critical=True)
            .sign(ours, hashes.SHA256())
            .public_bytes(serialization.Encoding.PEM)
        )

    authority.write_bytes(certificate(ours, name, x509.BasicConstraints(ca=True, path_length=0)))
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOSTS[0])])
    names = x509.SubjectAlternativeName([x509.DNSName(host) for host in HOSTS])
    key = theirs.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "server.pem").write_bytes(key + certificate(theirs, subject, names))
    return folder / "server.pem"


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    """The proxy and the authority are set as one sets them outside."""
    town = Town(tmp_path)
    for name in ("HTTP_PROXY", "ALL_PROXY", "NO_PROXY", "HTTPS_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{town.proxy.getsockname()[1]}")
    monkeypatch.setenv("SSL_CERT_FILE", str(town.authority))
    _forget()
    yield town
    _forget()
    town.close()


def _forget() -> None:
    messages.authorities.cache_clear()
    network._certificates.cache_clear()


@contextmanager
def billomat() -> Iterator[httpx.Client]:
    with network.http_client(connect=5, answer=5) as http:
        yield http


def test_both_go_through_the_proxy_and_believe_the_authority(town: Town) -> None:
    assert messages.patient_client("xoxb-1", SLACK).auth_test()["ok"]
    with billomat() as http:
        assert http.get(BILLOMAT).json() == {"ok": True}
    assert town.connected == ["slack.com:443", "acme.billomat.net:443"]
    assert [(host, path) for host, path, _ in town.asked] == [
        ("slack.com", "/api/auth.test"),
        ("acme.billomat.net", "/api/clients/myself"),
    ]


def test_an_authority_that_nobody_named_is_not_believed(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    _forget()
    with pytest.raises(OSError, match="CERTIFICATE_VERIFY_FAILED"):
        messages.patient_client("xoxb-1", SLACK).auth_test()
    with billomat() as http, pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
        http.get(BILLOMAT)
    assert town.asked == []


def test_what_no_proxy_names_is_called_directly(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "localhost")
    here = f"https://localhost:{town.port()}/"
    assert messages.patient_client("xoxb-1", here).auth_test()["ok"]
    with billomat() as http:
        assert http.get(here).json() == {"ok": True}
    assert (town.connected, len(town.asked)) == ([], 2)


@pytest.mark.parametrize(
    ("direct", "proxied"),
    [
        ("localhost", True),
        ("slack.com.example.com", True),
        ("wss-primary.slack.com", False),
        (".slack.com", False),
        ("localhost, slack.com", False),
        ("*", False),
    ],
)
def test_the_websocket_takes_the_same_way(
    town: Town, app: App, direct: str, proxied: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A new address comes with each connection, so it is asked each time. See also tests/running/test_server.py."""
    monkeypatch.setenv("NO_PROXY", direct)
    client = WebSocket(app, "xapp-1", SLACK, threads=1).client
    client.wss_uri = "wss://wss-primary.slack.com/link/?ticket=1"
    assert client.proxy == (os.environ["HTTPS_PROXY"] if proxied else None)
    client.close()


def test_over_the_websocket_as_many_requests_are_answered_at_once_as_is_set(app: App) -> None:
    client = WebSocket(app, "xapp-1", SLACK, threads=3).client
    at_work, go_on = threading.Semaphore(0), threading.Event()

    def work() -> None:
        at_work.release()
        go_on.wait(10)

    for _ in range(10):
        client.message_workers.submit(work)
    assert [at_work.acquire(timeout=5) for _ in range(3)] == [True] * 3
    assert not at_work.acquire(timeout=0.1)
    go_on.set()
    client.close()


def test_no_redirect_is_followed_and_no_token_taken_along(town: Town) -> None:
    town.server.elsewhere = "https://slack.com/elsewhere"  # type: ignore[attr-defined]
    with pytest.raises(SlackApiError):
        messages.patient_client("xoxb-1", SLACK).auth_test()
    with billomat() as http:
        assert http.get(BILLOMAT).status_code == 302
    assert [path for _, path, _ in town.asked] == ["/api/auth.test", "/api/clients/myself"]


def test_nobodys_netrc_is_read(town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "netrc").write_text("default login anna password hush\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    with billomat() as http:
        http.get(BILLOMAT)
    assert [authorization for _, _, authorization in town.asked] == [None]
