"""Handwritten digits, 8 × 8 pixels, 1,797 of them.

Each image was made by counting ink in blocks of 4 × 4 pixels, so a pixel holds 0 to 16; here 0 to 1.
"""

from __future__ import annotations

import numpy as np

from dlplay.dataset import DataConfig, Dataset, Examples, Task


def make(config: DataConfig) -> Examples:
    from sklearn.datasets import load_digits

    digits = load_digits()
    images = (digits.images / 16).astype(np.float32)[:, None]  # (example, channel, row, column)
    return Examples(images, digits.target.astype(np.int64))


DATASET = Dataset(
    title="Handwritten digits",
    config=DataConfig,
    task=lambda config: Task("image", (1, 8, 8), classes=tuple("0123456789")),
    make=make,
    source="E. Alpaydin, C. Kaynak: Optical Recognition of Handwritten Digits, 1998; bundled with scikit-learn",
    licence="CC BY 4.0",
)
