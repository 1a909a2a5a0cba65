"""How a live call behaves: ``python -m bench.rehearse [--turns 100] [--model base] [--short] [--json OUT]``.

A scripted trainee (espeak-ng) talks to a persona at the speed of life: real recognizer in its thread, real
voice in its process, the headset's round trip of 60 ms. Several calls until the turns are used up. Read from
the two tracks (`bench.rehearse_measures`):

- *reply*: from the trainee's last audible sample to the first that they hear of the caller, with and without
  the persona's own pause to think;
- *interruptions* of a caller with 0.8 s or more to say: until softer (-6 dB), until silent (under -60 dBFS
  until the trainee has finished);
- *signs of listening* and *coughs* over the caller: how often that cut the line, and how long it was silent;
- *pauses inside turns*, 0.3 to 0.9 s, in and between sentences: how often the caller came in.

With ``--took S`` in simulated time, on a machine whose recognizer takes S for every answer: what the rules of
turn-taking do, whatever else the machine has to do. Else everything is real, and the machine must be idle.

The model is the demo model widened to the cost of base (`bench.widened_whisper`): real words at a real price.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from bench.machine import here, save
from bench.rehearse_call import Load, play
from bench.rehearse_measures import TURNS, Answered, CallFigures, Interrupted
from bench.rehearse_script import Kind, script
from bench.widened_whisper import stand_in
from voicecoach.apps.options import GradeOptions, prepare
from voicecoach.apps.studio import Studio, open_studio
from voicecoach.converse.caller import Caller
from voicecoach.devices.documents import read_persona
from voicecoach.devices.line_bank import InlineVoice, LineBank
from voicecoach.devices.voice_process import voice_process
from voicecoach.devices.window import AudioWindow
from voicecoach.ports import VoiceWorkers

PERSONA = "lost-luggage"
TURNS_A_CALL = 12
SHORT = 10

LATE_S = 3.0
"""An answer after more than this was not one to the turn."""


@dataclass(slots=True)
class Found:
    """Everything measured so far."""

    answers: list[Answered] = field(default_factory=list)
    interruptions: list[Interrupted] = field(default_factory=list)
    load: Load = field(default_factory=Load)
    collided: int = 0
    calls: int = 0


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--turns", type=int, default=100)
    parser.add_argument("--short", action="store_true", help=f"{SHORT} turns, with the demo model")
    parser.add_argument("--model", choices=("base", "tiny", "demo"), default="base")
    parser.add_argument(
        "--window", choices=[w.value for w in AudioWindow], default=AudioWindow.ADAPTIVE.value
    )
    parser.add_argument("--took", type=float, metavar="S", help="in simulated time; the recognizer takes S")
    parser.add_argument("--seed", type=int, default=1, help="of the first call")
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    model, turns = ("demo", SHORT) if asked.short else (asked.model, asked.turns)
    print(here())
    with tempfile.TemporaryDirectory() as scratch:
        window = AudioWindow.FULL if model == "demo" else AudioWindow(asked.window)
        studio = opened(model, window, Path(scratch))
        found = measure(studio, turns, asked.seed, asked.took)
    time = "real" if asked.took is None else f"simulated: the recognizer takes {asked.took} s"
    told = {"model": f"{model} int8, one thread, {window} window", "time": time, **figures(found)}
    print(told)
    save(asked.json, told)


def opened(model: str, window: AudioWindow, scratch: Path) -> Studio:
    """Everything loaded, with the demo model or one that costs more."""
    name = stand_in(model, scratch)
    options = GradeOptions(model=name, device="cpu", persona=PERSONA, offline=True, audio_window=window)
    return open_studio(read_persona(PERSONA), prepare(options))


@contextmanager
def speaking(studio: Studio, seed: int, *, at_once: bool) -> Iterator[VoiceWorkers]:
    """The caller's voice."""
    with voice_process(studio.role.voice.engine) as voice:
        if at_once:
            yield InlineVoice(voice)
            return
        with LineBank(voice) as bank:
            bank.prepare(Caller(studio.persona, seed).fixed_lines())
            yield bank


def measure(studio: Studio, turns: int, seed: int, took_s: float | None = None) -> Found:
    """Calls until so many turns were taken."""
    found = Found()
    with speaking(studio, seed, at_once=took_s is not None) as voices:
        while turns > 0:
            call_seed = seed + found.calls
            deeds = script(call_seed, min(turns, TURNS_A_CALL))
            heard = play(studio, voices, deeds, call_seed, found.load, took_s)
            read = CallFigures(heard, studio.role)
            answers, interruptions = read.answers(), read.interruptions()
            show(answers, interruptions, heard.ending)
            found.answers += answers
            found.interruptions += interruptions
            found.collided += read.collided
            found.calls += 1
            turns -= max(1, sum(took.deed.kind in TURNS for took in heard.took) - 1)
    return found


def show(answers: Sequence[Answered], interruptions: Sequence[Interrupted], ending: str) -> None:
    """Each turn in a line: for whoever looks for what was slow."""
    for a in answers:
        parts = f"over {_s(a.decided_s)}, words {_s(a.worded_s)}, rendered {_s(a.rendered_s)}"
        print(f"  {a.kind}: {_s(a.reply_s)} ({parts}){', CUT OFF' * a.cut_off}: {a.text} ({a.why})")
    for i in interruptions:
        did = f"stopped ({i.why})" if i.stopped else f"went on after {i.paused_s:.2f} s"
        print(f"  {i.kind}: softer {_s(i.softer_s)}, silent {_s(i.silent_s)}, {did}: {i.text}")
    print(f"  call ended: {ending}", flush=True)


def figures(found: Found) -> dict[str, object]:
    """The tables."""
    load = found.load
    kinds = (Kind.BACKCHANNEL, Kind.COUGH)
    return {
        "calls": found.calls,
        "turns": len(found.answers),
        "turns_begun_over_the_caller": found.collided,
        "replies": {kind.value: _replies([a for a in found.answers if a.kind is kind]) for kind in TURNS}
        | {"all turns": _replies(found.answers)},
        "interruptions": _barge_ins([i for i in found.interruptions if i.kind is Kind.BARGE_IN]),
        "no interruptions": {
            kind.value: _endured([i for i in found.interruptions if i.kind is kind]) for kind in kinds
        },
        "pauses_inside_turns": {
            kind.value: _cut_offs([a for a in found.answers if a.kind is kind]) for kind in TURNS[1:]
        }
        | {"all": _cut_offs([a for a in found.answers if a.pause_s is not None])},
        "load": {
            "final_after_asking_p50_p95_s": _quantiles(load.final_s),
            "draft_took_p50_p95_s": _quantiles(load.draft_s),
            "blocks_late_p99_ms": round(1000 * float(np.percentile(load.lag_s, 99))),
            "processor": f"{100 * load.processor_s / load.call_s:.0f} % of a core",
        },
    }


def _replies(answers: Sequence[Answered]) -> dict[str, object]:
    there = [a for a in answers if a.reply_s is not None]
    in_time = [a for a in there if a.reply_s is not None and a.reply_s < LATE_S]
    return {
        "turns": len(answers),
        "reply_p50_p95_s": _quantiles([a.reply_s for a in in_time if a.reply_s is not None]),
        "without_thinking_p50_p95_s": _quantiles([(a.reply_s or 0) - a.thinking_s for a in in_time]),
        "turn_over_p50_p95_s": _quantiles([a.decided_s for a in in_time if a.decided_s is not None]),
        "words_certain_p50_p95_s": _quantiles([a.worded_s for a in in_time if a.worded_s is not None]),
        "unanswered": len(there) - len(in_time),
    }


def _barge_ins(found: Sequence[Interrupted]) -> dict[str, object]:
    return {
        "interruptions": len(found),
        "caller_softer_p50_p95_s": _quantiles([i.softer_s for i in found if i.softer_s is not None]),
        "caller_silent_p50_p95_s": _quantiles([i.silent_s for i in found if i.silent_s is not None]),
        "caller_did_not_stop": sum(not i.stopped for i in found),
    }


def _endured(found: Sequence[Interrupted]) -> dict[str, object]:
    paused = [i.paused_s for i in found if i.paused_s > 0.2]
    return {
        "sounds": len(found),
        "stopped_the_caller": _share(sum(i.stopped for i in found), len(found)),
        "made_a_pause": _share(len(paused), len(found)),
        "of_p50_p95_s": _quantiles(paused),
    }


def _cut_offs(found: Sequence[Answered]) -> dict[str, object]:
    return {"pauses": len(found), "cut_off": _share(sum(a.cut_off for a in found), len(found))}


def _share(count: int, of: int) -> str:
    return f"{100 * count / of:.0f} % ({count})" if of else "-"


def _quantiles(values_s: Sequence[float]) -> str:
    if not values_s:
        return "-"
    return f"{statistics.median(values_s):.2f} / {np.percentile(values_s, 95):.2f}"


def _s(value_s: float | None) -> str:
    return "-" if value_s is None else f"{value_s:.2f} s"


if __name__ == "__main__":
    main()
