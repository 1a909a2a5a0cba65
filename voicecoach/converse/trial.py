"""What a caller would make of one sentence, said by itself: how authors' files are tried out."""

from __future__ import annotations

from voicecoach.conversation import Manner, TraineeTurn
from voicecoach.converse.account import Account
from voicecoach.converse.hearing import Hearing, hear
from voicecoach.persona import Persona
from voicecoach.role import Role
from voicecoach.timeline import Span, samples

_A_WHILE = Span(0, samples(2.0))


def heard_alone(persona: Persona, role: Role, text: str) -> Hearing:
    """What `text` says to a caller who has heard nothing yet; by its words, no acts are read."""
    turn = TraineeTurn(_A_WHILE, text, (), Manner(), cut_in=False, silence_before=0)
    return hear(turn, Account(persona, role))
