"""Three hills and three hollows.

The value is 1 on top of a hill, −1 at the bottom of a hollow, and runs straight to 0 at two units from each. The plane
in between is flat, so the model has to build six separate bumps and leave the rest alone.
"""

from __future__ import annotations

import numpy as np

from dlplay.dataset import Dataset, Examples, Task
from dlplay.points import EDGE, PointsConfig, strayed

PEAKS = np.array([(-4, 2.5, 1), (0, 2.5, -1), (4, 2.5, 1), (-4, -2.5, -1), (0, -2.5, 1), (4, -2.5, -1)])
"""x, y and value of each."""
REACH = 2.0


class MultiGaussianConfig(PointsConfig):
    def class_count(self) -> int:
        return 0


def make(config: MultiGaussianConfig) -> Examples:
    random = np.random.default_rng(config.seed)
    points = strayed(np.zeros((config.points, 2)), EDGE, random)
    seen = strayed(points, 2 * config.noise, random)  # noise: the value of a place nearby
    far = np.linalg.norm(seen[:, None] - PEAKS[None, :, :2], axis=2)  # (point, peak)
    values = (PEAKS[:, 2] * np.clip(1 - far / REACH, 0, 1)).sum(axis=1, keepdims=True)  # no two peaks overlap
    return Examples(points, values.astype(np.float32))


DATASET = Dataset(
    title="Multi-Gaussian",
    config=MultiGaussianConfig,
    task=lambda config: Task("point", (2,), targets=("value",), features=("x", "y")),
    make=make,
    source="made by formula, after the TensorFlow Playground (Smilkov et al. 2017)",
)
