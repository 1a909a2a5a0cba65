"""What becomes of a call when its terminal goes away: it is hung up, so that it ends and is kept.

A lost SSH connection sends SIGHUP, a shutdown SIGTERM; left alone, both would end the program at once.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import FrameType

SIGNALS = (signal.SIGHUP, signal.SIGTERM)

OUTPUT, ERRORS = 1, 2
"""File descriptors of what is printed."""


@contextmanager
def on_farewell(act: Callable[[], None]) -> Iterator[None]:
    """Call `act` when the program is asked to leave, instead of leaving; only in the main thread.

    After a lost connection whatever is printed goes nowhere, and no error comes of it.
    """
    terminals = [descriptor for descriptor in (OUTPUT, ERRORS) if os.isatty(descriptor)]

    def handle(number: int, _frame: FrameType | None) -> None:
        if number == signal.SIGHUP:
            _print_nowhere(terminals)
        act()

    before = [(number, signal.signal(number, handle)) for number in SIGNALS]
    try:
        yield
    finally:
        for number, handler in before:
            signal.signal(number, handler)


def _print_nowhere(descriptors: Sequence[int]) -> None:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for descriptor in descriptors:
        os.dup2(nowhere, descriptor)
    os.close(nowhere)
