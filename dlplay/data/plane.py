"""A slope.

The value of a point grows evenly from the lower left corner (−1) to the upper right (1). A single neuron without an
activation can do it exactly; with one, the model has to make a straight slope out of bent pieces.

    value = (x + y) / 12
"""

from __future__ import annotations

import numpy as np

from dlplay.dataset import Dataset, Examples, Task
from dlplay.points import EDGE, PointsConfig, strayed


class PlaneConfig(PointsConfig):
    def class_count(self) -> int:
        return 0


def make(config: PlaneConfig) -> Examples:
    random = np.random.default_rng(config.seed)
    points = strayed(np.zeros((config.points, 2)), EDGE, random)
    seen = strayed(points, 2 * config.noise, random)  # noise: the value of a place nearby
    return Examples(points, seen.sum(axis=1, keepdims=True) / np.float32(2 * EDGE))


DATASET = Dataset(
    title="Plane",
    config=PlaneConfig,
    task=lambda config: Task("point", (2,), targets=("value",), features=("x", "y")),
    make=make,
    source="made by formula, after the TensorFlow Playground (Smilkov et al. 2017)",
)
