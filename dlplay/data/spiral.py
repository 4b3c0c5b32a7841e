"""Arms that wind around each other.

Every class is one arm of a spiral. Near the middle the arms almost touch, and a straight line crosses each of them
several times: few neurons are not enough, and the border has to be found turn by turn. More arms, more turns and more
noise make it harder.

    r = 5 · i / n,   angle = 2π · (turns · i / n + arm / arms)
"""

from __future__ import annotations

import numpy as np

from dlplay.config import field
from dlplay.dataset import Dataset, Examples, Task
from dlplay.points import PointsConfig, numbered, strayed


class SpiralConfig(PointsConfig):
    arms: int = field(2, ge=2, le=5, help="one class an arm")
    turns: float = field(1.75, ge=0.5, le=2, step=0.25, help="how often each arm winds around")

    def class_count(self) -> int:
        return self.arms


def make(config: SpiralConfig) -> Examples:
    random = np.random.default_rng(config.seed)
    targets = numbered(config.points, config.arms)
    along = (np.arange(config.points) // config.arms) / (config.points / config.arms)  # 0 in the middle, towards 1
    angle = 2 * np.pi * (config.turns * along + targets / config.arms)
    points = 5 * along[:, None] * np.stack([np.sin(angle), np.cos(angle)], axis=1)  # (point, 2)
    return Examples(strayed(points, config.noise, random), targets)


DATASET = Dataset(
    title="Spiral",
    config=SpiralConfig,
    task=lambda config: Task(
        "point", (2,), classes=tuple(f"arm {arm}" for arm in range(1, config.arms + 1)), features=("x", "y")
    ),
    make=make,
    source="made by formula, after the spiral of the TensorFlow Playground (Smilkov et al. 2017)",
)
