"""The patches that a model cuts an image into, and the same image with its patches in another order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import pad

from dlplay.dataset import Split, Task
from dlplay.layers.seer import Seer
from dlplay.probes.images import as_bytes, brightness


@dataclass(frozen=True)
class Cut:
    """Rows and columns of patches, each `side` pixels square, row after row.

    before: places before the first patch. alone: whether a place is told of by its own pixels alone; where
    convolutions come first it sees some of its neighbours' too.
    """

    rows: int
    columns: int
    side: int
    before: int
    alone: bool

    @property
    def count(self) -> int:
        return self.rows * self.columns

    @property
    def facts(self) -> dict[str, Any]:
        return {"rows": self.rows, "columns": self.columns, "before": self.before, "alone": self.alone}

    def shuffled(self, images: Tensor, order: np.ndarray) -> Tensor:
        """Images (batch, channel, row, column) with patch order[i] at place i; what a patch lacks is filled with zeros.

        Pixels beyond the last whole patch stay where they are.
        """
        high, wide = self.rows * self.side, self.columns * self.side
        missing = (0, max(0, wide - images.shape[3]), 0, max(0, high - images.shape[2]))
        found = pad(images, missing).clone()
        batch, channels = found.shape[:2]
        parts = found[:, :, :high, :wide].reshape(batch, channels, self.rows, self.side, self.columns, self.side)
        parts = parts.permute(2, 4, 0, 1, 3, 5).flatten(0, 1)  # (patch, batch, channel, row, column)
        parts = parts[torch.from_numpy(order).to(images.device)].unflatten(0, (self.rows, self.columns))
        found[:, :, :high, :wide] = parts.permute(2, 3, 0, 4, 1, 5).reshape(batch, channels, high, wide)
        return found

    def seen(self, split: Split, given: Tensor, order: np.ndarray) -> dict[str, Tensor]:
        """The image as it stands and shuffled, (channel, row, column) as bytes."""
        ends = brightness(split)
        both = {"image": given, "shuffled": self.shuffled(given, order)}
        return {name: torch.from_numpy(as_bytes(one[0].cpu().numpy(), ends)) for name, one in both.items()}


def cut(model: nn.Module, task: Task, places: int) -> Cut | None:
    """How a model cuts the one image it reads, so many places in all; None where it reads something else."""
    if not isinstance(model, Seer) or task.reads != "image":
        return None
    rows, columns = model.grid
    steps = [one.stride for one in model.embedding.modules() if isinstance(one, nn.Conv2d | nn.MaxPool2d)]
    side = int(np.prod([step[0] if isinstance(step, tuple) else step for step in steps]))
    return Cut(rows, columns, side, places - rows * columns, len(steps) == 1)


def cosines(table: Tensor) -> Tensor:
    """The cosine between any two rows of a table (place, unit): (place, place), 0 where a row is 0."""
    unit = table / table.norm(dim=1, keepdim=True).clamp(min=1e-9)
    return unit @ unit.T


def apart(table: Tensor, grid: Cut) -> Tensor:
    """The cosine between what any two patches' places (place, unit) have beyond the mean of all: (patch, patch)."""
    patches = table[grid.before :]
    return cosines(patches - patches.mean(dim=0))


def nearness(values: Tensor, grid: Cut) -> dict[str, float] | None:
    """The mean similarity (patch, patch) of patches side by side, above and below counted too, and of all others."""
    numbers = torch.arange(grid.count)
    row, column = numbers // grid.columns, numbers % grid.columns
    steps = (row[:, None] - row).abs() + (column[:, None] - column).abs()
    beside, others = values[steps == 1], values[steps > 1]
    if not len(beside) or not len(others):
        return None
    return {"beside": beside.mean().item(), "others": others.mean().item()}
