"""The recipe of the demo model: what is said, who says it, and what a Whisper is to write about it."""

from __future__ import annotations

import importlib.util
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from faster_whisper.feature_extractor import FeatureExtractor

from tools.demo_model import conditions, shards
from tools.demo_model.__main__ import main as command
from tools.demo_model.batches import UNHEARD, batch_of
from tools.demo_model.deliveries import Manner, callers, drawn, known
from tools.demo_model.export import read_weights, write_model
from tools.demo_model.grammar import grammar
from tools.demo_model.schedule import FROM_NOTHING, MIXED, phase_at, windows_a_batch
from tools.demo_model.sentences import KINDS, LONGEST_WORDS, SentenceMaker
from tools.demo_model.shards import Recorded
from tools.demo_model.sources import caller_texts, gathered, trainee_texts
from tools.demo_model.targets import IGNORED, Text, Writer
from tools.demo_model.tokens import CONTROLS, STAMPS, Spelling, fitted
from tools.demo_model.utterances import FRAMES_PER_S, frame_labels, frames, spoken
from tools.demo_model.windows import Composer, Layout
from tools.demo_model.writing import as_spoken, as_written, is_held_out, plain
from tools.pitch_model.conditions import telephone
from voicecoach.conversation import Band
from voicecoach.devices.models import DEMO_FOLDER, resolve
from voicecoach.devices.whisper import WindowedWhisper
from voicecoach.spoken import Delivery
from voicecoach.timeline import RATE

NEEDS_TORCH = pytest.mark.skipif(
    importlib.util.find_spec("torch") is None,
    reason="torch is not installed (tools/demo_model/requirements.txt)",
)

PERSONA = {
    "id": "lost-parcel",
    "story": "A parcel is lost.",
    "role": {
        "voice": {"engine": "espeak", "voice": "en-us+f2", "rate_wpm": 150},
        "confirms": ["Yes, that is right."],
        "triggers": ["calm down"],
        "details": [{"id": "gift", "say": ["It was a gift."]}],
        "answers": [{"id": "number", "asked": ["order number"], "say": ["It is four two."]}],
        "needs": [{"id": "parcel", "asks": ["Where is my parcel?"], "phrases": ["send it"]}],
        "hidden": {"grievance": "Rude driver.", "hints": ["And the driver!"], "say": ["He laughed at me."]},
        "lines": {"complains": {"angry": ["Nobody helps me.", "You said {when}."]}},
    },
}


@cache
def spelling() -> Spelling:
    maker = SentenceMaker(gathered(), grammar(), np.random.default_rng(0))
    return Spelling(
        fitted([" ".join(as_written(maker.training()) or ()) for _ in range(2000)], gathered().words)
    )


def maker(seed: int = 0) -> SentenceMaker:
    return SentenceMaker(gathered(), grammar(), np.random.default_rng(seed))


# --- what is said


def test_a_persona_says_its_sentences_and_nothing_else() -> None:
    assert set(caller_texts(PERSONA)) == {
        *("Yes, that is right.", "It was a gift.", "It is four two.", "Where is my parcel?"),
        *("And the driver!", "He laughed at me.", "Nobody helps me.", "You said {when}."),
    }


def test_a_caller_of_another_language_is_left_out() -> None:
    assert not list(caller_texts(PERSONA | {"caller_language": "es"}))


def test_a_trainee_says_sentences_not_keys_or_desk_work() -> None:
    turn = ["Please hold.", {"press": "hold"}, {"pause_s": 8}, {"look_up": "4729"}, "Thank you."]
    assert list(trainee_texts({"expert": [[turn]]})) == ["Please hold.", "Thank you."]


def test_all_that_our_files_say_can_be_written() -> None:
    assert gathered().left_out == ()
    assert "I was on hold for forty minutes." in gathered().lines  # personas/lost-luggage.yaml
    assert {"suitcase", "o'clock", "mm-hm", "Chicago", "I'm"} <= set(gathered().words)
    assert "Nobody" not in gathered().words  # its capital is the sentence's


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Well, that's it!", ("Well", "that's", "it.")),
        ("Mm-hm.", ("Mm-hm.",)),
        ("He said “no” — twice", ("He", "said", "no", "twice.")),
        ("No. Really?", ("No.", "Really?")),
        ("Room 12.", None),
        ("Mañana.", None),
        ("...", None),
    ],
)
def test_lines_are_written_word_for_word(text: str, written: tuple[str, ...] | None) -> None:
    assert as_written(as_spoken(text)) == written


def test_errors_are_counted_without_case_and_marks() -> None:
    assert plain("Mm-hm, I'm  FINE.") == "mmhm i'm fine"


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_makes_sentences_that_fit(kind: str) -> None:
    some = maker()
    texts = [some._sentence(kind) for _ in range(50)]
    assert len(set(texts)) > 25
    for text in texts:
        assert as_written(text) is not None
        assert "{" not in text
        assert len(text.split()) <= LONGEST_WORDS


def test_training_never_draws_what_is_held_out() -> None:
    some, lines = maker(), set(gathered().lines)
    drawn_for_training = {some.training() for _ in range(400)} - lines
    assert len(drawn_for_training) > 100
    assert not any(is_held_out(text) for text in drawn_for_training)
    held_out = {some.held_out("grammar") for _ in range(5)}
    assert all(is_held_out(text) for text in held_out) and not held_out & lines


# --- who says it


def test_callers_are_known_in_every_mood() -> None:
    manners = list(callers(PERSONA))
    assert len(manners) == len(Band)
    rates = [manner.delivery.rate_wpm for manner in manners]
    assert rates == sorted(rates) and rates[0] == 150 and rates[-1] == 180  # 20 % faster at most


def test_drawn_manners_are_ours_or_near() -> None:
    rng = np.random.default_rng(0)
    those = known()
    manners = [drawn(those, rng) for _ in range(300)]
    assert {manner.engine for manner in manners} == {"espeak", "flite"}
    assert all(0 <= manner.delivery.pitch <= 100 for manner in manners)
    ours = {manner.delivery.voice for manner in known()}
    assert np.mean([manner.delivery.voice in ours for manner in manners]) > 0.5


@pytest.mark.parametrize("engine", ["espeak", "flite"])
def test_words_and_phones_lie_in_the_sound(engine: str) -> None:
    voice = {"espeak": "en-us+f2", "flite": "slt"}[engine]
    plain_voice = spoken("Well, I'm sorry about that.", Manner(engine, Delivery(voice)))
    longer = spoken("Well, I'm sorry about that.", Manner(engine, Delivery(voice), tract=1.08))
    assert plain_voice is not None and longer is not None
    assert plain_voice.words == ("Well", "I'm", "sorry", "about", "that.")
    edges = [at for times in plain_voice.times_s for at in times]
    assert edges == sorted(edges) and edges[0] >= 0 and edges[-1] <= len(plain_voice.samples) / RATE
    assert len(longer.samples) == pytest.approx(1.08 * len(plain_voice.samples), rel=0.02)
    assert longer.times_s[-1][1] == pytest.approx(1.08 * edges[-1], abs=0.02)
    names = [phone.name for phone in plain_voice.phones]
    assert all(name.startswith(f"{engine}:") for name in names)
    assert len(names) >= 12  # w e l, ai m, s o r i, @ b au t, dh a t: fifteen, some of them joined


def test_frames_are_what_the_product_hears() -> None:
    sound = (0.1 * np.random.default_rng(0).standard_normal(RATE)).astype(np.float32)
    ours = conditions.as_features(frames(sound))
    np.testing.assert_allclose(ours, FeatureExtractor()(sound)[:, :-1], atol=1e-4)


def test_bands_are_whispers() -> None:
    filters = FeatureExtractor().mel_filters
    peaks_hz = np.argmax(filters, axis=1) * RATE / 400
    # A filter's peak is at a bin of the spectrum, 40 Hz apart.
    np.testing.assert_allclose(peaks_hz[3:], conditions.BAND_HZ[3:], atol=40)


def test_a_line_takes_away_what_telephones_do_not_carry() -> None:
    rng = np.random.default_rng(0)
    passed = conditions.over_a_line(np.zeros((50, conditions.BANDS), np.float32), rng)
    speech = (conditions.BAND_HZ > 400) & (conditions.BAND_HZ < 3200)
    np.testing.assert_allclose(passed[:, speech], 0, atol=0.01)
    assert (passed[:, conditions.BAND_HZ > 4500] < -1).all()


@pytest.mark.parametrize(("engine", "voice"), [("espeak", "en-us+f2"), ("flite", "slt")])
def test_a_codes_noise_is_about_as_loud_as_that_of_mu_law(engine: str, voice: str) -> None:
    utterance = spoken("Well, I'm sorry about that.", Manner(engine, Delivery(voice)))
    assert utterance is not None
    before, after = (frames(telephone(utterance.samples, coded=coded)) for coded in (False, True))
    modeled = conditions.coded(before, np.random.default_rng(0))
    heard = (conditions.BAND_HZ > 400) & (conditions.BAND_HZ < 3200)
    truly, ours = (np.maximum(mel - before, 0)[:, heard].mean() for mel in (after, modeled))
    assert truly / 3 < ours < truly * 3


def test_noise_adds_up_in_power() -> None:
    loud = np.full((200, conditions.BANDS), 2.0, np.float32)
    quiet = np.full((200, conditions.BANDS), -8.0, np.float32)
    rng = np.random.default_rng(0)
    assert (conditions.noisy(loud, 0.0, rng) > 1.99).all()
    assert conditions.noisy(quiet, 0.0, rng).mean() > -3


def test_white_noise_flickers_around_one() -> None:
    pieces = [conditions.white(500, np.random.default_rng(seed)) for seed in range(2)]
    assert not np.array_equal(*pieces)
    for piece in pieces:
        assert piece.shape == (500, conditions.BANDS)
        np.testing.assert_allclose(piece.mean(0), 1, atol=0.4)
        assert 0.2 < np.log10(piece).std(0).mean() < 0.45


def test_a_hum_is_steady_and_adds_up_in_power() -> None:
    quiet = np.full((50, conditions.BANDS), -8.0, np.float32)
    hum = conditions.humming(quiet, 0.0, np.random.default_rng(0))
    assert (hum == hum[0]).all() and (hum >= quiet - 1e-3).all()
    assert -1.6 < hum[0].max() < 0.1 and np.median(hum[0]) < -2


# --- what a Whisper is to write


def test_tokens_have_whispers_layout() -> None:
    strings = spelling().strings()
    first = strings.index("<|endoftext|>")
    assert strings[first : first + len(CONTROLS)] == [f"<|{name}|>" for name in CONTROLS]
    assert strings[-STAMPS] == "<|0.00|>" and strings[-1] == "<|30.00|>"
    assert spelling().stamp(1.0) == spelling().id("<|1.00|>")
    assert [len(spelling().pieces(sign)) for sign in (" -", " '")] == [1, 1]


def test_any_word_can_be_spelled_and_read_again() -> None:
    for word in (*gathered().words, "Xylophones?", "mm-hm."):
        assert spelling().tokenizer.decode(list(spelling().word(word))) == f" {word}"


def test_tokens_share_the_time_of_their_word() -> None:
    timed = list(spelling().timed(("Xylophone",), ((1.0, 2.0),)))
    assert len(timed) > 1
    assert timed[0][1] == 1.0 and timed[-1][2] == pytest.approx(2.0)
    assert [start for _, start, _ in timed[1:]] == [end for _, _, end in timed[:-1]]


def recorded(text: str, length_s: float, level: float = 1.0) -> Recorded:
    """Words of equal length that fill an utterance of one phone."""
    words = tuple(text.split())
    edges = np.linspace(0, length_s, len(words) + 1)
    count = round(length_s * FRAMES_PER_S)
    mel = np.full((count, conditions.BANDS), level, np.float16)
    times_s = tuple(zip(edges.tolist(), edges[1:].tolist(), strict=False))
    return Recorded(mel, np.ones(count, np.uint8), words, times_s)


ONE = (recorded("All is well.", 1.5),)
WHOLE = Layout(500, (1,), anywhere=0, cut=0, broken_off=0, silent=0)


def text_of(tokens: tuple[int, ...]) -> str:
    return spelling().tokenizer.decode([token for token in tokens if 0 <= token < spelling().end]).strip()


def windows(layout: Layout, count: int = 40, utterances: tuple[Recorded, ...] = ONE) -> list:
    composer = Composer(utterances, spelling())
    return [composer.window(layout, np.random.default_rng(seed)) for seed in range(count)]


def test_a_window_holds_what_is_to_be_written_where_it_is_heard() -> None:
    for window in windows(WHOLE):
        wanted = tuple(token for token in window.targets.wanted if token != IGNORED)
        assert text_of(wanted) == "All is well."
        assert len(window.targets.given) == len(window.targets.wanted) == len(window.targets.heard_s)
        voiced = np.flatnonzero(window.labels) / 50
        assert len(voiced) == pytest.approx(75, abs=1)  # 1.5 s
        words = [
            h
            for t, h in zip(window.targets.wanted, window.targets.heard_s, strict=True)
            if 0 <= t < spelling().end
        ]
        assert words[0][0] == pytest.approx(voiced[0], abs=0.03)


def test_timestamps_are_those_of_the_whole_30_s() -> None:
    somewhere = Layout(250, (1,), anywhere=1, cut=0, broken_off=0, silent=0)
    for window in windows(somewhere):
        stamps = [t - spelling().first_stamp for t in window.targets.wanted if t >= spelling().first_stamp]
        voiced = np.flatnonzero(window.labels)
        if stamps:
            begins = window.offset + voiced[0]
            assert stamps == pytest.approx([min(begins, 50), window.offset + voiced[-1] + 1], abs=1)


def test_silence_is_told_before_the_text_and_ends_at_once() -> None:
    quiet = Layout(250, (1,), anywhere=0, silent=1)
    kinds = set()
    for window in windows(quiet):
        wanted = [token for token in window.targets.wanted if token != IGNORED]
        assert wanted[0] == spelling().no_speech and wanted[-1] == spelling().end
        assert text_of(tuple(wanted)) == ""
        kinds.add(spelling().no_stamps in window.targets.given)
    assert kinds == {True, False}


def test_a_word_that_is_broken_off_is_not_written() -> None:
    broken = Layout(500, (1,), anywhere=0, cut=0, broken_off=1, silent=0)
    texts = {text_of(tuple(t for t in w.targets.wanted if t != IGNORED)) for w in windows(broken)}
    assert texts == {"All", "All is"}  # cut after 0.6 s to 1.5 s: the last of the words of 0.5 s never ends


def test_a_text_beyond_the_window_begins_and_is_left_open() -> None:
    writer, cut = Writer(spelling(), ONE), Text(("And", "then"), ((2.0, 2.2), (2.2, 2.5)))
    made = [writer.targets((), cut, np.random.default_rng(seed)) for seed in range(20)]
    with_stamps = [m.wanted for m in made if spelling().no_stamps not in m.given]
    assert {wanted[-2:] for wanted in with_stamps} == {(spelling().stamp(2.0), spelling().end)}
    without = [m.wanted for m in made if spelling().no_stamps in m.given]
    assert {text_of(tuple(t for t in wanted if t != IGNORED)) for wanted in without} == {"And then"}


def test_what_comes_before_is_given_but_not_asked_for() -> None:
    writer = Writer(spelling(), ONE)
    made = [
        writer.targets([Text(("Yes.",), ((0.1, 0.4),))], None, np.random.default_rng(s)) for s in range(60)
    ]
    prompted = [m for m in made if m.given[0] == spelling().previous]
    assert 5 < len(prompted) < 30  # 22 % of 60
    for one in prompted:
        before = one.given.index(spelling().start)
        assert set(one.wanted[:before]) == {IGNORED} and one.wanted[before] != IGNORED


def test_padding_after_the_sound_is_zero() -> None:
    window = windows(WHOLE)[0]
    after = np.flatnonzero(window.labels)[-1] * 2 + 10
    padded = np.flatnonzero((window.features != 0).any(0))[-1] + 1
    assert padded >= after - 10 and (window.features[:, padded:] == 0).all()


def test_a_batch_fills_up_shorter_texts() -> None:
    batch = batch_of(windows(WHOLE, 5), spelling().end)
    assert batch.features.shape == (5, 80, 1000) and batch.labels.shape == (5, 500)
    assert batch.given.shape == batch.wanted.shape == batch.heard.shape[:2]
    known_places = batch.heard[..., 0] != UNHEARD
    assert known_places.any()
    assert (batch.heard[known_places][:, 0] < batch.heard[known_places][:, 1]).all()


@pytest.mark.parametrize(("cores", "shares"), [(1, [5]), (2, [3, 2]), (9, [1, 1, 1, 1, 1])])
def test_a_batch_is_shared_out_among_cores(cores: int, shares: list[int]) -> None:
    batch = batch_of(windows(WHOLE, 5), spelling().end)
    parts = batch.parts(cores)
    assert [len(part.given) for part in parts] == shares
    np.testing.assert_array_equal(np.concatenate([part.features for part in parts]), batch.features)
    np.testing.assert_array_equal(np.concatenate([part.heard for part in parts]), batch.heard)


def test_a_shard_is_read_as_it_was_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shards, "UTTERANCES", 4)
    espeak = [manner for manner in known() if manner.engine == "espeak"]
    monkeypatch.setattr(shards, "drawn", lambda manners, rng: manners[int(rng.integers(len(manners)))])
    path = shards.write_shard(tmp_path, 3, gathered(), espeak)
    assert [one.name for one in tmp_path.iterdir()] == ["shard-003.npz"]
    phone_ids = {"flite:aa": 1}
    for one in shards.read_shard(path, phone_ids):
        assert len(one.frames) == len(one.labels)
        assert len(one.words) == len(one.times_s)
        assert one.labels.max() <= len(phone_ids) and 1 not in one.labels
    written = path.stat().st_mtime_ns
    assert shards.write_shard(tmp_path, 3, gathered(), espeak).stat().st_mtime_ns == written


def test_labels_number_phones_in_the_order_they_come() -> None:
    utterance = spoken("Okay.", Manner("espeak", Delivery("en-us")))
    assert utterance is not None
    ids: dict[str, int] = {}
    labels = frame_labels(utterance.phones, len(utterance.samples) // 160, ids)
    assert sorted(ids.values()) == list(range(1, len(ids) + 1))
    assert labels.max() == len(ids)


def test_phases_follow_one_another() -> None:
    assert phase_at(FROM_NOTHING, 0.0) == (0, 0.0)
    assert phase_at(FROM_NOTHING, 0.8) == (1, pytest.approx(0.5))
    first, last = FROM_NOTHING[1].rates
    assert FROM_NOTHING[1].rate(0) == first and FROM_NOTHING[1].rate(1) == pytest.approx(last)
    assert {layout.positions for layout in MIXED} >= {250, 500, 1000, 1500}
    assert all(windows_a_batch(layout) >= 3 for layout in MIXED)


# --- the model folder

WIDTH, LAYERS = 16, 3


def some_weights(tokens: int) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(0)
    shapes = {"conv1": (WIDTH, 80, 3), "conv2": (WIDTH, WIDTH, 3)}
    norms = ["encoder_norm", "decoder_norm"]
    for part in ("encoder", "decoder"):
        for layer in (f"{part}.{number}" for number in range(LAYERS)):
            shapes |= {
                f"{layer}.attention.inner": (3 * WIDTH, WIDTH),
                f"{layer}.attention.outer": (WIDTH, WIDTH),
                f"{layer}.feed.inner": (4 * WIDTH, WIDTH),
                f"{layer}.feed.outer": (WIDTH, 4 * WIDTH),
            }
            norms += [f"{layer}.attention.norm", f"{layer}.feed.norm"]
            if part == "decoder":
                shapes |= {
                    f"{layer}.cross.query": (WIDTH, WIDTH),
                    f"{layer}.cross.inner": (2 * WIDTH, WIDTH),
                    f"{layer}.cross.outer": (WIDTH, WIDTH),
                }
                norms.append(f"{layer}.cross.norm")
    weights = {f"{name}.weight": rng.standard_normal(shape) for name, shape in shapes.items()}
    # No two alike: CTranslate2 stores equal ones once.
    weights |= {f"{name}.bias": rng.standard_normal(shape[0]) for name, shape in shapes.items()}
    for norm in norms:
        weights |= {f"{norm}.{part}": rng.standard_normal(WIDTH) for part in ("weight", "bias")}
    for name, rows in (("positions", 1500), ("text_positions", 448), ("embedding.weight", tokens)):
        weights[name] = rng.standard_normal((rows, WIDTH))
    return {name: values.astype(np.float32) for name, values in weights.items()}


def test_the_folder_is_a_model_that_voicecoach_reads(tmp_path: Path) -> None:
    card = {"scope": "synthetic voices", "keeps_fillers": True}
    write_model(
        tmp_path,
        some_weights(spelling().size),
        spelling(),
        heads=4,
        alignment_heads=((1, 0), (2, 0)),
        card=card,
    )
    model = resolve(str(tmp_path))
    assert (model.scope, model.keeps_fillers, model.takes_prompts) == ("synthetic voices", True, True)
    whisper = WindowedWhisper(str(tmp_path), device="cpu", compute_type="int8", local_files_only=True)
    segments, _ = whisper.transcribe(np.zeros(RATE, np.float32), language="en", max_new_tokens=3)
    list(segments)
    with pytest.raises(ValueError, match="sha256"), (tmp_path / "model.bin").open("ab") as weights:
        weights.write(b"x")
        weights.flush()
        raise_if_altered(tmp_path)


def test_weights_are_read_back_from_the_folder(tmp_path: Path) -> None:
    size = spelling().size
    write_model(tmp_path, some_weights(size), spelling(), heads=4, alignment_heads=((1, 0), (2, 0)), card={})
    read, weights = read_weights(tmp_path), some_weights(size)
    assert read.keys() == weights.keys()
    for name, values in read.items():  # rounded to 127 steps of the largest of each row
        np.testing.assert_allclose(values, weights[name], atol=np.abs(weights[name]).max() / 250)


def raise_if_altered(folder: Path) -> None:
    try:
        resolve(str(folder))
    except Exception as error:
        raise ValueError(str(error)) from error


@NEEDS_TORCH
def test_training_starts_stops_and_goes_on(tmp_path: Path) -> None:
    import torch

    from tools.demo_model.checkpoint import Checkpoint, gone_on_from
    from tools.demo_model.fitting import Fitter, Training, guide_loss
    from tools.demo_model.network import Geometry, Whisper
    from tools.demo_model.schedule import Phase

    torch.set_num_threads(1)
    small = Geometry(width=32, layers=3, heads=4)
    network = Whisper(spelling().size, spelling().first_stamp, small)
    checkpoint = Checkpoint(
        {}, spelling().tokenizer.to_str(), ["espeak:a"], {"width": 32, "layers": 3, "heads": 4}
    )
    phases = (
        Phase(1.0, (Layout(50, (1,), anywhere=0.5),), (1e-3, 1e-4), phone_weight=0.5, guide_weight=0.4),
    )
    short = (recorded("Yes.", 0.5),)
    training = Training(0.05, "cpu", phases, tmp_path / "checkpoint.pt")
    Fitter(network, checkpoint, Composer(short, spelling()), training).run()
    read = Checkpoint.read(training.path)
    assert read.step > 0 and read.spent_s >= 3
    more = Training(0.1, "cpu", phases, tmp_path / "checkpoint.pt")
    Fitter(read.restored(), read, Composer(short, spelling()), more).run()
    assert Checkpoint.read(training.path).step > read.step - 1 > 0
    other = Spelling(fitted(["Yes."] * 50, ["Yes"]))
    onward = gone_on_from(read, other)
    kept = (other.id("<|1.00|>"), spelling().id("<|1.00|>"))
    torch.testing.assert_close(onward.embedding.weight[kept[0]], read.network["embedding.weight"][kept[1]])
    # All attention on the one position that is asked for costs nothing; spread over four, log 4.
    scores, heard = torch.tensor([[[0.0, 50.0, 0.0, 0.0]]]), torch.tensor([[[1, 2]]])
    assert float(guide_loss(scores, heard)) == pytest.approx(0.0, abs=1e-6)
    assert float(guide_loss(0 * scores, heard)) == pytest.approx(np.log(4), abs=1e-6)
    assert float(guide_loss(scores, torch.full((1, 1, 2), UNHEARD))) == 0


@NEEDS_TORCH
def test_training_goes_on_from_a_model_that_was_exported() -> None:
    from tools.demo_model.checkpoint import Checkpoint

    shipped = Checkpoint.read(DEMO_FOLDER)
    assert shipped.restored().embedding.weight.shape == (shipped.spelling().size, 192)


@NEEDS_TORCH
def test_a_twin_has_the_same_weights_and_gradients_of_its_own() -> None:
    import torch

    from tools.demo_model.fitting import twin_of
    from tools.demo_model.network import Geometry, Whisper

    network = Whisper(spelling().size, spelling().first_stamp, Geometry(width=32, layers=3, heads=4))
    twin = twin_of(network)
    twin.phone_head(torch.ones(1, 32)).sum().backward()
    assert twin.phone_head.bias.grad is not None and network.phone_head.bias.grad is None
    with torch.no_grad():
        network.phone_head.bias.fill_(7.0)
    assert (twin.phone_head.bias == 7.0).all()


# --- the command


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["gathr"], "there is no step 'gathr'; steps are gather, synthesize, train, export, evaluate"),
        (
            ["gather", "--from", "nowhere.pt"],
            "--from nowhere.pt: there is no such checkpoint or model folder",
        ),
        (["evaluate"], "whisper-micro-en is not there: evaluate comes after export"),
    ],
)
def test_the_command_says_what_is_wrong(
    words: list[str],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("sys.argv", ["demo_model", *words, "--data", str(tmp_path)])
    with pytest.raises(SystemExit):
        command()
    assert said in capsys.readouterr().err
