"""What the units of an MLP answer, over the plane or over examples, and the range in which it is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isqrt
from typing import Any, Literal, cast, get_args

import numpy as np
import torch
from torch import Tensor, nn

from dlplay.config import Refusal
from dlplay.dataset import Examples, Task
from dlplay.models.mlp import MLP, Feature, Features, Hidden, MLPConfig, Neurons
from dlplay.numerals import fixed
from dlplay.probes.seen import Seen
from dlplay.tap import look

EFFORT = 200_000_000  # multiplications a picture may cost: about 10 ms on one core
STEPS = (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)
DECLARED = {"tanh": (-1.0, 1.0), "sigmoid": (0.0, 1.0), "probability": (0.0, 1.0), "difference": (-1.0, 1.0)}


@dataclass(frozen=True)
class Range:
    """The values a map's 256 shades stand for. scale: "signed" about zero, or "amount" where nothing is negative."""

    low: float
    high: float

    @property
    def scale(self) -> Literal["signed", "amount"]:
        return "amount" if self.low == 0 else "signed"

    def codes(self, values: np.ndarray) -> np.ndarray:
        """The values as uint8, 0 the low end and 255 the high end; what is not finite counts as zero."""
        share = (np.nan_to_num(values, nan=0.0, posinf=self.high, neginf=self.low) - self.low) / (self.high - self.low)
        return np.rint(share.clip(0, 1) * 255).astype(np.uint8)


@dataclass(frozen=True)
class Answers:
    """What one column of units gave: values (example, unit), float32. kind: see `DECLARED`, or an activation's name."""

    kind: str
    values: np.ndarray

    def range(self, units: Sequence[int] | None = None) -> Range:
        """The range of these units: the kind's own where it has one, else rounded up from their largest size."""
        return declared(self.kind, self.values if units is None else self.values[:, list(units)])


def declared(kind: str, values: np.ndarray) -> Range:
    """The range of an activation: its own where it is bounded, else the next round number above the largest size."""
    if kind in DECLARED:
        return Range(*DECLARED[kind])
    finite = values[np.isfinite(values)]
    limit = rounded_up(float(np.abs(finite).max(initial=0.0)))
    return Range(0.0 if kind == "relu" else -limit, limit)


def rounded_up(size: float) -> float:
    """The next of 1, 1.2, 1.5, 2 … times a power of ten, so that a legend holds still while values move; 1 for 0."""
    if size < 1e-30:
        return 1.0
    power = 10.0 ** np.floor(np.log10(size))
    return float(f"{next((step for step in STEPS if step * power >= size * (1 - 1e-6)), 10) * power:.3g}")


def mlp(seen: Seen) -> MLP:
    """The model, when it is an MLP. Raises `Refusal`."""
    if not isinstance(seen.model, MLP):
        raise Refusal("model", f"model is {seen.experiment.architecture}; single neurons are shown for an MLP.")
    return seen.model


def network(seen: Seen) -> MLPConfig:
    """The config of the model, when it is an MLP. Raises `Refusal`."""
    mlp(seen)
    return cast(MLPConfig, seen.experiment.network)


def layers(seen: Seen) -> tuple[Hidden, ...]:
    """The configs of the hidden layers. Raises `Refusal`."""
    return network(seen).hidden


def side(seen: Seen, finest: int) -> int:
    """How many points the plane has a row: `finest`, or fewer for a model so large that it would take long."""
    size = sum(parameter.numel() for parameter in seen.model.parameters())
    return min(finest, max(16, isqrt(EFFORT // max(size, 1))))


def plane(task: Task, side: int) -> np.ndarray:
    """The centres of side × side equal cells, (cell, 2) float32, row by row from the top: y falls, x grows."""
    centres = task.low + (np.arange(side) + 0.5) * (task.high - task.low) / side
    x, y = np.meshgrid(centres, centres[::-1])
    return np.stack([x.ravel(), y.ravel()], axis=1).astype(np.float32)


@torch.no_grad()
def answers(seen: Seen, inputs: np.ndarray) -> list[Answers]:
    """The columns of the MLP on inputs (example, …): its inputs, every hidden layer, its output.

    For points the first column holds every feature there is, switched on or not.
    """
    model, examples = mlp(seen), seen.tensor(inputs)
    captures = look(model, examples)
    given = Features(get_args(Feature))(examples) if seen.task.reads == "point" else captures["seen"].value
    columns = [Answers("linear", _array(given))]
    for number, layer in enumerate(layers(seen)):
        columns.append(Answers(layer.activation, _array(captures[f"layers.{number}.value"].value)))
    return [*columns, output(seen.task, captures["output"].value)]


def output(task: Task, raw: Tensor) -> Answers:
    """What a model puts out (example, output) as it is shown.

    Two classes: tanh(z / 2), the second's probability minus the first's. More: probabilities. Numbers: as they are.
    """
    if task.answers == "numbers":
        return Answers("linear", _array(raw))
    if raw.shape[1] == 1:
        return Answers("difference", _array((raw / 2).tanh()))
    return Answers("probability", _array(raw.softmax(dim=1)))


def _array(values: Tensor) -> np.ndarray:
    return values.detach().float().cpu().numpy()


def grouped(examples: Examples, task: Task, most: int) -> tuple[np.ndarray, int, tuple[str, ...]]:
    """Examples side by side for a tile: their places in the part, row by row; the tile's columns; a name for each row.

    Classes stand below each other, equally many of each. Numbers grow row by row in a square, whose rows have no names.
    """
    if task.answers == "numbers":
        wide = min(isqrt(most), isqrt(len(examples)))
        order = np.argsort(examples.targets[:, 0], kind="stable")
        return order[np.linspace(0, len(order) - 1, wide * wide).round().astype(int)], wide, ()
    members = [np.flatnonzero(examples.targets == number) for number in range(len(task.classes))]
    present = [(name, rows) for name, rows in zip(task.classes, members, strict=True) if len(rows)]
    wide = max(1, min(most // len(present), *(len(rows) for _, rows in present)))
    return np.concatenate([rows[:wide] for _, rows in present]), wide, tuple(name for name, _ in present)


def linears(seen: Seen) -> list[nn.Linear]:
    """The weighted sums of the MLP, first layer to output."""
    return [*(layer.linear for layer in neurons(seen)), mlp(seen).answer]


def neurons(seen: Seen) -> list[Neurons]:
    """The hidden layers of the MLP."""
    return [layer for layer in mlp(seen).layers if isinstance(layer, Neurons)]


def kernels(seen: Seen, units: Sequence[int]) -> tuple[np.ndarray, list[float]]:
    """First-layer weights as pictures, uint8 (unit, row, column) from −limit to limit, and the limit of each.

    The mean over channels, where the image has several.
    """
    weights = linears(seen)[0].weight.detach().float().cpu().numpy()[list(units)]
    pictures = weights.reshape(len(units), *seen.task.input_shape).mean(axis=1)  # (unit, row, column)
    limits = [rounded_up(float(np.nan_to_num(np.abs(one)).max())) for one in pictures]
    codes = np.stack([Range(-limit, limit).codes(one) for limit, one in zip(limits, pictures, strict=True)])
    return codes, limits


def locked(seen: Seen, lock: Any) -> tuple[int, int] | None:
    """The locked unit as (layer, unit): layer 0 is the first hidden one, the last is the output. Raises `Refusal`.

    A unit the network does not have is no lock: a link may be older than the network.
    """
    if seen.task.reads in ("sequence", "pair"):
        raise Refusal("picture", "Neurons and their answers are shown for points, tables and images.")
    if lock is None:
        return None
    if not isinstance(lock, list | tuple) or len(lock) != 2 or not all(type(place) is int for place in lock):
        raise Refusal("lock", "lock is not understood; it is a layer and a unit, both counted from 0.")
    (layer, unit), units = lock, widths(seen)
    return (layer, unit) if 0 <= layer < len(units) and 0 <= unit < units[layer] else None


def widths(seen: Seen) -> list[int]:
    """How many units every hidden layer and the output have."""
    return [layer.units for layer in layers(seen)] + [seen.task.outputs]


def titled(seen: Seen, layer: int, unit: int) -> str:
    """What a unit is called: "Layer 2, unit 3", "Output", "Output, setosa"."""
    if layer < len(layers(seen)):
        return f"Layer {layer + 1}, unit {unit + 1}"
    names = output_names(seen.task)
    return f"Output, {names[unit]}" if len(names) > 1 else "Output"


def output_names(task: Task) -> tuple[str, ...]:
    """The names of a model's outputs: one for two classes, else one a class or number."""
    if task.answers == "numbers":
        return task.targets
    return task.classes if task.outputs > 1 else ("",)


def chosen(seen: Seen, point: Any = None) -> tuple[np.ndarray, int | float | None, str]:
    """The example whose numbers are worked out (1, …), its true answer, and how it is called. Raises `Refusal`."""
    if seen.task.each_step:
        raise Refusal("picture", "Units are worked out for one answer; this model answers at every step.")
    example = seen.example if point is None else {"point": point}
    try:
        inputs, target = Seen(seen.model, seen.step, seen.experiment, seen.split, example).chosen()
    except (TypeError, ValueError) as error:
        if isinstance(error, Refusal):
            raise
        raise Refusal("point", "point is not understood; it is two numbers.") from None
    if seen.task.reads == "point":
        first, second = (fixed(value) for value in inputs[0])
        return inputs, target, f"at the point {seen.task.features[0]} = {first}, {seen.task.features[1]} = {second}"
    if "pixels" in example:
        return inputs, target, "for your own image"
    part = "training" if example.get("part") == "train" else "held-out"
    truth = f", true class {seen.task.classes[int(target)]}" if seen.task.classes and target is not None else ""
    return inputs, target, f"for {part} example {int(example.get('index', 0)) + 1}{truth}"
