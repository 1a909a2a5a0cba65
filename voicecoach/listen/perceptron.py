"""A small multilayer perceptron: three layers, rectified, weights fitted by ``tools/pitch_model``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from voicecoach.errors import ModelError
from voicecoach.listen.compiled import compiled


class Perceptron(NamedTuple):
    """Three layers of weights, shape (outputs, inputs), and biases, shape (outputs,); one output in all."""

    w0: NDArray[np.float32]
    b0: NDArray[np.float32]
    w1: NDArray[np.float32]
    b1: NDArray[np.float32]
    w2: NDArray[np.float32]
    b2: NDArray[np.float32]

    @classmethod
    def named(cls, name: str, weights: Mapping[str, NDArray[np.float32]], inputs: int) -> Perceptron:
        """The perceptron stored under ``NAME_w0``, ``NAME_b0`` ... in a file of weights.

        Parameters
        ----------
        inputs : how many numbers it will be given.

        Raises
        ------
        ModelError
            The file is of another version of the tracker.
        """
        net = cls(*(np.ascontiguousarray(weights[f"{name}_{field}"], np.float32) for field in cls._fields))
        if net.w0.shape[1] != inputs:
            raise ModelError(
                f"pitch weights: {name} was fitted to {net.w0.shape[1]} numbers, not {inputs}; "
                "reinstall voicecoach, or run python -m tools.pitch_model"
            )
        return net


@compiled
def logit(net: Perceptron, inputs: NDArray[np.float32]) -> np.float32:
    """The output for one input vector, before the logistic function."""
    first = np.empty(len(net.b0), np.float32)
    for j in range(len(first)):
        total = net.b0[j]
        for k in range(len(inputs)):
            total += net.w0[j, k] * inputs[k]
        first[j] = max(total, np.float32(0))
    last = net.b2[0]
    for j in range(len(net.b1)):
        total = net.b1[j]
        for k in range(len(first)):
            total += net.w1[j, k] * first[k]
        last += net.w2[0, j] * max(total, np.float32(0))
    return np.float32(last)
