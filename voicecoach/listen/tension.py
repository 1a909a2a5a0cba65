"""How much effort is in a voice: louder, higher, brighter and rougher than the speaker's own normal.

Six differences to the baseline, each divided by how much it varies from one stretch to the next when the same
person reads calmly, each held within 2.5 such spreads so that no single one can outvote the rest, averaged
with equal weights. Nothing is fitted to acted anger: the directions are those found for vocal effort and
arousal (Banse and Scherer 1996; Juslin and Laukka 2003). Brightness counts once (the alpha ratio): the
Hammarberg index says the same again.

It tells effort, not its reason: joy is as loud and high as anger, and cold anger can be quiet.
Laws: None unless all six were measured: a mean of fewer would be on another scale.
Units: spreads; calm stretches of 3 s have a mean of 0 and a standard deviation of 0.45, one in a hundred
exceeds 1.2.
"""

from __future__ import annotations

from voicecoach.prosody import VoiceQuality

LIMIT = 2.5
"""Spreads beyond which a cue counts no more: 99 of 100 calm stretches lie within. Limits of 2 to 4 order
acted speech nearly alike."""

SPREADS = {
    "loudness_lu": 2.4,
    "f0_st": 1.8,
    "alpha_db": 2.6,
    "jitter_percent": 0.83,
    "shimmer_percent": 3.2,
    "hnr_db": -2.1,
}
"""Standard deviation between stretches of 3 s of one speaker, 11 speakers of LibriSpeech (CC BY 4.0), wide
band and telephone (which differ by less than 10 %). Effort lowers the harmonics-to-noise ratio."""


def tension(loudness_lu: float | None, f0_st: float | None, change: VoiceQuality) -> float | None:
    """The mean of the cues, in spreads; above 0 is tenser than the speaker's baseline.

    Parameters
    ----------
    loudness_lu, f0_st, change : differences to the speaker's baseline in the same call.
    """
    cues = {
        "loudness_lu": loudness_lu,
        "f0_st": f0_st,
        "alpha_db": change.alpha_db,
        "jitter_percent": change.jitter_percent,
        "shimmer_percent": change.shimmer_percent,
        "hnr_db": change.hnr_db,
    }
    spreads = [value / SPREADS[name] for name, value in cues.items() if value is not None]
    if len(spreads) < len(SPREADS):
        return None
    return sum(min(max(spread, -LIMIT), LIMIT) for spread in spreads) / len(spreads)
