"""Remember the first symbol.

A sequence begins with a capital letter; then come small letters that mean nothing. After the last one the question is:
which was the first? Nothing has to be computed, only kept, so this shows how long a memory lasts: make the gap longer
until it fails, and look at the gradient that should reach the first step.

After the latch problem of Y. Bengio, P. Simard, P. Frasconi, Learning Long-Term Dependencies with Gradient Descent is
Difficult, 1994.
"""

from __future__ import annotations

from random import Random

import numpy as np

from dlplay.config import field
from dlplay.dataset import PAD, Dataset, Examples, Task
from dlplay.sequences import SequencesConfig, different
from dlplay.tokens import numbered


class RecallConfig(SequencesConfig):
    gap: int = field(20, ge=5, le=200, step=5, unit="steps", help="small letters that follow the first symbol")
    symbols: int = field(4, ge=2, le=8, step=1, help="capital letters to remember one of")
    distractors: int = field(3, ge=2, le=8, step=1, help="kinds of small letters in the gap")


def symbols(config: RecallConfig) -> str:
    return "ABCDEFGH"[: config.symbols]


def distractors(config: RecallConfig) -> str:
    return "abcdefgh"[: config.distractors]


def make(config: RecallConfig) -> Examples:
    random = Random(config.seed)
    first, later = symbols(config), distractors(config)
    found = different(lambda: random.choice(first) + "".join(random.choices(later, k=config.gap)), config.examples)
    targets = np.array([first.index(text[0]) for text in found], np.int64)
    return Examples(numbered(found, task(config).tokens, config.gap + 1), targets)


def task(config: RecallConfig) -> Task:
    first, later = symbols(config), distractors(config)
    return Task("sequence", (config.gap + 1,), classes=tuple(first), tokens=(PAD, *first, *later), joint="")


DATASET = Dataset(
    title="Delayed recall",
    config=RecallConfig,
    task=task,
    make=make,
    source="made by formula, after the latch problem of Y. Bengio, P. Simard, P. Frasconi, 1994",
)
