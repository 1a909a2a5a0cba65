"""When nobody says anything: "Hello? Are you there?", and once more; then the caller hangs up.

On hold nobody asks, since nobody would hear it, but a long hold wears the same patience down.

Laws: the trainee's voice resets the count; noise without pitch does not, nor what is said while muted.
Units: samples.
"""

from __future__ import annotations

from voicecoach.converse.manners import Manners
from voicecoach.converse.scene import AskAnyoneThere, Scene
from voicecoach.converse.stretch import Stretch
from voicecoach.timeline import samples

MOST = 2
"""Questions that stay unanswered; after them the line is taken to be dead."""

SPOKE = samples(0.3)
"""A trainee who has spoken for so long is there: a cough is shorter."""


class SilenceWatch:
    """Watches for silence."""

    def __init__(self) -> None:
        self._since = 0
        self._count = 0
        self._held_since: int | None = None
        self._hold_counted = 0

    def push(self, scene: Scene, voice: Stretch, manners: Manners) -> AskAnyoneThere | None:
        """Look at a scene; say so when it has been silent for too long."""
        if scene.on_hold:
            return self._hold(scene.now, samples(manners.hold_patience_s))
        if self._held_since is not None:
            self._held_since, self._since = None, scene.now
        if voice.spoken >= SPOKE and voice.spoken_until > self._since:
            self._count = 0
        self._since = scene.now if scene.playout.busy else max(self._since, voice.spoken_until)
        return self._ask(scene.now, self._since, samples(manners.hello_after_s))

    def _hold(self, now: int, patience: int) -> AskAnyoneThere | None:
        if self._held_since is None:
            self._held_since, self._hold_counted = now, 0
        waited = now - self._held_since
        if waited < (self._hold_counted + 1) * patience:
            return None
        self._hold_counted += 1
        self._count += 1
        return AskAnyoneThere(waited, self._count, gives_up=True) if self._count > MOST else None

    def _ask(self, now: int, since: int, patience: int) -> AskAnyoneThere | None:
        if now - since < patience:
            return None
        self._since = now
        self._count += 1
        return AskAnyoneThere(now - since, self._count, gives_up=self._count > MOST)
