"""Fits a small perceptron by gradient descent (AdamW, one-cycle learning rate), in numpy alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Fitting:
    """How long and how fast to learn."""

    epochs: int = 18
    batch: int = 4096
    fastest: float = 6e-3
    decay: float = 1e-2


def fit(
    sizes: tuple[int, int, int],
    batch_of: Callable[[NDArray[np.int64]], tuple[Array, Callable[[Array], Array]]],
    count: int,
    rng: np.random.Generator,
    fitting: Fitting,
) -> list[Array]:
    """Weights and biases of a rectified perceptron with one output.

    Parameters
    ----------
    sizes : inputs and the two hidden layers.
    batch_of : for the indices of some examples, their inputs, shape (rows, inputs), and a function from the
        outputs, shape (rows,), to the gradient of the loss by each output.
    count : number of examples.

    Returns
    -------
    w0, b0, w1, b1, w2, b2; shapes (outputs, inputs) and (outputs,).
    """
    widths = (*sizes, 1)
    layers: list[Array] = []
    for inputs, outputs in pairwise(widths):
        layers.append((rng.standard_normal((outputs, inputs)) * np.sqrt(2 / inputs)).astype(np.float32))
        layers.append(np.zeros(outputs, np.float32))
    first, second = [np.zeros_like(layer) for layer in layers], [np.zeros_like(layer) for layer in layers]
    steps = fitting.epochs * (count // fitting.batch)
    for step in range(steps):
        if step % (count // fitting.batch) == 0:
            order = rng.permutation(count)
        start = step % (count // fitting.batch) * fitting.batch
        inputs, loss_gradient = batch_of(order[start : start + fitting.batch])
        rate = fitting.fastest * _one_cycle(step / steps)
        for k, gradient in enumerate(_gradients(layers, inputs, loss_gradient)):
            first[k] = 0.9 * first[k] + 0.1 * gradient
            second[k] = 0.999 * second[k] + 0.001 * gradient**2
            move = (
                first[k] / (1 - 0.9 ** (step + 1)) / (np.sqrt(second[k] / (1 - 0.999 ** (step + 1))) + 1e-8)
            )
            layers[k] = (layers[k] - rate * (move + fitting.decay * layers[k] * (layers[k].ndim > 1))).astype(
                np.float32
            )
    return layers


def _one_cycle(progress: float) -> float:
    """Warm up over the first 30 %, then cool down along a cosine (Smith 2018)."""
    if progress < 0.3:
        return 0.04 + 0.96 * progress / 0.3
    return 0.5 + 0.5 * float(np.cos(np.pi * (progress - 0.3) / 0.7))


def _gradients(layers: list[Array], inputs: Array, loss_gradient: Callable[[Array], Array]) -> list[Array]:
    """Backpropagation through the three layers."""
    w0, b0, w1, b1, w2, b2 = layers
    hidden = np.maximum(inputs @ w0.T + b0, 0)
    last = np.maximum(hidden @ w1.T + b1, 0)
    output = loss_gradient((last @ w2.T + b2)[:, 0])[:, None]
    by_last = (output @ w2) * (last > 0)
    by_hidden = (by_last @ w1) * (hidden > 0)
    return [
        by_hidden.T @ inputs, by_hidden.sum(0),
        by_last.T @ hidden, by_last.sum(0),
        output.T @ last, output.sum(0),
    ]  # fmt: skip
