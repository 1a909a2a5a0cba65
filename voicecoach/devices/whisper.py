"""faster-whisper's model, with a window that need not be 30 s long.

faster-whisper 1.2 pads the features of every window to 30 s before it encodes them. All that differs here
is that the padding is cut off again: its decoding and word alignment do the rest, with the same settings.
"""

from __future__ import annotations

import ctranslate2
import numpy as np
from faster_whisper import WhisperModel
from numpy.typing import NDArray

from voicecoach.devices.window import FULL_FRAMES


class WindowedWhisper(WhisperModel):  # type: ignore[misc]  # faster-whisper ships without types
    """A `WhisperModel` whose encoder is given the first `frames` frames (of 10 ms) of each window."""

    frames: int = FULL_FRAMES
    """Set before `transcribe`. What `transcribe` is given must not be longer."""

    def encode(self, features: NDArray[np.float32]) -> ctranslate2.StorageView:
        """The encoder's output for features of shape (mels, 3000)."""
        return super().encode(features[..., : self.frames])
