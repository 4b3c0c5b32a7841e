"""What is said when a run stops being numbers: how it got there, what broke first, what to try."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain
from typing import Any

import torch
from torch import Tensor, nn

from dlplay.experiment import Experiment, as_json
from dlplay.numerals import short
from dlplay.tap import listening
from dlplay.training.events import Diagnosis
from dlplay.training.settings import MOST_CHANGES, TrainingConfig, changed, in_force, until

CALMER = 10
"""What the learning rate, or the largest gradient, is divided by in a remedy."""


def diverged(
    experiment: Experiment,
    step: int,
    stay: int,
    losses: Sequence[float],
    value: float,
    broken: str,
    kept: Sequence[int],
) -> Diagnosis:
    """The diagnosis of a run whose step number `step` could not be taken, and which went back to `stay` steps.

    losses: the finite losses of the steps before it, at least the recent ones. value: what came then, inf or NaN.
    broken: what was not finite first, from `first_broken`. kept: the steps with snapshots.
    """
    calm = _calm(losses)
    measured_with = step - 1 - (len(losses) - calm)
    back = max((kept_step for kept_step in kept if kept_step <= max(measured_with, 0)), default=None)
    sentences = [_grown(losses, calm, value), f"Broken first: {broken}."]
    if stay:
        sentences.append(f"The weights after step {stay:,} are still numbers and stay.")
    return Diagnosis(
        step=step,
        kind="diverged",
        title=f"Diverged at step {step:,}",
        sentence=" ".join(sentences),
        back_to=back,
        remedies=tuple(_remedies(experiment, in_force(experiment.training, step - 1), back or 0)),
    )


def first_broken(model: nn.Module, inputs: Tensor) -> str:
    """In words, what holds inf or NaN first: parameters and buffers, then the taps in their order of use."""
    for name, held in chain(model.named_parameters(), model.named_buffers()):
        if not held.isfinite().all():
            return in_words(name)
    with torch.no_grad(), listening(model) as captures:
        model(inputs)
    for name, capture in captures.items():
        if not capture.value.isfinite().all():
            return in_words(name)
    return "the loss, from answers that are still numbers"


RECURRENT = {
    "weight_ih_l0": "input weights",
    "weight_hh_l0": "recurrent weights",
    "bias_ih_l0": "input bias",
    "bias_hh_l0": "recurrent bias",
    "hidden": "hidden state",
    "cell": "cell state",
}
"""What torch's recurrent kernels call their parameters, and what they carry, in words."""


def in_words(name: str) -> str:
    """The name of a parameter or a tap as a visitor reads it: "layers.1.linear.weight" is "the weight of layer 2"."""
    words: list[str] = []
    for part in name.split("."):
        if part.isdigit():
            last = words.pop() if words else "part"
            words.append(f"{last.removesuffix('s')} {int(part) + 1}")
        elif part == "back":
            words.append("the way back")
        elif part not in ("operation", "linear", "there", "fused"):
            words.append(f"the {RECURRENT.get(part, part.replace('_', ' '))}")
    words = [word.removeprefix("the ") if word[-1].isdigit() else word for word in words]
    return " of ".join(reversed(words))


def _calm(losses: Sequence[float]) -> int:
    """Where the loss was last near its lowest, within twice of it; 0 where there is none."""
    limit = 2 * min(losses, default=0.0)
    return max((place for place, loss in enumerate(losses) if loss <= limit), default=0)


def _grown(losses: Sequence[float], calm: int, value: float) -> str:
    end = "stopped being a number" if value != value else "grew past the largest number"
    if not losses:
        return "The very first loss is not a finite number."
    if losses[-1] <= losses[calm]:
        return f"The loss was {short(losses[-1], 3)}, then {end}."
    steps = len(losses) - 1 - calm
    span = f"{steps:,} steps" if steps > 1 else "one step"
    return f"The loss grew from {short(losses[calm], 3)} to {short(losses[-1], 3)} in {span}, then {end}."


def _remedies(experiment: Experiment, now: TrainingConfig, back: int) -> list[tuple[str, dict[str, Any]]]:
    """Ways on from step `back`, each the same run until there: its curve is that of the new experiment from step 0.

    now: the settings it diverged with.
    """
    training = until(experiment.training, back)
    if len(training.changes) >= MOST_CHANGES:
        return []
    start = f"Back to step {back:,}" if back else "Start again"
    clip = now.clip / CALMER if now.clip else 1.0
    found = []
    if now.rate / CALMER >= 1e-5:
        rate = float(f"{now.rate / CALMER:.3g}")
        found.append((f"{start}, rate {short(rate)}", _from(training, back, rate=rate)))
    if clip >= 0.001:
        found.append((f"{start}, clip gradients at {short(clip)}", _from(training, back, clip=clip)))
    return [(label, as_json(replace(experiment, training=settings))) for label, settings in found]


def _from(training: TrainingConfig, back: int, **values: float) -> TrainingConfig:
    """Changed at `back`; at the very beginning that is simply another setting to start with."""
    if back or training.changes or training.edits:
        return changed(training, back, **values)
    return training.but(**values)
