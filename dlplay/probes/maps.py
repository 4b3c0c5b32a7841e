"""The feature maps of one image: what every tap of the model gives for it, and the answer in the end.

facts:  layers [{tap, title, form, scale, copies, count, channels, rows, columns, limits, limit, field, exact, array}],
        limit (of the whole model), scale, answer, image {shape}, lock
arrays: one a layer, (map, row, column), units as maps of one cell: float32 where "exact", else uint8 as shares of each
        map's own limit: 255 is the limit for amounts; for signed values 127 is zero and 254 the limit
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import numpy as np
import torch

from dlplay.config import Refusal
from dlplay.probes.answers import answer
from dlplay.probes.asked import Lock
from dlplay.probes.choices import SCALES
from dlplay.probes.places import Place, places
from dlplay.probes.seen import Frame, Seen
from dlplay.tap import Capture, look

Scale = Literal["map", "layer", "model"]
MOST_MAPS, MOST_CELLS, MOST_UNITS = 32, 8_192, 128
"""Sent at most: maps of a layer, cells of them together (but always 8 maps), units of a row of numbers."""
EXACT_CELLS = 40_000
"""Up to so many cells in all travel as they are; more are sent as bytes."""


def picture(seen: Seen, lock: Lock | None = None, scale: Scale = "layer") -> Frame:
    """Every map for the chosen image. lock: a locked cell's map is among those sent. Raises `Refusal`."""
    if scale not in SCALES:
        raise Refusal("scale", f"scale is {str(scale)[:20]!r}; it can be {', '.join(SCALES)}.")
    image, target = seen.chosen()
    if image.ndim != 4:
        raise Refusal("picture", "Feature maps need a model that reads images.")
    known = places(seen.model, getattr(seen.experiment.network, "layers", ()))
    with torch.no_grad():
        captures = look(seen.model, seen.tensor(image))
    shown = [_shown(known[name], capture, lock) for name, capture in captures.items() if name != "output"]
    exact = sum(values.size for _, values in shown) <= EXACT_CELLS
    arrays: dict[str, np.ndarray] = {}
    for place, (facts, values) in enumerate(shown):
        facts["exact"] = exact
        if not facts["copies"]:
            facts["array"] = f"layer {place}"
            arrays[facts["array"]] = values if exact else _shares(values, facts)
    facts = {
        "picture": "maps",
        "step": seen.step,
        "scale": scale,
        "lock": dict(lock) if lock else None,
        "image": {"shape": list(image.shape[1:])},
        "layers": [layer for layer, _ in shown],
        "limit": max((layer["limit"] for layer, _ in shown), default=0.0),
        "answer": answer(seen.split, captures["output"].value[0], target),
    }
    return facts, arrays


def sent_channels(tap: str, count: int, most: int, lock: Mapping[str, Any] | None) -> list[int]:
    """The maps of a layer that are sent: the first ones, and in place of the last one a locked map further on."""
    channels = list(range(min(count, most)))
    locked = lock.get("channel") if lock and lock.get("tap") == tap else None
    if isinstance(locked, int) and most <= locked < count:
        channels[-1] = locked
    return channels


def _shown(place: Place, capture: Capture, lock: Mapping[str, Any] | None) -> tuple[dict[str, Any], np.ndarray]:
    """One layer's facts, and its values that are sent: (map, row, column), or (unit, 1, 1) for a row of numbers."""
    values = capture.value[0].cpu().numpy()
    values = values.reshape(len(values), *(values.shape[1:] or (1, 1)))
    count, rows, columns = values.shape
    row = capture.value.dim() == 2
    most = MOST_UNITS if row else min(MOST_MAPS, max(8, MOST_CELLS // (rows * columns)))
    channels = sent_channels(place.tap, count, most, lock)
    sent = np.nan_to_num(values[channels], posinf=0.0, neginf=0.0)
    limits = np.abs(sent).max(axis=(1, 2))
    field = place.field
    facts = {
        "tap": place.tap,
        "title": place.title,
        "form": "row" if row else "maps",
        "scale": "amount" if place.never_negative else "signed",
        "copies": place.copies,
        "count": count,
        "channels": channels,
        "rows": rows,
        "columns": columns,
        "limits": limits.tolist(),
        "limit": float(limits.max(initial=0.0)),
        "field": {"size": field.size, "stride": field.stride, "padding": field.padding} if field else None,
    }
    return facts, sent


def _shares(values: np.ndarray, facts: Mapping[str, Any]) -> np.ndarray:
    limits = np.maximum(np.array(facts["limits"], dtype=np.float32), 1e-30)[:, None, None]
    share = values / limits
    return np.rint(255 * share if facts["scale"] == "amount" else 127 + 127 * share).astype(np.uint8)
