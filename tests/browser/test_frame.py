"""The app opens, says its name, obeys light and dark, and talks to nobody but its own server."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.window import PHONE, WIDE, Visit, settled

TOKENS = json.loads((Path(__file__).parents[2] / "assets" / "tokens.json").read_text())


def test_opens_under_its_name(page: Page) -> None:
    expect(page).to_have_title("dlplay")
    settled(page)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_ground_has_the_colour_of_the_tokens(visit: Visit, theme: str) -> None:
    app = settled(visit(theme=theme)).locator('[data-testid="stApp"]')
    red, green, blue = (int(TOKENS[theme]["page"][i : i + 2], 16) for i in (1, 3, 5))
    expect(app).to_have_css("background-color", f"rgb({red}, {green}, {blue})")


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("path", ["/", "/playground"])
def test_nothing_is_wider_than_the_window(visit: Visit, size: dict[str, int], path: str) -> None:
    page = settled(visit(path, **size))
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
