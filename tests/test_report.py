"""The HTML report: what it says, that nothing in it can run or call home, and that it plays (in Chromium)."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import synthetic_call
from hypothesis import given
from hypothesis import strategies as st

from voicecoach.apps.record import to_json, to_record
from voicecoach.apps.report import AudioForPage, PeakMeter, peaks, render
from voicecoach.apps.report.markup import data_block, tag
from voicecoach.apps.report.wording import clock, number, signed
from voicecoach.audio import AudioChunk, Layout
from voicecoach.events import Exchanged
from voicecoach.speech import Speaker

ASSETS = Path(__file__).parents[1] / "voicecoach" / "apps" / "report" / "assets"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def audio() -> AudioForPage:
    return AudioForPage(peaks(synthetic_call.exchanges()), "audio/wav", synthetic_call.wav())


@pytest.fixture(scope="module")
def html() -> str:
    return render(json.loads(to_json(synthetic_call.graded_call())), audio())


class Elements(HTMLParser):
    """Start tags with their attributes, and the text outside scripts."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


# --- text ------------------------------------------------------------------------------------


def test_same_bytes_every_time(html: str) -> None:
    assert html == render(to_record(synthetic_call.graded_call()), audio())


@given(st.text(), st.text())
def test_whatever_text_says_it_stays_text(text: str, attribute: str) -> None:
    made = tag("p", text, title=attribute)
    parsed = Elements(str(made)).tags
    assert [name for name, _ in parsed] == ["p"]
    assert re.fullmatch(r"<p title=\"[^\"<>]*\">[^<>]*</p>", made, re.DOTALL)


@given(st.recursive(st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_data_block_closes_only_itself(value: Any) -> None:
    block = data_block("x", value)
    content = block.removeprefix('<script type="application/json" id="x">').removesuffix("</script>")
    assert "<" not in content
    assert json.loads(content) == value


def test_hostile_words_are_escaped_everywhere(html: str) -> None:
    scripts = [attributes for name, attributes in Elements(html).tags if name == "script"]
    assert [one.get("type") for one in scripts] == ["application/json", "text/plain", None]
    assert "<script>window" not in html
    assert "&lt;script&gt;window" in html


def test_page_names_no_other_place(html: str) -> None:
    for name, attributes in Elements(html).tags:
        assert not {"src", "srcset", "action", "style", "onclick", "onload"} & set(attributes), name
        assert (attributes.get("href") or "#").startswith("#"), name


def test_script_writes_no_markup() -> None:
    for asset in ASSETS.glob("*.js"):
        sinks = re.findall(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|Function\(", asset.read_text()
        )
        assert not sinks, asset.name


@pytest.mark.parametrize("path", ["javascript:alert(1)", "call #1.ogg", "a/b c.ogg", "C:x.ogg"])
def test_linked_sound_stays_beside_the_page(path: str) -> None:
    linked = replace(audio(), content=None, link=path)
    page = render(to_record(synthetic_call.graded_call()), linked)
    (link,) = re.findall(r'"link":"([^"]*)"', page)
    assert link.startswith("./")
    assert ":" not in link
    assert "#" not in link


def test_failures_and_reasons_are_said(html: str) -> None:
    for said in (
        "Unannounced silence",
        "the section “Resolution” scores zero.",
        "50",
        "capped; 68 % before what failed",
        "nobody was put on hold",
        "no fact table for this call",
        "The demo model knows synthetic voices only",
    ):
        assert said in html


def test_highlights_stand_at_the_top_with_their_clips(html: str) -> None:
    section = html[html.index('id="highlights"') : html.index('id="timeline"')]
    keep, work = section.split("<h2>Work on</h2>")
    assert "<h2>Keep doing</h2>" in keep
    assert re.findall("<h3>(.*?)</h3>", keep) == ["Names the feeling with a fact"]
    assert re.findall("<h3>(.*?)</h3>", work) == [
        "Unannounced silence",
        "Lets the caller finish",
        "Concrete next step and time",
    ]
    assert re.findall('data-from="(.*?)"', section) == ["32.0", "24.0", "14.0"]
    assert "2 of 8: 6 missed" in work


@pytest.mark.parametrize("layout", [Layout.MIXED, Layout.TRAINEE_ONLY])
def test_one_track_is_one_lane(layout: Layout) -> None:
    who = Speaker.UNSEPARATED if layout is Layout.MIXED else Speaker.TRAINEE
    graded = synthetic_call.graded_call()
    call = graded.call
    turns = tuple(replace(turn, speaker=who, words=()) for turn in call.turns)
    alone = replace(
        call, layout=layout, turns=turns, overlaps=(), acts=(), tracks={who: call.tracks[Speaker.TRAINEE]},
        baselines={who: call.baselines[Speaker.TRAINEE]},
    )  # fmt: skip
    graded = replace(
        graded, call=alone, recognizer=None, roles=replace(graded.roles, layout=layout, channels={})
    )
    heard = [Exchanged(one.heard, None) for one in synthetic_call.exchanges()]
    page = render(to_record(graded), AudioForPage(peaks(heard), "audio/wav"))
    assert page.count('"peaks":') == 1
    assert "words not recognized" in page


@pytest.mark.parametrize(
    ("at_s", "text"), [(0, "0:00"), (59.9, "0:59"), (61, "1:01"), (3723, "1:02:03"), (10800, "3:00:00")]
)
def test_clock(at_s: float, text: str) -> None:
    assert clock(at_s) == text


def test_numbers_as_written() -> None:
    assert [number(8.0), number(2.5), number(-0.04), number(-3.0), number(170.0, 0)] == [
        "8",
        "2.5",
        "0",
        "−3",
        "170",
    ]
    assert [signed(2.0), signed(-1.25, 2), signed(0.0)] == ["+2", "−1.25", "±0"]


# --- waveform --------------------------------------------------------------------------------


@given(st.lists(st.integers(1, 500), max_size=12), st.integers(0, 2**32 - 1))
def test_peaks_do_not_depend_on_chopping(lengths: list[int], seed: int) -> None:
    noise = np.random.default_rng(seed).uniform(-1, 1, sum(lengths)).astype(np.float32)
    whole = peaks([Exchanged(AudioChunk(0, noise), AudioChunk(0, -noise))])
    meter = PeakMeter()
    start = 0
    for length in lengths:
        chunk = AudioChunk(start, noise[start : start + length])
        meter.push(Exchanged(chunk, AudioChunk(start, -chunk.samples)))
        start += length
    np.testing.assert_array_equal(meter.peaks().heard, whole.heard)
    np.testing.assert_array_equal(whole.played, whole.heard)
    assert len(whole.heard) == -(-len(noise) // whole.bucket)


def test_peaks_of_a_long_call_are_few_and_keep_the_loudest() -> None:
    minute = np.zeros(60 * 16000, np.float32)
    loud = minute.copy()
    loud[12345] = -0.75
    blocks = [
        Exchanged(AudioChunk(at * len(minute), loud if at == 100 else minute), None) for at in range(180)
    ]
    drawn = peaks(blocks)
    assert len(drawn.heard) <= 200_000
    assert drawn.played is None
    assert drawn.heard.max() == 0.75
    assert int(drawn.heard.argmax()) == (100 * len(minute) + 12345) // drawn.bucket


# --- in a browser -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if CHROMIUM is None:
        pytest.skip("chromium is not installed")
    arguments = ["--no-sandbox", "--disable-gpu", "--autoplay-policy=no-user-gesture-required"]
    with api.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Any, html: str, tmp_path: Path) -> Iterator[Any]:
    opened = _open(browser, html, tmp_path)
    yield opened
    assert opened.troubles == []
    assert opened.asked == [(tmp_path / "call.html").as_uri()], "the page asked for something else"
    opened.close()


def _open(browser: Any, html: str, folder: Path, **settings: Any) -> Any:
    (folder / "call.html").write_text(html, encoding="utf-8")
    page = browser.new_page(viewport={"width": 1280, "height": 900}, **settings)
    page.troubles, page.asked = [], []
    page.on("console", lambda message: page.troubles.append(message.text))
    page.on("pageerror", lambda error: page.troubles.append(str(error)))
    page.on(
        "request",
        lambda request: page.asked.append(request.url) if not request.url.startswith("blob:") else None,
    )
    page.refused = []
    page.on("requestfailed", lambda one: page.refused.append((one.url, one.failure)))
    page.goto((folder / "call.html").as_uri())
    page.wait_for_selector("html.ready")
    return page


def _until(page: Any, condition: str) -> None:
    """Wait for a condition of the page's own script, looked at with every frame drawn."""
    look = f"const look = () => ({condition}) ? resolve() : requestAnimationFrame(look); look();"
    page.evaluate(f"new Promise((resolve) => {{ {look} }})")


def _at(page: Any) -> float:
    return float(page.evaluate("player.audio.currentTime"))


def test_words_that_hold_a_script_do_not_run(page: Any) -> None:
    assert page.locator("#turn-2 .w", has_text="window.broken").text_content() == synthetic_call.ATTACK
    assert page.evaluate("typeof window.broken") == "undefined"


def test_policy_stops_what_escaping_would_let_through(browser: Any, html: str, tmp_path: Path) -> None:
    attack = "<script>window.broken=1</script><img src=x onerror='window.broken=1'><script src='http://127.0.0.1:9/x.js'>"
    page = _open(browser, html.replace("<main>", f"<main>{attack}</script>"), tmp_path)
    assert page.evaluate("typeof window.broken") == "undefined"
    assert {why for url, why in page.refused if url.startswith("http")} == {"csp"}
    assert sum("Content Security Policy" in trouble for trouble in page.troubles) >= 3
    page.close()


def test_page_may_not_connect(browser: Any, html: str, tmp_path: Path) -> None:
    page = _open(browser, html, tmp_path)
    refused = page.evaluate("fetch('http://127.0.0.1:9/').then(() => 'sent', () => 'refused')")
    assert refused == "refused"
    assert any("Content Security Policy" in trouble for trouble in page.troubles)
    page.close()


def test_evidence_plays_its_moment_and_stops(page: Any) -> None:
    page.evaluate("player.audio.playbackRate = 8")
    page.locator("#mark-lets .clip").click()
    _until(page, "!player.audio.paused")
    assert page.locator("#playing").inner_text() == "Lets the caller finish"
    assert _at(page) >= 13.5 - 0.01, "half a second of lead-in"
    _until(page, "player.audio.paused")
    assert 15.3 <= _at(page) < 19.0, "stops after the moment"
    assert page.locator(".sounding").count() == 0


def test_clicked_word_plays_and_lights_up(page: Any) -> None:
    word = page.locator("#turn-5 .w", has_text="frustrating")
    word.click()
    _until(page, "document.querySelector('.w.now')?.textContent === 'frustrating'")
    assert "now" in page.locator("#turn-5").get_attribute("class")
    assert page.evaluate("!player.audio.paused")


def test_overlap_on_its_lane_plays(page: Any) -> None:
    x, y = page.evaluate("[toX(14.5), LANES.find(({draw}) => draw === drawEvents).top + 12]")
    page.locator("#lanes canvas").click(position={"x": x, "y": y})
    _until(page, "!player.audio.paused")
    assert page.evaluate("player.until") == pytest.approx(15.3)
    assert "too early" in page.locator("#playing").inner_text()


def test_click_on_a_waveform_plays_from_there(page: Any) -> None:
    x = page.evaluate("toX(33)")
    page.locator("#lanes canvas").click(position={"x": x, "y": 40})
    _until(page, "!player.audio.paused")
    assert _at(page) == pytest.approx(33, abs=1.0)


def test_keys_play_move_and_zoom(page: Any) -> None:
    page.keyboard.press("Space")
    _until(page, "!player.audio.paused")
    page.keyboard.press("Space")
    _until(page, "player.audio.paused")
    page.evaluate("player.seek(20)")
    page.keyboard.press("ArrowLeft")
    assert page.evaluate("player.at") == 17
    page.keyboard.press("Shift+ArrowRight")
    assert page.evaluate("player.at") == pytest.approx(19.2)
    page.keyboard.press("+")
    assert page.evaluate("view.to - view.from") == pytest.approx(30)
    page.keyboard.press("0")
    assert page.evaluate("view.to - view.from") == pytest.approx(60)


def test_everything_that_plays_is_a_named_button(page: Any) -> None:
    nameless = page.evaluate(
        "[...document.querySelectorAll('button, [data-from]')]"
        ".filter((one) => one.tagName !== 'BUTTON' || !(one.textContent.trim() || one.ariaLabel)).length"
    )
    assert nameless == 0
    assert page.locator("button").count() > 20


CONTRAST = """() => {
  const parse = (text) => text.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((v) => v / 255)
    .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = (element) => {
    for (let one = element; one; one = one.parentElement) {
      const color = parse(getComputedStyle(one).backgroundColor);
      if (color.length < 4 || color[3] === 1) return color;
    }
    return [255, 255, 255];
  };
  const poor = [];
  for (const element of document.querySelectorAll('body *')) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    const aside = element.closest('script, [disabled], .visually-hidden');
    if (!own || aside || !element.checkVisibility()) continue;
    const [a, b] = [light(parse(getComputedStyle(element).color)), light(ground(element))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) poor.push(`${element.className || element.tagName} ${ratio.toFixed(2)}`);
  }
  return [...new Set(poor)];
}"""


def test_how_each_turn_sounded_is_told_with_units_or_as_not_measurable(html: str) -> None:
    section = html[html.index('id="voices"') :].partition("</details>")[0]
    assert "loudness −22.5 LUFS" in section
    assert "brightness −12.3 dB" in section
    assert "heard in wide band" in section
    assert "tension not measurable" in section
    assert "None" not in section


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_ground(browser: Any, html: str, tmp_path: Path, scheme: str) -> None:
    page = _open(browser, html, tmp_path, color_scheme=scheme)
    page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
    page.evaluate("player.seek(33)")
    assert page.evaluate(CONTRAST) == []
    page.close()


def test_phone_shows_all_without_sideways_scrolling(browser: Any, html: str, tmp_path: Path) -> None:
    page = _open(browser, html, tmp_path)
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert page.locator("#play").is_visible()
    page.close()


def test_paper_shows_the_whole_transcript_in_light_colors(browser: Any, html: str, tmp_path: Path) -> None:
    page = _open(browser, html, tmp_path, color_scheme="dark")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate("stage.colors.surface") == "#ffffff"
    assert page.evaluate("turns.scrollHeight - turns.clientHeight") == 0
    assert not page.locator("#player").is_visible()
    assert page.locator("#moments li").first.is_visible()
    page.close()


def test_linked_sound_plays_from_beside_the_page(browser: Any, tmp_path: Path) -> None:
    (tmp_path / "my call #1.wav").write_bytes(synthetic_call.wav())
    linked = replace(audio(), content=None, link="my call #1.wav")
    page = _open(browser, render(to_record(synthetic_call.graded_call()), linked), tmp_path)
    page.locator("#mark-lets .clip").click()
    _until(page, "!player.audio.paused && player.audio.currentTime > 13.6")
    assert page.troubles == []
    page.close()


def test_missing_sound_is_said(browser: Any, tmp_path: Path) -> None:
    linked = replace(audio(), content=None, link="gone.ogg")
    page = _open(browser, render(to_record(synthetic_call.graded_call()), linked), tmp_path)
    page.locator("#play").click()
    _until(page, "document.getElementById('playing').textContent.includes('gone.ogg')")
    page.close()


def test_page_without_sound_still_shows_where(browser: Any, tmp_path: Path) -> None:
    silent = replace(audio(), content=None)
    page = _open(browser, render(to_record(synthetic_call.graded_call()), silent), tmp_path)
    page.locator("#mark-lets .clip").click()
    assert page.evaluate("player.at") == pytest.approx(13.5)
    assert not page.locator("#player").is_visible()
    assert "now" in page.locator("#turn-2").get_attribute("class")
    assert page.troubles == []
    page.close()
