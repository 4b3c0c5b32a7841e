"""A stack of layer records as one module: each layer with a tap on what it gives."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor, nn

from dlplay.config import Config
from dlplay.layers.activation import activation
from dlplay.layers.records import (
    Act,
    AvgPool,
    BatchNorm,
    Conv,
    Dense,
    Dropout,
    Flatten,
    GlobalPool,
    MaxPool,
    Residual,
)
from dlplay.layers.shapes import Shape, trace
from dlplay.tap import Tap

MAPS, ROW = "batch channel row column", "batch unit"


class Stacked(nn.Module):
    """One layer of a stack: the operation, and a tap on its output."""

    def __init__(self, record: Config, before: Shape, after: Shape):
        super().__init__()
        self.operation = operation(record, before)
        self.value = Tap(MAPS if len(after) == 3 else ROW)

    def forward(self, x: Tensor) -> Tensor:
        return self.value(self.operation(x))


class ResidualBlock(nn.Module):
    """x + F(x), F two convolutions with batch norm, ReLU between and after (He et al. 2015, figure 2, section 3.3)."""

    def __init__(self, record: Residual, channels: int):
        super().__init__()
        width, kernel, padding = record.channels, record.kernel, (record.kernel - 1) // 2
        self.first = nn.Conv2d(channels, width, kernel, record.stride, padding, bias=False)
        self.first_norm = nn.BatchNorm2d(width)
        self.inner = Tap(MAPS)
        self.second = nn.Conv2d(width, width, kernel, 1, padding, bias=False)
        self.second_norm = nn.BatchNorm2d(width)
        self.branch = Tap(MAPS)
        self.shortcut = self._shortcut(record, channels)
        self.relu = nn.ReLU()

    @staticmethod
    def _shortcut(record: Residual, channels: int) -> nn.Module | None:
        if not record.skip:
            return None
        if channels == record.channels and record.stride == 1:
            return nn.Identity()
        projection = nn.Conv2d(channels, record.channels, 1, record.stride, bias=False)
        return nn.Sequential(projection, nn.BatchNorm2d(record.channels))

    def forward(self, x: Tensor) -> Tensor:
        inner = self.inner(self.relu(self.first_norm(self.first(x))))
        branch = self.branch(self.second_norm(self.second(inner)))
        return self.relu(branch if self.shortcut is None else branch + self.shortcut(x))


class MeanOfMaps(nn.Module):
    """Global average pooling (Lin et al., Network in Network, 2013): one mean a map."""

    def forward(self, maps: Tensor) -> Tensor:
        return maps.mean(dim=(2, 3))  # (batch, channel)


class LargestOfMaps(nn.Module):
    """Global max pooling: the largest value of each map."""

    def forward(self, maps: Tensor) -> Tensor:
        return maps.amax(dim=(2, 3))  # (batch, channel)


def stack(records: Sequence[Config], shape: Shape) -> nn.ModuleList:
    """The layers of a stack, for inputs of this shape (without batch). Raises `Misfit`."""
    shapes = trace(records, shape)
    return nn.ModuleList(map(Stacked, records, [shape, *shapes], shapes))


def operation(record: Config, shape: Shape) -> nn.Module:
    """The module of one record, for inputs of this shape (without batch)."""
    match record:
        case Conv():
            return nn.Conv2d(
                shape[0],
                record.channels,
                record.kernel,
                record.stride,
                record.padding,
                record.dilation,
                record.groups,
                record.bias,
            )
        case MaxPool():
            return nn.MaxPool2d(record.kernel, record.stride, record.padding)
        case AvgPool():
            return nn.AvgPool2d(record.kernel, record.stride, record.padding)
        case GlobalPool():
            return MeanOfMaps() if record.how == "mean" else LargestOfMaps()
        case BatchNorm():
            return nn.BatchNorm2d(shape[0]) if len(shape) == 3 else nn.BatchNorm1d(shape[0])
        case Dropout():
            return nn.Dropout(record.share)
        case Act():
            return activation(record.activation)
        case Residual():
            return ResidualBlock(record, shape[0])
        case Flatten():
            return nn.Flatten()
        case Dense():
            return nn.Linear(shape[0], record.units)
    raise TypeError(f"{type(record).__name__} is no layer of a stack")
