"""How the inner loops of listening become machine code.

Only loops over lags, bins or states are compiled. A compiled loop treats every frame alike and alone,
so a frame's numbers cannot depend on how many others came with it; array libraries do not promise that.

Machine code is kept beside the source (or in the user's cache folder), so that only the first use compiles.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

from numba import njit

F = TypeVar("F", bound=Callable[..., object])


def compiled(function: F) -> F:
    """Compile `function` on first use; sums may be reordered, NaN and infinity keep their meaning."""
    wrap = njit(cache=True, nogil=True, error_model="numpy", fastmath={"reassoc", "contract", "nsz"})
    return cast("F", wrap(function))
