"""The guards on final words: each against its failure, and against the real speech it must leave alone."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicecoach.audio import AudioChunk
from voicecoach.events import Recognize
from voicecoach.listen.transcribe import believable
from voicecoach.speech import Speaker, SpeechSegment, Word
from voicecoach.timeline import RATE, Span, samples, seconds, total

STARTS_S = 100.0
"""Where the audio of the question lies in the call."""

SPEECH_DBFS = -25.0


def question(*runs_s: tuple[float, float], level_dbfs: float = SPEECH_DBFS) -> Recognize:
    """Audio from `STARTS_S`; runs in seconds from there, at the level given, silence around them."""
    runs = tuple(Span.from_seconds(STARTS_S + a, STARTS_S + b) for a, b in runs_s)
    start = samples(STARTS_S)
    audio = np.zeros(samples(max(b for _, b in runs_s)) + samples(0.2), np.float32)
    for run in runs:
        audio[run.start - start : run.end - start] = 10 ** (level_dbfs / 20)
    segment = SpeechSegment(0, Speaker.TRAINEE, runs[0] | runs[-1])
    return Recognize(segment, AudioChunk(start, audio), runs)


def word(text: str, start_s: float, end_s: float, probability: float = 0.9) -> Word:
    return Word(text, Span.from_seconds(start_s, end_s), probability)


def said(text: str, start_s: float, end_s: float, probability: float = 0.9) -> list[Word]:
    """The words of `text` at an even pace."""
    texts = text.split()
    edges = np.linspace(start_s, end_s, len(texts) + 1)
    return [word(t, a, b, probability) for t, a, b in zip(texts, edges, edges[1:], strict=False)]


def texts(words: tuple[Word, ...]) -> str:
    return " ".join(w.text for w in words)


def test_good_words_only_move_into_call_time() -> None:
    heard = said("I am really sorry about that.", 0.5, 2.3)
    believed = believable(heard, question((0.5, 2.3)))
    assert [(w.text, w.span) for w in believed] == [
        (w.text, w.span.shifted(samples(STARTS_S))) for w in heard
    ]


def test_no_voice_no_words() -> None:
    sent = question((0.5, 1.0))
    assert believable(said("I am here", 0.5, 1.0), Recognize(sent.segment, sent.audio, ())) == ()


# --- the bounds of the voice


def test_word_in_the_silence_after_speech_is_dropped() -> None:
    """'Thank you' two seconds after the last sound is the commonest invention."""
    heard = [*said("That is correct.", 0.5, 1.5), *said("Thank you.", 3.5, 4.0)]
    assert texts(believable(heard, question((0.5, 1.5)))) == "That is correct."


def test_word_a_little_outside_is_moved_to_the_voice() -> None:
    """Whisper's times are off by up to 0.2 s: [0.30, 0.48] belongs to the run that starts at 0.50."""
    (believed,) = believable([word("Okay,", 0.3, 0.48)], question((0.5, 1.5)))
    assert believed.span == Span.from_seconds(STARTS_S + 0.5, STARTS_S + 0.52)


def test_overhang_is_clipped() -> None:
    believed = believable([word("Hello", 0.35, 0.9), word("there.", 0.9, 1.7)], question((0.5, 1.5)))
    assert [(w.span.start_s, w.span.end_s) for w in believed] == [(100.5, 100.9), (100.9, 101.5)]


def test_first_word_that_begins_seconds_early_is_kept_in_its_run() -> None:
    """SYSTRAN/faster-whisper issue 125: the first word swallows the silence before it."""
    heard = [word("Hello", 0.0, 10.4), word("there.", 10.4, 10.8)]
    believed = believable(heard, question((10.0, 10.8)))
    assert [(w.text, w.span.start_s) for w in believed] == [("Hello", 110.0), ("there.", 110.4)]


def test_word_across_a_pause_goes_to_the_run_it_shares_most_with() -> None:
    (believed,) = believable([word("so", 0.9, 2.4)], question((0.5, 1.0), (2.0, 2.5)))
    assert believed.span == Span.from_seconds(102.0, 102.4)


def test_crowded_words_share_their_run() -> None:
    """Three words that the alignment gave no time at the very end of the run."""
    heard = [word("Yes", 0.5, 0.99), *(word(t, 0.99, 1.0) for t in ("I", "do", "now."))]
    believed = believable(heard, question((0.5, 1.0)))
    assert texts(believed) == "Yes I do now."
    assert [w.span.duration_s for w in believed[1:]] == pytest.approx([0.02] * 3)
    assert believed[-1].span.end_s == 101.0


# --- what is not a word


@pytest.mark.parametrize("note", ["...", "-", "♪", "[music]", "(laughs)", "*sighs*", "?"])
def test_notes_are_not_words(note: str) -> None:
    heard = [word("Okay", 0.5, 0.9), word(note, 0.9, 1.0)]
    assert texts(believable(heard, question((0.5, 1.0)))) == "Okay"


@pytest.mark.parametrize("real", ["$40", "24/7", "'cause", "O'Neil's", "3.", "über", "e-mail"])
def test_odd_words_are_words(real: str) -> None:
    assert texts(believable([word(real, 0.5, 1.0)], question((0.5, 1.0)))) == real


# --- loops


def test_phrase_loop_keeps_one_round() -> None:
    loop = "I want to go " * 6
    heard = said(f"Hello {loop}home now.", 0.0, 8.0)
    assert texts(believable(heard, question((0.0, 8.0)))) == "Hello I want to go home now."


def test_loop_that_breaks_off_at_the_end() -> None:
    heard = said("We can fix it. We can fix it. We can fix it. We can", 0.0, 5.0)
    assert texts(believable(heard, question((0.0, 5.0)))) == "We can fix it."


def test_loop_is_found_across_case_and_punctuation() -> None:
    heard = said("Okay, sure. okay sure okay, Sure.", 0.0, 4.0)
    assert texts(believable(heard, question((0.0, 4.0)))) == "Okay, sure."


@pytest.mark.parametrize(
    "real",
    [
        "No, no, no, no.",
        "Thank you, thank you so much.",
        "one two one two one two five",
        "zero zero zero one",
        "It was very very very late",
        "I know I know what you mean",
    ],
)
def test_what_people_do_repeat_stays(real: str) -> None:
    assert texts(believable(said(real, 0.0, 4.0), question((0.0, 4.0)))) == real


def test_single_word_loop() -> None:
    heard = said("Well " + "you " * 12, 0.0, 6.0)
    assert texts(believable(heard, question((0.0, 6.0)))) == "Well you"


# --- rate


def test_a_text_that_is_too_long_is_cut_to_what_fits() -> None:
    """0.3 s of voice hold three words at most: the most probable, in their order."""
    heard = said("We will send you that", 0.0, 0.3, 0.3)
    heard[3] = word("you", 0.18, 0.24, 0.8)
    believed = believable(heard, question((0.0, 0.3)))
    assert texts(believed) == "We will you"


def test_of_a_sentence_from_a_click_nothing_is_believed() -> None:
    """Twice as many words as anybody can say in 0.3 s: made up, also where one of them is likely."""
    heard = said("How about a credit of a", 0.0, 0.3, 0.95)
    assert believable(heard, question((0.0, 0.3))) == ()


def test_what_was_said_before_a_loop_is_no_invention() -> None:
    heard = said("You charged me twice. " * 6, 0.0, 1.5)
    assert texts(believable(heard, question((0.0, 1.5)))) == "You charged me twice."


@pytest.mark.parametrize(("text", "duration_s"), [("I do.", 0.25), ("Not at all!", 0.4), ("Yes it is", 0.35)])
def test_short_answers_fit(text: str, duration_s: float) -> None:
    assert texts(believable(said(text, 0.0, duration_s), question((0.0, duration_s)))) == text


def test_fast_speech_fits() -> None:
    """300 words a minute, faster than any agent."""
    fast = " ".join(f"word{i}" for i in range(50))
    assert len(believable(said(fast, 0.0, 10.0), question((0.0, 10.0)))) == 50


# --- stock phrases


@pytest.mark.parametrize("phrase", ["Thank you.", "Thanks for watching!", "You", "Bye."])
def test_stock_phrase_from_faint_noise_is_dropped(phrase: str) -> None:
    assert believable(said(phrase, 0.0, 0.6, 0.6), question((0.0, 0.6), level_dbfs=-58)) == ()


def test_unlikely_stock_phrase_from_loud_noise_is_dropped() -> None:
    assert believable(said("Thank you for watching!", 0.0, 0.9, 0.3), question((0.0, 0.9))) == ()


def test_stock_phrase_too_long_for_its_sound_is_dropped() -> None:
    assert believable(said("Thank you very much.", 0.0, 0.3, 0.6), question((0.0, 0.4))) == ()


@pytest.mark.parametrize(
    ("probability", "level_dbfs"), [(0.6, SPEECH_DBFS), (0.95, SPEECH_DBFS), (0.95, -55.0)]
)
def test_a_real_thank_you_stays(probability: float, level_dbfs: float) -> None:
    sent = question((0.0, 0.6), level_dbfs=level_dbfs)
    assert texts(believable(said("Thank you.", 0.0, 0.6, probability), sent)) == "Thank you."


def test_stock_phrase_inside_a_sentence_stays() -> None:
    heard = said("Okay thank you.", 0.0, 1.0, 0.3)
    assert texts(believable(heard, question((0.0, 1.0), level_dbfs=-58))) == "Okay thank you."


# --- laws

TIMES_S = st.floats(0.0, 12.0)
WORDS = st.lists(
    st.builds(
        lambda text, start_s, length_s, p: Word(
            text, Span(samples(start_s), samples(start_s) + samples(length_s) + 1), p
        ),
        st.sampled_from(["yes", "no", "thank", "you", "five", "...", "I", "can", "[music]", "help", "help."]),
        TIMES_S,
        st.floats(0.0, 3.0),
        st.floats(0.0, 1.0),
    ),
    max_size=60,
)


@st.composite
def questions(draw: st.DrawFn) -> Recognize:
    edges = sorted(draw(st.sets(st.integers(1, 12 * RATE), min_size=2, max_size=8)))
    pairs = zip(edges[::2], edges[1::2], strict=False)
    start = draw(st.integers(0, 5 * RATE))
    runs = tuple(Span(start + a, start + b) for a, b in pairs)
    audio = AudioChunk(start, np.full(12 * RATE + 1, draw(st.sampled_from([0.0, 0.001, 0.1])), np.float32))
    return Recognize(SpeechSegment(3, Speaker.CALLER, runs[0] | runs[-1]), audio, runs)


@given(words=WORDS, sent=questions())
def test_never_invents_never_reorders_never_leaves_the_voice(words: list[Word], sent: Recognize) -> None:
    believed = believable(words, sent)
    rest = iter(words)
    assert all(any(b.text == w.text and b.probability == w.probability for w in rest) for b in believed), (
        "not a subsequence"
    )
    for one in believed:
        assert any(run.covers(one.span) for run in sent.speech)
    for earlier, later in itertools.pairwise(believed):
        assert earlier.span.end <= later.span.start
    assert len(believed) <= 6 * seconds(total(sent.speech)) + 2


@given(words=WORDS, sent=questions(), by=st.integers(0, 100 * RATE))
def test_place_in_the_call_does_not_matter(words: list[Word], sent: Recognize, by: int) -> None:
    later = Recognize(
        SpeechSegment(3, Speaker.CALLER, sent.segment.span.shifted(by)),
        AudioChunk(sent.audio.start + by, sent.audio.samples),
        tuple(run.shifted(by) for run in sent.speech),
    )
    here = [(w.text, w.span.shifted(by)) for w in believable(words, sent)]
    assert here == [(w.text, w.span) for w in believable(words, later)]
