"""Gradient through time: how strongly the state of every step moves the loss of a later one."""

from __future__ import annotations

import copy
import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from dlplay.config import Refusal
from dlplay.dataset import Task
from dlplay.layers.recurrent import nudged
from dlplay.probes.asked import Nth
from dlplay.probes.seen import Frame, Seen
from dlplay.training.metrics import asked
from dlplay.training.objective import goal, objective

LEVEL = 0.02
"""A factor this near to one is level."""
TINY = 1e-6
"""What the sentence counts the steps to."""
UNEVEN = math.log(3)
"""Root mean square distance of the log norms from their line at which a factor holds on average only."""


def picture(seen: Seen, at: Nth | None = None, lock: Nth | None = None, layer: Nth = 0) -> Frame:
    """The norm of ∂loss/∂state at every step of the chosen example, for every layer, direction and carried state.

    at: the step whose loss it is, where every step is answered: the nearest before it that an answer is wanted for,
    the last one by default. lock: a step that is locked, layer: the one looked at, both as they were
    given. Computed in float64, so that what a float32 would round to zero is still seen.

    Facts: labels (tokens read, none for numbers), count (steps read), at (none where the whole has one answer), locked,
    layer, asked (steps whose loss can be chosen), loss, true (false where the model's own best answer stands for a
    missing one), paths, one for each row of the array: layer, direction, state, from (the step its way back begins at)
    and what `decay` says. Array: logs (path, time), the logarithm to base 10 of the norm, −inf where it is exactly 0.
    Raises `Refusal` for a model that carries no state and for an example without an answer.
    """
    task = seen.task
    if task.reads != "sequence":
        raise Refusal("picture", "A gradient through time is shown where one sequence is read.")
    inputs, target = seen.chosen()
    count = int((inputs != 0).sum()) if task.tokens else inputs.shape[1]
    model, tensor = exact(seen.model), seen.tensor(inputs)
    targets = None if target is None else np.asarray(target)[None]
    if targets is not None and not task.each_step and task.answers == "numbers":
        targets = seen.part(str(seen.example.get("part", "held-out"))).targets[[int(seen.example.get("index", 0))]]
    steps = (
        list(range(count))
        if targets is None
        else np.nonzero(asked(targets, task)[0])[0].tolist()
        if task.each_step
        else []
    )
    place = None
    if task.each_step:
        if not steps:
            raise Refusal("example", "This example has no step that an answer is wanted for.")
        place = max((step for step in steps if at is None or step <= at), default=steps[0])
    norms, loss = through_time(model, tensor, targets, task, place)
    paths, rows = [], []
    for name, norm in norms.items():
        number, direction, state = name.split(".")[-3:]
        back = direction == "back"
        begin = place if place is not None else (0 if back else count - 1)
        row = norm[:count]
        before = row[begin + 1 :] if back else row[:begin][::-1]  # one step before the loss first
        told = {"layer": int(number), "direction": direction, "state": state, "from": begin}
        paths.append(told | decay(before).told())
        rows.append(row)
    with np.errstate(divide="ignore"):
        logs = np.log10(np.stack(rows))
    facts = {
        "step": seen.step,
        "labels": [task.tokens[number] for number in inputs[0, :count]] if task.tokens else None,
        "count": count,
        "at": place,
        "locked": lock,
        "layer": layer,
        "asked": steps,
        "loss": loss if math.isfinite(loss) else None,
        "true": targets is not None,
        "paths": paths,
    }
    return facts, {"logs": logs}


def exact(model: nn.Module) -> nn.Module:
    """A copy of the model in float64."""
    return copy.deepcopy(model).double()


def through_time(
    model: nn.Module, inputs: Tensor, targets: np.ndarray | None, task: Task, place: int | None
) -> tuple[dict[str, np.ndarray], float]:
    """The norm of ∂loss/∂state by state, each (time,), top layer last; and the loss.

    inputs: one example (1, time, …). targets: (1, …) as the data holds it; None: the model's own best class.
    place: the step whose loss it is, where every step is answered.
    """
    inputs = inputs.double() if inputs.is_floating_point() else inputs
    with torch.enable_grad(), nudged(model) as nudges:
        outputs = model(inputs)
    if not nudges:
        raise Refusal("picture", "This model carries no state from step to step.")
    wanted = _own(outputs, task) if targets is None else goal(targets, task).to(outputs.device)
    if place is not None:
        outputs, wanted = outputs[:, place : place + 1], wanted[:, place : place + 1]
    wanted = wanted.double() if wanted.is_floating_point() else wanted
    loss = objective(task)(outputs, wanted, 0.0)
    found = torch.autograd.grad(loss, list(nudges.values()), allow_unused=True, materialize_grads=True)
    norms = {name: gradient[0].norm(dim=-1).cpu().numpy() for name, gradient in zip(nudges, found, strict=True)}
    return norms, loss.item()


def _own(outputs: Tensor, task: Task) -> Tensor:
    """The class the model finds most probable, as a target."""
    if not task.classes:
        raise Refusal("example", "This example has no answer that a loss could be measured against.")
    return (outputs[..., 0] > 0).double() if task.outputs == 1 else outputs.argmax(dim=-1)


@dataclass(frozen=True)
class Decay:
    """How a norm changes from step to step on its way back.

    factor: for one step; None where fewer than two norms are above zero. start: the line's logarithm to base 10 one
    step before the loss. steady: whether the norms lie near the line. steps: norms there are; zeros: those of them
    that are exactly 0.
    """

    factor: float | None
    start: float | None
    steady: bool
    steps: int
    zeros: int

    @property
    def sentence(self) -> str:
        if self.steps == 0:
            return "has no step before this loss to go back to"
        if self.zeros == self.steps:
            return "is exactly 0 at every step before the loss: nothing flows back"
        words = self._words()
        return f"{words}; exactly 0 at {self.zeros} of {self.steps} steps" if self.zeros else words

    def told(self) -> dict[str, Any]:
        """All of it as facts."""
        return {
            "factor": self.factor,
            "start": self.start,
            "steady": self.steady,
            "zeros": self.zeros,
            "sentence": self.sentence,
        }

    def _words(self) -> str:
        if self.factor is None:
            return "has too few steps to tell how it changes"
        average = "" if self.steady else " on average"
        share = f"{100 * self.factor:.3g} %"
        if abs(self.factor - 1) <= LEVEL:
            return f"stays level: {share} each step{average}"
        steps = math.ceil(abs(math.log(TINY) / math.log(self.factor)) - 1e-9)
        if self.factor < 1:
            return f"shrinks to {share} each step{average}: 10⁻⁶ after {_steps(steps)}"
        return f"grows to {share} each step{average}: 10⁶ after {_steps(steps)}"


def decay(norms: np.ndarray) -> Decay:
    """The factor per step of norms (step,), that of one step before the loss first.

    A straight line is laid through the logarithms by least squares, with every step the same weight; its slope is the
    logarithm of the factor. Norms that are exactly 0 have no logarithm and are left out and counted; so
    are those too large for a number, uncounted. The loss's own
    step is no part of it: its state reaches the loss without going through time.
    """
    there = np.nonzero(np.isfinite(norms) & (norms > 0))[0]
    zeros = int((norms == 0).sum())
    if len(there) < 2:
        return Decay(None, None, True, len(norms), zeros)
    logs = np.log(norms[there])
    slope, start = np.polyfit(there, logs, 1)
    rest = float(np.sqrt(np.mean((logs - start - slope * there) ** 2)))
    factor = float(np.exp(np.clip(slope, -700, 700)))
    return Decay(factor, float(start / math.log(10)), rest <= UNEVEN, len(norms), zeros)


def _steps(count: int) -> str:
    return f"{count:,} step{'' if count == 1 else 's'}"
