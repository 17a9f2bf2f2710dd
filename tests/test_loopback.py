"""The tests themselves: none of them talks to another machine."""

import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests import loopback

ROOT = Path(__file__).parent.parent
ELSEWHERE = "192.0.2.1"
"""An address that nobody has (RFC 5737)."""


def test_another_machine_is_refused_by_address_and_by_name() -> None:
    with pytest.raises(PermissionError, match="tests do not talk to"):
        socket.create_connection((ELSEWHERE, 80), timeout=1)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as unconnected, pytest.raises(PermissionError):
        unconnected.sendto(b"?", (ELSEWHERE, 53))
    with socket.socket() as unconnected, pytest.raises(PermissionError):
        unconnected.connect_ex((ELSEWHERE, 80))
    with pytest.raises(httpx.ConnectError, match="tests do not talk to"):
        httpx.get("http://billomat.example/", timeout=1)
    assert set(loopback.ASKED) == {ELSEWHERE, "billomat.example"}
    loopback.ASKED.clear()


def test_this_machine_answers_over_each_of_its_addresses(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        for host in ("127.0.0.1", "localhost"):
            socket.create_connection((host, server.getsockname()[1]), timeout=5).close()
    with socket.socket(socket.AF_UNIX) as server, socket.socket(socket.AF_UNIX) as client:
        server.bind(str(tmp_path / "s"))
        server.listen()
        client.connect(str(tmp_path / "s"))


def test_a_test_fails_also_when_the_code_takes_the_refusal_for_an_outage(tmp_path: Path) -> None:
    test = tmp_path / "test_swallowed.py"
    test.write_text(
        "import contextlib, socket\n"
        "def test_it():\n"
        f"    with contextlib.suppress(OSError): socket.create_connection(('{ELSEWHERE}', 80), timeout=1)\n"
    )
    run = [
        sys.executable,
        "-m",
        "pytest",
        "-c",
        "/dev/null",
        "-p",
        "tests.loopback",
        "-p",
        "no:cacheprovider",
        str(test),
    ]
    done = subprocess.run(run, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stdout + done.stderr
    assert f"['{ELSEWHERE}']" in done.stdout


def test_threads_that_start_beside_each_other_all_run_under_coverage(tmp_path: Path) -> None:
    """A guard that ran Python while a trace function is set made some of them die: a delivery that never ended."""
    many = tmp_path / "test_many.py"
    many.write_text(
        "import sys, threading\n"
        "def test_it():\n"
        "    ran = []\n"
        "    def start():\n"
        "        for n in range(500):\n"
        "            thread = threading.Thread(target=ran.append, args=(n,))\n"
        "            thread.start()\n"
        "            thread.join()\n"
        "    sys.setswitchinterval(1e-5)\n"
        "    starting = [threading.Thread(target=start) for _ in range(4)]\n"
        "    for thread in starting: thread.start()\n"
        "    for thread in starting: thread.join()\n"
        "    assert len(ran) == 2000\n"
    )
    settings = tmp_path / "coverage"
    settings.write_text(f"[run]\nsource = {tmp_path}\ndata_file = {tmp_path}/measured\n")
    run = [sys.executable, "-m", "pytest", "-c", "/dev/null", "-p", "tests.loopback", "-p", "no:cacheprovider"]
    run += ["--cov", f"--cov-config={settings}", str(many)]
    done = subprocess.run(run, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
