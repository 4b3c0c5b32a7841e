"""From an image cut into parts through a Transformer to one answer: what the Transformers that see have in common."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from dlplay.dataset import Task
from dlplay.layers.block import NORMS, block
from dlplay.layers.positions import positions
from dlplay.layers.seeing import SeeingConfig
from dlplay.tap import Tap

DEVIATION = 0.02
"""Of learned positions at first, as in the published code of Dosovitskiy et al. 2021, and of the class token."""


class Seer(nn.Module):
    """Images (batch, channel, row, column) to one answer each (batch, output).

    embedding: cuts images into parts (batch, unit, row, column), `grid` rows and columns of them. Where a class token
    is wanted it stands before the first of them. stride: pixels from one part to the next. region: what one is called.
    """

    region = "region"

    def __init__(self, config: SeeingConfig, task: Task, embedding: nn.Module, grid: tuple[int, int], stride: int):
        super().__init__()
        self.embedding = embedding
        self.grid, self.stride = grid, stride
        first = config.answer_from == "class"
        self.class_token = nn.Parameter(torch.randn(config.width) * DEVIATION) if first else None
        self.positions = positions(
            config.positions,
            width=config.width,
            heads=config.heads,
            head_width=config.head_width,
            longest=grid[0] * grid[1] + first,
            causal=False,
            deviation=DEVIATION,
        )
        self.seen = Tap("batch time unit")
        self.dropout = nn.Dropout(config.dropout) if config.dropout else nn.Identity()
        self.begins = Tap("batch time unit")
        self.blocks = nn.ModuleList(block(config) for _ in range(config.layers))
        before = config.norm == "before"  # else every block ends in one
        self.norm = NORMS[config.normalise](config.width, eps=config.epsilon) if before else nn.Identity()
        self.answer = nn.Linear(config.width, task.outputs)
        self.output = Tap("batch class" if task.classes else "batch unit")

    def forward(self, images: Tensor) -> Tensor:
        return self.output(self.answered(self.stream(images), images))  # (batch, output)

    def stream(self, images: Tensor) -> Tensor:
        """The stream behind the last block (batch, time, unit), not yet normed; a class token stands first."""
        x = self.embedding(images).flatten(2).transpose(1, 2)  # (batch, time, unit)
        if self.class_token is not None:
            x = torch.cat([self.class_token.expand(len(x), 1, -1), x], dim=1)  # (batch, 1 + time, unit)
        x = self.begins(self.dropout(self.positions(self.seen(x))))
        for layer in self.blocks:
            x = layer(x)
        return x

    def answered(self, stream: Tensor, _: Tensor) -> Tensor:
        """What it answers (batch, output) to images if the last block gives this stream (batch, time, unit)."""
        x = self.norm(stream)
        return self.answer(x.mean(dim=1) if self.class_token is None else x[:, 0])
