"""Every kind of sound file gives the same samples, and every bad one gives one clear line."""

import os
import subprocess
import sys
from pathlib import Path

import audio_files
import av
import numpy as np
import pytest
from audio_files import Sound, tone, wav_header, write
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from voicecoach.devices.container import clock
from voicecoach.devices.media import digest, probe, read_blocks
from voicecoach.devices.page_audio import encode_page_audio
from voicecoach.errors import InputError
from voicecoach.timeline import RATE

SHARED = Path(__file__).parents[2] / "shared" / "data"


def read(path: Path, block: int = RATE) -> Sound:
    return np.concatenate(list(read_blocks(path, block)), axis=1)


def problem(path: Path) -> str:
    """What the user is told: one line that names the file and ends in a remedy."""
    with pytest.raises(InputError) as raised:
        read(path)
    message = str(raised.value)
    assert message.startswith(f"{path}: ")
    assert "\n" not in message
    assert raised.value.remedy[0].isupper()
    return raised.value.problem


def delay(heard: Sound, meant: Sound) -> int:
    """Samples by which `heard` comes after `meant`, by cross-correlation."""
    size = 2 * max(heard.shape[1], meant.shape[1])
    spectrum = np.fft.rfft(heard[0], size) * np.conj(np.fft.rfft(meant[0], size))
    at = int(np.fft.irfft(spectrum, size).argmax())
    return at if at < size // 2 else at - size


@pytest.mark.parametrize("name", audio_files.KINDS)
@pytest.mark.parametrize("rate_hz", [8_000, 16_000, 48_000])
def test_every_kind_of_file_gives_its_sound_in_time_and_in_level(tmp_path, name, rate_hz):
    noise = 0.1 * np.random.default_rng(1).standard_normal((2, 3 * rate_hz)).astype(np.float32)
    low = write(tmp_path / "low.wav", noise, rate_hz, "pcm_f32le")
    meant = read(low)
    heard = read(write(tmp_path / name, noise, rate_hz))
    assert heard.shape[0] == 2
    assert abs(heard.shape[1] - meant.shape[1]) < 0.2 * RATE  # AAC pads to whole frames of 1024
    assert delay(heard, meant) == 0
    assert delay(heard[1:], meant[1:]) == 0
    assert np.std(heard) == pytest.approx(np.std(meant), rel=0.2)  # AAC at 8 kHz loses the top
    if name in audio_files.LOSSLESS:
        assert np.abs(heard - meant).max() < 2e-4  # half a step of 16 bits, through the resampler


@pytest.mark.parametrize("rate_hz", [8_000, 11_025, 22_050, 44_100, 48_000, 96_000])
def test_resampling_keeps_every_channel_a_pure_tone(tmp_path, rate_hz):
    heard = read(write(tmp_path / "a.wav", tone(2.4, rate_hz, 2), rate_hz, "pcm_f32le"))
    meant = tone(2.4, RATE, 2)
    assert heard.dtype == np.float32
    assert heard.shape == meant.shape
    assert np.abs(heard - meant)[:, 800:-800].max() < 1e-4  # the ends ring: the tone starts with a step


def test_samples_do_not_depend_on_the_packets_of_the_container(tmp_path):
    sound = tone(3.3, 44_100, 2)
    flac = read(write(tmp_path / "a.flac", sound, 44_100))
    wav = read(write(tmp_path / "a.wav", sound, 44_100, "pcm_s16le"))
    mkv = read(write(tmp_path / "a.mkv", sound, 44_100, "pcm_s16le"))
    assert flac.tobytes() == wav.tobytes() == mkv.tobytes()


@given(block=st.integers(1, 70_000))
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_samples_do_not_depend_on_the_block(tmp_path, block):
    path = tmp_path / "a.wav"
    if not path.exists():
        write(path, tone(2.2, 22_050, 2), 22_050)
    block = max(block, 50)
    blocks = list(read_blocks(path, block))
    assert {b.shape for b in blocks[:-1]} <= {(2, block)}
    assert 0 < blocks[-1].shape[1] <= block
    assert np.concatenate(blocks, axis=1).tobytes() == read(path).tobytes()


@pytest.mark.parametrize("channels", [1, 2, 3, 4, 6])
def test_any_number_of_channels_passes_in_order(tmp_path, channels):
    heard = read(write(tmp_path / "a.flac", tone(1.0, 16_000, channels), 16_000))
    peaks_hz = np.abs(np.fft.rfft(heard)).argmax(axis=1) * RATE / heard.shape[1]
    assert peaks_hz == pytest.approx([200 * 1.5**c for c in range(channels)], abs=1)


def test_gsm_in_wav_is_decoded(tmp_path):
    path = tmp_path / "call.wav"
    path.write_bytes(audio_files.gsm_wav(100))
    assert read(path).shape == (1, 4 * RATE)


def test_probe_says_what_lies_on_disk(tmp_path):
    path = write(tmp_path / "call.wav", tone(2.5, 8_000, 2), 8_000, "pcm_mulaw")
    source = probe(path)
    assert (source.name, source.codec, source.rate_hz) == ("call.wav", "pcm_mulaw", 8_000)
    assert (source.channels, source.duration_s) == (2, 2.5)
    assert source.digest == digest(path)
    path.write_bytes(path.read_bytes()[:-1] + b"\x00")
    assert digest(path) != source.digest


def test_silence_that_was_not_sent_keeps_its_time(tmp_path):
    """Two seconds of tone; the packets from 0.5 to 1.5 s were never sent."""
    whole = write(tmp_path / "whole.webm", tone(2.0, 48_000), 48_000, "libopus")
    with av.open(str(whole)) as source, av.open(str(tmp_path / "gap.webm"), "w") as target:
        stream = target.add_stream_from_template(source.streams.audio[0])
        for packet in source.demux(audio=0):
            if packet.dts is not None and not 0.5 <= packet.pts * packet.time_base < 1.5:
                packet.stream = stream
                target.mux(packet)
    heard = read(tmp_path / "gap.webm")
    assert heard.shape[1] == pytest.approx(2 * RATE, abs=0.02 * RATE)
    assert np.abs(heard[0, int(0.6 * RATE) : int(1.4 * RATE)]).max() == 0
    assert np.abs(heard[0, int(1.6 * RATE) :]).max() > 0.2


@pytest.mark.parametrize("name", audio_files.KINDS)
def test_a_cut_off_file_is_never_a_shorter_call(tmp_path, name):
    path = write(tmp_path / name, tone(20.0, 16_000, 2), 16_000)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    assert "cut off" in problem(path)


def test_a_cut_off_file_says_where_it_stops(tmp_path):
    path = write(tmp_path / "a.wav", tone(20.0, 16_000), 16_000)
    path.write_bytes(path.read_bytes()[: 44 + 2 * 16_000 * 9])
    assert problem(path) == "is cut off: it stops at 0:08.9, its header promises 0:20.0"


@pytest.mark.parametrize("size", [0, 0x7FFF_F000, 0xFFFF_FFFF])
def test_a_wav_written_to_a_pipe_promises_nothing(tmp_path, size):
    path = tmp_path / "piped.wav"
    sound = (tone(2.0, 16_000)[0] * 32_767).astype("<i2").tobytes()
    path.write_bytes(wav_header(1, 1, 16_000, 2, 16, size) + sound)
    assert read(path).shape == (1, 2 * RATE)


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.wav", b"", "is empty (0 bytes)"),
        ("a.wav", b"minutes of the meeting\n" * 99, "is not audio that can be decoded"),
        ("a.mp3", bytes(99_999), "has no audio track"),
        ("a.wav", b"ffconcat version 1.0\nfile '/etc/hostname'\n", "is not audio that can be decoded"),
        ("a.m3u8", b"#EXTM3U\n#EXTINF:9,\nhttp://127.0.0.1/a.ts\n", "is not audio that can be decoded"),
        ("a.wav", wav_header(1, 1, 16_000, 2, 16, 0), "holds no sound that can be decoded"),
        ("a.wav", wav_header(1, 0, 16_000, 2, 16, 999) + bytes(999), "has no audio track"),
        ("a.wav", wav_header(1, 1, 50, 2, 16, 999) + bytes(999), "has 50 samples a second; 8000 to 192000"),
        ("a.flac", b"fLaC" + bytes(99), "begins as FLAC but is cut off, damaged or holds no audio"),
        ("a.m4a", b"\0\0\0\x18ftypM4A " + bytes(99), "begins as MP4 or M4A but is cut off"),
    ],
)  # fmt: skip
def test_what_is_not_a_recording_is_told_so(tmp_path, name, data, said):
    path = tmp_path / name
    path.write_bytes(data)
    assert problem(path).startswith(said)


def test_a_picture_is_not_audio(tmp_path):
    with av.open(str(tmp_path / "a.png"), "w") as container:
        stream = container.add_stream("png", width=8, height=8, pix_fmt="rgb24")
        frame = av.VideoFrame.from_ndarray(np.zeros((8, 8, 3), np.uint8))
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    assert problem(tmp_path / "a.png") == "is not audio that can be decoded"


def test_a_video_without_sound_has_no_audio_track(tmp_path):
    with av.open(str(tmp_path / "a.mkv"), "w") as container:
        stream = container.add_stream("mpeg4", rate=25, width=64, height=64, pix_fmt="yuv420p")
        for _ in range(5):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8))))
        container.mux(stream.encode(None))
    assert problem(tmp_path / "a.mkv") == "has no audio track"


@pytest.mark.parametrize(
    ("sample", "said"),
    [(np.nan, "not numbers"), (-np.inf, "not numbers"), (32_000.0, "not scaled"), (-17.0, "not scaled")],
)
def test_samples_that_are_no_sound_are_found_in_their_place(tmp_path, sample, said):
    sound = tone(3.0, 16_000, 2)
    sound[1, 40_000] = sample
    path = tmp_path / "a.wav"
    path.write_bytes(audio_files.float_wav(sound, 16_000))
    assert said in problem(path)
    assert "first at 0:02.5" in problem(path)


def test_silence_in_every_channel_is_an_error_and_in_one_is_not(tmp_path):
    sound = tone(2.0, 8_000, 2)
    sound[1] = 0
    assert read(write(tmp_path / "half.wav", sound, 8_000)).shape == (2, 2 * RATE)
    hiss = 0.9e-4 * np.sign(sound)
    assert "all 0:02.0 of it lie below -80 dBFS" in problem(
        write(tmp_path / "hiss.wav", hiss, 8_000, "pcm_f32le")
    )
    assert "silent" in problem(write(tmp_path / "idle.wav", 0 * sound, 8_000, "pcm_alaw"))  # idles at +8


def test_places_that_hold_no_file(tmp_path):
    (tmp_path / "link.wav").symlink_to("gone.wav")
    (tmp_path / "loop.wav").symlink_to("loop.wav")
    os.mkfifo(tmp_path / "pipe.wav")
    assert problem(tmp_path) == "is a folder, not a recording"
    assert problem(tmp_path / "none.wav") == "there is no such file"
    assert problem(tmp_path / "link.wav") == "is a link to gone.wav, which does not exist"
    assert "Too many levels of symbolic links" in problem(tmp_path / "loop.wav")
    assert problem(tmp_path / "pipe.wav") == "is a pipe or a device, not a file"
    assert "name too long" in problem(tmp_path / ("x" * 300))


def test_a_file_one_may_not_read(tmp_path):
    path = write(tmp_path / "a.wav", tone(1.0, 8_000), 8_000)
    path.chmod(0)
    if root := os.geteuid() == 0:
        os.seteuid(65_534)  # root may read everything
    try:
        said = problem(path)
    finally:
        if root:
            os.seteuid(0)
    assert said == "you may not read it"


def test_a_name_that_is_not_unicode(tmp_path):
    path = tmp_path / os.fsdecode(b"caf\xe9.wav")
    write(tmp_path / "a.wav", tone(1.0, 8_000), 8_000).rename(path)
    assert probe(path).name == path.name


def python(code: str, path: Path) -> subprocess.CompletedProcess[str]:
    """Another process that runs `code` with `path` as its argument."""
    command = [sys.executable, "-c", code, str(path)]
    return subprocess.run(command, capture_output=True, text=True, check=True)


PROBE = """
import sys
from pathlib import Path
from voicecoach.devices.media import probe
print(probe(Path(sys.argv[1])).codec)
"""


def test_nothing_is_printed_besides_the_message(tmp_path):
    """FFmpeg would print its own lines about the hole in this file."""
    path = write(tmp_path / "a.mp3", tone(3.0, 16_000), 16_000, "libmp3lame")
    data = path.read_bytes()
    path.write_bytes(data[:2000] + bytes(300) + data[2300:])
    done = python(PROBE, path)
    assert (done.stdout, done.stderr) == ("mp3\n", "")


WHOLE = {name: audio_files.KINDS[name] for name in ("pcm.wav", "flac.flac", "mp3.mp3", "opus.ogg", "aac.m4a")}


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("whole")
    return {name: write(folder / name, tone(1.0, 16_000, 2), 16_000).read_bytes() for name in WHOLE}


@given(
    name=st.sampled_from(sorted(WHOLE)),
    flips=st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1), st.integers(0, 7)), max_size=12),
    kept=st.floats(0, 1) | st.just(1.0),
)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_damage_gives_samples_or_one_clear_line(tmp_path, whole, name, flips, kept):
    """Bits are flipped anywhere, half of them near the start, where the headers are."""
    data = bytearray(whole[name])
    for place, depth, bit in flips:
        data[int(place * (min(200, len(data)) if depth < 0.5 else len(data)) * 0.999)] ^= 1 << bit
    (tmp_path / name).write_bytes(data[: int(kept * len(data))])
    try:
        for block in read_blocks(tmp_path / name):
            assert block.dtype == np.float32
            assert np.isfinite(block).all()
    except InputError as error:
        assert "\n" not in str(error)


LONG = """
import resource, sys
from pathlib import Path
from voicecoach.devices.media import read_blocks
print(sum(block.shape[1] for block in read_blocks(Path(sys.argv[1]))))
status = Path("/proc/self/status")
if status.exists():  # Linux: ru_maxrss would count the parent's memory at the moment of the fork
    print(next(int(line.split()[1]) // 1024 for line in status.open() if line.startswith("VmHWM")))
else:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024**2)
"""


def test_memory_does_not_grow_with_the_call(tmp_path):
    """Half an hour in stereo is 230 MB as float32; reading it may not hold more than a few blocks."""
    path = tmp_path / "long.wav"
    minute = np.tile((tone(1.0, 16_000, 2).T * 32_767).astype("<i2"), (60, 1)).tobytes()
    with path.open("wb") as file:
        file.write(wav_header(1, 2, 16_000, 4, 16, 30 * len(minute)))
        for _ in range(30):
            file.write(minute)
    count, peak_mib = map(int, python(LONG, path).stdout.split())
    assert count == 30 * 60 * RATE
    assert peak_mib < 150


def test_page_audio_keeps_channels_time_and_bytes(tmp_path):
    sound = tone(4.3, RATE, 2)
    page = encode_page_audio((sound[:, at : at + 777] for at in range(0, sound.shape[1], 777)), 10**6)
    assert page == encode_page_audio([sound], 10**6)
    assert page is not None
    assert len(page) < 1.1 * 4.3 * 2 * 24_000 / 8
    (tmp_path / "page.ogg").write_bytes(page)
    heard = read(tmp_path / "page.ogg")
    assert heard.shape == sound.shape
    assert delay(heard, sound) == 0
    assert np.abs(heard - sound)[:, 2000:-2000].max() < 0.05


def test_page_audio_refuses_what_no_page_can_hold():
    def endless():
        while True:
            drawn.append(1)
            yield tone(10.0, RATE)

    drawn: list[int] = []
    assert encode_page_audio(endless(), 100_000) is None
    assert len(drawn) == pytest.approx(100_000 / (10 * 24_000 / 8), abs=2)
    assert encode_page_audio([], 100_000) is None


@pytest.mark.parametrize(
    ("time_s", "said"), [(0, "0:00.0"), (9.99, "0:09.9"), (75.5, "1:15.5"), (3723, "1:02:03.0")]
)
def test_times_for_people(time_s, said):
    assert clock(time_s) == said


@pytest.mark.skipif(not SHARED.is_dir(), reason="needs ../shared/data")
def test_real_calls_are_read_whole():
    calls = [*SHARED.glob("*_calls/*.flac"), *SHARED.glob("noise_and_rooms/*.mp3")]
    assert calls
    for path in calls:
        source = probe(path)
        assert read(path).shape[1] == pytest.approx(source.duration_s * RATE, abs=1)
