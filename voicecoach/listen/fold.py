"""From what each track held to the record of the call: turns, overlaps, silences, prosody, limits.

Pure derivation: runs, words and contours in, `Call` out; nothing here depends on when anything was known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from voicecoach.call import Call
from voicecoach.facts import ENGLISH
from voicecoach.listen.leak import Levels, not_faint, own_voice
from voicecoach.listen.limits import Hearing, limits
from voicecoach.listen.overlaps import OverlapSettings, find_overlaps
from voicecoach.listen.turn_prosody import measure_baseline, measure_turn
from voicecoach.listen.turns import TurnSettings, Utterance, backchannels, take_turns, utterances
from voicecoach.prosody import LEAST_VOICED, ProsodyTrack
from voicecoach.speech import Silence, Speaker, Turn, Word
from voicecoach.timeline import FRAME, Span, complement, merge, samples

SHORTEST_SILENCE_S = 1.0
"""Shorter stretches without a voice are the ordinary rhythm of talk."""

STRAY_WORD_S = 0.25
"""A word this far outside every run of own voice came through leakage."""

TURNS = TurnSettings()
OVERLAPS = OverlapSettings()


@dataclass(frozen=True, slots=True, eq=False)
class HeardTrack:
    """What one track held: runs of voice and words in order, level and prosody contours."""

    runs: Sequence[Span]
    words: Sequence[Word]
    levels: Levels
    prosody: ProsodyTrack


def fold(tracks: Mapping[Speaker, HeardTrack], hearing: Hearing, duration: int) -> Call:
    """The record of a call of `duration` samples; its acts are not read yet."""
    whole = Span(0, max(1, duration))
    spoken = {speaker: _spoken(speaker, tracks, whole) for speaker in tracks}
    listening = backchannels(spoken, TURNS)
    turns = take_turns(spoken, listening, TURNS)
    baselines = {
        speaker: measure_baseline(
            track.prosody,
            [run for utterance in spoken[speaker] for run in utterance.runs],
            [word for utterance in spoken[speaker] for word in utterance.words],
        )
        for speaker, track in tracks.items()
    }
    levels = {speaker: track.levels for speaker, track in tracks.items()}
    kinds = replace(OVERLAPS, reads_words=hearing.language == ENGLISH)
    return Call(
        duration=duration,
        layout=hearing.layout,
        language=hearing.language,
        turns=tuple(turns),
        overlaps=tuple(find_overlaps(spoken, levels, listening, kinds)),
        silences=tuple(_silences(turns, whole)),
        acts=(),
        prosody={
            turn.id: measure_turn(tracks[turn.speaker].prosody, turn, baselines[turn.speaker])
            for turn in turns
        },
        baselines=baselines,
        tracks={speaker: track.prosody for speaker, track in tracks.items()},
        limits=limits(hearing, turns),
    )


def _spoken(speaker: Speaker, tracks: Mapping[Speaker, HeardTrack], whole: Span) -> list[Utterance]:
    """One speaker's own utterances: leakage and what lies past the end taken out."""
    track = tracks[speaker]
    source = tracks.get(speaker.other)
    runs: Sequence[Span] = track.runs
    if source is not None and source is not track:
        runs = own_voice(runs, track.levels, source.levels)
    inside = [run for r in not_faint(runs, track.levels) if (run := r & whole) is not None]
    margin = samples(STRAY_WORD_S)
    near = merge(run.padded(margin, margin) for run in inside)
    words = [w for w in track.words if any(w.span.middle in run for run in near)]
    return [u for u in utterances(speaker, inside, words, TURNS) if _is_voice(u, track.prosody)]


def _is_voice(utterance: Utterance, prosody: ProsodyTrack) -> bool:
    """Whether there is pitch in it: breath, clatter and rustling have none."""
    voiced = (np.count_nonzero(prosody.f0_hz[r.start // FRAME : r.end // FRAME]) for r in utterance.runs)
    return bool(sum(voiced) >= LEAST_VOICED)


def _silences(turns: Sequence[Turn], whole: Span) -> list[Silence]:
    """Stretches in which nobody speaks, each with who spoke last."""
    voice = merge(run for turn in turns for run in turn.speech)
    found = []
    for gap in complement(voice, whole):
        if gap.duration < samples(SHORTEST_SILENCE_S):
            continue
        before = [(run.end, turn.speaker) for turn in turns for run in turn.speech if run.end <= gap.start]
        found.append(Silence(gap, max(before)[1] if before else None))
    return found
