"""Two crescents that reach into each other.

A straight line gets most points right and never all of them; one gentle bend is enough. So this is the data on which
to see what the first few hidden neurons are good for.
"""

from __future__ import annotations

import numpy as np

from dlplay.dataset import Dataset, Examples, Task
from dlplay.points import PointsConfig, strayed


def make(config: PointsConfig) -> Examples:
    from sklearn.datasets import make_moons

    points, targets = make_moons(config.points, shuffle=False)  # x from −1 to 2, y from −0.5 to 1
    points = 3 * (points - [0.5, 0.25])
    return Examples(strayed(points, 3 * config.noise, np.random.default_rng(config.seed)), targets.astype(np.int64))


DATASET = Dataset(
    title="Moons",
    config=PointsConfig,
    task=lambda config: Task("point", (2,), classes=("upper", "lower"), features=("x", "y")),
    make=make,
    source="made by formula: two half circles, sklearn.datasets.make_moons",
)
