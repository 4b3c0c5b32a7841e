"""Live parts: pictures drawn in the browser by the modules in `assets/live/`, fed with frames of bytes.

A part keeps its node while its frames change, so a hover, a zoom or a focus survives every update. What a visitor does
in it comes back as one trigger, `act`, with a list of acts: dictionaries with "do" and whatever belongs to it.

Streamlit drops a message about a fragment that is just being replaced, keeps only the newer of two that wait, and can
get one twice. So every act has a number, `nth`; `assets/live/post.js` tells it until a frame says it was heard, and it
is heard once.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import streamlit as st

ASSETS = Path(__file__).parents[2] / "assets"

_LOADER = """
const parts = new WeakMap();
export default function ({ parentElement, data, setTriggerValue }) {
  let part = parts.get(parentElement);
  if (!part) {
    parts.set(parentElement, (part = {}));
    const code = new URL("assets/live/post.js", document.baseURI).href;
    import(code).then((m) => part.gone || m.begin("NAME", parentElement, part));
  }
  clearTimeout(part.leaving);
  part.tell = (value) => setTriggerValue("act", value);
  part.data = data;
  part.update?.();
  const leave = () => { part.gone = true; part.end?.(); parts.delete(parentElement); };
  return () => { part.leaving = setTimeout(leave, parentElement.isConnected ? 500 : 0); };
}
"""
"""A busy page puts parts away for a moment and shows them again: only one that stays away is ended."""

MOST_ACTS = 32
"""Acts that one message can bring."""
LAST = 2**53
"""No number of an act is larger."""


@dataclass
class Heard:
    """What was heard from one part of a page. nth: number of the last act. act: that act, until the page has run."""

    nth: int = 0
    act: dict[str, Any] | None = None

    def fresh(self, told: Any) -> list[dict[str, Any]]:
        """The acts of a message that were not heard before, in their order; from now on they were."""
        acts = told.get("acts") if isinstance(told, dict) else None
        found: list[dict[str, Any]] = []
        for act in acts[:MOST_ACTS] if isinstance(acts, list) else ():
            nth = act.get("nth") if isinstance(act, dict) else None
            if isinstance(nth, int) and self.nth < nth < LAST:
                self.nth, self.act = nth, act
                found.append(act)
        return found

    def before(self, frame: bytes) -> bytes:
        """The frame with the number of the last act in front of it."""
        return struct.pack("<d", self.nth) + frame

    def taken(self) -> dict[str, Any] | None:
        """The last act, once."""
        act, self.act = self.act, None
        return act


class Part:
    """One kind of picture. Defined once at import; shown with a key, a frame, and what to do about an act."""

    def __init__(self, name: str):
        self.name = name
        self._component = st.components.v2.component(f"dlplay.{name}", js=_LOADER.replace("NAME", name))

    def __call__(
        self,
        key: str,
        frame: bytes | None,
        act: Callable[[dict[str, Any]], None] | None = None,
        *,
        height: int | Literal["content", "stretch"] = "content",
        tall: int = 160,
    ) -> dict[str, Any] | None:
        """Shows the frame, or its empty place, `tall` pixels high, until there is one.

        `act` is called, before the page runs, with what the visitor did in the part; the same is returned for what can
        only be done while the page runs, like going to another page.
        """
        if frame is None:
            st.skeleton(height=tall)
            return None

        heard: Heard = st.session_state.setdefault(f"{key}: heard", Heard())

        def acted() -> None:
            for fresh in heard.fresh(st.session_state[key].get("act")):
                if act is not None:
                    act(fresh)

        self._component(key=key, data=heard.before(frame), on_act_change=acted, height=height)
        return heard.taken()
