"""The README's example, dropped into `dlplay/models/`, in the browser: chosen, changed, trained, looked into."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import example
from tests.browser.server import Server, serving
from tests.browser.window import WIDE, Watch, address, settled


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The app of a copy of the project that has one architecture more."""
    project = example.copy(tmp_path_factory.mktemp("project"))
    with serving(tmp_path_factory.mktemp("server"), project) as running:
        yield running


@pytest.fixture
def page(server: Server, browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport=WIDE)
    watch = Watch(context, server.url)
    page = context.new_page()
    page.goto(f"{server.url}/playground")
    yield settled(page)
    context.close()
    assert not watch.faults, "\n".join(watch.faults)


def test_it_is_chosen_trained_and_seen(page: Page) -> None:
    page.locator(".st-key-pick-model button").first.click()
    page.get_by_role("button", name="Bumps on a circle").click()
    page.wait_for_function("new URL(location).searchParams.get('model') === 'bumps'")
    settled(page)
    assert address(page)["data"] in ("spiral", "circle")
    page.locator(".st-key-new-run").get_by_role("button", name="tune").click()
    expect(page.get_by_text("Width", exact=True)).to_be_visible()  # its own setting
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Play").click()
    expect(page.locator(".part.scrubber")).to_contain_text(re.compile(r"step [1-9]"))
    seen = page.get_by_role("combobox", name=re.compile("What the model computes"))
    seen.click()
    page.get_by_role("option", name="value").click()  # its own tap
    picture = page.locator(".part.figure .js-plotly-plot")
    expect(picture).to_have_attribute("aria-label", re.compile("^value: 16 along unit; from "))
    before = picture.get_attribute("aria-label")
    expect(picture).not_to_have_attribute("aria-label", before or "")  # it moves while the model learns
    expect(page.locator(".part.surface canvas").last).to_be_visible()  # what it puts out, over the plane
