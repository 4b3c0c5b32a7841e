"""A disc inside a ring.

No straight line separates the two; the model has to close a border around the middle.
"""

from __future__ import annotations

import numpy as np

from dlplay.config import field
from dlplay.dataset import DataConfig, Dataset, Examples, Task


class CircleConfig(DataConfig):
    points: int = field(300, ge=20, le=2000, step=20, help="examples in all")
    noise: float = field(0.1, ge=0, le=0.5, step=0.05, help="how far points stray")


def make(config: CircleConfig) -> Examples:
    random = np.random.default_rng(config.seed)
    targets = np.arange(config.points) % 2
    radius = np.where(targets == 1, random.uniform(0, 2.5, config.points), random.uniform(3.5, 5, config.points))
    angle = random.uniform(0, 2 * np.pi, config.points)
    points = radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    points += random.normal(size=points.shape) * config.noise * 2
    return Examples(points.astype(np.float32), targets.astype(np.int64))


DATASET = Dataset(
    title="Circle",
    config=CircleConfig,
    task=lambda config: Task("point", (2,), classes=("outer", "inner"), features=("x", "y")),
    make=make,
    source="made by formula: radius and angle drawn uniformly",
)
