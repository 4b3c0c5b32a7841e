"""Live parts: pictures drawn in the browser by the modules in `assets/live/`, fed with frames of bytes.

A part keeps its node while its frames change, so a hover, a zoom or a focus survives every update. What a visitor does
in it comes back as one trigger, `act`: a dictionary with "do" and whatever belongs to it.
"""

from __future__ import annotations

from collections.abc import Callable
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
    const code = new URL("assets/live/part.js", document.baseURI).href;
    import(code).then((m) => part.gone || m.begin("NAME", parentElement, part));
  }
  clearTimeout(part.leaving);
  part.act = (value) => setTriggerValue("act", value);
  part.data = data;
  part.update?.();
  const leave = () => { part.gone = true; part.end?.(); parts.delete(parentElement); };
  return () => { part.leaving = setTimeout(leave, parentElement.isConnected ? 500 : 0); };
}
"""
"""A busy page puts parts away for a moment and shows them again: only one that stays away is ended."""


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

        def acted() -> None:
            value = st.session_state[key].get("act")
            if act is not None and isinstance(value, dict):
                act(value)

        value = self._component(key=key, data=frame, on_act_change=acted, height=height).get("act")
        return value if isinstance(value, dict) else None
