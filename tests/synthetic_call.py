"""A graded call made by hand, with every kind of thing that a record or a report has to show.

Sixty seconds, two channels: tones where somebody speaks, so that lanes and playback can be checked.
"""

from __future__ import annotations

import io
import wave
from dataclasses import replace

import numpy as np

from voicecoach.acts import Act, ActKind
from voicecoach.audio import AudioChunk, Layout, Samples
from voicecoach.call import Call, Limit
from voicecoach.events import Exchanged
from voicecoach.graded import GradedCall, Roles, Source
from voicecoach.ports import RecognizerInfo
from voicecoach.prosody import Band, Baseline, Prosody, ProsodyTrack, VoicedFrames, VoiceQuality
from voicecoach.scorecard import Evidence, Failure, Mark, Scorecard, Skill, Subscore, Verdict
from voicecoach.speech import Overlap, OverlapKind, Silence, Speaker, Turn, Word
from voicecoach.timeline import FRAME, RATE, Span

TRAINEE, CALLER = Speaker.TRAINEE, Speaker.CALLER
DURATION_S = 60

ATTACK = "<script>window.broken=1</script>"
"""What somebody may have said, or what a hostile file may hold."""

SCRIPT = (
    (CALLER, 0.5, 3.0, "hello is anybody there"),
    (TRAINEE, 3.4, 8.0, "good morning this is Sam how can I help you"),
    (CALLER, 8.6, 15.0, f"my order is late {ATTACK} and nobody answers me"),
    (TRAINEE, 14.0, 19.0, "you have to wait it is our policy"),
    (CALLER, 19.2, 24.0, "that is not good enough"),
    (TRAINEE, 32.0, 41.0, "I am sorry your order is late that must be frustrating I will send it today"),
    (CALLER, 40.8, 44.0, "fine thank you"),
    (TRAINEE, 44.5, 50.0, "is there anything else have a good day"),
)

SPEAKING_HZ = {TRAINEE: 180.0, CALLER: 120.0}


def graded_call(**changes: object) -> GradedCall:
    """The call; `changes` replace fields of the `GradedCall`."""
    graded = GradedCall(
        source=Source("late order.wav", "ab" * 32, "pcm_s16le", RATE, 2, float(DURATION_S)),
        roles=Roles(Layout.TWO_CHANNEL, {TRAINEE: 0, CALLER: 1}, 0.97, "channel 1 greets and offers help"),
        recognizer=RecognizerInfo(
            "/home/somebody/models/demo",
            "0123456789abcdef",
            "cpu",
            "int8",
            "synthetic voices",
            False,
            {"beam": 5},
        ),
        call=call(),
        scorecard=scorecard(),
        warnings=("The demo model knows synthetic voices only: on real people it invents words.",),
    )
    return replace(graded, **changes)  # type: ignore[arg-type]


def call() -> Call:
    turns = tuple(_turn(at, *line) for at, line in enumerate(SCRIPT))
    return Call(
        duration=DURATION_S * RATE,
        layout=Layout.TWO_CHANNEL,
        language="en",
        turns=turns,
        overlaps=(
            _overlap(14.0, 15.0, TRAINEE, OverlapKind.COMPETITIVE, "came in 1.0 s too early"),
            _overlap(40.8, 41.0, CALLER, OverlapKind.TERMINAL, "0.2 s before the end of the turn"),
        ),
        silences=(
            Silence(Span.from_seconds(24.0, 32.0), CALLER),
            Silence(Span.from_seconds(50.0, 60.0), TRAINEE),
        ),
        acts=(Act(ActKind.APOLOGIZES, TRAINEE, 5, Span.from_seconds(32.0, 36.0), "I am sorry", 0.93456),),
        prosody={turn.id: _prosody(turn) for turn in turns},
        baselines={
            CALLER: Baseline(120.0, -24.0, 150.0, 4.1),
            TRAINEE: Baseline(
                180.04, -20.004, None, 4.0, -22.501, Band.WIDE, VoiceQuality(alpha_db=-12.3456)
            ),
        },
        tracks={speaker: _track(speaker) for speaker in (CALLER, TRAINEE)},
        limits={Limit.NO_FILLERS: "the model leaves out um and uh"},
    )


def scorecard() -> Scorecard:
    clip = Evidence(Span.from_seconds(32.0, 36.0), TRAINEE, "that must be frustrating", "quote")
    barge = Evidence(Span.from_seconds(14.0, 15.0), TRAINEE, "came in 1.0 s early", "overlap")
    gap = Evidence(Span.from_seconds(24.0, 32.0), None, "8.0 s of silence", "silence")
    return Scorecard(
        rubric_id="default",
        rubric_version="1.0.0",
        marks=(
            _mark("Greeting, own name, offer of help", Skill.HARD, "Opening", (4, 4), clip),
            _mark("Lets the caller finish", Skill.SOFT, "Listening", (2, 8), barge),
            _mark("Names the feeling with a fact", Skill.SOFT, "Listening", (8, 8), clip),
            _mark("Concrete next step and time", Skill.HARD, "Resolution", (4, 8)),
            _unjudged("Announces a hold", Verdict.NOT_APPLICABLE, "nobody was put on hold"),
            _unjudged("States facts", Verdict.NOT_MEASURABLE, "no fact table for this call"),
            replace(_mark("Extra mile", Skill.SOFT, "Closing", (1, 5), clip), bonus=True),
        ),
        failures=(Failure("dead_air", "Unannounced silence", "Resolution", "8.0 s without a word", (gap,)),),
        raw_percent=67.857142,
        capped_percent=50.0,
        hard=Subscore(8, 12),
        soft=Subscore(10, 16),
        coverage=0.62,
    )


def exchanges(block: int = 320) -> list[Exchanged]:
    """The call's audio as it would come from a file, `block` samples at a time."""
    heard, played = (_voice(speaker) for speaker in (TRAINEE, CALLER))
    return [
        Exchanged(AudioChunk(at, heard[at : at + block]), AudioChunk(at, played[at : at + block]))
        for at in range(0, len(heard), block)
    ]


def wav() -> bytes:
    """The call as a stereo WAV file of 8 kHz, trainee left."""
    both = np.stack([_voice(TRAINEE), _voice(CALLER)], axis=1)[::2]
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(2)
        out.setsampwidth(2)
        out.setframerate(RATE // 2)
        out.writeframes((both * 32767).astype("<i2").tobytes())
    return file.getvalue()


def _turn(number: int, speaker: Speaker, start_s: float, end_s: float, text: str) -> Turn:
    span = Span.from_seconds(start_s, end_s)
    texts = text.split()
    edges = np.linspace(span.start, span.end, len(texts) + 1).astype(int).tolist()
    words = tuple(
        Word(each, Span(start, end), 0.9)
        for each, start, end in zip(texts, edges[:-1], edges[1:], strict=True)
    )
    return Turn(number, speaker, span, (span,), words)


def _prosody(turn: Turn) -> Prosody:
    pace_wpm = 60 * len(turn.words) / turn.span.duration_s
    return Prosody(turn.span.duration_s, 180.0, 0.314159, 2.5, -20.0, -0.001, pace_wpm, 4.2, ())


def _overlap(start_s: float, end_s: float, by: Speaker, kind: OverlapKind, reason: str) -> Overlap:
    return Overlap(Span.from_seconds(start_s, end_s), by, kind, 0.8, reason)


def _mark(title: str, skill: Skill, section: str, points: tuple[float, float], *evidence: Evidence) -> Mark:
    name = title.split(maxsplit=1)[0].lower().strip(",")
    judged = Verdict.JUDGED
    return Mark(name, title, skill, section, judged, *points, f"because of {name}", 0.9, evidence)


def _unjudged(title: str, verdict: Verdict, reason: str) -> Mark:
    return replace(_mark(title, Skill.HARD, "Resolution", (0, 5)), verdict=verdict, reason=reason)


def _speaking(speaker: Speaker, count: int, step: int) -> np.ndarray:
    at = np.arange(count) * step
    return np.any([(at >= t.span.start) & (at < t.span.end) for t in _turns_of(speaker)], axis=0)


def _turns_of(speaker: Speaker) -> list[Turn]:
    return [_turn(at, *line) for at, line in enumerate(SCRIPT) if line[0] is speaker]


def _track(speaker: Speaker) -> ProsodyTrack:
    count = DURATION_S * RATE // FRAME
    speaking = _speaking(speaker, count, FRAME)
    sway = 2.0 ** (np.sin(np.arange(count) / 40.0) / 6.0)
    voiced = speaking & (np.arange(count) % 50 < 35)
    sounding = np.full(np.count_nonzero(voiced), -12, np.float16)
    return ProsodyTrack(
        f0_hz=np.where(voiced, SPEAKING_HZ[speaker] * sway, 0.0).astype(np.float32),
        level_dbfs=np.where(speaking, -22.0 + 4 * np.sin(np.arange(count) / 25.0), -70.0).astype(np.float32),
        voicing=voiced.astype(np.float16),
        nuclei=np.flatnonzero(speaking & (np.arange(count) % 25 == 0)) * FRAME,
        k_power=np.where(speaking[::10], 0.01, 0.0).astype(np.float32),
        band=Band.WIDE,
        voiced=VoicedFrames(sounding, -sounding, sounding, sounding, sounding),
    )


def _voice(speaker: Speaker) -> Samples:
    count = DURATION_S * RATE
    tone = 0.3 * np.sin(2 * np.pi * SPEAKING_HZ[speaker] * np.arange(count) / RATE)
    syllables = 0.6 + 0.4 * np.sin(2 * np.pi * 4 * np.arange(count) / RATE)
    return (tone * syllables * _speaking(speaker, count, 1)).astype(np.float32)
