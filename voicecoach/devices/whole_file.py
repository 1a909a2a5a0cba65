"""Files that are whole or not there, whatever happens while they are written.

Laws
----
* A file is written beside its place, flushed to the disk, then moved; and so is its name flushed.
"""

from __future__ import annotations

import errno
import os
from pathlib import Path

PARTIAL = ".partial"
"""Ends the name of a file that is not whole yet."""

FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""No space left; quota reached; file larger than this disk or process may write."""

ANYBODY = 0o666
"""Who may read and write a file, where nothing else is said and the umask allows it."""


def write_whole(path: Path, content: bytes, mode: int = ANYBODY) -> None:
    """Write a file so that a reader, or a crash at any moment, finds the old one or the new one.

    Parameters
    ----------
    mode : who may read and write it, less the umask.

    Raises
    ------
    OSError : the disk is full or refuses; `path` is as it was.
    """
    partial = path.with_name(f".{os.getpid()}.{path.name}"[:200] + PARTIAL)
    try:
        descriptor = os.open(partial, os.O_WRONLY | os.O_CLOEXEC | os.O_CREAT | os.O_TRUNC, mode)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except BaseException:  # Ctrl-C, too, leaves nothing half-written
        partial.unlink(missing_ok=True)
        raise
    flush_folder(path.parent)


def flush_folder(folder: Path) -> None:
    """Have names that were made, moved or removed in `folder` survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def why(error: OSError) -> str:
    """What the system refused, for people: ``the disk is full``."""
    return "the disk is full" if error.errno in FULL else error.strerror or str(error)
