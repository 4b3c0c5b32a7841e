"""Two marked numbers to be added, far apart.

At every step comes a number from 0 to 1, and a mark that is 1 at exactly two steps, one in each half. After the last
step the answer is the sum of the two marked numbers. So the first one has to be kept while many others pass by, which
a plain recurrent network does not manage at 50 steps. Always answering 1 has a mean squared error of 1/6 = 0.167.

Hochreiter & Schmidhuber, Long Short-Term Memory, 1997, experiment 4.
"""

from __future__ import annotations

import numpy as np

from dlplay.config import field
from dlplay.dataset import DataConfig, Dataset, Examples, Task


class AddingConfig(DataConfig):
    length: int = field(50, ge=4, le=200, step=2, unit="steps", help="length of every sequence")
    examples: int = field(5000, ge=100, le=10000, step=100, help="sequences that are made")


def make(config: AddingConfig) -> Examples:
    random = np.random.default_rng(config.seed)
    values = random.uniform(0, 1, (config.examples, config.length)).astype(np.float32)
    half = config.length // 2
    first, second = random.integers(0, half, config.examples), random.integers(half, config.length, config.examples)
    marks, rows = np.zeros_like(values), np.arange(config.examples)
    marks[rows, first] = marks[rows, second] = 1
    return Examples(np.stack([values, marks], axis=2), (values * marks).sum(axis=1, keepdims=True))


def so_far(config: AddingConfig, steps: np.ndarray) -> tuple[str, np.ndarray]:
    """The sum of the marked numbers read so far. steps: (time, feature)."""
    return "the sum so far", (steps[:, 0] * steps[:, 1]).cumsum()


DATASET = Dataset(
    title="Adding problem",
    config=AddingConfig,
    task=lambda config: Task("sequence", (config.length, 2), targets=("sum",), features=("value", "mark"), mark="mark"),
    make=make,
    follows=so_far,
    source="made by formula, after S. Hochreiter, J. Schmidhuber: Long Short-Term Memory, 1997",
)
