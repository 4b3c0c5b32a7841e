"""What a model answers: over the plane for points, on the held-out examples for tables and images.

While a neuron of an MLP is locked, its answers stand there instead.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from dlplay.config import Refusal
from dlplay.dataset import Task
from dlplay.probes.answers import probabilities
from dlplay.probes.asked import Nth
from dlplay.probes.responses import (
    answers,
    chosen,
    grouped,
    kernels,
    locked,
    output,
    plane,
    rounded_up,
    side,
    titled,
)
from dlplay.probes.seen import Frame, Seen

SIDE = 100
POINTS = {"train": 600, "held_out": 200}  # drawn at most
EXAMPLES = 400
TILE = 64


def picture(seen: Seen, lock: tuple[Nth, Nth] | None = None, point: tuple[float, float] | None = None) -> Frame:
    """The output at this step. lock: (layer, unit) or None. point: instead of the chosen example. Raises `Refusal`.

    facts.kind is "plane" for points, "classes" or "numbers" for the predictions of tables and images, "tile" when a
    neuron is locked there.
    """
    unit = locked(seen, lock)
    facts: dict[str, Any] = {
        "step": seen.step,
        "reads": seen.task.reads,
        "classes": list(seen.task.classes),
        "targets": list(seen.task.targets),
        "lock": None if unit is None else list(unit),
        "title": "Output" if unit is None else titled(seen, *unit),
    }
    if seen.task.reads == "point":
        return _plane(seen, unit, facts, point)
    if unit is not None:
        return _tile(seen, unit, facts)
    return _predictions(seen, facts)


@torch.no_grad()
def _plane(seen: Seen, unit: tuple[int, int] | None, facts: dict[str, Any], point: Any) -> Frame:
    """Arrays: map uint8 (row, column); winner uint8 (row, column) for three classes or more, map is then its share;
    points float32 (point, 3): x, y, answer, training first; index int32 (point,): its number.
    """
    task, cells = seen.task, side(seen, SIDE)
    grid = plane(task, cells)
    arrays: dict[str, np.ndarray] = {}
    if unit is None:
        shown = output(task, seen.model(seen.tensor(grid)))
        values, span = shown.values[:, 0], shown.range()
        if task.answers == "classes" and task.outputs > 1:
            winner = np.nan_to_num(shown.values).argmax(axis=1).astype(np.uint8)
            values = shown.values.max(axis=1)
            arrays["winner"] = winner.reshape(cells, cells)
            facts["labels"] = _labels(arrays["winner"], task)
    else:
        column = answers(seen, grid)[unit[0] + 1]
        values, span = column.values[:, unit[1]], column.range([unit[1]])
    arrays["map"] = span.codes(values).reshape(cells, cells)
    points, index, counts = _points(seen)
    arrays |= {"points": points, "index": index}
    x, y = chosen(seen, point)[0][0]
    limit = rounded_up(float(np.abs(seen.split.train.targets).max())) if task.answers == "numbers" else 1.0
    return facts | counts | {
        "kind": "plane",
        "axes": list(task.features),
        "from": task.low,
        "to": task.high,
        "low": span.low,
        "high": span.high,
        "scale": span.scale,
        "answer_limit": limit,
        "point": [float(x), float(y)],
    }, arrays


def _points(seen: Seen) -> tuple[np.ndarray, np.ndarray, dict[str, Any]]:
    """The points that are drawn, which examples of the data set they are, and how many of how many of each part."""
    rows, numbers, counts = [], [], {}
    for part, examples in (("train", seen.split.train), ("held_out", seen.split.held_out)):
        kept = _some(len(examples), POINTS[part])
        rows.append(np.column_stack([examples.inputs[kept], examples.targets[kept].reshape(len(kept), -1)[:, :1]]))
        numbers.append(examples.numbers[kept])
        counts[part] = [len(kept), len(examples)]
    return np.concatenate(rows).astype(np.float32), np.concatenate(numbers).astype(np.int32), counts


def _some(count: int, most: int) -> np.ndarray:
    """Which of so many are drawn: all, or some from everywhere and the newest, where points drawn by hand stand."""
    if count <= most:
        return np.arange(count)
    newest = most // 8
    older = np.linspace(0, count - newest - 1, most - newest).astype(int)
    return np.concatenate([older, np.arange(count - newest, count)])


def _labels(winner: np.ndarray, task: Task) -> list[list[float]]:
    """Where the name of each class that wins somewhere can stand: class, x, y of the cell deepest in its region."""
    cells = len(winner)
    centres = task.low + (np.arange(cells) + 0.5) * (task.high - task.low) / cells
    found = []
    for number in np.unique(winner):
        region = np.pad(winner == number, 1)
        inner = region
        while inner.any():
            region, inner = inner, _eroded(inner)
        rows, columns = np.nonzero(region[1:-1, 1:-1])
        middle = len(rows) // 2
        found.append([int(number), float(centres[columns[middle]]), float(centres[cells - 1 - rows[middle]])])
    return found


def _eroded(region: np.ndarray) -> np.ndarray:
    """The cells of a region all of whose four neighbours belong to it."""
    inner = np.zeros_like(region)
    inner[1:-1, 1:-1] = region[1:-1, 1:-1] & region[:-2, 1:-1] & region[2:, 1:-1] & region[1:-1, :-2] & region[1:-1, 2:]
    return inner


def _tile(seen: Seen, unit: tuple[int, int], facts: dict[str, Any]) -> Frame:
    """A neuron's answers to held-out examples side by side. Arrays: map uint8 (row, column).

    kernel uint8 (1, row, column): for images, the weights of a neuron of the first layer, about zero.
    """
    held = seen.split.held_out
    rows, wide, groups = grouped(held, seen.task, TILE)
    column = answers(seen, held.inputs[rows])[unit[0] + 1]
    span = column.range([unit[1]])
    codes = span.codes(column.values[:, unit[1]]).reshape(-1, wide)
    facts |= {"low": span.low, "high": span.high, "scale": span.scale, "held_out": [len(rows), len(held)]}
    arrays = {"map": codes}
    if seen.task.reads == "image" and unit[0] == 0:
        arrays["kernel"], (facts["kernel_limit"],) = kernels(seen, [unit[1]])
    return facts | {"kind": "tile", "groups": list(groups)}, arrays


@torch.no_grad()
def _predictions(seen: Seen, facts: dict[str, Any]) -> Frame:
    """Held-out predictions. Arrays: examples float32 (example, 3).

    Classes: true class, probability of the true class, predicted class. Numbers: truth and prediction of the first
    target in its own units, and 0. index int32 (example,): the place in the held-out part.
    """
    held, task = seen.split.held_out, seen.task
    if task.each_step:
        raise Refusal("picture", "Answers are drawn one by one; this model answers at every step.")
    kept = _some(len(held), min(EXAMPLES, seen.most))
    raw = seen.model(seen.tensor(held.inputs[kept]))
    facts |= {"held_out": [len(kept), len(held)], "chosen": _place(seen)}
    if task.answers == "numbers":
        pairs = np.stack([held.targets[kept], raw.float().cpu().numpy()], axis=1)  # (example, true or said, target)
        if seen.split.target_scaling is not None:
            pairs = seen.split.target_scaling.back(pairs)
        first = np.nan_to_num(pairs[:, :, 0])
        low, high = float(first[:, 0].min()), float(first[:, 0].max())
        margin = 0.05 * (high - low or 1.0)
        facts |= {"kind": "numbers", "from": low - margin, "to": high + margin}
        return facts, {"examples": np.column_stack([first, 0 * first[:, 0]]).astype(np.float32), "index": kept}
    truth = held.targets[kept]
    shares = np.nan_to_num(probabilities(task, raw).float().cpu().numpy())
    own = shares[np.arange(len(truth)), truth]
    examples = np.column_stack([truth, own, shares.argmax(axis=1)]).astype(np.float32)
    return facts | {"kind": "classes", "low": 0.0, "high": 1.0}, {"examples": examples, "index": kept}


def _place(seen: Seen) -> int | None:
    """The place of the chosen example in the held-out part, where it is one."""
    if "point" in seen.example or "pixels" in seen.example or seen.example.get("part", "held-out") != "held-out":
        return None
    return int(seen.example.get("index", 0))
