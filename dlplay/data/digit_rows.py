"""Handwritten digits, read like text: row by row, or one pixel at a time.

The same 1,797 images of 8 × 8 pixels, but the model never sees one whole. By rows it reads 8 steps of 8 numbers; by
pixels 64 steps of a single one, from the upper left corner to the lower right, and has to remember the top of the
digit until the end. Ink goes from 0 to 1.

After Q. V. Le, N. Jaitly, G. E. Hinton, A Simple Way to Initialize Recurrent Networks of Rectified Linear Units, 2015.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from dlplay.config import field
from dlplay.dataset import DataConfig, Dataset, Examples, Task

SIDE = 8


class DigitRowsConfig(DataConfig):
    read: Literal["rows", "pixels"] = field("rows", help="what comes at one step")


def make(config: DigitRowsConfig) -> Examples:
    from sklearn.datasets import load_digits

    digits = load_digits()
    images = (digits.images / 16).astype(np.float32)  # (example, row, column)
    return Examples(images.reshape(-1, *task(config).input_shape), digits.target.astype(np.int64))


def task(config: DigitRowsConfig) -> Task:
    if config.read == "pixels":
        return Task("sequence", (SIDE * SIDE, 1), classes=tuple("0123456789"), features=("ink",), image=(SIDE, SIDE))
    columns = tuple(f"column {column}" for column in range(1, SIDE + 1))
    return Task("sequence", (SIDE, SIDE), classes=tuple("0123456789"), features=columns, image=(SIDE, SIDE))


DATASET = Dataset(
    title="Digits, step by step",
    config=DigitRowsConfig,
    task=task,
    make=make,
    source="E. Alpaydin, C. Kaynak: Optical Recognition of Handwritten Digits, 1998; bundled with scikit-learn",
    licence="CC BY 4.0",
)
