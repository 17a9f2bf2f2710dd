"""What a start needs and nobody after it: done in a process that ends, so that its memory is given back."""

import multiprocessing
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NoReturn

Work = Callable[[], None]


@contextmanager
def meanwhile(work: Work) -> Iterator[None]:
    """Do it in a child while this process goes on, and wait for its end at the end of the block.

    Ends this process too, with the same exit code, where the work ended the child.
    """
    child = multiprocessing.get_context("fork").Process(target=_be_child, args=(work,), daemon=True)
    before = signal.signal(signal.SIGTERM, _end)
    child.start()
    yield
    child.join()
    signal.signal(signal.SIGTERM, before)
    if child.exitcode:
        sys.exit(max(child.exitcode, 1))


def _be_child(work: Work) -> None:
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, signal.SIG_DFL)
    work()


def _end(*_signal: object) -> NoReturn:
    """Python ends a daemon of ours before it ends itself."""
    sys.exit(1)
