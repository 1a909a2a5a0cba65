"""Keeps off the screen what C libraries print: ALSA and PortAudio complain when a device goes away.

The screen itself is drawn on standard error (Textual's choice), so that moves to a descriptor of its own.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

STANDARD_ERROR = 2


@contextmanager
def stray_output_dropped() -> Iterator[None]:
    """While it lasts descriptor 2 leads nowhere; ``sys.stderr`` and ``sys.__stderr__`` go on as before."""
    before = (sys.stderr, sys.__stderr__)
    terminal = os.dup(STANDARD_ERROR)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    with open(terminal, "w", encoding="utf-8", closefd=False) as kept:
        os.dup2(nowhere, STANDARD_ERROR)
        sys.stderr = kept
        sys.__stderr__ = kept  # type: ignore[misc]
        try:
            yield
        finally:
            kept.flush()
            os.dup2(terminal, STANDARD_ERROR)
            sys.stderr, sys.__stderr__ = before  # type: ignore[misc]
            os.close(nowhere)
            kept.close()
            os.close(terminal)
