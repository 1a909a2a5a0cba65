"""From a call that was broken off to its report, and to its deletion: the commands, on real files."""

from __future__ import annotations

import io
import json
import stat
import wave
import webbrowser
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from tests.kept_calls import BLOCK, below, header, tone
from voicecoach.apps import consent
from voicecoach.apps.calls_command import delete_call, forget_consent, list_calls
from voicecoach.apps.consent import may_keep
from voicecoach.apps.library import open_library
from voicecoach.apps.options import GradeOptions, prepare
from voicecoach.apps.record import to_record
from voicecoach.apps.recover_command import recover_command
from voicecoach.apps.replay_command import replay_command
from voicecoach.audio import AudioChunk, Samples
from voicecoach.conversation import Ending
from voicecoach.devices.call_files import LOG, PAGE, RECORD, SOUND, new_call_id
from voicecoach.devices.documents import read_persona
from voicecoach.devices.media import digest, read_blocks
from voicecoach.devices.models import resolve
from voicecoach.devices.recorder import Recorder
from voicecoach.devices.store import DATABASE
from voicecoach.errors import DeviceError, InputError
from voicecoach.events import CallOver, Exchanged
from voicecoach.kept import CallHeader, Grader, as_recorded
from voicecoach.ports import RecognizerInfo

pytestmark = pytest.mark.slow

TITLE = read_persona("returns-desk").title
CLIPS = Path(__file__).parent.parent / "voicecoach" / "clips"
FIRST, SECOND = "20261123-091502-3f2a", "20261123-101502-77aa"


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("COLUMNS", "80")
    return tmp_path / "data" / "voicecoach"


def blocks(trainee: Samples, caller: Samples) -> Iterator[Exchanged]:
    for start in range(0, len(trainee) - BLOCK + 1, BLOCK):
        end = start + BLOCK
        yield Exchanged(AudioChunk(start, trainee[start:end]), AudioChunk(start, caller[start:end]))


def break_off(
    root: Path, call: CallHeader, sound: Iterator[Exchanged] | None = None, *, over: bool = False
) -> int:
    """Record a call and never keep it; its length."""
    with (
        open_library(root) as library,
        library.files.begin(call.call_id) as folder,
        Recorder(folder, call, pytest.fail) as recorder,
    ):
        for exchanged in sound or map(tone, range(0, 3 * 16_000, BLOCK)):
            recorder.sounded(exchanged)
        if over:
            recorder.told(CallOver(Ending.SATISFIED, 100, "thanked"), recorder.taken)
    return recorder.taken


def kept(root: Path, call_id: str = FIRST, *, over: bool = False) -> None:
    break_off(root, header(call_id), over=over)
    assert recover_command([call_id], everything=False) == 0


def clip(name: str) -> Samples:
    return as_recorded(np.concatenate(list(read_blocks(CLIPS / f"{name}.wav")), axis=1)[0])


def conversation() -> tuple[Samples, Samples]:
    """The trainee says one thing, then the caller, then the trainee again."""
    first, second, third = clip("good-01"), clip("good-02"), clip("good-03")
    gap = np.zeros(8000, np.float32)
    trainee = np.concatenate([first, gap, np.zeros_like(second), gap, third])
    caller = np.concatenate([np.zeros_like(first), gap, second, gap, np.zeros_like(third)])
    whole = len(trainee) - len(trainee) % BLOCK
    return trainee[:whole], caller[:whole]


def save(path: Path, tracks: tuple[Samples, Samples]) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes((np.stack(tracks, axis=1) * 32768).astype("<i2").tobytes())
    return path


def test_recovered_call_is_graded_as_any_recording(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tracks = conversation()
    options = GradeOptions(
        model="demo", device="cpu", trainee_channel=0, persona="returns-desk", offline=True
    )
    plan = replace(prepare(options), desk=())  # nothing was done at the desk
    truth = plan.load()(save(tmp_path / "truth.wav", tracks), lambda _: None)
    assert truth.recognizer is not None
    break_off(data, header(recognizer=truth.recognizer), blocks(*tracks), over=True)
    assert recover_command([], everything=False) == 0

    with open_library(data) as library:
        call = library.store.find(FIRST)
        record = json.loads((library.files.kept(FIRST) / RECORD).read_text())
        expected = json.loads(json.dumps(to_record(truth)))
        assert [record[part] for part in ("scorecard", "call", "recognizer")] == [
            expected[part] for part in ("scorecard", "call", "recognizer")
        ]
        assert any(turn["words"] for turn in record["call"]["turns"])
        assert (call.ending, call.duration) == (Ending.SATISFIED, len(tracks[0]))
        assert call.percent == truth.scorecard.capped_percent
        card = library.store.scorecards(FIRST)[0]
        assert (card.grader, card.card) == (Grader.GRADE, expected["scorecard"])
        assert digest(library.files.audio(call.audio)) == call.audio
    assert f"{FIRST}: {TITLE}" in capsys.readouterr().out


def test_a_call_is_kept_whole_and_nothing_else_is(data: Path) -> None:
    kept(data)
    with open_library(data) as library:
        audio = library.store.find(FIRST).audio
    names = {str(path.relative_to(data)) for path in below(data)}
    folder = f"calls/{FIRST}"
    expected = {DATABASE, "lock", f"audio/{audio}.flac", f"{folder}/{LOG}", f"{folder}/{RECORD}"}
    assert names - {f"{DATABASE}-wal", f"{DATABASE}-shm"} == expected
    assert {stat.S_IMODE(path.stat().st_mode) for path in below(data)} == {0o600}
    assert list((data / "running").iterdir()) == []


@pytest.mark.parametrize("step", ["audio", "results", "listed"])
def test_keeping_that_was_cut_short_is_finished(
    data: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """The power goes when the recording has its name, when the results are written, when it is listed."""
    next_step = {
        "audio": "voicecoach.apps.library.write_record",
        "results": "voicecoach.devices.store.SqlStore.add",
        "listed": "voicecoach.devices.call_files.CallFiles.put_away",
    }[step]

    def power_cut(*args: object) -> None:
        raise DeviceError("no power")

    break_off(data, header())
    with monkeypatch.context() as patched:
        patched.setattr(next_step, power_cut)
        assert recover_command([FIRST], everything=False) == 1
    assert recover_command([FIRST], everything=False) == 0
    with open_library(data) as library:
        assert [call.id for call in library.store.calls()] == [FIRST]
        assert library.files.left_behind() == []
        assert len(list((data / "audio").iterdir())) == 1
    assert replay_command(FIRST, open_browser=False) == 0


def test_recover_asks_which(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert recover_command([], everything=False) == 0
    assert "Nothing to recover" in capsys.readouterr().out
    for call_id in (FIRST, SECOND):
        break_off(data, header(call_id))
    with pytest.raises(InputError, match=r"2 calls were broken off\. Name one, or recover them with --all"):
        recover_command([], everything=False)
    with pytest.raises(InputError, match=r"is no call's id"):
        recover_command(["../../etc"], everything=False)
    assert list_calls() == 0
    assert f"Broken off, not kept yet: {FIRST}, {SECOND}" in " ".join(capsys.readouterr().err.split())
    assert recover_command([], everything=True) == 0
    assert recover_command([FIRST], everything=False) == 1
    assert "no call of this id was broken off, or it still runs" in " ".join(capsys.readouterr().err.split())


def test_call_that_had_not_begun_leaves_nothing(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with open_library(data) as library, library.files.begin(FIRST):
        pass
    break_off(data, header(SECOND), iter(()))
    assert recover_command([FIRST], everything=False) == 0
    assert recover_command([SECOND], everything=False) == 0
    assert capsys.readouterr().out.count("broken off before it began") == 2
    assert list((data / "running").iterdir()) == []


def test_running_call_is_left_alone(data: Path) -> None:
    with open_library(data) as library, library.files.begin(FIRST) as folder:
        assert library.files.left_behind() == []
        assert recover_command([FIRST], everything=False) == 1
        assert recover_command([], everything=True) == 0
        with pytest.raises(InputError, match="the call still runs"):
            delete_call(FIRST)
        assert folder.is_dir()


def test_model_must_be_the_one_that_listened(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    real = resolve("demo", offline=True)
    other = RecognizerInfo("demo", "f" * 16, "cpu", "int8", real.scope, False, {"audio_window": "full"})
    break_off(data, header(recognizer=other))
    assert recover_command([FIRST], everything=False) == 1
    assert "not the one that listened to the call" in " ".join(capsys.readouterr().err.split())
    assert recover_command([FIRST], everything=False, model="demo") == 0


def test_log_that_cannot_be_used_keeps_the_recording(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    break_off(data, replace(header(), persona={"id": "gone"}))
    assert recover_command([FIRST], everything=False) == 1
    said = " ".join(capsys.readouterr().err.split())
    assert "its persona cannot be used" in said
    assert "Use voicecoach 0.1.0, which ran the call" in said
    assert (data / "running" / FIRST / SOUND).is_file()


def test_list(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert list_calls() == 0
    assert "No call is kept." in capsys.readouterr().out
    kept(data, FIRST, over=True)
    break_off(data, replace(header(SECOND), started_at="2026-11-23T10:15:02+00:00"))
    assert recover_command([], everything=False) == 0
    capsys.readouterr()
    assert list_calls() == 0
    shown = capsys.readouterr().out
    lines = [line for line in shown.splitlines() if "20261123" in line]
    assert [line.split()[0] for line in lines] == [SECOND, FIRST]
    assert all(word in shown for word in TITLE.split())
    assert "0:03" in lines[0]
    assert all(len(line) <= 80 for line in shown.splitlines())
    assert list_calls(as_json=True) == 0
    newest, oldest = json.loads(capsys.readouterr().out)
    assert (newest["id"], newest["ending"], newest["duration_s"]) == (SECOND, "broken off", 3.0)
    assert (oldest["ending"], oldest["trainee"], oldest["persona"]) == ("satisfied", "Sam Öz", "returns-desk")
    assert Path(oldest["recording"]).is_file()
    assert oldest["report"] is None
    assert replay_command(FIRST, open_browser=False) == 0
    capsys.readouterr()
    list_calls(as_json=True)
    assert Path(json.loads(capsys.readouterr().out)[1]["report"]).is_file()


def test_replay_opens_the_report(
    data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    kept(data)
    capsys.readouterr()
    opened: list[str] = []
    monkeypatch.setattr(webbrowser, "open", lambda url: opened.append(url) is None)
    assert replay_command(FIRST[:12]) == 0
    page = data / "calls" / FIRST / PAGE
    assert opened == [page.as_uri()]
    assert capsys.readouterr().out.strip() == str(page)
    assert TITLE in page.read_text()


@pytest.mark.parametrize("damage", [None, b"{", b'{"schema_version": 0}'])
def test_lost_report_is_made_again(data: Path, monkeypatch: pytest.MonkeyPatch, damage: bytes | None) -> None:
    """From the record; from the recording where that is lost, too, or is not what reports are made from."""
    kept(data)
    assert replay_command(FIRST, open_browser=False) == 0
    folder = data / "calls" / FIRST
    before = [(folder / name).read_bytes() for name in (PAGE, RECORD)]
    (folder / PAGE).unlink()
    if damage is None:
        monkeypatch.setattr("voicecoach.apps.regrade.regrade", pytest.fail)  # the record is enough
    else:
        (folder / RECORD).write_bytes(damage)
    assert replay_command(FIRST, open_browser=False) == 0
    assert [(folder / name).read_bytes() for name in (PAGE, RECORD)] == before


def test_report_without_a_recording_is_told(data: Path) -> None:
    kept(data)
    next((data / "audio").iterdir()).unlink()
    with pytest.raises(InputError, match=r"neither its report nor its recording .* is there"):
        replay_command(FIRST, open_browser=False)


def test_deleted_call_is_gone(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept(data)
    kept(data, SECOND)  # the same sound: one file
    assert len(list((data / "audio").iterdir())) == 1
    capsys.readouterr()
    assert delete_call(FIRST) == 0
    said = capsys.readouterr().out
    assert str(data / "calls" / FIRST) in said.replace("\n", "")
    assert FIRST not in "".join(map(str, below(data)))
    assert FIRST.encode() not in b"".join(path.read_bytes() for path in below(data))
    assert replay_command(SECOND, open_browser=False) == 0
    assert delete_call(SECOND) == 0
    assert [path.name for path in below(data) if not path.name.startswith(DATABASE)] == ["lock"]
    for call_id in (SECOND, "20261123", "..", ""):
        with pytest.raises(InputError, match=r"no such call|no call's id"):
            delete_call(call_id)


def test_deleting_after_the_list_was_lost_leaves_other_sounds(data: Path) -> None:
    kept(data)
    (first,) = (data / "audio").iterdir()
    for path in data.glob(f"{DATABASE}*"):  # the remedy for a damaged list: move it away
        path.unlink()
    break_off(data, header(SECOND), islice(map(tone, range(0, 3 * 16_000, BLOCK)), 100))
    assert recover_command([SECOND], everything=False) == 0
    assert len(list((data / "audio").iterdir())) == 2
    assert delete_call(SECOND) == 0
    assert list((data / "audio").iterdir()) == [first]


def test_call_that_was_broken_off_can_be_deleted(data: Path) -> None:
    break_off(data, header())
    assert delete_call(FIRST) == 0
    assert list((data / "running").iterdir()) == []


def terminal(answers: str, monkeypatch: pytest.MonkeyPatch) -> tuple[Console, io.StringIO]:
    typed = io.StringIO(answers)
    typed.isatty = lambda: True  # type: ignore[method-assign]
    monkeypatch.setattr("sys.stdin", typed)
    shown = io.StringIO()
    return Console(file=shown, force_terminal=True, width=100, color_system=None), shown


def test_consent_is_asked_once(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    console, shown = terminal("what?\n\nYes\n", monkeypatch)
    assert may_keep(console, "Sam") is True
    asked = shown.getvalue()
    assert str(data) in asked.replace("\n", "")
    assert asked.startswith(consent.TEXT.partition("{")[0]), "its lines stay lines"
    assert asked.count("[y/n]") == 3
    console, shown = terminal("", monkeypatch)
    assert may_keep(console, "Sam") is True
    assert shown.getvalue() == ""
    console, _ = terminal("n\n", monkeypatch)
    assert may_keep(console, "Kim") is False
    console, shown = terminal("", monkeypatch)
    assert (may_keep(console, "Kim"), may_keep(console, "Sam")) == (False, True)
    kept_file = data.parent.parent / "state/voicecoach/consent.json"
    answer = json.loads(kept_file.read_text())["answers"]["Sam"]
    assert (answer["keep"], answer["text_version"]) == (True, consent.TEXT_VERSION)
    assert datetime.fromisoformat(answer["at"]).tzinfo is not None
    assert stat.S_IMODE(kept_file.stat().st_mode) == 0o600


def test_consent_to_another_text_is_none(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    console, _ = terminal("y\n", monkeypatch)
    assert may_keep(console)
    monkeypatch.setattr(consent, "TEXT_VERSION", 2)
    console, _ = terminal("n\n", monkeypatch)
    assert not may_keep(console)
    assert forget_consent() == 0
    assert forget_consent() == 0
    console, shown = terminal("", monkeypatch)
    assert not may_keep(console), "the end of the input is no yes"
    assert "May this rehearsal" in shown.getvalue()


def test_without_a_terminal_nobody_said_yes(data: Path) -> None:
    shown = io.StringIO()
    assert may_keep(Console(file=shown)) is False
    assert "--keep" in shown.getvalue()
    assert may_keep(Console(file=shown), override=True) is True
    assert may_keep(Console(file=shown), override=False) is False
    assert not (data.parent.parent / "state").exists()


def test_damaged_consent_is_none(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = data.parent.parent / "state/voicecoach/consent.json"
    path.parent.mkdir(parents=True)
    path.write_text('{"version": 1, "answers": {"Sam": {"keep": true}}}')
    console, _ = terminal("n\n", monkeypatch)
    assert may_keep(console, "Sam") is False


def test_a_folder_that_was_open_to_others_is_closed(data: Path) -> None:
    data.mkdir(parents=True)
    data.chmod(0o777)
    assert list_calls() == 0
    assert stat.S_IMODE(data.stat().st_mode) == 0o700


def test_ids_sort_by_time() -> None:
    ids = [new_call_id(datetime(2026, 11, 23, hour, tzinfo=UTC)) for hour in (1, 2, 13)]
    assert ids == sorted(ids)
    assert ids[0].startswith("20261123-010000-")
