"""One live part alone on an empty page, fed with frames as the server packs them, and what is done in it, collected."""

from __future__ import annotations

import base64
from typing import Any

from playwright.sync_api import Page

from tests.browser.window import Visit

_BEGIN = """async ([name, across, data]) => {
  document.body.replaceChildren();
  const host = document.createElement("div");
  host.style.width = `${across}px`;
  document.body.append(host);
  const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  window.acts = [];
  const part = { act: (value) => window.acts.push(value), data: bytes(data) };
  window.send = (text) => { part.data = bytes(text); part.update(); };
  const { begin } = await import("/assets/live/part.js");
  await begin(name, host, part);
}"""


class Alone:
    """A part that was mounted by `alone`."""

    def __init__(self, page: Page):
        self.page = page

    def send(self, frame: bytes) -> None:
        """The next frame arrives."""
        self.page.evaluate("(text) => window.send(text)", base64.b64encode(frame).decode())

    @property
    def acts(self) -> list[dict[str, Any]]:
        return self.page.evaluate("() => window.acts")


def alone(visit: Visit, name: str, frame: bytes, *, across: int = 320, **more: Any) -> Alone:
    """A window with nothing in it but this part, `across` pixels wide, showing this frame."""
    page = visit("/assets/tokens.json", **more)
    page.set_content("<!doctype html><title>One part</title>")
    page.evaluate(_BEGIN, [name, across, base64.b64encode(frame).decode()])
    return Alone(page)
