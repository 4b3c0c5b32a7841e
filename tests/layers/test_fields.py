"""Theoretical receptive fields agree with the published tables and with Araujo's formula."""

from __future__ import annotations

import pytest

from dlplay.layers.fields import Field, fields, inner
from dlplay.layers.records import Act, AvgPool, BatchNorm, Conv, Dense, Flatten, GlobalPool, MaxPool, Residual

LENET = [
    (Conv(channels=6, kernel=5), (5, 1, 0)),
    (AvgPool(), (6, 2, 0)),
    (Conv(channels=16, kernel=5), (14, 2, 0)),
    (AvgPool(), (16, 4, 0)),
    (Conv(channels=120, kernel=5), (32, 4, 0)),  # C5: over 5×5 maps, so the dense layer of the modern form
]
ALEXNET_2012 = [
    (Conv(kernel=11, stride=4), (11, 4, 0)),
    (MaxPool(kernel=3), (19, 8, 0)),
    (Conv(kernel=5, padding=2), (51, 8, 16)),
    (MaxPool(kernel=3), (67, 16, 16)),
    (Conv(padding=1), (99, 16, 32)),
    (Conv(padding=1), (131, 16, 48)),
    (Conv(padding=1), (163, 16, 64)),
    (MaxPool(kernel=3), (195, 32, 64)),
]
ALEXNET_TORCHVISION = [
    (Conv(kernel=11, stride=4, padding=2), (11, 4, 2)),
    (MaxPool(kernel=3), (19, 8, 2)),
    (Conv(kernel=5, padding=2), (51, 8, 18)),
    (MaxPool(kernel=3), (67, 16, 18)),
    (Conv(padding=1), (99, 16, 34)),
    (Conv(padding=1), (131, 16, 50)),
    (Conv(padding=1), (163, 16, 66)),
    (MaxPool(kernel=3), (195, 32, 66)),
]
VGG_16_FIGURES = [
    (3, 1, 1), (5, 1, 2), (6, 2, 2), (10, 2, 4), (14, 2, 6), (16, 4, 6), (24, 4, 10), (32, 4, 14), (40, 4, 18),
    (44, 8, 18), (60, 8, 26), (76, 8, 34), (92, 8, 42), (100, 16, 42), (132, 16, 58), (164, 16, 74), (196, 16, 90),
    (212, 32, 90),
]  # fmt: skip
VGG_16 = list(
    zip([Conv(padding=1) if sign == "c" else MaxPool() for sign in "ccpccpcccpcccpcccp"], VGG_16_FIGURES, strict=True)
)


TABLES = {"LeNet-5": LENET, "AlexNet": ALEXNET_2012, "AlexNet (torchvision)": ALEXNET_TORCHVISION, "VGG-16": VGG_16}


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_published_tables(table):
    layers = [layer for layer, _ in table]
    assert fields(layers) == [Field(*row) for _, row in table]


def test_two_3x3_see_5x5_and_dilation_spreads():
    assert fields([Conv(), Conv()])[-1].size == 5
    assert fields([Conv(dilation=3)])[0].size == 7


def test_value_by_value_layers_change_nothing():
    before, norm, act = fields([Conv(kernel=5, stride=2), BatchNorm(), Act()])
    assert before == norm == act


def test_everything_is_seen_from_the_first_mixing_layer_on():
    assert fields([Conv(), Flatten(), Dense(), Act()])[1:] == [None, None, None]
    assert fields([Conv(), GlobalPool()])[-1] is None


def test_a_residual_block_sees_what_its_longest_path_sees():
    block = Residual(kernel=3, stride=2)
    through = fields([Conv(padding=1, stride=2), Conv(padding=1)])
    assert [inner(block, Field(1, 1, 0)), fields([block])[0]] == through


def test_same_padding_of_an_even_kernel_puts_the_odd_zero_last():
    assert fields([Conv(kernel=4, padding="same")])[0] == Field(4, 1, 1)
    assert fields([Conv(kernel=2, dilation=3, padding="same")])[0] == Field(4, 1, 1)
