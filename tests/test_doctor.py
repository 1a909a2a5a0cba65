"""``voicecoach doctor``: its verdict, what it remembers, the clips, the machine, and the whole command."""

import importlib.util
import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from voicecoach.apps import machine_facts as facts
from voicecoach.apps.doctor_command import CHECKED, NO_MODEL, DoctorOptions, doctor_command
from voicecoach.apps.options import GradeOptions, prepare
from voicecoach.apps.window_check import WindowRun, run, verdict
from voicecoach.devices.clips import CLIPS, read_clips
from voicecoach.devices.machine import Placement
from voicecoach.devices.models import DEMO_FOLDER, resolve
from voicecoach.devices.recognizer import FasterWhisperRecognizer
from voicecoach.devices.window import AudioWindow
from voicecoach.devices.window_choice import WindowChoice, choice_path, choose, damage, remember
from voicecoach.errors import DeviceError, InputError, ModelError
from voicecoach.timeline import RATE

ROOT = Path(__file__).parent.parent
PROCESSOR = Placement("cpu", "int8")
PASSED = WindowChoice(AudioWindow.ADAPTIVE, "voicecoach doctor found 1.0% word errors with it, 1.0% without")


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user who never asked the doctor; where the choices will be."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state/voicecoach/audio-windows.json"


# --- the verdict

FULL = WindowRun(AudioWindow.FULL, 20, 1000, 50, 1, 0, audio_s=80.0, took_s=20.0)
QUICK = replace(FULL, window=AudioWindow.ADAPTIVE, took_s=4.0)


@pytest.mark.parametrize(
    ("full", "quick", "chosen", "reason"),
    [
        (FULL, QUICK, "adaptive", "5.0% word errors with it, 5.0% without"),
        (FULL, replace(QUICK, errors=55), "adaptive", "5.5%"),
        (FULL, replace(QUICK, errors=56), "full", "costs words: 5.6% word errors with it, 5.0% without"),
        (FULL, replace(QUICK, loops=2), "full", "repeats itself in 1 more"),
        (FULL, replace(QUICK, redone=10), "adaptive", ""),
        (FULL, replace(QUICK, redone=11), "full", "redone for 11 of 20"),
        (replace(FULL, errors=501), replace(QUICK, errors=501), "full", "understands too little"),
    ],
)
def test_words_decide(full: WindowRun, quick: WindowRun, chosen: str, reason: str) -> None:
    choice = verdict(full, quick)
    assert choice.window == chosen
    assert reason in choice.reason


def test_speed_does_not_decide() -> None:
    assert verdict(FULL, replace(QUICK, took_s=40.0)).window is AudioWindow.ADAPTIVE


def test_errors_are_counted_against_the_text() -> None:
    demo = FasterWhisperRecognizer(resolve("demo"), PROCESSOR)
    first, second = read_clips(CLIPS)[:2]
    wrong = replace(second, text=f"{second.text} and three more")
    right = run(demo, [first, second], "en")
    assert run(demo, [first, wrong], "en").errors == right.errors + 3
    assert right.audio_s == (len(first.samples) + len(second.samples)) / RATE
    assert (right.clips, right.redone, right.window) == (2, 0, AudioWindow.FULL)


# --- what is remembered


def test_full_until_a_check_passed(state: Path) -> None:
    demo = resolve("demo")
    assert choose(demo, PROCESSOR, "en").window is AudioWindow.FULL
    assert "voicecoach doctor --model demo" in choose(demo, PROCESSOR, "en").reason
    assert remember(demo, PROCESSOR, "en", PASSED) == state == choice_path()
    assert choose(demo, PROCESSOR, "en") == PASSED
    assert damage() is None


def test_a_check_holds_for_what_was_checked_alone(state: Path) -> None:
    demo = resolve("demo")
    remember(demo, PROCESSOR, "en", PASSED)
    assert choose(replace(demo, name="/elsewhere"), PROCESSOR, "en") == PASSED
    for other in (
        choose(replace(demo, digest="0" * 64), PROCESSOR, "en"),
        choose(demo, Placement("cpu", "float32"), "en"),
        choose(demo, Placement("cuda", "int8"), "en"),
        choose(demo, PROCESSOR, "de"),
    ):
        assert other.window is AudioWindow.FULL


def test_checks_of_several_models_stand_side_by_side_and_a_new_one_replaces_its_own(state: Path) -> None:
    demo = resolve("demo")
    other = replace(demo, digest="0" * 64)
    remember(demo, PROCESSOR, "en", PASSED)
    remember(other, PROCESSOR, "en", PASSED)
    remember(demo, PROCESSOR, "en", WindowChoice(AudioWindow.FULL, "it costs words"))
    assert choose(demo, PROCESSOR, "en") == WindowChoice(AudioWindow.FULL, "it costs words")
    assert choose(other, PROCESSOR, "en") == PASSED
    assert [path.name for path in state.parent.iterdir()] == [state.name]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"{",
        b"[]",
        b'{"version": 2, "checked": {}}',
        b'{"version": 1, "checked": {"en": {"audio_window": "huge", "reason": ""}}}',
    ],
)
def test_a_damaged_file_is_told_ignored_and_written_anew(state: Path, content: bytes) -> None:
    state.parent.mkdir(parents=True)
    state.write_bytes(content)
    demo = resolve("demo")
    choice = choose(demo, PROCESSOR, "en")
    assert choice.window is AudioWindow.FULL
    assert f"{state} is damaged and is ignored" in choice.reason
    remember(demo, PROCESSOR, "en", PASSED)
    assert choose(demo, PROCESSOR, "en") == PASSED


def test_no_place_to_keep_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    demo = resolve("demo")
    assert choose(demo, PROCESSOR, "en").window is AudioWindow.FULL
    assert "cannot be read" in str(damage())
    with pytest.raises(DeviceError, match=r"cannot be kept .*XDG_STATE_HOME"):
        remember(demo, PROCESSOR, "en", PASSED)


@pytest.mark.parametrize(
    ("system", "folder"), [("linux", ".local/state"), ("darwin", "Library/Application Support")]
)
def test_without_xdg_the_platforms_own_place(
    system: str, folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", "relative/is/not/allowed")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr("sys.platform", system)
    assert choice_path() == tmp_path / folder / "voicecoach/audio-windows.json"


def test_grading_uses_the_choice_and_its_identity_holds_it(state: Path) -> None:
    options = GradeOptions(model="demo", offline=True, device="cpu")
    before = prepare(options)
    assert before.window.window is AudioWindow.FULL
    remember(resolve("demo"), PROCESSOR, "en", PASSED)
    after = prepare(options)
    assert after.window == PASSED
    assert after.identity != before.identity
    assert prepare(replace(options, audio_window=AudioWindow.FULL)).identity == before.identity


# --- clips


def test_shipped_clips_are_cut_from_the_fixture_calls(tmp_path: Path) -> None:
    spec = importlib.util.spec_from_file_location("cut_clips", ROOT / "scripts/cut_clips.py")
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    for call in script.SHIPPED:
        script.cut(call, tmp_path, numbers=False)
    made = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert made == {path.name: path.read_bytes() for path in CLIPS.iterdir()}
    assert sum(map(len, made.values())) < 1_000_000


def test_clips_of_ones_own(tmp_path: Path) -> None:
    tone = 0.1 * np.sin(0.1 * np.arange(44100))
    soundfile.write(tmp_path / "b [1].flac", np.stack([tone, 0 * tone], axis=1), 44100)
    (tmp_path / "b [1].txt").write_text("Grüß Gott\n", encoding="utf-8")
    soundfile.write(tmp_path / "a.wav", tone, 44100)
    (tmp_path / "a.txt").write_text("hello", encoding="utf-8")
    first, second = read_clips(tmp_path)
    assert (first.name, first.text, second.text) == ("a", "hello", "Grüß Gott")
    assert len(first.samples) == len(second.samples) == RATE
    assert np.abs(second.samples).max() == pytest.approx(0.05, rel=0.02)


@pytest.mark.parametrize(
    ("files", "problem"),
    [
        ({}, "holds no clips"),
        ({"a.txt": b"hello"}, r"a\.txt: has 0 sound files"),
        ({"a.txt": b"...", "a.wav": b""}, "holds no words"),
        ({"a.txt": b"\xff", "a.wav": b""}, "UTF-8"),
        ({"a.txt": b"hello", "a.wav": b"", "a.mp3": b""}, "has 2 sound files"),
    ],
)
def test_clips_that_are_none(tmp_path: Path, files: dict[str, bytes], problem: str) -> None:
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=problem):
        read_clips(tmp_path)


def test_a_clip_longer_than_the_window_is_refused(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", 0.1 * np.sin(0.1 * np.arange(31 * 8000)), 8000)
    (tmp_path / "a.txt").write_text("hello", encoding="utf-8")
    with pytest.raises(InputError, match="lasts 31 s"):
        read_clips(tmp_path)


# --- the machine


def test_the_machine_is_described() -> None:
    told = {fact.name: fact for fact in facts.machine_facts()}
    names = ("Python", "Processor", "Graphics card", "Speech models", "espeak-ng", "flite", "Sound")
    assert tuple(told) == names
    assert told["Python"].found.startswith("3.")
    assert told["Python"].remedy is None
    assert "core" in told["Processor"].found


def test_what_is_missing_comes_with_its_remedy(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def nothing(engine: str) -> None:
        raise DeviceError(f"{engine} is not installed. Install it.")

    monkeypatch.setattr(facts, "voice", nothing)
    monkeypatch.setattr(facts, "SOUND_CODE", "import os; os.abort()")
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    told = {fact.name: fact for fact in facts.machine_facts()}
    assert told["espeak-ng"].remedy == "espeak is not installed. Install it."
    assert told["flite"].remedy == "flite is not installed. Install it."
    assert "PortAudio" in str(told["Sound"].remedy)
    assert "voicecoach doctor --model base.en" in str(told["Speech models"].remedy)


@pytest.mark.parametrize(
    ("devices", "found", "remedy"),
    [
        ([["mic", 1, 0], ["phones", 0, 2]], "in: mic; out: phones", None),
        ([["phones", 0, 2]], "no microphone;", "plug in a headset"),
        ([["mic", 1, 0]], "no loudspeaker;", "plug in a headset"),
        ([], "no microphone and no loudspeaker;", "plug in a headset"),
    ],
)
def test_sound_devices(
    monkeypatch: pytest.MonkeyPatch, devices: list[object], found: str, remedy: str | None
) -> None:
    monkeypatch.setattr(facts, "SOUND_CODE", f"print({json.dumps(devices)!r})")
    fact = facts.machine_facts()[-1]
    assert found in fact.found
    assert (remedy is None) == (fact.remedy is None)
    assert str(remedy or None) in str(fact.remedy)


# --- the command


@pytest.fixture
def three_clips(tmp_path: Path) -> Path:
    folder = tmp_path / "clips"
    folder.mkdir()
    for name in ("good-02", "good-03", "good_flite-02"):
        for ending in ("wav", "txt"):
            shutil.copy(CLIPS / f"{name}.{ending}", folder)
    return folder


def test_doctor_chooses_the_demos_window_and_remembers_it(
    state: Path, three_clips: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    state.parent.mkdir(parents=True)
    state.write_text("{")
    options = DoctorOptions(model="demo", clips=three_clips, device="cpu", offline=True)
    assert doctor_command(options) == CHECKED
    told = capsys.readouterr()
    digest = resolve("demo").digest
    for part in (f"Model: demo, sha256 {digest[:16]}, cpu, int8.", "3 clips", "Chosen: adaptive", str(state)):
        assert part in told.out
    assert f"{state} is damaged" in told.err
    full, adaptive = (line.split() for line in told.out.splitlines() if line.startswith(("  full", "  adap")))
    assert max(float(full[1].rstrip("%")), float(adaptive[1].rstrip("%"))) < 5
    assert choose(resolve("demo"), PROCESSOR, "en").window is AudioWindow.ADAPTIVE


def test_a_model_that_does_not_understand_the_clips_keeps_the_full_window(
    state: Path, three_clips: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for text in three_clips.glob("*.txt"):
        text.write_text("Every word of this is another one than was said", "utf-8")
    options = DoctorOptions(model="demo", clips=three_clips, device="cpu", offline=True)
    assert doctor_command(options) == CHECKED
    assert "Chosen: full" in capsys.readouterr().out
    choice = choose(resolve("demo"), PROCESSOR, "en")
    assert choice.window is AudioWindow.FULL
    assert "understands too little" in choice.reason


def test_without_a_model_the_machine_is_described_all_the_same(
    state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))
    assert doctor_command(DoctorOptions(device="cpu")) == NO_MODEL
    told = capsys.readouterr()
    assert "Python: 3." in told.out
    assert "not on this machine" in told.err
    assert not state.exists()


def test_what_was_named_and_cannot_be_used(state: Path) -> None:
    with pytest.raises(ModelError, match="--model nonsense"):
        doctor_command(DoctorOptions(model="nonsense", device="cpu", offline=True))
    with pytest.raises(InputError, match="these clips are English, not de"):
        doctor_command(DoctorOptions(model=str(DEMO_FOLDER), language="de", device="cpu"))


def test_the_command_line_says_what_was_wrong(tmp_path: Path) -> None:
    """Through a process of its own: exit status 2, one line, nothing kept."""
    code = "from voicecoach.cli import main; main()"
    arguments = ["doctor", "--model", "demo", "--device", "cpu", "--clips", str(tmp_path)]
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    remedy = "Put in pairs of NAME.wav (speech) and NAME.txt (its words)."
    assert (done.stdout, done.stderr) == ("", f"voicecoach: {tmp_path}: holds no clips. {remedy}\n")
