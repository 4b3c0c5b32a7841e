"""How many examples of a part a model is measured on: all, or so many that they are answered soon, spread evenly."""

from __future__ import annotations

import numpy as np

MOST, FEWEST = 1000, 16
PRODUCTS = 4e9
"""Multiply-accumulates that one look at a part may take: about a fifth of a second on one processor core."""


def most(macs: int) -> int:
    """How many examples, for a model with so many multiply-accumulates for one."""
    return int(min(max(PRODUCTS / max(macs, 1), FEWEST), MOST))


def places(count: int, most: int) -> np.ndarray:
    """Which of so many examples: (example,) int64, in order, all of them where they are no more than `most`."""
    few = min(count, most)
    return np.arange(few) * count // max(few, 1)
