"""Where a user's things lie, and how they are kept from others on the same machine.

Laws
----
* A folder that is made here is open to its owner alone (0700), and so is a file (0600); the folder of calls
  is closed to others if it was there before.
* A file is either whole or not there, after a power cut too (`whole_file`).
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from voicecoach.devices.whole_file import flush_folder, write_whole
from voicecoach.errors import DeviceError

PRIVATE_FOLDER = 0o700
PRIVATE_FILE = 0o600


def data_folder() -> Path:
    """Where calls are kept: below XDG_DATA_HOME where it is an absolute path, else the platform's place.

    Raises
    ------
    DeviceError : the user has no home folder.
    """
    return _user_folder("XDG_DATA_HOME", ".local/share")


def state_folder() -> Path:
    """Where small choices are kept: below XDG_STATE_HOME where it is an absolute path, as above.

    Raises
    ------
    DeviceError : the user has no home folder.
    """
    return _user_folder("XDG_STATE_HOME", ".local/state")


def _user_folder(variable: str, usual: str) -> Path:
    stated = Path(os.environ.get(variable, ""))
    if stated.is_absolute():
        return stated / "voicecoach"
    try:
        home = Path.home()
    except RuntimeError as error:
        raise DeviceError(f"no home folder ({error}). Set {variable}.") from error
    return home / ("Library/Application Support" if sys.platform == "darwin" else usual) / "voicecoach"


def make_private_folder(folder: Path) -> None:
    """Make `folder` and what is missing above it.

    Raises
    ------
    OSError : the disk is full or refuses.
    """
    if not folder.is_dir():
        if not folder.parent.is_dir():
            make_private_folder(folder.parent)
        folder.mkdir(PRIVATE_FOLDER, exist_ok=True)
        flush_folder(folder.parent)


def close_to_others(folder: Path) -> None:
    """Take from everybody but its owner what an existing folder lets them do.

    Raises
    ------
    OSError : it is somebody else's, or the system refuses.
    """
    if folder.stat().st_mode & 0o077:
        folder.chmod(PRIVATE_FOLDER)


def open_private(path: Path, flags: int = os.O_CREAT | os.O_TRUNC) -> int:
    """Open a file for reading and writing that nobody else can read; its descriptor."""
    return os.open(path, os.O_RDWR | os.O_CLOEXEC | flags, PRIVATE_FILE)


def write_private(path: Path, content: bytes) -> None:
    """Write a small file whole, replacing what was there.

    Raises
    ------
    OSError : the disk is full or refuses; `path` is as it was.
    """
    write_whole(path, content, PRIVATE_FILE)
