"""The examples in deploy/ work: nginx and Caddy really stand before the bot, with what Slack and Billomat send.

Skipped where they are not installed: `apt install nginx-light caddy`.
"""

import re
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from slack_bolt import App

from bot.core.context import Bot
from bot.http.connections import Connections
from bot.http.door import door
from playground.person import Person
from playground.slack.state import Answer
from playground.slack.workspace import Workspace
from tests.conftest import FrozenClock
from tests.http.test_webhook import PASSWORD, PATH, with_webhooks

DEPLOY = Path(__file__).parents[2] / "deploy"
NAME = "trackomat.example.com"

needs_nginx = pytest.mark.skipif(not shutil.which("nginx"), reason="nginx is not installed")
needs_caddy = pytest.mark.skipif(not shutil.which("caddy"), reason="caddy is not installed")


@pytest.fixture
def looks() -> list[datetime]:
    """The moments for which a look at Billomat was planned."""
    return []


@pytest.fixture(
    params=[
        pytest.param("nginx", marks=needs_nginx),
        pytest.param("Caddyfile", marks=needs_caddy),
        pytest.param("compose.caddyfile", marks=needs_caddy),
    ]
)
def proxied(request: pytest.FixtureRequest, app: App, bot: Bot, looks: list[datetime], tmp_path: Path) -> Iterator[str]:
    """The address of a proxy with our example, and the bot behind it, with webhooks."""
    listening = socket.create_server(("127.0.0.1", 0))
    with_hints = replace(bot, settings=with_webhooks(bot.settings))
    server = Connections(door(app, with_hints, looks.append), listening, threads=2)
    port, bot_port = free_port(), listening.getsockname()[1]
    if request.param == "nginx":
        command = nginx_of(tmp_path, port=port, bot_port=bot_port)
    else:
        command = caddy_of(tmp_path, request.param, port=port, bot_port=bot_port)
    thread = threading.Thread(target=server.serve, kwargs={"stop_within": 5})
    thread.start()
    environment = {"HOME": str(tmp_path), "PATH": "/usr/sbin:/usr/bin:/bin"}
    try:
        with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as proxy:
            wait_for(port)
            yield f"https://localhost:{port}"
            proxy.terminate()
    finally:
        server.stop()
        thread.join()


def caddy_of(folder: Path, name: str, *, port: int, bot_port: int) -> list[str]:
    """What runs one of our examples, at other ports and with a certificate of its own."""
    write_certificate(folder)
    example = (
        (DEPLOY / name).read_text().replace("bot-1:3000 bot-2:3000", "127.0.0.1:3000").replace(":3000", f":{bot_port}")
    )
    options = "\tadmin off\n\tauto_https off\n"
    with_options = re.sub(r"^\{\n", f"{{\n{options}", example, count=1, flags=re.MULTILINE)
    if with_options == example:
        with_options = f"{{\n{options}}}\n{example}"
    here = f"https://localhost:{port} {{\n\tbind 127.0.0.1\n\ttls {folder}/fullchain.pem {folder}/privkey.pem\n"
    site = re.compile(rf"^({re.escape(NAME)}|\{{\$PUBLIC_HOST:localhost\}}) \{{\n", re.MULTILINE)
    assert len(site.findall(with_options)) == 1
    (folder / "Caddyfile").write_text(site.sub(lambda _: here, with_options))
    return ["caddy", "run", "--adapter", "caddyfile", "--config", str(folder / "Caddyfile")]


def nginx_of(folder: Path, *, port: int, bot_port: int) -> list[str]:
    """The same of nginx."""
    write_certificate(folder)
    example = (DEPLOY / "nginx.conf").read_text()
    example = example.replace(f"/etc/letsencrypt/live/{NAME}", str(folder)).replace(":3000", f":{bot_port}")
    example = re.sub(r"listen \[::\]:443 ssl;", "", example).replace("listen 443", f"listen 127.0.0.1:{port}")
    kept = "".join(
        f"{part}_temp_path {folder}/{part};" for part in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "whole.conf").write_text(f"pid {folder}/pid; events {{}} http {{ access_log off; {kept}\n{example}\n}}")
    whole = ["-p", str(folder), "-c", str(folder / "whole.conf"), "-e", str(folder / "error.log")]
    return ["nginx", *whole, "-g", "daemon off;"]


def write_certificate(folder: Path) -> None:
    """Signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, NAME)])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
    certificate = made.sign(key, hashes.SHA256())
    (folder / "fullchain.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    pem = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "privkey.pem").write_bytes(key.private_bytes(*pem))


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
        return port


def wait_for(port: int) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    pytest.fail("the proxy did not start")


def test_behind_a_proxy_commands_are_answered_and_everything_else_ends_there(
    proxied: str, anna: Person, workspace: Workspace
) -> None:
    with httpx.Client(base_url=proxied, verify=False, trust_env=False) as client:

        def send(headers: dict[str, str], body: str) -> Answer:
            forwarded = {"X-Forwarded-For": "1.2.3.4", "X-Forwarded-Proto": "http"}
            answer = client.post("/slack/events", content=body, headers=headers | forwarded)
            return Answer(answer.status_code, answer.text)

        workspace.transport = send
        for _ in range(3):
            seen = anna.types("/track status")
            assert seen
            assert "No timer is running" in seen.text
        assert client.post("/slack/events", content="command=/track").status_code == 401
        # Caddy meets its limit while it hands on, and says what became of that: 502.
        assert client.post("/slack/events", content="x" * 1_100_000).status_code in (413, 502)
        assert client.get("/readyz").status_code == 404
        assert client.get("/").status_code == 404


def test_behind_a_proxy_a_webhook_of_billomats_causes_a_look_and_a_guess_none(
    proxied: str, looks: list[datetime], clock: FrozenClock
) -> None:
    with httpx.Client(base_url=proxied, verify=False, trust_env=False) as client:
        said = {"invoice": {"id": "1", "status": "OPEN"}}
        headers = {"User-Agent": "Billomat-Webhook", "X-Billomat-Webhook-Event": "invoice.status"}

        def knocks(path: str, password: str) -> int:
            return client.post(path, json=said, headers=headers, auth=("trackomat", password)).status_code

        assert knocks(f"/billomat/{PATH}", "guess") == 404
        assert knocks("/billomat/guess", PASSWORD) == 404
        assert looks == []
        assert knocks(f"/billomat/{PATH}", PASSWORD) == 204
        assert looks == [clock.now()]


def test_readme_names_both() -> None:
    readme = (DEPLOY.parent / "README.md").read_text()
    assert "deploy/nginx.conf" in readme
    assert "deploy/Caddyfile" in readme
