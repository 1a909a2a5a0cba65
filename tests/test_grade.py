"""The whole path on real sound: real decoding, real faster-whisper, real scoring, against truth."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import soundfile
from listening import both_tracks

from bench.fixture_errors import FORMATS, NAMES, audio, compare, summary
from bench.fixtures import marks_as_expected
from voicecoach import GradedCall, GradeOptions
from voicecoach.apps.options import prepare
from voicecoach.audio import Layout
from voicecoach.call import Limit
from voicecoach.errors import InputError
from voicecoach.scorecard import Verdict
from voicecoach.speech import Speaker
from voicecoach.timeline import RATE

DATA = Path(__file__).parent.parent.parent / "shared" / "data"
GradeOne = Callable[[Path, Callable[[float], None]], GradedCall]


def demo(**changes: object) -> GradeOptions:
    return GradeOptions(**{"model": "demo", "offline": True, "device": "cpu", **changes})


@cache
def grader(options: GradeOptions) -> GradeOne:
    return prepare(options).load()


def grade_with(path: Path, **changes: object) -> GradedCall:
    return grader(demo(**changes))(path, lambda _: None)


@cache
def graded(name: str, kind: str) -> GradedCall:
    return grade_with(audio(name, kind))


WIDE, TELEPHONE = FORMATS


@pytest.mark.parametrize("kind", [WIDE, pytest.param(TELEPHONE, marks=pytest.mark.slow)])
def test_fixture_calls_are_heard_right(kind: str) -> None:
    errors = [compare(graded(name, kind).call, name) for name in NAMES]
    found = summary(errors)
    assert found["wer"] <= 0.03
    assert found["boundary_s"] <= 0.03
    assert found["overlap_f1"] >= 0.95
    assert found["kinds"] >= 0.9
    assert all(e.word_errors <= 0.15 * e.words for e in errors), "one call is far worse than the others"


@pytest.mark.parametrize("name", NAMES)
def test_the_trainee_is_found_by_what_is_said(name: str) -> None:
    roles = graded(name, "16k.flac").roles
    assert roles.layout is Layout.TWO_CHANNEL
    assert roles.channels == {Speaker.TRAINEE: 0, Speaker.CALLER: 1}
    assert 0.8 <= roles.confidence <= 1


@pytest.mark.parametrize("name", NAMES)
def test_marks_are_what_a_coach_would_expect(name: str) -> None:
    given, expected = marks_as_expected(graded(name, "16k.flac"), name)
    assert given == expected


def test_good_calls_beat_bad_ones() -> None:
    def percent(name: str) -> float:
        capped = graded(name, "16k.flac").scorecard.capped_percent
        assert capped is not None
        return capped

    assert percent("good") > 80
    assert percent("good") > percent("rushed") > percent("bad")
    assert percent("silent_trainee") < 40


def test_every_piece_of_evidence_lies_in_the_call_and_says_something() -> None:
    for name in NAMES:
        call = graded(name, "16k.flac")
        for mark in call.scorecard.marks:
            assert mark.reason
            assert 0 <= mark.points <= mark.weight
            for piece in mark.evidence:
                assert call.call.span.covers(piece.span)
                assert piece.quote


def save(path: Path, *tracks: np.ndarray, rate: int = RATE) -> Path:
    soundfile.write(path, np.stack(tracks, axis=1), rate, subtype="PCM_16")
    return path


def test_swapped_channels_swap_the_roles_and_nothing_else(tmp_path: Path) -> None:
    trainee, caller = both_tracks("good")
    swapped = grade_with(save(tmp_path / "swapped.wav", caller, trainee))
    assert swapped.roles.channels == {Speaker.TRAINEE: 1, Speaker.CALLER: 0}
    straight = graded("good", "16k.flac")
    assert [(t.speaker, t.text) for t in swapped.call.turns] == [
        (t.speaker, t.text) for t in straight.call.turns
    ]
    assert swapped.scorecard.raw_percent == straight.scorecard.raw_percent


def test_two_voices_that_cannot_be_told_apart_are_asked_about(tmp_path: Path) -> None:
    # One caller's sentence, then the same from the other side: nobody does what an agent does.
    _, caller = both_tracks("good")
    voice = caller[: 12 * RATE]
    quiet = np.zeros_like(voice)
    path = save(tmp_path / "two.wav", np.concatenate([voice, quiet]), np.concatenate([quiet, voice]))
    with pytest.raises(InputError, match=r"two\.wav: cannot tell .* --trainee-channel left or right"):
        grade_with(path)


def test_one_channel_with_both_abstains_from_what_needs_speakers(tmp_path: Path) -> None:
    trainee, caller = both_tracks("interrupting")
    for path in (
        save(tmp_path / "mono.wav", trainee + caller),
        save(tmp_path / "twice.wav", trainee + caller, trainee + caller),
    ):
        mixed = grade_with(path)
        assert mixed.roles.layout is Layout.MIXED
        assert Limit.ONE_CHANNEL in mixed.call.limits
        marks = {mark.criterion_id: mark for mark in mixed.scorecard.marks}
        assert marks["lets_finish"].verdict is Verdict.NOT_MEASURABLE
        assert "one channel" in marks["lets_finish"].reason
        assert any(turn.words for turn in mixed.call.turns)


def test_the_trainee_alone_is_graded_on_what_can_be_heard(tmp_path: Path) -> None:
    trainee, _ = both_tracks("good")
    alone = grade_with(save(tmp_path / "alone.wav", trainee), trainee_only=True)
    marks = {mark.criterion_id: mark for mark in alone.scorecard.marks}
    assert marks["greeting"].verdict is Verdict.JUDGED
    assert marks["greeting"].points == marks["greeting"].weight
    assert marks["lets_finish"].verdict is Verdict.NOT_MEASURABLE


def test_voice_only_measures_sound_and_abstains_on_words() -> None:
    silent = grade_with(audio("interrupting", "16k.flac"), voice_only=True, trainee_channel=0)
    assert silent.recognizer is None
    assert all(not turn.words for turn in silent.call.turns)
    assert [o.kind for o in silent.call.overlaps] == [
        o.kind for o in graded("interrupting", "16k.flac").call.overlaps
    ]
    marks = {mark.criterion_id: mark for mark in silent.scorecard.marks}
    assert marks["lets_finish"].verdict is Verdict.JUDGED
    for word_criterion in ("greeting", "identity", "acknowledges", "ownership", "next_step", "recap_close"):
        assert marks[word_criterion].verdict is Verdict.NOT_MEASURABLE


def test_voice_only_cannot_tell_roles_and_says_so() -> None:
    with pytest.raises(InputError, match="--trainee-channel"):
        grade_with(audio("good", "16k.flac"), voice_only=True)


def test_the_demo_model_marks_its_results() -> None:
    (warning,) = graded("good", "16k.flac").warnings
    assert "synthetic voices only" in warning


def test_a_channel_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no channel 2"):
        grade_with(audio("good", "16k.flac"), trainee_channel=2)


def test_three_channels_need_a_word_from_the_user(tmp_path: Path) -> None:
    trainee, caller = (track[: 20 * RATE] for track in both_tracks("good"))
    path = save(tmp_path / "three.wav", caller, trainee, np.zeros_like(caller))
    with pytest.raises(InputError, match="3 channels"):
        grade_with(path)
    chosen = grade_with(path, trainee_channel=1)
    assert chosen.call.turns[0].text == graded("good", "16k.flac").call.turns[0].text


def agreement(name: str, found: GradedCall) -> dict[str, float]:
    """Frame F1 of each channel's speech against the data set's own voice activity, and talk shares."""
    folder, file = name.split("/")
    rows = [json.loads(line) for line in (DATA / folder / "manifest.jsonl").read_text("utf-8").splitlines()]
    row = next(row for row in rows if row["file"] == file)
    frames = found.call.duration // 160
    flags = []
    for channel, speaker in enumerate((Speaker.TRAINEE, Speaker.CALLER)):
        true, heard = np.zeros(frames, bool), np.zeros(frames, bool)
        for start_s, end_s in row["vad_segments"][channel]:
            true[int(start_s * 100) : int(end_s * 100)] = True
        for turn in found.call.turns_of(speaker):
            for run in turn.speech:
                heard[run.start // 160 : run.end // 160] = True
        flags.append((true, heard))
    shares = [a.sum() / (a.sum() + b.sum()) for a, b in zip(flags[0], flags[1], strict=True)]
    f1 = [2 * (true & heard).sum() / (true.sum() + heard.sum()) for true, heard in flags]
    return {"speech_f1": min(f1), "talk_share_off": abs(shares[0] - shares[1])}


@pytest.mark.skipif(not DATA.is_dir(), reason="../shared/data (real calls) is not on this machine")
@pytest.mark.parametrize(
    "name",
    [
        "aws_agent_caller_calls/Auto_Repairs_40_stereo.flac",
        *(f"spokenwoz_calls/{name}.flac" for name in ("MUL1423", "SNG0072", "SNG1263")),
    ],
)
def test_real_calls_agree_with_their_voice_activity(name: str) -> None:
    found = grade_with(DATA / name, voice_only=True, trainee_channel=0)
    agreed = agreement(name, found)
    assert agreed["speech_f1"] >= 0.9
    assert agreed["talk_share_off"] <= 0.03
    assert found.call.turns
