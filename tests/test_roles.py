"""Who is the trainee: told from acts, with a certainty that grows with them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicecoach.acts import Act, ActKind
from voicecoach.speech import Speaker
from voicecoach.timeline import Span
from voicecoach.understand.roles import tell_roles


def acts(*kinds: ActKind, probability: float = 1.0) -> list[Act]:
    return [Act(kind, Speaker.UNSEPARATED, 0, Span(0, 1), "", probability) for kind in kinds]


AGENT = acts(ActKind.GREETS, ActKind.OFFERS_HELP, ActKind.VERIFIES_IDENTITY)
CUSTOMER = acts(ActKind.COMPLAINS, ActKind.DEMANDS, ActKind.GIVES_INFORMATION)


@pytest.mark.parametrize(("first", "second", "track"), [(AGENT, CUSTOMER, 0), (CUSTOMER, AGENT, 1)])
def test_the_agent_is_found_on_either_track(first: list[Act], second: list[Act], track: int) -> None:
    guess = tell_roles(first, second)
    assert guess.trainee_track == track
    assert guess.confidence > 0.95
    assert "offers help" in guess.reason
    assert "the other complains" in guess.reason


def test_two_alike_are_a_coin() -> None:
    assert tell_roles(CUSTOMER, CUSTOMER).confidence == 0.5
    assert tell_roles([], []).confidence == 0.5


def test_one_habit_does_not_decide_alone() -> None:
    often = tell_roles(acts(*[ActKind.GREETS] * 50), [])
    assert often == tell_roles(acts(*[ActKind.GREETS] * 3), [])


@given(
    st.lists(st.sampled_from(list(ActKind)), max_size=12),
    st.lists(st.sampled_from(list(ActKind)), max_size=12),
)
def test_swapping_the_tracks_swaps_the_guess(first: list[ActKind], second: list[ActKind]) -> None:
    one, other = tell_roles(acts(*first), acts(*second)), tell_roles(acts(*second), acts(*first))
    assert one.confidence == other.confidence
    if one.confidence > 0.5:
        assert one.trainee_track != other.trainee_track
