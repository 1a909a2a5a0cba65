"""The report of a rehearsed call: the caller's mood drawn and listed, the end, turns to try again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import synthetic_call
from test_report import CONTRAST, _at, _open, _until, audio, browser

from tests.kept_calls import header
from voicecoach.apps.record import to_record
from voicecoach.apps.rehearsal_facts import RehearsalFacts, band_of, facts_of
from voicecoach.apps.report import render
from voicecoach.conversation import BAND_FROM, Band, Ending, Mood, MoodChange
from voicecoach.events import CallOver, FloorTaken, MoodMoved
from voicecoach.kept import CallLog, LogEntry, Way
from voicecoach.speech import Speaker
from voicecoach.timeline import samples

pytestmark = pytest.mark.slow

__all__ = ["browser"]

START = 50.0
"""Anger of the persona in `kept_calls.header`."""


def change(at_s: float, anger: float, after: float, cause: str, quote: str = "") -> MoodMoved:
    return MoodMoved(MoodChange(samples(at_s), anger, 2.0, cause, quote, Mood(after, 50.0)))


MOODS = (
    change(15.0, 9.0, 69.0, "was interrupted", "came in 1.0 s before you had finished"),
    change(36.0, -12.5, 56.5, "names the feeling and the fact", f"I am sorry {synthetic_call.ATTACK}"),
    change(58.0, 3.0, 59.5, "another minute, and nothing is solved"),
)


def log(call_id: str, moods: tuple[MoodMoved, ...], settings: dict[str, Any]) -> CallLog:
    """Of the synthetic call: turns at 3.4, 14.0, 32.0 and 44.5 s, and a cough at 27 s."""
    floors = [(Speaker.TRAINEE, 3.4), (None, 8), (Speaker.TRAINEE, 13.8), (None, 19), (Speaker.TRAINEE, 27.0),
              (None, 28), (Speaker.TRAINEE, 31.9), (None, 41), (Speaker.TRAINEE, 44.5)]  # fmt: skip
    told = [FloorTaken(holder, samples(at_s), "speaks") for holder, at_s in floors]
    over = CallOver(Ending.SATISFIED, samples(60.0), "the caller had nothing more to say")
    entries = tuple(LogEntry(samples(60.0), Way.TOLD, what) for what in (*told, *moods, over))
    return CallLog(replace(header(call_id), settings=settings), entries)


FIRST, AGAIN = "20261123-091502-3f2a", "20261123-101502-77aa"


def facts(*, retried: bool) -> RehearsalFacts:
    earlier = log(FIRST, MOODS[:1], {})
    if not retried:
        return facts_of(log(FIRST, MOODS, {}))
    return facts_of(log(AGAIN, MOODS, {"retries": {"call": FIRST, "turn": 4, "at": samples(31.6)}}), earlier)


def rendered(rehearsal: RehearsalFacts | None) -> str:
    return render(to_record(synthetic_call.graded_call()), audio(), rehearsal)


@pytest.fixture(scope="module")
def html() -> str:
    return rendered(facts(retried=True))


@pytest.fixture
def page(browser: Any, html: str, tmp_path: Path) -> Iterator[Any]:
    opened = _open(browser, html, tmp_path)
    yield opened
    assert opened.troubles == []
    assert opened.asked == [(tmp_path / "call.html").as_uri()], "the page asked for something else"
    opened.close()


# --- text ------------------------------------------------------------------------------------


def test_a_recording_has_no_mood() -> None:
    page = rendered(None)
    assert 'id="mood"' not in page
    assert '"mood":null' in page
    assert "--retry" not in page


def test_the_end_and_both_moods_are_said(html: str) -> None:
    told = re.sub("<[^>]*>", "", html[html.index('class="ended"') : html.index('id="highlights"')])
    assert "The call ended: satisfied (the caller had nothing more to say)" in told
    assert f"anger: {START:.0f} (upset) at first, 60 (upset) at the end" in told
    assert f"Tried again from turn 4 of call {FIRST}, which ended at 69 (angry)." in told
    assert "Seed 7" in told


def test_every_change_is_listed_with_its_cause(html: str) -> None:
    section = html[html.index('id="mood"') :].partition("</details>")[0]
    assert "Why the caller&#x27;s mood moved (3)" in section
    assert "Anger +9 to 69 (angry); trust +2" in section
    assert "was interrupted" in section
    assert "&lt;script&gt;" in section
    assert "<script>" not in section
    assert re.findall('data-from="(.*?)" data-to="(.*?)"', section) == [
        ("14.0", "15.0"),
        ("32.0", "36.0"),
        ("55.0", "58.0"),
    ]


def test_turns_are_numbered_as_the_command_counts_them(html: str) -> None:
    section = html[html.index('id="transcript"') :]
    assert re.findall("<summary>(Turn .*?)</summary>", section) == [
        f"Turn {number}: try again" for number in (1, 2, 4, 5)
    ], "the cough at 27 s was turn 3"
    assert f'<code dir="ltr">voicecoach rehearse --retry {AGAIN} --turn 4</code>' in section


def test_a_first_call_is_compared_with_none() -> None:
    page = rendered(facts(retried=False))
    assert '"earlier":null' in page
    assert "Tried again" not in page


def test_bands_are_those_of_the_mood() -> None:
    for band, least in BAND_FROM.items():
        assert band_of(least) is band
    assert band_of(100.0) is Band.ABUSIVE
    assert band_of(59.9) is Band.UPSET


# --- in a browser ----------------------------------------------------------------------------


def test_a_change_on_the_lane_plays_its_cause(page: Any) -> None:
    x, y = page.evaluate(
        "(() => { const lane = LANES.find(({ draw }) => draw === drawMood);"
        " return [toX(36), toY(lane, 56.5)]; })()"
    )
    page.locator("#lanes canvas").hover(position={"x": x, "y": y})
    assert "names the feeling and the fact" in page.locator("#readout").inner_text()
    page.locator("#lanes canvas").click(position={"x": x, "y": y})
    _until(page, "!player.audio.paused")
    assert page.evaluate("player.until") == pytest.approx(36.3)
    assert _at(page) >= 31.5 - 0.01
    assert "Anger −13: names the feeling" in page.locator("#playing").inner_text().replace("−12", "−13")
    assert page.evaluate("typeof window.broken") == "undefined"


def test_beside_a_change_the_lane_plays_on_from_there(page: Any) -> None:
    x, y = page.evaluate("[toX(25), LANES.find(({ draw }) => draw === drawMood).top + 60]")
    page.locator("#lanes canvas").click(position={"x": x, "y": y})
    _until(page, "!player.audio.paused")
    assert page.evaluate("player.until") is None
    assert _at(page) == pytest.approx(25, abs=1.0)


def test_anger_is_drawn_as_steps_and_the_first_call_beside_it(page: Any) -> None:
    """Colors along the lane: the line lies where the anger is, before and after the change at 15 s."""
    drawn = page.evaluate("""() => {
      const lane = LANES.find(({ draw }) => draw === drawMood);
      const ratio = stage.canvas.width / (stage.width + AXIS);
      const [width, top] = [stage.canvas.width, Math.round(lane.top * ratio)];
      const { data } = stage.context.getImageData(0, top, width, Math.round(lane.height * ratio));
      const color = stage.colors.caller.match(/\\w\\w/g).map((part) => parseInt(part, 16));
      const ink = (at, anger) => {
        const [x, y] = [Math.round(toX(at) * ratio), Math.round(toY(lane, anger) * ratio) - top];
        const starts = [-2, -1, 0, 1].map((by) => 4 * ((y + by) * width + x));
        return starts.some((start) => color.every((value, i) => Math.abs(data[start + i] - value) < 40));
      };
      return [ink(10, 50), ink(10, 69), ink(25, 69), ink(25, 50), ink(50, 56.5)];
    }""")
    assert drawn == [True, False, True, False, True]
    assert page.evaluate("call.mood.earlier.name") == FIRST


def test_the_retry_command_can_be_copied_whole(page: Any) -> None:
    again = page.locator("#turn-5 .retry")
    again.locator("summary").click()
    assert again.locator("code").is_visible()
    assert page.evaluate("getComputedStyle(document.querySelector('.retry code')).userSelect") == "all"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_ground(browser: Any, html: str, tmp_path: Path, scheme: str) -> None:
    page = _open(browser, html, tmp_path, color_scheme=scheme)
    page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
    assert page.evaluate(CONTRAST) == []
    page.close()


def test_phone_shows_all_without_sideways_scrolling(browser: Any, html: str, tmp_path: Path) -> None:
    page = _open(browser, html, tmp_path)
    page.set_viewport_size({"width": 360, "height": 740})
    page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.close()


def test_paper_leaves_the_commands_out(browser: Any, html: str, tmp_path: Path) -> None:
    page = _open(browser, html, tmp_path)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert not page.locator(".retry").first.is_visible()
    assert page.locator("#mood li").first.is_visible()
    page.close()
