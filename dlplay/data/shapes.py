"""Drawn shapes, anywhere and of any size: which one is it?

A circle, a square, a triangle, a cross or a ring on a dark ground, small or large, turned, and with noise where it is
asked for. No pixel tells the shape by itself, because it can stand anywhere. A convolution looks for the same edge at
every place from the beginning; a model that cuts the image into patches has to learn for each of them what it means.
"""

from __future__ import annotations

import numpy as np

from dlplay.config import field
from dlplay.dataset import DataConfig, Dataset, Examples, Task
from dlplay.drawing import COLOURS, SHAPES, drawn, noisy


class ShapesConfig(DataConfig):
    noise: float = field(0.1, ge=0, le=0.5, step=0.05, help="how far the brightness of pixels strays")
    examples: int = field(2000, ge=100, le=5000, step=100, help="images that are drawn")
    size: int = field(16, ge=16, le=32, step=8, unit="pixels", help="width and height of an image")
    kinds: int = field(4, ge=2, le=5, step=1, help="shapes to tell apart")
    turned: bool = field(True, help="shapes stand at any angle")
    colours: bool = field(False, help="every shape has a colour, which tells nothing")


def make(config: ShapesConfig) -> Examples:
    random = np.random.default_rng(config.seed)
    count, side = config.examples, config.size
    targets = random.permutation(np.arange(count) % config.kinds)
    radius = random.uniform(0.18, 0.36, count) * side
    rows, columns = (random.uniform(radius, side - radius) for _ in range(2))
    turn = random.uniform(-np.pi, np.pi, count) if config.turned else None
    shapes = np.array(SHAPES)[targets]
    images = drawn(shapes, side, rows=rows, columns=columns, radius=radius, turn=turn)[:, None]
    if config.colours:
        paints = np.array(list(COLOURS.values()), np.float32)[random.integers(0, len(COLOURS), count)]
        images = images * paints[:, :, None, None]  # (example, channel, row, column)
    return Examples(noisy(images, config.noise, random), targets.astype(np.int64))


def task(config: ShapesConfig) -> Task:
    return Task("image", (3 if config.colours else 1, config.size, config.size), classes=SHAPES[: config.kinds])


DATASET = Dataset(
    title="Shapes",
    config=ShapesConfig,
    task=task,
    make=make,
    source="made by formula: circles, squares, triangles, crosses and rings",
)
