"""The curves of a run: loss, score, gradient norms and gates over its steps, drawn by `assets/live/curve.js`.

One act comes back: {"do": "at", "step": …}, the kept step nearest to a click on the curve.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from dlplay.frame import pack
from dlplay.runs.history import thin

POINTS = 600
"""The most points a line is drawn with: two for every pixel of its panel."""

BEFORE = "before"
"""The name of a line of the run before, which is drawn as a pale trace behind the others."""

Line = tuple[Sequence[float] | np.ndarray, Sequence[float] | np.ndarray]
"""Steps and the values there, equally many."""


def frame(
    step: int,
    *,
    loss: Mapping[str, Line],
    score: Mapping[str, Line] | None = None,
    norms: Mapping[str, Line] | None = None,
    gates: Mapping[str, Line] | None = None,
    moments: Sequence[tuple[int, str]] = (),
    score_name: str = "accuracy",
    looking: int | None = None,
    kept: Sequence[int] | np.ndarray = (),
    turns: bool = False,
    told: str = "",
) -> bytes:
    """The curves as bytes: lines by name, such as "train" and "held-out", each with steps of its own. More than
    `POINTS` points are thinned to the first, last, lowest and highest of every stretch.

    norms: one line a parameter tensor, first layer first. gates: one line each, in order. moments: steps at which
    training changes by itself, and what happens then. score_name: "accuracy" is shown in percent, everything else
    as a number. looking: the step every picture shows, None for the newest. kept: the steps that can be looked at.
    turns: whether the part offers the answers in its place, with the act {"do": "answers"}. told: what the
    model was told when it was measured how many answers are right.
    """
    arrays: dict[str, np.ndarray] = {"kept": np.asarray(kept, np.int32)}
    views = [
        _view(arrays, name, lines)
        for name, lines in (("loss", loss), ("score", score or {}), ("norms", norms or {}), ("gates", gates or {}))
        if any(len(steps) for steps, _ in lines.values())
    ]
    facts = {
        "step": int(step),
        "looking": None if looking is None or looking == step else int(looking),
        "scoreName": score_name,
        "views": views,
        "moments": [[int(at), words] for at, words in moments],
        "turns": turns,
        "told": told,
    }
    return pack(facts, arrays)


def _view(arrays: dict[str, np.ndarray], view: str, lines: Mapping[str, Line]) -> dict[str, Any]:
    """The lines of one view, their arrays put beside the others; equal steps are sent once."""
    entries = []
    for number, (name, (steps, values)) in enumerate(lines.items()):
        x, y = np.asarray(steps, np.float32), np.asarray(values, np.float32)
        if x.shape != y.shape:
            raise ValueError(f"{view} {name}: {x.shape} steps and {y.shape} values")
        x, y = _thin(x, y)
        same = next((key for key, known in arrays.items() if key.endswith(".x") and np.array_equal(known, x)), None)
        at = same or f"{view}.{number}.x"
        arrays[at], arrays[f"{view}.{number}.y"] = x, y
        entries.append({"name": name, "x": at, "y": f"{view}.{number}.y"})
    return {"name": view, "lines": entries}


def _thin(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    if len(x) <= POINTS:
        return x, y
    x, y = x[np.isfinite(y)], y[np.isfinite(y)]
    if len(x) > POINTS:
        chosen = thin(y, POINTS)
        x, y = x[chosen], y[chosen]
    return x, y
