"""From what a recorder left, by a call's end or by a crash, to a recording and a log that can be used.

Laws
----
* It makes no difference why recording ended: both ways lead through here.
* The FLAC file is decoded and compared before anything trusts it; the recorder's own file stays until
  the call is kept.
"""

from __future__ import annotations

from itertools import zip_longest
from pathlib import Path

import numpy as np

from voicecoach.devices.call_files import FLAC, LOG, SOUND
from voicecoach.devices.event_log import mend_log, read_log
from voicecoach.devices.media import read_blocks
from voicecoach.devices.sound_file import read_chunks, seconds_of_sound, write_flac
from voicecoach.devices.whole_file import why
from voicecoach.errors import DeviceError, InputError
from voicecoach.kept import FULL_SCALE, CallLog


def seal(folder: Path) -> Path:
    """Make the recording that is kept of what was recorded into `folder`; where it lies.

    Raises
    ------
    InputError : nothing was recorded, or it cannot be read.
    DeviceError : no room; what was recorded stays.
    """
    source, target = folder / SOUND, folder / FLAC
    try:
        count = write_flac(source, target)
    except OSError as error:
        remedy = f"Make room, then keep the call with voicecoach recover {folder.name}"
        raise DeviceError(f"{target}: {why(error)}. {remedy}.") from error
    if not count:
        raise InputError(source, "nothing was recorded", "Nothing is lost: the call had not begun")
    if not _equal(source, target):
        raise DeviceError(f"{target}: differs from what was recorded. Check the disk; the recording stays.")
    return target


def mend(folder: Path) -> CallLog | None:
    """The log that a crash left in `folder`, cut where it was torn; None: the call had not begun.

    Raises
    ------
    InputError : it is damaged beyond that.
    DeviceError : it cannot be written.
    """
    log, sound = folder / LOG, folder / SOUND
    begun = (
        log.exists() and b"\n" in log.read_bytes() and sound.exists() and any(map(len, read_chunks(sound)))
    )
    if not begun:
        return None
    mend_log(log)
    return read_log(log)


def _equal(source: Path, target: Path) -> bool:
    """Whether a FLAC file gives back what was recorded, to the bit."""
    pairs = zip_longest(seconds_of_sound(source), read_blocks(target))
    return all(
        sound is not None and block is not None and np.array_equal(sound.T, block * FULL_SCALE)
        for sound, block in pairs
    )
