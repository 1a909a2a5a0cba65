"""Make the pictures of the report in ``docs/images/``: grade a fixture call, open its page in Chromium.

The picture of the mood is of a demonstration that is tried again; it takes some minutes.
``python scripts/screenshots.py [REPORT [REPORT_OF_RETRY]]`` takes reports that are there already. It needs
the package ``playwright`` and a Chromium on the PATH.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[1]
CALL = ROOT / "audio_fixtures" / "interrupting.16k.flac"
IMAGES = ROOT / "docs" / "images"


@dataclass(frozen=True)
class Picture:
    """One view of the page."""

    name: str
    width: int
    height: int
    scheme: str
    shown: str
    """Selector of what stands at the top."""
    at_s: float
    """Where playback is."""


PICTURES = (
    Picture("report-score", 1280, 1000, "light", "body", 0.0),
    Picture("report-call", 1280, 1300, "light", "#timeline", 12.8),
    Picture("report-dark", 1280, 1300, "dark", "#timeline", 12.8),
    Picture("report-phone", 390, 844, "light", "body", 0.0),
    Picture("report-phone-call", 390, 844, "dark", "#timeline", 12.8),
)


MOOD = Picture("report-mood", 1280, 1130, "light", "#timeline", 0.0)

TURN = "2"
"""From which turn the demonstration is tried again."""


def graded(folder: Path) -> Path:
    """The report of the fixture call, made by the command that users run."""
    grade = [str(Path(sys.executable).with_name("voicecoach")), "grade", str(CALL)]
    command = [*grade, "--model", "demo", "--out", str(folder)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return next(folder.glob("*.html"))


def retried(folder: Path) -> Path:
    """The report of a call that a rude trainee began and an expert took up again."""
    demo = [str(Path(sys.executable).with_name("voicecoach")), "demo", "--fast", "--no-open"]
    environment = {**os.environ, "XDG_DATA_HOME": str(folder)}
    calls = folder / "voicecoach" / "calls"
    subprocess.run([*demo, "--trainee", "rude"], check=True, stdout=subprocess.DEVNULL, env=environment)
    (first,) = calls.iterdir()
    again = [*demo, "--trainee", "expert", "--retry", first.name, "--turn", TURN]
    subprocess.run(again, check=True, stdout=subprocess.DEVNULL, env=environment)
    (second,) = (call for call in calls.iterdir() if call != first)
    return second / "report.html"


def shoot(browser: Any, report: Path, picture: Picture) -> None:
    page = browser.new_page(
        viewport={"width": picture.width, "height": picture.height}, color_scheme=picture.scheme
    )
    page.goto(report.as_uri())
    page.wait_for_selector("html.ready")
    page.evaluate("at => player.seek(at)", picture.at_s)
    page.evaluate("selector => document.querySelector(selector).scrollIntoView()", picture.shown)
    page.evaluate("new Promise((done) => setTimeout(done, 700))")  # the transcript scrolls smoothly
    page.screenshot(path=IMAGES / f"{picture.name}.png")
    page.close()


def main() -> None:
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        report = Path(sys.argv[1]) if len(sys.argv) > 1 else graded(Path(folder))
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for picture in PICTURES:
            shoot(browser, report.resolve(), picture)
        again = Path(sys.argv[2]) if len(sys.argv) > 2 else retried(Path(folder))
        shoot(browser, again.resolve(), MOOD)
        browser.close()


if __name__ == "__main__":
    main()
