"""Wines: 178 bottles from three growers in one region of Italy, 13 measurements each.

Which grower made the wine? The measurements have very different units, from a hue near 1 to a proline near 700:
without standardisation the large numbers would drown the small ones.
"""

from __future__ import annotations

import numpy as np

from dlplay.dataset import DataConfig, Dataset, Examples, Task

FEATURES = (
    "alcohol", "malic acid", "ash", "alcalinity of ash", "magnesium", "total phenols", "flavanoids",
    "nonflavanoid phenols", "proanthocyanins", "colour intensity", "hue", "OD280/OD315 of diluted wines", "proline",
)  # fmt: skip


def make(config: DataConfig) -> Examples:
    from sklearn.datasets import load_wine

    wines = load_wine()
    return Examples(wines.data.astype(np.float32), wines.target.astype(np.int64))


DATASET = Dataset(
    title="Wine",
    config=DataConfig,
    task=lambda config: Task("table", (13,), classes=("grower 1", "grower 2", "grower 3"), features=FEATURES),
    make=make,
    source="S. Aeberhard, M. Forina: Wine, UCI Machine Learning Repository, 1992; bundled with scikit-learn",
    licence="CC BY 4.0",
    standardise=True,
)
