"""Positions of patches, and a CNN beside a model that attends, as a visitor's hands and eyes know them."""

from __future__ import annotations

import re

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from dlplay.frame import pack
from dlplay.probes import beside, positions
from tests.browser.alone import Alone, alone
from tests.browser.test_attention import said
from tests.browser.window import PHONE, Visit, settled
from tests.probes.transformers import seen

VIT = "/playground?model=vit&data=digits&model.head_width=4&model.feed_forward=16"


def opened(page: Page) -> Page:
    """The page, once its heads are there."""
    expect(settled(page).locator(".part.heads .thumb").first).to_be_visible(timeout=30_000)
    return page


def part(visit: Visit, at: int | None = None, **more: object) -> Alone:
    return alone(visit, "positions", pack(*positions.picture(seen("vit", "digits"), at=at)), across=824, **more)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_patch_is_previewed_locked_and_released(visit: Visit, theme: str) -> None:
    found = part(visit, theme=theme)
    page = found.page
    title, field = page.locator(".likeness .head b").last, page.locator(".likeness .field")
    expect(title).to_have_text("Patch 3·3")
    box = field.bounding_box()
    assert box
    field.hover(position={"x": box["width"] - 5, "y": 5})
    expect(title).to_have_text("Patch 1·4")
    field.hover(position={"x": 10, "y": 10})
    expect(title).to_have_text("Class token")
    field.click(position={"x": box["width"] - 5, "y": 5})
    assert found.acts == [{"do": "place", "at": 4}]
    locked = part(visit, at=4, theme=theme)
    expect(locked.page.locator(".likeness .head b").last).to_have_text("Patch 1·4 · locked")
    locked.page.locator(".likeness .field").focus()
    locked.page.keyboard.press("Escape")
    assert locked.acts == [{"do": "release"}]


def test_the_keyboard_walks_from_patch_to_patch_and_to_the_class_token(visit: Visit) -> None:
    found = part(visit)
    page, title = found.page, found.page.locator(".likeness .head b").last
    page.locator(".likeness .field").focus()
    for key, name in [
        ("ArrowRight", "Patch 3·3"),
        ("ArrowRight", "Patch 3·4"),
        ("ArrowUp", "Patch 2·4"),
        *[("ArrowLeft", f"Patch 2·{column}") for column in (3, 2, 1)],
        ("ArrowLeft", "Class token"),
        ("ArrowRight", "Patch 1·1"),
    ]:
        page.keyboard.press(key)
        expect(title).to_have_text(name)
    page.keyboard.press("Enter")
    assert found.acts == [{"do": "place", "at": 1}]


def test_the_large_map_says_the_cosines_and_the_images_are_those_that_were_read(visit: Visit) -> None:
    facts, arrays = positions.picture(seen("vit", "digits"), at=6)
    page = alone(visit, "positions", pack(facts, arrays), across=824).page
    written = page.locator(".likeness .large text").all_text_contents()
    row = arrays["similarity"][6, 1:]
    expected = ["1" if place == 5 else f"{value:.2f}".replace("-", "−") for place, value in enumerate(row)]
    assert [one.replace("−0.00", "0.00") for one in written] == [one.replace("−0.00", "0.00") for one in expected]
    for which, name in enumerate(("image", "shuffled")):
        pixels = (
            page.locator(".patches .picture canvas")
            .nth(which)
            .evaluate("(canvas) => [...canvas.getContext('2d').getImageData(0, 0, 8, 8).data]")
        )
        assert np.array_equal(np.array(pixels).reshape(8, 8, 4)[..., 0], arrays[name][0])
    expect(page.locator(".patches .sentence")).to_contain_text("the answer stays")


def test_without_positions_nothing_is_compared(visit: Visit) -> None:
    page = alone(visit, "positions", pack(*positions.picture(seen("vit", "digits", positions="none")))).page
    expect(page.locator(".positions .about")).to_contain_text("No place is told")
    expect(page.locator(".positions .maps")).to_be_hidden()
    expect(page.locator(".patches .told b:visible")).to_have_count(2)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_both_models_are_told_side_by_side(visit: Visit, theme: str) -> None:
    facts, arrays = beside.picture(seen("vit", "digits"), rests=True)
    page = alone(visit, "beside", pack(facts, arrays), across=368, theme=theme).page
    cells = page.locator(".beside .table > span")
    one, other = facts["beside"]["models"]
    expect(cells.nth(1)).to_have_text("Vision Transformer")
    expect(cells.nth(4)).to_have_text(f"{one['parameters']:,}")
    expect(cells.nth(5)).to_have_text(f"{other['parameters']:,}")
    expect(cells.nth(7)).to_have_text("7")
    expect(cells.nth(10)).to_contain_text(f"{100 * one['score']:.1f} %")
    expect(page.locator(".beside .looks canvas")).to_have_count(4)


def test_a_cnn_learns_beside_until_it_has_made_as_many_steps(visit: Visit) -> None:
    page = opened(visit(VIT))
    for _ in range(3):
        page.keyboard.press(".")
    page.get_by_role("button", name="CNN beside", exact=True).click()
    cells = page.locator(".beside .table > span")
    expect(cells.nth(7)).to_have_text("3")
    expect(cells.nth(8)).to_have_text("3")
    expect(page.locator(".beside .news")).to_contain_text("for as many steps")
    maps = page.locator(".part.maps")
    expect(maps.locator(".title")).to_have_text("Feature maps of the CNN")
    expect(maps.locator(".views")).to_be_hidden()
    tiles = maps.locator(".tiles").first
    tiles.hover(position={"x": 10, "y": 10})
    expect(maps.locator(".head .name").first).to_contain_text(re.compile("row 1|1"))
    tiles.click(position={"x": 10, "y": 10})
    expect(page.get_by_text("nothing this picture can do")).to_have_count(0)
    maps.get_by_role("button", name="model", exact=True).click()
    said(page, "scale", "model")


def test_a_patch_stays_locked_over_a_reload(visit: Visit) -> None:
    page = opened(visit(VIT, **PHONE))
    page.get_by_role("button", name="Positions", exact=True).click()
    field = page.locator(".likeness .field")
    field.scroll_into_view_if_needed()
    box = field.bounding_box()
    assert box
    field.click(position={"x": box["width"] - 5, "y": 5})
    said(page, "time", "4")
    expect(page.locator(".likeness .head b").last).to_have_text("Patch 1·4 · locked")
    assert page.evaluate("() => document.documentElement.scrollWidth") <= PHONE["width"]
