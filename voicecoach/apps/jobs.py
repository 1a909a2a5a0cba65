"""Which recordings are to be graded, under which names their results go, and what became of each.

Laws
----
* The order is that of the arguments; inside a folder, that of the paths.
* A file that was named is always graded, or fails in its own row; in a folder only sound files count,
  and hidden files and folders and the results' own folder are passed over.
* No recording is graded twice, and no two results share a name, on any file system.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SUFFIXES = frozenset(
    f".{ending}"
    for ending in (
        *(
            "wav",
            "wave",
            "w64",
            "flac",
            "mp3",
            "mp2",
            "m4a",
            "m4b",
            "aac",
            "ogg",
            "oga",
            "opus",
            "mka",
            "wma",
            "asf",
        ),
        *("amr", "awb", "gsm", "au", "snd", "aif", "aiff", "aifc", "caf", "ape", "wv", "tta", "ac3", "voc"),
        *("mp4", "m4v", "mov", "3gp", "mkv", "webm", "ogv", "avi", "flv", "wmv", "mpg", "mpeg"),
    )
)
"""Endings of sound and video files, in lower case."""

LONGEST_NAME = 120
"""Bytes of a result's name; file systems allow 255 with all that is added to it."""


@dataclass(frozen=True, slots=True)
class Job:
    """One recording to grade."""

    number: int
    """Place in the run, from 0."""
    path: Path
    name: str
    """Results are ``NAME.json`` and ``NAME.html``."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a job."""

    job: Job
    problem: str | None
    """What was wrong, in one line; None when it was graded."""
    row: dict[str, Any] | None
    """For the tables; None when it failed."""
    brief: dict[str, Any] | None
    """The call's record (`voicecoach.apps.record`) without what was heard; None when it failed."""
    resumed: bool = False
    """It had been graded before, and nothing has changed since."""


def find_jobs(arguments: Sequence[Path], out: Path | None = None) -> list[Job]:
    """The recordings that `arguments` (files and folders) name; `out` is left out."""
    seen: set[Path] = set()
    paths: list[Path] = []
    for path in _recordings(arguments, out.resolve() if out else None):
        where = Path(os.path.realpath(path))
        if where not in seen:
            seen.add(where)
            paths.append(path)
    return [Job(n, path, name) for n, (path, name) in enumerate(zip(paths, result_names(paths), strict=True))]


def _recordings(arguments: Iterable[Path], out: Path | None) -> Iterator[Path]:
    for argument in arguments:
        if argument.is_dir():
            yield from sorted(_inside(argument, out))
        else:
            yield argument


def _inside(folder: Path, out: Path | None) -> Iterator[Path]:
    refused: list[OSError] = []
    for here, folders, files in os.walk(folder, onerror=refused.append):
        folders[:] = [f for f in folders if not f.startswith(".") and Path(here, f).resolve() != out]
        yield from (Path(here, f) for f in files if not f.startswith(".") and _is_sound(f))
    yield from (Path(error.filename) for error in refused)  # each fails in its own row


def _is_sound(name: str) -> bool:
    return Path(name).suffix.lower() in SUFFIXES


def result_names(paths: Sequence[Path]) -> list[str]:
    """A name for each path, unique even where case does not count: the stem, or as much more as is needed.

    Examples
    --------
    >>> result_names([Path("a/call.wav"), Path("b/call.wav"), Path("b/other.wav")])
    ['a-call-wav', 'b-call-wav', 'other']
    """
    depths = [0] * len(paths)
    for _ in range(1 + max((len(path.parts) for path in paths), default=0)):
        names = [_name(path, depth) for path, depth in zip(paths, depths, strict=True)]
        count = Counter(name.casefold() for name in names)
        depths = [d + (count[name.casefold()] > 1) for d, name in zip(depths, names, strict=True)]
    return _numbered([_name(path, depth) for path, depth in zip(paths, depths, strict=True)])


def _name(path: Path, depth: int) -> str:
    """Depth 0 is the stem, 1 adds the suffix, each further one a folder before it."""
    if depth == 0:
        return _writable(path.stem)
    parts = [part for part in path.parts[-depth:] if part not in (path.anchor, "..")]
    return _writable("-".join([*parts[:-1], path.stem, path.suffix[1:]]).strip("-"))


def _writable(name: str) -> str:
    """`name` as any file system takes it, cut to `LONGEST_NAME` bytes."""
    safe = re.sub(r'[\x00-\x1f\x7f<>:"/\\|?*\udc80-\udcff]', "_", name)
    return safe.encode("utf-8")[:LONGEST_NAME].decode("utf-8", "ignore") or "_"


def _numbered(names: Sequence[str]) -> list[str]:
    """The same names; where two are still alike, the later one gets the next free number."""
    taken = {name.casefold() for name in names}
    given: set[str] = set()
    unique: list[str] = []
    for name in names:
        candidate, number = name, 2
        while candidate.casefold() in given or (candidate != name and candidate.casefold() in taken):
            candidate, number = f"{name}-{number}", number + 1
        given.add(candidate.casefold())
        unique.append(candidate)
    return unique
