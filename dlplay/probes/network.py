"""An MLP as a picture: what every neuron answers to, the weights between neurons, and the sums they make.

Columns stand from left to right: inputs, hidden layers, output; column c + 1 is layer c. For points a neuron's tile is
its answer over the plane, for tables and images its answers to held-out examples, side by side; where the inputs are an
image, neurons of the first layer carry their weights as a picture too.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from dlplay.config import Refusal, knob
from dlplay.dataset import Task
from dlplay.layers.records import ACTIVATION_NAMES
from dlplay.layers.shapes import spelled
from dlplay.models.mlp import FEATURE_NAMES, MLPConfig
from dlplay.probes.asked import Nth
from dlplay.probes.choices import SCALES
from dlplay.probes.responses import (
    Answers,
    Range,
    answers,
    chosen,
    declared,
    grouped,
    kernels,
    linears,
    locked,
    network,
    neurons,
    output,
    output_names,
    plane,
    side,
    titled,
    widths,
)
from dlplay.probes.seen import Frame, Seen
from dlplay.tap import look

SHOWN = 10  # neurons in a column; the largest columns show one less and say how many there are
TERMS = 8  # products written out in a sum
SIDE = 48
EXAMPLES = 64


def picture(
    seen: Seen, lock: tuple[Nth, Nth] | None = None, point: tuple[float, float] | None = None, scale: str = "layer"
) -> Frame:
    """The network at this step. lock: (layer, unit) or None. point: instead of the chosen example. scale: `SCALES`.

    Arrays, by column c and shown unit u; a sum has up to `TERMS` terms t:
        map.c     uint8 (u, row, column)    answers; facts.columns[c].low and high give the range of every unit
        weight.c  float32 (u, source)       from the shown units of the column before, for c ≥ 1
        kernel.c  uint8 (u, row, column)    for images, c = 1: incoming weights about zero, the limits in facts
        from.c    int32 (u, t)              places, in the weight row, of the largest products
        terms.c   float32 (u, t, 3)         their values a, weights w, and products w × a, at the chosen example
        sums.c    float32 (u, 5)            the products left out, bias b, sum z, z after the norm, activation
    Raises `Refusal`.
    """
    if scale not in SCALES:
        raise Refusal("scale", f"scale is {str(scale)[:20]!r}; it can be {', '.join(SCALES)}.")
    unit = locked(seen, lock)
    inputs, _, called = chosen(seen, point)
    tile, drawn = _tile(seen)
    columns = answers(seen, drawn)
    shown = [_shown(column.values.shape[1], keep) for column, keep in zip(columns, _kept(seen, unit), strict=True)]
    arrays: dict[str, np.ndarray] = {}
    facts: list[dict[str, Any]] = []
    for place, (column, units) in enumerate(zip(columns, shown, strict=True)):
        ranges = _ranges(seen, columns, place, units, scale)
        maps = np.stack([r.codes(column.values[:, u]) for r, u in zip(ranges, units, strict=True)])
        arrays[f"map.{place}"] = maps.reshape(len(units), tile["rows"], tile["columns"])
        facts.append(_described(seen, place, units, ranges))
    if seen.task.reads == "image":
        facts[0] |= _image(seen.task)
        shown[0] = []
        arrays["map.0"] = np.rint(inputs[0].mean(axis=0).clip(0, 1) * 255).astype(np.uint8)[None]
        arrays["kernel.1"], facts[1]["kernel_limits"] = kernels(seen, shown[1])
    _connect(seen, inputs, shown, facts, arrays)
    return {
        "step": seen.step,
        "reads": seen.task.reads,
        "lock": None if unit is None else list(unit),
        "scale": scale,
        "example": called,
        "tile": tile,
        "columns": facts,
        "most_layers": knob(MLPConfig, "hidden").at_most,
        "classes": list(seen.task.classes),
    }, arrays


def _tile(seen: Seen) -> tuple[dict[str, Any], np.ndarray]:
    """What the cells of a tile stand for, and the inputs that fill them, row by row."""
    if seen.task.reads == "point":
        cells = side(seen, SIDE)
        return {"kind": "plane", "rows": cells, "columns": cells, "groups": []}, plane(seen.task, cells)
    rows, wide, groups = grouped(seen.split.held_out, seen.task, EXAMPLES)
    shape = {"kind": "examples", "rows": len(rows) // wide, "columns": wide, "groups": list(groups)}
    return shape, seen.split.held_out.inputs[rows]


def _kept(seen: Seen, unit: tuple[int, int] | None) -> list[int | None]:
    """The unit of every column that has to be among the shown ones."""
    kept: list[int | None] = [None] * (len(widths(seen)) + 1)
    if unit is not None:
        kept[unit[0] + 1] = unit[1]
    return kept


def _shown(count: int, keep: int | None) -> list[int]:
    """Which units of a column are drawn: all, or the first, the last place left for the one that is locked."""
    if count <= SHOWN:
        return list(range(count))
    first = list(range(SHOWN - 1))
    return first if keep is None or keep in first else [*first[:-1], keep]


def _ranges(seen: Seen, columns: Sequence[Answers], place: int, units: Sequence[int], scale: str) -> list[Range]:
    """The range of every shown unit of a column; features of points have different units, so each has its own."""
    column = columns[place]
    if scale == "map" or (place == 0 and seen.task.reads == "point"):
        return [column.range([unit]) for unit in units]
    if scale == "layer" or place in (0, len(columns) - 1):
        return [column.range(units)] * len(units)
    inner = [one.values for one in columns[1:-1]]
    return [declared(column.kind, np.concatenate(inner, axis=1))] * len(units)


def _described(seen: Seen, place: int, units: Sequence[int], ranges: Sequence[Range]) -> dict[str, Any]:
    """The facts of one column."""
    config, task = network(seen), seen.task
    common = {
        "units": (len(_input_names(task)) if place == 0 else widths(seen)[place - 1]),
        "shown": list(units),
        "low": [one.low for one in ranges],
        "high": [one.high for one in ranges],
        "scale": ranges[0].scale,
    }
    if place == 0:
        on = [task.reads != "point" or name in config.features for name in _input_keys(task)]
        names = _input_names(task)
        return common | {
            "kind": "input",
            "standardised": seen.split.input_scaling is not None,
            "keys": [_input_keys(task)[unit] for unit in units],
            "names": [names[unit] for unit in units],
            "on": [on[unit] for unit in units],
            "given": sum(on),
        }
    hidden = place <= len(config.hidden)
    stem = f"layers.{place - 1}.linear" if hidden else "answer"
    common |= {"kind": "hidden" if hidden else "output", "weight": f"{stem}.weight", "bias": f"{stem}.bias"}
    common["titles"] = [titled(seen, place - 1, unit) for unit in units]
    if not hidden:
        answers_to = [output_names(task)[unit] for unit in units]
        return common | {"names": answers_to, "activation": _end(task), "back": _back(seen, units)}
    layer = config.hidden[place - 1]
    return common | {
        "names": [""] * len(units),
        "activation": layer.activation,
        "spelled": ACTIVATION_NAMES[layer.activation],
        "norm": layer.norm,
        "dropout": layer.dropout,
    }


def _back(seen: Seen, units: Sequence[int]) -> list[list[float]] | None:
    """Deviation and mean that lead from each output back to its own unit, where targets are standardised."""
    scaling = seen.split.target_scaling
    if scaling is None:
        return None
    return [[float(scaling.deviation[unit]), float(scaling.mean[unit])] for unit in units]


def _end(task: Task) -> str:
    """How the raw output is read: "difference" of two probabilities, "probability" or "number"."""
    if task.answers == "numbers":
        return "number"
    return "probability" if task.outputs > 1 else "difference"


def _input_keys(task: Task) -> tuple[str, ...]:
    return tuple(FEATURE_NAMES) if task.reads == "point" else _input_names(task)


def _input_names(task: Task) -> tuple[str, ...]:
    """What the inputs are called; pixels by their number."""
    if task.reads == "point":
        return tuple(FEATURE_NAMES.values())
    return task.features or tuple(str(number + 1) for number in range(int(np.prod(task.input_shape))))


def _image(task: Task) -> dict[str, Any]:
    """The facts of the inputs when they are an image: one tile, the chosen image itself."""
    rows, columns = task.input_shape[1:]
    size = spelled(task.input_shape[1:] if task.input_shape[0] == 1 else task.input_shape)
    one = {"shown": [0], "names": [""], "on": [True], "low": [0.0], "high": [1.0], "keys": [""]}
    return one | {"kind": "image", "scale": "pixels", "rows": rows, "columns": columns, "size": size}


@torch.no_grad()
def _connect(
    seen: Seen,
    inputs: np.ndarray,
    shown: Sequence[Sequence[int]],
    facts: list[dict[str, Any]],
    arrays: dict[str, np.ndarray],
) -> None:
    """Adds weights and sums of every column after the first."""
    captures, inner = look(seen.model, seen.tensor(inputs)), neurons(seen)
    given = captures["seen"].value[0]
    sources = _sources(seen, shown[0])
    for place, linear in enumerate(linears(seen), start=1):
        units = list(shown[place])
        weights = linear.weight[units]
        hidden = place <= len(inner)
        total = captures[f"layers.{place - 1}.sum" if hidden else "output"].value[0]
        if hidden:
            normed = inner[place - 1].norm(total[None])[0]
            after = captures[f"layers.{place - 1}.value"].value[0]
        else:
            normed, after = total, torch.from_numpy(output(seen.task, total[None]).values[0]).to(total)
        products = weights * given
        kept = _largest(products)
        arrays[f"weight.{place}"] = weights[:, list(sources.values())].cpu().numpy()
        arrays[f"from.{place}"] = kept.cpu().numpy().astype(np.int32)
        picked = [given.expand_as(products).gather(1, kept), weights.gather(1, kept), products.gather(1, kept)]
        arrays[f"terms.{place}"] = torch.stack(picked, dim=2).cpu().numpy()
        rest = products.scatter(1, kept, 0.0).sum(dim=1)
        columns = [rest, linear.bias[units], total[units], normed[units], after[units]]
        arrays[f"sums.{place}"] = torch.stack(columns, dim=1).cpu().numpy()
        facts[place] |= {
            "sources": list(sources),
            "source_places": list(sources.values()),
            "fan_in": weights.shape[1],
            "more": weights.shape[1] - kept.shape[1],
            "source_names": _source_names(seen, place),
        }
        given = after
        sources = dict(enumerate(units))


def _sources(seen: Seen, shown: Sequence[int]) -> dict[int, int]:
    """The drawn inputs that have weights: their place in the column, and in a weight row."""
    if seen.task.reads != "point":
        return dict(enumerate(shown))
    keys = _input_keys(seen.task)
    return {keys.index(name): number for number, name in enumerate(network(seen).features)}


def _source_names(seen: Seen, place: int) -> list[str]:
    """What feeds this column, where it has names: one for every weight of a row. Units and pixels go by number."""
    if place > 1 or seen.task.reads == "image":
        return []
    if seen.task.reads == "point":
        return [FEATURE_NAMES[name] for name in network(seen).features]
    return list(seen.task.features)


def _largest(products: Tensor) -> Tensor:
    """The places (unit, term) of the products largest in size, in the order of the weights."""
    count = min(TERMS, products.shape[1])
    return products.abs().nan_to_num(nan=0.0).topk(count, dim=1).indices.sort(dim=1).values
