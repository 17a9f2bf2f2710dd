"""Few wait for Billomat inside an ack at a time, and none for longer than it takes to show something else."""

import threading
from concurrent.futures import Future, ThreadPoolExecutor
from time import monotonic

import pytest
from slack_sdk import WebClient

from bot.core import deadlines
from bot.slack import patience, showing
from bot.slack.answers import Say
from bot.slack.blocks import message
from bot.slack.delivery import Delivery
from bot.slack.exchange import Exchange
from bot.slack.patience import result_within
from tests.trickle import serving, silent

SLOW = 5
"""Seconds that a busy machine may take for what ends at once."""


def test_what_is_there_in_time_is_the_result() -> None:
    coming: Future[int] = Future()
    threading.Timer(0.1, coming.set_result, [7]).start()
    assert result_within(coming, SLOW) == 7


def test_what_is_not_there_in_time_is_not_waited_for() -> None:
    with pytest.raises(TimeoutError):
        result_within(Future(), 0.01)


def test_an_error_frees_the_place() -> None:
    failed: Future[int] = Future()
    failed.set_exception(ValueError())
    for _ in range(patience.AT_ONCE + 1):
        with pytest.raises(ValueError):
            result_within(failed, 1)
    there: Future[int] = Future()
    there.set_result(7)
    assert result_within(there, 1) == 7


def test_whoever_comes_while_enough_wait_does_not_wait() -> None:
    hanging: Future[int] = Future()
    waiting = threading.Semaphore(0)

    class Noticed(Future[int]):
        def result(self, timeout: float | None = None) -> int:
            waiting.release()
            return hanging.result(timeout)

    with ThreadPoolExecutor(patience.AT_ONCE) as threads:
        early = [threads.submit(result_within, Noticed(), 60) for _ in range(patience.AT_ONCE)]
        for _ in early:
            assert waiting.acquire(timeout=SLOW)
        began = monotonic()
        with pytest.raises(TimeoutError):
            result_within(hanging, 60)
        assert monotonic() - began < SLOW
        hanging.set_result(7)
        assert [each.result() for each in early] == [7] * patience.AT_ONCE
    assert result_within(hanging, 60) == 7


# Showing


@pytest.mark.expects_errors
def test_a_slack_that_hangs_keeps_no_thread_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(showing, "TOLD_WITHIN", 1)
    exchange = Exchange(Delivery({"command": "/track", "user_id": "U1"}, "T1", ""))
    with serving(silent) as address:
        client = WebClient("xoxb-1", base_url=f"{address}/api/", timeout=30, retry_handlers=[])
        answers = [Say(message("Hello"), at=f"{address}/response")] * 5
        began = monotonic()
        showing.show(answers, exchange, client, deadlines.after(1))
        assert monotonic() - began < 2 + SLOW


@pytest.mark.expects_errors
def test_what_waited_too_long_for_a_thread_asks_slack_nothing_more() -> None:
    asked: list[int] = []
    exchange = Exchange(Delivery({"command": "/track", "user_id": "U1"}, "T1", ""))
    with serving(lambda _: asked.append(1)) as address:
        client = WebClient("xoxb-1", base_url=f"{address}/api/", timeout=30, retry_handlers=[])
        answers = [Say(message("Hello"), at=f"{address}/response")]
        showing.show(answers, exchange, client, deadlines.after(-2 * showing.TOLD_WITHIN))
    assert asked == []
