"""Going on from a snapshot: whether an experiment may, and how a model takes its values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import torch
from torch import nn

from dlplay.config import Refusal
from dlplay.experiment import Experiment, as_json
from dlplay.training.settings import TrainingConfig, until


def fill(model: nn.Module, arrays: Mapping[str, np.ndarray]) -> None:
    """The model takes every parameter and buffer from the arrays of a snapshot, by name."""
    with torch.no_grad():
        for name, held in (*model.named_parameters(), *model.named_buffers()):
            held.copy_(torch.from_numpy(arrays[name]))


def check_past(then: Experiment, now: Experiment, step: int) -> None:
    """Refuse to go on with an experiment that would not have come to this snapshot by itself."""
    past, future = as_json(then), as_json(replace(now, training=until(now.training, step)))
    for part in ("architecture", "dataset", "network", "data"):
        if past[part] != future[part]:
            raise Refusal(part, f"The snapshot was made with another {part}.")
    free = {"device"} | ({"epochs"} if now.training.schedule == "constant" else set())
    for name in sorted(TrainingConfig.model_fields.keys() - free):
        before, after = past["training"][name], future["training"][name]
        if name in ("changes", "edits"):
            before, after = ([part for part in parts if part["step"] < step] for parts in (before, after))
        if before != after:
            shown = "another" if isinstance(before, list) else str(before)
            raise Refusal(name, f"{name} was {shown} up to step {step:,}, where the snapshot was made.")
