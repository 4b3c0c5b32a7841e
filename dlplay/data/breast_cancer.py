"""Cell nuclei of 569 breast tumours, 30 measurements each.

Ten properties of the nuclei in one picture (radius, texture, smoothness …), each as mean, standard error and "worst":
the mean of the three largest. Is the tumour malignant or benign? Many of the measurements say nearly the same.
"""

from __future__ import annotations

import numpy as np

from dlplay.dataset import DataConfig, Dataset, Examples, Task

PROPERTIES = (
    "radius", "texture", "perimeter", "area", "smoothness",
    "compactness", "concavity", "concave points", "symmetry", "fractal dimension",
)  # fmt: skip
FEATURES = (
    *(f"mean {name}" for name in PROPERTIES),
    *(f"{name} error" for name in PROPERTIES),
    *(f"worst {name}" for name in PROPERTIES),
)


def make(config: DataConfig) -> Examples:
    from sklearn.datasets import load_breast_cancer

    tumours = load_breast_cancer()
    return Examples(tumours.data.astype(np.float32), tumours.target.astype(np.int64))


DATASET = Dataset(
    title="Breast cancer",
    config=DataConfig,
    task=lambda config: Task("table", (30,), classes=("malignant", "benign"), features=FEATURES),
    make=make,
    source="W. Wolberg, O. Mangasarian, N. Street, W. Street: Breast Cancer Wisconsin (Diagnostic), "
    "UCI Machine Learning Repository, 1993; bundled with scikit-learn",
    licence="CC BY 4.0",
    standardise=True,
)
