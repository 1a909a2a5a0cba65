"""A call as numbers: who spoke how much, how fast, when, over whom, and how it sounded.

Laws
----
* Every number has its unit in its name; shares are 0 to 1, percentages 0 to 100.
* ``None`` means *not measurable*, never zero; `Measures.why` says why.
* Nothing is judged here, and nothing here is an emotion.

The bands that practice holds these numbers against are in ``docs/rubric.md``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from itertools import pairwise
from statistics import median

from voicecoach.acts import ActKind
from voicecoach.call import Call
from voicecoach.prosody import BREATH, Prosody
from voicecoach.score.believed import (
    ACKNOWLEDGING,
    answers_to_attacks,
    first_complaint,
    first_solution,
    questions_before_solution,
    said,
)
from voicecoach.score.limits import Need, unmet
from voicecoach.score.silences import dead_air
from voicecoach.score.silences import holds as holds_of
from voicecoach.speech import OverlapKind, Speaker, Turn
from voicecoach.timeline import Span, intersect, merge, seconds, total

FILLERS = frozenset({"um", "uh", "uhm", "umm", "er", "erm", "hmm", "uh-huh", "ah"})
"""Words that fill a pause."""

LONG_ENOUGH_S = 1.0
"""Voice in a turn for its pace and level to mean something: about three words. Own default."""

_EMPTY = "the call holds nothing to measure it on"


@dataclass(frozen=True, slots=True)
class Measures:
    """The numbers of one call; the fields are the columns of a results table."""

    duration_s: float
    trainee_speech_s: float | None
    caller_speech_s: float | None
    trainee_words: int | None
    trainee_talk_share: float | None
    """Trainee's voice over both voices, 0 to 1."""
    trainee_talk_share_first_third: float | None
    reply_gap_median_s: float | None
    """From the end of a caller's turn to the start of the trainee's next; negative where they overlap."""
    reply_gap_longest_s: float | None
    pace_wpm: float | None
    """Trainee's words per minute of speaking, pauses up to 1 s included."""
    articulation_sps: float | None
    """Trainee's syllables per second of voice."""
    pace_change_after_attack_wpm: float | None
    """Highest pace in answer to an attack, above the own normal."""
    longest_monologue_s: float | None
    competitive_by_trainee: int | None
    cooperative_by_trainee: int | None
    backchannels_by_trainee: int | None
    terminal_by_trainee: int | None
    competitive_by_caller: int | None
    competitive_by_trainee_per_min: float | None
    competitive_by_caller_per_min: float | None
    backchannels_by_trainee_per_min: float | None
    double_talk_percent: float | None
    """Time in which both speak, of the call."""
    silences_5s: int | None
    """Silences of at least 5 s, announced or not."""
    longest_silence_s: float | None
    """0 where no silence reaches 1 s."""
    unannounced_silences_5s: int | None
    unannounced_silences_10s: int | None
    unannounced_silences_30s: int | None
    holds: int | None
    longest_hold_s: float | None
    fillers_per_100_words: float | None
    hedges_per_100_words: float | None
    f0_sd_st: float | None
    """Spread of the trainee's pitch in semitones, mean over turns by length of voice."""
    level_highest_db: float | None
    """Loudest turn of the trainee, dB above the own median."""
    level_change_after_attack_db: float | None
    """Loudest answer to an attack, dB above the own median."""
    questions_before_solution: int | None
    first_acknowledgement_s: float | None
    """From the caller's first complaint to the first words that acknowledge it."""
    first_apology_s: float | None
    first_solution_s: float | None
    """From the start of the call to the first option, commitment or instruction."""
    reasons: Mapping[str, str]
    """Why a number is None, by field name."""

    def why(self, name: str) -> str | None:
        """Why the number `name` could not be measured; None when it was."""
        return self.reasons.get(name)

    def as_row(self) -> dict[str, float | int | None]:
        """The numbers by field name, in order, without the reasons."""
        return {field.name: getattr(self, field.name) for field in fields(self) if field.name != "reasons"}


_WORDS = (Need.SPEAKERS, Need.WORDS, Need.TRAINEE_VOICE)
_VOICE = (Need.SPEAKERS, Need.TRAINEE_VOICE)
_BOTH = (Need.SPEAKERS, Need.CALLER)
_BOTH_WORDS = (*_BOTH, Need.WORDS)
_ANNOUNCED = (*_BOTH, Need.ANNOUNCEMENTS)


def measure(call: Call) -> Measures:
    """All numbers of `call`; what its limits forbid is None with the reason."""
    values: dict[str, float | int | None] = {}
    reasons: dict[str, str] = {}
    for name, (needs, compute) in _COMPUTED.items():
        reason = unmet(call, needs)
        values[name] = None if reason else compute(call)
        if values[name] is None:
            reasons[name] = reason or _EMPTY
    return Measures(**values, reasons=reasons)  # type: ignore[arg-type]  # the table below is checked by a test


def _speech_s(speaker: Speaker) -> Callable[[Call], float]:
    return lambda call: seconds(total(call.speech_of(speaker)))


def _talk_share(call: Call, within: Span | None = None) -> float | None:
    window = [within or call.span]
    trainee = total(intersect(call.speech_of(Speaker.TRAINEE), window))
    caller = total(intersect(call.speech_of(Speaker.CALLER), window))
    return trainee / (trainee + caller) if trainee + caller else None


def _talk_share_first_third(call: Call) -> float | None:
    return _talk_share(call, Span(0, max(1, call.duration // 3)))


def reply_gaps_s(call: Call) -> list[float]:
    """Seconds from the end of each caller turn to the trainee's next turn, in order."""
    ordered = sorted(call.turns, key=lambda turn: (turn.span, turn.id))
    return [
        seconds(turn.span.gap_to(reply.span))
        for turn, reply in pairwise(ordered)
        if turn.speaker is Speaker.CALLER and reply.speaker is Speaker.TRAINEE
    ]


def trainee_words(call: Call) -> int:
    """Words of the trainee."""
    return sum(len(turn.words) for turn in call.turns_of(Speaker.TRAINEE))


def _pace_wpm(call: Call) -> float | None:
    worded = [turn for turn in call.turns_of(Speaker.TRAINEE) if turn.words]
    spoken_s = seconds(sum(total(merge(turn.speech, BREATH)) for turn in worded))
    return 60 * sum(len(turn.words) for turn in worded) / spoken_s if spoken_s else None


def _articulation_sps(call: Call) -> float | None:
    baseline = call.baselines.get(Speaker.TRAINEE)
    return baseline.articulation_sps if baseline else None


def _pace_change(call: Call) -> float | None:
    own = call.baselines.get(Speaker.TRAINEE)
    if own is None or own.pace_wpm is None:
        return None
    paces = [p.pace_wpm for p in _measured(call, answers_to_attacks(call)) if p.pace_wpm is not None]
    return max(paces) - own.pace_wpm if paces else None


def _level_change(call: Call) -> float | None:
    levels = [p.level_db for p in _measured(call, answers_to_attacks(call)) if p.level_db is not None]
    return max(levels, default=None)


def _level_highest(call: Call) -> float | None:
    turns = _measured(call, call.turns_of(Speaker.TRAINEE))
    return max((p.level_db for p in turns if p.level_db is not None), default=None)


def _measured(call: Call, turns: Iterable[Turn]) -> list[Prosody]:
    """The prosody of the turns that hold enough voice to mean something."""
    known = [call.prosody[turn.id] for turn in turns if turn.id in call.prosody]
    return [prosody for prosody in known if prosody.speech_s >= LONG_ENOUGH_S]


def _f0_sd_st(call: Call) -> float | None:
    turns = _measured(call, call.turns_of(Speaker.TRAINEE))
    weighed = [(p.f0_sd_st, p.speech_s) for p in turns if p.f0_sd_st is not None]
    speech_s = sum(weight for _, weight in weighed)
    return sum(sd * weight for sd, weight in weighed) / speech_s if speech_s else None


def _longest_monologue_s(call: Call) -> float | None:
    return max((turn.span.duration_s for turn in call.turns_of(Speaker.TRAINEE)), default=None)


def _overlaps(by: Speaker, kind: OverlapKind) -> Callable[[Call], int]:
    return lambda call: sum(o.by is by and o.kind is kind for o in call.overlaps)


def _per_min(by: Speaker, kind: OverlapKind) -> Callable[[Call], float | None]:
    return lambda call: 60 * _overlaps(by, kind)(call) / seconds(call.duration) if call.duration else None


def _double_talk_percent(call: Call) -> float | None:
    both = intersect(call.speech_of(Speaker.TRAINEE), call.speech_of(Speaker.CALLER))
    return 100 * total(both) / call.duration if call.duration else None


def _per_100_words(call: Call, count: int) -> float | None:
    words = trainee_words(call)
    return 100 * count / words if words else None


def _fillers(call: Call) -> float | None:
    said_words = [word.text for turn in call.turns_of(Speaker.TRAINEE) for word in turn.words]
    return _per_100_words(call, sum(word.lower().strip(" .,?!") in FILLERS for word in said_words))


def _hedges(call: Call) -> float | None:
    return _per_100_words(call, len(said(call, Speaker.TRAINEE, ActKind.HEDGES)))


def _silent_s(call: Call) -> list[float]:
    return [silence.span.duration_s for silence in call.silences]


def _unannounced(at_least_s: float) -> Callable[[Call], int]:
    return lambda call: len(dead_air(call, at_least_s))


def _after_complaint_s(*kinds: ActKind) -> Callable[[Call], float | None]:
    def compute(call: Call) -> float | None:
        since = first_complaint(call)
        if since is None:
            return None
        ends = [act.span.start for act in said(call, Speaker.TRAINEE, *kinds) if act.span.start >= since]
        return seconds(min(ends) - since) if ends else None

    return compute


def _first_solution_s(call: Call) -> float | None:
    start = first_solution(call)
    return None if start is None else seconds(start)


_COMPUTED: dict[str, tuple[tuple[Need, ...], Callable[[Call], float | int | None]]] = {
    "duration_s": ((), lambda call: seconds(call.duration)),
    "trainee_speech_s": ((Need.SPEAKERS,), _speech_s(Speaker.TRAINEE)),
    "caller_speech_s": (_BOTH, _speech_s(Speaker.CALLER)),
    "trainee_words": ((Need.SPEAKERS, Need.WORDS), trainee_words),
    "trainee_talk_share": (_BOTH, _talk_share),
    "trainee_talk_share_first_third": (_BOTH, _talk_share_first_third),
    "reply_gap_median_s": (_BOTH, lambda call: median(gaps) if (gaps := reply_gaps_s(call)) else None),
    "reply_gap_longest_s": (_BOTH, lambda call: max(reply_gaps_s(call), default=None)),
    "pace_wpm": (_WORDS, _pace_wpm),
    "articulation_sps": (_VOICE, _articulation_sps),
    "pace_change_after_attack_wpm": ((*_WORDS, Need.CALLER), _pace_change),
    "longest_monologue_s": (_VOICE, _longest_monologue_s),
    "competitive_by_trainee": (_BOTH, _overlaps(Speaker.TRAINEE, OverlapKind.COMPETITIVE)),
    "cooperative_by_trainee": (_BOTH, _overlaps(Speaker.TRAINEE, OverlapKind.COOPERATIVE)),
    "backchannels_by_trainee": (_BOTH, _overlaps(Speaker.TRAINEE, OverlapKind.BACKCHANNEL)),
    "terminal_by_trainee": (_BOTH, _overlaps(Speaker.TRAINEE, OverlapKind.TERMINAL)),
    "competitive_by_caller": (_BOTH, _overlaps(Speaker.CALLER, OverlapKind.COMPETITIVE)),
    "competitive_by_trainee_per_min": (_BOTH, _per_min(Speaker.TRAINEE, OverlapKind.COMPETITIVE)),
    "competitive_by_caller_per_min": (_BOTH, _per_min(Speaker.CALLER, OverlapKind.COMPETITIVE)),
    "backchannels_by_trainee_per_min": (_BOTH, _per_min(Speaker.TRAINEE, OverlapKind.BACKCHANNEL)),
    "double_talk_percent": (_BOTH, _double_talk_percent),
    "silences_5s": ((Need.CALLER,), lambda call: sum(length >= 5 for length in _silent_s(call))),
    "longest_silence_s": ((Need.CALLER,), lambda call: max(_silent_s(call), default=0.0)),
    "unannounced_silences_5s": (_ANNOUNCED, _unannounced(5)),
    "unannounced_silences_10s": (_ANNOUNCED, _unannounced(10)),
    "unannounced_silences_30s": (_ANNOUNCED, _unannounced(30)),
    "holds": (_BOTH_WORDS, lambda call: len(holds_of(call))),
    "longest_hold_s": (_BOTH_WORDS, lambda call: max((h.duration_s for h in holds_of(call)), default=None)),
    "fillers_per_100_words": ((*_WORDS, Need.FILLERS), _fillers),
    "hedges_per_100_words": (_WORDS, _hedges),
    "f0_sd_st": (_VOICE, _f0_sd_st),
    "level_highest_db": (_VOICE, _level_highest),
    "level_change_after_attack_db": ((*_BOTH_WORDS, Need.TRAINEE_VOICE), _level_change),
    "questions_before_solution": (_WORDS, lambda call: len(questions_before_solution(call))),
    "first_acknowledgement_s": (_BOTH_WORDS, _after_complaint_s(*ACKNOWLEDGING)),
    "first_apology_s": (_BOTH_WORDS, _after_complaint_s(ActKind.APOLOGIZES)),
    "first_solution_s": (_WORDS, _first_solution_s),
}
"""Each measure's needs and how it is computed, by field name."""
