"""What a run makes smaller: the mean over a batch of what a task counts as wrong."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy, mse_loss

from dlplay.dataset import NO_ANSWER, Task

Objective = Callable[[Tensor, Tensor, float], Tensor]


def objective(task: Task) -> Objective:
    """The loss of (outputs (batch, output), targets, label smoothing), a scalar.

    Classes: cross entropy of the softmax; two classes: of the sigmoid of one log-odds; numbers: mean squared error.
    Where every step is answered it is the mean over all steps that an answer is wanted for.
    Smoothing by s trains towards (1 − s) · target + s / classes (Szegedy et al. 2015, section 7).
    """
    if task.answers == "numbers":
        whole: Objective = lambda outputs, targets, smoothing: mse_loss(outputs, targets)  # noqa: E731
    else:
        whole = _two_classes if task.outputs == 1 else _classes
    return _each_step(whole, task) if task.each_step else whole


def _each_step(whole: Objective, task: Task) -> Objective:
    """The same over steps as if each were an example: outputs (batch, time, output), targets (batch, time, …)."""

    def loss(outputs: Tensor, targets: Tensor, smoothing: float) -> Tensor:
        outputs, targets = outputs.flatten(0, 1), targets.flatten(0, 1)  # (batch × time, …)
        asked = targets[:, 0].isfinite() if task.answers == "numbers" else targets != NO_ANSWER
        return whole(outputs[asked], targets[asked], smoothing)

    return loss


def given(inputs: np.ndarray) -> Tensor:
    """Inputs as a model wants them: float32, or int64 where they are tokens, laid out afresh.

    An axis of length one may carry any stride, and strides choose torch's kernel, and so the last bit of a result.
    """
    plain = np.require(inputs, np.int64 if inputs.dtype.kind == "i" else np.float32, ["C", "W"])
    return torch.from_numpy(plain.reshape(-1)).view(plain.shape)


def goal(targets: np.ndarray, task: Task) -> Tensor:
    """Targets as the objective wants them: float32 for numbers and for one log-odds, else class numbers."""
    whole = task.answers == "classes" and task.outputs > 1
    return torch.from_numpy(np.require(targets, np.int64 if whole else np.float32, ["C", "W"]))


def _classes(outputs: Tensor, targets: Tensor, smoothing: float) -> Tensor:
    return cross_entropy(outputs, targets, label_smoothing=smoothing)


def _two_classes(outputs: Tensor, targets: Tensor, smoothing: float) -> Tensor:
    if smoothing:
        targets = targets * (1 - smoothing) + smoothing / 2
    return binary_cross_entropy_with_logits(outputs.squeeze(1), targets)
