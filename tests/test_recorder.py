"""The recorder: what was handed over is on the disk, to the bit, whatever happens to process and disk."""

from __future__ import annotations

import hashlib
import os
import resource
import stat
import subprocess
import sys
from pathlib import Path
from random import Random
from threading import Event

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tests.kept_calls import BLOCK, header, sound, steps
from voicecoach.audio import AudioChunk
from voicecoach.conversation import Ending
from voicecoach.devices import recorder as recorder_module
from voicecoach.devices.call_files import LOG, SOUND
from voicecoach.devices.event_log import read_log
from voicecoach.devices.media import read_blocks
from voicecoach.devices.recorder import CHUNK, SYNC, Recorder
from voicecoach.devices.recovery import mend, seal
from voicecoach.devices.sound_file import FIRST_LINE, chunk, read_chunks
from voicecoach.errors import DeviceError, InputError
from voicecoach.events import CallOver, Exchanged, Key, Pressed
from voicecoach.kept import as_recorded
from voicecoach.timeline import RATE

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent


def record(folder: Path, count: int, block: int = BLOCK) -> list[str]:
    """Record `count` samples; what the trainee was told."""
    told: list[str] = []
    with Recorder(folder, header(), told.append) as recorder:
        for start in range(0, count, block):
            recorder.sounded(sound(start, min(block, count - start)))
    return told


def on_disk(folder: Path) -> np.ndarray:
    return np.concatenate([np.zeros((0, 2), np.int16), *read_chunks(folder / SOUND)])


@given(
    arrays(np.float32, st.integers(1, 50), elements=st.floats(width=32, allow_nan=True, allow_infinity=True))
)
def test_what_is_listened_to_is_what_is_recorded(samples: np.ndarray) -> None:
    recorded = as_recorded(samples)
    assert recorded.dtype == np.float32
    assert np.array_equal(as_recorded(recorded), recorded)
    assert np.array_equal(np.rint(recorded * 32768), recorded * 32768)
    assert (np.abs(recorded) <= 1).all()
    fits = np.abs(samples) <= 32767 / 32768
    assert (np.abs(recorded[fits] - samples[fits]) <= 0.5 / 32768).all()


def test_flac_gives_back_what_was_listened_to(tmp_path: Path) -> None:
    """Every step of 16 bits, both ends of the scale, through the very decoder that `grade` uses."""
    count = 5 * RATE + 123
    assert record(tmp_path, count) == []
    flac = seal(tmp_path)
    heard = np.concatenate(list(read_blocks(flac)), axis=1)
    truth = sound(0, count)
    assert truth.played is not None
    assert np.array_equal(heard, np.stack([truth.heard.samples, truth.played.samples]))
    assert len(np.unique(heard[0])) == 65536


def test_same_sound_same_bytes(tmp_path: Path) -> None:
    """Whatever the size of the blocks; so that the content can name the file."""
    digests = set()
    for name, block in (("a", 320), ("b", 17), ("c", 16000)):
        (tmp_path / name).mkdir()
        record(tmp_path / name, 2 * RATE + 5, block)
        digests.add(hashlib.sha256(seal(tmp_path / name).read_bytes()).hexdigest())
    assert len(digests) == 1


@pytest.mark.parametrize("seed", range(4))
def test_killed_at_any_moment_it_lacks_less_than_a_second(tmp_path: Path, seed: int) -> None:
    last = 50 + Random(seed).randrange(700)  # noqa: S311 - a moment, not a secret
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.recording_child", tmp_path], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    assert child.stdout is not None
    for number, line in enumerate(child.stdout):
        taken = int(line)
        if number == last:
            child.kill()
    child.wait()
    child.stdout.close()

    log = mend(tmp_path)
    assert log is not None
    kept = on_disk(tmp_path)
    assert 0 <= taken - len(kept) < RATE
    assert np.array_equal(kept, steps(0, len(kept)))
    assert 0 <= taken - log.entries[-1].at < RATE
    assert [entry.at for entry in log.entries] == list(range(BLOCK, BLOCK * len(log.entries) + 1, BLOCK))
    assert np.concatenate(list(read_blocks(seal(tmp_path))), axis=1).shape == (2, len(kept))


def twelve_chunks() -> bytes:
    """A sound file as a recorder writes it."""
    starts = range(0, 12 * CHUNK, CHUNK)
    return FIRST_LINE + b"".join(chunk(start, steps(start, CHUNK).astype(np.int16)) for start in starts)


@settings(max_examples=40)
@given(lost=st.integers(1, 4000), junk=st.binary(max_size=60))
def test_torn_file_is_whole_up_to_the_tear(
    tmp_path_factory: pytest.TempPathFactory, lost: int, junk: bytes
) -> None:
    folder = tmp_path_factory.mktemp("torn")
    content = twelve_chunks()
    (folder / SOUND).write_bytes(content[:-lost] + junk)
    kept = on_disk(folder)
    assert len(kept) == (12 if content[:-lost] + junk == content else 11) * CHUNK
    assert np.array_equal(kept, steps(0, len(kept)))


def test_what_a_power_cut_left_behind_is_no_sound(tmp_path: Path) -> None:
    """Blocks that were never written read as zeros, or as they were before; a sum tells."""
    content = bytearray(twelve_chunks())
    content[-3000:-2500] = bytes(500)
    (tmp_path / SOUND).write_bytes(content)
    assert len(on_disk(tmp_path)) == 11 * CHUNK
    (tmp_path / SOUND).write_bytes(b"RIFF")
    with pytest.raises(InputError, match=r"no recording of voicecoach's"):
        on_disk(tmp_path)


def test_disk_promises_to_keep_it_while_the_call_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flushed: list[int] = []
    fsync = os.fsync

    def counting(descriptor: int) -> None:
        fsync(descriptor)
        flushed.append(os.fstat(descriptor).st_size)

    monkeypatch.setattr(recorder_module.os, "fsync", counting)
    with Recorder(tmp_path, header(), pytest.fail) as recorder:
        for start in range(0, 20 * SYNC, BLOCK):
            while recorder.at_risk > SYNC:
                pass  # a call waits for the next block meanwhile
            recorder.sounded(sound(start))
    sizes = [size for size in flushed if size > 2 * SYNC]
    assert len(sizes) >= 18
    assert recorder.at_risk == 0
    assert recorder.whole


def test_silent_device_leaves_nothing_unwritten(tmp_path: Path) -> None:
    """A device is lost: no block comes, but what was handed over must get to the disk."""
    with Recorder(tmp_path, header(), pytest.fail) as recorder:
        recorder.sounded(sound(0))
        recorder.happened(Pressed(Key.HOLD), BLOCK)
        while recorder.at_risk:
            pass
        assert len(on_disk(tmp_path)) == BLOCK
        assert len(read_log(tmp_path / LOG).entries) == 1


def test_full_disk_stops_recording_and_not_the_call(tmp_path: Path) -> None:
    limit = 200_000
    told: list[str] = []
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, before[1]))
    try:
        with Recorder(tmp_path, header(), told.append) as recorder:
            for start in range(0, 10 * RATE, BLOCK):
                recorder.sounded(sound(start))
                recorder.told(CallOver(Ending.GRUDGING, start, "done"), start)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert not recorder.whole
    kept = on_disk(tmp_path)
    assert limit - 4 * 2 * CHUNK < kept.nbytes <= limit
    assert np.array_equal(kept, steps(0, len(kept)))
    assert told == [
        f"Recording stopped: the disk is full. The first {len(kept) / RATE:.0f} s of the call are kept."
    ]
    assert len(np.concatenate(list(read_blocks(seal(tmp_path))), axis=1)[0]) == len(kept)
    assert mend(tmp_path) is not None


def test_disk_that_hangs_costs_neither_the_loop_nor_the_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk answers again only after the loop has gone on for longer than is kept for it."""
    asleep, awake = Event(), Event()
    fsync = os.fsync

    def sleeping(descriptor: int) -> None:
        asleep.set()
        awake.wait()
        fsync(descriptor)

    told: list[str] = []
    half = RATE // 2
    with Recorder(tmp_path, header(), told.append) as recorder:
        monkeypatch.setattr(recorder_module.os, "fsync", sleeping)
        monkeypatch.setattr(recorder_module, "HANG_S", 0.05)
        recorder.sounded(sound(0, half))
        asleep.wait()
        for start in range(half, recorder_module.LONGEST_WAIT + 2 * RATE, half):
            recorder.sounded(sound(start, half))
        awake.set()
    assert not recorder.whole
    assert len(told) == 1
    assert "the disk does not answer" in told[0]
    kept = on_disk(tmp_path)
    assert len(kept) >= recorder_module.LONGEST_WAIT
    assert np.array_equal(kept, steps(0, len(kept)))


def test_sound_that_comes_faster_than_life_is_kept(tmp_path: Path) -> None:
    """A simulated call hands over minutes in a moment: it waits for the disk rather than lose anything."""
    count = 3 * recorder_module.LONGEST_WAIT
    assert record(tmp_path, count, RATE // 5) == []
    assert sum(map(len, read_chunks(tmp_path / SOUND))) == count


def test_no_room_for_the_final_recording_keeps_the_raw_one(tmp_path: Path) -> None:
    record(tmp_path, 5 * RATE)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, before[1]))
    try:
        with pytest.raises(DeviceError, match=r"the disk is full\. Make room, then .* voicecoach recover"):
            seal(tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert sorted(path.name for path in tmp_path.iterdir()) == [LOG, SOUND]
    seal(tmp_path)


def test_files_are_private_and_never_overwritten(tmp_path: Path) -> None:
    record(tmp_path, RATE)
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()} == {0o600}
    with pytest.raises(DeviceError, match=r"the call cannot be recorded: File exists"):
        record(tmp_path, RATE)
    with pytest.raises(DeviceError, match=r"No such file or directory"):
        record(tmp_path / "missing", RATE)


def test_sound_finer_than_the_recording_is_a_mistake_of_ours(tmp_path: Path) -> None:
    fine = AudioChunk(0, np.full(BLOCK, 0.1, np.float32))
    with (
        Recorder(tmp_path, header(), pytest.fail) as recorder,
        pytest.raises(AssertionError, match="as it is"),
    ):
        recorder.sounded(Exchanged(fine, fine))


def test_nothing_recorded_is_said(tmp_path: Path) -> None:
    record(tmp_path, 0)
    with pytest.raises(InputError, match="nothing was recorded"):
        seal(tmp_path)
