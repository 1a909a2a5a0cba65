"""How anger sounds: faster, higher, louder and livelier than the caller's own voice, in one step a band.

The size of each change is that of ``docs/mood.md``: rate up to +20 %, pitch up to +3 semitones, level up to
+6 dB. In steps, so that every line can be spoken before the call.
Units: rates in words per minute; pitch, range and volume on the scales of ``Delivery``.
"""

from __future__ import annotations

from voicecoach.conversation import Band
from voicecoach.role import CallerVoice
from voicecoach.spoken import Delivery

FASTER = 0.20
HIGHER_ST = 3.0
LOUDER_DB = 6.0
LIVELIER = 20.0
"""Points of pitch range; upset voices move more (own default)."""

STRENGTH = {band: step / 5 for step, band in enumerate(Band)}
"""Share of the largest change: none when settled, all when abusive."""

POINTS_PER_ST = {"flite": 100 / 12}
"""Points of `Delivery.pitch` in a semitone: flite's scale is one octave."""

ESPEAK_POINTS_PER_ST = 3.35
"""espeak-ng's scale, which the others share: 50 to 62 raised a voice from 100 to 123 Hz, 3.58 semitones."""


def delivery(voice: CallerVoice, band: Band) -> Delivery:
    """How a line is spoken by this voice in this mood."""
    strength = STRENGTH[band]
    points = POINTS_PER_ST.get(voice.engine, ESPEAK_POINTS_PER_ST) * HIGHER_ST * strength
    return Delivery(
        voice=voice.voice,
        rate_wpm=round(voice.rate_wpm * (1.0 + FASTER * strength), 1),
        pitch=round(min(100.0, voice.pitch + points), 1),
        pitch_range=round(min(100.0, voice.pitch_range + LIVELIER * strength), 1),
        volume=round(min(200.0, voice.volume * 10.0 ** (LOUDER_DB * strength / 20.0)), 1),
    )
