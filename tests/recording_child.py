"""A process that records as fast as its disk keeps up, and says how far it is, until it is killed."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.kept_calls import BLOCK, header, sound
from voicecoach.devices.recorder import SYNC, Recorder
from voicecoach.events import Key, Pressed

recorder = Recorder(Path(sys.argv[1]), header(), print)
at = 0
while True:
    while recorder.at_risk > SYNC + BLOCK:  # a call waits for the next block meanwhile
        pass
    at += BLOCK
    print(at, flush=True)
    recorder.sounded(sound(at - BLOCK))
    recorder.happened(Pressed(Key.MUTE), at)
