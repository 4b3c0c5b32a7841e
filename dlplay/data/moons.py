"""Two crescents that reach into each other.

A straight line gets most points right and never all of them; one gentle bend is enough. So this is the data on which
to see what the first few hidden neurons are good for.
"""

from __future__ import annotations

import numpy as np

from dlplay.dataset import Dataset, Examples, Task
from dlplay.points import PointsConfig, strayed


def make(config: PointsConfig) -> Examples:
    upper = config.points // 2
    angles = np.concatenate([np.linspace(0, np.pi, upper), np.linspace(0, np.pi, config.points - upper)])
    targets = (np.arange(config.points) >= upper).astype(np.int64)
    arcs = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    points = np.where(targets[:, None] == 0, arcs, [1, 0.5] - arcs)  # x from −1 to 2, y from −0.5 to 1
    points = 3 * (points - [0.5, 0.25])
    return Examples(strayed(points, 3 * config.noise, np.random.default_rng(config.seed)), targets)


DATASET = Dataset(
    title="Moons",
    config=PointsConfig,
    task=lambda config: Task("point", (2,), classes=("upper", "lower"), features=("x", "y")),
    make=make,
    source="made by formula: two half circles, as in sklearn.datasets.make_moons",
)
