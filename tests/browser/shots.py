"""Pictures of every page of the real app: wide and phone, light and dark.

    python -m tests.browser.shots                all of them, into shots/
    python -m tests.browser.shots network        those of this scene

A page is a scene of its own unless `SCENES` says what to open there. A phone picture ends where its screen does;
beside it stands the whole page, as long as it is.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.browser.chromium import FLAGS, MISSING, find
from tests.browser.server import ROOT, serving
from tests.browser.window import PHONE, WIDE, quiet

FOLDER = ROOT / "shots"
SIZES = {"wide": WIDE, "phone": PHONE}
THEMES = ("light", "dark")


@dataclass(frozen=True)
class Scene:
    """One page in one state. seconds: how long it trains before the picture is taken, from its first step on.

    view: the name of the view that is turned to first, where several share a place.
    """

    name: str
    path: str
    seconds: float = 0.0
    view: str = ""


SCENES = {
    "playground": (
        Scene(
            "network",
            "/playground?model=mlp&data=spiral&model.hidden=8~6&model.features=x~y~sinx~siny&train.rate=0.02&play=on",
            6,
        ),
        Scene(
            "states", "/playground?model=lstm&data=brackets&model.units=16&train.rate=0.01&lock=0.3&time=4&play=on", 6
        ),
        Scene("maps", "/playground?model=cnn&data=digits&lock=layers.3.value~9~1~2&play=on", 4),
        Scene(
            "attention",
            "/playground?model=transformer&data=french&train.rate=0.003&head=1.0&weight=3.4&play=on",
            30,
        ),
        Scene(
            "stream",
            "/playground?model=decoder&data=names&model.layers=4&train.rate=0.003&play=on",
            25,
            "Residual stream",
        ),
        Scene("pairs", "/playground?model=seq2seq&data=french&train.rate=0.005&lock=step.3&play=on", 25),
    )
}


def scenes() -> Iterator[Scene]:
    """Every page in `pages/`, by name; a new page needs no word here."""
    for file in sorted((ROOT / "pages").glob("*.py")):
        if file.stem != "frame":
            yield from SCENES.get(file.stem, (Scene(file.stem, "/" if file.stem == "start" else f"/{file.stem}"),))


def take(browser: Browser, url: str, scene: Scene, size: str, theme: str) -> Iterator[Path]:
    """One scene in one window, as PNG files."""
    page = browser.new_page(viewport=SIZES[size], color_scheme=theme, device_scale_factor=1)
    page.on("pageerror", lambda error: print(f"  script error on {scene.name}: {error}", flush=True))
    page.goto(url + scene.path)
    quiet(page)
    page.wait_for_load_state("networkidle")
    if scene.view:
        page.get_by_role("button", name=scene.view, exact=True).click()
    if scene.seconds:
        page.get_by_text(re.compile(r"step [1-9]")).first.wait_for()
    page.wait_for_timeout(1000 * scene.seconds + 500)  # a picture of a run that goes on, not a test
    for fault in page.locator('[data-testid="stException"]').all_inner_texts():
        print(f"  a script failed on {scene.name}: {fault}", flush=True)
    yield _write(page.screenshot(), scene, size, theme)
    if size == "phone":
        length = page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
        page.set_viewport_size({"width": PHONE["width"], "height": min(6000, max(length, PHONE["height"]))})
        page.wait_for_timeout(500)
        yield _write(page.screenshot(), scene, "phone-whole", theme)
    page.close()


def _write(png: bytes, scene: Scene, size: str, theme: str) -> Path:
    path = FOLDER / f"{scene.name}-{size}-{theme}.png"
    path.write_bytes(png)
    return path


def main(wanted: list[str]) -> int:
    """Takes the pictures; 1 when there is no browser."""
    chromium = find()
    if chromium is None:
        print(MISSING)
        return 1
    FOLDER.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as home,
        serving(Path(home)) as server,
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=chromium, args=FLAGS) as browser,
    ):
        for scene in scenes():
            if wanted and scene.name not in wanted:
                continue
            for size in SIZES:
                for theme in THEMES:
                    for path in take(browser, server.url, scene, size, theme):
                        print(path.relative_to(ROOT), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
