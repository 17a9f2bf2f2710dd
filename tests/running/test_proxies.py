"""The examples in deploy/ work: nginx really stands before the bot; of Caddy's the syntax is checked.

Skipped where they are not installed: `apt install nginx-light caddy`.
"""

import re
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
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

DEPLOY = Path(__file__).parents[2] / "deploy"
NAME = "trackomat.example.com"

needs_nginx = pytest.mark.skipif(not shutil.which("nginx"), reason="nginx is not installed")
needs_caddy = pytest.mark.skipif(not shutil.which("caddy"), reason="caddy is not installed")


@pytest.fixture
def proxied(app: App, bot: Bot, tmp_path: Path) -> Iterator[str]:
    """The address of an nginx with our example, and the bot behind it."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = Connections(door(app, bot), listening, threads=2)
    port = free_port()
    write_config(tmp_path, port=port, bot_port=listening.getsockname()[1])
    thread = threading.Thread(target=server.serve, kwargs={"stop_within": 5})
    thread.start()
    command = ["nginx", "-p", str(tmp_path), "-c", str(tmp_path / "whole.conf"), "-e", str(tmp_path / "error.log")]
    try:
        with subprocess.Popen([*command, "-g", "daemon off;"]) as nginx:
            wait_for(port)
            yield f"https://127.0.0.1:{port}"
            nginx.terminate()
    finally:
        server.stop()
        thread.join()


def write_config(folder: Path, *, port: int, bot_port: int) -> None:
    """Our example, at other ports and with a certificate of its own."""
    example = (DEPLOY / "nginx.conf").read_text()
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, NAME)])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    certificate = made.sign(key, hashes.SHA256())
    (folder / "fullchain.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    pem = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "privkey.pem").write_bytes(key.private_bytes(*pem))
    example = example.replace(f"/etc/letsencrypt/live/{NAME}", str(folder)).replace(":3000", f":{bot_port}")
    example = re.sub(r"listen \[::\]:443 ssl;", "", example).replace("listen 443", f"listen 127.0.0.1:{port}")
    kept = "".join(
        f"{part}_temp_path {folder}/{part};" for part in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "whole.conf").write_text(f"pid {folder}/pid; events {{}} http {{ access_log off; {kept}\n{example}\n}}")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
        return port


def wait_for(port: int) -> None:
    end = time.monotonic() + 30
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    pytest.fail("nginx did not start")


@needs_nginx
def test_behind_nginx_commands_are_answered_and_everything_else_ends_there(
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
        assert client.post("/slack/events", content="x" * 1_100_000).status_code == 413
        assert client.get("/healthz").status_code == 200
        assert client.get("/readyz").status_code == 404
        assert client.get("/").status_code == 404


@needs_caddy
def test_caddy_understands_the_example(tmp_path: Path) -> None:
    command = ["caddy", "validate", "--adapter", "caddyfile", "--config", str(DEPLOY / "Caddyfile")]
    environment = {"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"}
    checked = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert checked.returncode == 0, checked.stderr


def test_readme_names_both() -> None:
    readme = (DEPLOY.parent / "README.md").read_text()
    assert "deploy/nginx.conf" in readme
    assert "deploy/Caddyfile" in readme
