"""Opens the audio of any media file, or says in one line why it cannot be opened.

Laws
----
* Only the user's own file is read: the demuxers allowed here know no playlists and no network.
* Whatever is wrong with a file is an :class:`InputError`; FFmpeg's own messages stay silent.
"""

from __future__ import annotations

import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import av
import av.logging
from av.audio.stream import AudioStream
from av.container import InputContainer

from voicecoach.errors import InputError

FORMATS = (
    "wav,w64,aiff,au,caf,flac,mp3,mov,mp4,m4a,3gp,ogg,matroska,webm,aac,ac3,amr,amrnb,amrwb,"
    "gsm,g722,sln,avi,asf,flv,mpeg,mpegts,wv,tta,ape,voc,nistsphere,sds,latm,loas"
)
"""FFmpeg's demuxers of recordings. Left out: playlists (hls, dash, concat: they name other files
and hosts), pictures, subtitles, screen and sound capture."""

LOWEST_RATE_HZ, HIGHEST_RATE_HZ = 8_000, 192_000
"""The telephone's rate, below which consonants are lost, and the highest rate that recorders offer."""

MAGIC = {
    b"RIFF": "WAV or AVI",
    b"RF64": "WAV",
    b"fLaC": "FLAC",
    b"OggS": "Ogg",
    b"ID3": "MP3",
    b"\x1aE\xdf\xa3": "WebM or Matroska",
    b"FORM": "AIFF",
    b"caff": "CAF",
}
"""First bytes of a file, and what they promise."""

SOUND_FILE = "Give a sound file such as WAV, FLAC, MP3, M4A or Ogg"
COPY_AGAIN = "Copy or export the recording again"

av.logging.set_level(None)


def checked(path: Path) -> Path:
    """`path` itself, if it names a readable regular file that is not empty; else InputError."""
    try:
        found = path.stat()
        if stat.S_ISDIR(found.st_mode):
            raise InputError(path, "is a folder, not a recording", "Name a file inside it")
        if not stat.S_ISREG(found.st_mode):  # opening a pipe would wait for its writer
            raise InputError(path, "is a pipe or a device, not a file", "Save the recording to a file first")
        with path.open("rb"):
            pass
    except FileNotFoundError:
        if path.is_symlink():
            problem = f"is a link to {path.readlink()}, which does not exist"
            raise InputError(path, problem, "Mend the link or name the file itself") from None
        raise InputError(path, "there is no such file", "Check the spelling of the path") from None
    except PermissionError:
        raise InputError(path, "you may not read it", f"Allow it, as with: chmod u+r '{path}'") from None
    except OSError as error:
        raise unreadable(path, error) from None
    if found.st_size == 0:
        raise InputError(path, "is empty (0 bytes)", COPY_AGAIN)
    return path


def unreadable(path: Path, error: OSError) -> InputError:
    """What to tell the user when the disk or the system refuses to read on."""
    return InputError(
        path, f"cannot be read: {error.strerror or error}", "Check the disk, then copy or export it again"
    )


@contextmanager
def opened(path: Path) -> Iterator[tuple[InputContainer, AudioStream]]:
    """The container at `path` and its (best) audio stream, ready to decode.

    Raises
    ------
    InputError
        The file cannot be read, is not audio, has no audio stream or one beyond use.
    """
    with checked(path).open("rb") as file:
        try:
            container = av.open(file, "r", options={"format_whitelist": FORMATS}, metadata_errors="replace")
        except (av.error.FFmpegError, ValueError) as error:
            raise _not_audio(path, file) from error
        with container:
            yield container, _audio_stream(path, container)


def _audio_stream(path: Path, container: InputContainer) -> AudioStream:
    stream = container.streams.best("audio")
    if not isinstance(stream, AudioStream):
        raise InputError(path, "has no audio track", SOUND_FILE)
    context = stream.codec_context
    if context is None:
        raise InputError(path, "is encrypted or of a kind that cannot be decoded", "Export it as WAV or FLAC")
    context.thread_count = 1
    if context.sample_rate and context.channels:
        check_rate(path, context.sample_rate)
    return stream


def check_rate(path: Path, rate_hz: int) -> None:
    """Refuse sampling rates that no telephone or recorder uses."""
    if not LOWEST_RATE_HZ <= rate_hz <= HIGHEST_RATE_HZ:
        problem = f"has {rate_hz} samples a second; {LOWEST_RATE_HZ} to {HIGHEST_RATE_HZ} can be used"
        raise InputError(path, problem, "Export it at 8000 or 16000 Hz")


def _not_audio(path: Path, file: BinaryIO) -> InputError:
    file.seek(0)
    head = file.read(12)
    kind = "MP4 or M4A" if head[4:8] == b"ftyp" else None
    kind = kind or next((name for magic, name in MAGIC.items() if head.startswith(magic)), None)
    if kind is None:
        return InputError(path, "is not audio that can be decoded", SOUND_FILE)
    return InputError(path, f"begins as {kind} but is cut off, damaged or holds no audio", COPY_AGAIN)


def clock(time_s: float) -> str:
    """A time for people: ``0:09.5``, ``1:02:03.0``."""
    tenths = int(time_s * 10)
    hours, minutes, rest = tenths // 36_000, tenths // 600 % 60, tenths % 600
    return f"{hours}:{minutes:02}:{rest / 10:04.1f}" if hours else f"{minutes}:{rest / 10:04.1f}"
