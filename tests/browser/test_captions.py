"""A caption in the playground: where each word looks, what is locked, what is switched off, gates over the steps."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.window import PHONE, Visit, settled

WRITER = "/playground?model=captions&data=scenes&data.examples=200&data.size=16&model.units=8&model.channels=4"
FROZEN = "/playground?model=flamingo&data=scenes&data.examples=200&data.size=16&model.head_width=4&model.channels=4"
PAINT = """async (root) => {
  const module = await import(new URL("assets/live/regions/overlay.js", document.baseURI).href);
  const canvas = document.createElement("canvas"), image = Uint8Array.from({ length: 48 }, (_, i) => 5 * i);
  const weights = Float32Array.from([0, 0.1, 0.2, 0.4]), grid = { rows: 2, columns: 2 };
  module.overlay(root, canvas, { image, shape: [3, 4, 4], weights, grid, most: 0.4, width: 4, height: 4 });
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height), step = canvas.width / 4;
  const at = (row, column) => [...data.slice(4 * step * (row * canvas.width + column)).slice(0, 3)];
  return { glow: module.glow(root), pixels: [0, 1, 2, 3].map((row) => [0, 1, 2, 3].map((column) => at(row, column))) };
}"""


def opened(page: Page) -> Page:
    """The page, once a caption is written."""
    expect(settled(page).locator(".part.caption .tile").first).to_be_visible(timeout=30_000)
    return page


def said(page: Page, name: str, value: str | None) -> None:
    """Waits until the address bar says so."""
    page.wait_for_function("([name, value]) => new URL(location).searchParams.get(name) === value", arg=[name, value])


def test_a_pointer_previews_a_word_a_click_locks_it_and_escape_releases_it(visit: Visit) -> None:
    page = opened(visit(WRITER))
    title, tiles = page.locator(".part.caption .top .title"), page.locator(".part.caption .tile")
    expect(title).to_have_text("Where each word looks")
    tiles.nth(1).hover()
    expect(title).to_contain_text("Where it looks for")
    expect(page.locator(".part.caption .likely .head")).to_have_text("What could be word 2")
    tiles.nth(1).click()
    said(page, "lock", "step.1")
    page.mouse.move(5, 5)
    expect(title).to_contain_text("Where it looks for")
    page.reload()
    opened(page)
    expect(page.locator(".part.caption .tile.on")).to_have_count(1)
    page.locator(".part.caption .words").focus()
    page.keyboard.press("Escape")
    said(page, "lock", None)
    expect(title).to_have_text("Where each word looks")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    said(page, "lock", "step.1")


def test_the_brightness_of_a_region_is_its_weight(visit: Visit) -> None:
    page = opened(visit(WRITER))
    found = page.locator(".part.caption").evaluate(PAINT)
    for row in range(4):
        for column in range(4):
            share = [[0, 0.25], [0.5, 1]][row // 2][column // 2]
            for channel, ink in enumerate(found["glow"]):
                pixel = 5 * (16 * channel + 4 * row + column)
                expected = pixel * (0.4 + 0.6 * share) * (1 - 0.5 * share) + 0.5 * share * ink
                assert found["pixels"][row][column][channel] == pytest.approx(expected, abs=1)


def test_attention_is_switched_off_with_one_click_and_the_score_answers(visit: Visit) -> None:
    page = opened(visit(WRITER))
    page.locator(".part.silence .switch", has_text="attention").click()
    said(page, "off", "attention")
    expect(page.locator(".part.silence .scores .number").nth(1)).to_contain_text("accuracy")
    expect(page.locator(".part.caption .beside .said")).to_contain_text("Written without attention")


def test_much_that_is_off_is_said_in_one_line(visit: Visit) -> None:
    off = "positions~mask~blocks.0~blocks.1~looks.0~looks.1"
    page = settled(visit(f"/playground?model=flamingo&data=scenes&off={off}"))
    told = page.locator(".part.caption .beside .said")
    expect(told).to_contain_text("Written without positions, the mask, layer 1 and 3 more.", timeout=30_000)


def test_without_attention_the_page_says_so(visit: Visit) -> None:
    page = opened(visit(f"{WRITER}&model.attention=none"))
    expect(page.locator(".part.caption .top .title")).to_contain_text("No attention")
    expect(page.locator(".part.caption .tile canvas").first).to_be_hidden()
    expect(page.locator(".part.silence")).to_have_count(0)


def test_of_a_frozen_writer_a_head_is_chosen_and_its_gate_is_told(visit: Visit) -> None:
    page = opened(visit(FROZEN))
    expect(page.locator(".part.caption .beside .said")).to_contain_text("The gate is shut, exactly 0")
    page.locator(".part.caption select").first.select_option("0.1")
    said(page, "head", "0.1")
    page.get_by_role("button", name="Training", exact=True).click()
    page.keyboard.press(".")
    gates = page.locator(".part.curve button[data-name=gates]")
    gates.click()
    expect(page.locator(".part.curve .words")).to_contain_text("exactly 0, decoder frozen at step 300")


def test_on_a_phone_nothing_is_wider_than_the_screen(visit: Visit) -> None:
    page = opened(visit(WRITER, **PHONE))
    caption = page.locator(".part.caption")
    assert caption.evaluate("(node) => node.scrollWidth <= node.clientWidth")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
