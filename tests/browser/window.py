"""Windows on the app: their sizes, what goes wrong in them, and when they have come to rest."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import parse_qsl, urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, Response, expect

WIDE = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
Visit = Callable[..., Page]
"""Opens a page of the app in a window of its own: `visit("/playground", theme="dark", **PHONE)`."""


_RESTS = "document.querySelector('[data-testid=stApp]')?.dataset.testScriptState === 'notRunning'"
_LOOKS_FOR_ITS_SERVER = re.compile(r"/\w+/_stcore/(health|host-config)$")
"""Streamlit's client first asks below the page's own address, is told 404, and goes one level up."""


class Watch:
    """What went wrong in a browser window: script errors, reported errors, failed requests, calls to elsewhere."""

    def __init__(self, context: BrowserContext, home: str):
        self.faults: list[str] = []
        self.home = urlsplit(home).hostname
        context.on("weberror", lambda error: self.faults.append(f"script error: {error.error}"))
        context.on("console", self._console)
        context.on("request", self._request)
        context.on("response", self._response)

    def _console(self, line: ConsoleMessage) -> None:
        if line.type == "error" and not _LOOKS_FOR_ITS_SERVER.search(line.location["url"]):
            self.faults.append(f"console: {line.text} ({line.location['url']})")

    def _response(self, answer: Response) -> None:
        if answer.status >= 400 and not _LOOKS_FOR_ITS_SERVER.search(answer.url):
            self.faults.append(f"answer {answer.status}: {answer.url}")

    def _request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme in ("http", "https", "ws", "wss") and address.hostname != self.home:
            self.faults.append(f"call to another computer: {request.url}")


def quiet(page: Page) -> Page:
    """The page, once no script of it runs any more."""
    page.wait_for_function(_RESTS)  # asked at every frame: on a live page rest is short
    expect(page.locator('[data-testid="stSkeleton"]')).to_have_count(0)
    return page


def settled(page: Page) -> Page:
    """The page, once no script of it runs any more and none of them failed."""
    expect(quiet(page).locator('[data-testid="stException"]')).to_have_count(0)
    return page


def address(page: Page) -> dict[str, str]:
    """What stands behind the question mark in the address bar."""
    return dict(parse_qsl(urlsplit(page.url).query))


def choose(page: Page, what: str, name: str) -> None:
    """Takes a preset or a data set from its popover, which closes. what: "model" or "data"."""
    page.locator(f".st-key-pick-{what} button").first.click()
    page.get_by_test_id("stPopoverBody").get_by_role("button", name=name, exact=True).click()
    expect(page.get_by_test_id("stPopoverBody")).to_have_count(0)
    settled(page)
