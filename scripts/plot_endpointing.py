"""Make ``docs/images/turn-taking.png`` from what ``python -m bench.endpointing --json FILE`` wrote.

``python scripts/plot_endpointing.py FILE`` needs the package ``playwright`` and a Chromium on the PATH.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from playwright.sync_api import sync_playwright

IMAGE = Path(__file__).parents[1] / "docs" / "images" / "turn-taking.png"

PANELS = {
    "SpokenWOZ calls": "Three service calls, words known (SpokenWOZ)",
    "AWS repair call": "One acted call, words unknown (AWS)",
}

LINES = {
    "fixed silence": ("#8a8f98", "fixed silence"),
    "sound": ("#c2410c", "sound alone"),
    "words": ("#7c3aed", "words alone"),
    "sound and words": ("#0369a1", "sound and words"),
}

WIDTH, HEIGHT, LEFT, TOP, RIGHT, BOTTOM = 560, 400, 56, 54, 12, 48

MOST_WAIT_S, MOST_PERCENT = 2.0, 60.0

Curve = Sequence[tuple[float, float]]
"""Mean wait in seconds, share of holds cut off."""


def x_at(wait_s: float) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * wait_s / MOST_WAIT_S


def y_at(percent: float) -> float:
    return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * percent / MOST_PERCENT


def panel(title: str, curves: dict[str, Curve]) -> str:
    """One drawing."""
    parts = [f'<text x="{LEFT}" y="20" class="title">{title}</text>', *axes(), *target()]
    parts += [path(curves[name], color) for name, (color, _) in LINES.items() if name in curves]
    ((wait_s, share),) = curves["as shipped"]
    parts.append(f'<circle cx="{x_at(wait_s)}" cy="{y_at(100 * share)}" r="5.5"/>')
    parts += key([*(LINES[name] for name in LINES if name in curves), ("#111", "as shipped (point)")])
    return f'<svg width="{WIDTH}" height="{HEIGHT}">{"".join(parts)}</svg>'


def axes() -> Iterator[str]:
    for percent in range(0, int(MOST_PERCENT) + 1, 10):
        y = y_at(percent)
        yield f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y}" y2="{y}" class="grid"/>'
        yield f'<text x="{LEFT - 8}" y="{y + 4}" text-anchor="end">{percent} %</text>'
    for tenth in range(0, int(10 * MOST_WAIT_S) + 1, 3):
        x, y = x_at(tenth / 10), HEIGHT - BOTTOM + 18
        yield f'<text x="{x}" y="{y}" text-anchor="middle">{tenth / 10}</text>'
    middle = (LEFT + WIDTH - RIGHT) / 2
    yield f'<text x="{middle}" y="{HEIGHT - 8}" text-anchor="middle">mean wait at true ends, s</text>'
    yield f'<text x="{LEFT - 44}" y="{TOP - 12}" class="small">pauses inside turns that were cut off</text>'


def target() -> Iterator[str]:
    """8 % at 0.6 s."""
    x, y = x_at(0.6), y_at(8)
    yield f'<rect x="{LEFT}" y="{y}" width="{x - LEFT}" height="{y_at(0) - y}" class="target"/>'
    yield f'<text x="{LEFT + 6}" y="{y - 5}" class="small">target: 8 % at 0.6 s</text>'


def path(curve: Curve, color: str) -> str:
    """A stair: a longer mean wait allows whatever a shorter one did."""
    inside = [(w, share) for w, share in curve if w <= MOST_WAIT_S and 100 * share <= MOST_PERCENT]
    steps = f"M{x_at(inside[0][0])} {y_at(100 * inside[0][1])}"
    steps += "".join(f"H{x_at(wait_s)}V{y_at(100 * share)}" for wait_s, share in inside[1:])
    return f'<path d="{steps}H{x_at(MOST_WAIT_S)}" stroke="{color}" class="curve"/>'


def key(entries: Sequence[tuple[str, str]]) -> Iterator[str]:
    for row, (color, label) in enumerate(entries):
        y = TOP + 14 + 19 * row
        yield f'<rect x="{WIDTH - 176}" y="{y - 6}" width="18" height="4" fill="{color}"/>'
        yield f'<text x="{WIDTH - 150}" y="{y}">{label}</text>'


def page(curves: dict[str, dict[str, Curve]]) -> str:
    style = (
        "body{margin:0;background:#fff;display:flex;font:13px sans-serif}text{fill:#333}"
        ".title{font-weight:600;font-size:15px}.small{font-size:11px}.grid{stroke:#e5e7eb}"
        ".curve{fill:none;stroke-width:2.2}.target{fill:#bbf7d0;opacity:.7}circle{fill:#111}"
    )
    drawn = "".join(panel(title, curves[name]) for name, title in PANELS.items())
    return f"<!doctype html><style>{style}</style><body>{drawn}"


def main() -> None:
    curves = json.loads(Path(sys.argv[1]).read_text("utf-8"))["curves"]
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        shown = browser.new_page(viewport={"width": WIDTH * len(PANELS), "height": HEIGHT})
        shown.set_content(page(curves))
        shown.screenshot(path=IMAGE)
        browser.close()


if __name__ == "__main__":
    main()
