"""Textual's driver of a terminal, for one that may go away in the middle of a call."""

from __future__ import annotations

from textual.drivers.linux_driver import LinuxDriver


class ForsakenDriver(LinuxDriver):
    """Lets go of a terminal that is gone: Textual's own would wait for it to take what was drawn.

    Attributes
    ----------
    gone : set when the terminal has gone away.
    """

    gone = False

    def write(self, data: str) -> None:
        """Write, while there is something to write to."""
        if not self.gone:
            super().write(data)

    def close(self) -> None:
        """Wait until all is written, while there is something to write to."""
        if not self.gone:
            super().close()
