"""What ``rubrics check`` and ``personas check`` have in common: findings about files, one a line."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from rich.console import Console
from rich.text import Text

from voicecoach.apps.outcome_text import printable
from voicecoach.apps.terminal import show_error
from voicecoach.errors import InputError
from voicecoach.findings import Finding, Severity


def check_files(files: Iterable[Path], check: Callable[[Path], list[Finding]]) -> int:
    """Print what `check` finds in each file; 1 if any cannot be used, else 0."""
    out, told = Console(), Console(stderr=True)
    bad = False
    for file in files:
        try:
            findings = check(file)
        except InputError as error:
            show_error(told, str(error))
            bad = True
            continue
        for finding in findings:
            out.print(Text(printable(f"{file}: {finding.text}")), soft_wrap=True)
            bad |= finding.severity is Severity.ERROR
        if not findings:
            out.print(Text(printable(f"{file}: nothing to object to")), soft_wrap=True)
    return int(bad)
