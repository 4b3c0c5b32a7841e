"""The page in a real Chromium: how soon it is there, how soon a hand sees its effect, what a picture costs."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from playwright.sync_api import ElementHandle, Page, sync_playwright

from tests.browser.chromium import FLAGS, MISSING, find
from tests.browser.server import Server, serving

PRESSES, WATCHED = 30, 8.0
PLAYGROUND = "/playground?model=mlp&data=spiral&model.hidden=8~6&train.batch=10"
OTHERS = ("/playground?model=mlp&data=circle&play=on", "/playground?model=cnn&data=digits&play=on")
ATTENTION = "/playground?model=decoder&data=stories&data.length=64&model.layers=4&model.heads=4&play=on"
HEADS = {"every head": ".heads .thumb canvas", "one head": ".attention .large canvas"}
POINTS = ".surface .plane canvas >> nth=2"
"""Where the points are drawn: above the map and its borders."""

# Whether the bar of time says where the run is: the page can be used.
_THERE = """() => [...document.querySelectorAll("*")].some(
  (node) => /ready|step \\d/.test(node.shadowRoot?.querySelector(".when")?.textContent),
)"""

# Resolves with the milliseconds from now until the canvas shows something else, looked at once a frame.
_CHANGED = """(canvas) => new Promise((resolve) => {
  const seen = canvas.toDataURL(), began = performance.now();
  const look = () => {
    if (canvas.toDataURL() !== seen) resolve(performance.now() - began);
    else if (performance.now() - began > 5000) resolve(NaN);
    else requestAnimationFrame(look);
  };
  look();
})"""

# Resolves with how many different pictures the canvas showed in so many milliseconds.
_PICTURES = """([canvas, ms]) => new Promise((resolve) => {
  let seen = canvas.toDataURL(), count = 0;
  const began = performance.now();
  const look = () => {
    const now = canvas.toDataURL();
    if (now !== seen) { seen = now; count += 1; }
    if (performance.now() - began > ms) resolve(count);
    else requestAnimationFrame(look);
  };
  look();
})"""

Row = tuple[str, str, str]


def main() -> Iterator[Row]:
    """Rows (name, target, measured)."""
    path = find()
    if path is None:
        raise RuntimeError(MISSING)
    with tempfile.TemporaryDirectory() as home, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        started = time.perf_counter()
        with serving(Path(home)) as server:
            page = browser.new_page(viewport={"width": 1280, "height": 800})
            surface = _open(page, server, PLAYGROUND)
            yield "server start to an interactive page", "≤ 5 s", f"{time.perf_counter() - started:.1f} s"
            yield _first_change(page, surface)
            yield from _live(page, server, surface)
            yield _pause(page)
            for path_ in OTHERS:  # they go on training without their page, as runs do
                other = browser.new_page()
                _open(other, server, path_)
                other.close()
            times = _spread(_scrub(page, surface))
            yield "scrubber to the picture of another step, two trainings", "p50 ≤ 100, p95 ≤ 250 ms", times
            times = _spread(_slide(page))
            yield "slider to the picture of a new run, two trainings", "p50 ≤ 100, p95 ≤ 250 ms", times
        with serving(Path(home)) as server:  # where no other run trains
            yield from _attention(browser.new_page(viewport={"width": 1280, "height": 800}), server)
        browser.close()


def _open(page: Page, server: Server, path: str) -> ElementHandle:
    """The page with its output drawn and its buttons there; the canvas of the output."""
    page.goto(server.url + path)
    page.wait_for_selector(".scrubber .play", timeout=60_000)
    page.wait_for_function(_THERE, timeout=60_000)
    drawn = page.wait_for_selector(".surface canvas.map, .maps canvas", timeout=60_000)
    assert drawn is not None
    return drawn


def _first_change(page: Page, surface: ElementHandle) -> Row:
    waiting = surface.evaluate_handle(f"(canvas) => ({{ done: ({_CHANGED})(canvas) }})")
    page.click(".scrubber .play")
    return "Play to the first visible change", "≤ 1,000 ms", f"{waiting.evaluate('(it) => it.done'):.0f} ms"


def _live(page: Page, server: Server, surface: ElementHandle) -> Iterator[Row]:
    """Pictures a second while it plays, and the server's own processor time for each."""
    before = sum(server.process.cpu_times()[:2])
    pictures = page.evaluate(_PICTURES, [surface, 1000 * WATCHED])
    spent = sum(server.process.cpu_times()[:2]) - before
    yield "live pictures", "≥ 5 a second", f"{pictures / WATCHED:.1f} a second"
    yield "processor time of the server for one update", "≤ 10 ms", f"{1000 * spent / max(pictures, 1):.1f} ms"


def _attention(page: Page, server: Server) -> Iterator[Row]:
    """How often attention of 4 × 4 heads is drawn anew while it trains: the overview, and the lines of one head."""
    page.goto(server.url + ATTENTION)
    for what, where in HEADS.items():
        canvas = page.wait_for_selector(where, timeout=60_000)
        page.wait_for_timeout(2000)
        drawn = page.evaluate(_PICTURES, [canvas, 1000 * WATCHED])
        yield f"attention of 4 × 4 heads × 64 × 64, {what}", "≥ 5 a second", f"{drawn / WATCHED:.1f} a second"


def _pause(page: Page) -> Row:
    """From the click until the bar of time says that the run has paused."""
    words = page.wait_for_selector(".scrubber .when")
    assert words is not None
    began = time.perf_counter()
    page.click(".scrubber .play")
    page.wait_for_function("(node) => /paused/.test(node.textContent)", arg=words, polling="raf")
    return "Pause to a page that says so", "≤ 200 ms", f"{1000 * (time.perf_counter() - began):.0f} ms"


def _scrub(page: Page, surface: ElementHandle) -> list[float]:
    """Arrow keys on the bar of time: back through the snapshots, then forward."""
    page.focus(".scrubber .run")
    keys = ["ArrowLeft"] * (PRESSES // 2) + ["ArrowRight"] * (PRESSES // 2)
    return [_press(page, surface, key) for key in keys]


def _slide(page: Page) -> list[float]:
    """Arrow keys on the noise slider: other data, another run, its points on its untrained picture."""
    points = page.wait_for_selector(POINTS)
    assert points is not None
    page.get_by_role("slider", name="Noise").focus()
    keys = ["ArrowRight", "ArrowLeft"] * (PRESSES // 2)
    return [_press(page, points, key) for key in keys]


def _press(page: Page, surface: ElementHandle, key: str) -> float:
    waiting = surface.evaluate_handle(f"(canvas) => ({{ done: ({_CHANGED})(canvas) }})")
    page.keyboard.press(key)
    return float(waiting.evaluate("(it) => it.done"))


def _spread(times: list[float]) -> str:
    seen = [one for one in times if np.isfinite(one)]
    middle, high = np.percentile(seen, [50, 95])
    return f"{middle:.0f} ms p50, {high:.0f} ms p95, {len(seen)} of {len(times)} seen"
