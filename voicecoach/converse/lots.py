"""Lots that are drawn by name: the same seed and the same name give the same draw, anywhere and always.

A draw depends on its name, not on how many were drawn before it: a call that is taken up again from one of
its turns draws what it drew the first time, as long as it goes the same way.
"""

from __future__ import annotations

from hashlib import blake2b

_BYTES = 8
_STEPS = 1 << (8 * _BYTES)


class Lots:
    """A source of draws.

    Parameters
    ----------
    seed : any whole number.
    """

    def __init__(self, seed: int) -> None:
        self.seed = seed

    def below(self, count: int, *name: str | int) -> int:
        """A whole number from 0 to `count` - 1, all as likely (to within 1e-17) under different names."""
        return self._draw(name) % count

    def chance(self, probability: float, *name: str | int) -> bool:
        """True with `probability`."""
        return self._draw(name) < probability * _STEPS

    def _draw(self, name: tuple[str | int, ...]) -> int:
        digest = blake2b(repr((self.seed, *name)).encode(), digest_size=_BYTES).digest()
        return int.from_bytes(digest, "big")
