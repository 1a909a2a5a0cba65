"""Who may speak. A trainee of given times meets a caller who does what the floor says.

In these calls a voice is noticed 30 ms after it began, has pitch 120 ms after, stops sounding 30 ms after its
end and is over 120 ms after it, as `listen.activity` has it. A turn is declared over 0.5 s after the voice
stopped. Scenes come every 20 ms, so that anything happens up to 20 ms after the time derived for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bench.barge_in import VOICES, barge_in, sounds
from tests.listening import ears
from voicecoach.backchannels import is_backchannel, may_become_backchannel
from voicecoach.conversation import Line, Move
from voicecoach.converse.floor import Floor
from voicecoach.converse.manners import Manners
from voicecoach.converse.scene import (
    SILENT,
    AskAnyoneThere,
    CutIn,
    Duck,
    FloorAct,
    Hush,
    Playout,
    Restore,
    Resume,
    Scene,
    TakeTurn,
    Yield,
    YieldKind,
)
from voicecoach.devices.voices import voice
from voicecoach.errors import DeviceError
from voicecoach.speech import EndOfTurn
from voicecoach.spoken import Delivery
from voicecoach.timeline import Span, samples, seconds

BLOCK = samples(0.02)
NOTICED, PITCH, SILENT_AFTER, OVER_AFTER = (samples(s) for s in (0.03, 0.12, 0.03, 0.12))
ENDED_AFTER = samples(0.5)
LINE = Line(1, Move.COMPLAINS, "my bag is lost", Delivery("en-us"))

Times = Sequence[tuple[float, float]]


@dataclass
class Caller:
    """Says a line of a given length whenever the floor lets them, a given time after."""

    line: Span | None = None
    pause: Span | None = None
    hushed: bool = False

    def playout(self, now: int) -> Playout:
        if self.line is None or now >= self.line.end:
            return SILENT
        began = self.line.start if now >= self.line.start else None
        sounds = began is not None and (self.pause is None or now not in self.pause)
        return Playout(LINE if sounds else None, began, self.line.end - max(now, self.line.start))


@dataclass
class Call:
    """What happens between the trainee whose voice sounds at `trainee` and the caller."""

    trainee: Times = ()
    says: Times = ()
    """What the caller says first."""
    pause: tuple[float, float] | None = None
    """Silence between two sentences of it."""
    words: Sequence[tuple[float, str]] = ()
    """What is known of the trainee's words from a time on."""
    coughs: Times = ()
    manners: Manners = field(default_factory=Manners)
    held: tuple[float, float] = (0.0, 0.0)
    muted: bool = False
    answer: tuple[float, float] = (0.3, 2.0)
    """How long after an act the caller's line begins, and how long it is."""
    seed: int = 1
    block: int = BLOCK

    def run(self, until_s: float) -> list[tuple[float, FloorAct]]:
        floor = Floor(self.manners, self.seed)
        self.caller = Caller(
            Span.from_seconds(*self.says[0]) if self.says else None,
            Span.from_seconds(*self.pause) if self.pause else None,
        )
        self.voice = [Span.from_seconds(*run) for run in self.trainee]
        self.sounds = sorted([*self.voice, *(Span.from_seconds(*run) for run in self.coughs)])
        acts = []
        for now in range(self.block, samples(until_s), self.block):
            scene = self._scene(now)
            for act in floor.push(scene):
                self._obey(act, now)
                acts.append((seconds(now), act))
            if self.caller.hushed and self.caller.line is not None:
                self.caller.line = Span(self.caller.line.start, self.caller.line.end + self.block)
        return acts

    def _scene(self, now: int) -> Scene:
        going = [s for s in self.sounds if s.start + NOTICED <= now < s.end + OVER_AFTER]
        last = going[-1] if going else None
        cough = last is not None and last not in self.voice
        held = samples(self.held[0]) <= now < samples(self.held[1])
        if held:
            self.caller = Caller()  # as the mouth does, which forgets what it had to say
        return Scene(
            now,
            None if last is None else last.start,
            last is not None and now < last.end + SILENT_AFTER,
            last is not None and not cough and now >= last.start + PITCH,
            tuple(next((text for at, text in reversed(self.words) if samples(at) <= now), "").split()),
            self._ended(now),
            self.caller.playout(now),
            held,
            self.muted,
        )

    def _ended(self, now: int) -> EndOfTurn | None:
        for span in () if self.muted else self.voice:
            declared = span.end + ENDED_AFTER
            gone_on = any(span.end < other.start <= declared for other in self.voice)
            if now - self.block < declared <= now and not gone_on:
                return EndOfTurn(span.end, declared, 0.9, "test")
        return None

    def _obey(self, act: FloorAct, now: int) -> None:
        match act:
            case Hush():
                self.caller.hushed = True
            case Restore():
                self.caller.hushed = False
            case Yield():
                self.caller = Caller()
            case TakeTurn() | CutIn() | Resume() | AskAnyoneThere():
                begins = now + samples(self.answer[0])
                self.caller = Caller(Span(begins, begins + samples(self.answer[1])))
            case _:
                pass


def kinds(acts: Sequence[tuple[float, FloorAct]]) -> list[type[FloorAct]]:
    return [type(act) for _, act in acts]


def times(acts: Sequence[tuple[float, FloorAct]]) -> list[float]:
    return [at for at, _ in acts]


def within_a_block(*expected: float) -> object:
    return pytest.approx([at + 0.01 for at in expected], abs=0.0101)


# --- the trainee speaks while the caller does ---


def test_an_interruption_silences_the_caller() -> None:
    call = Call(trainee=[(3.0, 6.0)], says=[(0.5, 9.0)])
    acts = call.run(5.0)
    # Softer after 0.11 s of voice, silent after 0.35 s, over after 1.1 s: no words were known.
    assert kinds(acts) == [Duck, Hush, Yield]
    assert times(acts) == within_a_block(3.11, 3.35, 4.1)
    last = acts[-1][1]
    assert isinstance(last, Yield)
    assert (last.kind, last.since) == (YieldKind.INTERRUPTED, samples(3.0))
    assert last.reason == "the trainee interrupted: spoke on for 1.1 s"


def test_words_that_come_early_decide_nothing_sooner() -> None:
    acts = Call(trainee=[(3.0, 6.0)], says=[(0.5, 9.0)], words=[(3.7, "let me stop")]).run(5.0)
    assert times(acts) == within_a_block(3.11, 3.35, 4.1)
    assert isinstance(acts[-1][1], Yield)
    assert acts[-1][1].reason == "the trainee interrupted: spoke on for 1.1 s: 'let me stop'"


@pytest.mark.parametrize("length_s", [0.2, 0.35, 0.5, 0.7, 0.9, 1.0])
@pytest.mark.parametrize("words", ["", "oh", "okay"])
def test_a_sign_of_listening_stops_nobody(length_s: float, words: str) -> None:
    call = Call(trainee=[(3.0, 3.0 + length_s)], says=[(0.5, 9.0)], words=[(3.4, words)])
    acts = call.run(8.0)
    # Quiet for more than 0.25 s after it stopped sounding (30 ms after its end): the caller speaks on.
    assert kinds(acts) == [Duck, Hush, Restore] if length_s >= 0.35 else [Duck, Restore]
    assert acts[-1][0] == pytest.approx(3.0 + length_s + 0.3, abs=0.03)
    # It took no turn, though it was declared over 0.5 s after it: no answer.


def test_a_sign_of_listening_between_two_sentences_takes_no_floor() -> None:
    # Said and over (at 4.1, declared at 4.6) within the pause: the caller goes on, and nothing is answered.
    acts = Call(trainee=[(3.6, 4.1)], says=[(0.5, 9.0)], pause=(3.5, 5.0)).run(9.0)
    assert kinds(acts) == [Duck, Hush, Restore]


def test_long_signs_of_listening_are_heard_out_when_they_are_known() -> None:
    said = [(3.5, "oh okay"), (3.9, "oh okay i"), (4.1, "oh okay i see")]
    acts = Call(trainee=[(3.0, 4.1)], says=[(0.5, 9.0)], words=said).run(7.0)
    assert kinds(acts) == [Duck, Hush, Restore]


def test_a_sign_of_listening_that_goes_on_is_an_interruption() -> None:
    said = [(3.5, "okay"), (4.0, "okay but i need")]
    acts = Call(trainee=[(3.0, 6.0)], says=[(0.5, 9.0)], words=said).run(5.0)
    assert times(acts) == within_a_block(3.11, 3.35, 4.1)


def test_two_signs_of_listening_are_two() -> None:
    acts = Call(trainee=[(3.0, 3.4), (3.9, 4.3), (4.8, 5.2)], says=[(0.5, 9.0)]).run(7.0)
    assert kinds(acts) == [Duck, Hush, Restore] * 3


@pytest.mark.parametrize("length_s", [0.06, 0.2, 0.4, 0.65])
def test_a_cough_silences_nobody(length_s: float) -> None:
    acts = Call(coughs=[(3.0, 3.0 + length_s)], says=[(0.5, 9.0)]).run(7.0)
    assert kinds(acts) == ([Duck, Restore] if length_s > 0.1 else [])


def test_a_noise_that_stays_is_not_minded_but_speech_after_it_is() -> None:
    noise = Call(coughs=[(3.0, 8.0)], says=[(0.5, 9.0)])
    acts = noise.run(8.0)
    # Louder again once 0.7 s of sound had no pitch.
    assert kinds(acts) == [Duck, Restore]
    assert times(acts) == within_a_block(3.11, 3.7)
    acts = Call(coughs=[(3.0, 4.0)], trainee=[(4.1, 7.0)], says=[(0.5, 9.0)]).run(7.0)
    assert kinds(acts)[-2:] == [Hush, Yield]


def test_who_comes_in_at_the_end_interrupts_nobody() -> None:
    # 0.7 s before the caller's end: the caller finishes, and answers when the trainee has.
    call = Call(trainee=[(4.3, 6.0)], says=[(0.5, 5.0)])
    acts = call.run(7.0)
    assert kinds(acts) == [TakeTurn]
    assert times(acts) == within_a_block(6.5)
    # ... also when that was all: "yes" from 4.4 to 4.7, declared over at 5.2.
    acts = Call(trainee=[(4.4, 4.7)], says=[(0.5, 5.0)]).run(7.0)
    assert times(acts) == within_a_block(5.2)


def test_what_is_nearly_said_is_said() -> None:
    # 0.9 s before the end, 0.52 s left at the time of the hush: too much. 0.6 s: the voice is a turn anyway.
    assert kinds(Call(trainee=[(4.1, 7.0)], says=[(0.5, 5.0)]).run(6.0)) == [Duck, Hush, Yield]
    assert kinds(Call(trainee=[(4.4, 7.0)], says=[(0.5, 5.0)]).run(6.0)) == []


def test_a_stubborn_caller_talks_over_the_trainee_for_a_while() -> None:
    stubborn = Manners(holds_on=1.0)
    acts = Call(trainee=[(3.0, 8.0)], says=[(0.5, 9.0)], manners=stubborn).run(7.0)
    # Talks over from 3.35 s, as loud as before, and gives way 1.5 s later.
    assert kinds(acts) == [Duck, Restore, Yield]
    assert times(acts) == within_a_block(3.11, 3.35, 4.85)
    acts = Call(trainee=[(3.0, 4.5)], says=[(0.5, 7.0)], manners=stubborn).run(9.0)
    # The trainee gave up first; what they said is answered once the caller has finished.
    assert kinds(acts) == [Duck, Restore, TakeTurn]
    assert times(acts)[-1:] == within_a_block(7.0)


def test_stubbornness_is_a_matter_of_chance_that_can_be_played_again() -> None:
    def yields(seed: int) -> bool:
        call = Call([(3.0, 8.0)], [(0.5, 9.0)], manners=Manners(holds_on=0.5), seed=seed)
        return Hush in kinds(call.run(4.0))

    first = [yields(seed) for seed in range(40)]
    assert first == [yields(seed) for seed in range(40)]
    assert 8 < sum(first) < 32


@pytest.mark.parametrize("engine", ["espeak", "flite"])
def test_with_real_voices_and_the_real_detector(engine: str) -> None:
    try:
        voice(engine)
    except DeviceError as missing:
        pytest.skip(str(missing))
    ways = [way for way in VOICES if way[0] == engine][:2]
    for sound in sounds(["Can I have your order number please?"], ways):
        heard = barge_in(ears(), sound)
        assert heard.gave_way
        assert heard.silent_s is not None
        assert heard.silent_s <= 0.65
    for sound in sounds(["okay", "I see"], ways):
        assert not barge_in(ears(), sound).gave_way


# --- what came of it ---


def test_a_sound_that_stopped_the_caller_for_nothing_is_made_good() -> None:
    call = Call(trainee=[(3.0, 4.3)], says=[(0.5, 9.0)], words=[(4.9, "mm-hm")])
    acts = call.run(7.0)
    # Stopped at 4.1; the voice last sounded at 4.33 (rounded up to a block); 1.5 s later the caller goes on.
    assert kinds(acts) == [Duck, Hush, Yield, Resume]
    assert acts[-1][0] == pytest.approx(5.83, abs=0.03)


def test_a_short_interruption_with_words_is_answered() -> None:
    acts = Call(trainee=[(3.0, 4.3)], says=[(0.5, 9.0)], words=[(4.6, "please hold the line")]).run(7.0)
    assert kinds(acts) == [Duck, Hush, Yield, TakeTurn]
    assert times(acts)[-1:] == within_a_block(4.8)


def test_a_trainee_who_had_not_finished_is_let_go_on() -> None:
    # Declared over at 2.5; the caller begins at 2.8; the trainee goes on at 2.9, within 0.8 s of 2.5.
    call = Call(trainee=[(0.5, 2.0), (2.9, 6.0)])
    acts = call.run(4.0)
    assert kinds(acts) == [TakeTurn, Duck, Hush, Yield]
    assert times(acts) == within_a_block(2.5, 3.01, 3.15, 3.4)
    stopped = acts[-1][1]
    assert isinstance(stopped, Yield)
    assert stopped.kind is YieldKind.REOPENED
    assert stopped.reason == "the trainee had not finished (false cut-off 1): spoke on for 0.5 s"


def test_a_caller_who_has_not_begun_does_not_begin() -> None:
    # A pause for thinking until 5.5; the trainee goes on at 4.0, long after the end, and is no false cut-off.
    call = Call(trainee=[(0.5, 2.0), (4.0, 6.0)], answer=(3.0, 2.0))
    acts = call.run(5.4)
    assert kinds(acts) == [TakeTurn, Duck, Hush, Yield]
    stopped = acts[-1][1]
    assert isinstance(stopped, Yield)
    assert stopped.kind is YieldKind.WENT_ON


# --- the caller answers ---


def test_the_caller_answers_when_the_trainee_has_finished() -> None:
    call = Call(trainee=[(0.5, 2.0)])
    acts = call.run(3.0)
    assert acts == [(2.5, TakeTurn(EndOfTurn(samples(2.0), samples(2.5), 0.9, "test")))]


def test_a_click_after_the_end_does_not_cost_the_answer() -> None:
    # A sound from 2.45 to 2.55 when the turn is declared over at 2.5: it is over at 2.67, quiet since 2.58,
    # and the caller answers after 0.3 s of quiet. A longer one, quiet since 3.18, costs 2 s.
    acts = Call(trainee=[(0.5, 2.0)], coughs=[(2.45, 2.55)]).run(4.0)
    assert acts[0][0] == pytest.approx(2.88, abs=0.03)
    acts = Call(trainee=[(0.5, 2.0)], coughs=[(2.45, 3.15)]).run(6.0)
    assert acts[0][0] == pytest.approx(5.18, abs=0.03)
    assert kinds(acts) == [TakeTurn]


def test_what_was_said_in_passing_is_answered_if_nothing_else_comes() -> None:
    # 0.8 s of voice, unknown as yet, stop nobody: silent from 3.35 to 4.1, so that the line ends at 6.72.
    # 2 s later its words are answered; an "okay" is not, and after 6 s of silence the caller asks.
    passing = Call(trainee=[(3.0, 3.8)], says=[(0.5, 6.0)], words=[(4.1, "let me check")])
    acts = passing.run(9.0)
    assert kinds(acts) == [Duck, Hush, Restore, TakeTurn]
    assert acts[-1][0] == pytest.approx(8.72, abs=0.06)
    acts = Call(trainee=[(3.0, 3.8)], says=[(0.5, 6.0)], words=[(4.1, "okay I see")]).run(13.0)
    assert kinds(acts) == [Duck, Hush, Restore, AskAnyoneThere]


# --- the caller cuts in ---


def test_a_monologue_is_cut_in_on_at_a_pause() -> None:
    rambling = [(0.5, 4.0), (4.4, 12.0), (12.4, 20.0)]
    acts = Call(trainee=rambling, manners=Manners(patience_s=10.0)).run(13.0)
    # 10 s are over at 10.5; the next pause begins at 12.0 (12.03 with its lateness), 0.25 s into it:
    assert kinds(acts) == [CutIn]
    assert acts[0][0] == pytest.approx(12.28, abs=0.03)


def test_a_monologue_without_a_pause_is_cut_in_on_all_the_same() -> None:
    call = Call(trainee=[(0.5, 30.0)], manners=Manners(patience_s=10.0))
    acts = call.run(33.0)
    # 10 + 3 s after 0.5; the line begins 0.3 s later, and after 1.5 s of both speaking the caller gives up.
    assert kinds(acts) == [CutIn, Yield, CutIn, TakeTurn]
    assert times(acts)[:3] == within_a_block(13.5, 15.3, 28.5)
    assert isinstance(acts[1][1], Yield)
    assert acts[1][1].kind is YieldKind.OUTTALKED
    # Not twice within 15 s of 13.5: again at 28.5. The trainee gives way at 30.0, while the caller speaks,
    # and is answered when the line is over.


def test_provoking_words_are_cut_in_on() -> None:
    manners = Manners(cuts_in=1.0, triggers=frozenset({"calm down", "policy"}))
    said = [(1.0, "you need to"), (1.6, "you need to Calm down,"), (4.0, "you need to Calm down, sir")]
    call = Call(trainee=[(0.5, 9.0)], words=said, manners=manners, answer=(0.3, 1.0))
    acts = call.run(8.0)
    # Never in the first 2 s of the turn: at 2.5, once.
    assert kinds(acts) == [CutIn]
    assert times(acts) == within_a_block(2.5)
    assert acts[0][1] == CutIn("provoked by 'calm down'")
    calm = Call(trainee=[(0.5, 9.0)], words=said, manners=Manners(cuts_in=0.0, triggers=manners.triggers))
    assert calm.run(8.0) == []


# --- nobody says anything ---


def test_silence_is_asked_about_twice_and_then_given_up() -> None:
    acts = Call(answer=(0.0, 1.0)).run(60.0)
    # At 6 s; the question lasts 1 s, so again at 13, and the end at 20, each up to a block sooner.
    assert times(acts) == pytest.approx([6.0, 13.0, 20.0], abs=0.07)
    asks = [act for _, act in acts if isinstance(act, AskAnyoneThere)]
    assert [ask.count for ask in asks] == [1, 2, 3]
    assert [ask.gives_up for ask in asks] == [False, False, True]
    assert seconds(asks[0].waited) == pytest.approx(6.0, abs=0.02)


def test_a_voice_resets_the_count_and_a_muted_one_does_not() -> None:
    spoken = Call(trainee=[(8.0, 9.0)], answer=(0.0, 1.0)).run(36.0)
    counts = [act.count for _, act in spoken if isinstance(act, AskAnyoneThere)]
    assert counts == [1, 1, 2, 3]
    muted = Call(trainee=[(3.0, 5.0)], answer=(0.0, 1.0), muted=True).run(12.0)
    assert kinds(muted) == [AskAnyoneThere]
    assert times(muted) == within_a_block(6.0)


def test_a_hold_has_its_own_patience() -> None:
    # 100 s on hold count once; back at 102, silence until 108: the second question, and the end after it.
    acts = Call(held=(2.0, 102.0), answer=(0.0, 1.0)).run(125.0)
    assert times(acts) == pytest.approx([108.0, 115.0], abs=0.03)
    assert [act.count for _, act in acts if isinstance(act, AskAnyoneThere)] == [2, 3]
    assert isinstance(acts[-1][1], AskAnyoneThere)
    assert acts[-1][1].gives_up
    forgotten = Call(held=(2.0, 400.0)).run(400.0)
    assert times(forgotten) == within_a_block(2.0 + 3 * 60.0)


# --- whatever happens ---

runs = st.lists(st.tuples(st.floats(0.05, 3.0), st.floats(0.05, 4.0)), max_size=8)


def in_time(gaps_and_lengths: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    at, found = 0.0, []
    for gap, length in gaps_and_lengths:
        found.append((round(at + 0.15 + gap, 2), round(at + 0.15 + gap + length, 2)))
        at = found[-1][1]
    return found


@st.composite
def calls(draw: st.DrawFn) -> Call:
    voice = in_time(draw(runs))
    is_cough = draw(st.lists(st.booleans(), min_size=len(voice), max_size=len(voice)))
    known = draw(st.lists(st.sampled_from(["", "okay", "i see", "my name is", "policy"]), max_size=5))
    return Call(
        trainee=[run for run, cough in zip(voice, is_cough, strict=True) if not cough],
        coughs=[run for run, cough in zip(voice, is_cough, strict=True) if cough],
        says=draw(st.sampled_from([(), ((0.2, 4.0),), ((0.5, 15.0),)])),
        words=[(2.5 * index, text) for index, text in enumerate(known)],
        manners=Manners(draw(st.sampled_from([3.0, 45.0])), 5.0, 20.0, 0.5, 0.5, frozenset({"policy"})),
        held=draw(st.sampled_from([(0.0, 0.0), (3.0, 6.0), (2.0, 50.0)])),
        muted=draw(st.booleans()),
        answer=(draw(st.floats(0.0, 1.0)), draw(st.floats(0.3, 5.0))),
        seed=draw(st.integers(0, 9)),
    )


class Watched(Call):
    """Checks every act against the scene it was decided in."""

    def _scene(self, now: int) -> Scene:
        self.scene = super()._scene(now)
        return self.scene

    def _obey(self, act: FloorAct, now: int) -> None:
        scene = self.scene
        voice = scene.voice_since is not None and not scene.muted
        if isinstance(act, Yield | Hush):
            assert voice
            assert scene.sounding
            assert scene.playout.busy
        if isinstance(act, TakeTurn):
            assert not voice
        if isinstance(act, TakeTurn | Resume | CutIn):
            assert not scene.playout.busy
            assert not scene.on_hold
        super()._obey(act, now)


@settings(max_examples=60, deadline=None)
@given(calls())
def test_the_laws_hold_whatever_happens(call: Call) -> None:
    watched = Watched(**vars(call))
    acts = watched.run(140.0)
    # The voice is over after 8 x 7.2 s at most. A turn may be owed (2 s), its answer is said (6 s), then come
    # four silences of 5 s and three questions of 6 s at most: 104 s.
    assert isinstance(acts[-1][1], AskAnyoneThere)
    assert acts[-1][1].gives_up
    softened = 0
    for act in [act for _, act in acts]:
        softened += isinstance(act, Duck)
        assert not isinstance(act, Restore) or softened


@settings(max_examples=25, deadline=None)
@given(calls(), st.sampled_from([320, 480, 512]))
def test_the_size_of_blocks_matters_by_a_block_at_most(call: Call, block: int) -> None:
    """Open loop: the caller speaks all the time, or never, so that one late act does not move the next.

    A sound that begins in the very block of an act may be heard before it or not: those calls prove nothing.
    """
    begins = [start for start, _ in (*call.trainee, *call.coughs)]
    late_s = seconds(block) + 0.005
    for says in ((), ((0.01, 200.0),)):
        changes = {"says": says, "answer": (1000.0, 1.0), "held": (0.0, 0.0), "manners": Manners()}
        coarse, fine = (Call(**{**vars(call), **changes, "block": size}) for size in (block, 160))
        left, right = coarse.run(20.0)[:1], fine.run(20.0)[:1]
        assume(all(abs(start - at) > late_s for at in times(left) + times(right) for start in begins))
        assert kinds(left) == kinds(right)
        assert times(left) == pytest.approx(times(right), abs=late_s)


@pytest.mark.parametrize(
    ("text", "is_one", "may_become_one"),
    [
        ("Mm-hm.", True, True),
        ("oh", True, True),
        ("oh I", False, True),
        ("oh I see", True, True),
        ("I", False, True),
        ("of", False, True),
        ("I need", False, False),
        ("okay but", False, False),
        ("okay okay okay okay okay okay okay", False, False),
        ("", False, True),
    ],
)
def test_what_may_become_a_sign_of_listening(text: str, is_one: bool, may_become_one: bool) -> None:
    assert is_backchannel(text) is is_one
    assert may_become_backchannel(text) is may_become_one
