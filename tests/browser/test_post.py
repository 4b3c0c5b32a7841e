"""What is done in a part arrives, also when its message is lost."""

from __future__ import annotations

import base64
import struct

from dlplay.ui import scrubber
from tests.browser.window import Visit

_BEGIN = """async (data) => {
  document.body.replaceChildren();
  const host = document.body.appendChild(document.createElement("div"));
  const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  window.told = [];
  const tell = ({ acts }) => window.told.push(acts.map(({ do: what, nth }) => [what, nth]));
  const post = { tell, data: bytes(data) };
  window.hear = (text) => { post.data = bytes(text); post.update(); };
  const { begin } = await import("/assets/live/post.js");
  await begin("scrubber", host, post);
}"""


def test_an_act_is_told_until_it_is_heard(visit: Visit) -> None:
    def frame(heard: int) -> str:
        return base64.b64encode(struct.pack("<d", heard) + scrubber.frame("paused", 3)).decode()

    page = visit("/assets/tokens.json")
    page.set_content("<!doctype html><title>One part</title>")
    page.evaluate(_BEGIN, frame(0))
    page.keyboard.press(".")
    page.keyboard.press(".")
    page.wait_for_function("window.told.length >= 3")
    (first,), both, again = page.evaluate("window.told.slice(0, 3)")
    assert first[0] == "step"
    assert both[0] == first
    assert both[1][1] > first[1]
    assert again == both

    page.evaluate("(text) => window.hear(text)", frame(both[1][1]))
    count = page.evaluate("window.told.length")
    page.keyboard.press(">")
    page.wait_for_function("(count) => window.told.length > count", arg=count)
    ((what, _),) = page.evaluate("(count) => window.told[count]", count)
    assert what == "epoch"
