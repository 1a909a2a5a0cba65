"""The algebra of time, checked against sets of samples."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicecoach.timeline import Span, complement, intersect, merge, samples, seconds, total

spans = st.builds(lambda start, length: Span(start, start + length), st.integers(0, 80), st.integers(1, 20))
span_lists = st.lists(spans, max_size=8)


def covered(*pieces: Span) -> set[int]:
    return {at for span in pieces for at in range(span.start, span.end)}


@pytest.mark.parametrize(("start", "end"), [(5, 5), (6, 5), (-1, 4)])
def test_an_empty_or_negative_span_is_refused(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="0 <= start < end"):
        Span(start, end)


def test_seconds_round_to_the_nearest_sample() -> None:
    assert samples(0.1) == 1600
    assert seconds(samples(3599.99)) == pytest.approx(3599.99, abs=1 / 32000)
    assert Span.from_seconds(1.0, 2.5) == Span(16000, 40000)


@given(spans, spans)
def test_and_is_intersection_and_or_is_hull(a: Span, b: Span) -> None:
    both = a & b
    assert covered(*([both] if both else [])) == covered(a) & covered(b)
    assert (a | b) == Span(min(a.start, b.start), max(a.end, b.end))
    assert a.gap_to(b) == b.start - a.end


@given(span_lists)
def test_merge_keeps_what_is_covered_and_nothing_else(pieces: list[Span]) -> None:
    merged = merge(pieces)
    assert covered(*merged) == covered(*pieces)
    assert total(merged) == len(covered(*pieces))
    assert all(a.end < b.start for a, b in pairwise(merged))


@given(span_lists, st.integers(0, 10))
def test_merge_bridges_exactly_the_gaps_allowed(pieces: list[Span], gap: int) -> None:
    merged = merge(pieces, gap)
    assert all(a.gap_to(b) > gap for a, b in pairwise(merged))


@given(span_lists, span_lists)
def test_intersect_is_set_intersection(left: list[Span], right: list[Span]) -> None:
    common = intersect(merge(left), merge(right))
    assert covered(*common) == covered(*left) & covered(*right)


@given(span_lists, spans)
def test_complement_is_set_difference(pieces: list[Span], within: Span) -> None:
    assert covered(*complement(merge(pieces), within)) == covered(within) - covered(*pieces)
