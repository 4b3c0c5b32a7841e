"""Waves of unknown rhythm: what comes next?

Every example is a sum of sines with periods of 8 to 40 steps, strengths and beginnings of its own, and noise on top.
The model reads it step by step and says at every step what the next value will be. To forecast well it has to find
out the rhythm while it reads: the first guesses are poor, the later ones good. Noise cannot be forecast; what is left
of the error in the end is its square.

    x(t) = Σ a · sin(2π t / period + phase) / √sines + noise
"""

from __future__ import annotations

import numpy as np

from dlplay.config import field
from dlplay.dataset import DataConfig, Dataset, Examples, Task


class WavesConfig(DataConfig):
    noise: float = field(0.1, ge=0, le=0.5, step=0.05, help="standard deviation of what is added")
    length: int = field(60, ge=10, le=200, step=5, unit="steps", help="steps that are read")
    sines: int = field(2, ge=1, le=5, step=1, help="waves in one sum")
    examples: int = field(1000, ge=100, le=5000, step=100, help="series that are made")


def make(config: WavesConfig) -> Examples:
    random = np.random.default_rng(config.seed)
    each = (config.examples, config.sines, 1)
    strength, period = random.uniform(0.5, 1.5, each), random.uniform(8, 40, each)
    phase, steps = random.uniform(0, 2 * np.pi, each), np.arange(config.length + 1)
    clean = (strength * np.sin(2 * np.pi * steps / period + phase)).sum(axis=1) / np.sqrt(config.sines)
    values = (clean + config.noise * random.standard_normal(clean.shape)).astype(np.float32)[..., None]
    return Examples(values[:, :-1], values[:, 1:])  # (example, time, 1)


DATASET = Dataset(
    title="Noisy waves",
    config=WavesConfig,
    task=lambda config: Task(
        "sequence", (config.length, 1), targets=("value",), features=("value",), each_step=True, next_step=True
    ),
    make=make,
    source="made by formula: sums of sines with normal noise",
)
