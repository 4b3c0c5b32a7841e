"""An untrained MLP beside its data, ready to be looked at, and the data sets it reads."""

from __future__ import annotations

from typing import Any

import torch

from dlplay.architecture import architecture
from dlplay.dataset import datasets, load
from dlplay.experiment import experiment
from dlplay.probes.seen import Seen

READ = [
    name for name, record in datasets().items() if not record.download and record.gives in architecture("mlp").reads
]
SMALL = ({"units": 3}, {"units": 2})


def seen(
    data: str = "circle",
    hidden: Any = SMALL,
    example: Any = None,
    *,
    data_config: Any = None,
    **network: Any,
) -> Seen:
    """The model after no step, called step 7."""
    value = experiment("mlp", data, {"hidden": list(hidden), **network}, data_config)
    torch.manual_seed(3)
    model = value.model.build(value.network, value.task).eval()
    return Seen(model, 7, value, load(value.dataset, value.data), example or {})
