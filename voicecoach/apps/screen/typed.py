"""Words typed with Enter, for a screen without keys of its own: bytes in, controls out."""

from __future__ import annotations

from voicecoach.events import Key, Noted

WORDS = {
    **{key.value: key for key in Key},
    "hangup": Key.HANG_UP,
    "bye": Key.HANG_UP,
    "resume": Key.HOLD,
    "unmute": Key.MUTE,
    "": Key.ANSWER,
}
"""What can be typed; Enter alone answers."""

LONGEST_LINE = 4000
"""Characters of one line that are kept: more is no note, but a stream gone astray."""


class TypedKeys:
    """Reads lines, whatever pieces they come in; keeps all notes, a line each."""

    def __init__(self) -> None:
        self._pending = b""
        self._notes = ""

    def push(self, data: bytes, *, ringing: bool) -> list[Key | Noted | str]:
        """Take input; return keys, all notes so far where one was added, and any other words."""
        *whole, self._pending = (self._pending + data).split(b"\n")
        self._pending = self._pending[:LONGEST_LINE]
        found = (self._read(line.decode("utf-8", "replace")[:LONGEST_LINE]) for line in whole)
        return [each for each in found if ringing or each is not Key.ANSWER]

    def _read(self, line: str) -> Key | Noted | str:
        line = line.strip()
        word = " ".join(line.lower().split())
        if not word.startswith("note "):
            return WORDS.get(word, " ".join(line.split()))
        self._notes = f"{self._notes}\n{line[5:].strip()}".lstrip("\n")
        return Noted(self._notes)
