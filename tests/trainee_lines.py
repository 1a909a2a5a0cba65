"""Turns of a trainee from a compact script, for tests of the caller: sentences with their acts.

A turn is a list of sentences, each with what it does::

    said("I'm so sorry that your suitcase did not arrive.", APOLOGIZES)
"""

from __future__ import annotations

from dataclasses import dataclass

from voicecoach.acts import Act, ActKind
from voicecoach.conversation import Manner, Reply, TraineeTurn
from voicecoach.converse.caller import Caller
from voicecoach.speech import Speaker
from voicecoach.timeline import Span, samples

WORD_S = 0.4
PLAIN = Manner()


@dataclass(frozen=True)
class How:
    """How a turn comes."""

    at_s: float = 1.0
    after_s: float = 0.6
    manner: Manner = PLAIN
    cut_in: bool = False


def said(text: str, *kinds: ActKind, **how) -> TraineeTurn:
    """One turn of one sentence, which does `kinds`."""
    return turn([(text, *kinds)], **how)


def turn(sentences: list[tuple], **how) -> TraineeTurn:
    """A turn of several sentences, each ``(text, act, act ...)``; `how` as in `How`."""
    come = How(**how)
    text = " ".join(sentence[0] for sentence in sentences)
    span = Span.from_seconds(come.at_s, come.at_s + max(0.4, WORD_S * len(text.split())))
    acts = tuple(
        Act(kind, Speaker.TRAINEE, 0, span, quote, 0.9) for quote, *kinds in sentences for kind in kinds
    )
    return TraineeTurn(span, text, acts, come.manner, come.cut_in, samples(come.after_s))


class Conversation:
    """Lets a trainee talk to a caller; every line takes 3 s."""

    def __init__(self, caller: Caller) -> None:
        self.caller = caller
        self.at_s = 1.0
        self.replies: list[Reply] = []
        self.changes = []

    def say(self, *sentences: tuple, after_s: float = 0.6, **how) -> Reply:
        """Say a turn `after_s` seconds after the caller has finished."""
        said_now = turn(list(sentences), at_s=self.at_s + after_s, after_s=after_s, **how)
        self.at_s = said_now.span.end_s
        return self._took(self.caller.answer(said_now))

    def stay_silent(self, count: int) -> Reply:
        self.at_s += 6.0
        return self._took(self.caller.prompt(samples(self.at_s), count))

    def _took(self, reply: Reply) -> Reply:
        self.at_s += 3.0 * len(reply.lines)
        self.replies.append(reply)
        self.changes += self.caller.changes()
        return reply

    @property
    def texts(self) -> list[str]:
        """Everything the caller said."""
        return [line.text for reply in self.replies for line in reply.lines]

    @property
    def ending(self):
        return self.replies[-1].ending
