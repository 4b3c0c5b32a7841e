"""Diabetes: how far the illness has gone a year later, for 442 patients.

Ten measurements at the beginning, one number to foretell. They explain about half of it (R² near 0.5); a large model
learns the training patients by heart and foretells the others worse.
"""

from __future__ import annotations

import numpy as np

from dlplay.dataset import DataConfig, Dataset, Examples, Task

FEATURES = (
    "age", "sex", "body mass index", "blood pressure", "total cholesterol",
    "LDL", "HDL", "cholesterol / HDL", "log triglycerides", "blood sugar",
)  # fmt: skip


def make(config: DataConfig) -> Examples:
    from sklearn.datasets import load_diabetes

    patients = load_diabetes(scaled=False)
    return Examples(patients.data.astype(np.float32), patients.target.astype(np.float32)[:, None])


DATASET = Dataset(
    title="Diabetes",
    config=DataConfig,
    task=lambda config: Task("table", (10,), targets=("progression",), features=FEATURES),
    make=make,
    source="B. Efron, T. Hastie, I. Johnstone, R. Tibshirani: Least Angle Regression, 2004; bundled with scikit-learn",
    licence="none stated by its authors",
    standardise=True,
)
