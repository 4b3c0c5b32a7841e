"""A picture as regions to look at: each cell of the last maps is a vector of what is seen there, and of where it is."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from dlplay.layers.shapes import Shape, trace
from dlplay.layers.stack import stack
from dlplay.layers.stem import pitch, stem
from dlplay.layers.writer import Encoder
from dlplay.pixels import BRIGHTEST
from dlplay.tap import Tap

DEVIATION = 0.1
"""Of the vectors that tell where a region is, at first."""


class Regions(Encoder):
    """Pictures (batch, channel × row × column) int64, 0 to 255, to regions (batch, key, unit), row after row.

    grid: rows and columns of regions. stride: pixels from one region to the next. placed: a learnt vector for each
    region is added to it.
    """

    def __init__(self, picture: Shape, *, convolutions: int, channels: int, placed: bool = True):
        super().__init__()
        self.picture = picture
        records = stem(convolutions, channels, picture)
        self.layers = stack(records, picture)
        self.width, rows, columns = trace(records, picture)[-1]
        self.grid, self.stride = (rows, columns), pitch(records)
        self.places = nn.Parameter(torch.randn(rows * columns, self.width) * DEVIATION) if placed else None
        self.regions = Tap("batch key unit")

    def forward(self, source: Tensor) -> Tensor:
        x = source.unflatten(1, self.picture) / BRIGHTEST  # (batch, channel, row, column)
        for layer in self.layers:
            x = layer(x)
        x = x.flatten(2).transpose(1, 2)  # (batch, key, channel)
        return self.regions(x if self.places is None else x + self.places)


def eyes(model: nn.Module) -> Regions | None:
    """What of a model sees a picture as regions, none where nothing does."""
    return next((module for module in model.modules() if isinstance(module, Regions)), None)
