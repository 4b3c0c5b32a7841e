"""What a model's outputs say: probabilities of classes, or numbers in the data's units."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor

from dlplay.dataset import Split, Task
from dlplay.frame import finite
from dlplay.training import metrics


def probabilities(task: Task, outputs: Tensor) -> Tensor:
    """What `metrics.probabilities` says of a model's outputs (batch, output), as float32 (batch, class)."""
    with np.errstate(invalid="ignore"):
        return torch.from_numpy(metrics.probabilities(outputs.detach().cpu().numpy(), task)).float()


def answer(split: Split, output: Tensor, target: int | float | None) -> dict[str, Any]:
    """One answer (output,) as facts: names, values (probabilities, or numbers in the data's units), true, said.

    target: the true class, or the first true number in the model's units; None where it is not known.
    """
    task = split.task
    if task.classes:
        shares = probabilities(task, output[None])[0].tolist()
        said = int(np.argmax(shares))
        return {
            "kind": "classes",
            "names": list(task.classes),
            "values": list(map(finite, shares)),
            "said": said,
            "true": target,
        }
    numbers = output.detach().cpu().numpy()
    if split.target_scaling is not None:
        scaling = split.target_scaling
        numbers = scaling.back(numbers)
        target = None if target is None else float(target * scaling.deviation[0] + scaling.mean[0])
    return {
        "kind": "numbers",
        "names": list(task.targets),
        "values": list(map(finite, numbers.tolist())),
        "said": None,
        "true": target,
    }
