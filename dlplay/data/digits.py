"""Handwritten digits, 8 × 8 pixels, 1,797 of them.

Each image was made by counting ink in blocks of 4 × 4 pixels, so a pixel holds 0 to 16; here 0 to 1.
"""

from __future__ import annotations

import numpy as np

from dlplay.config import field
from dlplay.dataset import DataConfig, Dataset, Examples, Task

SIDE = 8


class DigitsConfig(DataConfig):
    """How large the images are made, for networks that were designed for larger ones."""

    enlarge: int = field(1, ge=1, le=4, help="every pixel becomes so many by so many")


def make(config: DigitsConfig) -> Examples:
    from sklearn.datasets import load_digits

    digits = load_digits()
    images = (digits.images / 16).astype(np.float32)[:, None]  # (example, channel, row, column)
    images = images.repeat(config.enlarge, axis=2).repeat(config.enlarge, axis=3)
    return Examples(images, digits.target.astype(np.int64))


DATASET = Dataset(
    title="Handwritten digits",
    config=DigitsConfig,
    task=lambda config: Task("image", (1, SIDE * config.enlarge, SIDE * config.enlarge), classes=tuple("0123456789")),
    make=make,
    source="E. Alpaydin, C. Kaynak: Optical Recognition of Handwritten Digits, 1998; bundled with scikit-learn",
    licence="CC BY 4.0",
)
