"""``voicecoach bench``: measure speed and accuracy again, with the source tree's own benches.

The benches are no part of the installed package: they need its fixtures, and peers to compare with.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import voicecoach
from voicecoach.errors import InputError

TREE = Path(voicecoach.__file__).parent.parent
"""Where the sources are, if the package runs from them."""


@dataclass(frozen=True, slots=True)
class BenchOptions:
    """How to run the benches, in the user's words."""

    out: Path | None = None
    """A folder for figures, logs and tables; None: ``build/bench`` in the source tree."""
    short: bool = False
    """See whether they run, in a minute or so each."""
    again: bool = False
    """Measure again what was measured already."""

    def arguments(self) -> list[str]:
        """As ``python -m bench`` wants them."""
        flags = [name for name, wanted in (("--short", self.short), ("--again", self.again)) if wanted]
        return flags + (["--out", str(self.out.resolve())] if self.out else [])


def bench_command(names: Sequence[str], options: BenchOptions, tree: Path = TREE) -> int:
    """Run ``python -m bench``; its exit status.

    Parameters
    ----------
    names : benches to run; none: all.
    options : how.
    tree : the source tree.

    Raises
    ------
    InputError : the package was installed without its sources.
    """
    if not (tree / "bench" / "__main__.py").is_file():
        problem = "the benches come with the source tree, not with the installed package"
        remedy = "Get the sources (git clone), then there: sh scripts/setup && .venv/bin/voicecoach bench"
        raise InputError(tree / "bench", problem, remedy)
    command = [sys.executable, "-m", "bench", *options.arguments()]
    if names:
        command += ["--only", *names]
    with subprocess.Popen(command, cwd=tree) as running:  # noqa: S603 - our own interpreter and module
        try:
            return running.wait()
        except KeyboardInterrupt:  # the terminal interrupted both: the bench still says what it leaves
            return running.wait()
