"""Four squares, coloured like a chessboard.

A point belongs to one class when x and y have the same sign, to the other when they have not. Each input alone says
nothing, and no straight line does better than three squares of four: this is the problem that one layer of neurons
cannot solve (Minsky & Papert, Perceptrons, 1969) and one hidden layer can.
"""

from __future__ import annotations

import numpy as np

from dlplay.dataset import Dataset, Examples, Task
from dlplay.points import PointsConfig, strayed

GAP = 0.3
"""Without noise no point lies closer than this to an axis."""


def make(config: PointsConfig) -> Examples:
    random = np.random.default_rng(config.seed)
    signs = np.array([[1, 1], [-1, 1], [-1, -1], [1, -1]])[np.arange(config.points) % 4]  # square after square
    points = signs * random.uniform(GAP, 5, signs.shape)  # (point, 2)
    targets = (signs.prod(axis=1) > 0).astype(np.int64)
    return Examples(strayed(points, 2 * config.noise, random), targets)


DATASET = Dataset(
    title="XOR",
    config=PointsConfig,
    task=lambda config: Task("point", (2,), classes=("signs differ", "same sign"), features=("x", "y")),
    make=make,
    source="made by formula: the exclusive or of two signs",
)
