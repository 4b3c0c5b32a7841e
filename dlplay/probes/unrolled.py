"""How the numbers of one unit at one step are made, each with its arithmetic, recomputed in double precision.

`worked` gives a list in the order of the computation:
    {name, kind: "given", value}            what came from the step before: "cell before", "hidden before"
    {name, kind: "sum", bend, x, h, bias, sum, value, terms, rest}    a gate or candidate:
        x: what the inputs bring, W x; h: what the state brings, U h (of a GRU's candidate before the reset gate);
        sum: what is bent, value: the result
        terms [{from: "x" | "h", index, name, value, weight, product}]: the largest products, rest {count, value}
        of a GRU's candidate also reset, within: its bias inside the reset gate, and products of h are times reset
    {name, kind: "keep", f, c, i, g, value}, {name, kind: "tanh", c, value}, {name, kind: "shown", o, t, value},
    {name, kind: "blend", z, n, h, value}   what is put together from these
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from dlplay.layers.recurrent import GRU, LSTM, Direction, Plain

MOST_TERMS = 4
ROWS: dict[type[Direction], tuple[str, ...]] = {
    LSTM: ("input", "forget", "candidate", "output"),
    GRU: ("reset", "update", "candidate"),
    Plain: ("hidden",),
}
"""The blocks of the weight matrices, in torch's order."""


def worked(
    direction: Direction,
    read: Tensor,
    values: Mapping[str, Tensor],
    unit: int,
    at: int,
    names: Sequence[str] | None = None,
) -> list[dict[str, Any]]:
    """The arithmetic of one unit at one step. read: (time, input); values: a tap's name to (time, unit).

    names: what the inputs are called, where they have names. A direction that reads from the end comes from the right.
    """
    before = at + 1 if direction.backwards else at - 1
    first = not 0 <= before < len(read)
    x = read[at].detach().double().cpu()
    hidden = values["hidden"].detach().double().cpu()
    h = torch.zeros_like(hidden[0]) if first else hidden[before]

    def gate(name: str, reset: float | None = None) -> dict[str, Any]:
        return _gate(direction, name, x, h, unit, names, reset)

    was = {"name": "hidden before", "kind": "given", "value": float(h[unit]), "first": first}
    if isinstance(direction, Plain):
        return [was, gate("hidden")]
    if isinstance(direction, GRU):
        reset, update = gate("reset"), gate("update")
        candidate = gate("candidate", reset["value"])
        z, n, old = update["value"], candidate["value"], was["value"]
        new = (1 - z) * n + z * old
        return [
            was,
            reset,
            update,
            candidate,
            {"name": "hidden", "kind": "blend", "value": new, "z": z, "n": n, "h": old},
        ]
    cells = values["cell"].detach().double().cpu()
    c = 0.0 if first else float(cells[before, unit])
    i, f, g, o = (gate(name) for name in ROWS[LSTM])
    new = f["value"] * c + i["value"] * g["value"]
    return [
        {"name": "cell before", "kind": "given", "value": c, "first": first},
        was, f, i, g, o,
        {"name": "cell", "kind": "keep", "value": new, "f": f["value"], "c": c, "i": i["value"], "g": g["value"]},
        {"name": "bent", "kind": "tanh", "value": math.tanh(new), "c": new},
        {"name": "hidden", "kind": "shown", "value": o["value"] * math.tanh(new), "o": o["value"], "t": math.tanh(new)},
    ]  # fmt: skip


def _gate(
    direction: Direction, name: str, x: Tensor, h: Tensor, unit: int, names: Sequence[str] | None, reset: float | None
) -> dict[str, Any]:
    """One gate or candidate of one unit. reset: by what the state's part is multiplied, for a GRU's candidate."""
    row = ROWS[type(direction)].index(name) * direction.fused.hidden_size + unit
    w, u, b, b_h = (part.detach()[row].double().cpu() for part in direction.fused.all_weights[0])
    by_x, by_h = w * x, u * h * (1.0 if reset is None else reset)
    within = float(b_h)
    bias = float(b) + (within if reset is None else within * reset)
    total = float(by_x.sum() + by_h.sum()) + bias
    bend, value = _bend(direction, name)
    every = torch.cat([by_x, by_h])
    largest = every.abs().argsort(descending=True)[:MOST_TERMS].tolist()
    terms = []
    for place in largest:
        from_x = place < len(x)
        index = place if from_x else place - len(x)
        terms.append(
            {
                "from": "x" if from_x else "h",
                "index": index,
                "name": names[index] if from_x and names else f"{'input' if from_x else 'state'} {index + 1}",
                "value": float((x if from_x else h)[index]),
                "weight": float((w if from_x else u)[index]),
                "product": float(every[place]),
            }
        )
    others = len(every) - len(largest)
    told: dict[str, Any] = {
        "name": name,
        "kind": "sum",
        "bend": bend,
        "x": float(by_x.sum()),
        "h": float(by_h.sum()),
        "bias": bias,
        "sum": total,
        "value": value(total),
        "terms": terms,
        "rest": {"count": others, "value": float(every.sum() - every[largest].sum())} if others else None,
    }
    return told if reset is None else told | {"reset": reset, "within": within}


def _bend(direction: Direction, name: str) -> tuple[str, Callable[[float], float]]:
    """What bends a sum, by name and as a function."""
    if isinstance(direction, Plain) and direction.bend is torch.relu:
        return "ReLU", lambda s: max(0.0, s)
    if name in ("candidate", "hidden"):
        return "tanh", math.tanh
    return "σ", lambda s: float(torch.tensor(s, dtype=torch.float64).sigmoid())
