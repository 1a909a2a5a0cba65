"""Dialogue acts: what a sentence does in a service call.

A sentence may do several things at once ("I'm so sorry, let me fix that today" apologizes,
takes ownership and commits), so acts are labels, not classes.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from voicecoach.speech import Speaker
from voicecoach.timeline import Span


class ActKind(StrEnum):
    """Every act that the classifier knows; the value is its name in files."""

    # --- the trainee
    GREETS = "greets"
    GIVES_NAME = "gives_name"
    OFFERS_HELP = "offers_help"
    VERIFIES_IDENTITY = "verifies_identity"
    DISCLOSES_ACCOUNT_DATA = "discloses_account_data"
    APOLOGIZES = "apologizes"
    NAMES_FEELING = "names_feeling"
    PARAPHRASES = "paraphrases"
    CHECKS_UNDERSTANDING = "checks_understanding"
    ASKS_OPEN_QUESTION = "asks_open_question"
    ASKS_CLOSED_QUESTION = "asks_closed_question"
    ASKS_PROBING_QUESTION = "asks_probing_question"
    TAKES_OWNERSHIP = "takes_ownership"
    OFFERS_OPTION = "offers_option"
    COMMITS_TO_STEP = "commits_to_step"
    EXPLAINS_CAUSE = "explains_cause"
    INSTRUCTS_STEP = "instructs_step"
    ASKS_TO_HOLD = "asks_to_hold"
    RETURNS_FROM_HOLD = "returns_from_hold"
    TRANSFERS = "transfers"
    QUOTES_POLICY = "quotes_policy"
    DECLINES = "declines"
    TELLS_TO_CALM_DOWN = "tells_to_calm_down"
    BLAMES = "blames"
    DISBELIEVES = "disbelieves"
    USES_JARGON = "uses_jargon"
    HEDGES = "hedges"
    SCRIPTED_PHRASE = "scripted_phrase"
    RECAPS = "recaps"
    CHECKS_RESOLUTION = "checks_resolution"
    CLOSES = "closes"
    EXTRA_MILE = "extra_mile"
    SETS_BOUNDARY = "sets_boundary"
    ASKS_CARD_CODE = "asks_card_code"
    # --- either
    THANKS = "thanks"
    BACKCHANNELS = "backchannels"
    CONFIRMS = "confirms"
    INSULTS = "insults"
    # --- the caller
    COMPLAINS = "complains"
    DEMANDS = "demands"
    GIVES_INFORMATION = "gives_information"
    ASKS_QUESTION = "asks_question"
    ATTACKS = "attacks"
    THREATENS = "threatens"
    ASKS_FOR_SUPERVISOR = "asks_for_supervisor"
    ACCEPTS = "accepts"
    REFUSES = "refuses"
    GOODBYE = "goodbye"


EITHER = frozenset({ActKind.THANKS, ActKind.BACKCHANNELS, ActKind.CONFIRMS, ActKind.INSULTS})
"""Acts that both parties perform."""

CALLER_ACTS = frozenset(list(ActKind)[list(ActKind).index(ActKind.COMPLAINS) :]) | EITHER
"""Acts that are looked for in the caller's sentences."""

TRAINEE_ACTS = (frozenset(ActKind) - CALLER_ACTS) | EITHER
"""Acts that are looked for in the trainee's sentences."""


@dataclass(frozen=True, slots=True)
class Act:
    """One act of one sentence."""

    kind: ActKind
    speaker: Speaker
    turn_id: int
    span: Span
    """The sentence, from its first word to its last."""
    quote: str
    """The sentence as it was recognized."""
    probability: float
    """The classifier's, 0 to 1, calibrated on held-out exemplars."""
