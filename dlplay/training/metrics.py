"""How well a model answers: functions of its outputs and the true answers, in numpy, float64 inside.

outputs: (example, output) as a model gives them: logits, one log-odds for two classes, or numbers.
targets: (example,) class numbers, or (example, target) numbers.
Where every step is answered both have an axis time after the first; `flat` makes an example of every step.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from dlplay.dataset import NO_ANSWER, Task

CHUNK = 256
"""Examples in one forward pass, which bounds memory and keeps the values in the processor's cache."""


def flat(outputs: np.ndarray, targets: np.ndarray, task: Task) -> tuple[np.ndarray, np.ndarray]:
    """Outputs and targets with every step that an answer is wanted for as an example of its own."""
    if not task.each_step:
        return outputs, targets
    wanted = asked(targets, task)
    return outputs[wanted], targets[wanted]


def asked(targets: np.ndarray, task: Task) -> np.ndarray:
    """At which steps an answer is wanted: (example, time) bool."""
    return targets != NO_ANSWER if task.classes else np.isfinite(targets).all(axis=-1)


def answers(model: nn.Module, inputs: Tensor) -> np.ndarray:
    """The outputs (example, …, output) of a model in evaluation mode for inputs (example, …) on its device."""
    with torch.inference_mode():
        return torch.cat([model(chunk) for chunk in inputs.split(CHUNK)]).cpu().numpy()


def probabilities(outputs: np.ndarray, task: Task) -> np.ndarray:
    """(example, class), rows sum to one: the softmax, or for one log-odds (1 − σ, σ)."""
    logits = outputs.astype(np.float64)
    if task.outputs == 1:
        logits = np.concatenate([np.zeros_like(logits), logits], axis=1)
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    return raised / raised.sum(axis=1, keepdims=True)


def loss(outputs: np.ndarray, targets: np.ndarray, task: Task) -> float:
    """The mean cross entropy in nats, or the mean squared error; without label smoothing."""
    values = outputs.astype(np.float64)
    if task.answers == "numbers":
        return float(np.mean((values - targets) ** 2))
    if task.outputs == 1:
        values = np.concatenate([np.zeros_like(values), values], axis=1)
    values = values - values.max(axis=1, keepdims=True)
    logs = np.log(np.exp(values).sum(axis=1)) - values[np.arange(len(values)), targets]
    return float(logs.mean())


def score(outputs: np.ndarray, targets: np.ndarray, task: Task) -> float:
    """Accuracy for classes, R² for numbers."""
    return r2(outputs, targets) if task.answers == "numbers" else float(np.mean(chosen(outputs, task) == targets))


def chosen(outputs: np.ndarray, task: Task) -> np.ndarray:
    """The most probable class of each example: (example,) int64."""
    return (outputs[:, 0] > 0).astype(np.int64) if task.outputs == 1 else outputs.argmax(axis=1)


def r2(outputs: np.ndarray, targets: np.ndarray) -> float:
    """1 − (squared error) / (squared deviation from the mean), averaged over targets.

    A target that never changes counts 1 where it is met exactly, else 0.
    """
    truth = targets.astype(np.float64)
    error = ((outputs - truth) ** 2).sum(axis=0)
    spread = ((truth - truth.mean(axis=0)) ** 2).sum(axis=0)
    explained = 1 - error / np.where(spread > 0, spread, 1.0)
    return float(np.where(spread > 0, explained, error == 0).mean())


def confusion(outputs: np.ndarray, targets: np.ndarray, task: Task) -> np.ndarray:
    """How often each true class (row) was taken for each class (column): (class, class) int64."""
    count = len(task.classes)
    return np.bincount(targets * count + chosen(outputs, task), minlength=count * count).reshape(count, count)


@dataclass(frozen=True)
class ClassScores:
    """Per class, each (class,): precision, recall and F1 from 0 to 1 (0 where undefined), support the true examples."""

    precision: np.ndarray
    recall: np.ndarray
    f1: np.ndarray
    support: np.ndarray


def class_scores(matrix: np.ndarray) -> ClassScores:
    """The scores of each class from a confusion matrix (true, predicted)."""
    hits, support, named = np.diag(matrix), matrix.sum(axis=1), matrix.sum(axis=0)
    return ClassScores(
        precision=hits / np.maximum(named, 1),
        recall=hits / np.maximum(support, 1),
        f1=2 * hits / np.maximum(named + support, 1),
        support=support,
    )
