"""How a network with more than one organ sees an image: rounds of convolution, rectifier and pool. No torch here."""

from __future__ import annotations

from collections.abc import Sequence

from dlplay.layers.fields import PIXEL, fields
from dlplay.layers.records import Act, Conv, Layer, MaxPool
from dlplay.layers.shapes import Shape, trace


def stem(rounds: int, channels: int, shape: Shape) -> tuple[Layer, ...]:
    """So many rounds for an image (channel, row, column), the first with so many channels, each with twice as many.

    A round ends in a pool of 2 × 2 cells while there are that many, so every number of rounds suits every image.
    """
    layers: tuple[Layer, ...] = ()
    for number in range(rounds):
        layers += (Conv(channels=channels * 2**number, padding=1), Act())
        if min(trace(layers, shape)[-1][1:]) >= 2:
            layers += (MaxPool(),)
    return layers


def pitch(layers: Sequence[Layer]) -> int:
    """Pixels from one cell of the last maps to the next. The first cell looks out from the first so many pixels."""
    last = (fields(layers) or [PIXEL])[-1]
    return 1 if last is None else last.stride
