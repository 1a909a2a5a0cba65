"""Is somebody speaking? Silero VAD 6.2 (MIT), which ships with the package, one track at a time.

Laws: probabilities do not depend on how the track was chopped; tracks share the network, never its state.
Units: one probability per `BLOCK` of samples at 16 kHz (32 ms).

The network is recurrent, yet takes many blocks a call and then gives the same bits at half the cost
(`tests/test_silero.py` proves it on the machine at hand). The one that faster-whisper ships is version 6.0,
which misses a fifth of telephone speech; how well each does: ``docs/models.md``.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from voicecoach.audio import Samples
from voicecoach.devices.assets import MODELS
from voicecoach.errors import ModelError

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

BLOCK = 512
"""Samples the network judges at a time: fixed by its training."""

CONTEXT = 64
"""Samples of the block before that it also sees: fixed by its training."""

STATE = (1, 1, 128)
"""Shape of each of the two LSTM states."""

BLOCKS_A_CALL = 1024
"""At most 33 s of audio enter the network at once, which bounds its memory (about 10 MB)."""

NETWORK = MODELS / "silero-vad" / "silero_vad_16k_sequence.onnx"
"""As the package silero-vad 6.2.3 ships it; ``python -m tools.silero_vad`` takes it from there."""


class SileroDetector:
    """The speech detector of one track (`voicecoach.ports.SpeechDetector`).

    Parameters
    ----------
    network : the ONNX file.

    Raises
    ------
    ModelError : the file is missing or is not a network that onnxruntime can read.
    """

    block = BLOCK

    def __init__(self, network: Path = NETWORK) -> None:
        self._session = _session(network)
        self.reset()

    def reset(self) -> None:
        """Forget everything heard: the next block is the first of a new track."""
        self._context = np.zeros(CONTEXT, np.float32)
        self._hidden = np.zeros(STATE, np.float32)
        self._cell = np.zeros(STATE, np.float32)

    def probabilities(self, samples: Samples) -> list[float]:
        """Speech probability of each block, 0 to 1.

        Parameters
        ----------
        samples : shape (n,), n a multiple of `BLOCK`: the next samples of the track.

        Returns
        -------
        n / BLOCK probabilities. Their marks lie about 16 ms late (half a block).
        """
        if samples.ndim != 1 or len(samples) % BLOCK:
            raise ValueError(f"needs one channel in whole blocks of {BLOCK} samples, not {samples.shape}")
        found: list[float] = []
        step = BLOCK * BLOCKS_A_CALL
        for start in range(0, len(samples), step):
            found += self._judge(samples[start : start + step].astype(np.float32, copy=False))
        return found

    def _judge(self, samples: Samples) -> list[float]:
        blocks = samples.reshape(-1, BLOCK)
        before = np.concatenate([self._context[None], blocks[:-1, -CONTEXT:]])
        feed = {"input": np.concatenate([before, blocks], axis=1), "h": self._hidden, "c": self._cell}
        speech, self._hidden, self._cell = self._session.run(None, feed)
        self._context = blocks[-1, -CONTEXT:].copy()
        return [float(probability) for probability in speech]


@cache
def _session(network: Path) -> InferenceSession:
    import onnxruntime  # lazy: 0.2 s
    from onnxruntime.capi.onnxruntime_pybind11_state import (
        Fail,
        InvalidGraph,
        InvalidProtobuf,
    )

    if not network.is_file():
        raise ModelError(f"{network}: the Silero VAD network is missing. Install voicecoach again.")
    options = onnxruntime.SessionOptions()
    # One thread: a block costs 0.1 ms, and results must not depend on how many cores there are.
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    # The arena keeps the largest size ever asked for; this network needs so little that it is not worth it.
    options.enable_cpu_mem_arena = False
    try:
        return onnxruntime.InferenceSession(network, options, providers=["CPUExecutionProvider"])
    except (Fail, InvalidGraph, InvalidProtobuf) as error:
        raise ModelError(f"{network}: not a Silero VAD network. Install voicecoach again.") from error
