"""From words to sentences: by marks, by pauses, and inside run-ons."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from voicecoach.speech import Word
from voicecoach.timeline import RATE, Span, samples
from voicecoach.understand.sentences import SentenceSettings, sentences

WORD = samples(0.3)


def spoken(text: str, pauses_s: dict[int, float] | None = None, gap_s: float = 0.05) -> tuple[Word, ...]:
    """Words of 0.3 s each; `pauses_s` gives the gap before a word, by its index."""
    words, at = [], 0
    for index, token in enumerate(text.split()):
        at += samples((pauses_s or {}).get(index, gap_s))
        words.append(Word(token, Span(at, at + WORD), 0.9))
        at += WORD
    return tuple(words)


def texts(words: tuple[Word, ...]) -> list[str]:
    return [sentence.text for sentence in sentences(words)]


def test_end_marks_end_sentences() -> None:
    assert texts(spoken("Hello there. How are you? Good!")) == ["Hello there.", "How are you?", "Good!"]


def test_a_mark_inside_quotes_still_ends_the_sentence() -> None:
    assert texts(spoken('He said "no." Then he left.')) == ['He said "no."', "Then he left."]


def test_titles_and_decimals_end_nothing() -> None:
    assert texts(spoken("Thank you Mr. Lee it is 4.5 percent.")) == ["Thank you Mr. Lee it is 4.5 percent."]


def test_a_pause_of_seven_tenths_ends_a_sentence_without_any_mark() -> None:
    assert texts(spoken("okay let me see your order is late", {4: 0.7})) == [
        "okay let me see",
        "your order is late",
    ]
    assert len(texts(spoken("okay let me see your order is late", {4: 0.69}))) == 1


def test_a_pause_after_a_title_ends_a_sentence() -> None:
    assert texts(spoken("I spoke to Dr. It was late.", {4: 1.0})) == ["I spoke to Dr.", "It was late."]


def test_a_run_on_is_cut_at_its_comma_before_its_longest_pause() -> None:
    words = spoken(" ".join(["word"] * 14 + ["end,"] + ["word"] * 20), {25: 0.5})
    assert [len(sentence.words) for sentence in sentences(words)] == [15, 20]


def test_a_run_on_without_marks_is_cut_at_its_longest_pause() -> None:
    words = spoken(" ".join(["word"] * 40), {13: 0.4})
    assert [len(sentence.words) for sentence in sentences(words)] == [13, 27]


def test_the_span_runs_from_the_first_word_to_the_last() -> None:
    words = spoken("one two. three four.", {2: 1.0})
    first, second = sentences(words)
    assert first.span == Span(words[0].span.start, words[1].span.end)
    assert second.span == Span(words[2].span.start, words[3].span.end)


def test_no_words_make_no_sentence() -> None:
    assert sentences(()) == ()


@given(
    st.lists(
        st.tuples(st.sampled_from(["so", "okay,", "late.", "Mr.", "why?", "…", "4.5"]), st.floats(0.0, 2.0)),
        max_size=120,
    )
)
def test_every_word_is_in_one_sentence_of_bounded_length(drawn: list[tuple[str, float]]) -> None:
    words = spoken(
        " ".join(token for token, _ in drawn), {index: gap for index, (_, gap) in enumerate(drawn)}
    )
    found = sentences(words)
    assert tuple(word for sentence in found for word in sentence.words) == words
    assert all(1 <= len(sentence.words) <= SentenceSettings().longest_words for sentence in found)
    for before, after in pairwise(found):
        assert before.span.end <= after.span.start


def test_a_later_turn_has_the_same_sentences() -> None:
    here = spoken("so it broke, and then nothing came. What now", {3: 0.8})
    there = tuple(Word(w.text, w.span.shifted(90 * RATE), w.probability) for w in here)
    assert [s.text for s in sentences(here)] == [s.text for s in sentences(there)]
