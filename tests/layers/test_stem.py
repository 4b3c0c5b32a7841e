"""Rounds of convolution and pool suit every image."""

from __future__ import annotations

import pytest
import torch

from dlplay.layers.shapes import trace
from dlplay.layers.stack import stack
from dlplay.layers.stem import pitch, stem


@pytest.mark.parametrize("rounds", [1, 2, 3, 4])
@pytest.mark.parametrize("shape", [(1, 8, 8), (3, 24, 24), (1, 5, 9), (2, 1, 1)])
def test_every_round_doubles_channels_and_halves_sides_down_to_one_cell(
    rounds: int, shape: tuple[int, int, int]
) -> None:
    layers = stem(rounds, 4, shape)
    rows, columns = shape[1:]
    for _ in range(rounds):
        if min(rows, columns) >= 2:
            rows, columns = rows // 2, columns // 2
    assert trace(layers, shape)[-1] == (4 * 2 ** (rounds - 1), rows, columns)
    x = torch.randn(2, *shape)
    for layer in stack(layers, shape):
        x = layer(x)
    assert x.shape[1:] == trace(layers, shape)[-1]


@pytest.mark.parametrize("rounds", [1, 2, 3])
def test_cells_stand_so_many_pixels_apart(rounds: int) -> None:
    shape = (1, 24, 24)
    layers = stem(rounds, 2, shape)
    assert pitch(layers) == 2**rounds
    x = torch.zeros(1, *shape, requires_grad=True)
    y = x
    for layer in stack(layers, shape):
        with torch.no_grad():
            for parameter in layer.parameters():
                parameter.fill_(1.0)
        y = layer(y + 1)
    y[0, :, 1, 2].sum().backward()
    moved = x.grad[0, 0].nonzero()
    middle = (moved.min(dim=0).values + moved.max(dim=0).values + 1) / 2
    assert (middle // pitch(layers)).tolist() == [1, 2]
