"""Words heard in silence and noise, where there are none: ``python -m bench.silence``.

    python -m bench.silence [--minutes 30] [--short] [--data FOLDER] [--json OUT]

Each sound is graded as a call of that length by the code of ``voicecoach grade``. Two things keep noise out
of a scorecard, and are counted apart: what the speech detector sends to the recognizer (*sent*: it does not
depend on the model), and which of the words that come back are believed (*written*, *believed*). Two models
answer:

- the demo model, which is no stock model: it knows 700 words and was trained to say nothing about noise. Its
  zero is weak evidence; a stock model writes something about most sounds.
- one with random weights (`bench/random_whisper.py`, micro), which babbles about everything it is sent: the
  worst case. It is asked only where something was sent.

Sounds: digital silence (after a click, for ``grade`` refuses a recording that holds nothing), white and pink
noise, mains hum, and the recordings of ``../shared/data/noise_and_rooms`` where they are; looped, at -30 and
-50 dBFS.
"""

from __future__ import annotations

import argparse
import tempfile
import wave
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from bench import random_whisper
from bench.machine import here, save
from voicecoach.apps.grade import grade_file, new_grader
from voicecoach.apps.settings import GradeSettings
from voicecoach.audio import Samples
from voicecoach.devices.documents import read_rubric
from voicecoach.devices.machine import place, read_machine
from voicecoach.devices.media import read_blocks
from voicecoach.devices.models import DEMO, resolve
from voicecoach.devices.recognizer import FasterWhisperRecognizer
from voicecoach.ports import Recognizer
from voicecoach.speech import Word
from voicecoach.timeline import RATE

LEVELS_DBFS = (-30, -50)
"""A noisy office close to the microphone, and a quiet room: root mean square."""

PERIOD_S = 60
"""Noise is drawn for so long and then repeats."""

MAINS_HZ, HARMONICS = 50, 20
"""Hum with its overtones up to 1 kHz, where a telephone still carries it."""

CLICK, CLICK_LEVEL = 16, 3277
"""1 ms at -20 dBFS."""


@dataclass(frozen=True, slots=True)
class Sound:
    """One period of a sound without words, and how loud it is to be."""

    name: str
    period: Samples
    level_dbfs: float | None
    """None: as it is."""
    click: bool = False
    """Begin with a click."""

    def write(self, path: Path, minutes: float) -> None:
        """A mono recording of 16 bits at 16 kHz."""
        rms = float(np.sqrt(np.mean(np.square(self.period, dtype=np.float64))))
        gain = 1.0 if self.level_dbfs is None else 10 ** (self.level_dbfs / 20) / rms
        whole = np.rint(np.clip(gain * self.period, -1, 1) * 32767).astype("<i2")
        with wave.open(str(path), "wb") as out:
            out.setparams((1, 2, RATE, 0, "NONE", ""))
            left = round(minutes * 60 * RATE)
            if self.click:
                out.writeframes(np.full(CLICK, CLICK_LEVEL, "<i2").tobytes())
                left -= CLICK
            while left > 0:
                out.writeframes(whole[:left].tobytes())
                left -= len(whole)


def sounds(data: Path) -> Iterator[Sound]:
    """Every sound at every level."""
    yield Sound("digital silence", np.zeros(RATE, np.float32), None, click=True)
    for name, period in [*_synthetic(), *_recorded(data / "noise_and_rooms")]:
        yield from (Sound(name, period, level) for level in LEVELS_DBFS)


def _synthetic() -> Iterator[tuple[str, Samples]]:
    white = np.random.default_rng(1).standard_normal(PERIOD_S * RATE)
    yield "white noise", white.astype(np.float32)
    spectrum = np.fft.rfft(white)
    spectrum[1:] /= np.sqrt(np.arange(1, len(spectrum)))  # power falls with 1 / frequency
    spectrum[0] = 0
    yield "pink noise", np.fft.irfft(spectrum).astype(np.float32)
    times_s = np.arange(RATE) / RATE
    partials = [np.sin(2 * np.pi * MAINS_HZ * k * times_s) / k for k in range(1, HARMONICS + 1)]
    yield "mains hum", np.sum(partials, axis=0).astype(np.float32)


def _recorded(folder: Path) -> Iterator[tuple[str, Samples]]:
    """Recordings of noise; those of rooms (``rir``) are impulses."""
    for path in sorted(folder.glob("*.*")):
        if path.suffix in {".flac", ".mp3", ".wav"} and "_rir" not in path.stem:
            yield path.stem, np.concatenate([block[0] for block in read_blocks(path)])


@dataclass(slots=True)
class Counted:
    """A recognizer that counts what it is asked and what it says."""

    recognizer: Recognizer
    stretches: int = 0
    sent_s: float = 0.0
    written: int = 0
    info: object = field(init=False)

    def __post_init__(self) -> None:
        self.info = self.recognizer.info

    def recognize(self, samples: Samples, language: str) -> tuple[Word, ...]:
        return self._counted([samples], [self.recognizer.recognize(samples, language)])[0]

    def recognize_all(self, pieces: Sequence[Samples], language: str) -> list[tuple[Word, ...]]:
        return self._counted(pieces, self.recognizer.recognize_all(pieces, language))

    def _counted(self, pieces: Sequence[Samples], said: list[tuple[Word, ...]]) -> list[tuple[Word, ...]]:
        self.stretches += len(pieces)
        self.sent_s += sum(map(len, pieces)) / RATE
        self.written += sum(map(len, said))
        return said


def loaded(model: str) -> FasterWhisperRecognizer:
    return FasterWhisperRecognizer(resolve(model, offline=True), place(read_machine("cpu")))


def heard_in(call: Path, recognizer: Recognizer) -> tuple[Counted, int]:
    """What was asked and written, and how many words are in the graded call."""
    counted = Counted(recognizer)
    grader = new_grader(counted, read_rubric("default"), None, GradeSettings(trainee_only=True))
    graded = grade_file(call, grader)
    return counted, sum(len(turn.words) for turn in graded.call.turns)


def measure(sound: Sound, minutes: float, demo: Recognizer, babbler: Recognizer) -> dict[str, object]:
    """One row of the table."""
    with tempfile.TemporaryDirectory() as folder:
        call = Path(folder, "call.wav")
        sound.write(call, minutes)
        asked, believed = heard_in(call, demo)
        babble, babble_believed = heard_in(call, babbler) if asked.stretches else (Counted(babbler), 0)
    return {
        "sound": sound.name,
        "level_dbfs": sound.level_dbfs,
        "minutes": minutes,
        "stretches_sent": asked.stretches,
        "seconds_sent": round(asked.sent_s, 1),
        "demo_written": asked.written,
        "demo_believed": believed,
        "random_written": babble.written,
        "random_believed": babble_believed,
    }


def total(rows: Sequence[dict[str, object]]) -> dict[str, object]:
    added = {name: round(sum(row[name] for row in rows), 1) for name in list(rows[0])[2:]}
    return {"sound": "all", "level_dbfs": None} | added


def show(row: dict[str, object]) -> None:
    cells = [str("" if value is None else value) for value in row.values()]
    print(f"{cells[0]:34}" + "".join(f"{cell:>16}" for cell in cells[1:]), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--short", action="store_true", help="2 minutes of each sound")
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    print(here())
    rows: list[dict[str, object]] = []
    with tempfile.TemporaryDirectory() as folder:
        random_whisper.save("micro", Path(folder))
        demo, babbler = loaded(DEMO), loaded(folder)
        for sound in sounds(asked.data):
            rows.append(measure(sound, 2 if asked.short else asked.minutes, demo, babbler))
            if len(rows) == 1:
                show({name: name.replace("_", " ") for name in rows[0]})
            show(rows[-1])
    rows.append(total(rows))
    show(rows[-1])
    save(asked.json, {"sounds": rows})


if __name__ == "__main__":
    main()
