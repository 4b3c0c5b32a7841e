"""Where on the chosen image a query looks: the weights of all heads, and of what is made from all of them."""

from __future__ import annotations

import torch
from torch import Tensor

from dlplay.config import Refusal
from dlplay.frame import cleaned
from dlplay.pixels import frames
from dlplay.probes.asked import Nth
from dlplay.probes.attention import CODES, column
from dlplay.probes.heads import rolled_out
from dlplay.probes.images import as_bytes, brightness, side_by_side
from dlplay.probes.looked import Passage, groups, passage, some
from dlplay.probes.seen import Frame, Seen
from dlplay.silence import switches

MOST = 400_000
"""Weights of all queries that are sent along, so that a pointer can go from query to query."""


def picture(
    seen: Seen,
    part: str | None = None,
    layer: Nth = 0,
    head: Nth | str = 0,
    query: Nth | None = None,
    locked: bool = False,
    off: tuple[str, ...] = (),
) -> Frame:
    """The chosen image, and what one query takes from each of its regions, in every head of every layer.

    part: which attention, where a model has several; one that looks at no image is left for the last that does. layer,
    head: which of them is large, or "mean", "rollout". query: whose weights are shown; by default the class token's,
    where there is none the mean over all queries. locked: as given. off: what is silenced.

    Facts: parts, part, layers, heads, queries, keys, queryWord, keyWord, placeWord, grid, switches, off, shown, locked
    and example as in `dlplay.probes.attention`, averages (what stands behind the heads of a layer), query (none for the
    mean of all), chosen (whether it was asked for), image (its shape: channel, row, column).

    Arrays: image (channel, row, column), 0 black and 255 white; weights (layer, heads and averages, key) of the query.
    Where they are few enough those of all queries: maps (layer × heads and averages, query, key) as codes from 0 to
    255, and tops (the same, query), what 255 stands for. What is not finite counts as 0. Raises `Refusal`.
    """
    silent = list(off)
    read = _on_the_image(seen, part, silent)
    group, weights = read.group, read.weights  # (layer, head, query, key)
    layers, heads = weights.shape[:2]
    averages = {"mean": weights.mean(dim=1)}
    if read.square:
        averages["rollout"] = rolled_out(weights)
    every = torch.cat([weights, torch.stack([*averages.values()], dim=1)], dim=1)
    facts = read.facts()
    asks, chosen = weights.shape[2], query is not None and query < weights.shape[2]
    first = 0 if read.square and facts["grid"]["before"] else None
    asked = query if chosen else first
    image, _ = side_by_side(frames(seen.task, seen.chosen()[0])[0])
    facts |= {
        "step": seen.step,
        "parts": [{"name": one.name, "title": one.title} for one in groups(seen.model)],
        "part": group.name,
        "layers": layers,
        "heads": heads,
        "averages": list(averages),
        "query": asked,
        "chosen": chosen,
        "switches": [[f"{place.name}.{number}" for number in range(heads)] for place in group.places],
        "off": [name for name in silent if name in switches(seen.model)],
        "shown": {"layer": min(layer, layers - 1), "head": column(head, heads, square=read.square)},
        "locked": locked,
        "image": {"shape": list(image.shape)},
        "example": read.example,
    }
    arrays: dict[str, Tensor] = {"weights": every.mean(dim=2) if asked is None else every[:, :, asked]}
    if every.numel() <= MOST and asks > 1:
        arrays |= _coded(every.flatten(0, 1))
    drawn = {name: array.numpy() for name, array in arrays.items()}
    return cleaned(facts), {"image": as_bytes(image, brightness(seen.split)), **drawn}


def _on_the_image(seen: Seen, part: str | None, off: list[str]) -> Passage:
    """What passed the attention of this name, or of the last whose keys lie on the image."""
    first, *others = some(seen.model, part)
    for group in (first, *reversed(others)):
        read = passage(seen, group, off)
        if read.grid is not None:
            return read
    raise Refusal("picture", f"{type(seen.model).__name__} looks at no regions of an image.")


def _coded(maps: Tensor) -> dict[str, Tensor]:
    """Maps (map, query, key) as codes, each query by its largest weight."""
    tops = maps.amax(dim=2)
    codes = (maps / tops.clamp(min=1e-30)[:, :, None] * CODES).round().clamp(0, CODES)
    return {"maps": codes.to(torch.uint8), "tops": tops}
