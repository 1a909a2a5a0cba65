"""Is the adaptive audio window good enough for a model? Both windows hear clips of known words.

Laws: words decide, never speed; where the clips cannot tell, the answer is no.
Units: seconds; errors and words are counted.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

from voicecoach.devices.clips import Clip
from voicecoach.devices.recognizer import FasterWhisperRecognizer
from voicecoach.devices.window import AudioWindow, repeats_itself
from voicecoach.devices.window_choice import WindowChoice
from voicecoach.speech import plain
from voicecoach.timeline import RATE


@dataclass(frozen=True, slots=True)
class CheckSettings:
    """What counts as good enough."""

    more_errors: float = 0.005
    """Half a point of word error rate is within what a change of version costs."""
    redone: float = 0.5
    """Where more of the answers had to be recognized again, the short window saves nothing."""
    understood: float = 0.5
    """With more word errors at the full window than this the clips prove nothing about the model."""


@dataclass(frozen=True, slots=True)
class WindowRun:
    """What one window made of the clips."""

    window: AudioWindow
    clips: int
    words: int
    """Words that were said."""
    errors: int
    """Words left out, put in, or taken for others."""
    loops: int
    """Clips whose words repeat themselves."""
    redone: int
    """Clips that were recognized again at the full window."""
    audio_s: float
    took_s: float

    @property
    def word_error_rate(self) -> float:
        """Errors by words said."""
        return self.errors / self.words

    @property
    def speed(self) -> float:
        """Seconds of sound recognized in a second."""
        return self.audio_s / self.took_s


def run(recognizer: FasterWhisperRecognizer, clips: Sequence[Clip], language: str) -> WindowRun:
    """Let a recognizer hear all clips; the first one twice, for the first time is slow."""
    recognizer.recognize(clips[0].samples, language)
    redone = recognizer.redone
    start_s = time.perf_counter()
    heard = [_words(word.text for word in recognizer.recognize(clip.samples, language)) for clip in clips]
    took_s = time.perf_counter() - start_s
    said = [_words(clip.text.split()) for clip in clips]
    return WindowRun(
        window=recognizer.window,
        clips=len(clips),
        words=sum(map(len, said)),
        errors=sum(Levenshtein.distance(*pair) for pair in zip(said, heard, strict=True)),
        loops=sum(map(repeats_itself, heard)),
        redone=recognizer.redone - redone,
        audio_s=sum(len(clip.samples) for clip in clips) / RATE,
        took_s=took_s,
    )


def verdict(full: WindowRun, adaptive: WindowRun, settings: CheckSettings | None = None) -> WindowChoice:
    """The window that a model should get, and why."""
    limits = settings or CheckSettings()
    rates = f"{adaptive.word_error_rate:.1%} word errors with it, {full.word_error_rate:.1%} without"
    if full.word_error_rate > limits.understood:
        why = f"the model understands too little of the clips to tell: {full.word_error_rate:.0%} word errors"
    elif adaptive.loops > full.loops:
        why = f"the adaptive one repeats itself in {adaptive.loops - full.loops} more clip(s)"
    elif adaptive.errors - full.errors > limits.more_errors * full.words:
        why = f"the adaptive one costs words: {rates}"
    elif adaptive.redone > limits.redone * adaptive.clips:
        why = f"the adaptive one had to be redone for {adaptive.redone} of {adaptive.clips} clips"
    else:
        return WindowChoice(AudioWindow.ADAPTIVE, f"voicecoach doctor found {rates}")
    return WindowChoice(AudioWindow.FULL, f"voicecoach doctor: {why}")


def _words(texts: Iterable[str]) -> list[str]:
    return [word for text in texts if (word := plain(text))]
