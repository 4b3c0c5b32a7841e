"""A disc inside a ring.

No straight line separates the two; the model has to close a border around the middle.
"""

from __future__ import annotations

import numpy as np

from dlplay.dataset import Dataset, Examples, Task
from dlplay.points import PointsConfig, numbered, strayed


def make(config: PointsConfig) -> Examples:
    random = np.random.default_rng(config.seed)
    targets = numbered(config.points, classes=2)
    radius = np.where(targets == 1, random.uniform(0, 2.5, config.points), random.uniform(3.5, 5, config.points))
    angle = random.uniform(0, 2 * np.pi, config.points)
    points = radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)  # (point, 2)
    return Examples(strayed(points, 2 * config.noise, random), targets)


DATASET = Dataset(
    title="Circle",
    config=PointsConfig,
    task=lambda config: Task("point", (2,), classes=("outer", "inner"), features=("x", "y")),
    make=make,
    source="made by formula: radius and angle drawn uniformly",
)
