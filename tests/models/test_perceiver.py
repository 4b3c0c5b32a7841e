"""A few latents over many pixels: what a place is told by, what the work depends on, and the published size."""

from __future__ import annotations

from math import pi

import pytest
import torch

from dlplay.anatomy import anatomy, inspect
from dlplay.architecture import architecture
from dlplay.dataset import Task
from dlplay.experiment import experiment
from dlplay.models.perceiver import Perceiver, PerceiverConfig, waves
from dlplay.tap import look
from dlplay.training import metrics
from dlplay.training.result import train

CLASSES = tuple("0123456789")


def _model(shape: tuple[int, ...], config: PerceiverConfig | None = None) -> Perceiver:
    torch.manual_seed(0)
    task = Task("image" if len(shape) == 3 else "video", shape, classes=CLASSES)
    return Perceiver(config or PerceiverConfig(latents=5), task).eval()


def test_the_published_size_follows_the_formula() -> None:
    key, width = 3 + 2 + 2 * 2 * 64, 1024

    def cross(memory: int) -> int:
        attention = (width + 1) * memory + 2 * (memory + 1) * memory + (memory + 1) * width
        return attention + 2 * memory + 4 * width + 2 * (width + 1) * width

    block = 4 * (width + 1) * width + 4 * width + 2 * (width + 1) * width
    found = inspect("Perceiver IO (Fourier)")
    counted = 512 * width + cross(key) + 6 * block + width + cross(width) + 1000 * (width + 1)
    assert found["parameters"] == found["published"]["parameters"] == counted


@pytest.mark.parametrize("axes", [(6,), (4, 6), (3, 4, 6)])
def test_waves_tell_every_place_from_every_other(axes: tuple[int, ...]) -> None:
    table = waves(axes, 3)
    places = torch.Size(axes).numel()
    assert table.shape == (places, len(axes) * (1 + 2 * 3))
    assert len(torch.unique(table, dim=0)) == places
    assert torch.equal(table[-1, : len(axes)], torch.ones(len(axes)))  # the last place of every axis
    slowest = table[:, len(axes)]  # the slowest sine of the first axis
    assert torch.allclose(slowest, (pi * table[:, 0]).sin(), atol=1e-6)


def test_latents_look_at_every_pixel() -> None:
    for shape, pixels in (((1, 8, 8), 64), ((2, 3, 4, 5), 40)):
        weights = look(_model(shape), torch.rand(2, *shape))["looking.cross.weights"]
        assert weights.axes == ("batch", "head", "query", "key")
        assert weights.value.shape == (2, 1, 5, pixels)
        assert torch.allclose(weights.value.sum(dim=-1), torch.ones(2, 1, 5), atol=1e-6)


def test_the_key_of_a_pixel_is_its_place_in_the_image() -> None:
    model, image = _model((1, 8, 8)), torch.rand(1, 1, 8, 8)
    changed = image.clone()
    changed[0, 0, 2, 5] += 1
    before, after = (look(model, one)["looking.cross.keys"].value[0, 0] for one in (image, changed))
    assert (before != after).any(dim=1).nonzero().flatten().tolist() == [2 * 8 + 5]


def test_work_among_latents_does_not_grow_with_the_input() -> None:
    record, config = architecture("perceiver"), PerceiverConfig()
    macs = [
        {row.name: row.macs for row in anatomy(record, config, Task("image", (1, side, side), classes=CLASSES)).rows}
        for side in (8, 32)
    ]
    assert macs[0]["blocks.0"] == macs[1]["blocks.0"]
    assert macs[1]["looking"] > 5 * macs[0]["looking"]


def test_rounds_share_their_weights() -> None:
    once, thrice = (_model((1, 8, 8), PerceiverConfig(repeats=repeats)) for repeats in (1, 3))
    assert len(list(once.parameters())) == len(list(thrice.parameters()))
    images = torch.rand(2, 1, 8, 8)
    assert not torch.allclose(once(images), thrice(images), atol=1e-4)


@pytest.mark.slow
def test_it_reads_digits_pixel_by_pixel() -> None:
    torch.set_num_threads(1)
    result = train(experiment("perceiver", "digits", {}, {}, {"rate": 0.001}), 1500)
    with result.training as training:
        assert metrics.score(*training.answers(), training.task) >= 0.85
