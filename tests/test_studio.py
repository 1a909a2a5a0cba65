"""What is loaded before a call, and refused before it rings."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.stories.stage import studio
from voicecoach.apps.studio import caller_voice
from voicecoach.errors import DeviceError
from voicecoach.persona import role_of


def test_a_voice_that_is_not_there_is_told_before_it_rings() -> None:
    ready = studio()
    role = role_of(ready.persona, "shipped")
    mute = role.model_copy(update={"voice": role.voice.model_copy(update={"voice": "xx-nowhere"})})
    persona = ready.persona.model_copy(update={"role": mute})
    with (
        pytest.raises(DeviceError, match="no voice 'xx-nowhere'"),
        caller_voice(replace(ready, persona=persona, role=mute)),
    ):
        pytest.fail("it must not ring")
