"""How one number of a layer stack is made, with every number in it: recomputed in double precision, term by term.

`worked` gives facts and arrays by the kind of operation:
    conv    patch, kernel, padded (row, column) of one input map; terms [{channel, value}] of the input maps, rest, bias
    pool    window, padded (row, column); how ("max" | "mean"), won (place of the largest)
    dense   terms [{index, value, weight, product, from}], rest {count, value}, bias
    global  map (row, column); how, won
    sum     terms [{name, value, from}]: branch and shortcut of a residual block
    same    from: the number comes from there as it is
then `steps`, what is done to it value by value: [{kind: "norm" | "act", …, x, y}]. `total` is the number in the end.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from dlplay.config import Refusal
from dlplay.layers.activation import MODULES
from dlplay.layers.records import ACTIVATION_NAMES
from dlplay.layers.stack import LargestOfMaps, MeanOfMaps
from dlplay.probes.places import Place

Cell = tuple[int, int, int]
Step = tuple[dict[str, Any], np.ndarray | None]
"""One thing done to a number, as facts, and its curve where it is a non-linearity."""
MOST_TERMS, MOST_PRODUCTS = 16, 8
NAMES = {MODULES[name]: words for name, words in ACTIVATION_NAMES.items() if name != "linear"}
VALUE_BY_VALUE = (nn.modules.batchnorm._BatchNorm, nn.Dropout, nn.Identity, *NAMES)


@dataclass(frozen=True)
class Worked:
    """The arithmetic of one number: facts and arrays for a picture, and the result."""

    facts: dict[str, Any]
    arrays: dict[str, np.ndarray]
    total: float


def worked(
    place: Place, known: Mapping[str, Place], values: Mapping[str, Tensor], cell: Cell, chosen: int | None
) -> Worked:
    """The arithmetic of one cell. values: tap (`IMAGE` too) to its value for one image, without batch.

    chosen: the input map whose products are shown, by default the one that adds most. Raises `Refusal`.
    """
    first, *others = place.operations
    source = values[place.source].detach().double().cpu()
    if place.shortcut is not None or place.source.endswith(".branch"):
        base, others = _summed(place, values, cell), list(place.operations)
    elif isinstance(first, nn.Conv2d):
        base = _convolved(first, source, cell, chosen)
    elif isinstance(first, nn.MaxPool2d | nn.AvgPool2d):
        base = _pooled(first, source, cell)
    elif isinstance(first, MeanOfMaps | LargestOfMaps):
        base = _pooled_all(first, source, cell)
    elif isinstance(first, nn.Linear):
        base = _dense(first, source, cell, place, known, values)
    elif isinstance(first, nn.Flatten):
        base = _taken(place, values, _unflattened(cell[0], source.shape))
    elif isinstance(first, VALUE_BY_VALUE):
        base, others = _taken(place, values, cell), list(place.operations)
    else:
        raise TypeError(f"{type(first).__name__}: no arithmetic is written for it")
    steps, total = _steps(others, base.total, cell[0])
    facts = base.facts | {"sum": base.total, "steps": [step for step, _ in steps]}
    curves = [curve for _, curve in steps if curve is not None]
    return Worked(facts, base.arrays | ({"curve": curves[-1]} if curves else {}), total)


def at(value: Tensor, cell: Cell) -> float:
    """The number in a cell of maps (channel, row, column) or of a row of numbers (unit,)."""
    return float(value[cell] if value.dim() == 3 else value[cell[0]])


def _patch(source: Tensor, corner: tuple[int, int], kernel: int, dilation: int) -> tuple[Tensor, np.ndarray]:
    """The cells under a kernel, (channel, row, column) with 0 in the padding, and where there is padding."""
    steps = dilation * torch.arange(kernel)
    rows, columns = corner[0] + steps, corner[1] + steps
    inside = ((rows >= 0) & (rows < source.shape[1]))[:, None] & ((columns >= 0) & (columns < source.shape[2]))[None]
    cells = source[:, rows.clamp(0, source.shape[1] - 1)][:, :, columns.clamp(0, source.shape[2] - 1)]
    return torch.where(inside, cells, 0.0), (~inside).numpy().astype(np.uint8)


def _convolved(layer: nn.Conv2d, source: Tensor, cell: Cell, chosen: int | None) -> Worked:
    kernel, stride, dilation = layer.kernel_size[0], layer.stride[0], layer.dilation[0]
    padding = dilation * (kernel - 1) // 2 if layer.padding == "same" else int(layer.padding[0])
    corner = (cell[1] * stride - padding, cell[2] * stride - padding)
    weight = layer.weight.detach().double().cpu()[cell[0]]  # (input map of the group, row, column)
    inputs = len(weight)
    first = cell[0] // (layer.out_channels // layer.groups) * inputs
    patch, padded = _patch(source[first : first + inputs], corner, kernel, dilation)
    sums = (patch * weight).sum(dim=(1, 2))
    bias = float(layer.bias.detach()[cell[0]]) if layer.bias is not None else None
    if chosen is None:
        chosen = first + int(sums.abs().argmax())
    if not first <= chosen < first + inputs:
        raise Refusal("input", f"input map is {chosen + 1}; this number sums the maps {first + 1} to {first + inputs}.")
    shown, rest = _largest(sums, MOST_TERMS, keep=chosen - first)
    facts = {
        "kind": "conv",
        "inputs": inputs,
        "first": first,
        "input": chosen,
        "corner": list(corner),
        "kernel": kernel,
        "dilation": dilation,
        "groups": layer.groups,
        "terms": [{"channel": first + i, "value": float(sums[i])} for i in shown],
        "rest": rest,
        "bias": bias,
    }
    arrays = {
        "patch": patch[chosen - first].numpy(),
        "kernel": weight[chosen - first].numpy(),
        "padded": padded,
    }
    return Worked(facts, arrays, float(sums.sum()) + (bias or 0.0))


def _largest(terms: Tensor, most: int, keep: int | None = None) -> tuple[list[int], dict[str, Any] | None]:
    """The places of the largest terms in their own order, and how many others add how much."""
    if len(terms) <= most:
        return list(range(len(terms))), None
    order = terms.abs().argsort(descending=True)[:most].tolist()
    if keep is not None and keep not in order:
        order[-1] = keep
    others = float(terms.sum() - terms[order].sum())
    return sorted(order), {"count": len(terms) - most, "value": others}


def _pooled(layer: nn.MaxPool2d | nn.AvgPool2d, source: Tensor, cell: Cell) -> Worked:
    kernel, stride, padding = (square(n) for n in (layer.kernel_size, layer.stride, layer.padding))
    corner = (cell[1] * stride - padding, cell[2] * stride - padding)
    patch, padded = _patch(source[cell[0] : cell[0] + 1], corner, kernel, 1)
    window = patch[0]
    largest = isinstance(layer, nn.MaxPool2d)
    won = int(torch.where(torch.from_numpy(padded) > 0, -torch.inf, window).argmax()) if largest else None
    total = float(window.flatten()[won]) if won is not None else float(window.mean())
    facts = {"kind": "pool", "how": "max" if largest else "mean", "won": won, "corner": list(corner), "kernel": kernel}
    return Worked(facts | {"input": cell[0]}, {"window": window.numpy(), "padded": padded}, total)


def square(size: int | tuple[int, ...]) -> int:
    """The one number of a window that is as wide as it is high."""
    return size if isinstance(size, int) else size[0]


def _pooled_all(layer: nn.Module, source: Tensor, cell: Cell) -> Worked:
    values = source[cell[0]]
    largest = isinstance(layer, LargestOfMaps)
    won = int(values.argmax()) if largest else None
    total = float(values.max() if largest else values.mean())
    facts = {"kind": "global", "how": "max" if largest else "mean", "won": won, "input": cell[0]}
    return Worked(facts, {"window": values.numpy(), "padded": np.zeros(values.shape, np.uint8)}, total)


def _dense(
    layer: nn.Linear, source: Tensor, cell: Cell, place: Place, known: Mapping[str, Place], values: Mapping[str, Tensor]
) -> Worked:
    weight = layer.weight.detach().double().cpu()[cell[0]]
    products = source * weight
    bias = float(layer.bias.detach()[cell[0]]) if layer.bias is not None else None
    order = products.abs().argsort(descending=True)[:MOST_PRODUCTS].tolist()
    others = len(products) - len(order)
    rest = {"count": others, "value": float(products.sum() - products[order].sum())} if others else None
    terms = [
        {
            "index": i,
            "value": float(source[i]),
            "weight": float(weight[i]),
            "product": float(products[i]),
            "from": origin(place.source, i, known, values),
        }
        for i in order
    ]
    facts = {"kind": "dense", "inputs": len(products), "terms": terms, "rest": rest, "bias": bias}
    return Worked(facts, {}, float(products.sum()) + (bias or 0.0))


def _summed(place: Place, values: Mapping[str, Tensor], cell: Cell) -> Worked:
    branch = at(values[place.source].double(), cell)
    terms = [{"name": "branch", "value": branch, "from": _where(values, place.source, cell)}]
    if place.shortcut is not None:
        tap, module, stride = place.shortcut
        source = values[tap].detach().double().cpu()
        if isinstance(module, nn.Identity):
            terms.append({"name": "shortcut", "value": at(source, cell), "from": _where(values, tap, cell)})
        else:
            projected = _convolved(module[0], source, cell, None)  # type: ignore[index]
            _, brought = _steps([module[1]], projected.total, cell[0])  # type: ignore[index]
            here = (0, cell[1] * stride, cell[2] * stride)
            terms.append({"name": "shortcut", "value": brought, "projected": True, "from": _where(values, tap, here)})
    return Worked({"kind": "sum", "terms": terms}, {}, sum(float(str(term["value"])) for term in terms))


def _taken(place: Place, values: Mapping[str, Tensor], cell: Cell) -> Worked:
    return Worked(
        {"kind": "same", "from": _where(values, place.source, cell)}, {}, at(values[place.source].double(), cell)
    )


def origin(tap: str, index: int, known: Mapping[str, Place], values: Mapping[str, Tensor]) -> dict[str, Any]:
    """Where number `index` of a row stands: the cell of a map when the row was flattened from maps, else its unit."""
    place = known.get(tap)
    while place is not None and place.copies and values[tap].dim() == 1:
        if isinstance(place.operations[0], nn.Flatten) and values[place.source].dim() == 3:
            return _where(values, place.source, _unflattened(index, values[place.source].shape))
        tap, place = place.source, known.get(place.source)
    return _where(values, tap, (index, 0, 0))


def _where(values: Mapping[str, Tensor], tap: str, cell: Cell) -> dict[str, Any]:
    return {"tap": tap, "channel": cell[0], "row": cell[1], "column": cell[2], "maps": values[tap].dim() == 3}


def _unflattened(index: int, shape: torch.Size) -> Cell:
    if len(shape) == 1:
        return index, 0, 0
    channel, rest = divmod(index, shape[1] * shape[2])
    return channel, *divmod(rest, shape[2])


def _steps(modules: list[nn.Module], x: float, channel: int) -> tuple[list[Step], float]:
    """What is done to a number value by value, each with its curve where it is a non-linearity, and the result."""
    found: list[Step] = []
    for module in modules:
        step, curve = step_of(module, x, channel)
        if step is not None:
            found.append((step, curve))
            x = step["y"]
    return found, x


def step_of(module: nn.Module, x: float, channel: int) -> tuple[dict[str, Any] | None, np.ndarray | None]:
    """One operation on one number, in evaluation mode; nothing for dropout and the identity."""
    if isinstance(module, nn.modules.batchnorm._BatchNorm):
        buffers = dict(module.named_buffers())
        mean, variance = float(buffers["running_mean"][channel]), float(buffers["running_var"][channel])
        gain, shift = float(module.weight.detach()[channel]), float(module.bias.detach()[channel])
        y = (x - mean) / sqrt(variance + module.eps) * gain + shift
        facts = {"mean": mean, "variance": variance, "epsilon": module.eps, "gain": gain, "shift": shift}
        return {"kind": "norm", "name": "batch norm", "x": x, "y": y, **facts}, None
    name = NAMES.get(type(module))
    if name is None:
        return None, None
    reach = max(3.0, 1.25 * abs(x))
    xs = torch.linspace(-reach, reach, 81, dtype=torch.float64)
    with torch.no_grad():
        ys, y = module(xs), float(module(torch.tensor(x, dtype=torch.float64)))
    return {"kind": "act", "name": name, "x": x, "y": y}, torch.stack([xs, ys]).numpy()
