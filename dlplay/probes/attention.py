"""Attention as it is: every head of every layer as a map, and one head with all that its weights come from."""

from __future__ import annotations

from typing import Literal

import torch
from torch import Tensor

from dlplay.config import Refusal, quoted
from dlplay.frame import cleaned
from dlplay.probes.asked import Nth
from dlplay.probes.choices import AVERAGES
from dlplay.probes.heads import measured, rolled_out
from dlplay.probes.looked import Group, Passage, groups, passage, some
from dlplay.probes.seen import Frame, Seen
from dlplay.silence import switches

CODES = 255


def picture(
    seen: Seen,
    part: str | None = None,
    layer: Nth = 0,
    head: Nth | str = 0,
    locked: bool = False,
    at: tuple[Nth, Nth] | None = None,
    off: tuple[str, ...] = (),
    drawn: Literal["lines", "matrix"] = "lines",
    refused: dict[str, str] | None = None,
) -> Frame:
    """All heads for the chosen example, and one of them (or "mean", "rollout") worked out.

    part: which attention, where a model has several, the last by default. at: a locked query and key. locked, drawn: as
    given. off: what is silenced, see `dlplay.silence`. refused: a text that waits in its box and why, as it was given.

    Facts: parts ([{name, title}]), part, layers, heads, places (attentions of all parts and layers), queries and keys
    (tokens), queryWord and keyWord (what they are), placeWord (what one place is called), grid (how keys lie on an
    image, see `dlplay.probes.labels`, or none), under (of each query [word, probability], none where a query answers
    nothing) and underWord, causal (nobody looks ahead), future (the largest weight ahead), unmasked (whether the mask
    is silenced), measured (of each layer and head, see `dlplay.probes.heads`), switches (of each layer and head its
    name there), off, shown, locked, at, width (of a head), scale, biased, turned, drawn, refused, example.

    Arrays, as codes 0 to 255 for weights 0 to 1: maps (layer × head, query, key), mean (layer, query, key), rollout
    (the same, where queries are keys). Of the head shown, as numbers: weights, scores (query, key), q (query, unit), k
    and v (key, unit), mixed (query, unit), input (query, width), memory (key, width), and q.weight, k.weight, v.weight
    (unit, width) with their biases (unit,). Of a mean: weights and heads (head, query, key). Of a rollout: weights,
    mixing and before (query, key). What is not finite, as in a run that diverged, counts as 0. Raises `Refusal`.
    """
    silent = list(off)
    group = some(seen.model, part)[0]
    read = passage(seen, group, silent)
    layers, heads = len(group.places), group.heads
    layer = min(layer, layers - 1)
    one = column(head, heads, square=read.square)
    weights = read.weights  # (layer, head, query, key)
    mean, rollout = weights.mean(dim=1), rolled_out(weights) if read.square else None
    arrays: dict[str, Tensor] = {"maps": _codes(weights.flatten(0, 1)), "mean": _codes(mean)}
    if rollout is not None:
        arrays["rollout"] = _codes(rollout)
    if isinstance(one, int):
        arrays |= _worked(group, read, layer, one)
    elif one == "mean" or rollout is None:
        arrays |= {"weights": mean[layer], "heads": weights[layer]}
    else:
        identity = torch.eye(weights.shape[-1])
        arrays |= {
            "weights": rollout[layer],
            "mixing": (mean[layer] + identity) / 2,
            "before": rollout[layer - 1] if layer else identity,
        }
    turns = group.places[layer].turns(seen.model)
    facts = {
        "step": seen.step,
        "parts": [{"name": each.name, "title": each.title} for each in groups(seen.model)],
        "part": group.name,
        "layers": layers,
        "heads": heads,
        "places": sum(len(each.places) for each in groups(seen.model)),
        **read.facts(),
        "measured": measured(seen, group, silent, read.cells),
        "switches": [[f"{place.name}.{number}" for number in range(heads)] for place in group.places],
        "off": [name for name in silent if name in switches(seen.model)],
        "shown": {"layer": layer, "head": one},
        "locked": locked,
        "at": _cell(at, weights),
        "width": group.places[layer].module.head_width,
        "scale": group.places[layer].module.scale,
        "biased": turns == "relative",
        "turned": turns == "rotary",
        "drawn": drawn,
        "refused": refused,
        "example": read.example,
    }
    return cleaned(facts), {name: array.cpu().numpy() for name, array in arrays.items()}


def column(head: int | str, heads: int, *, square: bool) -> int | str:
    """Which head is meant, or which average. Raises `Refusal` for a word that is none."""
    if isinstance(head, str):
        if head not in AVERAGES:
            raise Refusal("head", f"head is {quoted(head)}; it is a number, mean or rollout.")
        return head if square or head == "mean" else "mean"
    return min(head, heads - 1)


def _cell(at: tuple[int, int] | None, weights: Tensor) -> dict[str, int] | None:
    """A locked cell, where this example has it."""
    if at is None or at[0] >= weights.shape[2] or at[1] >= weights.shape[3]:
        return None
    return {"query": at[0], "key": at[1]}


def _codes(weights: Tensor) -> Tensor:
    return (weights * CODES).round().clamp(0, CODES).to(torch.uint8)


def _worked(group: Group, read: Passage, layer: int, head: int) -> dict[str, Tensor]:
    """All that one head's weights come from, as they passed its taps."""
    place = group.places[layer]
    module, width = place.module, place.module.head_width
    units = slice(head * width, (head + 1) * width)
    found = {
        "weights": read.weights[layer, head],
        "scores": read.tap(place, "scores")[head],
        "q": read.tap(place, "queries")[head],
        "k": read.tap(place, "keys")[head],
        "v": read.tap(place, "values")[head],
        "mixed": read.tap(place, "mixed")[head],
        "input": read.inputs[layer],
        "memory": read.memories[layer],
    }
    for letter, linear in (("q", module.query), ("k", module.key), ("v", module.value)):
        found[f"{letter}.weight"] = linear.weight.detach()[units].cpu()
        if linear.bias is not None:
            found[f"{letter}.bias"] = linear.bias.detach()[units].cpu()
    return {name: torch.nan_to_num(value, 0.0, 0.0, 0.0) for name, value in found.items()}
