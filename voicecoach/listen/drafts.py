"""When to ask what somebody has said so far, and what to make of the answers.

While a voice goes on the audio since the last settled words is recognized again and again, quickly;
`Agreement` decides what of it can be relied on. How often depends on how long an answer takes, so that
a slow machine gives fewer partials and never late finals.

Laws: asks by sample index alone; an answer about speech that is over, or older than one that came, is
dropped.
Units: samples.
"""

from __future__ import annotations

from dataclasses import dataclass

from voicecoach.events import Drafted
from voicecoach.listen.agreement import Agreement
from voicecoach.timeline import samples


@dataclass(frozen=True, slots=True)
class DraftSettings:
    """How often speech that goes on is recognized."""

    first_s: float = 0.5
    """So long after a voice began the first is asked for: a word, at last."""
    interval_s: float = 0.6
    """Between two drafts at least: a word or two more each time."""
    eager_s: float = 0.3
    """After a draft without a word the next may follow sooner: the first words are what one waits for."""
    patience: float = 2.5
    """... and at least so many times what the last one took: drafts use 40 % of one core at most."""


class Drafts:
    """The partials of one track.

    Attributes
    ----------
    agreement : the words of the segment that is open.
    """

    def __init__(self, settings: DraftSettings | None = None) -> None:
        self._settings = settings or DraftSettings()
        self.agreement = Agreement()
        self.settled_until: int | None = None
        """End of the audio whose words are settled; None: nothing is, in this segment."""
        self._took = 0
        self._asked_at: int | None = None
        self._asked: dict[int, int] = {}
        self._wordless = False

    def due(self, speech_since: int | None, now: int) -> bool:
        """Whether a draft should be asked for: at `now` a voice has gone on since `speech_since`."""
        s = self._settings
        if speech_since is None or now - speech_since < samples(s.first_s):
            return False
        interval = samples(s.eager_s if self._wordless else s.interval_s)
        return self._asked_at is None or now - self._asked_at >= max(interval, round(s.patience * self._took))

    def asked(self, draft_id: int, now: int) -> None:
        """A draft of the speech up to `now` was asked for."""
        self._asked_at = now
        self._asked[draft_id] = now

    def push(self, answer: Drafted) -> int | None:
        """Take an answer; return until where it covers the call, or None if it came too late to matter."""
        self._took = answer.took
        until = self._asked.pop(answer.draft_id, None)
        if until is None:
            return None
        self._wordless = not answer.words
        self._asked = {draft: at for draft, at in self._asked.items() if draft > answer.draft_id}
        self.agreement.push(answer.words)
        return until

    def foresee(self, words: tuple[str, ...]) -> None:
        """`words` are the final ones if the segment is over: no draft knows better."""
        self.agreement.foresee(words)
        self._asked.clear()

    def settle(self, words: tuple[str, ...], until: int) -> None:
        """The speech went on after a pause, and `words` are those before it: draft only what follows."""
        self.agreement.settle(words)
        self.settled_until = until
        self._asked.clear()

    def close(self) -> None:
        """The segment is over: its final will say what it held."""
        self.agreement = Agreement()
        self.settled_until = None
        self._asked.clear()
        self._asked_at = None
        self._wordless = False
