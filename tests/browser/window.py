"""Windows on the app: their sizes, what goes wrong in them, and when they have come to rest."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Page, Request, expect

WIDE = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
Visit = Callable[..., Page]
"""Opens a page of the app in a window of its own: `visit("/playground", theme="dark", **PHONE)`."""


class Watch:
    """What went wrong in a browser window: script errors, reported errors, failed requests, calls to elsewhere."""

    def __init__(self, context: BrowserContext, home: str):
        self.faults: list[str] = []
        self.home = urlsplit(home).hostname
        context.on("weberror", lambda error: self.faults.append(f"script error: {error.error}"))
        context.on("console", lambda line: line.type == "error" and self.faults.append(f"console: {line.text}"))
        context.on("request", self._request)
        context.on("response", lambda a: a.status >= 400 and self.faults.append(f"answer {a.status}: {a.url}"))

    def _request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme in ("http", "https", "ws", "wss") and address.hostname != self.home:
            self.faults.append(f"call to another computer: {request.url}")


def settled(page: Page) -> Page:
    """The page, once no script of it runs any more and its live parts are drawn."""
    expect(page.locator('[data-testid="stApp"]')).to_have_attribute("data-test-script-state", "notRunning")
    expect(page.locator('[data-testid="stSkeleton"]')).to_have_count(0)
    return page
