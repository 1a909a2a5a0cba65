"""The fixture calls as a perfect listener would hear them: from their truth, not from their audio.

Acts stand sentence by sentence in the dialogues; everything else comes from the truth files. Pitch and
loudness are not part of the truth, so no prosody is filled in.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml

from voicecoach.acts import Act, ActKind
from voicecoach.audio import Layout
from voicecoach.call import Call, Limit
from voicecoach.prosody import Baseline
from voicecoach.speech import Overlap, OverlapKind, Silence, Speaker, Turn, Word
from voicecoach.timeline import RATE, Span, complement, intersect, merge, samples

FOLDER = Path(__file__).parent.parent / "audio_fixtures"
NAMES = sorted(path.name.removesuffix(".truth.json") for path in FOLDER.glob("*.truth.json"))


def truth_of(name: str) -> dict[str, Any]:
    return json.loads((FOLDER / f"{name}.truth.json").read_text(encoding="utf-8"))


def heard(name: str) -> Call:
    """The call `name`, all words right, all acts certain."""
    truth = truth_of(name)
    duration = samples(truth["duration_s"])
    turns = tuple(_turn(number, turn, truth) for number, turn in enumerate(truth["turns"]))
    speech = [_span(run) for runs in truth["speech"].values() for run in runs]
    return Call(
        duration=duration,
        layout=Layout.TWO_CHANNEL,
        language="en",
        turns=turns,
        overlaps=tuple(_overlap(one) for one in truth["overlaps"]),
        silences=tuple(
            Silence(gap, _last_before(turns, gap))
            for gap in complement(merge(speech), Span(0, duration))
            if gap.duration >= RATE
        ),
        acts=tuple(sorted(_acts(name, turns), key=lambda act: (act.span, act.kind))),
        prosody={},
        baselines=dict.fromkeys((Speaker.TRAINEE, Speaker.CALLER), Baseline(None, None, None, None)),
        tracks={},
        limits={Limit.NO_FILLERS: "the voices say none"},
    )


def _span(stretch: dict[str, float]) -> Span:
    return Span.from_seconds(stretch["start_s"], stretch["end_s"])


def _turn(number: int, turn: dict[str, Any], truth: dict[str, Any]) -> Turn:
    span = _span(turn)
    words = tuple(
        Word(word["text"], _span(word), 1.0)
        for word in truth["words"]
        if word["speaker"] == turn["speaker"] and _span(word).middle in span
    )
    runs = merge(_span(run) for run in truth["speech"][turn["speaker"]])
    return Turn(number, Speaker(turn["speaker"]), span, tuple(intersect(runs, [span])), words)


def _overlap(one: dict[str, Any]) -> Overlap:
    return Overlap(_span(one), Speaker(one["by"]), OverlapKind(one["kind"]), 1.0, "as written")


def _last_before(turns: tuple[Turn, ...], gap: Span) -> Speaker | None:
    before = [turn for turn in turns if any(run.end <= gap.start + RATE // 10 for run in turn.speech)]
    if not before:
        return None
    return max(before, key=lambda t: max(r.end for r in t.speech if r.end <= gap.start + RATE // 10)).speaker


def _acts(name: str, turns: tuple[Turn, ...]) -> list[Act]:
    """Each line's acts over the words of that line, in the order in which the speaker says them."""
    lines = yaml.safe_load((FOLDER / "dialogues" / f"{name}.yaml").read_text(encoding="utf-8"))["lines"]
    left = {
        speaker: [(word, turn.id) for turn in turns if turn.speaker is speaker for word in turn.words]
        for speaker in (Speaker.TRAINEE, Speaker.CALLER)
    }
    acts: list[Act] = []
    for line in lines:
        speaker = Speaker(line["by"])
        number = line.get("stops_after_words", len(line["text"].split()))
        said, left[speaker] = left[speaker][:number], left[speaker][number:]
        span = said[0][0].span | said[-1][0].span
        quote = " ".join(word.text for word, _ in said)
        acts += [Act(ActKind(kind), speaker, said[0][1], span, quote, 1.0) for kind in line.get("acts", [])]
    return acts
