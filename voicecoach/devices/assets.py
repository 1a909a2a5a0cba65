"""The package's own data files: small fitted weights and the demo model."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

MODELS = Path(str(files("voicecoach"))) / "models"
"""Folder with the weights that ship with the package."""


def weights(name: str) -> dict[str, NDArray[np.float32]]:
    """The arrays of ``models/NAME.npz``, by name, as float32."""
    with np.load(MODELS / f"{name}.npz", allow_pickle=False) as stored:
        return {key: stored[key].astype(np.float32) for key in stored.files}
