"""Packages that plug a voice in, written where the process and its children find them."""

from __future__ import annotations

from pathlib import Path

import pytest

FAULTY = """
import os, signal, subprocess, sys, threading
from pathlib import Path

import numpy as np

from voicecoach.devices.espeak import espeak
from voicecoach.errors import DeviceError
from voicecoach.speech import Word
from voicecoach.spoken import Rendering
from voicecoach.timeline import Span

SOUND = np.zeros(1600, np.float32)


def hang():
    threading.Event().wait()


def hang_once():
    mark = Path(__file__).with_name("hung")
    if not mark.exists():
        mark.touch()
        hang()


def hang_with_a_child():
    child = subprocess.Popen(["sleep", "600"])
    Path(__file__).with_name("child").write_text(str(child.pid))
    hang()


def chatter():
    print("Audio saved to line.wav", flush=True)
    os.write(1, b"and more")


def raise_it():
    raise RuntimeError("out of breath")


DOES = {
    "hang": hang,
    "hang once": hang_once,
    "hang with a child": hang_with_a_child,
    "crash": lambda: os._exit(3),
    "segfault": lambda: os.kill(os.getpid(), signal.SIGSEGV),
    "exit": lambda: sys.exit(4),
    "raise": raise_it,
    "chatter": chatter,
}

GIVES = {
    "nothing": None,
    "not finite": Rendering(np.full(1600, np.nan, np.float32), ()),
    "too loud": Rendering(np.full(1600, 1.5, np.float32), ()),
    "integers": Rendering(np.zeros(1600, np.int16), ()),
    "stereo": Rendering(np.zeros((800, 2), np.float32), ()),
    "too long": Rendering(np.zeros(16000 * 60, np.float32), ()),
    "words beyond": Rendering(SOUND, (Word("words", Span(1500, 1700), 1.0),)),
    "words twice": Rendering(SOUND, (Word("a", Span(0, 900), 1.0), Word("b", Span(800, 1600), 1.0))),
}


class Faulty:
    def render(self, text, delivery):
        DOES.get(text, lambda: None)()
        return GIVES[text] if text in GIVES else espeak().render(text, delivery)


def missing():
    raise DeviceError("faulty is not installed. Install it.")


def dies_at_once():
    os._exit(5)


def gives_no_voice():
    return 7
"""

ENTRIES = {
    "faulty": "faulty_voice:Faulty",
    "missing": "faulty_voice:missing",
    "dying": "faulty_voice:dies_at_once",
    "voiceless": "faulty_voice:gives_no_voice",
    "broken": "no_such_module:Voice",
    "espeak": "faulty_voice:missing",
}


def plug_in(folder: Path, package: str, source: str, entries: dict[str, str]) -> None:
    """Write `package` into `folder` as if it were installed there."""
    (folder / f"{package}.py").write_text(source)
    about = folder / f"{package}-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n")
    listed = "\n".join(f"{name} = {place}" for name, place in entries.items())
    (about / "entry_points.txt").write_text(f"[voicecoach.voices]\n{listed}\n")


def plug_in_faulty(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Plug in voices that fail in all ways; they are found here and in the processes started from here."""
    plug_in(folder, "faulty_voice", FAULTY, ENTRIES)
    monkeypatch.syspath_prepend(str(folder))
