"""A film in the playground: a cursor over time that all rows share, eyes to choose, and one that stands still."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.window import PHONE, Visit, address, settled

FILM = "/playground?model=video&data=moving-digits&data.examples=100"


def opened(page: Page) -> Page:
    """The page, once the frames are there."""
    expect(settled(page).locator(".part.film .cell").first).to_be_visible(timeout=30_000)
    return page


def stage(page: Page) -> Locator:
    return page.locator(".part.film .stage")


def frame(page: Page, number: int) -> Locator:
    return page.locator(".part.film .cell canvas[aria-label^='Frame']").nth(number - 1)


def told(page: Page) -> Locator:
    return page.locator(".part.film .told")


def said(page: Page, name: str, value: str | None) -> None:
    """Waits until the address bar says so."""
    page.wait_for_function("([name, value]) => new URL(location).searchParams.get(name) === value", arg=[name, value])


def test_a_hover_previews_a_frame_a_click_locks_it_and_escape_releases(visit: Visit) -> None:
    page = opened(visit(FILM))
    expect(told(page)).to_contain_text("After the whole film it says")
    frame(page, 3).hover()
    expect(told(page)).to_contain_text("If the film ended at frame 3, it would say")
    assert "time" not in address(page)
    frame(page, 3).click()
    said(page, "time", "2")
    page.mouse.move(5, 5)
    page.reload()
    opened(page)
    expect(told(page)).to_contain_text("ended at frame 3")
    page.keyboard.press("Escape")
    said(page, "time", None)
    expect(told(page)).to_contain_text("After the whole film")


def test_the_memory_beside_and_below_share_the_cursor(visit: Visit) -> None:
    page = opened(visit(FILM))
    page.get_by_role("button", name="Gates", exact=True).click()
    expect(page.locator(".part.gates .cells").first).to_be_visible()
    frame(page, 4).hover()
    expect(page.locator(".part.gates .told")).to_contain_text("step 4")
    sheet = page.locator(".part.film canvas.whole")
    box = sheet.bounding_box()
    assert box is not None
    sheet.click(position={"x": box["width"] * 5.5 / 8, "y": box["height"] * 2.5 / 32})
    said(page, "lock", "0.2")
    said(page, "time", "5")
    expect(told(page)).to_contain_text(re.compile("frame 6.*unit 3 holds"))
    expect(page.locator(".part.gates .told")).to_contain_text("Unit 3, step 6")


def test_the_keyboard_walks_over_frames_maps_and_films(visit: Visit) -> None:
    page = opened(visit(FILM))
    stage(page).focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    expect(told(page)).to_contain_text("frame 2")
    page.keyboard.press("Enter")
    said(page, "time", "1")
    page.keyboard.press("ArrowDown")
    said(page, "eyes", "0.1")
    expect(page.locator(".part.film .which")).to_have_text("2 of 8")
    page.keyboard.press("]")
    said(page, "example", "held-out.1")
    expect(page.locator(".part.film .about")).to_contain_text("held-out 2 of 30")


def test_every_layer_of_the_eyes_can_be_looked_at(visit: Visit) -> None:
    page = opened(visit(FILM))
    choose = page.get_by_label("Layer of the eyes")
    for number, name in enumerate(choose.locator("option").all_inner_texts()):
        choose.select_option(str(number))
        if number:
            said(page, "eyes", f"{number}.0")
        expect(page.locator(".part.film .maps")).to_be_visible(visible="dense" not in name and "tanh" not in name)


def test_one_frame_that_stands_still_is_said_to_be_all_that_is_seen(visit: Visit) -> None:
    page = opened(visit(f"{FILM}&model.frames=one"))
    expect(page.locator(".part.film .still")).to_have_text(
        "One frame stands still: the network sees frame 5 at every step, so no other frame can change its answer."
    )
    expect(page.locator(".part.film .cell.unseen")).to_have_count(7)


@pytest.mark.parametrize("more", ["", "&model.bidirectional=on&model.layers=3&data.frames=16&data.ask=digit"])
@pytest.mark.parametrize("size", [{"width": 1280, "height": 800}, PHONE])
def test_nothing_sticks_out(visit: Visit, size: dict[str, int], more: str) -> None:
    page = opened(visit(FILM + more, **size))
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    for part in page.locator(".part.film :is(.stage, .top, .aside, .told)").all():
        wide, inner = part.evaluate("(one) => [one.scrollWidth, one.clientWidth]")
        assert wide <= inner + 1
