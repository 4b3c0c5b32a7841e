"""Recordings: what a recipe's model has learnt, as one small picture for its card on the start page.

    python -m dlplay.recording               trains every recipe and writes assets/recorded/<slug>.bin
    python -m dlplay.recording spiral        this one

The picture is arrays in a frame (`dlplay.frame`), drawn in the browser by `assets/live/recorded.js`, so it is right in
light and dark. Its kind follows from the data: the answers all over the plane for points, an image with the first
feature maps for stacks of layers on images, else answers against truth.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from dlplay.dataset import Examples, Split, Task
from dlplay.tap import look

FOLDER = Path(__file__).parents[1] / "assets" / "recorded"
SIDE, POINTS, MAPS = 112, 160, 8

Picture = tuple[dict[str, Any], dict[str, np.ndarray]]


def picture(model: nn.Module, split: Split) -> Picture:
    """What the model has learnt, as facts and arrays. The model is in evaluation mode."""
    task = split.task
    if task.reads == "point":
        return surface(model, split)
    if task.reads == "image":
        return first_maps(model, split.held_out) or templates(model, split)
    return confusion(model, split) if task.classes else fit(model, split)


def surface(model: nn.Module, split: Split) -> Picture:
    """The answers on a grid of the plane, top row first, as bytes: 0 … 255 for −1 … 1, or the winning class."""
    task, train = split.task, split.train
    axis = np.linspace(task.low, task.high, SIDE, dtype=np.float32)
    plane = np.stack(np.meshgrid(axis, axis[::-1]), axis=-1).reshape(-1, 2)  # (row · column, 2)
    said = answers(model, plane, task)
    points, values = train.inputs[:POINTS], train.targets[:POINTS]
    facts = {"kind": "surface", "low": task.low, "high": task.high}
    if len(task.classes) > 2:
        arrays = {"answer": said.argmax(axis=1), "sure": 255 * said.max(axis=1)}
    elif task.classes:
        arrays = {"answer": 255 * said[:, 1]}
    else:
        scale = float(np.abs(train.targets).max()) or 1.0
        arrays = {"answer": 127.5 * (1 + np.clip(said[:, 0] / scale, -1, 1))}
        values = values[:, 0] / scale
    grids = {name: np.round(grid).astype(np.uint8).reshape(SIDE, SIDE) for name, grid in arrays.items()}
    return facts, {**grids, "points": points.astype(np.float32), "values": values.astype(np.float32)}


def first_maps(model: nn.Module, examples: Examples) -> Picture | None:
    """An image and the maps of the second tap on maps (the first layer after its activation), or None without maps."""
    image = examples.inputs[:1]
    with torch.no_grad():
        seen = [c.value[0].numpy() for c in look(model, torch.from_numpy(image)).values() if "channel" in c.axes]
    if not seen:
        return None
    maps = seen[min(1, len(seen) - 1)][:MAPS]  # (channel, row, column)
    return {"kind": "maps", "what": "feature maps of the first layer"}, {"image": pixels(image), "maps": maps}


def templates(model: nn.Module, split: Split) -> Picture:
    """An image and what the first dense layer looks for in it: the weights of its strongest units, as images."""
    first = next(module for module in model.modules() if isinstance(module, nn.Linear))
    weights = first.weight.detach().numpy()  # (unit, channel · row · column)
    strongest = np.sort(np.argsort(-np.abs(weights).sum(axis=1), kind="stable")[:MAPS])
    maps = weights[strongest].reshape(-1, *split.task.input_shape).mean(axis=1)  # (unit, row, column)
    image = split.held_out.inputs[:1]
    return {"kind": "maps", "what": "units of the first layer as weights"}, {"image": pixels(image), "maps": maps}


def pixels(image: np.ndarray) -> np.ndarray:
    """One image (1, channel, row, column) of 0 to 1 as grey bytes (row, column)."""
    return np.round(255 * image[0].mean(axis=0)).astype(np.uint8)


def confusion(model: nn.Module, split: Split) -> Picture:
    """Held-out examples counted by their class (row) and the class that was answered (column)."""
    said = answers(model, split.held_out.inputs, split.task).argmax(axis=1)
    counts = np.zeros((len(split.task.classes),) * 2, np.int32)
    np.add.at(counts, (split.held_out.targets, said), 1)
    return {"kind": "confusion"}, {"counts": counts}


def fit(model: nn.Module, split: Split) -> Picture:
    """True and predicted numbers of the held-out part, in their own unit."""
    back = split.target_scaling.back if split.target_scaling else lambda numbers: numbers
    said = back(answers(model, split.held_out.inputs, split.task))
    return {"kind": "fit"}, {"truth": back(split.held_out.targets)[:, 0], "said": said[:, 0]}


def answers(model: nn.Module, inputs: np.ndarray, task: Task) -> np.ndarray:
    """Probabilities (example, class), or numbers (example, target)."""
    with torch.no_grad():
        said = model(torch.from_numpy(np.ascontiguousarray(inputs, dtype=np.float32)))
    if len(task.classes) == 2:
        second = said[:, 0].sigmoid().numpy()
        return np.stack([1 - second, second], axis=1)
    return (said.softmax(dim=1) if task.classes else said).numpy()
