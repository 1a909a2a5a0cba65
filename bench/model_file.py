"""The numbers in a CTranslate2 ``model.bin``, as CTranslate2's own converters would have been given them.

The format is that of `ctranslate2.specs.model_spec` (binary version 6): a header, then each variable with its
name, shape and type, then the names that are second names of another variable. Integer weights are kept
beside one scale a row, by which they were multiplied before they were rounded.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

BINARY_VERSION = 6

TYPES = ("float32", "int8", "int16", "int32", "float16")
"""Codes of the types of numbers, from 0."""

Variables = Mapping[str, NDArray[np.float32]]


class _Reader:
    """Walks through the bytes of a file."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def number(self, code: str) -> int:
        (value,) = struct.unpack_from(f"<{code}", self._data, self._at)
        self._at += struct.calcsize(f"<{code}")
        return int(value)

    def text(self) -> str:
        return self._bytes(self.number("H"))[:-1].decode()  # without the closing zero

    def array(self) -> NDArray[np.generic]:
        shape = tuple(self.number("I") for _ in range(self.number("B")))
        kind = np.dtype(TYPES[self.number("B")])
        return np.frombuffer(self._bytes(self.number("I")), kind).reshape(shape)

    def _bytes(self, count: int) -> bytes:
        self._at += count
        return self._data[self._at - count : self._at]


def read_variables(path: Path) -> Variables:
    """Every variable by its name (such as ``encoder/layer_0/ffn/linear_0/weight``), weights as float32.

    Raises
    ------
    ValueError : the file has another version than the one that is understood here.
    """
    reader = _Reader(path.read_bytes())
    version = reader.number("I")
    if version != BINARY_VERSION:
        raise ValueError(f"{path}: CTranslate2 format {version}; this reads {BINARY_VERSION} only")
    reader.text(), reader.number("I")  # name and revision of the kind of model
    stored = {}
    for _ in range(reader.number("I")):
        name = reader.text()
        stored[name] = reader.array()
    return {name: _plain(name, stored) for name in stored if not name.endswith("_scale")}


def _plain(name: str, stored: Mapping[str, NDArray[np.generic]]) -> NDArray[np.float32]:
    values = stored[name].astype(np.float32)
    scale = stored.get(f"{name}_scale")
    if scale is None:
        return values
    return values / scale.astype(np.float32).reshape(-1, *[1] * (values.ndim - 1))
