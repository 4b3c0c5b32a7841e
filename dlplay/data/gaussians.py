"""Two clouds.

Each class is a round cloud of points around its own middle. One straight line is the best border there is, so a single
neuron suffices. With more noise the clouds grow into each other, and no model can tell all points apart.
"""

from __future__ import annotations

import numpy as np

from dlplay.dataset import Dataset, Examples, Task
from dlplay.points import PointsConfig, numbered, strayed

MIDDLE = 1.7
CUT = 2.5
"""Clouds end at this many deviations, so that every point lies in the plane."""


def make(config: PointsConfig) -> Examples:
    random = np.random.default_rng(config.seed)
    targets = numbered(config.points, classes=2)
    share = random.uniform(size=config.points) * (1 - np.exp(-(CUT**2) / 2))
    radius = np.sqrt(-2 * np.log1p(-share)) * (0.4 + 2.6 * config.noise)  # Box & Muller 1958, cut
    angle = random.uniform(0, 2 * np.pi, config.points)
    points = radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)  # (point, 2)
    points += np.where(targets == 1, MIDDLE, -MIDDLE)[:, None]
    return Examples(strayed(points, 0, random), targets)


DATASET = Dataset(
    title="Two Gaussians",
    config=PointsConfig,
    task=lambda config: Task("point", (2,), classes=("lower left", "upper right"), features=("x", "y")),
    make=make,
    source="made by formula: normal distributions around (−1.7, −1.7) and (1.7, 1.7), cut at 2.5 deviations; "
    "deviation 0.4 + 2.6 × noise",
)
