"""The real app in a real Chromium.

`server` is the running app, `page` a browser window of 1280 × 800 on it, `visit` makes further windows. A script error,
a line on the browser's console that reports an error, a failed request or a call to another computer fails the test.
Wait for conditions with Playwright's `expect` and with `page.wait_for_function`; nothing here ever sleeps.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.browser.chromium import FLAGS, MISSING, find
from tests.browser.server import Server, serving
from tests.browser.window import Visit, Watch

expect.set_options(timeout=15_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here is a browser test. Each process that runs tests has a server and a browser of its own."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """What the server said stands beside a failure."""
    report = yield
    running = getattr(item, "funcargs", {}).get("server")
    if report.failed and isinstance(running, Server):
        report.sections.append(("what the server said", running.said()[-8_000:]))
    return report


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The app, started once for all tests of the session."""
    with serving(tmp_path_factory.mktemp("server")) as running:
        yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A Chromium without a window. A computer without one fails the test: it is not proven there."""
    path = find()
    if path is None:
        pytest.fail(MISSING)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield running
        running.close()


@pytest.fixture
def visit(server: Server, browser: Browser) -> Iterator[Visit]:
    """Opens a page of the app in a window of its own: `visit("/playground", theme="dark", **PHONE)`."""
    contexts: list[BrowserContext] = []
    watches: list[Watch] = []

    def open_(path: str = "/", *, theme: str = "light", width: int = 1280, height: int = 800, **more: Any) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=theme, reduced_motion="reduce", **more
        )
        contexts.append(context)
        watches.append(Watch(context, server.url))
        page = context.new_page()
        page.goto(server.url + path)
        return page

    yield open_
    for context in contexts:
        context.close()
    faults = [fault for watch in watches for fault in watch.faults]
    assert not faults, "\n".join(faults)


@pytest.fixture
def page(visit: Visit) -> Page:
    """The start page, 1280 × 800, light."""
    return visit()
