"""What made data sets of sequences share: how many are made, and that no two of them are the same."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from random import Random
from typing import TypeVar

import numpy as np

from dlplay.config import field
from dlplay.dataset import DataConfig

T = TypeVar("T", bound=Hashable)
TRIES = 10
"""Draws for each value wanted, after which there are taken to be no more."""


class SequencesConfig(DataConfig):
    """How many sequences. All are different, so a held-out one was never trained on."""

    examples: int = field(2000, ge=100, le=10000, step=100, help="different ones, fewer where there are not so many")


class LengthsConfig(SequencesConfig):
    """Sequences of every length between two."""

    shortest: int = field(3, ge=1, le=10, step=1, unit="symbols", help="length of the shortest sequences")
    longest: int = field(20, ge=10, le=40, step=1, unit="symbols", help="length of the longest sequences")


class LettersConfig(LengthsConfig):
    """Rows of letters."""

    symbols: int = field(12, ge=2, le=26, step=1, help="letters to choose from")


def letters(config: LettersConfig) -> tuple[str, ...]:
    """The letters to choose from."""
    return tuple("abcdefghijklmnopqrstuvwxyz"[: config.symbols])


def rows(config: LettersConfig) -> list[str]:
    """Different rows of random letters."""
    random, known = Random(config.seed), letters(config)

    def draw() -> str:
        return "".join(random.choices(known, k=random.randint(config.shortest, config.longest)))

    return different(draw, config.examples)


def different(draw: Callable[[], T], count: int) -> list[T]:
    """Up to `count` different values of `draw()`, in the order they first came; fewer where there are hardly more."""
    found: dict[T, None] = {}
    for _ in range(TRIES * count):
        found.setdefault(draw())
        if len(found) == count:
            break
    return list(found)


def mixed(classes: Sequence[Sequence[T]], seed: int) -> tuple[list[T], np.ndarray]:
    """The members of all classes in random order, and the number of each one's class (example,) int64."""
    members = [member for one in classes for member in one]
    targets = np.repeat(np.arange(len(classes)), [len(one) for one in classes])
    order = np.random.default_rng(seed).permutation(len(members))
    return [members[place] for place in order], targets[order]
