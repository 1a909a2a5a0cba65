"""The command line: light, one line for what the user can mend, the right exit status, no traceback."""

import io
import os
import re
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import synthetic_call
from audio_files import tone, write
from rich.console import Console

from voicecoach.apps.jobs import Job, Outcome
from voicecoach.apps.outcome_text import at, fit, outcome_line, printable, top_issue
from voicecoach.apps.progress import Lines, Live, new_screen
from voicecoach.apps.record import to_record
from voicecoach.apps.terminal import scorecard, show_error, show_results
from voicecoach.apps.worker import Progress
from voicecoach.devices.results import ResultFolder

FIXTURES = Path(__file__).parent.parent / "audio_fixtures"

HEAVY = ("numpy", "av", "librosa", "faster_whisper", "onnxruntime", "sklearn", "scipy", "pydantic", "rich")

MAIN = "from voicecoach.cli import main; main()"


def voicecoach(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own, away from any terminal, 80 columns wide."""
    command = [sys.executable, "-c", MAIN, *map(str, arguments)]
    environment = {**os.environ, "COLUMNS": "80", "HF_HUB_OFFLINE": "1", **environment}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)


def refused(*arguments: object) -> str:
    """The one line that a request at fault gets."""
    done = voicecoach(*arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    return done.stderr.strip().splitlines()[-1]


# --- arguments


def test_the_command_loads_nothing_heavy():
    code = f"import sys, voicecoach.cli; print([name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_version_and_help():
    assert voicecoach("--version").stdout == "voicecoach 0.1.0\n"
    told = voicecoach("grade", "--help").stdout
    options = "out model device compute-type language rubric persona trainee-channel trainee-only voice-only"
    for option in f"{options} offline workers resume plain".split():
        assert f"--{option}" in told


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["a.wav", "--resume"], "--resume needs --out"),
        (["a.wav", "--voice-only", "--model", "demo"], "leave out --model"),
        (["a.wav", "--trainee-channel", "both"], "auto, left, right, or a number"),
        (["a.wav", "--workers", "0"], "Invalid value for '--workers'"),
        (["a.wav", "--colour"], "No such option"),
        (["a.wav", "--model", "nosuch"], "voicecoach: --model nosuch: neither a folder nor a model name"),
        (["a.wav", "--rubric", "nosuch", "--model", "demo"], "voicecoach: nosuch: no such file"),
        (["a.wav", "--persona", "nosuch", "--model", "demo"], "voicecoach: nosuch: no such file"),
        (["a.wav", "--device", "abacus"], "voicecoach: --device abacus: no such device"),
    ],
)
def test_a_request_at_fault_gets_one_line_and_status_2(arguments, said):
    assert said in refused("grade", *arguments)


def test_without_any_model_the_remedy_is_told(tmp_path):
    done = voicecoach("grade", "a.wav", "--offline", HF_HOME=str(tmp_path))
    assert done.returncode == 2
    assert "hf download" in done.stderr
    assert "--voice-only" in done.stderr


def test_a_folder_without_recordings_is_a_request_at_fault(tmp_path):
    assert refused("grade", tmp_path) == (
        f"voicecoach: {tmp_path}: no sound files in it. Name a recording, or a folder that holds some."
    )


def test_results_need_a_place_that_can_be_written(tmp_path):
    (tmp_path / "file").write_text("")
    said = refused("grade", "a.wav", "--voice-only", "--out", tmp_path / "file")
    assert "cannot write results" in said


# --- the whole command


def test_grades_a_call_and_fails_a_file_in_one_batch(tmp_path):
    """A fixture with the real small model, and a file that is no recording."""
    out = tmp_path / "out"
    (tmp_path / "memo.wav").write_text("not a recording")
    call = FIXTURES / "one_word.8k-mulaw.wav"
    files = (call, tmp_path / "memo.wav")
    options = ("--model", "demo", "--trainee-channel", "left", "--workers", 1)
    done = voicecoach("grade", *files, *options, "--out", out)
    assert done.returncode == 1
    assert "Model: demo" in done.stderr
    assert "[1/2] one_word.8k-mulaw.wav: " in done.stderr
    assert done.stderr.splitlines()[-1] == "1 of 2 calls could not be graded."
    assert "not graded: is not audio" in " ".join(done.stdout.split())
    assert "knows synthetic voices only" in done.stdout
    assert f"Tables: {out / 'calls.csv'}, calls.jsonl" in done.stdout
    assert max(map(len, done.stdout.split("Report: ")[0].splitlines())) <= 80
    assert "\x1b" not in done.stdout + done.stderr
    written = {path.name for path in out.iterdir()}
    assert written == {
        *("one_word.8k-mulaw.json", "one_word.8k-mulaw.html", "calls.csv", "calls.jsonl", ".voicecoach"),
    }


def test_a_single_call_gets_its_whole_scorecard(tmp_path):
    path = write(tmp_path / "call.wav", tone(3.0, 8_000), 8_000)
    done = voicecoach("grade", path, "--voice-only", "--trainee-only")
    assert done.returncode == 0
    assert done.stdout.startswith("call.wav\nTrainee on channel 0")
    assert "Not judged\n  Not measurable: graded with --voice-only" in done.stdout.replace("\n\n", "\n")
    assert not list(tmp_path.glob("*.json"))


def test_ctrl_c_ends_at_once_and_says_how_to_go_on(tmp_path):
    """Sent to the whole group of processes, as a terminal does, when the first of three calls is finished."""
    calls = [FIXTURES / f"{name}.8k-mulaw.wav" for name in ("one_word", "good", "bad")]
    command = [sys.executable, "-c", MAIN, "grade", *calls, "--model", "demo", "--out", tmp_path / "out"]
    told: list[str] = []
    with subprocess.Popen(
        list(map(str, command)),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if line.startswith("[1/3]") and not any(before.startswith("[1/3]") for before in told):
                os.killpg(process.pid, signal.SIGINT)  # once: a slow machine tells of a call twice
            told.append(line)
    assert process.returncode == 130
    assert told[-1].startswith("Interrupted. ")
    assert told[-1].endswith(" of 3 calls are finished. Run the same command with --resume for the others.\n")
    assert all(line.startswith(("Model", "[", "Interrupted")) for line in told)
    assert (tmp_path / "out" / "calls.csv").exists()


# --- what a terminal shows


@pytest.fixture
def outcomes(tmp_path) -> list[Outcome]:
    """A call that failed a rule, one that could not be read, one with a hostile name."""
    brief = {key: value for key, value in to_record(synthetic_call.graded_call()).items() if key != "call"}
    hostile = "\x1b]0;owned\x07" + "long name " * 5
    return [
        Outcome(Job(0, tmp_path / "late order.wav", "late order"), None, {}, brief),
        Outcome(
            Job(1, tmp_path / "b.wav", "b"), f"{tmp_path / 'b.wav'}: is empty (0 bytes). Copy it.", None, None
        ),
        Outcome(Job(2, tmp_path / hostile, hostile), None, {}, brief, resumed=True),
    ]


def shown(outcomes: list[Outcome], folder: Path | None = None, **console: object) -> str:
    screen = Console(file=io.StringIO(), width=80, **console)
    show_results(screen, outcomes, ResultFolder(folder) if folder else None)
    return screen.file.getvalue()


def test_the_table_says_everything_without_color_in_80_columns(outcomes, tmp_path):
    text = shown(outcomes, tmp_path)
    lines = text.split("Report:")[0].splitlines()
    assert max(map(len, lines)) <= 80
    assert "50 (68)" in text
    assert "62%" in text
    assert "Unannounced" in text
    assert "not graded: is" in text
    assert "\x1b" not in text
    assert "\x07" not in text


def test_color_repeats_what_words_say(outcomes, monkeypatch):
    """Without its escape sequences the colored text is the plain text; NO_COLOR leaves no colors."""
    for some in (outcomes, outcomes[:1]):
        colored = shown(some, force_terminal=True, color_system="truecolor")
        assert "\x1b[" in colored
        without = "".join(part.partition("m")[2] for part in f"m{colored}".split("\x1b["))
        assert without == shown(some)
    monkeypatch.setenv("NO_COLOR", "1")
    plain = shown(outcomes, force_terminal=True, color_system="truecolor")
    assert not [code for code in ("[31m", "[32m", "[33m", "[36m") if code in plain]


def test_the_scorecard_shows_reasons_and_moments(outcomes):
    text = shown(outcomes[:1])
    assert (
        "Score 50 of 100 (68 before failures): hard 67, soft 62\n62% of the rubric could be judged\n" in text
    )
    assert "FAILED (section Resolution set to 0): Unannounced silence" in text
    assert "Lets the caller finish: 2 of 8, partly met (90% sure)" in text
    assert "because of lets" in text
    assert '0:32.0 trainee: "that must be frustrating"' in text
    assert "0:14.0 trainee: came in 1.0 s early" in text
    judged, _, left = text.partition("Not judged\n")
    assert "Announces a hold" not in judged
    assert re.search(r"  n/a: .+\n +Announces a hold *\n", left)
    assert re.search(r"  not measurable: .+\n +States facts *\n", left, re.IGNORECASE)
    assert "bonus 1 of 5" in text


def test_only_some_moments_are_shown_and_the_others_counted(outcomes):
    card = synthetic_call.scorecard()
    first = replace(card.marks[0], evidence=card.marks[0].evidence * 5)
    brief = to_record(synthetic_call.graded_call(scorecard=replace(card, marks=(first,))))
    screen = Console(file=io.StringIO(), width=80)
    screen.print(scorecard(brief))
    assert "and 2 more in the report" in screen.file.getvalue()


def test_the_top_issue_is_a_failure_before_a_missed_mark(outcomes):
    card = outcomes[0].brief["scorecard"]
    assert top_issue(card) == "Unannounced silence (failed)"
    assert top_issue({**card, "failures": []}) == "Lets the caller finish"
    met = [mark for mark in card["marks"] if mark["points"] == mark["weight"]]
    assert top_issue({"failures": [], "marks": met}) == "none"
    assert top_issue({"failures": [], "marks": []}) == "nothing could be judged"


def test_an_error_stays_on_one_line_however_long():
    screen = Console(file=io.StringIO(), width=40)
    show_error(screen, "a very long path " * 20 + "\x1b[2J")
    text = screen.file.getvalue()
    assert text.count("\n") == 1
    assert "\x1b" not in text


@pytest.mark.parametrize(
    ("text", "width", "fitted"),
    [("short", 8, "short"), ("recording-0815.wav", 9, "reco….wav"), ("a\nb", 9, "a\ufffdb")],
)
def test_names_are_cut_in_the_middle(text, width, fitted):
    assert fit(text, width) == fitted


@pytest.mark.parametrize(
    ("time_s", "said"), [(0.0, "0:00.0"), (62.55, "1:02.5"), (59.96, "1:00.0"), (3600, "60:00.0")]
)
def test_times_of_evidence(time_s, said):
    assert at(time_s) == said


def test_broken_bytes_of_a_name_can_be_printed():
    assert printable(os.fsdecode(b"caf\xe9")) == "caf\ufffd"


# --- progress


def test_plain_lines_tell_each_outcome_and_the_outlook(outcomes):
    console = Console(file=io.StringIO(), width=40)
    with new_screen(console, plain=False) as screen:
        assert isinstance(screen, Lines)
        screen.began([outcome.job for outcome in outcomes])
        screen.moved(Progress(outcomes[0].job, 0.5))
        for outcome in outcomes:
            screen.ended(outcome)
    lines = console.file.getvalue().splitlines()
    assert len(lines) == 3
    assert lines[0].startswith(f"[1/3] {outcome_line(outcomes[0])} (")
    assert lines[0].endswith(" left)")
    assert "graded before" in lines[2]
    assert "\x1b" not in "".join(lines)


def test_bars_say_only_what_failed_and_leave_nothing_behind(outcomes):
    console = Console(file=io.StringIO(), width=80, force_terminal=True)
    with new_screen(console, plain=False) as screen:
        assert isinstance(screen, Live)
        screen.began([outcome.job for outcome in outcomes])
        for outcome in outcomes:
            screen.moved(Progress(outcome.job, 0.5))
            screen.ended(outcome)
    text = console.file.getvalue()
    assert "3/3 calls" in text
    assert "calls/min" in text
    assert text.count("not graded") == 1
    assert "owned\x07" not in text


# --- rubrics


def test_rubrics_are_listed_shown_and_checked(tmp_path):
    assert "de-escalation" in voicecoach("rubrics", "list").stdout
    told = voicecoach("rubrics", "show", "default")
    assert "Lets the caller finish" in " ".join(told.stdout.split())
    shipped = Path(__file__).parent.parent / "voicecoach" / "rubrics" / "default.yaml"
    assert voicecoach("rubrics", "check", shipped).stdout == f"{shipped}: nothing to object to\n"
    broken = tmp_path / "mine.yaml"
    broken.write_text(shipped.read_text().replace("weight: 4", "weigth: 4", 1))
    done = voicecoach("rubrics", "check", shipped, broken, tmp_path / "gone.yaml")
    assert done.returncode == 1
    assert "unknown key 'weigth'. Perhaps 'weight' is meant." in done.stdout
    assert "gone.yaml: cannot be read" in done.stderr
