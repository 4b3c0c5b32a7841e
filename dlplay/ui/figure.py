"""A figure that keeps moving: made here with Plotly, redrawn in its place by `assets/live/figure.js`."""

from __future__ import annotations

import json

import plotly.graph_objects as go

from dlplay.frame import pack


def frame(figure: go.Figure, kind: str, words: str, step: int) -> bytes:
    """The figure as bytes; its layout has a height. kind: what is shown, a zoom is kept while it is the same.

    words: the alternative text.
    """
    return pack({"step": step, "kind": kind, "words": words, "figure": json.loads(figure.to_json())})
