"""Iris flowers: 150 of three species, four lengths each.

One species stands apart from the others; the other two overlap a little, so a few flowers stay hard for every model.
"""

from __future__ import annotations

import numpy as np

from dlplay.dataset import DataConfig, Dataset, Examples, Task

FEATURES = ("sepal length", "sepal width", "petal length", "petal width")
"""In centimetres."""


def make(config: DataConfig) -> Examples:
    from sklearn.datasets import load_iris

    flowers = load_iris()
    return Examples(flowers.data.astype(np.float32), flowers.target.astype(np.int64))


DATASET = Dataset(
    title="Iris",
    config=DataConfig,
    task=lambda config: Task("table", (4,), classes=("setosa", "versicolor", "virginica"), features=FEATURES),
    make=make,
    source="R. A. Fisher: The Use of Multiple Measurements in Taxonomic Problems, 1936; bundled with scikit-learn",
    licence="CC BY 4.0",
    standardise=True,
)
