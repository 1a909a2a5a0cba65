"""A whole call with every caller through the real stack: voices, recognizer, prosody, turns, mood, desk.

    python -m bench.persona_calls [--persona NAME ...] [--trainee expert novice ...] [--seed N] [--model NAME]
                                  [--json OUT]

Faster than real time: a simulated trainee in a simulated headset; the recognizer's answers come after 0.3 s
of the call. Of each call: how it ended, the score, and how many of the words that were said were heard wrong.
"""

from __future__ import annotations

import argparse
import re
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import jiwer

from bench.machine import here, save
from voicecoach.apps.call_loop import CallLoop, Crew
from voicecoach.apps.demo_command import TOOK, TRAINEE_ENGINE, TRAINEE_VOICE
from voicecoach.apps.options import GradeOptions, prepare
from voicecoach.apps.studio import Studio, open_studio
from voicecoach.conversation import LineEnded
from voicecoach.desk import Desk
from voicecoach.devices.character_trainee import CharacterTrainee
from voicecoach.devices.documents import PERSONAS, read_persona, read_stages, shipped
from voicecoach.devices.line_bank import InlineVoice
from voicecoach.devices.simulated_headset import SimulatedHeadset
from voicecoach.devices.voice_process import voice_process
from voicecoach.devices.workers import DelayedWorkers
from voicecoach.events import CallOver, Control, Exchanged, RehearsalEvent, RehearsalNotice
from voicecoach.graded import GradedCall
from voicecoach.speech import Speaker
from voicecoach.timeline import seconds
from voicecoach.trainee_script import Character


@dataclass(slots=True)
class Witness:
    """Keeps what the caller said and how it ended."""

    heard: list[LineEnded] = field(default_factory=list)
    over: CallOver | None = None

    def sounded(self, exchanged: Exchanged) -> None:
        pass

    def happened(self, event: RehearsalEvent, now: int) -> None:
        pass

    def told(self, notice: RehearsalNotice, now: int) -> None:
        del now
        if isinstance(notice, LineEnded):
            self.heard.append(notice)
        elif isinstance(notice, CallOver):
            self.over = notice

    @property
    def caller_words(self) -> list[str]:
        return [word.text for line in self.heard for word in line.heard]


def play(studio: Studio, name: str, character: Character, seed: int) -> dict[str, object]:
    """Hold one call; its row of the table."""
    recognizer = studio.grader.recognizer
    assert recognizer is not None
    began_s = time.monotonic()
    witness, rehearsal = Witness(), studio.rehearsal(seed)
    headsets: list[SimulatedHeadset] = []

    def controls() -> list[Control]:
        return [control for headset in headsets for control in headset.controls()]

    with voice_process(studio.role.voice.engine) as voice, voice_process(TRAINEE_ENGINE) as own:
        workers = DelayedWorkers(recognizer, studio.grader.settings.language, TOOK)
        crew = Crew(workers, InlineVoice(voice), controls, witness)
        loop = CallLoop(rehearsal, crew)
        stages, desk = read_stages(name, character), studio.persona.desk or Desk()
        trainee = CharacterTrainee(character, stages, desk, (own, TRAINEE_VOICE), seed)
        headset = SimulatedHeadset(trainee, loop.trouble, seed=seed)
        headsets.append(headset)
        with closing(headset):
            loop.run(headset)
    graded = studio.judged(rehearsal)
    assert witness.over is not None, "a simulated device is never lost"
    return {
        "ending": str(witness.over.ending),
        "score": round(graded.scorecard.capped_percent or 0.0),
        "raw": round(graded.scorecard.raw_percent or 0.0),
        "minutes": round(seconds(graded.call.duration) / 60, 1),
        "trainee_words_wrong_percent": wrong(trainee.said, graded, Speaker.TRAINEE),
        "caller_words_wrong_percent": wrong(witness.caller_words, graded, Speaker.CALLER),
        "took_s": round(time.monotonic() - began_s),
    }


def wrong(said: Sequence[str], graded: GradedCall, speaker: Speaker) -> float:
    """Word error rate of one speaker's track, in percent; case and punctuation aside."""
    heard = " ".join(turn.text for turn in graded.call.turns_of(speaker))
    true = plain(" ".join(said))
    return round(100 * jiwer.wer(true, plain(heard)), 1) if true else 0.0


def plain(text: str) -> str:
    return " ".join(re.findall(r"[a-z0-9']+", text.lower().replace("\u2019", "'")))


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m bench.persona_calls",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--persona", nargs="+", metavar="NAME", default=shipped(PERSONAS))
    parser.add_argument("--trainee", nargs="+", type=Character, default=[Character.EXPERT, Character.NOVICE])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--model", default="demo")
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    print(here())
    rows: dict[str, dict[str, object]] = {}
    for name in asked.persona:
        plan = prepare(GradeOptions(model=asked.model, persona=name, offline=True, device="cpu"))
        studio = open_studio(read_persona(name), plan)
        for character in asked.trainee:
            rows[f"{name}, {character}"] = found = play(studio, name, character, asked.seed)
            told = ", ".join(f"{key} {value}" for key, value in found.items())
            print(f"{name:20}{character:10}{told}", flush=True)
    save(asked.json, {"calls": rows})


if __name__ == "__main__":
    main()
