"""An end for a call cuts its connection, wherever it is by then."""

import multiprocessing
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from time import monotonic, sleep

import pytest

from bot.core import deadlines
from bot.core.deadlines import Deadline

SLOW = 5
"""Seconds that a busy machine may take for what ends at once."""


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


def test_whoever_waits_for_a_byte_wakes_up(pair: tuple[socket.socket, socket.socket]) -> None:
    began = monotonic()
    with Deadline(0.2) as deadline:
        deadline.watch(pair[0])
        assert pair[0].recv(1) == b""
    assert deadline.is_over
    assert monotonic() - began < SLOW


def test_a_connection_that_comes_too_late_is_cut_at_once(pair: tuple[socket.socket, socket.socket]) -> None:
    with Deadline(1000) as deadline:
        deadline.end()
        deadline.watch(pair[0])
        with pytest.raises(OSError):
            pair[0].sendall(b"secret")
    assert pair[1].recv(9) == b""


def test_what_ended_in_time_is_left_alone(pair: tuple[socket.socket, socket.socket]) -> None:
    with Deadline(0.1) as deadline:
        deadline.watch(pair[0])
    sleep(0.3)
    assert not deadline.is_over
    pair[0].sendall(b"hello")
    assert pair[1].recv(9) == b"hello"


def test_of_several_moments_the_earliest_holds_and_only_inside() -> None:
    with deadlines.until(deadlines.after(100)):
        with deadlines.until(deadlines.after(1000)):
            assert 90 < Deadline(5000).seconds <= 100
        with deadlines.until(deadlines.after(10)):
            assert Deadline(5000).seconds <= 10
            assert Deadline(1).seconds == 1
        assert Deadline(5000).seconds > 10
    assert Deadline(5000).seconds == 5000


def test_no_call_begins_after_the_moment() -> None:
    with deadlines.until(deadlines.after(0)), pytest.raises(TimeoutError):
        Deadline(5)


def test_a_process_that_ends_waits_for_nobody(pair: tuple[socket.socket, socket.socket]) -> None:
    def ask() -> bytes:
        with Deadline(1000) as deadline:
            deadline.watch(pair[0])
            pair[0].sendall(b"?")
            return pair[0].recv(1)

    with ThreadPoolExecutor(1) as threads:
        asking: Future[bytes] = threads.submit(ask)
        assert pair[1].recv(1) == b"?"
        deadlines.end_all()
        assert asking.result(timeout=SLOW) == b""


def test_many_calls_have_one_thread_that_ends_each_in_its_time(pair: tuple[socket.socket, socket.socket]) -> None:
    before = threading.active_count()
    with ExitStack() as calls:
        patient = [calls.enter_context(Deadline(1000)) for _ in range(50)]
        with Deadline(0.2) as hurried:
            hurried.watch(pair[0])
            assert pair[0].recv(1) == b""
        assert hurried.is_over
        assert not any(each.is_over for each in patient)
        assert threading.active_count() <= before + 1


def test_a_forked_process_ends_its_own_calls(pair: tuple[socket.socket, socket.socket]) -> None:
    def ask_in_vain(connection: socket.socket) -> None:
        with Deadline(0.2) as deadline:
            deadline.watch(connection)
            connection.recv(1)

    with Deadline(1000):  # the thread of this process is there
        child = multiprocessing.get_context("fork").Process(target=ask_in_vain, args=(pair[0],))
        child.start()
        child.join(SLOW)
        ended = child.exitcode
        child.kill()
    assert ended == 0
