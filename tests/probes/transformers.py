"""Small untrained Transformers beside their data, ready to be looked at."""

from __future__ import annotations

from typing import Any

import torch

from dlplay.dataset import load
from dlplay.experiment import experiment
from dlplay.probes.seen import Seen

SMALL = {"layers": 2, "heads": 2, "head_width": 4, "feed_forward": 16}
MODELS = (("encoder", "tagging"), ("encoder", "brackets"), ("decoder", "names"), ("transformer", "reverse"))
"""Architectures with data of each kind they read."""


def seen(model: str, data: str, example: dict[str, Any] | None = None, data_config: Any = None, **network: Any) -> Seen:
    """The model after no step, called step 7."""
    value = experiment(model, data, {**SMALL, **network}, data_config)
    torch.manual_seed(3)
    built = value.model.build(value.network, value.task).eval()
    return Seen(built, 7, value, load(value.dataset, value.data), example or {})
