"""How a network with more than one organ sees an image: rounds of convolution, rectifier and pool. No torch here."""

from __future__ import annotations

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
