"""What latents look at, on the image: hover previews one, a click locks it, Escape goes back to the answer."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.window import Visit, address, settled

LATENTS = "/playground?model=perceiver&data=digits&model.latents=6"


def opened(page: Page) -> Page:
    """The page, once every latent has its picture."""
    expect(settled(page).locator(".part.latents .tile")).to_have_count(7, timeout=30_000)
    return page


def title(page: Page) -> Locator:
    return page.locator(".part.latents .title")


def tile(page: Page, latent: int) -> Locator:
    """The small picture of a latent, of the answer for 0."""
    return page.locator(".part.latents .tile").nth(latent)


def said(page: Page, name: str, value: str | None) -> None:
    """Waits until the address bar says so."""
    page.wait_for_function("([name, value]) => new URL(location).searchParams.get(name) === value", arg=[name, value])


def test_a_latent_is_previewed_locked_and_let_go(visit: Visit) -> None:
    page = opened(visit(LATENTS))
    expect(title(page)).to_have_text("What the answer looks at")
    tile(page, 3).hover()
    expect(title(page)).to_have_text("What latent 3 looks at")
    assert "lock" not in address(page)
    tile(page, 3).click()
    said(page, "lock", "step.2")
    page.mouse.move(5, 5)
    page.reload()
    opened(page)
    expect(title(page)).to_have_text("What latent 3 looks at")
    page.keyboard.press("Escape")
    said(page, "lock", None)
    expect(title(page)).to_have_text("What the answer looks at")


def test_the_keyboard_goes_from_latent_to_latent(visit: Visit) -> None:
    page = opened(visit(LATENTS))
    page.locator(".part.latents .stage").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(title(page)).to_have_text("What latent 2 looks at")
    page.keyboard.press("Enter")
    said(page, "lock", "step.1")


def test_a_pixel_tells_of_what_its_weight_is_made(visit: Visit) -> None:
    page = opened(visit(LATENTS))
    page.locator(".part.latents .large").hover(position={"x": 100, "y": 20})
    number = page.locator(".part.latents .told.number")
    expect(number).to_have_text(re.compile(r"^row 1, column 4: 0\.\d+ = .+ × .+ \(latent \d\) \+ .+ \+ 3 more$"))
    shares = [float(one) for one in page.locator(".part.latents .tile .words .number").all_inner_texts() if one]
    assert sum(shares) == pytest.approx(1, abs=0.04)


def test_only_views_that_a_perceiver_has_are_offered(visit: Visit) -> None:
    page = opened(visit(LATENTS))
    names = page.locator(".st-key-under button").all_inner_texts()
    assert "Latents" in names
    assert not {"Residual stream", "Positions", "Writing"} & set(names)
    page.get_by_role("button", name="Weights", exact=True).click()
    expect(page.locator(".part.attention")).to_be_visible()
    for part in ("self", "answer asks", "latents look"):
        page.locator(".part.heads .segments button", has_text=part).click()
        expect(page.locator(".part.heads .segments button", has_text=part)).to_have_attribute("aria-pressed", "true")
    settled(page)
