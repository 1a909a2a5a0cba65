"""The process that a speech synthesizer lives in: ``python -m voicecoach.devices.voice_worker ENGINE``.

It speaks what comes in on its standard input and answers on its standard output, as frames of
:mod:`voicecoach.devices.voice_wire`; started by :mod:`voicecoach.devices.voice_process`.

Laws
----
* It ends when its parent does, however that ended: its input closes then. If the engine hangs at that
  moment, a watchdog that needs no Python ends it.
* Whatever an engine prints goes to standard error and never between two frames.
* Ctrl-C is the parent's; here it does nothing.
* An engine's exception is an answer; only a hang or a crash costs the process.

The engine runs in the main thread, as Windows' and macOS' own demand.
"""

from __future__ import annotations

import faulthandler
import os
import queue
import signal
import sys
import threading
from typing import IO

from voicecoach.devices.voice_wire import (
    Frame,
    FrameError,
    Message,
    pack_rendering,
    read_frame,
    unpack_question,
    write_frame,
)
from voicecoach.devices.voices import voice
from voicecoach.errors import DeviceError
from voicecoach.ports import Voice
from voicecoach.spoken import Delivery

GRACE_S = 5.0
"""The watchdog ends a hung engine so long after the parent would have: normally the parent is first."""

START_S = 60.0
"""An engine that has not started by then never will."""


def main(engine: str) -> None:
    """Serve until nobody asks any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    inward, outward = _own_pipes()
    questions: queue.SimpleQueue[Message] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(inward, questions), name="questions", daemon=True).start()
    try:
        _serve(engine, questions, outward)
    except BrokenPipeError:
        os._exit(0)  # nobody is there any more; a flush at exit would only complain


def _serve(engine: str, questions: queue.SimpleQueue[Message], outward: IO[bytes]) -> None:
    faulthandler.dump_traceback_later(START_S, exit=True)
    try:
        speaker = voice(engine)
    except DeviceError as error:
        write_frame(outward, {"error": str(error)})
        return
    write_frame(outward, {"ready": True})
    while True:
        faulthandler.cancel_dump_traceback_later()
        message = questions.get()
        text, delivery, limit_s = unpack_question(message)
        faulthandler.dump_traceback_later(limit_s + GRACE_S, exit=True)
        write_frame(outward, *_answer(speaker, text, delivery))


def _answer(speaker: Voice, text: str, delivery: Delivery) -> Frame:
    try:
        return pack_rendering(speaker.render(text, delivery))
    except DeviceError as error:
        return {"error": str(error)}, b""
    except FrameError as error:
        return {"fault": str(error)}, b""
    except (Exception, SystemExit) as error:  # noqa: BLE001 - foreign code; what it raises is the answer
        return {"fault": f"{type(error).__name__}: {error}"}, b""


def _listen(inward: IO[bytes], questions: queue.SimpleQueue[Message]) -> None:
    """Take questions while the engine works, so that the parent's end is seen at once."""
    try:
        while (frame := read_frame(inward)) is not None:
            questions.put(frame[0])
    finally:
        os._exit(0)


def _own_pipes() -> tuple[IO[bytes], IO[bytes]]:
    """Standard input and output, moved out of the reach of engines and of what they start."""
    inward, outward = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return os.fdopen(inward, "rb"), os.fdopen(outward, "wb")


if __name__ == "__main__":
    main(sys.argv[1])
