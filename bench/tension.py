"""Does effort in a voice show? Acted anger against calm speech: ``python -m bench.tension``.

Each actor's clips (RAVDESS, evaluation only) are laid one after the other like the turns of a call, and go
through the very code that measures a call: one track, one baseline over all of it, one number for each turn.
Nothing is fitted here to the index. Peers are features of librosa and of Praat (GPL, an outside oracle), as
deviations from the same actor's mean, weighed by a logistic regression that never saw that actor.

AUC: how often a clip of the first kind ranks above one of the second; 0.5 is chance.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from bench import tension_features
from bench.machine import here, save
from bench.tables import show
from bench.tension_sets import Clip, clips
from voicecoach.audio import Samples
from voicecoach.devices.assets import weights
from voicecoach.listen.prosody_track import ProsodyTracker
from voicecoach.listen.turn_prosody import measure_baseline, measure_turn
from voicecoach.prosody import Prosody
from voicecoach.speech import Speaker, Turn
from voicecoach.timeline import Span

CONTRASTS = {
    "angry - neutral": ("angry", None, "neutral"),
    "strong angry - neutral": ("angry", "strong", "neutral"),
    "normal angry - neutral": ("angry", "normal", "neutral"),
    "angry - calm": ("angry", None, "calm"),
    "happy - neutral": ("happy", None, "neutral"),
    "angry - happy": ("angry", None, "happy"),
}
"""Emotion and intensity (None: both) that should rank higher, and the emotion that should rank lower."""

CUES = {
    "loudness": lambda p: p.loudness_lu,
    "pitch": lambda p: p.f0_st,
    "alpha ratio": lambda p: p.quality_change.alpha_db,
    "Hammarberg, inverted": lambda p: -p.quality_change.hammarberg_db,
    "jitter": lambda p: p.quality_change.jitter_percent,
    "shimmer": lambda p: p.quality_change.shimmer_percent,
    "HNR, inverted": lambda p: -p.quality_change.hnr_db,
}

Scores = NDArray[np.float64]
"""One number for each clip."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--data", type=Path, default=Path("../shared/data"), help="folder with the recordings"
    )
    parser.add_argument("--json", type=Path, help="write the figures here")
    parser.add_argument("--short", action="store_true", help="ours alone, wide band alone")
    options = parser.parse_args()
    print(here())
    figures: dict[str, object] = {}
    for condition in ("wide band",) if options.short else ("wide band", "telephone"):
        acted = clips(options.data, telephone_line=condition == "telephone")
        rows = _ours(acted) | ({} if options.short else _peers(acted))
        figures[condition] = rows
        show(f"Acted speech, {condition}: AUC", rows, digits=3)
    save(options.json, figures)


def _ours(acted: list[Clip]) -> dict[str, dict[str, float]]:
    """The index, and each of its cues alone."""
    found = _as_turns(acted)
    tension = np.array([prosody.tension for prosody in found], np.float64)
    rows = {"voicecoach, tension": _aucs(acted, tension)}
    for name, cue in CUES.items():
        rows[f"{name} alone"] = _aucs(acted, np.array([cue(prosody) for prosody in found], np.float64))
    return rows


def _as_turns(acted: list[Clip]) -> list[Prosody]:
    """Every clip measured as a turn of a call that consists of its actor's clips; in the order of `acted`."""
    measured: dict[int, Prosody] = {}
    for actor in sorted({clip.actor for clip in acted}):
        numbers = [number for number, clip in enumerate(acted) if clip.actor == actor]
        tracker, at, spans = ProsodyTracker(weights("pitch")), 0, []
        for number in numbers:
            tracker.push(acted[number].samples)
            spans.append(Span(at, at + len(acted[number].samples)))
            at = spans[-1].end
        track = tracker.finish()
        baseline = measure_baseline(track, spans, [])
        for number, span in zip(numbers, spans, strict=True):
            measured[number] = measure_turn(track, Turn(number, Speaker.CALLER, span, (span,), ()), baseline)
    return [measured[number] for number in range(len(acted))]


@dataclass(frozen=True, slots=True)
class Peer:
    """A package's features and what it needs."""

    package: str
    features: Callable[[Samples], list[float]]


PEERS = {
    "librosa features": Peer("librosa", tension_features.librosa_features),
    "Praat features": Peer("parselmouth", tension_features.praat_features),
}


def _peers(acted: list[Clip]) -> dict[str, dict[str, float]]:
    rows = {}
    for name, peer in PEERS.items():
        if not find_spec(peer.package):
            continue
        features = np.array([peer.features(clip.samples) for clip in acted])
        rows[f"{name}, fitted on the other actors"] = {
            contrast: _fitted_auc(acted, features, *kinds) for contrast, kinds in CONTRASTS.items()
        }
    return rows


def _fitted_auc(
    acted: list[Clip], features: NDArray[np.float64], high: str, intensity: str | None, low: str
) -> float:
    """AUC of scores that each actor gets from a regression on the others."""
    is_high, is_low = _kinds(acted, high, intensity, low)
    actors = np.array([clip.actor for clip in acted])
    scores = np.zeros(len(acted))
    standard = _standard(features, actors)
    for actor in np.unique(actors):
        train = (is_high | is_low) & (actors != actor)
        model = LogisticRegression(max_iter=1000).fit(standard[train], is_high[train])
        scores[actors == actor] = model.decision_function(standard[actors == actor])
    return auc(scores[is_high], scores[is_low])


def _standard(features: NDArray[np.float64], actors: NDArray[np.str_]) -> NDArray[np.float64]:
    """Deviations from each actor's own mean, in the actor's own spreads."""
    standard = np.empty_like(features)
    for actor in np.unique(actors):
        own = features[actors == actor]
        standard[actors == actor] = (own - own.mean(axis=0)) / (own.std(axis=0) + 1e-9)
    return standard


def _aucs(acted: list[Clip], scores: Scores) -> dict[str, float]:
    return {
        contrast: auc(*(scores[kind] for kind in _kinds(acted, *kinds)))
        for contrast, kinds in CONTRASTS.items()
    }


def _kinds(
    acted: list[Clip], high: str, intensity: str | None, low: str
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which clips should rank higher, and which lower."""
    is_high = [c.emotion == high and intensity in {None, c.intensity} for c in acted]
    return np.array(is_high), np.array([c.emotion == low for c in acted])


def auc(high: Scores, low: Scores) -> float:
    """Share of pairs in which the first outranks the second, ties counted half; unmeasured clips left out."""
    high, low = high[~np.isnan(high)], low[~np.isnan(low)]
    return float(np.mean((high[:, None] > low) + 0.5 * (high[:, None] == low)))


if __name__ == "__main__":
    main()
