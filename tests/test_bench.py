"""The benches: the models they measure with, their one command, and words in silence."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from demo_words import known_words

from bench import widened_whisper
from bench.__main__ import BENCHES as ALL_BENCHES
from bench.figures import markdown
from bench.model_file import read_variables
from bench.page import MARKED, PAGE, rendered
from bench.rehearsal_soak import clocks
from bench.rehearse_call import Heard, Took
from bench.rehearse_measures import CallFigures
from bench.rehearse_script import AUDIBLE, Deed, Hesitating, Kind, script, words
from bench.silence import heard_in, loaded, sounds
from bench.suite import Bench, Suite
from voicecoach.apps.bench_command import BenchOptions, bench_command
from voicecoach.audio import Samples
from voicecoach.conversation import Line, LineEnded, Move
from voicecoach.devices.documents import read_persona
from voicecoach.devices.machine import place, read_machine
from voicecoach.devices.media import read_blocks
from voicecoach.devices.models import DEMO, DEMO_FOLDER, resolve
from voicecoach.devices.recognizer import FasterWhisperRecognizer
from voicecoach.devices.simulated_trainee import At, Say, Step
from voicecoach.devices.voices import voice
from voicecoach.devices.window import AudioWindow
from voicecoach.errors import InputError
from voicecoach.events import CallerBegan, Rendered
from voicecoach.spoken import Delivery, Rendering
from voicecoach.timeline import RATE, Span

FIXTURES = Path(__file__).parent.parent / "audio_fixtures"


@pytest.fixture(scope="module")
def wide_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models") / "wide"
    widened_whisper.save("mini", folder)
    return folder


@pytest.fixture(scope="module")
def demo() -> FasterWhisperRecognizer:
    return loaded(DEMO)


def a_sentence() -> Samples:
    """The first seconds of the trainee of a fixture call."""
    return next(read_blocks(FIXTURES / "good.16k.flac", 12 * RATE))[0]


def test_a_widened_model_hears_what_the_demo_model_hears(
    wide_folder: Path, demo: FasterWhisperRecognizer
) -> None:
    sound = a_sentence()
    expected, found = (model.recognize(sound, "en") for model in (demo, loaded(str(wide_folder))))
    assert len(expected) > 5
    assert [word.text for word in found] == [word.text for word in expected]
    times = [(a.span.start - b.span.start) / RATE for a, b in zip(found, expected, strict=True)]
    assert np.abs(times).max() <= 0.021  # a step of Whisper's clock


def test_a_widened_model_bears_short_windows_as_the_demo_does(
    wide_folder: Path, demo: FasterWhisperRecognizer
) -> None:
    short = FasterWhisperRecognizer(
        resolve(str(wide_folder), offline=True), place(read_machine("cpu")), AudioWindow.ADAPTIVE
    )
    sound = next(read_blocks(FIXTURES / "good.16k.flac", 4 * RATE))[0]  # one sentence, in a window of 10 s
    expected = [word.text for word in demo.recognize(sound, "en")]
    assert len(expected) > 5
    assert [word.text for word in short.recognize(sound, "en")] == expected
    assert short.redone == 0


def test_a_widened_model_is_the_same_bytes_each_time(wide_folder: Path, tmp_path: Path) -> None:
    widened_whisper.save("mini", tmp_path)
    for path in sorted(wide_folder.iterdir()):
        assert (tmp_path / path.name).read_bytes() == path.read_bytes(), path.name


def test_layers_that_do_nothing_are_not_stored_once_for_all(wide_folder: Path) -> None:
    """Weights shared between layers would stay in the processor's cache, and be cheaper than real ones."""
    large = [
        name for name, values in read_variables(wide_folder / "model.bin").items() if values.size > 256**2 - 1
    ]
    per_encoder_layer, per_decoder_layer = 4, 7
    assert sum(name.startswith("encoder/layer_") for name in large) == 4 * per_encoder_layer
    assert sum(name.startswith("decoder/layer_") for name in large) == 4 * per_decoder_layer


def test_stored_numbers_are_read_back() -> None:
    demo = read_variables(DEMO_FOLDER / "model.bin")
    tokens = len(json.loads((DEMO_FOLDER / "vocabulary.json").read_text("utf-8")))
    assert demo["decoder/embeddings/weight"].shape == (tokens, 192)
    # Sine and cosine of the positions are known: Radford et al. 2022, section 2.2.
    positions = demo["encoder/position_encodings/encodings"]
    assert positions[1, 0] == pytest.approx(np.sin(1), abs=1e-6)
    assert positions[1, 96] == pytest.approx(np.cos(1), abs=1e-6)


def test_figures_become_tables() -> None:
    figures = {
        "machine": "not shown here",
        "runs": 5,
        "stages": [
            {"stage": "decode", "times_real_time": 2043.4, "peak_mib": 56},
            {"stage": "score", "ok": True},
        ],
        "clean": {"ours": {"error_cents": 4.5678}, "theirs": {"error_cents": 0.052345}},
    }
    assert markdown(figures) == "\n".join(
        [
            *["|  | value |", "|---|---|", "| runs | 5 |", ""],
            *["### stages", "", "| stage | times real time | peak mib | ok |", "|---|---|---|---|"],
            *["| decode | 2,043 | 56 |  |", "| score |  |  | yes |", ""],
            *["### clean", "", "|  | error cents |", "|---|---|", "| ours | 4.57 |", "| theirs | 0.0523 |"],
        ]
    )


GOOD = """
import json, sys
print("measuring", *sys.argv[1:-2])
with open(sys.argv[-1], "w") as out:
    json.dump({"speed": {"now": {"factor": 1.5}}}, out)
with open("runs.txt", "a") as runs:
    runs.write("x")
"""
BAD = "raise SystemExit('no data')"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A source tree with a bench that works and one that fails."""
    folder = tmp_path / "bench"
    folder.mkdir()
    (folder / "__init__.py").touch()
    (folder / "good.py").write_text(GOOD)
    (folder / "bad.py").write_text(BAD)
    return tmp_path


BENCHES = [Bench("bad", "Fails"), Bench("good", "Works", ("--short",))]


def test_a_failing_bench_does_not_stop_the_others(tree: Path) -> None:
    told: list[str] = []
    assert Suite(BENCHES, tree / "out", root=tree).run(told.append) == ["bad"]
    assert (tree / "out" / "bad.log").read_text() == "no data\n"
    tables = (tree / "out" / "benchmarks.md").read_text()
    assert "## Works\n\n`python -m bench.good`" in tables
    assert "| now | 1.5 |" in tables
    assert "Fails" not in tables
    assert any("exit status 1" in line for line in told)


def test_what_is_measured_is_not_measured_again_unless_asked(tree: Path) -> None:
    runs = tree / "runs.txt"
    for expected, again in (("x", False), ("x", False), ("xx", True)):
        assert Suite(BENCHES[1:], tree / "out", again=again, root=tree).run(lambda _: None) == []
        assert runs.read_text() == expected
    # A short run is no substitute for a whole one, nor the other way about.
    Suite(BENCHES[1:], tree / "out", short=True, root=tree).run(lambda _: None)
    assert runs.read_text() == "xxx"
    assert "measuring --short" in (tree / "out" / "good.log").read_text()


def test_an_interrupted_run_keeps_what_is_done(tree: Path) -> None:
    def interrupt(line: str) -> None:
        if line.startswith("[2/2]"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Suite(BENCHES[::-1], tree / "out", root=tree).run(interrupt)
    assert "## Works" in (tree / "out" / "benchmarks.md").read_text()


def test_the_page_has_a_place_for_every_bench() -> None:
    page = PAGE.read_text("utf-8")
    assert sorted(MARKED.findall(page)) == sorted(bench.name for bench in ALL_BENCHES)


def test_tables_go_between_their_marks_and_nowhere_else(tree: Path) -> None:
    suite = Suite(BENCHES[1:], tree / "out", root=tree)
    suite.run(lambda _: None)
    page = "Before.\n\n<!-- bench good -->\nold\n<!-- end -->\n\nAfter.\n<!-- bench other -->\n<!-- end -->\n"
    new = rendered(page, suite.results())
    assert new.startswith("Before.\n\n<!-- bench good -->\n`python -m bench.good`")
    assert new.endswith("| now | 1.5 |\n<!-- end -->\n\nAfter.\n<!-- bench other -->\n<!-- end -->\n")
    assert "old" not in new
    assert rendered(new, suite.results()) == new
    with pytest.raises(ValueError, match="good"):
        rendered("nothing here", suite.results())


def test_the_command_needs_the_source_tree(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="git clone"):
        bench_command((), BenchOptions(), tree=tmp_path)


def test_the_command_runs_the_suite(tree: Path) -> None:
    (tree / "bench" / "__main__.py").write_text(
        "import sys\nopen('asked', 'w').write(' '.join(sys.argv[1:]))\nsys.exit(1)"
    )
    assert bench_command(["good"], BenchOptions(short=True), tree=tree) == 1
    assert (tree / "asked").read_text() == "--short --only good"


# --- rehearsing


def test_the_script_is_repeatable_and_says_what_the_demo_model_knows() -> None:
    assert set(words()) <= known_words()
    assert script(3, 40) == script(3, 40) != script(4, 40)
    kinds = [deed.kind for deed in script(3, 40)]
    assert {kinds.count(kind) for kind in (Kind.HESITANT, Kind.BARGE_IN)} == {12}


@pytest.mark.parametrize("text", ["Can I have your |0.62| reference number?", "I see. |0.62| What is it?"])
def test_a_pause_is_as_long_as_it_says(text: str) -> None:
    sound = Hesitating(voice("espeak")).render(text, Delivery("en-us")).samples
    loud = np.flatnonzero(np.abs(sound) > AUDIBLE)
    pause = int(np.argmax(np.diff(loud)))
    assert loud[pause + 1] - loud[pause] - 1 == round(0.62 * RATE)


LINE = Line(1, Move.COMPLAINS, "Where is my suitcase?", Delivery("en-us"))
ROUND_TRIP = round(0.06 * RATE)


def a_call(taken: list[Took], began_s: float, cut_s: float | None) -> CallFigures:
    """A caller who says one line of three seconds, of pure tone, unless it is cut."""
    tone = np.sin(np.arange(3 * RATE)).astype(np.float32) * np.float32(0.1)
    began = round(began_s * RATE)
    end = began + len(tone) if cut_s is None else round(cut_s * RATE)
    given = np.zeros(12 * RATE, np.float32)
    given[began:end] = tone[: end - began]
    played = np.concatenate([np.zeros(ROUND_TRIP, np.float32), given])[: len(given)]
    log = [
        (began, Rendered(1, Rendering(tone, ()))),
        (began, CallerBegan(LINE, began)),
        (end, LineEnded(LINE, Span(began, end), (), cut=cut_s is not None)),
    ]
    return CallFigures(Heard(log, played, taken, ""), read_persona("lost-luggage").role)  # type: ignore[arg-type]


def said(kind: Kind, at_s: float, length_s: float, text: str = "Okay.") -> Took:
    sound = np.full(round(length_s * RATE), 0.1, np.float32)
    return Took(Deed(kind, Step(At(at_s), Say(text))), round(at_s * RATE), sound)


def test_a_reply_is_measured_from_the_last_sound_to_the_first() -> None:
    (answer,) = a_call([said(Kind.ORDINARY, 1.0, 2.0)], 3.7, None).answers()
    assert answer.reply_s == pytest.approx(0.76, abs=0.01)
    assert not answer.cut_off


def test_a_caller_who_comes_in_at_a_pause_cut_the_trainee_off() -> None:
    halting = said(Kind.HESITANT, 1.0, 3.0, "Can I have your |0.80| name?")
    (answer,) = a_call([halting], 2.0, None).answers()
    assert answer.cut_off
    assert answer.reply_s is None


def test_an_interruption_is_measured_until_the_last_of_the_caller() -> None:
    (over,) = a_call([said(Kind.BARGE_IN, 3.0, 2.0)], 2.0, 3.4).interruptions()
    assert over.stopped
    assert over.silent_s == pytest.approx(0.46, abs=0.011)
    (through,) = a_call([said(Kind.BACKCHANNEL, 3.0, 0.3)], 2.0, None).interruptions()
    assert not through.stopped
    assert through.paused_s == 0.0
    nearly_done = [said(Kind.BARGE_IN, 4.5, 2.0)]
    assert a_call(nearly_done, 2.0, None).interruptions() == []


def test_clocks_that_differ_keep_the_tracks_together() -> None:
    """Thirty seconds here; the bench takes two hours."""
    found = clocks(200.0, 30.0)
    assert found["troubles"] == 0
    assert float(str(found["apart_most_ms"])) < 4.0


@pytest.mark.parametrize("name", ["digital silence", "white noise", "pink noise", "mains hum"])
def test_no_words_in_noise_nor_silence(name: str, demo: FasterWhisperRecognizer, tmp_path: Path) -> None:
    """Half a minute here; the bench takes half an hour, and recordings of noise."""
    for sound in sounds(tmp_path):
        if sound.name == name:
            call = tmp_path / "call.wav"
            sound.write(call, minutes=0.5)
            asked, believed = heard_in(call, demo)
            assert (asked.stretches, believed) == (0, 0)
