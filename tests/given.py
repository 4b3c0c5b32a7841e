"""Inputs and targets that suit a task, for tests of any model: drawn, not loaded."""

from __future__ import annotations

import torch
from torch import Tensor

from dlplay.dataset import BEGIN, Task
from dlplay.training.objective import goal


def inputs_for(task: Task, count: int, seed: int = 0) -> Tensor:
    """(count, …): normally distributed numbers, tokens of every length with padding behind, or pixels and those."""
    random = torch.Generator().manual_seed(seed)
    if not task.whole:
        return torch.randn(count, *task.input_shape, generator=random)
    (time,) = task.input_shape
    if task.picture is None:
        source = _tokens(count, task.source or time, 1, len(task.tokens), random)
    else:
        source = torch.randint(0, 256, (count, task.source), generator=random)
    if not task.source:
        return source
    begin = task.classes.index(BEGIN)
    target = _tokens(count, time - task.source - 1, begin + 1, len(task.classes), random)
    return torch.cat([source, torch.full((count, 1), begin), target], dim=1)


def targets_for(task: Task, count: int) -> Tensor:
    """As the objective wants them, different from example to example and from step to step."""
    shape = (count, *task.output_shape[:-1])
    if task.classes:
        return goal((torch.arange(torch.Size(shape).numel()) % len(task.classes)).reshape(shape).numpy(), task)
    shape = (*shape, len(task.targets))
    return torch.linspace(-1, 1, torch.Size(shape).numel()).reshape(shape)


def _tokens(count: int, time: int, low: int, high: int, random: torch.Generator) -> Tensor:
    """Rows of 1 to `time` tokens from `low` up to below `high`, then 0; the first row is full."""
    lengths = torch.randint(1, time + 1, (count,), generator=random)
    lengths[0] = time
    drawn = torch.randint(low, high, (count, time), generator=random)
    return drawn.masked_fill(torch.arange(time) >= lengths[:, None], 0)
