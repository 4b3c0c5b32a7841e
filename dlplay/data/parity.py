"""Is the number of ones odd or even?

One bit changed anywhere changes the answer, so no part of a sequence says anything until all of it was read. A network
needs just two states, "even so far" and "odd so far", and has to switch between them at every one: easy to write down,
hard to find by small steps downhill. Start with short sequences.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

import numpy as np

from dlplay.config import field
from dlplay.dataset import PAD, Dataset, Examples, Task
from dlplay.sequences import SequencesConfig, different
from dlplay.tokens import numbered


class ParityConfig(SequencesConfig):
    length: int = field(12, ge=6, le=60, step=1, unit="bits", help="length of the longest sequences")


def make(config: ParityConfig) -> Examples:
    random = Random(config.seed)

    def draw() -> str:
        return "".join(random.choices("01", k=random.randint(1, config.length)))

    found = different(draw, config.examples)
    targets = np.array([text.count("1") % 2 for text in found], np.int64)
    return Examples(numbered(found, task(config).tokens, config.length), targets)


def task(config: ParityConfig) -> Task:
    return Task("sequence", (config.length,), classes=("even", "odd"), tokens=(PAD, "0", "1"), joint="")


def so_far(config: ParityConfig, tokens: np.ndarray) -> tuple[str, np.ndarray]:
    """Whether the ones read so far are odd."""
    return "odd so far", (tokens == 2).cumsum() % 2


def answer(config: ParityConfig, words: Sequence[str]) -> str:
    return task(config).classes[words.count("1") % 2]


DATASET = Dataset(
    title="Parity",
    config=ParityConfig,
    task=task,
    make=make,
    answer=answer,
    follows=so_far,
    source="made by formula: the number of ones, modulo two",
)
