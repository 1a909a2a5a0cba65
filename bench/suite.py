"""Every bench of the record, one after the other, each in a process of its own.

Laws: a bench that fails does not stop the next; what was measured lies in the folder from that moment on,
and is not measured again unless asked for; a bench that broke off leaves no figures.

In the folder, for each bench: NAME.json (its figures, with command, machine and versions) and NAME.log (what
it printed); for all: benchmarks.md.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.figures import markdown
from bench.machine import machine, stated, versions

ROOT = Path(__file__).parent.parent

PATIENCE_S = 20
"""So long a bench may take to stop when it is interrupted."""


@dataclass(frozen=True, slots=True)
class Bench:
    """One module ``bench.NAME`` that takes ``--json OUT``."""

    name: str
    what: str
    """What it tells, for the table's title."""
    short: tuple[str, ...] = ()
    """Arguments for a quick run; none: it has no shorter form."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A finished measurement, as it lies in the folder."""

    bench: str
    what: str
    command: str
    date: str
    duration_s: float
    machine: dict[str, str]
    versions: dict[str, str]
    figures: Any

    def tables(self) -> str:
        """Circumstances, then the tables."""
        told = (
            f"`{self.command}`, {self.date}, {self.duration_s:.0f} s. {stated(self.machine, self.versions)}."
        )
        return f"{told}\n\n{markdown(self.figures)}"


def taken(path: Path) -> Taken:
    return Taken(**json.loads(path.read_text("utf-8")))


@dataclass(frozen=True, slots=True)
class Suite:
    """The benches to run, and where their figures go."""

    benches: Sequence[Bench]
    folder: Path
    short: bool = False
    again: bool = False
    root: Path = ROOT
    """The source tree: benches run there."""

    def run(self, tell: Callable[[str], None]) -> list[str]:
        """Run what is missing; the names of those that failed."""
        self.folder.mkdir(parents=True, exist_ok=True)
        failed = []
        try:
            for number, bench in enumerate(self.benches, 1):
                tell(f"[{number}/{len(self.benches)}] {bench.name}: {bench.what}")
                if not self._do(bench, tell):
                    failed.append(bench.name)
        finally:
            self.write_tables()
        return failed

    def command(self, bench: Bench) -> str:
        """What a user types for the same figures."""
        return " ".join(["python", "-m", f"bench.{bench.name}", *self._arguments(bench)])

    def results(self) -> list[Taken]:
        """All that lies in the folder, in the order of the benches."""
        paths = [self.folder / f"{bench.name}.json" for bench in self.benches]
        return [taken(path) for path in paths if path.is_file()]

    def write_tables(self) -> None:
        sections = [f"## {result.what}\n\n{result.tables()}" for result in self.results()]
        (self.folder / "benchmarks.md").write_text("\n\n".join(["# Benchmarks", *sections]) + "\n", "utf-8")

    def _arguments(self, bench: Bench) -> tuple[str, ...]:
        return bench.short if self.short else ()

    def _do(self, bench: Bench, tell: Callable[[str], None]) -> bool:
        done = self.folder / f"{bench.name}.json"
        if not self.again and done.is_file() and taken(done).command == self.command(bench):
            tell("    measured already (--again measures it again)")
            return True
        started_s, where = time.monotonic(), machine()
        figures, problem = self._measure(bench, tell)
        duration_s = time.monotonic() - started_s
        if problem:
            tell(f"    FAILED after {duration_s:.0f} s: {problem}; {self.folder / f'{bench.name}.log'}")
            return False
        date = f"{datetime.now(UTC):%Y-%m-%d}"
        result = Taken(
            bench.name,
            bench.what,
            self.command(bench),
            date,
            round(duration_s, 1),
            where,
            versions(),
            figures,
        )
        _write_whole(done, json.dumps(asdict(result), indent=1) + "\n")
        tell(f"    done in {duration_s:.0f} s")
        return True

    def _measure(self, bench: Bench, tell: Callable[[str], None]) -> tuple[Any, str]:
        """The figures, and why there are none."""
        out = self.folder / f"{bench.name}.part"
        out.unlink(missing_ok=True)
        command = [
            sys.executable,
            "-u",
            "-m",
            f"bench.{bench.name}",
            *self._arguments(bench),
            "--json",
            str(out.resolve()),
        ]
        with (self.folder / f"{bench.name}.log").open("w", encoding="utf-8") as log:
            status = _run(command, self.root, lambda line: (log.write(line), tell(f"    {line.rstrip()}")))
        if status:
            return None, f"exit status {status}"
        if not out.is_file():
            return None, "it wrote no figures"
        figures = json.loads(out.read_text("utf-8"))
        out.unlink()
        return figures, ""


def _run(command: Sequence[str], root: Path, each_line: Callable[[str], object]) -> int:
    """Run to its end, passing on what it prints; an interrupted one is waited for, then ended."""
    with subprocess.Popen(
        command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8"
    ) as process:
        assert process.stdout is not None
        try:
            for line in process.stdout:
                each_line(line)
        except KeyboardInterrupt:
            _stop(process)
            raise
        return process.wait()


def _stop(process: subprocess.Popen[str]) -> None:
    """The terminal has interrupted the bench too: it gets time to end by itself."""
    try:
        process.wait(PATIENCE_S)
    except subprocess.TimeoutExpired:
        process.kill()


def _write_whole(path: Path, text: str) -> None:
    """Whoever reads the file finds all of it or the one before."""
    part = path.with_suffix(".new")
    part.write_text(text, "utf-8")
    part.replace(path)
