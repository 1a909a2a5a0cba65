"""How soon a caller falls silent when interrupted, and how often for nothing: ``python -m bench.barge_in``.

    python -m bench.barge_in [--json OUT]

A trainee's voice (espeak-ng and flite, several voices and speeds, over soft noise) sounds while a caller is
far from having finished; the real speech detector and the floor decide, block by block, without any words.
Measured from the first audible sample of the voice to the last of the caller's (decision and fade), without
the delay of a sound device. Each figure: median (95 %).

- *interruptions*: sentences. When is the caller softer, when silent?
- *signs of listening*: "okay", "I see". Does the caller give way? Fall silent for a moment, and for how long?

The floor's settings were chosen on these very sounds; ``bench rehearse`` measures whole calls.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bench.machine import here, save
from voicecoach.audio import Samples
from voicecoach.conversation import Line, Move
from voicecoach.converse.floor import Floor
from voicecoach.converse.manners import Manners
from voicecoach.converse.mouth import MouthSettings
from voicecoach.converse.scene import Duck, FloorAct, Hush, Playout, Restore, Scene, Yield
from voicecoach.devices.assets import weights
from voicecoach.devices.silero import SileroDetector
from voicecoach.devices.voices import voice
from voicecoach.listen.activity import BLOCK as ACTIVITY_BLOCK
from voicecoach.listen.track import Ears, TrackListener
from voicecoach.spoken import Delivery
from voicecoach.timeline import BLOCK, Span, samples, seconds

LISTENING = (
    *("okay", "right", "I see", "yes", "oh", "of course", "sure", "I understand", "oh I see", "alright"),
    *("mm-hm", "yeah", "uh-huh", "okay okay", "exactly", "oh no"),
)

INTERRUPTIONS = (
    "Let me stop you there, I can fix this.",
    "Sir, please listen to me for a moment.",
    "I am sorry to hear that, let me check.",
    "Can I have your order number please?",
    "No, that is not what I said.",
    "Wait, wait, one moment please.",
    "Excuse me, may I ask you something?",
    "What is your account number?",
    "Okay but I need your name first.",
    "I can send you a replacement today.",
)

VOICES = (
    *(("espeak", Delivery("en-us", rate, pitch)) for rate, pitch in ((150, 50), (175, 40), (190, 60))),
    *(("espeak", Delivery(name, 170, 50)) for name in ("en-us+f3", "en-us+m5")),
    *(("flite", Delivery(name, 170)) for name in ("slt", "rms", "awb")),
)

LEAD_S, TAIL_S, NOISE = 2.5, 2.0, 0.001
AUDIBLE = 0.01
"""-40 dBFS."""

LONG = samples(600.0)
CALLER = Playout(Line(1, Move.COMPLAINS, "my bag is lost", Delivery("en-us")), 0, LONG)


@dataclass(frozen=True, slots=True)
class Heard:
    """What the caller did about one utterance, in seconds from its first audible sample."""

    softer_s: float | None
    silent_s: float | None
    gave_way: bool
    paused_s: float | None
    """How long the caller was silent before going on."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    print(here())
    ears = Ears(SileroDetector, weights("pitch"))
    rows = {
        "interruptions": figures([barge_in(ears, sound) for sound in sounds(INTERRUPTIONS)]),
        "signs of listening": figures([barge_in(ears, sound) for sound in sounds(LISTENING)]),
    }
    for name, row in rows.items():
        print(f"{name}: " + ", ".join(f"{key} {value}" for key, value in row.items()))
    save(asked.json, {"barge-in": rows})


def sounds(texts: Sequence[str], voices: Sequence[tuple[str, Delivery]] = VOICES) -> Iterator[Samples]:
    """Each text in each voice, in soft noise with silence around it."""
    draw = np.random.default_rng(1)
    for text in texts:
        for engine, delivery in voices:
            spoken = voice(engine).render(text, delivery).samples
            padded = np.pad(spoken, (samples(LEAD_S), samples(TAIL_S)))
            yield (padded + draw.normal(0, NOISE, len(padded))).astype(np.float32)


def barge_in(ears: Ears, sound: Samples) -> Heard:
    """Let the caller hear it."""
    acts = list(react(ears, sound))
    audible = int(np.argmax(np.abs(sound) > AUDIBLE))

    def first_s(*kinds: type[FloorAct]) -> float | None:
        return next((seconds(at - audible) for at, act in acts if isinstance(act, kinds)), None)

    hushed_s, back_s, gave_way_s = first_s(Hush), first_s(Restore), first_s(Yield)
    silent_s = hushed_s if hushed_s is not None else gave_way_s
    paused_s = back_s - hushed_s if hushed_s is not None and back_s is not None else None
    faded_s = None if silent_s is None else silent_s + MouthSettings().fade_s
    return Heard(first_s(Duck), faded_s, gave_way_s is not None, paused_s)


def react(ears: Ears, sound: Samples) -> Iterator[tuple[int, FloorAct]]:
    """What the floor does, and when; a listener takes `ACTIVITY_BLOCK` samples, a headset gives 20 ms."""
    track, floor = TrackListener(ears), Floor(Manners(), seed=1)
    for now in range(BLOCK, len(sound) + 1, BLOCK):
        track.sound(sound[now - BLOCK : now])
        while track.heard + ACTIVITY_BLOCK <= now:
            track.push(sound[track.heard : track.heard + ACTIVITY_BLOCK])
        since = track.speech_since
        if since is None or since >= track.heard:
            scene = Scene(now, playout=CALLER)
        else:
            pitch = track.is_voice([Span(since, track.heard)])
            scene = Scene(now, since, track.is_sounding, pitch, playout=CALLER)
        yield from ((now, act) for act in floor.push(scene))


def figures(heard: Sequence[Heard]) -> dict[str, str]:
    """One row of the table."""
    return {
        "sounds": str(len(heard)),
        "softer_s": percentiles([h.softer_s for h in heard]),
        "silent_s": percentiles([h.silent_s for h in heard]),
        "gave_way": f"{100 * np.mean([h.gave_way for h in heard]):.1f} %",
        "fell_silent_and_went_on": f"{100 * np.mean([h.paused_s is not None for h in heard]):.0f} %",
        "for_s": percentiles([h.paused_s for h in heard]),
    }


def percentiles(values_s: Sequence[float | None]) -> str:
    """Median and 95 % of those that are there."""
    there = [value for value in values_s if value is not None]
    return f"{np.median(there):.2f} ({np.percentile(there, 95):.2f})" if there else "-"


if __name__ == "__main__":
    main()
