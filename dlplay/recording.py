"""Recordings: what a recipe's model has learnt, as one small picture for its card on the start page.

    python -m dlplay.recording               trains every recipe and writes assets/recorded/<slug>.bin
    python -m dlplay.recording spiral        this one

The picture is arrays in a frame (`dlplay.frame`), drawn in the browser by `assets/live/recorded.js`, so it is right in
light and dark. Its kind follows from the run: the losses of one that leaves all bounds, the answers all over the plane
for points, an image with where it is looked at or with the first feature maps, what is kept of a sequence of tokens or
where it is looked at, where a pair is aligned, a film or a captioned image with what is said of it, else answers
against truth.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import nn

from dlplay.dataset import NO_ANSWER, Split
from dlplay.frame import pack
from dlplay.layers.search import greedy, writer
from dlplay.pixels import frames
from dlplay.pixels import seen as seen_by_eye
from dlplay.probes.images import as_bytes, side_by_side
from dlplay.recipe import RECORDED, Recipe, recipe, recipes
from dlplay.tap import Capture, look
from dlplay.tokens import written
from dlplay.training import metrics
from dlplay.training.events import Step
from dlplay.training.loop import Training
from dlplay.training.objective import given

SIDE, POINTS, MAPS, LOSSES, UNITS, STEPS = 112, 160, 8, 120, 10, 18

Picture = tuple[dict[str, Any], dict[str, np.ndarray]]


def record(chosen: Recipe) -> bytes:
    """Trains the recipe for as many steps as it says and packs its picture."""
    with Training(chosen.experiment) as training:
        losses = [event.loss for event in training.run(chosen.steps) if isinstance(event, Step)]
        model, step = training.at()
        facts, arrays = curve(losses) if chosen.diverges else picture(model, training.split)
        score = metrics.score(*metrics.flat(*training.answers(), training.task), training.task)
    classes = list(training.task.classes)
    return pack({**facts, "step": step, "score": score, "classes": classes}, arrays)


def picture(model: nn.Module, split: Split) -> Picture:
    """What the model has learnt, as facts and arrays. The model is in evaluation mode."""
    if split.task.reads == "point":
        return surface(model, split)
    if split.task.reads == "image":
        return patches(model, split) or first_maps(model, split) or templates(model, split)
    if seen_by_eye(split.task):
        return described(model, split)
    if split.task.tokens:
        if split.task.source:
            return alignment(model, split)
        return surest_head(model, split) or memory(model, split)
    return confusion(model, split) if split.task.classes else fit(model, split)


def curve(losses: list[float]) -> Picture:
    """The losses of a run that leaves all bounds, from its beginning to its end, thinned to what a card can show."""
    places = np.linspace(0, len(losses) - 1, min(LOSSES, len(losses))).round().astype(int)
    return {"kind": "curve"}, {"losses": np.asarray(losses, np.float32)[places]}


def surface(model: nn.Module, split: Split) -> Picture:
    """The answers on a grid of the plane, top row first, as bytes: 0 … 255 for −1 … 1, or the winning class."""
    task, train = split.task, split.train
    axis = np.linspace(task.low, task.high, SIDE, dtype=np.float32)
    outputs = _outputs(model, np.stack(np.meshgrid(axis, axis[::-1]), axis=-1).reshape(-1, 2))
    values = train.targets[:POINTS]
    if task.classes:
        said = metrics.probabilities(outputs, task)  # (row · column, class)
        two = len(task.classes) == 2
        grids = {"answer": 255 * said[:, 1]} if two else {"answer": said.argmax(axis=1), "sure": 255 * said.max(axis=1)}
    else:
        limit = float(np.abs(train.targets).max()) or 1.0
        grids = {"answer": 127.5 * (1 + np.clip(outputs[:, 0] / limit, -1, 1))}
        values = values[:, 0] / limit
    arrays = {name: np.round(grid).astype(np.uint8).reshape(SIDE, SIDE) for name, grid in grids.items()}
    facts = {"kind": "surface", "low": task.low, "high": task.high}
    return facts, {**arrays, "points": train.inputs[:POINTS], "values": values.astype(np.float32)}


def first_maps(model: nn.Module, split: Split) -> Picture | None:
    """An image and the maps of the second tap on maps (the first layer after its activation), or None without maps."""
    image = _telling(split)
    with torch.no_grad():
        seen = [c.value[0].numpy() for c in look(model, torch.from_numpy(image)).values() if "channel" in c.axes]
    if not seen:
        return None
    maps = seen[min(1, len(seen) - 1)][:MAPS]  # (channel, row, column)
    return {"kind": "maps", "what": "feature maps of the first layer"}, {"image": _pixels(image), "maps": maps}


def patches(model: nn.Module, split: Split) -> Picture | None:
    """An image and how much each of its parts is attended to, head by head; None for a model without attention.

    By the class token where there is one, else by all parts on average, or by each of the latents of a single head.
    """
    image = _telling(split)
    with torch.no_grad():
        heads = _heads(look(model, torch.from_numpy(image)))
    if not heads:
        return None
    keys = heads[0].shape[2]
    side = math.isqrt(keys)
    shown = [one for one in heads if one.shape[2] == keys]  # (head, query, key)
    if side * side == keys - 1:
        rows = np.concatenate([one[:, 0, 1:] for one in shown])
    elif side * side == keys:
        rows = shown[0][0] if len(shown[0]) == 1 else np.concatenate([one.mean(axis=1) for one in shown])
    else:
        return None
    facts = {"kind": "maps", "what": "maps of where it looks"}
    return facts, {"image": _pixels(image), "maps": rows[:MAPS].reshape(-1, side, side)}


def surest_head(model: nn.Module, split: Split) -> Picture | None:
    """Where the head that spreads its attention least looks (query, key), or None for a model without attention."""
    length, row = _longest(split)
    with torch.no_grad():
        heads = _heads(look(model, given(split.held_out.inputs[row : row + 1])))
    if not heads:
        return None
    every = np.concatenate([one[:, :length, :length] for one in heads if one.shape[1] == one.shape[2]])
    spread = -(every * np.log(np.maximum(every, 1e-12))).sum(axis=2).mean(axis=1)
    words = [split.task.tokens[token] for token in split.held_out.inputs[row, :length]]
    facts = {"kind": "heat", "scale": "amount", "what": "weights: where its surest head looks from each token"}
    return {**facts, "rows": words, "columns": words}, {"values": every[int(spread.argmin())]}


def _heads(seen: dict[str, Capture]) -> list[np.ndarray]:
    """The weights of every layer of attention for the one example, (head, query, key) each, in the order of use."""
    return [one.value[0].numpy() for name, one in seen.items() if name.endswith("weights") and one.axes[-1] == "key"]


def templates(model: nn.Module, split: Split) -> Picture:
    """An image and what the first dense layer looks for in it: the weights of its strongest units, as images."""
    first = next(module for module in model.modules() if isinstance(module, nn.Linear))
    weights = first.weight.detach().numpy()  # (unit, channel · row · column)
    strongest = np.sort(np.argsort(-np.abs(weights).sum(axis=1), kind="stable")[:MAPS])
    maps = weights[strongest].reshape(-1, *split.task.input_shape).mean(axis=1)  # (unit, row, column)
    facts = {"kind": "maps", "what": "units of the first layer as weights"}
    return facts, {"image": _pixels(_telling(split)), "maps": maps}


def described(model: nn.Module, split: Split) -> Picture:
    """A held-out film, its frames side by side, or an image, and what the model says of it."""
    task = split.task
    example = split.held_out.inputs[:1]
    image, across = side_by_side(frames(task, example)[0])
    if task.picture is not None:
        with torch.inference_mode():
            found = greedy(writer(model), given(example)[:, : task.source], task.output_shape[0])
        said = written(found[0].tolist(), task.classes, task.joint)
    else:
        said = task.classes[int(metrics.chosen(_outputs(model, example), task)[0])]
    what = "an image" if task.picture is not None else "a film, frame by frame,"
    facts = {"kind": "described", "what": f"{what} and what the model says of it", "said": said, "across": across}
    lines = image.shape[1] // frames(task, example).shape[3]
    return {**facts, "lines": lines}, {"image": as_bytes(image, (0.0, 1.0))}


def memory(model: nn.Module, split: Split) -> Picture:
    """What a recurrent layer keeps while it reads a long held-out sequence: its most moved units (unit, time)."""
    length, row = _longest(split)
    with torch.no_grad():
        seen = look(model, given(split.held_out.inputs[row : row + 1]))
    state = next(c for end in ("cell", "hidden") for name, c in seen.items() if name.endswith(end))
    values = state.value[0, :length].numpy().T  # (unit, time)
    strongest = np.sort(np.argsort(-np.ptp(values, axis=1), kind="stable")[:UNITS])
    columns = [split.task.tokens[token] for token in split.held_out.inputs[row, :length]]
    facts = {"kind": "heat", "scale": "signed", "what": "units of the memory over a sequence", "columns": columns}
    return {**facts, "rows": []}, {"values": values[strongest]}


def alignment(model: nn.Module, split: Split) -> Picture:
    """Where a model looks in the source (column) while it writes each token of the target (row); without attention what
    its decoder carries (unit, time).
    """
    task, held = split.task, split.held_out
    length, row = _longest(split)
    asked = int((held.targets[row] != NO_ANSWER).sum())
    with torch.no_grad():
        seen = look(model, given(held.inputs[row : row + 1]))
    rows = [task.classes[token] for token in held.targets[row, :asked]]
    cross = [one.value[0].mean(dim=0) for name, one in seen.items() if name.endswith("cross.weights")]
    found = seen["alignment"].value[0] if "alignment" in seen else cross[-1] if cross else None
    if found is not None:
        columns = [task.tokens[token] for token in held.inputs[row, :length]]
        values = found[:asked, :length].numpy()  # (query, key)
        what = {"scale": "amount", "what": "weights: where it looks for each token it writes"}
        return {"kind": "heat", **what, "rows": rows, "columns": columns}, {"values": values}
    values = seen["hidden"].value[0, :asked].numpy().T  # (unit, time)
    strongest = np.sort(np.argsort(-np.ptp(values, axis=1), kind="stable")[:UNITS])
    what = {"scale": "signed", "what": "units of the decoder while it writes"}
    return {"kind": "heat", **what, "rows": [], "columns": rows}, {"values": values[strongest]}


def _longest(split: Split) -> tuple[int, int]:
    """How long the longest source of the first fifty held-out examples is, at most `STEPS`, and its place.

    Where all are longer, the shortest.
    """
    tokens = split.held_out.inputs[:50, : split.task.source or None]
    lengths = (tokens != 0).sum(axis=1)
    if lengths.min() > STEPS:
        return int(lengths.min()), int(lengths.argmin())
    lengths = np.where(lengths <= STEPS, lengths, 0)
    return int(lengths.max()), int(lengths.argmax())


def confusion(model: nn.Module, split: Split) -> Picture:
    """Held-out examples, or their steps, counted by their class (row) and the class that was answered (column)."""
    outputs, targets = _held_out(model, split)
    return {"kind": "confusion"}, {"counts": metrics.confusion(outputs, targets, split.task)}


def fit(model: nn.Module, split: Split) -> Picture:
    """True and predicted numbers of the held-out part, in their own unit; of many steps some, evenly."""
    back: Callable[[np.ndarray], np.ndarray] = split.target_scaling.back if split.target_scaling else np.asarray
    said, truth = _held_out(model, split)
    if split.task.reads == "sequence":
        some = np.linspace(0, len(said) - 1, min(2 * POINTS, len(said))).round().astype(int)
        said, truth = said[some], truth[some]
    return {"kind": "fit"}, {"truth": back(truth)[:, 0], "said": back(said)[:, 0]}


def _held_out(model: nn.Module, split: Split) -> tuple[np.ndarray, np.ndarray]:
    """Outputs and true answers of the held-out part, (example or step, …)."""
    return metrics.flat(_outputs(model, split.held_out.inputs), split.held_out.targets, split.task)


def _outputs(model: nn.Module, inputs: np.ndarray) -> np.ndarray:
    return metrics.answers(model, given(inputs))


def _telling(split: Split) -> np.ndarray:
    """The first held-out image (1, channel, row, column), or a later one of the first fifty with twice its contrast."""
    contrasts = split.held_out.inputs[:50].std(axis=(1, 2, 3))
    best = int(contrasts.argmax())
    chosen = best if contrasts[best] > 2 * contrasts[0] else 0
    return split.held_out.inputs[chosen : chosen + 1]


def _pixels(image: np.ndarray) -> np.ndarray:
    """One image (1, channel, row, column) of 0 to 1 as grey bytes (row, column)."""
    return np.round(255 * image[0].mean(axis=0)).astype(np.uint8)


def main(names: list[str]) -> None:
    """Writes the recordings of these recipes, or of all."""
    torch.set_num_threads(1)
    RECORDED.mkdir(exist_ok=True)
    wanted = [recipe(name) for name in names] or list(recipes().values())
    for chosen in wanted:
        chosen.recording.write_bytes(record(chosen))


if __name__ == "__main__":
    main(sys.argv[1:])
