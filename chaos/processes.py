"""Bots as real processes: started, killed at planned moments, and started again, as a service manager does."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import httpx

from bot.http.webhook import USER, WEBHOOKS
from chaos.plan import LEASE, Kill, Victim
from playground.slack.state import Answer

ROOT = Path(__file__).parent.parent
START = 60
STOP = 30
"""Seconds that a bot has to get ready, and to end after a part of it was killed."""
HINTS = "nobody-else-knows-of-these-hints"
"""Address and password of Billomat's webhooks."""
ANSWER = 7
"""Seconds within which one of the bots has to answer; whoever is being killed does not."""


class Bot:
    """`python -m bot run` on a port of its own, started again whenever it ends. Its log goes to a file."""

    def __init__(self, environment: Mapping[str, str], folder: Path, number: int, http: httpx.Client) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{port}"
        self._environment = {**environment, "PORT": str(port)}
        self._http = http
        self._folder = folder
        self._log = folder / f"bot{number}.log"
        self._process = self._start()
        self._over = threading.Event()
        self._keeper = threading.Thread(target=self._keep)
        self._keeper.start()

    def _start(self) -> subprocess.Popen[bytes]:
        """A process group of its own, in a folder without any .env."""
        with self._log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "bot", "run"],
                cwd=self._folder,
                env=self._environment,
                stderr=log,
                start_new_session=True,
            )

    def _keep(self) -> None:
        while True:
            self._process.wait()
            _kill_group(self._process)  # a service manager leaves nothing behind before it starts anew
            if self._over.is_set():
                return
            self._process = self._start()

    def wait_until_ready(self) -> None:
        """Until it answers. TimeoutError with the end of its log."""
        end = time.monotonic() + START
        while time.monotonic() < end:
            with suppress(httpx.TransportError):
                if self._http.get(f"{self.address}/readyz", timeout=2).status_code == httpx.codes.OK:
                    return
            time.sleep(0.05)  # another process can only be looked at again and again
        raise TimeoutError(self._log.read_text()[-2000:])

    def kill(self, victim: Victim) -> None:
        """SIGKILL, and wait until all of it has ended."""
        process = self._process
        if victim == "machine":
            _kill_group(process)
        else:
            with suppress(ProcessLookupError):
                os.kill(_part(family_of(process.pid), victim), signal.SIGKILL)
        process.wait(STOP)
        _kill_group(process)  # or a part that is left would pass for the bot that is to come back

    def halt(self) -> None:
        """Have what does the jobs stand still for longer than its leases, as on a machine that has no memory left."""
        with suppress(ProcessLookupError):
            pid = _part(family_of(self._process.pid), "jobs")
            os.kill(pid, signal.SIGSTOP)
            try:
                time.sleep(LEASE + 1)
            finally:
                os.kill(pid, signal.SIGCONT)

    def stop(self) -> None:
        """End it for good."""
        self._over.set()
        while self._keeper.is_alive():
            _kill_group(self._process)
            self._keeper.join(0.1)


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def family_of(pid: int) -> list[int]:
    """The process and all below it that still work, itself first."""
    pids = [pid]
    for each in pids:
        with suppress(OSError):
            children = Path(f"/proc/{each}/task/{each}/children").read_text().split()
            pids += [child for child in map(int, children) if not _has_ended(child)]
    return pids


def _has_ended(pid: int) -> bool:
    """Whether a process only waits for its parent to look: killing it would do nothing, and no bot would end of it."""
    stat = Path(f"/proc/{pid}/stat").read_text()
    return stat.rpartition(")")[2].split()[0] == "Z"


def _part(family: Sequence[int], victim: Victim) -> int:
    """The process that does this part: the first child does the jobs, as soon as there is one.

    What it starts itself, to be done apart, is none: without that everything else goes on.
    """
    return family[1] if victim == "jobs" and len(family) > 1 else family[0]


class Fleet:
    """All bots on one database, and what kills them."""

    def __init__(self, bots: Sequence[Bot], http: httpx.Client, plan: Iterator[Kill], pace: float, most: int) -> None:
        """Kills `pace` seconds apart at the longest, at most so many a stretch; a single bot works for two starts."""
        self._bots = bots
        self._plan = plan
        self._pace = pace
        self._most = most
        self._turn = 0
        self._start = 0.0
        self._http = http
        self.killed: list[Victim] = []
        self.stood_still = 0

    def strike(self, share: float = 1) -> None:
        """Wait for the next kill of the plan, sooner by this share, carry it out and wait for the bot to be back.

        Where one has to come soon, so that it meets something, nothing only stands still.
        """
        kill = next(self._plan)
        bot = self._bots[kill.number % len(self._bots)]
        alone = 2 * self._start if len(self._bots) == 1 else 0  # or it would do nothing but start
        time.sleep(kill.after * max(self._pace, alone) * share)
        if kill.stands_still and share == 1:
            bot.halt()
            self.stood_still += 1
            return
        bot.kill(kill.victim)
        self.killed.append(kill.victim)
        began = time.monotonic()
        if not kill.while_starting:
            bot.wait_until_ready()
            self._start = time.monotonic() - began

    @contextmanager
    def dying(self) -> Iterator[None]:
        """Strike again and again meanwhile. Raises what went wrong with that."""
        stop, wrong = threading.Event(), list[Exception]()
        before = len(self.killed)

        def strike_on() -> None:
            try:
                while not stop.is_set() and len(self.killed) - before < self._most:
                    self.strike()
            except Exception as error:
                wrong.append(error)

        thread = threading.Thread(target=strike_on)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()
            if wrong:
                raise wrong[0]

    def wait_until_ready(self) -> None:
        """Until all of them answer."""
        for bot in self._bots:
            bot.wait_until_ready()

    def hint(self) -> None:
        """Billomat's webhook comes to the next bot; none comes again if that is dead just now."""
        self._turn += 1
        bot = self._bots[self._turn % len(self._bots)]
        with suppress(httpx.TransportError):
            said = self._http.post(f"{bot.address}{WEBHOOKS}{HINTS}", auth=(USER, HINTS), json={"invoice": {"id": "1"}})
            if said.status_code not in (httpx.codes.NO_CONTENT, httpx.codes.SERVICE_UNAVAILABLE):
                raise ConnectionError(f"the webhook was answered by {said.status_code}")

    def transport(self, headers: dict[str, str], body: str) -> Answer:
        """Slack's way to the bots: each request to the next one, and once more to another when there is no answer."""
        end = time.monotonic() + ANSWER
        while time.monotonic() < end:
            self._turn += 1
            bot = self._bots[self._turn % len(self._bots)]
            with suppress(httpx.TransportError):
                answer = self._http.post(f"{bot.address}/slack/events", content=body.encode(), headers=headers)
                if answer.status_code == httpx.codes.OK:
                    return Answer(answer.status_code, answer.text)
            time.sleep(0.05)
        raise ConnectionError("no bot answers")


@contextmanager
def running(
    environment: Mapping[str, str], folder: Path, *, bots: int, plan: Iterator[Kill], pace: float, most: int
) -> Iterator[Fleet]:
    """So many bots, ready to answer; none is left afterwards."""
    with ExitStack() as until_the_end:
        http = until_the_end.enter_context(httpx.Client(timeout=ANSWER, trust_env=False))
        started = list[Bot]()
        for number in range(bots):
            started.append(Bot(environment, folder, number, http))
            until_the_end.callback(started[-1].stop)
        fleet = Fleet(started, http, plan, pace, most)
        fleet.wait_until_ready()
        yield fleet
