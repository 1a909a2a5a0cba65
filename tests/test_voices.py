"""Every speech synthesizer, under one contract; then what each promises beyond it."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
import threading
import tomllib
import wave
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import pyttsx3
from plugged_voices import plug_in, plug_in_faulty

from voicecoach.devices.espeak import Block, espeak
from voicecoach.devices.pyttsx3_driver import NAME, register
from voicecoach.devices.rendering import speakable
from voicecoach.devices.voice_process import VoiceProcess, voice_process
from voicecoach.devices.voices import ENGINES, engines, voice
from voicecoach.errors import DeviceError
from voicecoach.ports import Voice
from voicecoach.spoken import Delivery
from voicecoach.timeline import FRAME, samples

LINE = "Thank you for calling the support team, my name is Anna."
PIPER_VOICE = "VOICECOACH_TEST_PIPER_VOICE"
"""Environment variable: the .onnx file of a piper voice, for whoever has one."""
OWN_VOICE = {
    "espeak": "en-us",
    "pyttsx3": "en-us",
    "flite": "kal16",
    "piper": os.environ.get(PIPER_VOICE, ""),
    "stock": "default",
}
ESTIMATES = {"piper", "stock"}
"""Engines whose word times are guessed from the letters, and whose pitch cannot be set."""
UNSTEADY = {"stock"}
"""pyttsx3's own driver on Linux applies a rate at random, which is why it is not used (docs/voices.md)."""

STOCK = """
import ctypes, os, pathlib, espeakng_loader
from voicecoach.devices.pyttsx3_voice import StockPyttsx3

def make():
    ctypes.CDLL(espeakng_loader.get_library_path(), mode=ctypes.RTLD_GLOBAL)
    os.environ["ESPEAK_DATA_PATH"] = str(pathlib.Path(espeakng_loader.get_data_path()).parent)
    return StockPyttsx3("espeak")
"""


@pytest.fixture(scope="session")
def plugged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """pyttsx3's own espeak driver, plugged in as the engine ``stock``."""
    folder = tmp_path_factory.mktemp("plugged")
    plug_in(folder, "stock_voice", STOCK, {"stock": "stock_voice:make"})
    sys.path.insert(0, str(folder))
    yield
    sys.path.remove(str(folder))


@pytest.fixture(scope="session")
def processes(plugged: None) -> Iterator[dict[str, VoiceProcess]]:
    """The voices in processes of their own, started when they are first wanted."""
    started: dict[str, VoiceProcess] = {}
    yield started
    for process in started.values():
        process.close()


def pairs() -> Iterator[tuple[str, str]]:
    """Each engine here and apart; stock only apart: its driver and ours would share espeak-ng's globals."""
    for engine, name in OWN_VOICE.items():
        if name:
            yield from (
                (engine, place) for place in ("here", "apart") if (engine, place) != ("stock", "here")
            )


@pytest.fixture(params=list(pairs()), ids="-".join)
def housed(request: pytest.FixtureRequest, processes: dict[str, VoiceProcess]) -> tuple[str, Voice]:
    """An engine's name, and its voice in this process or in one of its own."""
    engine, place = request.param
    try:
        if place == "here":
            return engine, voice(engine)
        if engine not in processes:
            processes[engine] = voice_process(engine)
    except DeviceError as missing:
        pytest.skip(str(missing))
    return engine, processes[engine]


@pytest.fixture
def engine(housed: tuple[str, Voice]) -> str:
    return housed[0]


@pytest.fixture
def speaker(housed: tuple[str, Voice]) -> Voice:
    return housed[1]


def needs(able: bool, why: str) -> None:
    if not able:
        pytest.skip(why)


def delivery(engine: str, **manner: float) -> Delivery:
    return Delivery(OWN_VOICE[engine], **manner)


def power(sound: np.ndarray) -> float:
    return float(np.mean(np.square(sound, dtype=np.float64)))


# --- the contract


def test_samples_are_mono_float32_within_full_scale(engine: str, speaker: Voice) -> None:
    sound = speaker.render(LINE, delivery(engine)).samples
    assert sound.dtype == np.float32
    assert sound.ndim == 1
    assert samples(2) < len(sound) < samples(6)
    assert 0.05 < np.abs(sound).max() <= 1


def test_samples_start_and_end_with_the_speech(engine: str, speaker: Voice) -> None:
    sound = speaker.render(LINE, delivery(engine)).samples
    loudest = max(power(sound[i : i + FRAME]) for i in range(0, len(sound) - FRAME, FRAME))
    assert power(sound[:FRAME]) > loudest * 1e-4
    assert power(sound[-FRAME:]) > loudest * 1e-4


def test_every_word_of_the_text_has_its_time(engine: str, speaker: Voice) -> None:
    rendering = speaker.render(LINE, delivery(engine))
    assert [word.text for word in rendering.words] == LINE.split()
    spans = [word.span for word in rendering.words]
    assert all(a.end <= b.start for a, b in pairwise(spans))
    assert spans[-1].end <= len(rendering.samples)
    assert spans[0].start < samples(0.06)
    assert all(span.start < span.end for span in spans)
    assert spans[-1].end > len(rendering.samples) - samples(0.25)


def test_the_pause_after_a_comma_belongs_to_no_word(engine: str, speaker: Voice) -> None:
    needs(engine not in ESTIMATES, "its word times are estimated")
    rendering = speaker.render(LINE, delivery(engine))
    words = {word.text: word.span for word in rendering.words}
    pause = rendering.samples[words["team,"].end : words["my"].start]
    assert len(pause) > samples(0.08)
    assert power(pause) < 0.01 * power(rendering.samples)


def test_words_that_an_engine_runs_together_still_have_times(engine: str, speaker: Voice) -> None:
    text = "It is one of the best, in the end I don't mind it at all."
    assert [word.text for word in speaker.render(text, delivery(engine)).words] == text.split()


@pytest.mark.parametrize("text", ["", "   ", "..."])
def test_text_without_words_is_silent(engine: str, speaker: Voice, text: str) -> None:
    rendering = speaker.render(text, delivery(engine))
    assert len(rendering.samples) == 0
    assert rendering.words == ()


def test_rate_scales_the_tempo(engine: str, speaker: Voice) -> None:
    needs(engine not in UNSTEADY, "it applies a rate at random")
    lengths = [len(speaker.render(LINE, delivery(engine, rate_wpm=rate)).samples) for rate in (140, 175, 210)]
    assert lengths[0] > 1.1 * lengths[1] > 1.1 * 1.1 * lengths[2]


def test_volume_scales_the_level(engine: str, speaker: Voice) -> None:
    soft, own = (power(speaker.render(LINE, delivery(engine, volume=volume)).samples) for volume in (50, 100))
    assert 3 < 10 * np.log10(own / soft) < 9


def test_settings_do_not_outlive_their_line(engine: str, speaker: Voice) -> None:
    needs(engine not in UNSTEADY, "it applies a rate at random")
    before = len(speaker.render(LINE, delivery(engine)).samples)
    speaker.render(LINE, delivery(engine, rate_wpm=210, pitch=70, volume=60))
    assert abs(len(speaker.render(LINE, delivery(engine)).samples) - before) <= FRAME


def test_an_unknown_voice_is_named(engine: str, speaker: Voice) -> None:
    with pytest.raises(DeviceError, match="no voice 'nobody'"):
        speaker.render(LINE, Delivery("nobody"))


@pytest.mark.parametrize("engine", ["espeak", "pyttsx3", "flite"])
def test_a_fresh_process_speaks_the_same_sequence_alike(engine: str) -> None:
    try:
        voice(engine)
    except DeviceError as missing:
        pytest.skip(str(missing))
    script = (
        "import hashlib\n"
        "from voicecoach.devices.voices import voice\n"
        "from voicecoach.spoken import Delivery\n"
        f"for line in ('Hello.', {LINE!r}, 'Goodbye.'):\n"
        f"    rendering = voice({engine!r}).render(line, Delivery({OWN_VOICE[engine]!r}))\n"
        "    print(hashlib.sha256(rendering.samples.tobytes()).hexdigest(), rendering.words)\n"
    )
    outputs = [
        subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
        for _ in range(2)
    ]
    assert outputs[0] == outputs[1]
    assert len(outputs[0].splitlines()) == 3


ODD = [
    "I am \U0001f621 angry, \u201cvery\u201d angry.",
    'He said "no" (twice): it\'s 5 < 6 & 7 > 6, e.g. $5,000 or 50%!',
    "one\0two three",
    "\ud800 hello \x1b[31m there",
    "\u4f60\u597d, na\u00efve caf\u00e9",
    "hello\n\tthere --  friend",
]


@pytest.mark.parametrize("text", ODD, ids=["emoji", "signs", "nul", "controls", "scripts", "blanks"])
def test_odd_characters_are_spoken_or_skipped(engine: str, speaker: Voice, text: str) -> None:
    rendering = speaker.render(text, delivery(engine))
    assert len(rendering.samples) > samples(0.3)
    assert [word.text for word in rendering.words] == speakable(text).split()
    spans = [word.span for word in rendering.words]
    assert all(a.end <= b.start for a, b in pairwise(spans))
    assert spans[-1].end <= len(rendering.samples)


def longest_silence_s(sound: np.ndarray) -> float:
    longest = run = 0
    for start in range(0, len(sound) - FRAME, FRAME):
        run = run + 1 if power(sound[start : start + FRAME]) < 1e-7 else 0
        longest = max(longest, run)
    return longest * 0.01


@pytest.mark.parametrize("markup", ['<break time="3000ms"/>', "<silence msec='3000'/>", "[[slnc 3000]]"])
def test_markup_is_text(engine: str, speaker: Voice, markup: str) -> None:
    rendering = speaker.render(f"One {markup} two.", delivery(engine))
    assert longest_silence_s(rendering.samples) < 1.0


def test_a_long_text_is_spoken_to_its_end(engine: str, speaker: Voice) -> None:
    text = " ".join([LINE] * 20)
    rendering = speaker.render(text, delivery(engine))
    assert [word.text for word in rendering.words] == text.split()
    assert len(rendering.samples) > 12 * len(speaker.render(LINE, delivery(engine, rate_wpm=210)).samples)
    assert power(rendering.samples[-samples(2) :]) > 0.1 * power(rendering.samples)


def test_the_loudest_voice_stays_within_full_scale(engine: str, speaker: Voice) -> None:
    sound = speaker.render(LINE, delivery(engine, volume=200)).samples
    assert 0.5 < np.abs(sound).max() <= 1


def test_two_threads_at_once(engine: str, speaker: Voice) -> None:
    failures: list[Exception] = []
    spoken: list[list[str]] = []

    def speak() -> None:
        try:
            spoken.extend(
                [word.text for word in speaker.render(LINE, delivery(engine)).words] for _ in range(5)
            )
        except Exception as error:  # noqa: BLE001 - reported by the assertion below
            failures.append(error)

    threads = [threading.Thread(target=speak) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert spoken == [LINE.split()] * 10


def test_piper_is_under_the_contract() -> None:
    if not OWN_VOICE["piper"]:
        pytest.skip(f"needs piper-tts and a voice of it, named in {PIPER_VOICE}")
    assert ("piper", "apart") in set(pairs())
    pytest.importorskip("piper", reason="piper-tts is not installed")
    with pytest.raises(DeviceError, match="piper has no voice 'nobody'"):
        voice("piper").render(LINE, Delivery("nobody"))


# --- the registry


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    plug_in_faulty(tmp_path, monkeypatch)
    return tmp_path


@pytest.mark.usefixtures("folder")
def test_engines_are_ours_and_those_plugged_in() -> None:
    assert engines()[: len(ENGINES)] == ENGINES
    assert {"faulty", "broken"} < set(engines())
    assert engines().count("espeak") == 1


@pytest.mark.usefixtures("folder")
def test_a_plugged_in_engine_speaks() -> None:
    assert len(voice("faulty").render(LINE, Delivery("en-us")).samples) > samples(2)


@pytest.mark.usefixtures("folder")
def test_a_plug_in_cannot_take_one_of_our_names() -> None:
    assert voice("espeak") is espeak()


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("nobody", "no voice engine 'nobody'. Choose one of espeak, pyttsx3, flite, piper.*faulty"),
        (
            "broken",
            r"'broken' \(no_such_module:Voice of faulty_voice\) cannot be loaded: ModuleNotFoundError",
        ),
        ("missing", "faulty is not installed"),
        ("voiceless", "gives int, which cannot `render`"),
    ],
)
@pytest.mark.usefixtures("folder")
def test_an_engine_that_cannot_be_had_says_why(name: str, why: str) -> None:
    with pytest.raises(DeviceError, match=why):
        voice(name)


def test_two_packages_with_one_name_are_both_named(folder: Path) -> None:
    plug_in(folder, "another", "", {"faulty": "another:Voice"})
    with pytest.raises(DeviceError, match="plugged in 2 times, as another:Voice and faulty_voice:Faulty"):
        voice("faulty")


def test_the_guides_example_plugs_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    guide = (Path(__file__).parent.parent / "docs" / "voices.md").read_text("utf-8")
    [source] = [code for code in re.findall(r"```python\n(.*?)```", guide, re.DOTALL) if "class Hum" in code]
    [entries] = re.findall(r"```toml\n(.*?)```", guide, re.DOTALL)
    plug_in(
        tmp_path,
        "hum_voice",
        source,
        tomllib.loads(entries)["project"]["entry-points"]["voicecoach.voices"],
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    with voice_process("hum") as hum:
        slow, fast, high = (
            hum.render(LINE, Delivery("any", **manner)) for manner in ({}, {"rate_wpm": 210}, {"pitch": 70})
        )
    assert [word.text for word in slow.words] == LINE.split()
    assert len(slow.samples) > 1.1 * len(fast.samples)
    assert median_f0_hz(high.samples) > 1.2 * median_f0_hz(slow.samples)


# --- pitch, measured by the distance between the peaks of a vowel's autocorrelation


def median_f0_hz(sound: np.ndarray) -> float:
    window = samples(0.04)
    found = []
    for start in range(0, len(sound) - window, window):
        frame = sound[start : start + window] - sound[start : start + window].mean()
        correlation = np.correlate(frame, frame, "full")[window - 1 :]
        lags = slice(samples(1 / 400), samples(1 / 60))
        lag = lags.start + int(np.argmax(correlation[lags]))
        if correlation[lag] > 0.6 * correlation[0] > 0:
            found.append(samples(1) / lag)
    return float(np.median(found))


def test_pitch_raises_the_voice(engine: str, speaker: Voice) -> None:
    needs(engine not in ESTIMATES, "its pitch cannot be set")
    low, high = (
        median_f0_hz(speaker.render(LINE, delivery(engine, pitch=pitch)).samples) for pitch in (30, 70)
    )
    assert high > 1.1 * low


@pytest.mark.parametrize("name", ["slt", "awb", "kal16"])
def test_flite_voices_follow_pitch(name: str) -> None:
    try:
        engine = voice("flite")
    except DeviceError as missing:
        pytest.skip(str(missing))
    low, high = (median_f0_hz(engine.render(LINE, Delivery(name, pitch=pitch)).samples) for pitch in (30, 70))
    assert 1.1 < high / low < 1.6


# --- espeak-ng


def test_espeak_stops_within_the_block_that_is_answered() -> None:
    blocks: list[Block] = []

    def listen(block: Block) -> bool:
        blocks.append(block)
        return len(blocks) == 3

    espeak().speak(LINE, Delivery("en-us"), listen)
    assert len(blocks) == 3


def test_a_listeners_exception_reaches_the_caller_and_leaves_the_engine_whole() -> None:
    def listen(_: Block) -> bool:
        raise RuntimeError("mine")

    with pytest.raises(RuntimeError, match="mine"):
        espeak().speak(LINE, Delivery("en-us"), listen)
    assert len(espeak().render(LINE, Delivery("en-us")).samples) > samples(2)


def test_threads_take_turns() -> None:
    lengths: list[int] = []

    def speak() -> None:
        lengths.extend(len(espeak().render(LINE, Delivery("en-us")).samples) for _ in range(5))

    threads = [threading.Thread(target=speak) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(lengths) == 20
    assert max(lengths) - min(lengths) <= FRAME


def test_without_any_espeak_the_remedy_is_given(tmp_path: Path) -> None:
    (tmp_path / "espeakng_loader.py").write_text("raise ImportError\n")
    script = (
        "import voicecoach.devices.espeak as module\n"
        "module._SYSTEM_LIBRARIES = ('libnowhere.so',)\n"
        "from voicecoach.errors import DeviceError\n"
        "try: module.espeak()\n"
        "except DeviceError as error: print(error)\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, env=environment
    )
    assert "pip install espeakng-loader" in done.stdout


# --- pyttsx3 with our driver


@pytest.fixture
def pyttsx3_engine() -> pyttsx3.Engine:
    register()
    return pyttsx3.engine.Engine(NAME)  # `pyttsx3.init` would hand out an earlier test's, callbacks and all


def spoken_by(engine: pyttsx3.Engine) -> list[tuple[str | None, int]]:
    """Name and samples of each line, filled as they are spoken."""
    heard: list[tuple[str | None, int]] = []
    engine.connect("rendered", lambda name, rendering: heard.append((name, len(rendering.samples))))
    return heard


def test_the_queue_speaks_every_line_in_order(pyttsx3_engine: pyttsx3.Engine) -> None:
    heard = spoken_by(pyttsx3_engine)
    for number in range(400):
        pyttsx3_engine.say("Yes.", name=str(number))
    pyttsx3_engine.runAndWait()
    assert [name for name, _ in heard] == [str(number) for number in range(400)]


def test_the_queue_can_be_run_again_and_empty(pyttsx3_engine: pyttsx3.Engine) -> None:
    heard = spoken_by(pyttsx3_engine)
    pyttsx3_engine.runAndWait()
    pyttsx3_engine.setProperty("rate", 150)
    pyttsx3_engine.runAndWait()
    pyttsx3_engine.say("Hello.", name="one")
    pyttsx3_engine.runAndWait()
    pyttsx3_engine.say("Hello.", name="two")
    pyttsx3_engine.runAndWait()
    assert [name for name, _ in heard] == ["one", "two"]


def test_a_rate_holds_for_the_lines_after_it(pyttsx3_engine: pyttsx3.Engine) -> None:
    heard = spoken_by(pyttsx3_engine)
    for rate in (140, 215) * 20:
        pyttsx3_engine.setProperty("rate", rate)
        pyttsx3_engine.say(LINE, name=str(rate))
    pyttsx3_engine.runAndWait()
    slow = [length for name, length in heard if name == "140"]
    fast = [length for name, length in heard if name == "215"]
    assert len(slow) == len(fast) == 20
    assert min(slow) > 1.2 * max(fast)
    assert max(slow) - min(slow) <= 2 * FRAME


def test_properties_can_be_read_back(pyttsx3_engine: pyttsx3.Engine) -> None:
    pyttsx3_engine.setProperty("rate", 190)
    pyttsx3_engine.setProperty("volume", 0.8)
    pyttsx3_engine.runAndWait()
    assert pyttsx3_engine.getProperty("rate") == 190
    assert pyttsx3_engine.getProperty("volume") == pytest.approx(0.8)
    assert "gmw/en-US" in [listed.id for listed in pyttsx3_engine.getProperty("voices")]
    with pytest.raises(KeyError):
        pyttsx3_engine.getProperty("color")


def test_words_are_announced_with_their_places(pyttsx3_engine: pyttsx3.Engine) -> None:
    places = []
    pyttsx3_engine.connect("started-word", lambda location, length, **_: places.append((location, length)))
    pyttsx3_engine.say("Hello kind Anna.")
    pyttsx3_engine.runAndWait()
    assert places == [(0, 5), (6, 4), (11, 4)]


def test_stop_cuts_the_line_and_the_next_one_is_whole(pyttsx3_engine: pyttsx3.Engine) -> None:
    heard = spoken_by(pyttsx3_engine)
    finished: list[bool] = []
    pyttsx3_engine.connect("finished-utterance", lambda completed, **_: finished.append(completed))
    token = pyttsx3_engine.connect(
        "started-word", lambda location, **_: location > 5 and pyttsx3_engine.stop()
    )
    pyttsx3_engine.say(LINE, name="cut")
    pyttsx3_engine.runAndWait()
    pyttsx3_engine.disconnect(token)
    pyttsx3_engine.say(LINE, name="whole")
    pyttsx3_engine.runAndWait()
    lengths = dict(heard)
    assert finished == [False, True]
    assert lengths["cut"] < 0.3 * lengths["whole"]


def test_stop_from_another_thread(pyttsx3_engine: pyttsx3.Engine) -> None:
    finished: list[bool] = []
    pyttsx3_engine.connect("finished-utterance", lambda completed, **_: finished.append(completed))

    def stop(name: str | None, location: int, length: int) -> None:
        if location == 0:
            thread = threading.Thread(target=pyttsx3_engine.stop)
            thread.start()
            thread.join()

    pyttsx3_engine.connect("started-word", stop)
    pyttsx3_engine.say(LINE)
    pyttsx3_engine.runAndWait()
    assert finished == [False]


def test_a_file_holds_its_line_and_is_written_once(pyttsx3_engine: pyttsx3.Engine, tmp_path: Path) -> None:
    path = tmp_path / "line.wav"
    pyttsx3_engine.save_to_file(LINE, str(path))
    pyttsx3_engine.runAndWait()
    written = hashlib.sha256(path.read_bytes()).digest()
    pyttsx3_engine.say("Hello.")
    pyttsx3_engine.runAndWait()
    assert hashlib.sha256(path.read_bytes()).digest() == written
    with wave.open(str(path)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 22050)
        assert 2 < file.getnframes() / file.getframerate() < 6


def test_an_unwritable_file_is_reported_and_the_queue_goes_on(
    pyttsx3_engine: pyttsx3.Engine, tmp_path: Path
) -> None:
    errors: list[Exception] = []
    heard = spoken_by(pyttsx3_engine)
    pyttsx3_engine.connect("error", lambda exception, **_: errors.append(exception))
    pyttsx3_engine.save_to_file(LINE, str(tmp_path / "no" / "such" / "folder.wav"))
    pyttsx3_engine.say("Hello.", name="next")
    pyttsx3_engine.runAndWait()
    assert [type(error) for error in errors] == [FileNotFoundError]
    assert [name for name, _ in heard] == ["next"]


def test_an_outside_loop_can_drive_it(pyttsx3_engine: pyttsx3.Engine) -> None:
    heard = spoken_by(pyttsx3_engine)
    pyttsx3_engine.say("Hello.", name="one")
    pyttsx3_engine.say("Goodbye.", name="two")
    pyttsx3_engine.startLoop(useDriverLoop=False)
    for _ in range(3):
        pyttsx3_engine.iterate()
    pyttsx3_engine.endLoop()
    assert [name for name, _ in heard] == ["one", "two"]
