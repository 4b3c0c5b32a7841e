"""Every tap of a model for the chosen example, whatever its axes: the picture that suits every architecture."""

from __future__ import annotations

import torch

from dlplay.probes.seen import Frame, Seen
from dlplay.tap import look

LARGEST = 40_000
"""Values of one capture that travel; of larger ones the first part along the second axis."""


def picture(seen: Seen) -> Frame:
    """taps: name, axes without batch, whole shape. Arrays: by tap name, the one example without its batch axis."""
    inputs, _answer = seen.chosen()
    with torch.no_grad():
        captures = look(seen.model, seen.tensor(inputs))
    taps, arrays = [], {}
    for name, capture in captures.items():
        value = capture.value[0]
        taps.append({"name": name, "axes": list(capture.axes[1:]), "shape": list(value.shape)})
        per_entry = max(value.numel() // max(value.shape[0], 1), 1)
        arrays[name] = value[: max(LARGEST // per_entry, 1)].float().cpu().numpy()
    return {"step": seen.step, "taps": taps}, arrays
