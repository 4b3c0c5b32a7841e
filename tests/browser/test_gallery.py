"""The gallery of films and of images to caption, alone on a page: what is seen, what is said, and what is chosen."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import expect

from dlplay.dataset import Dataset, dataset
from dlplay.frame import pack
from dlplay.pixels import frames
from dlplay.probes.images import as_bytes, side_by_side, trails
from dlplay.tokens import written
from tests.browser.alone import Alone, alone
from tests.browser.window import PHONE, Visit


def gallery(data: str, chosen: int = 0, **values: Any) -> bytes:
    """A gallery of this data, where the model takes every second example for the one before."""
    record: Dataset = dataset(data)
    config = record.config(**values)
    task, examples = record.task(config), record.make(config)
    names = [written(row[row >= 0], task.classes) for row in examples.targets] if task.each_step else None
    true: list[Any] = names or examples.targets.tolist()
    said = [true[place - place % 2] for place in range(10)]
    film = frames(task, examples.inputs)
    image, across = side_by_side(film[chosen])
    items = [
        {"index": place, "true": true[place], "said": said[place], "share": None if names else 0.5}
        for place in range(10)
    ]
    facts = {
        "picture": "gallery",
        "step": 1,
        "part": "train",
        "page": 0,
        "pages": 2,
        "count": 20,
        "order": "data",
        "searched": 20,
        "names": list(task.classes),
        "image": {"shape": list(image.shape), "frames": film.shape[1], "across": across},
        "true": true[chosen],
        "said": said[chosen],
        "takes": task.reads != "video",
        "items": items,
        "example": {"part": "train", "index": chosen, "count": 20, "own": False},
    }
    return pack(facts, {"image": as_bytes(image, (0, 1)), "thumbs": as_bytes(trails(film[:10]), (0, 1))})


def opened(visit: Visit, frame: bytes, **more: Any) -> Alone:
    return alone(visit, "gallery", frame, across=more.get("width", 412) - 40, **more)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [440, PHONE["width"]])
def test_a_film_shows_its_frames_and_can_be_chosen(visit: Visit, theme: str, width: int) -> None:
    part = opened(visit, gallery("moving-digits", examples=100), theme=theme, width=width)
    page = part.page
    expect(page.locator(".gallery .title")).to_have_text("Film")
    image = page.locator(".gallery .chosen canvas")
    expect(image).to_have_attribute("aria-label", re.compile(r"film, 8 frames side by side, truly \w+, 16 × 16 pixels"))
    box = image.bounding_box()
    assert box
    assert (round(box["width"]), round(box["height"])) == (168, 84)
    assert (
        len((page.locator(".gallery .chosen path").get_attribute("d") or "").split("M")) == 5
    )  # three upright, one level
    expect(page.get_by_role("button", name="Draw", exact=True)).to_be_hidden()
    expect(page.get_by_role("button", name="Upload")).to_be_hidden()
    second = page.locator(".gallery .thumb").nth(1)
    expect(second).to_have_attribute("aria-label", re.compile(r"^film 2: \w+, (right|taken for \w+) with 0.50$"))
    second.click()
    assert part.acts == [{"do": "example", "part": "train", "index": 1}]
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [440, PHONE["width"]])
def test_an_image_stands_beside_its_caption_and_what_the_model_says(visit: Visit, theme: str, width: int) -> None:
    part = opened(visit, gallery("scenes", chosen=1, examples=200), theme=theme, width=width)
    page = part.page
    expect(page.locator(".gallery .captions div").nth(0)).to_have_text(re.compile("^truly: a .+"))
    expect(page.locator(".gallery .captions div").nth(1)).to_have_text(re.compile("^model: a .+"))
    expect(page.locator(".gallery .thumb.wrong").first).to_be_visible()
    first = page.locator(".gallery .thumb").first
    expect(first).to_have_attribute("aria-label", re.compile("^image 1: a .+, right$"))
    expect(page.locator(".gallery .thumb").nth(1)).to_have_attribute("aria-label", re.compile(", taken for a .+$"))
    pixels = page.locator(".gallery .chosen canvas").evaluate(
        "(canvas) => [...canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data]"
    )
    record = dataset("scenes")
    config = record.config(examples=200)
    image = frames(record.task(config), record.make(config).inputs[1:2])[0, 0]
    assert np.array(pixels).reshape(24, 24, 4)[..., :3] == pytest.approx(255 * image.transpose(1, 2, 0), abs=0.6)
    expect(page.get_by_role("button", name="Draw", exact=True)).to_be_visible()
    first.click()
    assert part.acts == [{"do": "example", "part": "train", "index": 0}]
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width


def test_classes_are_named_as_before(visit: Visit) -> None:
    page = opened(visit, gallery("shapes", examples=100)).page
    expect(page.locator(".gallery .words")).to_have_text(re.compile(r"^1 of 20 · truly \w+$"))
    expect(page.locator(".gallery .captions")).to_be_hidden()
    expect(page.locator(".gallery .chosen canvas")).to_have_attribute(
        "aria-label", re.compile("truly .*16 × 16 pixels$")
    )
