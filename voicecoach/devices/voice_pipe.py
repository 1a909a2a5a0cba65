"""One child process that speaks, from its parent's side: ask, wait so long, kill.

Laws
----
* Nothing here waits without a limit.
* :meth:`VoicePipe.end` leaves nothing behind: no process, zombie, thread or file descriptor.
* The child has a process group of its own: Ctrl-C does not reach it, `end` reaches what it has started.

Units: seconds.
"""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from typing import Any

from voicecoach.devices.voice_wire import Frame, FrameError, Message, read_frame, write_frame
from voicecoach.errors import DeviceError


class LostError(Exception):
    """The child hangs, ended or talks nonsense; the message says which: ``did not answer within 1.4 s``."""


class VoicePipe:
    """A child that renders with `engine`; its start is not waited for.

    The child finds the modules that this process finds, wherever it was started: `sys.path` is handed on,
    but for the entry that stands for the current folder.

    Raises
    ------
    DeviceError : the system starts no more processes.
    """

    def __init__(self, engine: str) -> None:
        self.started = time.monotonic()
        self.ready = False
        """Whether the child said that its engine has started."""
        self._lost = False
        self._answers: queue.SimpleQueue[Frame | FrameError | None] = queue.SimpleQueue()
        self._process = _started(engine)
        self._reader = threading.Thread(target=self._read, name=f"voice {engine}", daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int:
        """Number of the child's process."""
        return self._process.pid

    @property
    def lost(self) -> bool:
        """Whether the child ended, or closed its output."""
        return self._lost

    def ask(self, message: Message) -> None:
        """Send a question.

        Raises
        ------
        LostError : the child is not there any more.
        """
        assert self._process.stdin is not None
        try:
            write_frame(self._process.stdin, message)
        except (OSError, ValueError) as error:  # ValueError: closed by `end`, in another thread
            raise self._ended() from error

    def answer(self, within_s: float) -> Frame:
        """Its next frame.

        Raises
        ------
        LostError : none came within so many seconds, the child ended, or the frame is malformed.
        """
        try:
            frame = self._answers.get(timeout=max(within_s, 0.0))
        except queue.Empty:
            raise LostError(f"did not answer within {within_s:.1f} s") from None
        if isinstance(frame, FrameError):
            raise LostError(f"answered with nonsense ({frame})")
        if frame is None:
            raise self._ended()
        return frame

    def end(self) -> None:
        """Kill the child with all it started, and wait for it; again and from any thread if need be."""
        if self._process.returncode is None:  # not reaped: its number is still its own
            _kill(self._process)
        self._process.wait()
        self._reader.join()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):  # a question that nobody read any more
                    pipe.close()

    def _ended(self) -> LostError:
        self.end()
        status = self._process.returncode
        return LostError(f"ended with signal {-status}" if status < 0 else f"ended with status {status}")

    def _read(self) -> None:
        assert self._process.stdout is not None
        try:
            while (frame := read_frame(self._process.stdout)) is not None:
                self._answers.put(frame)
        except FrameError as error:
            self._answers.put(error)
        self._lost = True
        self._answers.put(None)


def _started(engine: str) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(  # noqa: S603 - our own module, and a name as its one argument
            [sys.executable, "-P", "-m", "voicecoach.devices.voice_worker", engine],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
            **_apart(),
        )
    except OSError as error:
        raise DeviceError(
            f"no process can be started for the voice engine {engine!r}: {error.strerror}. "
            "Close other programs."
        ) from error


def _apart() -> dict[str, Any]:
    """How a process is started so that Ctrl-C is not for it."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW}
    return {"process_group": 0}


def _kill(process: subprocess.Popen[bytes]) -> None:
    if sys.platform == "win32":
        process.kill()
        return
    with contextlib.suppress(ProcessLookupError, PermissionError):  # it ended by itself (macOS: EPERM)
        os.killpg(process.pid, signal.SIGKILL)
