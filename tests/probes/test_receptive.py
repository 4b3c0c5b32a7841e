"""Receptive fields: gradients live exactly inside the frame, and spread as the theory says."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from torch import nn

from dlplay.layers.records import Act, AvgPool, Conv, MaxPool, Residual
from dlplay.probes.places import places
from dlplay.probes.receptive import effective, frame, growth
from dlplay.tap import look
from tests.probes.stacks import seen, stacks


def shapes(value, image):
    with torch.no_grad():
        captures = look(value.model, value.tensor(image))
    return {name: tuple(capture.value.shape[1:]) for name, capture in captures.items()}


def outside(heat, box):
    mask = np.ones_like(heat, dtype=bool)
    mask[max(box.top, 0) : box.bottom, max(box.left, 0) : box.right] = False
    return heat[mask]


def inside(heat, box):
    return heat[max(box.top, 0) : box.bottom, max(box.left, 0) : box.right]


@settings(max_examples=40, deadline=None)
@given(stacks(), st.data())
def test_no_pixel_outside_the_frame_moves_a_cell(stack, data):
    shape, layers = stack
    value = seen(layers, shape)
    known = places(value.model, layers)
    image = value.split.held_out.inputs[:1]
    sizes = shapes(value, image)
    maps = [tap for tap in known if len(sizes[tap]) == 3]
    assume(maps)  # a stack may begin with a flatten
    tap = data.draw(st.sampled_from(maps))
    cell = tuple(data.draw(st.integers(0, size - 1)) for size in sizes[tap])
    heat = effective(value.model, value.tensor(image), tap, cell)
    assert (outside(heat, frame(known[tap], cell[1], cell[2], shape)) == 0).all()


POSITIVE = [
    [Conv(channels=3, padding=1), Conv(channels=2, padding=1)],
    [Conv(channels=3, kernel=6, stride=2), Conv(channels=3, padding=2)],
    [Conv(channels=2), AvgPool(), Conv(channels=2, padding="same")],
    [Conv(channels=2, kernel=2, padding="same"), Conv(channels=2, kernel=4, padding="same")],
    [Residual(channels=3, stride=2), Conv(channels=2, padding=1)],
    [Residual(channels=2, skip=False), AvgPool(kernel=3, stride=2, padding=1)],
]


@pytest.mark.parametrize("layers", POSITIVE)
def test_with_positive_weights_every_pixel_of_the_clipped_frame_counts(layers):
    value = seen([*layers, Act()], (1, 16, 16))
    for module in value.model.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.constant_(module.weight, 0.1)
        if isinstance(module, nn.BatchNorm2d):
            nn.init.constant_(module.weight, 1.0)
            nn.init.constant_(module.bias, 1.0)
            nn.init.zeros_(module.running_mean)
    known = places(value.model, value.experiment.network.layers)
    image = value.split.held_out.inputs[:1]
    for tap, size in shapes(value, image).items():
        if len(size) < 3:
            continue
        for row, column in {(0, 0), (size[1] // 2, size[2] // 2), (size[1] - 1, size[2] - 1)}:
            heat = effective(value.model, value.tensor(image), tap, (0, row, column))
            box = frame(known[tap], row, column, (1, 16, 16))
            assert (inside(heat, box) > 0).all(), (tap, row, column)
            assert (outside(heat, box) == 0).all(), (tap, row, column)


@pytest.mark.parametrize("depth", [1, 3, 6])
def test_equal_3x3_kernels_spread_like_the_square_root_of_depth(depth):
    """n uniform 3×3 kernels: variance n · (3² − 1) / 12 = 2n/3 (Luo et al. 2016, section 2)."""
    layers = [Conv(channels=1, padding=1, bias=False) for _ in range(depth)]
    value = seen(layers, (1, 15, 15))
    for module in value.model.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.constant_(module.weight, 1 / 9)
    heat = effective(value.model, value.tensor(value.split.train.inputs), f"layers.{depth - 1}.value", (0, 7, 7))
    rows = heat.sum(axis=1) / heat.sum()
    deviation = np.sqrt((rows * (np.arange(15) - 7) ** 2).sum())
    assert deviation == pytest.approx(np.sqrt(2 * depth / 3), rel=1e-4)


def test_averaging_over_images_is_the_mean_of_each():
    value = seen([Conv(channels=2), Act(), MaxPool()])
    images, cell = value.tensor(value.split.train.inputs), (1, 1, 1)
    one_by_one = [effective(value.model, images[i : i + 1], "layers.2.value", cell) for i in range(len(images))]
    np.testing.assert_allclose(
        effective(value.model, images, "layers.2.value", cell), np.mean(one_by_one, axis=0), atol=1e-6
    )


def test_frames_grow_layer_after_layer_and_lie_in_each_other():
    layers = [Conv(padding=1), Act(), MaxPool(), Conv(padding=1), Residual(channels=4), MaxPool()]
    value = seen(layers, (1, 16, 16))
    sizes = shapes(value, value.split.held_out.inputs[:1])
    grown = growth(places(value.model, value.experiment.network.layers), "layers.5.value", 1, 2, sizes, (1, 16, 16))
    assert [g.frame.bottom - g.frame.top for g in grown] == [3, 4, 8, 12, 16, 18]
    for small, large in pairwise(grown):
        assert large.frame.top <= small.frame.top
        assert small.frame.right <= large.frame.right
