"""The kernels: what every convolution multiplies its windows with.

facts:  layers [{tap, title, kernel, inputs, outputs, channels, sources, colours, limit, array}], lock
arrays: one a layer, (map, input map, row, column) float32. A first layer on colour images is drawn as small pictures
        ("colours": red, green and blue weights around grey), all others in signed colours.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from torch import nn

from dlplay.probes.asked import Lock
from dlplay.probes.maps import sent_channels
from dlplay.probes.places import IMAGE, Place, places
from dlplay.probes.seen import Frame, Seen

MOST = 16
"""At most so many maps, and so many input maps, are sent of a layer."""


def picture(seen: Seen, lock: Lock | None = None) -> Frame:
    """The kernels of every convolution, a locked cell's map among them. Raises `Refusal`."""
    layers: list[dict[str, Any]] = []
    arrays: dict[str, np.ndarray] = {}
    for place in places(seen.model, getattr(seen.experiment.network, "layers", ())).values():
        if isinstance(place.operations[0], nn.Conv2d):
            facts, values = _kernels(place, place.operations[0], lock)
            facts["array"] = f"layer {len(layers)}"
            arrays[facts["array"]] = values
            layers.append(facts)
    return {"picture": "filters", "step": seen.step, "lock": dict(lock) if lock else None, "layers": layers}, arrays


def _kernels(place: Place, convolution: nn.Conv2d, lock: Mapping[str, Any] | None) -> tuple[dict[str, Any], np.ndarray]:
    weight = convolution.weight.detach().cpu().numpy()  # (map, input map of its group, row, column)
    outputs, inputs = weight.shape[:2]
    channels = sent_channels(place.tap, outputs, MOST, lock)
    sent = np.nan_to_num(weight[channels, :MOST])
    facts = {
        "tap": place.tap,
        "title": place.title,
        "kernel": convolution.kernel_size[0],
        "inputs": inputs,
        "outputs": outputs,
        "channels": channels,
        "groups": convolution.groups,
        "colours": place.source == IMAGE and inputs == 3,
        "limit": float(np.abs(sent).max(initial=0.0)),
    }
    return facts, sent
