"""How far a batch is: a live bar on a terminal, plain lines anywhere else.

Both go to the error stream, so that what is printed as a result can be redirected.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, TaskID, TaskProgressColumn, TextColumn
from rich.progress import Progress as Bars
from rich.text import Text

from voicecoach.apps.batch import Screen
from voicecoach.apps.jobs import Job, Outcome
from voicecoach.apps.outcome_text import fit, outcome_line
from voicecoach.apps.worker import Progress

QUIET_S = 20.0
"""Plain lines about a recording in hand come no more often than this."""

MOST_BARS = 4
"""Recordings in hand that have a bar of their own."""


def new_screen(console: Console, *, plain: bool) -> Screen:
    """Bars where `console` is a terminal and `plain` is not asked for, else lines."""
    return Lines(console) if plain or not console.is_terminal else Live(console)


class _Meter:
    """How many recordings are done, the one in hand by their shares; reads the clock."""

    def __init__(self, jobs: Sequence[Job]) -> None:
        self.total = len(jobs)
        self.ended = 0
        self.shares: dict[int, float] = {}
        self._began_s = time.monotonic()

    def end(self, outcome: Outcome) -> None:
        self.ended += 1
        self.shares.pop(outcome.job.number, None)

    @property
    def done(self) -> float:
        return self.ended + sum(self.shares.values())

    def outlook(self) -> str:
        """Rate and time left, such as ``3.1 calls/min, 0:12:30 left``."""
        passed_s = time.monotonic() - self._began_s
        if not self.done or not passed_s:
            return ""
        left_s = round((self.total - self.done) * passed_s / self.done)
        left = f"{left_s // 3600}:{left_s // 60 % 60:02}:{left_s % 60:02}"
        return f"{60 * self.done / passed_s:.1f} calls/min, {left} left"


class Lines(Screen):
    """A line for each recording that ends, and now and then one for those in hand."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave nothing behind."""

    def began(self, jobs: Sequence[Job]) -> None:
        """Start the clock."""
        self._meter = _Meter(jobs)
        self._spoke_s = time.monotonic()

    def moved(self, progress: Progress) -> None:
        """Say how far a long recording is."""
        self._meter.shares[progress.job.number] = progress.share
        if time.monotonic() - self._spoke_s >= QUIET_S:
            self._say(f"{fit(progress.job.path.name, 40)}: {progress.share:.0%} done")

    def ended(self, outcome: Outcome) -> None:
        """Say what became of a recording."""
        self._meter.end(outcome)
        self._say(outcome_line(outcome))

    def _say(self, text: str) -> None:
        self._spoke_s = time.monotonic()
        outlook = self._meter.outlook()
        line = f"[{self._meter.ended}/{self._meter.total}] {text}" + (f" ({outlook})" if outlook else "")
        self._console.print(Text(line), soft_wrap=True)


class Live(Screen):
    """A bar over all recordings and one for each in hand; a line only for one that failed."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._bars = Bars(
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=20),
            TaskProgressColumn(),
            TextColumn("{task.fields[outlook]}"),
            console=console,
            transient=True,
        )
        self._hands: dict[int, TaskID] = {}

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take the bars away."""
        self._bars.stop()

    def began(self, jobs: Sequence[Job]) -> None:
        """Draw the bar over all recordings."""
        self._meter = _Meter(jobs)
        self._all = self._bars.add_task("", total=len(jobs), outlook="")
        self._show()

    def moved(self, progress: Progress) -> None:
        """Move the bars."""
        number = progress.job.number
        self._meter.shares[number] = progress.share
        if number not in self._hands and len(self._hands) < MOST_BARS:
            self._hands[number] = self._bars.add_task(fit(progress.job.path.name, 24), total=1.0, outlook="")
        if number in self._hands:
            self._bars.update(self._hands[number], completed=progress.share)
        self._show()

    def ended(self, outcome: Outcome) -> None:
        """Take a recording's bar away; say so if it failed."""
        self._meter.end(outcome)
        if (bar := self._hands.pop(outcome.job.number, None)) is not None:
            self._bars.remove_task(bar)
        self._show()
        if outcome.problem is not None:
            self._console.print(Text(outcome_line(outcome), style="red"), soft_wrap=True)

    def _show(self) -> None:
        meter = self._meter
        count = f"{meter.ended}/{meter.total} calls"
        self._bars.update(self._all, completed=meter.done, description=count, outlook=meter.outlook())
